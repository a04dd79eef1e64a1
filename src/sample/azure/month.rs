//! The lines of one month, in both datasets. Actual cost has purchases and refunds of commitments, and
//! what they cover at 0; amortised cost has neither, but what each hour costs under them and what of them
//! went unused. All else is the same line in both.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/reservations/understand-reserved-instance-usage-ea>

use super::commitments::{self, Payment, TERMS, Terms};
use super::line::{Line, Names};
use super::skus::{SHAPES, SKUS};
use crate::error::Result;
use crate::focus::Money;
use crate::sample::cloud::meter::{Month, hours, metered};
use crate::sample::cloud::{Estate, Ground, Machine};
use crate::sample::company::places::REGIONS;
use crate::sample::company::policy::{Key, Policy};
use crate::sample::company::{Company, PAYER};
use crate::sample::estate::tags::Tags;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::{Chance, code, guid};
use crate::sample::truth::cloud::{Charge, CloudBooks, Costs};

/// Which export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dataset {
    Actual,
    Amortised,
    /// Both at once, as FOCUS has them. No line is of it.
    Focus,
}

/// Percent of the pay-as-you-go price that the agreement charges.
const NEGOTIATED: i64 = 90;
/// Hours of a year, a twelfth of it, and what was left of a reservation that was returned.
const YEAR: i64 = 8_760;
const TWELFTH: i64 = 730;
const RETURNED: i64 = 4_800;

/// Where lines go.
pub type Out<'a> = &'a mut dyn FnMut(Dataset, &Line) -> Result<()>;

/// One month's bill.
pub struct Bill<'a> {
    pub company: &'a Company,
    pub policy: Policy,
    pub ground: &'a Ground,
    pub estate: &'a Estate,
    pub seed: u64,
    pub month: &'a Month,
    /// The day of the sample on which a reservation is bought.
    pub bought: u32,
}

