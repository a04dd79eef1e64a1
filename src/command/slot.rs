//! One slot: landed deliveries → files of `cost` and roll-ups, staged, with their proof.

use super::console::Console;
use super::progress::Progress;
use super::rollups::RollupFiles;
use super::sabotage;
use super::slices::{self, put_together};
use super::tables::rollup_schema;
use super::timings::Timings;
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::column::{Kind, all};
use crate::focus::reporting::REPORTING_COSTS;
use crate::focus::{
    COSTS, ControlTotals, FocusFrame, Invoicing, LandedDelivery, MoneyBasis, Policy, Reporting, Slot, frame,
};
use crate::format::{self, Format};
use crate::lake::{self, Lake, SlotRecord, StagedKind};
use crate::land::{NativeProof, native_proof};
use crate::normalise::{ResidualRow, normalise, residual_frame};
use crate::reconcile::{bounds, is_daily_usage};
use crate::transform::policy;
use crate::transform::rollup::{Rollup, RollupBuilder};
use polars::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Grows with any change of the columns of `cost`, the roll-ups or how they are cut into files.
const SCHEMA_VERSION: u32 = 4;

/// Hash over all that decides the rows of a slot: the same key needs no new commit.
pub fn publication_key(
    deliveries: &[LandedDelivery],
    policy: &Policy,
    reporting: Option<&Reporting>,
) -> Result<String> {
    let mut hash = Sha256::new();
    hash.update(format!("schema {SCHEMA_VERSION} costmill {}\n", env!("CARGO_PKG_VERSION")));
    for delivery in deliveries {
        let format = known_format(delivery)?;
        hash.update(format!("{} {:?}\n{}\n", delivery.id, delivery.basis, format::fingerprint(format)));
        if let Some(range) = delivery.range {
            hash.update(format!("{range:?}\n"));
        }
    }
    hash.update(policy::fingerprint(policy));
    // Its own rates alone: those of another month, or of a currency that it has no charges in, change nothing here.
    if let Some(reporting) = reporting {
        hash.update(format!("{reporting:?}\n"));
    }
    Ok(hash.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect())
}

/// Builds, stages and sums one slot. Nothing is published.
///
/// Errors: `Tie` where landed differs from its source or a sum nears the end of exact decimals.
pub fn build(
    lake: &Lake,
    slot: &Slot,
    deliveries: &[LandedDelivery],
    (policy, reporting): (&Policy, Option<&Reporting>),
    (timings, console): (&Timings, Console),
) -> Result<SlotRecord> {
    let whole = timings.time("land", || put_together(lake, slot, deliveries))?;
    let parts = whole.iter().flat_map(|d| &d.parts).filter(|part| part.month == slot.month).count();
    let progress = Progress::start(console, &format!("normalise {slot} ({parts} parts)"), parts as u64, false);
    let mut work = Work::new(lake, slot, (policy, reporting), timings)?;
    let (mut native, mut landed, mut expected) = (None, None, None);
    for delivery in &whole {
        let format = known_format(delivery)?;
        fault::point("slot.before_proof");
        let proof = timings.time("prove", || native_proof(delivery, format, slot.month))?;
        for part in delivery.parts.iter().filter(|part| part.month == slot.month) {
            work.write(normalise(delivery, part, format)?)?;
            progress.advance(1);
        }
        work.residuals(format, delivery.basis, &proof)?;
        add(&mut native, delivery.native.get(&slot.month))?;
        add(&mut landed, Some(&proof.native))?;
        add(&mut expected, Some(&proof.expected))?;
    }
    progress.done();
    slices::clear(&whole);
    let mut record = timings.time("roll up", || work.finish())?;
    let join = |field: fn(&LandedDelivery) -> String, between: &str| {
        deliveries.iter().map(field).collect::<Vec<_>>().join(between)
    };
    record.publication_key = publication_key(deliveries, policy, reporting)?;
    record.delivery = join(|d| d.id.clone(), "+");
    record.origin = join(|d| d.origin.clone(), ", ");
    record.format = deliveries.first().map(|d| d.format.clone()).unwrap_or_default();
    record.basis = deliveries.first().map_or(MoneyBasis::Gross, |d| d.basis);
    record.files = deliveries.iter().map(|d| d.files.len() as u64).sum();
    record.native = native.unwrap_or_default();
    record.landed = landed.unwrap_or_default();
    record.expected = expected.unwrap_or_default();
    for delivery in deliveries {
        for (column, residual) in &delivery.residuals {
            let sum = record.residuals.entry(column.clone()).or_insert_with(|| "0".into());
            let both = sum.parse::<i128>().unwrap_or_default() + residual.parse::<i128>().unwrap_or_default();
            *sum = both.to_string();
        }
        for (month, rows) in &delivery.strays {
            *record.strays.entry(month.clone()).or_default() += rows;
        }
        for (column, kind) in &delivery.kinds {
            let known = record.delivered.entry(column.clone()).or_default();
            if known.is_empty() {
                known.clone_from(kind);
            }
        }
        for column in delivery.drift.iter().filter(|column| !record.drift.contains(column)).collect::<Vec<_>>() {
            record.drift.push(column.clone());
        }
    }
    Ok(record)
}

