//! Unit cost, worked by hand: a day without its driver, a fee of the month, a day that is not over,
//! a dimension that nobody drives, and a driver that is not there.

use super::charges::{Charge, UNIT_COST, bill, rows, sum, usage};
use super::place::Night;
use std::sync::LazyLock;

const POLICY: &str = r#"
[tags.dimensions]
app = ["app"]
env = ["env"]
[[unit_metric]]
id = "request"
title = "Cost per 1,000 requests"
unit = "1,000 requests"
per = 1000
driver = "drivers/requests.csv"
[[unit_metric]]
id = "app"
title = "Billed cost per order of production"
unit = "order"
driver = "drivers/orders.csv"
dimension = "x_Tag_app"
basis = "BilledCost"
where = { x_Tag_env = ["prod"] }
[[unit_metric]]
id = "gone"
title = "No driver"
unit = "unit"
driver = "drivers/gone.csv"
dimension = "x_Tag_app"
[[unit_metric]]
id = "nothing"
title = "No charge"
unit = "unit"
driver = "drivers/requests.csv"
where = { ServiceName = ["Nobody uses it"] }
"#;

/// The 3rd of August is missing; the 10th has no charge.
const REQUESTS: &str = "day,quantity\n2026-07-01,1000\n2026-07-31,1000\n2026-08-01,1000\n2026-08-02,2000\n\
                        2026-08-10,2500\n2026-08-31,1000\n2026-09-01,1000\n2026-09-02,1000\n";

/// shopp is misspelt.
const ORDERS: &str =
    "day,dimension,quantity\n2026-08-01,shop,10\n2026-08-01,api,4\n2026-08-02,shopp,5\n2026-08-02,api,0\n";

#[rustfmt::skip]
fn charges() -> Vec<Charge> {
    let of = |day: &str, cost: &str, app: &str, env: &str| {
        let billed = (cost.parse::<i64>().unwrap() * 2).to_string();
        let charge = usage(day, "0").costs(cost, &billed);
        if app.is_empty() { charge.tags(&[("env", env)]) } else { charge.tags(&[("app", app), ("env", env)]) }
    };
    vec![
        of("2026-07-01", "5", "", "dev"),
        of("2026-07-31", "5", "", "dev"),
        of("2026-08-01", "6", "shop", "prod"),
        of("2026-08-01", "3", "api", "prod"),
        of("2026-08-01", "1", "shop", "dev"),
        // No app; production.
        of("2026-08-02", "11", "", "prod"),
        of("2026-08-02", "1", "api", "prod"),
        // No driver row on the 3rd.
        of("2026-08-03", "8", "shop", "prod"),
        of("2026-08-31", "4", "", "dev"),
        // A fee of the whole month, on its first day.
        of("2026-08-01", "31", "", "dev").from("2026-08-01T00:00:00Z", "2026-09-01T00:00:00Z"),
        of("2026-09-01", "7", "", "dev"),
        of("2026-09-02", "5", "", "dev"),
        // The bill goes on to noon of the 3rd: the 2nd may still grow.
        of("2026-09-03", "1", "", "dev").from("2026-09-03T00:00:00Z", "2026-09-03T12:00:00Z"),
    ]
}

static NIGHT: LazyLock<Night> = LazyLock::new(|| {
    let night = bill(&charges(), POLICY, &[&UNIT_COST[..], &["quality/drivers_"]].concat());
    night.write("drivers/requests.csv", REQUESTS);
    night.write("drivers/orders.csv", ORDERS);
    let outcome = night.run().exits(3);
    outcome.complains("drivers/gone.csv: there is no such driver file: the unit metric `gone` has no figure");
    night
});

fn by_month(metric: &str, month: &str, columns: &[&str]) -> Vec<String> {
    let columns: Vec<&str> = ["x_UnitMetric"].iter().chain(columns).copied().collect();
    let all = rows(&NIGHT, "metric/unit_cost_by_month", month, &columns);
    all.iter().filter_map(|row| row.strip_prefix(&format!("{metric}|")).map(str::to_string)).collect()
}

