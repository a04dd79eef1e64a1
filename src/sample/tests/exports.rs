//! Every export has the rows of the bill: what the other formats print is compared with the legacy
//! report, cell by cell where the cell is the same and sum by sum where it is not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::OnceLock;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Float64Type, TimeUnit, TimestampMicrosecondType, TimestampMillisecondType};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::arithmetic::amortised;
use super::{Row, files, manifest, months, sums};
use crate::focus::Money;
use crate::sample::{Export, SampleOptions, generate};

struct All {
    folder: tempfile::TempDir,
    legacy: BTreeMap<String, Vec<Row>>,
    others: BTreeMap<&'static str, BTreeMap<String, Vec<Row>>>,
}

fn options() -> SampleOptions {
    let first_month = "2026-08".parse().unwrap();
    SampleOptions { rows: 4_000, months: 2, teams: 5, seed: 7, first_month, parts: 2, exports: Export::OF_AWS.to_vec() }
}

/// A sample in every format, made and read once; months by `2026-08`.
fn all() -> &'static All {
    static ALL: OnceLock<All> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        generate(&options(), folder.path()).unwrap();
        let month = |range: String| format!("{}-{}", &range[..4], &range[4..6]);
        let legacy = months(folder.path());
        let legacy = legacy.into_iter().map(|(range, rows)| (month(range), rows)).collect();
        let others =
            Export::OF_AWS[1..].iter().map(|export| (export.word(), delivered(&folder.path().join(export.word()))));
        let others = others.collect();
        All { folder, legacy, others }
    })
}

/// The rows that the manifests of a Data Export name, by month.
fn delivered(root: &Path) -> BTreeMap<String, Vec<Row>> {
    let mut months = BTreeMap::new();
    for entry in std::fs::read_dir(root.join("exports/nightly/metadata")).unwrap() {
        let partition = entry.unwrap().path();
        let month = partition.file_name().unwrap().to_str().unwrap().split_once('=').unwrap().1.to_owned();
        let manifest = manifest(&partition.join("nightly-Manifest.json"));
        let columns = manifest["columns"].as_array().unwrap();
        let columns: Vec<String> = columns.iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect();
        let mut rows = Vec::new();
        for file in manifest["dataFiles"].as_array().unwrap() {
            let path = root.join(file.as_str().unwrap().strip_prefix("s3://larkfield-billing/").unwrap());
            if path.extension().is_some_and(|extension| extension == "parquet") {
                let file = std::fs::File::open(&path).unwrap();
                for batch in ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap() {
                    let batch = batch.unwrap();
                    assert_eq!(names(&batch), columns);
                    rows.extend((0..batch.num_rows()).map(|row| record(&batch, row)));
                }
            } else {
                let file = flate2::read::GzDecoder::new(std::fs::File::open(&path).unwrap());
                let mut reader = csv::Reader::from_reader(file);
                assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), columns);
                for record in reader.records() {
                    let record = record.unwrap();
                    let cells = columns.iter().zip(&record).filter(|(_, cell)| !cell.is_empty());
                    rows.push(Row(cells.map(|(column, cell)| (column.clone(), cell.to_owned())).collect()));
                }
            }
        }
        months.insert(month, rows);
    }
    months
}

fn names(batch: &RecordBatch) -> Vec<String> {
    batch.schema().fields().iter().map(|field| field.name().clone()).collect()
}

/// A row of Parquet as its CSV would have it.
fn record(batch: &RecordBatch, row: usize) -> Row {
    let cells = names(batch).into_iter().zip(batch.columns()).filter(|(_, column)| column.is_valid(row));
    Row(cells.map(|(name, column)| (name, cell(column, row))).collect())
}

fn cell(column: &ArrayRef, row: usize) -> String {
    let instant = |micros: i64| {
        let instant = chrono::DateTime::from_timestamp_micros(micros).unwrap();
        instant.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
    };
    match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).to_owned(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).to_string(),
        DataType::Timestamp(TimeUnit::Microsecond, Some(_)) => {
            instant(column.as_primitive::<TimestampMicrosecondType>().value(row))
        }
        DataType::Timestamp(TimeUnit::Millisecond, Some(_)) => {
            instant(column.as_primitive::<TimestampMillisecondType>().value(row) * 1_000)
        }
        DataType::Map(..) => {
            let entries = column.as_map().value(row);
            let (keys, values) = (entries.column(0), entries.column(1));
            let text = |at: usize| match values.data_type() {
                DataType::Float64 => values.as_primitive::<Float64Type>().value(at).into(),
                _ => serde_json::Value::from(values.as_string::<i32>().value(at)),
            };
            let pairs = (0..keys.len()).map(|at| (keys.as_string::<i32>().value(at).to_owned(), text(at)));
            serde_json::Value::from(pairs.collect::<serde_json::Map<_, _>>()).to_string()
        }
        other => panic!("{other}"),
    }
}

