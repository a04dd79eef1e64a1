//! A table with a column for each value of a second key: teams down, tag keys across.

use super::chart::Subject;
use super::columns::{self, NONE};
use super::grid::{Grid, GridCell, Head, cell, fold_after, left_out, meter};
use crate::Result;
use crate::transform::Cell;
use std::collections::{BTreeMap, BTreeSet};

/// Rows and columns in the order in which the query first names them.
pub fn matrix(subject: &Subject, caption: &str) -> Result<Grid> {
    let position = |name: &Option<String>| subject.column(name.as_deref().unwrap_or_default());
    let (y, series) = (position(&subject.section.y)?, position(&subject.section.series)?);
    let keys = subject.section.x.iter().map(|name| subject.column(name)).collect::<Result<Vec<_>>>()?;
    let name = |cell: &Cell| match columns::clean(&cell.csv_text()) {
        text if text.is_empty() => NONE.to_string(),
        text => text,
    };
    let (mut downs, mut across): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    let mut values: BTreeMap<(String, String), &Cell> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for row in &subject.scope.rows {
        let down = keys.iter().map(|at| name(&row[*at])).collect::<Vec<_>>().join(" · ");
        let column = name(&row[series]);
        if !across.contains(&column) {
            across.push(column.clone());
        }
        values.insert((down.clone(), column), &row[y]);
        if seen.insert(down.clone()) {
            downs.push(down);
        }
    }
    let value = &subject.metric.columns[y];
    let with_meters = subject.section.meters.contains(&value.name);
    let rows: Vec<Vec<GridCell>> = downs
        .iter()
        .take(subject.section.rows)
        .map(|down| {
            let first = GridCell { text: down.clone(), exact: down.clone(), class: "t".into(), ..GridCell::default() };
            let others = across.iter().map(|column| {
                let found = values.get(&(down.clone(), column.clone())).copied().unwrap_or(&Cell::Null);
                GridCell { meter: meter(found).filter(|_| with_meters), ..cell(found, value) }
            });
            std::iter::once(first).chain(others).collect()
        })
        .collect();
    let x = subject.section.x.iter().map(|name| subject.heading(name)).collect::<Vec<_>>().join(" · ");
    let mut heads = vec![Head { tip: x.clone(), text: x, ..Head::default() }];
    let of = subject.heading(&value.name);
    heads.extend(across.iter().map(|name| Head {
        text: name.clone(),
        tip: format!("{of}, {name}"),
        numeric: true,
        ..Head::default()
    }));
    Ok(Grid {
        caption: caption.to_string(),
        heads,
        fold_after: fold_after(rows.len()),
        left_out: left_out(rows.len(), downs.len(), false),
        rows,
        ..Grid::default()
    })
}
