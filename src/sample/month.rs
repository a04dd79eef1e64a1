//! Writes one delivery of one month: what is known at its start, then part by part what is
//! metered, then what is worked out at its end. Only the templates of its lines are held.

use super::bill::Bill;
use super::closing;
use super::commitments::Commitments;
use super::coverage::Coverage;
use super::estate::{Estate, Stream};
use super::line::Template;
use super::press::{MachineLines, Metered, Press};
use super::purchases;
use super::random::Chance;
use super::sink::Sink;
use super::usage;
use crate::error::Result;

/// One month of the estate.
pub struct Month<'a> {
    pub bill: Bill,
    pub estate: &'a Estate,
    pub held: &'a Commitments,
    pub coverage: Coverage,
    /// Streams and machines ranked below this (of 1000) are metered by the hour.
    pub hourly_share: u32,
}

/// Which state of the month is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The only one.
    Only,
    /// The one that is restated later.
    First,
    Restated,
}

impl<'a> Month<'a> {
    /// Writes the delivery and returns its rows. The same month has the same lines in every state
    /// but for late usage, a moved tax and a refund.
    ///
    /// # Errors
    /// `Lake` when the disk does not take it.
    pub fn write(&self, state: State, parts: u32, out: &mut [Box<dyn Sink>]) -> Result<u64> {
        // Line ids, fluctuations, closing lines and the refund each have chances of their own, so
        // that what one state lacks does not change the rest.
        let stream = 100 + u64::from(self.bill.index) * 10;
        let chance = |purpose| Chance::new(self.bill.seed, stream + purpose);
        let (mut ids, mut noise) = (chance(0), chance(1));
        let mut press = Press::new(self, state, out);
        self.open(&mut press, &mut ids)?;
        let streams = self.streams(&mut ids);
        let fee = |plan| Template::new(&self.bill.columns, &purchases::plan_fee(&self.bill, plan, &mut ids));
        let fees: Vec<Template> = self.held.plans.iter().map(fee).collect();
        let mut machines = vec![MachineLines::default(); self.estate.machines.len()];
        let days = self.bill.calendar.days();
        for part in 0..parts {
            if part > 0 {
                press.next_part()?;
            }
            // A part has its days of one line after the other: neighbours differ in few figures.
            let days = days * part / parts..days * (part + 1) / parts;
            for metered in &streams {
                days.clone().try_for_each(|day| press.metered(metered, day, &mut noise))?;
            }
            for (number, lines) in machines.iter_mut().enumerate() {
                days.clone().try_for_each(|day| press.machine(number, lines, day, &mut ids))?;
            }
            for (number, template) in fees.iter().enumerate() {
                days.clone().try_for_each(|day| press.plan(number, template, day))?;
            }
        }
        self.close(&mut press, state, &mut chance(2), &mut chance(3))?;
        Ok(press.rows())
    }

    /// What stands in the bill from the first day: the fees of reservations, and purchases.
    fn open(&self, press: &mut Press, ids: &mut Chance) -> Result<()> {
        for (held, used) in self.held.reservations.iter().zip(&self.coverage.reserved) {
            let fee = purchases::reservation_fee(&self.bill, held, *used, ids);
            let upfront = purchases::reservation_upfront(&self.bill, held, ids);
            for (cells, span, cost) in fee.into_iter().chain(upfront) {
                press.once(&cells, span, (held.owner, held.product), cost)?;
            }
        }
        for plan in &self.held.plans {
            if let Some((cells, span, cost)) = purchases::plan_upfront(&self.bill, plan, ids) {
                press.once(&cells, span, (plan.owner, super::services::SAVINGS_PLANS), cost)?;
            }
        }
        Ok(())
    }

    fn streams(&self, ids: &mut Chance) -> Vec<Metered<'a>> {
        let metered = |stream: &'a Stream| {
            let resource = &self.estate.resources[stream.resource];
            let cells = usage::metered(&self.bill, resource, stream, ids);
            Metered { stream, resource, template: Template::new(&self.bill.columns, &cells) }
        };
        self.estate.streams.iter().map(metered).collect()
    }

    fn close(&self, press: &mut Press, state: State, ids: &mut Chance, refund: &mut Chance) -> Result<()> {
        let whole = self.bill.calendar.whole();
        let reductions = closing::reductions(&self.bill, press.sums(), ids);
        press.all(&reductions, whole)?;
        let fees = closing::fees(&self.bill, press.sums(), ids);
        press.all(&fees, whole)?;
        let taxes = closing::taxes(&self.bill, press.sums(), state == State::Restated, ids);
        press.all(&taxes, whole)?;
        if state == State::Restated {
            let refund = closing::refund(&self.bill, press.sums(), refund);
            press.all(&[refund], whole)?;
        }
        Ok(())
    }
}
