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

use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::sample::columns::Col;
use crate::sample::sink::{Head, Row, Sink, Written};

const PREFIX: &str = "exports";
const REPORT: &str = "nightly";
const BUCKET: &str = "larkfield-billing";

/// Writes the deliveries, part after part, and their manifests.
pub struct DeliveryWriter {
    root: PathBuf,
    level: Compression,
    open: Option<Open>,
    line: Vec<u8>,
}

/// The delivery that is being written.
struct Open {
    /// Bucket key of the month's folder.
    range: String,
    assembly: String,
    report: String,
    payer: String,
    month: BillingMonth,
    columns: Vec<Col>,
    stands: bool,
    part: Option<GzEncoder<BufWriter<File>>>,
    keys: Vec<String>,
    written: Written,
}

impl DeliveryWriter {
    /// Writes under `root`, the bucket.
    pub fn new(root: &Path, small: bool) -> Self {
        let level = Compression::new(if small { 9 } else { 1 });
        DeliveryWriter { root: root.to_owned(), level, open: None, line: Vec::with_capacity(4096) }
    }
}

impl Sink for DeliveryWriter {
    fn begin(&mut self, head: &Head) -> Result<()> {
        let days = |date: chrono::NaiveDate| date.format("%Y%m%d").to_string();
        let range = format!("{PREFIX}/{REPORT}/{}-{}", days(head.month.start()), days(head.month.end()));
        let folder = self.root.join(&range).join(head.assembly);
        std::fs::create_dir_all(&folder).map_err(|cause| refused(&folder, &cause))?;
        let mut open = Open {
            range,
            assembly: head.assembly.to_owned(),
            report: head.report.to_owned(),
            payer: head.payer_id.to_owned(),
            month: head.month,
            columns: head.columns.to_vec(),
            stands: head.stands,
            part: None,
            keys: Vec::new(),
            written: Written::default(),
        };
        open.next_part(&self.root, self.level)?;
        self.open = Some(open);
        Ok(())
    }

    fn next_part(&mut self) -> Result<()> {
        self.open.as_mut().ok_or_else(closed)?.next_part(&self.root, self.level)
    }

    fn row(&mut self, row: &Row) -> Result<()> {
        let open = self.open.as_mut().ok_or_else(closed)?;
        let part = open.part.as_mut().ok_or_else(closed)?;
        self.line.clear();
        row.write_csv(&mut self.line);
        part.write_all(&self.line).map_err(|cause| refused(&open.path(&self.root), &cause))
    }

    /// Writes the manifest, and that of the month if this is the delivery that stands.
    fn finish(&mut self) -> Result<Written> {
        let mut open = self.open.take().ok_or_else(closed)?;
        open.finish_part(&self.root)?;
        let manifest = serde_json::to_vec_pretty(&open.manifest())
            .map_err(|cause| Error::bug("the sample's manifest", cause.to_string()))?;
        let folders = [format!("{}/{}", open.range, open.assembly), open.range.clone()];
        for folder in &folders[..1 + usize::from(open.stands)] {
            let path = self.root.join(folder).join(format!("{REPORT}-Manifest.json"));
            std::fs::write(&path, &manifest).map_err(|cause| refused(&path, &cause))?;
            open.written.files += 1;
            open.written.bytes += manifest.len() as u64;
        }
        Ok(open.written)
    }
}

impl Open {
    fn next_part(&mut self, root: &Path, level: Compression) -> Result<()> {
        self.finish_part(root)?;
        let key = format!("{}/{}/{REPORT}-{:05}.csv.gz", self.range, self.assembly, self.keys.len() + 1);
        let path = root.join(&key);
        let file = File::create(&path).map_err(|cause| refused(&path, &cause))?;
        // No time and no file name in the header: the same rows are the same bytes.
        let mut part = GzBuilder::new().mtime(0).write(BufWriter::with_capacity(1 << 16, file), level);
        let names: Vec<&str> = self.columns.iter().map(|col| col.name()).collect();
        part.write_all((names.join(",") + "\n").as_bytes()).map_err(|cause| refused(&path, &cause))?;
        self.part = Some(part);
        self.keys.push(key);
        Ok(())
    }

    fn manifest(&self) -> serde_json::Value {
        let column = |col: &Col| {
            let (category, name) = col.name().split_once('/').unwrap_or(("", col.name()));
            serde_json::json!({ "category": category, "name": name, "type": col.kind().word() })
        };
        let instant = |date: chrono::NaiveDate| date.format("%Y%m%dT000000.000Z").to_string();
        serde_json::json!({
            "assemblyId": self.assembly,
            "account": self.payer,
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

    fn finish_part(&mut self, root: &Path) -> Result<()> {
        let Some(part) = self.part.take() else { return Ok(()) };
        let path = self.path(root);
        let mut file = part.finish().map_err(|cause| refused(&path, &cause))?;
        file.flush().map_err(|cause| refused(&path, &cause))?;
        self.written.files += 1;
        self.written.bytes += file.get_ref().metadata().map_err(|cause| refused(&path, &cause))?.len();
        Ok(())
    }

    /// Of the part that is being written.
    fn path(&self, root: &Path) -> PathBuf {
        self.keys.last().map_or_else(|| root.to_owned(), |key| root.join(key))
    }
}

pub(super) fn closed() -> Error {
    Error::bug("the sample's writer", "a row outside a delivery")
}

pub(super) fn refused(path: &Path, cause: &std::io::Error) -> Error {
    let place = path.display().to_string();
    Error::lake(place, format!("cannot be written: {cause}"), "choose a folder that can be written, with room for it")
}
