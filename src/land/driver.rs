//! Driver files of unit metrics: `day,dimension,quantity`, what the business counted.

use crate::focus::Policy;
use crate::focus::driver::{DriverDay, Drivers};
use crate::focus::line::line_of;
use crate::focus::policy::{TagKey, UnitMetric};
use crate::{Error, Result};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;

const DAY: &str = "day";
const DIMENSION: &str = "dimension";
const QUANTITY: &str = "quantity";

/// Reads the driver of every unit metric.
///
/// A file that is not there, or has a row that cannot be right, is left out whole, with an error
/// that names file and line: its metric has no figure then, which a figure of half the rows would
/// hide. The other metrics go on.
pub fn read_drivers(policy: &Policy) -> (Drivers, Vec<Error>) {
    let (mut drivers, mut problems) = (Drivers::new(), Vec::new());
    for metric in &policy.unit_metrics {
        match read(policy, metric) {
            Ok(days) => drivers.extend([(metric.id.clone(), days)]),
            Err(error) => problems.push(error),
        }
    }
    (drivers, problems)
}

fn read(policy: &Policy, metric: &UnitMetric) -> Result<Vec<DriverDay>> {
    let path = metric.driver.as_path();
    let text = std::fs::read(path).map_err(|error| unreadable(metric, &error))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let wrong = |error: csv::Error| wrong_csv(path, &text, &error);
    let header: Vec<String> = {
        let written = reader.headers().map_err(wrong)?;
        // A spreadsheet's "CSV UTF-8" begins with a byte order mark.
        written.iter().map(|name| name.trim_start_matches('\u{feff}').to_owned()).collect()
    };
    let columns = Columns::find(metric, &header)?;
    let key = metric.dimension.as_ref().and_then(|column| tag_key(policy, column));
    let (mut days, mut lines) = (Vec::new(), BTreeMap::new());
    for record in reader.records() {
        let record = record.map_err(wrong)?;
        let line = record.position().map_or(0, |position| line_at(&text, position));
        let place = || format!("{}:{line}", path.display());
        let row = columns.row(&record, key).map_err(|(what, remedy)| Error::source(place(), what, remedy))?;
        if let Some(first) = lines.insert((row.day, row.dimension.clone()), line) {
            let of = if row.dimension.is_empty() { String::new() } else { format!(" of `{}`", row.dimension) };
            let what = format!("the day {}{of} already stands on line {first}", row.day);
            return Err(Error::source(place(), what, "give each day and dimension one row: add the quantities up"));
        }
        days.push(row);
    }
    days.sort_by(|a, b| (a.day, &a.dimension).cmp(&(b.day, &b.dimension)));
    Ok(days)
}