impl Row {
    fn map(&self, column: &str) -> BTreeMap<String, String> {
        let number = |value: &serde_json::Value| value.as_f64().unwrap().to_string();
        let text = |value: serde_json::Value| value.as_str().map_or_else(|| number(&value), str::to_owned);
        let map: BTreeMap<String, serde_json::Value> = serde_json::from_str(self.text(column)).unwrap();
        map.into_iter().map(|(key, value)| (key, text(value))).collect()
    }

    /// As the nearest double holds it.
    fn rounded(&self, column: &str) -> Money {
        self.money(column).to_string().parse::<f64>().unwrap().to_string().parse().unwrap()
    }
}

fn is_discount(row: &Row) -> bool {
    matches!(row.kind(), "EdpDiscount" | "BundledDiscount")
}

#[test]
fn cur2_as_csv_is_the_legacy_report() {
    for (month, legacy) in &all().legacy {
        let rows = &all().others["aws-cur2-csv"][month];
        assert_eq!(rows.len(), legacy.len());
        for (row, old) in rows.iter().zip(legacy) {
            for (new, old) in [
                (row.text("identity_line_item_id"), old.text("identity/LineItemId")),
                (row.text("line_item_unblended_cost"), old.text("lineItem/UnblendedCost")),
                (row.text("line_item_usage_account_id"), old.text("lineItem/UsageAccountId")),
                (
                    row.text("savings_plan_savings_plan_effective_cost"),
                    old.text("savingsPlan/SavingsPlanEffectiveCost"),
                ),
                (row.text("reservation_total_reserved_units"), old.text("reservation/TotalReservedUnits")),
                (row.map("product").get("product_name").map_or("", |name| name), old.text("product/ProductName")),
                (row.map("resource_tags").get("user_env").map_or("", |name| name), old.text("resourceTags/user:env")),
                (
                    row.map("cost_category").get("business_unit").map_or("", |name| name),
                    old.text("costCategory/BusinessUnit"),
                ),
            ] {
                assert_eq!(new, old);
            }
            let start = old.text("lineItem/UsageStartDate").replace('Z', ".000Z");
            assert_eq!(row.text("line_item_usage_start_date"), start);
            // Twin keys become one.
            let teams = ["resourceTags/user:team", "resourceTags/user:Team"].map(|key| old.text(key));
            let team = row.map("resource_tags").get("user_team").cloned().unwrap_or_default();
            assert!(teams.contains(&team.as_str()), "{team} {teams:?}");
            assert!(row.text("line_item_net_unblended_cost").is_empty() && !row.0.contains_key("discount"));
        }
        assert!(rows.iter().any(|row| !row.text("line_item_usage_account_name").is_empty()));
    }
}

#[test]
fn cur2_with_a_discount_map_nets_to_the_same() {
    for (month, legacy) in &all().legacy {
        let rows = &all().others["aws-cur2-parquet"][month];
        assert_eq!(rows.len(), legacy.iter().filter(|row| !is_discount(row)).count());
        let plain = legacy.iter().filter(|row| !is_discount(row));
        for (row, old) in rows.iter().zip(plain) {
            assert_eq!(row.text("identity_line_item_id"), old.text("identity/LineItemId"));
            assert_eq!(row.money("line_item_unblended_cost"), old.rounded("lineItem/UnblendedCost"));
            let total = row.money("discount_total_discount");
            let edp = row.map("discount").get("edp_discount").map_or(Money::ZERO, |edp| edp.parse().unwrap());
            assert_eq!(total, edp + row.money("discount_bundled_discount"));
            assert_eq!(row.money("line_item_net_unblended_cost"), round(old.unblended() + total));
            assert_eq!(row.text("line_item_unblended_rate"), old.text("lineItem/UnblendedRate"));
        }
        let key = |account: &str, product: &str| (account.to_owned(), product.to_owned());
        let taken = sums(rows.iter().map(|row| {
            let key = key(row.text("line_item_usage_account_id"), row.text("line_item_product_code"));
            (key, row.money("discount_total_discount"))
        }));
        let lines = sums(legacy.iter().filter(|row| is_discount(row)).map(|row| {
            let key = key(row.text("lineItem/UsageAccountId"), row.text("lineItem/ProductCode"));
            (key, row.unblended())
        }));
        assert_eq!(nonzero(taken), nonzero(lines), "{month}");
        assert!(rows.iter().any(|row| row.money("discount_total_discount") < Money::ZERO));
    }
}

#[test]
fn focus_bills_and_amortises_what_the_legacy_report_does() {
    for (month, legacy) in &all().legacy {
        let rows = &all().others["aws-focus-csv"][month];
        let key = |account: &str, product: &str| (account.to_owned(), product.to_owned());
        let of = |row: &Row| key(row.text("SubAccountId"), row.text("x_ServiceCode"));
        let old = |row: &Row| key(row.text("lineItem/UsageAccountId"), row.text("lineItem/ProductCode"));
        let billed = sums(rows.iter().map(|row| (of(row), row.money("BilledCost"))));
        let bill = sums(legacy.iter().map(|row| (old(row), billed_of(row))));
        assert_eq!(nonzero(billed), nonzero(bill), "{month}");
        let effective = sums(rows.iter().map(|row| (of(row), row.money("EffectiveCost"))));
        let amortised = sums(legacy.iter().map(|row| (old(row), amortised(row).0)));
        assert_eq!(nonzero(effective), nonzero(amortised), "{month}");
    }
}

