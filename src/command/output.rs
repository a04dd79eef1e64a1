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
/// interrupted in [`switch`] had set aside.
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

/// Writes the artifacts beside the output, to be switched in after the commit.
pub fn prepare(output: &Path, artifacts: &[Artifact]) -> Result<PathBuf> {
    let work = output.join(WORK);
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|error| refused(&work, &error))?;
    }
    fs::create_dir_all(&work).map_err(|error| refused(&work, &error))?;
    for artifact in artifacts {
        let path = work.join(&artifact.path);
        refuse_in_the_way(output, &artifact.path)?;
        let write = || -> std::io::Result<()> {
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            let mut file = fs::File::create(&path)?;
            file.write_all(&artifact.bytes)?;
            file.sync_all()
        };
        write().map_err(|error| refused(&path, &error))?;
    }
    Ok(work)
}

/// Moves what was prepared to its place: the folder of each billing period is replaced as one,
/// loose files one by one, the index last. Every page is there, old or new, at every moment.
/// Interrupted, it is done again by the next run.
pub fn switch(output: &Path, work: &Path, artifacts: &[Artifact]) -> Result<()> {
    let tops: BTreeSet<&str> = artifacts.iter().filter_map(|artifact| artifact.path.split('/').next()).collect();
    for top in tops {
        let to = output.join(top);
        crate::fault::point("output.between_renames");
        lake::put_in_place(&work.join(top), &to).map_err(|error| refused(&to, &error))?;
    }
    fs::remove_dir_all(work).map_err(|error| refused(work, &error))
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

fn refused(path: &Path, error: &std::io::Error) -> Error {
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
        let work = prepare(output, artifacts).unwrap();
        switch(output, &work, artifacts).unwrap();
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
        prepare(output.path(), &[page("2026-10/a.csv", "new")]).unwrap();
        fs::rename(at("2026-10"), at(WORK).join("2026-10.old")).unwrap();
        probe(output.path()).unwrap();
        assert_eq!(fs::read_to_string(at("2026-10/a.csv")).unwrap(), "old");
    }
}
