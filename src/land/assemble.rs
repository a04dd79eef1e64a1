//! The outcomes of a delivery's files, put together and refused where they cannot be one state.

use super::file::FileOutcome;
use super::twins;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, ControlTotals, Delivery, DeliveryKind, LandedDelivery, LandedFile, MoneyBasis};
use crate::format::Format;
use std::collections::BTreeMap;
use std::path::Path;

/// What will stand in `delivery.json`.
///
/// Errors: `Source` for a delivery that holds charges twice, none at all, or none of a period it
/// declares.
pub fn assemble(
    delivery: &Delivery,
    format: &Format,
    basis: MoneyBasis,
    folder: &Path,
    outcomes: Vec<FileOutcome>,
) -> Result<LandedDelivery> {
    twins::refuse_twins(delivery, format, &outcomes)?;
    let mut landed = LandedDelivery {
        id: delivery.id.clone(),
        source: delivery.source.clone(),
        format: format.id.into(),
        kind: delivery.kind,
        months: delivery.months.clone(),
        range: delivery.range,
        exported: None,
        origin: delivery.origin.clone(),
        basis,
        columns: Vec::new(),
        kinds: BTreeMap::new(),
        files: Vec::new(),
        parts: Vec::new(),
        native: BTreeMap::new(),
        residuals: BTreeMap::new(),
        strays: BTreeMap::new(),
        drift: Vec::new(),
        folder: folder.to_path_buf(),
    };
    let mut residuals: BTreeMap<String, i128> = BTreeMap::new();
    for (outcome, (file, sha256)) in outcomes.into_iter().zip(delivery.files.iter().zip(&delivery.hashes)) {
        let (key, sha256) = (file.key.clone(), sha256.clone());
        landed.files.push(LandedFile { key, size: file.size, sha256, rows: outcome.rows });
        landed.parts.extend(outcome.parts);
        add_columns(&mut landed, format, outcome.columns);
        for (name, kind) in outcome.kinds {
            landed.kinds.entry(name).or_insert(kind);
        }
        add_totals(&mut landed, outcome.native)?;
        for (name, residual) in outcome.residuals {
            *residuals.entry(name).or_default() += residual;
        }
        for (month, rows) in outcome.strays {
            *landed.strays.entry(month).or_default() += rows;
        }
        if let Some((first, last)) = outcome.exported {
            let (before, after) = landed.exported.unwrap_or((first, last));
            landed.exported = Some((first.min(before), last.max(after)));
        }
    }
    let told = residuals.into_iter().filter(|(_, residual)| *residual != 0);
    landed.residuals = told.map(|(name, residual)| (name, residual.to_string())).collect();
    if delivery.kind == DeliveryKind::ExportSlice {
        // A dump without a row takes nothing away: it is a range in which nothing was exported.
        landed.months = landed.native.keys().copied().collect();
    } else {
        refuse_empty(&landed)?;
    }
    Ok(landed)
}

fn add_columns(landed: &mut LandedDelivery, format: &Format, columns: Vec<String>) {
    for name in columns {
        if !landed.columns.contains(&name) {
            if is_drift(format, &name) {
                landed.drift.push(name.clone());
            }
            landed.columns.push(name);
        }
    }
}

fn add_totals(landed: &mut LandedDelivery, native: BTreeMap<BillingMonth, ControlTotals>) -> Result<()> {
    for (month, totals) in native {
        let sum = landed.native.entry(month).or_insert_with(|| ControlTotals::new(totals.columns.clone()));
        for (key, cell) in &totals.cells {
            if !sum.add(key, cell.rows, &cell.sums) {
                let what = "a money total has more than 38 digits";
                return Err(Error::source(&landed.origin, what, "check the export"));
            }
        }
    }
    Ok(())
}

/// A period must not be replaced by nothing.
fn refuse_empty(landed: &LandedDelivery) -> Result<()> {
    if landed.files.iter().all(|file| file.rows == 0) {
        return Err(Error::source(
            &landed.origin,
            "holds no charges: every file ends after its header",
            "an empty delivery would replace the period by nothing; deliver the period again or take the files away",
        ));
    }
    match landed.months.iter().find(|month| !landed.native.contains_key(month)) {
        None => Ok(()),
        Some(month) => Err(Error::source(
            &landed.origin,
            format!("holds no charge of {month}, which it declares"),
            "it would replace the period by nothing: take the period out of billing_periods, or add its files",
        )),
    }
}

/// A column that the format neither maps nor knows.
fn is_drift(format: &Format, name: &str) -> bool {
    let style = format.header;
    let known = format.native.known.iter().any(|known| name.starts_with(known) || style.same(name, known));
    let mapped = || format.mapping.iter().flat_map(|(_, from)| from.reads()).any(|read| style.same(name, read));
    !known && !mapped()
}
