//! The sample is true to AWS's own arithmetic, checked on the files as they are written.

mod arithmetic;
mod azure;
mod content;
mod exports;
mod gcp;
mod layout;
mod truth;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::{Export, SampleOptions, SampleSummary, generate};
use crate::focus::Money;
use crate::focus::money::{COST_SCALE, parse_decimal};

/// The options of the committed set; its README names them too.
fn committed() -> SampleOptions {
    SampleOptions {
        rows: 15_000,
        months: 3,
        seed: 20_260_801,
        first_month: "2026-08".parse().unwrap(),
        parts: 3,
        teams: 6,
        exports: vec![Export::CurLegacy, Export::AzureCostDetails, Export::GcpDetailedUsage],
    }
}

struct Made {
    folder: tempfile::TempDir,
    summary: SampleSummary,
}

/// The committed set, made once for all tests.
fn whole() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| make(&committed()))
}

/// Its AWS bill by itself.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| make(&SampleOptions { exports: vec![Export::CurLegacy], ..committed() }))
}

fn make(options: &SampleOptions) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let summary = generate(options, folder.path()).unwrap();
    Made { folder, summary }
}

/// The records of a CSV file of the committed set, by column.
fn whole_table(path: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(whole().folder.path().join(path)).unwrap();
    reader.deserialize().map(|row| row.unwrap()).collect()
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
        let file = std::fs::File::open(root.join("aws-cur-legacy").join(key.as_str().unwrap())).unwrap();
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
    let nightly = root.join("aws-cur-legacy/exports/nightly");
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
