//! Σ realisable savings ≤ EffectiveCost, per resource and in total, of what the project's own rules
//! find in a synthetic company of random seed.

use super::place::{Night, copy_into};
use super::seeds;
use std::collections::BTreeMap;
use std::path::Path;

type Row = BTreeMap<String, String>;

/// What rounding in floats may do to a month's sum.
const HAIR: f64 = 1e-6;

/// A company whose catalogue has the waste rules and no report.
fn company(seed: u64) -> Night {
    let night = Night::new("");
    let (seed, out) = (seed.to_string(), night.path("").display().to_string());
    let size = ["sample", "--rows", "20000", "--months", "3", "--teams", "6"];
    night.costmill(&[&size[..], &["--seed", &seed, "--out", &out]].concat()).exits(0);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["waste", "lookup"] {
        copy_into(&night, root, &format!("queries/{folder}"), &format!("catalogue/queries/{folder}"));
    }
    for query in ["machine_use", "machine_unit_price"] {
        let file = format!("queries/metric/{query}.sql");
        night.write(&format!("catalogue/{file}"), std::fs::read(root.join(&file)).unwrap());
    }
    night.write("costmill.toml", format!("catalogue = \"catalogue\"\n{}", night.read("costmill.toml")));
    let outcome = night.costmill(&["run", "--quiet", "--as-of", "2026-11-05"]);
    assert!([0, 3].contains(&outcome.status), "{}", outcome.stderr);
    night
}

fn number(row: &Row, column: &str) -> f64 {
    row[column].parse().unwrap_or_default()
}

/// EffectiveCost by `keys` of the charges that `which` takes.
fn costs(night: &Night, keys: &str, which: &str) -> BTreeMap<Vec<String>, f64> {
    let sql = format!("SELECT {keys}, SUM(EffectiveCost) AS EffectiveCost FROM cost WHERE {which} GROUP BY {keys}");
    let of = |row: &Row| keys.split(", ").map(|key| row[key].clone()).collect();
    night.query(&sql).iter().map(|row| (of(row), number(row, "EffectiveCost"))).collect()
}

#[test]
fn no_rule_frees_more_than_is_paid_by_resource_and_in_total() {
    for seed in seeds::drawn(1).into_iter().chain(seeds::given()) {
        eprintln!("seed {seed}: COSTMILL_SEEDS={seed} asks for it again");
        let night = company(seed);
        let csv = night.costmill(&["waste", "--all", "--format", "csv"]).exits(0).stdout;
        let all: Vec<Row> = csv::Reader::from_reader(csv.as_bytes()).deserialize().map(Result::unwrap).collect();
        let counted: Vec<&Row> = all.iter().filter(|row| row["x_IsCounted"] == "true").collect();

        // The rules' basis: the charges of at most a day on the last seven days, ÷ 7 × 30.44. October
        // is complete; a charge of an hour or a day ends within the day it starts on, or at its end.
        let daily = "x_BillingMonth = '2026-10' AND ChargePeriodEnd <= ChargePeriodStart + INTERVAL '1 day'";
        let week = format!("{daily} AND x_ChargeDay >= DATE '2026-10-25' AND x_ChargeDay <= DATE '2026-10-31'");
        let by_resource = costs(&night, "SubAccountId, ResourceId, BillingCurrency", &week);
        // A reservation's monthly fee says what October left unused; a Savings Plan says it by the hour.
        let unused = "CommitmentDiscountStatus = 'Unused'";
        let by_commitment = "CommitmentDiscountId, BillingCurrency";
        let unused_hours = costs(&night, by_commitment, &format!("{week} AND {unused}"));
        let longer = "x_BillingMonth = '2026-10' AND ChargePeriodEnd > ChargePeriodStart + INTERVAL '1 day'";
        let unused_month = costs(&night, by_commitment, &format!("{longer} AND {unused}"));

        let (mut sums, mut totals, mut uses) = (BTreeMap::new(), BTreeMap::new(), 0);
        for finding in &counted {
            let realisable = number(finding, "x_RealisableMonthlySaving");
            let currency = finding["BillingCurrency"].clone();
            let key = if finding["x_Action"] == "use" {
                uses += 1;
                vec![finding["ResourceId"].clone(), currency.clone()]
            } else {
                vec![finding["SubAccountId"].clone(), finding["ResourceId"].clone(), currency.clone()]
            };
            *sums.entry(key).or_insert(0.0) += realisable;
            *totals.entry(currency).or_insert(0.0) += realisable;
        }
        for (key, realisable) in &sums {
            let of = |costs: &BTreeMap<Vec<String>, f64>| costs.get(key).copied().unwrap_or_default();
            let paid = match key.len() {
                2 => f64::max(of(&unused_hours) * 30.44 / 7.0, of(&unused_month) * (30.44 / 31.0_f64).max(1.0)),
                _ => of(&by_resource) * 30.44 / 7.0,
            };
            assert!(*realisable <= paid + HAIR, "seed {seed}, {key:?}: {realisable} of {paid}");
        }
        let hours = costs(&night, "BillingCurrency", &week);
        let months = costs(&night, "BillingCurrency", longer);
        for (currency, realisable) in &totals {
            let key = vec![currency.clone()];
            let of = |costs: &BTreeMap<Vec<String>, f64>| costs.get(&key).copied().unwrap_or_default();
            let paid = of(&hours) * 30.44 / 7.0 + of(&months);
            assert!(*realisable <= paid + HAIR, "seed {seed}: {realisable} of {paid} {currency}");
            assert!(*realisable > 0.0, "seed {seed}: nothing is compared in {currency}");
        }
        assert!(counted.len() >= 15 && uses > 0, "seed {seed}: {} counted, {uses} commitments", counted.len());
    }
}
