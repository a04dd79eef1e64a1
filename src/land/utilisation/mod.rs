//! Utilisation files: hourly histograms per resource and metric, combined over windows of days.
//!
//! The contract is `docs/utilisation.md`. Bins and not percentiles are kept, because percentiles of
//! days say nothing of the percentile of a month. Memory follows the resources, not the hours: the
//! files are read once, row by row, for all windows.

mod row;
mod window;

use super::input;
use crate::error::{Error, Result};
use crate::focus::utilisation::{UseMetric, Utilisation};
use chrono::NaiveDate;
use row::Columns;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use window::Use;

/// Days of a window, the last one included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Window {
    /// The longest window, in days: five weeks, so that every window holds a whole month.
    pub const DAYS: u64 = 35;

    /// The longest window that ends with this day.
    pub fn until(last: NaiveDate) -> Self {
        let first = last.checked_sub_days(chrono::Days::new(Self::DAYS - 1)).unwrap_or(last);
        Self { first, last }
    }
}

/// What the files say of each window, sorted by sub account, resource and metric. Patterns are
/// paths, with `*` and `?`; each must match a file. `measured` are files that APIs gave, those of one in one folder: a
/// resource's metric that is in the files of the patterns, or in those of an API before, is not taken from them.
///
/// # Errors
/// `Source` for a pattern without a file, and for the first row that breaks the contract, with its
/// file, row, column and remedy.
pub fn utilisation(patterns: &[PathBuf], measured: &[PathBuf], windows: &[Window]) -> Result<Vec<Vec<Utilisation>>> {
    let mut all = Combined {
        windows,
        keys: HashMap::new(),
        names: Vec::new(),
        taken: 0,
        is_ours: false,
        uses: vec![HashMap::new(); windows.len()],
    };
    for path in files(patterns)? {
        all.read(&path)?;
    }
    all.is_ours = true;
    for of_api in measured.chunk_by(|one, next| one.parent() == next.parent()) {
        all.taken = all.names.len();
        for path in of_api {
            all.read(path)?;
        }
    }
    Ok(all.finish())
}

/// The files of all patterns, by pattern and name; a file that two patterns name is read once.
fn files(patterns: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = Vec::new();
    for pattern in patterns {
        let text = pattern.to_string_lossy();
        let matches = glob::glob(&text).map_err(|error| {
            Error::settings(
                text.clone(),
                format!("is no file pattern: {error}"),
                "use * and ? in `utilisation` under [waste]",
            )
        })?;
        let mut found: Vec<PathBuf> = matches.filter_map(|path| path.ok()).filter(|path| path.is_file()).collect();
        if found.is_empty() && pattern.is_file() {
            found.push(pattern.clone());
        }
        if found.is_empty() {
            let remedy = "deliver the file, or correct `utilisation` under [waste] in the config";
            return Err(Error::source(text, "matches no utilisation file", remedy));
        }
        found.sort();
        for path in found {
            if !files.contains(&path) {
                files.push(path);
            }
        }
    }
    Ok(files)
}

/// Sub account, resource and metric, in the order they first came.
type Key = u32;

struct Combined<'a> {
    windows: &'a [Window],
    /// By resource: looked up for every row, so without a copy of its name.
    keys: HashMap<String, Vec<Key>>,
    names: Vec<(String, String, UseMetric)>,
    /// The first so many keys are of files that go before the one that is read.
    taken: usize,
    /// Is the file one of ours? Then an hour that is there already is passed over: the first night's word counts.
    is_ours: bool,
    /// By window.
    uses: Vec<HashMap<Key, Box<Use>>>,
}

impl Combined<'_> {
    fn read(&mut self, path: &Path) -> Result<()> {
        let key = path.display().to_string();
        let mut input = input::open(path, &key)?;
        let columns = Columns::find(&key, input.header())?;
        let mut number = 0;
        loop {
            number += 1;
            if !input.advance(number)? {
                return Ok(());
            }
            let row = columns.row(&input).map_err(|wrong| wrong.at(&key, number))?;
            for at in 0..self.windows.len() {
                let window = self.windows[at];
                if row.day < window.first || row.day > window.last {
                    continue;
                }
                let key_of_row = self.key(row.sub_account, row.resource, row.metric);
                if (key_of_row as usize) < self.taken {
                    continue;
                }
                let used = self.uses[at].entry(key_of_row).or_default();
                let day = (row.day - window.first).num_days() as usize;
                if self.is_ours && used.has(day, row.hour) {
                    continue;
                }
                used.add(day, &row).map_err(|wrong| wrong.at(&key, number))?;
            }
        }
    }

    fn key(&mut self, sub_account: &str, resource: &str, metric: UseMetric) -> Key {
        let of_resource = self.keys.get(resource).into_iter().flatten();
        let mut known = of_resource.filter(|key| {
            let (account, _, of) = &self.names[**key as usize];
            account == sub_account && *of == metric
        });
        if let Some(key) = known.next() {
            return *key;
        }
        let key = self.names.len() as Key;
        self.names.push((sub_account.to_string(), resource.to_string(), metric));
        self.keys.entry(resource.to_string()).or_default().push(key);
        key
    }

    fn finish(self) -> Vec<Vec<Utilisation>> {
        let Self { windows, names, uses, .. } = self;
        let of_window = |(uses, window): (HashMap<Key, Box<Use>>, &Window)| {
            let mut found: Vec<Utilisation> =
                uses.iter().filter_map(|(key, used)| used.over(&names[*key as usize], window.first)).collect();
            found.sort_by(|a, b| (&a.sub_account, &a.resource, a.metric).cmp(&(&b.sub_account, &b.resource, b.metric)));
            found
        };
        uses.into_iter().zip(windows).map(of_window).collect()
    }
}

#[cfg(test)]
mod tests;
