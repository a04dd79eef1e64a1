//! `costmill run`: the night. Stage, prove, commit once, then switch the reports.

use super::books::Books;
use super::catalogue::{self, Checked};
use super::console::Console;
use super::derived::{DerivedTables, Known, Ledgered, derive};
use super::gaps::{self, Looker};
use super::inputs::{self, Inputs};
use super::later::LaterDeliveries;
use super::output::Work;
use super::prove::prove_slot;
use super::recorder::Recorder;
use super::reporting::{self, SlotRates};
use super::tables::{LakeTables, derived_frames, dimension_names};
use super::timings::Timings;
use super::versions::Versions;
use super::{
    answers, archive, deliver, drift, external, hooks, output, rendered, review, run_record, shadow, slices, slot,
};
use crate::cli::Run;
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::{BillingMonth, Slot};
use crate::lake::{Lake, RunLock, SlotRecord, Snapshot};
use crate::ledger::Ledger;
use crate::report;
use crate::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// What a run holds to its end.
#[derive(Default)]
struct Held {
    lake: Option<(Lake, RunLock)>,
    checked: Option<Checked>,
}

/// Runs every stage for every configured source, delivers, tells the hooks, and keeps a record of it; returns the exit
/// status.
pub fn run(settings: &Settings, asked: &Run, console: Console) -> Result<u8> {
    let recorder = Recorder::start(settings, asked);
    let mut held = Held::default();
    let night = nights(settings, &recorder, &mut held, console);
    let has_pages = night.is_ok();
    let mut status = night.unwrap_or_else(|error| {
        console.problem(&error);
        error.exit_code()
    });
    if has_pages {
        let delivered = recorder.timings.time("deliver", || hand_out(settings, &held, &recorder, console));
        status = shadow::status(&delivered, console, status);
    }
    let told = hooks::tell(settings, &recorder, status, console);
    status = shadow::status(&told, console, status);
    let record = recorder.record(status, console);
    // The record is about the run and no part of it. One that failed for its disk has said so.
    match run_record::keep(settings, held.lake.as_ref(), &record) {
        Err(error) if status != 1 => console.warning(&format!("no record of this run is kept: {error}")),
        _ => {}
    }
    let written = asked.record.as_ref().map(|path| run_record::write(path, &record, console));
    if let Some(Err(error)) = written {
        status = shadow::status(&[error], console, status);
    }
    if asked.timings {
        console.answer(&format!("{}\n", recorder.timings.line()))?;
    }
    Ok(status)
}

/// Delivers what the output folder has now.
fn hand_out(settings: &Settings, held: &Held, recorder: &Recorder, console: Console) -> Vec<Error> {
    match (&held.lake, &held.checked) {
        (Some((lake, _)), Some(checked)) if !settings.deliver.is_empty() => {
            match Books::read(lake).and_then(|books| Ok((books, lake.snapshot()?))) {
                Ok((books, snapshot)) => {
                    let published = snapshot.slots.keys().map(|slot| slot.month).collect();
                    deliver::deliver(settings, (&books, &published, &checked.templates), recorder, console)
                }
                Err(error) => vec![error],
            }
        }
        _ => Vec::new(),
    }
}

/// How often a night is gone through again because others published meanwhile.
const AGAIN: u32 = 5;

/// A night, and again where another host published other slots between its beginning and its commit: its reports and
/// derived tables would be of a lake that never was.
fn nights(settings: &Settings, recorder: &Recorder, held: &mut Held, console: Console) -> Result<u8> {
    let mut published = false;
    for _ in 0..AGAIN {
        held.lake = None;
        match night(settings, recorder, (held, published), console)? {
            Some(status) => return Ok(status),
            None => published = true,
        }
        console.say("others published or closed meanwhile: the reports are made of all of it");
    }
    let what = format!("other runs published {AGAIN} times while this one was at work; its reports are not made");
    Err(Error::lake(settings.lake.to_string(), what, "run again when they are done; what was published stands"))
}

