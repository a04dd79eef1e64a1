//! What was planted in Google Cloud: waste that the bill shows, and for each kind of it things that look
//! like it and are none.

use super::estate::{DISK, MACHINE, disk};
use super::skus::{
    BALANCED_DISK, DATABASE, E2_2, FORWARDED, FORWARDING, HA_CORES, HA_MEMORY, HA_STORED, IDLE_ADDRESS, N2_4, N2_8,
    SKUS, SQL_CORES, SQL_MEMORY, SQL_STORED, STANDARD_DISK, USED_ADDRESS,
};
use crate::error::Result;
use crate::sample::cloud::Worth;
use crate::sample::cloud::draft::{Draft, Site};
use crate::sample::company::Role;
use crate::sample::company::places::{FRANKFURT, IRELAND, SINGAPORE, US_EAST};
use crate::sample::estate::fleets::Schedule;
use crate::sample::estate::{Load, Run};
use crate::sample::random::Chance;

pub fn plant(draft: &mut Draft) -> Result<()> {
    addresses(draft)?;
    rules(draft)?;
    disks(draft)?;
    stopped(draft)?;
    replicated(draft)?;
    machines(draft)
}

fn add(draft: &mut Draft, thing: usize, sku: usize, run: Run, chance: &mut Chance) -> Result<usize> {
    let stream = draft.stream(thing, sku, (SKUS[sku].price, SKUS[sku].flow), chance)?;
    draft.estate.streams[stream].metering.run = run;
    Ok(stream)
}

