//! The rows of a table by all that a query can tell them apart by.

use super::{Asked, Figure, MEASURE, SIGN, is_name, measures};
use crate::error::{Error, Result};
use crate::transform::catalogue::words;
use crate::transform::metric::Cell;
use crate::transform::rollup::reporting_cost;
use polars::prelude::*;

/// How many ways there are to narrow the rows to those that fit a figure's names, from the narrowest:
/// by all names it has in common with the table; without those that a query usually takes the latest
/// of (the name of a sub account, of a resource); not at all.
pub const FILTERS: usize = 3;
const SAMPLES_OF: [&str; 7] =
    ["SubAccountName", "ResourceName", "ResourceType", "x_Team", "x_TeamBy", "x_Environment", "ServiceName"];

/// Groups of rows: no column that the query names differs within one.
pub struct Groups {
    pub table: String,
    pub columns: Vec<String>,
    pub measures: &'static [&'static str],
    /// The columns' values.
    keys: DataFrame,
    /// Rows of each group, and by measure its sum in units of 10^-18; in the reporting currency where the figure is.
    pub rows: Vec<i128>,
    sums: Vec<Vec<i128>>,
}

/// A group with a sign and the index of a measure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    pub group: usize,
    pub measure: usize,
    pub sign: i8,
}

impl Groups {
    /// The groups that fit the names of the figure's row; `None` where there is none, or the filter
    /// is no other one than the last.
    pub fn of(asked: &Asked, table: &str, figure: Figure, filter: usize) -> Result<Option<Self>> {
        let mut scan = asked.tables.frame(table)?;
        let schema = scan.collect_schema().map_err(bug)?;
        let measures = measures(table);
        let mentioned = words(asked.catalogue, asked.query, asked.params)?;
        let columns: Vec<String> = schema
            .iter_names()
            .map(ToString::to_string)
            .filter(|name| mentioned.contains(name) && !is_measure(&schema, name))
            .collect();
        let is_sample = |name: &str| SAMPLES_OF.contains(&name);
        let names: Vec<(&str, &Cell)> = figure
            .metric
            .columns
            .iter()
            .zip(figure.row)
            .filter(|(column, _)| is_name(column.kind) && columns.contains(&column.name))
            .map(|(column, cell)| (column.name.as_str(), cell))
            .collect();
        let narrowed = names.iter().any(|(name, _)| is_sample(name));
        let kept = match filter {
            0 => names,
            1 if narrowed => names.into_iter().filter(|(name, _)| !is_sample(name)).collect(),
            2 if !names.is_empty() => Vec::new(),
            _ => return Ok(None),
        };
        for (name, cell) in kept {
            let Some(value) = literal(cell) else { return Ok(None) };
            scan = scan.filter(col(name).eq_missing(value));
        }
        let by: Vec<Expr> = columns.iter().map(|name| col(name.as_str())).collect();
        // Of a figure in the reporting currency, what it must sum to are the converted costs.
        let summed: Vec<String> = match figure.is_converted() {
            true => measures.iter().map(|name| reporting_cost(name)).collect(),
            false => measures.iter().map(|name| (*name).to_string()).collect(),
        };
        if !summed.iter().all(|name| schema.contains(name.as_str())) {
            return Ok(None);
        }
        let sums = summed.iter().map(|name| col(name.as_str()).sum());
        let grouped = match by.is_empty() {
            true => scan.select([len().alias(ROWS)].into_iter().chain(sums).collect::<Vec<_>>()),
            false => scan.group_by(by.clone()).agg([len().alias(ROWS)].into_iter().chain(sums).collect::<Vec<_>>()),
        };
        // In one order, so that the random numbers of a group are the same ones in every run.
        let options = SortMultipleOptions::default().with_nulls_last(false);
        let frame = (asked.collect)(if by.is_empty() { grouped } else { grouped.sort_by_exprs(by, options) })?;
        if frame.height() == 0 {
            return Ok(None);
        }
        let rows = frame.column(ROWS).and_then(|rows| rows.cast(&DataType::Int64)).map_err(bug)?;
        let rows = rows.i64().map_err(bug)?.iter().map(|rows| i128::from(rows.unwrap_or_default())).collect();
        let sum = |name: &String| -> Result<Vec<i128>> {
            let sums = frame.column(name).and_then(|sums| sums.decimal()).map_err(bug)?;
            Ok(sums.physical().iter().map(Option::unwrap_or_default).collect())
        };
        let sums = summed.iter().map(sum).collect::<Result<_>>()?;
        let keys = frame.select(columns.iter().map(String::as_str)).map_err(bug)?;
        Ok(Some(Self { table: table.into(), columns, measures, keys, rows, sums }))
    }

