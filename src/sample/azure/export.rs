//! The container: where Cost Management puts partitioned exports, with their manifests.
//!
//! `azure-cost-details/<export>/<first day>-<last day>/<time of the run>/<id of the run>/`, with parts of
//! which each has its header, and `manifest.json`.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/costs/tutorial-improved-exports>

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use serde_json::json;

use super::line::{ACCOUNT, COLUMNS, Line};
use super::month::Dataset;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::sample::random::guid;
use crate::sample::truth::put;

const ROOT: &str = "cost-exports";

/// One run of both exports.
pub struct Run {
    pub month: BillingMonth,
    /// Days after the first of the month on which it ran.
    pub day: u32,
    pub seed: u64,
}

/// Both exports.
pub struct Export {
    root: PathBuf,
    level: Compression,
    open: Vec<Open>,
    row: Vec<u8>,
}

/// One export's run that is being written.
struct Open {
    dataset: Dataset,
    month: BillingMonth,
    dates: Vec<String>,
    ran: NaiveDate,
    id: String,
    /// Its folder, from the container's root.
    folder: String,
    part: Option<GzEncoder<BufWriter<File>>>,
    blobs: Vec<Blob>,
}

struct Blob {
    name: String,
    rows: u64,
    bytes: u64,
}

fn word(dataset: Dataset) -> (&'static str, &'static str) {
    match dataset {
        Dataset::Actual => ("larkfield-actual", "ActualCost"),
        Dataset::Amortised => ("larkfield-amortized", "AmortizedCost"),
    }
}

impl Export {
    pub fn new(root: &Path, small: bool) -> Self {
        let level = Compression::new(if small { 9 } else { 1 });
        Export { root: root.to_owned(), level, open: Vec::new(), row: Vec::with_capacity(4096) }
    }

    /// Opens a run of both exports, with a first part of each.
    pub fn begin(&mut self, run: &Run) -> Result<()> {
        self.open.clear();
        let (first, end) = (run.month.start(), run.month.end());
        let last = end - Days::new(1);
        let day = |date: NaiveDate| date.format("%m/%d/%Y").to_string();
        let mut dates = vec![day(first), day(last)];
        dates.extend(first.iter_days().take_while(|date| *date < end).map(day));
        for dataset in [Dataset::Actual, Dataset::Amortised] {
            let (name, _) = word(dataset);
            let ran = first + Days::new(u64::from(run.day));
            let id = guid(&format!("{} {name} {ran}", run.seed));
            let range = format!("{}-{}", first.format("%Y%m%d"), last.format("%Y%m%d"));
            let folder = format!("{ROOT}/{name}/{range}/{}0512/{id}", ran.format("%Y%m%d"));
            let (dates, month) = (dates.clone(), run.month);
            self.open.push(Open { dataset, month, dates, ran, id, folder, part: None, blobs: Vec::new() });
        }
        self.next_part()
    }

