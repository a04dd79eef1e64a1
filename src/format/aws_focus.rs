//! AWS's own FOCUS exports, 1.0 and 1.2 "with AWS columns", of Data Exports.
//!
//! Pages: <https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html> and
//! …/table-dictionary-focus-1-0-aws.html · Keys:
//! `exports/focus/metadata/billing_period=2026-10/focus-Manifest.json`, which names
//! `exports/focus/data/billing_period=2026-10/focus-00001.csv.gz` · More: `docs/formats/aws-focus.md`.

use super::focus;
use super::mapping::{COLUMNS, Derived, From, replaced};
use super::native::Native;
use super::{Dates, Format, HeaderStyle, Layout};

pub static FORMAT: Format = Format {
    id: "aws-focus",
    title: "AWS FOCUS 1.0 and 1.2 with AWS columns (Data Exports), CSV or Parquet",
    page: "https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws.html",
    keys: [
        "exports/focus/metadata/billing_period=2026-10/focus-Manifest.json",
        "exports/focus/data/billing_period=2026-10/focus-00001.csv.gz",
    ],
    defects: &[
        "1.2 has no x_UsageType: the usage type stands in SkuMeter",
        "1.2 has no x_CostCategories: cost categories stand among the tags, as costCategory/<name>",
        "InvoiceIssuerName, PublisherName, ListUnitPrice, ContractedUnitPrice and SKU ids may be blank",
        "costs are floats in Parquet; Tags, x_Discounts and SkuPriceDetails are maps, in CSV JSON text",
    ],
    layout: Layout::DataExports,
    header: HeaderStyle::Exact,
    null_text: None,
    dates: Dates::Iso,
    union: None,
    native: Native { required: REQUIRED, ..focus::NATIVE },
    mapping: &MAPPING,
    crosswalk: focus::crosswalk,
};

/// Also the service code, which only AWS's export has.
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
    "x_ServiceCode",
];

/// Where AWS differs from any FOCUS file.
#[rustfmt::skip]
const MAPPING: [(&str, From); COLUMNS] = replaced(focus::MAPPING, &[
    ("ResourceName", From::FirstOf(&[
        From::Column("ResourceName"),
        From::Derived(Derived::Entry { column: "Tags", keys: &["Name", "user:Name", "resourceTags/Name", "user_name"] }),
    ])),
    ("Tags", From::Derived(Derived::Entries {
        column: "Tags", only: "", without: &["costCategory/"],
        rename: &[("resourceTags/user:", ""), ("resourceTags/", ""), ("user:", "")],
    })),
    ("x_UsageType", From::FirstOf(&[From::Column("x_UsageType"), From::Column("SkuMeter")])),
    ("x_InstanceType", From::FirstOf(&[
        From::Column("x_InstanceType"),
        From::Derived(Derived::Entry {
            column: "SkuPriceDetails", keys: &["InstanceType", "x_InstanceType", "instanceType", "instance_type"],
        }),
        From::Derived(Derived::MachineType("x_UsageType")),
        From::Derived(Derived::MachineType("SkuMeter")),
    ])),
    ("x_CostCategories", From::FirstOf(&[
        From::Derived(Derived::Json("x_CostCategories")),
        From::Derived(Derived::Entries { column: "Tags", only: "costCategory/", without: &[], rename: &[] }),
    ])),
]);
