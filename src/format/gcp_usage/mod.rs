//! Google Cloud's usage cost exports in BigQuery, detailed and standard, as dumps of the table.
//!
//! Page: <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage>
//! (and …/standard-usage) · Dumps as `bq extract` or `EXPORT DATA` write them:
//! `billing/export_time=2026-10-01/part-000000000000.parquet`,
//! `billing/2026-10-31/part-000000000000.json.gz` · More: `docs/formats/gcp-detailed-usage.md`.

mod mapping;
mod native;

use super::crosswalk::{self, Crosswalk};
use super::slices::{Commitments, Slices};
use super::{Dates, Format, HeaderStyle, Layout, Native};

pub static DETAILED: Format = Format {
    id: "gcp-detailed-usage",
    title: "Google Cloud detailed usage cost export (BigQuery), Parquet or JSON lines",
    page: "https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage",
    keys: ["billing/export_time=2026-10-01/part-000000000000.parquet", "billing/2026-10-31/part-000000000000.json.gz"],
    defects: DEFECTS,
    layout: Layout::Slices(&SLICES),
    header: HeaderStyle::Exact,
    dates: Dates::Iso,
    union: None,
    native: native::NATIVE,
    mapping: &mapping::MAPPING,
    crosswalk,
    null_text: None,
};

pub static STANDARD: Format = Format {
    id: "gcp-standard-usage",
    title: "Google Cloud standard usage cost export (BigQuery), Parquet or JSON lines",
    page: "https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/standard-usage",
    keys: ["billing/export_time=2026-10-01/part-000000000000.parquet", "billing/2026-10-31/part-000000000000.json.gz"],
    defects: DEFECTS,
    layout: Layout::Slices(&SLICES),
    header: HeaderStyle::Exact,
    dates: Dates::Iso,
    union: None,
    native: Native {
        foreign: &[("resource.global_name", "gcp-detailed-usage"), ("resource.name", "gcp-detailed-usage")],
        ..native::NATIVE
    },
    mapping: &mapping::MAPPING,
    crosswalk,
    null_text: None,
};

const DEFECTS: &[&str] = &[
    "costs and credits are floats; in JSON some numbers are texts",
    "JSON leaves out what is null, so files of one dump differ in their columns",
    "the invoice month is Pacific, times are UTC: usage of its last hours belongs to the month before",
    "corrections are new rows with a later export time, in the invoice month they are issued in",
    "two rows may be the same in every column and be two charges",
    "columns came over the years: cost_at_list in June 2023, consumption_model in July 2025",
    "usage without a project: support, taxes on it, what commitments leave unused",
];

static SLICES: Slices = Slices { time: "export_time", commitments: Some(&COMMITMENTS) };

/// <https://cloud.google.com/docs/cuds-attribution>,
/// <https://docs.cloud.google.com/compute/docs/instances/committed-use-discounts-overview>.
static COMMITMENTS: Commitments = Commitments {
    billing_account: native::NATIVE.billing_account,
    currency: native::NATIVE.currency,
    sub_account: native::NATIVE.sub_account,
    start: "usage_start_time",
    line_type: native::NATIVE.line_type,
    regular: "regular",
    cost: "cost",
    credits: "credits",
    labels: "labels",
    service: "service.id",
    sku: "sku.id",
    description: "sku.description",
    region: "location.region",
    unit: "usage.unit",
    quantity: "usage.amount",
    priced_quantity: "usage.amount_in_pricing_units",
    conversion_rate: "currency_conversion_rate",
    subscription: "subscription.instance_id",
    fee: "Commitment",
    spend_fee: "Commitment - dollar based",
    quantity_credit: "COMMITTED_USAGE_DISCOUNT",
    spend_credit: "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE",
    offset_credit: "FEE_UTILIZATION_OFFSET",
    originating_sku: "goog-originating-sku-id",
};

fn crosswalk() -> Crosswalk {
    crosswalk::read(include_str!("../lookup/gcp_usage_crosswalk.csv"))
}
