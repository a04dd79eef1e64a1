//! The estate: every resource with its meters, and every machine. It is drawn once from the seed,
//! and its size is set by a scale; how often its lines are metered is another matter (`scale`).

use super::catalogue::{DATABASE_STORAGE, KINDS, MACHINE_TRAFFIC};
use super::company::{ACCOUNTS, APPS, MARKET, PLACES, REGIONS, US_EAST};
use super::fleets::{FLEETS, Fleet, MACHINES, System};
use super::numbers::{Amount, Rate};
use super::random::Chance;
use super::services::{CLOUDFRONT, EC2, Flow, Kind, Meter, PRODUCTS, RDS};
use super::tags::Tags;
use crate::error::Result;

/// The scale of the full estate.
pub const FULL: u64 = 1_000;

/// Something with an id, an owner and tags.
pub struct Resource {
    pub account: usize,
    /// `None` for global services.
    pub region: Option<usize>,
    pub zone: String,
    pub id: String,
    pub tags: Tags,
    /// The days it lives, counted from the first day of the sample: `born..gone`.
    pub born: u32,
    pub gone: u32,
}

impl Resource {
    /// Whether it exists on a day of the sample.
    pub fn lives(&self, day: u32) -> bool {
        (self.born..self.gone).contains(&day)
    }
}

/// A metered stream of usage of a resource.
pub struct Stream {
    pub resource: usize,
    pub product: usize,
    pub meter: &'static Meter,
    pub rate: Rate,
    /// What an average day meters (of storage: what is stored).
    pub base: Amount,
    /// Metered by the hour if below the hourly share, else by the day; 0 to 999.
    pub rank: u32,
    /// Its last days reach the bill only with the restatement.
    pub late: bool,
}

/// A machine, which a commitment may discount.
pub struct Machine {
    pub resource: usize,
    pub fleet: &'static Fleet,
    pub rate: Rate,
    /// What one hour meters.
    pub units: Amount,
    pub rank: u32,
}

pub struct Estate {
    pub resources: Vec<Resource>,
    pub streams: Vec<Stream>,
    pub machines: Vec<Machine>,
}

impl Estate {
    /// Draws the estate at `scale` ([`FULL`] is the whole company) for a sample of `days` days.
    ///
    /// # Errors
    /// `Bug` if a price of the tables is none.
    pub fn draw(seed: u64, scale: u64, days: u32) -> Result<Estate> {
        let mut draft = Draft { estate: Estate { resources: vec![], streams: vec![], machines: vec![] }, seed, days };
        draft.machines(scale)?;
        for (position, kind) in KINDS.iter().enumerate() {
            for number in 0..sized(kind.count, scale) {
                draft.kind(position, kind, number)?;
            }
        }
        let streams = &mut draft.estate.streams;
        if let Some(late) = streams.iter().find(|stream| stream.product == CLOUDFRONT).map(|stream| stream.resource) {
            streams.iter_mut().filter(|stream| stream.resource == late).for_each(|stream| stream.late = true);
        }
        Ok(draft.estate)
    }
}

/// How many of a kind there are at `scale`, given its numbers in the smallest and the full estate.
fn sized((least, full): (usize, usize), scale: u64) -> usize {
    usize::try_from(full as u64 * scale / FULL).unwrap_or(full).max(least)
}

struct Draft {
    estate: Estate,
    seed: u64,
    days: u32,
}

impl Draft {
    fn machines(&mut self, scale: u64) -> Result<()> {
        for number in 0..sized(MACHINES, scale) {
            let fleet = &FLEETS[number % FLEETS.len()];
            let shape = &fleet.shape;
            // A stream of chance per resource: a larger estate holds the smaller one unchanged.
            let mut chance = Chance::new(self.seed, 1_000_000 + number as u64);
            let pattern = match fleet.system {
                System::Container => "arn:aws:ecs:{region}:{account}:task/{app}-{env}/{hex}",
                System::PostgreSql | System::MySql => "arn:aws:rds:{region}:{account}:db:{app}-{env}-{n}",
                System::Redis => "arn:aws:elasticache:{region}:{account}:cluster:{app}-{env}-{n}",
                _ => "i-0{hex}",
            };
            let place = (fleet.account, Some(fleet.region));
            let resource = self.resource(pattern, place, fleet.app, number, &mut chance);
            let percent = if fleet.system == System::Spot { 35 } else { 100 };
            let price = Rate::parse(shape.price)?.percent(REGIONS[fleet.region].price_percent, 5).percent(percent, 5);
            let units = Amount(Amount::ONE.0 / 100 * fleet.units);
            let rank = chance.between(0, 999) as u32;
            self.estate.machines.push(Machine { resource, fleet, rate: price, units, rank });
            if shape.product == EC2 && number % 3 < 2 {
                self.stream(resource, EC2, &MACHINE_TRAFFIC[number % 3], &mut chance)?;
            }
            if shape.product == RDS {
                for meter in &DATABASE_STORAGE {
                    self.stream(resource, RDS, meter, &mut chance)?;
                }
            }
        }
        Ok(())
    }

