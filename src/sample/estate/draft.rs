//! Draws the estate: the ordinary part here, waste and what looks like it in [`waste`].

use super::catalogue::{DATABASE_STORAGE, GP2, GP3, KINDS, MACHINE_TRAFFIC};
use super::fleets::{CHURNING, FLEETS, MACHINES, Schedule, System};
use super::services::{CLOUDFRONT, EC2, Flow, Kind, Meter, PRODUCTS, RDS};
use super::shapes::Shape;
use super::tags::{self, Epoch, Tags};
use super::{Estate, Growth, Load, Machine, Resource, Run, Stream};
use crate::error::Result;
use crate::sample::company::places::{FRANKFURT, IRELAND, REGIONS, SAO_PAULO, SINGAPORE, US_EAST, US_WEST};
use crate::sample::company::policy::EXEMPT;
use crate::sample::company::{Company, Role};
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::Chance;
use crate::sample::waste;

/// The scale of the full estate.
pub const FULL: u64 = 1_000;
/// The teams of the company that the counts of the full estate are for.
const USUAL_TEAMS: u64 = 40;

/// Draws the estate of a company at `scale` ([`FULL`] is all of it) for a sample of `days` days.
///
/// # Errors
/// `Bug` if a price of the tables is none.
pub fn draw(company: &Company, seed: u64, scale: u64, days: u32) -> Result<Estate> {
    let mut draft = Draft { estate: Estate::default(), company, seed, days, scale };
    draft.fleets()?;
    for (position, kind) in KINDS.iter().copied().flatten().enumerate() {
        for number in 0..draft.sized(kind.count) {
            draft.kind(position, kind, number)?;
        }
    }
    waste::plant(&mut draft)?;
    let streams = &mut draft.estate.streams;
    if let Some(late) = streams.iter().find(|stream| stream.product == CLOUDFRONT).map(|stream| stream.resource) {
        streams.iter_mut().filter(|stream| stream.resource == late).for_each(|stream| stream.late = true);
    }
    Ok(draft.estate)
}

/// An estate that is being drawn.
pub struct Draft<'a> {
    pub estate: Estate,
    pub company: &'a Company,
    pub seed: u64,
    /// Of the whole sample.
    pub days: u32,
    scale: u64,
}

/// What a new machine is.
pub struct NewMachine {
    pub shape: &'static Shape,
    pub system: System,
    pub schedule: Schedule,
    /// Units in 10⁻² it meters in an hour.
    pub units: i64,
    pub shares: bool,
    pub load: Load,
}

