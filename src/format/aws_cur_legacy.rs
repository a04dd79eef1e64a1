//! The legacy AWS Cost and Usage Report.
//!
//! Page: <https://docs.aws.amazon.com/cur/latest/userguide/data-dictionary.html> · Keys:
//! `exports/nightly/20261001-20261101/5d1e…/nightly-00001.csv.gz`, with
//! `exports/nightly/20261001-20261101/nightly-Manifest.json` on top · How each line-item type
//! becomes money: `docs/formats/aws-cur-legacy.md`.

use super::aws_cur::Cur;
use super::crosswalk;
use super::native::Native;
use super::{Dates, Format, HeaderStyle, Layout};

/// The crosswalk, as printed by `costmill explain mapping aws-cur-legacy`.
pub const CROSSWALK: &str = include_str!("lookup/aws_cur_legacy_crosswalk.csv");

/// Columns of CUR 2.0. Read as this report, its maps of tags and attributes would be lost.
const CUR2: &[(&str, &str)] = &[("resource_tags", "aws-cur2"), ("bill_payer_account_name", "aws-cur2")];

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
    layout: Layout::CostAndUsageReport,
    header: HeaderStyle::AwsCategory,
    null_text: None,
    dates: Dates::Iso,
    union: None,
    native: Native { foreign: CUR2, ..Cur::<false>::NATIVE },
    mapping: &Cur::<false>::MAPPING,
    crosswalk: || crosswalk::read(CROSSWALK),
};
