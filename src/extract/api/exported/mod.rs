//! Recommendations that a provider delivers as files: which of them are the newest, and their bytes here.
//!
//! Nothing of it is a bill, so there are no deliveries and no proof: the newest export is what is known. What was found
//! last is noted beside the files, for a night that cannot or may not look.

mod hub;
mod optimizer;

use super::Mode;
use crate::error::{Error, Result};
use crate::extract::Announced;
use crate::extract::Location;
use crate::extract::folder::Folder;
use crate::extract::hash;
use crate::extract::store::Store;
use crate::extract::tree::Tree;
use crate::focus::{Api, ApiKind, DeliveryKind, ExportFile, StoreAddress};
use crate::lake;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const FOUND: &str = "found.json";
/// Folders below a location are looked into so deep.
const DEEPEST: usize = 12;

/// A file of an export that may be the newest of its kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exported {
    /// As its location names it, for messages.
    pub place: String,
    /// On this machine.
    pub path: PathBuf,
    /// The day of the export.
    pub day: NaiveDate,
    /// Files of the same group replace each other: the newest comes first. Empty: all are needed.
    pub group: String,
}

/// A file as it is found, before it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    path: PathBuf,
    day: NaiveDate,
    group: String,
}

/// What a look at the location came to.
#[derive(Debug, Default)]
pub struct Look {
    pub files: Vec<Exported>,
    /// The files are those of an earlier look.
    pub is_stale: bool,
    pub problems: Vec<Error>,
}

/// The newest files of the API's location. `folder` keeps what is fetched. Where the location cannot be looked at, those
/// of the last look stand in.
pub fn exported(api: &Api, folder: &Path, today: NaiveDate, mode: Mode) -> Look {
    let fresh = match mode {
        Mode::Kept => Ok(None),
        Mode::Online | Mode::Again => look(api, folder, today).map(Some),
    };
    let mut problems = Vec::new();
    match fresh {
        Ok(Some(files)) => {
            problems.extend(note(folder, &files).err());
            return Look { files, is_stale: false, problems };
        }
        Ok(None) => (),
        Err(error) => problems.push(error),
    }
    let noted = std::fs::read(folder.join(FOUND)).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
    let mut files: Vec<Exported> = noted.unwrap_or_default();
    files.retain(|file| file.path.is_file());
    Look { is_stale: !files.is_empty(), files, problems }
}

fn note(folder: &Path, files: &[Exported]) -> Result<()> {
    let bytes = serde_json::to_vec_pretty(files).map_err(|error| Error::bug(FOUND, error.to_string()))?;
    lake::put_file(&folder.join("tmp"), &folder.join(FOUND), &bytes)
}

fn look(api: &Api, folder: &Path, today: NaiveDate) -> Result<Vec<Exported>> {
    let Some((root, store)) = &api.location else {
        return Err(Error::bug(format!("api {}", api.id), "an export without a location"));
    };
    let tree = open(api, root, store.as_ref(), &folder.join("fetched"))?;
    if !tree.is_folder(root) {
        let remedy = format!("check `location` of the API {}, or wait for the first export", api.id);
        return Err(Error::source(root.display().to_string(), "holds no export", remedy));
    }
    let mut all = Vec::new();
    walk(tree.as_ref(), root, DEEPEST, &mut all)?;
    let found = match api.kind {
        ApiKind::AwsComputeOptimizerExport => optimizer::newest(&all, today),
        _ => hub::newest(tree.as_ref(), &all, today)?,
    };
    if found.is_empty() {
        let remedy = format!("check `location` of the API {}, or wait for the first export", api.id);
        return Err(Error::source(root.display().to_string(), "holds no export", remedy));
    }
    fetch(api, tree.as_ref(), root, &all, &found)?;
    let here = |one: Found| Exported {
        place: one.path.display().to_string(),
        path: tree.local(&one.path),
        day: one.day,
        group: one.group,
    };
    Ok(found.into_iter().map(here).collect())
}

fn open(api: &Api, root: &Path, store: Option<&StoreAddress>, fetched: &Path) -> Result<Box<dyn Tree>> {
    let Some(address) = store else { return Ok(Box::new(Folder)) };
    let location = Location {
        source: api.id.clone(),
        folder: root.to_path_buf(),
        store: Some(address.clone()),
        dataset: None,
        file_sets: Vec::new(),
    };
    Ok(Box::new(Store::open(address, &location, fetched)?))
}

/// Every file below a folder, by path.
fn walk(tree: &dyn Tree, folder: &Path, deep: usize, all: &mut Vec<PathBuf>) -> Result<()> {
    let (folders, files) = tree.entries(folder)?;
    all.extend(files);
    match deep {
        0 => Ok(()),
        _ => folders.iter().try_for_each(|folder| walk(tree, folder, deep - 1, all)),
    }
}

/// Has the found files be on this machine, and those that are no longer needed not.
fn fetch(api: &Api, tree: &dyn Tree, root: &Path, all: &[PathBuf], found: &[Found]) -> Result<()> {
    let file = |path: &PathBuf| ExportFile {
        key: path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/"),
        path: tree.local(path),
        size: tree.size(path).unwrap_or_default(),
        dataset: String::new(),
        rows: None,
        rows_of_all: None,
    };
    let of = |files: Vec<ExportFile>, hashes: Vec<String>| {
        let announced = Announced {
            source: api.id.clone(),
            format: "",
            kind: DeliveryKind::FileSet,
            months: Vec::new(),
            range: None,
            files,
            origin: String::new(),
        };
        hash::delivery(&announced, hashes)
    };
    let wanted: Vec<ExportFile> = found.iter().map(|one| file(&one.path)).collect();
    let hashes = tree.hashes(&wanted, &|_| ())?;
    tree.fetch(&of(wanted.clone(), hashes), &|_| ())?;
    let is_old = |path: &&PathBuf| !found.iter().any(|one| one.path == **path);
    let old: Vec<ExportFile> = all.iter().filter(is_old).map(file).collect();
    tree.release(&of(old, Vec::new()))
}
