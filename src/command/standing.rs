//! What each source's location held when it was looked at last: `standing/<source>.json` of the lake. A run that looks
//! writes it; `run --offline` takes it as what is there now.

use super::deliveries::Taken;
use super::slot::known_format;
use crate::error::{Error, Problem, Result};
use crate::extract::Missing;
use crate::focus::{BillingMonth, DeliveryKind, ExportRange, LandedDelivery};
use crate::lake::{Lake, Snapshot, bytes_hash};
use crate::land::read_landed;
use crate::settings::Source;
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

const FOLDER: &str = "standing";

/// The version of the note's form.
const FORMAT: u32 = 1;

/// The note of one source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Standing {
    format: u32,
    source: String,
    /// A hash over the keys of the source that decide what its deliveries are.
    config: String,
    deliveries: Vec<Known>,
    refused: Vec<Held>,
    waiting: Vec<Held>,
    late: Vec<Held>,
}

/// A delivery that has landed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    id: String,
    kind: DeliveryKind,
    months: Vec<BillingMonth>,
    range: Option<ExportRange>,
    /// Where it was found.
    origin: String,
}

/// What was not taken, and what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    months: Vec<BillingMonth>,
    kind: String,
    place: String,
    what: String,
    remedy: String,
}

impl Standing {
    /// The note of a source; an empty one where there is none, or one that another configuration of the source made.
    ///
    /// # Errors
    /// `Lake`, for a disk.
    pub fn read(lake: &Lake, source: &Source) -> Result<Self> {
        Ok(Self::found(lake, source)?
            .filter(|note| note.config == config(source))
            .unwrap_or_else(|| Self::empty(source)))
    }

    /// One that does not read is none: the next run that looks writes it anew.
    fn found(lake: &Lake, source: &Source) -> Result<Option<Self>> {
        let note = lake.read(&name(&source.id))?.and_then(|bytes| serde_json::from_slice::<Self>(&bytes).ok());
        Ok(note.filter(|note| note.format == FORMAT && note.source == source.id))
    }

    fn empty(source: &Source) -> Self {
        Self {
            format: FORMAT,
            source: source.id.clone(),
            config: config(source),
            deliveries: Vec::new(),
            refused: Vec::new(),
            waiting: Vec::new(),
            late: Vec::new(),
        }
    }

    /// A delivery has landed while its source is still looked at: it stands for what it replaces, also where this run
    /// ends here.
    pub fn landed(&mut self, lake: &Lake, landed: &LandedDelivery) -> Result<()> {
        let known = Known::of(landed);
        let at = self.deliveries.iter().position(|other| known.replaces(other)).unwrap_or(self.deliveries.len());
        self.deliveries.insert(at, known.clone());
        let mut place = 0..;
        self.deliveries.retain(|other| place.next() == Some(at) || !known.replaces(other));
        self.deliveries.sort_by(Known::by_period);
        self.write(lake)
    }

    /// The source was looked at, of these billing periods or all: that is what is there.
    pub fn looked(&mut self, lake: &Lake, taken: &Taken, months: Option<&[BillingMonth]>) -> Result<()> {
        let of = |kept: &[BillingMonth]| match months {
            // What has no period is not found by period: it was all looked at.
            Some(months) if !kept.is_empty() => kept.iter().any(|month| months.contains(month)),
            _ => true,
        };
        // Dumps are found whatever is asked for.
        self.deliveries.retain(|known| known.kind != DeliveryKind::ExportSlice && !of(&known.months));
        self.deliveries.extend(taken.landed.iter().map(Known::of));
        // Of one period they stay in the order in which they were found: a slot's files are written in it.
        self.deliveries.sort_by(Known::by_period);
        for (held, now) in [(&mut self.refused, &taken.refused), (&mut self.waiting, &taken.waiting)] {
            held.retain(|held| !of(&held.months));
            held.extend(now.iter().map(|(months, error)| Held::of(months, error)));
        }
        self.late.clear();
        self.late.extend(taken.late.iter().map(|error| Held::of(&[], error)));
        self.write(lake)
    }

    fn write(&self, lake: &Lake) -> Result<()> {
        let bytes = serde_json::to_vec_pretty(self).map_err(|error| Error::bug(&self.source, error.to_string()))?;
        match lake.read(&name(&self.source))? {
            Some(there) if there == bytes => Ok(()),
            _ => lake.put(&name(&self.source), &bytes),
        }
    }
}

/// The deliveries of a source without looking at it: those of its note, in its order. A lake of before there were notes
/// has those that are published.
///
/// # Errors
/// `Source`, where nothing of the source has landed, or its configuration says now that other deliveries are wanted;
/// `Lake`, for a disk.
pub fn taken(lake: &Lake, base: &Snapshot, source: &Source, months: &[BillingMonth]) -> Result<Taken> {
    let wanted = |of: &[BillingMonth]| months.is_empty() || of.is_empty() || of.iter().any(|m| months.contains(m));
    let Some(note) = Standing::found(lake, source)? else {
        return published(lake, base, source, &wanted);
    };
    if note.config != config(source) {
        let what = "its format, dataset, file sets or money basis are others now than when it was looked at last";
        return Err(Error::source(format!("source {}", source.id), what, ONLINE));
    }
    let errors = |held: &[Held]| held.iter().filter(|held| wanted(&held.months)).map(Held::missing).collect::<Vec<_>>();
    let mut taken = Taken {
        landed: Vec::new(),
        refused: errors(&note.refused),
        waiting: errors(&note.waiting),
        late: errors(&note.late).into_iter().map(|(_, error)| error).collect(),
    };
    for known in &note.deliveries {
        if known.kind != DeliveryKind::ExportSlice && !wanted(&known.months) {
            continue;
        }
        match landed(lake, source, known) {
            Ok(landed) => taken.landed.push(landed),
            Err(error @ Error::Bug(_)) => return Err(error),
            Err(error) => taken.refused.push((known.months.clone(), error)),
        }
    }
    Ok(taken)
}

