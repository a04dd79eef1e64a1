//! Volumes that nothing uses, snapshots that only grow, volumes of the type before.

use super::meters::{MAGNETIC, MAGNETIC_IO, SMALL_GP2, SNAPSHOT};
use super::{Hit, Target, Worth};
use crate::error::Result;
use crate::sample::company::Role;
use crate::sample::company::places::{IRELAND, SINGAPORE, US_EAST, US_WEST};
use crate::sample::estate::catalogue::GP3;
use crate::sample::estate::draft::{Draft, NewMachine};
use crate::sample::estate::fleets::{Schedule, System};
use crate::sample::estate::services::EC2;
use crate::sample::estate::shapes::{M6I_LARGE, T3_MEDIUM};
use crate::sample::estate::{Estate, Growth, Load, Machine, Run};
use crate::sample::numbers::Amount;
use crate::sample::random::Chance;

const VOLUME: &str = "vol-0{hex}";

/// A volume of the type before: today's costs less and does more.
pub fn gp2(estate: &mut Estate, volume: usize) {
    let worth = Worth::Instead { of: "EBS:VolumeUsage.gp2", by: "EBS:VolumeUsage.gp3" };
    let (target, since) = (Target::Resource(volume), estate.resources[volume].born);
    estate.hits.push(Hit { pattern: "gp2_volumes", action: "upgrade", target, worth, since });
}

pub fn plant(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((1, 6)) {
        let (volume, _) = magnetic(draft, number)?;
        draft.hit("unattached_volumes", "delete", volume, Worth::Whole);
    }
    for number in 0..draft.sized((2, 8)) {
        let (volume, mut chance) = magnetic(draft, 1_000 + number)?;
        let stream = draft.stream(volume, EC2, &MAGNETIC_IO, &mut chance)?;
        let lately = draft.ago(4);
        let (run, why) = [
            (Run::Always, "it is read and written every day"),
            (Run::Sundays, "it is written on Sundays"),
            (Run::Before(lately), "it was read and written until four days ago"),
        ][number % 3];
        draft.estate.streams[stream].run = run;
        draft.near(volume, why);
    }
    for number in 0..draft.sized((1, 6)) {
        forgotten(draft, number)?;
        outlived(draft, number, None)?;
    }
    for number in 0..draft.sized((2, 9)) {
        visited(draft, number)?;
        outlived(draft, 1_000 + number, Some(number % 2))?;
    }
    for number in 0..draft.sized((1, 9)) {
        let volume = snapshot(draft, number, Growth::Daily(15))?;
        draft.hit("growing_snapshots", "delete", volume, Worth::Growth);
    }
    for number in 0..draft.sized((2, 12)) {
        let (growth, why) = [
            (Growth::Sawtooth, "it grows and is pruned again"),
            (Growth::Step(draft.ago(20)), "it grew once"),
            (Growth::Flat, "it keeps its size"),
        ][number % 3];
        let volume = snapshot(draft, 1_000 + number, growth)?;
        draft.near(volume, why);
    }
    for number in 0..draft.sized((1, 14)) {
        let mut chance = Chance::new(draft.seed, 3_130_000 + number as u64);
        let (place, app) = busy(draft, number);
        let volume = draft.tidy(VOLUME, place, app, 26_000 + number, &mut chance);
        let stream = draft.stream(volume, EC2, &SMALL_GP2, &mut chance)?;
        draft.estate.streams[stream].growth = Growth::Flat;
        draft.near(volume, "today's type would save less than a dollar a month");
    }
    Ok(())
}

/// Where an ordinary machine of somebody's runs around the clock, and what runs on it.
fn busy(draft: &Draft, number: usize) -> ((usize, Option<usize>), usize) {
    let always =
        |machine: &&Machine| machine.shape.product == EC2 && machine.schedule == Schedule::Always && machine.shares;
    let all: Vec<_> = draft.estate.machines.iter().filter(always).collect();
    let it = &draft.estate.resources[all[number % all.len()].resource];
    let team = draft.company.accounts[it.account].team.unwrap_or(0);
    ((it.account, it.region), draft.company.app_of(team, number))
}

fn magnetic(draft: &mut Draft, number: usize) -> Result<(usize, Chance)> {
    let mut chance = Chance::new(draft.seed, 3_100_000 + number as u64);
    let (place, app) = busy(draft, number);
    let volume = draft.tidy(VOLUME, place, app, 16_000 + number, &mut chance);
    let stream = draft.stream(volume, EC2, &MAGNETIC, &mut chance)?;
    draft.estate.streams[stream].growth = Growth::Flat;
    Ok((volume, chance))
}

