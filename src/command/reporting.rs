//! The reporting currency in a run: which rates a slot is converted with, what is refused for want of one, and where the
//! rates file says otherwise than what is frozen.

use super::books::Books;
use crate::error::{Error, Result};
use crate::focus::reporting::is_code;
use crate::focus::{BillingMonth, LandedDelivery, Reporting, Slot};
use crate::lake::Snapshot;
use crate::settings::Settings;
use crate::transform::{RateRow, reporting_rate_frame};
use polars::prelude::DataFrame;
use std::collections::{BTreeMap, BTreeSet};

/// The rates of each slot; `None` without a reporting currency.
pub type SlotRates = BTreeMap<Slot, Option<Reporting>>;

/// What each slot is converted with. A billing period that lacks a rate is left out whole: a sum of some of its sources
/// would look like that of all. The errors are `Settings`, one for each period and pair of currencies.
pub fn rates_of<'a>(
    settings: &Settings,
    slots: impl Iterator<Item = (&'a Slot, &'a Vec<LandedDelivery>)>,
) -> (SlotRates, Vec<Error>) {
    let (mut found, mut missing) = (SlotRates::new(), BTreeMap::<(BillingMonth, String), Vec<&str>>::new());
    for (slot, deliveries) in slots {
        match rates_of_slot(settings, slot, deliveries) {
            Ok(reporting) => drop(found.insert(slot.clone(), reporting)),
            Err(currencies) => {
                for currency in currencies {
                    missing.entry((slot.month, currency)).or_default().push(&slot.source);
                }
            }
        }
    }
    let months: BTreeSet<BillingMonth> = missing.keys().map(|(month, _)| *month).collect();
    found.retain(|slot, _| !months.contains(&slot.month));
    let errors = missing.iter().map(|((month, currency), sources)| refused(settings, *month, currency, sources));
    (found, errors.collect())
}

/// The same of one slot.
///
/// # Errors
/// `Settings` for the first currency without a rate.
pub fn rates_of_one(settings: &Settings, slot: &Slot, deliveries: &[LandedDelivery]) -> Result<Option<Reporting>> {
    rates_of_slot(settings, slot, deliveries).map_err(|currencies| {
        let first = currencies.first().map(String::as_str).unwrap_or_default();
        refused(settings, slot.month, first, &[&slot.source])
    })
}

/// The currencies are those of the bill's own totals: they are known before a row is read. The error is those without a
/// rate.
fn rates_of_slot(
    settings: &Settings,
    slot: &Slot,
    deliveries: &[LandedDelivery],
) -> std::result::Result<Option<Reporting>, Vec<String>> {
    let Some(rates) = &settings.reporting else { return Ok(None) };
    let cells =
        deliveries.iter().filter_map(|delivery| delivery.native.get(&slot.month)).flat_map(|it| it.cells.keys());
    rates.of(slot.month, &cells.map(|key| key.currency.clone()).collect()).map(Some)
}

fn refused(settings: &Settings, month: BillingMonth, from: &str, sources: &[&str]) -> Error {
    let (file, to) = settings.reporting.as_ref().map_or(("", ""), |rates| (&rates.file, &rates.currency));
    let sources = sources.join(", ");
    let what =
        format!("{month} has charges in {from} ({sources}), and there is no rate of {month} from {from} to {to}");
    let remedy = match is_code(from) {
        true => format!(
            "add the row {month},{from},{to},<rate>,<source>; until then {month} is not published, and what was published stays"
        ),
        false => format!("correct the export: `{from}` is no code of a currency of ISO 4217, which are three capitals"),
    };
    Error::settings(file, what, remedy)
}

/// What a run says of rates that the file has otherwise by now than what they were published with, of a closed period or of
/// a source that was not delivered again, and of billing periods that have no sum in the reporting currency. Nothing of them
/// is changed.
pub fn warnings(settings: &Settings, snapshot: &Snapshot, books: &Books) -> Vec<String> {
    let Some(rates) = &settings.reporting else { return Vec::new() };
    let mut said = BTreeSet::new();
    let mut months: BTreeMap<BillingMonth, BTreeMap<Option<&str>, Vec<&str>>> = BTreeMap::new();
    for (slot, record) in &snapshot.slots {
        let currency = record.reporting.as_ref().map(|reporting| reporting.currency.as_str());
        months.entry(slot.month).or_default().entry(currency).or_default().push(&slot.source);
        let Some(published) = &record.reporting else { continue };
        let month = slot.month;
        let (is, stays) = match books.is_closed(month) {
            true => (format!("{month} is closed"), "it stays as it was closed"),
            false => (format!("{slot} is published"), "it was not delivered again, and stays so"),
        };
        if published.currency != rates.currency {
            said.insert(format!("{is} in {}, and the config names {}: {stays}", published.currency, rates.currency));
            continue;
        }
        for (from, rate) in published.rates.iter().filter(|(from, _)| **from != rates.currency) {
            let now = rates.rates.get(&(month, from.clone()));
            if now.map(|now| now.rate) != Some(rate.rate) {
                let now = now.map_or_else(|| "no rate".into(), |now| format!("{} ({})", now.rate, now.source));
                said.insert(format!(
                    "{is} with 1 {from} = {} {} ({}), and {} has {now}: {stays}",
                    rate.rate, rates.currency, rate.source, rates.file
                ));
            }
        }
    }
    for (month, by_currency) in months.iter().filter(|(_, by_currency)| by_currency.len() > 1) {
        let parts = by_currency.iter().map(|(currency, sources)| match currency {
            Some(currency) => format!("{} in {currency}", sources.join(", ")),
            None => format!("{} without", sources.join(", ")),
        });
        said.insert(format!(
            "{month} has no sums in {}: published are {}",
            rates.currency,
            parts.collect::<Vec<_>>().join(" and ")
        ));
    }
    said.into_iter().collect()
}

/// The table `reporting_rate`: what the roll-ups of a snapshot were converted with, up to a billing period. Of a closed
/// month these are the frozen rates.
pub fn frame(snapshot: &Snapshot, until: Option<BillingMonth>) -> Result<DataFrame> {
    let slots = snapshot.slots.iter().filter(|(slot, _)| until.is_none_or(|until| slot.month <= until));
    let rates = slots.filter_map(|(slot, record)| Some((slot, record.reporting.as_ref()?)));
    let rows = rates.flat_map(|(slot, reporting)| {
        reporting.rates.iter().map(move |(currency, rate)| RateRow { slot, reporting, currency, rate })
    });
    reporting_rate_frame(&rows.collect::<Vec<_>>())
}