/// What is wrong with a row, and the remedy.
type Wrong = (String, &'static str);

/// Where the columns stand.
struct Columns {
    day: usize,
    dimension: Option<usize>,
    quantity: usize,
}

impl Columns {
    fn find(metric: &UnitMetric, header: &[String]) -> Result<Self> {
        let place = format!("{}:1", metric.driver.display());
        let known = [DAY, DIMENSION, QUANTITY];
        for (at, name) in header.iter().enumerate() {
            if !known.contains(&name.as_str()) || header[..at].contains(name) {
                let what = format!("the column `{name}` is unknown, or stands there twice");
                return Err(Error::source(
                    place,
                    what,
                    "name the columns `day`, `dimension` and `quantity`, once each",
                ));
            }
        }
        let find = |wanted: &str| header.iter().position(|name| name == wanted);
        let (Some(day), Some(quantity)) = (find(DAY), find(QUANTITY)) else {
            let remedy = "begin the file with a line of column names: day,dimension,quantity";
            return Err(Error::source(place, "there is no column `day`, or none `quantity`", remedy));
        };
        let dimension = find(DIMENSION);
        match (dimension, &metric.dimension) {
            (Some(_), None) => {
                let what = format!("the file has dimensions, and the unit metric `{}` none", metric.id);
                Err(Error::source(place, what, "name the column of a charge in the config: dimension = \"x_Tag_app\""))
            }
            (None, Some(column)) => {
                let what =
                    format!("there is no column `dimension`, and the unit metric `{}` is by {column}", metric.id);
                Err(Error::source(place, what, "add the column, or take `dimension` out of the config"))
            }
            _ => Ok(Self { day, dimension, quantity }),
        }
    }

    fn row(&self, record: &csv::StringRecord, key: Option<&TagKey>) -> std::result::Result<DriverDay, Wrong> {
        let cell = |at: usize| record.get(at).unwrap_or_default();
        let text = cell(self.day);
        // chrono also reads 2026-7-1; a second spelling of a day would hide a double one from eyes.
        let day = text.parse().ok().filter(|day: &NaiveDate| day.to_string() == text);
        let day = day.ok_or_else(|| (format!("`{text}` is not a day"), "write the UTC day as 2026-07-01"))?;
        let text = cell(self.quantity);
        let quantity = text.parse().ok().filter(|quantity: &f64| quantity.is_finite() && *quantity >= 0.0);
        let quantity = quantity.ok_or_else(|| {
            (format!("`{text}` is no quantity"), "write a number from 0 on, with a point and without separators")
        })?;
        let dimension = self.dimension.map_or("", cell);
        if self.dimension.is_some() && dimension.is_empty() {
            let remedy = "name the value that charges have; a metric of the whole has no column `dimension`";
            return Err(("the row names no dimension".into(), remedy));
        }
        let dimension = key.map_or_else(|| dimension.to_owned(), |key| key.value(dimension));
        Ok(DriverDay { day, dimension, quantity })
    }
}

/// The tag dimension of a column, so that a driver's values count as the charges' do.
fn tag_key<'p>(policy: &'p Policy, column: &str) -> Option<&'p TagKey> {
    let name = column.strip_prefix("x_Tag_")?;
    policy.tag_keys.iter().find(|key| key.name == name)
}

fn line_at(text: &[u8], position: &csv::Position) -> usize {
    line_of(text, usize::try_from(position.byte()).unwrap_or(usize::MAX))
}

fn unreadable(metric: &UnitMetric, error: &std::io::Error) -> Error {
    let place = metric.driver.display().to_string();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let what = format!("there is no such driver file: the unit metric `{}` has no figure", metric.id);
            Error::source(place, what, "put it there, or correct `driver` in the config")
        }
        _ => Error::source(place, format!("cannot be read: {error}"), "check the path and its permissions"),
    }
}

