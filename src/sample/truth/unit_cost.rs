//! What a unit of business costs, by day and by month.
//!
//! A day counts charges of its own time: of at most a day, and no fee of a commitment of more than an
//! hour. A month counts the days with a quantity, from the first on which the metric can be charged
//! for, also those that cost nothing; a flow adds up over them, a level is their mean. What is not of
//! a day, and what fell on days that do not count, stands beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use crate::focus::Money;
use crate::sample::beside::drivers::{Drivers, METRICS, Scope};
use crate::sample::company::Company;
use crate::sample::company::policy::{Key, Policy};

/// Costs of one dimension by day of the sample, in dollars.
#[derive(Debug, Clone, Default)]
struct Costs {
    daily: Vec<Money>,
    /// What is not of a day, by its first day.
    longer: Vec<Money>,
}

/// Costs by metric and dimension: the application's number, or 0 for the whole.
pub struct UnitCost {
    policy: Policy,
    costs: Vec<Vec<Costs>>,
}

impl UnitCost {
    pub fn new(company: &Company, policy: Policy, days: u32) -> Self {
        let none = Costs { daily: vec![Money::ZERO; days as usize], longer: vec![Money::ZERO; days as usize] };
        let dimensions = |scope| if scope == Scope::EachApp { company.apps.len() } else { 1 };
        let costs = METRICS.iter().map(|metric| vec![none.clone(); dimensions(metric.scope)]).collect();
        UnitCost { policy, costs }
    }

    /// A row: whether it is production, its application, its first day, and whether it is of
    /// that day.
    pub fn add(
        &mut self,
        production: bool,
        app: Option<(usize, &str)>,
        (day, is_of_day): (u32, bool),
        effective: Money,
    ) {
        for (metric, costs) in METRICS.iter().zip(&mut self.costs) {
            let dimension = match (metric.scope, app) {
                (Scope::Everything, _) => 0,
                (Scope::EachApp, Some((app, _))) if production => app,
                (Scope::Apps(names), Some((_, name))) if production && names.contains(&name) => 0,
                _ => continue,
            };
            let sums = &mut costs[dimension];
            let sums = if is_of_day { &mut sums.daily } else { &mut sums.longer };
            if let Some(sum) = sums.get_mut(day as usize) {
                *sum += effective;
            }
        }
    }

    /// Adds what another cloud cost on the same days.
    pub fn absorb(&mut self, other: &UnitCost) {
        for (ours, theirs) in self.costs.iter_mut().flatten().zip(other.costs.iter().flatten()) {
            let pairs = ours.daily.iter_mut().zip(&theirs.daily).chain(ours.longer.iter_mut().zip(&theirs.longer));
            pairs.for_each(|(ours, theirs)| *ours += *theirs);
        }
    }

    pub fn file(&self, company: &Company, drivers: &Drivers, first: NaiveDate) -> String {
        let mut text = String::from("unit_metric,period,dimension,cost,quantity,longer_cost,cost_without_quantity\n");
        for (number, (metric, dimensions)) in METRICS.iter().zip(&self.costs).enumerate() {
            for (dimension, costs) in dimensions.iter().enumerate() {
                let name = if metric.scope == Scope::EachApp { company.apps[dimension].name.as_str() } else { "" };
                let start = format!("{},", metric.id);
                let mut months: BTreeMap<String, Month> = BTreeMap::new();
                for (day, (cost, longer)) in costs.daily.iter().zip(&costs.longer).enumerate() {
                    let date = first + Days::new(day as u64);
                    let month = months.entry(date.format("%Y-%m").to_string()).or_default();
                    month.longer += *longer;
                    // What is told by application has no charge before the tag is active.
                    let counts = metric.scope == Scope::Everything || self.policy.active(Key::App, day as u32);
                    match drivers.quantity(number, dimension, day).filter(|_| counts) {
                        Some(quantity) => {
                            month.cost += *cost;
                            month.quantity += quantity;
                            month.days += 1;
                            let _ = writeln!(month.text, "{start}{date},{name},{cost},{quantity},,");
                        }
                        None => month.without += *cost,
                    }
                }
                for (period, month) in months.iter().filter(|(_, month)| !month.cost.is_zero()) {
                    let Month { text: days, cost, longer, without, .. } = month;
                    let quantity = if metric.level { month.mean() } else { month.quantity.to_string() };
                    let _ = writeln!(text, "{days}{start}{period},{name},{cost},{quantity},{longer},{without}");
                }
            }
        }
        text
    }
}

struct Month {
    /// The lines of its days.
    text: String,
    cost: Money,
    quantity: u64,
    days: u64,
    longer: Money,
    without: Money,
}

impl Month {
    /// The quantity of a mean day, to ten decimals, half up.
    fn mean(&self) -> String {
        const ONE: u128 = 10_000_000_000;
        let days = u128::from(self.days.max(1));
        let mean = (u128::from(self.quantity) * ONE * 2 + days) / (days * 2);
        format!("{}.{:010}", mean / ONE, mean % ONE)
    }
}

impl Default for Month {
    fn default() -> Self {
        let none = Money::ZERO;
        Month { text: String::new(), cost: none, quantity: 0, days: 0, longer: none, without: none }
    }
}
