//! A table of a page: headings, cells with their exact values, a total row where it means something.

use super::chart::Subject;
use super::columns;
use super::tally;
use crate::Result;
use crate::transform::{Cell, CellKind, MetricColumn};

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
    /// Cells have several lines: on a narrow page each row becomes a card.
    pub is_list: bool,
}

#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Head {
    pub text: String,
    /// The column's own name and what it says.
    pub tip: String,
    pub numeric: bool,
    /// Sentences and commands: takes the room that others leave.
    pub wide: bool,
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
    /// Of a share with a bar: 0 to 100.
    pub meter: Option<f64>,
    /// Something to copy: a command.
    pub is_code: bool,
    /// What stands below the first line.
    pub lines: Vec<Line>,
}

/// A further line of a cell.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize)]
pub struct Line {
    /// Its heading, where the value does not speak for itself: of a figure or a date.
    pub label: String,
    pub text: String,
    pub exact: String,
    pub is_code: bool,
    /// An identifier.
    pub is_id: bool,
}

/// The table of one scope; `None` when the section asks for no table.
pub fn grid(subject: &Subject, caption: &str) -> Result<Option<Grid>> {
    let shown = shown_columns(subject)?;
    if shown.is_empty() {
        return Ok(None);
    }
    let all = subject.scope.rows.len();
    let cells = shown.iter().map(|lines| CellOf::new(subject, lines)).collect::<Vec<_>>();
    let rows: Vec<Vec<GridCell>> = subject
        .scope
        .rows
        .iter()
        .take(subject.section.rows)
        .map(|row| cells.iter().map(|cell| cell.of(row)).collect())
        .collect();
    let first: Vec<usize> = shown.iter().map(|lines| lines[0]).collect();
    Ok(Some(Grid {
        caption: caption.to_string(),
        heads: shown.iter().map(|lines| head(subject, lines)).collect(),
        foot: if subject.section.total && all > 1 { total(subject, &first) } else { Vec::new() },
        fold_after: fold_after(rows.len()),
        left_out: left_out(rows.len(), all, subject.section.total),
        is_list: rows.iter().flatten().any(|cell| !cell.lines.is_empty()),
        rows,
    }))
}

/// What a page says of the rows that it does not carry.
pub fn left_out(shown: usize, all: usize, total: bool) -> String {
    if all <= shown {
        return String::new();
    }
    let count = |rows: usize| super::display::decimal(rows as i128, 0, 0);
    let sums = if total { "; the total is over all of them" } else { "" };
    format!("The first {} of {} rows: the CSV has them all{sums}.", count(shown), count(all))
}

/// A table folds only when that hides more than a few rows.
pub fn fold_after(rows: usize) -> usize {
    if rows > ROWS_UNFOLDED + 5 { ROWS_UNFOLDED } else { 0 }
}

/// The section's choice, else every column; the currency stands in the caption, and what the whole
/// page is about in its title.
fn shown_columns(subject: &Subject) -> Result<Vec<Vec<usize>>> {
    let cells: Vec<Vec<usize>> = match &subject.section.columns {
        Some(cells) => {
            let of = |names: &Vec<String>| {
                let names = names.iter().filter(|name| subject.told != Some(name.as_str()));
                names.map(|name| subject.column(name)).collect::<Result<Vec<_>>>()
            };
            cells.iter().map(of).collect::<Result<_>>()?
        }
        None => {
            let all = subject.metric.columns.iter().enumerate();
            let currency = columns::currency_column(subject.metric);
            let hidden = |at: usize, name: &str| currency == Some(at) || subject.told == Some(name);
            all.filter(|(at, column)| !hidden(*at, &column.name)).map(|(at, _)| vec![at]).collect()
        }
    };
    Ok(cells.into_iter().filter(|lines| !lines.is_empty()).collect())
}

fn head(subject: &Subject, lines: &[usize]) -> Head {
    let column = &subject.metric.columns[lines[0]];
    let tip = |at: &usize| {
        let column = &subject.metric.columns[*at];
        if column.meaning.is_empty() { column.name.clone() } else { format!("{}: {}", column.name, column.meaning) }
    };
    Head {
        text: subject.heading(&column.name),
        tip: lines.iter().map(tip).collect::<Vec<_>>().join("\n"),
        numeric: columns::is_numeric(column.kind),
        wide: lines.iter().any(|at| subject.section.code.contains(&subject.metric.columns[*at].name)),
    }
}

/// How the cells of one column of the table are made.
struct CellOf<'a> {
    /// Position, column, decimals (none: each cell has its own), heading.
    lines: Vec<(usize, &'a MetricColumn, Option<u32>, String)>,
    section: &'a super::spec::SectionSpec,
    /// The position of the column that says which rows a sum takes in.
    counts: Option<usize>,
}