pub fn known_format(delivery: &LandedDelivery) -> Result<&'static Format> {
    format::find(&delivery.format).ok_or_else(|| {
        let what = format!("was landed as {}, which this costmill does not know", delivery.format);
        Error::lake(delivery.folder.display().to_string(), what, "use the costmill that landed it, or a newer one")
    })
}

/// The bytes of a slot's landed parts are those that were written: also what no total sums.
pub fn check_parts(lake: &Lake, delivery: &LandedDelivery, slot: &Slot) -> Result<()> {
    lake.fetch_parts(delivery, delivery.parts.iter().filter(|part| part.month == slot.month))?;
    for part in delivery.parts.iter().filter(|part| part.month == slot.month) {
        let path = delivery.folder.join(&part.name);
        if lake::file_hash(&path)? != part.sha256 {
            let remedy = "delete the folder of the landed delivery and run again";
            return Err(Error::tie(format!("{slot}: {}", path.display()), "was changed after it was landed", remedy));
        }
    }
    Ok(())
}

pub fn add(sum: &mut Option<ControlTotals>, more: Option<&ControlTotals>) -> Result<()> {
    let Some(more) = more else { return Ok(()) };
    let Some(total) = sum else {
        *sum = Some(more.clone());
        return Ok(());
    };
    for (key, cell) in &more.cells {
        if !total.add(key, cell.rows, &cell.sums) {
            return Err(Error::bug("control totals", "a sum past 38 digits"));
        }
    }
    Ok(())
}

/// The files of one slot in the making.
struct Work<'a> {
    lake: &'a Lake,
    slot: &'a Slot,
    timings: &'a Timings,
    rollups: RollupBuilder,
    files: RollupFiles,
    dimensions: Vec<String>,
    record: SlotRecord,
    bounds: BTreeMap<&'static str, f64>,
    folder: std::path::PathBuf,
}

impl<'a> Work<'a> {
    fn new(
        lake: &'a Lake,
        slot: &'a Slot,
        (policy, reporting): (&Policy, Option<&Reporting>),
        timings: &'a Timings,
    ) -> Result<Self> {
        let record = SlotRecord {
            publication_key: String::new(),
            delivery: String::new(),
            origin: String::new(),
            format: String::new(),
            basis: MoneyBasis::Gross,
            files: 0,
            rows: 0,
            newest_charge_end: None,
            newest_daily_charge_end: None,
            invoicing: Some(Invoicing::default()),
            columns: BTreeMap::new(),
            cost: Vec::new(),
            rollups: BTreeMap::new(),
            native: ControlTotals::default(),
            landed: ControlTotals::default(),
            expected: ControlTotals::default(),
            control: ControlTotals::default(),
            residuals: BTreeMap::new(),
            strays: BTreeMap::new(),
            drift: Vec::new(),
            delivered: BTreeMap::new(),
            reporting: reporting.cloned(),
        };
        let folder = lake.temp()?;
        let dimensions: Vec<String> = policy.tag_keys.iter().map(|key| key.name.clone()).collect();
        let files = RollupFiles::create(&folder, &dimensions)?;
        let rollups = RollupBuilder::new(policy.clone(), reporting);
        Ok(Self { lake, slot, timings, rollups, files, dimensions, record, bounds: BTreeMap::new(), folder })
    }

    /// One part: read once, written as a file of `cost`, added to the roll-ups.
    fn write(&mut self, frame: FocusFrame) -> Result<()> {
        let part = self.record.cost.len();
        let timings = self.timings;
        let mut rows = timings.time("normalise", || lake::collect(sabotage::rows("normalise", frame.into_lazy())))?;
        // A part may hold nothing but rows that another dataset has.
        if rows.height() == 0 {
            return Ok(());
        }
        let limits = timings.time("prove", || lake::collect(rows.clone().lazy().select(limits())))?;
        for (name, sum) in float_row(&limits) {
            *self.bounds.entry(name).or_default() += sum;
        }
        self.record.newest_charge_end = self.record.newest_charge_end.max(newest(&limits, "ChargePeriodEnd"));
        let invoicing = self.record.invoicing.get_or_insert_default();
        invoicing.invoiced += count(&limits, INVOICED);
        invoicing.uninvoiced += count(&limits, UNINVOICED);
        let daily = newest(&limits, NEWEST_DAILY);
        self.record.newest_daily_charge_end = self.record.newest_daily_charge_end.max(daily);
        let times = sabotage::times("normalise", part);
        for _ in 0..times * sabotage::times("rollup", part) {
            let (rollups, files) = (&mut self.rollups, &mut self.files);
            timings.time("roll up", || rollups.add(&rows, &mut |table, frame| files.append(table, frame)))?;
        }
        let temp = self.folder.join(format!("cost-{part}.parquet"));
        let count = timings.time("normalise", || lake::write_parquet(&mut rows, &temp))?;
        drop(rows);
        let file = timings.time("publish", || self.lake.stage(StagedKind::Cost(self.slot), &temp, count))?;
        for _ in 0..times {
            self.record.cost.push(file.clone());
            self.record.rows += count;
        }
        Ok(())
    }

