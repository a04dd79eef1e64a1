//! Where each FOCUS column of Google Cloud's usage cost exports comes from. Each rule with its source and
//! a worked row: `docs/formats/gcp-detailed-usage.md`.

use super::super::mapping::Condition::{All, Always, Any, Contains, HasItem, OneOf, Present, StartsWith};
use super::super::mapping::{COLUMNS, Condition, Derived, From};
use super::super::slices::{COMMITMENT_COST, COMMITMENT_ID};

pub const TYPE: &str = "cost_type";
/// How the landed credits say that a fee's use is taken off it: the new data model.
pub const HAS_OFFSET: &str = "\"type\":\"FEE_UTILIZATION_OFFSET\"";
const PROVIDER: From = From::Literal("Google Cloud");
const SUBSCRIPTION: &str = "subscription.instance_id";

const REGULAR: Condition = OneOf(TYPE, &["regular"]);
const TAX: Condition = OneOf(TYPE, &["tax"]);
const FEE: Condition = All(&[
    REGULAR,
    Any(&[StartsWith("sku.description", "Commitment"), HasItem("credits[type=FEE_UTILIZATION_OFFSET]")]),
]);
const SPEND_FEE: Condition = All(&[
    REGULAR,
    Any(&[StartsWith("sku.description", "Commitment - dollar based"), HasItem("credits[type=FEE_UTILIZATION_OFFSET]")]),
]);
const QUANTITY_CREDIT: Condition = All(&[REGULAR, HasItem("credits[type=COMMITTED_USAGE_DISCOUNT]")]);
const SPEND_CREDIT: Condition = All(&[REGULAR, HasItem("credits[type=COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE]")]);
/// Usage priced by a commitment's consumption model: the new data model.
const SPEND_PRICED: Condition = All(&[REGULAR, Present(SUBSCRIPTION)]);

const NOT_PRICED: From = From::Absent("FOCUS: null where nothing is priced");
const OTHER_CURRENCY: From =
    From::Absent("Google does not say in which currency prices are where the bill is in another than USD");
const IN_DOLLARS: Condition = All(&[REGULAR, OneOf("currency", &["USD"])]);
const NO_SPLIT: From = From::Absent("costs that Kubernetes splits are rows of their own");
const AT_LIST: From = From::FirstOf(&[From::Column("cost_at_list"), From::Column("cost")]);
const NET: From = From::Sum(&[(1, "cost"), (1, "credits[].amount")]);
const SPEND: From = From::Literal("Spend-based committed use discount");
const QUANTITY: From = From::Literal("Resource-based committed use discount");
const NO_PRICING_COSTS: From = From::Absent("the export has costs in the billing currency only");

