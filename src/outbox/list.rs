//! What was handed out: a list beside the files.

use super::target::{Mark, Target};
use crate::error::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The list's name.
pub const LIST: &str = ".costmill-delivered.json";

const FORMAT: u32 = 1;

/// Every file that was given, by its path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    format: u32,
    pub files: BTreeMap<String, Given>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Given {
    /// Of its bytes, in hex; empty where it was about to be written when the list was.
    pub sha256: String,
    pub mark: Mark,
}

impl List {
    /// # Errors
    /// `Lake`, for a list that is none or of a newer costmill; the target's.
    pub fn read(target: &dyn Target) -> Result<Self> {
        let Some(bytes) = target.get(LIST)? else {
            return Ok(Self { format: FORMAT, files: BTreeMap::new() });
        };
        let place = format!("{}/{LIST}", target.name());
        let list: Self = serde_json::from_slice(&bytes).map_err(|error| {
            let remedy = "it lists what was delivered: restore it, or empty the place and run again";
            Error::lake(&place, format!("does not read: {error}"), remedy)
        })?;
        if list.format > FORMAT {
            let what = format!("has format {}, this costmill writes {FORMAT}", list.format);
            return Err(Error::lake(&place, what, "use the costmill that delivered there, or a newer one"));
        }
        // Whoever may write there could have us take away anything that we may.
        if let Some(path) = list.files.keys().find(|path| !is_below(path)) {
            let what = format!("lists `{path}`, which is not below it");
            return Err(Error::lake(
                &place,
                what,
                "somebody else wrote it: restore it, or empty the place and run again",
            ));
        }
        Ok(list)
    }

    pub fn write(&self, target: &dyn Target) -> Result<()> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(|error| Error::bug(LIST, error.to_string()))?;
        bytes.push(b'\n');
        target.put(&[(LIST, &bytes)], &mut |_, _| ())
    }
}

/// Names only what is below the place, one plain step after another.
fn is_below(path: &str) -> bool {
    !path.contains('\\') && path.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Whoever may write to the share may not have a run take away what is elsewhere.
    #[test]
    fn a_list_names_what_is_below_it_alone() {
        for path in ["../x", "/etc/x", "a/../../x", "a//b", "", "..", "a\\..\\b"] {
            assert!(!is_below(path), "{path}");
        }
        assert!(is_below("2026-10/team/maps/waste.html") && is_below("index.html") && is_below("a..b"));
    }
}
