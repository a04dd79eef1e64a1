//! What the log says of a file, so that readers may skip it: rows, and ranges of short texts,
//! dates, times and integers. No decimals: readers differ in how they read those from JSON.

use crate::error::{Error, Result};
use crate::focus::{Kind, column};
use crate::lake::disk;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::statistics::Statistics;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::path::Path;

/// Longer texts are no use for skipping and would swell the log.
const TEXT_LIMIT: usize = 32;

/// The rows of a Parquet file, and its statistics as the log wants them (JSON text).
pub fn of_file(path: &Path) -> Result<(u64, String)> {
    let broken =
        |what: String| Error::bug(path.display().to_string(), format!("the staged file is no Parquet: {what}"));
    let file = File::open(path).map_err(|e| disk::io_error(path, "the staged file cannot be read", &e))?;
    let reader = SerializedFileReader::new(file).map_err(|e| broken(e.to_string()))?;
    let footer = reader.metadata();
    let rows = u64::try_from(footer.file_metadata().num_rows()).unwrap_or_default();
    let (mut least, mut most, mut nulls) = (Map::new(), Map::new(), Map::new());
    for (at, field) in footer.file_metadata().schema_descr().columns().iter().enumerate() {
        let Some(kind) = column::find(field.name()).map(|column| column.kind) else { continue };
        let groups = footer.row_groups().iter().map(|group| (group.num_rows(), group.column(at).statistics()));
        let Some(range) = range(groups) else { continue };
        let texts = range.bounds.as_ref().and_then(|(low, high)| text(kind, low).zip(text(kind, high)));
        if let Some((low, high)) = texts {
            least.insert(field.name().into(), low);
            most.insert(field.name().into(), high);
        } else if range.bounds.is_some() {
            continue;
        }
        if !matches!(kind, Kind::Cost | Kind::Price | Kind::Quantity) {
            nulls.insert(field.name().into(), range.nulls.into());
        }
    }
    let stats = json!({ "numRecords": rows, "minValues": least, "maxValues": most, "nullCount": nulls });
    Ok((rows, stats.to_string()))
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Bound {
    Number(i64),
    Text(Vec<u8>),
}

struct Range {
    /// `None` when every value is null.
    bounds: Option<(Bound, Bound)>,
    nulls: u64,
}

/// The range over all row groups; `None` when one of them does not tell.
fn range<'a>(groups: impl Iterator<Item = (i64, Option<&'a Statistics>)>) -> Option<Range> {
    let mut range = Range { bounds: None, nulls: 0 };
    for (rows, statistics) in groups {
        let statistics = statistics?;
        let nulls = statistics.null_count_opt()?;
        range.nulls += nulls;
        if i64::try_from(nulls) == Ok(rows) {
            continue;
        }
        let (low, high) = bounds(statistics)?;
        range.bounds = Some(match range.bounds {
            None => (low, high),
            Some((least, most)) => (least.min(low), most.max(high)),
        });
    }
    Some(range)
}

fn bounds(statistics: &Statistics) -> Option<(Bound, Bound)> {
    let pair = |low: i64, high: i64| (Bound::Number(low), Bound::Number(high));
    match statistics {
        Statistics::Int32(found) => Some(pair(i64::from(*found.min_opt()?), i64::from(*found.max_opt()?))),
        Statistics::Int64(found) => Some(pair(*found.min_opt()?, *found.max_opt()?)),
        Statistics::ByteArray(found) => {
            Some((Bound::Text(found.min_opt()?.data().into()), Bound::Text(found.max_opt()?.data().into())))
        }
        _ => None,
    }
}

/// A bound as the Delta protocol writes it; `None` when it would be inexact or of no use.
fn text(kind: Kind, bound: &Bound) -> Option<Value> {
    match (kind, bound) {
        (Kind::Text, Bound::Text(bytes)) if bytes.len() <= TEXT_LIMIT => {
            std::str::from_utf8(bytes).ok().map(Value::from)
        }
        (Kind::Integer, Bound::Number(number)) => Some((*number).into()),
        (Kind::Date, Bound::Number(days)) => {
            let day = chrono::DateTime::from_timestamp(days.checked_mul(86_400)?, 0)?;
            Some(day.format("%Y-%m-%d").to_string().into())
        }
        // The log holds milliseconds; a finer bound would be a wrong one.
        (Kind::Time, Bound::Number(micros)) if micros % 1000 == 0 => {
            let time = chrono::DateTime::from_timestamp_micros(*micros)?;
            Some(time.format("%Y-%m-%dT%H:%M:%S%.3fZ").to_string().into())
        }
        _ => None,
    }
}
