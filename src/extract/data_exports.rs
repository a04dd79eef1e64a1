//! The bucket layout of AWS Data Exports
//! (docs.aws.amazon.com/cur/latest/userguide/dataexports-export-delivery.html): beside each other
//! `data/BILLING_PERIOD=YYYY-MM/…` and `metadata/BILLING_PERIOD=YYYY-MM/<export>-Manifest.json`; FOCUS
//! exports write `billing_period=`. An export that keeps every refresh puts each one's files into a
//! folder of its execution below the partition; the manifest names those of the newest.

use super::manifest::{Manifest, is_manifest, parse};
use super::tree::{Tree, name};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Execution {
    #[serde(alias = "reportKeys")]
    data_files: Vec<String>,
}

/// The newest manifest of each billing period and export.
pub fn find(tree: &dyn Tree, folder: &Path) -> Result<Vec<PathBuf>> {
    if partition(&name(folder)).is_some() {
        return of_partition(tree, folder);
    }
    let (folders, _) = tree.entries(folder)?;
    let mut found = Vec::new();
    for folder in folders.iter().filter(|folder| !is_data(tree, folder)) {
        found.extend(find(tree, folder)?);
    }
    Ok(found)
}

/// The data of an export beside its metadata: nothing to look for there.
fn is_data(tree: &dyn Tree, folder: &Path) -> bool {
    name(folder) == "data" && tree.is_folder(&folder.with_file_name("metadata"))
}

/// The manifests of a partition; where there are only executions' own, those of the newest execution.
fn of_partition(tree: &dyn Tree, folder: &Path) -> Result<Vec<PathBuf>> {
    let (executions, files) = tree.entries(folder)?;
    let manifests = |files: Vec<PathBuf>| files.into_iter().filter(|path| is_manifest(path)).collect::<Vec<_>>();
    let mut found = manifests(files);
    // Executions begin with their time: the last by name is the newest.
    for execution in executions.iter().rev() {
        if found.is_empty() {
            found = manifests(tree.entries(execution)?.1);
        }
    }
    Ok(found)
}

/// The billing month of `BILLING_PERIOD=2026-10`, in either case.
fn partition(name: &str) -> Option<BillingMonth> {
    let (key, month) = name.split_once('=')?;
    key.eq_ignore_ascii_case("billing_period").then(|| month.parse().ok()).flatten()
}

/// The partition folder of a manifest.
fn partition_folder(path: &Path) -> Option<&Path> {
    path.ancestors().skip(1).take(2).find(|folder| partition(&name(folder)).is_some())
}

pub fn month_of_folder(path: &Path) -> Option<BillingMonth> {
    partition_folder(path).and_then(|folder| partition(&name(folder)))
}

pub fn read(tree: &dyn Tree, path: &Path) -> Result<Manifest> {
    let place = path.display().to_string();
    let execution: Execution = parse(tree, path)?;
    if execution.data_files.is_empty() {
        return Err(Error::source(&place, "names no data files", "wait for the next delivery, or deliver again"));
    }
    let month = month_of_folder(path).ok_or_else(|| Error::bug(&place, "a manifest outside a billing period"))?;
    Ok(Manifest { month, files: execution.data_files })
}

/// `s3://bucket/prefix/export/data/BILLING_PERIOD=2026-10/…`, with or without bucket: the same partition of
/// the data beside the metadata.
pub fn locate(path: &Path, named: &str) -> Result<(PathBuf, String)> {
    let place = path.display().to_string();
    let export = partition_folder(path).and_then(Path::parent).and_then(Path::parent).unwrap_or(path);
    let parts: Vec<&str> = named.split('/').collect();
    let at = parts.windows(2).rposition(|pair| pair[0] == "data" && partition(pair[1]).is_some());
    let Some(at) = at else {
        let what = format!("names {named}, which is not under data/BILLING_PERIOD=…");
        return Err(Error::source(place, what, "deliver the manifest again"));
    };
    if partition(parts[at + 1]) != month_of_folder(path) {
        let what = format!("names {named}, which is of another billing period");
        return Err(Error::source(place, what, "deliver the manifest again; the file would count in the wrong month"));
    }
    Ok((export.to_path_buf(), parts[at..].join("/")))
}
