//! Which days count in a unit cost, worked by hand: a level, months of which not all days count, a
//! tag that became active late, counts from before the bill, purchases, and a month without a full day.

use super::charges::{Charge, UNIT_COST, bill, rows, usage};
use super::place::Night;
use chrono::NaiveDate;
use std::sync::LazyLock;

const POLICY: &str = r#"
[tags.dimensions]
app = { keys = ["app"], active_from = "2026-08-03" }
[[unit_metric]]
id = "tenant"
title = "Cost per tenant"
unit = "tenant"
driver = "drivers/tenants.csv"
quantity = "level"
[[unit_metric]]
id = "request"
title = "Cost per 1,000 requests"
unit = "1,000 requests"
per = 1000
driver = "drivers/requests.csv"
[[unit_metric]]
id = "order"
title = "Cost per order"
unit = "order"
driver = "drivers/orders.csv"
dimension = "x_Tag_app"
"#;

fn days(first: &str, last: &str) -> Vec<String> {
    let (first, last): (NaiveDate, NaiveDate) = (first.parse().unwrap(), last.parse().unwrap());
    first.iter_days().take_while(|day| *day <= last).map(|day| day.to_string()).collect()
}

/// 10 a day by shop, from the 30th of July to the 12th of September, and what was bought on one day.
fn charges() -> Vec<Charge> {
    let mut charges: Vec<Charge> =
        days("2026-07-30", "2026-09-12").iter().map(|day| usage(day, "10").tags(&[("app", "shop")])).collect();
    let bought = |cost: &str, frequency: &str| {
        usage("2026-07-31", cost).set("ChargeCategory", "Purchase").set("ChargeFrequency", frequency)
    };
    charges.extend([
        bought("100", "One-Time").from("2026-07-31T00:00:00Z", "2026-07-31T01:00:00Z"),
        bought("50", "Recurring"),
        bought("2", "Recurring").from("2026-07-31T00:00:00Z", "2026-07-31T01:00:00Z"),
    ]);
    charges
}

/// 5 tenants, 1,000 requests and 2 orders a day, counted from before the bill begins.
fn drivers(night: &Night) {
    let counted = days("2026-07-20", "2026-09-12");
    let file = |row: &str| counted.iter().map(|day| format!("{day},{row}\n")).collect::<String>();
    night.write("drivers/tenants.csv", format!("day,quantity\n{}", file("5")));
    night.write("drivers/requests.csv", format!("day,quantity\n{}", file("1000")));
    night.write("drivers/orders.csv", format!("day,dimension,quantity\n{}", file("shop,2")));
}

fn night(charges: &[Charge]) -> Night {
    let night = bill(charges, POLICY, &UNIT_COST);
    drivers(&night);
    night.run().exits(0);
    night
}

static NIGHT: LazyLock<Night> = LazyLock::new(|| night(&charges()));

/// The rows of one metric for the billing period alone, without its id.
fn of(night: &Night, query: &str, metric: &str, month: &str, columns: &[&str]) -> Vec<String> {
    let columns: Vec<&str> = ["x_UnitMetric"].iter().chain(columns).copied().collect();
    let all = rows(night, query, month, &columns);
    all.iter().filter_map(|row| row.strip_prefix(&format!("{metric}|")).map(str::to_string)).collect()
}

fn by_month(metric: &str, month: &str, columns: &[&str]) -> String {
    let columns: Vec<&str> = ["x_BillingMonth"].iter().chain(columns).copied().collect();
    let all = of(&NIGHT, "metric/unit_cost_by_month", metric, month, &columns);
    let found: Vec<_> = all.iter().filter_map(|row| row.strip_prefix(&format!("{month}|"))).collect();
    assert_eq!(found.len(), 1, "{all:?}");
    found[0].to_string()
}

/// A month's tenants were once the sum of its days: 310 ÷ (31 × 5) = 2, 31 times too little.
#[test]
fn a_level_is_the_mean_of_its_days_and_not_their_sum() {
    let columns = ["x_Cost", "x_Quantity", "x_UnitCost", "x_Days"];
    // 31 × 10 ÷ 5 = 62
    assert_eq!(by_month("tenant", "2026-08", &columns), "310|5|62|31");
    // 310 ÷ 31,000 × 1,000 = 10
    assert_eq!(by_month("request", "2026-08", &columns), "310|31000|10|31");
    let columns = ["x_Cost", "x_Quantity", "x_UnitCost"];
    let team = of(&NIGHT, "metric/unit_cost_by_team", "tenant", "2026-08", &columns);
    assert_eq!(team, ["310|5|62"]);
    // A day's unit cost is the day's: 10 ÷ 5
    let day = of(&NIGHT, "metric/unit_cost_by_day", "tenant", "2026-08", &["x_ChargeDay", "x_UnitCost"]);
    assert!(day.len() == 31 && day[0] == "2026-08-01|2", "{day:?}");
}

