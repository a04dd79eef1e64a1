//! Azure Cost Management exports → deliveries: the newest complete run of each billing month, and of a bill
//! that comes as several datasets the newest runs that belong together.

use super::cost_runs::{Run, find, period, read};
use super::manifest::key;
use super::tree::{Tree, name};
use super::{Announced, Found, Location};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, DeliveryKind, ExportFile};
use crate::format::{Dataset, Format, Union};
use std::collections::{BTreeMap, BTreeSet};

/// Runs of two datasets show one state of the bill when they were asked for within half a day: exports run
/// daily at hours of their own.
const TOGETHER: i64 = 12 * 3600 * 1_000_000;

const WANTED: &str = "holds no manifest.json of such an export in a YYYYMMDD-YYYYMMDD folder";

/// The deliveries below a location. `words` are what its manifests may say they export.
pub fn deliveries(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    words: &[&str],
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    let mut found = Found::default();
    let mut runs: BTreeMap<BillingMonth, Vec<(&str, Run)>> = BTreeMap::new();
    let mut seen = false;
    for (folder, path) in find(tree, &location.folder)? {
        let place = path.display().to_string();
        let Some((month, whole)) = period(&folder) else { continue };
        if !wanted(&month) {
            seen = true;
            continue;
        }
        let run = match read(tree, &folder, &path) {
            Ok(run) => run,
            Err(error @ Error::Lake(_)) => return Err(error),
            Err(error) => {
                found.refused.push((vec![month], error));
                continue;
            }
        };
        let dataset = match dataset(location, format.union.as_ref(), words, &run) {
            Told::Other => continue,
            Told::This(dataset) => dataset,
            Told::Nothing => {
                let what =
                    "does not say which dataset it is of, nor does the export's name; nothing in its files tells";
                let remedy = "name the export so that it says actual or amortized, or declare its files with \
                              [[source.file_set]] and `dataset`";
                found.refused.push((vec![month], Error::source(place, what, remedy)));
                continue;
            }
        };
        seen = true;
        if !whole {
            let what = format!("is of a part of a billing month only ({})", name(&folder));
            let remedy = "take it out of `location`; if its files are the complete state of a month, declare them with \
                          [[source.file_set]]";
            found.refused.push((Vec::new(), Error::source(place, what, remedy)));
            continue;
        }
        runs.entry(month).or_default().push((dataset, run));
    }
    if !seen && found.refused.is_empty() {
        let remedy = "point `location` at the folder of the exports, or declare loose files with [[source.file_set]]";
        return Err(Error::source(location.folder.display().to_string(), WANTED, remedy));
    }
    for (month, runs) in runs {
        match of_month(tree, location, format, month, runs, &mut found.late) {
            Ok(announced) => found.announced.extend(announced),
            Err(error @ Error::Source(_)) => found.refused.push((vec![month], error)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// What a run exports.
enum Told {
    /// Something else: price sheets, or a dataset that is not wanted.
    Other,
    /// A dataset of the format; empty where it has one.
    This(&'static str),
    Nothing,
}

fn dataset(location: &Location, union: Option<&Union>, words: &[&str], run: &Run) -> Told {
    let told = run.kind.as_deref();
    if told.is_some_and(|told| !words.iter().any(|word| word.eq_ignore_ascii_case(told))) {
        return Told::Other;
    }
    let Some(union) = union else { return Told::This("") };
    let by_word = |told: &str| union.datasets.iter().find(|dataset| dataset.word.eq_ignore_ascii_case(told));
    let configured = location.dataset.as_ref().and_then(|id| union.dataset(id));
    let told: Option<&Dataset> = told.and_then(by_word).or_else(|| union.named(&run.export)).or(configured);
    match (told, configured) {
        (Some(told), Some(wanted)) if told.id != wanted.id => Told::Other,
        (Some(told), _) => Told::This(told.id),
        (None, _) => Told::Nothing,
    }
}

/// The delivery of a month; `None` where it waits, with the reason in `late`.
fn of_month(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    month: BillingMonth,
    runs: Vec<(&str, Run)>,
    late: &mut Vec<Error>,
) -> Result<Option<Announced>> {
    refuse_scopes(location, month, &runs)?;
    let mut by_dataset: BTreeMap<&str, Vec<Run>> = BTreeMap::new();
    for (dataset, run) in runs {
        by_dataset.entry(dataset).or_default().push(run);
    }
    let mut complete = BTreeMap::new();
    for (dataset, runs) in by_dataset {
        complete.insert(dataset, newest_first(location, month, runs, late)?);
    }
    let Some(union) = format.union else {
        let run = complete.remove("").and_then(|runs| runs.into_iter().next());
        return Ok(run.map(|run| announced(tree, location, format, month, vec![("", run)])));
    };
    if let Some(alone) = location.dataset.as_ref().and_then(|id| union.dataset(id)) {
        let run = complete.remove(alone.id).and_then(|runs| runs.into_iter().next());
        return Ok(run.map(|run| announced(tree, location, format, month, vec![(alone.alone, run)])));
    }
    let place = format!("{} {month}", location.source);
    if let Some(missing) = union.datasets.iter().find(|dataset| !complete.contains_key(dataset.id)) {
        let what = format!("has no export of the {} dataset: the period waits for it", missing.id);
        let there = complete.keys().copied().collect::<Vec<_>>().join(", ");
        let remedy = format!(
            "export it into `location` too; or say dataset = \"{there}\" at the source, if it is to be published alone"
        );
        late.push(Error::source(place, what, remedy));
        return Ok(None);
    }
    let newest = complete.values().filter_map(|runs| runs.first()?.time).max();
    let Some(chosen) = together(&complete) else {
        let what = "has runs of its datasets from different times only: the period waits for runs of one state";
        let remedy = "schedule the exports within half a day of each other, or run the older one again";
        late.push(Error::source(place, what, remedy));
        return Ok(None);
    };
    let runs: Vec<_> = chosen
        .iter()
        .filter_map(|(dataset, at)| complete.get_mut(*dataset).map(|runs| (*dataset, runs.swap_remove(*at))))
        .collect();
    if let (Some(newest), Some(oldest)) = (newest, runs.iter().filter_map(|(_, run)| run.time).min())
        && newest - oldest > TOGETHER
    {
        let what = "has a newer run of one dataset alone: the last runs that belong together are read";
        late.push(Error::source(place, what, "wait for the other export, or run it again"));
    }
    // In the format's order, whatever the alphabet says.
    let order = |id: &str| union.datasets.iter().position(|dataset| dataset.id == id);
    let mut runs = runs;
    runs.sort_by_key(|(dataset, _)| order(dataset));
    Ok(Some(announced(tree, location, format, month, runs)))
}

/// Runs of different billing scopes are different bills; without a scope, so are those of two exports.
fn refuse_scopes(location: &Location, month: BillingMonth, runs: &[(&str, Run)]) -> Result<()> {
    let refuse = |what: String| {
        let place = format!("{} {month}", location.source);
        Err(Error::source(place, what, "make one source of each: two exports of one period would double the bill"))
    };
    let scopes: BTreeSet<&str> = runs.iter().filter_map(|(_, run)| run.scope.as_deref()).collect();
    if scopes.len() > 1 {
        return refuse(format!("has exports of several scopes: {}", scopes.into_iter().collect::<Vec<_>>().join(", ")));
    }
    let mut exports: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (dataset, run) in runs.iter().filter(|(_, run)| run.scope.is_none()) {
        exports.entry(dataset).or_default().insert(run.export.as_str());
    }
    match exports.into_values().find(|exports| exports.len() > 1) {
        Some(exports) => refuse(format!("has several exports: {}", exports.into_iter().collect::<Vec<_>>().join(", "))),
        None => Ok(()),
    }
}

/// The complete runs of one dataset, the newest first. One that is not complete is told.
fn newest_first(
    location: &Location,
    month: BillingMonth,
    mut runs: Vec<Run>,
    late: &mut Vec<Error>,
) -> Result<Vec<Run>> {
    let unknown = runs.iter().find(|run| run.time.is_none());
    if let (Some(run), true) = (unknown, runs.len() > 1) {
        return Err(Error::source(
            run.path.display().to_string(),
            format!("is one of {} runs of {month}, and does not say when it ran: the newest counts", runs.len()),
            "keep the newest run only, or the folders of the runs' times",
        ));
    }
    runs.sort_by(|a, b| (b.time, &b.path).cmp(&(a.time, &a.path)));
    if let [one, other, ..] = runs.as_slice()
        && one.time == other.time
    {
        let what = format!("and {} are runs of one time", key(location, &other.path));
        return Err(Error::source(key(location, &one.path), what, "keep one of them"));
    }
    let mut problem = None;
    let mut complete = Vec::new();
    for mut run in runs {
        match run.incomplete.take() {
            None => complete.push(run),
            Some(error) if complete.is_empty() => problem = problem.or(Some(error)),
            Some(_) => {}
        }
    }
    match problem {
        Some(error) if complete.is_empty() => Err(error),
        Some(error) => {
            late.push(error);
            Ok(complete)
        }
        None => Ok(complete),
    }
}

/// Of each dataset the place of one run, so that they show one state: the newest such.
fn together<'d>(runs: &BTreeMap<&'d str, Vec<Run>>) -> Option<Vec<(&'d str, usize)>> {
    let times = runs.values().flatten().map(|run| run.time).collect::<Option<Vec<_>>>();
    let Some(mut times) = times else {
        // Without times there is one run of each dataset at most, and nothing says that they differ.
        return Some(runs.keys().map(|dataset| (*dataset, 0)).collect());
    };
    times.sort_unstable();
    times.iter().rev().find_map(|until| {
        let newest = |runs: &Vec<Run>| runs.iter().position(|run| run.time.is_some_and(|time| time <= *until));
        let chosen: Option<Vec<_>> = runs.iter().map(|(dataset, runs)| Some((*dataset, newest(runs)?))).collect();
        let chosen = chosen?;
        let oldest = chosen.iter().filter_map(|(dataset, at)| runs[dataset][*at].time).min()?;
        (until - oldest <= TOGETHER).then_some(chosen)
    })
}

fn announced(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    month: BillingMonth,
    runs: Vec<(&str, Run)>,
) -> Announced {
    let origin = runs.iter().map(|(_, run)| key(location, &run.path)).collect::<Vec<_>>().join(" + ");
    let mut files = Vec::new();
    for (dataset, run) in runs {
        for (path, rows) in run.files {
            let size = tree.size(&path).unwrap_or(0);
            let (key, path, dataset) = (key(location, &path), tree.local(&path), dataset.to_string());
            files.push(ExportFile { key, path, size, dataset, rows, rows_of_all: run.rows });
        }
    }
    Announced {
        source: location.source.clone(),
        format: format.id,
        kind: DeliveryKind::WholePeriod,
        months: vec![month],
        range: None,
        files,
        origin,
    }
}
