//! A finished folder takes the place of another.

use crate::fault;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

/// Moves a finished folder (or file) to its place. What stood there before is then at `fresh`, for
/// the caller to delete; nothing there before, and `fresh` is gone. Both on one file system.
///
/// Linux and macOS change the two in one step: a reader finds the old or the new, whole, at every
/// moment. Where the file system cannot, the old one is away for a moment; a crash in it leaves the
/// old one at `aside`, from where [`put_back`] takes it.
///
/// Errors are the disk's; then the old one stands.
pub fn put_in_place(fresh: &Path, target: &Path) -> io::Result<()> {
    if !target.is_dir() {
        return fs::rename(fresh, target);
    }
    match exchange(fresh, target) {
        Err(error) if cannot(&error) => in_two_steps(fresh, target),
        done => done,
    }
}

/// Takes back what [`put_in_place`] had set aside when it was interrupted.
pub fn put_back(fresh: &Path, target: &Path) -> io::Result<()> {
    match fs::symlink_metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => match fs::rename(aside(fresh), target) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        },
        _ => Ok(()),
    }
}

fn in_two_steps(fresh: &Path, target: &Path) -> io::Result<()> {
    let old = aside(fresh);
    fs::rename(target, &old)?;
    fault::point("lake.between_renames");
    if let Err(error) = fs::rename(fresh, target) {
        fs::rename(&old, target)?;
        return Err(error);
    }
    fs::rename(&old, fresh)
}

/// Where the old one waits between two renames.
fn aside(fresh: &Path) -> PathBuf {
    let mut name = fresh.as_os_str().to_os_string();
    name.push(".old");
    name.into()
}

#[cfg(any(target_os = "linux", target_vendor = "apple"))]
fn exchange(fresh: &Path, target: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    if fault::sabotage("lake.no_exchange") {
        return Err(ErrorKind::Unsupported.into());
    }
    Ok(renameat_with(CWD, fresh, CWD, target, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_vendor = "apple")))]
fn exchange(_: &Path, _: &Path) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// How kernels and file systems say that they know no exchange.
fn cannot(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::InvalidInput)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder_with(parent: &Path, name: &str, text: &str) -> PathBuf {
        let folder = parent.join(name);
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("page"), text).unwrap();
        folder
    }

    #[test]
    fn the_old_one_is_then_where_the_new_one_was() {
        for step in [put_in_place, in_two_steps] {
            let root = tempfile::tempdir().unwrap();
            let (fresh, target) = (folder_with(root.path(), "fresh", "new"), folder_with(root.path(), "target", "old"));
            step(&fresh, &target).unwrap();
            assert_eq!(fs::read_to_string(target.join("page")).unwrap(), "new");
            assert_eq!(fs::read_to_string(fresh.join("page")).unwrap(), "old");
            assert_eq!(fs::read_dir(root.path()).unwrap().count(), 2);
        }
    }

    #[test]
    fn nothing_there_before_is_a_rename() {
        let root = tempfile::tempdir().unwrap();
        let (fresh, target) = (folder_with(root.path(), "fresh", "new"), root.path().join("target"));
        put_in_place(&fresh, &target).unwrap();
        assert!(target.join("page").exists() && !fresh.exists());
    }

    #[test]
    fn interrupted_between_two_renames_the_old_one_comes_back() {
        let root = tempfile::tempdir().unwrap();
        let (fresh, target) = (folder_with(root.path(), "fresh", "new"), folder_with(root.path(), "target", "old"));
        fs::rename(&target, aside(&fresh)).unwrap();
        put_back(&fresh, &target).unwrap();
        assert_eq!(fs::read_to_string(target.join("page")).unwrap(), "old");
        // And where nothing was interrupted, nothing is moved.
        put_back(&fresh, &target).unwrap();
        assert!(fresh.exists() && target.exists());
    }

    #[test]
    fn a_new_one_that_is_not_there_leaves_the_old_one() {
        for step in [put_in_place, in_two_steps] {
            let root = tempfile::tempdir().unwrap();
            let target = folder_with(root.path(), "target", "old");
            step(&root.path().join("fresh"), &target).unwrap_err();
            assert!(target.join("page").exists());
        }
    }

    /// Otherwise the tests above prove the fallback only.
    #[test]
    #[cfg(target_os = "linux")]
    fn this_file_system_can_exchange() {
        let root = tempfile::tempdir().unwrap();
        let (fresh, target) = (folder_with(root.path(), "fresh", "new"), folder_with(root.path(), "target", "old"));
        exchange(&fresh, &target).unwrap();
    }
}
