//! `costmill reconcile`: the proof of a billing period, taken again from the landed files.

use super::answers;
use super::books::Books;
use super::close::now;
use super::console::Console;
use super::cross;
use super::external;
use super::prove::prove_slot;
use super::rests_on::rows_in;
use super::slices;
use super::slot::{check_parts, known_format};
use super::table;
use super::tables::dimension_names;
use crate::cli::Reconcile;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, ControlTotals, Slot};
use crate::lake::{Lake, Snapshot};
use crate::land::{native_proof, read_landed};
use crate::reconcile::SlotProof;
use crate::settings::Settings;

pub fn run(settings: &Settings, reconcile: &Reconcile, console: Console) -> Result<u8> {
    // Without --cross the command line asks for a period.
    let Some(period) = reconcile.period.filter(|_| !reconcile.cross) else {
        return cross::run(settings, reconcile, console);
    };
    let lake = Lake::open(&settings.lake)?;
    let mut snapshot = lake.snapshot()?;
    let wanted =
        |slot: &Slot| slot.month == period && reconcile.source.as_ref().is_none_or(|source| &slot.source == source);
    let slots: Vec<Slot> = snapshot.slots.keys().filter(|slot| wanted(slot)).cloned().collect();
    if slots.is_empty() {
        let known: Vec<_> = snapshot.slots.keys().map(ToString::to_string).collect();
        let remedy = format!("published are: {}", if known.is_empty() { "none".into() } else { known.join(", ") });
        return Err(Error::settings("reconcile", format!("{period} is not published"), remedy));
    }
    let mut untied = false;
    for slot in slots {
        let changed = take_again(&lake, &mut snapshot, &slot)?;
        let (proof, differences) = prove_slot(&lake, &snapshot, &slot, &dimension_names(settings))?;
        console.answer(&text(&proof))?;
        changed.iter().for_each(|error| console.problem(error));
        differences.iter().for_each(|difference| console.problem(&difference.error()));
        let ties = differences.is_empty() && changed.is_empty();
        console.answer(&format!("{slot}: {}\n\n", if ties { "ties" } else { "DOES NOT TIE" }))?;
        untied |= !ties;
    }
    untied |= outside(settings, &lake, &snapshot, (period, reconcile.source.as_deref()), console)?;
    Ok(if untied { 4 } else { 0 })
}

/// What invoices and cost tools say of the period; does one differ by which it is not done?
fn outside(
    settings: &Settings,
    lake: &Lake,
    snapshot: &Snapshot,
    (period, source): (BillingMonth, Option<&str>),
    console: Console,
) -> Result<bool> {
    let (books, as_of) = (Books::read(lake)?, now(settings).date_naive());
    let settings = &answers::with(settings, &answers::kept(settings, lake, snapshot, &books, as_of));
    let mut checks = external::checks(settings, snapshot, period);
    checks.retain(|check| source.is_none_or(|source| check.total.part.source.as_deref() == Some(source)));
    console.answer(&external::text(&checks))?;
    let shown: Vec<String> = checks.iter().map(|check| check.total.part.in_words()).collect();
    let told = external::differences(settings, snapshot, (&books, period, as_of));
    let shown = |error: &&Error| shown.contains(&error.problem().place);
    told.warnings.iter().filter(shown).for_each(|warning| console.warning(&warning.to_string()));
    let wrong: Vec<&Error> = told.gates.iter().map(|(error, _)| error).chain(&told.closed).filter(shown).collect();
    wrong.iter().for_each(|error| console.problem(error));
    Ok(!wrong.is_empty())
}