/// The exit status; `None` where it was overtaken. `already`: this run has published before.
fn night(
    settings: &Settings,
    recorder: &Recorder,
    (held, already): (&mut Held, bool),
    console: Console,
) -> Result<Option<u8>> {
    let (timings, as_of) = (&recorder.timings, recorder.as_of);
    let checked = &*held.checked.insert(catalogue::load_or_first(settings, console)?);
    output::probe(&settings.output)?;
    let lake = Lake::open(&settings.lake)?;
    let lock = lake.lock()?;
    let lake = &held.lake.insert((lake, lock)).0;
    let base = lake.snapshot()?;
    let mut books = Books::read(lake)?;
    books.check(&base)?;
    let known = Known::read(settings, &checked.catalogue, lake, as_of)?;
    shadow::refuse_published(settings, &base)?;
    // What goes wrong beside the bill, with a shadow, a driver or the utilisation, stops nothing.
    let Inputs { mut slots, mut problems, late, shadows, shadow_problems: mut beside, dumps } =
        timings.time("land", || inputs::gather(settings, (lake, &base), (recorder, console)))?;
    let waits = !late.is_empty();
    beside.extend(late);
    if !shadows.is_empty() {
        beside.extend(timings.time("shadow", || shadow::take(lake, &shadows, console))?);
    }
    beside.extend(slices::hold_emptied(lake, &base, &books, &dumps, &mut slots)?);
    // A closed period is never published again: what comes for it becomes an adjustment.
    let (closed, slots): (BTreeMap<_, _>, BTreeMap<_, _>) =
        slots.into_iter().partition(|(slot, _)| books.is_closed(slot.month));
    let mut ties = Vec::new();
    let later = LaterDeliveries { settings, lake, base: &base, as_of, dumps: &dumps, console };
    let adjustments = timings.time("prove", || later.take(&closed, &mut books, &mut ties))?;
    // What has no rate is told as what the analyst can put right, and is not published.
    let (rates, refused) = reporting::rates_of(settings, slots.iter());
    // What does not tie is told above all.
    let status = |status: u8| if refused.is_empty() || status == 4 { status } else { 2 };
    problems.extend(refused.iter().cloned());
    let mut staged = stage(settings, (lake, &base), (&slots, &rates), (timings, console), &mut ties)?;
    drop_overlaps(settings, &base, &mut staged, &mut ties);
    let answers = timings.time("ask", || {
        let about = base.staged(&staged);
        answers::ask(settings, (lake, &about, &books), (recorder, console), &mut beside)
    });
    let settings = &answers::with(settings, &answers);
    external::gate((settings, &books, as_of), &base, &mut staged, (&mut ties, &mut beside), console);
    let snapshot = base.staged(&staged);
    reporting::warnings(settings, &snapshot, &books).iter().for_each(|line| console.warning(line));

    let months = months(settings, &snapshot);
    // Derived tables are no part of a closing, and stay with it as long as they can be read.
    let made_again = |month: &BillingMonth| {
        !books.is_closed(*month) || derived_frames(lake, Some(*month)).map_or(true, |frames| frames.is_empty())
    };
    let open: Vec<BillingMonth> = months.iter().copied().filter(made_again).collect();
    let work = Work::begin(&settings.output)?;
    let at = (lake, &snapshot);
    let versions = Versions::new(lake, &staged)?;
    let ledgered = Ledgered { known: &known, books: &books, versions: &versions, answers: &answers };
    let derived = timings.time("find waste", || derive(settings, checked, at, &open, &ledgered, &mut beside));
    let made = derived.and_then(|derived| {
        let pages = || pages(settings, checked, at, (&months, &books), as_of, &derived, &work);
        timings.time("report", pages)?;
        Ok(derived)
    });
    let derived = match made {
        Ok(derived) => derived,
        // The reports are the last stage of the proof: what they show must tie, or nothing is published.
        Err(error) => {
            problems.extend(ties);
            problems.push(error);
            return Ok(Some(status(shadow::status(
                &beside,
                console,
                verdict(&problems, true, already, &base, console),
            ))));
        }
    };
    work.seal()?;
    let gaps = Looker { lake, snapshot: &snapshot, settings, as_of }.now(&books)?;
    recorder.gaps(&gaps, console);
    beside.extend(gaps.iter().map(gaps::error));
    let columns = staged.iter().filter_map(|(slot, record)| drift::told(&base, &snapshot, slot, record));
    columns.for_each(|line| console.warning(&line));
    fault::point("run.before_commit");
    let published: Vec<Slot> = staged.keys().cloned().collect();
    let mut version = base.version;
    if !staged.is_empty() {
        Books::refuse_closed(lake, published.iter())?;
        let records = staged.clone();
        version = timings.time("publish", || lake.commit(&base, staged))?.version;
        recorder.published(version, &records);
        let names: Vec<_> = published.iter().map(ToString::to_string).collect();
        console.say(&format!("published version {}: {}", version.unwrap_or_default(), names.join(", ")));
        let back = Books::give_back(lake, &base)?;
        back.iter().for_each(|slot| {
            console.say(&format!("{slot} was closed by another host meanwhile: it stands again as it was closed"));
        });
        // Events of others, a closing say, are read before anything is written that follows from the ledger.
        let has_moved = Ledger::of_lake(lake.home()).has_moved()?;
        if has_moved || !back.is_empty() || version != Some(base.version.map_or(0, |before| before + 1)) {
            return Ok(None);
        }
    } else if ties.is_empty() && problems.is_empty() && adjustments.is_empty() && !waits && !already {
        console.say("nothing new: every billing period is published as delivered");
    }
    fault::point("run.after_commit");
    derived.write(lake, version)?;
    recorder.new_findings(&derived.new);
    books.record(lake, &adjustments)?;
    let has_pages = !work.is_empty()?;
    work.switch()?;
    if has_pages {
        console.say(&format!("reports: {}", settings.output.join("index.html").display()));
    }
    problems.extend(ties.iter().cloned());
    let published = already || !published.is_empty();
    let verdict = verdict(&problems, !ties.is_empty(), published, &snapshot, console);
    Ok(Some(status(shadow::status(&beside, console, verdict))))
}

