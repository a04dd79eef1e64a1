//! The legacy AWS Cost and Usage Report.
//!
//! Page: <https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html> · Keys:
//! `exports/nightly/20261001-20261101/5d1e…/nightly-00001.csv.gz`, with
//! `exports/nightly/20261001-20261101/nightly-Manifest.json` on top · How each line-item type
//! becomes money: `docs/formats/aws-cur-legacy.md`.

use super::Format;
use super::HeaderStyle;
use super::crosswalk;
use super::mapping::Condition::{self, All, Always, Any, Contains, OneOf, Present, StartsWith};
use super::mapping::{Derived, From};
use super::native::{Blank, MoneyColumn, Native, Qualifier, Test};

/// The crosswalk, as printed by `costmill explain mapping aws-cur-legacy`.
pub const CROSSWALK: &str = include_str!("lookup/aws_cur_legacy_crosswalk.csv");

pub static FORMAT: Format = Format {
    id: "aws-cur-legacy",
    title: "AWS Cost and Usage Report (legacy), CSV",
    page: "https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html",
    keys: [
        "exports/nightly/20261001-20261101/nightly-Manifest.json",
        "exports/nightly/20261001-20261101/5d1e6a0c-0f5f-4e0b-9d8e-0b6a3c1f2a77/nightly-00001.csv.gz",
    ],
    defects: &[
        "columns come and go by month: only product and tag columns in use are exported",
        "over half of the costs are in scientific notation: 1.81E-8",
        "tag columns may differ by case only: resourceTags/user:team, resourceTags/user:Team",
        "a delivery repeats the whole month: restatements are small changes among many repeats",
    ],
    manifests: true,
    header: HeaderStyle::AwsCategory,
    null_text: None,
    native: NATIVE,
    mapping: MAPPING,
    crosswalk: || crosswalk::read(CROSSWALK),
};

const TYPE: &str = "lineItem/LineItemType";
const UNBLENDED: From = From::Column("lineItem/UnblendedCost");
const NET_UNBLENDED: From = From::Column("lineItem/NetUnblendedCost");
const ON_DEMAND: From =
    From::FirstOf(&[From::Column("pricing/publicOnDemandCost"), From::Column("lineItem/UnblendedCost")]);
const NOTHING: From = From::Sum(&[]);
/// Operations of split cost allocation rows: they repeat, by container, money that stands on the
/// instance's own row.
const SPLIT_OPERATIONS: &[&str] = &["ECSTask-EC2", "EKSPod-EC2"];
const SPLIT: Condition = OneOf("lineItem/Operation", SPLIT_OPERATIONS);
const SAVINGS_PLAN_REFUND: &str = "Refund for one-time fee for Savings Plan ID";
const IS_SAVINGS_PLAN_REFUND: Condition = All(&[
    OneOf(TYPE, &["Refund"]),
    OneOf("lineItem/ProductCode", &["ComputeSavingsPlans"]),
    StartsWith("lineItem/LineItemDescription", SAVINGS_PLAN_REFUND),
]);
const OF_A_COMMITMENT: Condition =
    Any(&[Present("reservation/ReservationARN"), Present("savingsPlan/SavingsPlanARN"), IS_SAVINGS_PLAN_REFUND]);
/// Discounts that a net delivery holds inside the usage already.
const DISCOUNTS: &[&str] =
    &["Discount", "EdpDiscount", "PrivateRateDiscount", "SppDiscount", "RiVolumeDiscount", "BundledDiscount"];
