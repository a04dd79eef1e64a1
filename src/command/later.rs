//! Deliveries of closed billing periods: landed and proved like any other, never published. What they say
//! differently becomes an adjustment.

use super::books::{Books, frozen_policy};
use super::console::Console;
use super::inputs::overlapping_sources;
use super::prove::gates_of;
use super::slices::{self, put_together};
use super::slot::{add, check_parts, float_row, known_format, limits, publication_key};
use super::{sabotage, tables};
use crate::error::{Error, Result};
use crate::focus::change::{CHANGE_COSTS, signed};
use crate::focus::{ControlTotals, Figures, FocusFrame, LandedDelivery, Policy, Slot};
use crate::lake::{self, Lake, ParquetFile, Snapshot};
use crate::land::native_proof;
use crate::ledger::{Adjustment, Closing, Later};
use crate::normalise::{ResidualRow, normalise, residual_frame};
use crate::reconcile::{SlotProof, bounds, cost_totals, figures, prove, rollup_totals};
use crate::settings::Settings;
use crate::transform::policy;
use crate::transform::rollup::{Rollup, RollupBuilder};
use polars::prelude::IntoLazy;
use std::collections::BTreeMap;

/// What tonight's deliveries of closed periods say, beside what is frozen.
pub struct LaterDeliveries<'a> {
    pub settings: &'a Settings,
    pub lake: &'a Lake,
    pub base: &'a Snapshot,
    pub as_of: chrono::NaiveDate,
    /// Of each source of slices, all dumps that are delivered tonight.
    pub dumps: &'a BTreeMap<String, Vec<slices::Place>>,
    pub console: Console,
}

