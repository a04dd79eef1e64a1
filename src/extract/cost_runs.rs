//! The runs of Azure Cost Management exports
//! (learn.microsoft.com/azure/cost-management-billing/costs/tutorial-improved-exports): a folder
//! `YYYYMMDD-YYYYMMDD` of the period, below it the run's files with a `manifest.json`, in a folder of the
//! run's time or id or of both, or directly.

use super::cur_layout::is_period;
use super::manifest::parse;
use super::tree::{Tree, name};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::focus::time::parse_timestamp;
use chrono::{Datelike, NaiveDate, NaiveDateTime};
use serde::Deserialize;
use std::path::{Component, Path, PathBuf};

/// What a manifest says of one run of one export.
pub struct Run {
    /// The manifest.
    pub path: PathBuf,
    /// The name of the export.
    pub export: String,
    /// What it exports, as the manifest calls it; `None` in manifests of old.
    pub kind: Option<String>,
    /// What it is an export of: a billing account, a billing profile, a subscription.
    pub scope: Option<String>,
    /// When it was asked for, in UTC microseconds.
    pub time: Option<i64>,
    /// Its files with the charges each holds.
    pub files: Vec<(PathBuf, Option<u64>)>,
    /// The charges of all, where the manifest does not say it file by file.
    pub rows: Option<u64>,
    /// Why it cannot be taken; `None` where every file is there.
    pub incomplete: Option<Error>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    #[serde(default)]
    blobs: Vec<Blob>,
    blob_count: Option<u64>,
    data_row_count: Option<i64>,
    export_config: Option<ExportConfig>,
    run_info: Option<RunInfo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Blob {
    blob_name: String,
    data_row_count: Option<i64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ExportConfig {
    export_name: Option<String>,
    resource_id: Option<String>,
    r#type: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RunInfo {
    submitted_time: Option<String>,
}

/// The manifests below a folder, each with the folder of its period.
pub fn find(tree: &dyn Tree, folder: &Path) -> Result<Vec<(PathBuf, PathBuf)>> {
    let mut found = Vec::new();
    // The location may be the folder of a period itself.
    within(tree, folder, is_period(&name(folder)).then_some(folder), &mut found)?;
    Ok(found)
}

fn within(tree: &dyn Tree, folder: &Path, period: Option<&Path>, found: &mut Vec<(PathBuf, PathBuf)>) -> Result<()> {
    let (folders, files) = tree.entries(folder)?;
    if let Some(period) = period {
        let is_manifest = |path: &PathBuf| matches!(name(path).as_str(), "manifest.json" | "_manifest.json");
        found.extend(files.into_iter().filter(is_manifest).map(|path| (period.to_path_buf(), path)));
    }
    for folder in folders {
        let period = period.or_else(|| is_period(&name(&folder)).then_some(folder.as_path()));
        within(tree, &folder, period, found)?;
    }
    Ok(())
}

/// The first day that a period's folder names, and the billing month where it is one: both of its days
/// belong to the period.
pub fn period(folder: &Path) -> Option<(BillingMonth, bool)> {
    let name = name(folder);
    let (first, last) = name.split_once('-')?;
    let day = |text: &str| NaiveDate::parse_from_str(text, "%Y%m%d").ok();
    let (first, last) = (day(first)?, day(last)?);
    let month = BillingMonth::new(first.year(), first.month())?;
    Some((month, first == month.start() && last.succ_opt() == Some(month.end())))
}

/// Reads a manifest. Errors: `Source`, for a text that is none.
pub fn read(tree: &dyn Tree, period: &Path, path: &Path) -> Result<Run> {
    let manifest: Manifest = parse(tree, path)?;
    let config = manifest.export_config;
    let told = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let kind = config.as_ref().and_then(|config| told(&config.r#type));
    let export = config.as_ref().and_then(|config| told(&config.export_name));
    let scope = config.as_ref().and_then(|config| told(&config.resource_id)).map(|id| scope_of(&id));
    let submitted = manifest.run_info.and_then(|info| info.submitted_time);
    let time = submitted.as_deref().and_then(parse_timestamp).or_else(|| run_folder(period, path));
    let count = |rows: Option<i64>| rows.and_then(|rows| u64::try_from(rows).ok());
    let mut run = Run {
        path: path.to_path_buf(),
        export: export.unwrap_or_else(|| period.parent().map(name).unwrap_or_default()),
        kind,
        scope,
        time,
        files: Vec::new(),
        rows: count(manifest.data_row_count),
        incomplete: None,
    };
    for blob in &manifest.blobs {
        match locate(tree, period, path, &blob.blob_name) {
            Ok(file) if run.files.iter().any(|(other, _)| *other == file) => {
                let what = format!("names {} twice", blob.blob_name);
                return Err(Error::source(path.display().to_string(), what, "a part would count twice; export again"));
            }
            Ok(file) => run.files.push((file, count(blob.data_row_count))),
            Err(error) => run.incomplete = Some(error),
        }
    }
    let contradicts = |what: String| {
        Some(Error::source(path.display().to_string(), what, "charges would be missing; run the export again"))
    };
    if let Some(told) = manifest.blob_count.filter(|told| *told != manifest.blobs.len() as u64) {
        run.incomplete = contradicts(format!("names {} of {told} files", manifest.blobs.len()));
    }
    if run.files.iter().all(|(_, rows)| rows.is_some()) && !run.files.is_empty() {
        let of_files = run.files.iter().filter_map(|(_, rows)| *rows).sum::<u64>();
        let told = run.rows.take().filter(|told| *told != of_files && run.incomplete.is_none());
        if let Some(told) = told {
            run.incomplete = contradicts(format!("says that the run has {told} rows, and its files {of_files}"));
        }
    }
    if manifest.blobs.is_empty() {
        let place = path.display().to_string();
        run.incomplete =
            Some(Error::source(place, "names no files", "wait for the export's next run, or run it again"));
    }
    Ok(run)
}

/// The scope in the resource id of an export, in lower case.
fn scope_of(export: &str) -> String {
    let export = export.to_lowercase();
    let at = export.rfind("/providers/microsoft.costmanagement/exports/");
    export[..at.unwrap_or(export.len())].to_string()
}

/// The time in the name of a run's folder, `202610060412`.
fn run_folder(period: &Path, path: &Path) -> Option<i64> {
    let inside = path.strip_prefix(period).ok()?;
    inside.components().find_map(|part| {
        let name = part.as_os_str().to_str()?;
        let form = match name.len() {
            12 => "%Y%m%d%H%M",
            14 => "%Y%m%d%H%M%S",
            _ => return None,
        };
        let time = NaiveDateTime::parse_from_str(name, form).ok()?;
        Some(time.and_utc().timestamp_micros())
    })
}

/// Where a named file lies: as its path below the period says, else beside the manifest.
fn locate(tree: &dyn Tree, period: &Path, path: &Path, named: &str) -> Result<PathBuf> {
    let place = path.display().to_string();
    let mark = format!("{}/", name(period));
    let last = named.rsplit('/').next().unwrap_or(named);
    let inside = named.rsplit_once(&mark).map(|(_, inside)| inside);
    let plain = |text: &str| Path::new(text).components().all(|part| matches!(part, Component::Normal(_)));
    if last.is_empty() || !plain(last) || inside.is_some_and(|inside| !plain(inside)) {
        let what = format!("names {named}, which is no file of the export's folder");
        return Err(Error::source(place, what, "run the export again"));
    }
    let below = inside.map(|inside| period.join(inside)).filter(|file| tree.size(file).is_some());
    let file = below.unwrap_or_else(|| path.with_file_name(last));
    if tree.size(&file).is_none() {
        let what = format!("names {named}, and {} is not there", file.display());
        return Err(Error::source(place, what, "the run is not complete: copy the missing part, or wait for it"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_a_whole_month_or_a_part_of_one() {
        let read = |name: &str| period(Path::new(name)).map(|(month, whole)| (month.to_string(), whole));
        assert_eq!(read("20260201-20260228"), Some(("2026-02".into(), true)));
        assert_eq!(read("20261001-20261015"), Some(("2026-10".into(), false)));
        assert_eq!(read("20261001-20261130"), Some(("2026-10".into(), false)));
        assert_eq!(read("20261301-20261331"), None);
    }

    #[test]
    fn an_export_of_a_scope_and_its_run() {
        let export = "/subscriptions/S/providers/Microsoft.CostManagement/exports/nightly";
        assert_eq!(scope_of(export), "/subscriptions/s");
        let folder = Path::new("e/20261001-20261031");
        let time = run_folder(folder, &folder.join("202610060412/6f9c/manifest.json"));
        assert_eq!(time, parse_timestamp("2026-10-06T04:12:00Z"));
        assert_eq!(run_folder(folder, &folder.join("6f9c0b5e-000/manifest.json")), None);
    }
}