#[rustfmt::skip]
pub const MAPPING: [(&str, From); COLUMNS] = [
    ("AllocatedMethodDetails", NO_SPLIT),
    ("AllocatedMethodId", NO_SPLIT),
    ("AllocatedResourceId", NO_SPLIT),
    ("AllocatedResourceName", NO_SPLIT),
    ("AllocatedTags", NO_SPLIT),
    ("AvailabilityZone", From::Column("location.zone")),
    ("BilledCost", NET),
    ("BillingAccountId", From::Column("billing_account_id")),
    ("BillingAccountName", From::Absent("not in this export")),
    ("BillingAccountType", From::Literal("Billing Account")),
    ("BillingCurrency", From::Column("currency")),
    ("BillingPeriodEnd", From::Derived(Derived::PacificMonthEnd("invoice.month"))),
    ("BillingPeriodStart", From::Derived(Derived::PacificMonth("invoice.month"))),
    ("CapacityReservationId", From::Derived(Derived::KeyValue { list: "system_labels", key: RESERVATION })),
    ("CapacityReservationStatus", From::When(&[
        (All(&[HAS_RESERVATION, Contains("system_labels", UNUSED_RESERVATION)]), From::Literal("Unused")),
        (HAS_RESERVATION, From::Literal("Used")),
    ])),
    ("ChargeCategory", From::When(&[
        (OneOf(TYPE, &["tax"]), From::Literal("Tax")),
        (OneOf(TYPE, &["adjustment", "rounding_error"]), From::Literal("Adjustment")),
        (FEE, From::Literal("Purchase")),
        (Always, From::Literal("Usage")),
    ])),
    ("ChargeClass", From::When(&[
        (OneOf("adjustment_info.type", &["USAGE_CORRECTION", "PRICE_CORRECTION", "METADATA_CORRECTION"]), From::Literal("Correction")),
    ])),
    ("ChargeDescription", From::FirstOf(&[From::Column("adjustment_info.description"), From::Column("sku.description")])),
    ("ChargeFrequency", From::When(&[
        (FEE, From::Literal("Recurring")),
        (REGULAR, From::Literal("Usage-Based")),
        (Always, From::Literal("One-Time")),
    ])),
    ("ChargePeriodEnd", From::Column("usage_end_time")),
    ("ChargePeriodStart", From::Column("usage_start_time")),
    ("CommitmentDiscountCategory", From::When(&[
        (SPEND_FEE, From::Literal("Spend")),
        (FEE, From::Literal("Usage")),
        (SPEND_CREDIT, From::Literal("Spend")),
        (QUANTITY_CREDIT, From::Literal("Usage")),
        (SPEND_PRICED, From::Literal("Spend")),
    ])),
    ("CommitmentDiscountId", From::When(&[
        (FEE, From::FirstOf(&[From::Column(SUBSCRIPTION), From::Column("sku.id")])),
        (Any(&[SPEND_CREDIT, QUANTITY_CREDIT, SPEND_PRICED]), From::FirstOf(&[
            From::Column(SUBSCRIPTION), From::Column(COMMITMENT_ID),
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE].id")),
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT].id")),
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE].name")),
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT].name")),
            From::Literal("Committed use discount"),
        ])),
    ])),
    ("CommitmentDiscountName", From::When(&[
        (FEE, From::Column("sku.description")),
        (SPEND_CREDIT, From::FirstOf(&[
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE].full_name")),
            From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE].name")),
        ])),
        (QUANTITY_CREDIT, From::Derived(Derived::Item("credits[type=COMMITTED_USAGE_DISCOUNT].name"))),
        (SPEND_PRICED, From::Column("consumption_model.description")),
    ])),
    ("CommitmentDiscountQuantity", From::When(&[
        (FEE, From::Absent("the export has no quantity of what is unused")),
        (Any(&[SPEND_CREDIT, QUANTITY_CREDIT]), From::Absent("one row holds covered and uncovered usage")),
        (SPEND_PRICED, From::Column("cost")),
    ])),
    ("CommitmentDiscountStatus", From::When(&[
        (FEE, From::Literal("Unused")),
        (Any(&[SPEND_CREDIT, QUANTITY_CREDIT, SPEND_PRICED]), From::Literal("Used")),
    ])),
    ("CommitmentDiscountType", From::When(&[
        (SPEND_FEE, SPEND),
        (FEE, QUANTITY),
        (SPEND_CREDIT, SPEND),
        (QUANTITY_CREDIT, QUANTITY),
        (SPEND_PRICED, SPEND),
    ])),
    ("CommitmentDiscountUnit", From::When(&[
        (FEE, From::Absent("the export has no quantity of what is unused")),
        (Any(&[SPEND_CREDIT, QUANTITY_CREDIT]), From::Absent("one row holds covered and uncovered usage")),
        (SPEND_PRICED, From::Column("currency")),
    ])),
    ("ConsumedQuantity", From::When(&[(FEE, NOT_PRICED), (REGULAR, From::Column("usage.amount"))])),
    ("ConsumedUnit", From::When(&[(FEE, NOT_PRICED), (REGULAR, From::Column("usage.unit"))])),
    ("ContractApplied", From::Absent("not in this export")),
    ("ContractedCost", From::FirstOf(&[From::Column("cost_at_effective_price_default"), From::Column("cost")])),
    ("ContractedUnitPrice", From::When(&[
        (IN_DOLLARS, From::FirstOf(&[From::Column("price.effective_price_default"), From::Column("price.effective_price")])),
        (Always, OTHER_CURRENCY),
    ])),
    ("EffectiveCost", From::When(&[
        (REGULAR, From::Sum(&[(1, "cost"), (1, "credits[].amount"), (1, COMMITMENT_COST)])),
        (Always, NET),
    ])),
    ("HostProviderName", PROVIDER),
    ("InvoiceId", From::Absent("the export names the month of the invoice, not the invoice")),
    ("InvoiceIssuerName", PROVIDER),
    ("ListCost", From::When(&[(FEE, AT_LIST), (REGULAR, From::Column("cost_at_list")), (Always, AT_LIST)])),
    ("ListUnitPrice", From::When(&[(IN_DOLLARS, From::Column("price.list_price")), (Always, OTHER_CURRENCY)])),
    ("PricingCategory", From::When(&[
        (FEE, From::Literal("Standard")),
        (Any(&[SPEND_CREDIT, QUANTITY_CREDIT, SPEND_PRICED]), From::Literal("Committed")),
        (All(&[REGULAR, Any(&[Contains("sku.description", "Spot"), Contains("sku.description", "Preemptible")])]), From::Literal("Dynamic")),
        (REGULAR, From::Literal("Standard")),
    ])),
    ("PricingCurrency", From::When(&[(Present("currency_conversion_rate"), From::Literal("USD"))])),
    ("PricingCurrencyContractedUnitPrice", OTHER_CURRENCY),
    ("PricingCurrencyEffectiveCost", NO_PRICING_COSTS),
    ("PricingCurrencyListUnitPrice", OTHER_CURRENCY),
    ("PricingQuantity", From::When(&[(REGULAR, From::Column("usage.amount_in_pricing_units")), (Always, NOT_PRICED)])),
    ("PricingUnit", From::When(&[(REGULAR, From::Column("usage.pricing_unit")), (Always, NOT_PRICED)])),
    ("ProviderName", PROVIDER),
    ("PublisherName", From::FirstOf(&[From::Column("seller_name"), PROVIDER])),
    ("RegionId", From::FirstOf(&[From::Column("location.region"), From::Column("location.location")])),
    ("RegionName", From::FirstOf(&[
        From::Lookup { table: "gcp_regions", key: "location.region", value: "RegionName" },
        From::Column("location.location"),
    ])),
    ("ResourceId", From::FirstOf(&[From::Column("resource.global_name"), From::Column("resource.name")])),
    ("ResourceName", From::FirstOf(&[From::Column("resource.name"), From::Derived(Derived::LastSegment("resource.global_name"))])),
    ("ResourceType", From::Derived(Derived::Collection("resource.global_name"))),
    ("ServiceCategory", From::FirstOf(&[
        From::Lookup { table: "gcp_services", key: "service.description", value: "ServiceCategory" },
        From::Literal("Other"),
    ])),
    ("ServiceName", From::FirstOf(&[From::Column("service.description"), From::Column("service.id"), PROVIDER])),
    ("ServiceProviderName", From::FirstOf(&[From::Column("seller_name"), PROVIDER])),
    ("ServiceSubcategory", From::FirstOf(&[
        From::Lookup { table: "gcp_services", key: "service.description", value: "ServiceSubcategory" },
        From::Literal("Other (Other)"),
    ])),
    ("SkuId", From::When(&[(TAX, From::Absent("FOCUS: a tax has no SKU")), (Always, From::Column("sku.id"))])),
    ("SkuMeter", From::When(&[(TAX, From::Absent("FOCUS: a tax has no SKU")), (Always, From::Column("sku.description"))])),
    ("SkuPriceDetails", From::Absent("tier and consumption model stay in landed")),
    ("SkuPriceId", From::Absent("the export gives prices no id")),
    ("SubAccountId", From::Column("project.id")),
    ("SubAccountName", From::Column("project.name")),
    ("SubAccountType", From::When(&[(Present("project.id"), From::Literal("Project"))])),
    ("Tags", From::Derived(Derived::KeyValues(&["labels", "tags[inherited=false]", "project.labels", "tags"]))),
    ("x_LineItemType", From::Column(TYPE)),
    ("x_ServiceCode", From::Column("service.id")),
    ("x_UsageType", From::Column("sku.description")),
    ("x_Operation", From::Absent("the export has no operation")),
    ("x_InstanceType", From::Derived(Derived::KeyValue { list: "system_labels", key: "compute.googleapis.com/machine_spec" })),
    ("x_SplitCost", NO_SPLIT),
    ("x_CostCategories", From::Absent("Google Cloud has no cost categories")),
    ("x_Discounts", From::Derived(Derived::SumsBy { list: "credits", key: "type", amount: "amount" })),
];

const RESERVATION: &str = "compute.googleapis.com/reservation_name";
const HAS_RESERVATION: Condition = HasItem("system_labels[key=compute.googleapis.com/reservation_name]");
const UNUSED_RESERVATION: &str = "{\"key\":\"compute.googleapis.com/is_unused_reservation\",\"value\":\"true\"}";
