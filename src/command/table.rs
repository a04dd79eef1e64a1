//! Aligned columns for people.

use crate::transform::{Cell, Metric};

/// A metric as text: a header, a rule, rows; numbers to the right.
pub fn aligned(metric: &Metric) -> String {
    let header: Vec<String> = metric.columns.iter().map(|column| column.name.clone()).collect();
    let rows: Vec<Vec<String>> =
        metric.rows.iter().map(|row| row.iter().map(|cell| one_line(&cell.csv_text())).collect()).collect();
    let right: Vec<bool> =
        (0..header.len()).map(|at| metric.rows.iter().any(|row| row[at].number().is_some())).collect();
    let mut out = grid(&header, &rows, &right);
    out.push_str(&format!("({} rows)\n", metric.rows.len()));
    out
}

/// Rows under a header; `right` says which columns are aligned to the right.
pub fn grid(header: &[String], rows: &[Vec<String>], right: &[bool]) -> String {
    let width = |at: usize| {
        rows.iter().map(|row| row[at].chars().count()).chain([header[at].chars().count()]).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..header.len()).map(width).collect();
    let line = |cells: &[String]| {
        let padded = cells.iter().enumerate().map(|(at, cell)| {
            let gap = " ".repeat(widths[at].saturating_sub(cell.chars().count()));
            if right[at] { format!("{gap}{cell}") } else { format!("{cell}{gap}") }
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_string() + "\n"
    };
    let mut out = line(header);
    out.push_str(&line(&widths.iter().map(|width| "-".repeat(*width)).collect::<Vec<_>>()));
    rows.iter().for_each(|row| out.push_str(&line(row)));
    out
}

/// Control characters would break the lines or the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// The text of a cell, or a dash for nothing.
pub fn or_dash(cell: &Cell) -> String {
    match cell {
        Cell::Null => "–".into(),
        cell => cell.csv_text(),
    }
}
