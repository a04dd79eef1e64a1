//! A table of a page: headings, cells with their exact values, a total row where it means something.

use super::chart::Subject;
use super::columns::{self, CURRENCY};
use super::tally;
use crate::Result;
use crate::transform::{Cell, CellKind, MetricColumn};

/// Rows a page carries; the CSV has all of them.
const ROWS_ON_PAGE: usize = 500;
/// Rows that stand before the reader asks for the others.
pub const ROWS_UNFOLDED: usize = 15;

#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Grid {
    pub caption: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<GridCell>>,
    pub foot: Vec<GridCell>,
    /// A sentence when rows or columns are left to the CSV.
    pub left_out: String,
    /// Rows after which the table folds; 0 when it is short.
    pub fold_after: usize,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Head {
    pub text: String,
    /// The column's own name and what it says.
    pub tip: String,
    pub numeric: bool,
}

#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct GridCell {
    pub text: String,
    /// The exact value, and what the column is sorted by.
    pub exact: String,
    pub class: String,
    pub arrow: &'static str,
    /// The direction of a change, for those who cannot see the arrow.
    pub word: &'static str,
}

/// The table of one scope; `None` when the section asks for no table.
pub fn grid(subject: &Subject, caption: &str) -> Result<Option<Grid>> {
    let shown = shown_columns(subject)?;
    if shown.is_empty() {
        return Ok(None);
    }
    let columns: Vec<&MetricColumn> = shown.iter().map(|at| &subject.metric.columns[*at]).collect();
    let all = subject.scope.rows.len();
    let rows: Vec<Vec<GridCell>> = subject
        .scope
        .rows
        .iter()
        .take(ROWS_ON_PAGE)
        .map(|row| shown.iter().zip(&columns).map(|(at, column)| cell(&row[*at], column)).collect())
        .collect();
    let left_out = if all > rows.len() {
        format!("The first {} of {all} rows; the CSV has them all.", rows.len())
    } else {
        String::new()
    };
    Ok(Some(Grid {
        caption: caption.to_string(),
        heads: columns.iter().map(|column| head(column)).collect(),
        foot: if subject.section.total && all > 1 { total(subject, &shown) } else { Vec::new() },
        fold_after: fold_after(rows.len()),
        rows,
        left_out,
    }))
}

/// A table folds only when that hides more than a few rows.
pub fn fold_after(rows: usize) -> usize {
    if rows > ROWS_UNFOLDED + 5 { ROWS_UNFOLDED } else { 0 }
}

/// The section's choice, else every column; the currency stands in the caption.
fn shown_columns(subject: &Subject) -> Result<Vec<usize>> {
    match &subject.section.columns {
        Some(names) => names.iter().map(|name| subject.column(name)).collect(),
        None => {
            Ok((0..subject.metric.columns.len()).filter(|at| subject.metric.columns[*at].name != CURRENCY).collect())
        }
    }
}

fn head(column: &MetricColumn) -> Head {
    Head {
        text: columns::heading(&column.name),
        tip: if column.meaning.is_empty() {
            column.name.clone()
        } else {
            format!("{}: {}", column.name, column.meaning)
        },
        numeric: columns::is_numeric(column.kind),
    }
}

pub fn cell(cell: &Cell, column: &MetricColumn) -> GridCell {
    let direction = columns::direction(cell, column);
    let mut class = if columns::is_numeric(column.kind) { "n" } else { "t" }.to_string();
    if let Some(direction) = direction {
        class.push(' ');
        class.push_str(direction.word());
    } else if cell.number().is_some_and(|value| value < 0.0) {
        class.push_str(" neg");
    }
    if *cell == Cell::Null {
        class.push_str(" none");
    }
    // The arrow stands beside the amount; beside its share it would only repeat itself.
    let is_amount = column.kind != CellKind::Ratio;
    GridCell {
        text: columns::shown(cell, column),
        exact: columns::clean(&cell.csv_text()),
        class,
        arrow: direction.filter(|_| is_amount).map_or("", |direction| direction.arrow()),
        word: direction.filter(|_| is_amount).map_or("", |direction| direction.word()),
    }
}

/// The money columns added up, and what share of the prior total their change is; a sum that cannot
/// be told stays empty.
fn total(subject: &Subject, shown: &[usize]) -> Vec<GridCell> {
    let mut cells: Vec<GridCell> = shown
        .iter()
        .map(|at| {
            let column = &subject.metric.columns[*at];
            if let Some(share) = total_share(subject, &column.name) {
                return cell(&Cell::Float(share), column);
            }
            if !matches!(column.kind, CellKind::Money | CellKind::Integer) {
                return GridCell { class: "n".to_string(), ..GridCell::default() };
            }
            // Where a row has no change the others' would not add up to the whole's.
            let is_partial =
                columns::is_change(&column.name) && subject.scope.rows.iter().any(|row| row[*at] == Cell::Null);
            if is_partial {
                return GridCell { class: "n".to_string(), ..GridCell::default() };
            }
            tally::sum(subject.scope.rows.iter().map(|row| &row[*at])).map(|sum| cell(&sum, column)).unwrap_or_default()
        })
        .collect();
    if let Some(first) = cells.first_mut().filter(|first| first.text.is_empty()) {
        *first = GridCell { text: "Total".to_string(), class: "t".to_string(), ..GridCell::default() };
    }
    cells
}

/// For `x_…ChangeShare`: the change of all rows ÷ the size of their prior total, by the catalogue's
/// naming rule. `None` for every other column, and where a row has nothing to compare with.
fn total_share(subject: &Subject, name: &str) -> Option<f64> {
    let of = name.strip_prefix("x_")?.strip_suffix("ChangeShare")?;
    let sum = |column: String| {
        let at = subject.metric.column(&column)?;
        let cells = || subject.scope.rows.iter().map(|row| &row[at]);
        if cells().any(|cell| *cell == Cell::Null) { None } else { tally::sum(cells())?.number() }
    };
    let (change, prior) = (sum(format!("x_{of}Change"))?, sum(format!("x_Prior{of}"))?);
    (prior != 0.0).then(|| change / prior.abs())
}
