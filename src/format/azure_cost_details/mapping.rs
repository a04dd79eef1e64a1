//! Where each FOCUS column of cost and usage details comes from: Microsoft's conversion
//! (learn.microsoft.com/cloud-computing/finops/focus/convert), and what it leaves open as
//! `docs/formats/azure-cost-details.md` decides.

use super::super::mapping::Condition::{self, All, Always, Any, Blank, OneOf, Present};
use super::super::mapping::{COLUMNS, Derived, From};
use super::super::union::DATASET;
use super::{ACTUAL, ACTUAL_ALONE, AMORTIZED, AMORTIZED_ALONE, CHARGE_TYPE, COST, OF_COMMITMENT, PURCHASES, UNUSED};

const RATE: &str = "ExchangeRatePricingToBilling";
const BILLED: From = From::Column(COST);
const NOTHING: From = From::Sum(&[]);
const NOT_HERE: &str = "not in this export";
const ALONE: Condition = OneOf(DATASET, &[ACTUAL_ALONE]);
const IS_UNUSED: Condition = OneOf(CHARGE_TYPE, UNUSED);
const IS_USAGE: Condition = OneOf(CHARGE_TYPE, &["Usage"]);
const COVERED: Condition = All(&[IS_USAGE, OF_COMMITMENT]);
const BOUGHT: Condition = All(&[OneOf(CHARGE_TYPE, PURCHASES), OF_COMMITMENT]);
/// Charges of a commitment discount itself, and usage that it covers.
const HAS_COMMITMENT: Condition = Any(&[IS_UNUSED, COVERED, BOUGHT]);
const RESERVED: Condition = Any(&[
    OneOf(CHARGE_TYPE, &["UnusedReservation"]),
    OneOf("PricingModel", &["Reservation"]),
    All(&[Blank("PricingModel"), Present("ReservationId")]),
]);
const PLANNED: Condition =
    Any(&[OneOf(CHARGE_TYPE, &["UnusedSavingsPlan"]), OneOf("PricingModel", &["SavingsPlan", "Savings Plan"])]);
/// What was paid at the agreement's price before a commitment; the cost where no price is told.
const AT_CONTRACT: From = From::FirstOf(&[
    From::Derived(Derived::Priced { price: "UnitPrice", quantity: Some("Quantity"), rate: RATE }),
    BILLED,
]);
/// What usage would cost at list price: MCA tells it; EA tells a price; else the agreement's.
const AT_LIST: From = From::FirstOf(&[
    From::Derived(Derived::Priced { price: "PaygCostInBillingCurrency", quantity: None, rate: "" }),
    From::Derived(Derived::Priced { price: "PayGPrice", quantity: Some("Quantity"), rate: RATE }),
    AT_CONTRACT,
]);
const MACHINES: Condition = OneOf(
    "MeterCategory",
    &["Virtual Machines", "Virtual Machines Licenses", "Cloud Services", "Azure Dedicated Host"],
);

/// The product of an MCA, the part number of an EA: what the price sheet of each names a SKU by.
const SKU: From = From::FirstOf(&[From::Column("ProductId"), From::Column("PartNumber")]);

/// By the resource, else by the service that metered it, else by the meter's category.
macro_rules! service {
    ($value:literal) => {
        From::FirstOf(&[
            From::Derived(Derived::ArmLookup {
                id: "ResourceId",
                table: "azure_services",
                value: $value,
                parents: true,
            }),
            From::Lookup { table: "azure_services", key: "ConsumedService", value: $value },
            From::Lookup { table: "azure_meter_categories", key: "MeterCategory", value: $value },
        ])
    };
}

