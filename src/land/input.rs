//! The rows of one export file, whatever its container: CSV, CSV.gz or Parquet; where a format is nested,
//! JSON lines too.

use super::cells::as_text;
use super::json_lines::{self, JsonLines};
use super::kinds;
use super::nested;
use super::unpack::{Counted, first_sign, read_up_to, unpacked, unreadable};
use crate::error::{Error, Result};
use arrow::array::{Array, StringArray};
use flate2::read::MultiGzDecoder;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A file being read row by row.
pub struct Input {
    key: String,
    header: Vec<String>,
    /// The columns that a header names, with the kind of their Parquet type.
    kinds: Vec<(String, String)>,
    rows: Rows,
    read: Arc<AtomicU64>,
    /// The value of a last column that the file does not have, the same in every row.
    fixed: Vec<u8>,
}

enum Rows {
    Csv { reader: csv::Reader<Box<dyn Read + Send>>, record: csv::ByteRecord },
    Parquet { reader: ParquetRecordBatchReader, columns: Vec<StringArray>, at: usize, rows: usize, shape: Shape },
    Json(JsonLines<Box<dyn BufRead + Send>>),
}

/// Whether a format's columns are flat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Flat,
    /// Structs and lists in Parquet ([`nested`]), or JSON lines ([`json_lines`]); numbers and times have one
    /// text in both.
    Nested,
}

/// Opens a file of a flat format and reads its header.
pub fn open(path: &Path, key: &str) -> Result<Input> {
    open_as(path, key, Shape::Flat)
}

/// Opens a file and reads its header; of JSON lines all rows, which say it together.
pub fn open_as(path: &Path, key: &str, shape: Shape) -> Result<Input> {
    let mut file = File::open(path).map_err(|error| unreadable(key, &error))?;
    let mut magic = [0u8; 4];
    let got = read_up_to(&mut file, &mut magic).map_err(|error| unreadable(key, &error))?;
    let file = File::open(path).map_err(|error| unreadable(key, &error))?;
    if shape == Shape::Nested && magic[..got] != *b"PAR1" {
        let sign = first_sign(path, key)?;
        // A gzip of nothing is a table without rows; one that does not unpack says so when it is read.
        if sign == Some(b'{') || (sign.is_none() && got > 0) {
            return json(path, key);
        }
    }
    match &magic[..got] {
        [] if shape == Shape::Nested => {
            let rows = Rows::Json(JsonLines::new(Box::new(std::io::empty()), key, &[]));
            Ok(Input {
                key: key.into(),
                header: Vec::new(),
                kinds: Vec::new(),
                rows,
                read: Arc::new(AtomicU64::new(0)),
                fixed: Vec::new(),
            })
        }
        [] => Err(Error::source(key, "is empty: not even a header", "deliver the file again")),
        b"PAR1" => parquet(file, key, shape),
        [0x1f, 0x8b, ..] => csv(file, key, true),
        [b'P', b'K', 3, 4] => Err(Error::source(
            key,
            "is a ZIP archive; this format is read as CSV or CSV.gz",
            "set the export's compression to GZIP, or unzip the file and declare the CSV as a file set",
        )),
        [b'[', ..] if shape == Shape::Nested => Err(Error::source(
            key,
            "is one JSON array, and every row must be a line of its own",
            "export the table as newline-delimited JSON or Parquet",
        )),
        [b'{', ..] | [b'[', ..] => Err(Error::source(
            key,
            "is JSON, no billing export of this format",
            "declare CSV, CSV.gz or Parquet files only",
        )),
        _ => csv(file, key, false),
    }
}

/// Opens a landed part, reading only the columns that are wanted.
pub fn open_part(path: &Path, wanted: impl Fn(&str) -> bool) -> Result<Input> {
    let key = path.display().to_string();
    let broken = |what: String| Error::lake(&key, what, "delete the landed delivery and run again");
    let file = File::open(path).map_err(|error| broken(format!("cannot be opened: {error}")))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken(error.to_string()))?;
    let fields: Vec<String> = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
    let roots: Vec<usize> = (0..fields.len()).filter(|at| wanted(&fields[*at])).collect();
    let header = roots.iter().map(|at| fields[*at].clone()).collect();
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let reader = builder.with_projection(mask).with_batch_size(16_384).build();
    let reader = reader.map_err(|error| broken(error.to_string()))?;
    let rows = Rows::Parquet { reader, columns: Vec::new(), at: 0, rows: 0, shape: Shape::Flat };
    Ok(Input { key, header, kinds: Vec::new(), rows, read: Arc::new(AtomicU64::new(0)), fixed: Vec::new() })
}

impl Input {
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The columns that the file's header names, each with the kind of its Parquet type; of CSV with none. JSON lines
    /// have no header.
    pub fn kinds(&self) -> &[(String, String)] {
        &self.kinds
    }

    /// Adds a last column with one value in every row. Once, before the first row.
    pub fn fix(&mut self, name: &str, value: &str) {
        self.header.push(name.into());
        self.fixed = value.into();
    }

