//! A folder, of this machine or mounted.

use super::send::is_list;
use super::target::{Mark, Target};
use crate::error::{Error, Result};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

pub struct Folder {
    root: PathBuf,
}

/// What a file is called until it is whole.
const PART: &str = ".costmill-part";

impl Folder {
    pub fn open(root: &Path) -> Result<Self> {
        fs::create_dir_all(root).map_err(|error| refused(root, &error))?;
        Ok(Self { root: root.to_path_buf() })
    }

    /// A folder above the file that is a link: what stands in it was not looked at.
    fn link_above(&self, path: &str) -> Option<PathBuf> {
        let above = Path::new(path).ancestors().skip(1).filter(|above| !above.as_os_str().is_empty());
        above.map(|above| self.root.join(above)).find(|above| above.is_symlink())
    }

    fn write(&self, path: &str, bytes: &[u8]) -> Result<()> {
        let target = self.root.join(path);
        let folder = target.parent().unwrap_or(&self.root);
        let part = folder.join(PART);
        if let Some(link) = self.link_above(path) {
            let what = "is a link to a folder, and nothing is delivered through it";
            let remedy = "put a folder there; the next run delivers it";
            return Err(Error::lake(link.display().to_string(), what, remedy));
        }
        let write = || -> std::io::Result<()> {
            fs::create_dir_all(folder)?;
            let mut file = File::create(&part)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&part, &target)
        };
        write().map_err(|error| {
            let _ = fs::remove_file(&part);
            refused(&target, &error)
        })
    }
}

impl Target for Folder {
    fn standing(&self) -> Result<BTreeMap<String, Mark>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![String::new()];
        while let Some(below) = folders.pop() {
            let folder = self.root.join(&below);
            for entry in fs::read_dir(&folder).map_err(|error| refused(&folder, &error))? {
                let entry = entry.map_err(|error| refused(&folder, &error))?;
                let name = entry.file_name().to_string_lossy().into_owned();
                let path = if below.is_empty() { name.clone() } else { format!("{below}/{name}") };
                // A link to a file is what it leads to.
                let found_there = fs::metadata(entry.path()).map_err(|error| refused(&entry.path(), &error));
                match found_there {
                    // Into one that is a link nobody descends: it may lead upwards, and is not ours.
                    Ok(there) if there.is_dir() && entry.path().is_symlink() => {}
                    Ok(there) if there.is_dir() => folders.push(path),
                    Ok(there) if name != PART && !is_list(&path) => {
                        found.insert(path, Mark { size: there.len(), etag: None });
                    }
                    // What cannot be looked at is somebody else's, or in the way when it is written.
                    _ => {}
                }
            }
        }
        Ok(found)
    }

    fn get(&self, path: &str) -> Result<Option<Vec<u8>>> {
        let path = self.root.join(path);
        match fs::read(&path) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(refused(&path, &error)),
        }
    }

    fn put(&self, files: &[(&str, &[u8])], done: &mut dyn FnMut(&str, Mark)) -> Result<()> {
        for (path, bytes) in files {
            self.write(path, bytes)?;
            done(path, Mark { size: bytes.len() as u64, etag: None });
        }
        Ok(())
    }

    fn remove(&self, path: &str) -> Result<()> {
        let target = self.root.join(path);
        match fs::remove_file(&target) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(refused(&target, &error)),
            _ => {}
        }
        // Folders that are empty now go with it; one that is not stays.
        let mut folder = target.parent();
        while let Some(empty) = folder.filter(|folder| **folder != self.root && fs::remove_dir(folder).is_ok()) {
            folder = empty.parent();
        }
        Ok(())
    }

    fn name(&self) -> String {
        self.root.display().to_string()
    }
}

fn refused(path: &Path, error: &std::io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free space there; the next run delivers the rest"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let costmill write there, or set another `to` of the [[deliver]]; the next run delivers it"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            "something is in the way: move it; the next run delivers it"
        }
        _ => "check the disk or the mount; the next run delivers the rest",
    };
    Error::lake(path.display().to_string(), format!("cannot be delivered: {error}"), remedy)
}
