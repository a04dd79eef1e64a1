//! Prints the rows of a month and keeps the sums that its closing lines hang on.

use super::calendar::Span;
use super::closing::{Closing, Sums};
use super::commitments::{Plan, term};
use super::coverage::Treatment;
use super::estate::{Machine, Resource, Stream};
use super::line::{Cells, Filled, Template};
use super::month::{Month, State};
use super::numbers::Amount;
use super::random::Chance;
use super::services::{Flow, PRODUCTS, SAVINGS_PLANS};
use super::sink::{Row, Sink};
use super::usage;
use crate::error::Result;
use crate::focus::Money;

/// Days at the end of the month whose late usage the first of two deliveries does not have.
const LATE_DAYS: u32 = 4;

/// A stream with its line of the month.
pub struct Metered<'a> {
    pub stream: &'a Stream,
    pub resource: &'a Resource,
    pub template: Template,
}

/// The lines of a machine, each made when it is first charged that way.
#[derive(Debug, Clone, Default)]
pub struct MachineLines(Vec<(Treatment, Template, Option<Template>)>);

/// The printing of one delivery.
pub struct Press<'a> {
    month: &'a Month<'a>,
    state: State,
    out: &'a mut [Box<dyn Sink>],
    sums: Sums,
    filled: Filled,
    rows: u64,
}

