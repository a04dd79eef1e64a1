//! One row of a utilisation file, held to the contract.

use crate::error::{Error, Result};
use crate::focus::time::parse_timestamp;
use crate::focus::utilisation::{BIN_WIDTH, BINS, Measured, USE_COLUMNS as NAMES, UseMetric};
use crate::land::input::Input;
use chrono::{DateTime, NaiveDate, Timelike};

/// The columns that every file has; the one of bytes is only in those that have rows of bytes.
const NEEDED: usize = 7;

/// Where the contract's columns stand in a file.
pub struct Columns([Option<usize>; NAMES.len()]);

/// A row that keeps the contract.
pub struct Row<'a> {
    pub sub_account: &'a str,
    pub resource: &'a str,
    pub day: NaiveDate,
    /// 0 to 23, UTC.
    pub hour: u32,
    pub metric: UseMetric,
    pub measured: Measured,
}

/// What is wrong with a row: column, what, remedy.
pub struct Wrong {
    pub column: &'static str,
    pub what: String,
    pub remedy: &'static str,
}

impl Wrong {
    pub fn at(self, file: &str, row: u64) -> Error {
        Error::source(format!("{file}, row {row}, column {}", self.column), self.what, self.remedy)
    }
}

impl Columns {
    pub fn find(file: &str, header: &[String]) -> Result<Self> {
        let mut columns = [None; NAMES.len()];
        for (at, name) in NAMES.iter().enumerate() {
            columns[at] = header.iter().position(|column| column == name);
            if at < NEEDED && columns[at].is_none() {
                let what = format!("has no column {name}; it has {}", header.join(", "));
                let needed = NAMES[..NEEDED].join(", ");
                return Err(Error::source(file, what, format!("write the columns {needed}; see docs/utilisation.md")));
            }
        }
        Ok(Self(columns))
    }

    /// The current row.
    pub fn row<'a>(&self, input: &'a Input) -> std::result::Result<Row<'a>, Wrong> {
        let cell = |at: usize| {
            let remedy = "export the file as UTF-8";
            let wrong = |_| Wrong { column: NAMES[at], what: "is no text in UTF-8".into(), remedy };
            let bytes = self.0[at].map(|column| input.cell(column)).unwrap_or_default();
            std::str::from_utf8(bytes).map(str::trim).map_err(wrong)
        };
        let named = |at: usize| match cell(at)? {
            "" => Err(Wrong { column: NAMES[at], what: "is empty".into(), remedy: "say whose samples these are" }),
            text => Ok(text),
        };
        let (day, hour) = hour(cell(2)?)?;
        let metric = metric(cell(3)?)?;
        let measured = match metric.is_bytes() {
            true => Measured::Bytes(bytes(cell(7)?)?),
            false => {
                let bins = bins(cell(4)?)?;
                let maximum = maximum(cell(5)?, &bins)?;
                count(cell(6)?, &bins)?;
                Measured::Percent { bins, maximum }
            }
        };
        Ok(Row { sub_account: named(0)?, resource: named(1)?, day, hour, metric, measured })
    }
}

fn hour(text: &str) -> std::result::Result<(NaiveDate, u32), Wrong> {
    let time = parse_timestamp(text).and_then(DateTime::from_timestamp_micros);
    match time.filter(|time| time.minute() == 0 && time.second() == 0 && time.nanosecond() == 0) {
        Some(time) => Ok((time.date_naive(), time.hour())),
        None => Err(Wrong {
            column: "Hour",
            what: format!("`{text}` is not the start of an hour"),
            remedy: "write the UTC start of the hour, as 2026-08-03T14:00:00Z",
        }),
    }
}

fn metric(text: &str) -> std::result::Result<UseMetric, Wrong> {
    UseMetric::find(text).ok_or_else(|| Wrong {
        column: "Metric",
        what: format!("there is no metric `{text}`"),
        remedy: "write cpu, memory, network or disk; leave rows of other metrics out",
    })
}

fn bytes(text: &str) -> std::result::Result<u64, Wrong> {
    text.parse().map_err(|_| Wrong {
        column: "Bytes",
        what: format!("`{text}` is no number of bytes"),
        remedy: "write the bytes of the hour, a whole number, in every row of network and disk",
    })
}

fn bins(text: &str) -> std::result::Result<[u32; BINS], Wrong> {
    let wrong = |what: String| Wrong {
        column: "Bins",
        what,
        remedy: "write 20 whole numbers separated by `;`: the samples in [0,5), [5,10), … [95,100] percent",
    };
    let mut bins = [0; BINS];
    let mut cells = text.split(';');
    for (at, bin) in bins.iter_mut().enumerate() {
        let cell = cells.next().ok_or_else(|| wrong(format!("holds {at} bins and not {BINS}")))?;
        *bin = cell.trim().parse().map_err(|_| wrong(format!("bin {at} is `{cell}`, which is no count")))?;
    }
    match cells.next() {
        None => Ok(bins),
        Some(_) => Err(wrong(format!("holds {} bins and not {BINS}", text.split(';').count()))),
    }
}

/// The maximum may stand above the highest filled bin, where the samples are averages and the
/// maximum is not; below that bin it contradicts it.
fn maximum(text: &str, bins: &[u32; BINS]) -> std::result::Result<f64, Wrong> {
    let wrong = |what: String, remedy| Wrong { column: "Maximum", what, remedy };
    let value = text.parse().ok().filter(|value: &f64| (0.0..=100.0).contains(value));
    let value = value.ok_or_else(|| {
        wrong(format!("`{text}` is no percentage"), "write the highest sample in percent, from 0 to 100")
    })?;
    let highest = bins.iter().rposition(|count| *count > 0).unwrap_or_default();
    let edge = highest as f64 * BIN_WIDTH;
    if value < edge {
        let what = format!("{value} is below the bin of {edge} percent, which holds samples");
        return Err(wrong(what, "mend the maximum or the bins: they are of the same samples"));
    }
    Ok(value)
}

fn count(text: &str, bins: &[u32; BINS]) -> std::result::Result<(), Wrong> {
    let sum: u64 = bins.iter().map(|bin| u64::from(*bin)).sum();
    let wrong = |what: String, remedy| Err(Wrong { column: "Count", what, remedy });
    match text.parse::<u64>() {
        Ok(0) => wrong("there are no samples".into(), "leave hours without samples out"),
        Ok(count) if count == sum => Ok(()),
        Ok(count) => wrong(format!("is {count}, and the bins hold {sum} samples"), "mend the count or the bins"),
        Err(_) => wrong(format!("`{text}` is no count"), "write the number of samples"),
    }
}
