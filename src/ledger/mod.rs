//! The ledger: what cannot be made again from the bill. One small file per event, never rewritten.
//!
//! `ledger/<number>-<kind>.json`, numbered from 1 without a gap over all kinds; in an object store `ledger/<number>.json`,
//! for there the name alone says who of two hosts was first. An event is there
//! whole or not at all: it is written aside, synced, and takes its name only where no file has it.
//! Each carries a checksum of itself, so that a damaged one is told, never believed. Back this
//! folder up: everything else in the lake can be built anew.
//!
//! What each run did is a second series of such files, `runs/<number>-run.json`: its oldest may be deleted.

mod adjustment;
mod closing;
mod finding;
mod run;
mod shared;
mod store;

pub use adjustment::{Adjustment, Adjustments, Later};
pub use closing::{Act, Closing, ClosingEvent, Closings, Frozen, FrozenPages, FrozenSlot};
pub use finding::{Age, FindingHistory, FindingNight};
pub use run::{
    ApiCalls, Delivered, GapTold, HookTold, Level, NewFindings, PublishedSlot, RUN_FORMAT, RunRecord, Runs, SourceRun,
    Stage, Told,
};
pub use store::Ledger;