#[test]
fn a_day_without_its_driver_is_left_out_of_both_sides() {
    let columns = ["x_BillingMonth", "x_Cost", "x_Quantity", "x_UnitCost", "x_DaysWithoutDriver", "x_Note"];
    assert_eq!(
        by_month("request", "2026-08", &columns),
        [
            // (5 + 5) ÷ 2,000 × 1,000 = 5
            "2026-07|10|2000|5|0|",
            // (10 + 12 + 4) ÷ (1,000 + 2,000 + 2,500 + 1,000) × 1,000 = 4. The 10th cost nothing, and its requests
            // count. With the cost of the 3rd it would be 34 ÷ 6,500, with the fee 57 ÷ 6,500.
            "2026-08|26|6500|4|1|days without a driver row are left out; changes compare one day: 4 of 31 days count, 2 of \
             31 of the month before",
        ]
    );
    assert_eq!(
        by_month("request", "2026-08", &["x_PriorUnitCost", "x_UnitCostChangeShare", "x_QuantityChangeShare"])[1],
        // Price: (4 − 5) ÷ 5 = −0.2. Volume of a day: 6,500 ÷ 4 = 1,625 against 2,000 ÷ 2 = 1,000: 0.625
        "5|-0.2|0.625"
    );
    let days = rows(
        &NIGHT,
        "metric/unit_cost_by_day",
        "2026-08",
        &["x_UnitMetric", "x_ChargeDay", "x_Cost", "x_Quantity", "x_UnitCost"],
    );
    let days: Vec<_> = days.iter().filter(|row| row.starts_with("request|")).collect();
    assert_eq!(
        days,
        [
            "request|2026-08-01|10|1000|10",
            "request|2026-08-02|12|2000|6",
            // Never a 0
            "request|2026-08-03|8||",
            // Cost nothing, and its requests count in the month
            "request|2026-08-10|0|2500|0",
            "request|2026-08-31|4|1000|4",
        ]
    );
}

#[test]
fn what_no_unit_cost_holds_is_named_and_adds_up() {
    let columns = ["x_UnitMetric", "x_Dimension", "x_ChargeSpan", "x_Why", "x_Cost"];
    let left = |month: &str| rows(&NIGHT, "metric/unit_cost_left_out", month, &columns);
    let of = |metric: &str, rows: Vec<String>| -> Vec<String> {
        rows.into_iter().filter(|row| row.starts_with(&format!("{metric}|"))).collect()
    };
    assert_eq!(
        of("request", left("2026-08")),
        ["request||longer|charged for longer than a day|31", "request||day|the day has no driver row|8"]
    );
    // 26 + 31 + 8 = 65 = 6 + 3 + 1 + 11 + 1 + 8 + 4 + 31
    assert_eq!(sum(["26", "31", "8"]), sum(["6", "3", "1", "11", "1", "8", "4", "31"]));
    // Billed is twice as much. No app: 22. shop on the 3rd: 16.
    assert_eq!(
        of("app", left("2026-08")),
        ["app||day|the charge has no value of the dimension|22", "app|shop|day|the day has no driver row|16"]
    );
    // The 2nd has not been over for a day yet: 5 + 1
    assert_eq!(of("request", left("2026-09")), ["request||day|the day is not complete|6"]);
    let september =
        by_month("request", "2026-09", &["x_BillingMonth", "x_Cost", "x_Quantity", "x_UnitCost", "x_PriorUnitCost"]);
    assert_eq!(september[2], "2026-09|7|1000|7|4");
}

/// The figures and what is left out are the metric's whole cost, to the last digit.
#[test]
fn every_charge_of_a_metric_is_in_its_figure_or_named() {
    for month in ["2026-07", "2026-08", "2026-09"] {
        let columns = ["x_UnitMetric", "x_BillingMonth", "x_Cost"];
        let figures = rows(&NIGHT, "metric/unit_cost_by_month", month, &columns);
        let left = rows(&NIGHT, "metric/unit_cost_left_out", month, &["x_UnitMetric", "x_Cost"]);
        for (metric, basis) in [("request", "EffectiveCost"), ("app", "BilledCost"), ("gone", "EffectiveCost")] {
            let of_month = format!("{metric}|{month}|");
            let costs = figures.iter().filter_map(|row| row.strip_prefix(&of_month)).filter(|cost| !cost.is_empty());
            let left = left.iter().filter_map(|row| row.strip_prefix(&format!("{metric}|")));
            let sql = format!(
                "SELECT SUM({basis}) AS {basis} FROM unit_daily WHERE x_UnitMetric = '{metric}' \
                 AND x_BillingMonth = '{month}' AND BillingCurrency = 'USD'"
            );
            let whole = &NIGHT.query(&sql)[0][basis];
            let whole = if whole.is_empty() { 0 } else { sum([whole.as_str()]) };
            assert_eq!(sum(costs) + sum(left), whole, "{metric}, {month}");
        }
    }
}

/// Each team's part of one unit, on the same quantity.
#[test]
fn the_teams_unit_costs_add_up_to_the_whole() {
    let mut config = NIGHT.read("costmill.toml");
    config.push_str("[[owner]]\nwhere = { x_Tag_app = [\"shop\"] }\nteam = \"shops\"\n");
    let night = NIGHT.copy();
    night.write("costmill.toml", config);
    night.run().exits(3);
    let columns = ["x_Team", "x_UnitMetric", "x_Cost", "x_Quantity", "x_UnitCost"];
    let found = rows(&night, "metric/unit_cost_by_team", "2026-08", &columns);
    let found: Vec<_> = found.iter().filter(|row| row.contains("|request|")).collect();
    // 6 + 1 of shop, 19 of the rest (3 + 11 + 1 + 4), of 6,500 requests: 7 ÷ 6.5 and 19 ÷ 6.5 make 26 ÷ 6.5 = 4
    let expected = [("shops", 7.0), ("unallocated", 19.0)];
    let expected = expected.map(|(team, cost)| format!("{team}|request|{cost}|6500|{}", cost / 6500.0 * 1000.0));
    assert_eq!(found, expected.iter().collect::<Vec<_>>());
}

