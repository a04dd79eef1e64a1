//! The publications of one billing period, and results that are no query's.

use super::query::{csv_text, json_text};
use super::table;
use crate::cli::QueryFormat;
use crate::error::{Error, Result};
use crate::focus::money::COST_SCALE;
use crate::focus::{BillingMonth, Money, Slot};
use crate::lake::{Lake, Publication, SlotRecord};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};
use std::collections::{BTreeMap, BTreeSet};

/// One publication that replaced a slot of the period.
pub struct Published {
    pub version: i64,
    /// Milliseconds since 1970 UTC, by the clock of the host that committed.
    pub at: Option<i64>,
    /// The slots of the period at this version.
    pub slots: BTreeMap<Slot, SlotRecord>,
    /// Those that it replaced.
    pub replaced: BTreeSet<Slot>,
}

/// The publications that replaced a slot of a billing period, of one source or of all, oldest first.
///
/// # Errors
/// `Settings` where there is none.
pub fn publications(lake: &Lake, month: BillingMonth, source: Option<&str>) -> Result<Vec<Published>> {
    let wanted = |slot: &Slot| slot.month == month && source.is_none_or(|source| slot.source == source);
    let mut found = Vec::new();
    let mut known = BTreeSet::new();
    for Publication { version, timestamp, slots, records } in lake.history()? {
        known.extend(records.keys().map(ToString::to_string));
        let replaced: BTreeSet<Slot> = slots.into_iter().filter(wanted).collect();
        if replaced.is_empty() {
            continue;
        }
        let of_period = records.iter().filter(|(slot, _)| wanted(slot));
        let slots = of_period.map(|(slot, name)| Ok((slot.clone(), lake.record(name)?))).collect::<Result<_>>()?;
        found.push(Published { version, at: timestamp, slots, replaced });
    }
    if found.is_empty() {
        let known: Vec<String> = known.into_iter().collect();
        let remedy = format!("published are: {}", if known.is_empty() { "none".into() } else { known.join(", ") });
        let asked = source.map(|source| format!(" of {source}")).unwrap_or_default();
        return Err(Error::settings(format!("--period {month}"), format!("nothing{asked} is published"), remedy));
    }
    Ok(found)
}

/// A result under an id of ours.
pub fn metric(id: &str, columns: &[(&str, CellKind, &str)], rows: Vec<Vec<Cell>>) -> Metric {
    let column = |(name, kind, meaning): &(&str, CellKind, &str)| MetricColumn {
        name: (*name).into(),
        meaning: (*meaning).into(),
        kind: *kind,
    };
    let (title, question) = (String::new(), String::new());
    Metric { query: id.into(), title, question, columns: columns.iter().map(column).collect(), rows }
}

/// A result as it was asked for.
pub fn printed(metric: &Metric, format: QueryFormat) -> Result<String> {
    match format {
        QueryFormat::Table => Ok(table::aligned(metric)),
        QueryFormat::Csv => csv_text(metric),
        QueryFormat::Json => json_text(metric),
    }
}

pub fn money(value: Money) -> Cell {
    Cell::Decimal { value: value.0, scale: COST_SCALE }
}

pub fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

/// A time in milliseconds, as it is printed.
pub fn time(millis: Option<i64>) -> Cell {
    millis.map_or(Cell::Null, |millis| Cell::Time(millis.saturating_mul(1000)))
}