impl Bill<'_> {
    /// The lines of some days of the month, from 0, counted in the books if there are any.
    ///
    /// # Errors
    /// What `out` returns.
    pub fn write(&self, days: std::ops::Range<u32>, mut books: Option<&mut CloudBooks>, out: Out) -> Result<()> {
        let days = self.month.first_day + days.start..self.month.first_day + days.end;
        self.streams(days.clone(), &mut books, out)?;
        for machine in &self.estate.machines {
            self.machine(machine, days.clone(), &mut books, out)?;
        }
        for (number, terms) in TERMS.iter().enumerate() {
            self.commitment((number, terms), days.clone(), &mut books, out)?;
        }
        self.closing(days, &mut books, out)
    }

    fn streams(&self, days: std::ops::Range<u32>, books: &mut Option<&mut CloudBooks>, out: Out) -> Result<()> {
        for (number, stream) in self.estate.streams.iter().enumerate() {
            let (sku, thing) = (&SKUS[stream.sku], &self.estate.things[stream.thing]);
            let region = thing.region.unwrap_or(0);
            let product = format!("{} - {} - {}", sku.subcategory, sku.meter, self.ground.regions[region].1);
            let names = Names {
                part_number: format!("AA{}-{}", code(&product, 1), code(&product, 5)),
                meter_id: guid(&product),
                product,
                family: sku.family,
                category: sku.category,
                subcategory: sku.subcategory,
                meter_region: self.ground.regions[region].1,
                meter: sku.meter,
                provider: sku.provider,
                unit: sku.unit,
                publisher: "Microsoft",
                publisher_type: "Azure",
                ..Names::default()
            };
            let unit = stream.list.percent(NEGOTIATED, 10);
            for day in days.clone() {
                let mut noise = Chance::new(
                    self.seed,
                    self.ground.chance + 5_000_000_000 + (number as u64) * 50_000 + u64::from(day),
                );
                let Some(amount) = metered(self.estate, stream, sku.flow, self.month, day, &mut noise) else {
                    continue;
                };
                let cost = amount.at(unit);
                let tags = self.tags(thing.tags(day), day);
                let line = Line {
                    thing: Some(thing),
                    location: self.ground.regions[region].0,
                    quantity: amount.quantity(),
                    pay_as_you_go: stream.list.figure(),
                    unit_price: unit.figure(),
                    effective_price: unit.figure(),
                    cost,
                    tags: &tags,
                    ..self.line(thing.account, day, &names, "Usage")
                };
                out(Dataset::Actual, &line)?;
                out(Dataset::Amortised, &line)?;
                if let Some(books) = books {
                    let costs = Costs { list: amount.at(stream.list), ..Costs::all(cost) };
                    let instead = stream.instead.map(|rate| amount.at(rate.percent(NEGOTIATED, 10)));
                    let charge = Charge { instead, ..self.charge(thing.account, Some(stream.thing), day, costs) };
                    books.add(&charge);
                }
            }
        }
        Ok(())
    }

    fn machine(
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
    fn commitment(
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

    /// Support, a subscription of the marketplace, and the rounding of the invoice.
    fn closing(&self, days: std::ops::Range<u32>, books: &mut Option<&mut CloudBooks>, out: Out) -> Result<()> {
        let one = |text: &str| text.parse::<Money>().unwrap_or(Money::ZERO);
        let last = self.month.days().end - 1;
        let lines = [
            (
                self.month.first_day,
                one("100"),
                "Purchase",
                "Recurring",
                Names {
                    product: "Azure Support Plans - Standard".to_owned(),
                    category: "Azure Support Plans",
                    subcategory: "Azure Support Plans",
                    meter: "Standard Support Plan",
                    family: "Azure Support",
                    provider: "Microsoft.Support",
                    unit: "1/Month",
                    publisher: "Microsoft",
                    publisher_type: "Azure",
                    ..Names::default()
                },
            ),
            (
                self.month.first_day + 1,
                one("49.5"),
                "Purchase",
                "Recurring",
                Names {
                    product: "Gletscher Observe - Team plan".to_owned(),
                    category: "SaaS",
                    subcategory: "Gletscher Observe",
                    meter: "Team plan",
                    family: "SaaS",
                    provider: "Microsoft.SaaS",
                    unit: "1/Month",
                    publisher: "Gletscher Analytics GmbH",
                    publisher_type: "Marketplace",
                    plan: "team",
                    ..Names::default()
                },
            ),
            (
                last,
                one(["0.0042", "-0.0017", "0.0003"][self.month.index as usize % 3]),
                "RoundingAdjustment",
                "OneTime",
                Names {
                    product: "Rounding Adjustment".to_owned(),
                    category: "Rounding Adjustment",
                    publisher: "Microsoft",
                    publisher_type: "Azure",
                    ..Names::default()
                },
            ),
        ];
        for (day, cost, charge_type, frequency, names) in &lines {
            if !days.contains(day) {
                continue;
            }
            let line = Line {
                quantity: Amount::ONE.quantity(),
                effective_price: *cost,
                unit_price: *cost,
                cost: *cost,
                frequency,
                ..self.line(PAYER, *day, names, charge_type)
            };
            out(Dataset::Actual, &line)?;
            out(Dataset::Amortised, &line)?;
            if let Some(books) = books {
                let costs = Costs::all(*cost);
                let is_purchase = *charge_type == "Purchase";
                let category = if is_purchase { "Purchase" } else { "Adjustment" };
                books.add(&Charge { of_day: !is_purchase, category, ..self.charge(PAYER, None, *day, costs) });
            }
        }
        Ok(())
    }

    fn runs(&self, terms: &Terms, day: u32) -> bool {
        terms.runs(day, (self.bought, self.company.reorganised))
    }

    /// A line of an account on a day of the sample.
    fn line<'a>(&'a self, account: usize, day: u32, names: &'a Names, charge_type: &'static str) -> Line<'a> {
        let owner = &self.company.accounts[account];
        Line {
            day: day - self.month.first_day,
            subscription: (&self.ground.ids[account], if account == PAYER { "platform-hub" } else { &owner.name }),
            cost_center: owner.team.map_or("", |team| self.company.teams[team].cost_centre.as_str()),
            thing: None,
            location: "",
            names,
            tags: "",
            quantity: Money::ZERO,
            pay_as_you_go: Money::ZERO,
            unit_price: Money::ZERO,
            effective_price: Money::ZERO,
            cost: Money::ZERO,
            charge_type,
            frequency: "UsageBased",
            pricing_model: "OnDemand",
            benefit: None,
        }
    }

    fn charge(&self, account: usize, thing: Option<usize>, day: u32, costs: Costs) -> Charge {
        Charge {
            account: Some(account),
            thing,
            day,
            of_day: true,
            category: "Usage",
            costs,
            covered: false,
            unused: None,
            machine: false,
            instead: None,
        }
    }

    /// Tags as the Enterprise Agreement writes them: JSON without its braces.
    fn tags(&self, tags: &Tags, day: u32) -> String {
        let app = if self.policy.active(Key::App, day) { tags.app.as_str() } else { "" };
        let mut text = String::new();
        for (key, value) in [
            ("app", app),
            ("env", &tags.env),
            ("environment", &tags.environment),
            ("team", &tags.team),
            ("Team", &tags.team_twin),
            ("Name", &tags.name),
        ] {
            if !value.is_empty() {
                text.push_str(if text.is_empty() { "" } else { "," });
                text.push_str(&serde_json::Value::from(key).to_string());
                text.push_str(": ");
                text.push_str(&serde_json::Value::from(value).to_string());
            }
        }
        text
    }
}

impl Terms {
    /// The pricing model of what it covers.
    fn model(&self) -> &'static str {
        if self.of.is_some() { "Reservation" } else { "SavingsPlan" }
    }
}
