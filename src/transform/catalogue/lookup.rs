//! Small tables of facts, `queries/lookup/<name>.csv`, that any query may name in `reads`.
//!
//! The header names each column with its type: `x_InstanceType:text,x_Vcpu:integer,x_MemoryGib:number`.
//! An empty cell is null.

use super::header::nearest;
use super::scope::{Named, Nature};
use crate::error::Problem;
use crate::transform::metric::CellKind;
use polars::prelude::{DataFrame, IntoLazy, LazyFrame, NamedFrom, Series};

/// The types that a column may have, and what they are in a result.
const TYPES: [(&str, CellKind); 3] =
    [("text", CellKind::Text), ("integer", CellKind::Integer), ("number", CellKind::Number)];

/// One lookup table, in the order of its file.
#[derive(Debug, Clone, PartialEq)]
pub struct Lookup {
    /// The file's name without its ending: the table's name.
    pub name: String,
    /// The file, for messages.
    pub file: String,
    pub columns: Vec<LookupColumn>,
}

/// A column with its cells.
#[derive(Debug, Clone, PartialEq)]
pub struct LookupColumn {
    pub name: String,
    cells: Cells,
}

#[derive(Debug, Clone, PartialEq)]
enum Cells {
    Text(Vec<Option<String>>),
    Integer(Vec<Option<i64>>),
    Number(Vec<Option<f64>>),
}

impl Lookup {
    /// The rows, as a query reads them.
    pub fn frame(&self) -> LazyFrame {
        let series = |column: &LookupColumn| {
            let name = column.name.as_str().into();
            match &column.cells {
                Cells::Text(cells) => Series::new(name, cells),
                Cells::Integer(cells) => Series::new(name, cells),
                Cells::Number(cells) => Series::new(name, cells),
            }
        };
        let columns = self.columns.iter().map(|column| series(column).into()).collect();
        // Every column has a cell per row: `parse` refuses anything else.
        DataFrame::new_infer_height(columns).unwrap_or_default().lazy()
    }

    /// The table as the money rules see it: it holds no money.
    pub(super) fn natures(&self) -> Vec<Named> {
        self.columns.iter().map(|column| Named { name: column.name.clone(), nature: Nature::Other }).collect()
    }
}

/// Parses the text of `file` (for messages) as the table `name`; every problem with its line.
pub fn parse(name: &str, file: &str, text: &str) -> Result<Lookup, Vec<Problem>> {
    let problem = |line: u64, what: String, remedy: &str| Problem::new(format!("{file}:{line}"), what, remedy);
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for row in reader.records() {
        match row {
            Ok(row) => rows.push(row),
            Err(error) => {
                let line = error.position().map_or(1, csv::Position::line);
                return Err(vec![problem(
                    line,
                    format!("does not read as CSV: {error}"),
                    "give every row a cell per column",
                )]);
            }
        }
    }
    let Some((head, rows)) = rows.split_first() else {
        return Err(vec![problem(1, "is empty".into(), "begin it with a line such as `x_Code:text,x_Size:integer`")]);
    };
    let mut problems = Vec::new();
    let mut columns = Vec::new();
    for (at, cell) in head.iter().enumerate() {
        let (column, kind) = match column(cell) {
            Ok(column) => column,
            Err((what, remedy)) => {
                problems.push(problem(1, what, &remedy));
                continue;
            }
        };
        if columns.iter().any(|known: &LookupColumn| known.name == column) {
            problems.push(problem(1, format!("names the column `{column}` twice"), "rename one of them"));
        }
        let mut cells = Cells::of(kind);
        for row in rows {
            let text = row.get(at).unwrap_or_default();
            if let Err(wanted) = cells.push(text) {
                let line = row.position().map_or(1, csv::Position::line);
                problems.push(problem(line, format!("`{text}` in `{column}` is not {wanted}"), "mend the cell"));
            }
        }
        columns.push(LookupColumn { name: column.into(), cells });
    }
    match problems.is_empty() {
        true => Ok(Lookup { name: name.into(), file: file.into(), columns }),
        false => Err(problems),
    }
}

/// Name and type of `x_Vcpu:integer`; what is wrong and the remedy.
fn column(cell: &str) -> Result<(&str, CellKind), (String, String)> {
    let Some((name, word)) = cell.split_once(':') else {
        return Err((format!("the column `{cell}` has no type"), format!("write `{cell}:text`, :integer or :number")));
    };
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        return Err((format!("`{name}` is no name of a column"), "use letters, digits and _".into()));
    }
    match TYPES.iter().find(|(known, _)| *known == word) {
        Some((_, kind)) => Ok((name, *kind)),
        None => {
            let near = nearest(word, TYPES.iter().map(|(known, _)| *known));
            let remedy = near.map_or("known: text, integer, number".into(), |near| format!("did you mean `{near}`?"));
            Err((format!("`{name}` has the unknown type `{word}`"), remedy))
        }
    }
}

impl Cells {
    fn of(kind: CellKind) -> Self {
        match kind {
            CellKind::Integer => Self::Integer(Vec::new()),
            CellKind::Number => Self::Number(Vec::new()),
            _ => Self::Text(Vec::new()),
        }
    }

    /// `Err` says what the text should have been; the cell is then null.
    fn push(&mut self, text: &str) -> Result<(), &'static str> {
        let given = !text.is_empty();
        match self {
            Self::Text(cells) => cells.push(given.then(|| text.to_string())),
            Self::Integer(cells) => {
                let value = text.parse().ok();
                cells.push(value);
                if given && value.is_none() {
                    return Err("an integer");
                }
            }
            Self::Number(cells) => {
                let value = text.parse().ok().filter(|value: &f64| value.is_finite());
                cells.push(value);
                if given && value.is_none() {
                    return Err("a number");
                }
            }
        }
        Ok(())
    }
}
