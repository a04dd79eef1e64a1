//! AWS Cost and Usage Report 2.0, of Data Exports.
//!
//! Page: <https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html> · Keys:
//! `exports/nightly/metadata/BILLING_PERIOD=2026-10/nightly-Manifest.json`, which names
//! `exports/nightly/data/BILLING_PERIOD=2026-10/nightly-00001.snappy.parquet` · The money is that of the
//! legacy report (`docs/formats/aws-cur-legacy.md`); what is different: `docs/formats/aws-cur2.md`.

use super::aws_cur::Cur;
use super::aws_cur_legacy::CROSSWALK;
use super::mapping::Condition::OneOf;
use super::mapping::{COLUMNS, Derived, From, replaced};
use super::native::Native;
use super::{Dates, Format, HeaderStyle, Layout, crosswalk, header};

pub static FORMAT: Format = Format {
    id: "aws-cur2",
    title: "AWS Cost and Usage Report 2.0 (Data Exports), Parquet or CSV",
    page: "https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html",
    keys: [
        "exports/nightly/metadata/BILLING_PERIOD=2026-10/nightly-Manifest.json",
        "exports/nightly/data/BILLING_PERIOD=2026-10/nightly-00001.snappy.parquet",
    ],
    defects: &[
        "costs are floats in Parquet; rates and reservation counts are texts",
        "tag keys are in snake case: the tag cost-center:Name is user_cost_center_name",
        "net columns are there without a discount too, and are then empty",
        "discounts are lines (manual discount compatibility) or inside the net costs, with their parts in a map",
        "in CSV a map is JSON text; an export's query may have taken keys of a map as columns of their own",
    ],
    layout: Layout::DataExports,
    // For what a query took out of the maps: resource_tags_user_team.
    header: HeaderStyle::AwsCategory,
    null_text: None,
    dates: Dates::Iso,
    union: None,
    native: Native {
        net_by_value: true,
        only_net: &["discount_total_discount", "discount"],
        foreign: &[],
        known: KNOWN,
        ..Cur::<true>::NATIVE
    },
    mapping: &MAPPING,
    crosswalk: || crosswalk::read(CROSSWALK).renamed(header::snake),
};

const KNOWN: &[&str] = &[
    "identity_",
    "bill_",
    "line_item_",
    "product",
    "pricing_",
    "reservation_",
    "savings_plan_",
    "split_line_item_",
    "capacity_reservation_",
    "discount",
    "resource_tags",
    "cost_category",
    "tags",
];

const RESERVATION_STATUS: &str = "capacity_reservation_capacity_reservation_status";

/// What only CUR 2.0 has, or has elsewhere.
#[rustfmt::skip]
const MAPPING: [(&str, From); COLUMNS] = replaced(Cur::<true>::MAPPING, &[
    ("BillingAccountName", From::Column("bill_payer_account_name")),
    ("CapacityReservationId", From::Column("capacity_reservation_capacity_reservation_arn")),
    ("CapacityReservationStatus", From::When(&[
        (OneOf(RESERVATION_STATUS, &["Used", "USED", "used"]), From::Literal("Used")),
        (OneOf(RESERVATION_STATUS, &["Unused", "UNUSED", "unused"]), From::Literal("Unused")),
    ])),
    ("RegionId", From::FirstOf(&[
        From::Column("product_region_code"),
        From::Derived(Derived::Entry { column: "product", keys: &["region_code", "region"] }),
        From::Column("product_region"),
    ])),
    ("ResourceName", From::FirstOf(&[
        From::Derived(Derived::Entry { column: "resource_tags", keys: &["user_name"] }),
        From::Derived(Derived::Entry { column: "tags", keys: &["resourceTags/Name", "resourceTags/user_name"] }),
        From::Column("resource_tags_user_name"),
    ])),
    ("ServiceName", From::FirstOf(&[
        From::Lookup { table: "aws_services", key: "line_item_product_code", value: "ServiceName" },
        From::Derived(Derived::Entry { column: "product", keys: &["product_name", "servicename"] }),
        From::Column("product_product_name"),
        From::Column("line_item_product_code"),
    ])),
    ("SubAccountName", From::Column("line_item_usage_account_name")),
    ("Tags", From::FirstOf(&[
        From::Derived(Derived::Entries {
            column: "resource_tags", only: "", without: &[], rename: &[("user_", ""), ("aws_", "aws:")],
        }),
        From::Derived(Derived::Entries {
            column: "tags", only: "", without: &["costCategory/"],
            rename: &[("resourceTags/user_", ""), ("resourceTags/", "")],
        }),
        From::Derived(Derived::Object { prefix: "resourceTags", strip: "user:" }),
    ])),
    ("x_CostCategories", From::FirstOf(&[
        From::Derived(Derived::Json("cost_category")),
        From::Derived(Derived::Entries { column: "tags", only: "costCategory/", without: &[], rename: &[] }),
        From::Derived(Derived::Object { prefix: "costCategory", strip: "" }),
    ])),
    ("x_Discounts", From::Derived(Derived::Json("discount"))),
]);

#[cfg(test)]
mod tests {
    use super::*;

    /// The proof would miss a column that it cannot find: the crosswalk must speak of the native money.
    #[test]
    fn the_crosswalk_reads_the_money_that_is_summed() {
        for rule in (FORMAT.crosswalk)().rules {
            for column in rule.costs.iter().flat_map(|formula| formula.terms()).flat_map(|term| &term.columns) {
                let known = FORMAT.native.money.iter().any(|money| money.name == column) || column == "x_residual";
                assert!(known, "{} {}: {column}", rule.line_type, rule.qualifier);
            }
        }
    }
}
