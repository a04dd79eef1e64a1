//! Prints the rows of a month and keeps the sums that its closing lines, and the truths, hang on.

mod machines;

pub use machines::MachineLines;

use super::closing::{self, Closing, Sums};
use super::line::{Cells, Filled, Template};
use super::month::{Month, State};
use super::usage;
use crate::error::Result;
use crate::focus::Money;
use crate::sample::calendar::Span;
use crate::sample::company::policy::EXEMPT;
use crate::sample::estate::commitments::{Plan, term};
use crate::sample::estate::services::{Flow, PRODUCTS, SAVINGS_PLANS};
use crate::sample::estate::{Resource, Stream};
use crate::sample::numbers::Amount;
use crate::sample::random::Chance;
use crate::sample::sink::{Row, Sink};
use crate::sample::truth::{Books, Line, LineId};
use crate::sample::waste::Target;

/// Days at the end of the month whose late usage the first of two deliveries does not have.
const LATE_DAYS: u32 = 4;

/// A line of the month: how it is printed, and what it is in the books.
#[derive(Debug, Clone)]
pub struct Printed {
    template: Template,
    id: LineId,
}

/// A stream with its line of the month, made anew when its resource is tagged anew.
pub struct Metered<'a> {
    pub stream: &'a Stream,
    pub resource: &'a Resource,
    epoch: usize,
    line: Printed,
}

/// The printing of one delivery.
pub struct Press<'a, 'b> {
    month: &'b Month<'a>,
    state: State,
    out: &'b mut [Box<dyn Sink>],
    books: &'b mut Books<'a>,
    sums: Sums,
    filled: Filled,
    rows: u64,
}

impl<'a, 'b> Press<'a, 'b> {
    pub fn new(month: &'b Month<'a>, state: State, out: &'b mut [Box<dyn Sink>], books: &'b mut Books<'a>) -> Self {
        books.begin(&month.bill, state != State::First);
        let sums = Sums::new(month.bill.company);
        Press { month, state, out, books, sums, filled: Filled::default(), rows: 0 }
    }

    /// Ends the delivery and returns its rows.
    pub fn end(self) -> u64 {
        self.books.end();
        self.rows
    }

    pub fn sums(&self) -> &Sums {
        &self.sums
    }

    pub fn next_part(&mut self) -> Result<()> {
        self.out.iter_mut().try_for_each(|sink| sink.next_part())
    }

    /// A line that is printed once: its cells and interval, account and product, what it costs, and
    /// what of that is effective.
    pub fn once(
        &mut self,
        cells: &Cells,
        span: Span,
        (account, product): (usize, usize),
        (cost, effective): (Money, Money),
        line: Line,
    ) -> Result<()> {
        self.sums.add(account, product, cost, Money::ZERO);
        let dollars = PRODUCTS[product].seller.is_none();
        let line = self.line(cells, Line { account, dollars, ..line });
        self.print(&line, span, &[], (effective, Amount::default()))
    }

    pub fn all(&mut self, lines: &[Closing], span: Span) -> Result<()> {
        for line in lines {
            self.once(&line.cells, span, (line.account, line.product), (line.cost, line.cost), Line::default())?;
        }
        Ok(())
    }

    pub fn line(&mut self, cells: &Cells, line: Line) -> Printed {
        let bill = &self.month.bill;
        Printed { template: Template::new(&bill.columns, cells), id: self.books.line(bill, line) }
    }

