//! Rows as Parquet with real types. No more than a batch of rows and a row group of encoded pages is
//! held; nothing in the file tells when or by which build it was written.

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, Float64Builder, MapBuilder, MapFieldNames, RecordBatch, StringBuilder, TimestampMicrosecondBuilder,
    TimestampMillisecondBuilder,
};
use arrow::datatypes::{Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;

use super::figure::double;
use super::legacy::refused;
use super::line::{Column, Kind, Line, Part};
use crate::error::{Error, Result};
use crate::focus::Money;

/// Rows that are handed to the encoder at once.
const BATCH: usize = 8_192;
/// Rows of a row group.
const GROUP: usize = 131_072;

enum Cells {
    Text(StringBuilder),
    Number(Float64Builder),
    Micros(TimestampMicrosecondBuilder),
    Millis(TimestampMillisecondBuilder),
    Texts(MapBuilder<StringBuilder, StringBuilder>),
    Numbers(MapBuilder<StringBuilder, Float64Builder>),
}

/// A Parquet file that is being written.
pub struct ParquetPart {
    path: PathBuf,
    schema: SchemaRef,
    cells: Vec<Cells>,
    writer: ArrowWriter<BufWriter<File>>,
    rows: usize,
    /// The column of the next cell, and the first cell that was none of its column.
    at: usize,
    wrong: Option<usize>,
}

impl ParquetPart {
    /// Creates the file.
    ///
    /// # Errors
    /// `Lake` when it cannot be written.
    pub fn create(path: &Path, columns: &[Column]) -> Result<Self> {
        let mut cells: Vec<Cells> = columns.iter().map(|column| Cells::of(column.kind)).collect();
        let field =
            |(column, cells): (&Column, &mut Cells)| Field::new(column.name, cells.finish().data_type().clone(), true);
        let schema = Arc::new(Schema::new(columns.iter().zip(&mut cells).map(field).collect::<Vec<_>>()));
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_max_row_group_row_count(Some(GROUP))
            .set_created_by("costmill sample".into())
            .build();
        let file = File::create(path).map_err(|cause| refused(path, &cause))?;
        let options = ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
        let writer = ArrowWriter::try_new_with_options(BufWriter::new(file), Arc::clone(&schema), options)
            .map_err(|cause| failed(path, &cause))?;
        Ok(ParquetPart { path: path.to_owned(), schema, cells, writer, rows: 0, at: 0, wrong: None })
    }

    fn next(&mut self) -> Option<&mut Cells> {
        self.at += 1;
        self.cells.get_mut(self.at - 1)
    }

    fn mismatch(&mut self) {
        self.wrong.get_or_insert(self.at - 1);
    }

    fn flush(&mut self) -> Result<()> {
        let arrays = self.cells.iter_mut().map(Cells::finish).collect();
        self.rows = 0;
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays)
            .map_err(|cause| Error::bug("the sample's Parquet writer", cause.to_string()))?;
        self.writer.write(&batch).map_err(|cause| failed(&self.path, &cause))
    }
}

impl Line for ParquetPart {
    fn text(&mut self, text: &str) {
        match self.next() {
            Some(Cells::Text(cells)) if text.is_empty() => cells.append_null(),
            Some(Cells::Text(cells)) => cells.append_value(text),
            _ => self.mismatch(),
        }
    }

    fn number(&mut self, printed: &str) {
        let value = printed.parse::<f64>();
        match (self.next(), value) {
            (Some(Cells::Number(cells)), _) if printed.is_empty() => cells.append_null(),
            (Some(Cells::Number(cells)), Ok(value)) => cells.append_value(value),
            _ => self.mismatch(),
        }
    }

    fn money(&mut self, value: Option<Money>) {
        match self.next() {
            Some(Cells::Number(cells)) => cells.append_option(value.map(double)),
            _ => self.mismatch(),
        }
    }

    fn instant(&mut self, micros: i64) {
        match self.next() {
            Some(Cells::Micros(cells)) => cells.append_value(micros),
            Some(Cells::Millis(cells)) => cells.append_value(micros / 1_000),
            _ => self.mismatch(),
        }
    }

    fn texts(&mut self, pairs: &[(&str, &str)]) {
        let Some(Cells::Texts(cells)) = self.next() else { return self.mismatch() };
        for (key, value) in pairs {
            cells.keys().append_value(key);
            cells.values().append_value(value);
        }
        if cells.append(true).is_err() {
            self.mismatch();
        }
    }

    fn numbers(&mut self, pairs: &[(&str, Money)]) {
        let Some(Cells::Numbers(cells)) = self.next() else { return self.mismatch() };
        for (key, value) in pairs {
            cells.keys().append_value(key);
            cells.values().append_value(double(*value));
        }
        if cells.append(true).is_err() {
            self.mismatch();
        }
    }