impl LaterDeliveries<'_> {
    /// Adds to `books` what is new, and returns it to be recorded. What does not tie is told in `ties`, and changes no
    /// adjustment. In the end what is frozen and what is carried are the latest delivery, cell by cell.
    pub fn take(
        &self,
        slots: &BTreeMap<Slot, Vec<LandedDelivery>>,
        books: &mut Books,
        ties: &mut Vec<Error>,
    ) -> Result<Vec<Adjustment>> {
        let mut found = Vec::new();
        for (slot, deliveries) in slots.iter().chain(&self.without_dumps(slots, books)) {
            match self.one(slot, deliveries, books) {
                Ok(Some(adjustment)) => {
                    self.console.say(&in_words(&adjustment));
                    books.adjustments.push(adjustment.clone());
                    found.push(adjustment);
                }
                Ok(None) => {}
                Err(error @ (Error::Tie(_) | Error::Source(_))) => ties.push(error),
                Err(error) => return Err(error),
            }
            ties.extend(self.gate(slot, books).err());
        }
        Ok(found)
    }

    /// Closed slots of slices of which no dump of tonight has a row. Those that they are known by may have been dumped
    /// again without one.
    fn without_dumps(
        &self,
        slots: &BTreeMap<Slot, Vec<LandedDelivery>>,
        books: &Books,
    ) -> BTreeMap<Slot, Vec<LandedDelivery>> {
        let asked = |slot: &Slot| self.settings.periods.is_empty() || self.settings.periods.contains(&slot.month);
        let silent = self.base.slots.keys().filter(|slot| {
            books.is_closed(slot.month)
                && self.dumps.contains_key(&slot.source)
                && !slots.contains_key(*slot)
                && asked(slot)
        });
        silent.map(|slot| (slot.clone(), Vec::new())).collect()
    }

    fn one(&self, slot: &Slot, deliveries: &[LandedDelivery], books: &Books) -> Result<Option<Adjustment>> {
        let Some(closing) = books.closings.closed(slot.month) else { return Ok(None) };
        let known = match books.adjustments.last(closing.number, slot) {
            Some(last) => Some(&last.delivery),
            None => closing.frozen.slots.get(&slot.source).map(|frozen| &frozen.delivery),
        };
        let known_ids = known.map_or("", String::as_str);
        let places = self.dumps.get(&slot.source).map_or(&[][..], Vec::as_slice);
        let deliveries = &slices::with_known(self.lake, slot, known_ids, deliveries, places)?;
        let delivery = ids(deliveries);
        if known == Some(&delivery) {
            self.would_differ(slot, deliveries, closing)?;
            return Ok(None);
        }
        let policy = frozen_policy(closing)?;
        let (latest, control) = self.sum(slot, deliveries, &policy)?;
        self.refuse_overlap(slot, &control, (closing, books))?;
        let difference = latest.minus(&frozen_figures(self.lake, self.base, slot)?);
        let later = Later { slot: slot.clone(), delivery, difference, latest: control };
        Ok(books.adjustments.next(closing.number, &later, &books.closings, self.as_of))
    }

    /// The delivery is the frozen one: says where an edited policy or another program would make other figures of it.
    fn would_differ(&self, slot: &Slot, deliveries: &[LandedDelivery], closing: Closing) -> Result<()> {
        let frozen = closing.frozen.slots.get(&slot.source);
        if let Some(frozen) = frozen.filter(|frozen| frozen.delivery == ids(deliveries))
            && publication_key(deliveries, &self.settings.policy, frozen.reporting.as_ref())? != frozen.publication_key
        {
            let policy = frozen_policy(closing)?;
            let edited = policy::fingerprint(&policy) != policy::fingerprint(&self.settings.policy);
            let why = if edited { "the policy was edited" } else { "this costmill is another" };
            self.console.say(&format!("closed {slot}: would differ, {why} since then; it stays as it was closed"));
        }
        Ok(())
    }

    /// Figures and totals of deliveries as they would be published with this policy. The same proof as for what is
    /// published: source = landed, what the crosswalk makes of landed = `cost` = `cost_daily`.
    fn sum(&self, slot: &Slot, deliveries: &[LandedDelivery], policy: &Policy) -> Result<(Figures, ControlTotals)> {
        let mut sums = Sums::new(self.lake, policy)?;
        let (mut native, mut landed, mut expected) = (None, None, None);
        deliveries.iter().try_for_each(|delivery| check_parts(self.lake, delivery, slot))?;
        let whole = put_together(self.lake, slot, deliveries)?;
        for delivery in &whole {
            let format = known_format(delivery)?;
            let proof = native_proof(delivery, format, slot.month)?;
            for part in delivery.parts.iter().filter(|part| part.month == slot.month) {
                sums.add(normalise(delivery, part, format)?)?;
            }
            if !proof.residuals.is_empty() {
                let rows =
                    proof.residuals.iter().map(|(key, amount)| ResidualRow { key: key.clone(), amount: *amount });
                let rows: Vec<_> = rows.collect();
                sums.add(residual_frame(format, &slot.source, slot.month, delivery.basis, &rows)?)?;
            }
            add(&mut native, delivery.native.get(&slot.month))?;
            add(&mut landed, Some(&proof.native))?;
            add(&mut expected, Some(&proof.expected))?;
        }
        let (figures, control, rolled_up) = sums.finish(slot)?;
        slices::clear(&whole);
        let native = native.unwrap_or_default();
        let gates = deliveries.first().map(|first| gates_of(&first.format, first.basis, &native));
        let proof = SlotProof {
            slot: slot.clone(),
            gates: gates.unwrap_or_default(),
            source: native,
            landed: landed.unwrap_or_default(),
            expected: expected.unwrap_or_default(),
            cost: control,
            rollups: vec![(Rollup::CostDaily.name().to_string(), rolled_up)],
            // Nothing of a later delivery is told by day.
            daily_usage: Default::default(),
            // It is carried in the currency of its charges.
            reporting: Default::default(),
        };
        match prove(&proof).first() {
            Some(difference) => Err(difference.error()),
            None => Ok((figures, proof.cost)),
        }
    }

    /// A later delivery must not bring charges of a sub account that another source brings: of the other sources of
    /// the period counts what they were closed with, or what was delivered for them since.
    fn refuse_overlap(&self, slot: &Slot, control: &ControlTotals, (closing, books): (Closing, &Books)) -> Result<()> {
        let of_month = self.base.slots.iter().filter(|(other, _)| other.month == slot.month);
        let mut all: BTreeMap<&Slot, &ControlTotals> = of_month.map(|(slot, record)| (slot, &record.control)).collect();
        all.extend(books.adjustments.of_closing(closing.number).map(|event| (&event.slot, &event.latest)));
        all.insert(slot, control);
        overlapping_sources(self.settings, all.into_iter()).into_iter().next().map_or(Ok(()), Err)
    }

    /// Frozen + carried = the latest delivery, per account, currency, charge category and cost.
    fn gate(&self, slot: &Slot, books: &Books) -> Result<()> {
        let Some(closing) = books.closings.closed(slot.month) else { return Ok(()) };
        let Some(last) = books.adjustments.last(closing.number, slot) else { return Ok(()) };
        let frozen = closing.frozen.slots.get(&slot.source).map(|frozen| signed(&frozen.control)).unwrap_or_default();
        let carried = books.adjustments.carried(closing.number, slot).into_values();
        let carried = carried.fold(Figures::default(), |sum, event| sum.plus(&event.figures())).control();
        let latest = signed(&last.latest);
        let cells: std::collections::BTreeSet<_> = frozen.keys().chain(carried.keys()).chain(latest.keys()).collect();
        for key in cells {
            let of = |cells: &BTreeMap<_, crate::focus::ChangeCell>| cells.get(key).copied().unwrap_or_default();
            let (frozen, carried, latest) = (of(&frozen), of(&carried), of(&latest));
            for (at, name) in CHANGE_COSTS.iter().enumerate() {
                if frozen.costs[at] + carried.costs[at] != latest.costs[at] {
                    let place = format!(
                        "{slot}, billing account {}, sub account {}, {}, {}, {name}",
                        key.billing_account, key.sub_account, key.currency, key.line_type
                    );
                    let what = format!(
                        "closed {} + adjustments {} is not the latest delivery's {}",
                        frozen.costs[at], carried.costs[at], latest.costs[at]
                    );
                    return Err(Error::tie(place, what, "restore the ledger from its backup, or reopen the period"));
                }
            }
        }
        Ok(())
    }
}

