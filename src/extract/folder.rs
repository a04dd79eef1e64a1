//! A location on a disk of this machine, or mounted on it.

use super::hash;
use super::pattern::Pattern;
use super::tree::{Advance, Tree};
use crate::error::{Error, Result};
use crate::focus::{Delivery, ExportFile};
use chrono::{DateTime, Utc};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The files are where they are: nothing is fetched, and nothing is taken away.
pub struct Folder;

impl Tree for Folder {
    fn entries(&self, folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
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

    fn is_folder(&self, path: &Path) -> bool {
        path.is_dir()
    }

    fn size(&self, file: &Path) -> Option<u64> {
        file.metadata().ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len())
    }

    fn text(&self, file: &Path) -> Result<String> {
        std::fs::read_to_string(file).map_err(|error| {
            Error::source(file.display().to_string(), format!("cannot be read: {error}"), "check the file")
        })
    }

    fn matching(&self, folder: &Path, pattern: &str) -> Result<std::result::Result<Vec<PathBuf>, String>> {
        let compiled = match Pattern::new(pattern) {
            Ok(compiled) => compiled,
            Err(error) => return Ok(Err(error)),
        };
        let mut paths = compiled.files(folder)?;
        let full = folder.join(pattern);
        if paths.is_empty() && full.is_file() {
            paths.push(full);
        }
        Ok(Ok(paths))
    }

    fn modified(&self, file: &ExportFile) -> Option<DateTime<Utc>> {
        file.path.metadata().and_then(|found| found.modified()).ok().map(DateTime::from)
    }

    fn overtaken(&self, _: &Path, _: &[ExportFile]) -> Option<String> {
        None
    }

    fn peek(&self, file: &ExportFile) -> Result<()> {
        let read = std::fs::File::open(&file.path).and_then(|mut opened| opened.read(&mut [0; 1]));
        read.map(drop).map_err(|error| {
            let place = file.path.display().to_string();
            Error::source(place, format!("cannot be read: {error}"), "let the user of the run read it")
        })
    }

    fn local(&self, file: &Path) -> PathBuf {
        file.to_path_buf()
    }

    fn refresh(&mut self) -> Result<()> {
        Ok(())
    }

    fn changed(&self) -> Option<Error> {
        None
    }

    fn unfetched(&self, _: &[ExportFile]) -> u64 {
        0
    }

    fn hashes(&self, files: &[ExportFile], _: Advance<'_>) -> Result<Vec<String>> {
        files.iter().map(hash::sha256).collect()
    }

    fn fetch(&self, _: &Delivery, _: Advance<'_>) -> Result<()> {
        Ok(())
    }

    fn doubt(&self, _: &Delivery) -> Result<()> {
        Ok(())
    }

    fn release(&self, _: &Delivery) -> Result<()> {
        Ok(())
    }
}
