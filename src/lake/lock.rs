//! One run at a time on one machine. The lock is the kernel's: a killed run holds nothing. Of a lake in a store it is
//! the cache's: between two hosts the commit decides.

use super::disk;
use super::root::Lake;
use crate::error::{Error, Result};
use crate::fault;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// The right to write to a lake, held until dropped or until the process ends, however it ends.
#[derive(Debug)]
pub struct RunLock {
    _file: File,
}

impl Lake {
    /// Takes the lake for this run and clears what a broken run left in `tmp`.
    ///
    /// # Errors
    /// [`Error::Lake`] when another run holds it, naming its process, or when it cannot be written.
    pub fn lock(&self) -> Result<RunLock> {
        let path = self.root().join(".lock");
        // Not truncated: until we hold the lock, what it says is the holder's.
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let mut file = opened.map_err(|e| disk::io_error(&path, "the lake cannot be written", &e))?;
        match file.try_lock() {
            _ if fault::sabotage("lake.no_lock") => return Ok(RunLock { _file: file }),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(self.root(), &mut file)),
            Err(TryLockError::Error(error)) => return Err(disk::io_error(&path, "the lake cannot be locked", &error)),
        }
        let signed =
            file.set_len(0).and_then(|()| file.rewind()).and_then(|()| writeln!(file, "{}", std::process::id()));
        signed.map_err(|e| disk::io_error(&path, "the lake cannot be written", &e))?;
        disk::empty_folder(&self.temp_folder())?;
        Ok(RunLock { _file: file })
    }
}

fn held(root: &Path, file: &mut File) -> Error {
    let mut text = String::new();
    let pid = file.read_to_string(&mut text).ok().and_then(|_| text.trim().parse::<u32>().ok());
    // The holder signed when it began, so the file's own time is when that was.
    let since = file.metadata().and_then(|found| found.modified()).ok().map(|time| {
        let time = chrono::DateTime::<chrono::Utc>::from(time);
        format!(", since {}", time.format("%Y-%m-%dT%H:%M:%SZ"))
    });
    let who = pid.map(|pid| format!(" (process {pid}{})", since.unwrap_or_default())).unwrap_or_default();
    Error::lake(
        root.display().to_string(),
        format!("another costmill run{who} holds the lake"),
        "wait until it has ended, or end it; a run that was killed holds nothing",
    )
}
