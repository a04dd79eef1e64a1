//! The slices of a slot put together, before anything is made of them.

use super::slot::known_format;
use crate::error::{Error, Result};
use crate::focus::{DeliveryKind, ExportRange, LandedDelivery, Slot};
use crate::lake::Lake;
use crate::land::{read_landed, union};
use std::collections::BTreeMap;

/// Where a dump of tonight lies, and of which export times it is.
#[derive(Debug, Clone)]
pub struct Place {
    pub origin: String,
    pub range: Option<ExportRange>,
}

/// Puts the slices of a source's slots in order: each once, by content and not by where it was found, and
/// with them those that have no row of the period and say by their range which rows of others do not count.
pub fn complete(slots: &mut BTreeMap<Slot, Vec<LandedDelivery>>, source: &str) {
    let of_source = |slot: &Slot| slot.source == source;
    let all = slots.iter().filter(|(slot, _)| of_source(slot)).flat_map(|(_, deliveries)| deliveries);
    let ranged: Vec<LandedDelivery> = all.filter(|delivery| delivery.range.is_some()).cloned().collect();
    for (_, deliveries) in slots.iter_mut().filter(|(slot, _)| of_source(slot)) {
        let loose: Vec<(i64, i64)> =
            deliveries.iter().filter(|delivery| delivery.range.is_none()).filter_map(|d| d.exported).collect();
        let reaches = |range: ExportRange| loose.iter().any(|(first, last)| range.from <= *last && *first < range.to);
        deliveries.extend(ranged.iter().filter(|delivery| delivery.range.is_some_and(reaches)).cloned());
        deliveries.sort_by(|a, b| (&a.id, a.range).cmp(&(&b.id, b.range)));
        deliveries.dedup_by(|a, b| (&a.id, a.range) == (&b.id, b.range));
    }
}

/// The slices of a closed period: those that are delivered, and with them the ones that it is known by (ids, as a record or
/// an adjustment has them) and that are deleted since. The table is only appended to, so a dump that somebody deleted to
/// have its room back says nothing of the bill. One that was written over in its place, or whose range was dumped again,
/// is replaced: `places` are those of all dumps of the source, of whatever period.
///
/// # Errors
/// `Lake` where such a dump is not landed any more: what the period is known by cannot be told.
pub fn with_known(
    lake: &Lake,
    slot: &Slot,
    known: &str,
    deliveries: &[LandedDelivery],
    places: &[Place],
) -> Result<Vec<LandedDelivery>> {
    let mut all = deliveries.to_vec();
    if deliveries.iter().any(|delivery| delivery.kind != DeliveryKind::ExportSlice) {
        return Ok(all);
    }
    let gone = known.split('+').filter(|id| !id.is_empty() && !deliveries.iter().any(|delivery| delivery.id == *id));
    for id in gone {
        let folder = lake.landed_folder(&slot.source, id);
        let Some(landed) = read_landed(&folder)? else {
            let what = format!("the dump {id} of the closed period {slot} is neither delivered nor landed any more");
            let remedy = "restore the folder from a backup, or deliver the dump again";
            return Err(Error::lake(folder.display().to_string(), what, remedy));
        };
        let holds = |old: ExportRange, new: ExportRange| new.from <= old.from && old.to <= new.to;
        let replaces = |place: &Place| {
            place.origin == landed.origin || landed.range.zip(place.range).is_some_and(|(old, new)| holds(old, new))
        };
        if !places.iter().any(replaces) {
            all.push(landed);
        }
    }
    all.sort_by(|a, b| (&a.id, a.range).cmp(&(&b.id, b.range)));
    Ok(all)
}

/// What is told of a dump of a range that holds no row: nothing says that it is the state of its range, and a copy that
/// broke off looks the same. So it takes no row of another dump away.
pub fn without_rows(delivery: &LandedDelivery) -> Option<Error> {
    let empty = delivery.range.is_some() && delivery.months.is_empty();
    empty.then(|| {
        Error::source(
            &delivery.origin,
            "is a dump of a range of export times and holds no row: it takes nothing away from other dumps",
            "dump the range again; where nothing was exported in it, delete the dump",
        )
    })
}

/// Gives back the room of slices that were put together, once their rows are staged or summed.
pub fn clear(whole: &[LandedDelivery]) {
    for delivery in whole.iter().filter(|delivery| delivery.kind == DeliveryKind::ExportSlice) {
        // What stays is taken away by the next run, as all of the folder for work.
        let _ = std::fs::remove_dir_all(&delivery.folder);
    }
}

/// The deliveries whose parts are the slot: as they are, or slices as one, in the lake's folder for work.
pub fn put_together(lake: &Lake, slot: &Slot, deliveries: &[LandedDelivery]) -> Result<Vec<LandedDelivery>> {
    match deliveries.first() {
        Some(first) if first.kind == DeliveryKind::ExportSlice => {
            // A proof taken again may be at work beside a run.
            let folder = format!("slices-{}-{}-{}", slot.source, slot.month, std::process::id());
            let folder = lake.temp()?.join(folder);
            Ok(vec![union(deliveries, known_format(first)?, slot.month, &folder)?])
        }
        _ => Ok(deliveries.to_vec()),
    }
}