    /// Ends the parts and begins the next ones.
    pub fn next_part(&mut self) -> Result<()> {
        for open in &mut self.open {
            open.close(&self.root)?;
            let name = format!("{}/part_{}_0001.csv.gz", open.folder, open.blobs.len());
            let path = self.root.join(&name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|cause| refused(folder, &cause))?;
            }
            let file = File::create(&path).map_err(|cause| refused(&path, &cause))?;
            let mut part = GzBuilder::new().mtime(0).write(BufWriter::with_capacity(1 << 16, file), self.level);
            // Each part has a byte order mark and a header.
            let head = format!("\u{feff}{COLUMNS}\r\n");
            part.write_all(head.as_bytes()).map_err(|cause| refused(&path, &cause))?;
            open.part = Some(part);
            open.blobs.push(Blob { name, rows: 0, bytes: 0 });
        }
        Ok(())
    }

    pub fn line(&mut self, dataset: Dataset, line: &Line) -> Result<()> {
        let Some(open) = self.open.iter_mut().find(|open| open.dataset == dataset) else { return Ok(()) };
        let [first, last, days @ ..] = open.dates.as_slice() else { return Ok(()) };
        let date = days.get(line.day as usize).map_or("", String::as_str);
        self.row.clear();
        line.write_csv([first, last, date], &mut self.row);
        if let (Some(part), Some(blob)) = (&mut open.part, open.blobs.last_mut()) {
            blob.rows += 1;
            part.write_all(&self.row).map_err(|cause| refused(&self.root, &cause))?;
        }
        Ok(())
    }

    /// Ends both runs with their manifests: files, bytes, and the rows of the actual cost.
    pub fn finish(&mut self) -> Result<(usize, u64, u64)> {
        let (mut files, mut bytes, mut rows) = (0, 0, 0);
        for open in &mut self.open {
            open.close(&self.root)?;
            let text = open.manifest();
            put(&self.root.join(&open.folder).join("manifest.json"), text.as_bytes())?;
            files += open.blobs.len() + 1;
            bytes += open.blobs.iter().map(|blob| blob.bytes).sum::<u64>() + text.len() as u64;
            if open.dataset == Dataset::Actual {
                rows += open.blobs.iter().map(|blob| blob.rows).sum::<u64>();
            }
        }
        self.open.clear();
        Ok((files, bytes, rows))
    }
}

impl Open {
    fn close(&mut self, root: &Path) -> Result<()> {
        let (Some(part), Some(blob)) = (self.part.take(), self.blobs.last_mut()) else { return Ok(()) };
        let path = root.join(&blob.name);
        let mut file = part.finish().map_err(|cause| refused(&path, &cause))?;
        file.flush().map_err(|cause| refused(&path, &cause))?;
        blob.bytes = file.get_ref().metadata().map_err(|cause| refused(&path, &cause))?.len();
        Ok(())
    }

    fn manifest(&self) -> String {
        let (name, kind) = word(self.dataset);
        let sum = |of: fn(&Blob) -> u64| self.blobs.iter().map(of).sum::<u64>();
        let blobs: Vec<_> = self
            .blobs
            .iter()
            .map(|blob| json!({ "blobName": blob.name, "byteCount": blob.bytes, "dataRowCount": blob.rows }))
            .collect();
        let time = |date: NaiveDate| date.format("%Y-%m-%dT00:00:00").to_string();
        let manifest = json!({
            "manifestVersion": "2024-04-01",
            "byteCount": sum(|blob| blob.bytes),
            "blobCount": self.blobs.len(),
            "dataRowCount": sum(|blob| blob.rows),
            "exportConfig": {
                "exportName": name,
                "resourceId": format!(
                    "/providers/Microsoft.Billing/billingAccounts/{}/providers/Microsoft.CostManagement/exports/{name}",
                    ACCOUNT.0
                ),
                "dataVersion": "2023-12-01-preview",
                "apiVersion": "2023-07-01-preview",
                "type": kind,
                "timeFrame": "MonthToDate",
                "granularity": "Daily",
            },
            "deliveryConfig": {
                "partitionData": true,
                "dataOverwriteBehavior": "CreateNewReport",
                "fileFormat": "Csv",
                "compressionMode": "Gzip",
                "containerUri": "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-billing/providers/Microsoft.Storage/storageAccounts/larkfieldbilling",
                "rootFolderPath": ROOT,
            },
            "runInfo": {
                "executionType": "Scheduled",
                "submittedTime": self.ran.format("%Y-%m-%dT05:12:08.1234567Z").to_string(),
                "runId": self.id,
                "startDate": time(self.month.start()),
                "endDate": time(self.month.end() - Days::new(1)),
            },
            "blobs": blobs,
        });
        format!("{manifest:#}\n")
    }
}

fn refused(path: &Path, cause: &std::io::Error) -> Error {
    let remedy = "choose a folder that can be written, with room for it";
    Error::lake(path.display().to_string(), format!("cannot be written: {cause}"), remedy)
}
