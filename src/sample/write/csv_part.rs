//! Rows as gzip CSV: maps as JSON, instants with milliseconds, numbers as Java prints doubles.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use chrono::{Datelike, Timelike};
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

use super::legacy::refused;
use super::line::{Column, Line, Part};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::bill::line::push_field;
use crate::sample::numbers::print;

/// A CSV file that is being written.
pub struct CsvPart {
    path: PathBuf,
    out: GzEncoder<BufWriter<File>>,
    row: Vec<u8>,
    /// Cells of the row so far.
    at: usize,
    cell: String,
}

impl CsvPart {
    /// Creates the file with its header.
    ///
    /// # Errors
    /// `Lake` when it cannot be written.
    pub fn create(path: &Path, columns: &[Column], small: bool) -> Result<Self> {
        let file = File::create(path).map_err(|cause| refused(path, &cause))?;
        // No time and no file name in the header: the same rows are the same bytes.
        let level = Compression::new(if small { 9 } else { 1 });
        let out = GzBuilder::new().mtime(0).write(BufWriter::with_capacity(1 << 16, file), level);
        let mut part =
            CsvPart { path: path.to_owned(), out, row: Vec::with_capacity(4096), at: 0, cell: String::new() };
        columns.iter().for_each(|column| part.text(column.name));
        part.end()?;
        Ok(part)
    }

    fn comma(&mut self) {
        if self.at > 0 {
            self.row.push(b',');
        }
        self.at += 1;
    }

    fn object<T>(&mut self, pairs: &[(&str, T)], value: impl Fn(&T, &mut String)) {
        self.cell.clear();
        self.cell.push('{');
        for (at, (key, cell)) in pairs.iter().enumerate() {
            self.cell.push_str(if at > 0 { "," } else { "" });
            push_json(key, &mut self.cell);
            self.cell.push(':');
            value(cell, &mut self.cell);
        }
        self.cell.push('}');
        self.comma();
        push_field(&self.cell, &mut self.row);
    }
}

impl Line for CsvPart {
    fn text(&mut self, text: &str) {
        self.comma();
        push_field(text, &mut self.row);
    }

    fn number(&mut self, printed: &str) {
        self.text(printed);
    }

    fn money(&mut self, value: Option<Money>) {
        self.comma();
        if let Some(value) = value {
            self.cell.clear();
            print(value, &mut self.cell);
            self.row.extend_from_slice(self.cell.as_bytes());
        }
    }

    fn instant(&mut self, micros: i64) {
        self.comma();
        let instant = chrono::DateTime::from_timestamp_micros(micros).unwrap_or_default();
        let year = u32::try_from(instant.year()).unwrap_or_default();
        let parts = [year / 100, year % 100, instant.month(), instant.day(), instant.hour(), instant.minute()];
        // By hand: a format string is read again for each of millions of cells.
        for (part, sign) in parts.into_iter().chain([instant.second()]).zip(["", "", "-", "-", "T", ":", ":"]) {
            self.row.extend_from_slice(sign.as_bytes());
            self.row.extend([b'0' + (part / 10 % 10) as u8, b'0' + (part % 10) as u8]);
        }
        self.row.extend_from_slice(b".000Z");
    }

    fn texts(&mut self, pairs: &[(&str, &str)]) {
        self.object(pairs, |text, out| push_json(text, out));
    }

    fn numbers(&mut self, pairs: &[(&str, Money)]) {
        self.object(pairs, |value, out| print(*value, out));
    }

    fn end(&mut self) -> Result<()> {
        self.row.push(b'\n');
        let written = self.out.write_all(&self.row);
        self.row.clear();
        self.at = 0;
        written.map_err(|cause| refused(&self.path, &cause))
    }
}

impl Part for CsvPart {
    fn finish(self: Box<Self>) -> Result<u64> {
        let path = self.path;
        let mut file = self.out.finish().map_err(|cause| refused(&path, &cause))?;
        file.flush().map_err(|cause| refused(&path, &cause))?;
        Ok(file.get_ref().metadata().map_err(|cause| refused(&path, &cause))?.len())
    }
}

/// A JSON text, with the quotes around it.
fn push_json(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => out.extend(['\\', letter]),
            ' '.. => out.push(letter),
            _ => out.push_str(&format!("\\u{:04x}", u32::from(letter))),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::super::line::Kind;
    use super::*;
    use std::io::Read;

    #[test]
    fn cells_of_every_kind_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x.csv.gz");
        let names = ["a", "b", "c", "d", "e", "f"];
        let columns: Vec<Column> = names.iter().map(|name| Column { name, kind: Kind::Text }).collect();
        let mut part = CsvPart::create(&path, &columns, true).unwrap();
        part.text("");
        part.number("1.81E-8");
        part.money(Some("-0.5".parse().unwrap()));
        part.instant(1_785_542_400_000_000);
        part.texts(&[("user_app", "the \"old\" one, \u{1}\\")]);
        part.numbers(&[("edp_discount", "-0.05".parse().unwrap())]);
        part.end().unwrap();
        let size = Box::new(part).finish().unwrap();
        assert_eq!(size, std::fs::metadata(&path).unwrap().len());
        let mut text = String::new();
        flate2::read::GzDecoder::new(File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let row = reader.records().next().unwrap().unwrap();
        assert_eq!(&row[0], "");
        assert_eq!((&row[1], &row[2], &row[3]), ("1.81E-8", "-0.5", "2026-08-01T00:00:00.000Z"));
        let tags: serde_json::Value = serde_json::from_str(&row[4]).unwrap();
        assert_eq!(tags["user_app"], "the \"old\" one, \u{1}\\");
        assert_eq!(&row[5], r#"{"edp_discount":-0.05}"#);
    }
}
