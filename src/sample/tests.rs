//! The sample is true to AWS's own arithmetic, checked on the files as they are written.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{SampleOptions, SampleSummary, generate};
use crate::focus::Money;
use crate::focus::money::{COST_SCALE, parse_decimal};

/// The options of the committed set; its README names them too.
fn committed() -> SampleOptions {
    let first_month = "2026-08".parse().unwrap();
    SampleOptions { rows: 7_500, months: 3, seed: 20_260_801, first_month, parts: 3 }
}

struct Made {
    folder: tempfile::TempDir,
    summary: SampleSummary,
}

/// The committed set, made once for all tests.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let summary = generate(&committed(), folder.path()).unwrap();
        Made { folder, summary }
    })
}

struct Row(BTreeMap<String, String>);

impl Row {
    fn text(&self, column: &str) -> &str {
        self.0.get(column).map_or("", String::as_str)
    }

    /// Exact, or the test fails; blank is zero.
    fn money(&self, column: &str) -> Money {
        let text = self.text(column);
        if text.is_empty() {
            return Money::ZERO;
        }
        let parsed = parse_decimal(text.as_bytes(), COST_SCALE).unwrap();
        assert_eq!(parsed.residual, 0, "{column} {text}");
        Money(parsed.value)
    }

    fn kind(&self) -> &str {
        self.text("lineItem/LineItemType")
    }

    fn unblended(&self) -> Money {
        self.money("lineItem/UnblendedCost")
    }
}

fn manifest(path: &Path) -> serde_json::Value {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The rows of a manifest's delivery.
fn rows_of(root: &Path, manifest: &serde_json::Value) -> Vec<Row> {
    let mut rows = Vec::new();
    for key in manifest["reportKeys"].as_array().unwrap() {
        let file = std::fs::File::open(root.join(key.as_str().unwrap())).unwrap();
        let mut reader = csv::Reader::from_reader(flate2::read::GzDecoder::new(file));
        let header: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let listed = manifest["columns"].as_array().unwrap().iter();
        let name = |part: &serde_json::Value| part.as_str().unwrap().to_owned();
        let listed: Vec<String> = listed.map(|col| name(&col["category"]) + "/" + &name(&col["name"])).collect();
        assert_eq!(header, listed);
        for record in reader.records() {
            let record = record.unwrap();
            let cells = header.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
            rows.push(Row(cells.map(|(column, cell)| (column.clone(), cell.to_owned())).collect()));
        }
    }
    rows
}

/// The deliveries that stand, by month.
fn months(root: &Path) -> BTreeMap<String, Vec<Row>> {
    let nightly = root.join("exports/nightly");
    let mut months = BTreeMap::new();
    for entry in std::fs::read_dir(&nightly).unwrap() {
        let path = entry.unwrap().path();
        let range = path.file_name().unwrap().to_str().unwrap().to_owned();
        months.insert(range, rows_of(root, &manifest(&path.join("nightly-Manifest.json"))));
    }
    months
}

fn standing() -> &'static BTreeMap<String, Vec<Row>> {
    static MONTHS: OnceLock<BTreeMap<String, Vec<Row>>> = OnceLock::new();
    MONTHS.get_or_init(|| months(made().folder.path()))
}

fn files(root: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(root).unwrap().to_owned(), std::fs::read(&path).unwrap());
            }
        }
    }
    found
}

/// Sums by key.
fn sums<K: Ord>(pairs: impl Iterator<Item = (K, Money)>) -> BTreeMap<K, Money> {
    let mut sums = BTreeMap::new();
    for (key, value) in pairs {
        *sums.entry(key).or_insert(Money::ZERO) += value;
    }
    sums
}

