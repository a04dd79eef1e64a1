//! Native keys, money and line types of Google Cloud's usage cost exports.

use super::super::native::{Blank, MoneyColumn, Native, Qualifier, Test};
use super::super::slices::COMMITMENT_COST;
use super::mapping::{HAS_OFFSET, TYPE};

/// The bill: what a row costs, and its credits.
pub const NET: &str = "cost+credits[].amount";

const fn money(name: &'static str) -> MoneyColumn {
    MoneyColumn { name, required: false, blank: Blank::Nothing }
}

pub const NATIVE: Native = Native {
    billing_account: "billing_account_id",
    sub_account: "project.id",
    currency: "currency",
    line_type: TYPE,
    period_start: "invoice.month",
    line_types: &["regular", "tax", "adjustment", "rounding_error"],
    qualifiers: &[
        Qualifier {
            line_type: "regular",
            when: &[("sku.description", Test::StartsWith("Commitment"))],
            suffix: "commitment",
        },
        Qualifier { line_type: "regular", when: &[("credits", Test::Contains(HAS_OFFSET))], suffix: "commitment" },
    ],
    money: &[
        money(NET),
        MoneyColumn { name: "cost", required: true, blank: Blank::Refuse },
        money("credits[].amount"),
        money("cost_at_list"),
        money("cost_at_effective_price_default"),
        money(COMMITMENT_COST),
    ],
    net_columns: &[],
    net_by_value: false,
    only_net: &[],
    foreign: &[("BilledCost", "gcp-focus")],
    lookalikes: &[],
    factors: &[],
    required: &[
        "billing_account_id",
        "cost_type",
        "currency",
        "export_time",
        "invoice.month",
        "usage_end_time",
        "usage_start_time",
    ],
    prices: &["currency_conversion_rate", "price.effective_price", "price.effective_price_default", "price.list_price"],
    quantities: &["usage.amount", "usage.amount_in_pricing_units"],
    times: &["usage_start_time", "usage_end_time", "export_time"],
    identity: &[],
    offset: None,
    known: &[
        "adjustment_info.",
        "consumption_model.",
        "cost_at_",
        "credits",
        "currency_conversion_rate",
        "export_time",
        "invoice.",
        "labels",
        "location.",
        "price.",
        "project.",
        "resource.",
        "seller_name",
        "service.",
        "sku.",
        "subscription.",
        "system_labels",
        "tags",
        "transaction_type",
        "usage.",
    ],
};
