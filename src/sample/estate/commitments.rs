//! Reservations and Savings Plans: what was bought, at which price.
//!
//! Upfront money is a whole number of hourly shares over the 8,760 hours of the
//! term, so that what is amortised in a month is exact.

use super::fleets::{Schedule, System};
use super::services::{CACHE, EC2, ECS, RDS};
use super::{Estate, Machine};
use crate::error::Result;
use crate::sample::company::places::{FRANKFURT, IRELAND, REGIONS, US_EAST, US_WEST};
use crate::sample::company::{Company, PAYER};
use crate::sample::numbers::Rate;
use crate::sample::random::Chance;
use crate::sample::waste::{Hit, Near, Target, Worth};

/// Hours of a one-year term.
pub const TERM_HOURS: i64 = 8_760;

/// Hours counted from the first instant of the sample; negative before it.
pub type SampleHour = i64;

/// The hours of a term that began at `start`.
pub fn term(start: SampleHour) -> std::ops::Range<SampleHour> {
    start..start + TERM_HOURS
}

/// A reservation of machines of one shape in one region, for a year.
pub struct Reservation {
    pub product: usize,
    pub shape: &'static str,
    pub factor: i64,
    pub region: usize,
    pub owner: usize,
    pub system: System,
    pub count: i64,
    /// Per machine and hour: the share of the upfront fee, and the recurring fee.
    pub upfront: Rate,
    pub recurring: Rate,
    pub option: &'static str,
    pub start: SampleHour,
    pub arn: String,
    pub subscription: String,
}

/// A Savings Plan, for a year.
pub struct Plan {
    pub offering: &'static str,
    pub usage_type: &'static str,
    pub option: &'static str,
    /// Instance family and region, of an EC2 Instance Savings Plan.
    pub family: Option<(&'static str, usize)>,
    pub owner: usize,
    /// The commitment per hour: the share paid upfront, and the recurring part.
    pub upfront: Rate,
    pub recurring: Rate,
    /// Its prices in percent of on demand.
    pub percent: i64,
    pub start: SampleHour,
    pub arn: String,
}

impl Plan {
    pub fn commitment(&self) -> Rate {
        self.upfront + self.recurring
    }

    /// The plan's price for a machine.
    pub fn price(&self, machine: &Machine) -> Rate {
        machine.rate.percent(self.percent, 5)
    }

    /// Its price for an hour of a machine, in 10⁻¹⁰ of a currency; exact, for prices have 5 decimals.
    fn hourly(&self, machine: &Machine) -> i64 {
        i64::try_from(machine.units.at(self.price(machine)).0 / 100_000_000).unwrap_or(i64::MAX)
    }

    /// Whether it may apply to a machine.
    pub fn covers(&self, machine: &Machine) -> bool {
        let shape = machine.shape;
        let computes = machine.shares && matches!(machine.system, System::Linux | System::Windows | System::Container);
        match self.family {
            Some((family, region)) => {
                shape.product == EC2 && computes && machine.region == region && shape.name.starts_with(family)
            }
            None => computes && (shape.product == EC2 || shape.product == ECS),
        }
    }
}

/// All commitments of the sample.
#[derive(Default)]
pub struct Commitments {
    pub reservations: Vec<Reservation>,
    pub plans: Vec<Plan>,
    /// Which of them idle, and which only look as if.
    pub hits: Vec<Hit>,
    pub near: Vec<Near>,
}

/// How a commitment is sized to what it may cover.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sized {
    /// Nine in ten: never idle.
    Most,
    /// All of it.
    All,
    /// All, and two machines that are long gone.
    TwoMore,
}

