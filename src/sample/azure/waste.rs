//! What was planted in Azure: waste that the bill shows, and for each kind of it things that look like
//! it and are none.

use super::estate::{DISK, MACHINE, disk, path};
use super::skus::{
    B2, D2, D4, D8, FIREWALL, FIREWALL_DATA, GATEWAY, GATEWAY_UNITS, HDD_DISK, HDD_OPERATIONS, PREMIUM_DISK,
    PREMIUM_SNAPSHOT, SHAPES, SKUS, SNAPSHOT, SSD_DISK, SSD_OPERATIONS,
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
    carriers(
        draft,
        0,
        "idle_application_gateways",
        "Microsoft.Network/applicationGateways/agw-{name}",
        (GATEWAY, GATEWAY_UNITS),
    )?;
    carriers(draft, 1, "idle_firewalls", "Microsoft.Network/azureFirewalls/afw-{name}", (FIREWALL, FIREWALL_DATA))?;
    disks(draft)?;
    snapshots(draft)?;
    capacity(draft)?;
    machines(draft)
}

fn add(draft: &mut Draft, thing: usize, sku: usize, chance: &mut Chance) -> Result<usize> {
    draft.stream(thing, sku, (SKUS[sku].price, SKUS[sku].flow), chance)
}

/// Why something that carries little is no waste.
const QUIET: [&str; 5] = [
    "it carries little, but every day",
    "it is used on Sundays",
    "it is three days old",
    "it was used until four days ago",
    "it was deleted three weeks ago",
];

