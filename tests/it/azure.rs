//! Azure cost and usage details: the union of the two datasets, charge by charge, worked by hand.
//!
//! The estate. A reservation of a D4s v5 is bought in monthly parts of 86.40 and a savings plan of 36.00;
//! 10.00 come back for a part of the reservation. On demand the machine costs 0.20 an hour by agreement and
//! 0.25 at list price; 0.12 an hour amortised. `actual.csv` is an Enterprise Agreement's file of 2023 and
//! later (BOM, `Cost`, 09/02/2026), `amortized.csv` one of version 2 (`CostInBillingCurrency`, 2026-09-02).
//! The rules are those of `docs/formats/azure-cost-details.md`; every figure is worked from them with pencil
//! and paper, by nobody's mapping.

use super::place::Night;
use super::support::Outcome;
use std::path::{Path, PathBuf};

/// A fixture's text.
pub fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/azure_cost_details").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// A source of loose files, each of a dataset; an empty dataset is not named.
pub fn loose(source: &str, sets: &[(&str, &str)]) -> String {
    let set = |(dataset, file): &(&str, &str)| {
        let dataset = if dataset.is_empty() { String::new() } else { format!("dataset = \"{dataset}\"\n") };
        format!("[[source.file_set]]\nbilling_periods = [\"2026-09\"]\n{dataset}files = [\"{file}\"]\n")
    };
    let sets: String = sets.iter().map(set).collect();
    format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"exports\"\n\
         {source}\n{sets}"
    )
}

/// A night with fixtures as loose files.
pub fn night(source: &str, sets: &[(&str, &str)]) -> Night {
    let night = Night::new(&loose(source, sets));
    for name in ["actual.csv", "amortized.csv", "mca_actual.csv", "mca_amortized.csv"] {
        night.write(&format!("exports/{name}"), fixture(name));
    }
    night
}

/// Both datasets of the hand-worked bill.
pub const BOTH: [(&str, &str); 2] = [("actual", "actual.csv"), ("amortized", "amortized.csv")];

const COLUMNS: [&str; 10] = [
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
    "ChargeCategory",
    "ChargeClass",
    "ChargeFrequency",
    "PricingCategory",
    "CommitmentDiscountStatus",
    "CommitmentDiscountType",
];

/// File, row and what must stand in [`COLUMNS`].
type Charge = (&'static str, u32, [&'static str; 10]);

