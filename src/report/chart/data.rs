//! From rows to what is drawn: categories with a value, and stacks of series over an axis.

use super::super::columns::{NONE, clean};
use super::super::tally;
use super::{ChartKind, Subject};
use crate::focus::BillingMonth;
use crate::transform::{Cell, CellKind};
use crate::{Error, Result};
use chrono::{Datelike, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// One bar: a category with its value, and the prior period's where the query has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Category {
    pub name: String,
    pub value: Cell,
    pub prior: Cell,
    /// How many categories were added up: more than 0 only in "other".
    pub merged: usize,
}

/// The categories in drawing order: largest first, at most `limit`, the rest added up last.
pub fn categories(subject: &Subject) -> Result<Vec<Category>> {
    let y = subject.needed("y", subject.section.y.as_ref())?;
    let prior = subject.section.prior.as_deref().map(|name| subject.column(name)).transpose()?;
    let names = names(subject)?;
    let mut all: Vec<Category> = Vec::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for (row, name) in subject.scope.rows.iter().zip(names) {
        let before = prior.map_or(&Cell::Null, |column| &row[column]);
        let place = *places.entry(name.clone()).or_insert(all.len());
        match all.get_mut(place) {
            Some(known) => {
                known.value = added(subject, &known.value, &row[y])?;
                known.prior = added(subject, &known.prior, before)?;
            }
            None => all.push(Category { name, value: row[y].clone(), prior: before.clone(), merged: 0 }),
        }
    }
    let size = |cell: &Cell| cell.number().unwrap_or(0.0);
    all.sort_by(|a, b| size(&b.value).abs().total_cmp(&size(&a.value).abs()));
    // "other (1)" would hide a name to save nothing.
    let keep = if all.len() > subject.section.limit { subject.section.limit - 1 } else { all.len() };
    let rest = all.split_off(keep.max(1).min(all.len()));
    all.sort_by(|a, b| size(&b.value).total_cmp(&size(&a.value)));
    if !rest.is_empty() {
        let mut other = Category {
            name: format!("other ({})", rest.len()),
            value: Cell::Null,
            prior: Cell::Null,
            merged: rest.len(),
        };
        for one in &rest {
            other.value = added(subject, &other.value, &one.value)?;
            other.prior = added(subject, &other.prior, &one.prior)?;
        }
        all.push(other);
    }
    Ok(all)
}

/// What readers call each row: the label column where it has a value and tells rows apart, else the key.
fn names(subject: &Subject) -> Result<Vec<String>> {
    let keys = subject.section.x.iter().map(|name| subject.column(name)).collect::<Result<Vec<_>>>()?;
    let label = subject.section.label.as_deref().map(|name| subject.column(name)).transpose()?;
    let key_of = |row: &[Cell]| {
        let parts: Vec<String> =
            keys.iter().map(|at| clean(&row[*at].csv_text())).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { NONE.to_string() } else { parts.join(" · ") }
    };
    let pairs: Vec<(String, String)> = subject
        .scope
        .rows
        .iter()
        .map(|row| {
            let text = label.map(|at| clean(&row[at].csv_text())).unwrap_or_default();
            (text, key_of(row))
        })
        .collect();
    let mut keys_of: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (text, key) in &pairs {
        keys_of.entry(text).or_default().insert(key);
    }
    Ok(pairs
        .iter()
        .map(|(text, key)| {
            let shared = keys_of.get(text.as_str()).is_some_and(|keys| keys.len() > 1);
            match text.as_str() {
                "" => key.clone(),
                text if shared => format!("{text} ({key})"),
                text => text.to_string(),
            }
        })
        .collect())
}

/// Series over an axis, every cell filled; `Null` where the query has no row.
#[derive(Debug, Clone, PartialEq)]
pub struct Stack {
    pub slots: Vec<AxisSlot>,
    /// Largest first; "other" last.
    pub series: Vec<Series>,
    /// What the slots are, for the caption: the month of the days, or empty.
    pub caption: String,
}

/// A place on the category or time axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisSlot {
    pub short: String,
    pub full: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    pub name: String,
    /// One per slot.
    pub values: Vec<Cell>,
    /// How many series were added up: more than 0 only in "other".
    pub merged: usize,
}

