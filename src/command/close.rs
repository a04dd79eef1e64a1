//! `costmill close`: freezes a billing period, with a record of who, when, and exactly what.

use super::books::{Books, closed_in_words, frozen_slot};
use super::catalogue;
use super::console::Console;
use super::derived::{Known, Ledgered, derive};
use super::output::{self, Work};
use super::prove::prove_slot;
use super::reporting::rates_of_one;
use super::rests_on::of_month;
use super::review::issue;
use super::slot::{check_parts, publication_key};
use super::tables::{LakeTables, dimension_names};
use super::versions::Versions;
use super::{answers, archive, external, rendered};
use crate::cli::Close;
use crate::error::{Error, Problem, Result};
use crate::fault;
use crate::focus::{BillingMonth, PeriodState, Policy, Slot};
use crate::lake::{Lake, SlotRecord, Snapshot};
use crate::land::read_landed;
use crate::ledger::{Act, ClosingEvent, Closings, Frozen, FrozenPages, Ledger};
use crate::report;
use crate::settings::Settings;
use crate::transform::policy::fingerprint;
use chrono::{DateTime, NaiveTime, Utc};
use std::collections::{BTreeMap, BTreeSet};

pub fn run(settings: &Settings, close: &Close, console: Console) -> Result<u8> {
    let month = close.period;
    let checked = catalogue::load_or_first(settings, console)?;
    let by = who(settings, close.by.as_deref())?;
    output::probe(&settings.output)?;
    let lake = Lake::open(&settings.lake)?;
    let _lock = lake.lock()?;
    let mut books = Books::read(&lake)?;
    let snapshot = lake.snapshot()?;
    books.check(&snapshot)?;
    if let Some(closing) = books.closings.closed(month) {
        console.say(&format!("{month} is {} already; nothing is changed", closed_in_words(closing)));
        let work = Work::begin(&settings.output)?;
        return switch(settings, &lake, &books, &snapshot, month, work, &checked).map(|()| 0);
    }
    let at = now(settings);
    let answers = answers::kept(settings, &lake, &snapshot, &books, at.date_naive());
    answers.problems.iter().for_each(|problem| console.problem(problem));
    let settings = &answers::with(settings, &answers);
    let slots = ready(settings, &lake, &snapshot, month)?;
    let (state, reason) = books.month_state(settings, &snapshot, month, at.date_naive());
    if state < PeriodState::Final && !close.force {
        let what = format!("it is {state}: {reason}");
        let remedy =
            "wait until it is final, or close it as it is with --force: what comes later becomes an adjustment";
        return Err(Error::settings(format!("close {month}"), what, remedy));
    }
    let told = external::differences(settings, &snapshot, (&books, month, at.date_naive()));
    told.warnings.iter().for_each(|warning| console.warning(&warning.to_string()));
    if !close.force {
        if let Some(silent) = answers::silent(settings, &answers, &snapshot, month, at.date_naive()) {
            return Err(silent);
        }
        if let Some((error, _)) = told.gates.into_iter().next() {
            let Problem { place, what, .. } = error.problem();
            return Err(Error::tie(place, what, "find out which is wrong, or close it as it is with --force"));
        }
    }
    // Made again of what is closed: those of the last run may be of another snapshot, of other totals, or not there.
    let known = Known::read(settings, &checked.catalogue, &lake, at.date_naive())?;
    let versions = Versions::new(&lake, &BTreeMap::new())?;
    let ledgered = Ledgered { known: &known, books: &books, versions: &versions, answers: &answers };
    let mut problems = Vec::new();
    let derived = derive(settings, &checked, (&lake, &snapshot), &[month], &ledgered, &mut problems)?.tables_only();
    problems.iter().for_each(|problem| console.problem(problem));
    let policy = stored(&settings.policy)?;
    let frozen = Frozen {
        version: snapshot.version.unwrap_or_default(),
        state,
        note: close.note.clone().unwrap_or_default(),
        slots: slots.iter().map(|(slot, record)| (slot.source.clone(), frozen_slot(record))).collect(),
        policy,
        pages: FrozenPages { folder: String::new(), key: String::new(), files: Default::default() },
    };
    let mut event = ClosingEvent { period: month, at, by, act: Act::Close(Box::new(frozen)) };
    // The pages say that the period is closed before the ledger does: they are part of what it records.
    books.closings = books.closings.with(event.clone());
    let work = Work::begin(&settings.output)?;
    let tables = LakeTables {
        lake: &lake,
        snapshot: &snapshot,
        dimensions: dimension_names(settings),
        derived: Some(derived.frames(month)),
    };
    let pages = issue(settings, &checked, &tables, (&books, month, at.date_naive()), &work)?;
    work.seal()?;
    let kept = archive::keep(&lake, &work, month, pages.key)?;
    if let Act::Close(frozen) = &mut event.act {
        frozen.pages = kept;
    }
    // By another host: on one, the lock keeps runs away.
    if of_month(&lake.snapshot()?, month).ne(of_month(&snapshot, month)) {
        let what = "was published again while it was being closed: nothing was closed";
        return Err(Error::lake(format!("close {month}"), what, "look at its figures, and close it again"));
    }
    // Before the event: nothing makes them again once the period is closed, and nothing rests on them before.
    derived.write(&lake, snapshot.version)?;
    fault::point("close.before_ledger");
    Closings::record(&Ledger::of_lake(lake.home()), &event, &lake.temp()?)?;
    fault::point("close.after_ledger");
    let back = Books::give_back(&lake, &snapshot)?;
    if !back.is_empty() {
        back.iter().for_each(|slot| {
            console.say(&format!("{slot} was published by another host meanwhile: it stands again as it was closed"));
        });
        derived.write(&lake, lake.snapshot()?.version)?;
    }
    let books = Books::read(&lake)?;
    for (slot, record) in &slots {
        let totals = record.control.by_currency("EffectiveCost");
        let totals: Vec<_> = totals.iter().map(|(currency, sum)| format!("EffectiveCost {sum} {currency}")).collect();
        console.say(&format!("closed {slot}: {} rows, {}", record.rows, totals.join(", ")));
    }
    switch(settings, &lake, &books, &snapshot, month, work, &checked)?;
    let by = &event.by;
    console.say(&format!(
        "{month} is closed by {by} as version {}; later deliveries become adjustments",
        snapshot.version.unwrap_or_default()
    ));
    Ok(0)
}