fn volume(
    draft: &mut Draft,
    place: (usize, Option<usize>),
    app: usize,
    number: usize,
    chance: &mut Chance,
) -> Result<usize> {
    let volume = draft.tidy(VOLUME, place, app, number, chance);
    let stream = draft.stream(volume, EC2, &GP3, chance)?;
    let kept = &mut draft.estate.streams[stream];
    (kept.growth, kept.base) = (Growth::Flat, Amount::whole(chance.between(60, 600)));
    Ok(volume)
}

/// In an account and region where nothing runs any more: the machine went weeks ago.
fn forgotten(draft: &mut Draft, number: usize) -> Result<()> {
    let mut chance = Chance::new(draft.seed, 3_110_000 + number as u64);
    let place = (draft.company.role(Role::Archive), Some([IRELAND, SINGAPORE, US_WEST][number % 3]));
    let app = draft.home(number).0;
    let volume = volume(draft, place, app, 18_000 + number, &mut chance)?;
    draft.hit("unattached_volumes", "delete", volume, Worth::Whole);
    if number < 3 {
        let gone = draft.ago(50).max(5);
        let machine = server(draft, place, app, 19_000 + number, Schedule::Always, &mut chance)?;
        draft.estate.resources[machine].gone = if number == 1 { 6 } else { gone };
    }
    Ok(())
}

/// In an account where a machine runs at night only.
fn visited(draft: &mut Draft, number: usize) -> Result<()> {
    let mut chance = Chance::new(draft.seed, 3_111_000 + number as u64);
    let place = (draft.company.role(Role::Sandbox), Some(US_EAST));
    let app = draft.home(number).0;
    if number == 0 {
        server(draft, place, app, 21_000, Schedule::Nightly, &mut chance)?;
    }
    let volume = volume(draft, place, app, 20_000 + number, &mut chance)?;
    draft.near(volume, "the machines of its account run at night");
    Ok(())
}

/// A volume whose machine, of the same Name, is gone; or only seems to be.
fn outlived(draft: &mut Draft, number: usize, seems: Option<usize>) -> Result<()> {
    let mut chance = Chance::new(draft.seed, 3_112_000 + number as u64);
    let (place, app) = busy(draft, number);
    // The volume and its machine share a name, and nothing else has it.
    let number = 22_000 + number;
    let volume = volume(draft, place, app, number, &mut chance)?;
    let machine = server(draft, place, app, number, Schedule::Always, &mut chance)?;
    let (weeks, lately) = (draft.ago(50).max(5), draft.ago(4));
    draft.estate.resources[machine].gone = if seems == Some(1) { lately } else { weeks };
    match seems {
        None => {
            draft.hit("unattached_volumes", "delete", volume, Worth::Whole);
            if let Some(hit) = draft.estate.hits.last_mut() {
                hit.since = weeks;
            }
        }
        Some(0) => {
            let successor = server(draft, place, app, number, Schedule::Always, &mut chance)?;
            draft.estate.resources[successor].born = weeks;
            draft.near(volume, "its machine was replaced by another of the same name");
        }
        Some(_) => draft.near(volume, "its machine ran until four days ago"),
    }
    Ok(())
}

/// A small machine of its own name, which is that of anything else with the same number.
fn server(
    draft: &mut Draft,
    place: (usize, Option<usize>),
    app: usize,
    number: usize,
    schedule: Schedule,
    chance: &mut Chance,
) -> Result<usize> {
    let machine = draft.tidy("i-0{hex}", place, app, number, chance);
    let shape = if number.is_multiple_of(2) { &T3_MEDIUM } else { &M6I_LARGE };
    let new = NewMachine { shape, system: System::Linux, schedule, units: 100, shares: false, load: Load::Busy };
    draft.machine(machine, new, chance)?;
    Ok(machine)
}

fn snapshot(draft: &mut Draft, number: usize, growth: Growth) -> Result<usize> {
    let mut chance = Chance::new(draft.seed, 3_120_000 + number as u64);
    let (app, account, region) = draft.home(number + 3);
    let id = "arn:aws:ec2:{region}:{account}:snapshot/snap-0{hex}";
    let snapshot = draft.tidy(id, (account, Some(region)), app, 24_000 + number, &mut chance);
    let stream = draft.stream(snapshot, EC2, &SNAPSHOT, &mut chance)?;
    draft.estate.streams[stream].growth = growth;
    Ok(snapshot)
}