const COVERED: &[&str] = &["DiscountedUsage", "SavingsPlanCoveredUsage"];
const USAGE: &[&str] = &["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];

const fn money(name: &'static str) -> MoneyColumn {
    MoneyColumn { name, required: false, blank: Blank::Nothing }
}

const NATIVE: Native = Native {
    billing_account: "bill/PayerAccountId",
    sub_account: "lineItem/UsageAccountId",
    currency: "lineItem/CurrencyCode",
    line_type: TYPE,
    period_start: "bill/BillingPeriodStartDate",
    line_types: &[
        "Usage",
        "Tax",
        "Fee",
        "RIFee",
        "Credit",
        "Refund",
        "Discount",
        "EdpDiscount",
        "PrivateRateDiscount",
        "SppDiscount",
        "RiVolumeDiscount",
        "BundledDiscount",
        "DiscountedUsage",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
        "FlatRateSubscription",
    ],
    qualifiers: &[
        Qualifier { line_type: "", when: &[("lineItem/Operation", Test::OneOf(SPLIT_OPERATIONS))], suffix: "split" },
        Qualifier { line_type: "Fee", when: &[("reservation/ReservationARN", Test::Present)], suffix: "reservation" },
        Qualifier {
            line_type: "Refund",
            when: &[
                ("lineItem/ProductCode", Test::OneOf(&["ComputeSavingsPlans"])),
                ("lineItem/LineItemDescription", Test::StartsWith(SAVINGS_PLAN_REFUND)),
            ],
            suffix: "savings-plan",
        },
        Qualifier { line_type: "Refund", when: &[("reservation/ReservationARN", Test::Present)], suffix: "commitment" },
        Qualifier { line_type: "Refund", when: &[("savingsPlan/SavingsPlanARN", Test::Present)], suffix: "commitment" },
    ],
    money: &[
        MoneyColumn { name: "lineItem/UnblendedCost", required: true, blank: Blank::Refuse },
        money("lineItem/NetUnblendedCost"),
        money("pricing/publicOnDemandCost"),
        money("reservation/EffectiveCost"),
        money("reservation/NetEffectiveCost"),
        money("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod"),
        money("reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod"),
        money("reservation/UnusedRecurringFee"),
        money("reservation/NetUnusedRecurringFee"),
        money("savingsPlan/SavingsPlanEffectiveCost"),
        money("savingsPlan/NetSavingsPlanEffectiveCost"),
        money("savingsPlan/TotalCommitmentToDate"),
        money("savingsPlan/UsedCommitment"),
        money("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod"),
        money("savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod"),
        money("savingsPlan/RecurringCommitmentForBillingPeriod"),
        money("savingsPlan/NetRecurringCommitmentForBillingPeriod"),
        money("splitLineItem/SplitCost"),
        money("splitLineItem/NetSplitCost"),
        money("splitLineItem/UnusedCost"),
        money("splitLineItem/NetUnusedCost"),
    ],
    net_columns: &[
        ("lineItem/UnblendedCost", "lineItem/NetUnblendedCost"),
        ("reservation/EffectiveCost", "reservation/NetEffectiveCost"),
        ("savingsPlan/SavingsPlanEffectiveCost", "savingsPlan/NetSavingsPlanEffectiveCost"),
    ],
    required: &[
        "bill/PayerAccountId",
        "bill/BillingPeriodStartDate",
        "bill/BillingPeriodEndDate",
        "lineItem/UsageAccountId",
        "lineItem/LineItemType",
        "lineItem/UsageStartDate",
        "lineItem/UsageEndDate",
        "lineItem/ProductCode",
        "lineItem/CurrencyCode",
    ],
    prices: &["lineItem/UnblendedRate", "lineItem/NetUnblendedRate", "pricing/publicOnDemandRate"],
    quantities: &["lineItem/UsageAmount"],
    times: &[
        "bill/BillingPeriodStartDate",
        "bill/BillingPeriodEndDate",
        "lineItem/UsageStartDate",
        "lineItem/UsageEndDate",
    ],
    identity: &["identity/LineItemId", "identity/TimeInterval"],
    // Covered usage carries on-demand money that the negation takes back.
    offset: Some(super::native::Offset {
        key: &["savingsPlan/SavingsPlanARN", "lineItem/UsageAccountId", "bill/PayerAccountId", "lineItem/CurrencyCode"],
        types: &["SavingsPlanCoveredUsage", "SavingsPlanNegation"],
        gross: "lineItem/UnblendedCost",
        net: "lineItem/NetUnblendedCost",
        line_type: "SavingsPlanNegation",
        given: &[
            ("lineItem/LineItemDescription", "Covered usage and its negation do not cancel out; this is what is left"),
            ("lineItem/ProductCode", "SavingsPlanNegation"),
        ],
    }),
    known: &[
        "identity/",
        "bill/",
        "lineItem/",
        "product/",
        "pricing/",
        "reservation/",
        "savingsPlan/",
        "splitLineItem/",
        "discount/",
        "resourceTags/",
        "costCategory/",
        "identity_",
        "bill_",
        "line_item_",
        "product_",
        "pricing_",
        "reservation_",
        "savings_plan_",
        "split_line_item_",
        "discount_",
        "resource_tags_",
        "cost_category_",
    ],
};

const BILLED_GROSS: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["SavingsPlanCoveredUsage", "SavingsPlanNegation"]), NOTHING),
    (Always, UNBLENDED),
]);
const BILLED_NET: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["SavingsPlanCoveredUsage", "SavingsPlanNegation"]), NOTHING),
    (OneOf(TYPE, DISCOUNTS), NOTHING),
    (Always, NET_UNBLENDED),
]);
const EFFECTIVE_GROSS: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["SavingsPlanCoveredUsage"]), From::Column("savingsPlan/SavingsPlanEffectiveCost")),
    (OneOf(TYPE, &["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), NOTHING),
    (
        OneOf(TYPE, &["SavingsPlanRecurringFee"]),
        From::Sum(&[(1, "savingsPlan/TotalCommitmentToDate"), (-1, "savingsPlan/UsedCommitment")]),
    ),
    (OneOf(TYPE, &["DiscountedUsage"]), From::Column("reservation/EffectiveCost")),
    (
        OneOf(TYPE, &["RIFee"]),
        From::Sum(&[
            (1, "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod"),
            (1, "reservation/UnusedRecurringFee"),
        ]),
    ),
    (All(&[OneOf(TYPE, &["Fee"]), Present("reservation/ReservationARN")]), NOTHING),
    (IS_SAVINGS_PLAN_REFUND, NOTHING),
    (Always, UNBLENDED),
]);
const EFFECTIVE_NET: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["SavingsPlanCoveredUsage"]), From::Column("savingsPlan/NetSavingsPlanEffectiveCost")),
    (OneOf(TYPE, &["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), NOTHING),
    (
        // The unused part has no net column: scaled by net over gross of the commitment, as the
        // Cloud Intelligence Dashboards do.
        OneOf(TYPE, &["SavingsPlanRecurringFee"]),
        From::Derived(Derived::Scaled {
            minuend: "savingsPlan/TotalCommitmentToDate",
            subtrahend: "savingsPlan/UsedCommitment",
            times: &[
                "savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod",
                "savingsPlan/NetRecurringCommitmentForBillingPeriod",
            ],
            by: &[
                "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod",
                "savingsPlan/RecurringCommitmentForBillingPeriod",
            ],
        }),
    ),
    (OneOf(TYPE, &["DiscountedUsage"]), From::Column("reservation/NetEffectiveCost")),
    (
        OneOf(TYPE, &["RIFee"]),
        From::Sum(&[
            (1, "reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod"),
            (1, "reservation/NetUnusedRecurringFee"),
        ]),
    ),
    (All(&[OneOf(TYPE, &["Fee"]), Present("reservation/ReservationARN")]), NOTHING),
    (IS_SAVINGS_PLAN_REFUND, NOTHING),
    (OneOf(TYPE, DISCOUNTS), NOTHING),
    (Always, NET_UNBLENDED),
]);
const LISTED: &[&str] = &["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "FlatRateSubscription"];
const LIST_GROSS: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, LISTED), ON_DEMAND),
    (OneOf(TYPE, DISCOUNTS), NOTHING),
    (OneOf(TYPE, &["SavingsPlanNegation"]), NOTHING),
    (Always, UNBLENDED),
]);
const LIST_NET: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, LISTED), ON_DEMAND),
    (OneOf(TYPE, DISCOUNTS), NOTHING),
    (OneOf(TYPE, &["SavingsPlanNegation"]), NOTHING),
    (OneOf(TYPE, &["Tax", "Credit", "Refund"]), NET_UNBLENDED),
    (Always, UNBLENDED),
]);
const CONTRACTED_GROSS: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["DiscountedUsage"]), ON_DEMAND),
    (OneOf(TYPE, &["SavingsPlanNegation"]), NOTHING),
    (Always, UNBLENDED),
]);
const CONTRACTED_NET: From = From::When(&[
    (SPLIT, NOTHING),
    (OneOf(TYPE, &["DiscountedUsage"]), ON_DEMAND),
    (OneOf(TYPE, DISCOUNTS), NOTHING),
    (OneOf(TYPE, &["SavingsPlanNegation"]), NOTHING),
    (Always, NET_UNBLENDED),
]);