/// Things that are paid for by the hour and by what goes through them.
fn carriers(
    draft: &mut Draft,
    kind: usize,
    pattern: &'static str,
    id: &str,
    (hours, traffic): (usize, usize),
) -> Result<()> {
    let base = 3_000_000 + kind * 100_000;
    for number in 0..draft.sized((1, 8)) {
        let mut chance = draft.chance(base + number);
        let site = draft.site(10_000 + kind * 1_000 + number, "prod");
        let thing = draft.tidy(&path(id), site, &mut chance);
        add(draft, thing, hours, &mut chance)?;
        draft.hit(pattern, "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((3, 14)) {
        let mut chance = draft.chance(base + 10_000 + number);
        let site = draft.site(12_000 + kind * 1_000 + number, "prod");
        let thing = draft.tidy(&path(id), site, &mut chance);
        add(draft, thing, hours, &mut chance)?;
        // The smallest estate has the three that are hardest to tell.
        let quiet = [1, 3, 0, 2, 4][number % 5];
        let run = [Some(Run::Always), Some(Run::Sundays), None, Some(Run::Before(draft.ago(4))), None][quiet];
        if let Some(run) = run {
            let stream = add(draft, thing, traffic, &mut chance)?;
            draft.estate.streams[stream].metering.run = run;
        }
        let (born, gone) = (draft.ago(3), draft.ago(21));
        match quiet {
            2 => draft.estate.things[thing].born = born,
            4 => draft.estate.things[thing].gone = gone,
            _ => {}
        }
        draft.near(thing, QUIET[quiet]);
    }
    Ok(())
}

/// The subscription and region of a machine that always runs.
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
    let pairs = [(SSD_DISK, SSD_OPERATIONS), (HDD_DISK, HDD_OPERATIONS)];
    for number in 0..draft.sized((1, 6)) {
        let mut chance = draft.chance(3_300_000 + number);
        let site = Site { number: 14_000 + number, ..busy(draft, number) };
        let thing = draft.tidy(&path(DISK), site, &mut chance);
        add(draft, thing, pairs[number % 2].0, &mut chance)?;
        draft.hit("unattached_managed_disks", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((3, 10)) {
        let mut chance = draft.chance(3_310_000 + number);
        let site = Site { number: 14_500 + number, ..busy(draft, number + 3) };
        let thing = draft.tidy(&path(DISK), site, &mut chance);
        let (disk, operations) = pairs[number % 2];
        add(draft, thing, disk, &mut chance)?;
        let stream = add(draft, thing, operations, &mut chance)?;
        let (run, why) = [
            (Run::Sundays, "it is written on Sundays"),
            (Run::Before(draft.ago(4)), "it was read and written until four days ago"),
            (Run::Always, "it is read and written every day"),
        ][number % 3];
        draft.estate.streams[stream].metering.run = run;
        draft.near(thing, why);
    }
    for number in 0..draft.sized((1, 5)) {
        // Nothing runs there any more.
        let mut chance = draft.chance(3_320_000 + number);
        let account = draft.company.role(Role::Archive);
        let site =
            Site { account, region: Some([IRELAND, SINGAPORE][number % 2]), ..draft.site(15_000 + number, "prod") };
        let thing = draft.tidy(&path(DISK), site, &mut chance);
        add(draft, thing, PREMIUM_DISK, &mut chance)?;
        draft.hit("unattached_managed_disks", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((1, 5)) {
        let mut chance = draft.chance(3_330_000 + number);
        let site = Site {
            account: draft.company.role(Role::Sandbox),
            region: Some(US_EAST),
            ..draft.site(15_500 + number, "dev")
        };
        if number == 0 {
            let machine = draft.tidy(&path(MACHINE), site, &mut chance);
            draft.machine(machine, B2, Schedule::Nightly, Load::Busy);
        }
        let thing = draft.tidy(&path(DISK), site, &mut chance);
        add(draft, thing, PREMIUM_DISK, &mut chance)?;
        draft.near(thing, "the machines of its subscription run at night");
    }
    Ok(())
}

/// Snapshots on premium storage, where standard would do; a bill shows the other price where somebody has it.
fn snapshots(draft: &mut Draft) -> Result<()> {
    let id = "Microsoft.Compute/snapshots/snap-{name}";
    for number in 0..draft.sized((1, 7)) {
        let mut chance = draft.chance(3_400_000 + number);
        let region = [US_EAST, IRELAND][number % 2];
        let site = Site { region: Some(region), ..draft.site(16_000 + number, "prod") };
        let thing = draft.tidy(&path(id), site, &mut chance);
        let stream = add(draft, thing, PREMIUM_SNAPSHOT, &mut chance)?;
        draft.estate.streams[stream].instead = Some(draft.price(thing, SKUS[SNAPSHOT].price)?);
        draft.hit("premium_snapshots", "upgrade", thing, Worth::Instead);
        let site = Site { number: site.number + 200, ..site };
        let thing = draft.tidy(&path(id), site, &mut chance);
        add(draft, thing, SNAPSHOT, &mut chance)?;
        draft.near(thing, "it is on standard storage");
    }
    for number in 0..draft.sized((1, 6)) {
        let mut chance = draft.chance(3_410_000 + number);
        let site = Site { region: Some(US_EAST), ..draft.site(16_500 + number, "prod") };
        let thing = draft.tidy(&path(id), site, &mut chance);
        add(draft, thing, PREMIUM_SNAPSHOT, &mut chance)?;
        let (born, gone) = (draft.ago(3), draft.ago(20));
        if number % 2 == 0 {
            draft.estate.things[thing].born = born;
            draft.near(thing, "it is three days old: the next one takes its place");
        } else {
            draft.estate.things[thing].gone = gone;
            draft.near(thing, "it was deleted three weeks ago");
        }
    }
    Ok(())
}

/// Capacity that is reserved and that no machine takes. What machines take is billed as theirs.
fn capacity(draft: &mut Draft) -> Result<()> {
    let id = "Microsoft.Compute/capacityReservationGroups/crg-{name}/capacityReservations/cr-{name}";
    for number in 0..draft.sized((1, 6)) {
        let mut chance = draft.chance(3_500_000 + number);
        let site = Site { region: Some(US_EAST), ..draft.site(17_000 + number, "prod") };
        let thing = draft.tidy(&path(id), site, &mut chance);
        draft.machine(thing, D2, Schedule::Always, Load::Unmeasured);
        draft.hit("unused_capacity_reservations", "delete", thing, Worth::Whole);
    }
    for number in 0..draft.sized((2, 9)) {
        let mut chance = draft.chance(3_510_000 + number);
        let site = Site { region: Some(US_EAST), ..draft.site(17_500 + number, "prod") };
        let thing = draft.tidy(&path(id), site, &mut chance);
        let schedule = if number % 3 == 0 { Schedule::Nightly } else { Schedule::Always };
        draft.machine(thing, D2, schedule, Load::Unmeasured);
        let born = draft.ago(4);
        match number % 3 {
            0 => draft.near(thing, "its machines run by day"),
            1 => {
                draft.estate.things[thing].born = born;
                draft.near(thing, "it was reserved four days ago, for what is to come");
            }
            _ => {
                let gone = draft.ago(20);
                draft.estate.things[thing].gone = gone;
                draft.near(thing, "it was given back three weeks ago");
            }
        }
    }
    Ok(())
}

/// Machines: larger than their work, on at night in vain, and those that only look it.
fn machines(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((1, 10)) {
        let region = [US_EAST, FRANKFURT][number % 2];
        let thing = machine(draft, 18_000 + number, "prod", region, (D8, Schedule::Always, Load::Slack))?;
        if let Some(it) = draft.estate.machines.last_mut() {
            it.instead = Some(D4);
        }
        draft.hit("oversized_machines", "resize", thing, Worth::Instead);
        let thing = machine(draft, 18_200 + number, "prod", region, (D4, Schedule::Always, Load::Busy))?;
        draft.near(thing, "it has the work that its size is for");
    }
    for number in 0..draft.sized((3, 12)) {
        let (load, why) = [
            (Load::Bursty, "it is bursty"),
            (Load::MonthEnd, "it is full at the turn of the month"),
            (Load::MemoryBound, "it needs its memory"),
        ][number % 3];
        let thing = machine(draft, 18_500 + number, "prod", US_EAST, (D8, Schedule::Always, load))?;
        draft.near(thing, why);
    }
    for number in 0..draft.sized((1, 8)) {
        let environment = ["dev", "staging"][number % 2];
        let thing = machine(draft, 19_000 + number, environment, IRELAND, (D2, Schedule::Always, Load::Busy))?;
        draft.hit("non_production_around_the_clock", "schedule", thing, Worth::Hours(108));
    }
    for number in 0..draft.sized((2, 12)) {
        let schedule = [Schedule::Office, Schedule::Daytime, Schedule::Weekdays][number % 3];
        let thing = machine(draft, 19_500 + number, "dev", IRELAND, (D2, schedule, Load::Busy))?;
        draft.near(thing, "it is scheduled: off at night or at the weekend");
    }
    Ok(())
}

/// A machine with its disk; the disk is no part of what resizing it saves.
fn machine(
    draft: &mut Draft,
    number: usize,
    environment: &str,
    region: usize,
    (shape, schedule, load): (usize, Schedule, Load),
) -> Result<usize> {
    let mut chance = draft.chance(3_600_000 + number);
    let site = Site { region: Some(region), ..draft.site(number, environment) };
    let thing = draft.tidy(&path(MACHINE), site, &mut chance);
    disk(draft, thing, site, &mut chance)?;
    draft.machine(thing, shape, schedule, load);
    debug_assert!(shape < SHAPES.len());
    Ok(thing)
}
