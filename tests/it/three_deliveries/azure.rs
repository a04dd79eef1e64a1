//! Azure: runs of two exports, the actual and the amortised dataset of the hand-worked bill. What was billed is read
//! off the one, what was used off the other.

use super::super::azure::fixture;
use super::super::azure_exports::Run;
use super::super::bucket::Bill;
use super::super::place::Night;
use super::{Cells, State, add, night, units, walk};
use std::cell::Cell;

const SOURCE: &str = "[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"exports\"\n";

/// Both datasets; the columns of their costs.
struct Datasets([Bill; 2]);

const COST: [&str; 2] = ["Cost", "CostInBillingCurrency"];
const CURRENCY: [&str; 2] = ["BillingCurrency", "BillingCurrencyCode"];

fn read(name: &str) -> Bill {
    let text = fixture(name);
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let texts = |record: &csv::StringRecord| record.iter().map(str::to_string).collect::<Vec<_>>();
    let header = texts(reader.headers().expect("a header"));
    Bill { header, rows: reader.records().map(|row| texts(&row.expect("a row"))).collect() }
}

/// A service by the table of names that this test knows.
fn service<'r>(resource: &str, consumed: &str, meter: &'r str) -> &'r str {
    match consumed.to_lowercase().as_str() {
        _ if resource.contains("/virtualMachineScaleSets/") => "Virtual Machine Scale Sets",
        "microsoft.storage" => "Storage Accounts",
        "microsoft.compute" => "Virtual Machines",
        "microsoft.keyvault" => "Key Vault",
        "microsoft.saas" => "Azure Marketplace",
        "microsoft.capacity" => "Azure Reservations",
        "microsoft.billingbenefits" => "Azure Savings Plan for Compute",
        _ if meter.is_empty() => "Other",
        _ => meter,
    }
}

/// Σ BilledCost is that of the actual dataset, Σ EffectiveCost that of the amortised one; charges are all rows of that
/// one, and the purchases of commitments of the other.
fn adds_up_to(datasets: &Datasets) -> Cells {
    let mut cells = Cells::new();
    for (amortised, bill) in datasets.0.iter().enumerate() {
        for row in &bill.rows {
            let cell = |column: &str| row[bill.at(column)].as_str();
            let bound = ["Reservation", "SavingsPlan"].contains(&cell("PricingModel"));
            let category = match cell("ChargeType") {
                "Usage" | "UnusedReservation" | "UnusedSavingsPlan" => "Usage",
                "Purchase" | "Refund" => "Purchase",
                "RoundingAdjustment" => "Adjustment",
                other => other,
            };
            let tags = cell("Tags");
            let team = ["shop", "web", "late"].into_iter().find(|team| tags.contains(&format!("\"team\":\"{team}\"")));
            let team = team.or(tags.contains("\"team\": \"shop\"").then_some("shop")).unwrap_or("unallocated");
            let cost = units(cell(COST[amortised]));
            let key = [
                category,
                service(cell("ResourceId"), cell("ConsumedService"), cell("MeterCategory")),
                cell("SubscriptionId"),
                team,
                cell(CURRENCY[amortised]),
            ];
            let sums = match amortised == 1 {
                true => [cost, 0, 1],
                false => [0, cost, i128::from(bound && category == "Purchase")],
            };
            add(&mut cells, key, sums);
        }
    }
    cells.retain(|_, cell| *cell != [0; 3]);
    cells
}

impl Datasets {
    /// The hand-worked bill, with usage on the month's last day.
    fn hand_worked() -> Self {
        let mut both = Self([read("actual.csv"), read("amortized.csv")]);
        both.again("Quantum Socks", "0.25", &[]);
        both.on_the_last_day("0.25");
        both
    }