    /// What is left of offsetting line types, as charges of their own.
    fn residuals(&mut self, format: &Format, basis: MoneyBasis, proof: &NativeProof) -> Result<()> {
        if proof.residuals.is_empty() {
            return Ok(());
        }
        let rows = proof.residuals.iter().map(|(key, amount)| ResidualRow { key: key.clone(), amount: *amount });
        let rows: Vec<_> = rows.collect();
        self.write(residual_frame(format, &self.slot.source, self.slot.month, basis, &rows)?)
    }

    /// What Σ|x| of the costs may be in the reporting currency: no more than all of it at the largest rate.
    fn converted_bounds(&self) -> Vec<(String, f64)> {
        let rates = self.record.reporting.iter().flat_map(|reporting| reporting.rates.values());
        let largest = rates.map(|rate| rate.rate.to_f64()).fold(0.0, f64::max);
        let bound = |(cost, name): (&str, &str)| (name.into(), self.bounds.get(cost).copied().unwrap_or(0.0) * largest);
        COSTS.into_iter().zip(REPORTING_COSTS).map(bound).collect()
    }

    /// Writes the roll-ups and sums what has been written.
    fn finish(mut self) -> Result<SlotRecord> {
        let sums: Vec<_> = self.bounds.iter().map(|(name, sum)| ((*name).to_string(), *sum)).collect();
        bounds(&self.slot.to_string(), &sums)?;
        bounds(&self.slot.to_string(), &self.converted_bounds())?;
        let finished = self.rollups.finish(&mut |table, frame| self.files.append(table, frame));
        finished.map_err(|error| match error {
            Error::Tie(cell) => Error::tie(format!("{}, {}", self.slot, cell.place), cell.what, cell.remedy),
            other => other,
        })?;
        self.record.rollups = self.files.stage(self.lake)?;
        let names = |schema: Schema| schema.iter_names().map(ToString::to_string).collect::<Vec<_>>();
        let rollups = Rollup::ALL.map(|table| (table.name(), rollup_schema(table, &self.dimensions)));
        let tables = rollups.into_iter().chain([("cost", frame::schema())]);
        self.record.columns = tables.map(|(table, schema)| (table.to_string(), names(schema))).collect();
        Ok(self.record)
    }
}

/// The latest ChargePeriodEnd of usage of at most a day.
const NEWEST_DAILY: &str = "x_NewestDaily";
/// Charges with a BilledCost that name an invoice, and that name none.
const INVOICED: &str = "x_Invoiced";
const UNINVOICED: &str = "x_Uninvoiced";

/// Σ|x| of every decimal column, in floats, how far the charges are told, and what is invoiced.
pub fn limits() -> Vec<Expr> {
    let decimals = all().filter(|column| matches!(column.kind, Kind::Cost | Kind::Price | Kind::Quantity));
    let sums = decimals.map(|column| col(column.name).cast(DataType::Float64).abs().sum());
    let end = col("ChargePeriodEnd");
    let billed = col("BilledCost").cast(DataType::Float64).neq(lit(0.0));
    let invoiced = col("InvoiceId").fill_null(lit("")).neq(lit(""));
    let count = |rows: Expr, name: &str| rows.cast(DataType::Int64).sum().alias(name);
    let counts = [
        count(billed.clone().and(invoiced.clone()), INVOICED),
        count(billed.and(invoiced.not()), UNINVOICED),
        end.clone().max(),
        end.filter(is_daily_usage()).max().alias(NEWEST_DAILY),
    ];
    sums.chain(counts).collect()
}

fn count(limits: &DataFrame, name: &str) -> u64 {
    let value = limits.column(name).ok().and_then(|column| column.i64().ok()?.get(0));
    value.map_or(0, i64::unsigned_abs)
}

fn newest(limits: &DataFrame, name: &str) -> Option<i64> {
    limits.column(name).ok()?.datetime().ok()?.physical().get(0)
}

/// The sums of [`limits`], by column.
pub fn float_row(frame: &DataFrame) -> Vec<(&'static str, f64)> {
    let value = |name: &str| frame.column(name).ok().and_then(|column| column.f64().ok()?.get(0)).unwrap_or_default();
    let decimals = all().filter(|column| matches!(column.kind, Kind::Cost | Kind::Price | Kind::Quantity));
    decimals.map(|column| (column.name, value(column.name))).collect()
}
