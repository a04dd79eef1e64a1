//! Exports in their bucket layout: the manifest of each billing period says what is complete. The file
//! list is read from it, never by listing.

use super::tree::{Tree, name};
use super::{Announced, Found, Location, cost_exports, cur_layout, data_exports};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, DeliveryKind, ExportFile};
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
    find: fn(&dyn Tree, &Path) -> Result<Vec<PathBuf>>,
    /// The billing month that a manifest's place in the layout names.
    month: fn(&Path) -> Option<BillingMonth>,
    read: fn(&dyn Tree, &Path) -> Result<Manifest>,
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
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    let place = location.folder.display().to_string();
    let words = match format.layout {
        Layout::CostAndUsageReport => CUR,
        Layout::DataExports => DATA_EXPORTS,
        Layout::CostExports(words) => return cost_exports::deliveries(tree, location, format, words, wanted),
        Layout::Loose | Layout::Slices(_) => {
            return Err(Error::source(
                place,
                format!("format {} has no manifests", format.id),
                "declare the files of each delivery with [[source.file_set]]",
            ));
        }
    };
    let manifests = (words.find)(tree, &location.folder)?;
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
        let manifest = match (words.read)(tree, &path) {
            Ok(manifest) => manifest,
            Err(error @ Error::Lake(_)) => return Err(error),
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
        match files(tree, location, &words, &manifest, &path) {
            Ok(files) if let Some(file) = tree.overtaken(&path, &files) => {
                found.waiting.push((vec![month], half_written(&path, &file)));
            }
            Ok(files) => found.announced.push(Announced {
                source: location.source.clone(),
                format: format.id,
                kind: DeliveryKind::WholePeriod,
                months: vec![month],
                range: None,
                files,
                origin: key(location, &path),
            }),
            Err(error) => found.refused.push((vec![month], error)),
        }
    }
    Ok(found)
}

fn files(
    tree: &dyn Tree,
    location: &Location,
    words: &Words,
    manifest: &Manifest,
    path: &Path,
) -> Result<Vec<ExportFile>> {
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
        let Some(size) = tree.size(&file) else {
            return Err(Error::source(
                place,
                format!("names {named}, and {} is not there", file.display()),
                "the delivery is not complete: copy the missing part, or wait for it",
            ));
        };
        files.push(ExportFile {
            key: key(location, &file),
            path: tree.local(&file),
            size,
            dataset: String::new(),
            rows: None,
            rows_of_all: None,
        });
    }
    Ok(files)
}

fn half_written(manifest: &Path, file: &str) -> Error {
    let what = format!("names {file}, which was written after it: the delivery is being written over");
    let remedy =
        "wait for its new manifest; of a copy, copy manifests last: after two hours at rest it is read as it is";
    Error::source(manifest.display().to_string(), what, remedy)
}

/// A path inside the location, `/`-separated; beside it, from the folder that holds both.
pub fn key(location: &Location, path: &Path) -> String {
    let inside = location.folder.ancestors().find_map(|folder| path.strip_prefix(folder).ok());
    inside.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Is it the manifest of a delivery?
pub fn is_manifest(path: &Path) -> bool {
    name(path).ends_with("-Manifest.json")
}

/// The text of a manifest as JSON.
pub fn parse<T: serde::de::DeserializeOwned>(tree: &dyn Tree, path: &Path) -> Result<T> {
    serde_json::from_str(&tree.text(path)?).map_err(|error| {
        let place = path.display().to_string();
        Error::source(place, format!("is no report manifest: {error}"), "deliver the manifest again")
    })
}
