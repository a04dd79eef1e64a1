//! The slices of a slot put together, before anything is made of them.

use super::books::Books;
use super::slot::known_format;
use crate::error::{Error, Result};
use crate::focus::{DeliveryKind, ExportRange, LandedDelivery, Slot};
use crate::lake::{Lake, Snapshot};
use crate::land::{read_landed, union};
use std::collections::BTreeMap;

/// Where a dump of tonight lies, of which export times it is, and whether any row is in it.
#[derive(Debug, Clone)]
pub struct Place {
    pub origin: String,
    pub range: Option<ExportRange>,
    pub format: String,
    pub empty: bool,
}

impl Place {
    pub fn of(delivery: &LandedDelivery) -> Option<Self> {
        (delivery.kind == DeliveryKind::ExportSlice).then(|| Self {
            origin: delivery.origin.clone(),
            range: delivery.range,
            format: delivery.format.clone(),
            empty: delivery.months.is_empty(),
        })
    }
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
/// have its room back says nothing of the bill. One that was written over in its place, or whose range was dumped again, in
/// one dump or in several, is replaced: `places` are those of all dumps of the source, of whatever period. A dump without a
/// row replaces none.
///
/// # Errors
/// `Source` where what the period is known by cannot be told: such a dump is not landed any more, a part alone of its
/// range was dumped again, or it is of another export than tonight's.
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
        let wrong = |place: String, what: String, remedy: &str| Err(Error::source(place, what, remedy));
        let folder = lake.landed_folder(&slot.source, id)?;
        let Some(landed) = read_landed(&folder)? else {
            let what = format!("the dump {id} of the closed period {slot} is neither delivered nor landed any more");
            let remedy = "restore the folder from a backup, or deliver the dump again";
            return wrong(folder.display().to_string(), what, remedy);
        };
        let other = places.iter().find(|place| place.format != landed.format);
        if let Some(other) = other.map(|place| place.format.as_str()).filter(|_| !deliveries.is_empty()) {
            let what = format!("was closed with an export {}, and is delivered as {other} now", landed.format);
            let remedy = "deliver the closed period as it was closed, or reopen it: `costmill reopen`";
            return wrong(slot.to_string(), what, remedy);
        }
        match replaced(&landed, places) {
            Replaced::No => all.push(landed),
            Replaced::Whole => {}
            Replaced::InPart => {
                let what =
                    format!("is a dump of the closed period {slot}, and a part alone of its range was dumped again");
                return wrong(
                    landed.origin,
                    what,
                    "dump the rest of the range again, or put the old dump back in its place",
                );
            }
        }
    }
    all.sort_by(|a, b| (&a.id, a.range).cmp(&(&b.id, b.range)));
    Ok(all)
}

enum Replaced {
    No,
    Whole,
    InPart,
}

/// Is a dump that is gone replaced by those of tonight? One of a range by those of its range, another by what lies in its
/// folder.
fn replaced(gone: &LandedDelivery, places: &[Place]) -> Replaced {
    let mut full = places.iter().filter(|place| !place.empty);
    let Some(range) = gone.range else {
        let same = full.any(|place| place.range.is_none() && place.origin == gone.origin);
        return if same { Replaced::Whole } else { Replaced::No };
    };
    let mut over: Vec<ExportRange> = full.filter_map(|place| place.range).collect();
    over.retain(|new| new.from < range.to && range.from < new.to);
    over.sort_by_key(|new| new.from);
    // Tonight's ranges do not overlap: they cover the old one where each begins no later than the one before it ends.
    let reached = over.iter().try_fold(range.from, |at, new| (new.from <= at).then_some(new.to.max(at)));
    match (over.is_empty(), reached) {
        (true, _) => Replaced::No,
        (false, Some(end)) if end >= range.to => Replaced::Whole,
        _ => Replaced::InPart,
    }
}

/// Periods that are not closed, and of which a dump is empty now that had rows when they were published last: a copy that
/// broke off looks like that. They are held as they stand.
pub fn hold_emptied(
    lake: &Lake,
    base: &Snapshot,
    books: &Books,
    places: &BTreeMap<String, Vec<Place>>,
    slots: &mut BTreeMap<Slot, Vec<LandedDelivery>>,
) -> Result<Vec<Error>> {
    let mut held = Vec::new();
    for (slot, record) in base.slots.iter().filter(|(slot, _)| !books.is_closed(slot.month)) {
        let emptied: Vec<&Place> = places.get(&slot.source).into_iter().flatten().filter(|place| place.empty).collect();
        if emptied.is_empty() {
            continue;
        }
        for id in record.delivery.split('+').filter(|id| !id.is_empty()) {
            let Some(landed) = read_landed(&lake.landed_folder(&slot.source, id)?)? else { continue };
            let there = |place: &&&Place| place.origin == landed.origin && place.range == landed.range;
            if let Some(place) = emptied.iter().find(there).filter(|_| landed.months.contains(&slot.month)) {
                slots.remove(slot);
                let what = format!("holds no row, and had rows of {slot} when it was published last");
                let remedy = "copy the dump again; if its rows are really gone, delete the dump";
                held.push(Error::source(&place.origin, what, remedy));
            }
        }
    }
    Ok(held)
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
    for delivery in deliveries {
        lake.fetch_parts(delivery, delivery.parts.iter().filter(|part| part.month == slot.month))?;
    }
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
