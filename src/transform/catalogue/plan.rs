//! Plans a statement on empty tables with the real schemas, in milliseconds.

use super::{Query, QueryColumn};
use crate::focus::frame::{data_type, schema};
use crate::focus::{Kind, column};
use crate::lake::on_deep_stack;
use crate::transform::Derived;
use crate::transform::catalogue::scope::{Named, Nature};
use crate::transform::derived::DerivedColumn;
use crate::transform::metric::CellKind;
use crate::transform::rollup::Rollup;
use polars::prelude::{DataFrame, DataType, IntoLazy, LazyFrame, Schema, TimeUnit, TimeZone};
use polars::sql::SQLContext;
use std::collections::BTreeMap;

/// The tables of the lake: `cost`, the roll-ups, the derived tables.
pub const TABLES: [&str; 17] = [
    "cost",
    "cost_daily",
    "resource_month",
    "resource_day",
    "unit_daily",
    "utilisation",
    "unit_driver",
    "unit_metric",
    "team",
    "exemption",
    "finding",
    "period_change",
    "control_total",
    "reporting_rate",
    "told_service",
    "told_figure",
    "commitment_use",
    "recommendation",
];

/// The columns of a table of the lake; `None` if there is no such table.
fn columns(table: &str, dimensions: &[String]) -> Option<Vec<(String, Kind)>> {
    if table == "cost" {
        return Some(column::all().map(|column| (column.name.to_string(), column.kind)).collect());
    }
    Rollup::ALL.into_iter().find(|rollup| rollup.name() == table).map(|rollup| rollup.columns(dimensions))
}

/// A table as the money rules see it.
pub fn natures(table: &str, dimensions: &[String]) -> Option<Vec<Named>> {
    if let Some(derived) = Derived::find(table) {
        let named = |c: &DerivedColumn| Named { nature: Nature::of_cell(c.name, c.kind), name: c.name.into() };
        return Some(derived.columns().iter().map(named).collect());
    }
    let columns = columns(table, dimensions)?;
    Some(columns.into_iter().map(|(name, kind)| Named { nature: Nature::of_kind(&name, kind), name }).collect())
}

/// The empty table.
pub fn empty(table: &str, dimensions: &[String]) -> Option<LazyFrame> {
    if let Some(derived) = Derived::find(table) {
        return Some(derived.empty().lazy());
    }
    let schema = match table {
        "cost" => schema(),
        _ => columns(table, dimensions)?.into_iter().map(|(name, kind)| (name.into(), data_type(kind))).collect(),
    };
    Some(DataFrame::empty_with_schema(&schema).lazy())
}

/// The empty result of a query, by its declared columns.
pub fn empty_result(columns: &[QueryColumn]) -> LazyFrame {
    let schema: Schema = columns.iter().map(|column| (column.name.as_str().into(), canonical(column.kind))).collect();
    DataFrame::empty_with_schema(&schema).lazy()
}

/// What is wrong between a plan and the header: one (what, remedy) each.
pub fn compare(query: &Query, sql: &str, tables: BTreeMap<String, LazyFrame>) -> Vec<(String, String)> {
    let context = SQLContext::new();
    for (name, frame) in tables {
        context.register(&name, frame);
    }
    let mut context = context;
    let planned = on_deep_stack(|| Ok(context.execute(sql).and_then(|mut plan| plan.collect_schema())));
    let schema = match planned {
        Ok(Ok(schema)) => schema,
        Err(error) => return vec![(format!("cannot be planned: {error}"), "mend that first".into())],
        Ok(Err(error)) => {
            return vec![(format!("Polars refuses it: {error}"), "write it with what Polars SQL has".into())];
        }
    };
    let returned: Vec<&str> = schema.iter_names().map(|name| name.as_str()).collect();
    let declared: Vec<&str> = query.columns.iter().map(|column| column.name.as_str()).collect();
    if returned != declared {
        return vec![(
            format!("returns {} and declares {}", returned.join(", "), declared.join(", ")),
            "declare exactly what the SELECT returns, in its order".into(),
        )];
    }
    let typed = query.columns.iter().zip(schema.iter_values()).filter(|(column, found)| !is_of(column.kind, found));
    typed
        .map(|(column, found)| {
            let (name, kind) = (&column.name, format!("{:?}", column.kind).to_lowercase());
            let wanted = canonical(column.kind);
            (
                format!("`{name}` is declared as {kind} ({wanted}) and is {found}"),
                "mend the SELECT or the declaration".into(),
            )
        })
        .collect()
}

fn canonical(kind: CellKind) -> DataType {
    match kind {
        CellKind::Text => DataType::String,
        CellKind::Money => data_type(Kind::Cost),
        CellKind::Quantity => data_type(Kind::Quantity),
        CellKind::Integer => DataType::Int64,
        CellKind::Ratio | CellKind::Number => DataType::Float64,
        CellKind::Date => DataType::Date,
        CellKind::Time => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        CellKind::Boolean => DataType::Boolean,
    }
}

fn is_of(kind: CellKind, found: &DataType) -> bool {
    match kind {
        CellKind::Integer => found.is_integer(),
        CellKind::Text => matches!(found, DataType::String | DataType::Categorical(..) | DataType::Enum(..)),
        _ => *found == canonical(kind),
    }
}