impl Draft<'_> {
    /// How many of a kind there are, given its numbers in the smallest estate and in the full one
    /// of a company of the usual size.
    pub fn sized(&self, (least, full): (usize, usize)) -> usize {
        let full = full as u64 * (self.company.teams.len() as u64).max(USUAL_TEAMS / 4) / USUAL_TEAMS;
        usize::try_from(full * self.scale / FULL).unwrap_or(usize::MAX).max(least)
    }

    fn fleets(&mut self) -> Result<()> {
        for number in 0..self.sized(MACHINES) {
            let fleet = &FLEETS[number % FLEETS.len()];
            // A stream of chance per resource: a larger estate holds the smaller one unchanged.
            let mut chance = Chance::new(self.seed, 1_000_000 + number as u64);
            let pattern = match fleet.system {
                System::Container => "arn:aws:ecs:{region}:{account}:task/{app}-{env}/{hex}",
                System::PostgreSql | System::MySql => "arn:aws:rds:{region}:{account}:db:{app}-{env}-{n}",
                System::Redis => "arn:aws:elasticache:{region}:{account}:cluster:{app}-{env}-{n}",
                _ => "i-0{hex}",
            };
            let app = (number / FLEETS.len() + number * 3) % self.company.apps.len();
            let account = self.account(app, fleet.environment);
            let resource = self.resource(pattern, (account, Some(fleet.region)), app, number, &mut chance);
            if number > 40 && CHURNING.contains(&(number % FLEETS.len())) {
                // In a larger estate some come and some go; the small one stays as it is.
                let day = chance.between(1, i64::from(self.days)) as u32;
                let it = &mut self.estate.resources[resource];
                (it.born, it.gone) = if number / 16 % 2 == 0 { (day, u32::MAX) } else { (0, day) };
            }
            let new = NewMachine {
                shape: fleet.shape,
                system: fleet.system,
                schedule: fleet.schedule,
                units: fleet.units,
                shares: true,
                load: Load::Busy,
            };
            self.machine(resource, new, &mut chance)?;
            if fleet.shape.product == EC2 && number % 3 < 2 {
                self.stream(resource, EC2, &MACHINE_TRAFFIC[number % 3], &mut chance)?;
            }
            if fleet.shape.product == EC2 && fleet.system != System::Spot {
                self.volume(resource, number, &mut chance)?;
            }
            if fleet.shape.product == RDS {
                for meter in &DATABASE_STORAGE {
                    self.stream(resource, RDS, meter, &mut chance)?;
                }
            }
        }
        Ok(())
    }

    /// The account in which an application runs for an environment.
    pub fn account(&self, app: usize, environment: &str) -> usize {
        let team = self.company.apps[app].team;
        match environment {
            "prod" => self.company.production(team),
            "staging" => self.company.staging(team),
            _ => self.company.development(team),
        }
    }

    pub fn machine(&mut self, resource: usize, new: NewMachine, chance: &mut Chance) -> Result<()> {
        let region = self.estate.resources[resource].region.unwrap_or(US_EAST);
        let percent = if new.system == System::Spot { 35 } else { 100 };
        let rate = Rate::parse(new.shape.price)?.percent(REGIONS[region].price_percent, 5).percent(percent, 5);
        let units = Amount(Amount::ONE.0 / 100 * new.units);
        let rank = chance.between(0, 999) as u32;
        let NewMachine { shape, system, schedule, shares, load, .. } = new;
        let machine = Machine { resource, shape, system, schedule, region, rate, units, rank, shares, load };
        self.estate.machines.push(machine);
        Ok(())
    }

    /// The volume of a machine, which lives as long as it does; every eighth is of the type before.
    pub fn volume(&mut self, machine: usize, number: usize, chance: &mut Chance) -> Result<usize> {
        let it = &self.estate.resources[machine];
        let volume = Resource {
            account: it.account,
            region: it.region,
            zone: it.zone.clone(),
            id: format!("vol-0{}", chance.hex(16)),
            epochs: it.epochs.clone(),
            born: it.born,
            gone: it.gone,
        };
        self.estate.resources.push(volume);
        let volume = self.estate.resources.len() - 1;
        let old = number % 8 == 6;
        let stream = self.stream(volume, EC2, if old { &GP2 } else { &GP3 }, chance)?;
        self.estate.streams[stream].growth = Growth::Flat;
        if old {
            waste::storage::gp2(&mut self.estate, volume);
        }
        Ok(volume)
    }

    fn kind(&mut self, position: usize, kind: &'static Kind, number: usize) -> Result<()> {
        let mut chance = Chance::new(self.seed, 2_000_000 + position as u64 * 1_000_000 + number as u64);
        let app = (number * 7 + position * 3) % self.company.apps.len();
        let environment = match (number + position) % 4 {
            _ if kind.prod_only => "prod",
            2 => "dev",
            3 => "staging",
            _ => "prod",
        };
        let home = self.company.teams[self.company.apps[app].team].home;
        let region = match number % 7 {
            2 => [US_EAST, IRELAND, US_WEST][number / 7 % 3],
            5 => [SINGAPORE, SAO_PAULO, FRANKFURT][number / 7 % 3],
            _ => home,
        };
        let place = match PRODUCTS[kind.product].seller {
            Some(_) => (self.company.role(Role::Market), Some(US_EAST)),
            None => (self.account(app, environment), kind.regional.then_some(region)),
        };
        let resource = self.resource(kind.resource, place, app, number * 3 + position, &mut chance);
        if number > 12 && number % 16 == 7 {
            self.estate.resources[resource].born = chance.between(1, i64::from(self.days)) as u32;
        }
        if kind.product == EXEMPT.0 {
            for epoch in &mut self.estate.resources[resource].epochs {
                epoch.tags.app.clear();
            }
        }
        for meter in kind.meters {
            let stream = self.stream(resource, kind.product, meter, &mut chance)?;
            if kind.product == EC2 && matches!(meter.flow, Flow::Storage(..)) {
                self.estate.streams[stream].growth = Growth::Flat;
            }
        }
        Ok(())
    }

    /// A resource with tags as people set them.
    pub fn resource(
        &mut self,
        pattern: &str,
        (account, region): (usize, Option<usize>),
        app: usize,
        number: usize,
        chance: &mut Chance,
    ) -> usize {
        let epochs = tags::of(self.company, number, &self.company.accounts[account], app, self.days);
        self.put(pattern, (account, region), app, (number, epochs), chance)
    }

    /// A resource with all tags right but the team's, which one in four lacks.
    pub fn tidy(
        &mut self,
        pattern: &str,
        (account, region): (usize, Option<usize>),
        app: usize,
        number: usize,
        chance: &mut Chance,
    ) -> usize {
        let environment = self.company.accounts[account].environment;
        let name = format!("{}-{environment}-{number:04}", self.company.apps[app].name);
        let teamless = chance.between(0, 3) == 0;
        let right = |day: u32| {
            let team = &self.company.teams[self.company.owner(app, day)].name;
            let mut tags = Tags::right(team, environment, &self.company.apps[app].name, name.clone());
            if teamless {
                tags.team.clear();
                tags.says_team = tags::Says::Nothing;
            }
            tags
        };
        let mut epochs = vec![Epoch { from: 0, tags: right(0) }];
        let day = self.company.reorganised;
        if right(day) != epochs[0].tags {
            epochs.push(Epoch { from: day, tags: right(day) });
        }
        self.put(pattern, (account, region), app, (number, epochs), chance)
    }

    fn put(
        &mut self,
        pattern: &str,
        (account, region): (usize, Option<usize>),
        app: usize,
        (number, epochs): (usize, Vec<Epoch>),
        chance: &mut Chance,
    ) -> usize {
        let code = region.map_or("", |region| REGIONS[region].code);
        let (owner, app) = (&self.company.accounts[account], &self.company.apps[app].name);
        let id = pattern
            .replace("{region}", code)
            .replace("{account}", &owner.id)
            .replace("{app}", app)
            .replace("{env}", owner.environment)
            .replace("{n}", &format!("{number:04}"))
            .replace("{hex}", &chance.hex(16));
        let zone = match region {
            Some(_) => format!("{code}{}", ["a", "b", "c"][number % 3]),
            None => String::new(),
        };
        self.estate.resources.push(Resource { account, region, zone, id, epochs, born: 0, gone: u32::MAX });
        self.estate.resources.len() - 1
    }

    /// Adds a meter to a resource; returns its number.
    pub fn stream(
        &mut self,
        resource: usize,
        product: usize,
        meter: &'static Meter,
        chance: &mut Chance,
    ) -> Result<usize> {
        let region = self.estate.resources[resource].region;
        let percent = region.map_or(100, |region| REGIONS[region].price_percent);
        let base = match meter.flow {
            Flow::Hours(units) => Amount(Amount::ONE.0 / 100 * units * 24),
            Flow::Steady(units) => Amount(Amount::ONE.0 / 100 * units),
            Flow::Monthly(units) => Amount::whole(units),
            Flow::Storage(low, high) | Flow::Requests(low, high) => Amount::whole(chance.skewed(low, high)),
            Flow::Volume(low, high) => {
                Amount(Amount::whole(chance.skewed(low, high)).0 - chance.between(0, Amount::ONE.0 - 1))
            }
        };
        let rate = Rate::parse(meter.price)?.percent(percent, 10);
        let rank = chance.between(0, 999) as u32;
        let (run, growth) = (Run::Always, Growth::Business);
        let stream = Stream { resource, product, meter, rate, base, run, growth, rank, late: false };
        self.estate.streams.push(stream);
        Ok(self.estate.streams.len() - 1)
    }
}
