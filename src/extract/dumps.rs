//! Dumps of a table that is only ever appended to, as `bq extract` and `EXPORT DATA` write them: the files of
//! each folder are one dump.
//!
//! A folder whose name says so (`export_time=2026-10-01`) holds all rows of that UTC day's exports. Folders
//! below it are dumps of the same range, of which the last by name counts: they begin with their time. A
//! dump of a range that is no day is declared in the config.

use super::tree::{Tree, name};
use super::{Announced, Found, Location, file_set};
use crate::error::{Error, Result};
use crate::focus::{DeliveryKind, ExportFile, ExportRange};
use crate::format::Format;
use std::path::{Path, PathBuf};

/// Beginnings of folder names that say the day of export, and endings of files that are data.
const DAYS: [&str; 2] = ["export_time=", "export_date="];
const DATA: [&str; 7] = [".parquet", ".json", ".jsonl", ".ndjson", ".json.gz", ".jsonl.gz", ".ndjson.gz"];

pub fn deliveries(tree: &dyn Tree, location: &Location, format: &'static Format) -> Result<Found> {
    let mut found = Found::default();
    let dumps = if location.file_sets.is_empty() { below(tree, location)? } else { declared(tree, location)? };
    if dumps.is_empty() {
        return Err(Error::source(
            location.folder.display().to_string(),
            "holds no dump: no .parquet, .json or .json.gz file in it or in a folder below",
            "point `location` at the folder that the table was exported to",
        ));
    }
    refuse_overlaps(&dumps)?;
    for Dump { origin, files, range } in dumps {
        found.announced.push(Announced {
            source: location.source.clone(),
            format: format.id,
            kind: DeliveryKind::ExportSlice,
            months: Vec::new(),
            range,
            files,
            origin,
        });
    }
    Ok(found)
}

struct Dump {
    origin: String,
    files: Vec<ExportFile>,
    range: Option<ExportRange>,
}

fn declared(tree: &dyn Tree, location: &Location) -> Result<Vec<Dump>> {
    let mut dumps = Vec::new();
    for (number, set) in location.file_sets.iter().enumerate() {
        let origin = format!("file set {} of source {}", number + 1, location.source);
        if set.range.is_none() {
            let what = "names billing periods, and the rows of a dump say them themselves";
            let remedy = "say from and to, the range of export times that the files are the complete state of; \
                          or leave the file sets out";
            return Err(Error::source(origin, what, remedy));
        }
        dumps.push(Dump { files: file_set::files(tree, location, set, &origin)?, range: set.range, origin });
    }
    Ok(dumps)
}

fn below(tree: &dyn Tree, location: &Location) -> Result<Vec<Dump>> {
    let mut dumps = Vec::new();
    walk(tree, location, &location.folder, &mut dumps)?;
    Ok(dumps)
}

fn walk(tree: &dyn Tree, location: &Location, folder: &Path, dumps: &mut Vec<Dump>) -> Result<()> {
    let range = day_of(&name(folder));
    let (folders, mut files) = entries(tree, folder)?;
    if range.is_some() {
        for newest in folders.iter().rev() {
            let below = entries(tree, newest)?.1;
            if below.is_empty() {
                continue;
            }
            if let Some(file) = files.first() {
                let what = format!("holds {} beside a dump in {}: which is the day's?", name(file), name(newest));
                let remedy = "keep the newer one: files in the folder itself, or a folder for each dump";
                return Err(Error::source(folder.display().to_string(), what, remedy));
            }
            files = below;
            break;
        }
    }
    if !files.is_empty() {
        let key =
            |path: &Path| path.strip_prefix(&location.folder).unwrap_or(path).to_string_lossy().replace('\\', "/");
        let file = |path: PathBuf| {
            let size = tree.size(&path).unwrap_or(0);
            let (key, path) = (key(&path), tree.local(&path));
            ExportFile { key, path, size, dataset: String::new(), rows: None, rows_of_all: None }
        };
        let origin = match key(folder).as_str() {
            "" => location.folder.display().to_string(),
            name => name.to_string(),
        };
        dumps.push(Dump { origin, files: files.into_iter().map(file).collect(), range });
    }
    if range.is_none() {
        folders.iter().try_for_each(|folder| walk(tree, location, folder, dumps))?;
    }
    Ok(())
}

/// The folders and the data files of a folder, by name.
fn entries(tree: &dyn Tree, folder: &Path) -> Result<(Vec<PathBuf>, Vec<PathBuf>)> {
    let (folders, mut files) = tree.entries(folder)?;
    files.retain(|path| {
        let name = name(path).to_ascii_lowercase();
        DATA.iter().any(|end| name.ends_with(end))
    });
    Ok((folders, files))
}

/// The UTC day that a folder's name says.
fn day_of(name: &str) -> Option<ExportRange> {
    let day = DAYS.iter().find_map(|start| name.strip_prefix(start))?;
    let day = chrono::NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?;
    let start = |day: chrono::NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp_micros();
    Some(ExportRange { from: start(day), to: start(day.succ_opt()?) })
}

/// Two dumps of one export time would both be its complete state.
fn refuse_overlaps(dumps: &[Dump]) -> Result<()> {
    let mut ranges: Vec<_> = dumps.iter().filter_map(|dump| dump.range.map(|range| (range, &dump.origin))).collect();
    ranges.sort();
    for pair in ranges.windows(2) {
        if pair[1].0.from < pair[0].0.to {
            return Err(Error::source(
                pair[1].1,
                format!("is the complete state of export times that {} is of too", pair[0].1),
                "keep the newer dump of the range",
            ));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::folder::Folder;
    use super::*;

    /// The newer dump of a day would be passed by without a word, or the older one would.
    #[test]
    fn files_of_a_day_beside_a_dump_below_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let day = folder.path().join("export_time=2026-10-06");
        std::fs::create_dir_all(day.join("1800/empty")).unwrap();
        std::fs::write(day.join("part.json"), "{}").unwrap();
        let location = Location {
            source: "gcp".into(),
            folder: folder.path().into(),
            store: None,
            dataset: None,
            file_sets: Vec::new(),
        };
        let format = crate::format::find("gcp-detailed-usage").unwrap();
        let found = deliveries(&Folder, &location, format).unwrap();
        assert_eq!(found.announced.len(), 1, "a folder without data is none of a dump");
        std::fs::write(day.join("1800/part.json"), "{}").unwrap();
        let message = deliveries(&Folder, &location, format).unwrap_err().to_string();
        let what = format!("{}: holds part.json beside a dump in 1800", day.display());
        assert!(message.contains(&what), "{message}");
    }

    #[test]
    fn a_folder_names_a_day_or_nothing() {
        let range = day_of("export_time=2026-10-01").unwrap();
        assert_eq!(Some(range.from), crate::focus::time::parse_timestamp("2026-10-01T00:00:00Z"));
        assert_eq!(Some(range.to), crate::focus::time::parse_timestamp("2026-10-02T00:00:00Z"));
        assert_eq!([day_of("2026-10-01"), day_of("20261001"), day_of("export_time=2026-13-01")], [None, None, None]);
    }
}
