//! `costmill query`: one SELECT over what is published; changes nothing.

use super::console::Console;
use super::table;
use super::tables::{LakeTables, derived_frames, dimension_names, newest_month};
use crate::cli::{Query, QueryFormat};
use crate::error::{Error, Result};
use crate::lake::{self, Lake};
use crate::settings::Settings;
use crate::transform::catalogue::Tables;
use crate::transform::{Metric, catalogue};

pub fn run(settings: &Settings, query: &Query, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = match query.version {
        Some(version) => lake.snapshot_at(i64::try_from(version).unwrap_or(i64::MAX))?,
        None => lake.snapshot()?,
    };
    let derived = match query.version {
        Some(_) => None,
        None => Some(derived_frames(&lake, newest_month(&snapshot))?),
    };
    let tables = LakeTables { lake: &lake, snapshot: &snapshot, dimensions: dimension_names(settings), derived };
    let metric = catalogue::run_sql(&query.sql, &tables, &lake::collect)?;
    for caution in catalogue::cautions(&query.sql, &tables.names(), &tables.dimensions) {
        console.warning(&caution.to_string());
    }
    console.answer(&match query.format {
        QueryFormat::Table => table::aligned(&metric),
        QueryFormat::Csv => csv_text(&metric)?,
        QueryFormat::Json => json_text(&metric)?,
    })?;
    Ok(0)
}

/// RFC 4180 with the exact values as they are: for programs, so no text is made safe for
/// spreadsheets (the reports' CSV files do that).
fn csv_text(metric: &Metric) -> Result<String> {
    let bug = |error: &dyn std::fmt::Display| Error::bug("query", error.to_string());
    let mut writer = csv::WriterBuilder::new().from_writer(Vec::new());
    writer.write_record(metric.columns.iter().map(|column| &column.name)).map_err(|error| bug(&error))?;
    for row in &metric.rows {
        writer.write_record(row.iter().map(crate::transform::Cell::csv_text)).map_err(|error| bug(&error))?;
    }
    let bytes = writer.into_inner().map_err(|error| bug(&error))?;
    String::from_utf8(bytes).map_err(|error| bug(&error))
}

fn json_text(metric: &Metric) -> Result<String> {
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
