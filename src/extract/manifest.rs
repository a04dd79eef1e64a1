//! Exports in their bucket layout: the manifest of each period's folder says what is complete.
//!
//! Layout (docs.aws.amazon.com/cur/latest/userguide/access-cur-s3.html): a folder
//! `YYYYMMDD-YYYYMMDD` per billing period, with the newest manifest on top and every delivery in
//! an assembly folder below. The part list is read from the top manifest, never by listing.

use super::{Found, Location, hash};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, DeliveryKind, ExportFile};
use crate::format::Format;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
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

pub fn deliveries(
    location: &Location,
    format: &'static Format,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    let place = location.folder.display().to_string();
    if format.layout == crate::format::Layout::Loose {
        return Err(Error::source(
            place,
            format!("format {} has no manifests", format.id),
            "declare the files of each delivery with [[source.file_set]]",
        ));
    }
    let mut manifests = Vec::new();
    walk(&location.folder, &mut manifests)?;
    if manifests.is_empty() {
        return Err(Error::source(
            place,
            "holds no *-Manifest.json in a YYYYMMDD-YYYYMMDD folder",
            "point `location` at the export's folder, or declare loose files with [[source.file_set]]",
        ));
    }
    let mut found = Found::default();
    let mut by_month: BTreeMap<BillingMonth, PathBuf> = BTreeMap::new();
    for path in manifests {
        let read = read(&path).and_then(|manifest| Ok((month(&manifest, &path)?, manifest)));
        let (month, manifest) = match read {
            Ok(read) => read,
            Err(error) => {
                // The folder says of which period the manifest would have been.
                found.refused.push((folder_month(&path).into_iter().collect(), error));
                continue;
            }
        };
        if !wanted(&month) {
            continue;
        }
        if let Some(other) = by_month.insert(month, path.clone()) {
            let error = Error::source(
                path.display().to_string(),
                format!("is a second manifest of {month}, beside {}", other.display()),
                "make one source of each export: two reports of one period would double the bill",
            );
            found.refused.push((vec![month], error));
            continue;
        }
        match delivery(location, format, &manifest, month, &path) {
            Ok(delivery) => found.deliveries.push(delivery),
            Err(error) => found.refused.push((vec![month], error)),
        }
    }
    Ok(found)
}

fn delivery(
    location: &Location,
    format: &'static Format,
    manifest: &Manifest,
    month: BillingMonth,
    path: &Path,
) -> Result<Delivery> {
    let files = files(location, manifest, path)?;
    hash::delivery(&location.source, format.id, DeliveryKind::WholePeriod, vec![month], files, key(location, path))
}

/// The billing month of a manifest's folder, `20261001-20261101`.
fn folder_month(path: &Path) -> Option<BillingMonth> {
    let folder = path.parent()?.file_name()?.to_str()?;
    BillingMonth::new(folder.get(0..4)?.parse().ok()?, folder.get(4..6)?.parse().ok()?)
}

/// Manifests that lie directly in a billing period's folder, by path.
fn walk(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let unreadable = |error: std::io::Error| {
        Error::source(folder.display().to_string(), format!("cannot be listed: {error}"), "check its permissions")
    };
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        entries.push(entry.map_err(unreadable)?.path());
    }
    entries.sort();
    let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let in_period = is_period(&name(folder));
    for path in entries {
        if path.is_dir() {
            if !in_period {
                walk(&path, found)?;
            }
        } else if in_period && name(&path).ends_with("-Manifest.json") {
            found.push(path);
        }
    }
    Ok(())
}

/// `20261001-20261101`.
fn is_period(name: &str) -> bool {
    name.split_once('-').is_some_and(|(start, end)| {
        [start, end].iter().all(|part| part.len() == 8 && part.bytes().all(|byte| byte.is_ascii_digit()))
    })
}

fn read(path: &Path) -> Result<Manifest> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::source(&place, format!("cannot be read: {error}"), "check the file"))?;
    let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
        Error::source(&place, format!("is no report manifest: {error}"), "deliver the manifest again")
    })?;
    let container = manifest.compression.to_ascii_uppercase();
    if container == "PARQUET" || container == "ZIP" {
        return Err(Error::source(
            &place,
            format!("is of a {container} export; this format is read as CSV with GZIP"),
            "set the report's compression to GZIP, or unzip the files and declare them as file sets",
        ));
    }
    if !manifest.content_type.is_empty() && !manifest.content_type.eq_ignore_ascii_case("text/csv") {
        let what = format!("has content type {}, not text/csv", manifest.content_type);
        return Err(Error::source(&place, what, "set the report's format to CSV"));
    }
    if manifest.report_keys.is_empty() {
        return Err(Error::source(&place, "names no report files", "wait for the next delivery, or deliver again"));
    }
    Ok(manifest)
}

/// The billing month of `20261001T000000.000Z` to `20261101T000000.000Z`, end exclusive.
fn month(manifest: &Manifest, path: &Path) -> Result<BillingMonth> {
    let Period { start, end } = &manifest.billing_period;
    let month = (|| BillingMonth::new(start.get(0..4)?.parse().ok()?, start.get(4..6)?.parse().ok()?))();
    let day = |date: chrono::NaiveDate| date.format("%Y%m%d").to_string();
    month.filter(|month| start.starts_with(&day(month.start())) && end.starts_with(&day(month.end()))).ok_or_else(
        || {
            let what = format!("has the billing period {start} to {end}, which is no calendar month");
            Error::source(path.display().to_string(), what, "deliver the manifest again")
        },
    )
}

fn files(location: &Location, manifest: &Manifest, path: &Path) -> Result<Vec<ExportFile>> {
    let folder = path.parent().unwrap_or(&location.folder);
    let period = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for report_key in &manifest.report_keys {
        let report_key = report_key.trim_start_matches('/');
        if !seen.insert(report_key) {
            let what = format!("names {report_key} twice");
            return Err(Error::source(path.display().to_string(), what, "a part would count twice; deliver again"));
        }
        // The location may be the bucket, or any folder below it.
        let inside = report_key
            .split_once(&format!("{period}/"))
            .map_or_else(|| report_key.rsplit('/').next().unwrap_or(report_key), |(_, inside)| inside);
        let file = folder.join(inside);
        let Ok(meta) = file.metadata() else {
            return Err(Error::source(
                path.display().to_string(),
                format!("names {report_key}, and {} is not there", file.display()),
                "the delivery is not complete: copy the missing part, or wait for it",
            ));
        };
        files.push(ExportFile { key: key(location, &file), path: file, size: meta.len() });
    }
    Ok(files)
}

/// A path inside the location, `/`-separated.
fn key(location: &Location, path: &Path) -> String {
    path.strip_prefix(&location.folder).unwrap_or(path).to_string_lossy().replace('\\', "/")
}
