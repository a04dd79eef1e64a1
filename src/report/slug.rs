//! A name as a folder: safe on every file system and in every URL, and never another name's.

use sha2::{Digest, Sha256};

/// Characters of the readable part.
const LONGEST: usize = 40;
/// Hex digits of the hash: two of 4 billion.
const HASH: usize = 8;

/// Lower-case letters, digits and `-`. A name that is such a word stays as it is; every other one is
/// told apart by the start of its SHA-256, so that the folder of a name depends on nothing else.
pub fn slug(name: &str) -> String {
    let mut word = String::new();
    for sign in name.chars() {
        if sign.is_ascii_alphanumeric() {
            word.push(sign.to_ascii_lowercase());
        } else if !word.is_empty() && !word.ends_with('-') {
            word.push('-');
        }
    }
    word.truncate(LONGEST);
    let word = word.trim_matches('-');
    if word == name && !ends_like_a_hash(word) && !is_reserved(word) && !word.is_empty() {
        return name.to_string();
    }
    let hash: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let short = &hash[..HASH];
    if word.is_empty() { format!("x-{short}") } else { format!("{word}-{short}") }
}

/// Such a word could be the folder of another name.
fn ends_like_a_hash(word: &str) -> bool {
    word.rsplit_once('-').is_some_and(|(_, end)| {
        end.len() == HASH && end.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
    })
}

/// Devices that a Windows file system takes for files.
fn is_reserved(word: &str) -> bool {
    let numbered = |name: &str| word.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && rest != "0");
    ["con", "prn", "aux", "nul"].contains(&word) || numbered("com") || numbered("lpt")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_plain_name_is_its_own_folder() {
        for name in ["maps", "data-platform", "team-7", "unallocated", "4100"] {
            assert_eq!(slug(name), name);
        }
    }

    #[test]
    fn hostile_names_are_safe_and_stay_apart() {
        let long = "a".repeat(300);
        let names = [
            "maps",
            "Maps",
            "MAPS",
            "maps ",
            " maps",
            "ma/ps",
            "ma-ps",
            "ma ps",
            "ma\\ps",
            "ma.ps",
            "ma..ps",
            "../maps",
            "..",
            ".",
            "",
            "con",
            "COM1",
            "nul",
            "-maps",
            "maps-",
            "--",
            "=cmd|' /C calc'!A0",
            "<script>alert(1)</script>",
            "Ελληνικά",
            "機械",
            "ма",
            "a\0b",
            "a\nb",
            "%2e%2e",
            "maps-0123abcd",
            "index.html",
            &long,
            &long[1..],
        ];
        let folders: Vec<String> = names.iter().map(|name| slug(name)).collect();
        for folder in &folders {
            assert!(folder.len() <= 50 && !folder.is_empty() && !folder.starts_with('-'), "{folder}");
            assert!(folder.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{folder}");
        }
        assert_eq!(folders.iter().collect::<BTreeSet<_>>().len(), names.len(), "{folders:?}");
        // A team that calls itself like the folder of another one gets a folder of its own.
        let taken = slug("Maps");
        assert_ne!(slug(&taken), taken);
        assert!(taken.starts_with("maps-") && slug("con").starts_with("con-"), "{taken}");
    }
}
