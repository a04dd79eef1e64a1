//! FOCUS files from anywhere, 1.0 to 1.2 (the additions of 1.3 are carried where present).
//!
//! Page: <https://focus.finops.org/focus-specification/> · Seen as
//! `focus/billing_period=2026-05/part-0000.parquet`, `FOCUS_1_2_export-00001.csv.gz`.
//! Files have no manifest of their own: the config declares which form one delivery.

use super::crosswalk::{Crosswalk, Formula, LineRule, Term};
use super::mapping::COLUMNS;
use super::native::{Blank, MoneyColumn, Native};
use super::{Dates, Derived, Format, From, HeaderStyle, Layout};
use crate::focus::COSTS;

pub static FORMAT: Format = Format {
    id: "focus",
    title: "FOCUS 1.0 to 1.2, CSV or Parquet",
    page: "https://focus.finops.org/focus-specification/",
    keys: ["focus/billing_period=2026-05/part-0000.parquet", "FOCUS_1_2_export-00001.csv.gz"],
    defects: &[
        "the text NULL for a missing value (FinOps Foundation sample data)",
        "dates without T and Z: 2024-09-01 00:00:00",
        "values of closed sets in another case: Usage-based",
        "a row of the next billing period among those of this one",
    ],
    layout: Layout::Loose,
    header: HeaderStyle::Exact,
    null_text: Some("NULL"),
    dates: Dates::Iso,
    union: None,
    native: NATIVE,
    mapping: &MAPPING,
    crosswalk,
};

/// A FOCUS file is its own control total: charge categories and the four costs.
pub(super) const NATIVE: Native = Native {
    billing_account: "BillingAccountId",
    sub_account: "SubAccountId",
    currency: "BillingCurrency",
    line_type: "ChargeCategory",
    period_start: "BillingPeriodStart",
    line_types: &["Usage", "Purchase", "Tax", "Credit", "Adjustment"],
    qualifiers: &[],
    money: &[
        MoneyColumn { name: "BilledCost", required: true, blank: Blank::Refuse },
        MoneyColumn { name: "EffectiveCost", required: true, blank: Blank::Refuse },
        // Real exports leave these two blank on some rows, against the specification.
        MoneyColumn { name: "ListCost", required: true, blank: Blank::Nothing },
        MoneyColumn { name: "ContractedCost", required: true, blank: Blank::Nothing },
    ],
    net_columns: &[],
    net_by_value: false,
    only_net: &[],
    foreign: &[],
    lookalikes: &[],
    factors: &[],
    required: &[
        "BillingAccountId",
        "BillingCurrency",
        "BillingPeriodEnd",
        "BillingPeriodStart",
        "ChargeCategory",
        "ChargePeriodEnd",
        "ChargePeriodStart",
        "InvoiceIssuerName",
        "ProviderName",
        "PublisherName",
        "ServiceCategory",
        "ServiceName",
    ],
    prices: &[
        "ContractedUnitPrice",
        "ListUnitPrice",
        "PricingCurrencyContractedUnitPrice",
        "PricingCurrencyEffectiveCost",
        "PricingCurrencyListUnitPrice",
    ],
    quantities: &["CommitmentDiscountQuantity", "ConsumedQuantity", "PricingQuantity"],
    times: &["BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"],
    identity: &[],
    offset: None,
    known: &[],
};

/// The costs of a FOCUS file are costs already, whatever the charge category.
pub(super) fn crosswalk() -> Crosswalk {
    let same = |name: &str| {
        let blank_is_zero = NATIVE.money.iter().any(|money| money.name == name && money.blank == Blank::Nothing);
        Formula::Sum(vec![Term { sign: 1, columns: vec![name.to_string()], blank_is_zero }])
    };
    let costs = [same(COSTS[0]), same(COSTS[1]), same(COSTS[2]), same(COSTS[3]), Formula::Sum(Vec::new())];
    let rule = |category: &&str| LineRule {
        line_type: (*category).into(),
        qualifier: String::new(),
        basis: "any".into(),
        charge_category: (*category).into(),
        costs: costs.clone(),
    };
    Crosswalk { rules: NATIVE.line_types.iter().map(rule).collect() }
}

