//! The deliveries of one source: found, fetched where they are elsewhere, landed.

use super::console::Console;
use super::progress::Progress;
use super::recorder::Recorder;
use super::standing::Standing;
use crate::error::{Error, Result};
use crate::extract::{Announced, DeclaredSet, Exports, Found, Location, Missing, Read};
use crate::focus::{Delivery, LandedDelivery};
use crate::format::Format;
use crate::lake::Lake;
use crate::land::{BasisWish, LandOptions, land, read_landed, standing};
use crate::ledger::SourceRun;
use crate::settings::{BasisChoice, Settings, Source};
use std::sync::atomic::{AtomicU64, Ordering};

/// What was taken of a source, and what was not.
#[derive(Default)]
pub struct Taken {
    pub landed: Vec<LandedDelivery>,
    pub refused: Vec<Missing>,
    /// Changing while it is read: its periods wait.
    pub waiting: Vec<Missing>,
    pub late: Vec<Error>,
}

/// Lands every delivery of a source that is not landed yet. From a store, one delivery after the other is fetched,
/// landed, and taken off the disk again.
pub fn land_source(
    settings: &Settings,
    source: &Source,
    format: &'static Format,
    lake: &Lake,
    (recorder, console): (&Recorder, Console),
) -> Result<Taken> {
    let mut note = Standing::read(lake, source)?;
    let mut run = SourceRun { source: source.id.clone(), ..SourceRun::default() };
    let taken = look(settings, source, format, lake, (&mut note, &mut run), console);
    if let Ok(taken) = &taken {
        let months = (!settings.periods.is_empty()).then_some(settings.periods.as_slice());
        note.looked(lake, taken, months)?;
        run.count(taken);
    }
    recorder.source(run);
    taken
}

/// The numbers of what was taken and what was not.
pub trait Count {
    fn count(&mut self, taken: &Taken);
}

impl Count for SourceRun {
    fn count(&mut self, taken: &Taken) {
        let count = |all: usize| u64::try_from(all).unwrap_or(u64::MAX);
        self.refused = count(taken.refused.len());
        self.waiting = count(taken.waiting.len());
        self.deliveries = count(taken.landed.len() + taken.refused.len() + taken.waiting.len());
        self.unchanged = count(taken.landed.len()) - self.landed;
    }
}

fn look(
    settings: &Settings,
    source: &Source,
    format: &'static Format,
    lake: &Lake,
    (note, run): (&mut Standing, &mut SourceRun),
    console: Console,
) -> Result<Taken> {
    let mut exports = Exports::open(location(source), format, &lake.fetched_folder(&source.id)?)?;
    let months = (!settings.periods.is_empty()).then_some(settings.periods.as_slice());
    let Found { announced, refused, late, waiting } = exports.find(months)?;
    let mut taken = Taken { refused, late, waiting, landed: Vec::new() };
    if let Some(dataset) = source.dataset.as_ref().and_then(|id| format.union?.dataset(id)) {
        console.say(&format!("{}: {}", source.id, dataset.says));
    }
    for announced in announced {
        let before = run.bytes_read;
        let outcome = match read(&mut exports, &announced, run, console)? {
            Read::Delivery(delivery) => take(settings, source, &mut exports, (delivery, format), lake, (run, console))?,
            Read::Waits(missing) => Outcome::Waits(missing),
            Read::Refused(missing) => Outcome::Refused(missing),
        };
        match outcome {
            Outcome::Landed(landed) => {
                if before != run.bytes_read {
                    run.landed += 1;
                    run.rows_landed += landed.files.iter().map(|file| file.rows).sum::<u64>();
                    note.landed(lake, &landed)?;
                }
                taken.landed.push(*landed);
            }
            Outcome::Waits(missing) => taken.waiting.push(missing),
            Outcome::Refused(missing) => taken.refused.push(missing),
        }
    }
    if exports.is_remote() {
        lake.share_fetched(&source.id)?;
    }
    Ok(taken)
}

pub fn location(source: &Source) -> Location {
    let file_sets = source.file_sets.iter();
    Location {
        source: source.id.clone(),
        folder: source.location.clone(),
        store: source.store.clone(),
        dataset: source.dataset.clone(),
        file_sets: file_sets
            .map(|s| DeclaredSet {
                months: s.billing_periods.clone(),
                range: s.range,
                dataset: s.dataset.clone(),
                files: s.files.clone(),
            })
            .collect(),
    }
}

/// Reads a delivery, with a word where something has to be fetched for it.
fn read(exports: &mut Exports, announced: &Announced, run: &mut SourceRun, console: Console) -> Result<Read> {
    match exports.unfetched(announced) {
        0 => exports.read(announced, &|_| ()),
        bytes => {
            let what =
                format!("fetch {} {} ({bytes} bytes)", announced.source, periods(&announced.months, &announced.origin));
            let progress = Progress::start(console, &what, bytes, true);
            let fetched = AtomicU64::new(0);
            let read = exports.read(announced, &|bytes| {
                fetched.fetch_add(bytes, Ordering::Relaxed);
                progress.advance(bytes);
            });
            progress.done();
            run.bytes_fetched += fetched.into_inner();
            read
        }
    }
}

