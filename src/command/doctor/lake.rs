//! The lake: does it open, who holds it, are the files of the newest version there, does the ledger read?

use super::Patient;
use super::finding::{Findings, State};
use super::sources::{tell_credential, tell_gaps};
use crate::command::books::Books;
use crate::command::gaps::{self, Looker};
use crate::error::Result;
use crate::lake::{Damage, Lake, Snapshot};
use crate::ledger::{FindingHistory, Ledger};

/// Files that are told by name; of more their number is.
const MOST_TOLD: usize = 5;
/// Versions after which a checkpoint should have been written, and was not: several times as many as between two.
const MANY_VERSIONS: u64 = 100;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    let place = patient.settings.lake.to_string();
    let lake = match &patient.lake {
        Ok(Some(lake)) => lake,
        Ok(None) => return findings.ok(place, "is not there yet: the first run makes it"),
        Err(error) => return findings.error(State::Failed, "", error),
    };
    in_store(patient, &place, lake, findings);
    match lake.holder() {
        Ok(None) => {}
        Ok(Some(process)) => {
            let remedy = "wait until it has ended, or end it; a run that was killed holds nothing";
            let who = if process.is_empty() { String::new() } else { format!(" (process {process})") };
            findings.warning(&place, format!("another costmill{who} holds it"), remedy);
        }
        Err(error) => findings.error(State::Failed, "", &error),
    }
    let snapshot = match lake.snapshot() {
        Ok(snapshot) => snapshot,
        Err(error) => return findings.error(State::Failed, "", &error),
    };
    tell_snapshot(&place, lake, &snapshot, findings);
    match ledger(lake, &snapshot) {
        Ok(books) => {
            let closed = books.closings.closed_months().len();
            findings.ok("ledger", format!("reads: {closed} closed billing periods"));
            let as_of = patient.settings.as_of.unwrap_or_else(|| patient.now.date_naive());
            let looker = Looker { lake, snapshot: &snapshot, settings: patient.settings, as_of };
            match looker.now(&books) {
                Ok(found) => tell_gaps(&found.iter().map(gaps::error).collect::<Vec<_>>(), findings),
                Err(error) => findings.error(State::Failed, "", &error),
            }
        }
        Err(error) => findings.error(State::Failed, "ledger", &error),
    }
}

/// Reads all of it, and holds what is published to what is closed.
fn ledger(lake: &Lake, snapshot: &Snapshot) -> Result<Books> {
    let books = Books::read(lake)?;
    FindingHistory::read(&Ledger::of_lake(lake.home()))?;
    books.check(snapshot)?;
    Ok(books)
}

/// Of a lake in a store: as whom it is asked, and whether it may be written to. That it may be listed and read is told by
/// everything else.
fn in_store(patient: &Patient, place: &str, lake: &Lake, findings: &mut Findings) {
    match lake.credential() {
        None => return,
        Some(Ok(credential)) => tell_credential(place, &credential, patient.now, findings),
        Some(Err(error)) => findings.error(State::Warning, "", &error),
    }
    match lake.may_write_there() {
        Ok(()) => findings.ok(place, "can be written"),
        Err(error) => findings.error(State::Failed, "", &error),
    }
}

fn tell_snapshot(place: &str, lake: &Lake, snapshot: &Snapshot, findings: &mut Findings) {
    let Some(version) = snapshot.version else { return findings.ok(place, "opens; nothing is published yet") };
    let damages = match lake.damages(snapshot) {
        Ok(damages) => damages,
        Err(error) => return findings.error(State::Failed, "", &error),
    };
    for Damage { path, size, found } in damages.iter().take(MOST_TOLD) {
        let what = match found {
            None => "is gone".to_string(),
            Some(found) => format!("has {found} bytes instead of {size}"),
        };
        findings.failed(place, format!("{path} {what}"), "restore the lake from its backup");
    }
    if damages.len() > MOST_TOLD {
        let more = damages.len() - MOST_TOLD;
        findings.failed(place, format!("{more} more files are gone or cut off"), "restore the lake from its backup");
    }
    let files: usize = snapshot.slots.values().map(|record| record.cost.len() + record.rollups.len()).sum();
    let since = lake.versions_since_checkpoint(snapshot);
    let found = format!("version {version}, {} slots, {files} files", snapshot.slots.len());
    if since > MANY_VERSIONS {
        let remedy = "see that the user of the run may write to cost/_delta_log: the next commit tries again";
        findings.warning(place, format!("{found}; the newest checkpoint is {since} versions old"), remedy);
    } else if damages.is_empty() {
        findings.ok(place, found);
    }
}
