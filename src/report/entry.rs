//! What the index says of a page, and the facts beside a page's title.

use super::columns::{self, clean};
use super::context::PageContext;
use super::scope::by_currency;
use super::spec::{FigureSpec, SectionSpec};
use super::tally;
use crate::transform::{Cell, CellKind, Metric};
use serde::{Deserialize, Serialize};

/// A page of a billing month. The months' `index.json` keep them for the index of later nights.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageEntry {
    /// The id of the report.
    pub report: String,
    pub title: String,
    pub audience: String,
    /// The column and the value of which the page is one of several.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub per: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub of: Option<String>,
    /// In the output folder.
    pub path: String,
    pub figures: Vec<Figure>,
}

/// A single figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Figure {
    pub title: String,
    /// Empty for a figure that is no money.
    pub currency: String,
    pub text: String,
    /// To the last digit.
    pub exact: String,
    /// `up`, `down` or `same` of a change; else empty.
    pub direction: String,
    /// Aligned as a number.
    pub numeric: bool,
}

/// The figures that a report names, of the rows a page shows: one per currency. Rows are added up;
/// what cannot be added, a share or a text, is told where all rows say the same.
pub fn figures<'a>(
    specs: &[FigureSpec],
    context: &PageContext,
    rows_of: impl Fn(&str) -> Option<(&'a SectionSpec, &'a Metric)>,
) -> Vec<Figure> {
    let mut figures = Vec::new();
    for spec in specs {
        let Some((section, metric)) = rows_of(&spec.section) else { continue };
        let Some(at) = metric.column(&spec.column) else { continue };
        let column = &metric.columns[at];
        // Amounts of billing currencies beside those in the reporting currency: there is no sum of them.
        if columns::is_money(column) && !columns::is_in_currency(metric, column) {
            continue;
        }
        let heading = section.headings.get(&spec.column).cloned().unwrap_or_else(|| columns::heading(&spec.column));
        let title = spec.title.clone().unwrap_or(heading).replace("{basis}", &context.showback);
        let scopes = by_currency(metric, &context.currencies);
        let several = scopes.len() > 1;
        for scope in scopes {
            let Some(cell) = one_value(scope.rows.iter().map(|row| &row[at]), column.kind) else { continue };
            if cell == Cell::Null || cell.csv_text().is_empty() {
                continue;
            }
            let currency = scope.currency.as_deref().map(clean).unwrap_or_default();
            let has_currency = columns::is_money(column) && columns::currency_column(metric).is_some();
            // A share of one of several currencies says which.
            let of = several && !has_currency && columns::is_numeric(column.kind);
            figures.push(Figure {
                title: if of { format!("{title}, {currency}") } else { title.clone() },
                currency: if has_currency { currency } else { String::new() },
                text: columns::shown(&cell, column),
                exact: clean(&cell.csv_text()),
                direction: columns::direction(&cell, column).map(|way| way.word().to_string()).unwrap_or_default(),
                numeric: columns::is_numeric(column.kind),
            });
            if !has_currency && !columns::is_numeric(column.kind) {
                break;
            }
        }
    }
    figures
}

/// The sum of the cells, or what they all say; `None` without cells.
fn one_value<'a>(cells: impl Iterator<Item = &'a Cell>, kind: CellKind) -> Option<Cell> {
    let cells: Vec<&Cell> = cells.collect();
    let first = *cells.first()?;
    let adds_up = matches!(kind, CellKind::Money | CellKind::Integer | CellKind::Number | CellKind::Quantity);
    if cells.iter().all(|cell| *cell == first) && (cells.len() == 1 || !adds_up) {
        return Some(first.clone());
    }
    if adds_up { tally::sum(cells) } else { None }
}
