//! Rows of Google Cloud's usage cost exports: both models of commitments, every cost type, credits, corrections.

use super::super::gcp_export::{Row, usage};
use serde_json::json;

const SPEND: &str = "COMMITTED_USAGE_DISCOUNT_DOLLAR_BASE";
const FLEX: &str = "Committed use discount - dollar based: GCE Commitments";

fn fee(sku: &str, cost: &str, units: &str) -> Row {
    let row = usage(sku, cost).described("Commitment - dollar based v1: GCE for 1 year");
    row.number("usage.amount_in_pricing_units", units)
}

/// What both exports have.
pub fn standard() -> Vec<Row> {
    let tag = json!([{"key": "env", "value": "prod", "inherited": true, "namespace": "1"}]);
    let price = json!({"effective_price": "0.045", "effective_price_default": "0.05", "list_price": "0.05"});
    let model = json!({"id": "D97B-0795-975B", "description": "Compute Flexible CUDs 1 Year"});
    let no_quantity = json!({"amount": 0, "unit": "seconds", "amount_in_pricing_units": 0, "pricing_unit": "hour"});
    vec![
        usage("CORE", "10")
            .credit("SUSTAINED_USAGE_DISCOUNT", "", "-1.5")
            .credit("PROMOTION", "", "-2.25")
            .label("team", "web"),
        usage("LIST", "0.045")
            .set("price", price)
            .number("cost_at_list", "0.05")
            .number("cost_at_effective_price_default", "0.05"),
        usage("SPOT", "1.81E-8").described("Spot Preemptible N2 Instance Core running in Americas").set("tags", tag),
        usage("FREE", "0").set("usage", no_quantity).number("cost_at_list", "0"),
        // 0.9 for 100 units, all used by the covered row: 1 − 1 + 0.9.
        fee("FEE", "0.9", "100"),
        usage("CORE", "1").credit(SPEND, FLEX, "-1"),
        // The new model: 0.067369 − 0.0673581 is unused.
        fee("NEWFEE", "0.067369", "0.067369").label("goog-originating-sku-id", "RAM").credit(
            "FEE_UTILIZATION_OFFSET",
            "",
            "-0.0673581",
        ),
        usage("RAM", "0.067369").set("consumption_model", model).number("cost_at_effective_price_default", "0.093568"),
        usage("TAX", "1.9").set("cost_type", "tax".into()).without("project").described("Tax"),
        usage("ADJ", "-3").set("cost_type", "adjustment".into()).set("adjustment_info", json!({"type": "GOODWILL"})),
        usage("CORE", "-10").set("adjustment_info", json!({"type": "USAGE_CORRECTION", "mode": "COMPLETE_NEGATION"})),
        usage("R", "0.000000004").set("cost_type", "rounding_error".into()).without("project"),
        usage("CHF", "4").set("currency", "CHF".into()).number("currency_conversion_rate", "0.8"),
    ]
}

/// With resources and subscriptions.
pub fn detailed() -> Vec<Row> {
    let mut rows = standard();
    let machine =
        json!({"name": "vm-1", "global_name": "//compute.googleapis.com/projects/1/zones/us-central1-a/instances/77"});
    let spec = json!([{"key": "compute.googleapis.com/machine_spec", "value": "n2-standard-4"}]);
    let subscription = json!({"instance_id": "subscriptions/1"});
    rows[0] = rows[0].clone().set("resource", machine).set("system_labels", spec);
    for row in [4, 6, 7] {
        rows[row] = rows[row].clone().set("subscription", subscription.clone());
    }
    rows
}
