//! A series over time as a table: a row per day or month, a column per series, and their total.

use super::chart::{Stack, Subject};
use super::grid::{Grid, GridCell, Head, cell, fold_after, meter};
use super::tally;
use crate::transform::{Cell, CellKind, MetricColumn};
use crate::{Error, Result};

/// The table under a stacked chart: what is drawn, to the cent. "other" is spelt out in the CSV.
pub fn pivot(subject: &Subject, stack: &Stack, caption: &str) -> Result<Grid> {
    let kind = subject
        .section
        .y
        .as_deref()
        .and_then(|name| subject.metric.column(name))
        .map(|at| subject.metric.columns[at].kind);
    let value =
        MetricColumn { name: "value".to_string(), meaning: String::new(), kind: kind.unwrap_or(CellKind::Money) };
    // A lone series is its own total, and shares do not add up.
    let adds_up = matches!(value.kind, CellKind::Money | CellKind::Quantity | CellKind::Integer);
    let with_total = adds_up && stack.series.len() > 1;
    let sum = |cells: &[&Cell]| {
        tally::sum(cells.iter().copied()).ok_or_else(|| {
            Error::bug(format!("table of {}", subject.metric.query), "a sum leaves 38 digits or mixes kinds of cells")
        })
    };
    let with_meters = subject.section.y.as_ref().is_some_and(|name| subject.section.meters.contains(name));
    let mut rows = Vec::new();
    let mut grand = Vec::new();
    for (at, slot) in stack.slots.iter().enumerate() {
        let values: Vec<&Cell> = stack.series.iter().map(|series| &series.values[at]).collect();
        if values.iter().all(|value| **value == Cell::Null) {
            continue;
        }
        let mut row = vec![GridCell {
            text: slot.full.clone(),
            exact: slot.full.clone(),
            class: "t".to_string(),
            ..GridCell::default()
        }];
        let figure = |one: &&Cell| GridCell { meter: meter(one).filter(|_| with_meters), ..cell(one, &value) };
        row.extend(values.iter().map(figure));
        let total = sum(&values)?;
        if with_total {
            row.push(cell(&total, &value));
        }
        grand.push(total);
        rows.push(row);
    }
    let mut foot = Vec::new();
    if subject.section.total && adds_up && rows.len() > 1 {
        foot.push(GridCell { text: "Total".to_string(), class: "t".to_string(), ..GridCell::default() });
        for series in &stack.series {
            foot.push(cell(&sum(&series.values.iter().collect::<Vec<_>>())?, &value));
        }
        if with_total {
            foot.push(cell(&sum(&grand.iter().collect::<Vec<_>>())?, &value));
        }
    }
    let x = subject.section.x.first().map(|name| subject.heading(name)).unwrap_or_default();
    let head = |text: &str, numeric| Head { text: text.to_string(), tip: text.to_string(), numeric, ..Head::default() };
    let mut heads = vec![head(&x, false)];
    heads.extend(stack.series.iter().map(|series| head(&series.name, true)));
    heads.extend(with_total.then(|| head("Total", true)));
    let merged: usize = stack.series.iter().map(|series| series.merged).sum();
    let left_out = if merged > 0 { format!("The CSV names the {merged} in “other”.") } else { String::new() };
    let fold_after = fold_after(rows.len());
    Ok(Grid { caption: caption.to_string(), heads, fold_after, rows, foot, left_out, ..Grid::default() })
}
