//! What may go wrong once an export has been read: in the landed files, on the way to `cost` and to the roll-ups,
//! and on the disk after publication.

use super::super::place::{Night, files};
use super::super::support::Outcome;
use super::super::tamper::{at, each_part, part_names, parts, with};
use super::estate::Estate;
use arrow::array::{Array, ArrayRef, AsArray, Decimal128Array, RecordBatch, StringArray};
use arrow::compute::{concat_batches, filter_record_batch};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Every landed delivery of a night.
pub fn landed(night: &Night, estate: &Estate) -> Vec<PathBuf> {
    let folders = fs::read_dir(night.path(&format!("lake/landed/{}", estate.format))).expect("landed");
    let mut folders: Vec<_> = folders.map(|entry| entry.expect("its entry").path()).collect();
    folders.sort();
    folders
}

/// Changes what was landed, as a bad disk or a helpful hand would.
pub fn tamper(folder: &Path, estate: &Estate, mutation: &str) {
    let columns = &estate.columns;
    match mutation {
        "part taken off" => parts(folder, |parts| drop(parts.remove(1))),
        "part twice" => parts(folder, |parts| parts.push(parts[1].clone())),
        "part file gone" => fs::remove_file(folder.join(&part_names(folder)[1])).expect("a part"),
        "row doubled" => {
            once(folder, |rows| Some(concat_batches(&rows.schema(), [rows, &rows.slice(0, 1)]).expect("rows")))
        }
        "cost changed" => cell(folder, columns.cost, |text| {
            let (whole, part) = text.split_once('.').unwrap_or((text, ""));
            // The last digit that a cost can have.
            (text != "0" && !text.contains('E') && part.len() < 18).then(|| format!("{whole}.{part:0<17}1"))
        }),
        "money columns swapped" => once(folder, |rows| {
            // Of two datasets each may spell it in its way.
            rows.schema().index_of(columns.cost).ok()?;
            let filled = |name: &str| {
                let texts = rows.column(at(rows, name)).as_string::<i32>().iter();
                Arc::new(StringArray::from_iter_values(texts.map(|text| text.unwrap_or("0")))) as ArrayRef
            };
            let (cost, other) = (filled(columns.cost), filled(columns.other));
            let swapped = with(rows, at(rows, columns.cost), other);
            Some(with(&swapped, at(rows, columns.other), cost))
        }),
        "account changed" => cell(folder, columns.account, |text| (!text.is_empty()).then(|| "other".into())),
        "currency changed" => cell(folder, columns.currency, |_| Some("CHF".into())),
        "credit deleted" if columns.credit.is_empty() => {
            cell(folder, "credits", |text| (text.len() > 4).then(|| r#"[{"amount":"-1.5","type":"X"}]"#.into()))
        }
        "credit deleted" => once(folder, |rows| {
            let types = rows.column(at(rows, columns.line_type)).as_string::<i32>();
            let credit = |text: Option<&str>| text == Some(columns.credit);
            types.iter().any(credit).then(|| {
                filter_record_batch(rows, &types.iter().map(|text| Some(!credit(text))).collect()).expect("rows")
            })
        }),
        other => panic!("{other}: no such mutation"),
    }
}

/// Changes the first part that `change` has something to change in.
fn once(folder: &Path, change: impl Fn(&RecordBatch) -> Option<RecordBatch>) {
    let mut left = 1;
    each_part(folder, |rows| match change(&rows).filter(|_| left == 1) {
        Some(changed) => {
            left = 0;
            changed
        }
        None => rows,
    });
    assert_eq!(left, 0, "nothing to change");
}

/// Changes the first cell of a column that has a new text.
fn cell(folder: &Path, column: &str, text: impl Fn(&str) -> Option<String>) {
    once(folder, |rows| {
        if rows.schema().index_of(column).is_err() {
            return None;
        }
        let texts = rows.column(at(rows, column)).as_string::<i32>();
        let first = (0..texts.len()).find(|row| !texts.is_null(*row) && text(texts.value(*row)).is_some())?;
        let cells = texts.iter().enumerate().map(|(row, cell)| match cell {
            Some(cell) if row == first => text(cell),
            cell => cell.map(str::to_string),
        });
        let changed: StringArray = cells.collect();
        Some(with(rows, at(rows, column), Arc::new(changed)))
    });
}

/// One byte of money in a published file: the first of its kind below this folder is written anew.
pub fn edit_published(night: &Night, folder: &str, column: &str) {
    let name = files(night.path(folder)).into_keys().find(|name| name.ends_with(".parquet")).expect("a file");
    let path = night.path(folder).join(name);
    let reader = ParquetRecordBatchReaderBuilder::try_new(fs::File::open(&path).expect("it")).expect("Parquet");
    let schema = reader.schema().clone();
    let batches: Vec<_> = reader.build().expect("a reader").map(|batch| batch.expect("rows")).collect();
    let rows = concat_batches(&schema, &batches).expect("one batch");
    let costs = rows.column(at(&rows, column)).as_primitive::<arrow::datatypes::Decimal128Type>();
    let changed = costs.iter().enumerate().map(|(row, cost)| cost.map(|cost| cost + i128::from(row == 0)));
    let changed: Decimal128Array = changed.collect();
    let changed = changed.with_data_type(costs.data_type().clone());
    let rows = with(&rows, at(&rows, column), Arc::new(changed));
    let mut writer = ArrowWriter::try_new(fs::File::create(&path).expect("it"), schema, None).expect("a writer");
    writer.write(&rows).expect("rows");
    writer.close().expect("the end");
}

/// The proof of the published month, taken again.
pub fn proved_again(night: &Night, estate: &Estate) -> Outcome {
    night.costmill(&["reconcile", "--period", estate.month])
}
