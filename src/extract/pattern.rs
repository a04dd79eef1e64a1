//! File patterns on a disk, with every folder and file that cannot be read told: what a walk passes by without a word
//! is a part of a bill that nobody misses.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};

/// A pattern part by part; `*` stays in its folder, `**` does not.
pub struct Pattern(Vec<Part>);

enum Part {
    Name(String),
    Like(glob::Pattern),
    AnyFolders,
}

impl Pattern {
    /// The error says why it is no pattern.
    pub fn new(text: &str) -> std::result::Result<Self, String> {
        let parts = text.split('/').filter(|part| !part.is_empty() && *part != ".");
        let part = |part: &str| match part {
            "**" => Ok(Part::AnyFolders),
            part if part.contains(['*', '?', '[']) => {
                glob::Pattern::new(part).map(Part::Like).map_err(|error| error.to_string())
            }
            part => Ok(Part::Name(part.to_string())),
        };
        parts.map(part).collect::<std::result::Result<_, _>>().map(Self)
    }

    /// The files that it matches below a folder, sorted. The folder's own name is no pattern.
    ///
    /// Errors: `Source`, for what it matches and cannot be read.
    pub fn files(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        let mut found = Vec::new();
        walk(folder, &self.0, &mut found)?;
        found.sort();
        found.dedup();
        Ok(found)
    }
}

fn walk(at: &Path, parts: &[Part], found: &mut Vec<PathBuf>) -> Result<()> {
    let is_last = parts.is_empty();
    let unreadable = |error: std::io::Error| unreadable(at, &error);
    // A folder that is matched where a file is wanted, or the other way round, is none of it.
    let there = at.metadata().map_err(unreadable)?;
    if is_last && there.is_file() {
        found.push(at.to_path_buf());
    }
    if is_last || !there.is_dir() {
        return Ok(());
    }
    let (part, rest) = (&parts[0], &parts[1..]);
    if let Part::Name(name) = part {
        let next = at.join(name);
        return match next.symlink_metadata() {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(self::unreadable(&next, &error)),
            Ok(_) => walk(&next, rest, found),
        };
    }
    if let Part::AnyFolders = part {
        walk(at, rest, found)?;
    }
    for entry in at.read_dir().map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        match part {
            Part::Like(pattern) if pattern.matches(&entry.file_name().to_string_lossy()) => {
                walk(&entry.path(), rest, found)?;
            }
            Part::AnyFolders if is_folder(&entry) => walk(&entry.path(), parts, found)?,
            _ => {}
        }
    }
    Ok(())
}

/// A link may lead to one: where it leads nowhere, the walk says so.
fn is_folder(entry: &std::fs::DirEntry) -> bool {
    entry.file_type().is_ok_and(|kind| kind.is_dir() || (kind.is_symlink() && !entry.path().is_file()))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let remedy = "let the user of the run read it, or take it away: a part of the delivery may lie there";
    Error::source(path.display().to_string(), format!("cannot be read: {error}"), remedy)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path, pattern: &str) -> Vec<String> {
        let found = Pattern::new(pattern).unwrap().files(folder).unwrap();
        found.iter().map(|path| path.strip_prefix(folder).unwrap().display().to_string()).collect()
    }

    #[test]
    fn patterns_match_what_they_say_in_a_folder_whose_name_looks_like_one() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("[prod]");
        for name in ["a/b/one.csv", "a/two.csv", "three.csv", "a/b/x.txt"] {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, name).unwrap();
        }
        assert_eq!(names(&root, "*.csv"), ["three.csv"]);
        assert_eq!(names(&root, "*/*.csv"), ["a/two.csv"]);
        assert_eq!(names(&root, "a/?/one.csv"), ["a/b/one.csv"]);
        assert_eq!(names(&root, "**/*.csv"), ["a/b/one.csv", "a/two.csv", "three.csv"]);
        assert_eq!(names(&root, "./a//two.csv"), ["a/two.csv"]);
        assert!(names(&root, "a/*").len() == 1 && names(&root, "none/*.csv").is_empty());
        assert!(Pattern::new("a/***/b").is_err() && Pattern::new("[").is_err());
    }

    /// A link that leads to itself stands for a folder that may not be entered: root may enter those.
    #[cfg(unix)]
    #[test]
    fn a_folder_that_cannot_be_read_is_told_and_not_passed_by() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        std::fs::create_dir(root.join("a")).unwrap();
        std::fs::write(root.join("a/bill.csv"), "x").unwrap();
        std::os::unix::fs::symlink("b", root.join("b")).unwrap();
        for pattern in ["*/bill.csv", "*/*.csv", "**/*.csv", "*", "b/*.csv"] {
            let message = Pattern::new(pattern).unwrap().files(root).unwrap_err().to_string();
            let what = format!("{}: cannot be read: ", root.join("b").display());
            assert!(message.contains(&what), "{pattern}: {message}");
        }
        assert_eq!(names(root, "a/*.csv"), ["a/bill.csv"]);
    }
}