    /// The row of each dataset whose meter category is this, and whose charge is usage on demand.
    fn rows_of(&self, meter: &str) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        for (dataset, bill) in self.0.iter().enumerate() {
            let (category, model, kind) = (bill.at("MeterCategory"), bill.at("PricingModel"), bill.at("ChargeType"));
            let of = |row: &&Vec<String>| row[category] == meter && row[model] == "OnDemand" && row[kind] == "Usage";
            found.push((dataset, bill.rows.iter().position(|row| of(&row)).expect("a row on demand")));
        }
        found
    }

    /// Sets the cost of the first such charge in both; its price is not told any more.
    fn cost(&mut self, meter: &str, cost: &str) {
        for (dataset, row) in self.rows_of(meter) {
            self.set(dataset, row, COST[dataset], cost);
        }
    }

    fn set(&mut self, dataset: usize, row: usize, column: &str, text: &str) {
        let at = self.0[dataset].at(column);
        self.0[dataset].rows[row][at] = text.into();
    }

    /// The first such charge once more in both, with these cells.
    fn again(&mut self, meter: &str, cost: &str, cells: &[(&str, &str)]) {
        for (dataset, row) in self.rows_of(meter) {
            let row = self.0[dataset].rows[row].clone();
            self.0[dataset].rows.push(row);
            let last = self.0[dataset].rows.len() - 1;
            for (column, text) in [(COST[dataset], cost)].iter().chain(cells) {
                self.set(dataset, last, column, text);
            }
        }
    }

    fn on_the_last_day(&mut self, cost: &str) {
        for (bill, (column, text)) in self.0.iter_mut().zip(COST.into_iter().zip(["09/30/2026", "2026-09-30"])) {
            let (at, day) = (bill.at(column), bill.at("Date"));
            let row = bill.rows.iter_mut().find(|row| row[at] == cost).expect("it");
            row[day] = text.into();
        }
    }

    fn without(&mut self, column: &str, text: &str) {
        for bill in &mut self.0 {
            let at = bill.at(column);
            let before = bill.rows.len();
            bill.rows.retain(|row| row[at] != text);
            assert!(bill.rows.len() < before, "nothing has {text}");
        }
    }

    fn october(mut self) -> Self {
        for bill in &mut self.0 {
            bill.rows.truncate(1);
            let of = |cell: &mut String| {
                for (from, to) in [("2026-09", "2026-10"), ("10-30", "10-31"), ("09/30", "10/31"), ("09/", "10/")] {
                    *cell = cell.replace(from, to);
                }
            };
            bill.rows.iter_mut().flatten().for_each(of);
        }
        self
    }
}

const TEAM: [&str; 3] = ["{\"team\":\"shop\"}", "{\"team\":\"web\"}", "{\"team\":\"late\"}"];
const NEW: &str = "0a1b2c3d-1111-4a4a-8b8b-000000000003";
const GONE: &str = "0a1b2c3d-2222-4a4a-8b8b-000000000002";

fn september(state: State) -> Datasets {
    let mut both = Datasets::hand_worked();
    if state == State::First {
        return both;
    }
    both.cost("Virtual Machines", "5.3");
    both.again("Storage", "0.000000000000000001", &[("SubscriptionId", NEW), ("Tags", TEAM[1])]);
    both.again(
        "Storage",
        "3.5",
        &[("ConsumedService", "Microsoft.KeyVault"), ("MeterCategory", "Key Vault"), ("ResourceId", "")],
    );
    match state {
        State::First | State::Restated => both.without("SubscriptionId", GONE),
        State::Late => {
            both.cost("Storage", "0.026");
            both.again("Storage", "-1.25", &[("Tags", TEAM[2])]);
            // What the reservation cost is amortised otherwise: one dataset alone moves.
            both.set(1, 4, COST[1], "0.7");
            both.set(1, 1, COST[1], "2.9");
        }
        State::Later => {
            both.again("Quantum Socks", "7", &[("Tags", TEAM[2])]);
            // A refund of the commitment: of the actual dataset alone.
            let refund = both.0[0].rows[13].clone();
            both.0[0].rows.push(refund);
            let last = both.0[0].rows.len() - 1;
            both.set(0, last, COST[0], "-2.5");
            both.without("MeterCategory", "SaaS");
        }
    }
    both
}

fn deliver(night: &Night, datasets: &Datasets, period: &str, number: u32) {
    let minutes = ["12", "15"];
    let runs = [Run::actual(night), Run::amortized(night)];
    for ((run, bill), minute) in runs.into_iter().zip(&datasets.0).zip(minutes) {
        let folder = format!("202610{:02}04{minute}/6f9c0b5e-0000-4f2f-8d3c-{number:012}", 6 + number);
        let submitted = format!("2026-10-{:02}T04:{minute}:07.1234567Z", 6 + number);
        let run = Run { period, folder: &folder, submitted: &submitted, ..run };
        run.deliver(&[("part_0_0001.csv", bill.csv(), bill.rows.len() as i64)]);
    }
}

#[test]
fn azure_cost_details() {
    let whole = night(SOURCE);
    let number = Cell::new(0);
    walk(&whole, "azure", &|night: &Night, state| {
        if state == State::First {
            deliver(night, &Datasets::hand_worked().october(), "20261001-20261031", 1);
        }
        number.set(number.get() + 1);
        let datasets = september(state);
        deliver(night, &datasets, "20260901-20260930", number.get());
        adds_up_to(&datasets)
    });
}