    /// The column of keys with the fewest values of these groups, more than one; the billing month before all
    /// others: most queries tell months apart. With the number of each group's value.
    pub fn telling(&self, groups: &[usize]) -> Result<Option<Vec<usize>>> {
        let mut best: Option<(usize, Vec<usize>)> = None;
        for name in &self.columns {
            let column = self.keys.column(name).map_err(bug)?;
            let mut seen: Vec<AnyValue> = Vec::new();
            let mut numbers = Vec::with_capacity(groups.len());
            for group in groups {
                let value = column.get(*group).map_err(bug)?;
                let at = seen.iter().position(|known| *known == value).unwrap_or_else(|| {
                    seen.push(value);
                    seen.len() - 1
                });
                numbers.push(at);
                if best.as_ref().is_some_and(|(fewest, _)| seen.len() >= *fewest) && name != MONTH {
                    break;
                }
            }
            let is_better = best.as_ref().is_none_or(|(fewest, _)| seen.len() < *fewest);
            if numbers.len() == groups.len() && seen.len() > 1 && (is_better || name == MONTH) {
                let first = if name == MONTH { 0 } else { seen.len() };
                best = Some((first, numbers));
            }
        }
        Ok(best.map(|(_, numbers)| numbers))
    }

    /// What the terms are in real costs, in units of 10^-18; `None` past 38 digits.
    pub fn sum(&self, terms: &[Term]) -> Option<i128> {
        terms.iter().try_fold(0i128, |sum, term| {
            sum.checked_add(self.sums[term.measure][term.group].checked_mul(i128::from(term.sign))?)
        })
    }

    /// The columns' values of every group, with a column beside them.
    pub fn with(&self, columns: Vec<Column>) -> Result<DataFrame> {
        self.keys.hstack(&columns).map_err(bug)
    }

    /// The terms as rows: see [`super::Lineage::terms`].
    pub fn frame(&self, terms: &[Term]) -> Result<DataFrame> {
        let groups: Vec<IdxSize> = terms.iter().map(|term| term.group as IdxSize).collect();
        let signs: Vec<i32> = terms.iter().map(|term| i32::from(term.sign)).collect();
        let measures: Vec<&str> = terms.iter().map(|term| self.measures[term.measure]).collect();
        let beside = [Column::new(SIGN.into(), signs), Column::new(MEASURE.into(), measures)];
        let groups = IdxCa::from_vec("group".into(), groups);
        match self.columns.is_empty() {
            true => DataFrame::new(terms.len(), beside.into()).map_err(bug),
            false => self.keys.take(&groups).and_then(|keys| keys.hstack(&beside)).map_err(bug),
        }
    }
}

const ROWS: &str = "x_RowsOfGroup";
const MONTH: &str = "x_BillingMonth";

/// Amounts and counts are added up; they tell no rows apart.
fn is_measure(schema: &Schema, name: &str) -> bool {
    schema.get(name).is_none_or(|kind| kind.is_decimal() || kind.is_primitive_numeric())
}

fn literal(cell: &Cell) -> Option<Expr> {
    match cell {
        Cell::Null => Some(lit(NULL)),
        Cell::Text(text) => Some(lit(text.clone())),
        Cell::Date(days) => Some(lit(*days).cast(DataType::Date)),
        Cell::Boolean(value) => Some(lit(*value)),
        _ => None,
    }
}

/// One text of all these columns, null apart from empty: rows are joined by it, as an engine need not
/// take one null for another.
pub fn key_of(columns: &[String]) -> Expr {
    let texts = columns.iter().map(|name| col(name.as_str()).cast(DataType::String).fill_null(lit("\u{0}")));
    concat_str(texts.collect::<Vec<_>>(), "\u{1}", false)
}

pub fn bug(error: PolarsError) -> Error {
    Error::bug("lineage", error.to_string())
}