/// The time of the command: the clock's, or the first second of the day that stands for it.
pub fn now(settings: &Settings) -> DateTime<Utc> {
    match settings.as_of {
        Some(day) => day.and_time(NaiveTime::MIN).and_utc(),
        None => Utc::now(),
    }
}

/// The policy as JSON, read back once: years later it must still say whose a charge was.
fn stored(policy: &Policy) -> Result<String> {
    let bug = |what: String| Error::bug("policy", what);
    let text = serde_json::to_string(policy).map_err(|error| bug(error.to_string()))?;
    let read: Policy = serde_json::from_str(&text).map_err(|error| bug(error.to_string()))?;
    match fingerprint(&read) == fingerprint(policy) {
        true => Ok(text),
        false => Err(bug("is another one when it is read back".into())),
    }
}

/// Who does it: as typed, or the user of the process.
pub fn who(settings: &Settings, typed: Option<&str>) -> Result<String> {
    let name = typed.map(str::to_string).or_else(|| settings.user.clone()).map(|name| name.trim().to_string());
    name.filter(|name| !name.is_empty()).ok_or_else(|| {
        let what = "nobody is named, and the environment names no user";
        Error::settings("--by", what, "say who decides it: --by \"Anna Berg\"")
    })
}

/// The slots of a period that can be closed: published, proved again from their files, and what a run would publish.
fn ready(
    settings: &Settings,
    lake: &Lake,
    snapshot: &Snapshot,
    month: BillingMonth,
) -> Result<Vec<(Slot, SlotRecord)>> {
    let slots: Vec<(Slot, SlotRecord)> =
        of_month(snapshot, month).map(|(slot, record)| (slot.clone(), record.clone())).collect();
    if slots.is_empty() {
        let known: BTreeSet<String> = snapshot.slots.keys().map(|slot| slot.month.to_string()).collect();
        let known: Vec<String> = known.into_iter().collect();
        let remedy = format!("published are: {}", if known.is_empty() { "none".into() } else { known.join(", ") });
        return Err(Error::settings("close", format!("{month} is not published"), remedy));
    }
    for (slot, record) in &slots {
        let mut deliveries = Vec::new();
        for id in record.delivery.split('+') {
            let folder = lake.landed_folder(&slot.source, id)?;
            let gone = || {
                let place = format!("{slot}: {}", folder.display());
                Error::tie(place, "is gone, so it cannot be proved", "restore it, or run again")
            };
            let delivery = read_landed(&folder)?.ok_or_else(gone)?;
            check_parts(lake, &delivery, slot)?;
            deliveries.push(delivery);
        }
        let reporting = rates_of_one(settings, slot, &deliveries)?;
        if publication_key(&deliveries, &settings.policy, reporting.as_ref())? != record.publication_key {
            let what = "was published with another policy, with other rates or by another costmill than this one";
            let remedy = "run `costmill run`, look at the figures, and close them then; a source that is delivered no more \
                          keeps what it was published with: put its rates back into the file";
            return Err(Error::settings(format!("close {slot}"), what, remedy));
        }
        let (_, differences) = prove_slot(lake, snapshot, slot, &dimension_names(settings))?;
        if let Some(difference) = differences.first() {
            return Err(difference.error());
        }
    }
    Ok(slots)
}

/// The issued pages and the index appear. A close that died before this is finished by the next run, or by the
/// same command again.
fn switch(
    settings: &Settings,
    lake: &Lake,
    books: &Books,
    snapshot: &Snapshot,
    month: BillingMonth,
    work: Work,
    checked: &catalogue::Checked,
) -> Result<()> {
    let Some(closing) = books.closings.closed(month) else { return Ok(()) };
    let mut made = Vec::new();
    let months: BTreeSet<BillingMonth> = snapshot.slots.keys().map(|slot| slot.month).collect();
    for other in months {
        match other == month {
            true => made.push(archive::stand(lake, &settings.output, closing, &work)?),
            false => made.extend(rendered::standing(&settings.output, other)),
        }
    }
    work.write(&report::index(&made, &checked.templates)?)?;
    work.seal()?;
    work.switch()
}
