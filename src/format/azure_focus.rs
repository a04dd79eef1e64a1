//! Microsoft's own FOCUS exports of Cost Management: 1.0-preview(v1), 1.0, 1.0r2, 1.2-preview and 1.2.
//!
//! Page: <https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-focus>
//! · Keys: `exports/focus/20261001-20261031/202610060412/6f9c…/manifest.json`, which names
//! `…/part_0_0001.snappy.parquet` beside it · What Microsoft adds and renamed: `docs/formats/azure-focus.md`.

use super::focus;
use super::mapping::Condition::{Always, OneOf};
use super::mapping::{COLUMNS, Condition, Derived, From, replaced};
use super::native::{Lookalike, Native};
use super::{Dates, Format, HeaderStyle, Layout};

pub static FORMAT: Format = Format {
    id: "azure-focus",
    title: "Azure FOCUS 1.0-preview to 1.2 (Cost Management exports), CSV or Parquet",
    page: "https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-focus",
    keys: [
        "exports/focus/20261001-20261031/202610060412/6f9c0b5e-0000-4f2f-8d3c-1f6d2b9a7a11/manifest.json",
        "exports/focus/20261001-20261031/202610060412/6f9c0b5e-0000-4f2f-8d3c-1f6d2b9a7a11/part_0_0001.snappy.parquet",
    ],
    defects: &[
        "1.0-preview says ChargeSubcategory, Region and UsageQuantity, and calls ContractedCost x_OnDemandCost",
        "1.0 has no ServiceSubcategory: it follows from the type of resource",
        "1.0 has x_InvoiceId, x_PricingCurrency and x_SkuMeterName; 1.2 has InvoiceId, PricingCurrency and SkuMeter",
        "SubAccountId is a path, /subscriptions/<id>; in cost and usage details it is the id alone",
        "ServiceName, PublisherName and InvoiceIssuerName may be blank",
    ],
    layout: Layout::CostExports(&["FocusCost"]),
    header: HeaderStyle::AnyCase(RENAMED),
    null_text: None,
    dates: Dates::Iso,
    union: None,
    native: Native { required: REQUIRED, lookalikes: LOOKALIKES, known: KNOWN, ..focus::NATIVE },
    mapping: &MAPPING,
    crosswalk: focus::crosswalk,
};

/// What 1.0-preview called it.
const RENAMED: &[(&str, &[&str])] = &[
    ("ConsumedQuantity", &["UsageQuantity"]),
    ("ConsumedUnit", &["UsageUnit"]),
    ("ContractedCost", &["x_OnDemandCost"]),
    ("ContractedUnitPrice", &["x_OnDemandUnitPrice"]),
    ("InvoiceId", &["x_InvoiceId"]),
    ("PricingCurrency", &["x_PricingCurrency"]),
    ("RegionName", &["Region"]),
    ("SkuMeter", &["x_SkuMeterName"]),
];

/// Also the meter's category, which only Microsoft's export has.
const REQUIRED: &[&str] = &[
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ServiceName",
    "SubAccountId",
    "x_SkuMeterCategory",
];

/// Microsoft's own columns that nothing here reads.
const KNOWN: &[&str] = &["x_", "ChargeSubcategory"];

const LOOKALIKES: &[Lookalike] = &[Lookalike {
    columns: &["ChargeType", "MeterCategory"],
    what: "is a file of cost and usage details, no FOCUS export",
    remedy: "say format = \"azure-cost-details\" for this source",
}];

const MACHINES: Condition = OneOf(
    "x_SkuMeterCategory",
    &["Virtual Machines", "Virtual Machines Licenses", "Cloud Services", "Azure Dedicated Host"],
);
const MACHINE_KEYS: &[&str] =
    &["ServiceType", "VMSize", "VmSize", "vmSize", "x_ServiceType", "x_VMSize", "InstanceType"];