/// Arranges the rows by `x` and `series`. Days and months are continuous: a day without charges is
/// an empty place, and the rest of an open month is visibly still to come.
pub fn stack(subject: &Subject) -> Result<Stack> {
    let y = subject.needed("y", subject.section.y.as_ref())?;
    let x = subject.needed("x", subject.section.x.first())?;
    let series_column = subject.section.series.as_deref().map(|name| subject.column(name)).transpose()?;
    let (keys, slots, caption) = slots(subject, x);
    let mut all: Vec<Series> = Vec::new();
    for row in &subject.scope.rows {
        let name = match series_column {
            Some(column) if row[column] == Cell::Null => NONE.to_string(),
            Some(column) => clean(&row[column].csv_text()),
            None => subject.section.y.as_deref().map(|name| subject.heading(name)).unwrap_or_default(),
        };
        let Some(slot) = keys.iter().position(|key| *key == row[x].csv_text()) else { continue };
        if !all.iter().any(|known| known.name == name) {
            all.push(Series { name: name.clone(), values: vec![Cell::Null; keys.len()], merged: 0 });
        }
        if let Some(known) = all.iter_mut().find(|known| known.name == name) {
            known.values[slot] = added(subject, &known.values[slot], &row[y])?;
        }
    }
    let weight = |series: &Series| series.values.iter().filter_map(Cell::number).map(f64::abs).sum::<f64>();
    all.sort_by(|a, b| weight(b).total_cmp(&weight(a)).then_with(|| a.name.cmp(&b.name)));
    let keep = if all.len() > subject.section.limit { subject.section.limit - 1 } else { all.len() };
    let rest = all.split_off(keep.max(1).min(all.len()));
    // Lines are told apart by colour alone: by name, a line has its colour in every currency and month.
    if subject.section.chart == ChartKind::Line {
        all.sort_by(|a, b| a.name.cmp(&b.name));
    }
    if !rest.is_empty() {
        let mut values = vec![Cell::Null; keys.len()];
        for one in &rest {
            for (total, value) in values.iter_mut().zip(&one.values) {
                *total = added(subject, total, value)?;
            }
        }
        all.push(Series { name: format!("other ({})", rest.len()), values, merged: rest.len() });
    }
    Ok(Stack { slots, series: all, caption })
}

/// The keys (as CSV text) and names of the x axis.
fn slots(subject: &Subject, x: usize) -> (Vec<String>, Vec<AxisSlot>, String) {
    let mut keys: Vec<String> = Vec::new();
    for row in &subject.scope.rows {
        let key = row[x].csv_text();
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    if subject.metric.columns[x].kind == CellKind::Date {
        let dates: Vec<NaiveDate> = keys.iter().filter_map(|key| key.parse().ok()).collect();
        if let Some(days) = days(&dates, subject.month).filter(|_| dates.len() == keys.len()) {
            let one_month =
                days.iter().all(|day| (day.year(), day.month()) == (subject.month.year(), subject.month.month()));
            let slots = days.iter().map(|day| AxisSlot {
                short: if one_month { day.day().to_string() } else { day.format("%m-%d").to_string() },
                full: day.to_string(),
            });
            let caption = if one_month { format!("day of {}", subject.month) } else { "day".to_string() };
            return (days.iter().map(ToString::to_string).collect(), slots.collect(), caption);
        }
    }
    let months: Vec<BillingMonth> = keys.iter().filter_map(|key| key.parse().ok()).collect();
    if let (Some(first), Some(last)) = (months.iter().min(), months.iter().max())
        && months.len() == keys.len()
    {
        let span = (last.year() - first.year()) * 12 + last.month() as i32 - first.month() as i32;
        if span <= 60 {
            keys = (0..=span).map(|count| first.plus(count).to_string()).collect();
        }
    }
    let name = |key: &String| if key.is_empty() { NONE.to_string() } else { clean(key) };
    let slots = keys.iter().map(|key| AxisSlot { short: name(key), full: name(key) }).collect();
    (keys, slots, String::new())
}

/// All days from first to last, and the whole billing month when they touch it; `None` past a quarter.
fn days(dates: &[NaiveDate], month: BillingMonth) -> Option<Vec<NaiveDate>> {
    let (mut first, mut last) = (*dates.iter().min()?, *dates.iter().max()?);
    if dates.iter().any(|day| *day >= month.start() && *day < month.end()) {
        first = first.min(month.start());
        last = last.max(month.end().pred_opt()?);
    }
    let span = (last - first).num_days();
    (span <= 92).then(|| first.iter_days().take(span as usize + 1).collect())
}

fn added(subject: &Subject, a: &Cell, b: &Cell) -> Result<Cell> {
    tally::add(a, b).ok_or_else(|| {
        Error::bug(format!("chart of {}", subject.metric.query), "a sum leaves 38 digits or mixes kinds of cells")
    })
}
