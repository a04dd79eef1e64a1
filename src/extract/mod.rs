//! Location → Delivery: which files form the complete state of which billing periods.

mod cost_exports;
mod cost_runs;
mod cur_layout;
mod data_exports;
mod dumps;
mod file_set;
mod hash;
mod manifest;

use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, ExportRange};
use crate::format::{Format, Layout};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a source's exports lie.
#[derive(Debug, Clone)]
pub struct Location {
    pub source: String,
    pub folder: PathBuf,
    /// The one dataset that is wanted of a bill of several; `None` means all of them.
    pub dataset: Option<String>,
    /// Declared deliveries; empty means: read the manifests.
    pub file_sets: Vec<DeclaredSet>,
}

/// Files that the config declares to be the complete state of billing periods, or of a range of export
/// times.
#[derive(Debug, Clone)]
pub struct DeclaredSet {
    pub months: Vec<BillingMonth>,
    pub range: Option<ExportRange>,
    /// Which of the format's datasets the files are of.
    pub dataset: Option<String>,
    /// Paths or patterns relative to the folder.
    pub files: Vec<String>,
}

/// What a location holds.
#[derive(Debug, Default)]
pub struct Found {
    /// By billing period, complete.
    pub deliveries: Vec<Delivery>,
    /// What was refused, with the billing periods that it would have been a delivery of: they must
    /// not be published without it.
    pub refused: Vec<(Vec<BillingMonth>, Error)>,
    /// What is not there yet: its billing periods wait, and what is published of them stands.
    pub late: Vec<Error>,
}

/// The deliveries of a location, by billing period, complete or refused.
///
/// `months` narrows what is looked at. Errors: `Source`, for a location that tells nothing; what is
/// wrong with one delivery, naming the manifest or the file set, stands in the result.
pub fn find_deliveries(location: &Location, format: &'static Format, months: Option<&[BillingMonth]>) -> Result<Found> {
    if !location.folder.is_dir() {
        return Err(Error::source(
            location.folder.display().to_string(),
            "is no folder",
            format!("set `location` of source {} to the folder that holds the export", location.source),
        ));
    }
    let wanted = |month: &BillingMonth| months.is_none_or(|months| months.contains(month));
    let mut found = if let Layout::Slices(_) = format.layout {
        dumps::deliveries(location, format)?
    } else if location.file_sets.is_empty() {
        manifest::deliveries(location, format, &wanted)?
    } else {
        file_set::deliveries(location, format, &wanted)?
    };
    found.deliveries.sort_by(|a, b| (&a.months, &a.origin).cmp(&(&b.months, &b.origin)));
    refuse_shared_files(&found.deliveries)?;
    Ok(found)
}

fn refuse_shared_files(deliveries: &[Delivery]) -> Result<()> {
    let mut owners: BTreeMap<&PathBuf, &str> = BTreeMap::new();
    for delivery in deliveries {
        for file in &delivery.files {
            if let Some(other) = owners.insert(&file.path, &delivery.origin) {
                let what = if other == delivery.origin {
                    "is named twice".to_string()
                } else {
                    format!("is part of {other} and of {}", delivery.origin)
                };
                return Err(Error::source(&file.key, what, "name each file once"));
            }
        }
    }
    Ok(())
}