    /// Compressed bytes read so far.
    pub fn bytes_read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Steps to the next row; `false` at the end. `row` is the number of the row, for messages.
    pub fn advance(&mut self, row: u64) -> Result<bool> {
        match &mut self.rows {
            Rows::Csv { reader, record } => {
                reader.read_byte_record(record).map_err(|error| broken_csv(&self.key, row, &self.header, &error))
            }
            Rows::Json(lines) => lines.advance(),
            Rows::Parquet { reader, columns, at, rows, shape } => {
                *at += 1;
                while *at >= *rows {
                    let Some(batch) = reader.next() else { return Ok(false) };
                    let batch = batch.map_err(|error| broken_parquet(&self.key, &error.to_string()))?;
                    let texts = match shape {
                        Shape::Flat => batch.columns().iter().map(as_text).collect::<Option<_>>(),
                        Shape::Nested => nested::texts(batch.columns()),
                    };
                    *columns = texts.ok_or_else(|| {
                        Error::source(
                            &self.key,
                            "has a column of a type that is no text, number, time or map",
                            "check the export",
                        )
                    })?;
                    (*at, *rows) = (0, batch.num_rows());
                }
                Ok(true)
            }
        }
    }

    /// Is the whole current row ASCII, and so UTF-8?
    pub fn is_ascii(&self) -> bool {
        match &self.rows {
            Rows::Csv { record, .. } => record.as_slice().is_ascii(),
            // Arrow's texts and JSON's are UTF-8 already.
            Rows::Parquet { .. } | Rows::Json(_) => true,
        }
    }

    /// A cell of the current row; empty for a missing value.
    pub fn cell(&self, column: usize) -> &[u8] {
        match &self.rows {
            Rows::Csv { record, .. } => record.get(column).unwrap_or(&self.fixed),
            Rows::Json(lines) => lines.cell(column),
            Rows::Parquet { columns, at, .. } => {
                let Some(column) = columns.get(column) else { return &self.fixed };
                if column.is_null(*at) { &[] } else { column.value(*at).as_bytes() }
            }
        }
    }
}

fn csv(file: File, key: &str, gzip: bool) -> Result<Input> {
    let read = Arc::new(AtomicU64::new(0));
    let counted = Counted { inner: BufReader::with_capacity(1 << 18, file), read: Arc::clone(&read) };
    let plain: Box<dyn Read + Send> = if gzip { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(counted) };
    let mut reader = csv::ReaderBuilder::new().has_headers(true).buffer_capacity(1 << 18).from_reader(plain);
    let header = reader.byte_headers().map_err(|error| broken_csv(key, 0, &[], &error))?.clone();
    let mut names = Vec::with_capacity(header.len());
    for (at, name) in header.iter().enumerate() {
        let name = if at == 0 { name.strip_prefix(b"\xef\xbb\xbf").unwrap_or(name) } else { name };
        let name = std::str::from_utf8(name).map_err(|_| {
            let what = format!("is no CSV in UTF-8: column {} of its first line is no text", at + 1);
            Error::source(key, what, "name an export file; export as UTF-8")
        })?;
        let quoted = name.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        names.push(quoted.unwrap_or(name).to_string());
    }
    if names.iter().all(String::is_empty) {
        return Err(Error::source(key, "is empty: not even a header", "deliver the file again"));
    }
    Ok(Input {
        key: key.into(),
        kinds: names.iter().map(|name| (name.clone(), String::new())).collect(),
        header: names,
        rows: Rows::Csv { reader, record: csv::ByteRecord::new() },
        read,
        fixed: Vec::new(),
    })
}

fn json(path: &Path, key: &str) -> Result<Input> {
    let header = json_lines::columns(unpacked(path, key)?.0, key)?;
    let (source, read) = unpacked(path, key)?;
    let rows = Rows::Json(JsonLines::new(source, key, &header));
    Ok(Input { key: key.into(), header, kinds: Vec::new(), rows, read, fixed: Vec::new() })
}

fn parquet(file: File, key: &str, shape: Shape) -> Result<Input> {
    let size = file.metadata().map_or(0, |meta| meta.len());
    let builder =
        ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| broken_parquet(key, &error.to_string()))?;
    let header: Vec<String> = match shape {
        Shape::Flat => builder.schema().fields().iter().map(|field| field.name().clone()).collect(),
        Shape::Nested => nested::names(builder.schema().fields()),
    };
    let kinds: Vec<&str> = match shape {
        Shape::Flat => builder.schema().fields().iter().map(|field| field.data_type()).map(kinds::of).collect(),
        Shape::Nested => nested::kinds(builder.schema().fields()),
    };
    let kinds = header.iter().cloned().zip(kinds.into_iter().map(str::to_string)).collect();
    let reader = builder.with_batch_size(16_384).build().map_err(|error| broken_parquet(key, &error.to_string()))?;
    let rows = Rows::Parquet { reader, columns: Vec::new(), at: 0, rows: 0, shape };
    Ok(Input { key: key.into(), header, kinds, rows, read: Arc::new(AtomicU64::new(size)), fixed: Vec::new() })
}

fn broken_csv(key: &str, row: u64, header: &[String], error: &csv::Error) -> Error {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { len, expected_len, .. } => Error::source(
            format!("{key}, row {row}"),
            format!("has {len} fields where the header has {expected_len}"),
            "the file is damaged or cut off there; deliver it again",
        ),
        csv::ErrorKind::Io(io) if io.kind() == std::io::ErrorKind::UnexpectedEof => Error::source(
            format!("{key}, row {row}"),
            "the gzip stream ends early: the file is truncated",
            "copy or deliver the file again",
        ),
        csv::ErrorKind::Io(io) => Error::source(
            format!("{key}, row {row}"),
            format!("does not read: {io}"),
            if header.is_empty() {
                "check the file and its permissions"
            } else {
                "the file is damaged; deliver it again"
            },
        ),
        _ => Error::source(format!("{key}, row {row}"), error.to_string(), "deliver the file again"),
    }
}

fn broken_parquet(key: &str, text: &str) -> Error {
    Error::source(
        key,
        format!("is no readable Parquet file: {text}"),
        "the file is damaged or cut off; deliver it again",
    )
}
