//! Gateways that carry nothing, balancers in front of nothing, addresses of nothing.

use super::Worth;
use super::meters::{ADDRESS_IDLE, ADDRESS_IN_USE, BALANCER_IDS, BALANCERS, NAT_BYTES, NAT_HOURS};
use crate::error::Result;
use crate::sample::estate::Run;
use crate::sample::estate::draft::Draft;
use crate::sample::estate::services::{EC2, ELB, Meter, VPC};
use crate::sample::random::Chance;

pub fn plant(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((1, 9)) {
        gateway(draft, number, None)?;
    }
    for number in 0..draft.sized((3, 14)) {
        gateway(draft, 1_000 + number, Some(number % QUIET.len()))?;
    }
    for number in 0..draft.sized((2, 12)) {
        balancer(draft, number, None)?;
    }
    for number in 0..draft.sized((3, 18)) {
        balancer(draft, 1_000 + number, Some(number % QUIET.len()))?;
    }
    for number in 0..draft.sized((1, 12)) {
        let (resource, mut chance) = address(draft, number);
        draft.stream(resource, VPC, &ADDRESS_IDLE, &mut chance)?;
        draft.hit("idle_public_addresses", "delete", resource, Worth::Whole);
    }
    for number in 0..draft.sized((3, 16)) {
        near_address(draft, number)?;
    }
    Ok(())
}

/// Why something that carries little is no waste.
const QUIET: [&str; 5] = [
    "it carries little, but every day",
    "it is used on Sundays",
    "it is three days old",
    "it was used until four days ago",
    "it was deleted three weeks ago",
];

fn gateway(draft: &mut Draft, number: usize, quiet: Option<usize>) -> Result<()> {
    let mut chance = Chance::new(draft.seed, 3_000_000 + number as u64);
    let (app, account, region) = draft.home(number);
    let id = "arn:aws:ec2:{region}:{account}:natgateway/nat-0{hex}";
    let resource = draft.tidy(id, (account, Some(region)), app, 10_000 + number, &mut chance);
    draft.stream(resource, EC2, &NAT_HOURS, &mut chance)?;
    match quiet {
        None => draft.hit("idle_nat_gateways", "delete", resource, Worth::Whole),
        Some(quiet) => near(draft, resource, quiet, (EC2, &NAT_BYTES), &mut chance)?,
    }
    Ok(())
}

fn balancer(draft: &mut Draft, number: usize, quiet: Option<usize>) -> Result<()> {
    let mut chance = Chance::new(draft.seed, 3_010_000 + number as u64);
    let (app, account, region) = draft.home(number + 1);
    let kind = number % BALANCERS.len();
    let resource = draft.tidy(BALANCER_IDS[kind], (account, Some(region)), app, 12_000 + number, &mut chance);
    draft.stream(resource, ELB, &BALANCERS[kind].0, &mut chance)?;
    match quiet {
        None => draft.hit("idle_load_balancers", "delete", resource, Worth::Whole),
        Some(quiet) => near(draft, resource, quiet, (ELB, &BALANCERS[kind].1), &mut chance)?,
    }
    Ok(())
}

/// Makes a thing that carries little a near miss, in the way with this number.
fn near(
    draft: &mut Draft,
    resource: usize,
    quiet: usize,
    (product, meter): (usize, &'static Meter),
    chance: &mut Chance,
) -> Result<()> {
    let run = match quiet {
        0 => Some(Run::Always),
        1 => Some(Run::Sundays),
        3 => Some(Run::Before(draft.ago(4))),
        _ => None,
    };
    if let Some(run) = run {
        let stream = draft.stream(resource, product, meter, chance)?;
        draft.estate.streams[stream].run = run;
    }
    let (born, gone) = (draft.ago(3), draft.ago(21));
    match quiet {
        2 => draft.estate.resources[resource].born = born,
        4 => draft.estate.resources[resource].gone = gone,
        _ => {}
    }
    draft.near(resource, QUIET[quiet]);
    Ok(())
}

fn address(draft: &mut Draft, number: usize) -> (usize, Chance) {
    let mut chance = Chance::new(draft.seed, 3_020_000 + number as u64);
    let (app, account, region) = draft.home(number + 2);
    let id = "arn:aws:ec2:{region}:{account}:elastic-ip/eipalloc-0{hex}";
    (draft.tidy(id, (account, Some(region)), app, 14_000 + number, &mut chance), chance)
}

fn near_address(draft: &mut Draft, number: usize) -> Result<()> {
    let (resource, mut chance) = address(draft, 1_000 + number);
    let mut meter = |draft: &mut Draft, meter: &'static Meter, run: Run| -> Result<()> {
        let stream = draft.stream(resource, VPC, meter, &mut chance)?;
        draft.estate.streams[stream].run = run;
        Ok(())
    };
    let (lately, young, old) = (draft.ago(4), draft.ago(2), draft.ago(21));
    let why = match number % 4 {
        0 => {
            // Its machine is off at night.
            meter(draft, &ADDRESS_IN_USE, Run::Day)?;
            meter(draft, &ADDRESS_IDLE, Run::Night)?;
            "it is in use by day"
        }
        1 => {
            meter(draft, &ADDRESS_IN_USE, Run::Before(lately))?;
            meter(draft, &ADDRESS_IDLE, Run::From(lately))?;
            "it was in use until four days ago"
        }
        2 => {
            meter(draft, &ADDRESS_IDLE, Run::Always)?;
            draft.estate.resources[resource].born = young;
            "it was allocated two days ago"
        }
        _ => {
            meter(draft, &ADDRESS_IDLE, Run::Always)?;
            draft.estate.resources[resource].gone = old;
            "it was released three weeks ago"
        }
    };
    draft.near(resource, why);
    Ok(())
}
