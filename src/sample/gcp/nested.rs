//! Rows of JSON values as Parquet with BigQuery's types: records are structs, repeated fields lists.
//! <https://docs.cloud.google.com/bigquery/docs/exporting-data#parquet_export_details>

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Builder, Float64Builder, ListArray, RecordBatch, StringBuilder,
    StructArray, TimestampMicrosecondBuilder,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use serde_json::Value;

use super::tables::{Column, Kind};
use crate::error::{Error, Result};
use crate::focus::money::parse_decimal;

/// The rows as a Parquet file of the columns.
///
/// # Errors
/// `Bug` when they cannot be encoded.
pub fn parquet(table: &[&'static Column], rows: &[Value]) -> Result<Vec<u8>> {
    let whole: Vec<Option<&Value>> = rows.iter().map(Some).collect();
    let columns: Vec<(&Column, ArrayRef)> = table.iter().map(|column| (*column, of(column, &whole))).collect();
    let fields: Vec<Field> = columns.iter().map(|(column, array)| field(column, array)).collect();
    let schema = Arc::new(Schema::new(fields));
    let arrays = columns.into_iter().map(|(_, array)| array).collect();
    let failed = |cause: String| Error::bug("the sample's nested Parquet", cause);
    let batch = RecordBatch::try_new(Arc::clone(&schema), arrays).map_err(|cause| failed(cause.to_string()))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_created_by("costmill sample".into())
        .build();
    let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer =
        ArrowWriter::try_new_with_options(&mut bytes, schema, options).map_err(|cause| failed(cause.to_string()))?;
    writer.write(&batch).map_err(|cause| failed(cause.to_string()))?;
    writer.close().map_err(|cause| failed(cause.to_string()))?;
    Ok(bytes)
}

fn field(column: &Column, array: &ArrayRef) -> Field {
    // A repeated field is an empty list where there is nothing.
    Field::new(column.name, array.data_type().clone(), !matches!(column.kind, Kind::Repeated(_)))
}

/// A column of the records in `parents`.
fn of(column: &Column, parents: &[Option<&Value>]) -> ArrayRef {
    let cells: Vec<Option<&Value>> = parents
        .iter()
        .map(|parent| parent.and_then(|parent| parent.get(column.name)).filter(|cell| !cell.is_null()))
        .collect();
    match &column.kind {
        Kind::Text => {
            let mut builder = StringBuilder::new();
            cells.iter().for_each(|cell| builder.append_option(cell.and_then(Value::as_str)));
            Arc::new(builder.finish())
        }
        Kind::Float => {
            let mut builder = Float64Builder::new();
            cells.iter().for_each(|cell| builder.append_option(cell.and_then(Value::as_f64)));
            Arc::new(builder.finish())
        }
        Kind::Numeric => {
            let mut builder = Decimal128Builder::new().with_data_type(DataType::Decimal128(38, 9));
            let figure = |cell: &&Value| parse_decimal(cell.as_str()?.as_bytes(), 9).ok().map(|parsed| parsed.value);
            cells.iter().for_each(|cell| builder.append_option(cell.as_ref().and_then(figure)));
            Arc::new(builder.finish())
        }
        Kind::Time => {
            let mut builder = TimestampMicrosecondBuilder::new().with_timezone("UTC");
            let instant = |cell: &&Value| {
                let time = chrono::NaiveDateTime::parse_from_str(cell.as_str()?, "%Y-%m-%d %H:%M:%S UTC").ok()?;
                Some(time.and_utc().timestamp_micros())
            };
            cells.iter().for_each(|cell| builder.append_option(cell.as_ref().and_then(instant)));
            Arc::new(builder.finish())
        }
        Kind::Truth => Arc::new(cells.iter().map(|cell| cell.and_then(Value::as_bool)).collect::<BooleanArray>()),
        Kind::Record(columns) => {
            let (fields, arrays) = records(columns, &cells);
            let there: NullBuffer = cells.iter().map(Option::is_some).collect();
            Arc::new(StructArray::new(fields, arrays, Some(there)))
        }
        Kind::Repeated(columns) => {
            let lists = cells.iter().map(|cell| cell.and_then(Value::as_array).map_or(&[][..], Vec::as_slice));
            let (mut items, mut lengths) = (Vec::new(), Vec::new());
            for list in lists {
                lengths.push(list.len());
                items.extend(list.iter().map(Some));
            }
            let (fields, arrays) = records(columns, &items);
            let item = Arc::new(Field::new("element", DataType::Struct(fields.clone()), true));
            let structs = StructArray::new(fields, arrays, None);
            Arc::new(ListArray::new(item, OffsetBuffer::from_lengths(lengths), Arc::new(structs), None))
        }
    }
}

fn records(columns: &'static [Column], cells: &[Option<&Value>]) -> (Fields, Vec<ArrayRef>) {
    let arrays: Vec<ArrayRef> = columns.iter().map(|column| of(column, cells)).collect();
    let fields = columns.iter().zip(&arrays).map(|(column, array)| field(column, array)).collect();
    (fields, arrays)
}

#[cfg(test)]
mod tests {
    use super::super::tables::DETAILED;
    use super::*;
    use arrow::array::{Decimal128Array, Float64Array};
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use serde_json::json;

    #[test]
    fn values_keep_their_types() {
        let rows = [
            json!({
                "cost": 1.81e-8, "usage_start_time": "2026-08-01 07:00:00 UTC",
                "price": { "effective_price": "0.174592" },
                "credits": [{ "name": "a", "amount": -0.5 }, { "name": "b" }],
            }),
            json!({ "cost": null, "credits": [], "price": null }),
        ];
        let bytes = parquet(&DETAILED.iter().collect::<Vec<_>>(), &rows).unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("x"), bytes).unwrap();
        let file = std::fs::File::open(folder.path().join("x")).unwrap();
        let batch = ParquetRecordBatchReaderBuilder::try_new(file).unwrap().build().unwrap().next().unwrap().unwrap();
        let cost: &Float64Array = batch.column_by_name("cost").unwrap().as_any().downcast_ref().unwrap();
        assert!(cost.value(0) == 1.81e-8 && cost.is_null(1));
        let utc = DataType::Timestamp(arrow::datatypes::TimeUnit::Microsecond, Some("UTC".into()));
        assert_eq!(*batch.column_by_name("usage_start_time").unwrap().data_type(), utc);
        let credits: &ListArray = batch.column_by_name("credits").unwrap().as_any().downcast_ref().unwrap();
        assert_eq!((credits.value(0).len(), credits.value(1).len()), (2, 0));
        let price: &StructArray = batch.column_by_name("price").unwrap().as_any().downcast_ref().unwrap();
        let effective: &Decimal128Array = price.column(0).as_any().downcast_ref().unwrap();
        assert!(effective.value(0) == 174_592_000 && price.is_null(1));
    }
}
