//! What the business counts: requests by application, tenants, orders; and the metrics on them.

use std::fmt::Write as _;

use chrono::{Datelike, Days, NaiveDate};

use crate::sample::company::Company;
use crate::sample::random::Chance;

/// Which charges a metric counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everything,
    /// Production charges of each application by itself.
    EachApp,
    /// Production charges of these together.
    Apps(&'static [&'static str]),
}

/// A unit metric of the company's configuration.
pub struct Metric {
    pub id: &'static str,
    pub title: &'static str,
    pub unit: &'static str,
    pub per: u64,
    pub file: &'static str,
    pub scope: Scope,
    /// What there is on a day, not what happened on it: a month's is the mean of its days.
    pub level: bool,
    /// The usual quantity of a day, lowest and highest.
    usual: (i64, i64),
}

pub const METRICS: [Metric; 3] = [
    Metric {
        id: "cost_per_request",
        title: "Cost per 1,000 requests",
        unit: "1,000 requests",
        per: 1_000,
        file: "drivers/requests.csv",
        scope: Scope::EachApp,
        level: false,
        usual: (20_000, 4_000_000),
    },
    Metric {
        id: "cost_per_tenant",
        title: "Cost per tenant",
        unit: "tenant",
        per: 1,
        file: "drivers/tenants.csv",
        scope: Scope::Everything,
        level: true,
        usual: (300, 900),
    },
    Metric {
        id: "cost_per_order",
        title: "Cost per order",
        unit: "order",
        per: 1,
        file: "drivers/orders.csv",
        scope: Scope::Apps(&["payments", "ledger"]),
        level: false,
        usual: (900, 9_000),
    },
];

/// Quantities by metric, dimension and day; `None` where the day is missing.
pub struct Drivers(Vec<Vec<Vec<Option<u64>>>>);

impl Drivers {
    /// Draws them for a sample of `days` days from a first one.
    pub fn draw(company: &Company, seed: u64, first: NaiveDate, days: u32) -> Drivers {
        let draw = |number: usize| {
            let metric = &METRICS[number];
            let dimensions = if metric.scope == Scope::EachApp { company.apps.len() } else { 1 };
            let series = |dimension: usize| {
                let mut chance = Chance::new(seed, 4_000_000 + number as u64 * 10_000 + dimension as u64);
                let usual = chance.skewed(metric.usual.0, metric.usual.1);
                let missing = |day: u32| match metric.scope {
                    // One application forgot a day, and the shop's file lacks another.
                    Scope::EachApp => dimension == 2 && day + 12 == days,
                    Scope::Apps(_) => day + 9 == days,
                    Scope::Everything => false,
                };
                let quantity = |day: u32| {
                    let weekend = (first + Days::new(u64::from(day))).weekday().num_days_from_monday() >= 5;
                    let week = if weekend && metric.scope != Scope::Everything { 720 } else { 1_112 };
                    let noise = chance.between(960, 1_040);
                    let quantity = usual * week / 1_000 * noise / 1_000 * (1_000 + i64::from(day)) / 1_000;
                    (!missing(day)).then_some(quantity.unsigned_abs())
                };
                (0..days).map(quantity).collect()
            };
            (0..dimensions).map(series).collect()
        };
        Drivers((0..METRICS.len()).map(draw).collect())
    }

    /// The quantity of a day of the sample.
    pub fn quantity(&self, metric: usize, dimension: usize, day: usize) -> Option<u64> {
        self.0[metric][dimension].get(day).copied().flatten()
    }

    /// The file of a metric: `day,dimension,quantity`, or without the dimension where there is none.
    pub fn file(&self, company: &Company, metric: usize, first: NaiveDate) -> String {
        let each = METRICS[metric].scope == Scope::EachApp;
        let mut text = String::from(if each { "day,dimension,quantity\n" } else { "day,quantity\n" });
        for (dimension, days) in self.0[metric].iter().enumerate() {
            for (day, quantity) in days.iter().enumerate() {
                let Some(quantity) = quantity else { continue };
                let date = first + Days::new(day as u64);
                let _ = match company.apps.get(dimension).filter(|_| each) {
                    Some(app) => writeln!(text, "{date},{},{quantity}", app.name),
                    None => writeln!(text, "{date},{quantity}"),
                };
            }
        }
        text
    }
}
