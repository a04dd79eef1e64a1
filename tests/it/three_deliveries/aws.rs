//! AWS: the legacy report of the hand-worked bill, overwritten in its bucket by each delivery.

use super::super::bucket::{Bill, PERIOD, deliver, gz};
use super::super::place::Night;
use super::{Cells, State, add, night, units, walk};
use std::collections::BTreeMap;

pub const SOURCE: &str = "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"exports\"\n";

/// A row of the bill, by column.
type Row<'b> = BTreeMap<&'b str, &'b str>;

/// What the rules of `docs/formats/aws-cur-legacy.md` make of each row, on the gross basis.
fn adds_up_to(bill: &Bill) -> Cells {
    let rows = |row: &'_ Vec<String>| -> Vec<(String, String)> {
        bill.header.iter().cloned().zip(row.iter().cloned()).collect()
    };
    let rows: Vec<Vec<(String, String)>> = bill.rows.iter().map(rows).collect();
    let rows: Vec<Row> = rows.iter().map(|row| row.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect()).collect();
    // Discount lines leave the product's name out.
    let named = [("awswaf", "AWS WAF"), ("AmazonCloudFront", "Amazon CloudFront")];
    let mut cells = Cells::new();
    // What Savings Plans cover and take back, by account and currency: what is left over is a charge of its own.
    let mut left: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for row in &rows {
        let money = |column: &str| units(row[column]);
        let (kind, cost) = (row["lineItem/LineItemType"], money("lineItem/UnblendedCost"));
        let of_reservation = !row["reservation/ReservationARN"].is_empty();
        let of_plan = row["lineItem/LineItemDescription"].starts_with("Refund for one-time fee for Savings Plan");
        let split = ["EKSPod-EC2", "ECSTask-EC2"].contains(&row["lineItem/Operation"]);
        let (category, effective, billed) = match kind {
            _ if split => ("Usage", 0, 0),
            "Usage" => ("Usage", cost, cost),
            "DiscountedUsage" => ("Usage", money("reservation/EffectiveCost"), cost),
            "SavingsPlanCoveredUsage" => ("Usage", money("savingsPlan/SavingsPlanEffectiveCost"), 0),
            "SavingsPlanNegation" => ("Adjustment", 0, 0),
            "SavingsPlanRecurringFee" => {
                let unused = money("savingsPlan/TotalCommitmentToDate") - money("savingsPlan/UsedCommitment");
                ("Purchase", unused, cost)
            }
            "RIFee" => {
                let upfront = money("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod");
                ("Purchase", upfront + money("reservation/UnusedRecurringFee"), cost)
            }
            "SavingsPlanUpfrontFee" => ("Purchase", 0, cost),
            "Fee" => ("Purchase", if of_reservation { 0 } else { cost }, cost),
            "FlatRateSubscription" => ("Purchase", cost, cost),
            "Refund" if of_plan => ("Purchase", 0, cost),
            "Refund" => ("Usage", cost, cost),
            "Tax" | "Credit" => (kind, cost, cost),
            discount if discount.ends_with("Discount") => ("Usage", cost, cost),
            other => panic!("{other}: say what it becomes"),
        };
        if ["SavingsPlanCoveredUsage", "SavingsPlanNegation"].contains(&kind) {
            *left.entry((row["lineItem/UsageAccountId"], row["lineItem/CurrencyCode"])).or_default() += cost;
        }
        let code = row["lineItem/ProductCode"];
        let name = named.iter().find(|(known, _)| *known == code).map_or(row["product/ProductName"], |(_, name)| *name);
        let team = Some(row["resourceTags/user:team"]).filter(|team| !team.is_empty()).unwrap_or("unallocated");
        let key = [category, name, row["lineItem/UsageAccountId"], team, row["lineItem/CurrencyCode"]];
        add(&mut cells, key, [effective, billed, 1]);
    }
    for ((account, currency), cost) in left.into_iter().filter(|(_, cost)| *cost != 0) {
        add(&mut cells, ["Adjustment", "SavingsPlanNegation", account, "unallocated", currency], [cost, cost, 1]);
    }
    cells
}

/// A row of the hand-worked bill once more, as another line.
fn again(bill: &mut Bill, of: usize, id: &str, cells: &[(&str, &str)]) {
    let mut row = bill.rows[of - 1].clone();
    for (column, text) in [("identity/LineItemId", id)].iter().chain(cells) {
        row[bill.at(column)] = (*text).to_string();
    }
    bill.rows.push(row);
}

fn cost(bill: Bill, row: usize, text: &str) -> Bill {
    bill.set(row, "lineItem/UnblendedCost", text).set(row, "pricing/publicOnDemandCost", text)
}

/// Rows are those of `hand_worked.rs`.
fn september(state: State) -> Bill {
    let bill = Bill::hand_worked();
    if state == State::First {
        return bill;
    }
    // Dearer; a digit more than a double has; another team.
    let bill = cost(cost(bill, 20, "1.06"), 24, "2.300000000000000001").set(27, "resourceTags/user:team", "batch");
    let mut bill = cost(bill, 27, "0.95");
    let other = [("lineItem/ProductCode", "AWSQueueService"), ("product/ProductName", "Amazon Simple Queue Service")];
    match state {
        State::First | State::Restated => {
            let account = bill.at("lineItem/UsageAccountId");
            again(
                &mut bill,
                20,
                "new1",
                &[("lineItem/UsageAccountId", "045678901234"), ("resourceTags/user:team", "new")],
            );
            again(&mut bill, 25, "new2", &other);
            // All of its lines, its currency with them.
            bill.rows.retain(|row| !row[account].starts_with("0345"));
        }
        State::Late => {
            let credit = [("lineItem/UnblendedCost", "-7.25"), ("resourceTags/user:team", "core")];
            again(&mut bill, 36, "late1", &credit);
            again(&mut bill, 25, "late2", &[&other[..], &[("resourceTags/user:team", "late")]].concat());
            // 0.01 of what a Savings Plan covers is not taken back.
            bill = cost(bill, 22, "3.5E-2").set(13, "lineItem/UnblendedCost", "-1.35");
        }
        State::Later => {
            again(&mut bill, 37, "late1", &[("lineItem/UnblendedCost", "-1E-18")]);
            bill = cost(bill, 44, "12.75");
            bill.rows.remove(24);
        }
    }
    bill
}

fn october() -> Bill {
    let mut bill = Bill::hand_worked();
    bill.rows = [20, 22, 24, 44].map(|row: usize| bill.rows[row - 1].clone()).to_vec();
    for row in &mut bill.rows {
        row.iter_mut()
            .for_each(|cell| *cell = cell.replace("2026-10-01", "2026-11-01").replace("2026-09-", "2026-10-"));
    }
    bill
}

/// Writes a state of September over the one before, the first with October.
pub fn delivered(night: &Night, state: State) -> Cells {
    if state == State::First {
        deliver(night, "20261001-20261101", &[gz(&october().csv(), 6)]);
    }
    let bill = september(state);
    let parts: Vec<Vec<u8>> = bill.parts().iter().map(|part| gz(part, 6)).collect();
    deliver(night, PERIOD, &parts);
    adds_up_to(&bill)
}

#[test]
fn aws_cost_and_usage_report() {
    walk(&night(SOURCE), "aws", &delivered);
}
