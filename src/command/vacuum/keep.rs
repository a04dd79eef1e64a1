//! What must stay: what the versions within the retention name, what the ledger names, and what runs read of older
//! versions.

use crate::command::books::Books;
use crate::command::standing;
use crate::error::Result;
use crate::focus::Slot;
use crate::lake::{Lake, Publication, SlotRecord};
use crate::settings::Retention;
use crate::transform::rollup::Rollup;
use std::collections::{BTreeMap, BTreeSet};

const DAY: i64 = 24 * 3600 * 1000;

/// Names of what stays, and since when the rest is not needed.
#[derive(Debug, Default)]
pub(super) struct Keep {
    /// Files of `cost`, of roll-ups, records and pages, by path in the lake.
    pub files: BTreeSet<String>,
    /// Landed deliveries that are published, closed with, or carried as an adjustment: source and id.
    pub landed: BTreeSet<(String, String)>,
    /// Of landed deliveries that were published and are no more: when they were replaced, in milliseconds since 1970;
    /// `None` where the log does not say.
    pub replaced: BTreeMap<(String, String), Option<i64>>,
    /// Versions that lose files, for a word about them.
    pub let_go: usize,
}

impl Keep {
    /// `now` in milliseconds since 1970.
    pub fn of(lake: &Lake, books: &Books, retention: Retention, now: i64) -> Result<Self> {
        let history = lake.history()?;
        let mut keep = Self::default();
        let mut records: BTreeMap<String, SlotRecord> = BTreeMap::new();
        for name in history.iter().flat_map(|publication| publication.records.values()) {
            if !records.contains_key(name) {
                records.insert(name.clone(), lake.record(name)?);
            }
        }
        for (at, publication) in history.iter().enumerate() {
            let stays = stays(&history, at, retention.history_days, now);
            keep.let_go += usize::from(!stays);
            for name in publication.records.values() {
                // What was published when, and what moved between, is told of every version: records are small, and
                // `cost_daily` is what differences are read from.
                keep.files.insert(name.clone());
                let Some(record) = records.get(name) else { continue };
                keep.files.extend(record.rollups.get(Rollup::CostDaily.name()).map(|file| file.path.clone()));
                if stays {
                    keep.files.extend(record.cost.iter().chain(record.rollups.values()).map(|file| file.path.clone()));
                }
            }
        }
        if let Some(newest) = history.last() {
            for (slot, name) in &newest.records {
                keep.published(slot, records.get(name).map_or("", |record| &record.delivery));
            }
        }
        keep.ledger(books);
        keep.standing(lake)?;
        keep.note_replaced(&history, &records);
        Ok(keep)
    }

    fn published(&mut self, slot: &Slot, ids: &str) {
        self.landed.extend(each(ids).map(|id| (slot.source.clone(), id.to_string())));
    }

    /// What a run without a look at the sources takes as what is there.
    fn standing(&mut self, lake: &Lake) -> Result<()> {
        for (source, ids) in standing::deliveries(lake)? {
            self.landed.extend(ids.into_iter().map(|id| (source.clone(), id)));
        }
        Ok(())
    }

    /// Everything that an event names, of closings that were opened again too: the pages were issued.
    fn ledger(&mut self, books: &Books) {
        for frozen in books.closings.ever_frozen() {
            self.files.extend(frozen.pages.files.keys().map(|path| format!("{}/{path}", frozen.pages.folder)));
            for (source, slot) in &frozen.slots {
                self.files.extend(slot.files.keys().cloned());
                self.landed.extend(each(&slot.delivery).map(|id| (source.clone(), id.to_string())));
            }
        }
        for adjustment in books.adjustments.all() {
            self.published(&adjustment.slot, &adjustment.delivery);
        }
    }

    fn note_replaced(&mut self, history: &[Publication], records: &BTreeMap<String, SlotRecord>) {
        for (at, publication) in history.iter().enumerate() {
            let next = history.get(at + 1).map(|next| next.timestamp);
            for (slot, name) in &publication.records {
                let ids = records.get(name).map_or("", |record| &record.delivery);
                for id in each(ids) {
                    let key = (slot.source.clone(), id.to_string());
                    if !self.landed.contains(&key) {
                        // Of the last version that names it.
                        self.replaced.insert(key, next.flatten());
                    }
                }
            }
        }
    }
}

/// Is a version within the retention? It is as old as the publication that came after it; the newest has no age.
fn stays(history: &[Publication], at: usize, days: Option<u16>, now: i64) -> bool {
    let (Some(days), Some(next)) = (days, history.get(at + 1)) else { return true };
    next.timestamp.is_none_or(|replaced| now - replaced < i64::from(days) * DAY)
}

fn each(ids: &str) -> impl Iterator<Item = &str> {
    ids.split('+').filter(|id| !id.is_empty())
}

/// Is something older than so many days?
pub(super) fn is_older(then: i64, days: u16, now: i64) -> bool {
    now - then >= i64::from(days) * DAY
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_as_old_as_the_one_that_replaced_it() {
        let version = |version: i64, timestamp: Option<i64>| Publication {
            version,
            timestamp,
            slots: Vec::new(),
            records: BTreeMap::new(),
        };
        let history = [version(0, Some(0)), version(1, Some(DAY)), version(2, Some(9 * DAY))];
        let kept = |days, now| (0..3).map(|at| stays(&history, at, days, now)).collect::<Vec<_>>();
        assert_eq!(kept(None, 1000 * DAY), [true, true, true]);
        // Version 1 was the newest until two days ago, although it was published ten days ago.
        assert_eq!(kept(Some(5), 11 * DAY), [false, true, true]);
        assert_eq!(kept(Some(2), 11 * DAY), [false, false, true]);
        assert_eq!(kept(Some(1), 1000 * DAY), [false, false, true], "the newest stays");
        let unknown = [version(0, Some(0)), version(1, None)];
        assert!(stays(&unknown, 0, Some(1), 1000 * DAY), "nothing goes for want of a time");
    }
}
