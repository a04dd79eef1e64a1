//! Prints the rows of machines: a line for each way a machine is charged, made when it first is.

use super::super::closing;
use super::super::usage::{self, Tagged};
use super::{Press, Printed};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::calendar::Span;
use crate::sample::estate::Machine;
use crate::sample::estate::coverage::Treatment;
use crate::sample::numbers::Amount;
use crate::sample::random::Chance;
use crate::sample::truth::Line;

/// The lines of a machine, each made when it is first charged that way with those tags.
#[derive(Debug, Clone, Default)]
pub struct MachineLines(Vec<MachineLine>);

#[derive(Debug, Clone)]
struct MachineLine {
    treatment: Treatment,
    epoch: usize,
    line: Printed,
    negation: Option<Printed>,
}

impl<'a> Press<'a, '_> {
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
        machine: &'a Machine,
        lines: &mut MachineLines,
        treatment: Treatment,
        (span, hours): (Span, i64),
        ids: &mut Chance,
    ) -> Result<()> {
        let resource = &self.month.estate.resources[machine.resource];
        let epoch = resource.epoch(self.month.bill.first_day + span.start / 24);
        let known = |line: &MachineLine| line.treatment == treatment && line.epoch == epoch;
        let at = lines.0.iter().position(known).unwrap_or_else(|| {
            lines.0.push(self.machine_line(Tagged { resource, epoch, machine }, treatment, ids));
            lines.0.len() - 1
        });
        let MachineLine { line, negation, .. } = &lines.0[at];
        let amount = machine.units.times(hours);
        let cost = amount.at(machine.rate);
        let normalized = amount.times(machine.shape.factor).figure();
        let (account, product) = (resource.account, machine.shape.product);
        let held = self.month.held;
        match treatment {
            Treatment::Off => Ok(()),
            Treatment::OnDemand => {
                let discount = closing::discounts(product, cost).0.unwrap_or(Money::ZERO);
                self.sums.add(account, product, cost, discount);
                self.print(line, span, &[amount.figure(), cost, normalized, discount], (cost, amount))
            }
            Treatment::Reserved(by) => {
                let by = &held.reservations[usize::from(by)];
                let (upfront, recurring) = (amount.at(by.upfront), amount.at(by.recurring));
                let effective = upfront + recurring;
                let figures = [amount.figure(), cost, normalized, upfront, recurring, effective];
                self.print(line, span, &figures, (effective, amount))
            }
            Treatment::Planned(by) => {
                // The negation takes the money back: nothing is left to sum.
                let planned = amount.at(held.plans[usize::from(by)].price(machine));
                self.print(line, span, &[amount.figure(), cost, normalized, planned], (planned, amount))?;
                match negation {
                    Some(negation) => {
                        let figures = [-amount.figure(), -cost, -normalized];
                        self.print(negation, span, &figures, (Money::ZERO, Amount::default()))
                    }
                    None => Ok(()),
                }
            }
        }
    }

    fn machine_line(&mut self, it: Tagged, treatment: Treatment, ids: &mut Chance) -> MachineLine {
        let (bill, held) = (&self.month.bill, self.month.held);
        let (cells, negation) = match treatment {
            Treatment::Off | Treatment::OnDemand => (usage::on_demand(bill, it, ids), None),
            Treatment::Reserved(by) => (usage::reserved(bill, it, &held.reservations[usize::from(by)], ids), None),
            Treatment::Planned(by) => {
                let plan = &held.plans[usize::from(by)];
                let covered = usage::planned(bill, it, plan, ids);
                (covered, Some(usage::negated(bill, it, plan, ids)))
            }
        };
        let on_demand = treatment == Treatment::OnDemand;
        let line = Line {
            account: it.resource.account,
            resource: Some((it.machine.resource, it.epoch)),
            has_id: true,
            dollars: true,
            usage: true,
            covered: !on_demand,
            region: Some(it.machine.region),
            usage_type: usage::machine_usage_type(it.machine).1,
            price: on_demand.then_some(it.machine.rate),
            ..Line::default()
        };
        let offset = Line { account: it.resource.account, dollars: true, ..Line::default() };
        MachineLine {
            treatment,
            epoch: it.epoch,
            line: self.line(&cells, line),
            negation: negation.map(|cells| self.line(&cells, offset)),
        }
    }
}