#[test]
fn the_committed_set_is_what_its_seed_makes() {
    let committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/aws-cur-legacy"));
    let made = files(made().folder.path());
    assert_eq!(committed.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (path, bytes) in &made {
        assert!(committed[path] == *bytes, "{} differs: make the set again (sample-data/README.md)", path.display());
    }
    assert!(made.values().map(Vec::len).sum::<usize>() < 3 << 19, "the set must stay under 1.5 MiB");
}

#[test]
fn the_summary_counts_what_is_there() {
    let files = files(made().folder.path());
    let rows: usize = standing().values().map(Vec::len).sum();
    let bytes: usize = files.values().map(Vec::len).sum();
    let summary = made().summary;
    assert_eq!((summary.files, summary.rows, summary.bytes), (files.len(), rows as u64, bytes as u64));
    let asked = committed().rows as f64;
    assert!((summary.rows as f64 / asked - 1.0).abs() < 0.15, "{} rows for {asked}", summary.rows);
}

#[test]
fn every_type_of_line_is_there() {
    let kinds: BTreeSet<&str> = standing().values().flatten().map(Row::kind).collect();
    let expected = [
        "BundledDiscount",
        "Credit",
        "DiscountedUsage",
        "EdpDiscount",
        "Fee",
        "RIFee",
        "Refund",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
        "Tax",
        "Usage",
    ];
    assert_eq!(kinds, expected.into_iter().collect());
    let fees = || standing().values().flatten().filter(|row| row.kind() == "Fee");
    assert!(fees().any(|row| !row.text("reservation/ReservationARN").is_empty()));
    assert!(fees().any(|row| row.text("lineItem/ProductCode") == "AWSSupportBusiness"));
    assert!(fees().any(|row| row.text("bill/BillingEntity") == "AWS Marketplace"));
    let services: BTreeSet<&str> = standing().values().flatten().map(|row| row.text("product/servicecode")).collect();
    assert!(services.len() > 15, "{services:?}");
}

#[test]
fn costs_are_amounts_times_rates() {
    let metered =
        ["Usage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee", "RIFee", "Fee"];
    let product = |amount: Money, rate: Money| {
        // Amounts have 8 decimals and rates 10, so both factors are whole at these scales.
        assert!(amount.0 % 10i128.pow(10) == 0 && rate.0 % 10i128.pow(8) == 0);
        Money(amount.0 / 10i128.pow(10) * (rate.0 / 10i128.pow(8)))
    };
    let mut checked = 0;
    for row in standing().values().flatten() {
        let amount = row.money("lineItem/UsageAmount");
        if metered.contains(&row.kind()) {
            assert_eq!(product(amount, row.money("lineItem/UnblendedRate")), row.unblended(), "{:?}", row.0);
            checked += 1;
        }
        if ["Usage", "SavingsPlanCoveredUsage", "DiscountedUsage"].contains(&row.kind()) {
            let listed = product(amount, row.money("pricing/publicOnDemandRate"));
            assert_eq!(listed, row.money("pricing/publicOnDemandCost"));
        }
        if row.kind() == "SavingsPlanCoveredUsage" {
            let planned = product(amount, row.money("savingsPlan/SavingsPlanRate"));
            assert_eq!(planned, row.money("savingsPlan/SavingsPlanEffectiveCost"));
            assert!(planned < row.unblended());
        }
        if row.kind() == "DiscountedUsage" {
            let upfront = row.money("reservation/AmortizedUpfrontCostForUsage");
            let effective = upfront + row.money("reservation/RecurringFeeForUsage");
            assert_eq!(effective, row.money("reservation/EffectiveCost"));
            assert!(row.unblended().is_zero() && !effective.is_zero());
        }
    }
    assert!(checked > 5_000);
}

/// CID's amortised cost, its true-up and its upfront fees, by line-item type.
fn amortised(row: &Row) -> (Money, Money, Money) {
    let reserved = !row.text("reservation/ReservationARN").is_empty();
    let unused = row.money("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod");
    let idle = row.money("savingsPlan/TotalCommitmentToDate") - row.money("savingsPlan/UsedCommitment");
    match row.kind() {
        "SavingsPlanCoveredUsage" => (row.money("savingsPlan/SavingsPlanEffectiveCost"), Money::ZERO, Money::ZERO),
        "SavingsPlanRecurringFee" => {
            (idle, -row.money("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod"), Money::ZERO)
        }
        "SavingsPlanNegation" => (Money::ZERO, Money::ZERO, Money::ZERO),
        "SavingsPlanUpfrontFee" => (Money::ZERO, Money::ZERO, row.unblended()),
        "DiscountedUsage" => (row.money("reservation/EffectiveCost"), Money::ZERO, Money::ZERO),
        "RIFee" => {
            let trueup = -row.money("reservation/AmortizedUpfrontFeeForBillingPeriod");
            (unused + row.money("reservation/UnusedRecurringFee"), trueup, Money::ZERO)
        }
        "Fee" if reserved => (Money::ZERO, Money::ZERO, row.unblended()),
        _ => (row.unblended(), Money::ZERO, Money::ZERO),
    }
}

/// `sum(unblended) = sum(amortised) + sum(true-up) + sum(upfront)` by currency, exactly.
fn assert_amortises(rows: &[Row], month: &str) {
    let currency = |row: &Row| row.text("lineItem/CurrencyCode").to_owned();
    let unblended = sums(rows.iter().map(|row| (currency(row), row.unblended())));
    let rebuilt = sums(rows.iter().map(|row| {
        let (amortised, trueup, upfront) = amortised(row);
        (currency(row), amortised + trueup + upfront)
    }));
    assert_eq!(unblended, rebuilt, "{month}");
    assert_eq!(unblended.keys().map(String::as_str).collect::<Vec<_>>(), ["EUR", "USD"]);
    assert!(unblended.values().all(|sum| *sum > Money::ZERO));
}

#[test]
fn unblended_is_amortised_with_trueup_and_upfront() {
    let mut with_upfront = 0;
    for (month, rows) in standing() {
        assert_amortises(rows, month);
        with_upfront += usize::from(rows.iter().any(|row| !amortised(row).2.is_zero()));
        assert!(rows.iter().any(|row| !amortised(row).1.is_zero()), "{month}: a true-up");
    }
    assert_eq!(with_upfront, 1, "upfront fees stand in the month of purchases");
}

/// Negations take back what covered usage charges, by plan, account and period.
fn assert_negated(rows: &[Row]) {
    let of = |kind: &str| rows.iter().filter(|row| row.kind() == kind).count();
    assert_eq!(of("SavingsPlanCoveredUsage"), of("SavingsPlanNegation"));
    let both = rows.iter().filter(|row| ["SavingsPlanCoveredUsage", "SavingsPlanNegation"].contains(&row.kind()));
    let key =
        |row: &Row| (row.text("savingsPlan/SavingsPlanARN").to_owned(), row.text("lineItem/UsageAccountId").to_owned());
    let left = sums(both.map(|row| (key(row), row.unblended())));
    assert!(left.len() > 1 && left.values().all(|sum| sum.is_zero()), "{left:?}");
}

/// What is used of a Savings Plan is what its covered usage costs, interval by interval.
fn assert_commitments_tie(rows: &[Row]) {
    let arn = |row: &Row| row.text("savingsPlan/SavingsPlanARN").to_owned();
    let day = |row: &Row| row.text("lineItem/UsageStartDate")[..10].to_owned();
    let of = |kind: &'static str| rows.iter().filter(move |row| row.kind() == kind);
    let covered = sums(
        of("SavingsPlanCoveredUsage")
            .map(|row| ((arn(row), day(row)), row.money("savingsPlan/SavingsPlanEffectiveCost"))),
    );
    let mut used =
        sums(of("SavingsPlanRecurringFee").map(|row| ((arn(row), day(row)), row.money("savingsPlan/UsedCommitment"))));
    used.retain(|_, sum| !sum.is_zero());
    assert_eq!(covered, used);
    for fee in of("SavingsPlanRecurringFee") {
        assert!(fee.money("savingsPlan/UsedCommitment") <= fee.money("savingsPlan/TotalCommitmentToDate"));
        let shares = fee.money("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod")
            + fee.money("savingsPlan/RecurringCommitmentForBillingPeriod");
        assert_eq!(shares, fee.money("savingsPlan/TotalCommitmentToDate"));
    }
    // A reservation's fee names the hours that its discounted usage leaves over.
    let reserved = |row: &Row| row.text("reservation/ReservationARN").to_owned();
    let used = sums(of("DiscountedUsage").map(|row| (reserved(row), row.money("lineItem/UsageAmount"))));
    for fee in of("RIFee") {
        let left = fee.money("reservation/TotalReservedUnits") - used.get(&reserved(fee)).copied().unwrap_or_default();
        assert_eq!(left, fee.money("reservation/UnusedQuantity"));
    }
}

#[test]
fn negations_and_commitments_tie() {
    let september = &standing()["20260901-20261001"];
    for rows in standing().values() {
        assert_commitments_tie(rows);
    }
    assert_negated(september);
    let idle =
        |row: &&Row| row.kind() == "SavingsPlanRecurringFee" && row.money("savingsPlan/UsedCommitment").is_zero();
    assert!(september.iter().filter(idle).count() > 2, "a plan idles on days off");
    let unused = |row: &Row| row.kind() == "RIFee" && !row.money("reservation/UnusedQuantity").is_zero();
    assert!(september.iter().any(unused), "a reservation idles too");
}

#[test]
fn lines_are_told_apart_by_id_and_interval() {
    for (month, rows) in standing() {
        let keys: BTreeSet<(&str, &str)> =
            rows.iter().map(|row| (row.text("identity/LineItemId"), row.text("identity/TimeInterval"))).collect();
        assert_eq!(keys.len(), rows.len(), "{month}");
        let wrong = rows.iter().find(|row| {
            let interval = format!("{}/{}", row.text("lineItem/UsageStartDate"), row.text("lineItem/UsageEndDate"));
            interval != row.text("identity/TimeInterval")
        });
        assert!(wrong.is_none());
    }
}

#[test]
fn the_open_month_has_no_invoices_but_for_purchases() {
    for (month, rows) in standing() {
        let open = month.starts_with("202610");
        for row in rows {
            let purchase = row.text("bill/BillType") == "Purchase";
            assert_eq!(row.text("bill/InvoiceId").is_empty(), open && !purchase, "{month} {:?}", row.0);
        }
    }
    assert!(standing().values().flatten().any(|row| row.text("bill/BillType") == "Purchase"));
}

#[test]
fn euro_charges_are_the_marketplaces_alone() {
    for row in standing().values().flatten() {
        let market = row.text("bill/BillingEntity") == "AWS Marketplace";
        assert_eq!(market, row.text("lineItem/CurrencyCode") == "EUR");
        assert_eq!(market, row.text("lineItem/UsageAccountId") == "928164305517");
        assert_eq!(market, row.text("lineItem/LegalEntity") == "Gletscher Analytics GmbH");
    }
}

#[test]
fn a_quarter_of_the_cost_has_no_team() {
    for (month, rows) in standing() {
        let effective = || rows.iter().filter(|row| !row.text("lineItem/ResourceId").is_empty());
        let total = effective().fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64();
        let bare = effective().filter(|row| row.text("resourceTags/user:team").is_empty());
        let share = bare.fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64() / total;
        assert!((0.20..0.30).contains(&share), "{month}: {share}");
    }
}

#[test]
fn one_month_was_restated() {
    let root = made().folder.path();
    let range = root.join("exports/nightly/20260901-20261001");
    let newest = manifest(&range.join("nightly-Manifest.json"));
    let folders = std::fs::read_dir(&range).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let deliveries: Vec<_> = folders.map(|folder| manifest(&folder.join("nightly-Manifest.json"))).collect();
    assert_eq!(deliveries.len(), 2);
    assert!(deliveries.contains(&newest));
    let first = deliveries.iter().find(|delivery| **delivery != newest).unwrap();
    assert_eq!(first["billingPeriod"], newest["billingPeriod"]);

    let (before, after) = (rows_of(root, first), rows_of(root, &newest));
    let gone: Vec<&Row> = before.iter().filter(|row| !after.iter().any(|other| other.0 == row.0)).collect();
    let come: Vec<&Row> = after.iter().filter(|row| !before.iter().any(|other| other.0 == row.0)).collect();
    // Only the tax line left its place, and it came back in another account.
    assert_eq!(gone.iter().map(|row| row.kind()).collect::<Vec<_>>(), ["Tax"]);
    let moved = come.iter().find(|row| row.kind() == "Tax").unwrap();
    assert_eq!(moved.text("identity/LineItemId"), gone[0].text("identity/LineItemId"));
    assert_eq!(moved.unblended(), gone[0].unblended());
    assert_ne!(moved.text("lineItem/UsageAccountId"), gone[0].text("lineItem/UsageAccountId"));
    assert_eq!(come.iter().filter(|row| row.kind() == "Refund" && row.unblended() < Money::ZERO).count(), 1);
    assert_eq!(come.iter().filter(|row| row.kind() == "Usage").count(), 8, "late usage of four days");
    assert_eq!(come.len(), 10);
}

#[test]
fn an_hourly_month_keeps_the_arithmetic() {
    let folder = tempfile::tempdir().unwrap();
    let (estate, share) = (super::estate::Estate::draw(5, 0, 28).unwrap(), 1_000);
    let held = super::Commitments::draw(5, &estate, 0).unwrap();
    let calendar = super::Calendar::new("2027-02".parse().unwrap());
    let coverage = super::Coverage::of(&estate, &held, &calendar, 0);
    let columns = super::Col::of_month(1);
    let address = super::Address { month: calendar.month(), assembly: "a", report: "r" };
    let mut out = super::DeliveryWriter::create(folder.path(), address, &columns, 1).unwrap();
    let bill = super::Bill { seed: 5, index: 1, open: false, calendar, first_day: 0, columns };
    let month = super::Month { bill, estate: &estate, held: &held, coverage, hourly_share: share };
    let rows = month.write(super::State::Only, 2, &mut out).unwrap();
    out.finish(true).unwrap();
    let written = months(folder.path()).remove("20270201-20270301").unwrap();
    assert_eq!(written.len() as u64, rows);
    assert!(written.iter().filter(|row| row.text("lineItem/UsageEndDate").ends_with("T01:00:00Z")).count() > 1_000);
    assert_amortises(&written, "hourly");
    assert_negated(&written);
    assert_commitments_tie(&written);
}

#[test]
fn options_out_of_bounds_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for options in [
        SampleOptions { parts: 1, ..committed() },
        SampleOptions { months: 0, ..committed() },
        SampleOptions { rows: 0, ..committed() },
    ] {
        assert_eq!(generate(&options, folder.path()).unwrap_err().exit_code(), 2);
    }
    assert!(files(folder.path()).is_empty());
}

#[test]
fn tmp_write() {
    if let Ok(path) = std::env::var("SAMPLE_OUT") {
        eprintln!("{:?}", generate(&committed(), Path::new(&path)).unwrap());
    }
}
