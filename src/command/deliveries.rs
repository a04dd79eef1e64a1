//! The deliveries of one source: found, fetched where they are elsewhere, landed.

use super::console::Console;
use super::progress::Progress;
use crate::error::{Error, Result};
use crate::extract::{Announced, DeclaredSet, Exports, Found, Location, Missing, Read};
use crate::focus::{Delivery, LandedDelivery};
use crate::format::Format;
use crate::lake::Lake;
use crate::land::{BasisWish, LandOptions, land, standing};
use crate::settings::{BasisChoice, Settings, Source};

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
    console: Console,
) -> Result<Taken> {
    let mut exports = Exports::open(location(source), format, &lake.fetched_folder(&source.id))?;
    let months = (!settings.periods.is_empty()).then_some(settings.periods.as_slice());
    let Found { announced, refused, late, waiting } = exports.find(months)?;
    let mut taken = Taken { refused, late, waiting, landed: Vec::new() };
    if let Some(dataset) = source.dataset.as_ref().and_then(|id| format.union?.dataset(id)) {
        console.say(&format!("{}: {}", source.id, dataset.says));
    }
    for announced in announced {
        let delivery = match read(&mut exports, &announced, console)? {
            Read::Delivery(delivery) => delivery,
            Read::Waits(missing) => {
                taken.waiting.push(missing);
                continue;
            }
            Read::Refused(missing) => {
                taken.refused.push(missing);
                continue;
            }
        };
        match land_delivery(settings, source, &exports, (&delivery, format), lake, console) {
            Ok(landed) => taken.landed.push(landed),
            Err(error @ (Error::Lake(_) | Error::Bug(_))) => return Err(error),
            Err(error) => taken.refused.push((delivery.months, error)),
        }
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
fn read(exports: &mut Exports, announced: &Announced, console: Console) -> Result<Read> {
    match exports.unfetched(announced) {
        0 => exports.read(announced, &|_| ()),
        bytes => {
            let what =
                format!("fetch {} {} ({bytes} bytes)", announced.source, periods(&announced.months, &announced.origin));
            let progress = Progress::start(console, &what, bytes, true);
            let read = exports.read(announced, &|bytes| progress.advance(bytes));
            progress.done();
            read
        }
    }
}

fn land_delivery(
    settings: &Settings,
    source: &Source,
    exports: &Exports,
    (delivery, format): (&Delivery, &'static Format),
    lake: &Lake,
    console: Console,
) -> Result<LandedDelivery> {
    let options = LandOptions {
        folder: lake.landed_folder(&source.id, &delivery.id),
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
    let progress = |what: &str| {
        Progress::start(console, &format!("{what} {} {of} ({} files)", source.id, delivery.files.len()), bytes, true)
    };
    if exports.is_remote() {
        if let Some(landed) = standing(delivery, format, &options)? {
            exports.release(delivery)?;
            return Ok(landed);
        }
        if delivery.files.iter().any(|file| !file.path.is_file()) {
            let progress = progress("fetch again");
            let fetched = exports.fetch(delivery, &|bytes| progress.advance(bytes));
            progress.done();
            fetched?;
        }
    }
    let progress = progress("land");
    let landed = land(delivery, format, &options, &|bytes| progress.advance(bytes));
    progress.done();
    let landed = landed?;
    exports.release(delivery)?;
    Ok(landed)
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