/// Builds, stages and proves the slots that are not published as they would be now.
fn stage(
    settings: &Settings,
    (lake, base): (&Lake, &Snapshot),
    (slots, rates): (&BTreeMap<Slot, Vec<crate::focus::LandedDelivery>>, &SlotRates),
    (timings, console): (&Timings, Console),
    ties: &mut Vec<Error>,
) -> Result<BTreeMap<Slot, SlotRecord>> {
    let (policy, names) = (&settings.policy, dimension_names(settings));
    let mut staged = BTreeMap::new();
    for (slot, deliveries) in slots {
        let Some(reporting) = rates.get(slot).map(Option::as_ref) else { continue };
        let key = slot::publication_key(deliveries, policy, reporting)?;
        if base.slots.get(slot).is_some_and(|record| record.publication_key == key) {
            continue;
        }
        let record = match slot::build(lake, slot, deliveries, (policy, reporting), (timings, console)) {
            Ok(record) => record,
            Err(error @ (Error::Tie(_) | Error::Source(_))) => {
                ties.push(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        fault::point("run.before_proof");
        let alone = base.staged(&BTreeMap::from([(slot.clone(), record.clone())]));
        let (proof, differences) = timings.time("prove", || prove_slot(lake, &alone, slot, &names))?;
        let changed = deliveries.iter().try_for_each(|delivery| slot::check_parts(lake, delivery, slot));
        if differences.is_empty() && changed.is_ok() {
            let record = SlotRecord { control: proof.cost, ..record };
            console.say(&format!("ties {slot}: {} rows, {}", record.rows, totals(&record)));
            staged.insert(slot.clone(), record);
        } else {
            ties.extend(differences.iter().map(crate::reconcile::Difference::error));
            ties.extend(changed.err());
        }
    }
    Ok(staged)
}

fn totals(record: &SlotRecord) -> String {
    let billed = record.control.by_currency("BilledCost");
    billed.iter().map(|(currency, sum)| format!("BilledCost {sum} {currency}")).collect::<Vec<_>>().join(", ")
}

/// Periods of sources that overlap are not published.
fn drop_overlaps(settings: &Settings, base: &Snapshot, staged: &mut BTreeMap<Slot, SlotRecord>, ties: &mut Vec<Error>) {
    let all = base.staged(staged);
    let overlaps =
        inputs::overlapping_sources(settings, all.slots.iter().map(|(slot, record)| (slot, &record.control)));
    if overlaps.is_empty() {
        return;
    }
    let months: BTreeSet<String> =
        overlaps.iter().filter_map(|error| error.problem().place.split(',').next().map(str::to_string)).collect();
    staged.retain(|slot, _| !months.contains(&slot.month.to_string()));
    ties.extend(overlaps);
}

/// The billing periods whose reports are made: those asked for, or all that are published.
pub fn months(settings: &Settings, snapshot: &Snapshot) -> Vec<BillingMonth> {
    let all: BTreeSet<BillingMonth> = snapshot.slots.keys().map(|slot| slot.month).collect();
    all.into_iter().filter(|month| settings.periods.is_empty() || settings.periods.contains(month)).collect()
}

/// Writes the pages of the months that changed, and the index of all.
fn pages(
    settings: &Settings,
    checked: &Checked,
    (lake, snapshot): (&Lake, &Snapshot),
    (months, books): (&[BillingMonth], &Books),
    as_of: chrono::NaiveDate,
    derived: &DerivedTables,
    work: &Work,
) -> Result<()> {
    let mut made = BTreeMap::new();
    for month in months {
        if let Some(closing) = books.closings.closed(*month) {
            made.insert(*month, archive::stand(lake, &settings.output, closing, work)?);
            continue;
        }
        let derived = Some(derived.frames(*month));
        let tables = LakeTables { lake, snapshot, dimensions: dimension_names(settings), derived };
        made.insert(*month, review::review(settings, checked, &tables, (books, *month, as_of), work)?);
    }
    if made.is_empty() {
        return Ok(());
    }
    // Months that nobody asked for this time are linked where their pages stand.
    let all: BTreeSet<BillingMonth> = snapshot.slots.keys().map(|slot| slot.month).collect();
    for month in all.into_iter().filter(|month| !months.contains(month)) {
        made.extend(rendered::standing(&settings.output, month).map(|pages| (month, pages)));
    }
    let made: Vec<_> = made.into_values().collect();
    work.write(&report::index(&made, &checked.templates)?)
}

/// Tells what went wrong and what stands, and picks the exit status.
fn verdict(problems: &[Error], untied: bool, published: bool, snapshot: &Snapshot, console: Console) -> u8 {
    problems.iter().for_each(|error| console.problem(error));
    if problems.is_empty() {
        return 0;
    }
    if !published {
        let standing: Vec<_> = snapshot.slots.keys().map(ToString::to_string).collect();
        let standing = if standing.is_empty() { "nothing".into() } else { standing.join(", ") };
        console.warning(&format!("nothing new was published; published before and unchanged: {standing}"));
    }
    let tie = problems.iter().any(|error| matches!(error, Error::Tie(_)));
    match (untied && tie, published) {
        (true, _) => 4,
        (false, true) => 3,
        (false, false) => problems.iter().map(Error::exit_code).min().unwrap_or(1),
    }
}
