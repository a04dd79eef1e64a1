//! Publishing: one commit of the Delta table `cost` replaces whole slots, or nothing happens.

use super::delta::entry::{self, Published, app_id};
use super::delta::state::{self, State, place};
use super::delta::{PARTITION_COLUMNS, delta_error, in_table, partition_values, schema, settle, stats};
use super::disk;
use super::record::{self, SlotRecord};
use super::root::{Lake, drawn};
use super::snapshot::{Snapshot, snapshot_of};
use super::stage::cost_folder;
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::Slot;
use deltalake_core::DeltaTableError;
use deltalake_core::kernel::transaction::{CommitBuilder, CommitProperties, TableReference, TransactionError};
use deltalake_core::kernel::{Action, Add, Remove, Transaction};
use deltalake_core::protocol::{DeltaOperation, SaveMode};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// How often a commit that lost to publications of *other* slots begins anew.
const ATTEMPTS: u32 = 20;

impl Lake {
    /// Publishes: the slots of `replaced` become what their records say, all in one commit, on
    /// top of whatever else was published meanwhile. `base` is the snapshot the run began with.
    /// Nothing replaced: nothing is committed.
    ///
    /// # Errors
    /// [`Error::Lake`] when another run published one of these slots since `base` (it says which
    /// version did), when the table was changed by someone else, or from the disk. After an error
    /// readers see what they saw before, unless it says that the version stands.
    pub fn commit(&self, base: &Snapshot, replaced: BTreeMap<Slot, SlotRecord>) -> Result<Snapshot> {
        if replaced.is_empty() {
            return self.snapshot();
        }
        let staged = replaced.iter().map(|(slot, record)| Ok((slot.clone(), Staged::new(self, slot, record)?)));
        let staged = staged.collect::<Result<BTreeMap<_, _>>>()?;
        send(self, base, &replaced, &staged)?;
        fault::point("lake.before_commit");
        let draw = drawn();
        for _ in 0..ATTEMPTS {
            let state = state::load(self, None)?;
            let current = state.as_ref().map_or_else(|| Ok(Snapshot::default()), |state| snapshot_of(self, state))?;
            refuse_if_lost(self, base, &current, state.as_ref(), &replaced)?;
            let Some(version) = attempt(self, state.as_ref(), &staged, &draw)? else { continue };
            fault::point("lake.after_commit");
            settle::committed(self, version)?;
            let version = i64::try_from(version).ok();
            return Ok(Snapshot { version, ..current.staged(&replaced) });
        }
        let what = format!("other runs published {ATTEMPTS} times while this one tried to");
        Err(Error::lake(place(self).display().to_string(), what, "run again when they are done"))
    }
}

/// A slot ready to be committed.
struct Staged {
    /// The name of its record.
    record: String,
    /// Its files of `cost`, by path in the lake.
    adds: BTreeMap<String, Add>,
}

impl Staged {
    /// Checks that the record and the files on disk agree, and stores the record.
    fn new(lake: &Lake, slot: &Slot, record: &SlotRecord) -> Result<Self> {
        let bug = |what: String| Err(Error::bug(slot.to_string(), what));
        let folder = format!("{}/", cost_folder(slot));
        let mut adds = BTreeMap::new();
        for file in &record.cost {
            let path = lake.here(&file.path);
            let (rows, stats) = stats::of_file(&path)?;
            if rows != file.rows || disk::size(&path)? != file.size || !file.path.starts_with(&folder) {
                return bug(format!("the staged file {} is not what its record says", file.path));
            }
            let add = Add {
                path: in_table(&file.path).into(),
                partition_values: partition_values(slot),
                size: i64::try_from(file.size).unwrap_or(i64::MAX),
                modification_time: disk::modified_millis(&path)?,
                data_change: true,
                stats: Some(stats),
                ..Add::default()
            };
            if adds.insert(file.path.clone(), add).is_some() {
                return bug(format!("two staged files hold the same rows: {}", file.path));
            }
        }
        let rows: u64 = record.cost.iter().map(|file| file.rows).sum();
        if rows != record.rows {
            return bug(format!("its record says {} rows, its files hold {rows}", record.rows));
        }
        for file in record.rollups.values() {
            if disk::size(&lake.here(&file.path))? != file.size {
                return bug(format!("the staged file {} is not what its record says", file.path));
            }
        }
        Ok(Self { record: record::put(lake, slot, record)?, adds })
    }
}

/// Sends what the commit will name to the store. What is live already is there; all else is sent, also where it may be
/// there: the store's own rules must not clear away what a run of long ago left, just before it is named.
fn send(
    lake: &Lake,
    base: &Snapshot,
    replaced: &BTreeMap<Slot, SlotRecord>,
    staged: &BTreeMap<Slot, Staged>,
) -> Result<()> {
    if lake.objects().is_none() {
        return Ok(());
    }
    let files = |record: &SlotRecord| -> Vec<String> {
        record.cost.iter().chain(record.rollups.values()).map(|file| file.path.clone()).collect()
    };
    let live: BTreeSet<String> = base.slots.values().flat_map(files).collect();
    let fresh: BTreeSet<String> = replaced.values().flat_map(files).filter(|path| !live.contains(path)).collect();
    fault::point("lake.before_send");
    lake.share(fresh.iter().map(String::as_str))?;
    fault::point("lake.between_sends");
    lake.share(staged.values().map(|staged| staged.record.as_str()))
}

