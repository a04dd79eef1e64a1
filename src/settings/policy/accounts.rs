//! The accounts file: names of sub accounts, and tag values that their charges inherit.

use super::tags::valid_value;
use crate::focus::line::line_of;
use crate::focus::policy::{SubAccount, TagKey};
use crate::settings::place::suggestion;
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

const ID: &str = "SubAccountId";
const NAME: &str = "SubAccountName";

/// Reads `SubAccountId,SubAccountName,<tag dimension>…`. Values arrive as they count: folded, with
/// synonyms resolved.
///
/// Fails with `Error::Settings`, naming file and line, on a column, a row or a value it cannot use.
pub fn read_accounts(path: &Path, keys: &[TagKey]) -> Result<BTreeMap<String, SubAccount>> {
    let place = |line: usize| format!("{}:{line}", path.display());
    let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let header: Vec<String> = {
        let written = reader.headers().map_err(|error| wrong_csv(path, &text, &error))?;
        // A spreadsheet's "CSV UTF-8" begins with a byte order mark.
        written.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect()
    };
    check_header(&place(1), &header, keys)?;
    let mut accounts = BTreeMap::new();
    let mut lines: BTreeMap<String, usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong_csv(path, &text, &error))?;
        let line = record.position().map_or(0, |position| line_at(&text, position));
        let (mut id, mut account) = (String::new(), SubAccount::default());
        for (column, value) in header.iter().zip(&record) {
            match column.as_str() {
                ID => id = value.to_owned(),
                _ if value.is_empty() => {}
                NAME => account.name = Some(value.to_owned()),
                dimension => {
                    let value = inherited(&place(line), keys, dimension, value)?;
                    account.tags.insert(dimension.to_owned(), value);
                }
            }
        }
        check_id(&place(line), &id)?;
        if let Some(first) = lines.insert(id.clone(), line) {
            let what = format!("the sub account {id} already stands on line {first}");
            return Err(Error::settings(place(line), what, "give each sub account one row"));
        }
        accounts.insert(id, account);
    }
    Ok(accounts)
}

fn check_header(place: &str, header: &[String], keys: &[TagKey]) -> Result<()> {
    let known: Vec<&str> = [ID, NAME].into_iter().chain(keys.iter().map(|key| key.name.as_str())).collect();
    for (at, name) in header.iter().enumerate() {
        if !known.contains(&name.as_str()) {
            let what = format!("unknown column `{name}`");
            return Err(Error::settings(place, what, suggestion(name, &known)));
        }
        if header[..at].contains(name) {
            return Err(Error::settings(place, format!("the column `{name}` stands there twice"), "keep one"));
        }
    }
    if !header.iter().any(|name| name == ID) {
        let remedy = format!("begin the file with a line of column names: {ID},{NAME}");
        return Err(Error::settings(place, format!("there is no column `{ID}`"), remedy));
    }
    Ok(())
}

/// Identifiers are text; a spreadsheet that took one for a number has already lost it.
fn check_id(place: &str, id: &str) -> Result<()> {
    let (what, remedy) = match id {
        "" => ("the row has no SubAccountId".to_owned(), "name the sub account, or remove the row"),
        _ if is_number_of_spreadsheet(id) => (
            format!("`{id}` is a number that a spreadsheet made of an identifier"),
            "format the column as text and write every digit",
        ),
        _ => return Ok(()),
    };
    Err(Error::settings(place, what, remedy))
}

/// `1.23E+11` of an identifier of digits.
pub fn is_number_of_spreadsheet(id: &str) -> bool {
    id.parse::<f64>().is_ok() && !id.bytes().all(|byte| byte.is_ascii_digit())
}

fn inherited(place: &str, keys: &[TagKey], dimension: &str, value: &str) -> Result<String> {
    let Some(key) = keys.iter().find(|key| key.name == dimension) else {
        return Err(Error::bug(place, format!("the column {dimension} was checked and is not known")));
    };
    valid_value(key, value).ok_or_else(|| {
        let allowed: Vec<&str> = key.allowed.iter().map(String::as_str).collect();
        let what = format!("`{value}` is no allowed value of `{dimension}`");
        Error::settings(place, what, suggestion(value, &allowed))
    })
}

/// The line of a record.
pub fn line_at(text: &[u8], position: &csv::Position) -> usize {
    line_of(text, usize::try_from(position.byte()).unwrap_or(usize::MAX))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        std::io::ErrorKind::NotFound => Error::settings(
            place,
            "there is no such accounts file",
            "correct `accounts` in the config, or leave it out",
        ),
        _ => Error::settings(place, format!("cannot be read: {error}"), "check the path and its permissions"),
    }
}

/// What is wrong with the text of a CSV file, with its line.
pub fn wrong_csv(path: &Path, text: &[u8], error: &csv::Error) -> Error {
    let place = match error.position() {
        Some(position) => format!("{}:{}", path.display(), line_at(text, position)),
        None => path.display().to_string(),
    };
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => Error::settings(
            place,
            format!("the row has {len} cells, the header {expected_len}"),
            "give each row one cell per column, with quotes around a value that holds a comma",
        ),
        csv::ErrorKind::Utf8 { .. } => Error::settings(place, "the file is not UTF-8 text", "save it as CSV UTF-8"),
        _ => Error::settings(place, format!("cannot be read: {error}"), "save it as CSV with commas, UTF-8"),
    }
}
