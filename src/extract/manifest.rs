//! Exports in their bucket layout: the manifest of each billing period says what is complete. The file
//! list is read from it, never by listing.

use super::{Found, Location, cost_exports, cur_layout, data_exports, hash};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, DeliveryKind, ExportFile};
use crate::format::{Format, Layout};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path, PathBuf};

/// What a manifest says.
pub struct Manifest {
    pub month: BillingMonth,
    /// The files, in the manifest's order and spelling.
    pub files: Vec<String>,
}

/// What the reader of manifests asks of a layout.
struct Words {
    /// The manifests of every billing period below a folder, by path.
    find: fn(&Path) -> Result<Vec<PathBuf>>,
    /// The billing month that a manifest's place in the layout names.
    month: fn(&Path) -> Option<BillingMonth>,
    read: fn(&Path) -> Result<Manifest>,
    /// Where a named file lies: a folder, and the path from there.
    locate: fn(&Path, &str) -> Result<(PathBuf, String)>,
    /// What a location without any manifest lacks.
    wanted: &'static str,
}

const CUR: Words = Words {
    find: cur_layout::find,
    month: cur_layout::month_of_folder,
    read: cur_layout::read,
    locate: cur_layout::locate,
    wanted: "holds no *-Manifest.json in a YYYYMMDD-YYYYMMDD folder",
};

const DATA_EXPORTS: Words = Words {
    find: data_exports::find,
    month: data_exports::month_of_folder,
    read: data_exports::read,
    locate: data_exports::locate,
    wanted: "holds no metadata/BILLING_PERIOD=YYYY-MM/*-Manifest.json",
};

pub fn deliveries(
    location: &Location,
    format: &'static Format,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    let place = location.folder.display().to_string();
    let words = match format.layout {
        Layout::CostAndUsageReport => CUR,
        Layout::DataExports => DATA_EXPORTS,
        Layout::CostExports(words) => return cost_exports::deliveries(location, format, words, wanted),
        Layout::Loose | Layout::Slices(_) => {
            return Err(Error::source(
                place,
                format!("format {} has no manifests", format.id),
                "declare the files of each delivery with [[source.file_set]]",
            ));
        }
    };
    let manifests = (words.find)(&location.folder)?;
    if manifests.is_empty() {
        return Err(Error::source(
            place,
            words.wanted,
            "point `location` at the export's folder, or declare loose files with [[source.file_set]]",
        ));
    }
    let mut found = Found::default();
    let mut by_month: BTreeMap<BillingMonth, PathBuf> = BTreeMap::new();
    for path in manifests {
        let manifest = match (words.read)(&path) {
            Ok(manifest) => manifest,
            Err(error) => {
                // The folder says of which period the manifest would have been.
                found.refused.push(((words.month)(&path).into_iter().collect(), error));
                continue;
            }
        };
        let month = manifest.month;
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
        match delivery(location, format, &words, &manifest, &path) {
            Ok(delivery) => found.deliveries.push(delivery),
            Err(error) => found.refused.push((vec![month], error)),
        }
    }
    Ok(found)
}

fn delivery(
    location: &Location,
    format: &'static Format,
    words: &Words,
    manifest: &Manifest,
    path: &Path,
) -> Result<Delivery> {
    let files = files(location, words, manifest, path)?;
    let origin = key(location, path);
    hash::delivery(&location.source, format.id, DeliveryKind::WholePeriod, vec![manifest.month], files, origin)
}

fn files(location: &Location, words: &Words, manifest: &Manifest, path: &Path) -> Result<Vec<ExportFile>> {
    let place = path.display().to_string();
    let mut seen = BTreeSet::new();
    let mut files = Vec::new();
    for named in &manifest.files {
        let named = named.trim_start_matches('/');
        if !seen.insert(named) {
            let what = format!("names {named} twice");
            return Err(Error::source(place, what, "a part would count twice; deliver again"));
        }
        // The location may be the bucket, or any folder below it.
        let (folder, inside) = (words.locate)(path, named)?;
        if !Path::new(&inside).components().all(|part| matches!(part, Component::Normal(_))) {
            let what = format!("names {named}, which is no file of the export's folder");
            return Err(Error::source(place, what, "deliver the manifest again"));
        }
        let file = folder.join(inside);
        let Ok(meta) = file.metadata() else {
            return Err(Error::source(
                place,
                format!("names {named}, and {} is not there", file.display()),
                "the delivery is not complete: copy the missing part, or wait for it",
            ));
        };
        files.push(ExportFile {
            key: key(location, &file),
            path: file,
            size: meta.len(),
            dataset: String::new(),
            rows: None,
            rows_of_all: None,
        });
    }
    Ok(files)
}

/// A path inside the location, `/`-separated; beside it, from the folder that holds both.
pub fn key(location: &Location, path: &Path) -> String {
    let inside = location.folder.ancestors().find_map(|folder| path.strip_prefix(folder).ok());
    inside.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The folders and files of a folder, each sorted by name.
pub fn entries(folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let unreadable = |error: std::io::Error| {
        Error::source(folder.display().to_string(), format!("cannot be listed: {error}"), "check its permissions")
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        paths.push(entry.map_err(unreadable)?.path());
    }
    paths.sort();
    Ok(paths.into_iter().partition(|path| path.is_dir()))
}

/// The last part of a path.
pub fn name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Is it the manifest of a delivery?
pub fn is_manifest(path: &Path) -> bool {
    name(path).ends_with("-Manifest.json")
}

/// The text of a manifest as JSON.
pub fn parse<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T> {
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::source(&place, format!("cannot be read: {error}"), "check the file"))?;
    serde_json::from_str(&text)
        .map_err(|error| Error::source(&place, format!("is no report manifest: {error}"), "deliver the manifest again"))
}
