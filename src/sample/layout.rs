//! The bucket: where AWS puts a legacy Cost and Usage Report, with its manifests.
//!
//! `exports/nightly/<first day>-<first day after>/<assembly id>/nightly-00001.csv.gz`, the
//! manifest in the assembly's folder, and the newest one also in the month's.
//! <https://docs.aws.amazon.com/cur/latest/userguide/understanding-report-versions.html>

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::columns::Col;
use super::company::{ACCOUNTS, PAYER};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;

const PREFIX: &str = "exports";
const REPORT: &str = "nightly";
const BUCKET: &str = "larkfield-billing";

/// What identifies a delivery.
pub struct Address<'a> {
    pub month: BillingMonth,
    /// Shaped like a UUID.
    pub assembly: &'a str,
    pub report: &'a str,
}

/// Writes the parts of one delivery, one after the other, and its manifests.
pub struct DeliveryWriter {
    root: PathBuf,
    /// Bucket key of the month's folder.
    range: String,
    assembly: String,
    report: String,
    month: BillingMonth,
    columns: Vec<Col>,
    level: Compression,
    part: Option<GzEncoder<BufWriter<File>>>,
    keys: Vec<String>,
    files: usize,
    bytes: u64,
}

impl DeliveryWriter {
    /// Opens the first part of a delivery under `root`, the bucket.
    ///
    /// # Errors
    /// `Lake` when the folder cannot be made or written.
    pub fn create(root: &Path, address: Address, columns: &[Col], level: u32) -> Result<Self> {
        let days = |date: chrono::NaiveDate| date.format("%Y%m%d").to_string();
        let range = format!("{PREFIX}/{REPORT}/{}-{}", days(address.month.start()), days(address.month.end()));
        let mut writer = DeliveryWriter {
            root: root.to_owned(),
            range,
            assembly: address.assembly.to_owned(),
            report: address.report.to_owned(),
            month: address.month,
            columns: columns.to_vec(),
            level: Compression::new(level),
            part: None,
            keys: Vec::new(),
            files: 0,
            bytes: 0,
        };
        let folder = root.join(&writer.range).join(address.assembly);
        std::fs::create_dir_all(&folder).map_err(|cause| refused(&folder, &cause))?;
        writer.next_part()?;
        Ok(writer)
    }

    /// Finishes the part and begins the next.
    pub fn next_part(&mut self) -> Result<()> {
        self.finish_part()?;
        let key = format!("{}/{}/{REPORT}-{:05}.csv.gz", self.range, self.assembly, self.keys.len() + 1);
        let path = self.root.join(&key);
        let file = File::create(&path).map_err(|cause| refused(&path, &cause))?;
        // No time and no file name in the header: the same rows are the same bytes.
        let mut part = GzBuilder::new().mtime(0).write(BufWriter::with_capacity(1 << 16, file), self.level);
        let names: Vec<&str> = self.columns.iter().map(|col| col.name()).collect();
        part.write_all((names.join(",") + "\n").as_bytes()).map_err(|cause| refused(&path, &cause))?;
        self.part = Some(part);
        self.keys.push(key);
        Ok(())
    }

    /// Writes a whole row with its line end.
    pub fn write(&mut self, row: &[u8]) -> Result<()> {
        match &mut self.part {
            Some(part) => part.write_all(row).map_err(|cause| refused(&self.path(), &cause)),
            None => Err(Error::bug("the sample's writer", "a row after the last part")),
        }
    }

    /// Writes the manifest, and that of the month if this is the delivery that `stands`; returns
    /// the files and bytes of the delivery.
    pub fn finish(mut self, stands: bool) -> Result<(usize, u64)> {
        self.finish_part()?;
        let manifest = serde_json::to_vec_pretty(&self.manifest())
            .map_err(|cause| Error::bug("the sample's manifest", cause.to_string()))?;
        let folders = [format!("{}/{}", self.range, self.assembly), self.range.clone()];
        for folder in &folders[..1 + usize::from(stands)] {
            let path = self.root.join(folder).join(format!("{REPORT}-Manifest.json"));
            std::fs::write(&path, &manifest).map_err(|cause| refused(&path, &cause))?;
            self.files += 1;
            self.bytes += manifest.len() as u64;
        }
        Ok((self.files, self.bytes))
    }

    fn manifest(&self) -> serde_json::Value {
        let column = |col: &Col| {
            let (category, name) = col.name().split_once('/').unwrap_or(("", col.name()));
            serde_json::json!({ "category": category, "name": name, "type": col.kind().word() })
        };
        let instant = |date: chrono::NaiveDate| date.format("%Y%m%dT000000.000Z").to_string();
        serde_json::json!({
            "assemblyId": self.assembly,
            "account": ACCOUNTS[PAYER].id,
            "columns": self.columns.iter().map(column).collect::<Vec<_>>(),
            "charset": "UTF-8",
            "compression": "GZIP",
            "contentType": "text/csv",
            "reportId": self.report,
            "reportName": REPORT,
            "billingPeriod": { "start": instant(self.month.start()), "end": instant(self.month.end()) },
            "bucket": BUCKET,
            "reportKeys": self.keys,
            "additionalArtifactKeys": [],
        })
    }

    fn finish_part(&mut self) -> Result<()> {
        let Some(part) = self.part.take() else { return Ok(()) };
        let path = self.path();
        let mut file = part.finish().map_err(|cause| refused(&path, &cause))?;
        file.flush().map_err(|cause| refused(&path, &cause))?;
        self.files += 1;
        self.bytes += file.get_ref().metadata().map_err(|cause| refused(&path, &cause))?.len();
        Ok(())
    }

    /// Of the part that is being written.
    fn path(&self) -> PathBuf {
        self.keys.last().map_or_else(|| self.root.clone(), |key| self.root.join(key))
    }
}

fn refused(path: &Path, cause: &std::io::Error) -> Error {
    let place = path.display().to_string();
    Error::lake(place, format!("cannot be written: {cause}"), "choose a folder that can be written, with room for it")
}