    /// The line of a stream, as tagged on the first day of the month.
    pub fn stream(&mut self, stream: &'a Stream, ids: &mut Chance) -> Metered<'a> {
        let resource = &self.month.estate.resources[stream.resource];
        let epoch = resource.epoch(self.month.bill.first_day);
        let line = self.stream_line(stream, resource, epoch, ids);
        Metered { stream, resource, epoch, line }
    }

    fn stream_line(&mut self, stream: &Stream, resource: &Resource, epoch: usize, ids: &mut Chance) -> Printed {
        let cells = usage::metered(&self.month.bill, resource, epoch, stream, ids);
        let line = Line {
            account: resource.account,
            resource: Some((stream.resource, epoch)),
            has_id: !resource.id.is_empty(),
            dollars: PRODUCTS[stream.product].seller.is_none(),
            usage: true,
            region: resource.region,
            usage_type: stream.meter.usage_type.to_owned(),
            price: Some(stream.rate),
            exempt: stream.product == EXEMPT.0,
            ..Line::default()
        };
        self.line(&cells, line)
    }

    /// What a stream meters on a day.
    pub fn metered(
        &mut self,
        metered: &mut Metered<'a>,
        day: u32,
        (ids, noise): (&mut Chance, &mut Chance),
    ) -> Result<()> {
        let (stream, bill) = (metered.stream, &self.month.bill);
        if !metered.resource.lives(bill.first_day + day) {
            return Ok(());
        }
        let epoch = metered.resource.epoch(bill.first_day + day);
        if epoch != metered.epoch {
            metered.epoch = epoch;
            metered.line = self.stream_line(stream, metered.resource, epoch, ids);
        }
        if let Flow::Monthly(_) = stream.meter.flow {
            return if day == 0 { self.meter(metered, bill.calendar.whole(), noise) } else { Ok(()) };
        }
        self.spans(stream.rank, day).try_for_each(|span| self.meter(metered, span, noise))
    }

    fn meter(&mut self, metered: &Metered, span: Span, noise: &mut Chance) -> Result<()> {
        let (stream, bill) = (metered.stream, &self.month.bill);
        let hours = match stream.meter.flow {
            Flow::Monthly(_) => 1,
            _ => i128::from(stream.run.hours(&bill.calendar, bill.first_day, span.start..span.end)),
        };
        let base = i128::from(stream.base.0);
        let growth = stream.growth.permille(bill.first_day + span.start / 24, bill.index);
        let amount = match stream.meter.flow {
            Flow::Monthly(_) => base,
            Flow::Hours(_) | Flow::Steady(_) => base * hours / 24,
            Flow::Storage(..) => base * growth / 1_000 * hours / i128::from(bill.calendar.hours()),
            Flow::Volume(..) | Flow::Requests(..) => {
                let permille = i128::from(bill.calendar.bustle(span)) * i128::from(noise.between(600, 1_400)) / 1_000;
                base * growth / 1_000 * hours * permille / 24_000
            }
        };
        let whole = i128::from(Amount::ONE.0);
        let amount = if let Flow::Requests(..) = stream.meter.flow { amount / whole * whole } else { amount };
        let amount = Amount(i64::try_from(amount).unwrap_or(i64::MAX));
        if amount.0 == 0 {
            return Ok(());
        }
        let cost = amount.at(stream.rate);
        let (edp, bundled) = closing::discounts(stream.product, cost);
        let discount = edp.or(bundled).unwrap_or(Money::ZERO);
        self.sums.add(metered.resource.account, stream.product, cost, discount);
        let late = stream.late && span.start / 24 + LATE_DAYS >= bill.calendar.days();
        if late && self.state == State::First {
            return Ok(());
        }
        self.print(&metered.line, span, &[amount.figure(), cost, discount], (cost, amount))
    }

    /// What a Savings Plan charges on a day for its commitment, used or not.
    pub fn plan(&mut self, number: usize, line: &Printed, day: u32) -> Result<()> {
        let plan: &Plan = &self.month.held.plans[number];
        let month = i64::from(self.month.bill.first_day) * 24;
        for span in self.spans(0, day) {
            if !term(plan.start).contains(&(month + i64::from(span.start))) {
                continue;
            }
            let hours = Amount::whole(i64::from(span.end - span.start));
            let used = &self.month.coverage.used[number][span.start as usize..span.end as usize];
            let (cost, used) = (hours.at(plan.recurring), Money(used.iter().sum()));
            self.sums.add(plan.owner, SAVINGS_PLANS, cost, Money::ZERO);
            let whole = hours.at(plan.commitment());
            let figures = [hours.figure(), cost, whole, used, hours.at(plan.upfront)];
            self.print(line, span, &figures, (whole - used, Amount::default()))?;
        }
        Ok(())
    }

    /// The line of a Savings Plan's fee.
    pub fn plan_line(&mut self, number: usize, cells: &Cells) -> Printed {
        let account = self.month.held.plans[number].owner;
        let commitment = Some(Target::Plan(number));
        self.line(cells, Line { account, dollars: true, commitment, ..Line::default() })
    }

    /// The intervals of a day that something of this rank is metered in.
    fn spans(&self, rank: u32, day: u32) -> impl Iterator<Item = Span> + use<> {
        let day = Span::day(day);
        let step = if rank < self.month.hourly_share { 1 } else { 24 };
        (day.start..day.end).step_by(step).map(move |start| Span { start, end: start + step as u32 })
    }

    /// Prints a row, which effectively costs and meters so much.
    fn print(&mut self, line: &Printed, span: Span, figures: &[Money], counts: (Money, Amount)) -> Result<()> {
        let calendar = &self.month.bill.calendar;
        self.filled.fill(calendar, span, figures);
        self.rows += 1;
        self.books.row(line.id, span.start / 24, span.end - span.start, counts.0, counts.1);
        let row = Row { template: &line.template, calendar, span, filled: &self.filled };
        self.out.iter_mut().try_for_each(|sink| sink.row(&row))
    }
}
