//! What was planted as waste, with what putting it right saves, and what only looks like it.
//!
//! Money: EffectiveCost in the last seven days of the sample ÷ 7 × 30.44, the average month.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use super::{Line, place};
use crate::focus::Money;
use crate::sample::company::Company;
use crate::sample::company::places::REGIONS;
use crate::sample::estate::Estate;
use crate::sample::estate::commitments::Commitments;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::waste::{Hit, Target, Worth};

/// What a line's rows of the last month add up to.
#[derive(Debug, Clone, Copy)]
pub struct Tally {
    /// Charges of at most a day, in the last seven days of the sample.
    week: Money,
    amount: i128,
    /// All rows of the month.
    month: Money,
}

impl Default for Tally {
    fn default() -> Self {
        Tally { week: Money::ZERO, amount: 0, month: Money::ZERO }
    }
}

impl Tally {
    pub fn add(&mut self, in_the_week: bool, effective: Money, amount: Amount) {
        self.month += effective;
        if in_the_week {
            self.week += effective;
            self.amount += i128::from(amount.0);
        }
    }
}

/// A tally and what it is of.
struct Booked {
    usage_type: String,
    covered: bool,
    tally: Tally,
}

/// Tallies of what was planted, and the prices that the last month shows.
pub struct Waste {
    /// A bill that nobody asked for shows nothing.
    pub is_billed: bool,
    watched: Vec<bool>,
    booked: BTreeMap<Target, Vec<Booked>>,
    /// By region and usage type.
    prices: BTreeMap<(usize, String), Rate>,
}

/// Gross and realisable saving; `None`: the bill does not show what it takes to tell.
type Saving = Option<(Money, Money)>;

impl Waste {
    pub fn new(estate: &Estate, held: &Commitments) -> Self {
        let mut watched = vec![false; estate.resources.len()];
        for hit in estate.hits.iter().chain(&held.hits) {
            if let Target::Resource(resource) = hit.target {
                watched[resource] = true;
            }
        }
        Waste { is_billed: false, watched, booked: BTreeMap::new(), prices: BTreeMap::new() }
    }

    /// Whether the rows of a line are worth a tally.
    pub fn watches(&self, line: &Line) -> bool {
        line.commitment.is_some()
            || line.price.is_some()
            || line.resource.is_some_and(|(resource, _)| self.watched[resource])
    }

    /// Books a line of the last month.
    pub fn book(&mut self, line: Line, tally: Tally) {
        if let (Some(price), Some(region)) = (line.price, line.region)
            && !tally.month.is_zero()
        {
            self.prices.insert((region, line.usage_type.clone()), price);
        }
        let watched = line.resource.map(|(resource, _)| resource).filter(|resource| self.watched[*resource]);
        if let Some(target) = line.commitment.or(watched.map(Target::Resource)) {
            let booked = Booked { usage_type: line.usage_type, covered: line.covered, tally };
            self.booked.entry(target).or_default().push(booked);
        }
    }

    /// `waste.csv` and `near_miss.csv`, for a sample of so many days from a first one.
    pub fn files(
        &self,
        company: &Company,
        estate: &Estate,
        held: &Commitments,
        (first, days): (NaiveDate, u32),
    ) -> (String, String) {
        let mut hits = String::from(
            "pattern,ResourceId,SubAccountId,RegionId,action,gross_monthly_saving,realisable_monthly_saving,first_day\n",
        );
        let days_of_month = i128::from(chrono::Datelike::day(&(first + Days::new(u64::from(days) - 1))));
        for hit in estate.hits.iter().chain(&held.hits).filter(|_| self.is_billed) {
            // What was planted and is gone by now is no waste any more.
            let alive = match hit.target {
                Target::Resource(resource) => estate.resources[resource].lives(days - 1),
                _ => self.booked.contains_key(&hit.target),
            };
            if alive {
                let day = first + Days::new(u64::from(hit.since));
                let saving = self.saving(hit, estate, (days, days_of_month));
                let saving = match (saving, hit.worth) {
                    (None, _) => ",".to_owned(),
                    (Some((gross, _)), Worth::Growth | Worth::Unused) => format!("{gross},"),
                    (Some((gross, realisable)), _) => format!("{gross},{realisable}"),
                };
                let what = name(company, estate, held, hit.target);
                let _ = writeln!(hits, "{},{what},{},{saving},{day}", hit.pattern, hit.action);
            }
        }
        let mut near = String::from("ResourceId,SubAccountId,RegionId,why\n");
        for miss in estate.near.iter().chain(&held.near).filter(|_| self.is_billed) {
            let _ = writeln!(near, "{},\"{}\"", name(company, estate, held, miss.target), miss.why);
        }
        (hits, near)
    }

