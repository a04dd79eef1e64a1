//! Where each FOCUS column of AWS's cost and usage reports comes from. What one of the two reports has
//! and the other has not stands in its own file.

use super::super::mapping::Condition::{All, Always, OneOf, Present};
use super::super::mapping::{COLUMNS, Derived, From};
use super::{COVERED, Cur, DISCOUNTS};

const SPLIT_QUANTITY: &str = "the quantity stands on the instance's own row";
const NO_NAMES: &str = "this report carries no account names";
const NO_PRICING_CURRENCY: &str = "this report has costs in the billing currency only";
impl<const CUR2: bool> Cur<CUR2> {
    #[rustfmt::skip]
    pub const MAPPING: [(&str, From); COLUMNS] = [
        ("AllocatedMethodDetails", From::Absent("split cost allocation is carried in x_SplitCost")),
        ("AllocatedMethodId", From::Absent("split cost allocation is carried in x_SplitCost")),
        ("AllocatedResourceId", From::Absent("split cost allocation is carried in x_SplitCost")),
        ("AllocatedResourceName", From::Absent("split cost allocation is carried in x_SplitCost")),
        ("AllocatedTags", From::Absent("split cost allocation is carried in x_SplitCost")),
        ("AvailabilityZone", From::Column(Self::N.line_item_availability_zone)),
        ("BilledCost", From::ByBasis { gross: &Self::BILLED_GROSS, net: &Self::BILLED_NET }),
        ("BillingAccountId", From::Column(Self::N.bill_payer_account_id)),
        ("BillingAccountName", From::Absent(NO_NAMES)),
        ("BillingAccountType", From::Literal("Management Account")),
        ("BillingCurrency", From::Column(Self::N.line_item_currency_code)),
        ("BillingPeriodEnd", From::Column(Self::N.bill_billing_period_end_date)),
        ("BillingPeriodStart", From::Column(Self::N.bill_billing_period_start_date)),
        ("CapacityReservationId", From::Absent("not in this report")),
        ("CapacityReservationStatus", From::Absent("not in this report")),
        ("ChargeCategory", Self::CHARGE_CATEGORY),
        ("ChargeClass", From::When(&[(OneOf(Self::TYPE, &["Refund"]), From::Literal("Correction"))])),
        ("ChargeDescription", From::Column(Self::N.line_item_line_item_description)),
        ("ChargeFrequency", Self::CHARGE_FREQUENCY),
        ("ChargePeriodEnd", From::Column(Self::N.line_item_usage_end_date)),
        ("ChargePeriodStart", From::Column(Self::N.line_item_usage_start_date)),
        ("CommitmentDiscountCategory", From::When(&[
            (All(&[Self::OF_COMMITMENT, Present(Self::N.savings_plan_savings_plan_arn)]), From::Literal("Spend")),
            (All(&[Self::OF_COMMITMENT, Present(Self::N.reservation_reservation_arn)]), From::Literal("Usage")),
        ])),
        ("CommitmentDiscountId", From::When(&[
            (Self::OF_COMMITMENT, From::FirstOf(&[From::Column(Self::N.savings_plan_savings_plan_arn), From::Column(Self::N.reservation_reservation_arn)])),
        ])),
        ("CommitmentDiscountName", From::Absent("not in this report")),
        ("CommitmentDiscountQuantity", From::When(&[
            (Self::SPLIT, From::Absent(SPLIT_QUANTITY)),
            (OneOf(Self::TYPE, &["SavingsPlanCoveredUsage"]), From::Column(Self::N.savings_plan_savings_plan_effective_cost)),
            (OneOf(Self::TYPE, &["DiscountedUsage"]), From::Column(Self::N.line_item_usage_amount)),
        ])),
        ("CommitmentDiscountStatus", From::When(&[
            (OneOf(Self::TYPE, COVERED), From::Literal("Used")),
            (OneOf(Self::TYPE, &["RIFee", "SavingsPlanRecurringFee"]), From::Literal("Unused")),
        ])),
        ("CommitmentDiscountType", From::When(&[
            (All(&[Self::OF_COMMITMENT, Present(Self::N.savings_plan_savings_plan_arn)]), From::Literal("Savings Plan")),
            (All(&[Self::OF_COMMITMENT, Present(Self::N.reservation_reservation_arn)]), From::Literal("Reserved Instance")),
        ])),
        ("CommitmentDiscountUnit", From::When(&[
            (Self::SPLIT, From::Absent(SPLIT_QUANTITY)),
            (OneOf(Self::TYPE, &["SavingsPlanCoveredUsage"]), From::Column(Self::N.line_item_currency_code)),
            (OneOf(Self::TYPE, &["DiscountedUsage"]), From::Column(Self::N.pricing_unit)),
        ])),
        ("ConsumedQuantity", From::When(&[(Self::SPLIT, From::Absent(SPLIT_QUANTITY)), (Self::PRICED, From::Column(Self::N.line_item_usage_amount))])),
        ("ConsumedUnit", From::When(&[(Self::SPLIT, From::Absent(SPLIT_QUANTITY)), (Self::PRICED, From::Column(Self::N.pricing_unit))])),
        ("ContractApplied", From::Absent("not in this report")),
        ("ContractedCost", From::ByBasis { gross: &Self::CONTRACTED_GROSS, net: &Self::CONTRACTED_NET }),
        ("ContractedUnitPrice", From::When(&[(Self::SPLIT, From::Absent(SPLIT_QUANTITY)), (OneOf(Self::TYPE, &["Usage", "SavingsPlanCoveredUsage"]), From::ByBasis {
            gross: &From::Column(Self::N.line_item_unblended_rate),
            net: &From::FirstOf(&[From::Column(Self::N.line_item_net_unblended_rate), From::Column(Self::N.line_item_unblended_rate)]),
        })])),
        ("EffectiveCost", From::ByBasis { gross: &Self::EFFECTIVE_GROSS, net: &Self::EFFECTIVE_NET }),
        ("HostProviderName", From::Literal("AWS")),
        ("InvoiceId", From::Column(Self::N.bill_invoice_id)),
        ("InvoiceIssuerName", From::FirstOf(&[From::Column(Self::N.bill_invoicing_entity), From::Column(Self::N.bill_billing_entity), From::Literal("AWS")])),
        ("ListCost", From::ByBasis { gross: &Self::LIST_GROSS, net: &Self::LIST_NET }),
        ("ListUnitPrice", From::When(&[(Self::SPLIT, From::Absent(SPLIT_QUANTITY)), (Self::PRICED, From::Column(Self::N.pricing_public_on_demand_rate))])),
        ("PricingCategory", Self::PRICING_CATEGORY),
        ("PricingCurrency", From::FirstOf(&[From::Column(Self::N.pricing_currency), From::Column(Self::N.line_item_currency_code)])),
        ("PricingCurrencyContractedUnitPrice", From::Absent(NO_PRICING_CURRENCY)),
        ("PricingCurrencyEffectiveCost", From::Absent(NO_PRICING_CURRENCY)),
        ("PricingCurrencyListUnitPrice", From::Absent(NO_PRICING_CURRENCY)),
        ("PricingQuantity", From::When(&[
            (Self::SPLIT, From::Absent(SPLIT_QUANTITY)),
            (OneOf(Self::TYPE, DISCOUNTS), From::Absent("a discount has no quantity of its own")),
            (OneOf(Self::TYPE, &["Tax", "Credit", "SavingsPlanNegation"]), From::Absent("FOCUS: null where nothing is priced")),
            (Always, From::Column(Self::N.line_item_usage_amount)),
        ])),
        ("PricingUnit", From::When(&[
            (Self::SPLIT, From::Absent(SPLIT_QUANTITY)),
            (OneOf(Self::TYPE, DISCOUNTS), From::Absent("a discount has no quantity of its own")),
            (OneOf(Self::TYPE, &["Tax", "Credit", "SavingsPlanNegation"]), From::Absent("FOCUS: null where nothing is priced")),
            (Always, From::Column(Self::N.pricing_unit)),
        ])),
        ("ProviderName", From::Literal("AWS")),
        ("PublisherName", From::FirstOf(&[From::Column(Self::N.line_item_legal_entity), From::Column(Self::N.bill_invoicing_entity), From::Literal("AWS")])),
        ("RegionId", From::FirstOf(&[From::Column(Self::N.product_region_code), From::Column(Self::N.product_region)])),
        ("RegionName", From::When(&[(OneOf(Self::N.product_location_type, &["AWS Region"]), From::Column(Self::N.product_location))])),
        ("ResourceId", From::Column(Self::N.line_item_resource_id)),
        ("ResourceName", From::Column(Self::N.resource_tags_user_name)),
        ("ResourceType", From::FirstOf(&[From::Derived(Derived::ArnType(Self::N.line_item_resource_id)), Self::RESOURCE_TYPE])),
        ("ServiceCategory", From::FirstOf(&[
            From::Lookup { table: "aws_services", key: Self::N.line_item_product_code, value: "ServiceCategory" },
            From::Literal("Other"),
        ])),
        ("ServiceName", From::FirstOf(&[
            From::Lookup { table: "aws_services", key: Self::N.line_item_product_code, value: "ServiceName" },
            From::Column(Self::N.product_product_name), From::Column(Self::N.product_servicename), From::Column(Self::N.line_item_product_code),
        ])),
        ("ServiceProviderName", From::FirstOf(&[From::Column(Self::N.line_item_legal_entity), From::Literal("AWS")])),
        ("ServiceSubcategory", From::FirstOf(&[
            From::Lookup { table: "aws_services", key: Self::N.line_item_product_code, value: "ServiceSubcategory" },
            From::Literal("Other (Other)"),
        ])),
        ("SkuId", From::Column(Self::N.product_sku)),
        ("SkuMeter", From::When(&[(Present(Self::N.product_sku), From::Column(Self::N.line_item_usage_type))])),
        ("SkuPriceDetails", From::Absent("prices' terms stand in many product columns; they stay in landed")),
        ("SkuPriceId", From::Column(Self::N.pricing_rate_code)),
        ("SubAccountId", From::Column(Self::N.line_item_usage_account_id)),
        ("SubAccountName", From::Absent(NO_NAMES)),
        ("SubAccountType", From::Literal("Member Account")),
        ("Tags", From::Derived(Derived::Object { prefix: "resourceTags", strip: "user:" })),
        ("x_LineItemType", From::Column(Self::TYPE)),
        ("x_ServiceCode", From::Column(Self::N.line_item_product_code)),
        ("x_UsageType", From::Column(Self::N.line_item_usage_type)),
        ("x_Operation", From::Column(Self::N.line_item_operation)),
        ("x_InstanceType", From::Column(Self::N.product_instance_type)),
        ("x_SplitCost", From::When(&[(Self::SPLIT, From::ByBasis {
            gross: &From::Sum(&[(1, Self::N.split_line_item_split_cost), (1, Self::N.split_line_item_unused_cost)]),
            net: &From::Sum(&[(1, Self::N.split_line_item_net_split_cost), (1, Self::N.split_line_item_net_unused_cost)]),
        })])),
        ("x_CostCategories", From::Derived(Derived::Object { prefix: "costCategory", strip: "" })),
        ("x_Discounts", From::Absent("discounts are lines of their own")),
    ];
}
