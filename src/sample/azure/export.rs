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

use super::focus;
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

/// The exports.
pub struct Export {
    wanted: Vec<(Dataset, PathBuf)>,
    level: Compression,
    open: Vec<Open>,
    row: Vec<u8>,
}

/// One export's run that is being written.
struct Open {
    dataset: Dataset,
    /// The container.
    root: PathBuf,
    month: BillingMonth,
    /// First and last day of the billing period and the first of the next, then its days, and again that one.
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
        Dataset::Focus => ("larkfield-focus", "FocusCost"),
    }
}

impl Export {
    pub fn new(small: bool) -> Self {
        let level = Compression::new(if small { 9 } else { 1 });
        Export { wanted: Vec::new(), level, open: Vec::new(), row: Vec::with_capacity(4096) }
    }

    /// Also writes this dataset, into a container.
    pub fn write(&mut self, dataset: Dataset, root: &Path) {
        self.wanted.push((dataset, root.to_owned()));
    }

    /// Opens a run of each export, with a first part.
    pub fn begin(&mut self, run: &Run) -> Result<()> {
        self.open.clear();
        let (first, end) = (run.month.start(), run.month.end());
        let last = end - Days::new(1);
        for (dataset, root) in &self.wanted {
            let (dataset, root) = (*dataset, root.clone());
            let (name, _) = word(dataset);
            let form = if dataset == Dataset::Focus { "%Y-%m-%d" } else { "%m/%d/%Y" };
            let day = |date: NaiveDate| date.format(form).to_string();
            let mut dates = vec![day(first), day(last), day(end)];
            dates.extend(first.iter_days().take_while(|date| *date <= end).map(day));
            let ran = first + Days::new(u64::from(run.day));
            let id = guid(&format!("{} {name} {ran}", run.seed));
            let range = format!("{}-{}", first.format("%Y%m%d"), last.format("%Y%m%d"));
            let folder = format!("{ROOT}/{name}/{range}/{}0512/{id}", ran.format("%Y%m%d"));
            let month = run.month;
            self.open.push(Open { dataset, root, month, dates, ran, id, folder, part: None, blobs: Vec::new() });
        }
        self.next_part()
    }

    /// Ends the parts and begins the next ones.
    pub fn next_part(&mut self) -> Result<()> {
        for open in &mut self.open {
            open.close()?;
            let name = format!("{}/part_{}_0001.csv.gz", open.folder, open.blobs.len());
            let path = open.root.join(&name);
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder).map_err(|cause| refused(folder, &cause))?;
            }
            let file = File::create(&path).map_err(|cause| refused(&path, &cause))?;
            let mut part = GzBuilder::new().mtime(0).write(BufWriter::with_capacity(1 << 16, file), self.level);
            // Each part has a byte order mark and a header.
            let columns = if open.dataset == Dataset::Focus { focus::COLUMNS } else { COLUMNS };
            let head = format!("\u{feff}{columns}\r\n");
            part.write_all(head.as_bytes()).map_err(|cause| refused(&path, &cause))?;
            open.part = Some(part);
            open.blobs.push(Blob { name, rows: 0, bytes: 0 });
        }
        Ok(())
    }

    pub fn line(&mut self, dataset: Dataset, line: &Line) -> Result<()> {
        for open in &mut self.open {
            let [first, last, next, days @ ..] = open.dates.as_slice() else { continue };
            let date = |day: u32| days.get(day as usize).map_or("", String::as_str);
            self.row.clear();
            if open.dataset == dataset {
                line.write_csv([first, last, date(line.day)], &mut self.row);
            } else if open.dataset == Dataset::Focus && focus::holds(dataset, line) {
                focus::write_csv(line, [first, next, date(line.day), date(line.day + 1)], &mut self.row);
            } else {
                continue;
            }
            if let (Some(part), Some(blob)) = (&mut open.part, open.blobs.last_mut()) {
                blob.rows += 1;
                part.write_all(&self.row).map_err(|cause| refused(&open.root, &cause))?;
            }
        }
        Ok(())
    }

    /// Ends the runs with their manifests: files, bytes, and the rows of the first export.
    pub fn finish(&mut self) -> Result<(usize, u64, u64)> {
        let (mut files, mut bytes, mut rows) = (0, 0, 0);
        for (number, open) in self.open.iter_mut().enumerate() {
            open.close()?;
            let text = open.manifest();
            put(&open.root.join(&open.folder).join("manifest.json"), text.as_bytes())?;
            files += open.blobs.len() + 1;
            bytes += open.blobs.iter().map(|blob| blob.bytes).sum::<u64>() + text.len() as u64;
            if number == 0 {
                rows += open.blobs.iter().map(|blob| blob.rows).sum::<u64>();
            }
        }
        self.open.clear();
        Ok((files, bytes, rows))
    }
}

impl Open {
    fn close(&mut self) -> Result<()> {
        let (Some(part), Some(blob)) = (self.part.take(), self.blobs.last_mut()) else { return Ok(()) };
        let path = self.root.join(&blob.name);
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
                "dataVersion": if self.dataset == Dataset::Focus { "1.2" } else { "2023-12-01-preview" },
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
