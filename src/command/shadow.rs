//! Shadows: second exports of charges that another source publishes. Landed, proved and summed beside
//! the lake's tables, in `shadow/<source>/<billing month>.json`; never in `cost`.

use super::console::Console;
use super::prove::union_gates;
use super::slices::{self, put_together};
use super::slot::{add, check_parts, known_format};
use crate::error::{Error, Result};
use crate::focus::{LandedDelivery, MoneyBasis, Slot};
use crate::format;
use crate::lake::{Lake, Snapshot};
use crate::land::native_proof;
use crate::normalise::{ResidualRow, normalise, residual_frame};
use crate::reconcile::{CrossTotals, compare, through_gates};
use crate::settings::{Role, Settings};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What a shadow says of one billing period.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShadowRecord {
    /// Hash over what decides the totals: the same key needs no new sums.
    key: String,
    pub format: String,
    pub basis: MoneyBasis,
    /// Where the deliveries were found.
    pub origin: String,
    pub totals: CrossTotals,
}

/// A source that is a shadow must not stand in `cost`, not from a time when it was a primary either.
pub fn refuse_published(settings: &Settings, base: &Snapshot) -> Result<()> {
    for source in settings.sources.iter().filter(|source| source.role == Role::Shadow) {
        let published: Vec<_> =
            base.slots.keys().filter(|slot| slot.source == source.id).map(|slot| slot.month.to_string()).collect();
        if !published.is_empty() {
            return Err(Error::settings(
                settings.config.display().to_string(),
                format!(
                    "source {} is a shadow now, and its charges of {} are published",
                    source.id,
                    published.join(", ")
                ),
                "name a new folder as `lake`: what is published stays in `cost`, and would count twice",
            ));
        }
    }
    Ok(())
}

/// Sums what is new of every shadow; returns what went wrong. No other source is stopped by it.
pub fn take(lake: &Lake, shadows: &BTreeMap<Slot, Vec<LandedDelivery>>, console: Console) -> Result<Vec<Error>> {
    let mut problems = Vec::new();
    for (slot, deliveries) in shadows {
        let key = key(deliveries)?;
        if matches!(read(lake, slot), Ok(Some(record)) if record.key == key) {
            continue;
        }
        match record(lake, slot, deliveries, key) {
            Ok(record) => {
                let bytes = serde_json::to_vec(&record).map_err(|e| Error::bug(slot.to_string(), e.to_string()))?;
                lake.put(&name(slot), &bytes)?;
                console.say(&format!("shadow {slot}: {} rows, not published", record.totals.rows()));
            }
            Err(error @ (Error::Lake(_) | Error::Bug(_))) => return Err(error),
            Err(error) => problems.push(error),
        }
    }
    Ok(problems)
}

/// Tells what went wrong beside the bill: with shadows, drivers or the utilisation. It stops nothing,
/// so a run that did all else ends in 3.
pub fn status(problems: &[Error], console: Console, status: u8) -> u8 {
    problems.iter().for_each(|error| console.problem(error));
    if status == 0 && !problems.is_empty() { 3 } else { status }
}

/// The record of a shadow's billing period; `None` where there is none (yet).
pub fn read(lake: &Lake, slot: &Slot) -> Result<Option<ShadowRecord>> {
    let name = name(slot);
    let Some(bytes) = lake.read(&name)? else { return Ok(None) };
    serde_json::from_slice(&bytes).map(Some).map_err(|error| {
        let place = lake.place(&name).display().to_string();
        Error::lake(place, format!("does not read: {error}"), "delete the file and run again")
    })
}

fn name(slot: &Slot) -> String {
    format!("shadow/{}/{}.json", slot.source, slot.month)
}

fn key(deliveries: &[LandedDelivery]) -> Result<String> {
    let mut hash = Sha256::new();
    for delivery in deliveries {
        let fingerprint = format::fingerprint(known_format(delivery)?);
        hash.update(format!("{} {:?}\n{fingerprint}\n", delivery.id, delivery.basis));
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// Normalises one landed part after the other and sums it. The same proof as for what is published:
/// source = landed, and what the crosswalk makes of landed = the sums.
fn record(lake: &Lake, slot: &Slot, deliveries: &[LandedDelivery], key: String) -> Result<ShadowRecord> {
    let mut totals = CrossTotals::default();
    let (mut native, mut landed, mut expected) = (None, None, None);
    deliveries.iter().try_for_each(|delivery| check_parts(lake, delivery, slot))?;
    let whole = put_together(lake, slot, deliveries)?;
    for delivery in &whole {
        let format = known_format(delivery)?;
        let proof = native_proof(delivery, format, slot.month)?;
        for part in delivery.parts.iter().filter(|part| part.month == slot.month) {
            totals.add(normalise(delivery, part, format)?.into_lazy())?;
        }
        if !proof.residuals.is_empty() {
            let rows = proof.residuals.iter().map(|(key, amount)| ResidualRow { key: key.clone(), amount: *amount });
            let rows: Vec<_> = rows.collect();
            totals.add(residual_frame(format, &slot.source, slot.month, delivery.basis, &rows)?.into_lazy())?;
        }
        add(&mut native, delivery.native.get(&slot.month))?;
        add(&mut landed, Some(&proof.native))?;
        add(&mut expected, Some(&proof.expected))?;
    }
    slices::clear(&whole);
    let (native, landed) = (native.unwrap_or_default(), landed.unwrap_or_default());
    let mut differences = compare(slot, ("source", &native), ("landed", &landed));
    let control = totals.control()?;
    differences.extend(compare(slot, ("landed", &expected.unwrap_or_default()), ("shadow", &control)));
    if let Some(union) = deliveries.first().map(known_format).transpose()?.and_then(|format| format.union) {
        differences.extend(through_gates(slot, &union_gates(&union, &native), &native, &control));
    }
    if let Some(difference) = differences.first() {
        return Err(Error::tie(
            &difference.cell,
            format!("{difference}"),
            "the shadow is not compared; delete its landed delivery and run again",
        ));
    }
    let first = deliveries.first();
    Ok(ShadowRecord {
        key,
        format: first.map(|delivery| delivery.format.clone()).unwrap_or_default(),
        basis: first.map_or(MoneyBasis::Gross, |delivery| delivery.basis),
        origin: deliveries.iter().map(|delivery| delivery.origin.clone()).collect::<Vec<_>>().join(", "),
        totals,
    })
}
