//! Google Cloud's usage cost table: every cost type, credits inside the row, fees of the new commitment model; dumps that
//! overlap, as JSON lines and as Parquet.

use super::super::gcp_export::{CONFIG, Row, json_lines, parquet, usage};
use super::super::place::Night;
use super::draw::Draw;
use super::{Expected, Sums, each_seed, hold, published};
use serde_json::json;

const BILL: &str = "01AAAA-BBBBBB-0CCCCC";

/// Some hundred rows, no two alike.
fn rows(draw: &mut Draw) -> (Vec<Row>, Expected) {
    let mut expected = Expected::default();
    let mut rows = Vec::new();
    for number in 0..200 {
        let kind = draw.one(&["regular", "regular", "regular", "fee", "tax", "adjustment", "rounding_error"]);
        let (project, currency) = (draw.one(&["shop", "web", ""]), draw.one(&["USD", "EUR"]));
        // Digits of doubles, and few enough that their sum within a row has at most 18 decimals.
        let (cost, list) = (draw.double(), draw.double());
        let mut row = usage(&format!("SKU-{number}"), "0").number("cost", &cost.text).set("currency", currency.into());
        row = if project.is_empty() { row.without("project") } else { row.project(project) };
        let line_type = if kind == "fee" { "regular" } else { kind };
        row = row.set("cost_type", line_type.into());
        let mut credits = 0;
        for name in ["PROMOTION", "SUSTAINED_USAGE_DISCOUNT"] {
            if draw.chance(3) {
                let credit = draw.double();
                row = row.credit(name, "", &credit.text);
                credits += credit.units;
            }
        }
        if kind == "fee" {
            let offset = draw.double();
            row = row.described("Commitment - dollar based v1: GCE for 1 year").credit(
                "FEE_UTILIZATION_OFFSET",
                "",
                &offset.text,
            );
            credits += offset.units;
        }
        let listed = draw.chance(2);
        if listed {
            row = row.number("cost_at_list", &list.text);
        }
        // NUMERIC: up to nine decimals.
        let default = draw.chance(2).then(|| draw.factor(6));
        if let Some(default) = &default {
            row = row.number("cost_at_effective_price_default", &default.text);
        }
        let net = cost.units + credits;
        let contracted = default.as_ref().map_or(cost.units, |default| default.units);
        // Usage without a list price has none: it adds nothing.
        let list_cost = if listed {
            list.units
        } else if kind == "regular" {
            0
        } else {
            cost.units
        };
        let category = match kind {
            "regular" => "Usage",
            "fee" => "Purchase",
            "tax" => "Tax",
            _ => "Adjustment",
        };
        let mut money = vec![("cost", cost.units), ("credits[].amount", credits), ("cost+credits[].amount", net)];
        money.extend(listed.then_some(("cost_at_list", list.units)));
        money.extend(default.as_ref().map(|default| ("cost_at_effective_price_default", default.units)));
        expected.line([BILL, project, currency, line_type], &money);
        expected.charge([project, category, currency], [net, net, list_cost, contracted]);
        rows.push(row.set("resource", json!({"name": format!("vm-{number}")})));
    }
    (rows, expected)
}

#[test]
fn gcp_detailed_usage() {
    each_seed(|what, draw| {
        let (rows, expected) = rows(draw);
        let nights = [false, true].map(|columnar| {
            let night = Night::new(CONFIG);
            for (number, rows) in draw.parts(&rows).iter().enumerate() {
                let (bytes, ending) = if columnar { (parquet(rows), "parquet") } else { (json_lines(rows), "json") };
                night.write(&format!("dumps/{number}/part.{ending}"), bytes);
            }
            night
        });
        hold(what, &nights, &expected);
        // Dumps more, that overlap with all of them.
        let overlapping = &nights[0];
        let before: Sums = published(overlapping);
        let parts = draw.parts(&rows);
        overlapping.write("dumps/again/part.parquet", parquet(&parts[0]));
        overlapping.write("dumps/all/part.json", json_lines(&rows));
        let ended = overlapping.run();
        assert!([0, 3].contains(&ended.status), "{what}: {}", ended.stderr);
        assert_eq!(published(overlapping), before, "{what}: dumps that overlap");
    });
}
