//! Small roll-ups in memory, with the columns a test does not name as typed nulls.

use super::super::{Catalogue, ParamValue, Tables, run};
use crate::error::{Error, Result};
use crate::focus::Kind;
use crate::focus::frame::data_type;
use crate::transform::rollup::Rollup;
use chrono::NaiveDate;
use polars::prelude::*;
use std::collections::BTreeMap;

/// Tables by name.
pub struct Memory(pub BTreeMap<String, LazyFrame>);

impl Tables for Memory {
    fn frame(&self, table: &str) -> Result<LazyFrame> {
        self.0.get(table).cloned().ok_or_else(|| Error::bug(table, "not in the test"))
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// With the engine that the lake collects with.
pub fn collect(frame: LazyFrame) -> Result<DataFrame> {
    let collected = frame.collect_with_engine(Engine::Streaming).map(|result| result.unwrap_single());
    collected.map_err(|error| Error::bug("test", error.to_string()))
}

/// A roll-up with the dimension Owner. `text` is a table: a line of column names, then rows;
/// cells are separated by `|`, `-` is null. Costs that are not named are 0.
pub fn rollup(rollup: Rollup, text: &str) -> LazyFrame {
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let names: Vec<&str> = lines.next().unwrap().split('|').map(str::trim).collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split('|').map(str::trim).collect()).collect();
    assert!(rows.iter().all(|row| row.len() == names.len()));
    let columns = rollup.columns(&["Owner".into()]);
    assert!(names.iter().all(|name| columns.iter().any(|(column, _)| column == name)), "{names:?}");
    let columns: Vec<Column> = columns
        .into_iter()
        .map(|(name, kind)| {
            let at = names.iter().position(|named| *named == name);
            let zero = matches!(data_type(kind), DataType::Decimal(..)).then_some("0");
            let cells: Vec<Option<&str>> =
                rows.iter().map(|row| at.map_or(zero, |at| Some(row[at]).filter(|cell| *cell != "-"))).collect();
            let name = name.as_str().into();
            if matches!(kind, Kind::Date | Kind::Time) {
                let days = cells.iter().map(|cell| cell.map(|day| day.parse::<NaiveDate>().unwrap().to_epoch_days()));
                let days: Vec<Option<i32>> = days.collect();
                let days = Series::new(name, days).cast(&DataType::Date).unwrap();
                return days.cast(&data_type(kind)).unwrap().into_column();
            }
            Series::new(name, cells).strict_cast(&data_type(kind)).unwrap().into_column()
        })
        .collect();
    DataFrame::new(rows.len(), columns).unwrap().lazy()
}

pub fn given(params: &[(&str, &str)]) -> BTreeMap<String, ParamValue> {
    params.iter().map(|(name, value)| ((*name).into(), ParamValue::Text((*value).into()))).collect()
}

/// The rows of an embedded query, cells as a CSV writes them, ratios to six digits.
pub fn asked(id: &str, tables: &Memory, params: &[(&str, &str)]) -> Vec<String> {
    let metric = run(&Catalogue::embedded().unwrap(), id, &given(params), tables, &collect).unwrap();
    let text = |cell: &crate::transform::Cell| match cell {
        crate::transform::Cell::Float(value) => format!("{value:.6}"),
        other => other.csv_text(),
    };
    metric.rows.iter().map(|row| row.iter().map(text).collect::<Vec<_>>().join("|")).collect()
}
