//! Which charges a figure is the sum of, found by asking its query again over other amounts.
//!
//! A query is SQL that anybody may have written. What one of its figures adds up is not read off the
//! text but tried out: the query is asked over the same rows, whose costs are replaced by random whole
//! numbers where a row can belong to the figure, and by 0 elsewhere ([`probe`]). From the answer
//! follows which rows it takes, with which sign, and which cost of them ([`split`]). The find is then
//! held to the real costs: it is one only if they sum to the figure, to the last digit. A share, a
//! count or an estimate is no such sum, and comes back as none.

mod groups;
mod probe;
mod split;

use super::catalogue::{Catalogue, ParamValue, Tables, run};
use super::metric::{Cell, CellKind, Metric};
use super::rollup::Rollup;
use crate::error::Result;
use crate::focus::COSTS;
use crate::focus::reporting::is_reporting;
use groups::Groups;
pub use groups::key_of;
use polars::prelude::{DataFrame, LazyFrame};
use std::collections::BTreeMap;

/// A query as it was asked.
pub struct Asked<'a> {
    pub catalogue: &'a Catalogue,
    pub query: &'a str,
    pub params: &'a BTreeMap<String, ParamValue>,
    pub tables: &'a dyn Tables,
    /// The lake's: nothing is collected here.
    pub collect: &'a dyn Fn(LazyFrame) -> Result<DataFrame>,
}

/// One cell of the query's answer.
#[derive(Clone, Copy)]
pub struct Figure<'a> {
    pub metric: &'a Metric,
    pub row: &'a [Cell],
    pub column: usize,
}

impl Figure<'_> {
    /// Is it in the reporting currency? Then its rows sum to it, and their charges, which are in billing currencies, do at
    /// the rates of their slots.
    pub fn is_converted(&self) -> bool {
        is_reporting(&self.metric.columns[self.column].name)
    }

    /// The exact amount in units of 10^-18; `None` for what is no exact amount of money.
    pub fn amount(&self) -> Option<i128> {
        match (self.metric.columns[self.column].kind, &self.row[self.column]) {
            (CellKind::Money, Cell::Decimal { value, scale: 18 }) => Some(*value),
            _ => None,
        }
    }
}

/// Rows of one table that sum to a figure.
pub struct Lineage {
    /// `cost` or a roll-up.
    pub table: String,
    /// The columns that tell apart which rows belong to it.
    pub columns: Vec<String>,
    /// Values of these columns, and `x_Sign` and `x_Measure`: which cost of the rows is added (1) or
    /// taken off (-1). A row of the table may be in it with more than one cost.
    pub terms: DataFrame,
}

/// The sign of a term, and the name of the cost it is of.
pub const SIGN: &str = "x_Sign";
pub const MEASURE: &str = "x_Measure";

/// The rows that a figure is the sum of; `None` where it is not the sum of costs of any one table.
///
/// # Errors
/// As [`run`], for a query that cannot be asked.
pub fn lineage(asked: &Asked, figure: Figure) -> Result<Option<Lineage>> {
    let Some(amount) = figure.amount() else { return Ok(None) };
    for table in leaves(asked.catalogue, asked.query) {
        for filter in 0..groups::FILTERS {
            let Some(groups) = Groups::of(asked, &table, figure, filter)? else { continue };
            let Some(terms) = split::terms(asked, figure, &groups)? else { continue };
            if groups.sum(&terms) == Some(amount) {
                let terms = groups.frame(&terms)?;
                return Ok(Some(Lineage { table: groups.table, columns: groups.columns, terms }));
            }
        }
    }
    Ok(None)
}

/// The costs of a table, those that a figure can be a sum of.
pub fn measures(table: &str) -> &'static [&'static str] {
    match Rollup::ALL.into_iter().find(|rollup| rollup.name() == table) {
        Some(rollup) => {
            let measures = rollup.measures();
            let costs = measures.iter().position(|name| !COSTS.contains(name)).unwrap_or(measures.len());
            &measures[..costs]
        }
        None if table == "cost" => &COSTS,
        None => &[],
    }
}

/// The tables with costs that a query reads, itself or through the queries it reads.
fn leaves(catalogue: &Catalogue, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut walk = vec![query];
    while let Some(id) = walk.pop() {
        match catalogue.queries.get(id) {
            Some(query) => walk.extend(query.reads.iter().map(String::as_str)),
            None if !measures(id).is_empty() && !found.contains(&id.to_string()) => found.push(id.to_string()),
            None => {}
        }
    }
    found
}

/// The cell of the same row and column in another answer to the query; `Some(0)` where it is null or
/// the row is not there: nothing was added up. `None` where there are several such rows, or no number.
fn same_cell(figure: Figure, answer: &Metric) -> Option<i128> {
    let names = |row: &[Cell]| -> Vec<String> {
        let texts = row.iter().zip(&answer.columns).filter(|(_, column)| is_name(column.kind));
        texts.map(|(cell, _)| format!("{cell:?}")).collect()
    };
    let wanted = names(figure.row);
    let mut same = answer.rows.iter().filter(|row| names(row) == wanted);
    match (same.next(), same.next()) {
        (None, _) => Some(0),
        (Some(row), None) => match &row[figure.column] {
            Cell::Null => Some(0),
            Cell::Decimal { value, scale: 18 } => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// Does such a column say what a row is about?
fn is_name(kind: CellKind) -> bool {
    matches!(kind, CellKind::Text | CellKind::Date | CellKind::Time | CellKind::Boolean)
}

/// Asks the query over other tables.
fn ask(asked: &Asked, tables: &dyn Tables) -> Result<Metric> {
    run(asked.catalogue, asked.query, asked.params, tables, asked.collect)
}
