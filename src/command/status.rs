//! `costmill status`: what is published, per source and billing period, and how far each has come.

use super::books::Books;
use super::close::now;
use super::console::Console;
use super::feeds::{Feed, feeds, feeds_grid, gap_json, gaps_lines};
use super::gaps::Looker;
use super::run_record;
use super::table;
use crate::cli::{Status, StatusFormat};
use crate::error::{Error, Result};
use crate::focus::{PeriodState, Slot};
use crate::lake::{Lake, SlotRecord, Snapshot};
use crate::settings::Settings;
use crate::transform::Cell;

pub fn run(settings: &Settings, status: &Status, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = lake.snapshot()?;
    let books = Books::read(&lake)?;
    let as_of = now(settings).date_naive();
    let state = |slot: &Slot, record: &SlotRecord| books.slot_state(settings, slot, record, as_of);
    let version = snapshot.version.map_or_else(|| "none".to_string(), |version| version.to_string());
    let gaps = Looker { lake: &lake, snapshot: &snapshot, settings, as_of }.now(&books)?;
    let sources = feeds(&snapshot, as_of);
    let text = match status.format {
        StatusFormat::Table => {
            let header = [
                "source",
                "period",
                "state",
                "rows",
                "currency",
                "BilledCost",
                "EffectiveCost",
                "newest ChargePeriodEnd",
            ];
            let rows: Vec<_> =
                snapshot.slots.iter().flat_map(|(slot, record)| lines(slot, record, state(slot, record).0)).collect();
            let header: Vec<String> = header.map(str::to_string).to_vec();
            let right = [false, false, false, true, false, true, true, false];
            let feeds: String = match sources.is_empty() {
                true => String::new(),
                false => format!("\n{}", feeds_grid(&sources)),
            };
            let published = table::grid(&header, &rows, &right);
            format!(
                "{published}version {version}\n{}{feeds}{}{}",
                rates(&snapshot),
                gaps_lines(&gaps),
                run_record::lines(&lake)?
            )
        }
        StatusFormat::Json => {
            let slots: Vec<_> =
                snapshot.slots.iter().map(|(slot, record)| json(slot, record, state(slot, record))).collect();
            let value = serde_json::json!({
                "version": snapshot.version,
                "slots": slots,
                "sources": sources.iter().map(Feed::json).collect::<Vec<_>>(),
                "gaps": gaps.iter().map(gap_json).collect::<Vec<_>>(),
                "runs": run_record::json(&lake)?,
            });
            serde_json::to_string_pretty(&value).map_err(|error| Error::bug("status", error.to_string()))? + "\n"
        }
    };
    console.answer(&text)?;
    Ok(0)
}

/// One line per currency; the slot's words stand on the first only.
fn lines(slot: &Slot, record: &SlotRecord, state: PeriodState) -> Vec<Vec<String>> {
    let billed = record.control.by_currency("BilledCost");
    let effective = record.control.by_currency("EffectiveCost");
    let line = |(at, (currency, sum)): (usize, (&String, &crate::focus::Money))| {
        let first = |text: String| if at == 0 { text } else { String::new() };
        vec![
            first(slot.source.clone()),
            first(slot.month.to_string()),
            first(state.to_string()),
            first(record.rows.to_string()),
            currency.clone(),
            sum.to_string(),
            effective.get(currency).copied().unwrap_or_default().to_string(),
            first(newest(record)),
        ]
    };
    billed.iter().enumerate().map(line).collect()
}

/// What is published in the reporting currency, and at which rates; empty without one.
fn rates(snapshot: &Snapshot) -> String {
    let converted = snapshot.slots.iter().filter_map(|(slot, record)| Some((slot, record.reporting.as_ref()?)));
    let rows: Vec<Vec<String>> = converted
        .flat_map(|(slot, reporting)| {
            reporting.rates.iter().map(move |(from, rate)| {
                let texts = [&slot.source, &slot.month.to_string(), from, &reporting.currency];
                texts.map(String::clone).into_iter().chain([rate.rate.to_string(), rate.source.clone()]).collect()
            })
        })
        .collect();
    if rows.is_empty() {
        return String::new();
    }
    let header = ["source", "period", "from", "to", "rate", "whose"].map(str::to_string);
    format!("\n{}", table::grid(&header, &rows, &[false, false, false, false, true, false]))
}

fn newest(record: &SlotRecord) -> String {
    table::or_dash(&record.newest_charge_end.map_or(Cell::Null, Cell::Time))
}

fn json(slot: &Slot, record: &SlotRecord, (state, reason): (PeriodState, String)) -> serde_json::Value {
    let mut value = serde_json::json!({
        "source": slot.source,
        "billing_period": slot.month,
        "state": state,
        "state_reason": reason,
        "format": record.format,
        "delivery": record.delivery,
        "basis": record.basis,
        "rows": record.rows,
        "BilledCost": record.control.by_currency("BilledCost"),
        "EffectiveCost": record.control.by_currency("EffectiveCost"),
        "newest_charge_period_end": record.newest_charge_end.map(|micros| Cell::Time(micros).csv_text()),
        "publication_key": record.publication_key,
    });
    // Only where there is one: what reads this needs to know nothing of it.
    if let Some(reporting) = &record.reporting {
        value["reporting"] = serde_json::json!(reporting);
    }
    value
}