fn ids(deliveries: &[LandedDelivery]) -> String {
    deliveries.iter().map(|delivery| delivery.id.clone()).collect::<Vec<_>>().join("+")
}

/// The figures of a slot as it was closed; none for a source that had none.
fn frozen_figures(lake: &Lake, base: &Snapshot, slot: &Slot) -> Result<Figures> {
    let record = base.slots.get(slot).and_then(|record| record.rollups.get(Rollup::CostDaily.name()));
    record.map_or_else(|| Ok(Figures::default()), |file| figures(lake::scan_parquet(&[lake.file(file)?])?))
}

/// What a run says of an adjustment.
fn in_words(adjustment: &Adjustment) -> String {
    let moved = adjustment.figures().by_currency(1);
    let moved: Vec<String> = moved.iter().map(|(currency, sum)| format!("EffectiveCost {sum} {currency}")).collect();
    match moved.is_empty() {
        true => {
            format!("closed {}: a later delivery changes nothing that {} carries", adjustment.slot, adjustment.carrier)
        }
        false => format!("closed {}: adjustment of {} in {}", adjustment.slot, moved.join(", "), adjustment.carrier),
    }
}

/// One slot being summed, a part at a time.
struct Sums {
    builder: RollupBuilder,
    path: std::path::PathBuf,
    file: ParquetFile,
    control: Option<ControlTotals>,
    bounds: BTreeMap<&'static str, f64>,
}

impl Sums {
    fn new(lake: &Lake, policy: &Policy) -> Result<Self> {
        let path = lake.temp()?.join("later.parquet");
        let dimensions: Vec<String> = policy.tag_keys.iter().map(|key| key.name.clone()).collect();
        let file = ParquetFile::create(&path, &tables::rollup_schema(Rollup::CostDaily, &dimensions), true)?;
        let builder = RollupBuilder::new(policy.clone(), None);
        Ok(Self { builder, path, file, control: None, bounds: BTreeMap::new() })
    }

    fn add(&mut self, frame: FocusFrame) -> Result<()> {
        let rows = lake::collect(sabotage::rows("normalise", frame.into_lazy()))?;
        for (name, sum) in float_row(&lake::collect(rows.clone().lazy().select(limits()))?) {
            *self.bounds.entry(name).or_default() += sum;
        }
        add(&mut self.control, Some(&cost_totals(rows.clone().lazy())?.all))?;
        let file = &mut self.file;
        self.builder.add(&rows, &mut |table, mut frame| match table {
            Rollup::CostDaily => file.append(&mut frame),
            _ => Ok(()),
        })
    }

    /// The figures, the totals of `cost`, and those of `cost_daily`, read back from its file.
    fn finish(mut self, slot: &Slot) -> Result<(Figures, ControlTotals, ControlTotals)> {
        let sums: Vec<_> = self.bounds.iter().map(|(name, sum)| ((*name).to_string(), *sum)).collect();
        bounds(&slot.to_string(), &sums)?;
        let mut file = self.file;
        self.builder.finish(&mut |table, frame| match table {
            Rollup::CostDaily => file.append(&mut lake::collect(sabotage::rows("rollup", frame.lazy()))?),
            _ => Ok(()),
        })?;
        file.finish()?;
        let rolled_up = || lake::scan_parquet(std::slice::from_ref(&self.path));
        let totals = rollup_totals(rolled_up()?)?;
        Ok((figures(rolled_up()?)?, self.control.unwrap_or_default(), totals))
    }
}