fn addresses(draft: &mut Draft) -> Result<()> {
    let id = "//compute.googleapis.com/projects/{account}/regions/{region}/addresses/{digits}";
    for number in 0..draft.sized((1, 8)) {
        let mut chance = draft.chance(3_000_000 + number);
        let thing = draft.tidy(id, draft.site(10_000 + number, "prod"), &mut chance);
        add(draft, thing, IDLE_ADDRESS, Run::Always, &mut chance)?;
        draft.hit("idle_static_addresses", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((3, 12)) {
        let mut chance = draft.chance(3_010_000 + number);
        let thing = draft.tidy(id, draft.site(11_000 + number, "prod"), &mut chance);
        let (lately, young, old) = (draft.ago(4), draft.ago(2), draft.ago(21));
        let why = match number % 4 {
            0 => {
                add(draft, thing, USED_ADDRESS, Run::Day, &mut chance)?;
                add(draft, thing, IDLE_ADDRESS, Run::Night, &mut chance)?;
                "it is in use by day"
            }
            1 => {
                add(draft, thing, USED_ADDRESS, Run::Before(lately), &mut chance)?;
                add(draft, thing, IDLE_ADDRESS, Run::From(lately), &mut chance)?;
                "it was in use until four days ago"
            }
            2 => {
                add(draft, thing, IDLE_ADDRESS, Run::Always, &mut chance)?;
                draft.estate.things[thing].born = young;
                "it was reserved two days ago"
            }
            _ => {
                add(draft, thing, IDLE_ADDRESS, Run::Always, &mut chance)?;
                draft.estate.things[thing].gone = old;
                "it was released three weeks ago"
            }
        };
        draft.near(thing, why);
    }
    Ok(())
}

fn rules(draft: &mut Draft) -> Result<()> {
    let id = "//compute.googleapis.com/projects/{account}/regions/{region}/forwardingRules/{digits}";
    for number in 0..draft.sized((1, 8)) {
        let mut chance = draft.chance(3_100_000 + number);
        let thing = draft.tidy(id, draft.site(12_000 + number, "prod"), &mut chance);
        add(draft, thing, FORWARDING, Run::Always, &mut chance)?;
        draft.hit("idle_forwarding_rules", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((3, 14)) {
        let mut chance = draft.chance(3_110_000 + number);
        let thing = draft.tidy(id, draft.site(13_000 + number, "prod"), &mut chance);
        add(draft, thing, FORWARDING, Run::Always, &mut chance)?;
        let (lately, young, old) = (draft.ago(4), draft.ago(3), draft.ago(21));
        let (run, why) = match number % 5 {
            0 => (Some(Run::Sundays), "it is used on Sundays"),
            1 => (Some(Run::Before(lately)), "it was used until four days ago"),
            2 => (Some(Run::Always), "it carries little, but every day"),
            3 => (None, "it is three days old"),
            _ => (None, "it was deleted three weeks ago"),
        };
        if let Some(run) = run {
            add(draft, thing, FORWARDED, run, &mut chance)?;
        }
        match number % 5 {
            3 => draft.estate.things[thing].born = young,
            4 => draft.estate.things[thing].gone = old,
            _ => {}
        }
        draft.near(thing, why);
    }
    Ok(())
}

/// The project and region of a machine that always runs.
fn busy(draft: &Draft, number: usize) -> Site {
    let always: Vec<_> = draft
        .estate
        .machines
        .iter()
        .filter(|machine| machine.schedule == Schedule::Always && draft.estate.things[machine.thing].gone == u32::MAX)
        .collect();
    let it = &draft.estate.things[always[number % always.len()].thing];
    Site { account: it.account, region: it.region, app: draft.site(number, "prod").app, number }
}

fn disks(draft: &mut Draft) -> Result<()> {
    let weeks = draft.ago(50).max(5);
    for number in 0..draft.sized((1, 5)) {
        // Nothing runs there any more.
        let mut chance = draft.chance(3_200_000 + number);
        let account = draft.company.role(Role::Archive);
        let site =
            Site { account, region: Some([IRELAND, SINGAPORE][number % 2]), ..draft.site(14_000 + number, "prod") };
        let thing = draft.tidy(DISK, site, &mut chance);
        add(draft, thing, STANDARD_DISK, Run::Always, &mut chance)?;
        draft.hit("unattached_persistent_disks", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((1, 5)) {
        // Its machine, of the same name, went weeks ago.
        let mut chance = draft.chance(3_210_000 + number);
        let site = Site { number: 14_200 + number, ..busy(draft, number) };
        let thing = outlived(draft, site, weeks, &mut chance)?;
        draft.hit("unattached_persistent_disks", "delete", thing, Worth::Whole);
        if let Some(hit) = draft.estate.hits.last_mut() {
            hit.since = weeks;
        }
    }
    for number in 0..draft.sized((2, 8)) {
        let mut chance = draft.chance(3_220_000 + number);
        let site = Site { number: 14_400 + number, ..busy(draft, number + 2) };
        if number % 2 == 0 {
            let lately = draft.ago(4);
            let thing = outlived(draft, site, lately, &mut chance)?;
            draft.near(thing, "its machine ran until four days ago");
        } else {
            let thing = outlived(draft, site, weeks, &mut chance)?;
            let successor = draft.tidy(MACHINE, site, &mut chance);
            draft.machine(successor, E2_2, Schedule::Always, Load::Busy);
            draft.estate.things[successor].born = weeks;
            draft.near(thing, "its machine was replaced by another of the same name");
        }
    }
    for number in 0..draft.sized((1, 5)) {
        let mut chance = draft.chance(3_230_000 + number);
        let account = draft.company.role(Role::Sandbox);
        let site = Site { account, region: Some(US_EAST), ..draft.site(14_600 + number, "dev") };
        if number == 0 {
            let machine = draft.tidy(MACHINE, site, &mut chance);
            draft.machine(machine, E2_2, Schedule::Nightly, Load::Busy);
        }
        let site = Site { number: site.number + 50, ..site };
        let thing = draft.tidy(DISK, site, &mut chance);
        add(draft, thing, BALANCED_DISK, Run::Always, &mut chance)?;
        draft.near(thing, "the machines of its project run at night");
    }
    Ok(())
}

/// A disk that stays when its machine goes on a day.
fn outlived(draft: &mut Draft, site: Site, day: u32, chance: &mut Chance) -> Result<usize> {
    let thing = draft.tidy(DISK, site, chance);
    add(draft, thing, BALANCED_DISK, Run::Always, chance)?;
    let machine = draft.tidy(MACHINE, site, chance);
    draft.machine(machine, E2_2, Schedule::Always, Load::Busy);
    draft.estate.things[machine].gone = day;
    Ok(thing)
}

/// Databases that do not run: their storage is paid for all the same.
fn stopped(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((1, 6)) {
        let mut chance = draft.chance(3_300_000 + number);
        let thing = draft.tidy(DATABASE, draft.site(15_000 + number, "prod"), &mut chance);
        add(draft, thing, SQL_STORED, Run::Always, &mut chance)?;
        draft.hit("stopped_databases", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((3, 10)) {
        let mut chance = draft.chance(3_310_000 + number);
        let thing = draft.tidy(DATABASE, draft.site(15_500 + number, "prod"), &mut chance);
        let (lately, young, old) = (draft.ago(4), draft.ago(3), draft.ago(20));
        add(draft, thing, SQL_STORED, Run::Always, &mut chance)?;
        let (run, why) = match number % 4 {
            0 => (Some(Run::Sundays), "it runs on Sundays"),
            1 => (Some(Run::Before(lately)), "it was stopped four days ago"),
            2 => (None, "it is three days old"),
            _ => (None, "it was deleted three weeks ago"),
        };
        if let Some(run) = run {
            add(draft, thing, SQL_CORES, run, &mut chance)?;
            add(draft, thing, SQL_MEMORY, run, &mut chance)?;
        }
        match number % 4 {
            2 => draft.estate.things[thing].born = young,
            3 => draft.estate.things[thing].gone = old,
            _ => {}
        }
        draft.near(thing, why);
    }
    Ok(())
}

/// Databases with a second machine in another zone, where nobody needs it.
fn replicated(draft: &mut Draft) -> Result<()> {
    let pairs = [(HA_CORES, SQL_CORES), (HA_MEMORY, SQL_MEMORY), (HA_STORED, SQL_STORED)];
    for number in 0..draft.sized((1, 6)) {
        let region = Some([US_EAST, FRANKFURT][number % 2]);
        let mut chance = draft.chance(3_400_000 + number);
        let site = Site { region, ..draft.site(16_000 + number, ["dev", "staging"][number % 2]) };
        let thing = draft.tidy(DATABASE, site, &mut chance);
        for (regional, zonal) in pairs {
            let stream = add(draft, thing, regional, Run::Always, &mut chance)?;
            draft.estate.streams[stream].instead = Some(draft.price(thing, SKUS[zonal].price)?);
        }
        draft.hit("replicated_databases_of_non_production", "resize", thing, Worth::Instead);
        // The same in one zone, which shows what that costs; and one that is production.
        let site = Site { region, ..draft.site(16_300 + number, "dev") };
        let thing = draft.tidy(DATABASE, site, &mut chance);
        for (_, zonal) in pairs {
            add(draft, thing, zonal, Run::Always, &mut chance)?;
        }
        draft.near(thing, "it is in one zone");
        let site = Site { region, ..draft.site(16_600 + number, "prod") };
        let thing = draft.tidy(DATABASE, site, &mut chance);
        for (regional, _) in pairs {
            add(draft, thing, regional, Run::Always, &mut chance)?;
        }
        draft.near(thing, "it is production");
    }
    Ok(())
}

/// Machines: larger than their work, on at night in vain, and those that only look it.
fn machines(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((1, 8)) {
        let region = [US_EAST, FRANKFURT][number % 2];
        let thing = machine(draft, 18_000 + number, "prod", region, (N2_8, Schedule::Always, Load::Slack))?;
        if let Some(it) = draft.estate.machines.last_mut() {
            it.instead = Some(N2_4);
        }
        draft.hit("oversized_machines", "resize", thing, Worth::Instead);
        let thing = machine(draft, 18_200 + number, "prod", region, (N2_4, Schedule::Always, Load::Busy))?;
        draft.near(thing, "it has the work that its type is for");
    }
    for number in 0..draft.sized((3, 9)) {
        let (load, why) = [
            (Load::MemoryBound, "it needs its memory"),
            (Load::MonthEnd, "it is full at the turn of the month"),
            (Load::Bursty, "it is bursty"),
        ][number % 3];
        let thing = machine(draft, 18_500 + number, "prod", US_EAST, (N2_8, Schedule::Always, load))?;
        draft.near(thing, why);
    }
    for number in 0..draft.sized((1, 6)) {
        let environment = ["staging", "dev"][number % 2];
        let thing = machine(draft, 19_000 + number, environment, IRELAND, (E2_2, Schedule::Always, Load::Busy))?;
        draft.hit("non_production_around_the_clock", "schedule", thing, Worth::Hours(108));
    }
    for number in 0..draft.sized((2, 10)) {
        let schedule = [Schedule::Weekdays, Schedule::Office, Schedule::Daytime][number % 3];
        let thing = machine(draft, 19_500 + number, "dev", IRELAND, (E2_2, schedule, Load::Busy))?;
        draft.near(thing, "it is scheduled: off at night or at the weekend");
    }
    Ok(())
}

fn machine(
    draft: &mut Draft,
    number: usize,
    environment: &str,
    region: usize,
    (shape, schedule, load): (usize, Schedule, Load),
) -> Result<usize> {
    let mut chance = draft.chance(3_600_000 + number);
    let site = Site { region: Some(region), ..draft.site(number, environment) };
    let thing = draft.tidy(MACHINE, site, &mut chance);
    disk(draft, thing, site, &mut chance)?;
    draft.machine(thing, shape, schedule, load);
    Ok(thing)
}