#[rustfmt::skip]
const UNION: &[Charge] = &[
    // Of the actual dataset only what commitments cost: rows 1 to 11 repeat the amortised dataset.
    // the reservation's monthly part: billed, and amortised into the usage of the other dataset
    ("actual.csv", 12, ["86.4", "0", "86.4", "86.4", "Purchase", "", "Recurring", "Standard", "", "Reservation"]),
    ("actual.csv", 13, ["36", "0", "36", "36", "Purchase", "", "Recurring", "Standard", "", "Savings Plan"]),
    ("actual.csv", 14, ["-10", "0", "-10", "-10", "Purchase", "Correction", "One-Time", "Standard", "", "Reservation"]),
    // 24 h × 0.20 = 4.80; at list price 24 × 0.25 = 6.00
    ("amortized.csv", 1, ["4.8", "4.8", "6", "4.8", "Usage", "", "Usage-Based", "Standard", "", ""]),
    // 24 h at 0.12 = 2.88, billed by the purchase; by agreement 24 × 0.20 = 4.80; no list price is told
    ("amortized.csv", 2, ["0", "2.88", "4.8", "4.8", "Usage", "", "Usage-Based", "Committed", "Used", "Reservation"]),
    // half a block of 10K × 0.05 = 0.025; at list price 0.5 × 0.06 = 0.03
    ("amortized.csv", 3, ["0.025", "0.025", "0.03", "0.025", "Usage", "", "Usage-Based", "Standard", "", ""]),
    // 10 h at 0.13 = 1.30 of the plan; by agreement 10 × 0.20 = 2.00, at list price 10 × 0.25 = 2.50
    ("amortized.csv", 4, ["0", "1.3", "2.5", "2", "Usage", "", "Usage-Based", "Committed", "Used", "Savings Plan"]),
    // 6 idle hours × 0.12 = 0.72: nothing was used that could have had another price
    ("amortized.csv", 5, ["0", "0.72", "0.72", "0.72", "Usage", "", "Usage-Based", "Committed", "Unused", "Reservation"]),
    ("amortized.csv", 6, ["0", "0.2", "0.2", "0.2", "Usage", "", "Usage-Based", "Committed", "Unused", "Savings Plan"]),
    // spot: 2 h × 0.04 = 0.08; no list price is told
    ("amortized.csv", 7, ["0.08", "0.08", "0.08", "0.08", "Usage", "", "Usage-Based", "Dynamic", "", ""]),
    ("amortized.csv", 8, ["99", "99", "99", "99", "Purchase", "", "One-Time", "Standard", "", ""]),
    ("amortized.csv", 9, ["-9", "-9", "-9", "-9", "Purchase", "Correction", "One-Time", "Standard", "", ""]),
    ("amortized.csv", 10, ["-0.004", "-0.004", "-0.004", "-0.004", "Adjustment", "", "One-Time", "", "", ""]),
    ("amortized.csv", 11, ["1.9", "1.9", "1.9", "1.9", "Tax", "", "One-Time", "", "", ""]),
    ("amortized.csv", 12, ["-5", "-5", "-5", "-5", "Credit", "", "One-Time", "", "", ""]),
    // no price is told: the cost is all that is known
    ("amortized.csv", 13, ["0.3", "0.3", "0.3", "0.3", "Usage", "", "Usage-Based", "Standard", "", ""]),
];

/// The charges of `cost` in source order, as [`UNION`] writes them.
fn charges(night: &Night) -> Vec<(String, u32, Vec<String>)> {
    let columns = COLUMNS.join(", ");
    let sql = format!("SELECT x_SourceFile, x_SourceRow, {columns} FROM cost ORDER BY x_SourceFile, x_SourceRow");
    let text = |row: &std::collections::BTreeMap<String, String>| COLUMNS.map(|name| row[name].clone()).to_vec();
    night
        .query(&sql)
        .iter()
        .map(|row| (row["x_SourceFile"].clone(), row["x_SourceRow"].parse().unwrap(), text(row)))
        .collect()
}

#[track_caller]
fn are(night: &Night, wanted: &[Charge]) {
    let got = charges(night);
    assert_eq!(got.len(), wanted.len(), "{got:?}");
    for (got, (file, row, values)) in got.iter().zip(wanted) {
        assert_eq!((got.0.as_str(), got.1), (*file, *row));
        assert_eq!(got.2, values.map(str::to_string), "{file} row {row}");
    }
}

/// Actual: 4.8 + 0 + 0.025 + 0 + 0.08 + 99 − 9 − 0.004 + 1.9 − 5 + 0.3 + 86.4 + 36 − 10 = 204.501.
/// Amortised: 4.8 + 2.88 + 0.025 + 1.3 + 0.72 + 0.2 + 0.08 + 99 − 9 − 0.004 + 1.9 − 5 + 0.3 = 97.201.
#[test]
fn the_union_is_what_a_pencil_makes_of_it() {
    let night = night("", &BOTH);
    night.run().exits(0).says("ties azure 2026-09: 16 rows, BilledCost 204.501 EUR");
    are(&night, UNION);
    let sums = night.query("SELECT SUM(BilledCost) AS billed, SUM(EffectiveCost) AS effective FROM cost");
    assert_eq!((sums[0]["billed"].as_str(), sums[0]["effective"].as_str()), ("204.501", "97.201"));
    night.run().exits(0).says("nothing new");
}