/// What became of a delivery that was found.
enum Outcome {
    Landed(Box<LandedDelivery>),
    Waits(Missing),
    Refused(Missing),
}

/// Lands a delivery. Errors: `Lake` and `Bug`; all others are the delivery's.
fn take(
    settings: &Settings,
    source: &Source,
    exports: &mut Exports,
    (delivery, format): (Delivery, &'static Format),
    lake: &Lake,
    (run, console): (&mut SourceRun, Console),
) -> Result<Outcome> {
    let months = delivery.months.clone();
    match land_delivery(settings, source, exports, (delivery, format), lake, (run, console)) {
        Err(error @ (Error::Lake(_) | Error::Bug(_))) => Err(error),
        Err(error) => Ok(Outcome::Refused((months, error))),
        outcome => outcome,
    }
}

fn land_delivery(
    settings: &Settings,
    source: &Source,
    exports: &mut Exports,
    (mut delivery, format): (Delivery, &'static Format),
    lake: &Lake,
    (run, console): (&mut SourceRun, Console),
) -> Result<Outcome> {
    let options = LandOptions {
        folder: lake.landed_folder(&source.id, &delivery.id)?,
        scratch: lake.temp()?.join(format!("land-{}", delivery.id)),
        basis: match source.money_basis {
            BasisChoice::Auto => BasisWish::Auto,
            BasisChoice::Gross => BasisWish::Gross,
            BasisChoice::Net => BasisWish::Net,
        },
        workers: workers(settings),
    };
    let bytes = delivery.files.iter().map(|file| file.size).sum();
    let of = periods(&delivery.months, &delivery.origin);
    let files = delivery.files.len();
    let progress =
        |what: &str| Progress::start(console, &format!("{what} {} {of} ({files} files)", source.id), bytes, true);
    if exports.is_remote() {
        // Its first part tells the money basis, where the delivery was landed by another host.
        if let Some(landed) = read_landed(&options.folder)? {
            lake.fetch_parts(&landed, landed.parts.iter().take(1))?;
        }
        if let Some(landed) = standing(&delivery, format, &options)? {
            lake.keep_landed(&landed)?;
            exports.release(&delivery)?;
            return Ok(Outcome::Landed(Box::new(landed)));
        }
        if delivery.files.iter().any(|file| !file.path.is_file()) {
            let progress = progress("fetch again");
            let arrived = AtomicU64::new(0);
            let fetched = exports.fetch(delivery.clone(), &|bytes| {
                arrived.fetch_add(bytes, Ordering::Relaxed);
                progress.advance(bytes);
            });
            progress.done();
            run.bytes_fetched += arrived.into_inner();
            match fetched? {
                Read::Delivery(fetched) if fetched.id == delivery.id => delivery = fetched,
                // It was written again since it was read.
                Read::Delivery(other) => {
                    return land_delivery(settings, source, exports, (other, format), lake, (run, console));
                }
                Read::Waits(missing) => return Ok(Outcome::Waits(missing)),
                Read::Refused(missing) => return Ok(Outcome::Refused(missing)),
            }
        }
    } else if let Some(landed) = standing(&delivery, format, &options)? {
        // Nothing is said of what stands.
        lake.keep_landed(&landed)?;
        exports.release(&delivery)?;
        return Ok(Outcome::Landed(Box::new(landed)));
    }
    let progress = progress("land");
    let read = AtomicU64::new(0);
    let landed = land(&delivery, format, &options, &|bytes| {
        read.fetch_add(bytes, Ordering::Relaxed);
        progress.advance(bytes);
    });
    progress.done();
    run.bytes_read += read.into_inner();
    let landed = match landed {
        Err(error @ Error::Source(_)) => {
            exports.doubt(&delivery)?;
            return Err(error);
        }
        landed => landed?,
    };
    lake.keep_landed(&landed)?;
    exports.release(&delivery)?;
    Ok(Outcome::Landed(Box::new(landed)))
}

/// What a delivery is of; a slice says its periods when it has been read.
fn periods(months: &[crate::focus::BillingMonth], origin: &str) -> String {
    match months {
        [] => origin.to_string(),
        months => months.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
    }
}

/// A file being landed holds one part in memory; as many at once as the limit has room for.
fn workers(settings: &Settings) -> usize {
    const BASE: u64 = 384 << 20;
    const EACH: u64 = 256 << 20;
    let room = settings.memory_limit.saturating_sub(BASE) / EACH;
    settings.threads.min(usize::try_from(room).unwrap_or(1)).max(1)
}
