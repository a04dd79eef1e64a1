//! The rows of one invoice month. Costs are cut to a millionth of a dollar, so that as floats they are what
//! they say.
//!
//! The fee of a commitment in the old model is a row, and what it covers is credited whole; in the new one
//! what it covers has a lower price, and the fee a credit for it. Neither is half used in the old one:
//! what it covers is as much as it is for.
//! <https://docs.cloud.google.com/docs/cuds-multiprice>

use chrono::{Days, NaiveDate};

use super::estate::{OF_CORES, OF_MONEY};
use super::pacific::midnight;
use super::row::{Credit, Row};
use super::skus::{ANALYSIS, COMPUTE, HOUR, INVOICE, RUN_REQUESTS, SKUS, SUPPORT, Sku};
use crate::error::Result;
use crate::focus::{BillingMonth, Money};
use crate::sample::cloud::meter::{Month, metered};
use crate::sample::cloud::{Estate, Ground};
use crate::sample::company::Company;
use crate::sample::company::policy::Policy;
use crate::sample::numbers::{Amount, Rate, share};
use crate::sample::random::Chance;

const DAY: i64 = 86_400;
/// Percent of the list price that the company pays.
pub const NEGOTIATED: i64 = 95;

/// Where rows go.
pub type Out<'a> = &'a mut dyn FnMut(Row) -> Result<()>;

/// One invoice month.
pub struct Bill<'a> {
    pub company: &'a Company,
    pub policy: Policy,
    pub ground: &'a Ground,
    pub estate: &'a Estate,
    pub seed: u64,
    /// Of the sample.
    pub first: BillingMonth,
    pub month: &'a Month,
}

