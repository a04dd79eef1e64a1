//! The lines of one month, in both datasets. Actual cost has purchases and refunds of commitments, and
//! what they cover at 0; amortised cost has neither, but what each hour costs under them and what of them
//! went unused. All else is the same line in both.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/reservations/understand-reserved-instance-usage-ea>

use super::commitments::{TERMS, Terms};
use super::line::{Line, Names};
use super::skus::SKUS;
use crate::error::Result;
use crate::focus::Money;
use crate::sample::cloud::meter::{Month, metered};
use crate::sample::cloud::{Estate, Ground};
use crate::sample::company::policy::{Key, Policy};
use crate::sample::company::{Company, PAYER};
use crate::sample::estate::tags::Tags;
use crate::sample::numbers::Amount;
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
pub const NEGOTIATED: i64 = 90;
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

    pub(super) fn runs(&self, terms: &Terms, day: u32) -> bool {
        terms.runs(day, (self.bought, self.company.reorganised))
    }

    /// A line of an account on a day of the sample.
    pub(super) fn line<'a>(
        &'a self,
        account: usize,
        day: u32,
        names: &'a Names,
        charge_type: &'static str,
    ) -> Line<'a> {
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

    pub(super) fn charge(&self, account: usize, thing: Option<usize>, day: u32, costs: Costs) -> Charge {
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
    pub(super) fn tags(&self, tags: &Tags, day: u32) -> String {
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
