//! The pages that were issued when a billing period was closed: kept in the lake, byte for byte, and put back into
//! any output folder that has them no more.

use super::output::{self, Work};
use super::rendered;
use crate::error::{Error, Result};
use crate::focus::{Artifact, BillingMonth};
use crate::lake::{Lake, bytes_hash};
use crate::ledger::{Closing, FrozenPages};
use crate::report::MonthPages;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::Path;

const FOLDER: &str = "closed";

/// Copies what has been written for a month into the lake, durably, under a hash of it. Nothing names it until the
/// ledger does; the same pages again are the same folder.
pub fn keep(lake: &Lake, work: &Work, month: BillingMonth, key: String) -> Result<FrozenPages> {
    let from = work.folder().join(month.to_string());
    let mut files = BTreeMap::new();
    let fresh = lake.temp()?.join("pages");
    for (path, bytes) in read_all(&from)? {
        let to = fresh.join(&path);
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(to.parent().unwrap_or(&fresh))?;
            let mut file = fs::File::create(&to)?;
            file.write_all(&bytes)?;
            output::each_synced(&file)
        };
        write().map_err(|error| output::refused(&to, &error))?;
        files.insert(path, bytes_hash(&bytes));
    }
    let mut hash = Sha256::new();
    files.iter().for_each(|(path, of)| hash.update(format!("{path} {of}\n")));
    let name: String = hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let folder = format!("{FOLDER}/{month}/{name}");
    let target = lake.here(&folder);
    let stored: Vec<String> = files.keys().map(|path| format!("{folder}/{path}")).collect();
    if target.exists() {
        let there = read_all(&target)?.into_iter().map(|(path, bytes)| (path, bytes_hash(&bytes)));
        if there.collect::<BTreeMap<_, _>>() == files {
            lake.share(stored.iter().map(String::as_str))?;
            return Ok(FrozenPages { folder, key, files });
        }
    }
    let place = || -> std::io::Result<()> {
        output::sync_all(&fresh)?;
        // What a crash left half: an earlier closing that names it would have it whole.
        if target.exists() {
            fs::remove_dir_all(&target)?;
        }
        fs::create_dir_all(target.parent().unwrap_or(&target))?;
        fs::rename(&fresh, &target)?;
        output::sync_all(&target)
    };
    place().map_err(|error| output::refused(&target, &error))?;
    lake.share(stored.iter().map(String::as_str))?;
    Ok(FrozenPages { folder, key, files })
}

/// The pages of a closed month: those that stand, or, where other ones or none do, the issued ones written again.
pub fn stand(lake: &Lake, output: &Path, closing: Closing, work: &Work) -> Result<MonthPages> {
    let (month, issued) = (closing.event.period, &closing.frozen.pages);
    if let Some(pages) = rendered::standing(output, month).filter(|pages| pages.key == issued.key) {
        return Ok(pages);
    }
    let mut listed = None;
    for (path, hash) in &issued.files {
        let from = lake.bring(&format!("{}/{path}", issued.folder))?;
        let damaged =
            |what: String| Error::lake(from.display().to_string(), what, "restore it from a backup of the lake");
        let bytes = fs::read(&from).map_err(|error| damaged(format!("a page of a closed period: {error}")))?;
        if bytes_hash(&bytes) != *hash {
            return Err(damaged("is not the page that was issued: its bytes do not match the ledger".into()));
        }
        if format!("{month}/{path}") == MonthPages::path(month) {
            listed = Some(serde_json::from_slice(&bytes).map_err(|error| damaged(error.to_string()))?);
        }
        work.write(&Artifact { path: format!("{month}/{path}"), bytes })?;
    }
    listed.ok_or_else(|| {
        let place = lake.place(&issued.folder).display().to_string();
        Error::lake(place, "holds no index.json of the closed period", "restore the lake from a backup")
    })
}

/// Every file below a folder, by its path from there.
fn read_all(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![String::new()];
    while let Some(below) = folders.pop() {
        let place = folder.join(&below);
        let entries = fs::read_dir(&place).map_err(|error| output::refused(&place, &error))?;
        for entry in entries {
            let entry = entry.map_err(|error| output::refused(&place, &error))?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            if entry.path().is_dir() {
                folders.push(path);
            } else {
                let bytes = fs::read(entry.path()).map_err(|error| output::refused(&entry.path(), &error))?;
                found.insert(path, bytes);
            }
        }
    }
    Ok(found)
}
