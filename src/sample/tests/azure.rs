//! The Azure exports keep Microsoft's arithmetic, and the truths are what their rows say.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{sums, whole, whole_table};
use crate::focus::Money;

type Row = BTreeMap<String, String>;

/// The runs of an export, by billing month, oldest first: their manifests' folders.
fn runs(export: &str) -> BTreeMap<String, Vec<PathBuf>> {
    let root = whole().folder.path().join("azure-cost-details/cost-exports").join(export);
    let below = |folder: &Path| {
        let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        found.sort();
        found
    };
    let month = |range: &PathBuf| {
        let name = range.file_name().unwrap().to_str().unwrap();
        (format!("{}-{}", &name[..4], &name[4..6]), below(range).iter().flat_map(|time| below(time)).collect())
    };
    below(&root).iter().map(month).collect()
}

/// The rows of a run, which are those that its manifest counts.
fn rows(run: &Path) -> Vec<Row> {
    let manifest = super::manifest(&run.join("manifest.json"));
    let root = whole().folder.path().join("azure-cost-details");
    let mut rows = Vec::new();
    for blob in manifest["blobs"].as_array().unwrap() {
        let path = root.join(blob["blobName"].as_str().unwrap());
        assert_eq!(path.metadata().unwrap().len(), blob["byteCount"].as_u64().unwrap());
        let mut text = String::new();
        let file = std::fs::File::open(path).unwrap();
        std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).unwrap();
        let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
        let before = rows.len();
        rows.extend(csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>().map(|row| row.unwrap()));
        assert_eq!((rows.len() - before) as u64, blob["dataRowCount"].as_u64().unwrap());
    }
    assert_eq!(rows.len() as u64, manifest["dataRowCount"].as_u64().unwrap());
    rows
}

fn standing(export: &str) -> BTreeMap<String, Vec<Row>> {
    runs(export).into_iter().map(|(month, runs)| (month, rows(runs.last().unwrap()))).collect()
}

fn money(row: &Row, column: &str) -> Money {
    row[column].parse().unwrap()
}

fn total<'a>(rows: impl Iterator<Item = &'a Row>) -> Money {
    rows.fold(Money::ZERO, |sum, row| sum + money(row, "Cost"))
}

fn is_commitment(row: &Row) -> bool {
    ["Reservation", "SavingsPlan"].contains(&row["PricingModel"].as_str())
}

fn is_bought(row: &&Row) -> bool {
    is_commitment(row) && ["Purchase", "Refund"].contains(&row["ChargeType"].as_str())
}

#[test]
fn both_datasets_have_the_same_usage_at_two_costs() {
    let (actual, amortised) = (standing("larkfield-actual"), standing("larkfield-amortized"));
    assert_eq!(actual.len(), 3);
    let mut kinds = BTreeSet::new();
    for (month, actual) in &actual {
        let amortised = &amortised[month];
        let usage = |rows: &[Row]| {
            let usage = rows.iter().filter(|row| row["ChargeType"] == "Usage");
            sums(usage.map(|row| {
                ((row["ResourceId"].clone(), row["MeterId"].clone(), row["Date"].clone()), money(row, "Quantity"))
            }))
        };
        assert_eq!(usage(actual), usage(amortised), "{month}");
        for row in actual.iter().chain(amortised) {
            // Quantity × EffectivePrice, to the last digit.
            let product = money(row, "Quantity").0 / 100_000_000 * (money(row, "EffectivePrice").0 / 100_000_000);
            let exact = row["ChargeType"] == "UnusedSavingsPlan" || product / 100 == money(row, "Cost").0;
            assert!(exact, "{row:?}");
        }
        assert!(
            actual
                .iter()
                .filter(|row| is_commitment(row) && row["ChargeType"] == "Usage")
                .all(|row| row["Cost"] == "0")
        );
        assert_eq!(amortised.iter().filter(is_bought).count(), 0, "{month}");
        assert!(actual.iter().all(|row| !row["ChargeType"].starts_with("Unused")), "{month}");
        kinds.extend(actual.iter().chain(amortised).map(|row| row["ChargeType"].clone()));
    }
    let expected = ["Purchase", "Refund", "RoundingAdjustment", "UnusedReservation", "UnusedSavingsPlan", "Usage"];
    assert_eq!(kinds, expected.map(String::from).into());
}

