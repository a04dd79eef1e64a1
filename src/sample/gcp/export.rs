//! The bucket: dumps of the table, one a week, each of what was exported in that week. The first month is
//! Parquet, as `bq extract` writes it, and the rest JSON lines.

use std::io::Read;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Days};
use flate2::{Compression, GzBuilder};
use serde_json::Value;

use super::month::Bill;
use super::nested;
use super::row::Row;
use super::table::Table;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::sample::cloud::meter::Month;
use crate::sample::truth::put;

const WEEK: i64 = 7 * 86_400;

/// A run of export times, half-open, in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slice {
    pub from: i64,
    pub to: i64,
    parquet: bool,
}

impl Slice {
    pub fn holds(&self, export: i64) -> bool {
        (self.from..self.to).contains(&export)
    }

    /// Can rows of a month have been exported in it? Not before it began, nor two weeks after its end.
    pub fn touches(&self, month: &Month) -> bool {
        let [start, end] = [month.calendar.month().start(), month.calendar.month().end()]
            .map(|date| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp());
        self.to > start && self.from < end + 2 * WEEK
    }

    /// The first day of its export times and the one after the last, as `2026-08-01`.
    pub fn days(&self) -> [String; 2] {
        [self.from, self.to]
            .map(|at| DateTime::from_timestamp(at, 0).unwrap_or_default().format("%Y-%m-%d").to_string())
    }
}

/// The weeks from the first day of the sample to a week after its last month.
pub fn slices(months: &[Month], first: BillingMonth) -> Vec<Slice> {
    let seconds = |date: chrono::NaiveDate| date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let last = months.last().map_or(first, |month| month.calendar.month());
    let (begin, end) = (seconds(first.start()), seconds(last.end() + Days::new(10)));
    let parquet = seconds(first.end());
    let weeks = (begin..end).step_by(WEEK as usize);
    weeks.map(|from| Slice { from, to: from + WEEK, parquet: from + WEEK <= parquet }).collect()
}

/// A dump that is being written.
pub struct Dump {
    table: Table,
    path: PathBuf,
    parquet: bool,
    level: Compression,
    /// Rows of a Parquet file; lines of the other.
    rows: Vec<Value>,
    lines: Vec<u8>,
    count: u64,
}

impl Dump {
    pub fn create(table: Table, root: &Path, slice: &Slice, small: bool) -> Self {
        let level = Compression::new(if small { 9 } else { 1 });
        let name = if slice.parquet { "part-000000000000.parquet" } else { "part-000000000000.json.gz" };
        let path = root.join("billing").join(&slice.days()[1]).join(name);
        Dump { table, path, parquet: slice.parquet, level, rows: Vec::new(), lines: Vec::new(), count: 0 }
    }

    pub fn row(&mut self, bill: &Bill, row: &Row) -> Result<()> {
        let value = self.table.value(bill, row);
        self.count += 1;
        if self.parquet {
            self.rows.push(value);
        } else {
            self.lines.extend_from_slice(line(&value).to_string().as_bytes());
            self.lines.push(b'\n');
        }
        Ok(())
    }

    /// Writes the file, if there is any row: its number, rows and bytes.
    pub fn finish(self) -> Result<(usize, u64, u64)> {
        if self.count == 0 {
            return Ok((0, 0, 0));
        }
        let bytes = if self.parquet {
            nested::parquet(&self.table.columns(), &self.rows)?
        } else {
            packed(&self.lines, self.level)?
        };
        put(&self.path, &bytes)?;
        Ok((1, self.count, bytes.len() as u64))
    }
}

/// A row of JSON: BigQuery leaves out what is null.
fn line(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let there = fields.iter().filter(|(_, value)| !value.is_null());
            Value::Object(there.map(|(key, value)| (key.clone(), line(value))).collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(line).collect()),
        other => other.clone(),
    }
}

fn packed(lines: &[u8], level: Compression) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let packed = GzBuilder::new().mtime(0).read(lines, level).read_to_end(&mut bytes);
    packed.map_err(|cause| Error::bug("the sample's JSON lines", cause.to_string()))?;
    Ok(bytes)
}
