//! Versions that their makers no longer support, and AWS does for a fee.

use super::Worth;
use super::meters::{CLUSTER, CLUSTER_SUPPORT, DATABASE_SUPPORT};
use crate::error::Result;
use crate::sample::estate::catalogue::DATABASE_STORAGE;
use crate::sample::estate::draft::{Draft, NewMachine};
use crate::sample::estate::fleets::{Schedule, System};
use crate::sample::estate::services::{EKS, RDS};
use crate::sample::estate::shapes::DB_R6G_XLARGE;
use crate::sample::estate::{Load, Run};
use crate::sample::random::Chance;

pub fn plant(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((2, 8)) {
        let (resource, usage_type) = database(draft, number, Some(Run::Always))?;
        draft.hit("extended_support", "upgrade", resource, Worth::Meter(usage_type));
    }
    let lately = draft.ago(8);
    for number in 0..draft.sized((2, 9)) {
        let upgraded = number.is_multiple_of(2).then_some(Run::Before(lately));
        let (resource, _) = database(draft, 1_000 + number, upgraded)?;
        let why = if upgraded.is_some() { "it was upgraded eight days ago" } else { "its version is supported" };
        draft.near(resource, why);
    }
    for number in 0..draft.sized((1, 4)) {
        let resource = cluster(draft, number, Run::Always)?;
        draft.hit("extended_support", "upgrade", resource, Worth::Meter(CLUSTER_SUPPORT.usage_type));
    }
    for number in 0..draft.sized((1, 6)) {
        let resource = cluster(draft, 1_000 + number, Run::Before(lately))?;
        draft.near(resource, "it was upgraded eight days ago");
    }
    Ok(())
}

fn database(draft: &mut Draft, number: usize, support: Option<Run>) -> Result<(usize, &'static str)> {
    let mut chance = Chance::new(draft.seed, 3_200_000 + number as u64);
    let (app, account, region) = draft.home(number + 4);
    let id = "arn:aws:rds:{region}:{account}:db:{app}-{env}-x{n}";
    let resource = draft.tidy(id, (account, Some(region)), app, 28_000 + number, &mut chance);
    let engine = number % 2;
    let system = [System::PostgreSql, System::MySql][engine];
    let new = NewMachine {
        shape: &DB_R6G_XLARGE,
        system,
        schedule: Schedule::Always,
        units: 100,
        shares: false,
        load: Load::Unmeasured,
    };
    draft.machine(resource, new, &mut chance)?;
    draft.stream(resource, RDS, &DATABASE_STORAGE[0], &mut chance)?;
    if let Some(run) = support {
        let stream = draft.stream(resource, RDS, &DATABASE_SUPPORT[engine], &mut chance)?;
        draft.estate.streams[stream].run = run;
    }
    Ok((resource, DATABASE_SUPPORT[engine].usage_type))
}

fn cluster(draft: &mut Draft, number: usize, support: Run) -> Result<usize> {
    let mut chance = Chance::new(draft.seed, 3_210_000 + number as u64);
    let (app, account, region) = draft.home(number + 5);
    let id = "arn:aws:eks:{region}:{account}:cluster/{app}-{env}-x{n}";
    let resource = draft.tidy(id, (account, Some(region)), app, 30_000 + number, &mut chance);
    draft.stream(resource, EKS, &CLUSTER, &mut chance)?;
    let stream = draft.stream(resource, EKS, &CLUSTER_SUPPORT, &mut chance)?;
    draft.estate.streams[stream].run = support;
    Ok(resource)
}
