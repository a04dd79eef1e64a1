//! The truths of a cloud beside AWS: what its charges are, summed as they are printed.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{Days, NaiveDate};

use super::waste::monthly;
use super::{State, coverage::Coverage, showback::Showback, unit_cost::UnitCost};
use crate::focus::{BillingMonth, Money};
use crate::sample::cloud::{Estate, Ground, Target, Worth};
use crate::sample::company::Company;
use crate::sample::company::policy::{Key, Policy};
use crate::sample::estate::tags::Says;

/// One charge.
#[derive(Debug, Clone, Copy)]
pub struct Charge {
    /// Of whom: an account of the company; nobody's where the bill names none.
    pub account: Option<usize>,
    pub thing: Option<usize>,
    /// The day of the sample it begins on.
    pub day: u32,
    /// Of its own day: of at most a day, and no purchase.
    pub of_day: bool,
    /// FOCUS's charge category.
    pub category: &'static str,
    pub costs: Costs,
    /// The commitment that it is charged under, or that it is the unused part of.
    pub covered: bool,
    pub unused: Option<usize>,
    /// A machine's own hours, and not its traffic.
    pub machine: bool,
    /// What it would cost if the waste it is were put right.
    pub instead: Option<Money>,
}

/// The four costs of FOCUS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Costs {
    pub billed: Money,
    pub effective: Money,
    pub list: Money,
    pub contracted: Money,
}

impl Costs {
    pub const NOTHING: Costs =
        Costs { billed: Money::ZERO, effective: Money::ZERO, list: Money::ZERO, contracted: Money::ZERO };

    /// The same in every way.
    pub fn all(cost: Money) -> Costs {
        Costs { billed: cost, effective: cost, list: cost, contracted: cost }
    }
}

/// Sums of the last seven days.
#[derive(Debug, Clone, Copy)]
struct Week {
    gross: Money,
    uncovered: Money,
    machine: Money,
    machine_uncovered: Money,
    instead: Money,
}

const NO_WEEK: Week = Week {
    gross: Money::ZERO,
    uncovered: Money::ZERO,
    machine: Money::ZERO,
    machine_uncovered: Money::ZERO,
    instead: Money::ZERO,
};

/// The sums of one cloud.
pub struct CloudBooks<'a> {
    company: &'a Company,
    policy: Policy,
    ground: &'a Ground,
    estate: &'a Estate,
    days: u32,
    pub(super) coverage: Coverage,
    pub(super) unit_cost: UnitCost,
    pub(super) showback: Showback,
    totals: BTreeMap<(BillingMonth, &'static str), (u64, Costs)>,
    month: BillingMonth,
    /// Days of the sample in the month.
    of_month: std::ops::Range<u32>,
    weeks: Vec<Week>,
    unused: Vec<Money>,
}

