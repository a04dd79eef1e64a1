//! The output folder: a period's files appear together, or not at all.

use crate::error::{Error, Result};
use crate::focus::Artifact;
use crate::lake;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const WORK: &str = ".costmill-next";

/// Fails in the first second when the folder cannot be written. Puts back what a run that was
/// interrupted in [`Work::switch`] had set aside.
pub fn probe(output: &Path) -> Result<()> {
    let work = output.join(WORK);
    fs::create_dir_all(&work).map_err(|error| refused(output, &error))?;
    let path = work.join("probe");
    fs::write(&path, b"").and_then(|()| fs::remove_file(&path)).map_err(|error| refused(output, &error))?;
    for entry in fs::read_dir(&work).map_err(|error| refused(&work, &error))?.flatten() {
        let to = output.join(entry.file_name());
        lake::put_back(&entry.path(), &to).map_err(|error| refused(&to, &error))?;
    }
    Ok(())
}

/// The artifacts of a run, beside the output until they are switched in after the commit.
pub struct Work {
    output: PathBuf,
    folder: PathBuf,
}

impl Work {
    /// An empty folder aside.
    pub fn begin(output: &Path) -> Result<Self> {
        let folder = output.join(WORK);
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| refused(&folder, &error))?;
        }
        fs::create_dir_all(&folder).map_err(|error| refused(&folder, &error))?;
        Ok(Self { output: output.to_path_buf(), folder })
    }

    /// Writes one artifact, from any thread. It is on the disk for sure after [`Work::seal`].
    pub fn write(&self, artifact: &Artifact) -> Result<()> {
        let path = self.folder.join(&artifact.path);
        refuse_in_the_way(&self.output, &artifact.path)?;
        let write = || -> std::io::Result<()> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = fs::File::create(&path)?;
            file.write_all(&artifact.bytes)?;
            each_synced(&file)
        };
        write().map_err(|error| refused(&path, &error))
    }

    /// Where what was written stands until it is switched in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns when all that was written is on the disk.
    pub fn seal(&self) -> Result<()> {
        sync_all(&self.folder).map_err(|error| refused(&self.folder, &error))
    }

    /// Is there nothing to switch in?
    pub fn is_empty(&self) -> Result<bool> {
        Ok(self.tops()?.is_empty())
    }

    /// Moves what was written to its place: the folder of each billing period is replaced as one,
    /// loose files one by one, the index last. Every page is there, old or new, at every moment.
    /// Interrupted, it is done again by the next run.
    pub fn switch(self) -> Result<()> {
        for top in self.tops()? {
            let to = self.output.join(&top);
            crate::fault::point("output.between_renames");
            lake::put_in_place(&self.folder.join(&top), &to).map_err(|error| refused(&to, &error))?;
        }
        fs::remove_dir_all(&self.folder).map_err(|error| refused(&self.folder, &error))
    }

    /// The folders and loose files, in order: digits stand before letters, so the index is last.
    fn tops(&self) -> Result<BTreeSet<std::ffi::OsString>> {
        let entries = fs::read_dir(&self.folder).map_err(|error| refused(&self.folder, &error))?;
        entries.map(|entry| Ok(entry.map_err(|error| refused(&self.folder, &error))?.file_name())).collect()
    }
}

/// Thousands of small files are put on the disk in one call instead of one by one.
#[cfg(target_os = "linux")]
pub fn sync_all(folder: &Path) -> std::io::Result<()> {
    Ok(rustix::fs::syncfs(fs::File::open(folder)?)?)
}

#[cfg(not(target_os = "linux"))]
pub fn sync_all(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(target_os = "linux")]
pub fn each_synced(_: &fs::File) -> std::io::Result<()> {
    Ok(())
}

#[cfg(not(target_os = "linux"))]
pub fn each_synced(file: &fs::File) -> std::io::Result<()> {
    file.sync_all()
}

/// A file where a folder must be, or a folder where a file must be, is somebody else's: told before
/// anything is published.
fn refuse_in_the_way(output: &Path, path: &str) -> Result<()> {
    let (top, in_folder) = path.split_once('/').map_or((path, false), |(top, _)| (top, true));
    let there = output.join(top);
    match there.symlink_metadata() {
        Ok(found) if found.is_dir() != in_folder => Err(refused(&there, &ErrorKind::AlreadyExists.into())),
        _ => Ok(()),
    }
}

pub fn refused(path: &Path, error: &std::io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free space, or set another output folder, and run again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let costmill write there, or set another `output`"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => {
            "something is in the way: move it, or set another `output`"
        }
        _ => "check the disk and run again",
    };
    Error::lake(path.display().to_string(), error.to_string(), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(path: &str, text: &str) -> Artifact {
        Artifact { path: path.into(), bytes: text.into() }
    }

    fn show(output: &Path, artifacts: &[Artifact]) {
        probe(output).unwrap();
        let work = Work::begin(output).unwrap();
        artifacts.iter().for_each(|artifact| work.write(artifact).unwrap());
        work.seal().unwrap();
        work.switch().unwrap();
    }

    #[test]
    fn a_period_is_replaced_whole_and_nothing_else() {
        let output = tempfile::tempdir().unwrap();
        let at = |path: &str| output.path().join(path);
        show(output.path(), &[page("2026-09/a.csv", "1"), page("2026-10/a.csv", "1"), page("index.html", "1")]);
        show(output.path(), &[page("2026-10/b.csv", "2"), page("index.html", "2")]);
        assert_eq!(fs::read_to_string(at("2026-09/a.csv")).unwrap(), "1");
        assert!(!at("2026-10/a.csv").exists() && at("2026-10/b.csv").exists());
        assert_eq!(fs::read_to_string(at("index.html")).unwrap(), "2");
        assert!(!at(WORK).exists());
    }

    /// As when no period ties in the very first run: the run goes on to say so.
    #[test]
    fn nothing_to_show_is_no_error() {
        let output = tempfile::tempdir().unwrap();
        show(output.path(), &[]);
        assert_eq!(fs::read_dir(output.path()).unwrap().count(), 0);
    }

    #[test]
    fn what_an_interrupted_switch_set_aside_comes_back() {
        let output = tempfile::tempdir().unwrap();
        let at = |path: &str| output.path().join(path);
        show(output.path(), &[page("2026-10/a.csv", "old")]);
        Work::begin(output.path()).unwrap().write(&page("2026-10/a.csv", "new")).unwrap();
        fs::rename(at("2026-10"), at(WORK).join("2026-10.old")).unwrap();
        probe(output.path()).unwrap();
        assert_eq!(fs::read_to_string(at("2026-10/a.csv")).unwrap(), "old");
    }
}
