//! The output folder: a period's files appear together, or not at all.

use crate::error::{Error, Result};
use crate::focus::Artifact;
use std::collections::BTreeSet;
use std::fs;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

const WORK: &str = ".costmill-next";

/// Fails in the first second when the folder cannot be written.
pub fn probe(output: &Path) -> Result<()> {
    let work = output.join(WORK);
    fs::create_dir_all(&work).map_err(|error| refused(output, &error))?;
    let path = work.join("probe");
    fs::write(&path, b"").and_then(|()| fs::remove_file(&path)).map_err(|error| refused(output, &error))
}

/// Writes the artifacts beside the output, to be switched in after the commit.
pub fn prepare(output: &Path, artifacts: &[Artifact]) -> Result<PathBuf> {
    let work = output.join(WORK);
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|error| refused(&work, &error))?;
    }
    for artifact in artifacts {
        let path = work.join(&artifact.path);
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
/// loose files one by one. Interrupted, it is done again by the next run.
pub fn switch(output: &Path, work: &Path, artifacts: &[Artifact]) -> Result<()> {
    let tops: BTreeSet<&str> = artifacts.iter().filter_map(|artifact| artifact.path.split('/').next()).collect();
    for top in tops {
        let (from, to) = (work.join(top), output.join(top));
        let old = work.join(format!("{top}.old"));
        if to.is_dir() {
            fs::rename(&to, &old).map_err(|error| refused(&to, &error))?;
        }
        crate::fault::point("output.between_renames");
        fs::rename(&from, &to).map_err(|error| refused(&to, &error))?;
    }
    fs::remove_dir_all(work).map_err(|error| refused(work, &error))
}

fn refused(path: &Path, error: &std::io::Error) -> Error {
    let remedy = match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free space, or set another output folder, and run again",
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let costmill write there, or set another `output`"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists => "a file is in the way: move it, or set another `output`",
        _ => "check the disk and run again",
    };
    Error::lake(path.display().to_string(), error.to_string(), remedy)
}
