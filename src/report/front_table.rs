//! The tables of the front pages: a line per team or month, with figures and links.

use super::columns::clean;
use super::display;
use super::entry::{Figure, PageEntry};
use super::grid::{Head, fold_after};
use serde::Serialize;

/// A table that the reader can sort and search.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FrontTable {
    pub id: String,
    pub title: String,
    pub caption: String,
    pub heads: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
    pub fold_after: usize,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Cell {
    pub text: String,
    pub exact: String,
    pub class: String,
    /// Of the first cell of a row.
    pub href: String,
    /// Title and link.
    pub links: Vec<(String, String)>,
}

/// A figure that several pages show: the heading, and in what currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    title: String,
    currency: String,
    numeric: bool,
}

impl FrontTable {
    pub fn new(id: &str, title: String, caption: String, heads: Vec<Head>, rows: Vec<Vec<Cell>>) -> Self {
        Self { id: id.to_string(), title, caption, heads, fold_after: fold_after(rows.len()), rows }
    }
}

impl Cell {
    pub fn text(text: &str) -> Self {
        Self { text: clean(text), exact: clean(text), class: "t".into(), ..Self::default() }
    }

    pub fn link(text: &str, href: String) -> Self {
        Self { href, ..Self::text(text) }
    }

    pub fn links(links: Vec<(String, String)>) -> Self {
        Self { links, class: "t l".into(), ..Self::default() }
    }

    pub fn count(count: usize) -> Self {
        let text = display::decimal(count as i128, 0, 0);
        Self { text, exact: count.to_string(), class: "n".into(), ..Self::default() }
    }

    /// Nothing to say.
    pub fn none() -> Self {
        Self { text: "–".into(), class: "n none".into(), ..Self::default() }
    }

    pub fn is_number(&self) -> bool {
        self.class.starts_with('n')
    }

    pub fn number(&self) -> Option<f64> {
        self.exact.parse().ok()
    }
}

impl Column {
    pub fn head(&self) -> Head {
        let text =
            if self.currency.is_empty() { self.title.clone() } else { format!("{}, {}", self.title, self.currency) };
        Head { text, numeric: self.numeric, ..Head::default() }
    }
}

/// The figures of these pages, each once, in the order in which pages name them.
pub fn figure_columns(pages: &[&PageEntry]) -> Vec<Column> {
    let mut columns: Vec<Column> = Vec::new();
    for figure in pages.iter().flat_map(|page| &page.figures) {
        let column = Column { title: figure.title.clone(), currency: figure.currency.clone(), numeric: figure.numeric };
        if !columns.contains(&column) {
            // Currencies of one figure stand side by side.
            let last = columns.iter().rposition(|known| known.title == column.title);
            columns.insert(last.map_or(columns.len(), |at| at + 1), column);
        }
    }
    columns
}

/// The figure of a column on the first of the pages that has it.
pub fn figure_of(pages: &[&PageEntry], column: &Column) -> Cell {
    let is_it = |figure: &&Figure| figure.title == column.title && figure.currency == column.currency;
    let Some(figure) = pages.iter().flat_map(|page| &page.figures).find(is_it) else { return Cell::none() };
    let kind = if figure.numeric { "n" } else { "t" };
    Cell {
        text: figure.text.clone(),
        exact: figure.exact.clone(),
        class: format!("{kind} {}", figure.direction).trim_end().to_string(),
        ..Cell::default()
    }
}
