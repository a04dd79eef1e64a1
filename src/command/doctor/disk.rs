//! Room and rights on the disks of this machine.
//!
//! A night needs room for the biggest delivery as it is delivered (fetched), as it lands, and as `cost` and roll-ups,
//! all at once; how large these become of a delivery is a matter of its format. Room for four times its bytes is asked
//! for, and for a tenth of the disk's in a warning.

use super::Patient;
use super::finding::Findings;
use super::sources::in_bytes;
use std::path::{Path, PathBuf};

/// The biggest delivery's bytes, as they are delivered, fit so many times.
const TIMES: u64 = 4;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    let settings = patient.settings;
    let biggest = patient.examined().map(|(_, examined)| examined.biggest).max().unwrap_or_default();
    let lake = &settings.lake.folder;
    // Of a lake in a store it is the cache that is on a disk of this machine.
    let name = if settings.lake.store.is_some() { "cache" } else { "lake" };
    room(name, lake, biggest.saturating_mul(TIMES), findings);
    room("output", &settings.output, 64 << 20, findings);
    if let Ok(Some(lake)) = &patient.lake {
        let folders = lake.written_to();
        let shut: Vec<String> = folders
            .iter()
            .filter_map(|folder| may_write(folder).err().map(|why| format!("{}: {why}", folder.display())))
            .collect();
        match shut.is_empty() {
            true => findings.ok(name, "can be written"),
            false => {
                let remedy = "let the user of the run write there";
                shut.into_iter().for_each(|what| findings.failed(name, what, remedy));
            }
        }
        one_file_system(&folders, findings);
    } else if let Err(why) = may_write(lake) {
        let remedy = format!("let the user of the run write there, or name another folder as `{name}`");
        findings.failed(name, format!("{}: {why}", lake.display()), remedy);
    }
}

fn room(name: &str, folder: &Path, needed: u64, findings: &mut Findings) {
    let Some((free, all)) = space(folder) else { return };
    let found = format!("{} free of {}", in_bytes(free), in_bytes(all));
    let remedy = "free space on this disk (`costmill vacuum` frees the lake's), or move it to a larger one";
    match free {
        free if free < needed => {
            findings.failed(name, format!("{found}; a night may need {}", in_bytes(needed)), remedy);
        }
        free if free < all / 10 => findings.warning(name, format!("{found}: less than a tenth"), remedy),
        _ => findings.ok(name, found),
    }
}

/// Files are given their names by renaming, which works within one file system.
fn one_file_system(folders: &[PathBuf], findings: &mut Findings) {
    let mut systems = folders.iter().filter_map(|folder| Some((folder, system(folder)?)));
    let Some((_, first)) = systems.next() else { return };
    if let Some((other, _)) = systems.find(|(_, system)| *system != first) {
        let remedy = "keep the whole lake, `tmp` too, on one file system";
        findings.failed("lake", format!("{} is on another file system than the lake", other.display()), remedy);
    }
}

/// The folder itself, or the nearest one above it that is there.
fn standing(folder: &Path) -> &Path {
    let there = folder.ancestors().find(|above| above.exists());
    there.unwrap_or(Path::new("."))
}

/// May this user write to the folder, or make it? The error says why not. Nothing is written.
pub(super) fn may_write(folder: &Path) -> Result<(), String> {
    let there = standing(folder);
    let shown = if there == folder { String::new() } else { format!("{}: ", there.display()) };
    if !there.is_dir() {
        return Err(format!("{shown}is a file"));
    }
    access(there).map_err(|why| format!("{shown}{why}"))
}

#[cfg(unix)]
fn access(folder: &Path) -> Result<(), String> {
    use rustix::fs::Access;
    rustix::fs::access(folder, Access::WRITE_OK | Access::EXEC_OK)
        .map_err(|error| std::io::Error::from(error).to_string())
}

#[cfg(not(unix))]
fn access(folder: &Path) -> Result<(), String> {
    let meta = folder.metadata().map_err(|error| error.to_string())?;
    if meta.permissions().readonly() { Err("is read-only".into()) } else { Ok(()) }
}

/// Bytes that this user may still write, and bytes in all.
#[cfg(unix)]
fn space(folder: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(standing(folder)).ok()?;
    Some((found.f_bavail.saturating_mul(found.f_frsize), found.f_blocks.saturating_mul(found.f_frsize)))
}

#[cfg(not(unix))]
fn space(_: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(unix)]
fn system(folder: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    folder.metadata().ok().map(|meta| meta.dev())
}

#[cfg(not(unix))]
fn system(_: &Path) -> Option<u64> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use super::super::finding::State;
    use super::*;

    #[test]
    fn room_is_counted_where_the_folder_will_be() {
        let folder = tempfile::tempdir().unwrap();
        let state = |needed: u64| {
            let mut findings = Findings::default();
            room("lake", &folder.path().join("not/there/yet"), needed, &mut findings);
            findings.state()
        };
        assert_ne!(state(0), State::Failed);
        assert_eq!(state(u64::MAX), State::Failed);
    }

    #[test]
    fn what_is_below_a_file_cannot_be_written() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        std::fs::write(&file, "mine").unwrap();
        assert_eq!(may_write(&folder.path().join("new/folder")), Ok(()));
        let why = may_write(&file.join("folder")).unwrap_err();
        assert!(why.ends_with("file: is a file"), "{why}");
    }
}
