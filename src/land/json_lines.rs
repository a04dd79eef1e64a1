//! Newline-delimited JSON, as BigQuery exports tables: one object a row, nulls left out.
//!
//! The columns are the union of the keys of all rows, found by reading the file once before: what a row
//! lacks is null, so a file does not say its columns at its head. Objects become columns and lists texts as
//! in [`super::nested`]; memory holds one row.

use super::canonical;
use super::nested::push_text;
use crate::error::{Error, Result};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, ErrorKind};

/// No row of an export is longer; a file without line ends is not read into memory whole.
const LONGEST: u64 = 64 << 20;

/// The rows of one file.
pub struct JsonLines<R> {
    source: R,
    key: String,
    /// Of each column.
    cells: Vec<String>,
    positions: BTreeMap<String, usize>,
    /// The line last read, from 1 on.
    line: u64,
    buffer: Vec<u8>,
}

/// The columns of a file, by name.
pub fn columns(source: impl BufRead, key: &str) -> Result<Vec<String>> {
    let mut lines = JsonLines::new(source, key, &[]);
    let mut names = BTreeSet::new();
    while let Some(row) = lines.next_object()? {
        flatten("", &row, &mut |name, _| {
            if !names.contains(name) {
                names.insert(name.to_string());
            }
        });
    }
    Ok(names.into_iter().collect())
}

impl<R: BufRead> JsonLines<R> {
    pub fn new(source: R, key: &str, columns: &[String]) -> Self {
        let positions = columns.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        let cells = vec![String::new(); columns.len()];
        Self { source, key: key.into(), cells, positions, line: 0, buffer: Vec::new() }
    }

    /// Steps to the next row; `false` at the end.
    pub fn advance(&mut self) -> Result<bool> {
        let Some(row) = self.next_object()? else { return Ok(false) };
        self.cells.iter_mut().for_each(String::clear);
        let (cells, positions) = (&mut self.cells, &self.positions);
        flatten("", &row, &mut |name, text| {
            if let Some(at) = positions.get(name) {
                cells[*at] = text;
            }
        });
        Ok(true)
    }

    pub fn cell(&self, column: usize) -> &[u8] {
        self.cells[column].as_bytes()
    }

    /// The next line that is not blank, as an object.
    fn next_object(&mut self) -> Result<Option<Value>> {
        loop {
            self.line += 1;
            self.buffer.clear();
            let mut limited = std::io::Read::take(&mut self.source, LONGEST);
            let got = limited.read_until(b'\n', &mut self.buffer).map_err(|error| self.unreadable(&error))?;
            if got == 0 {
                return Ok(None);
            }
            if got as u64 == LONGEST {
                return Err(self.broken("is longer than any row of an export"));
            }
            let mut text = self.buffer.as_slice();
            if self.line == 1 {
                text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text);
            }
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            return match serde_json::from_slice(text) {
                Ok(row @ Value::Object(_)) => Ok(Some(row)),
                Ok(_) => Err(self.broken("is no JSON object: every line of the file must be one")),
                Err(error) => Err(self.broken(&format!("is no JSON object: {error}"))),
            };
        }
    }

    fn broken(&self, what: &str) -> Error {
        let place = format!("{}, line {}", self.key, self.line);
        Error::source(place, what, "export the table as newline-delimited JSON, or deliver the file again")
    }

    fn unreadable(&self, error: &std::io::Error) -> Error {
        let place = format!("{}, line {}", self.key, self.line);
        if error.kind() == ErrorKind::UnexpectedEof {
            let what = "the gzip stream ends early: the file is truncated";
            return Error::source(place, what, "copy or deliver the file again");
        }
        Error::source(place, format!("does not read: {error}"), "the file is damaged; deliver it again")
    }
}

/// Tells every column of a row that has a value, with its text.
fn flatten(path: &str, value: &Value, tell: &mut impl FnMut(&str, String)) {
    match value {
        Value::Null => {}
        Value::Object(fields) if wrapped_list(value).is_none() => {
            for (name, field) in fields {
                if path.is_empty() {
                    flatten(name, field, tell);
                } else {
                    flatten(&format!("{path}.{name}"), field, tell);
                }
            }
        }
        Value::Object(_) | Value::Array(_) => {
            let mut text = String::new();
            write(value, &mut text);
            tell(path, if text == "[]" { String::new() } else { text });
        }
        Value::String(text) => tell(path, canonical::time(text).into_owned()),
        flat => tell(path, flat_text(flat)),
    }
}

fn flat_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => canonical::number(&number.to_string()).into_owned(),
        other => other.to_string(),
    }
}

/// The items of `{"list":[{"element":…}]}`.
fn wrapped_list(value: &Value) -> Option<&Vec<Value>> {
    let fields = value.as_object()?;
    fields.get("list").filter(|_| fields.len() == 1)?.as_array()
}

/// A value inside a list, as [`super::nested`] writes it; nothing for a null.
fn write(value: &Value, out: &mut String) -> bool {
    match value {
        Value::Null => return false,
        Value::Array(items) => write_list(items, out),
        Value::Object(fields) => {
            if let Some(items) = wrapped_list(value) {
                write_list(items, out);
                return true;
            }
            out.push('{');
            let start = out.len();
            // Sorted: the map is a tree.
            for (name, field) in fields {
                let before = out.len();
                if before > start {
                    out.push(',');
                }
                push_text(name, out);
                out.push(':');
                if !write(field, out) {
                    out.truncate(before);
                }
            }
            out.push('}');
        }
        flat => push_text(&flat_text(flat), out),
    }
    true
}

fn write_list(items: &[Value], out: &mut String) {
    out.push('[');
    let start = out.len();
    for item in items {
        let element = item.as_object().filter(|fields| fields.len() == 1).and_then(|fields| fields.get("element"));
        let item = element.filter(|element| element.is_object()).unwrap_or(item);
        let before = out.len();
        if before > start {
            out.push(',');
        }
        if !write(item, out) {
            out.truncate(before);
        }
    }
    out.push(']');
}
