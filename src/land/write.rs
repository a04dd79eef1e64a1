//! Parts as Parquet, and the folder of a landed delivery.

use super::builder::ColumnBuilder;
use super::input::Input;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, LandedDelivery, LandedPart};
use crate::lake;
use arrow::array::{ArrayRef, Int64Array, RecordBatch};
use arrow::datatypes::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, ErrorKind, Write};
use std::path::Path;
use std::sync::Arc;

/// Texts held before a part is written early: keeps odd exports inside the memory limit, and the
/// offsets of a column inside 32 bits.
const MAX_PART_BYTES: usize = 192 << 20;

/// The column that says which row of its file a landed row was; counts from 1.
pub const SOURCE_ROW: &str = "x_SourceRow";

/// Builds the parts of one file and one slot.
pub struct PartWriter {
    file: usize,
    month: BillingMonth,
    key: String,
    names: Vec<String>,
    columns: Vec<ColumnBuilder>,
    numbers: Vec<i64>,
    parts: usize,
}

impl PartWriter {
    pub fn new(file: usize, month: BillingMonth, key: &str, names: Vec<String>) -> Self {
        let columns = names.iter().map(|_| ColumnBuilder::new()).collect();
        Self { file, month, key: key.into(), names, columns, numbers: Vec::new(), parts: 0 }
    }

    pub fn rows(&self) -> usize {
        self.numbers.len()
    }

    /// Is it time to write the part? After a fixed number of rows, or sooner when texts are so long
    /// that the rows would take too much memory.
    pub fn is_full(&self) -> bool {
        let rows = self.rows();
        rows >= super::ROWS_PER_PART
            || (rows.is_multiple_of(8192)
                && self.columns.iter().map(ColumnBuilder::size).sum::<usize>() > MAX_PART_BYTES)
    }

    /// Adds the current row of the input.
    pub fn push(&mut self, input: &Input, row: u64) -> Result<()> {
        let ascii = input.is_ascii();
        for (at, column) in self.columns.iter_mut().enumerate() {
            let text = input.cell(at);
            if !ascii && std::str::from_utf8(text).is_err() {
                let place = format!("{}, row {row}, column {}", self.key, self.names[at]);
                return Err(Error::source(place, "is not UTF-8", "export as UTF-8, or deliver the file again"));
            }
            column.push(text);
        }
        self.numbers.push(row as i64);
        Ok(())
    }

    /// Adds a row of texts that are UTF-8 already, by column.
    pub fn push_cells<'c>(&mut self, cells: impl Iterator<Item = &'c [u8]>, number: i64) {
        for (column, text) in self.columns.iter_mut().zip(cells) {
            column.push(text);
        }
        self.numbers.push(number);
    }

    /// Writes the rows so far as one part: one row group, zstd, dictionaries where texts repeat.
    pub fn finish(&mut self, folder: &Path) -> Result<LandedPart> {
        let name = format!("part-{:05}-{}-{:04}.parquet", self.file, self.month, self.parts);
        self.parts += 1;
        let rows = self.numbers.len();
        let mut properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::try_new(1).unwrap_or_default()))
            // Landed parts are read whole: nothing would look at their minima and maxima.
            .set_statistics_enabled(EnabledStatistics::None)
            .set_offset_index_disabled(true)
            .set_max_row_group_row_count(Some(super::ROWS_PER_PART))
            .set_created_by("costmill".into());
        let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
        for (name, column) in self.names.iter().zip(&mut self.columns) {
            let finished = column.finish();
            if !finished.dictionary {
                properties = properties.set_column_dictionary_enabled(ColumnPath::new(vec![name.clone()]), false);
            }
            fields.push(Field::new(name, finished.array.data_type().clone(), true));
            arrays.push(finished.array);
        }
        fields.push(Field::new(SOURCE_ROW, DataType::Int64, false));
        arrays.push(Arc::new(Int64Array::from(std::mem::take(&mut self.numbers))));
        let broken = |error: &dyn std::fmt::Display| Error::bug(format!("part {name}"), error.to_string());
        let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), arrays).map_err(|error| broken(&error))?;

        let path = folder.join(&name);
        let file = File::create(&path).map_err(|error| disk(&path, &error))?;
        let hashing = Hashing { inner: io::BufWriter::with_capacity(1 << 18, file), hash: Sha256::new(), size: 0 };
        // Without the Arrow schema every column reads as plain text, dictionary or not.
        let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
        let failed = |error: parquet::errors::ParquetError| match error {
            parquet::errors::ParquetError::External(inner) => match inner.downcast::<io::Error>() {
                Ok(io) => disk(&path, &io),
                Err(other) => broken(&other),
            },
            other => disk(&path, &io::Error::other(other.to_string())),
        };
        let mut writer = ArrowWriter::try_new_with_options(hashing, batch.schema(), options).map_err(failed)?;
        writer.write(&batch).map_err(failed)?;
        let hashing = writer.into_inner().map_err(failed)?;
        let (size, sha256) = hashing.done().map_err(|error| disk(&path, &error))?;
        Ok(LandedPart { name, month: self.month, file: self.key.clone(), rows: rows as u64, size, sha256 })
    }
}

/// An empty folder, whatever was there.
pub fn fresh_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(|error| disk(folder, &error))?;
    }
    std::fs::create_dir_all(folder).map_err(|error| disk(folder, &error))
}

/// Writes `delivery.json` last and moves the folder to its place.
pub fn finish(scratch: &Path, folder: &Path, landed: &LandedDelivery) -> Result<()> {
    let path = scratch.join("delivery.json");
    let mut text =
        serde_json::to_string_pretty(landed).map_err(|error| Error::bug("delivery.json", error.to_string()))?;
    text.push('\n');
    let write = || -> io::Result<()> {
        let mut file = File::create(&path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| disk(&path, &error))?;
    if let Some(parent) = folder.parent() {
        std::fs::create_dir_all(parent).map_err(|error| disk(parent, &error))?;
    }
    lake::put_in_place(scratch, folder).map_err(|error| disk(folder, &error))?;
    // What the folder held before, of another money basis or other periods.
    match std::fs::remove_dir_all(scratch) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(disk(scratch, &error)),
        _ => Ok(()),
    }
}

/// A disk error in words that say what to do.
pub fn disk(path: &Path, error: &io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free space or move the lake; what is published is unchanged"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            "something else stands in the way: move it, or set another lake"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => "let costmill write there, or set another lake",
        _ => "check the disk; what is published is unchanged",
    };
    Error::lake(path.display().to_string(), error.to_string(), remedy)
}

/// Hashes what passes.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
    size: u64,
}

impl Hashing<io::BufWriter<File>> {
    fn done(mut self) -> io::Result<(u64, String)> {
        self.inner.flush()?;
        self.inner.get_ref().sync_all()?;
        Ok((self.size, self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()))
    }
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, buffer: &[u8]) -> io::Result<usize> {
        let count = self.inner.write(buffer)?;
        self.hash.update(&buffer[..count]);
        self.size += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
