//! What happened in three clouds, and what of it was delivered: the truth that the bills tell.

use super::super::place::Night;
use super::super::random_exports::draw::Draw;
use super::bills;
use chrono::{Datelike, Days, Months, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Source and its folder.
pub const CLOUDS: [(&str, &str); 3] = [("aws", "aws"), ("azure", "exports"), ("gcp", "dumps")];

/// A billing month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(NaiveDate);

impl Month {
    pub fn of(day: NaiveDate) -> Self {
        Self(day.with_day(1).unwrap())
    }

    pub fn following(self, months: usize) -> Self {
        Self(self.0 + Months::new(months as u32))
    }

    pub fn start(self) -> NaiveDate {
        self.0
    }

    /// The first day after it.
    pub fn end(self) -> NaiveDate {
        self.following(1).0
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.format("%Y-%m"))
    }
}

/// One charge: usage of a day.
#[derive(Debug, Clone)]
pub struct Charge {
    pub number: u64,
    pub cloud: usize,
    pub day: NaiveDate,
    pub account: u64,
    pub service: u64,
    /// `None`: nobody tagged it.
    pub team: Option<&'static str>,
    /// In millionths of the bill's currency.
    pub cost: i64,
}

#[derive(Clone)]
pub struct World {
    pub seed: u64,
    pub draw: Draw,
    pub charges: BTreeMap<u64, Charge>,
    /// What was not delivered as it now is: days of dumps, months of the others by their first day.
    due: [BTreeSet<NaiveDate>; 3],
    /// By unit: the newest manifest and a part that it names.
    newest: [BTreeMap<NaiveDate, (String, String)>; 3],
    last: [Option<NaiveDate>; 3],
    names: u64,
    policy: u64,
    rates: BTreeMap<Month, u64>,
}

const TEAMS: [Option<&str>; 4] = [Some("maps"), Some("search"), Some("routes"), None];

impl World {
    pub fn new(seed: u64) -> Self {
        let rates = (8..=11).map(|month| (Month::of(NaiveDate::from_ymd_opt(2026, month, 1).unwrap()), 850)).collect();
        Self {
            seed,
            draw: Draw::new(seed),
            charges: BTreeMap::new(),
            due: Default::default(),
            newest: Default::default(),
            last: [None; 3],
            names: 0,
            policy: 0,
            rates,
        }
    }

    /// The unit of delivery that a charge is in.
    fn unit(cloud: usize, day: NaiveDate) -> NaiveDate {
        if cloud == 2 { day } else { Month::of(day).start() }
    }

    fn add(&mut self, cloud: usize, day: NaiveDate) {
        let number = self.charges.keys().next_back().map_or(1, |last| last + 1);
        let (account, service) = (self.draw.below(3), self.draw.below(2));
        let (team, cost) = (self.draw.one(&TEAMS), 1 + self.draw.below(90_000_000) as i64);
        self.charges.insert(number, Charge { number, cloud, day, account, service, team, cost });
        self.due[cloud].insert(Self::unit(cloud, day));
    }

    /// A day passes in each cloud.
    pub fn grow(&mut self, day: NaiveDate) {
        for cloud in 0..3 {
            (0..3).for_each(|_| self.add(cloud, day));
        }
    }

    /// Some nights the past is told otherwise; of months that are closed, before `open`, now and then. Is it one of those?
    pub fn restate(&mut self, open: Month) -> bool {
        let mut late = false;
        if !self.draw.chance(2) {
            return late;
        }
        for _ in 0..=self.draw.below(3) {
            let of_closed = self.draw.chance(3);
            let numbers: Vec<u64> =
                self.charges.values().filter(|c| (c.day < open.start()) == of_closed).map(|c| c.number).collect();
            if numbers.is_empty() {
                continue;
            }
            late |= of_closed;
            let number = self.draw.one(&numbers);
            let (cloud, day) = (self.charges[&number].cloud, self.charges[&number].day);
            self.due[cloud].insert(Self::unit(cloud, day));
            match self.draw.below(4) {
                // A day and cloud keeps one charge at least: a month that ends without charges is not over.
                0 if self.charges.values().filter(|c| (c.cloud, c.day) == (cloud, day)).count() > 1 => {
                    self.charges.remove(&number);
                }
                1 => self.add(cloud, day),
                2 => {
                    let team = self.draw.one(&TEAMS);
                    self.charges.get_mut(&number).unwrap().team = team;
                }
                _ => {
                    let cost = 1 + self.draw.below(90_000_000) as i64;
                    self.charges.get_mut(&number).unwrap().cost = cost;
                }
            }
        }
        late
    }

