//! Every file of `../shared/data`, and what must become of it. A file that stands here under no name fails the
//! test: somebody has to say whether it is a bill.

/// What must become of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// Taken by this format as a loose file: rows and the four costs are those of `control_totals.py`.
    Taken(&'static str),
    /// Taken as cost details of one dataset: rows and the four costs are those of `azure_totals.py`.
    Dataset(&'static str),
    /// Refused by this format with this reason, after the file's name.
    Refused(&'static str, &'static str),
    /// Part of a bucket that is read by its manifest: the format and the bucket.
    Bucket(&'static str, &'static str),
    /// Nothing that anybody would name as an export.
    NoExport(&'static str),
}

use Is::{Bucket, Dataset, NoExport, Refused, Taken};

/// A bucket, and the file beside it that has the same rows; or why the bucket is refused.
pub const BUCKETS: &[(&str, Result<&str, &str>)] = &[
    (CUR_2_BUCKET, Ok("aws-layouts/cur_2_0/sample_billing_data_v2.csv")),
    (CUR_1_BUCKET, Err("MockTestReport-Manifest.json: is of a ZIP export; this format is read as CSV with GZIP")),
];

const CUR_1_BUCKET: &str = "aws-layouts/cur_1_0/s3_structure/mock-cur-bucket";
const CUR_2_BUCKET: &str = "aws-layouts/cur_2_0/s3_structure/mock-cur-v2-bucket";
const COLUMNS: &str = "Microsoft's list of columns: azure_shared.rs holds the formats against those of bills";
const LOOKUP: &str = "is no azure-focus export: it lacks BillingAccountId, BillingCurrency";
const PAY_AS_YOU_GO: &str = "is of the old pay-as-you-go subscription format";
const NO_FOCUS: &str = "is no focus export: it lacks BillingAccountId, BillingCurrency";

/// The first pattern that a path matches says what it is; `*` is any text.
pub const FILES: &[(&str, Is)] = &[
    ("README.md", NoExport("what the files are")),
    ("*/LICENSE", NoExport("a licence")),
    ("azure/arm/specification/*.json", NoExport("an interface and its examples, no export")),
    // A real legacy report of 1281 charges.
    ("aws-cur-legacy/sample-anonymous-aws-export-dataset.csv", Taken("aws-cur-legacy")),
    ("aws-layouts/cur_1_0/sample_billing_data.csv", Taken("aws-cur-legacy")),
    ("aws-layouts/cur_1_0/MockTestReport-00001.csv.zip", Refused("aws-cur-legacy", "is a ZIP archive")),
    ("aws-layouts/cur_1_0/cur1_manifest.json", Refused("aws-cur-legacy", "is JSON, no billing export")),
    ("aws-layouts/cur_1_0/s3_structure/mock-cur-bucket/*", Bucket("aws-cur-legacy", CUR_1_BUCKET)),
    ("aws-layouts/cur_2_0/sample_billing_data_v2.csv", Taken("aws-cur2")),
    ("aws-layouts/cur_2_0/MockTestReportV2-00001.csv.gz", Taken("aws-cur2")),
    ("aws-layouts/cur_2_0/cur2_manifest.json", Refused("aws-cur2", "is JSON, no billing export")),
    ("aws-layouts/cur_2_0/s3_structure/mock-cur-v2-bucket/*", Bucket("aws-cur2", CUR_2_BUCKET)),
    // Four charges each, of 13 columns: no line type, no currency, no period.
    (
        "aws-layouts/testdata/sample-cur20.csv",
        Refused("aws-cur2", "lacks the column bill_billing_period_start_date, bill_billing_period_end_date"),
    ),
    (
        "aws-layouts/testdata/sample-legacy-csv.csv",
        Refused("aws-cur-legacy", "lacks the column bill/BillingPeriodStartDate, bill/BillingPeriodEndDate"),
    ),
    // As a pair these two are refused: azure_shared.rs.
    ("azure/EA_ActualCost_Small.csv", Dataset("actual")),
    ("azure/EA_AmortizedCost_Small.csv", Dataset("amortized")),
    ("azure/sample-anonymous-ea-export-dataset.csv", Dataset("actual")),
    ("azure/EA_NoRows.csv", Refused("azure-cost-details", "holds no charges: every file ends after its header")),
    (
        "azure/EA-Reservations-Recommendations.csv",
        Refused("azure-cost-details", "is a list of reservation recommendations, no bill"),
    ),
    ("azure/header-variants/Enterprise.csv", Dataset("actual")),
    ("azure/header-variants/BOM.csv", Refused("azure-cost-details", PAY_AS_YOU_GO)),
    ("azure/header-variants/German.csv", Refused("azure-cost-details", PAY_AS_YOU_GO)),
    ("azure/header-variants/PayAsYouGo.csv", Refused("azure-cost-details", PAY_AS_YOU_GO)),
    ("azure/header-variants/EnterpriseCamel.csv", Refused("azure-cost-details", "lacks the column BillingProfileId")),
    (
        "azure/header-variants/MissingBrackets.csv",
        Refused("azure-cost-details", "is no azure-cost-details export: it lacks BillingPeriodStartDate"),
    ),
    (
        "azure/header-variants/YA.csv",
        Refused("azure-cost-details", "is no azure-cost-details export: it lacks BillingProfileId"),
    ),
    ("azure/export-schemas/*.json", NoExport(COLUMNS)),
    ("focus/focus_1_0_sample_500.csv", Taken("focus")),
    ("focus/focus_1_2_cost_and_usage_aws.csv.gz", Taken("focus")),
    ("focus/focus_1_2_cost_and_usage_azure.csv.gz", Taken("focus")),
    ("focus/focus_1_2_cost_and_usage_gcp.csv.gz", Taken("focus")),
    ("focus/golden/*_1_2_cost_and_usage_rows*.csv", Taken("focus")),
    // Some of the required columns stand there, most do not: it is no export at all.
    (
        "focus/golden/scenarios_correction_set.csv",
        Refused("focus", "is no focus export: it lacks BillingAccountId, BillingPeriodEnd"),
    ),
    ("focus/golden/scenarios_sca_*.csv", Refused("focus", NO_FOCUS)),
    ("focus/golden/numeric_format_examples.json", Refused("focus", "is JSON, no billing export of this format")),
    ("lookup/Services.csv", Refused("azure-focus", LOOKUP)),
    ("lookup/Regions.csv", Refused("azure-focus", LOOKUP)),
    ("lookup/ResourceTypes.csv", Refused("azure-focus", LOOKUP)),
    ("lookup/PricingUnits.csv", Refused("azure-focus", LOOKUP)),
];

/// What a file is, and the pattern that says so.
pub fn what(path: &str) -> Option<&'static (&'static str, Is)> {
    FILES.iter().find(|(pattern, _)| matches(pattern, path))
}

fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path
            .strip_prefix(start)
            .is_some_and(|left| (0..=left.len()).any(|at| left.is_char_boundary(at) && matches(rest, &left[at..]))),
    }
}