fn wrong_csv(path: &Path, text: &[u8], error: &csv::Error) -> Error {
    let place = match error.position() {
        Some(position) => format!("{}:{}", path.display(), line_at(text, position)),
        None => path.display().to_string(),
    };
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            let what = format!("the row has {len} cells, the header {expected_len}");
            Error::source(place, what, "give each row one cell per column; write numbers without separators")
        }
        csv::ErrorKind::Utf8 { .. } => Error::source(place, "the file is not UTF-8 text", "save it as CSV UTF-8"),
        _ => Error::source(place, format!("cannot be read: {error}"), "save it as CSV with commas, UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metric(driver: &Path, dimension: Option<&str>) -> UnitMetric {
        UnitMetric {
            id: "m".into(),
            title: "M".into(),
            unit: "u".into(),
            per: 1.0,
            driver: driver.into(),
            dimension: dimension.map(str::to_string),
            basis: Default::default(),
            quantity: Default::default(),
            matches: Default::default(),
        }
    }

    fn read_text(text: &[u8], dimension: Option<&str>) -> (Drivers, Vec<Error>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("d.csv");
        std::fs::write(&path, text).unwrap();
        let key = TagKey {
            name: "app".into(),
            fold_case: true,
            synonyms: [("webshop".to_string(), "shop".to_string())].into(),
            ..TagKey::default()
        };
        let policy = Policy { tag_keys: vec![key], unit_metrics: vec![metric(&path, dimension)], ..Policy::default() };
        let (drivers, problems) = read_drivers(&policy);
        let here = |error: Error| match error {
            Error::Source(mut problem) => {
                problem.place = problem.place.replace(&format!("{}/", folder.path().display()), "");
                Error::Source(problem)
            }
            other => other,
        };
        (drivers, problems.into_iter().map(here).collect())
    }

    #[test]
    fn rows_come_sorted_and_dimensions_as_charges_have_them() {
        let text =
            "\u{feff}quantity, day, dimension\n2.5, 2026-08-02, Shop\n0,2026-08-01,Webshop \n1e3,2026-08-01,api\n";
        let (drivers, problems) = read_text(text.as_bytes(), Some("x_Tag_app"));
        assert_eq!(problems, []);
        let rows: Vec<_> =
            drivers["m"].iter().map(|row| (row.day.to_string(), row.dimension.as_str(), row.quantity)).collect();
        let day = |day: u32| format!("2026-08-0{day}");
        assert_eq!(rows, [(day(1), "api", 1000.0), (day(1), "shop", 0.0), (day(2), "shop", 2.5)]);
        let (drivers, _) = read_text(b"day,quantity\n2026-08-01,7\n", None);
        assert_eq!(drivers["m"][0].dimension, "");
    }

    /// A figure of half the rows would look like a figure.
    #[test]
    fn a_wrong_row_refuses_the_file_and_names_the_line() {
        for (text, dimension, expected) in [
            (
                "day,quantity\n2026-08-01,1\n\n2026-08-01,2\n",
                None,
                "d.csv:4: the day 2026-08-01 already stands on line 2",
            ),
            (
                "day,dimension,quantity\n2026-08-01,webshop,1\n2026-08-01,Shop,2\n",
                Some("x_Tag_app"),
                "d.csv:3: the day 2026-08-01 of `shop` already stands on line 2",
            ),
            ("day,quantity\n2026-8-1,1\n", None, "d.csv:2: `2026-8-1` is not a day"),
            ("day,quantity\n2026-02-30,1\n", None, "d.csv:2: `2026-02-30` is not a day"),
            ("day,quantity\n2026-08-01,-1\n", None, "d.csv:2: `-1` is no quantity"),
            ("day,quantity\n2026-08-01,NaN\n", None, "d.csv:2: `NaN` is no quantity"),
            ("day,quantity\n2026-08-01,inf\n", None, "d.csv:2: `inf` is no quantity"),
            ("day,quantity\n2026-08-01,\n", None, "d.csv:2: `` is no quantity"),
            ("day,quantity\n2026-08-01,1,234\n", None, "d.csv:2: the row has 3 cells, the header 2"),
            ("day,quantity\n2026-08-01,\"1,234\"\n", None, "d.csv:2: `1,234` is no quantity"),
            ("day,quantity,unit\n", None, "d.csv:1: the column `unit` is unknown"),
            ("date,quantity\n", None, "d.csv:1: the column `date` is unknown"),
            ("day,dimension\n", Some("ServiceName"), "d.csv:1: there is no column `day`, or none `quantity`"),
            ("day,dimension,quantity\n", None, "d.csv:1: the file has dimensions, and the unit metric `m` none"),
            ("day,quantity\n", Some("ServiceName"), "d.csv:1: there is no column `dimension`"),
            ("day,dimension,quantity\n2026-08-01,,1\n", Some("ServiceName"), "d.csv:2: the row names no dimension"),
        ] {
            let (drivers, problems) = read_text(text.as_bytes(), dimension);
            assert!(drivers.is_empty(), "{text}");
            let message = problems[0].to_string();
            assert!(message.starts_with(&format!("source: {expected}")) && message.contains("remedy: "), "{message}");
        }
    }

    #[test]
    fn a_missing_file_takes_only_its_own_metric() {
        let folder = tempfile::tempdir().unwrap();
        let there = folder.path().join("there.csv");
        std::fs::write(&there, "day,quantity\n2026-08-01,1\n").unwrap();
        let gone = UnitMetric { id: "gone".into(), ..metric(&folder.path().join("no.csv"), None) };
        let policy = Policy { unit_metrics: vec![gone, metric(&there, None)], ..Policy::default() };
        let (drivers, problems) = read_drivers(&policy);
        assert_eq!(drivers.keys().collect::<Vec<_>>(), ["m"]);
        assert!(problems[0].to_string().contains("the unit metric `gone` has no figure"), "{}", problems[0]);
    }
}
