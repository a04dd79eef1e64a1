//! Where Data Exports puts a table: `<export>/data/<partition>/…` beside `<export>/metadata/<partition>/…-Manifest.json`
//! (docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html). The partition of recommendations is the
//! day, `date=2026-11-29`; the manifest of the newest names the files.

use super::Found;
use crate::error::{Error, Result};
use crate::extract::manifest::is_manifest;
use crate::extract::tree::{Tree, name};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Manifest {
    data_files: Vec<String>,
}

/// The files of each export's newest day.
pub fn newest(tree: &dyn Tree, all: &[PathBuf], today: NaiveDate) -> Result<Vec<Found>> {
    // By export, then by partition and execution, whose names begin with their time.
    let mut manifests: BTreeMap<PathBuf, BTreeMap<PathBuf, &PathBuf>> = BTreeMap::new();
    for path in all.iter().filter(|path| is_manifest(path)) {
        if let Some((export, below)) = split(path, "metadata") {
            manifests.entry(export).or_default().insert(below, path);
        }
    }
    let mut found = Vec::new();
    for (export, of_export) in &manifests {
        let Some((below, path)) = of_export.last_key_value() else { continue };
        let day = day_of(below).unwrap_or(today);
        for file in named(tree, path)? {
            let below = file.rsplit_once("/data/").map_or(file.as_str(), |(_, below)| below);
            let file = export.join("data").join(below);
            if tree.size(&file).is_none() {
                let what = format!("names {}, which is not there", file.display());
                return Err(Error::source(path.display().to_string(), what, "wait for the delivery, or export again"));
            }
            found.push(Found { path: file, day, group: String::new() });
        }
    }
    if manifests.is_empty() {
        found = loose(all, today);
    }
    Ok(found)
}

fn named(tree: &dyn Tree, path: &Path) -> Result<Vec<String>> {
    let manifest: Manifest = serde_json::from_str(&tree.text(path)?).map_err(|error| {
        let what = format!("is no manifest of a data export: {error}");
        Error::source(path.display().to_string(), what, "wait for the next export, or export again")
    })?;
    Ok(manifest.data_files)
}

/// Without a manifest the files of the newest partition, or all of a folder that somebody filled.
fn loose(all: &[PathBuf], today: NaiveDate) -> Vec<Found> {
    let is_data = |path: &&PathBuf| {
        let name = name(path).to_lowercase();
        [".csv", ".csv.gz", ".gz", ".parquet"].iter().any(|end| name.ends_with(end))
    };
    let day = |path: &Path| day_of(path).unwrap_or(today);
    let files: Vec<&PathBuf> = all.iter().filter(is_data).collect();
    let newest = files.iter().map(|path| day(path)).max();
    let of_newest = files.into_iter().filter(|path| Some(day(path)) == newest);
    of_newest.map(|path| Found { path: path.clone(), day: day(path), group: String::new() }).collect()
}

/// The folder above a part of a path with this name, and what is below it.
fn split(path: &Path, part: &str) -> Option<(PathBuf, PathBuf)> {
    let above = path.ancestors().skip(1).find(|folder| name(folder) == part)?;
    Some((above.parent()?.to_path_buf(), path.strip_prefix(above).ok()?.to_path_buf()))
}

/// The day of a partition in a path, `date=2026-11-29`.
fn day_of(path: &Path) -> Option<NaiveDate> {
    path.iter().find_map(|part| part.to_str()?.strip_prefix("date=")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::folder::Folder;

    fn put(root: &Path, name: &str, text: &str) -> PathBuf {
        let path = root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }

    #[test]
    fn the_newest_manifest_names_the_files() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let manifest = |day: &str, file: &str| {
            let json = format!("{{\"dataFiles\": [\"s3://b/p/hub/data/date={day}/{file}\"]}}");
            put(root, &format!("hub/metadata/date={day}/hub-Manifest.json"), &json)
        };
        let all = vec![
            put(root, "hub/data/date=2026-11-28/hub-00001.csv.gz", ""),
            put(root, "hub/data/date=2026-11-29/hub-00001.csv.gz", ""),
            put(root, "hub/data/date=2026-11-29/left-over.csv.gz", ""),
            manifest("2026-11-28", "hub-00001.csv.gz"),
            manifest("2026-11-29", "hub-00001.csv.gz"),
        ];
        let today = "2026-11-30".parse().unwrap();
        let found = newest(&Folder, &all, today).unwrap();
        assert_eq!(found.iter().map(|one| &one.path).collect::<Vec<_>>(), [&all[1]]);
        assert_eq!(found[0].day, "2026-11-29".parse().unwrap());
        // Without manifests what is there of the newest day.
        let found = newest(&Folder, &all[..3], today).unwrap();
        assert_eq!(found.iter().map(|one| &one.path).collect::<Vec<_>>(), [&all[1], &all[2]]);
        manifest("2026-11-30", "hub-00002.csv.gz");
        let late = [&all[..], &[root.join("hub/metadata/date=2026-11-30/hub-Manifest.json")]].concat();
        let error = newest(&Folder, &late, today).unwrap_err().to_string();
        assert!(error.contains("hub-00002.csv.gz, which is not there"), "{error}");
    }
}
