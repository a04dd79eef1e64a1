//! Delivery → LandedDelivery: every column as the provider wrote it, as Parquet.
//!
//! Rows are read once, streaming; every cell is kept as text (a provider's float as its shortest
//! round-trip decimal), so that a column has one type in every month. While reading, the values
//! the mapping will need are checked and the native control totals are summed, so that an error
//! names file, row and column.

mod assemble;
mod attribution;
mod basis;
mod builder;
mod canonical;
mod cells;
mod driver;
mod file;
mod identity;
mod input;
mod items;
mod json_lines;
mod kinds;
mod nested;
pub mod recommendation;
mod slices;
mod totaller;
mod totals;
mod twins;
mod unpack;
pub mod utilisation;
mod write;

pub use driver::read_drivers;
pub use slices::union;
pub use totals::{NativeProof, native_proof};

use crate::error::{Error, Result};
use crate::focus::{Delivery, DeliveryKind, LandedDelivery, MoneyBasis};
use crate::format::Format;
use assemble::assemble;
use basis::{first_basis, landed_basis};
use file::{FileJob, FileOutcome, land_file};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Rows of one landed part, and so of one file of `cost`: what bounds the memory of every later
/// stage. A fixed number, so that the bytes do not depend on the machine.
pub const ROWS_PER_PART: usize = 131_072;

/// How a delivery is landed.
#[derive(Debug, Clone)]
pub struct LandOptions {
    /// Where landed deliveries live: `landed/<source>/<delivery>` will be this folder.
    pub folder: PathBuf,
    /// An empty folder on the same file system to work in.
    pub scratch: PathBuf,
    pub basis: BasisWish,
    /// Files landed at the same time.
    pub workers: usize,
}

/// What the config says of the money basis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BasisWish {
    Auto,
    Gross,
    Net,
}

/// Lands a delivery; the same bytes again are a no-op. `progress` is told the bytes read.
///
/// Errors: `Source` for a file that is not what it must be, with file, row, column and remedy;
/// `Lake` for a disk that is.
pub fn land(
    delivery: &Delivery,
    format: &'static Format,
    options: &LandOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<LandedDelivery> {
    // Also for a delivery that is landed: what the config says of its basis or format may have changed.
    let basis = first_basis(delivery, format, options.basis)?;
    if let Some(landed) = read_landed(&options.folder)?
        && landed.basis == basis
        && is_of(&landed, delivery, format)
    {
        counted(delivery, landed.files.iter().map(|file| file.rows))?;
        return Ok(landed);
    }
    write::fresh_folder(&options.scratch)?;
    let outcomes = land_files(delivery, format, basis, options, progress)?;
    counted(delivery, outcomes.iter().map(|outcome| outcome.rows))?;
    let landed = assemble(delivery, format, basis, &options.folder, outcomes)?;
    crate::fault::point("land.before_delivery_json");
    write::finish(&options.scratch, &options.folder, &landed)?;
    Ok(landed)
}

/// The landed delivery, where it is landed as it would be now: then [`land`] need not read its files again, which may
/// lie elsewhere. `None` also where that cannot be told without them.
pub fn standing(delivery: &Delivery, format: &'static Format, options: &LandOptions) -> Result<Option<LandedDelivery>> {
    let Some(landed) = read_landed(&options.folder)?.filter(|landed| is_of(landed, delivery, format)) else {
        return Ok(None);
    };
    if landed_basis(&landed, format, options.basis).ok() != Some(landed.basis) {
        return Ok(None);
    }
    counted(delivery, landed.files.iter().map(|file| file.rows))?;
    Ok(Some(landed))
}

fn is_of(landed: &LandedDelivery, delivery: &Delivery, format: &Format) -> bool {
    landed.format == format.id
        && (landed.months == delivery.months || delivery.kind == DeliveryKind::ExportSlice)
        && landed.range == delivery.range
}

/// Every file holds as many charges as its manifest says.
fn counted(delivery: &Delivery, rows: impl Iterator<Item = u64>) -> Result<()> {
    let mut of_all: BTreeMap<(&str, u64), u64> = BTreeMap::new();
    for (file, rows) in delivery.files.iter().zip(rows) {
        if let Some(told) = file.rows_of_all {
            *of_all.entry((&file.dataset, told)).or_default() += rows;
        }
        if let Some(told) = file.rows.filter(|told| *told != rows) {
            let what = format!("holds {rows} charges where its manifest says {told} ({})", delivery.origin);
            return Err(Error::source(
                &file.key,
                what,
                "the file or its manifest is of another run: copy the run again",
            ));
        }
    }
    match of_all.into_iter().find(|((_, told), rows)| told != rows) {
        None => Ok(()),
        Some(((_, told), rows)) => Err(Error::source(
            &delivery.origin,
            format!("says that its files hold {told} charges, and they hold {rows}"),
            "a file or the manifest is of another run: copy the run again",
        )),
    }
}

/// The landed delivery of a folder; `None` where there is none (yet).
pub fn read_landed(folder: &Path) -> Result<Option<LandedDelivery>> {
    let path = folder.join("delivery.json");
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(write::disk(&path, &error)),
    };
    let mut landed: LandedDelivery = serde_json::from_str(&text).map_err(|error| {
        Error::lake(path.display().to_string(), format!("does not read: {error}"), "delete its folder and run again")
    })?;
    landed.folder = folder.to_path_buf();
    Ok(Some(landed))
}

fn land_files(
    delivery: &Delivery,
    format: &'static Format,
    basis: MoneyBasis,
    options: &LandOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<FileOutcome>> {
    let jobs: Vec<_> = delivery
        .files
        .iter()
        .enumerate()
        .map(|(number, file)| FileJob {
            number,
            files: delivery.files.len(),
            file,
            months: &delivery.months,
            kind: delivery.kind,
            range: delivery.range,
            format,
            basis,
            wish: options.basis,
        })
        .collect();
    let next = AtomicUsize::new(0);
    let outcomes: Mutex<Vec<Option<Result<FileOutcome>>>> = Mutex::new(jobs.iter().map(|_| None).collect());
    std::thread::scope(|scope| {
        for _ in 0..options.workers.clamp(1, jobs.len()) {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some(job) = jobs.get(at) else { break };
                    let outcome = land_file(job, &options.scratch, progress);
                    let failed = outcome.is_err();
                    if let Ok(mut outcomes) = outcomes.lock() {
                        outcomes[at] = Some(outcome);
                    }
                    if failed {
                        next.store(jobs.len(), Ordering::Relaxed);
                    }
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().map_err(|_| Error::bug("land", "a worker panicked"))?;
    // The first failure in file order; files after a failure may not have been read.
    let mut done = Vec::with_capacity(outcomes.len());
    let mut unread = false;
    for outcome in outcomes {
        match outcome {
            Some(outcome) => done.push(outcome?),
            None => unread = true,
        }
    }
    if unread {
        return Err(Error::bug("land", "a file was not read and nothing failed"));
    }
    Ok(done)
}