#[test]
fn focus_as_parquet_is_the_csv_in_doubles() {
    for (month, csv) in &all().others["aws-focus-csv"] {
        let parquet = &all().others["aws-focus"][month];
        assert_eq!(parquet.len(), csv.len());
        for (row, other) in parquet.iter().zip(csv) {
            for (column, cell) in &row.0 {
                let number = cell.parse::<f64>().is_ok() && !column.ends_with("Id");
                if number {
                    assert_eq!(row.money(column), other.rounded(column), "{column}");
                } else {
                    assert!(cell == other.text(column) || row.map(column) == other.map(column), "{column} {cell}");
                }
            }
            assert_eq!(row.0.len(), other.0.len());
        }
    }
}

/// What is billed on a line itself: covered usage and its negation offset each other.
fn billed_of(row: &Row) -> Money {
    if row.kind().starts_with("SavingsPlanCovered") || row.kind() == "SavingsPlanNegation" {
        return Money::ZERO;
    }
    row.unblended()
}

fn round(money: Money) -> Money {
    money.to_string().parse::<f64>().unwrap().to_string().parse().unwrap()
}

fn nonzero<K: Ord>(sums: BTreeMap<K, Money>) -> BTreeMap<K, Money> {
    sums.into_iter().filter(|(_, sum)| !sum.is_zero()).collect()
}

#[test]
fn focus_rows_are_what_the_specification_asks() {
    let (mut kinds, mut tagged) = (BTreeSet::new(), 0);
    for row in all().others["aws-focus"].values().flatten() {
        let status = row.text("CommitmentDiscountStatus");
        let (billed, effective) = (row.money("BilledCost"), row.money("EffectiveCost"));
        kinds.insert((row.text("ChargeCategory"), status));
        match (row.text("ChargeCategory"), status) {
            ("Usage", "Used" | "Unused") => {
                assert!(billed.is_zero() && effective > Money::ZERO);
                assert_eq!(row.text("PricingCategory"), "Committed");
                assert_eq!(row.text("ConsumedQuantity").is_empty(), status == "Unused");
            }
            ("Purchase", _) if !row.text("CommitmentDiscountId").is_empty() => {
                assert!(effective.is_zero() && status.is_empty());
                assert_eq!(row.text("ResourceId"), row.text("CommitmentDiscountId"));
            }
            ("Tax", _) => assert!(row.text("PricingCategory").is_empty()),
            _ => assert_eq!(billed, effective),
        }
        assert!(!row.text("SubAccountName").is_empty() && !row.text("BillingAccountName").is_empty());
        let tags = row.map("Tags");
        assert!(tags.keys().all(|key| !key.starts_with("user:")));
        tagged += usize::from(tags.contains_key("team") && tags.contains_key("costCategory/BusinessUnit"));
    }
    let expected =
        [("Credit", ""), ("Purchase", ""), ("Tax", ""), ("Usage", ""), ("Usage", "Unused"), ("Usage", "Used")];
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), expected);
    assert!(tagged > 100);
}

#[test]
fn an_export_overwrites_or_keeps_its_executions() {
    let root = all().folder.path();
    let files_of = |export: Export| files(&root.join(export.word())).into_keys().collect::<Vec<_>>();
    let data = |export: Export| {
        let paths = files_of(export).into_iter().map(|path| path.to_str().unwrap().to_owned());
        paths.filter(|path| path.contains("/data/")).collect::<Vec<_>>()
    };
    let parquet = data(Export::Cur2Parquet);
    assert_eq!(parquet[0], "exports/nightly/data/BILLING_PERIOD=2026-08/nightly-00001.snappy.parquet");
    assert_eq!(parquet.len(), 4, "two parts of two months: {parquet:?}");
    let kept = data(Export::Cur2Csv);
    assert_eq!(kept.len(), 6, "August was delivered twice: {kept:?}");
    assert!(kept[0].starts_with("exports/nightly/data/BILLING_PERIOD=2026-08/2026-09-02T06:12:45.118Z-"));
    assert!(data(Export::Focus)[0].contains("/data/billing_period=2026-08/nightly-00001."));
}

#[test]
fn the_summary_counts_what_is_there_and_bytes_stay_the_same() {
    let again = tempfile::tempdir().unwrap();
    let summary = generate(&options(), again.path()).unwrap();
    let (one, two) = (files(all().folder.path()), files(again.path()));
    assert!(one == two);
    let exported = two.iter().filter(|(path, _)| Export::OF_AWS.iter().any(|export| path.starts_with(export.word())));
    let bytes: Vec<u64> = exported.map(|(_, bytes)| bytes.len() as u64).collect();
    assert_eq!((summary.files, summary.bytes), (bytes.len(), bytes.iter().sum()));
    assert_eq!(summary.rows, all().legacy.values().map(|rows| rows.len() as u64).sum::<u64>());
}