    fn saving(&self, hit: &Hit, estate: &Estate, (days, days_of_month): (u32, i128)) -> Saving {
        let booked = self.booked.get(&hit.target).map_or(&[][..], Vec::as_slice);
        let sum = |of: &dyn Fn(&Booked) -> bool| {
            let of = booked.iter().filter(|booked| of(booked));
            let (mut gross, mut realisable) = (Money::ZERO, Money::ZERO);
            for booked in of {
                gross += booked.tally.week;
                if !booked.covered {
                    realisable += booked.tally.week;
                }
            }
            (monthly(gross, 7), monthly(realisable, 7))
        };
        match hit.worth {
            Worth::Whole => Some(sum(&|_| true)),
            Worth::Growth => {
                let Target::Resource(resource) = hit.target else { return None };
                let stream = estate.streams.iter().find(|stream| stream.resource == resource)?;
                // By the law it grows after, which asks for the month only where business is that law.
                let size = |day: u32| stream.growth.permille(day, 0);
                let then = size(days.saturating_sub(35).max(estate.resources[resource].born));
                let week: i128 = (days.saturating_sub(7)..days).map(size).sum();
                let (gross, _) = sum(&|_| true);
                let grown = Money(gross.0 * (week - 7 * then) / week.max(1));
                Some((grown, grown))
            }
            Worth::Meter(name) => Some(sum(&|booked| booked.usage_type == name)),
            Worth::Hours(hours) => {
                let (gross, realisable) = sum(&|booked| booked.usage_type.contains("BoxUsage"));
                let part = |money: Money| Money(money.0 * i128::from(hours) / 168);
                Some((part(gross), part(realisable)))
            }
            Worth::Instead { of, by } => {
                let Target::Resource(resource) = hit.target else { return None };
                let price = self.prices.get(&(estate.resources[resource].region?, by.to_owned()))?;
                let (gross, realisable) = sum(&|booked| booked.usage_type == of);
                let other = |covered: bool| {
                    let some = booked.iter().filter(|booked| booked.usage_type == of && (covered || !booked.covered));
                    let amount: i128 = some.map(|booked| booked.tally.amount).sum();
                    monthly(Money(amount * i128::from(price.0)), 7)
                };
                Some((gross - other(true), realisable - other(false)))
            }
            Worth::Unused => {
                let month = booked.iter().fold(Money::ZERO, |sum, booked| sum + booked.tally.month);
                let month = monthly(month, days_of_month);
                Some((month, month))
            }
        }
    }
}

/// What so many days cost, as an average month of 30.44 days.
pub(super) fn monthly(money: Money, days: i128) -> Money {
    Money(money.0 * 3_044 / (days * 100))
}

fn name(company: &Company, estate: &Estate, held: &Commitments, target: Target) -> String {
    match target {
        Target::Resource(resource) => place(company, &estate.resources[resource]),
        Target::Reservation(number) => {
            let it = &held.reservations[number];
            format!("{},{},{}", it.arn, company.accounts[it.owner].id, REGIONS[it.region].code)
        }
        Target::Plan(number) => {
            let it = &held.plans[number];
            let region = it.family.map_or("", |(_, region)| REGIONS[region].code);
            format!("{},{},{region}", it.arn, company.accounts[it.owner].id)
        }
    }
}
