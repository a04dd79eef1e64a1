//! What a unit of business costs, by day and by month.
//!
//! A day counts charges of at most a day. A month counts the same charges, on the days that have both
//! cost and quantity; what is longer than a day, and what fell on days without a quantity, stands
//! beside it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use crate::focus::Money;
use crate::sample::beside::drivers::{Drivers, METRICS, Scope};
use crate::sample::company::Company;

/// Costs of one dimension by day of the sample, in dollars.
#[derive(Debug, Clone, Default)]
struct Costs {
    daily: Vec<Money>,
    /// What is longer than a day, by its first day.
    longer: Vec<Money>,
}

/// Costs by metric and dimension: the application's number, or 0 for the whole.
pub struct UnitCost {
    costs: Vec<Vec<Costs>>,
}

impl UnitCost {
    pub fn new(company: &Company, days: u32) -> Self {
        let none = Costs { daily: vec![Money::ZERO; days as usize], longer: vec![Money::ZERO; days as usize] };
        let dimensions = |scope| if scope == Scope::EachApp { company.apps.len() } else { 1 };
        UnitCost { costs: METRICS.iter().map(|metric| vec![none.clone(); dimensions(metric.scope)]).collect() }
    }

    /// A row: whether it is production, its application, its first day and length in hours.
    pub fn add(&mut self, production: bool, app: Option<(usize, &str)>, (day, hours): (u32, u32), effective: Money) {
        for (metric, costs) in METRICS.iter().zip(&mut self.costs) {
            let dimension = match (metric.scope, app) {
                (Scope::Everything, _) => 0,
                (Scope::EachApp, Some((app, _))) if production => app,
                (Scope::Apps(names), Some((_, name))) if production && names.contains(&name) => 0,
                _ => continue,
            };
            let sums = &mut costs[dimension];
            let sums = if hours <= 24 { &mut sums.daily } else { &mut sums.longer };
            if let Some(sum) = sums.get_mut(day as usize) {
                *sum += effective;
            }
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
                    match drivers.quantity(number, dimension, day) {
                        Some(_) if cost.is_zero() => {}
                        Some(quantity) => {
                            month.cost += *cost;
                            month.quantity += quantity;
                            let _ = writeln!(text, "{start}{date},{name},{cost},{quantity},,");
                        }
                        None => month.without += *cost,
                    }
                }
                for (period, month) in months.iter().filter(|(_, month)| !month.cost.is_zero()) {
                    let Month { cost, quantity, longer, without } = month;
                    let _ = writeln!(text, "{start}{period},{name},{cost},{quantity},{longer},{without}");
                }
            }
        }
        text
    }
}

#[derive(Debug, Clone, Copy)]
struct Month {
    cost: Money,
    quantity: u64,
    longer: Money,
    without: Money,
}

impl Default for Month {
    fn default() -> Self {
        Month { cost: Money::ZERO, quantity: 0, longer: Money::ZERO, without: Money::ZERO }
    }
}
