//! The first line of a CSV file of the user's.

use super::place::suggestion;
use super::policy::accounts::wrong_csv;
use crate::{Error, Result};
use std::path::Path;

/// The column names of a file whose bytes are `text`, in the order that they stand there.
///
/// Fails with `Error::Settings`, naming the first line, on a name that is not known, one that stands there twice, and a
/// required one that does not.
pub(super) fn csv_header(
    (path, text): (&Path, &[u8]),
    reader: &mut csv::Reader<&[u8]>,
    required: &[&str],
    optional: &[&str],
) -> Result<Vec<String>> {
    let written = reader.headers().map_err(|error| wrong_csv(path, text, &error))?;
    let header: Vec<String> = written.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect();
    let place = format!("{}:1", path.display());
    let known: Vec<&str> = required.iter().chain(optional).copied().collect();
    for (at, name) in header.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            return Err(Error::settings(place, format!("unknown column `{name}`"), suggestion(name, &known)));
        }
        if header[..at].contains(name) {
            return Err(Error::settings(place, format!("the column `{name}` stands there twice"), "keep one"));
        }
    }
    match required.iter().find(|name| !header.iter().any(|known| known == *name)) {
        None => Ok(header),
        Some(name) => {
            let remedy = format!("begin the file with a line of column names, at least {}", required.join(","));
            Err(Error::settings(place, format!("there is no column `{name}`"), remedy))
        }
    }
}