const CHARGE_CATEGORY: From = From::When(&[
    (OneOf(TYPE, &["Tax"]), From::Literal("Tax")),
    (OneOf(TYPE, &["Credit"]), From::Literal("Credit")),
    (OneOf(TYPE, &["SavingsPlanNegation"]), From::Literal("Adjustment")),
    (
        OneOf(TYPE, &["Fee", "RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "FlatRateSubscription"]),
        From::Literal("Purchase"),
    ),
    (All(&[OneOf(TYPE, &["Refund"]), OF_A_COMMITMENT]), From::Literal("Purchase")),
    (Always, From::Literal("Usage")),
]);
const CHARGE_FREQUENCY: From = From::When(&[
    (OneOf(TYPE, &["Tax", "Fee", "Credit", "Refund", "SavingsPlanUpfrontFee"]), From::Literal("One-Time")),
    (OneOf(TYPE, &["RIFee", "SavingsPlanRecurringFee", "FlatRateSubscription"]), From::Literal("Recurring")),
    (Always, From::Literal("Usage-Based")),
]);
const PRICING_CATEGORY: From = From::When(&[
    (OneOf(TYPE, COVERED), From::Literal("Committed")),
    (
        OneOf(TYPE, &["Tax", "Credit", "SavingsPlanNegation"]),
        From::Absent("FOCUS: null for tax, credits and adjustments"),
    ),
    (All(&[OneOf(TYPE, &["Refund"]), OF_A_COMMITMENT]), From::Literal("Standard")),
    (All(&[OneOf(TYPE, &["Usage"]), Contains("lineItem/UsageType", "SpotUsage")]), From::Literal("Dynamic")),
    (Always, From::Literal("Standard")),
]);

/// Charges that FOCUS gives a unit price and a priced quantity.
const PRICED: Condition = OneOf(TYPE, USAGE);
/// Charges of a commitment itself. Discount lines and refunds may name one without a status, which
/// FOCUS does not allow.
const OF_COMMITMENT: Condition = OneOf(
    TYPE,
    &[
        "Fee",
        "RIFee",
        "DiscountedUsage",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
    ],
);
const SPLIT_QUANTITY: &str = "the quantity stands on the instance's own row";
const NO_NAMES: &str = "the legacy report carries no account names";
const NO_PRICING_CURRENCY: &str = "the legacy report has costs in the billing currency only";

#[rustfmt::skip]
const MAPPING: &[(&str, From)] = &[
    ("AllocatedMethodDetails", From::Absent("split cost allocation is carried in x_SplitCost")),
    ("AllocatedMethodId", From::Absent("split cost allocation is carried in x_SplitCost")),
    ("AllocatedResourceId", From::Absent("split cost allocation is carried in x_SplitCost")),
    ("AllocatedResourceName", From::Absent("split cost allocation is carried in x_SplitCost")),
    ("AllocatedTags", From::Absent("split cost allocation is carried in x_SplitCost")),
    ("AvailabilityZone", From::Column("lineItem/AvailabilityZone")),
    ("BilledCost", From::ByBasis { gross: &BILLED_GROSS, net: &BILLED_NET }),
    ("BillingAccountId", From::Column("bill/PayerAccountId")),
    ("BillingAccountName", From::Absent(NO_NAMES)),
    ("BillingAccountType", From::Literal("Management Account")),
    ("BillingCurrency", From::Column("lineItem/CurrencyCode")),
    ("BillingPeriodEnd", From::Column("bill/BillingPeriodEndDate")),
    ("BillingPeriodStart", From::Column("bill/BillingPeriodStartDate")),
    ("CapacityReservationId", From::Absent("not in the legacy report")),
    ("CapacityReservationStatus", From::Absent("not in the legacy report")),
    ("ChargeCategory", CHARGE_CATEGORY),
    ("ChargeClass", From::When(&[(OneOf(TYPE, &["Refund"]), From::Literal("Correction"))])),
    ("ChargeDescription", From::Column("lineItem/LineItemDescription")),
    ("ChargeFrequency", CHARGE_FREQUENCY),
    ("ChargePeriodEnd", From::Column("lineItem/UsageEndDate")),
    ("ChargePeriodStart", From::Column("lineItem/UsageStartDate")),
    ("CommitmentDiscountCategory", From::When(&[
        (All(&[OF_COMMITMENT, Present("savingsPlan/SavingsPlanARN")]), From::Literal("Spend")),
        (All(&[OF_COMMITMENT, Present("reservation/ReservationARN")]), From::Literal("Usage")),
    ])),
    ("CommitmentDiscountId", From::When(&[
        (OF_COMMITMENT, From::FirstOf(&[From::Column("savingsPlan/SavingsPlanARN"), From::Column("reservation/ReservationARN")])),
    ])),
    ("CommitmentDiscountName", From::Absent("not in the legacy report")),
    ("CommitmentDiscountQuantity", From::When(&[
        (SPLIT, From::Absent(SPLIT_QUANTITY)),
        (OneOf(TYPE, &["SavingsPlanCoveredUsage"]), From::Column("savingsPlan/SavingsPlanEffectiveCost")),
        (OneOf(TYPE, &["DiscountedUsage"]), From::Column("lineItem/UsageAmount")),
    ])),
    ("CommitmentDiscountStatus", From::When(&[
        (OneOf(TYPE, COVERED), From::Literal("Used")),
        (OneOf(TYPE, &["RIFee", "SavingsPlanRecurringFee"]), From::Literal("Unused")),
    ])),
    ("CommitmentDiscountType", From::When(&[
        (All(&[OF_COMMITMENT, Present("savingsPlan/SavingsPlanARN")]), From::Literal("Savings Plan")),
        (All(&[OF_COMMITMENT, Present("reservation/ReservationARN")]), From::Literal("Reserved Instance")),
    ])),
    ("CommitmentDiscountUnit", From::When(&[
        (SPLIT, From::Absent(SPLIT_QUANTITY)),
        (OneOf(TYPE, &["SavingsPlanCoveredUsage"]), From::Column("lineItem/CurrencyCode")),
        (OneOf(TYPE, &["DiscountedUsage"]), From::Column("pricing/unit")),
    ])),
    ("ConsumedQuantity", From::When(&[(SPLIT, From::Absent(SPLIT_QUANTITY)), (PRICED, From::Column("lineItem/UsageAmount"))])),
    ("ConsumedUnit", From::When(&[(SPLIT, From::Absent(SPLIT_QUANTITY)), (PRICED, From::Column("pricing/unit"))])),
    ("ContractApplied", From::Absent("not in the legacy report")),
    ("ContractedCost", From::ByBasis { gross: &CONTRACTED_GROSS, net: &CONTRACTED_NET }),
    ("ContractedUnitPrice", From::When(&[(SPLIT, From::Absent(SPLIT_QUANTITY)), (OneOf(TYPE, &["Usage", "SavingsPlanCoveredUsage"]), From::ByBasis {
        gross: &From::Column("lineItem/UnblendedRate"),
        net: &From::FirstOf(&[From::Column("lineItem/NetUnblendedRate"), From::Column("lineItem/UnblendedRate")]),
    })])),
    ("EffectiveCost", From::ByBasis { gross: &EFFECTIVE_GROSS, net: &EFFECTIVE_NET }),
    ("HostProviderName", From::Literal("AWS")),
    ("InvoiceId", From::Column("bill/InvoiceId")),
    ("InvoiceIssuerName", From::FirstOf(&[From::Column("bill/InvoicingEntity"), From::Column("bill/BillingEntity"), From::Literal("AWS")])),
    ("ListCost", From::ByBasis { gross: &LIST_GROSS, net: &LIST_NET }),
    ("ListUnitPrice", From::When(&[(SPLIT, From::Absent(SPLIT_QUANTITY)), (PRICED, From::Column("pricing/publicOnDemandRate"))])),
    ("PricingCategory", PRICING_CATEGORY),
    ("PricingCurrency", From::Column("pricing/currency")),
    ("PricingCurrencyContractedUnitPrice", From::Absent(NO_PRICING_CURRENCY)),
    ("PricingCurrencyEffectiveCost", From::Absent(NO_PRICING_CURRENCY)),
    ("PricingCurrencyListUnitPrice", From::Absent(NO_PRICING_CURRENCY)),
    ("PricingQuantity", From::When(&[
        (SPLIT, From::Absent(SPLIT_QUANTITY)),
        (OneOf(TYPE, DISCOUNTS), From::Absent("a discount has no quantity of its own")),
        (OneOf(TYPE, &["Tax", "Credit", "SavingsPlanNegation"]), From::Absent("FOCUS: null where nothing is priced")),
        (Always, From::Column("lineItem/UsageAmount")),
    ])),
    ("PricingUnit", From::When(&[
        (SPLIT, From::Absent(SPLIT_QUANTITY)),
        (OneOf(TYPE, DISCOUNTS), From::Absent("a discount has no quantity of its own")),
        (OneOf(TYPE, &["Tax", "Credit", "SavingsPlanNegation"]), From::Absent("FOCUS: null where nothing is priced")),
        (Always, From::Column("pricing/unit")),
    ])),
    ("ProviderName", From::Literal("AWS")),
    ("PublisherName", From::FirstOf(&[From::Column("lineItem/LegalEntity"), From::Column("bill/InvoicingEntity"), From::Literal("AWS")])),
    ("RegionId", From::FirstOf(&[From::Column("product/regionCode"), From::Column("product/region")])),
    ("RegionName", From::When(&[(OneOf("product/locationType", &["AWS Region"]), From::Column("product/location"))])),
    ("ResourceId", From::Column("lineItem/ResourceId")),
    ("ResourceName", From::Column("resourceTags/user:Name")),
    ("ResourceType", From::Derived(Derived::ArnType("lineItem/ResourceId"))),
    ("ServiceCategory", From::FirstOf(&[
        From::Lookup { table: "aws_services", key: "lineItem/ProductCode", value: "ServiceCategory" },
        From::Literal("Other"),
    ])),
    ("ServiceName", From::FirstOf(&[
        From::Lookup { table: "aws_services", key: "lineItem/ProductCode", value: "ServiceName" },
        From::Column("product/ProductName"), From::Column("product/servicename"), From::Column("lineItem/ProductCode"),
    ])),
    ("ServiceProviderName", From::FirstOf(&[From::Column("lineItem/LegalEntity"), From::Literal("AWS")])),
    ("ServiceSubcategory", From::FirstOf(&[
        From::Lookup { table: "aws_services", key: "lineItem/ProductCode", value: "ServiceSubcategory" },
        From::Literal("Other (Other)"),
    ])),
    ("SkuId", From::Column("product/sku")),
    ("SkuMeter", From::Column("lineItem/UsageType")),
    ("SkuPriceDetails", From::Absent("prices' terms stand in many product columns; they stay in landed")),
    ("SkuPriceId", From::Column("pricing/RateCode")),
    ("SubAccountId", From::Column("lineItem/UsageAccountId")),
    ("SubAccountName", From::Absent(NO_NAMES)),
    ("SubAccountType", From::Literal("Member Account")),
    ("Tags", From::Derived(Derived::Object { prefix: "resourceTags", strip: "user:" })),
    ("x_LineItemType", From::Column(TYPE)),
    ("x_ServiceCode", From::Column("lineItem/ProductCode")),
    ("x_UsageType", From::Column("lineItem/UsageType")),
    ("x_Operation", From::Column("lineItem/Operation")),
    ("x_InstanceType", From::Column("product/instanceType")),
    ("x_SplitCost", From::When(&[(SPLIT, From::ByBasis {
        gross: &From::Sum(&[(1, "splitLineItem/SplitCost"), (1, "splitLineItem/UnusedCost")]),
        net: &From::Sum(&[(1, "splitLineItem/NetSplitCost"), (1, "splitLineItem/NetUnusedCost")]),
    })])),
    ("x_CostCategories", From::Derived(Derived::Object { prefix: "costCategory", strip: "" })),
    ("x_Discounts", From::Absent("discounts are lines of their own")),
];