/// Replaces the recorded totals of landed by those of the files as they are now.
fn take_again(lake: &Lake, snapshot: &mut Snapshot, slot: &Slot) -> Result<Vec<Error>> {
    let mut changed = Vec::new();
    let Some(record) = snapshot.slots.get_mut(slot) else { return Ok(changed) };
    let (mut landed, mut expected) = (None::<ControlTotals>, None::<ControlTotals>);
    let mut deliveries = Vec::new();
    for id in record.delivery.split('+') {
        let folder = lake.landed_folder(&slot.source, id)?;
        let Some(delivery) = read_landed(&folder)? else {
            let place = format!("{slot}: {}", folder.display());
            changed.push(Error::tie(place, "is gone, so the proof cannot be taken again", "restore it, or run again"));
            return Ok(changed);
        };
        changed.extend(check_parts(lake, &delivery, slot).err());
        deliveries.push(delivery);
    }
    let whole = slices::put_together(lake, slot, &deliveries)?;
    for delivery in &whole {
        let proof = native_proof(delivery, known_format(delivery)?, slot.month)?;
        super::slot::add(&mut landed, Some(&proof.native))?;
        super::slot::add(&mut expected, Some(&proof.expected))?;
    }
    slices::clear(&whole);
    record.landed = landed.unwrap_or_default();
    record.expected = expected.unwrap_or_default();
    Ok(changed)
}

/// The stages side by side, by currency.
fn text(proof: &SlotProof) -> String {
    let mut rows = Vec::new();
    let rollups = proof.rollups.iter().map(|(name, totals)| (name.as_str(), totals));
    let native = [("source", &proof.source), ("landed", &proof.landed)];
    // Datasets of one bill overlap: each is a line of its own.
    let datasets: std::collections::BTreeSet<&str> = proof.gates.iter().map(|gate| gate.dataset.as_str()).collect();
    let native = native.iter().flat_map(|(stage, totals)| {
        datasets.iter().map(move |dataset| {
            let stage = if dataset.is_empty() { (*stage).to_string() } else { format!("{stage}, {dataset}") };
            (stage, totals.of_dataset(dataset))
        })
    });
    let days = [("cost, daily usage", &proof.daily_usage.0), ("resource_day", &proof.daily_usage.1)];
    let costs = [("landed → crosswalk", &proof.expected), ("cost", &proof.cost)].into_iter().chain(rollups).chain(days);
    // In the reporting currency, where there is one: a row says from which currency into which.
    let converted = proof.reporting.rollups.iter().map(|(name, totals)| (name.as_str(), totals));
    let converted = std::iter::once(("cost × rate", &proof.reporting.expected)).chain(converted);
    let costs = costs.chain(converted);
    let mut out = format!("{}\n", proof.slot);
    for (stage, totals) in native {
        for column in
            totals.columns.iter().filter(|column| totals.by_currency(column).values().any(|sum| !sum.is_zero()))
        {
            for (currency, sum) in totals.by_currency(column) {
                rows.push(vec![
                    stage.clone(),
                    rows_in(&totals, &currency).to_string(),
                    currency,
                    column.clone(),
                    sum.to_string(),
                ]);
            }
        }
    }
    for (stage, totals) in costs {
        for column in &totals.columns {
            for (currency, sum) in totals.by_currency(column) {
                rows.push(vec![
                    stage.into(),
                    rows_in(totals, &currency).to_string(),
                    currency,
                    column.clone(),
                    sum.to_string(),
                ]);
            }
        }
    }
    let header = ["stage", "rows", "currency", "column", "sum"].map(str::to_string);
    out.push_str(&table::grid(&header, &rows, &[false, true, false, false, true]));
    out.push_str(&crosswalk(proof));
    out
}

/// What each native line type became.
fn crosswalk(proof: &SlotProof) -> String {
    let mut types: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for (key, cell) in &proof.landed.cells {
        *types.entry(&key.line_type).or_default() += cell.rows;
    }
    let rows: Vec<Vec<String>> = types.iter().map(|(name, rows)| vec![(*name).to_string(), rows.to_string()]).collect();
    let mut out = "\n".to_string();
    out.push_str(&table::grid(&["native line type", "rows"].map(str::to_string), &rows, &[false, true]));
    let mut categories: std::collections::BTreeMap<&str, u64> = std::collections::BTreeMap::new();
    for (key, cell) in &proof.cost.cells {
        *categories.entry(&key.line_type).or_default() += cell.rows;
    }
    let rows: Vec<Vec<String>> =
        categories.iter().map(|(name, rows)| vec![(*name).to_string(), rows.to_string()]).collect();
    out.push('\n');
    out.push_str(&table::grid(&["ChargeCategory", "rows"].map(str::to_string), &rows, &[false, true]));
    out
}
