//! Staging: a finished file gets the name of its content, and nothing refers to it yet.

use super::record::LakeFile;
use super::root::Lake;
use super::{disk, scan};
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::{Slot, frame};
use std::path::Path;

/// What a staged file is, hence where it stands.
#[derive(Debug, Clone, Copy)]
pub enum StagedKind<'a> {
    /// FOCUS rows of one slot.
    Cost(&'a Slot),
    /// Rows of the roll-up of that name.
    Rollup(&'a str),
}

impl StagedKind<'_> {
    fn folder(&self) -> String {
        match self {
            Self::Cost(slot) => cost_folder(slot),
            Self::Rollup(table) => format!("rollup/{table}"),
        }
    }
}

/// The folder of a slot's partition, relative to the lake.
pub(super) fn cost_folder(slot: &Slot) -> String {
    format!("cost/x_SourceId={}/x_BillingMonth={}", slot.source, slot.month)
}

impl Lake {
    /// Moves a finished file from [`Lake::temp`] into the lake under its hash. The same bytes
    /// staged twice are one file. Until a commit names it, no reader sees it.
    ///
    /// # Errors
    /// [`Error::Lake`] from the disk; [`Error::Bug`] for rows of `cost` with another schema.
    pub fn stage(&self, kind: StagedKind<'_>, temp: &Path, rows: u64) -> Result<LakeFile> {
        if let StagedKind::Cost(slot) = kind {
            check_source(slot)?;
            check_schema(slot, temp)?;
        }
        let (sha256, size) = disk::hash_file(temp)?;
        let path = format!("{}/{sha256}.parquet", kind.folder());
        fault::point("lake.before_rename");
        // Also over a file of the same name: equal bytes, and its age begins anew, so that an old
        // orphan taken up again is not cleared away before the commit names it.
        disk::settle(temp, &self.root().join(&path))?;
        fault::point("lake.after_stage");
        Ok(LakeFile { path, size, rows, sha256 })
    }
}

/// A source's id is part of paths and of partition values: no character may need an escape there.
fn check_source(slot: &Slot) -> Result<()> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
    if slot.source.is_empty() || !slot.source.chars().all(plain) {
        return Err(Error::bug(slot.to_string(), "a source's id holds other characters than a-z, 0-9, - and _"));
    }
    Ok(())
}

/// Every file of `cost` has exactly the columns and types of the table, in its order.
fn check_schema(slot: &Slot, path: &Path) -> Result<()> {
    let found = scan::schema_of(path)?;
    let expected = frame::schema();
    let differs = expected.iter().zip(found.iter()).find(|(expected, found)| expected != found);
    if let Some(((name, kind), (found_name, found_kind))) = differs {
        return Err(Error::bug(
            slot.to_string(),
            format!("a file of cost has `{found_name}` {found_kind}, not `{name}` {kind}"),
        ));
    }
    if found.len() != expected.len() {
        let what = format!("a file of cost has {} columns, not {}", found.len(), expected.len());
        return Err(Error::bug(slot.to_string(), what));
    }
    Ok(())
}
