//! Delivery → LandedDelivery: every column as the provider wrote it, as Parquet.
//!
//! Rows are read once, streaming; every cell is kept as text (a provider's float as its shortest
//! round-trip decimal), so that a column has one type in every month. While reading, the values
//! the mapping will need are checked and the native control totals are summed, so that an error
//! names file, row and column.

mod builder;
mod file;
mod input;
mod totaller;
mod totals;
mod twins;
mod write;

pub use totals::{NativeProof, native_proof};

use crate::error::{Error, Result};
use crate::focus::{
    BillingMonth, ControlTotals, Delivery, DeliveryKind, LandedDelivery, LandedFile, LandedPart, MoneyBasis,
};
use crate::format::{Format, Header};
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
    if let Some(landed) = read_landed(&options.folder)? {
        let wanted = options.basis;
        let kept = matches!(
            (wanted, landed.basis),
            (BasisWish::Auto, _) | (BasisWish::Gross, MoneyBasis::Gross) | (BasisWish::Net, MoneyBasis::Net)
        );
        if kept && landed.months == delivery.months {
            return Ok(landed);
        }
    }
    write::fresh_folder(&options.scratch)?;
    let outcomes = land_files(delivery, format, options, progress)?;
    let landed = assemble(delivery, format, options, outcomes)?;
    crate::fault::point("land.before_delivery_json");
    write::finish(&options.scratch, &options.folder, &landed)?;
    Ok(landed)
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
    options: &LandOptions,
    progress: &(dyn Fn(u64) + Sync),
) -> Result<Vec<FileOutcome>> {
    let first =
        delivery.files.first().ok_or_else(|| Error::source(&delivery.origin, "names no files", "check the export"))?;
    let header = Header::new(format.header, input::open(&first.path, &first.key)?.header().to_vec());
    let basis = choose_basis(format, &header, options.basis, &first.key)?;
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
            format,
            basis,
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

/// Net or gross, once per delivery, never per row.
fn choose_basis(format: &Format, header: &Header, wish: BasisWish, key: &str) -> Result<MoneyBasis> {
    let Some((_, first_net)) = format.native.net_columns.first() else {
        return Ok(MoneyBasis::Gross);
    };
    if wish == BasisWish::Gross || (wish == BasisWish::Auto && !header.has(first_net)) {
        return Ok(MoneyBasis::Gross);
    }
    let missing: Vec<_> = format
        .native
        .net_columns
        .iter()
        .enumerate()
        .filter(|(at, (gross, net))| !header.has(net) && (*at == 0 || header.has(gross)))
        .map(|(_, (_, net))| *net)
        .collect();
    if missing.is_empty() {
        return Ok(MoneyBasis::Net);
    }
    Err(Error::source(
        key,
        format!("has net costs but lacks {}", missing.join(", ")),
        "export these columns too, or say money_basis = \"gross\" for this source",
    ))
}

fn assemble(
    delivery: &Delivery,
    format: &Format,
    options: &LandOptions,
    outcomes: Vec<FileOutcome>,
) -> Result<LandedDelivery> {
    twins::refuse_twins(delivery, format, &outcomes)?;
    let mut native: BTreeMap<BillingMonth, ControlTotals> = BTreeMap::new();
    let mut residuals: BTreeMap<String, i128> = BTreeMap::new();
    let mut strays: BTreeMap<String, u64> = BTreeMap::new();
    let mut drift: Vec<String> = Vec::new();
    let mut columns: Vec<String> = Vec::new();
    let (mut files, mut parts): (Vec<LandedFile>, Vec<LandedPart>) = (Vec::new(), Vec::new());
    for (outcome, (file, hash)) in outcomes.into_iter().zip(delivery.files.iter().zip(&delivery.hashes)) {
        files.push(LandedFile { key: file.key.clone(), size: file.size, sha256: hash.clone(), rows: outcome.rows });
        parts.extend(outcome.parts);
        for name in outcome.columns {
            if !columns.contains(&name) {
                if is_drift(format, &name) {
                    drift.push(name.clone());
                }
                columns.push(name);
            }
        }
        for (month, totals) in outcome.native {
            let sum = native.entry(month).or_insert_with(|| ControlTotals::new(totals.columns.clone()));
            for (key, cell) in &totals.cells {
                if !sum.add(key, cell.rows, &cell.sums) {
                    return Err(Error::source(
                        &delivery.origin,
                        "a money total has more than 38 digits",
                        "check the export",
                    ));
                }
            }
        }
        for (name, residual) in outcome.residuals {
            *residuals.entry(name).or_default() += residual;
        }
        for (month, rows) in outcome.strays {
            *strays.entry(month).or_default() += rows;
        }
    }
    let rows: u64 = files.iter().map(|file| file.rows).sum();
    if rows == 0 {
        return Err(Error::source(
            &delivery.origin,
            "holds no charges: every file ends after its header",
            "an empty delivery would replace the period by nothing; deliver the period again or take the files away",
        ));
    }
    if let Some(month) = delivery.months.iter().find(|month| !native.contains_key(month)) {
        return Err(Error::source(
            &delivery.origin,
            format!("holds no charge of {month}, which it declares"),
            "it would replace the period by nothing: take the period out of billing_periods, or add its files",
        ));
    }
    let residuals = residuals
        .into_iter()
        .filter(|(_, residual)| *residual != 0)
        .map(|(name, residual)| (name, residual.to_string()))
        .collect();
    Ok(LandedDelivery {
        id: delivery.id.clone(),
        source: delivery.source.clone(),
        format: format.id.into(),
        kind: delivery.kind,
        months: delivery.months.clone(),
        origin: delivery.origin.clone(),
        basis: outcomes_basis(format, &columns, options.basis),
        columns,
        files,
        parts,
        native,
        residuals,
        strays,
        drift,
        folder: options.folder.clone(),
    })
}

fn outcomes_basis(format: &Format, columns: &[String], wish: BasisWish) -> MoneyBasis {
    let header = Header::new(format.header, columns.to_vec());
    choose_basis(format, &header, wish, "").unwrap_or(MoneyBasis::Gross)
}

/// A column that the format neither maps nor knows.
fn is_drift(format: &Format, name: &str) -> bool {
    let known = format.native.known.iter().any(|known| name.starts_with(known));
    let mapped = || format.mapping.iter().any(|(_, from)| from.reads().contains(&name));
    !known && !mapped()
}

/// The folder of a file set's rows: a whole-period delivery keeps strays, a file set refuses them.
pub(crate) fn keeps_strays(kind: DeliveryKind) -> bool {
    kind == DeliveryKind::WholePeriod
}
