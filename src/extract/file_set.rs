//! Deliveries that the config declares.

use super::tree::Tree;
use super::{Announced, DeclaredSet, Found, Location};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, DeliveryKind, ExportFile};
use crate::format::{Format, Union};
use std::collections::BTreeSet;

pub fn deliveries(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    if let Some(union) = format.union {
        return union_deliveries(tree, location, format, &union, wanted);
    }
    let mut found = Found::default();
    for (number, set) in location.file_sets.iter().enumerate() {
        let origin = format!("file set {} of source {}", number + 1, location.source);
        if set.range.is_some() {
            let remedy = "say billing_periods instead of from and to";
            return Err(Error::source(origin, format!("format {} knows no export times", format.id), remedy));
        }
        if !set.months.iter().any(wanted) {
            continue;
        }
        match files(tree, location, set, &origin) {
            Ok(files) => found.announced.push(announced(location, format, set.months.clone(), files, origin)),
            Err(error @ Error::Source(_)) => found.refused.push((set.months.clone(), error)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// Sets that share a billing period hold datasets of one bill, and are one delivery. One that lacks a
/// dataset of a period waits for it.
fn union_deliveries(
    tree: &dyn Tree,
    location: &Location,
    format: &'static Format,
    union: &Union,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
    let mut found = Found::default();
    for group in groups(&location.file_sets) {
        let sets: Vec<&DeclaredSet> = group.iter().map(|at| &location.file_sets[*at]).collect();
        let mut months: Vec<BillingMonth> = sets.iter().flat_map(|set| set.months.iter().copied()).collect();
        months.sort_unstable();
        months.dedup();
        if !months.iter().any(wanted) {
            continue;
        }
        let numbers: Vec<_> = group.iter().map(|at| (at + 1).to_string()).collect();
        let origin = format!("file set {} of source {}", numbers.join(" + "), location.source);
        match members(tree, location, union, &sets, &months, &origin) {
            Ok(Ok(files)) => found.announced.push(announced(location, format, months, files, origin)),
            Ok(Err(late)) => found.late.push(late),
            Err(error @ Error::Source(_)) => found.refused.push((months, error)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

/// The numbers of the sets that belong together because they share a billing period, in order.
fn groups(sets: &[DeclaredSet]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, set) in sets.iter().enumerate() {
        let shares =
            |group: &Vec<usize>| group.iter().any(|of| sets[*of].months.iter().any(|m| set.months.contains(m)));
        let (mut mine, others): (Vec<_>, Vec<_>) = groups.into_iter().partition(shares);
        let mut joined = mine.drain(..).flatten().chain([at]).collect::<Vec<usize>>();
        joined.sort_unstable();
        groups = others;
        groups.push(joined);
    }
    groups.sort();
    groups
}

/// The files of sets that are one delivery, each with its dataset; the inner error is what they wait for.
fn members(
    tree: &dyn Tree,
    location: &Location,
    union: &Union,
    sets: &[&DeclaredSet],
    months: &[BillingMonth],
    origin: &str,
) -> Result<std::result::Result<Vec<ExportFile>, Error>> {
    let mut members = Vec::new();
    let mut told: BTreeSet<(BillingMonth, &str)> = BTreeSet::new();
    for set in sets {
        let ids = union.datasets.iter().map(|dataset| format!("\"{}\"", dataset.id)).collect::<Vec<_>>().join(" or ");
        let dataset = set.dataset.as_ref().or(location.dataset.as_ref()).and_then(|id| union.dataset(id));
        let dataset = dataset.ok_or_else(|| {
            let what = "does not say which dataset its files are of; nothing in such a file tells";
            Error::source(origin, what, format!("say dataset = {ids} in each file set"))
        })?;
        told.extend(set.months.iter().map(|month| (*month, dataset.id)));
        let value = if location.dataset.is_some() { dataset.alone } else { dataset.id };
        let files = files(tree, location, set, origin)?;
        members.extend(files.into_iter().map(|file| ExportFile { dataset: value.into(), ..file }));
    }
    let lacks = |month: &BillingMonth| union.datasets.iter().find(|of| !told.contains(&(*month, of.id)));
    let missing = months.iter().find_map(|month| Some((month, lacks(month)?))).filter(|_| location.dataset.is_none());
    if let Some((month, dataset)) = missing {
        let what = format!("has no files of the {} dataset of {month}: the period waits for them", dataset.id);
        let other = union.datasets.iter().find(|other| other.id != dataset.id).map_or("", |other| other.id);
        let remedy = format!(
            "add a file set with dataset = \"{}\"; or say dataset = \"{other}\" at the source, if it is to be published \
             alone",
            dataset.id
        );
        return Ok(Err(Error::source(origin, what, remedy)));
    }
    Ok(Ok(members))
}

fn announced(
    location: &Location,
    format: &'static Format,
    mut months: Vec<BillingMonth>,
    files: Vec<ExportFile>,
    origin: String,
) -> Announced {
    months.sort_unstable();
    months.dedup();
    let source = location.source.clone();
    Announced { source, format: format.id, kind: DeliveryKind::FileSet, months, range: None, files, origin }
}

/// The files of a set: patterns in the order declared, their matches by name.
pub fn files(tree: &dyn Tree, location: &Location, set: &DeclaredSet, origin: &str) -> Result<Vec<ExportFile>> {
    let mut files = Vec::new();
    for pattern in &set.files {
        let paths = tree.matching(&location.folder, pattern)?.map_err(|error| {
            Error::settings(origin, format!("`{pattern}` is no file pattern: {error}"), "use * and ?")
        })?;
        if paths.is_empty() {
            return Err(Error::source(
                origin,
                format!("`{pattern}` matches no file in {}", location.folder.display()),
                "deliver the file, or correct `files` in the config",
            ));
        }
        for path in paths {
            let key = path.strip_prefix(&location.folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let (path, size) = (tree.local(&path), tree.size(&path).unwrap_or(0));
            files.push(ExportFile { key, path, size, dataset: String::new(), rows: None, rows_of_all: None });
        }
    }
    Ok(files)
}