/// Eleven days of a flat month were once 68 % less volume than the whole month before.
#[test]
fn a_month_to_date_is_compared_by_the_day() {
    let columns =
        ["x_Cost", "x_UnitCost", "x_PriorUnitCost", "x_UnitCostChangeShare", "x_QuantityChangeShare", "x_Note"];
    let note = "changes compare one day: 11 of 30 days count, 31 of 31 of the month before";
    // The 12th may still grow. 110 ÷ 5 = 22; a day of a tenant costs 2 in both months.
    assert_eq!(by_month("tenant", "2026-09", &columns), format!("110|22|62|0|0|{note}"));
    assert_eq!(by_month("request", "2026-09", &columns), format!("110|10|10|0|0|{note}"));
    let columns = ["x_UnitCost", "x_PriorUnitCost", "x_UnitCostChangeShare"];
    assert_eq!(of(&NIGHT, "metric/unit_cost_by_team", "tenant", "2026-09", &columns), ["22|62|0"]);
}

/// Ten days of July were counted before the bill began: 22 ÷ 12,000 × 1,000 would be 1.83.
#[test]
fn days_before_the_bill_begins_count_on_neither_side() {
    let columns = ["x_Cost", "x_Quantity", "x_UnitCost", "x_Days", "x_DaysWithoutCharge", "x_Note"];
    let note = "days before the metric can be charged for are left out";
    // (10 + 10 + 2) ÷ 2,000 × 1,000 = 11
    assert_eq!(by_month("request", "2026-07", &columns), format!("22|2000|11|2|10|{note}"));
}

/// The app's tag is active from the 3rd of August on.
#[test]
fn days_before_a_tag_key_is_active_count_on_neither_side() {
    let columns = ["x_Dimension", "x_Cost", "x_Quantity", "x_UnitCost", "x_DaysWithoutCharge"];
    // 29 days: 290 ÷ 58 = 5
    assert_eq!(by_month("order", "2026-08", &columns), "shop|290|58|5|2");
    let left = of(&NIGHT, "metric/unit_cost_left_out", "order", "2026-08", &["x_Dimension", "x_Why", "x_Cost"]);
    assert_eq!(left, ["shop|a tag key of the metric was not active yet|20"]);
    let columns = ["x_Dimension", "x_Cost", "x_UnitCost", "x_Note"];
    assert_eq!(by_month("order", "2026-07", &columns), "|||a tag key of the metric is not active yet: no figure");
}

/// An upfront payment stands in one hour, and a month's fee may stand on one day.
#[test]
fn purchases_of_one_day_are_in_no_unit_cost() {
    let left = of(&NIGHT, "metric/unit_cost_left_out", "tenant", "2026-07", &["x_ChargeSpan", "x_Why", "x_Cost"]);
    // 100 + 50; what recurs by the hour is of its day.
    assert_eq!(left, ["purchase|a purchase is not of the day it stands on|150"]);
    let day = of(&NIGHT, "metric/unit_cost_by_day", "tenant", "2026-07", &["x_ChargeDay", "x_Cost", "x_UnitCost"]);
    assert_eq!(day, ["2026-07-30|10|2", "2026-07-31|12|2.4"]);
}

/// On the first days of a month the metrics once vanished.
#[test]
fn a_month_without_a_full_day_has_a_row_for_each_metric() {
    let charges: Vec<Charge> =
        days("2026-08-30", "2026-09-01").iter().map(|day| usage(day, "10").tags(&[("app", "shop")])).collect();
    let night = night(&charges);
    for query in ["metric/unit_cost_by_month", "metric/unit_cost_by_team"] {
        for metric in ["order", "request", "tenant"] {
            let found = of(&night, query, metric, "2026-09", &["x_UnitCost", "x_Note"]);
            let row = "|no day of the month is complete yet: no figure";
            assert_eq!(found.last().map(String::as_str), Some(row), "{query}, {metric}: {found:?}");
        }
    }
}

/// Price and volume of each metric on one scale: 100 % is the whole month.
#[test]
fn trends_are_shares_of_the_whole() {
    let columns = ["x_ChargeDay", "x_UnitCostShare", "x_QuantityShare"];
    // 10 and 12 of (10 + 12) ÷ 2 = 11 for the same tenants
    let shares = [10.0 / 5.0, 12.0 / 5.0].map(|day: f64| day / (22.0 / 10.0));
    let expected = [format!("2026-07-30|{}|1", shares[0]), format!("2026-07-31|{}|1", shares[1])];
    assert_eq!(of(&NIGHT, "metric/unit_cost_trend_by_day", "tenant", "2026-07", &columns), expected);
    let months = of(
        &NIGHT,
        "metric/unit_cost_trend_by_month",
        "request",
        "2026-09",
        &["x_BillingMonth", "x_UnitCostShare", "x_QuantityShare"],
    );
    // (22 + 310 + 110) ÷ 44,000 is what a request of all costs; each day has 1,000.
    let all: f64 = 442.0 / 44_000.0;
    let share = |cost: f64, quantity: f64| cost / quantity / all;
    let expected = [("07", share(22.0, 2e3)), ("08", share(310.0, 31e3)), ("09", share(110.0, 11e3))]
        .map(|(month, share)| format!("2026-{month}|{share}|1"));
    assert_eq!(months, expected);
}
