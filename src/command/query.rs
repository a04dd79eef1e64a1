//! `costmill query`: one SELECT over what is published, typed or of the catalogue; changes nothing.

use super::catalogue::load_or_first;
use super::console::Console;
use super::params::{period_params, tag_keys};
use super::table;
use super::tables::{LakeTables, derived_frames, dimension_names, newest_month};
use crate::cli::{Query, QueryFormat};
use crate::error::{Error, Result};
use crate::lake::{self, Lake, Snapshot};
use crate::settings::Settings;
use crate::transform::catalogue::{Kind, Param, ParamValue, Tables};
use crate::transform::{Metric, catalogue};

pub fn run(settings: &Settings, query: &Query, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = match query.version {
        Some(version) => lake.snapshot_at(i64::try_from(version).unwrap_or(i64::MAX))?,
        None => lake.snapshot()?,
    };
    let month = query.period.or_else(|| newest_month(&snapshot));
    let derived = match query.version {
        Some(_) => None,
        None => Some(derived_frames(&lake, month)?),
    };
    let tables = LakeTables { lake: &lake, snapshot: &snapshot, dimensions: dimension_names(settings), derived };
    let asked = match is_id(&query.sql) {
        true => of_catalogue(settings, query, &tables, console),
        false => typed(query, &tables, console),
    };
    let metric = asked.map_err(|error| of_vacuumed(&lake, &snapshot, query.version).unwrap_or(error))?;
    console.answer(&match query.format {
        QueryFormat::Table => table::aligned(&metric),
        QueryFormat::Csv => csv_text(&metric)?,
        QueryFormat::Json => json_text(&metric)?,
    })?;
    Ok(0)
}

/// What is wrong with an older version that vacuum took files of; `None` where that is not it.
fn of_vacuumed(lake: &Lake, snapshot: &Snapshot, version: Option<u64>) -> Option<Error> {
    let version = version.filter(|_| lake.damages(snapshot).is_ok_and(|damages| !damages.is_empty()))?;
    let whole = |version: &i64| {
        lake.snapshot_at(*version).and_then(|snapshot| lake.damages(&snapshot)).is_ok_and(|damages| damages.is_empty())
    };
    let later = lake.history().ok()?.into_iter().map(|publication| publication.version);
    let oldest = later.filter(|later| u64::try_from(*later).is_ok_and(|later| later > version)).find(whole);
    let remedy = match oldest {
        Some(oldest) => format!(
            "ask version {oldest} or a later one, or cost_daily, which every version keeps; [retention] history_days \
             says how long versions stay"
        ),
        None => "restore the lake from its backup".to_string(),
    };
    let what = "files of this version are no longer there: `costmill vacuum` takes them away after history_days";
    Some(Error::lake(format!("version {version}"), what, remedy))
}

/// `metric/cost_by_service` is no SQL: a statement has a blank in it.
fn is_id(text: &str) -> bool {
    Kind::ALL.iter().any(|kind| text.strip_prefix(kind.folder()).is_some_and(|rest| rest.starts_with('/')))
        && !text.contains(char::is_whitespace)
}

fn typed(query: &Query, tables: &LakeTables, console: Console) -> Result<Metric> {
    if query.period.is_some() || !query.params.is_empty() {
        let remedy = "write the values into the statement, or name a query such as metric/cost_by_service";
        return Err(Error::settings("--period, --param", "belong to a query of the catalogue", remedy));
    }
    let metric = catalogue::run_sql(&query.sql, tables, &lake::collect)?;
    for caution in catalogue::cautions(&query.sql, &tables.names(), &tables.dimensions) {
        console.warning(&caution.to_string());
    }
    Ok(metric)
}

/// A query of the catalogue with its parameters, as a report would ask it.
fn of_catalogue(settings: &Settings, query: &Query, tables: &LakeTables, console: Console) -> Result<Metric> {
    let checked = load_or_first(settings, console)?;
    let newest = tables.snapshot.slots.keys().map(|slot| slot.month).max();
    let Some(month) = query.period.or(newest) else {
        return Err(Error::settings("query", "nothing is published yet", "run `costmill run`, or give --period"));
    };
    let mut params = period_params(settings, tables.snapshot, month);
    let declared = checked.catalogue.queries.get(&query.sql).map(|known| known.params.as_slice()).unwrap_or_default();
    for given in &query.params {
        let (name, value) = parameter(given, declared)?;
        params.insert(name, value);
    }
    let asked = (&checked.catalogue, query.sql.as_str());
    catalogue::run_for_keys(asked, &params, &tag_keys(settings), tables, &lake::collect)
}

/// `limit=20`, as the type of its default.
fn parameter(given: &str, declared: &[Param]) -> Result<(String, ParamValue)> {
    let known = || {
        let names: Vec<&str> = declared.iter().map(|param| param.name.as_str()).collect();
        if names.is_empty() { "the query has no parameters".into() } else { format!("known: {}", names.join(", ")) }
    };
    let refused = |what: &str, remedy: String| Error::settings(format!("--param {given}"), what, remedy);
    let Some((name, value)) = given.split_once('=') else {
        return Err(refused("has no value", "write --param name=value".into()));
    };
    let Some(param) = declared.iter().find(|param| param.name == name) else {
        return Err(refused("is no parameter of the query", known()));
    };
    let value = param.default.parse_like(value);
    let value = value.ok_or_else(|| refused("is of another type", format!("give {}", param.default.type_name())))?;
    Ok((name.to_string(), value))
}

/// RFC 4180 with the exact values as they are: for programs, so no text is made safe for
/// spreadsheets (the reports' CSV files do that).
pub fn csv_text(metric: &Metric) -> Result<String> {
    let bug = |error: &dyn std::fmt::Display| Error::bug("query", error.to_string());
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(metric.columns.iter().map(|column| &column.name)).map_err(|error| bug(&error))?;
    for row in &metric.rows {
        writer.write_record(row.iter().map(crate::transform::Cell::csv_text)).map_err(|error| bug(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| bug(&error))?;
    String::from_utf8(bytes).map_err(|error| bug(&error))
}

pub fn json_text(metric: &Metric) -> Result<String> {
    use crate::transform::Cell;
    let value = |cell: &Cell| match cell {
        Cell::Null => serde_json::Value::Null,
        Cell::Integer(value) => (*value).into(),
        Cell::Float(value) => (*value).into(),
        Cell::Boolean(value) => (*value).into(),
        other => other.csv_text().into(),
    };
    let row = |row: &Vec<Cell>| -> serde_json::Map<String, serde_json::Value> {
        metric.columns.iter().zip(row).map(|(column, cell)| (column.name.clone(), value(cell))).collect()
    };
    let rows: Vec<_> = metric.rows.iter().map(row).collect();
    let text = serde_json::to_string_pretty(&rows).map_err(|error| Error::bug("query", error.to_string()))?;
    Ok(text + "\n")
}
