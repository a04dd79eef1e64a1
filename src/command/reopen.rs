//! `costmill reopen`: the way back. The next run publishes what was delivered since.

use super::books::{Books, closed_in_words};
use super::close::{now, who};
use super::console::Console;
use crate::cli::Reopen;
use crate::error::{Error, Result};
use crate::fault;
use crate::lake::Lake;
use crate::ledger::{Act, ClosingEvent, Closings, Ledger};
use crate::settings::Settings;
use std::collections::BTreeSet;

pub fn run(settings: &Settings, reopen: &Reopen, console: Console) -> Result<u8> {
    let month = reopen.period;
    let by = who(settings, reopen.by.as_deref())?;
    let reason = reopen.reason.trim();
    if reason.is_empty() {
        return Err(Error::settings(
            "--reason",
            "is empty",
            "say why: it stands on the pages that replace the issued ones",
        ));
    }
    let lake = Lake::open(&settings.lake)?;
    let _lock = lake.lock()?;
    let books = Books::read(&lake)?;
    let Some(closing) = books.closings.closed(month) else {
        let closed: Vec<String> = books.closings.closed_months().iter().map(ToString::to_string).collect();
        let remedy = format!("closed are: {}", if closed.is_empty() { "none".into() } else { closed.join(", ") });
        return Err(Error::settings(format!("reopen {month}"), "it is not closed", remedy));
    };
    // What a closed period's statements carry was charged there: opening this one would charge it twice.
    let carriers: BTreeSet<String> = books
        .adjustments
        .holding(&books.closings)
        .into_iter()
        .filter(|event| event.slot.month == month && books.is_closed(event.carrier))
        .map(|event| event.carrier.to_string())
        .collect();
    if let Some(carrier) = carriers.last() {
        let what = format!(
            "{} is closed and carries adjustments of {month}",
            carriers.iter().cloned().collect::<Vec<_>>().join(", ")
        );
        let remedy = format!("reopen {carrier} first: its statements charge what {month} would charge again");
        return Err(Error::settings(format!("reopen {month}"), what, remedy));
    }
    let event = ClosingEvent { period: month, at: now(settings), by, act: Act::Reopen { reason: reason.into() } };
    fault::point("reopen.before_ledger");
    Closings::record(&Ledger::of_lake(lake.home()), &event, &lake.temp()?)?;
    fault::point("reopen.after_ledger");
    console.say(&format!("{month} is open again; it was {}", closed_in_words(closing)));
    console.say("`costmill run` publishes what was delivered since, and replaces its pages");
    Ok(0)
}
