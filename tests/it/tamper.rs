//! Changes a landed delivery on disk, as a bad disk or a helpful hand would.

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, StringArray};
use arrow::compute::{concat_batches, filter_record_batch};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

/// Changes the landed delivery in this folder.
pub type Tamper = fn(&Path);

/// Each sabotage that applies to landed files. A fan-out there is a row more.
pub const LANDED: &[(&str, Tamper)] = &[
    ("drop a part", |folder| parts(folder, |parts| drop(parts.remove(1)))),
    ("double a part", |folder| parts(folder, |parts| parts.push(parts[1].clone()))),
    ("swap two costs", |folder| {
        each_part(folder, |rows| {
            let (first, second) = (at(&rows, "lineItem/UnblendedCost"), at(&rows, "pricing/publicOnDemandCost"));
            let filled = or_zero(rows.column(second));
            let rows = with(&rows, second, rows.column(first).clone());
            with(&rows, first, filled)
        });
    }),
    ("lose a credit", |folder| {
        each_part(folder, |rows| {
            let types = rows.column(at(&rows, "lineItem/LineItemType")).as_string::<i32>().clone();
            let keep = types.iter().map(|text| Some(text != Some("Credit"))).collect();
            filter_record_batch(&rows, &keep).unwrap()
        });
    }),
    ("fan out", |folder| {
        each_part(folder, |rows| concat_batches(&rows.schema(), [&rows, &rows.slice(0, 1)]).unwrap());
    }),
    ("edit one value", |folder| {
        let mut left = 1;
        each_part(folder, |rows| {
            let column = at(&rows, "lineItem/UnblendedCost");
            let texts = rows.column(column).as_string::<i32>().iter();
            let edited: StringArray = texts
                .map(|text| match text {
                    // The last digit that a cost can have.
                    Some("0.98") if left == 1 => {
                        left = 0;
                        Some("0.980000000000000001")
                    }
                    Some("0.96") if left == 1 => {
                        left = 0;
                        Some("0.960000000000000001")
                    }
                    text => text,
                })
                .collect();
            with(&rows, column, Arc::new(edited))
        });
        assert_eq!(left, 0, "the value to edit is not there");
    }),
];

/// The names of the parts in `delivery.json`.
pub fn part_names(folder: &Path) -> Vec<String> {
    let delivery = delivery(folder);
    let parts = delivery["parts"].as_array().expect("a list").iter();
    parts.map(|part| part["name"].as_str().expect("a name").to_string()).collect()
}

fn delivery(folder: &Path) -> serde_json::Value {
    let text = fs::read_to_string(folder.join("delivery.json")).expect("delivery.json");
    serde_json::from_str(&text).expect("JSON")
}

/// Changes the list of parts, and nothing else that `delivery.json` says.
pub fn parts(folder: &Path, change: impl Fn(&mut Vec<serde_json::Value>)) {
    let mut delivery = delivery(folder);
    change(delivery["parts"].as_array_mut().expect("a list"));
    fs::write(folder.join("delivery.json"), delivery.to_string()).expect("delivery.json");
}

/// Reads each part, changes its rows and writes it back.
pub fn each_part(folder: &Path, mut change: impl FnMut(RecordBatch) -> RecordBatch) {
    for name in part_names(folder) {
        let path = folder.join(name);
        let reader = ParquetRecordBatchReaderBuilder::try_new(File::open(&path).expect("a part")).expect("Parquet");
        let schema = reader.schema().clone();
        let batches: Vec<_> = reader.build().expect("a reader").map(|batch| batch.expect("rows")).collect();
        let rows = change(concat_batches(&schema, &batches).expect("one batch"));
        let mut writer = ArrowWriter::try_new(File::create(&path).expect("the part"), schema, None).expect("a writer");
        writer.write(&rows).expect("the rows");
        writer.close().expect("the end");
    }
}

pub fn at(rows: &RecordBatch, column: &str) -> usize {
    rows.schema().index_of(column).expect("the column")
}

pub fn with(rows: &RecordBatch, at: usize, column: ArrayRef) -> RecordBatch {
    let mut columns = rows.columns().to_vec();
    columns[at] = column;
    RecordBatch::try_new(rows.schema(), columns).expect("the same schema")
}

/// A blank cost is refused for another reason than the swap.
fn or_zero(column: &ArrayRef) -> ArrayRef {
    let texts = column.as_string::<i32>();
    let filled = (0..texts.len()).map(|row| if texts.is_null(row) { "0" } else { texts.value(row) });
    Arc::new(StringArray::from_iter_values(filled))
}