impl Commitments {
    /// What the company holds: sized to the estate, some bought before the sample and some at
    /// `purchase`, the first instant of the month in which two were bought.
    ///
    /// # Errors
    /// `Bug` if a price is none.
    pub fn draw(company: &Company, seed: u64, estate: &Estate, purchase: SampleHour) -> Result<Commitments> {
        let mut chance = Chance::new(seed, 2);
        let mut held = Commitments::default();
        let linux = System::Linux;
        for (size, mut bought) in [
            (
                Sized::Most,
                reservation(
                    (EC2, "m5.large", 4, linux),
                    (US_EAST, PAYER),
                    ("Partial Upfront", "0.0274", "0.0291"),
                    -4_008,
                )?,
            ),
            (
                Sized::Most,
                reservation(
                    (RDS, "db.r5.large", 4, System::PostgreSql),
                    (FRANKFURT, company.production(1)),
                    ("All Upfront", "0.1925", "0"),
                    purchase + 96,
                )?,
            ),
            (
                Sized::Most,
                reservation(
                    (CACHE, "cache.r6g.large", 4, System::Redis),
                    (US_EAST, company.production(0)),
                    ("No Upfront", "0", "0.1318"),
                    -2_160,
                )?,
            ),
            (
                Sized::TwoMore,
                reservation((EC2, "c5.2xlarge", 16, linux), (US_WEST, PAYER), ("No Upfront", "0", "0.2142"), -3_000)?,
            ),
            (
                Sized::All,
                reservation(
                    (EC2, "r6i.2xlarge", 16, linux),
                    (FRANKFURT, PAYER),
                    ("No Upfront", "0", "0.3779"),
                    -3_600,
                )?,
            ),
        ] {
            let matching = estate.machines.iter().filter(|machine| bought.covers(machine)).count() as i64;
            bought.count = match size {
                Sized::Most => (matching * 9 + 9) / 10,
                Sized::All => matching,
                Sized::TwoMore => matching + 2,
            };
            let (service, kind) = match bought.product {
                EC2 => ("ec2", "reserved-instances"),
                RDS => ("rds", "ri"),
                _ => ("elasticache", "reserved-instance"),
            };
            let account = &company.accounts[bought.owner].id;
            let region = REGIONS[bought.region].code;
            bought.arn = format!("arn:aws:{service}:{region}:{account}:{kind}/{}", chance.uuid());
            bought.subscription = chance.between(1_000_000_000, 9_999_999_999).to_string();
            if bought.count > 0 {
                held.judge(Target::Reservation(held.reservations.len()), size == Sized::TwoMore, bought.start);
                held.reservations.push(bought);
            }
        }
        let family = Some(("r5", IRELAND));
        let words = ("EC2InstanceSavingsPlans", "EUW1-EC2SP:r5.1yrPartialUpfront", "Partial Upfront");
        let mut bought = plan(words, family, company.production(3), 60, purchase + 216);
        // Sized to its whole family, which sleeps at night; up to a whole cent, even, so that half
        // of it is exact too.
        let all = estate.machines.iter().filter(|machine| bought.covers(machine));
        let hourly: i64 = all.map(|machine| bought.hourly(machine)).sum();
        let commitment = Rate((hourly / 200_000_000 + 1) * 200_000_000);
        bought.upfront = commitment.percent(50, 10);
        bought.recurring = Rate(commitment.0 - bought.upfront.0);
        held.add(company, bought, true, &mut chance);

        let words = ("ComputeSavingsPlans", "ComputeSP:1yrNoUpfront", "No Upfront");
        let mut bought = plan(words, None, PAYER, 72, -5_112);
        // Sized to three in five of the machines that always run and are not reserved: they are the
        // first to be covered, so that it never idles.
        let steady: Vec<i64> = estate
            .machines
            .iter()
            .filter(|machine| bought.covers(machine) && held.steady(estate, machine))
            .map(|machine| bought.hourly(machine))
            .collect();
        bought.recurring = Rate(steady.iter().take((steady.len() * 3).div_ceil(5)).sum());
        held.add(company, bought, false, &mut chance);
        Ok(held)
    }

    /// Whether a machine always runs, under no other commitment than a Compute Savings Plan.
    pub fn steady(&self, estate: &Estate, machine: &Machine) -> bool {
        let resource = &estate.resources[machine.resource];
        let other = self.reservations.iter().any(|held| held.covers(machine))
            || self.plans.iter().any(|held| held.family.is_some() && held.covers(machine));
        machine.schedule == Schedule::Always && resource.born == 0 && resource.gone == u32::MAX && !other
    }

    fn add(&mut self, company: &Company, mut bought: Plan, idles: bool, chance: &mut Chance) {
        let account = &company.accounts[bought.owner].id;
        bought.arn = format!("arn:aws:savingsplans::{account}:savingsplan/{}", chance.uuid());
        self.judge(Target::Plan(self.plans.len()), idles, bought.start);
        self.plans.push(bought);
    }

    fn judge(&mut self, target: Target, idles: bool, start: SampleHour) {
        if idles {
            let since = u32::try_from(start.max(0) / 24).unwrap_or(0);
            let (pattern, worth) = ("unused_commitments", Worth::Unused);
            self.hits.push(Hit { pattern, action: "use", target, worth, since });
        } else {
            self.near.push(Near { target, why: "all of it is used" });
        }
    }
}

impl Reservation {
    /// Whether it may apply to a machine.
    pub fn covers(&self, machine: &Machine) -> bool {
        machine.shares
            && machine.shape.name == self.shape
            && machine.region == self.region
            && machine.system == self.system
    }
}

fn reservation(
    (product, shape, factor, system): (usize, &'static str, i64, System),
    (region, owner): (usize, usize),
    (option, upfront, recurring): (&'static str, &str, &str),
    start: SampleHour,
) -> Result<Reservation> {
    let (upfront, recurring) = (Rate::parse(upfront)?, Rate::parse(recurring)?);
    let (arn, subscription) = (String::new(), String::new());
    Ok(Reservation {
        product,
        shape,
        factor,
        region,
        owner,
        system,
        count: 0,
        upfront,
        recurring,
        option,
        start,
        arn,
        subscription,
    })
}

fn plan(
    (offering, usage_type, option): (&'static str, &'static str, &'static str),
    family: Option<(&'static str, usize)>,
    owner: usize,
    percent: i64,
    start: SampleHour,
) -> Plan {
    let nothing = Rate(0);
    Plan {
        offering,
        usage_type,
        option,
        family,
        owner,
        upfront: nothing,
        recurring: nothing,
        percent,
        start,
        arn: String::new(),
    }
}
