//! The rows of machines, cores and memory apart, and of the fees of the commitments that cover them.

use super::estate::{OF_CORES, subscription};
use super::month::{Bill, NEGOTIATED, Out, cut};
use super::row::{Credit, Row};
use super::skus::{COMPUTE, GIB_HOUR, HOUR, SHAPES, Unit};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::cloud::meter::hours;
use crate::sample::cloud::{Machine, Thing};
use crate::sample::company::places::{REGIONS, US_EAST};
use crate::sample::numbers::{Amount, Rate, share};

/// Percent × 100 of the list price that a commitment costs in the old model, and percent in the new one;
/// sustained use takes some off.
const OF_LIST: i128 = 6_300;
const MODEL: i64 = 72;
const SUSTAINED: i128 = 2_000;

/// Cores or memory of a machine on a day.
struct Part {
    sku: String,
    unit: &'static Unit,
    amount: Amount,
    list: Rate,
    smaller: Option<(Amount, Rate)>,
}

impl Bill<'_> {
    /// Cores and memory of a machine on a day; what each costs.
    pub(super) fn machine(&self, machine: &Machine, day: u32, out: Out) -> Result<[Money; 2]> {
        let hours = hours(self.estate, machine, self.month, day);
        let mut costs = [Money::ZERO; 2];
        if hours == 0 {
            return Ok(costs);
        }
        let thing = &self.estate.things[machine.thing];
        for (at, part) in self.parts(machine, thing, hours)?.into_iter().enumerate() {
            let price = part.list.percent(NEGOTIATED, 8);
            let default = cut(part.amount.at(price));
            let (cost, commitment, mut credits, given) = match machine.cover {
                Some(OF_CORES) => {
                    let name = ["Committed Usage Discount: CPU", "Committed Usage Discount: RAM"][at];
                    let credit = Credit { name, kind: "COMMITTED_USAGE_DISCOUNT", amount: -default };
                    (default, Some((OF_CORES, None, false)), vec![credit], share(default, OF_LIST, 18))
                }
                Some(number) => {
                    let cost = cut(part.amount.at(price.percent(MODEL, 8)));
                    (cost, Some((number, Some(subscription(number)), false)), Vec::new(), Money::ZERO)
                }
                None => (default, None, Vec::new(), Money::ZERO),
            };
            costs[at] = cost;
            let shape = &SHAPES[machine.shape];
            if commitment.is_none() && shape.sustained {
                let amount = -share(cost, SUSTAINED, 6);
                credits.push(Credit { name: "Sustained Usage Discount", kind: "SUSTAINED_USAGE_DISCOUNT", amount });
            }
            let instead = part.smaller.map(|(amount, list)| {
                let cost = cut(amount.at(list.percent(NEGOTIATED, 8)));
                if commitment.is_none() && shape.sustained { cost - share(cost, SUSTAINED, 6) } else { cost }
            });
            let row = Row {
                service: COMPUTE,
                sku: part.sku,
                thing: Some((machine.thing, thing)),
                region: thing.region,
                amount: part.amount,
                unit: Some(part.unit),
                list_price: part.list,
                price,
                cost,
                list: cut(part.amount.at(part.list)),
                default,
                credits,
                machine: Some(shape.name),
                commitment,
                share: given,
                instead,
                ..self.row(Some(thing.account), day)
            };
            out(self.promoted(row))?;
        }
        Ok(costs)
    }

    fn parts(&self, machine: &Machine, thing: &Thing, hours: i64) -> Result<[Part; 2]> {
        let (shape, region) = (&SHAPES[machine.shape], thing.region.unwrap_or(0));
        let price = |price: &str| Ok(Rate::parse(price)?.percent(REGIONS[region].price_percent, 6));
        let smaller = machine.instead.map(|instead| &SHAPES[instead]);
        let (cores, memory) = (price(shape.core_price)?, price(shape.memory_price)?);
        let less_cores = smaller.map(|it| Ok((Amount::whole(hours * it.vcpus), price(it.core_price)?))).transpose()?;
        let less_memory =
            smaller.map(|it| Ok((Amount::whole(hours * it.gibibytes), price(it.memory_price)?))).transpose()?;
        Ok([
            Part {
                sku: self.name(shape.cores, thing.region),
                unit: &HOUR,
                amount: Amount::whole(hours * shape.vcpus),
                list: cores,
                smaller: less_cores,
            },
            Part {
                sku: self.name(shape.memory, thing.region),
                unit: &GIB_HOUR,
                amount: Amount::whole(hours * shape.gibibytes),
                list: memory,
                smaller: less_memory,
            },
        ])
    }

    /// The fees for cores and for memory, which are used whole.
    pub(super) fn fees(&self, day: u32, covered: [Money; 2], out: Out) -> Result<()> {
        let of_cores = |machine: &&Machine| machine.cover == Some(OF_CORES);
        let shapes = || self.estate.machines.iter().filter(of_cores).map(|machine| &SHAPES[machine.shape]);
        let cores = shapes().map(|shape| shape.vcpus).sum::<i64>() * 24;
        let memory = shapes().map(|shape| shape.gibibytes).sum::<i64>() * 24;
        for (name, unit, amount, covered) in [
            ("Commitment v1: N2 Cpu in {in} for 1 Year", &HOUR, cores, covered[0]),
            ("Commitment v1: N2 Ram in {in} for 1 Year", &GIB_HOUR, memory, covered[1]),
        ] {
            let cost = share(covered, OF_LIST, 18);
            let amount = Amount::whole(amount);
            let price = Rate(i64::try_from(cost.0 / i128::from(amount.0.max(1))).unwrap_or(0));
            let region = Some(US_EAST);
            let row = Row {
                service: COMPUTE,
                sku: self.name(name, region),
                region,
                amount,
                unit: Some(unit),
                list_price: price,
                price,
                cost,
                list: cost,
                default: cost,
                commitment: Some((OF_CORES, None, true)),
                share: -cost,
                ..self.row(Some(self.company.production(0)), day)
            };
            out(row)?;
        }
        Ok(())
    }

    /// The fee of a commitment of money by the hour: what its machines would cost if they ran all day.
    pub(super) fn flexible(&self, number: usize, day: u32, used: Money, out: Out) -> Result<()> {
        let mut cost = Money::ZERO;
        for machine in self.estate.machines.iter().filter(|machine| machine.cover == Some(number)) {
            for part in self.parts(machine, &self.estate.things[machine.thing], 24)? {
                cost += cut(part.amount.at(part.list.percent(NEGOTIATED, 8).percent(MODEL, 8)));
            }
        }
        let mut credits = Vec::new();
        if !used.is_zero() {
            let name = "Committed use discount fee offset";
            credits.push(Credit { name, kind: "FEE_UTILIZATION_OFFSET", amount: -used });
        }
        let region = Some(US_EAST);
        let price = Rate(i64::try_from(cost.0 / i128::from(Amount::whole(24).0)).unwrap_or(0));
        let account = self.estate.held[number].account;
        out(Row {
            service: COMPUTE,
            sku: "Commitment - dollar based v1: Compute Flexible CUDs for 1 year".to_owned(),
            region,
            amount: Amount::whole(24),
            unit: Some(&HOUR),
            list_price: price,
            price,
            cost,
            list: cost,
            default: cost,
            credits,
            commitment: Some((number, Some(subscription(number)), true)),
            ..self.row(Some(account), day)
        })
    }
}
