//! Azure cost details: both datasets of a bill, every charge type, prices and quantities to be multiplied.

use super::super::bucket::{Bill, gz};
use super::super::place::Night;
use super::columnar::columnar;
use super::draw::{Amount, Draw};
use super::{Expected, each_seed, hold};

const HEADER: [&str; 18] = [
    "BillingAccountId",
    "BillingProfileId",
    "BillingPeriodStartDate",
    "BillingPeriodEndDate",
    "SubscriptionId",
    "Date",
    "MeterCategory",
    "ChargeType",
    "PricingModel",
    "ReservationId",
    "benefitId",
    "CostInBillingCurrency",
    "BillingCurrencyCode",
    "Quantity",
    "UnitPrice",
    "PayGPrice",
    "UnitOfMeasure",
    "exchangeRatePricingToBilling",
];
const BILL: &str = "0012345678";
const DATASETS: [&str; 2] = ["actual", "amortized"];

struct Bills {
    /// Of the actual dataset, and of the amortised one.
    rows: [Vec<Vec<String>>; 2],
    expected: Expected,
}

/// A charge as it is drawn.
struct Line<'a> {
    kind: &'a str,
    account: &'a str,
    currency: &'a str,
    /// Priced by a commitment: by the name of its pricing model.
    model: &'a str,
}

fn bills(draw: &mut Draw) -> Bills {
    let mut bills = Bills { rows: [Vec::new(), Vec::new()], expected: Expected::default() };
    for _ in 0..160 {
        let line = Line {
            kind: draw.one(&KINDS),
            account: draw.one(&["sub-1", "sub-2", "sub-3"]),
            currency: draw.one(&["EUR", "EUR", "USD"]),
            model: draw.one(&["OnDemand", "Spot", "Reservation", "SavingsPlan"]),
        };
        let bound = line.model == "Reservation" || line.model == "SavingsPlan";
        let cost = draw.amount();
        let c = cost.units;
        let whole = ["UnusedReservation", "UnusedSavingsPlan"].contains(&line.kind);
        match (line.kind, bound) {
            // Its purchase is billed: in the other dataset it costs nothing.
            ("Usage", _) => {
                let (quantity, rate) = (draw.factor(6), if draw.chance(2) { None } else { Some(draw.factor(6)) });
                let unit = (!draw.chance(4)).then(|| draw.factor(6));
                let list = (!draw.chance(4)).then(|| draw.factor(6));
                let priced = |price: &Option<Amount>| price.as_ref().map(|price| product(price, &quantity, &rate));
                let contracted = priced(&unit).unwrap_or(c);
                let listed = priced(&list).unwrap_or(contracted);
                let prices = [Some(&quantity), unit.as_ref(), list.as_ref(), rate.as_ref()];
                bills.add(1, &line, &cost, prices, Some(([if bound { 0 } else { c }, c, listed, contracted], "Usage")));
                let twin = if bound { Amount::zero() } else { cost.clone() };
                bills.add(0, &line, &twin, prices, None);
            }
            _ if whole => {
                let model = if line.kind == "UnusedReservation" { "Reservation" } else { "SavingsPlan" };
                bills.add(1, &Line { model, ..line }, &cost, [None; 4], Some(([0, c, c, c], "Usage")));
            }
            ("Purchase" | "Refund", true) => {
                bills.add(0, &line, &cost, [None; 4], Some(([c, 0, c, c], "Purchase")));
            }
            (kind, _) => {
                let category = match kind {
                    "Purchase" | "Refund" => "Purchase",
                    "Adjustment" | "RoundingAdjustment" => "Adjustment",
                    other => other,
                };
                let line = Line { model: "OnDemand", ..line };
                bills.add(1, &line, &cost, [None; 4], Some(([c; 4], category)));
                bills.add(0, &line, &cost, [None; 4], None);
            }
        }
    }
    bills
}

const KINDS: [&str; 12] = [
    "Usage",
    "Usage",
    "Usage",
    "UnusedReservation",
    "UnusedSavingsPlan",
    "Purchase",
    "Purchase",
    "Refund",
    "Adjustment",
    "RoundingAdjustment",
    "Tax",
    "Credit",
];

/// Exact: six decimals each are 18 at most.
fn product(price: &Amount, quantity: &Amount, rate: &Option<Amount>) -> i128 {
    let millionths = |amount: &Amount| amount.units / 10i128.pow(12);
    let product = millionths(price) * millionths(quantity);
    rate.as_ref().map_or(product * 10i128.pow(6), |rate| product * millionths(rate))
}

impl Bills {
    /// A row of a dataset, and what charge it is.
    fn add(
        &mut self,
        dataset: usize,
        line: &Line<'_>,
        cost: &Amount,
        prices: [Option<&Amount>; 4],
        charge: Option<([i128; 4], &str)>,
    ) {
        self.expected.line([BILL, line.account, line.currency, line.kind], &[("CostInBillingCurrency", cost.units)]);
        if let Some((costs, category)) = charge {
            self.expected.charge([line.account, category, line.currency], costs);
        }
        let bound = line.model == "Reservation" || line.model == "SavingsPlan";
        let benefit = if bound { "/providers/Microsoft.Capacity/reservationOrders/o/reservations/r" } else { "" };
        let price = |at: usize| prices[at].map_or("", |price| price.text.as_str());
        let cells = [
            BILL,
            BILL,
            "2026-09-01",
            "2026-09-30",
            line.account,
            "2026-09-07",
            "Virtual Machines",
            line.kind,
            line.model,
            "",
            benefit,
            &cost.text,
            line.currency,
            price(0),
            price(1),
            price(2),
            "1 Hour",
            price(3),
        ];
        self.rows[dataset].push(cells.map(String::from).to_vec());
    }
}

#[test]
fn azure_cost_details() {
    each_seed(|what, draw| {
        let bills = bills(draw);
        let nights = [false, true].map(|parquet| {
            let sets = DATASETS.map(|dataset| {
                format!(
                    "[[source.file_set]]\nbilling_periods = [\"2026-09\"]\ndataset = \"{dataset}\"\nfiles = [\"{dataset}-*\"]\n"
                )
            });
            let night = Night::new(&format!(
                "catalogue = \"small\"\n\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \
                 \"exports\"\n{}",
                sets.concat()
            ));
            for (dataset, rows) in DATASETS.iter().zip(&bills.rows) {
                for (number, rows) in draw.parts(rows).into_iter().enumerate() {
                    let bill = Bill { header: HEADER.map(String::from).to_vec(), rows };
                    let (bytes, ending) =
                        if parquet { (columnar(&bill, &["CostInBillingCurrency"]), "parquet") } else { (gz(&bill.csv(), 6), "csv.gz") };
                    night.write(&format!("exports/{dataset}-{number}.{ending}"), bytes);
                }
            }
            night
        });
        hold(what, &nights, &bills.expected);
    });
}
