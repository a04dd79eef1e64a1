//! The ordinary part of the company's Azure estate, and the machines that its commitments cover.

use super::commitments::{self, COVERS};
use super::skus::{B2, D2, D4, E2, E4, EGRESS, F4, KINDS, PREMIUM_DISK, PUBLIC_IP, SKUS};
use super::waste;
use crate::error::Result;
use crate::sample::cloud::draft::{Draft, Site};
use crate::sample::cloud::{Estate, Ground, slug};
use crate::sample::company::Company;
use crate::sample::company::places::{FRANKFURT, IRELAND, US_EAST};
use crate::sample::estate::Load;
use crate::sample::estate::fleets::Schedule;
use crate::sample::random::{Chance, guid};

/// A machine's id under its subscription and group.
pub const MACHINE: &str = "Microsoft.Compute/virtualMachines/vm-{name}";
pub const DISK: &str = "Microsoft.Compute/disks/{name}_OsDisk_1_{hex}";

pub fn ground(company: &Company) -> Ground {
    let id = |account: usize| guid(&format!("subscription {}", slug(company, account)));
    Ground {
        word: "azure",
        regions: [
            ("eastus", "US East"),
            ("westus2", "US West 2"),
            ("northeurope", "EU North"),
            ("germanywestcentral", "DE West Central"),
            ("southeastasia", "AP Southeast"),
            ("brazilsouth", "BR South"),
        ],
        ids: (0..company.accounts.len()).map(id).collect(),
        chance: 10_000_000_000,
    }
}

/// The id of a resource in its group.
pub fn path(below: &str) -> String {
    format!("/subscriptions/{{account}}/resourceGroups/{{group}}/providers/{below}")
}

/// Machines of one size in one place; `cover` is the commitment that covers them, by its number.
struct Fleet {
    shape: usize,
    environment: &'static str,
    region: usize,
    schedule: Schedule,
    cover: Option<usize>,
}

const fn fleet(
    shape: usize,
    environment: &'static str,
    region: usize,
    schedule: Schedule,
    cover: Option<usize>,
) -> Fleet {
    Fleet { shape, environment, region, schedule, cover }
}

static FLEETS: [Fleet; 14] = [
    fleet(D2, "prod", US_EAST, Schedule::Always, Some(0)),
    fleet(D2, "prod", US_EAST, Schedule::Always, Some(0)),
    fleet(E2, "prod", IRELAND, Schedule::Always, Some(1)),
    fleet(E2, "prod", IRELAND, Schedule::Always, Some(1)),
    fleet(F4, "prod", US_EAST, Schedule::Always, Some(2)),
    fleet(D4, "prod", FRANKFURT, Schedule::Always, Some(3)),
    fleet(D2, "staging", FRANKFURT, Schedule::Office, Some(5)),
    fleet(D2, "dev", US_EAST, Schedule::Office, Some(5)),
    fleet(D4, "prod", US_EAST, Schedule::Always, Some(4)),
    fleet(B2, "dev", US_EAST, Schedule::Weekdays, None),
    fleet(D2, "dev", IRELAND, Schedule::Office, None),
    fleet(E4, "prod", FRANKFURT, Schedule::Always, None),
    fleet(D2, "prod", US_EAST, Schedule::Always, None),
    fleet(F4, "prod", IRELAND, Schedule::Daytime, None),
];

/// Draws the estate at a scale.
///
/// # Errors
/// `Bug` if a price of the tables is none.
pub fn draw(company: &Company, ground: &Ground, seed: u64, days: u32, scale: u64) -> Result<Estate> {
    let mut draft = Draft { estate: Estate::default(), company, ground, seed, days, scale };
    for number in 0..draft.sized((FLEETS.len(), 280)) {
        let fleet = &FLEETS[number % FLEETS.len()];
        let mut chance = draft.chance(1_000_000 + number);
        let site = Site { region: Some(fleet.region), ..draft.site(number + number / 14, fleet.environment) };
        let thing = draft.thing(&path(MACHINE), site, &mut chance);
        let machine = draft.machine(thing, fleet.shape, fleet.schedule, Load::Busy);
        draft.estate.machines[machine].cover = fleet.cover;
        if number > FLEETS.len() && fleet.cover.is_none() && number % 5 == 2 {
            // In a larger estate some come and some go.
            let day = chance.between(1, i64::from(days)) as u32;
            let it = &mut draft.estate.things[thing];
            (it.born, it.gone) = if number % 2 == 0 { (day, u32::MAX) } else { (0, day) };
        }
        disk(&mut draft, thing, site, &mut chance)?;
        if number % 3 == 0 {
            let sku = &SKUS[EGRESS];
            draft.stream(thing, EGRESS, (sku.price, sku.flow), &mut chance)?;
        }
        if number % 7 == 4 {
            let address = draft.thing(&path("Microsoft.Network/publicIPAddresses/pip-{name}"), site, &mut chance);
            same_life(&mut draft, address, thing);
            let sku = &SKUS[PUBLIC_IP];
            draft.stream(address, PUBLIC_IP, (sku.price, sku.flow), &mut chance)?;
        }
    }
    for (position, kind) in KINDS.iter().enumerate() {
        for number in 0..draft.sized(kind.count) {
            let mut chance = draft.chance(2_000_000 + position * 100_000 + number);
            let environment = ["prod", "prod", "dev", "staging"][(number + position) % 4];
            let site = draft.site(number * 3 + position, environment);
            let thing = draft.thing(&path(kind.id), site, &mut chance);
            for sku in kind.skus {
                let it = &SKUS[*sku];
                draft.stream(thing, *sku, (it.price, it.flow), &mut chance)?;
            }
        }
    }
    waste::plant(&mut draft)?;
    commitments::hold(&mut draft);
    debug_assert_eq!(draft.estate.held.len(), COVERS);
    Ok(draft.estate)
}

/// The disk of a machine, which lives and is tagged as it is.
pub fn disk(draft: &mut Draft, machine: usize, site: Site, chance: &mut Chance) -> Result<usize> {
    let disk = draft.thing(&path(DISK), site, chance);
    same_life(draft, disk, machine);
    let sku = &SKUS[PREMIUM_DISK];
    draft.stream(disk, PREMIUM_DISK, (sku.price, sku.flow), chance)?;
    Ok(disk)
}

fn same_life(draft: &mut Draft, thing: usize, as_is: usize) {
    let (epochs, born, gone) = {
        let it = &draft.estate.things[as_is];
        (it.epochs.clone(), it.born, it.gone)
    };
    let it = &mut draft.estate.things[thing];
    (it.epochs, it.born, it.gone) = (epochs, born, gone);
}