    fn kind(&mut self, position: usize, kind: &'static Kind, number: usize) -> Result<()> {
        let mut chance = Chance::new(self.seed, 2_000_000 + position as u64 * 1_000_000 + number as u64);
        let place = match PRODUCTS[kind.product].seller {
            Some(_) => (MARKET, US_EAST),
            None => PLACES[(number * 5 + position * 3) % PLACES.len()],
        };
        let region = kind.regional.then_some(place.1);
        let apps = ACCOUNTS[place.0].apps;
        let app = apps[number / PLACES.len() % apps.len()];
        let resource = self.resource(kind.resource, (place.0, region), app, number * 3 + position, &mut chance);
        for meter in kind.meters {
            self.stream(resource, kind.product, meter, &mut chance)?;
        }
        Ok(())
    }

    fn resource(
        &mut self,
        pattern: &str,
        (account, region): (usize, Option<usize>),
        app: usize,
        number: usize,
        chance: &mut Chance,
    ) -> usize {
        let code = region.map_or("", |region| REGIONS[region].code);
        let id = pattern
            .replace("{region}", code)
            .replace("{account}", ACCOUNTS[account].id)
            .replace("{app}", APPS[app].0)
            .replace("{env}", ACCOUNTS[account].environment)
            .replace("{n}", &format!("{number:04}"))
            .replace("{hex}", &chance.hex(16));
        let zone = match region {
            Some(_) => format!("{code}{}", ["a", "b", "c"][number % 3]),
            None => String::new(),
        };
        // In a larger estate some come and some go; the small one stays as it is.
        let day = chance.between(1, i64::from(self.days)) as u32;
        let (born, gone) = match number % 16 {
            7 if number > 40 => (day, u32::MAX),
            12 if number > 40 => (0, day),
            _ => (0, u32::MAX),
        };
        let tags = Tags::of(number, account, app);
        self.estate.resources.push(Resource { account, region, zone, id, tags, born, gone });
        self.estate.resources.len() - 1
    }

    fn stream(&mut self, resource: usize, product: usize, meter: &'static Meter, chance: &mut Chance) -> Result<()> {
        let region = self.estate.resources[resource].region;
        let percent = region.map_or(100, |region| REGIONS[region].price_percent);
        let base = match meter.flow {
            Flow::Hours(units) => Amount(Amount::ONE.0 / 100 * units * 24),
            Flow::Monthly(units) => Amount::whole(units),
            Flow::Storage(low, high) | Flow::Requests(low, high) => Amount::whole(chance.skewed(low, high)),
            Flow::Volume(low, high) => {
                Amount(Amount::whole(chance.skewed(low, high)).0 - chance.between(0, Amount::ONE.0 - 1))
            }
        };
        let rate = Rate::parse(meter.price)?.percent(percent, 10);
        let rank = chance.between(0, 999) as u32;
        self.estate.streams.push(Stream { resource, product, meter, rate, base, rank, late: false });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_larger_estate_holds_the_smaller_one() {
        let small = Estate::draw(1, 0, 90).unwrap();
        let full = Estate::draw(1, FULL, 90).unwrap();
        assert!((40..70).contains(&small.resources.len()), "{}", small.resources.len());
        assert!((2_500..5_000).contains(&full.resources.len()), "{}", full.resources.len());
        for resource in &small.resources {
            assert!(resource.id.is_empty() || full.resources.iter().any(|other| other.id == resource.id));
        }
        let ids: std::collections::BTreeSet<_> = full.resources.iter().map(|resource| &resource.id).collect();
        // Only the marketplace subscriptions have no id.
        assert!(ids.len() + 2 > full.resources.len(), "{} of {}", ids.len(), full.resources.len());
    }
}