#[rustfmt::skip]
pub const MAPPING: [(&str, From); COLUMNS] = [
    ("AllocatedMethodDetails", From::Absent(NOT_HERE)),
    ("AllocatedMethodId", From::Absent(NOT_HERE)),
    ("AllocatedResourceId", From::Absent(NOT_HERE)),
    ("AllocatedResourceName", From::Absent(NOT_HERE)),
    ("AllocatedTags", From::Absent(NOT_HERE)),
    ("AvailabilityZone", From::Column("AvailabilityZone")),
    ("BilledCost", From::When(&[
        (ALONE, BILLED),
        (All(&[OneOf(DATASET, &[AMORTIZED, AMORTIZED_ALONE]), Any(&[COVERED, IS_UNUSED])]), NOTHING),
        (Always, BILLED),
    ])),
    ("BillingAccountId", From::Column("BillingProfileId")),
    ("BillingAccountName", From::FirstOf(&[From::Column("BillingProfileName"), From::Column("BillingAccountName")])),
    ("BillingAccountType", From::When(&[(Present("PricingCurrency"), From::Literal("Billing Profile")), (Always, From::Literal("Billing Account"))])),
    ("BillingCurrency", From::Column("BillingCurrency")),
    ("BillingPeriodEnd", From::Derived(Derived::NextDay("BillingPeriodEndDate"))),
    ("BillingPeriodStart", From::Column("BillingPeriodStartDate")),
    ("CapacityReservationId", From::Absent(NOT_HERE)),
    ("CapacityReservationStatus", From::Absent(NOT_HERE)),
    ("ChargeCategory", From::When(&[
        (Any(&[IS_USAGE, IS_UNUSED]), From::Literal("Usage")),
        (OneOf(CHARGE_TYPE, PURCHASES), From::Literal("Purchase")),
        (OneOf(CHARGE_TYPE, &["Tax"]), From::Literal("Tax")),
        (OneOf(CHARGE_TYPE, &["Credit"]), From::Literal("Credit")),
        (Always, From::Literal("Adjustment")),
    ])),
    ("ChargeClass", From::When(&[(OneOf(CHARGE_TYPE, &["Refund"]), From::Literal("Correction"))])),
    ("ChargeDescription", From::Column("ProductName")),
    ("ChargeFrequency", From::When(&[
        (OneOf("Frequency", &["UsageBased", "Usage-Based"]), From::Literal("Usage-Based")),
        (OneOf("Frequency", &["Recurring"]), From::Literal("Recurring")),
        (OneOf("Frequency", &["OneTime", "One-Time"]), From::Literal("One-Time")),
        (Any(&[IS_USAGE, IS_UNUSED]), From::Literal("Usage-Based")),
        (Always, From::Literal("One-Time")),
    ])),
    ("ChargePeriodEnd", From::Derived(Derived::NextDay("Date"))),
    ("ChargePeriodStart", From::Column("Date")),
    ("CommitmentDiscountCategory", From::When(&[
        (All(&[HAS_COMMITMENT, RESERVED]), From::Literal("Usage")),
        (All(&[HAS_COMMITMENT, PLANNED]), From::Literal("Spend")),
    ])),
    ("CommitmentDiscountId", From::When(&[
        (HAS_COMMITMENT, From::FirstOf(&[From::Derived(Derived::ArmId("BenefitId")), From::Column("ReservationId")])),
    ])),
    ("CommitmentDiscountName", From::When(&[
        (HAS_COMMITMENT, From::FirstOf(&[From::Column("BenefitName"), From::Column("ReservationName")])),
    ])),
    ("CommitmentDiscountQuantity", From::When(&[
        (All(&[Any(&[COVERED, IS_UNUSED]), RESERVED]), From::Derived(Derived::InUnits { quantity: "Quantity", measure: "UnitOfMeasure" })),
        (Any(&[COVERED, IS_UNUSED]), BILLED),
    ])),
    ("CommitmentDiscountStatus", From::When(&[
        (IS_UNUSED, From::Literal("Unused")),
        (COVERED, From::Literal("Used")),
    ])),
    ("CommitmentDiscountType", From::When(&[
        (All(&[HAS_COMMITMENT, RESERVED]), From::Literal("Reservation")),
        (All(&[HAS_COMMITMENT, PLANNED]), From::Literal("Savings Plan")),
    ])),
    ("CommitmentDiscountUnit", From::When(&[
        (All(&[Any(&[COVERED, IS_UNUSED]), RESERVED]), From::Derived(Derived::Unit("UnitOfMeasure"))),
        (Any(&[COVERED, IS_UNUSED]), From::Column("BillingCurrency")),
    ])),
    ("ConsumedQuantity", From::When(&[(IS_USAGE, From::Derived(Derived::InUnits { quantity: "Quantity", measure: "UnitOfMeasure" }))])),
    ("ConsumedUnit", From::When(&[(IS_USAGE, From::Derived(Derived::Unit("UnitOfMeasure")))])),
    ("ContractApplied", From::Absent(NOT_HERE)),
    ("ContractedCost", From::When(&[(IS_USAGE, AT_CONTRACT), (Always, BILLED)])),
    ("ContractedUnitPrice", From::When(&[(IS_USAGE, From::Derived(Derived::Priced { price: "UnitPrice", quantity: None, rate: RATE }))])),
    ("EffectiveCost", From::When(&[
        (All(&[OneOf(DATASET, &[ACTUAL]), BOUGHT]), NOTHING),
        (Always, BILLED),
    ])),
    ("HostProviderName", From::Literal("Microsoft")),
    ("InvoiceId", From::Column("InvoiceId")),
    ("InvoiceIssuerName", From::FirstOf(&[From::Column("PartnerName"), From::Literal("Microsoft")])),
    ("ListCost", From::When(&[(IS_USAGE, AT_LIST), (Always, BILLED)])),
    ("ListUnitPrice", From::When(&[(IS_USAGE, From::Derived(Derived::Priced { price: "PayGPrice", quantity: None, rate: RATE }))])),
    ("PricingCategory", From::When(&[
        (Any(&[COVERED, IS_UNUSED]), From::Literal("Committed")),
        (OneOf(CHARGE_TYPE, PURCHASES), From::Literal("Standard")),
        (All(&[IS_USAGE, OneOf("PricingModel", &["Spot"])]), From::Literal("Dynamic")),
        (All(&[IS_USAGE, Any(&[OneOf("PricingModel", &["OnDemand", "On Demand"]), Blank("PricingModel")])]), From::Literal("Standard")),
        (IS_USAGE, From::Literal("Other")),
    ])),
    // An EA prices in the currency it bills in.
    ("PricingCurrency", From::FirstOf(&[From::Column("PricingCurrency"), From::Column("BillingCurrency")])),
    ("PricingCurrencyContractedUnitPrice", From::When(&[(IS_USAGE, From::Derived(Derived::Priced { price: "UnitPrice", quantity: None, rate: "" }))])),
    ("PricingCurrencyEffectiveCost", From::When(&[
        (All(&[OneOf(DATASET, &[ACTUAL]), BOUGHT]), NOTHING),
        (Blank("PricingCurrency"), BILLED),
        (Always, From::Column("CostInPricingCurrency")),
    ])),
    ("PricingCurrencyListUnitPrice", From::When(&[(IS_USAGE, From::Derived(Derived::Priced { price: "PayGPrice", quantity: None, rate: "" }))])),
    ("PricingQuantity", From::When(&[(Any(&[IS_USAGE, IS_UNUSED, OneOf(CHARGE_TYPE, PURCHASES)]), From::Column("Quantity"))])),
    ("PricingUnit", From::When(&[(Any(&[IS_USAGE, IS_UNUSED, OneOf(CHARGE_TYPE, PURCHASES)]), From::Derived(Derived::PriceUnit("UnitOfMeasure")))])),
    ("ProviderName", From::Literal("Microsoft")),
    ("PublisherName", From::FirstOf(&[From::Column("PublisherName"), From::Literal("Microsoft")])),
    ("RegionId", From::FirstOf(&[
        From::Lookup { table: "azure_regions", key: "ResourceLocation", value: "RegionId" },
        From::Column("ResourceLocation"),
    ])),
    ("RegionName", From::FirstOf(&[
        From::Lookup { table: "azure_regions", key: "ResourceLocation", value: "RegionName" },
        From::Column("ResourceLocation"),
    ])),
    ("ResourceId", From::Column("ResourceId")),
    ("ResourceName", From::FirstOf(&[From::Column("ResourceName"), From::Derived(Derived::LastSegment("ResourceId"))])),
    ("ResourceType", From::FirstOf(&[
        From::Derived(Derived::ArmLookup { id: "ResourceId", table: "azure_resource_types", value: "DisplayName", parents: false }),
        From::Derived(Derived::ArmType("ResourceId")),
    ])),
    ("ServiceCategory", From::FirstOf(&[service!("ServiceCategory"), From::Literal("Other")])),
    ("ServiceName", From::FirstOf(&[service!("ServiceName"), From::Column("MeterCategory"), From::Column("ProductName"), From::Literal("Other")])),
    ("ServiceProviderName", From::FirstOf(&[From::Column("PublisherName"), From::Literal("Microsoft")])),
    ("ServiceSubcategory", From::FirstOf(&[service!("ServiceSubcategory"), From::Literal("Other (Other)")])),
    ("SkuId", SKU),
    // FOCUS: a meter where there is a SKU.
    ("SkuMeter", From::When(&[(Any(&[Present("ProductId"), Present("PartNumber")]), From::Column("MeterName"))])),
    ("SkuPriceDetails", From::Absent("AdditionalInfo is of the resource more than of the price; it stays in landed")),
    ("SkuPriceId", From::Absent(NOT_HERE)),
    ("SubAccountId", From::Column("SubscriptionId")),
    ("SubAccountName", From::Column("SubscriptionName")),
    ("SubAccountType", From::When(&[(Present("SubscriptionId"), From::Literal("Subscription"))])),
    ("Tags", From::Derived(Derived::Json("Tags"))),
    ("x_LineItemType", From::Column(CHARGE_TYPE)),
    ("x_ServiceCode", From::Column("MeterCategory")),
    ("x_UsageType", From::Column("MeterName")),
    ("x_Operation", From::Column("MeterSubCategory")),
    ("x_InstanceType", From::When(&[
        (MACHINES, From::Derived(Derived::Detail { column: "AdditionalInfo", keys: &["ServiceType", "VMSize", "VmSize", "vmSize"] })),
    ])),
    ("x_SplitCost", From::Absent("this export has no split cost allocation")),
    ("x_CostCategories", From::Derived(Derived::Columns(&["AccountName", "CostCenter", "InvoiceSectionName"]))),
    ("x_Discounts", From::Absent("discounts are inside the prices")),
];
