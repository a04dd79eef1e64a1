//! Files on a local disk: those of a lake in a folder, and of the cache of one in a store.
//!
//! Durable means: the bytes are synced before the name exists, and the name before we go on.

use crate::error::{Error, Result};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};

/// Creates a folder and its missing parents, durably.
pub fn create_folder(path: &Path) -> Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        create_folder(parent)?;
    }
    match fs::create_dir(path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists || !path.is_dir() => {
            Err(io_error(path, "this folder cannot be created", &error))
        }
        _ => path.parent().map_or(Ok(()), sync_folder),
    }
}

/// Writes a small file durably and in one step: readers see the old bytes or the new.
pub fn put(temp_folder: &Path, target: &Path, bytes: &[u8]) -> Result<()> {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let name = format!("put-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    create_folder(temp_folder)?;
    let temp = temp_folder.join(name);
    let written = File::create(&temp).and_then(|mut file| file.write_all(bytes));
    if let Err(error) = written {
        let _ = fs::remove_file(&temp);
        return Err(io_error(&temp, "this file cannot be written", &error));
    }
    settle(&temp, target)
}

/// Gives a finished temporary file its name, durably. A file of that name is replaced in one step.
pub fn settle(temp: &Path, target: &Path) -> Result<()> {
    sync_file(temp)?;
    let folder = target.parent().unwrap_or(Path::new("."));
    create_folder(folder)?;
    fs::rename(temp, target).map_err(|e| io_error(target, "the staged file cannot be given this name", &e))?;
    sync_folder(folder)
}

/// Makes the bytes of a file durable.
pub fn sync_file(path: &Path) -> Result<()> {
    // Syncing needs no write access of this handle; opening for append would refuse read-only parts.
    File::open(path).and_then(|file| file.sync_all()).map_err(|e| io_error(path, "this file cannot be synced", &e))
}

/// Makes the names in a folder durable.
pub fn sync_folder(path: &Path) -> Result<()> {
    // Only Unix can open a folder; elsewhere the file system does as it does.
    if cfg!(unix) {
        let folder = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let synced = File::open(folder).and_then(|file| file.sync_all());
        synced.map_err(|e| io_error(folder, "this folder cannot be synced", &e))?;
    }
    Ok(())
}

pub fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(|e| io_error(path, "this file of the lake cannot be read", &e))
}

/// Size in bytes.
pub fn size(path: &Path) -> Result<u64> {
    let found = fs::metadata(path).map_err(|e| io_error(path, "this file of the lake cannot be read", &e))?;
    Ok(found.len())
}

/// SHA-256 in lower-case hex, and the size in bytes.
pub fn hash_file(path: &Path) -> Result<(String, u64)> {
    let failed = |e| io_error(path, "this file cannot be read", &e);
    let mut file = File::open(path).map_err(failed)?;
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 1 << 20];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => return Ok((hex(&hasher.finalize()), size)),
            read => {
                hasher.update(&buffer[..read]);
                size += read as u64;
            }
        }
    }
}

/// SHA-256 of a file's bytes, lower-case hex.
pub fn file_hash(path: &Path) -> Result<String> {
    hash_file(path).map(|(hash, _)| hash)
}

/// SHA-256 in lower-case hex.
pub fn hash_bytes(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Lower-case hex.
pub fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(64), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Milliseconds since 1970 at which the file was last written, by the file system's clock.
pub fn modified_millis(path: &Path) -> Result<i64> {
    let modified = fs::metadata(path).and_then(|found| found.modified());
    let modified = modified.map_err(|e| io_error(path, "this file of the lake cannot be read", &e))?;
    Ok(modified.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64))
}

/// Deletes all that a folder holds; a missing folder holds nothing.
pub fn empty_folder(path: &Path) -> Result<()> {
    let failed = |e| io_error(path, "the left-overs of an earlier run cannot be deleted", &e);
    let entries = match fs::read_dir(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        let removed = if is_folder { fs::remove_dir_all(entry.path()) } else { fs::remove_file(entry.path()) };
        removed.map_err(failed)?;
    }
    Ok(())
}

/// Deletes a folder with all that it holds; a missing one is gone already.
pub fn remove_folder(path: &Path) -> Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(io_error(path, "this folder cannot be deleted", &error))
        }
        _ => Ok(()),
    }
}

/// An error of the operating system, with the remedy its kind asks for.
pub fn io_error(place: &Path, what: &str, error: &io::Error) -> Error {
    Error::lake(place.display().to_string(), format!("{what}: {error}"), remedy(error.kind()))
}

/// What the operator does about it.
pub fn remedy(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            "free space on this disk and run again; what was published stays"
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            "let this user write there, or name another folder as `lake` in the config; what was published stays"
        }
        ErrorKind::NotADirectory | ErrorKind::AlreadyExists | ErrorKind::IsADirectory => {
            "something else stands in the way: move it, or name another folder as `lake` in the config"
        }
        ErrorKind::NotFound => "the file is gone: restore the lake from its backup",
        ErrorKind::CrossesDevices => "keep the whole lake, `tmp` too, on one file system",
        _ => "check the disk, then run again; what was published stays",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_and_a_closed_door_are_told_apart() {
        let place = Path::new("/lake/cost");
        let told = |kind| io_error(place, "this file cannot be written", &io::Error::from(kind)).problem().clone();
        assert!(told(ErrorKind::StorageFull).remedy.starts_with("free space on this disk"));
        assert!(told(ErrorKind::PermissionDenied).remedy.starts_with("let this user write there"));
        assert!(told(ErrorKind::StorageFull).what.contains("this file cannot be written: "));
        assert_eq!(told(ErrorKind::Other).place, "/lake/cost");
    }

    #[test]
    fn put_replaces_in_one_step_and_leaves_no_temporary_file() {
        let folder = tempfile::tempdir().unwrap();
        let (temp, target) = (folder.path().join("tmp"), folder.path().join("a/b/file.json"));
        put(&temp, &target, b"one").unwrap();
        put(&temp, &target, b"two").unwrap();
        assert_eq!(read(&target).unwrap(), b"two");
        assert_eq!(fs::read_dir(&temp).unwrap().count(), 0);
        // The digest of "two" as sha256sum prints it.
        let digest = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3";
        assert_eq!((hash_file(&target).unwrap(), hash_bytes(b"two")), ((digest.into(), 3), digest.into()));
        let in_the_way = put(&temp, &target.join("below"), b"x").unwrap_err();
        assert!(in_the_way.problem().remedy.contains("stands in the way"), "{in_the_way}");
    }
}