/// What the export says, else what follows from the resource or the meter.
macro_rules! service {
    ($value:literal, $last:expr) => {
        From::FirstOf(&[
            From::Column($value),
            From::Derived(Derived::ArmLookup {
                id: "ResourceId",
                table: "azure_services",
                value: $value,
                parents: true,
            }),
            From::Lookup { table: "azure_meter_categories", key: "x_SkuMeterCategory", value: $value },
            $last,
        ])
    };
}

/// Where Microsoft differs from any FOCUS file.
#[rustfmt::skip]
const MAPPING: [(&str, From); COLUMNS] = replaced(focus::MAPPING, &[
    ("ResourceType", From::FirstOf(&[
        From::Column("ResourceType"),
        From::Derived(Derived::ArmLookup { id: "ResourceId", table: "azure_resource_types", value: "DisplayName", parents: false }),
        From::Derived(Derived::ArmType("ResourceId")),
    ])),
    ("BillingAccountType", From::FirstOf(&[From::Column("BillingAccountType"), From::Literal("Billing Account")])),
    ("ChargeClass", From::FirstOf(&[
        From::Derived(Derived::Closed("ChargeClass")),
        From::When(&[(OneOf("ChargeSubcategory", &["Refund"]), From::Literal("Correction"))]),
    ])),
    ("CommitmentDiscountStatus", From::FirstOf(&[
        From::Derived(Derived::Closed("CommitmentDiscountStatus")),
        From::When(&[
            (OneOf("ChargeSubcategory", &["Used Commitment"]), From::Literal("Used")),
            (OneOf("ChargeSubcategory", &["Unused Commitment"]), From::Literal("Unused")),
        ]),
    ])),
    ("HostProviderName", From::FirstOf(&[From::Column("HostProviderName"), From::Literal("Microsoft")])),
    ("InvoiceIssuerName", From::FirstOf(&[From::Column("InvoiceIssuerName"), From::Literal("Microsoft")])),
    ("PricingCategory", From::When(&[
        (OneOf("PricingCategory", &["On-Demand"]), From::Literal("Standard")),
        (OneOf("PricingCategory", &["Commitment-Based", "Commitment Discount"]), From::Literal("Committed")),
        (Always, From::Derived(Derived::Closed("PricingCategory"))),
    ])),
    ("ProviderName", From::FirstOf(&[From::Column("ProviderName"), From::Literal("Microsoft")])),
    ("PublisherName", From::FirstOf(&[From::Column("PublisherName"), From::Literal("Microsoft")])),
    ("RegionId", From::FirstOf(&[
        From::Column("RegionId"),
        From::Lookup { table: "azure_regions", key: "RegionName", value: "RegionId" },
    ])),
    ("ServiceCategory", service!("ServiceCategory", From::Literal("Other"))),
    ("ServiceName", service!("ServiceName", From::FirstOf(&[From::Column("x_SkuMeterCategory"), From::Literal("Other")]))),
    ("ServiceProviderName", From::FirstOf(&[From::Column("ServiceProviderName"), From::Column("PublisherName"), From::Literal("Microsoft")])),
    ("ServiceSubcategory", service!("ServiceSubcategory", From::Literal("Other (Other)"))),
    ("x_LineItemType", From::Column("ChargeSubcategory")),
    ("x_ServiceCode", From::Column("x_SkuMeterCategory")),
    ("x_UsageType", From::Column("SkuMeter")),
    ("x_Operation", From::Column("x_SkuMeterSubcategory")),
    ("x_InstanceType", From::When(&[(MACHINES, From::FirstOf(&[
        From::Derived(Derived::Detail { column: "x_SkuDetails", keys: MACHINE_KEYS }),
        From::Derived(Derived::Detail { column: "SkuPriceDetails", keys: MACHINE_KEYS }),
    ]))])),
    ("x_CostCategories", From::Derived(Derived::Columns(&["x_AccountName", "x_CostCenter", "x_InvoiceSectionName"]))),
]);
