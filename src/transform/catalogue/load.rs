//! Fills a [`Catalogue`] from the binary or from a folder.

use super::{Catalogue, Kind, header, lookup, plan};
use crate::error::{Error, Problem, Result};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

include!(concat!(env!("OUT_DIR"), "/catalogue_files.rs"));

impl Catalogue {
    /// The catalogue in the binary. Its files are checked by a test; a problem here is ours.
    pub fn embedded() -> Result<Self> {
        let files = FILES.iter().map(|(path, text)| ((*path).to_string(), (*text).to_string())).collect();
        let (catalogue, problems) = Self::from_files("", &files);
        as_result(catalogue, problems)
    }

    /// The `queries/` and `reports/` of a folder. One error tells every problem; see [`Self::load`]
    /// for the list.
    pub fn from_folder(folder: &Path) -> Result<Self> {
        let (catalogue, problems) = Self::load(folder);
        as_result(catalogue, problems)
    }

    /// As much of a folder as can be read, and everything that is wrong in it, at file and line.
    pub fn load(folder: &Path) -> (Self, Vec<Problem>) {
        let mut files = BTreeMap::new();
        let mut problems = Vec::new();
        for part in ["queries", "reports"] {
            read_folder(folder, part, &mut files, &mut problems);
        }
        if files.is_empty() && problems.is_empty() {
            let remedy = "point `catalogue` in the config at a folder with queries/ and reports/";
            problems.push(Problem::new(folder.display().to_string(), "holds no catalogue", remedy));
        }
        let (catalogue, more) = Self::from_files(&format!("{}/", folder.display()), &files);
        problems.extend(more);
        (catalogue, problems)
    }

    /// `files` by path from the catalogue's root; `shown` goes before a path in messages.
    pub(super) fn from_files(shown: &str, files: &BTreeMap<String, String>) -> (Self, Vec<Problem>) {
        let mut catalogue = Self::default();
        let mut problems = Vec::new();
        for (path, text) in files {
            let place = format!("{shown}{path}");
            if let Some(file) = path.strip_prefix("queries/lookup/").filter(|file| file.ends_with(".csv")) {
                match lookup_name(&place, file)
                    .map_err(|problem| vec![problem])
                    .and_then(|name| lookup::parse(name, &place, text))
                {
                    Ok(lookup) => drop(catalogue.lookups.insert(lookup.name.clone(), lookup)),
                    Err(found) => problems.extend(found),
                }
            } else if let Some(id) = path.strip_prefix("queries/") {
                match query_id(&place, id).map_err(|problem| vec![problem]) {
                    Ok(None) => {}
                    Ok(Some((kind, id))) => match header::parse(id, kind, &place, text) {
                        Ok(query) => drop(catalogue.queries.insert(id.into(), query)),
                        Err(found) => problems.extend(found),
                    },
                    Err(found) => problems.extend(found),
                }
            } else if let Some(name) = path.strip_prefix("reports/templates/") {
                catalogue.templates.insert(name.into(), text.clone());
            } else if let Some(id) = path.strip_prefix("reports/").and_then(|name| name.strip_suffix(".toml")) {
                catalogue.reports.insert(id.into(), text.clone());
            }
        }
        (catalogue, problems)
    }
}

/// Kind and id of a path under `queries/`; `None` for what is no query, such as a README.
fn query_id<'a>(place: &str, path: &'a str) -> std::result::Result<Option<(Kind, &'a str)>, Problem> {
    let Some(id) = path.strip_suffix(".sql") else { return Ok(None) };
    let problem = |what: &str| {
        Err(Problem::new(place, what, "put it at queries/metric/, queries/waste/ or queries/quality/<name>.sql"))
    };
    let Some((folder, name)) = id.split_once('/') else { return problem("is in no folder that says its kind") };
    let Some(kind) = Kind::ALL.into_iter().find(|kind| kind.folder() == folder) else {
        return problem("is in a folder that is no kind of query");
    };
    if !is_legal(name) {
        return Err(Problem::new(place, "the name of a query is lower-case letters, digits and _", "rename the file"));
    }
    Ok(Some((kind, id)))
}

/// The table that a file of `queries/lookup/` is.
fn lookup_name<'a>(place: &str, file: &'a str) -> std::result::Result<&'a str, Problem> {
    let name = file.strip_suffix(".csv").unwrap_or(file);
    if !is_legal(name) {
        return Err(Problem::new(place, "the name of a lookup is lower-case letters, digits and _", "rename the file"));
    }
    match plan::TABLES.contains(&name) {
        true => Err(Problem::new(place, format!("`{name}` is a table of the lake"), "rename the file")),
        false => Ok(name),
    }
}

fn is_legal(name: &str) -> bool {
    let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    name.chars().all(legal) && name.starts_with(|c: char| c.is_ascii_lowercase())
}

fn read_folder(root: &Path, part: &str, files: &mut BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    let folder = root.join(part);
    if !folder.exists() {
        return;
    }
    let problem = |path: &Path, what: String| Problem::new(path.display().to_string(), what, "make it readable");
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => return problems.push(problem(&folder, format!("cannot be listed: {error}"))),
    };
    for entry in entries {
        let Ok(entry) = entry.map_err(|error| problems.push(problem(&folder, format!("cannot be listed: {error}"))))
        else {
            continue;
        };
        let path = format!("{part}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_folder(root, &path, files, problems);
            continue;
        }
        match fs::read(entry.path()).map(String::from_utf8) {
            Ok(Ok(text)) => drop(files.insert(path, text)),
            // A binary asset of the reports is not ours; a query must be text.
            Ok(Err(_)) if ![".sql", ".toml", ".csv"].iter().any(|ending| path.ends_with(ending)) => {}
            Ok(Err(_)) => problems.push(problem(&entry.path(), "is not UTF-8 text".into())),
            Err(error) => problems.push(problem(&entry.path(), format!("cannot be read: {error}"))),
        }
    }
}

fn as_result(catalogue: Catalogue, problems: Vec<Problem>) -> Result<Catalogue> {
    match one_problem(problems) {
        None => Ok(catalogue),
        Some(problem) => Err(Error::Catalogue(problem)),
    }
}

/// One problem that tells them all, at the place of the first.
fn one_problem(problems: Vec<Problem>) -> Option<Problem> {
    let mut problems = problems.into_iter();
    let mut first = problems.next()?;
    for further in problems {
        first.remedy.push_str(&format!("\n{further}"));
    }
    Some(first)
}
