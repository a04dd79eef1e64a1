//! Draws an estate: what both clouds do alike.

use super::{Estate, Ground, Hit, Machine, Metering, Near, Stream, Target, Thing, Worth};
use crate::error::Result;
use crate::sample::company::Company;
use crate::sample::company::places::REGIONS;
use crate::sample::estate::draft::FULL;
use crate::sample::estate::fleets::Schedule;
use crate::sample::estate::services::Flow;
use crate::sample::estate::tags::{self, Epoch, Says, Tags};
use crate::sample::estate::{Growth, Load, Run};
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::Chance;

/// Teams of the company that the counts of the full estate are for.
const USUAL_TEAMS: u64 = 40;

/// An estate that is being drawn.
pub struct Draft<'a> {
    pub estate: Estate,
    pub company: &'a Company,
    pub ground: &'a Ground,
    pub seed: u64,
    /// Of the whole sample.
    pub days: u32,
    /// 1000 is the full estate.
    pub scale: u64,
}

/// Where something stands, what runs on it, and its own number.
#[derive(Debug, Clone, Copy)]
pub struct Site {
    pub account: usize,
    pub region: Option<usize>,
    pub app: usize,
    pub number: usize,
}

impl Draft<'_> {
    /// How many of a kind there are, given its numbers in the smallest estate and in the full one.
    pub fn sized(&self, (least, full): (usize, usize)) -> usize {
        let full = full as u64 * (self.company.teams.len() as u64).max(USUAL_TEAMS / 4) / USUAL_TEAMS;
        usize::try_from(full * self.scale / FULL).unwrap_or(usize::MAX).max(least)
    }

    /// A stream of chance of its own.
    pub fn chance(&self, number: usize) -> Chance {
        Chance::new(self.seed, self.ground.chance + number as u64)
    }

    /// Days before the end of the sample, counted from its first day.
    pub fn ago(&self, days: u32) -> u32 {
        self.days.saturating_sub(days)
    }

    /// An application of number's choice, in an environment.
    pub fn site(&self, number: usize, environment: &str) -> Site {
        let app = (number * 7 + 3) % self.company.apps.len();
        let team = self.company.apps[app].team;
        let account = match environment {
            "prod" => self.company.production(team),
            "staging" => self.company.staging(team),
            _ => self.company.development(team),
        };
        Site { account, region: Some(self.company.teams[team].home), app, number }
    }

    /// A thing with tags as people set them.
    pub fn thing(&mut self, pattern: &str, site: Site, chance: &mut Chance) -> usize {
        let account = &self.company.accounts[site.account];
        let epochs = tags::of(self.company, site.number, account, site.app, self.days);
        self.put(pattern, site, epochs, chance)
    }

    /// A thing with all tags right but the team's, which one in four lacks.
    pub fn tidy(&mut self, pattern: &str, site: Site, chance: &mut Chance) -> usize {
        let company = self.company;
        let environment = company.accounts[site.account].environment;
        let app = &company.apps[site.app].name;
        let name = format!("{app}-{environment}-{:04}", site.number);
        let teamless = chance.between(0, 3) == 0;
        let right = |day: u32| {
            let team = &company.teams[company.owner(site.app, day)].name;
            let mut tags = Tags::right(team, environment, app, name.clone());
            if teamless {
                tags.team.clear();
                tags.says_team = Says::Nothing;
            }
            tags
        };
        let mut epochs = vec![Epoch { from: 0, tags: right(0) }];
        let day = company.reorganised;
        if right(day) != epochs[0].tags {
            epochs.push(Epoch { from: day, tags: right(day) });
        }
        self.put(pattern, site, epochs, chance)
    }

    fn put(&mut self, pattern: &str, site: Site, epochs: Vec<Epoch>, chance: &mut Chance) -> usize {
        let owner = &self.company.accounts[site.account];
        let app = &self.company.apps[site.app].name;
        let region = site.region.map_or("", |region| self.ground.regions[region].0);
        let zone = (site.number % 3) as u32;
        let name = format!("{app}-{}-{:04}", owner.environment, site.number);
        let group = format!("rg-{app}-{}", owner.environment);
        let id = pattern
            .replace("{account}", &self.ground.ids[site.account])
            .replace("{group}", &group)
            .replace("{region}", region)
            .replace("{zone}", ["a", "b", "c"][zone as usize])
            .replace("{name}", &name)
            .replace("{plain}", &name.replace('-', ""))
            .replace("{digits}", &chance.between(1_000_000_000_000_000, 9_200_000_000_000_000).to_string())
            .replace("{hex}", &chance.hex(8));
        let (account, region) = (site.account, site.region);
        self.estate.things.push(Thing { account, region, zone, name, id, group, epochs, born: 0, gone: u32::MAX });
        self.estate.things.len() - 1
    }

    /// The list price of a unit where a thing stands.
    pub fn price(&self, thing: usize, price: &str) -> Result<Rate> {
        let percent = self.estate.things[thing].region.map_or(100, |region| REGIONS[region].price_percent);
        Ok(Rate::parse(price)?.percent(percent, 6))
    }

    /// Adds a stream to a thing; returns its number.
    pub fn stream(
        &mut self,
        thing: usize,
        sku: usize,
        (price, flow): (&str, Flow),
        chance: &mut Chance,
    ) -> Result<usize> {
        let base = match flow {
            Flow::Hours(units) => Amount(Amount::ONE.0 / 100 * units * 24),
            Flow::Steady(units) => Amount(Amount::ONE.0 / 100 * units),
            Flow::Monthly(units) => Amount::whole(units),
            Flow::Storage(low, high) | Flow::Requests(low, high) => Amount::whole(chance.skewed(low, high)),
            Flow::Volume(low, high) => Amount::whole(chance.skewed(low, high)),
        };
        let growth = if matches!(flow, Flow::Storage(..)) { Growth::Flat } else { Growth::Business };
        let list = self.price(thing, price)?;
        let metering = Metering { base, run: Run::Always, growth };
        self.estate.streams.push(Stream { thing, sku, list, metering, instead: None });
        Ok(self.estate.streams.len() - 1)
    }

    pub fn machine(&mut self, thing: usize, shape: usize, schedule: Schedule, load: Load) -> usize {
        self.estate.machines.push(Machine { thing, shape, schedule, load, cover: None, instead: None });
        self.estate.machines.len() - 1
    }

    pub fn hit(&mut self, pattern: &'static str, action: &'static str, thing: usize, worth: Worth) {
        let since = self.estate.things[thing].born;
        self.estate.hits.push(Hit { pattern, action, target: Target::Thing(thing), worth, since });
    }

    pub fn near(&mut self, thing: usize, why: &'static str) {
        self.estate.near.push(Near { target: Target::Thing(thing), why });
    }
}
