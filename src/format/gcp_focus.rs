//! Google Cloud's own FOCUS export in BigQuery (preview), as dumps of the table.
//!
//! Page: <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export> · It lacks
//! columns that FOCUS wants and has others instead: labels and tags in lists, credits, the service's id.
//! Dumps: `focus/2026-10-31/part-000000000000.parquet` · More: `docs/formats/gcp-focus.md`.

use super::focus;
use super::mapping::Condition::{Always, OneOf, Present};
use super::mapping::{COLUMNS, Derived, From, replaced};
use super::native::Native;
use super::slices::Slices;
use super::{Dates, Format, HeaderStyle, Layout};

pub static FORMAT: Format = Format {
    id: "gcp-focus",
    title: "Google Cloud FOCUS export (BigQuery, preview), Parquet or JSON lines",
    page: "https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export",
    keys: ["focus/export_time=2026-10-01/part-000000000000.parquet", "focus/2026-10-31/part-000000000000.json.gz"],
    defects: &[
        "no InvoiceIssuerName, ServiceCategory, ServiceSubcategory, ChargeFrequency, Tags or commitment columns",
        "labels and tags stand in x_Labels, x_ProjectLabels and x_Tags; credits in x_Credits",
        "a preview: columns come and go",
    ],
    layout: Layout::Slices(&Slices { time: "x_ExportTime", commitments: None }),
    header: HeaderStyle::Exact,
    dates: Dates::Iso,
    union: None,
    native: Native { required: REQUIRED, known: &["x_"], ..focus::NATIVE },
    mapping: &MAPPING,
    crosswalk: focus::crosswalk,
    null_text: None,
};

const REQUIRED: &[&str] = &[
    "BillingAccountId",
    "BillingCurrency",
    "BillingPeriodEnd",
    "BillingPeriodStart",
    "ChargeCategory",
    "ChargePeriodEnd",
    "ChargePeriodStart",
    "ServiceName",
    "x_ExportTime",
];

const PROVIDER: From = From::Literal("Google Cloud");

/// Where Google's differs from any FOCUS file.
#[rustfmt::skip]
const MAPPING: [(&str, From); COLUMNS] = replaced(focus::MAPPING, &[
    ("BillingAccountType", From::FirstOf(&[From::Column("BillingAccountType"), From::Literal("Billing Account")])),
    ("ChargeFrequency", From::FirstOf(&[From::Derived(Derived::Closed("ChargeFrequency")), From::When(&[
        (OneOf("ChargeCategory", &["Usage"]), From::Literal("Usage-Based")),
        (OneOf("ChargeCategory", &["Purchase"]), From::Literal("Recurring")),
        (Always, From::Literal("One-Time")),
    ])])),
    ("InvoiceIssuerName", From::FirstOf(&[From::Column("InvoiceIssuerName"), PROVIDER])),
    ("ProviderName", From::FirstOf(&[From::Column("ProviderName"), PROVIDER])),
    ("PublisherName", From::FirstOf(&[From::Column("PublisherName"), PROVIDER])),
    ("ResourceType", From::FirstOf(&[From::Column("ResourceType"), From::Derived(Derived::Collection("ResourceId"))])),
    ("ServiceCategory", From::FirstOf(&[
        From::Column("ServiceCategory"),
        From::Lookup { table: "gcp_services", key: "ServiceName", value: "ServiceCategory" },
        From::Literal("Other"),
    ])),
    ("ServiceSubcategory", From::FirstOf(&[
        From::Column("ServiceSubcategory"),
        From::Lookup { table: "gcp_services", key: "ServiceName", value: "ServiceSubcategory" },
        From::Literal("Other (Other)"),
    ])),
    ("SkuMeter", From::FirstOf(&[From::Column("SkuMeter"), From::Column("ChargeDescription")])),
    ("SubAccountType", From::FirstOf(&[
        From::Column("SubAccountType"), From::When(&[(Present("SubAccountId"), From::Literal("Project"))]),
    ])),
    ("Tags", From::Derived(Derived::KeyValues(&["x_Labels", "x_Tags[x_Inherited=false]", "x_ProjectLabels", "x_Tags"]))),
    ("x_LineItemType", From::FirstOf(&[From::Column("x_LineItemType"), From::Column("x_CostType")])),
    ("x_ServiceCode", From::FirstOf(&[From::Column("x_ServiceCode"), From::Column("x_ServiceId")])),
    ("x_UsageType", From::FirstOf(&[From::Column("x_UsageType"), From::Column("ChargeDescription")])),
    ("x_InstanceType", From::FirstOf(&[
        From::Column("x_InstanceType"),
        From::Derived(Derived::KeyValue { list: "x_SystemLabels", key: "compute.googleapis.com/machine_spec" }),
    ])),
    ("x_Discounts", From::Derived(Derived::SumsBy { list: "x_Credits", key: "type", amount: "amount" })),
]);
