//! The bucket layout of AWS's legacy report (docs.aws.amazon.com/cur/latest/userguide/access-cur-s3.html):
//! a folder `YYYYMMDD-YYYYMMDD` per billing period, with the newest manifest on top and every delivery in
//! an assembly folder below.

use super::manifest::{Manifest, is_manifest, parse};
use super::tree::{Tree, name};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(default)]
    compression: String,
    #[serde(default)]
    content_type: String,
    billing_period: Period,
    report_keys: Vec<String>,
}

#[derive(Deserialize)]
struct Period {
    start: String,
    end: String,
}

/// Manifests that lie directly in a billing period's folder, by path.
pub fn find(tree: &dyn Tree, folder: &Path) -> Result<Vec<PathBuf>> {
    let (folders, files) = tree.entries(folder)?;
    if is_period(&name(folder)) {
        return Ok(files.into_iter().filter(|path| is_manifest(path)).collect());
    }
    let mut found = Vec::new();
    for folder in folders {
        found.extend(find(tree, &folder)?);
    }
    Ok(found)
}

/// The billing month of a manifest's folder, `20261001-20261101`.
pub fn month_of_folder(path: &Path) -> Option<BillingMonth> {
    let folder = path.parent()?.file_name()?.to_str()?;
    BillingMonth::new(folder.get(0..4)?.parse().ok()?, folder.get(4..6)?.parse().ok()?)
}

/// `20261001-20261101`.
pub fn is_period(name: &str) -> bool {
    name.split_once('-').is_some_and(|(start, end)| {
        [start, end].iter().all(|part| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

/// A manifest of a CSV report.
pub fn read(tree: &dyn Tree, path: &Path) -> Result<Manifest> {
    let place = path.display().to_string();
    let report: Report = parse(tree, path)?;
    let container = report.compression.to_ascii_uppercase();
    if container == "PARQUET" || container == "ZIP" {
        return Err(Error::source(
            &place,
            format!("is of a {container} export; this format is read as CSV with GZIP"),
            "set the report's compression to GZIP, or unzip the files and declare them as file sets",
        ));
    }
    if !report.content_type.is_empty() && !report.content_type.eq_ignore_ascii_case("text/csv") {
        let what = format!("has content type {}, not text/csv", report.content_type);
        return Err(Error::source(&place, what, "set the report's format to CSV"));
    }
    if report.report_keys.is_empty() {
        return Err(Error::source(&place, "names no report files", "wait for the next delivery, or deliver again"));
    }
    Ok(Manifest { month: month(&report, path)?, files: report.report_keys })
}

/// The billing month of `20261001T000000.000Z` to `20261101T000000.000Z`, end exclusive.
fn month(report: &Report, path: &Path) -> Result<BillingMonth> {
    let Period { start, end } = &report.billing_period;
    let month = (|| BillingMonth::new(start.get(0..4)?.parse().ok()?, start.get(4..6)?.parse().ok()?))();
    let day = |date: chrono::NaiveDate| date.format("%Y%m%d").to_string();
    month.filter(|month| start.starts_with(&day(month.start())) && end.starts_with(&day(month.end()))).ok_or_else(
        || {
            let what = format!("has the billing period {start} to {end}, which is no calendar month");
            Error::source(path.display().to_string(), what, "deliver the manifest again")
        },
    )
}

/// Below the billing period's folder, or in it.
pub fn locate(path: &Path, named: &str) -> Result<(PathBuf, String)> {
    let folder = path.parent().unwrap_or(path);
    let inside = named
        .split_once(&format!("{}/", name(folder)))
        .map_or_else(|| named.rsplit('/').next().unwrap_or(named), |(_, inside)| inside);
    Ok((folder.to_path_buf(), inside.to_string()))
}
