//! Machines: of a generation before, on at night in vain, larger than their work; and those that
//! only look it: bursty, busy at the turn of the month, scheduled, covered, autoscaled, fresh.

use super::Worth;
use crate::error::Result;
use crate::sample::company::places::{FRANKFURT, IRELAND, SAO_PAULO, SINGAPORE, US_EAST};
use crate::sample::estate::Load;
use crate::sample::estate::draft::{Draft, NewMachine};
use crate::sample::estate::fleets::{Schedule, System};
use crate::sample::estate::shapes::{
    C4_XLARGE, C5_2XLARGE, C5_4XLARGE, C5_XLARGE, C6I_4XLARGE, C6I_XLARGE, M4_LARGE, M5_2XLARGE, M5_LARGE, M5_XLARGE,
    M6I_2XLARGE, M6I_LARGE, M6I_XLARGE, R4_LARGE, R5_2XLARGE, R5_LARGE, R5_XLARGE, R6I_2XLARGE, Shape, T2_MEDIUM,
    T3_LARGE, T3_MEDIUM,
};
use crate::sample::estate::tags::Says;
use crate::sample::random::Chance;

/// The usage type of each old shape, and of what came after it.
type Pair = (&'static Shape, &'static Shape, Worth);

const fn instead(of: &'static str, by: &'static str) -> Worth {
    Worth::Instead { of, by }
}

static GENERATIONS: [Pair; 4] = [
    (&M4_LARGE, &M5_LARGE, instead("BoxUsage:m4.large", "BoxUsage:m5.large")),
    (&C4_XLARGE, &C5_XLARGE, instead("BoxUsage:c4.xlarge", "BoxUsage:c5.xlarge")),
    (&R4_LARGE, &R5_LARGE, instead("BoxUsage:r4.large", "BoxUsage:r5.large")),
    (&T2_MEDIUM, &T3_MEDIUM, instead("BoxUsage:t2.medium", "BoxUsage:t3.medium")),
];
/// Each with the next smaller size.
static SIZES: [Pair; 4] = [
    (&M5_2XLARGE, &M5_XLARGE, instead("BoxUsage:m5.2xlarge", "BoxUsage:m5.xlarge")),
    (&C5_4XLARGE, &C5_2XLARGE, instead("BoxUsage:c5.4xlarge", "BoxUsage:c5.2xlarge")),
    (&R5_2XLARGE, &R5_XLARGE, instead("BoxUsage:r5.2xlarge", "BoxUsage:r5.xlarge")),
    (&M6I_2XLARGE, &M6I_XLARGE, instead("BoxUsage:m6i.2xlarge", "BoxUsage:m6i.xlarge")),
];
/// Where the pairs above run.
const PLACES: [usize; 3] = [US_EAST, FRANKFURT, IRELAND];

pub fn plant(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((2, 18)) {
        let (old, new, worth) = &GENERATIONS[number % 4];
        let region = PLACES[number / 4 % 3];
        let machine = put(draft, number, region, (old, Schedule::Always, Load::Busy))?;
        draft.hit("previous_generation_machines", "upgrade", machine, *worth);
        let current = put(draft, 1_000 + number, region, (new, Schedule::Always, Load::Busy))?;
        draft.near(current, "it is of the current generation");
    }
    for number in 0..draft.sized((1, 6)) {
        // Nothing of the next generation runs there: the bill shows no price for it.
        let (pair, region) = [(2, SAO_PAULO), (1, SINGAPORE)][number % 2];
        let (old, _, worth) = &GENERATIONS[pair];
        let machine = put(draft, 2_000 + number, region, (old, Schedule::Always, Load::Busy))?;
        draft.hit("previous_generation_machines", "upgrade", machine, *worth);
    }
    let gone = draft.ago(20);
    for number in 0..draft.sized((1, 8)) {
        let old = GENERATIONS[number % 4].0;
        let machine = put(draft, 3_000 + number, US_EAST, (old, Schedule::Always, Load::Busy))?;
        draft.estate.resources[machine].gone = gone;
        draft.near(machine, "it was terminated three weeks ago");
    }
    sizes(draft)?;
    around_the_clock(draft)
}

