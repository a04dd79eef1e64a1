//! `costmill vacuum`: takes away files that nothing refers to, and what the retention no longer keeps.
//!
//! It holds the lake, so no run of this machine is at work; files of one on another host are younger than the age that
//! anything must have. Nothing that is taken away is named by what a reader begins from, so it may stop anywhere.

mod keep;

use super::books::Books;
use super::close::now;
use super::console::Console;
use crate::cli::Vacuum;
use crate::error::Result;
use crate::lake::{FoundFile, Lake, SWEPT};
use crate::settings::{Role, Settings};
use keep::{Keep, is_older};
use std::collections::{BTreeMap, BTreeSet};

/// A file that goes, and why.
struct Goes {
    file: FoundFile,
    why: &'static str,
}

pub fn run(settings: &Settings, vacuum: &Vacuum, console: Console) -> Result<u8> {
    if !Lake::exists(&settings.lake)? {
        console.say(&format!("{}: there is no lake yet", settings.lake));
        return Ok(0);
    }
    let lake = Lake::open(&settings.lake)?;
    let _lock = if vacuum.dry_run { None } else { Some(lake.lock()?) };
    let snapshot = lake.snapshot()?;
    let books = Books::read(&lake)?;
    // A lake that is not what was closed is to be put right before anything of it goes.
    books.check(&snapshot)?;
    let now = now(settings);
    // What a store wrote a moment ago is not old by a clock that is ahead of it.
    let there = lake.time_there().filter(|_| settings.as_of.is_none());
    let now = there.map_or(now, |there| now.min(there)).timestamp_millis();
    let keep = Keep::of(&lake, &books, settings.retention, now)?;
    let goes = choose(settings, &lake, &keep, now)?;
    let word = if vacuum.dry_run { "would remove" } else { "removed" };
    let mut sums: BTreeMap<&str, (usize, u64)> = BTreeMap::new();
    for Goes { file, why } in &goes {
        if !vacuum.dry_run {
            lake.remove(&file.path)?;
        }
        console.say(&format!("{word} {} ({} bytes): {why}", file.path, file.size));
        let sum = sums.entry(file.path.split('/').next().unwrap_or_default()).or_default();
        *sum = (sum.0 + 1, sum.1 + file.size);
    }
    let mut text = String::new();
    for (folder, (files, bytes)) in &sums {
        text += &format!("{folder}: {files} files, {bytes} bytes\n");
    }
    let bytes: u64 = goes.iter().map(|goes| goes.file.size).sum();
    text += &format!("{word} {} files, {bytes} bytes\n", goes.len());
    if keep.let_go > 0 {
        text += &format!("{} versions are older than history_days: `query --version` cannot ask them\n", keep.let_go);
    }
    console.answer(&text)?;
    Ok(0)
}

/// What goes, in an order in which it may stop anywhere: a landed delivery ceases to exist with its first file.
fn choose(settings: &Settings, lake: &Lake, keep: &Keep, now: i64) -> Result<Vec<Goes>> {
    let retention = settings.retention;
    let mut goes = Vec::new();
    for folder in SWEPT {
        let files = lake.list_files(folder)?;
        match folder {
            "landed" => goes.extend(landed(settings, files, keep, now)),
            "fetched" => goes.extend(fetched(settings, files, now)),
            "runs" => goes.extend(runs(files, retention.run_records)),
            "derived" => goes.extend(derived(lake, files, retention.unreferenced_days, now)?),
            _ => {
                let unnamed = files.into_iter().filter(|file| {
                    !keep.files.contains(&file.path) && is_older(file.written, retention.unreferenced_days, now)
                });
                goes.extend(unnamed.map(|file| Goes { file, why: "no version within the retention names it" }));
            }
        }
    }
    Ok(goes)
}

/// The records of the oldest runs, in their order: the series may begin anywhere, and has no gap.
fn runs(files: Vec<FoundFile>, keep: usize) -> Vec<Goes> {
    let number = |file: &FoundFile| file.path.strip_prefix("runs/")?.split(['-', '.']).next()?.parse::<u64>().ok();
    let mut records: Vec<_> = files.into_iter().filter_map(|file| Some((number(&file)?, file))).collect();
    records.sort();
    records.truncate(records.len().saturating_sub(keep));
    records.into_iter().map(|(_, file)| Goes { file, why: "it is older than the last run_records" }).collect()
}

/// Derived tables of a lake in a store that newer ones took the place of. In a folder none stay.
fn derived(lake: &Lake, files: Vec<FoundFile>, days: u16, now: i64) -> Result<Vec<Goes>> {
    if !lake.is_in_store() {
        return Ok(Vec::new());
    }
    // What counts is asked after the listing: what came to count since is not in it, or is named now.
    let count = lake.derived_that_count()?;
    // Of the tables themselves, and not of what says which count.
    let of_tables = |file: &FoundFile| file.path.split('/').count() == 4 && is_older(file.written, days, now);
    let left = files.into_iter().filter(|file| of_tables(file) && !count.contains(&file.path));
    Ok(left.map(|file| Goes { file, why: "newer derived tables took its place" }).collect())
}

/// By delivery; `delivery.json` first, without which it does not exist.
fn landed(settings: &Settings, files: Vec<FoundFile>, keep: &Keep, now: i64) -> Vec<Goes> {
    let retention = settings.retention;
    let shadows: BTreeSet<&str> =
        settings.sources.iter().filter(|source| source.role == Role::Shadow).map(|source| source.id.as_str()).collect();
    let mut deliveries: BTreeMap<(String, String), Vec<FoundFile>> = BTreeMap::new();
    for file in files {
        let mut parts = file.path.split('/').skip(1);
        if let (Some(source), Some(id), Some(_)) = (parts.next(), parts.next(), parts.next()) {
            deliveries.entry((source.into(), id.into())).or_default().push(file);
        }
    }
    let mut goes = Vec::new();
    for (key, mut files) in deliveries {
        let written = files.iter().map(|file| file.written).max().unwrap_or(now);
        let is_whole = files.iter().any(|file| file.path.ends_with("/delivery.json"));
        if keep.landed.contains(&key) || !is_older(written, retention.unreferenced_days, now) {
            continue;
        }
        let why = match (is_whole, keep.replaced.get(&key), retention.landed_days) {
            (false, ..) => "it is the rest of a delivery",
            (_, Some(Some(replaced)), Some(days)) if is_older(*replaced, days, now) => "a later delivery replaced it",
            // Refused, or of a period that was closed without it; what a shadow reads is in no version either.
            (_, None, Some(days)) if !shadows.contains(key.0.as_str()) && is_older(written, days, now) => {
                "it was never published"
            }
            _ => continue,
        };
        files.sort_by_key(|file| !file.path.ends_with("/delivery.json"));
        goes.extend(files.into_iter().map(|file| Goes { file, why }));
    }
    goes
}

fn fetched(settings: &Settings, files: Vec<FoundFile>, now: i64) -> Vec<Goes> {
    let retention = settings.retention;
    let configured = |source: &str| settings.sources.iter().any(|known| known.id == source && known.store.is_some());
    let mut goes = Vec::new();
    for file in files {
        let source = file.path.split('/').nth(1).unwrap_or_default();
        let why = match configured(source) {
            false if is_older(file.written, retention.unreferenced_days, now) => "no source of that id is in a store",
            // What is known of the files saves fetching them again.
            true if !file.path.ends_with("/index.json") && is_older(file.written, retention.fetched_days, now) => {
                "it was fetched and did not land"
            }
            _ => continue,
        };
        goes.push(Goes { file, why });
    }
    goes
}