impl<'a> Press<'a> {
    pub fn new(month: &'a Month<'a>, state: State, out: &'a mut [Box<dyn Sink>]) -> Self {
        Press { month, state, out, sums: Sums::default(), filled: Filled::default(), rows: 0 }
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    pub fn next_part(&mut self) -> Result<()> {
        self.out.iter_mut().try_for_each(|sink| sink.next_part())
    }

    /// A line that is printed once.
    pub fn once(&mut self, cells: &Cells, span: Span, owner: (usize, usize), cost: Money) -> Result<()> {
        self.sums.add(owner.0, owner.1, cost, false);
        self.print(&Template::new(&self.month.bill.columns, cells), span, &[])
    }

    pub fn all(&mut self, lines: &[Closing], span: Span) -> Result<()> {
        lines.iter().try_for_each(|line| self.once(&line.cells, span, (line.account, line.product), line.cost))
    }

    /// What a stream meters on a day.
    pub fn metered(&mut self, metered: &Metered, day: u32, noise: &mut Chance) -> Result<()> {
        let (stream, bill) = (metered.stream, &self.month.bill);
        if !metered.resource.lives(bill.first_day + day) {
            return Ok(());
        }
        if let Flow::Monthly(_) = stream.meter.flow {
            return if day == 0 { self.meter(metered, bill.calendar.whole(), noise) } else { Ok(()) };
        }
        self.spans(stream.rank, day).try_for_each(|span| self.meter(metered, span, noise))
    }

    fn meter(&mut self, metered: &Metered, span: Span, noise: &mut Chance) -> Result<()> {
        let (stream, bill) = (metered.stream, &self.month.bill);
        let hours = i64::from(span.end - span.start);
        let (base, growth) = (i128::from(stream.base.0), 1_000 + 25 * i128::from(bill.index));
        let amount = match stream.meter.flow {
            Flow::Monthly(_) => base,
            Flow::Hours(_) => base * i128::from(hours) / 24,
            Flow::Storage(..) => base * growth / 1_000 * i128::from(hours) / i128::from(bill.calendar.hours()),
            Flow::Volume(..) | Flow::Requests(..) => {
                let permille = i128::from(bill.calendar.bustle(span)) * i128::from(noise.between(600, 1_400)) / 1_000;
                base * growth / 1_000 * i128::from(hours) * permille / 24_000
            }
        };
        let whole = i128::from(Amount::ONE.0);
        let amount = if let Flow::Requests(..) = stream.meter.flow { amount / whole * whole } else { amount };
        let amount = Amount(i64::try_from(amount).unwrap_or(i64::MAX));
        if amount.0 == 0 {
            return Ok(());
        }
        let cost = amount.at(stream.rate);
        let sold_by_aws = PRODUCTS[stream.product].seller.is_none();
        self.sums.add(metered.resource.account, stream.product, cost, sold_by_aws);
        let late = stream.late && span.start / 24 + LATE_DAYS >= bill.calendar.days();
        if late && self.state == State::First {
            return Ok(());
        }
        self.print(&metered.template, span, &[amount.figure(), cost])
    }

    /// What a machine is charged on a day: a line for each way it is charged.
    pub fn machine(&mut self, number: usize, lines: &mut MachineLines, day: u32, ids: &mut Chance) -> Result<()> {
        let month = self.month;
        let machine = &month.estate.machines[number];
        for span in self.spans(machine.rank, day) {
            let mut counts: Vec<(Treatment, i64)> = Vec::with_capacity(2);
            for hour in span.start..span.end {
                let treatment = month.coverage.treatment(number, hour);
                match counts.iter_mut().find(|(known, _)| *known == treatment) {
                    Some((_, count)) => *count += 1,
                    None if treatment == Treatment::Off => {}
                    None => counts.push((treatment, 1)),
                }
            }
            for (treatment, hours) in counts {
                self.charge(machine, lines, treatment, (span, hours), ids)?;
            }
        }
        Ok(())
    }

    fn charge(
        &mut self,
        machine: &Machine,
        lines: &mut MachineLines,
        treatment: Treatment,
        (span, hours): (Span, i64),
        ids: &mut Chance,
    ) -> Result<()> {
        let resource = &self.month.estate.resources[machine.resource];
        let at = lines.0.iter().position(|(known, ..)| *known == treatment).unwrap_or_else(|| {
            lines.0.push(self.lines(machine, resource, treatment, ids));
            lines.0.len() - 1
        });
        let (_, line, negation) = &lines.0[at];
        let amount = machine.units.times(hours);
        let cost = amount.at(machine.rate);
        let normalized = amount.times(machine.fleet.shape.factor).figure();
        let owner = (resource.account, machine.fleet.shape.product);
        let held = self.month.held;
        match treatment {
            Treatment::Off => Ok(()),
            Treatment::OnDemand => {
                self.sums.add(owner.0, owner.1, cost, true);
                self.print(line, span, &[amount.figure(), cost, normalized])
            }
            Treatment::Reserved(by) => {
                let by = &held.reservations[usize::from(by)];
                let (upfront, recurring) = (amount.at(by.upfront), amount.at(by.recurring));
                let figures = [amount.figure(), cost, normalized, upfront, recurring, upfront + recurring];
                self.print(line, span, &figures)
            }
            Treatment::Planned(by) => {
                // The negation takes the money back: nothing is left to sum.
                let planned = amount.at(held.plans[usize::from(by)].price(machine));
                self.print(line, span, &[amount.figure(), cost, normalized, planned])?;
                match negation {
                    Some(negation) => self.print(negation, span, &[-amount.figure(), -cost, -normalized]),
                    None => Ok(()),
                }
            }
        }
    }

    fn lines(
        &self,
        machine: &Machine,
        resource: &Resource,
        treatment: Treatment,
        ids: &mut Chance,
    ) -> (Treatment, Template, Option<Template>) {
        let (bill, held) = (&self.month.bill, self.month.held);
        let template = |cells: Cells| Template::new(&bill.columns, &cells);
        match treatment {
            Treatment::Off | Treatment::OnDemand => {
                (treatment, template(usage::on_demand(bill, resource, machine, ids)), None)
            }
            Treatment::Reserved(by) => {
                let held = &held.reservations[usize::from(by)];
                (treatment, template(usage::reserved(bill, resource, machine, held, ids)), None)
            }
            Treatment::Planned(by) => {
                let plan = &held.plans[usize::from(by)];
                let covered = template(usage::planned(bill, resource, machine, plan, ids));
                (treatment, covered, Some(template(usage::negated(bill, resource, machine, plan, ids))))
            }
        }
    }

    /// What a Savings Plan charges on a day for its commitment, used or not.
    pub fn plan(&mut self, number: usize, template: &Template, day: u32) -> Result<()> {
        let plan: &Plan = &self.month.held.plans[number];
        let month = i64::from(self.month.bill.first_day) * 24;
        for span in self.spans(0, day) {
            if !term(plan.start).contains(&(month + i64::from(span.start))) {
                continue;
            }
            let hours = Amount::whole(i64::from(span.end - span.start));
            let used = &self.month.coverage.used[number][span.start as usize..span.end as usize];
            let cost = hours.at(plan.recurring);
            self.sums.add(plan.owner, SAVINGS_PLANS, cost, false);
            let figures =
                [hours.figure(), cost, hours.at(plan.commitment()), Money(used.iter().sum()), hours.at(plan.upfront)];
            self.print(template, span, &figures)?;
        }
        Ok(())
    }

    /// The intervals of a day that something of this rank is metered in.
    fn spans(&self, rank: u32, day: u32) -> impl Iterator<Item = Span> + use<> {
        let day = Span::day(day);
        let step = if rank < self.month.hourly_share { 1 } else { 24 };
        (day.start..day.end).step_by(step).map(move |start| Span { start, end: start + step as u32 })
    }

    fn print(&mut self, template: &Template, span: Span, figures: &[Money]) -> Result<()> {
        let calendar = &self.month.bill.calendar;
        self.filled.fill(calendar, span, figures);
        self.rows += 1;
        let row = Row { template, calendar, span, filled: &self.filled };
        self.out.iter_mut().try_for_each(|sink| sink.row(&row))
    }
}