fn sizes(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((2, 18)) {
        let (large, small, worth) = &SIZES[number % 4];
        let region = PLACES[number / 4 % 3];
        let machine = put(draft, 4_000 + number, region, (large, Schedule::Always, Load::Slack))?;
        draft.hit("oversized_machines", "resize", machine, *worth);
        let fitting = put(draft, 5_000 + number, region, (small, Schedule::Always, Load::Busy))?;
        draft.near(fitting, "it is as large as its work");
    }
    for number in 0..draft.sized((1, 6)) {
        // No smaller one of the family runs there: the bill shows no price for it.
        let machine = put(draft, 6_000 + number, SINGAPORE, (&C6I_4XLARGE, Schedule::Always, Load::Slack))?;
        let worth = instead("BoxUsage:c6i.4xlarge", "BoxUsage:c6i.2xlarge");
        draft.hit("oversized_machines", "resize", machine, worth);
    }
    let young = draft.ago(5);
    for number in 0..draft.sized((6, 36)) {
        let shape = [&M5_2XLARGE, &C5_4XLARGE, &R5_2XLARGE][number / 6 % 3];
        let region = PLACES[number / 6 % 3];
        let (schedule, load, why) = [
            (Schedule::Always, Load::Bursty, "it is bursty: full many times a day, for minutes"),
            (Schedule::Always, Load::MonthEnd, "it is full at the turn of the month"),
            (Schedule::Always, Load::MemoryBound, "it needs its memory"),
            (Schedule::Daytime, Load::Busy, "it is scheduled: off at night"),
            (Schedule::Always, Load::Slack, "it is fresh: a few days old"),
            (Schedule::Always, Load::Slack, "it is covered by a reservation: a smaller one saves nothing"),
        ][number % 6];
        if number % 6 == 5 {
            // Of a shape that only these are of, all of them reserved.
            let machine = put(draft, 7_000 + number, FRANKFURT, (&R6I_2XLARGE, schedule, load))?;
            if let Some(covered) = draft.estate.machines.last_mut() {
                covered.shares = true;
            }
            draft.near(machine, why);
            continue;
        }
        let machine = put(draft, 7_000 + number, region, (shape, schedule, load))?;
        if number % 6 == 4 {
            draft.estate.resources[machine].born = young;
        }
        draft.near(machine, why);
    }
    for number in 0..draft.sized((1, 8)) {
        // A group of which one or two run at a time, each for two days.
        for nth in 0..5 {
            let machine = put(draft, 8_000 + number * 8 + nth, US_EAST, (&C6I_XLARGE, Schedule::Always, Load::Slack))?;
            let born = draft.ago(16 - 3 * nth as u32);
            let it = &mut draft.estate.resources[machine];
            (it.born, it.gone) = (born, born + 2);
            draft.near(machine, "it is autoscaled: it lives for two days");
        }
    }
    Ok(())
}

/// What works by day only, and runs all night; and what has a reason to.
fn around_the_clock(draft: &mut Draft) -> Result<()> {
    for number in 0..draft.sized((2, 16)) {
        let machine = idle_by_night(draft, number, Schedule::Always)?;
        // Wanted on weekdays from 07:00 to 19:00: 60 of 168 hours.
        draft.hit("non_production_around_the_clock", "schedule", machine, Worth::Hours(108));
    }
    let (young, last) = (draft.ago(4), draft.ago(0));
    for number in 0..draft.sized((4, 24)) {
        let schedule = if number % 4 == 1 { Schedule::Office } else { Schedule::Always };
        let machine = idle_by_night(draft, 1_000 + number, schedule)?;
        let it = &mut draft.estate.resources[machine];
        let why = match number % 4 {
            0 => {
                for epoch in &mut it.epochs {
                    epoch.tags.env = "prod".into();
                    epoch.tags.says_env = Says::Known("prod".into());
                }
                "it is production, in an account of other things"
            }
            1 => "it is scheduled: off at night",
            2 => {
                it.born = young;
                "it is fresh: a few days old"
            }
            _ => {
                (it.born, it.gone) = (last.saturating_sub(2), last.saturating_sub(1));
                "it is autoscaled: it lived for a day"
            }
        };
        draft.near(machine, why);
    }
    Ok(())
}

fn idle_by_night(draft: &mut Draft, number: usize, schedule: Schedule) -> Result<usize> {
    let mut chance = Chance::new(draft.seed, 3_310_000 + number as u64);
    let app = draft.home(number).0;
    let (environment, shape) = [("dev", &T3_LARGE), ("staging", &M6I_LARGE), ("dev", &M5_LARGE)][number % 3];
    let (account, region) = (draft.account(app, environment), PLACES[number % 3]);
    let machine = draft.tidy("i-0{hex}", (account, Some(region)), app, 50_000 + number, &mut chance);
    let load = Load::Busy;
    let new = NewMachine { shape, system: System::Linux, schedule, units: 100, shares: false, load };
    draft.machine(machine, new, &mut chance)?;
    Ok(machine)
}

/// A machine in production whose account has no part in the organisation's commitments.
fn put(
    draft: &mut Draft,
    number: usize,
    region: usize,
    (shape, schedule, load): (&'static Shape, Schedule, Load),
) -> Result<usize> {
    let mut chance = Chance::new(draft.seed, 3_300_000 + number as u64);
    let (app, account, _) = draft.home(number);
    let machine = draft.tidy("i-0{hex}", (account, Some(region)), app, 32_000 + number, &mut chance);
    let new = NewMachine { shape, system: System::Linux, schedule, units: 100, shares: false, load };
    draft.machine(machine, new, &mut chance)?;
    Ok(machine)
}
