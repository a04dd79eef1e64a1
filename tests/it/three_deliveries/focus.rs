//! AWS's FOCUS export: the costs are what they are, and each refresh overwrites the month.

use super::super::bucket::gz;
use super::super::charges::{Charge, exports, usage};
use super::super::exports::Bucket;
use super::super::place::Night;
use super::{CARRIER, Cells, MONTH, State, add, night, units, walk};

const SOURCE: &str = "[[source]]\nid = \"focus\"\nformat = \"aws-focus\"\nlocation = \"exports\"\n";

fn of(team: &str, day: &str, effective: &str, billed: &str) -> Charge {
    usage(day, "0").costs(effective, billed).tags(&[("team", team)]).set("x_ServiceCode", "AmazonEC2")
}

fn adds_up_to(csv: &[u8]) -> Cells {
    let mut cells = Cells::new();
    for row in csv::Reader::from_reader(csv).deserialize() {
        let row: std::collections::BTreeMap<String, String> = row.expect("a row");
        let tags: std::collections::BTreeMap<String, String> = match row["Tags"].as_str() {
            "" => Default::default(),
            tags => serde_json::from_str(tags).expect("tags"),
        };
        let team = tags.get("team").map_or("unallocated", String::as_str);
        let key = [&row["ChargeCategory"], &row["ServiceName"], &row["SubAccountId"], team, &row["BillingCurrency"]];
        add(&mut cells, key, [units(&row["EffectiveCost"]), units(&row["BilledCost"]), 1]);
    }
    cells
}

fn september(state: State) -> Vec<Charge> {
    let purchase = of("maps", "2026-09-01", "0", "31").set("ChargeCategory", "Purchase");
    let tax = of("maps", "2026-09-30", "1.9", "1.9").set("ChargeCategory", "Tax").set("Tags", "");
    let store = of("search", "2026-09-30", "40", "4E1").account("2").set("ServiceName", "Store");
    let euro = of("search", "2026-09-29", "3", "3").account("2").set("BillingCurrency", "EUR");
    let mut charges = vec![of("maps", "2026-09-10", "100", "69"), of("maps", "2026-09-30", "0", "0"), purchase, tax];
    if state == State::First {
        charges.extend([store, euro]);
        return charges;
    }
    charges[0] = of("maps", "2026-09-10", "100.000000000000000001", "69");
    charges.push(of("routes", "2026-09-11", "1E-18", "2").account("3").set("ServiceName", "Queue"));
    match state {
        State::First | State::Restated => {}
        State::Late => {
            charges.extend([store, euro]);
            charges.push(of("maps", "2026-09-30", "-12.5", "-12.5").set("ChargeCategory", "Credit"));
        }
        State::Later => {
            charges.remove(2);
            charges.push(of("late", "2026-09-30", "-0.5", "-1").set("ChargeClass", "Correction").account("2"));
            charges.push(of("late", "2026-09-12", "8", "8").set("BillingCurrency", "EUR"));
            charges.push(store.costs("39.9", "39.9"));
        }
    }
    charges
}

#[test]
fn aws_focus() {
    let whole = night(SOURCE);
    walk(&whole, "focus", &|night: &Night, state| {
        let bucket = Bucket { partition: "billing_period", ..Bucket::new(night) };
        if state == State::First {
            let october = exports(&[of("maps", "2026-10-05", "20", "19")]);
            bucket.deliver(CARRIER, "csv.gz", &[gz(&october[CARRIER], 6)]);
        }
        let september = &exports(&september(state))[MONTH];
        bucket.deliver(MONTH, "csv.gz", &[gz(september, 6)]);
        adds_up_to(september)
    });
}
