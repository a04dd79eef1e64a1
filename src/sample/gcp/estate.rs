//! The ordinary part of the company's Google Cloud estate, and the machines that its commitments cover.

use super::skus::{BALANCED_DISK, E2_2, E2_4, EGRESS, KINDS, N2_4, SKUS};
use super::waste;
use crate::error::Result;
use crate::sample::cloud::draft::{Draft, Site};
use crate::sample::cloud::{Estate, Ground, Held, Hit, Near, Target, Worth, slug};
use crate::sample::company::Company;
use crate::sample::company::places::{FRANKFURT, IRELAND, US_EAST};
use crate::sample::estate::Load;
use crate::sample::estate::fleets::Schedule;
use crate::sample::random::{Chance, guid};

pub const MACHINE: &str = "//compute.googleapis.com/projects/{account}/zones/{region}-{zone}/instances/{digits}";
pub const DISK: &str = "//compute.googleapis.com/projects/{account}/zones/{region}-{zone}/disks/{digits}";

pub fn ground(company: &Company) -> Ground {
    Ground {
        word: "gcp",
        regions: [
            ("us-east4", "Northern Virginia"),
            ("us-west1", "Oregon"),
            ("europe-west1", "Belgium"),
            ("europe-west3", "Frankfurt"),
            ("asia-southeast1", "Singapore"),
            ("southamerica-east1", "Sao Paulo"),
        ],
        ids: (0..company.accounts.len()).map(|account| format!("lf-{}", slug(company, account))).collect(),
        chance: 20_000_000_000,
    }
}

/// The commitments: of N2 cores and memory in one region, in the model of fees and credits; and two of money
/// by the hour in the model of prices, of which the second is not used at night.
pub const OF_CORES: usize = 0;
pub const OF_MONEY: [usize; 2] = [1, 2];

/// The team whose project is billed by the model of prices.
const NEW_MODEL: usize = 2;

/// Machines of one type in one place; `cover` is the commitment that covers them, by its number.
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

static FLEETS: [Fleet; 9] = [
    fleet(N2_4, "prod", US_EAST, Schedule::Always, Some(OF_CORES)),
    fleet(N2_4, "prod", US_EAST, Schedule::Always, Some(OF_CORES)),
    fleet(E2_4, "new", US_EAST, Schedule::Always, Some(1)),
    fleet(E2_2, "new", US_EAST, Schedule::Daytime, Some(2)),
    fleet(N2_4, "prod", US_EAST, Schedule::Always, None),
    fleet(E2_4, "prod", FRANKFURT, Schedule::Always, None),
    fleet(E2_2, "dev", US_EAST, Schedule::Office, None),
    fleet(E2_2, "staging", IRELAND, Schedule::Weekdays, None),
    fleet(E2_4, "prod", IRELAND, Schedule::Daytime, None),
];

/// The id of a commitment of money; those of cores have none in a bill.
pub fn subscription(number: usize) -> String {
    guid(&format!("flexible commitment {number}"))
}

/// Draws the estate at a scale.
///
/// # Errors
/// `Bug` if a price of the tables is none.
pub fn draw(company: &Company, ground: &Ground, seed: u64, days: u32, scale: u64) -> Result<Estate> {
    let mut draft = Draft { estate: Estate::default(), company, ground, seed, days, scale };
    for number in 0..draft.sized((FLEETS.len(), 200)) {
        let fleet = &FLEETS[number % FLEETS.len()];
        let mut chance = draft.chance(1_000_000 + number);
        let mut site = Site { region: Some(fleet.region), ..draft.site(number + number / 9, fleet.environment) };
        if fleet.environment == "new" {
            site.app = company.app_of(NEW_MODEL, number);
            site.account = company.production(NEW_MODEL);
        }
        let thing = draft.thing(MACHINE, site, &mut chance);
        let machine = draft.machine(thing, fleet.shape, fleet.schedule, Load::Busy);
        draft.estate.machines[machine].cover = fleet.cover;
        if number > FLEETS.len() && fleet.cover.is_none() && number % 4 == 2 {
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
    }
    for (position, kind) in KINDS.iter().enumerate() {
        for number in 0..draft.sized(kind.count) {
            let mut chance = draft.chance(2_000_000 + position * 100_000 + number);
            let environment = ["prod", "dev", "prod", "staging"][(number + position) % 4];
            let site = draft.site(number * 3 + position + 1, environment);
            let thing = draft.thing(kind.id, site, &mut chance);
            for sku in kind.skus {
                let it = &SKUS[*sku];
                draft.stream(thing, *sku, (it.price, it.flow), &mut chance)?;
            }
        }
    }
    waste::plant(&mut draft)?;
    hold(&mut draft);
    Ok(draft.estate)
}

/// The boot disk of a machine, which has its name, lives and is tagged as it is.
pub fn disk(draft: &mut Draft, machine: usize, site: Site, chance: &mut Chance) -> Result<usize> {
    let disk = draft.thing(DISK, site, chance);
    let (epochs, born, gone) = {
        let it = &draft.estate.things[machine];
        (it.epochs.clone(), it.born, it.gone)
    };
    let it = &mut draft.estate.things[disk];
    (it.epochs, it.born, it.gone) = (epochs, born, gone);
    let sku = &SKUS[BALANCED_DISK];
    draft.stream(disk, BALANCED_DISK, (sku.price, sku.flow), chance)?;
    Ok(disk)
}

/// Writes down what is held, and which of it goes unused.
fn hold(draft: &mut Draft) {
    let account = draft.company.production(NEW_MODEL);
    let id = |number: usize| if number == OF_CORES { String::new() } else { subscription(number) };
    for number in 0..=OF_MONEY.len() {
        draft.estate.held.push(Held { id: id(number), account, region: Some(US_EAST) });
    }
    draft.estate.near.push(Near { target: Target::Commitment(1), why: "all of it is used" });
    let (pattern, action, target) = ("unused_commitments", "use", Target::Commitment(2));
    draft.estate.hits.push(Hit { pattern, action, target, worth: Worth::Unused, since: 0 });
}