impl Bill<'_> {
    /// All rows of the month, each with the time of its export.
    ///
    /// # Errors
    /// What `out` returns; `Bug` if a price of the tables is none.
    pub fn rows(&self, out: Out) -> Result<()> {
        for number in 0..self.estate.streams.len() {
            for day in self.month.days() {
                self.stream(number, day, out)?;
            }
        }
        let mut used = vec![(Money::ZERO, Money::ZERO); self.month.calendar.days() as usize];
        let mut covered = vec![[Money::ZERO; 2]; used.len()];
        for machine in &self.estate.machines {
            for (at, day) in self.month.days().enumerate() {
                let costs = self.machine(machine, day, out)?;
                match machine.cover {
                    Some(OF_CORES) => {
                        covered[at][0] += costs[0];
                        covered[at][1] += costs[1];
                    }
                    Some(1) => used[at].0 += costs[0] + costs[1],
                    Some(_) => used[at].1 += costs[0] + costs[1],
                    None => {}
                }
            }
        }
        for (at, day) in self.month.days().enumerate() {
            self.fees(day, covered[at], out)?;
            for (number, used) in OF_MONEY.into_iter().zip([used[at].0, used[at].1]) {
                self.flexible(number, day, used, out)?;
            }
        }
        self.closing(out)
    }

    fn stream(&self, number: usize, day: u32, out: Out) -> Result<()> {
        let stream = &self.estate.streams[number];
        let (sku, thing) = (&SKUS[stream.sku], &self.estate.things[stream.thing]);
        let mut noise =
            Chance::new(self.seed, self.ground.chance + 5_000_000_000 + (number as u64) * 50_000 + u64::from(day));
        let Some(amount) = metered(self.estate, stream, sku.flow, self.month, day, &mut noise) else { return Ok(()) };
        let price = stream.list.percent(NEGOTIATED, 8);
        let name = self.name(sku.name, thing.region);
        let instead = stream.instead.map(|rate| cut(amount.at(rate.percent(NEGOTIATED, 8))));
        let base = Row {
            service: sku.service,
            sku: name,
            unit: Some(sku.unit),
            amount,
            list_price: stream.list,
            price,
            list: cut(amount.at(stream.list)),
            instead,
            ..self.row(Some(thing.account), day)
        };
        let row = Row { thing: Some((stream.thing, thing)), region: thing.region, ..base };
        let last = day + 1 == self.month.days().end;
        if stream.sku == ANALYSIS && last {
            // By the hour, to the month's last in Pacific time, which is in the next month by UTC.
            return self.last_hours(&row, out);
        }
        // Some usage of the last days is told with days of delay.
        let late = stream.sku == ANALYSIS && day + 3 > self.month.days().end;
        self.priced(Row { export: row.export + if late { 4 * DAY } else { 0 }, ..row }, sku, out)
    }

    /// A row at its price, with the credits that it gets.
    fn priced(&self, row: Row, sku: &Sku, out: Out) -> Result<()> {
        let cost = cut(row.amount.at(row.price));
        let mut credits = Vec::new();
        if std::ptr::eq(sku, &SKUS[RUN_REQUESTS]) {
            // Two million requests a month are free.
            credits.push(Credit { name: "Free Tier", kind: "FREE_TIER", amount: -cost });
        }
        out(self.promoted(Row { cost, default: cost, credits, ..row }))
    }

    /// One project is on a promotion for machines, which takes a quarter off what other credits leave.
    pub(super) fn promoted<'a>(&self, mut row: Row<'a>) -> Row<'a> {
        if row.account == Some(self.company.development(1)) && row.service == COMPUTE {
            let left = row.credits.iter().fold(row.cost, |sum, credit| sum + credit.amount);
            let amount = -share(left, 2_500, 6);
            if !amount.is_zero() {
                row.credits.push(Credit { name: "Startup program credit", kind: "PROMOTION", amount });
            }
        }
        row
    }

    fn last_hours(&self, row: &Row, out: Out) -> Result<()> {
        for hour in [2, 9, 15, 23] {
            let start = row.start + hour * 3_600;
            let amount = Amount(row.amount.0 / 4 / 100 * 100);
            let days = (start - self.utc_midnight()) / DAY;
            let hourly = Row {
                service: row.service,
                sku: row.sku.clone(),
                thing: row.thing,
                region: row.region,
                unit: row.unit,
                list_price: row.list_price,
                price: row.price,
                amount,
                list: cut(amount.at(row.list_price)),
                start,
                end: start + 3_600,
                day: self.month.first_day + u32::try_from(days).unwrap_or(0),
                export: row.export + 2 * DAY,
                ..self.row(row.account, row.day)
            };
            self.priced(hourly, &SKUS[ANALYSIS], out)?;
        }
        Ok(())
    }

    /// Support, tax, rounding, and a correction: what is worked out when the month is over.
    fn closing(&self, out: Out) -> Result<()> {
        let days = self.month.days();
        let (start, end) = (self.midnight(days.start), self.midnight(days.end));
        let whole = |service, sku: &str, cost_type: &'static str, cost: &str, after: i64| {
            let cost: Money = cost.parse().unwrap_or(Money::ZERO);
            let row = self.row(None, days.start);
            Row {
                service,
                sku: sku.to_owned(),
                cost_type,
                cost,
                list: cost,
                default: cost,
                start,
                end,
                export: end + after,
                ..row
            }
        };
        out(Row {
            unit: Some(&HOUR),
            amount: Amount::whole(1),
            ..whole(SUPPORT, "Enhanced Support - Base fee", "regular", "100", -20 * DAY)
        })?;
        if self.month.index == 1 {
            // Of a day of the month before.
            let day = self.month.first_day - 6;
            let cost: Money = "-3.5125".parse().unwrap_or(Money::ZERO);
            out(Row {
                service: COMPUTE,
                sku: self.name("N2 Instance Core running in {in}", Some(0)),
                region: Some(0),
                cost_type: "adjustment",
                cost,
                list: cost,
                default: cost,
                export: self.midnight(self.month.first_day) + 9 * DAY,
                ..self.row(Some(self.company.production(0)), day)
            })?;
        }
        if !self.month.open {
            let cents = ["18.42", "19.07", "18.95"][self.month.index as usize % 3];
            out(whole(INVOICE, "Tax", "tax", cents, 3 * DAY))?;
            let rounding = ["0.003114", "-0.004207", "0.001902"][self.month.index as usize % 3];
            out(whole(INVOICE, "Rounding error", "rounding_error", rounding, 3 * DAY))?;
        }
        Ok(())
    }

    fn midnight(&self, day: u32) -> i64 {
        midnight(self.date(day))
    }

    fn date(&self, day: u32) -> NaiveDate {
        self.first.start() + Days::new(u64::from(day))
    }

    /// Midnight of the month's first day, UTC.
    fn utc_midnight(&self) -> i64 {
        self.date(self.month.first_day).and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
    }

    pub(super) fn name(&self, name: &str, region: Option<usize>) -> String {
        name.replace("{in}", region.map_or("Global", |region| self.ground.regions[region].1))
    }

    /// A row of a day of the sample, in Pacific time, which is told the next day.
    pub(super) fn row<'a>(&self, account: Option<usize>, day: u32) -> Row<'a> {
        let (start, next) = (self.midnight(day), self.midnight(day + 1));
        Row {
            service: COMPUTE,
            sku: String::new(),
            account,
            thing: None,
            day,
            region: None,
            start,
            // The clocks change on a Sunday of 25 hours, and on one of 23.
            end: next.min(start + DAY),
            export: next + 9 * 3_600 + i64::from(day % 7) * 731,
            month: self.month.calendar.month(),
            cost_type: "regular",
            amount: Amount::default(),
            unit: None,
            list_price: Rate::default(),
            price: Rate::default(),
            cost: Money::ZERO,
            list: Money::ZERO,
            default: Money::ZERO,
            credits: Vec::new(),
            machine: None,
            commitment: None,
            share: Money::ZERO,
            instead: None,
        }
    }
}

/// To a millionth of a dollar.
pub(super) fn cut(money: Money) -> Money {
    const STEP: i128 = 1_000_000_000_000;
    Money(money.0 / STEP * STEP)
}