    fn end(&mut self) -> Result<()> {
        if self.at != self.cells.len() {
            self.wrong.get_or_insert(self.at.min(self.cells.len()));
        }
        if let Some(at) = self.wrong {
            let what = format!("cell {at} of a row of {} is not of its column's kind", self.cells.len());
            return Err(Error::bug("the sample's Parquet writer", what));
        }
        self.at = 0;
        self.rows += 1;
        if self.rows == BATCH { self.flush() } else { Ok(()) }
    }
}

impl Part for ParquetPart {
    fn finish(mut self: Box<Self>) -> Result<u64> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.writer.finish().map_err(|cause| failed(&self.path, &cause))?;
        Ok(self.writer.bytes_written() as u64)
    }
}

impl Cells {
    fn of(kind: Kind) -> Self {
        // The names that the Parquet format gives the parts of a map.
        let names = || MapFieldNames { entry: "key_value".into(), key: "key".into(), value: "value".into() };
        match kind {
            Kind::Text => Cells::Text(StringBuilder::new()),
            Kind::Number => Cells::Number(Float64Builder::new()),
            Kind::Micros => Cells::Micros(TimestampMicrosecondBuilder::new().with_timezone("UTC")),
            Kind::Millis => Cells::Millis(TimestampMillisecondBuilder::new().with_timezone("UTC")),
            Kind::Texts => Cells::Texts(MapBuilder::new(Some(names()), StringBuilder::new(), StringBuilder::new())),
            Kind::Numbers => {
                Cells::Numbers(MapBuilder::new(Some(names()), StringBuilder::new(), Float64Builder::new()))
            }
        }
    }

    /// The cells so far; starts anew.
    fn finish(&mut self) -> ArrayRef {
        match self {
            Cells::Text(cells) => Arc::new(cells.finish()),
            Cells::Number(cells) => Arc::new(cells.finish()),
            Cells::Micros(cells) => Arc::new(cells.finish()),
            Cells::Millis(cells) => Arc::new(cells.finish()),
            Cells::Texts(cells) => Arc::new(cells.finish()),
            Cells::Numbers(cells) => Arc::new(cells.finish()),
        }
    }
}

fn failed(path: &Path, cause: &ParquetError) -> Error {
    refused(path, &std::io::Error::other(cause.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Array, Float64Array, MapArray, StringArray};
    use arrow::datatypes::DataType;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

    const COLUMNS: [Column; 5] = [
        Column { name: "a", kind: Kind::Text },
        Column { name: "b", kind: Kind::Number },
        Column { name: "c", kind: Kind::Micros },
        Column { name: "d", kind: Kind::Texts },
        Column { name: "e", kind: Kind::Numbers },
    ];

    fn write(path: &Path) -> u64 {
        let mut part = ParquetPart::create(path, &COLUMNS).unwrap();
        for row in 0..3 {
            part.text(if row == 1 { "" } else { "x" });
            part.number(if row == 2 { "" } else { "1.81E-8" });
            part.instant(1_785_542_400_000_000);
            part.texts(&[("user_team", "maps"), ("user_app", "tiles")][..row]);
            part.numbers(&[("edp_discount", "-0.05".parse().unwrap())]);
            part.end().unwrap();
        }
        Box::new(part).finish().unwrap()
    }

    #[test]
    fn types_are_real_and_bytes_stay_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (folder.path().join("1"), folder.path().join("2"));
        assert_eq!(write(&one), std::fs::metadata(&one).unwrap().len());
        write(&two);
        assert_eq!(std::fs::read(&one).unwrap(), std::fs::read(&two).unwrap());
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(&one).unwrap()).unwrap();
        let batch = builder.build().unwrap().next().unwrap().unwrap();
        let text: &StringArray = batch.column(0).as_any().downcast_ref().unwrap();
        let number: &Float64Array = batch.column(1).as_any().downcast_ref().unwrap();
        let map: &MapArray = batch.column(3).as_any().downcast_ref().unwrap();
        assert!(text.is_null(1) && text.value(2) == "x");
        assert!(number.is_null(2) && number.value(0) == 1.81e-8);
        assert_eq!((map.value(0).len(), map.value(1).len(), map.value(2).len()), (0, 1, 2));
        let zoned = |kind: &DataType| matches!(kind, DataType::Timestamp(_, Some(zone)) if &**zone == "UTC");
        assert!(zoned(batch.column(2).data_type()));
    }

    #[test]
    fn a_cell_of_another_column_is_a_bug() {
        let folder = tempfile::tempdir().unwrap();
        let mut part = ParquetPart::create(&folder.path().join("x"), &COLUMNS).unwrap();
        part.text("x");
        part.text("1.0");
        assert!(part.end().unwrap_err().to_string().contains("cell 1"));
    }
}