#[test]
fn what_else_a_charge_says() {
    let night = night("", &BOTH);
    night.run().exits(0);
    let row = |file: &str, row: u32| {
        let columns = "BillingAccountId, BillingPeriodEnd, ChargePeriodStart, ChargePeriodEnd, ConsumedQuantity, \
                       ConsumedUnit, PricingQuantity, PricingUnit, ListUnitPrice, ContractedUnitPrice, \
                       CommitmentDiscountId, CommitmentDiscountQuantity, CommitmentDiscountUnit, RegionId, RegionName, \
                       ResourceName, ResourceType, ServiceName, ServiceCategory, Tags, x_ServiceCode, x_UsageType, \
                       x_InstanceType, x_CostCategories, PublisherName";
        let sql = format!("SELECT {columns} FROM cost WHERE x_SourceFile = '{file}' AND x_SourceRow = {row}");
        night.query(&sql).remove(0)
    };
    let is = |row: &std::collections::BTreeMap<String, String>, wanted: &[(&str, &str)]| {
        wanted.iter().for_each(|(column, value)| assert_eq!(row[*column], *value, "{column} of {row:?}"));
    };
    is(
        &row("amortized.csv", 1),
        &[
            ("BillingAccountId", "0012345678"),
            ("BillingPeriodEnd", "2026-10-01T00:00:00Z"),
            ("ChargePeriodStart", "2026-09-02T00:00:00Z"),
            ("ChargePeriodEnd", "2026-09-03T00:00:00Z"),
            ("ConsumedQuantity", "24"),
            ("ConsumedUnit", "Hours"),
            ("ListUnitPrice", "0.25"),
            ("ContractedUnitPrice", "0.2"),
            ("RegionId", "eastus"),
            ("RegionName", "East US"),
            ("ResourceName", "web-1"),
            ("ResourceType", "Virtual machine"),
            ("ServiceName", "Virtual Machines"),
            ("ServiceCategory", "Compute"),
            ("Tags", r#"{"env":"prod","team":"shop"}"#),
            ("x_ServiceCode", "Virtual Machines"),
            ("x_UsageType", "D4s v5"),
            ("x_InstanceType", "Standard_D4s_v5"),
            ("x_CostCategories", r#"{"AccountName":"Retail IT","CostCenter":"CC-100","InvoiceSectionName":"Retail"}"#),
        ],
    );
    // 0.5 of 10K are 5000 units; the price is for the block; tags without braces.
    is(
        &row("amortized.csv", 3),
        &[
            ("ConsumedQuantity", "5000"),
            ("ConsumedUnit", "Units"),
            ("PricingQuantity", "0.5"),
            ("PricingUnit", "10000 Units"),
            ("ServiceName", "Storage Accounts"),
            ("RegionId", "eastus"),
            ("Tags", r#"{"cost center":"100","team":"shop"}"#),
            ("x_InstanceType", ""),
        ],
    );
    is(
        &row("amortized.csv", 2),
        &[
            ("CommitmentDiscountId", "/providers/Microsoft.Capacity/reservationOrders/7d3f/reservations/f0d1"),
            ("CommitmentDiscountQuantity", "24"),
            ("CommitmentDiscountUnit", "Hours"),
            ("ListUnitPrice", ""),
        ],
    );
    // A plan is a spend: what it used up, in money.
    is(&row("amortized.csv", 4), &[("CommitmentDiscountQuantity", "1.3"), ("CommitmentDiscountUnit", "EUR")]);
    // An unused part consumes nothing.
    is(&row("amortized.csv", 5), &[("ConsumedQuantity", ""), ("ServiceName", "Azure Reservations")]);
    // AdditionalInfo without braces, the resource provider in lower case.
    is(
        &row("amortized.csv", 7),
        &[("x_InstanceType", "Standard_D4s_v5"), ("ServiceName", "Virtual Machine Scale Sets")],
    );
    is(&row("amortized.csv", 8), &[("PublisherName", "Fabrikam"), ("ServiceCategory", "Other")]);
    // What no table knows keeps its own name.
    is(
        &row("amortized.csv", 13),
        &[
            ("ServiceName", "Quantum Socks"),
            ("ServiceCategory", "Other"),
            ("RegionId", "Atlantis"),
            ("PricingUnit", "3 Wishes"),
            ("ConsumedQuantity", "6"),
        ],
    );
    // The purchase names the order, and no reservation.
    is(
        &row("actual.csv", 12),
        &[
            ("CommitmentDiscountId", "/providers/Microsoft.Capacity/reservationOrders/7d3f"),
            ("CommitmentDiscountQuantity", ""),
            ("ServiceName", "Azure Reservations"),
        ],
    );
}

/// An MCA prices in USD and bills in EUR at 0.9: 10 h × 0.10 × 0.9 = 0.90.
#[test]
fn a_customer_agreement_bills_by_profile_and_prices_in_another_currency() {
    let night = night("", &[("actual", "mca_actual.csv"), ("amortized", "mca_amortized.csv")]);
    // 0.90 + 0.90 + 45 = 46.80 billed; 0.90 + 0.90 + 0.54 = 2.34 effective
    night.run().exits(0).says("ties azure 2026-09: 4 rows, BilledCost 46.8 EUR");
    let rows = night.query(
        "SELECT x_SourceFile, BilledCost, EffectiveCost, ListCost, ContractedCost, ListUnitPrice, PricingCurrency, \
         PricingCurrencyContractedUnitPrice, PricingCurrencyEffectiveCost, BillingAccountId, BillingAccountType, \
         InvoiceId, SkuId FROM cost ORDER BY x_SourceFile, x_SourceRow",
    );
    let money = |row: &std::collections::BTreeMap<String, String>| {
        ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "PricingCurrencyEffectiveCost"]
            .map(|name| row[name].clone())
    };
    assert_eq!(money(&rows[0]), ["45", "0", "45", "45", "0"]);
    // the export tells the cost at list price
    assert_eq!(money(&rows[1]), ["0.9", "0.9", "1.08", "0.9", "1"]);
    // it does not: 10 × 0.12 × 0.9
    assert_eq!(money(&rows[2]), ["0.9", "0.9", "1.08", "0.9", "1"]);
    // covered: 0.6 × 0.9 = 0.54; by agreement 10 × 0.10 × 0.9
    assert_eq!(money(&rows[3]), ["0", "0.54", "0.9", "0.9", "0.6"]);
    let first = &rows[1];
    assert_eq!(
        [&first["ListUnitPrice"], &first["PricingCurrency"], &first["PricingCurrencyContractedUnitPrice"]],
        ["0.108", "USD", "0.1"]
    );
    assert_eq!(
        [&first["BillingAccountId"], &first["BillingAccountType"], &first["InvoiceId"], &first["SkuId"]],
        ["ABCD-EF12-BG7-PGB", "Billing Profile", "G012345678", "DZH318Z0BNXN"]
    );
}

/// One dataset on purpose: what it can say is published, and what it cannot is said.
#[test]
fn a_dataset_alone_is_published_where_the_config_wants_it() {
    let night_of = |dataset: &str| {
        let night = night(&format!("dataset = \"{dataset}\""), &[("", &format!("{dataset}.csv"))]);
        (night.run().exits(0), night)
    };
    let totals = |night: &Night| {
        let sums =
            night.query("SELECT SUM(BilledCost) AS billed, SUM(EffectiveCost) AS effective, COUNT(*) AS n FROM cost");
        ["billed", "effective", "n"].map(|name| sums[0][name].clone())
    };
    let (outcome, night) = night_of("actual");
    let _: Outcome = outcome.says("actual costs alone are published");
    assert_eq!(totals(&night), ["204.501", "204.501", "14"]);
    let (outcome, night) = night_of("amortized");
    let _: Outcome = outcome.says("BilledCost lacks the purchases of commitments");
    // 204.501 − 86.4 − 36 + 10 = 92.101
    assert_eq!(totals(&night), ["92.101", "97.201", "13"]);
}

#[test]
fn a_missing_twin_waits_and_says_so() {
    let alone = night("", &BOTH[..1]);
    let outcome = alone.run().exits(3);
    let outcome = outcome.complains("has no files of the amortized dataset of 2026-09: the period waits for them");
    let outcome = outcome.complains("or say dataset = \"actual\" at the source");
    assert!(!outcome.stdout.contains("nothing new"), "{}", outcome.stdout);
    assert_eq!(alone.status()["slots"], serde_json::json!([]));
    // What was published stands.
    let night = night("", &BOTH);
    night.run().exits(0);
    let before = night.standing();
    night.write("costmill.toml", loose("", &BOTH[1..]));
    night.run().exits(3).complains("the period waits for them");
    night.still_stands(&before, "a twin went away");
}

/// Nothing in a file tells its dataset: it is refused until the config says, and a contradiction is named.
#[test]
fn a_dataset_is_never_guessed() {
    night("", &[("", "actual.csv"), ("amortized", "amortized.csv")])
        .run()
        .exits(1)
        .complains("does not say which dataset its files are of")
        .complains("say dataset = \"actual\" or \"amortized\" in each file set");
    night("", &[("amortized", "actual.csv"), ("actual", "amortized.csv")]).run().exits(1).complains(
        "actual.csv, row 12, column ChargeType: is a purchase or refund of a commitment, which the amortised",
    );
    night("", &[("actual", "amortized.csv"), ("amortized", "mca_amortized.csv")])
        .run()
        .exits(1)
        .complains("amortized.csv, row 5, column ChargeType: is the unused part of a commitment, which the actual");
    night("", &[("actuals", "actual.csv")])
        .run()
        .exits(2)
        .complains("there is no dataset `actuals` of azure-cost-details");
    night("dataset = \"actual\"", &[("amortized", "amortized.csv")])
        .run()
        .exits(2)
        .complains("the source is of the dataset `actual` alone, and this set of `amortized`");
    let check = night("", &[("actuals", "actual.csv")]);
    check.costmill(&["check"]).exits(2).complains("use one of: actual, amortized");
}

#[test]
fn one_file_is_not_two_datasets_nor_the_same_twice() {
    let doubled = night("", &[("actual", "actual.csv"), ("amortized", "copy.csv")]);
    doubled.write("exports/copy.csv", fixture("actual.csv"));
    doubled.run().exits(1).complains("copy.csv");
    // Without a commitment in it the copy would tie.
    let plain: String = fixture("actual.csv").lines().take(2).map(|line| format!("{line}\r\n")).collect();
    let doubled = night("", &[("actual", "one.csv"), ("amortized", "copy.csv")]);
    doubled.write("exports/one.csv", &plain);
    doubled.write("exports/copy.csv", &plain);
    doubled.run().exits(1).complains("holds the same rows as one.csv, and they are declared as two datasets");
    let twice = night("", &[("actual", "actual.csv"), ("amortized", "amortized.csv"), ("amortized", "again.csv")]);
    twice.write("exports/again.csv", fixture("amortized.csv"));
    twice.run().exits(1).complains("holds the same rows as amortized.csv: a part was delivered twice");
}

/// Usage that no commitment has a say in is the same in both: 204.501 + 4.80.
#[test]
fn a_part_may_be_alike_in_both_datasets() {
    let sets =
        [("actual", "actual.csv"), ("actual", "a-2.csv"), ("amortized", "amortized.csv"), ("amortized", "b-2.csv")];
    let night = night("", &sets);
    let plain: String = fixture("actual.csv").lines().take(2).map(|line| format!("{line}\r\n")).collect();
    for name in ["a-2.csv", "b-2.csv"] {
        night.write(&format!("exports/{name}"), plain.replace("09/02/2026", "09/03/2026"));
    }
    night.run().exits(0).says("ties azure 2026-09: 17 rows, BilledCost 209.301 EUR");
}

/// One cent in one of the datasets: the cost, the account and the sum are named, and nothing is published.
#[test]
fn datasets_that_do_not_belong_together_do_not_tie() {
    let night = night("", &BOTH);
    night.run().exits(0);
    let before = night.standing();
    let other = fixture("amortized.csv").replace("0.2,4.8,CC-100", "0.2,4.81,CC-100");
    assert_ne!(other, fixture("amortized.csv"));
    night.write("exports/amortized.csv", other);
    let outcome = night.run().exits(4);
    let outcome = outcome.complains(
        "azure 2026-09, billing account 0012345678, sub account 0a1b2c3d-1111-4a4a-8b8b-000000000001, EUR, all charges: \
         BilledCost is 204.421 in the actual dataset and 204.431 in cost (by 0.01)",
    );
    assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{}", outcome.stderr);
    night.still_stands(&before, "one cent");
}

/// A kind of charge that nobody knows is named, and not taken for another.
#[test]
fn an_unknown_charge_type_is_an_error() {
    let night = night("", &BOTH);
    night.write("exports/amortized.csv", fixture("amortized.csv").replace(",Tax,", ",Tribute,"));
    night.run().exits(1).complains("amortized.csv, row 11, column ChargeType: `Tribute` is not a line type");
}

#[test]
fn bad_cells_are_named() {
    for (from, to, complaint) in [
        ("2026-09-02", "31/09/2026", "amortized.csv, row 1, column Date: `31/09/2026` is not a date and time"),
        ("0.2,4.8,CC-100", "0.2,four,CC-100", "row 1, column CostInBillingCurrency: `four` is not an amount of money"),
        ("0.2,4.8,CC-100", "0.2,,CC-100", "row 1, column CostInBillingCurrency: is blank"),
        ("CostInBillingCurrency", "Kosten", "amortized.csv: lacks the column CostInBillingCurrency"),
        ("MeterSubCategory", "tags", "has one column in two spellings: tags and Tags"),
    ] {
        let night = night("", &BOTH);
        let text = fixture("amortized.csv").replacen(from, to, 1);
        night.write("exports/amortized.csv", &text);
        night.run().exits(1).complains(complaint);
    }
}

/// Of a bill whose parts are in many files, each of its dataset.
#[test]
fn a_dataset_may_come_in_parts() {
    let night = night("", &[("actual", "actual.csv"), ("amortized", "part-*.csv")]);
    let text = fixture("amortized.csv");
    let lines: Vec<&str> = text.lines().collect();
    for (at, rows) in lines[1..].chunks(5).enumerate() {
        let part: Vec<&str> = std::iter::once(lines[0]).chain(rows.iter().copied()).collect();
        night.write(&format!("exports/part-{at}.csv"), part.join("\n"));
    }
    night.run().exits(0).says("ties azure 2026-09: 16 rows, BilledCost 204.501 EUR");
}

/// The proof can be read, and taken again from the landed files.
#[test]
fn the_proof_shows_both_datasets() {
    let night = night("", &BOTH);
    night.run().exits(0);
    let outcome = night.costmill(&["reconcile", "--period", "2026-09"]).exits(0);
    for key in ["Usage/amortized commitment", "Purchase/actual commitment", "Usage/actual"] {
        assert!(outcome.stdout.contains(key), "{}", outcome.stdout);
    }
    let explained = night.costmill(&["explain", "mapping", "azure-cost-details"]).exits(0);
    let _: Outcome = explained.says("Σ BilledCost = Σ CostInBillingCurrency of actual");
}

/// Every file of a folder beside the checkout; `None`, with the reason printed, where it is not there.
pub fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(folder);
    if path.is_dir() {
        return path.canonicalize().ok();
    }
    eprintln!("skipped: the third-party exports are not here ({} is missing)", path.display());
    None
}