#[rustfmt::skip]
pub(super) const MAPPING: [(&str, From); COLUMNS] = [
    ("AllocatedMethodDetails", From::Derived(Derived::Json("AllocatedMethodDetails"))),
    ("AllocatedMethodId", From::Column("AllocatedMethodId")),
    ("AllocatedResourceId", From::Column("AllocatedResourceId")),
    ("AllocatedResourceName", From::Column("AllocatedResourceName")),
    ("AllocatedTags", From::Derived(Derived::Json("AllocatedTags"))),
    ("AvailabilityZone", From::Column("AvailabilityZone")),
    ("BilledCost", From::Column("BilledCost")),
    ("BillingAccountId", From::Column("BillingAccountId")),
    ("BillingAccountName", From::Column("BillingAccountName")),
    ("BillingAccountType", From::Column("BillingAccountType")),
    ("BillingCurrency", From::Column("BillingCurrency")),
    ("BillingPeriodEnd", From::Column("BillingPeriodEnd")),
    ("BillingPeriodStart", From::Column("BillingPeriodStart")),
    ("CapacityReservationId", From::Column("CapacityReservationId")),
    ("CapacityReservationStatus", From::Derived(Derived::Closed("CapacityReservationStatus"))),
    ("ChargeCategory", From::Derived(Derived::Closed("ChargeCategory"))),
    ("ChargeClass", From::Derived(Derived::Closed("ChargeClass"))),
    ("ChargeDescription", From::Column("ChargeDescription")),
    ("ChargeFrequency", From::Derived(Derived::Closed("ChargeFrequency"))),
    ("ChargePeriodEnd", From::Column("ChargePeriodEnd")),
    ("ChargePeriodStart", From::Column("ChargePeriodStart")),
    ("CommitmentDiscountCategory", From::Derived(Derived::Closed("CommitmentDiscountCategory"))),
    ("CommitmentDiscountId", From::Column("CommitmentDiscountId")),
    ("CommitmentDiscountName", From::Column("CommitmentDiscountName")),
    ("CommitmentDiscountQuantity", From::Column("CommitmentDiscountQuantity")),
    ("CommitmentDiscountStatus", From::Derived(Derived::Closed("CommitmentDiscountStatus"))),
    ("CommitmentDiscountType", From::Column("CommitmentDiscountType")),
    ("CommitmentDiscountUnit", From::Column("CommitmentDiscountUnit")),
    ("ConsumedQuantity", From::Column("ConsumedQuantity")),
    ("ConsumedUnit", From::Column("ConsumedUnit")),
    ("ContractApplied", From::Derived(Derived::Json("ContractApplied"))),
    ("ContractedCost", From::Column("ContractedCost")),
    ("ContractedUnitPrice", From::Column("ContractedUnitPrice")),
    ("EffectiveCost", From::Column("EffectiveCost")),
    ("HostProviderName", From::Column("HostProviderName")),
    ("InvoiceId", From::Column("InvoiceId")),
    ("InvoiceIssuerName", From::Column("InvoiceIssuerName")),
    ("ListCost", From::Column("ListCost")),
    ("ListUnitPrice", From::Column("ListUnitPrice")),
    ("PricingCategory", From::Derived(Derived::Closed("PricingCategory"))),
    ("PricingCurrency", From::Column("PricingCurrency")),
    ("PricingCurrencyContractedUnitPrice", From::Column("PricingCurrencyContractedUnitPrice")),
    ("PricingCurrencyEffectiveCost", From::Column("PricingCurrencyEffectiveCost")),
    ("PricingCurrencyListUnitPrice", From::Column("PricingCurrencyListUnitPrice")),
    ("PricingQuantity", From::Column("PricingQuantity")),
    ("PricingUnit", From::Column("PricingUnit")),
    ("ProviderName", From::Column("ProviderName")),
    ("PublisherName", From::Column("PublisherName")),
    ("RegionId", From::Column("RegionId")),
    ("RegionName", From::Column("RegionName")),
    ("ResourceId", From::Column("ResourceId")),
    ("ResourceName", From::Column("ResourceName")),
    ("ResourceType", From::Column("ResourceType")),
    ("ServiceCategory", From::Column("ServiceCategory")),
    ("ServiceName", From::Column("ServiceName")),
    ("ServiceProviderName", From::Column("ServiceProviderName")),
    ("ServiceSubcategory", From::Column("ServiceSubcategory")),
    ("SkuId", From::Column("SkuId")),
    ("SkuMeter", From::Column("SkuMeter")),
    ("SkuPriceDetails", From::Derived(Derived::Json("SkuPriceDetails"))),
    ("SkuPriceId", From::Column("SkuPriceId")),
    ("SubAccountId", From::Column("SubAccountId")),
    ("SubAccountName", From::Column("SubAccountName")),
    ("SubAccountType", From::Column("SubAccountType")),
    ("Tags", From::Derived(Derived::Json("Tags"))),
    ("x_LineItemType", From::Column("x_LineItemType")),
    ("x_ServiceCode", From::Column("x_ServiceCode")),
    ("x_UsageType", From::Column("x_UsageType")),
    ("x_Operation", From::Column("x_Operation")),
    ("x_InstanceType", From::Column("x_InstanceType")),
    ("x_SplitCost", From::Absent("a FOCUS export carries split costs as ordinary rows")),
    ("x_CostCategories", From::Derived(Derived::Json("x_CostCategories"))),
    ("x_Discounts", From::Derived(Derived::Json("x_Discounts"))),
];