const ONLINE: &str = "run once without --offline";

/// Those that the records name.
fn published(lake: &Lake, base: &Snapshot, source: &Source, wanted: &dyn Fn(&[BillingMonth]) -> bool) -> Result<Taken> {
    let records = base.slots.iter().filter(|(slot, _)| slot.source == source.id);
    let mut ids: Vec<&str> = Vec::new();
    for id in records.flat_map(|(_, record)| record.delivery.split('+')).filter(|id| !id.is_empty()) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    if ids.is_empty() {
        return Err(Error::source(format!("source {}", source.id), "nothing of it has landed", ONLINE));
    }
    let mut taken = Taken::default();
    for id in ids {
        let folder = lake.landed_folder(&source.id, id)?;
        match read_landed(&folder)? {
            Some(landed) if landed.kind == DeliveryKind::ExportSlice || wanted(&landed.months) => {
                taken.landed.push(landed);
            }
            Some(_) => {}
            None => taken.refused.push((Vec::new(), gone(&folder.display().to_string()))),
        }
    }
    Ok(taken)
}

fn landed(lake: &Lake, source: &Source, known: &Known) -> Result<LandedDelivery> {
    let folder = lake.landed_folder(&source.id, &known.id)?;
    let Some(landed) = read_landed(&folder)? else {
        return Err(gone(&known.origin));
    };
    known_format(&landed)?;
    if landed.format != source.format || landed.range != known.range {
        let what = "landed as another export or range than it was delivered as";
        return Err(Error::source(&known.origin, what, ONLINE));
    }
    Ok(landed)
}

fn gone(place: &str) -> Error {
    Error::source(place, "the landed delivery is gone from the lake", "run once without --offline, or restore the lake")
}

/// The ids of the deliveries that the notes of all sources name, by source, those of sources that are no longer configured
/// included.
///
/// # Errors
/// `Lake`, for a disk or a store, and for a note that does not read: what it names is not known then.
pub fn deliveries(lake: &Lake) -> Result<Vec<(String, Vec<String>)>> {
    let mut all = Vec::new();
    for file in lake.names(FOLDER)? {
        let path = format!("{FOLDER}/{file}");
        let Some(bytes) = lake.read(&path)?.filter(|_| !file.starts_with('.')) else { continue };
        let note: Standing = serde_json::from_slice(&bytes).map_err(|error| {
            let remedy = "run once without --offline: it is written anew";
            Error::lake(lake.place(&path).display().to_string(), format!("does not read: {error}"), remedy)
        })?;
        all.push((note.source, note.deliveries.into_iter().map(|known| known.id).collect()));
    }
    Ok(all)
}

impl Known {
    fn of(landed: &LandedDelivery) -> Self {
        Self {
            id: landed.id.clone(),
            kind: landed.kind,
            months: landed.months.clone(),
            range: landed.range,
            origin: landed.origin.clone(),
        }
    }

    /// As what is announced is ordered: of a dump nobody knows the periods before it is read.
    fn by_period(&self, other: &Self) -> Ordering {
        let months = |known: &Self| match known.kind {
            DeliveryKind::ExportSlice => Vec::new(),
            _ => known.months.clone(),
        };
        months(self).cmp(&months(other))
    }

    /// The same place holds one delivery, and so does a whole period.
    fn replaces(&self, other: &Self) -> bool {
        let both_whole = self.kind == DeliveryKind::WholePeriod && other.kind == DeliveryKind::WholePeriod;
        (self.origin == other.origin && self.range == other.range)
            || (both_whole && self.months.iter().any(|month| other.months.contains(month)))
    }
}

impl Held {
    fn of(months: &[BillingMonth], error: &Error) -> Self {
        let Problem { place, what, remedy } = error.problem().clone();
        Self { months: months.to_vec(), kind: super::console::kind(error).into(), place, what, remedy }
    }

    fn missing(&self) -> Missing {
        let (place, what, remedy) = (&self.place, &self.what, &self.remedy);
        let error = match self.kind.as_str() {
            "settings" => Error::settings(place, what, remedy),
            "tie" => Error::tie(place, what, remedy),
            _ => Error::source(place, what, remedy),
        };
        (self.months.clone(), error)
    }
}

fn name(source: &str) -> String {
    format!("{FOLDER}/{source}.json")
}

/// Where the exports lie is no part of it: they may be moved.
fn config(source: &Source) -> String {
    let Source { format, money_basis, dataset, file_sets, .. } = source;
    bytes_hash(format!("{format} {money_basis:?} {dataset:?} {file_sets:?}").as_bytes())[..32].to_string()
}
