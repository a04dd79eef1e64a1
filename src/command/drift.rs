//! What changed in the columns of a source from one delivery to another.

use crate::focus::Slot;
use crate::format;
use crate::lake::{SlotRecord, Snapshot};
use std::collections::BTreeMap;

/// A column that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Drift {
    /// Was not in the delivery before.
    New(String),
    /// Was in the delivery before.
    Missing(String),
    /// Has another Parquet type: the column, the kind it had, the kind it has.
    Retyped(String, String, String),
}

/// How the columns of `now` differ from those of `before`, by name; nothing where either did not note its columns, or
/// the two are of different formats. Names are compared as the format does.
pub fn drift(before: &SlotRecord, now: &SlotRecord) -> Vec<Drift> {
    let style = format::find(&now.format).map(|format| format.header);
    let (Some(style), false, false) = (style, before.delivered.is_empty(), now.delivered.is_empty()) else {
        return Vec::new();
    };
    if before.format != now.format {
        return Vec::new();
    }
    let find = |columns: &BTreeMap<String, String>, name: &str| {
        let exact = columns.get(name);
        exact.or_else(|| columns.iter().find(|(other, _)| style.same(other, name)).map(|(_, kind)| kind)).cloned()
    };
    let mut found = Vec::new();
    for (name, kind) in &now.delivered {
        match find(&before.delivered, name) {
            None => found.push(Drift::New(name.clone())),
            Some(was) if !was.is_empty() && !kind.is_empty() && was != *kind => {
                found.push(Drift::Retyped(name.clone(), was, kind.clone()));
            }
            Some(_) => {}
        }
    }
    let missing = before.delivered.keys().filter(|name| find(&now.delivered, name).is_none());
    found.extend(missing.cloned().map(Drift::Missing));
    found
}

/// The billing period of the same source before this one, as it is published.
pub fn previous<'a>(snapshot: &'a Snapshot, slot: &Slot) -> Option<(&'a Slot, &'a SlotRecord)> {
    snapshot.slots.range(..slot).next_back().filter(|(other, _)| other.source == slot.source)
}

/// What a run says of a slot that it publishes: beside the delivery that it replaces, or the period before.
pub fn told(base: &Snapshot, all: &Snapshot, slot: &Slot, now: &SlotRecord) -> Option<String> {
    let (than, before) = match base.slots.get(slot) {
        Some(before) => ("its delivery before".to_string(), before),
        None => previous(all, slot).map(|(other, record)| (other.month.to_string(), record))?,
    };
    let mut parts = Vec::new();
    let found = drift(before, now);
    let names = |of: fn(&Drift) -> Option<String>| found.iter().filter_map(of).collect::<Vec<_>>().join(", ");
    let new = names(|one| if let Drift::New(name) = one { Some(name.clone()) } else { None });
    let missing = names(|one| if let Drift::Missing(name) = one { Some(name.clone()) } else { None });
    let retyped = names(|one| match one {
        Drift::Retyped(name, was, is) => Some(format!("{name} ({was} before, {is} now)")),
        _ => None,
    });
    for (what, names) in [("new", new), ("missing", missing), ("retyped", retyped)] {
        if !names.is_empty() {
            parts.push(format!("{what}: {names}"));
        }
    }
    (!parts.is_empty()).then(|| format!("columns {slot}: other than {than}; {}", parts.join("; ")))
}