/// Has another run published one of our slots since we began?
fn refuse_if_lost(
    lake: &Lake,
    base: &Snapshot,
    current: &Snapshot,
    state: Option<&State>,
    replaced: &BTreeMap<Slot, SlotRecord>,
) -> Result<()> {
    let Some(slot) = replaced.keys().find(|slot| base.slots.get(slot) != current.slots.get(slot)) else {
        return Ok(());
    };
    let since = base.version.and_then(|version| u64::try_from(version).ok()).map_or(0, |version| version + 1);
    let mut winner = None;
    if let Some(state) = state {
        for version in since..=state.version {
            let entry = entry::read(lake, &state.table, version)?;
            winner = entry.filter(|entry| entry.replaced.contains(slot)).map(|entry| entry.version).or(winner);
        }
    }
    let who = match winner {
        Some(version) => format!("another run published it as version {version} while this one was at work"),
        None => "it is no longer what it was when this run began".into(),
    };
    Err(Error::lake(slot.to_string(), who, "run again: it begins from what is published now"))
}

/// Commits on top of `state`. `None`: somebody else was faster, and nothing was written.
fn attempt(lake: &Lake, state: Option<&State>, staged: &BTreeMap<Slot, Staged>, draw: &str) -> Result<Option<u64>> {
    let failed = |e: DeltaTableError| delta_error(&place(lake), "the publication cannot be committed", &e);
    let table = state.map_or_else(|| state::handle(lake).map_err(failed), |state| Ok(state.table.clone()))?;
    let mut actions = if state.is_none() { schema::creation()? } else { Vec::new() };
    actions.extend(file_actions(lake, state, staged)?);
    let mut records = state.map(|state| state.published.records.clone()).unwrap_or_default();
    records.extend(staged.iter().map(|(slot, staged)| (slot.clone(), staged.record.clone())));
    let metadata =
        serde_json::to_value(Published::new(&records, draw)).map_err(|e| Error::bug("commit", e.to_string()))?;
    // No retries of the library's: it would let two hosts both publish a *new* period. And its
    // hooks after the commit are ours to run: an error there would look like one of the commit.
    let properties = CommitProperties::default().with_max_retries(0).with_cleanup_expired_logs(Some(false));
    let builder = CommitBuilder::from(properties)
        .with_actions(actions)
        .with_app_metadata(HashMap::from([(entry::KEY.to_string(), metadata)]));
    let operation = DeltaOperation::Write {
        mode: SaveMode::Overwrite,
        partition_by: Some(PARTITION_COLUMNS.map(String::from).to_vec()),
        predicate: None,
    };
    let snapshot = state.map(|state| state.table.snapshot()).transpose().map_err(failed)?;
    let commit = builder.build(snapshot.map(|s| s as &dyn TableReference), table.log_store(), operation);
    let prepared = lake.wait(commit.into_prepared_commit_future()).map_err(failed)?;
    fault::point("lake.at_commit");
    let error = match lake.wait(async { prepared.await }) {
        Ok(committed) => return Ok(Some(committed.version)),
        Err(error) => error,
    };
    // A store may have written the entry and its answer may have been lost: then the entry is ours.
    let version = state.map_or(0, |state| state.version + 1);
    if lake.objects().is_some()
        && let Ok(Some(entry)) = entry::read(lake, &table, version)
        && entry.draw.as_deref() == Some(draw)
    {
        return Ok(Some(version));
    }
    if lost(&error) { Ok(None) } else { Err(failed(error)) }
}

fn lost(error: &DeltaTableError) -> bool {
    use TransactionError::{CommitConflict, MaxCommitAttempts, VersionAlreadyExists};
    match error {
        DeltaTableError::Transaction { source } => {
            matches!(source, CommitConflict(_) | MaxCommitAttempts(_) | VersionAlreadyExists(_))
        }
        DeltaTableError::VersionAlreadyExists(_) => true,
        _ => false,
    }
}

/// Remove what goes, add what comes, count up each slot's transaction. A file that stays is neither.
fn file_actions(lake: &Lake, state: Option<&State>, staged: &BTreeMap<Slot, Staged>) -> Result<Vec<Action>> {
    let failed = |e: DeltaTableError| delta_error(&place(lake), "the table cannot be read", &e);
    let nothing = BTreeMap::new();
    let (mut removes, mut adds, mut transactions) = (Vec::new(), Vec::new(), Vec::new());
    // The records were written a moment ago: the file system's clock, not ours.
    let mut now = 0;
    for staged in staged.values() {
        now = now.max(disk::modified_millis(&lake.here(&staged.record))?);
    }
    for (slot, staged) in staged {
        let live = state.and_then(|state| state.live.get(slot)).unwrap_or(&nothing);
        let stays: BTreeSet<_> = staged.adds.keys().filter(|path| live.contains_key(*path)).collect();
        for (path, size) in live.iter().filter(|(path, _)| !stays.contains(path)) {
            removes.push(Action::Remove(Remove {
                path: in_table(path).into(),
                data_change: true,
                deletion_timestamp: Some(now),
                extended_file_metadata: Some(true),
                partition_values: Some(partition_values(slot)),
                size: i64::try_from(*size).ok(),
                ..Remove::default()
            }));
        }
        adds.extend(
            staged.adds.iter().filter(|(path, _)| !stays.contains(path)).map(|(_, add)| Action::Add(add.clone())),
        );
        let before = match state {
            None => None,
            Some(state) => {
                let snapshot = state.table.snapshot().map_err(failed)?;
                let log = state.table.log_store();
                lake.wait(snapshot.transaction_version(log.as_ref(), app_id(slot))).map_err(failed)?
            }
        };
        transactions.push(Action::Txn(Transaction::new(app_id(slot), before.unwrap_or(0) + 1)));
    }
    Ok(removes.into_iter().chain(adds).chain(transactions).collect())
}
