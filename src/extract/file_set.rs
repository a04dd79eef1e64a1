//! Deliveries that the config declares.

use super::{DeclaredSet, Found, Location, hash};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Delivery, DeliveryKind, ExportFile};
use crate::format::Format;

pub fn deliveries(
    location: &Location,
    format: &'static Format,
    wanted: &dyn Fn(&BillingMonth) -> bool,
) -> Result<Found> {
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
        match delivery(location, format, set, origin) {
            Ok(delivery) => found.deliveries.push(delivery),
            Err(error @ Error::Source(_)) => found.refused.push((set.months.clone(), error)),
            Err(error) => return Err(error),
        }
    }
    Ok(found)
}

fn delivery(location: &Location, format: &'static Format, set: &DeclaredSet, origin: String) -> Result<Delivery> {
    let files = files(location, set, &origin)?;
    let mut months = set.months.clone();
    months.sort_unstable();
    months.dedup();
    hash::delivery(&location.source, format.id, DeliveryKind::FileSet, months, files, origin)
}

/// The files of a set: patterns in the order declared, their matches by name.
pub fn files(location: &Location, set: &DeclaredSet, origin: &str) -> Result<Vec<ExportFile>> {
    let mut files = Vec::new();
    for pattern in &set.files {
        let full = location.folder.join(pattern);
        let matches = glob::glob(&full.to_string_lossy()).map_err(|error| {
            Error::settings(origin, format!("`{pattern}` is no file pattern: {error}"), "use * and ?")
        })?;
        let mut paths: Vec<_> = matches.filter_map(|path| path.ok()).filter(|path| path.is_file()).collect();
        if paths.is_empty() && full.is_file() {
            paths.push(full);
        }
        if paths.is_empty() {
            return Err(Error::source(
                origin,
                format!("`{pattern}` matches no file in {}", location.folder.display()),
                "deliver the file, or correct `files` in the config",
            ));
        }
        paths.sort();
        for path in paths {
            let key = path.strip_prefix(&location.folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
            let size = path.metadata().map_or(0, |meta| meta.len());
            files.push(ExportFile { key, path, size });
        }
    }
    Ok(files)
}
