//! The lines of machines, and of the commitments that cover them: what they are bought for, and what of
//! them goes unused.

use super::commitments::{self, Payment, TERMS, Terms};
use super::line::{Line, Names};
use super::month::{Bill, Dataset, NEGOTIATED, Out};
use super::skus::SHAPES;
use crate::error::Result;
use crate::focus::Money;
use crate::sample::cloud::Machine;
use crate::sample::cloud::meter::hours;
use crate::sample::company::PAYER;
use crate::sample::company::places::REGIONS;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::{code, guid};
use crate::sample::truth::cloud::{Charge, CloudBooks, Costs};

/// Hours of a year, a twelfth of it, and what was left of a reservation that was returned.
const YEAR: i64 = 8_760;
const TWELFTH: i64 = 730;
const RETURNED: i64 = 4_800;

impl Bill<'_> {
    pub(super) fn machine(
        &self,
        machine: &Machine,
        days: std::ops::Range<u32>,
        books: &mut Option<&mut CloudBooks>,
        out: Out,
    ) -> Result<()> {
        let (shape, thing) = (&SHAPES[machine.shape], &self.estate.things[machine.thing]);
        let region = thing.region.unwrap_or(0);
        let product =
            format!("Virtual Machines {} - {} - {}", shape.subcategory, shape.meter, self.ground.regions[region].1);
        let reserved = thing.id.contains("/capacityReservations/");
        let info = format!(
            "{{\"UsageType\":\"{}\",\"ImageType\":\"Canonical\",\"ServiceType\":\"{}\",\"VMName\":null,\"VMProperties\":null,\"VCPUs\":{}}}",
            if reserved { "ComputeCR" } else { "ComputeHR" },
            shape.name,
            shape.vcpus
        );
        let names = Names {
            part_number: format!("AA{}-{}", code(&product, 1), code(&product, 5)),
            meter_id: guid(&product),
            product,
            family: "Compute",
            category: "Virtual Machines",
            subcategory: shape.subcategory,
            meter_region: self.ground.regions[region].1,
            meter: shape.meter,
            provider: "Microsoft.Compute",
            unit: "1 Hour",
            additional_info: info,
            publisher: "Microsoft",
            publisher_type: "Azure",
            plan: shape.meter,
        };
        let price = |shape: usize| Ok(Rate::parse(SHAPES[shape].price)?.percent(REGIONS[region].price_percent, 6));
        let list = price(machine.shape)?;
        let unit = list.percent(NEGOTIATED, 10);
        let smaller: Option<Rate> = machine.instead.map(price).transpose()?;
        for day in days {
            let hours = hours(self.estate, machine, self.month, day);
            if hours == 0 {
                continue;
            }
            let amount = Amount::whole(hours);
            let terms = machine.cover.map(|cover| &TERMS[cover]).filter(|terms| self.runs(terms, day));
            let under = terms.map_or(unit, |terms| terms.price(list));
            let tags = self.tags(thing.tags(day), day);
            let is_reserved = terms.is_some_and(|terms| terms.of.is_some());
            let amortised = Line {
                thing: Some(thing),
                location: self.ground.regions[region].0,
                quantity: amount.quantity(),
                // A reserved hour has no pay-as-you-go price in these files.
                pay_as_you_go: if is_reserved { Money::ZERO } else { list.figure() },
                unit_price: unit.figure(),
                effective_price: under.figure(),
                cost: amount.at(under),
                tags: &tags,
                pricing_model: terms.map_or("OnDemand", |terms| terms.model()),
                benefit: terms,
                ..self.line(thing.account, day, &names, "Usage")
            };
            let actual = match terms {
                Some(_) => Line { effective_price: Money::ZERO, cost: Money::ZERO, ..amortised },
                None => amortised,
            };
            out(Dataset::Actual, &actual)?;
            out(Dataset::Amortised, &amortised)?;
            if let Some(books) = books {
                let costs = Costs {
                    billed: actual.cost,
                    effective: amortised.cost,
                    list: if is_reserved { amount.at(unit) } else { amount.at(list) },
                    contracted: amount.at(unit),
                };
                let charge = Charge {
                    covered: terms.is_some(),
                    machine: true,
                    instead: smaller.map(|rate| amount.at(rate.percent(NEGOTIATED, 10))),
                    ..self.charge(thing.account, Some(machine.thing), day, costs)
                };
                books.add(&charge);
            }
        }
        Ok(())
    }

    /// What a commitment is bought for, and what of it goes unused.
    pub(super) fn commitment(
        &self,
        (number, terms): (usize, &Terms),
        days: std::ops::Range<u32>,
        books: &mut Option<&mut CloudBooks>,
        out: Out,
    ) -> Result<()> {
        let size = commitments::size(self.estate, number)?;
        let region = terms.of.map_or(0, |(_, region)| region);
        let names = Names {
            product: terms.product(),
            part_number: format!("AA{}-{}", code(terms.name, 1), code(terms.name, 5)),
            meter_id: guid(&format!("meter {}", terms.name)),
            family: "Compute",
            category: "Virtual Machines",
            subcategory: terms.of.map_or("Compute savings plan", |(shape, _)| SHAPES[shape].subcategory),
            meter_region: if terms.of.is_some() { self.ground.regions[region].1 } else { "" },
            meter: terms.of.map_or("Compute savings plan", |(shape, _)| SHAPES[shape].meter),
            provider: if terms.of.is_some() { "Microsoft.Capacity" } else { "Microsoft.BillingBenefits" },
            unit: "1 Hour",
            publisher_type: "Azure",
            ..Names::default()
        };
        let location = if terms.of.is_some() { self.ground.regions[region].0 } else { "" };
        for day in days {
            let first = day == self.month.first_day;
            let paid = match terms.payment {
                Payment::Monthly if first => Some(("Purchase", size.over(TWELFTH))),
                Payment::Upfront if day == self.bought => Some(("Purchase", size.over(YEAR))),
                _ if terms.returned && day == self.company.reorganised => Some(("Refund", -size.over(RETURNED))),
                _ => None,
            };
            let base = Line {
                location,
                benefit: Some(terms),
                pricing_model: terms.model(),
                ..self.line(PAYER, day, &names, "Usage")
            };
            if let Some((charge_type, cost)) = paid {
                let line = Line {
                    quantity: Amount::ONE.quantity(),
                    effective_price: cost,
                    unit_price: cost,
                    cost,
                    charge_type,
                    frequency: if terms.payment == Payment::Monthly { "Recurring" } else { "OneTime" },
                    ..base
                };
                out(Dataset::Actual, &line)?;
                if let Some(books) = books {
                    let costs = Costs { effective: Money::ZERO, ..Costs::all(cost) };
                    books.add(&Charge { of_day: false, category: "Purchase", ..self.charge(PAYER, None, day, costs) });
                }
            }
            if !self.runs(terms, day) {
                continue;
            }
            let mut used = Money::ZERO;
            for machine in self.estate.machines.iter().filter(|machine| machine.cover == Some(number)) {
                let region = self.estate.things[machine.thing].region.unwrap_or(0);
                let list = Rate::parse(SHAPES[machine.shape].price)?.percent(REGIONS[region].price_percent, 6);
                used += Amount::whole(hours(self.estate, machine, self.month, day)).at(terms.price(list));
            }
            let unused = size.over(24) - used;
            if unused.is_zero() {
                continue;
            }
            // Hours of a reservation, money of a plan.
            let (quantity, price) = match terms.of {
                Some((shape, region)) => {
                    let list = Rate::parse(SHAPES[shape].price)?.percent(REGIONS[region].price_percent, 6);
                    let price = terms.price(list);
                    (Amount(i64::try_from(unused.0 / i128::from(price.0)).unwrap_or(0)).quantity(), price.figure())
                }
                None => (unused, Amount::ONE.quantity()),
            };
            let charge_type = if terms.of.is_some() { "UnusedReservation" } else { "UnusedSavingsPlan" };
            let line = Line { quantity, effective_price: price, cost: unused, charge_type, ..base };
            out(Dataset::Amortised, &line)?;
            if let Some(books) = books {
                let costs = Costs { billed: Money::ZERO, ..Costs::all(unused) };
                books.add(&Charge { unused: Some(number), ..self.charge(PAYER, None, day, costs) });
            }
        }
        Ok(())
    }
}

impl Terms {
    /// The pricing model of what it covers.
    fn model(&self) -> &'static str {
        if self.of.is_some() { "Reservation" } else { "SavingsPlan" }
    }
}