impl<'a> CloudBooks<'a> {
    /// For a sample of so many days from the first of a month.
    pub fn new(
        (company, policy): (&'a Company, Policy),
        ground: &'a Ground,
        estate: &'a Estate,
        (first, days): (BillingMonth, u32),
    ) -> Self {
        CloudBooks {
            company,
            policy,
            ground,
            estate,
            days,
            coverage: Coverage::new(estate.things.len()),
            unit_cost: UnitCost::new(company, policy, days),
            showback: Showback::default(),
            totals: BTreeMap::new(),
            month: first,
            of_month: 0..0,
            weeks: vec![NO_WEEK; estate.things.len()],
            unused: vec![Money::ZERO; estate.held.len()],
        }
    }

    /// Begins a billing month.
    pub fn begin(&mut self, month: BillingMonth, days: std::ops::Range<u32>) {
        self.month = month;
        self.of_month = days;
        self.coverage.begin(month);
        self.showback.begin(month);
    }

    /// Ends it.
    pub fn end(&mut self) {
        self.coverage.end();
    }

    pub fn add(&mut self, charge: &Charge) {
        let costs = charge.costs;
        let (rows, sum) = self.totals.entry((self.month, charge.category)).or_insert((0, Costs::NOTHING));
        *rows += 1;
        sum.billed += costs.billed;
        sum.effective += costs.effective;
        sum.list += costs.list;
        sum.contracted += costs.contracted;
        self.waste(charge);

        let company = self.company;
        let account = charge.account.map(|account| &company.accounts[account]);
        let tags = charge.thing.map(|thing| self.estate.things[thing].tags(charge.day));
        let (mut team, mut team_state) = (None, State::Missing);
        match tags.map(|tags| (&tags.says_team, !tags.team.is_empty() || !tags.team_twin.is_empty())) {
            Some((Says::Known(name), true)) => {
                (team, team_state) = (company.teams.iter().position(|team| team.name == *name), State::Tagged);
            }
            Some((Says::Nonsense, true)) => team_state = State::Invalid,
            _ => {
                if let Some(owner) = account.filter(|account| account.team_on_file).and_then(|account| account.team) {
                    (team, team_state) = (Some(owner), State::Inherited);
                }
            }
        }
        let (environment, env_state) = match tags.map(|tags| &tags.says_env) {
            Some(Says::Known(name)) => (Some(name.as_str()), State::Tagged),
            Some(Says::Nonsense) => (None, State::Invalid),
            _ => (account.map(|account| account.environment), State::Inherited),
        };
        let active = self.policy.active(Key::App, charge.day);
        let written = tags.map_or("", |tags| if active { tags.app.as_str() } else { "" });
        let app = company.apps.iter().position(|app| app.name == written);
        let app_state = match (active, written.is_empty()) {
            (false, _) => State::NotActive,
            (true, true) => State::Missing,
            (true, false) => State::Tagged,
        };
        let resource =
            charge.thing.filter(|thing| charge.category == "Usage" && !self.estate.things[*thing].id.is_empty());
        let states = match resource.is_some() {
            true => [team_state, env_state, app_state],
            false => [State::NotTaggable; Key::ALL.len()],
        };
        self.coverage.add(&states, resource.map(|thing| (thing, charge.day)), costs.effective);
        let owner = team.or_else(|| charge.account.and_then(|account| company.holder(account, charge.day)));
        self.showback.add(owner, costs.effective);
        // What is billed with a month and used on a day of the next is in no day's cost.
        if self.of_month.contains(&charge.day) {
            let app = app.map(|app| (app, company.apps[app].name.as_str()));
            self.unit_cost.add(environment == Some("prod"), app, (charge.day, charge.of_day), costs.effective);
        }
    }

    fn waste(&mut self, charge: &Charge) {
        if charge.day + 7 < self.days || charge.day >= self.days {
            return;
        }
        let cost = charge.costs.effective;
        if let Some(held) = charge.unused {
            self.unused[held] += cost;
        }
        let Some(thing) = charge.thing.filter(|_| charge.category == "Usage" && charge.of_day) else { return };
        let week = &mut self.weeks[thing];
        week.gross += cost;
        week.instead += charge.instead.unwrap_or(cost);
        let uncovered = if charge.covered { Money::ZERO } else { cost };
        week.uncovered += uncovered;
        if charge.machine {
            week.machine += cost;
            week.machine_uncovered += uncovered;
        }
    }

    /// The lines of `waste.csv` and `near_miss.csv`.
    pub(super) fn waste_lines(&self, first: NaiveDate) -> (String, String) {
        let mut hits = String::new();
        for hit in &self.estate.hits {
            let saving = match (hit.target, hit.worth) {
                (Target::Thing(thing), _) if !self.estate.things[thing].lives(self.days - 1) => continue,
                (Target::Thing(thing), worth) => {
                    let week = &self.weeks[thing];
                    let pair = match worth {
                        Worth::Hours(hours) => {
                            let part = |money: Money| Money(money.0 * hours / 168);
                            Some((part(week.machine), part(week.machine_uncovered)))
                        }
                        Worth::Instead => Some((week.gross - week.instead, week.gross - week.instead)),
                        Worth::Whole => Some((week.gross, week.uncovered)),
                        Worth::Unused => None,
                    };
                    pair.map_or(",".to_owned(), |(gross, real)| format!("{},{}", monthly(gross, 7), monthly(real, 7)))
                }
                (Target::Commitment(held), _) => format!("{},", monthly(self.unused[held], 7)),
            };
            let day = first + Days::new(u64::from(hit.since));
            let _ = writeln!(hits, "{},{},{},{saving},{day}", hit.pattern, self.place(hit.target), hit.action);
        }
        let mut near = String::new();
        for miss in &self.estate.near {
            let _ = writeln!(near, "{},\"{}\"", self.place(miss.target), miss.why);
        }
        (hits, near)
    }

    fn place(&self, target: Target) -> String {
        let (id, account, region) = match target {
            Target::Thing(thing) => {
                let it = &self.estate.things[thing];
                (&it.id, it.account, it.region)
            }
            Target::Commitment(held) => {
                let it = &self.estate.held[held];
                (&it.id, it.account, it.region)
            }
        };
        let region = region.map_or("", |region| self.ground.regions[region].0);
        format!("{id},{},{region}", self.ground.ids[account])
    }

    /// The lines of `totals.csv`.
    pub(super) fn total_lines(&self) -> String {
        let mut text = String::new();
        for ((month, category), (rows, sum)) in &self.totals {
            let Costs { billed, effective, list, contracted } = sum;
            let _ = writeln!(
                text,
                "{},{month},{category},USD,{rows},{billed},{effective},{list},{contracted}",
                self.ground.word
            );
        }
        text
    }
}
