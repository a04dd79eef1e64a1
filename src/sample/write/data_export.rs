//! The bucket of a Data Export: `<export>/data/BILLING_PERIOD=2026-08/<export>-00001.snappy.parquet`
//! and, when all files are there, `<export>/metadata/BILLING_PERIOD=2026-08/<export>-Manifest.json`.
//!
//! An export overwrites the files of a billing period, or keeps each execution's in a folder of its
//! own (`<instant>-<execution id>`) with the manifest on the newest. The manifest carries no billing
//! period and no row counts: the partition in the key says which period it is.
//! <https://docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html>

use std::path::{Path, PathBuf};

use super::csv_part::CsvPart;
use super::legacy::{closed, refused};
use super::line::{Column, Line, Part};
use super::parquet_part::ParquetPart;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::sample::sink::{Head, Row, Sink, Written};

const BUCKET: &str = "larkfield-billing";
const PREFIX: &str = "exports";
const EXPORT: &str = "nightly";

/// How the files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Parquet,
    CsvGz,
}

/// What becomes of the files of an earlier delivery of the same billing period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Overwrite {
    /// `OVERWRITE_REPORT`: they are replaced.
    Replace,
    /// `CREATE_NEW_REPORT`: they stay, in the folder of their execution.
    CreateNew,
}

/// A table of Data Exports: its columns, and what a line of the bill becomes in it.
pub trait Table {
    /// The key of the partition by billing period, as in the address of a file.
    const PARTITION: &str;
    fn columns(&self) -> &[Column];
    /// A delivery begins.
    fn begin(&mut self, head: &Head);
    /// Writes the rows that a line of the bill becomes; there may be none.
    ///
    /// # Errors
    /// `Bug` if the line lacks what its type must have, `Lake` when the disk does not take it.
    fn write(&mut self, row: &Row, out: &mut dyn Line) -> Result<()>;
}

/// Writes a table's deliveries.
pub struct DataExport<T> {
    root: PathBuf,
    table: T,
    files: FileKind,
    overwrite: Overwrite,
    small: bool,
    open: Option<Open>,
}

/// The delivery that is being written; one that will be overwritten is not written at all.
struct Open {
    /// `2026-08`, and the folder of the execution with a slash, if there is one.
    period: String,
    execution_folder: String,
    execution: String,
    export: String,
    payer: String,
    stands: bool,
    skipped: bool,
    part: Option<Box<dyn Part>>,
    keys: Vec<String>,
    written: Written,
}

impl<T: Table> DataExport<T> {
    /// Writes under `root`, the bucket. Small samples are packed tightly (`small`), large ones quickly.
    pub fn new(root: &Path, table: T, files: FileKind, overwrite: Overwrite, small: bool) -> Self {
        DataExport { root: root.to_owned(), table, files, overwrite, small, open: None }
    }

    fn open_part(&mut self) -> Result<()> {
        let open = self.open.as_mut().ok_or_else(closed)?;
        if open.skipped {
            return Ok(());
        }
        open.finish_part()?;
        let Open { period, execution_folder, .. } = open;
        let extension = if self.files == FileKind::Parquet { "snappy.parquet" } else { "csv.gz" };
        let folder = format!("{PREFIX}/{EXPORT}/data/{}={period}/{execution_folder}", T::PARTITION);
        let key = format!("{folder}{EXPORT}-{:05}.{extension}", open.keys.len() + 1);
        let path = made(&self.root, &key)?;
        open.part = Some(match self.files {
            FileKind::Parquet => Box::new(ParquetPart::create(&path, self.table.columns())?),
            FileKind::CsvGz => Box::new(CsvPart::create(&path, self.table.columns(), self.small)?),
        });
        open.keys.push(key);
        Ok(())
    }
}

impl<T: Table> Sink for DataExport<T> {
    fn begin(&mut self, head: &Head) -> Result<()> {
        self.table.begin(head);
        let execution_folder = match self.overwrite {
            Overwrite::Replace => String::new(),
            Overwrite::CreateNew => format!("{}-{}/", executed(head.month, head.stands), head.assembly),
        };
        self.open = Some(Open {
            period: head.month.to_string(),
            execution_folder,
            execution: head.assembly.to_owned(),
            export: head.report.to_owned(),
            payer: head.payer_id.to_owned(),
            stands: head.stands,
            skipped: self.overwrite == Overwrite::Replace && !head.stands,
            part: None,
            keys: Vec::new(),
            written: Written::default(),
        });
        self.open_part()
    }

    fn next_part(&mut self) -> Result<()> {
        self.open_part()
    }

    fn row(&mut self, row: &Row) -> Result<()> {
        let open = self.open.as_mut().ok_or_else(closed)?;
        match &mut open.part {
            Some(part) => self.table.write(row, part.as_mut()),
            None if open.skipped => Ok(()),
            None => Err(closed()),
        }
    }

    /// Writes the manifest, if this is the delivery that stands.
    fn finish(&mut self) -> Result<Written> {
        let mut open = self.open.take().ok_or_else(closed)?;
        open.finish_part()?;
        if !open.stands {
            return Ok(open.written);
        }
        let manifest = serde_json::to_vec_pretty(&open.manifest(self.table.columns()))
            .map_err(|cause| Error::bug("the sample's manifest", cause.to_string()))?;
        let folder = format!("{PREFIX}/{EXPORT}/metadata/{}={}", T::PARTITION, open.period);
        let key = format!("{folder}/{EXPORT}-Manifest.json");
        let path = made(&self.root, &key)?;
        std::fs::write(&path, &manifest).map_err(|cause| refused(&path, &cause))?;
        open.written.files += 1;
        open.written.bytes += manifest.len() as u64;
        Ok(open.written)
    }
}

impl Open {
    fn finish_part(&mut self) -> Result<()> {
        if let Some(part) = self.part.take() {
            self.written.bytes += part.finish()?;
            self.written.files += 1;
        }
        Ok(())
    }

    /// As seen in a real export: the files as full addresses, every column with its type, no billing
    /// period, no row counts.
    fn manifest(&self, columns: &[Column]) -> serde_json::Value {
        let column = |column: &Column| serde_json::json!({ "name": column.name, "type": column.kind.word() });
        let (payer, export) = (&self.payer, &self.export);
        serde_json::json!({
            "executionId": self.execution,
            "exportArn": format!("arn:aws:bcm-data-exports:us-east-1:{payer}:export/{EXPORT}-{export}"),
            "columns": columns.iter().map(column).collect::<Vec<_>>(),
            "dataFiles": self.keys.iter().map(|key| format!("s3://{BUCKET}/{key}")).collect::<Vec<_>>(),
            "additionalOutputFiles": [],
        })
    }
}

/// When the delivery was made: on the second day after the month, and when it was restated a week later.
fn executed(month: BillingMonth, stands: bool) -> String {
    let day = month.end() + chrono::TimeDelta::days(if stands { 8 } else { 1 });
    format!("{day}T06:12:45.118Z")
}

/// The path of a key under the root, with its folder made.
fn made(root: &Path, key: &str) -> Result<PathBuf> {
    let path = root.join(key);
    let folder = path.parent().unwrap_or(root);
    std::fs::create_dir_all(folder).map_err(|cause| refused(folder, &cause))?;
    Ok(path)
}