    /// Edits the policy or the rate of a month that is not closed; never both in one night.
    pub fn edit(&mut self, night: &Night, open: Month, today: NaiveDate) {
        match self.draw.below(9) {
            0 => self.policy = (self.policy + 1 + self.draw.below(2)) % 3,
            1 => {
                let months: Vec<Month> =
                    self.rates.keys().copied().filter(|month| *month >= open && month.start() <= today).collect();
                let rate = 800 + self.draw.below(100);
                if !months.is_empty() {
                    let month = self.draw.one(&months);
                    self.rates.insert(month, rate);
                }
            }
            _ => return,
        }
        self.configure(night);
    }

    /// Writes the configuration and the rates.
    pub fn configure(&self, night: &Night) {
        let keys = if self.policy == 1 { "[\"team\", \"Team\"]" } else { "[\"team\"]" };
        let first = match self.policy {
            2 => {
                "[[owner]]\nwhere = { SubAccountId = [\"000000000002\", \"sub-2\", \"project-2\"] }\nteam = \"platform\"\n"
            }
            _ => "",
        };
        let policy = format!("[tags.dimensions]\nteam = {keys}\n{first}[[owner]]\ntag = \"team\"\n");
        night.write("costmill.toml", format!("catalogue = \"catalogue\"\nthreads = 1\n{}{policy}", super::SOURCES));
        let rows = self.rates.iter().map(|(month, rate)| format!("{month},USD,EUR,0.{rate},a bank\n"));
        night.write("rates.csv", format!("month,from,to,rate,source\n{}", rows.collect::<String>()));
    }

    fn name(&mut self) -> u64 {
        self.names += 1;
        self.names
    }

    /// Delivers what is due, of all clouds but one.
    pub fn deliver(&mut self, night: &Night, silent: Option<usize>, today: NaiveDate) {
        for cloud in (0..3).filter(|cloud| silent != Some(*cloud)) {
            for unit in std::mem::take(&mut self.due[cloud]) {
                self.write(night, cloud, unit, today);
            }
        }
    }

    /// Delivers what was delivered last once more, under other names.
    pub fn again(&mut self, night: &Night, cloud: usize, today: NaiveDate) {
        let Some(unit) = self.last[cloud].filter(|unit| !self.due[cloud].contains(unit)) else { return };
        self.write(night, cloud, unit, today);
    }

    fn write(&mut self, night: &Night, cloud: usize, unit: NaiveDate, today: NaiveDate) {
        let name = self.name();
        let of_unit = self.charges.values().filter(|c| c.cloud == cloud && Self::unit(cloud, c.day) == unit);
        let charges: Vec<&Charge> = of_unit.collect();
        let written = match cloud {
            0 => bills::aws(night, Month::of(unit), &charges, name),
            1 => bills::azure(night, Month::of(unit), &charges, name, today),
            _ => bills::gcp(night, unit, &charges, name),
        };
        self.newest[cloud].insert(unit, written);
        self.last[cloud] = Some(unit);
    }

    /// The manifest that was written last, and a part that it names.
    pub fn newest(&self, cloud: usize) -> Option<(&str, &str)> {
        let (manifest, part) = self.newest[cloud].get(&self.last[cloud]?)?;
        Some((manifest, part))
    }

    /// Source, month → millionths of its currency, and charges.
    pub fn sums(&self) -> BTreeMap<(String, String), (i64, usize)> {
        let mut sums = BTreeMap::new();
        for charge in self.charges.values() {
            let key = (CLOUDS[charge.cloud].0.to_string(), Month::of(charge.day).to_string());
            let sum: &mut (i64, usize) = sums.entry(key).or_default();
            *sum = (sum.0 + charge.cost, sum.1 + 1);
        }
        sums
    }
}

/// The day after.
pub fn after(day: NaiveDate) -> NaiveDate {
    day + Days::new(1)
}