#[test]
fn the_totals_are_those_of_the_two_datasets() {
    let (actual, amortised) = (standing("larkfield-actual"), standing("larkfield-amortized"));
    let truths = whole_table("truths/totals.csv");
    for (month, actual) in &actual {
        let of = |column: &str| {
            let of_month = truths.iter().filter(|row| row["cloud"] == "azure" && row["billing_month"] == *month);
            of_month.fold(Money::ZERO, |sum, row| sum + row[column].parse().unwrap())
        };
        assert_eq!(of("billed_cost"), total(actual.iter()), "{month}");
        assert_eq!(of("effective_cost"), total(amortised[month].iter()), "{month}");
        let rows: usize = truths
            .iter()
            .filter(|row| row["cloud"] == "azure" && row["billing_month"] == *month)
            .map(|row| row["rows"].parse::<usize>().unwrap())
            .sum();
        assert_eq!(rows, amortised[month].len() + actual.iter().filter(is_bought).count());
    }
}

#[test]
fn waste_costs_what_its_rows_of_the_last_week_say() {
    let october = &standing("larkfield-amortized")["2026-10"];
    let hits = whole_table("truths/waste.csv");
    let whole =
        ["idle_application_gateways", "idle_firewalls", "unattached_managed_disks", "unused_capacity_reservations"];
    let mut seen = BTreeSet::new();
    for hit in hits.iter().filter(|hit| whole.contains(&hit["pattern"].as_str())) {
        seen.insert(hit["pattern"].as_str());
        let its =
            october.iter().filter(|row| row["ResourceId"] == hit["ResourceId"] && row["Date"].as_str() >= "10/25/2026");
        let cost = total(its).to_f64() / 7.0 * 30.44;
        let gross: f64 = hit["gross_monthly_saving"].parse().unwrap();
        assert!(gross > 1.0 && (cost / gross - 1.0).abs() < 1e-9, "{hit:?}");
    }
    assert_eq!(seen.len(), whole.len());
    let of = |pattern: &str| {
        hits.iter().filter(|hit| hit["pattern"] == pattern && hit["ResourceId"].starts_with('/')).count()
    };
    for pattern in ["premium_snapshots", "unused_commitments", "oversized_machines", "non_production_around_the_clock"]
    {
        assert!(of(pattern) > 0, "{pattern}");
    }
}

#[test]
fn an_early_run_of_one_month_is_replaced() {
    for export in ["larkfield-actual", "larkfield-amortized"] {
        let runs = runs(export);
        assert_eq!(runs.values().map(Vec::len).collect::<Vec<_>>(), [1, 2, 1]);
        let days: BTreeSet<String> = rows(&runs["2026-09"][0]).iter().map(|row| row["Date"].clone()).collect();
        assert_eq!(days.len(), 3, "{days:?}");
    }
}

#[test]
fn the_focus_export_is_the_union_of_both_datasets() {
    let exports = vec![crate::sample::Export::AzureCostDetails, crate::sample::Export::AzureFocus];
    let made = super::make(&crate::sample::SampleOptions { exports, months: 2, ..super::committed() });
    let root = made.folder.path();
    let mut reader = csv::Reader::from_path(root.join("truths/totals.csv")).unwrap();
    let truths: Vec<Row> = reader.deserialize().map(|row| row.unwrap()).collect();
    let export = root.join("azure-focus/cost-exports/larkfield-focus/20260901-20260930");
    let mut found = BTreeMap::new();
    let mut folders = vec![export];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "gz") {
                let mut text = String::new();
                let file = std::fs::File::open(path).unwrap();
                std::io::Read::read_to_string(&mut flate2::read::GzDecoder::new(file), &mut text).unwrap();
                let text = text.strip_prefix('\u{feff}').unwrap();
                for row in csv::Reader::from_reader(text.as_bytes()).deserialize::<Row>() {
                    let row = row.unwrap();
                    let sums = found.entry(row["ChargeCategory"].clone()).or_insert((0, [Money::ZERO; 4]));
                    sums.0 += 1;
                    for (sum, column) in
                        sums.1.iter_mut().zip(["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"])
                    {
                        *sum += money(&row, column);
                    }
                }
            }
        }
    }
    let september: Vec<&Row> = truths.iter().filter(|row| row["billing_month"] == "2026-09").collect();
    assert_eq!(september.len(), found.len());
    for truth in september {
        let (rows, sums) = found[&truth["charge_category"]];
        assert_eq!(truth["rows"], rows.to_string());
        let expected =
            ["billed_cost", "effective_cost", "list_cost", "contracted_cost"].map(|column| money(truth, column));
        assert_eq!(sums, expected, "{}", truth["charge_category"]);
    }
}
