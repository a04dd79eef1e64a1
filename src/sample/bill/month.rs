//! Writes one delivery of one month: what is known at its start, then part by part what is
//! metered, then what is worked out at its end. Only the templates of its lines are held.

use super::Bill;
use super::closing;
use super::press::{MachineLines, Metered, Press, Printed};
use super::purchases::{self, OneTime};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::estate::Estate;
use crate::sample::estate::commitments::Commitments;
use crate::sample::estate::coverage::Coverage;
use crate::sample::random::Chance;
use crate::sample::sink::Sink;
use crate::sample::truth::{Books, Line};
use crate::sample::waste::Target;

/// One month of the estate.
pub struct Month<'a> {
    pub bill: Bill<'a>,
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
    pub fn write(&self, state: State, parts: u32, out: &mut [Box<dyn Sink>], books: &mut Books<'a>) -> Result<u64> {
        // Line ids, fluctuations, closing lines and the refund each have chances of their own, so
        // that what one state lacks does not change the rest.
        let stream = 100 + u64::from(self.bill.index) * 10;
        let chance = |purpose| Chance::new(self.bill.seed, stream + purpose);
        let (mut ids, mut noise) = (chance(0), chance(1));
        let mut press = Press::new(self, state, out, books);
        self.open(&mut press, &mut ids)?;
        let mut streams: Vec<Metered> =
            self.estate.streams.iter().map(|stream| press.stream(stream, &mut ids)).collect();
        let mut fees: Vec<Printed> = Vec::with_capacity(self.held.plans.len());
        for (number, plan) in self.held.plans.iter().enumerate() {
            fees.push(press.plan_line(number, &purchases::plan_fee(&self.bill, plan, &mut ids)));
        }
        let mut machines = vec![MachineLines::default(); self.estate.machines.len()];
        let days = self.bill.calendar.days();
        for part in 0..parts {
            if part > 0 {
                press.next_part()?;
            }
            // A part has its days of one line after the other: neighbours differ in few figures.
            let days = days * part / parts..days * (part + 1) / parts;
            for metered in &mut streams {
                days.clone().try_for_each(|day| press.metered(metered, day, (&mut ids, &mut noise)))?;
            }
            for (number, lines) in machines.iter_mut().enumerate() {
                days.clone().try_for_each(|day| press.machine(number, lines, day, &mut ids))?;
            }
            for (number, line) in fees.iter().enumerate() {
                days.clone().try_for_each(|day| press.plan(number, line, day))?;
            }
        }
        self.close(&mut press, state, &mut chance(2), &mut chance(3))?;
        Ok(press.end())
    }

    /// What stands in the bill from the first day: the fees of reservations, and purchases.
    fn open(&self, press: &mut Press<'a, '_>, ids: &mut Chance) -> Result<()> {
        for (number, (held, used)) in self.held.reservations.iter().zip(&self.coverage.reserved).enumerate() {
            let owner = (held.owner, held.product);
            let commitment = Some(Target::Reservation(number));
            if let Some((fee, idle)) = purchases::reservation_fee(&self.bill, held, *used, ids) {
                let line = Line { commitment, ..Line::default() };
                press.once(&fee.cells, fee.span, owner, (fee.cost, idle), line)?;
            }
            if let Some(paid) = purchases::reservation_upfront(&self.bill, held, ids) {
                press.once(&paid.cells, paid.span, owner, (paid.cost, Money::ZERO), Line::default())?;
            }
        }
        for plan in &self.held.plans {
            if let Some(OneTime { cells, span, cost }) = purchases::plan_upfront(&self.bill, plan, ids) {
                let owner = (plan.owner, crate::sample::estate::services::SAVINGS_PLANS);
                press.once(&cells, span, owner, (cost, Money::ZERO), Line::default())?;
            }
        }
        Ok(())
    }

    fn close(&self, press: &mut Press<'a, '_>, state: State, ids: &mut Chance, refund: &mut Chance) -> Result<()> {
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
