//! Reservations and Savings Plans: what was bought, at which price.
//!
//! Upfront money is a whole number of hourly shares over the 8,760 hours of the
//! term, so that what is amortised in a month is exact.

use super::company::{CHECKOUT, DATA, FRANKFURT, IRELAND, PAYER, US_EAST, WEB};
use super::estate::{Estate, Machine};
use super::fleets::System;
use super::numbers::Rate;
use super::random::Chance;
use super::services::{CACHE, EC2, ECS, RDS};
use crate::error::Result;

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

    /// Whether it may apply to a machine.
    pub fn covers(&self, machine: &Machine) -> bool {
        let shape = &machine.fleet.shape;
        let computes = matches!(machine.fleet.system, System::Linux | System::Windows | System::Container);
        match self.family {
            Some((family, region)) => {
                shape.product == EC2 && computes && machine.fleet.region == region && shape.name.starts_with(family)
            }
            None => computes && (shape.product == EC2 || shape.product == ECS),
        }
    }
}

/// All commitments of the sample.
pub struct Commitments {
    pub reservations: Vec<Reservation>,
    pub plans: Vec<Plan>,
}

impl Commitments {
    /// What the company holds: sized to the estate, some bought before the sample and some at
    /// `purchase`, the first instant of the month in which two were bought.
    ///
    /// # Errors
    /// `Bug` if a price is none.
    pub fn draw(seed: u64, estate: &Estate, purchase: SampleHour) -> Result<Commitments> {
        let mut chance = Chance::new(seed, 2);
        let mut reservations = vec![
            reservation(
                (EC2, "m5.large", 4, System::Linux),
                (US_EAST, PAYER),
                ("Partial Upfront", "0.0274", "0.0291"),
                -4_008,
            )?,
            reservation(
                (RDS, "db.r5.large", 4, System::PostgreSql),
                (FRANKFURT, CHECKOUT),
                ("All Upfront", "0.1925", "0"),
                purchase + 96,
            )?,
            reservation(
                (CACHE, "cache.r6g.large", 4, System::Redis),
                (US_EAST, WEB),
                ("No Upfront", "0", "0.1318"),
                -2_160,
            )?,
        ];
        for held in &mut reservations {
            let matching = estate.machines.iter().filter(|machine| held.covers(machine)).count() as i64;
            held.count = (matching * 9 + 9) / 10;
            let (service, kind) = match held.product {
                EC2 => ("ec2", "reserved-instances"),
                RDS => ("rds", "ri"),
                _ => ("elasticache", "reserved-instance"),
            };
            let account = super::company::ACCOUNTS[held.owner].id;
            let region = super::company::REGIONS[held.region].code;
            held.arn = format!("arn:aws:{service}:{region}:{account}:{kind}/{}", chance.uuid());
            held.subscription = chance.between(1_000_000_000, 9_999_999_999).to_string();
        }
        let mut plans = vec![
            plan(
                ("EC2InstanceSavingsPlans", "EUW1-EC2SP:r5.1yrPartialUpfront", "Partial Upfront"),
                Some(("r5", IRELAND)),
                DATA,
                60,
                purchase + 216,
            ),
            plan(("ComputeSavingsPlans", "ComputeSP:1yrNoUpfront", "No Upfront"), None, PAYER, 72, -5_112),
        ];
        for bought in &mut plans {
            // The first is sized to its whole family, which sleeps at night; the second to 3 in 5.
            let percent = if bought.family.is_some() { 100 } else { 60 };
            let prices = estate.machines.iter().filter(|machine| bought.covers(machine));
            let hourly: i64 =
                prices.map(|machine| machine.units.at(bought.price(machine)).0 as i64 / 100_000_000).sum();
            // Up to a whole cent, even, so that half of it is exact too.
            let commitment = Rate((hourly * percent / 100 / 200_000_000 + 1) * 200_000_000);
            bought.upfront = if bought.family.is_some() { commitment.percent(50, 10) } else { Rate(0) };
            bought.recurring = Rate(commitment.0 - bought.upfront.0);
            let account = super::company::ACCOUNTS[bought.owner].id;
            bought.arn = format!("arn:aws:savingsplans::{account}:savingsplan/{}", chance.uuid());
        }
        Ok(Commitments { reservations, plans })
    }
}

impl Reservation {
    /// Whether it may apply to a machine.
    pub fn covers(&self, machine: &Machine) -> bool {
        let fleet = machine.fleet;
        fleet.shape.name == self.shape && fleet.region == self.region && fleet.system == self.system
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
