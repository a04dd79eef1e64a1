//! A table as Parquet.

use super::super::bucket::Bill;
use arrow::array::{ArrayRef, Decimal128Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use std::sync::Arc;

/// Parquet of the types that exports have: costs are decimals.
pub fn columnar(bill: &Bill, costs: &[&str]) -> Vec<u8> {
    let columns = bill.header.iter().enumerate().map(|(at, name)| {
        let texts = bill.rows.iter().map(|row| Some(row[at].clone()).filter(|text| !text.is_empty()));
        let column: ArrayRef = if costs.contains(&name.as_str()) {
            let units = texts.map(|text| text.map(|text| units(&text)));
            let numbers: Decimal128Array = units.collect();
            Arc::new(numbers.with_precision_and_scale(38, 18).expect("a scale"))
        } else {
            Arc::new(texts.collect::<StringArray>())
        };
        (name.clone(), column, true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("memory");
    writer.into_inner().expect("memory")
}

/// A text that was drawn, read again.
fn units(text: &str) -> i128 {
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let power = power.parse::<i64>().expect("a power") - part.len() as i64 + 18;
    let digits: i128 = format!("{whole}{part}").parse().expect("digits");
    digits * 10i128.pow(u32::try_from(power).expect("at most 18 decimals"))
}