#[test]
fn dimensions_filters_and_the_metrics_own_basis() {
    let columns = ["x_Dimension", "x_Cost", "x_Quantity", "x_UnitCost", "x_DaysWithoutDriver"];
    assert_eq!(
        by_month("app", "2026-08", &columns),
        [
            // (2 × 3 on the 1st + 2 × 1 on the 2nd) ÷ (4 + 0): a quantity of 0 is one
            "api|8|4|2|0",
            // 2 × 6 ÷ 10; what dev used is not in it, nor the 3rd
            "shop|12|10|1.2|1",
        ]
    );
    let misspelt =
        rows(&NIGHT, "quality/drivers_without_charges", "2026-08", &["x_UnitMetric", "x_Dimension", "x_Days"]);
    assert_eq!(misspelt, ["app|shopp|1", "nothing||4"]);
}

/// No figure is said, and why, and never 0.
#[test]
fn a_metric_without_driver_or_charges_says_so() {
    let columns = ["x_Dimension", "x_BillingMonth", "BillingCurrency", "x_Cost", "x_Quantity", "x_UnitCost", "x_Note"];
    let gone = by_month("gone", "2026-08", &columns);
    // One row that says so, not one for each of the apps.
    assert_eq!(gone, ["|2026-08|USD||||there is no driver: no figure"]);
    assert_eq!(
        by_month("nothing", "2026-08", &columns),
        ["|2026-08|||||no daily charge of a full day belongs to the metric: no figure"]
    );
}

/// The next night the driver is there; the bill has not changed.
#[test]
fn a_driver_that_comes_later_gives_the_figure_without_a_new_bill() {
    let night = NIGHT.copy();
    night.write("drivers/gone.csv", "day,dimension,quantity\n2026-08-01,shop,7\n");
    night.run().exits(0).says("nothing new");
    let columns = ["x_UnitMetric", "x_Dimension", "x_BillingMonth", "x_Cost", "x_UnitCost"];
    let found = rows(&night, "metric/unit_cost_by_month", "2026-08", &columns);
    // shop of both environments on the 1st: (6 + 1) ÷ 7; the other rows have no driver
    assert!(found.contains(&"gone|shop|2026-08|7|1".to_string()), "{found:?}");
    assert!(found.contains(&"gone|api|2026-08||".to_string()), "{found:?}");
}

/// A file with one wrong row gives no figure: that of the other rows would look like one.
#[test]
fn a_driver_with_a_wrong_row_names_it_and_gives_no_figure() {
    let night = NIGHT.copy();
    night.write("drivers/gone.csv", "day,dimension,quantity\n2026-08-01,shop,7\n");
    night.write("drivers/requests.csv", format!("{REQUESTS}2026-08-31,1\n"));
    let outcome = night.run();
    outcome
        .complains("requests.csv:10: the day 2026-08-31 already stands on line 7")
        .complains("remedy: give each day");
    let found = rows(&night, "metric/unit_cost_by_month", "2026-08", &["x_UnitMetric", "x_UnitCost", "x_Note"]);
    assert!(found.contains(&"request||there is no driver: no figure".to_string()), "{found:?}");
}

/// A missing driver once took the metric off every statement.
#[test]
fn a_team_is_told_that_the_driver_is_missing() {
    let columns = ["x_Team", "x_UnitMetric", "x_Dimension", "x_Cost", "x_UnitCost", "x_Note"];
    let found = rows(&NIGHT, "metric/unit_cost_by_team", "2026-08", &columns);
    assert!(found.contains(&"unallocated|gone||||there is no driver: no figure".to_string()), "{found:?}");
}

/// What lacks nothing is not among the units that lack something.
#[test]
fn units_that_lack_something_are_told_apart() {
    let asked = ["query", "metric/unit_cost_by_month", "--period", "2026-07", "--format", "csv"];
    let params = ["--param", "only_this_period=true", "--param", "only_lacking=true"];
    let told = NIGHT.costmill(&[&asked[..], &params].concat()).exits(0).stdout;
    let metrics: Vec<_> = told.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    // request has two days of 31 with a driver row and no other with charges: nothing is left out.
    assert_eq!(metrics, ["app", "gone", "nothing"], "{told}");
}