impl<'a> CellOf<'a> {
    fn new(subject: &Subject<'a>, lines: &[usize]) -> Self {
        let line = |at: &usize| {
            let column = &subject.metric.columns[*at];
            let cells = || subject.scope.rows.iter().map(|row| &row[*at]);
            let places = (!columns::is_unit_cost(column)).then(|| columns::places(column, cells()));
            (*at, column, places, subject.heading(&column.name))
        };
        let counts = subject.section.counts.as_deref().and_then(|name| subject.metric.column(name));
        Self { lines: lines.iter().map(line).collect(), section: subject.section, counts }
    }

    /// The first line, and those below it that have something to say. Where the first is a text and
    /// has nothing, such as a resource without a name, the next one leads.
    fn of(&self, row: &[Cell]) -> GridCell {
        let says = |at: usize| !row[at].csv_text().is_empty();
        let lead =
            self.lines.iter().position(|(at, column, ..)| column.kind != CellKind::Text || says(*at)).unwrap_or(0);
        let Some((at, column, places, _)) = self.lines.get(lead) else { return GridCell::default() };
        let decimals = |at: usize, column: &MetricColumn, places: Option<u32>| {
            places.unwrap_or_else(|| columns::places(column, [&row[at]]))
        };
        let mut first = cell_in(&row[*at], column, decimals(*at, column, *places));
        first.is_code = self.section.code.contains(&column.name) && says(*at);
        // On a narrow page a lone word is told with its heading.
        if self.lines.len() == 1 && column.kind == CellKind::Text {
            first.class.push_str(" c");
        }
        if self.section.meters.contains(&column.name) {
            first.meter = meter(&row[*at]);
        }
        if columns::is_money(column) && self.counts.is_some_and(|at| row[at] == Cell::Boolean(false)) {
            first.class.push_str(" not");
            first.lines.push(Line { text: "not added up".into(), exact: "not added up".into(), ..Line::default() });
        }
        for (at, column, places, heading) in self.lines.iter().skip(lead + 1).filter(|(at, ..)| says(*at)) {
            let named = self.section.headings.contains_key(&column.name);
            first.lines.push(Line {
                label: if column.kind == CellKind::Text && !named { String::new() } else { heading.clone() },
                is_code: self.section.code.contains(&column.name),
                is_id: column.name.ends_with("Id"),
                exact: columns::clean(&row[*at].csv_text()),
                text: columns::shown_in(&row[*at], column, decimals(*at, column, *places)),
            });
        }
        first
    }
}

/// A share as the length of a bar, 0 to 100.
pub fn meter(cell: &Cell) -> Option<f64> {
    let share = cell.number().filter(|value| value.is_finite())?;
    Some((share * 1000.0).round().clamp(0.0, 1000.0) / 10.0)
}

pub fn cell(cell: &Cell, column: &MetricColumn) -> GridCell {
    cell_in(cell, column, columns::places(column, [cell]))
}

/// A cell of one line, floats with these decimals.
fn cell_in(cell: &Cell, column: &MetricColumn, places: u32) -> GridCell {
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
    match cell {
        Cell::Text(verdict) if column.name == "x_Verdict" => {
            class.push_str(if verdict == "passes" { " ok" } else { " bad" })
        }
        _ => {}
    }
    if matches!(column.kind, CellKind::Date | CellKind::Time) {
        class.push_str(" d");
    }
    // The arrow stands beside the amount; beside its share it would only repeat itself.
    let is_amount = column.kind != CellKind::Ratio;
    GridCell {
        text: columns::shown_in(cell, column, places),
        exact: columns::clean(&cell.csv_text()),
        class,
        arrow: direction.filter(|_| is_amount).map_or("", |direction| direction.arrow()),
        word: direction.filter(|_| is_amount).map_or("", |direction| direction.word()),
        ..GridCell::default()
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
            if column.kind != CellKind::Integer && !columns::is_in_currency(subject.metric, column) {
                return GridCell { class: "n".to_string(), ..GridCell::default() };
            }
            // Where a row has no change the others' would not add up to the whole's.
            let is_partial =
                columns::is_change(&column.name) && subject.scope.rows.iter().any(|row| row[*at] == Cell::Null);
            if is_partial {
                return GridCell { class: "n".to_string(), ..GridCell::default() };
            }
            let counted = subject.scope.rows.iter().filter(|row| counts(subject, row));
            tally::sum(counted.map(|row| &row[*at])).map(|sum| cell(&sum, column)).unwrap_or_default()
        })
        .collect();
    if let Some(first) = cells.first_mut().filter(|first| first.text.is_empty()) {
        *first = GridCell { text: "Total".to_string(), class: "t".to_string(), ..GridCell::default() };
    }
    cells
}

/// Whether a sum takes in the row: not where the section's column says that another row stands for it.
fn counts(subject: &Subject, row: &[Cell]) -> bool {
    let column = subject.section.counts.as_deref().and_then(|name| subject.metric.column(name));
    column.is_none_or(|at| row[at] != Cell::Boolean(false))
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
