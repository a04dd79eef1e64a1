//! Legacy reports and CUR 2.0, CSV and Parquet, on the gross basis: every line item type.

use super::super::bucket::{self, Bill, gz};
use super::super::exports::{self, Bucket, cur2, parquet};
use super::super::place::Night;
use super::draw::{Amount, Draw};
use super::{Expected, each_seed, hold};
use std::collections::BTreeMap;

const PAYER: &str = "012345678901";
const COST: &str = "lineItem/UnblendedCost";
const LIST: &str = "pricing/publicOnDemandCost";

/// A row as cells by column; what is not named is blank.
type Cells = BTreeMap<&'static str, String>;

struct Bills {
    rows: Vec<Cells>,
    expected: Expected,
}

/// Some hundred charges. `amount` draws what the kind of file can hold.
fn bills(draw: &mut Draw, amount: fn(&mut Draw) -> Amount, named: fn(&str) -> String) -> Bills {
    let mut bills = Bills { rows: Vec::new(), expected: Expected::default() };
    // What covered usage and its negation leave over, by plan, account and currency.
    let mut left: BTreeMap<[String; 3], i128> = BTreeMap::new();
    for number in 0..240 {
        let kind = draw.one(&KINDS);
        let (account, currency) =
            (draw.one(&["111111111111", "222222222222", PAYER]), draw.one(&["USD", "USD", "EUR"]));
        // The instance carries the cost of what is split among its pods.
        let split = kind == "Usage" && draw.chance(6);
        let cost = if split { Amount::zero() } else { amount(draw) };
        let list = (!draw.chance(3)).then(|| amount(draw));
        let (u, l) = (cost.units, list.as_ref().map_or(cost.units, |list| list.units));
        let mut more: Vec<(&'static str, Amount)> = Vec::new();
        let mut texts: Vec<(&'static str, String)> = Vec::new();
        let plan = draw.one(&["plan-1", "plan-2"]);
        let (category, costs) = match kind {
            "Usage" if split => {
                texts.push(("lineItem/Operation", "EKSPod-EC2".into()));
                more.extend([("splitLineItem/SplitCost", amount(draw)), ("splitLineItem/UnusedCost", amount(draw))]);
                ("Usage", [0; 4])
            }
            "Usage" => ("Usage", [u, u, l, u]),
            "Tax" | "Credit" => (kind, [u; 4]),
            "Fee" if draw.chance(2) => {
                texts.push(("reservation/ReservationARN", "arn:ri".into()));
                ("Purchase", [u, 0, u, u])
            }
            "Fee" => ("Purchase", [u; 4]),
            "RIFee" => {
                let (upfront, recurring) = (amount(draw), amount(draw));
                let unused = upfront.units + recurring.units;
                texts.push(("reservation/ReservationARN", "arn:ri".into()));
                more.push(("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod", upfront));
                more.push(("reservation/UnusedRecurringFee", recurring));
                ("Purchase", [u, unused, u, u])
            }
            "Refund" => match draw.below(3) {
                0 => ("Usage", [u; 4]),
                1 => {
                    texts.push(("reservation/ReservationARN", "arn:ri".into()));
                    ("Purchase", [u; 4])
                }
                _ => {
                    texts.push(("lineItem/ProductCode", "ComputeSavingsPlans".into()));
                    let text = "Refund for one-time fee for Savings Plan ID: 1";
                    texts.push(("lineItem/LineItemDescription", text.into()));
                    ("Purchase", [u, 0, u, u])
                }
            },
            "DiscountedUsage" => {
                let effective = amount(draw);
                let e = effective.units;
                texts.push(("reservation/ReservationARN", "arn:ri".into()));
                more.push(("reservation/EffectiveCost", effective));
                ("Usage", [u, e, l, l])
            }
            "SavingsPlanCoveredUsage" => {
                let effective = amount(draw);
                let e = effective.units;
                texts.push(("savingsPlan/SavingsPlanARN", plan.into()));
                more.push(("savingsPlan/SavingsPlanEffectiveCost", effective));
                *left.entry([plan, account, currency].map(String::from)).or_default() += u;
                ("Usage", [0, e, l, u])
            }
            "SavingsPlanNegation" => {
                texts.push(("savingsPlan/SavingsPlanARN", plan.into()));
                *left.entry([plan, account, currency].map(String::from)).or_default() += u;
                ("Adjustment", [0; 4])
            }
            "SavingsPlanRecurringFee" => {
                let (total, used) = (amount(draw), amount(draw));
                let unused = total.units - used.units;
                texts.push(("savingsPlan/SavingsPlanARN", plan.into()));
                more.extend([("savingsPlan/TotalCommitmentToDate", total), ("savingsPlan/UsedCommitment", used)]);
                ("Purchase", [u, unused, u, u])
            }
            "SavingsPlanUpfrontFee" => ("Purchase", [u, 0, u, u]),
            "FlatRateSubscription" => ("Purchase", [u, u, l, u]),
            discount if discount.ends_with("Discount") => ("Usage", [u, u, 0, u]),
            other => panic!("{other}: no rule"),
        };
        let mut money: Vec<(String, i128)> = vec![(named(COST), u)];
        money.extend(list.as_ref().map(|list| (named(LIST), list.units)));
        money.extend(more.iter().map(|(name, amount)| (named(name), amount.units)));
        let money: Vec<(&str, i128)> = money.iter().map(|(name, units)| (name.as_str(), *units)).collect();
        bills.expected.line([PAYER, account, currency, kind], &money);
        bills.expected.charge([account, category, currency], costs);
        let mut cells = row(number, draw);
        cells.extend([("lineItem/LineItemType", kind.into()), ("lineItem/UsageAccountId", account.into())]);
        cells.extend([("lineItem/CurrencyCode", currency.into()), (COST, cost.text)]);
        cells.insert(LIST, list.map(|list| list.text).unwrap_or_default());
        cells.extend(more.into_iter().map(|(name, amount)| (name, amount.text)));
        cells.extend(texts);
        bills.rows.push(cells);
    }
    for ([_, account, currency], sum) in left.into_iter().filter(|(_, sum)| *sum != 0) {
        bills.expected.charge([&account, "Adjustment", &currency], [sum, sum, 0, 0]);
    }
    bills
}

const KINDS: [&str; 18] = [
    "Usage",
    "Tax",
    "Fee",
    "RIFee",
    "Credit",
    "Refund",
    "Discount",
    "EdpDiscount",
    "PrivateRateDiscount",
    "SppDiscount",
    "RiVolumeDiscount",
    "BundledDiscount",
    "DiscountedUsage",
    "SavingsPlanCoveredUsage",
    "SavingsPlanNegation",
    "SavingsPlanRecurringFee",
    "SavingsPlanUpfrontFee",
    "FlatRateSubscription",
];

/// What every row has.
fn row(number: u64, draw: &mut Draw) -> Cells {
    let day = 1 + draw.below(29);
    BTreeMap::from([
        ("identity/LineItemId", format!("line-{number}")),
        ("identity/TimeInterval", format!("2026-09-{day:02}T00:00:00Z/2026-09-{:02}T00:00:00Z", day + 1)),
        ("bill/BillType", "Anniversary".into()),
        ("bill/PayerAccountId", PAYER.into()),
        ("bill/BillingPeriodStartDate", "2026-09-01T00:00:00.000Z".into()),
        ("bill/BillingPeriodEndDate", "2026-10-01T00:00:00.000Z".into()),
        ("lineItem/UsageStartDate", format!("2026-09-{day:02}T00:00:00Z")),
        ("lineItem/UsageEndDate", format!("2026-09-{:02}T00:00:00Z", day + 1)),
        ("lineItem/ProductCode", draw.one(&["AmazonEC2", "AmazonS3"]).into()),
        ("lineItem/UsageType", draw.one(&["EU-BoxUsage:m5.large", "EU-SpotUsage:m5.large"]).into()),
        ("lineItem/UsageAmount", "1".into()),
    ])
}

/// The rows under the header of the hand-worked bill.
fn table(rows: &[Cells]) -> Bill {
    let header = Bill::hand_worked().header;
    let cells = |row: &Cells| {
        assert!(row.keys().all(|name| header.iter().any(|column| column == name)), "a column that is not there");
        header.iter().map(|name| row.get(name.as_str()).cloned().unwrap_or_default()).collect()
    };
    Bill { rows: rows.iter().map(cells).collect(), header: header.clone() }
}

#[test]
fn aws_cur_legacy() {
    each_seed(|what, draw| {
        let bills = bills(draw, Draw::amount, str::to_string);
        let nights = [0, 1].map(|_| {
            let night = Night::new(bucket::CONFIG);
            let parts: Vec<_> = draw.parts(&bills.rows).iter().map(|rows| gz(&table(rows).csv(), 6)).collect();
            bucket::deliver(&night, bucket::PERIOD, &parts);
            night
        });
        hold(what, &nights, &bills.expected);
    });
}

/// CSV and Parquet; in Parquet costs are doubles.
#[test]
fn aws_cur2() {
    each_seed(|what, draw| {
        let bills = bills(draw, Draw::double, exports::snake);
        let nights = [false, true].map(|columnar| {
            let night = Night::new(exports::CONFIG);
            let parts = draw.parts(&bills.rows);
            let bytes = |rows: &Vec<Cells>| {
                let bill = cur2(&table(rows));
                if columnar { parquet(&bill) } else { gz(&bill.csv(), 6) }
            };
            let parts: Vec<_> = parts.iter().map(bytes).collect();
            let ending = if columnar { "snappy.parquet" } else { "csv.gz" };
            Bucket::new(&night).deliver("2026-09", ending, &parts);
            night
        });
        hold(what, &nights, &bills.expected);
    });
}
