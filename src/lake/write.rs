//! Writing Parquet so that the same rows are the same bytes.

use super::disk;
use super::scan::polars_error;
use crate::error::{Error, Result};
use polars::io::parquet::write::BatchedWriter;
use polars::polars_utils::compression::ZstdLevel;
use polars::prelude::{DataFrame, ParquetCompression, ParquetWriter, PolarsResult, Schema, StatisticsOptions};
use std::fs::File;
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Zstandard level of every data file.
pub const ZSTD_LEVEL: i32 = 3;
/// Rows of a row group; the last takes the rest. Small enough to skip and to hold, large enough to compress.
pub const ROW_GROUP_ROWS: usize = 131_072;
/// Bytes of a page before compression.
const PAGE_BYTES: usize = 1 << 20;

/// Writes a frame as one Parquet file and returns its rows. The bytes depend on the rows and on
/// the build alone: not on time, threads, or how the frame is cut into chunks. Durable only once
/// staged.
pub fn write_parquet(rows: &mut DataFrame, path: &Path) -> Result<u64> {
    write(rows, path, true)
}

fn write(rows: &mut DataFrame, path: &Path, parallel: bool) -> Result<u64> {
    let mut file = ParquetFile::create(path, rows.schema(), parallel)?;
    file.append(rows)?;
    file.finish()
}

/// A Parquet file that is written frame by frame: each begins a row group of its own. The bytes
/// depend on the frames and on the build alone. Durable only once staged.
pub struct ParquetFile {
    path: PathBuf,
    writer: BatchedWriter<Shared>,
    disk: Shared,
    rows: u64,
}

impl ParquetFile {
    /// Begins a file of these columns; without a frame it has no rows.
    pub fn create(path: &Path, schema: &Schema, parallel: bool) -> Result<Self> {
        let level = ZstdLevel::try_new(ZSTD_LEVEL).map_err(|e| Error::bug("write_parquet", e.to_string()))?;
        let file = File::create(path).map_err(|e| disk::io_error(path, "this file cannot be written", &e))?;
        let disk = Shared(Arc::new(Mutex::new(BufWriter::with_capacity(1 << 20, Disk { file, refusal: None }))));
        let writer = ParquetWriter::new(disk.clone())
            .with_compression(ParquetCompression::Zstd(Some(level)))
            .with_statistics(StatisticsOptions::default())
            .with_data_page_size(Some(PAGE_BYTES))
            .set_parallel(parallel)
            .batched(schema);
        let writer = disk.told(path, writer)?;
        Ok(Self { path: path.to_path_buf(), writer, disk, rows: 0 })
    }

    /// Writes the rows, in row groups of [`ROW_GROUP_ROWS`].
    pub fn append(&mut self, rows: &mut DataFrame) -> Result<()> {
        // The writer makes a row group of each chunk, and the engine's chunks vary with the threads.
        rows.rechunk_mut_par();
        for from in (0..rows.height()).step_by(ROW_GROUP_ROWS) {
            let group = rows.slice(from as i64, ROW_GROUP_ROWS);
            self.disk.told(&self.path, self.writer.write_batch(&group))?;
            self.rows += group.height() as u64;
        }
        Ok(())
    }

    /// Writes the footer and returns the rows of the file.
    pub fn finish(self) -> Result<u64> {
        self.disk.told(&self.path, self.writer.finish())?;
        let flushed = self.disk.locked().flush();
        flushed.map_err(|e| disk::io_error(&self.path, "this file cannot be written", &e))?;
        Ok(self.rows)
    }
}

/// The writer keeps one handle to the file and we the other, to ask why a write was refused.
#[derive(Clone)]
struct Shared(Arc<Mutex<BufWriter<Disk>>>);

impl Shared {
    fn locked(&self) -> MutexGuard<'_, BufWriter<Disk>> {
        // A panic of another thread in the middle of a write ends the run anyway.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the writer returned; where the disk refused a write, the disk's own words.
    fn told<T>(&self, path: &Path, result: PolarsResult<T>) -> Result<T> {
        match &self.locked().get_ref().refusal {
            Some(refusal) => Err(disk::io_error(path, "this file cannot be written", refusal)),
            None => result.map_err(|e| polars_error(path, &e)),
        }
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.locked().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.locked().flush()
    }
}

/// A file that remembers why it refused a write: Polars keeps only the text of it, and a full
/// disk would look like a bug.
struct Disk {
    file: File,
    refusal: Option<io::Error>,
}

impl Write for Disk {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes);
        if let Err(error) = &written
            && error.kind() != ErrorKind::Interrupted
        {
            self.refusal = Some(io::Error::new(error.kind(), error.to_string()));
        }
        written
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::super::disk::hash_file;
    use super::*;
    use polars::prelude::{Column, NamedFrom, Series};

    fn frame(rows: std::ops::Range<i64>) -> DataFrame {
        let keys: Vec<_> = rows.clone().map(|n| format!("service {}", n % 37)).collect();
        let values: Vec<_> = rows.clone().map(|n| (n % 5 != 0).then_some(n * 7919)).collect();
        let columns =
            vec![Column::from(Series::new("key".into(), keys)), Column::from(Series::new("value".into(), values))];
        DataFrame::new(rows.count(), columns).unwrap()
    }

    #[test]
    fn bytes_do_not_depend_on_threads_or_chunks() {
        let folder = tempfile::tempdir().unwrap();
        let total = 2 * ROW_GROUP_ROWS as i64 + 4321;
        let hash = |mut rows: DataFrame, parallel| {
            let path = folder.path().join("x.parquet");
            assert_eq!(write(&mut rows, &path, parallel).unwrap(), total as u64);
            hash_file(&path).unwrap()
        };
        let whole = hash(frame(0..total), true);
        assert_eq!(whole, hash(frame(0..total), false));
        for cut in [1, 1000, ROW_GROUP_ROWS as i64, ROW_GROUP_ROWS as i64 + 1] {
            let mut parts = frame(0..cut);
            parts.vstack_mut(&frame(cut..cut + 10)).unwrap().vstack_mut(&frame(cut + 10..total)).unwrap();
            assert_eq!(parts.first_col_n_chunks(), 3);
            assert_eq!(whole, hash(parts, true), "cut at {cut}");
        }
        // A changed row is other bytes, or this test proves nothing.
        assert_ne!(whole, hash(frame(1..total + 1), true));
    }

    /// `/dev/full` takes no byte, as a full disk.
    #[test]
    #[cfg(target_os = "linux")]
    fn a_full_disk_is_the_operators() {
        let error = write_parquet(&mut frame(0..3), Path::new("/dev/full")).unwrap_err();
        assert!(matches!(error, Error::Lake(_)) && error.problem().remedy.starts_with("free space"), "{error}");
    }

    #[test]
    fn a_folder_in_the_way_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let error = write_parquet(&mut frame(0..3), folder.path()).unwrap_err();
        assert!(matches!(error, Error::Lake(_)), "{error}");
    }
}
