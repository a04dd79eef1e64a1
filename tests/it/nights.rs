//! Many nights in a row, by a seed: deliveries that grow, are restated, come again under other names, are late, broken off
//! or away; runs that are killed; months that are closed and what is delivered for them later; policies and rates that
//! are edited.
//!
//! In the end the lake and the reports must be those of a fresh lake that was given the same state in one night, with one
//! night more for each closing: what a closed month holds is what was there when it was closed. What may differ is
//! history, and is a closed list in `same`.

mod bills;
mod same;
mod world;

use super::charges::catalogue;
use super::closing::STATEMENT;
use super::night::SMALL_CATALOGUE;
use super::place::{Night, files};
use super::seeds;
use super::support::{Costmill, Outcome};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;
use world::{CLOUDS, Month, World};

/// The first night of the long walk, of sixty: two months end in it and are closed.
const FIRST: (i32, u32, u32) = (2026, 8, 21);

/// Days after its end on which a month is closed: its rule says five.
const CLOSED_AFTER: u64 = 6;

const SOURCES: &str = r#"[[source]]
id = "aws"
format = "aws-cur-legacy"
location = "aws"
[[source]]
id = "azure"
format = "azure-cost-details"
location = "exports"
[[source]]
id = "gcp"
format = "gcp-detailed-usage"
location = "dumps"
[[closing]]
final_after_days = 5
[currency]
reporting = "EUR"
rates = "rates.csv"
"#;

/// A folder with a configuration and a catalogue, and nothing delivered.
fn place() -> Night {
    let night = Night::new("");
    catalogue(&night, &["metric/showback_", "metric/adjustments_", "metric/earlier_months"]);
    night.write("catalogue/reports/statement.toml", STATEMENT);
    for (path, text) in SMALL_CATALOGUE {
        // A finding without a figure: what half of a machine saves a month cannot be told from some days of it.
        night.write(
            &format!("catalogue/{path}"),
            text.replace("ResourceId <> 'hw-assets' THEN", "ResourceId = '' THEN"),
        );
    }
    night
}

fn run(night: &Night, day: NaiveDate, fault: &str) -> Outcome {
    let call = Costmill::new().cwd(&night.path("")).env("COSTMILL_FAULT", fault);
    call.args(["run", "--as-of", &day.to_string()]).run()
}

fn close(night: &Night, month: Month, day: NaiveDate) {
    let day = day.to_string();
    night.costmill(&["close", "--period", &month.to_string(), "--by", "Anna Berg", "--as-of", &day]).exits(0);
}

/// A month that was closed, with all that was delivered then.
struct Closing {
    month: Month,
    day: NaiveDate,
    delivered: BTreeMap<String, Vec<u8>>,
    world: World,
}

/// All that is not made by costmill.
fn delivered(night: &Night) -> BTreeMap<String, Vec<u8>> {
    let ours = |name: &str| !name.starts_with("lake/") && !name.starts_with("out/");
    files(night.path("")).into_iter().filter(|(name, _)| ours(name)).collect()
}

/// What becomes of one night.
#[derive(Debug, Clone, PartialEq)]
enum Event {
    Calm,
    /// One cloud delivers nothing; what it has to say comes with its next delivery.
    Gap(usize),
    /// The same bytes under other names.
    Again(usize),
    /// A source's folder is not there.
    Away(usize),
    /// A manifest is half uploaded, or names a part that is not there yet.
    Half(usize),
    Missing(usize),
    /// The run dies at its so-manieth fault point; it is started again, or is not.
    Killed(u64, bool),
    /// The run is started twice.
    Twice,
}

fn drawn(world: &mut World) -> Event {
    let cloud = world.draw.below(3) as usize;
    let with_manifest = world.draw.below(2) as usize;
    match world.draw.below(14) {
        0..=3 => Event::Calm,
        4 | 5 => Event::Gap(cloud),
        6 | 7 => Event::Again(cloud),
        8 => Event::Away(cloud),
        9 => Event::Half(with_manifest),
        10 => Event::Missing(with_manifest),
        11 | 12 => Event::Killed(1 + world.draw.below(45), world.draw.chance(2)),
        _ => Event::Twice,
    }
}

/// Runs a night with its event; what was in the way is put right afterwards, and stays so until the next night's run.
fn act(night: &Night, day: NaiveDate, event: &Event, world: &World) {
    let told = |outcome: Outcome, statuses: &[i32]| {
        let said = format!("{day} {event:?}\n{}\n{}", outcome.stdout, outcome.stderr);
        assert!(statuses.contains(&outcome.status), "status {}, seed {}, {said}", outcome.status, world.seed);
        outcome
    };
    match event {
        Event::Calm | Event::Gap(_) | Event::Again(_) => drop(told(run(night, day, ""), &[0, 3])),
        Event::Twice => {
            told(run(night, day, ""), &[0, 3]);
            let again = told(run(night, day, ""), &[0, 3]);
            assert!(again.stdout.contains("nothing new"), "seed {}, {day}: {}", world.seed, again.stdout);
        }
        Event::Away(cloud) => {
            let [here, away] = [CLOUDS[*cloud].1, "away"].map(|name| night.path(name));
            std::fs::rename(&here, &away).unwrap();
            told(run(night, day, ""), &[1, 3]);
            std::fs::rename(&away, &here).unwrap();
        }
        Event::Half(cloud) | Event::Missing(cloud) => {
            let Some((manifest, part)) = world.newest(*cloud) else { return drop(told(run(night, day, ""), &[0, 3])) };
            let name = if matches!(event, Event::Half(_)) { manifest } else { part };
            let whole = std::fs::read(night.path(name)).unwrap();
            match event {
                Event::Half(_) => night.write(name, &whole[..whole.len() / 2]),
                _ => std::fs::remove_file(night.path(name)).unwrap(),
            }
            // Where the run has known the delivery before, it need not look at it again.
            told(run(night, day, ""), &[0, 1, 3]);
            night.write(name, whole);
        }
        Event::Killed(pass, again) => {
            // A night that has little to do passes fewer points.
            told(run(night, day, &format!("any@{pass}")), &[-1, 0, 3]);
            if *again {
                told(run(night, day, ""), &[0, 3]);
            }
        }
    }
}

/// So many nights from a seed, and the same in as few as can be.
fn walk(seed: u64, count: u64) {
    println!("seed {seed}, {count} nights; COSTMILL_SEEDS={seed} walks them again");
    let (year, month, day) = FIRST;
    // A shorter walk begins later: a month ends in it, too.
    let first = NaiveDate::from_ymd_opt(year, month, day).unwrap() + Days::new(if count < 30 { 5 } else { 0 });
    let night = place();
    let mut world = World::new(seed);
    world.configure(&night);
    let mut closings: Vec<Closing> = Vec::new();
    let mut events: BTreeMap<String, usize> = BTreeMap::new();
    let mut today = first;
    for number in 0..count {
        today = first + Days::new(number);
        let due = Month::of(first).following(closings.len());
        let is_due = today >= due.end() + Days::new(CLOSED_AFTER);
        // The first and the last night have everything, and so has one that closes.
        let event = if is_due || [0, count - 1].contains(&number) { Event::Calm } else { drawn(&mut world) };
        world.grow(today - Days::new(1));
        let late = world.restate(due);
        world.edit(&night, due, today);
        let silent = if let Event::Gap(cloud) = event { Some(cloud) } else { None };
        if let Event::Again(cloud) = event {
            world.again(&night, cloud, today);
        }
        world.deliver(&night, silent, today);
        act(&night, today, &event, &world);
        println!("{today} {event:?}{}{}", if late { ", late" } else { "" }, if is_due { ", closes" } else { "" });
        let name = format!("{event:?}");
        *events.entry(name.split('(').next().unwrap_or_default().to_string()).or_default() += 1;
        if is_due {
            close(&night, due, today);
            closings.push(Closing { month: due, day: today, delivered: delivered(&night), world: world.clone() });
        }
    }
    assert!(!closings.is_empty() && events.len() > 3, "{events:?}, {} closings: a dull walk", closings.len());

    let fresh = place();
    let give = |files: &BTreeMap<String, Vec<u8>>| {
        for folder in CLOUDS.map(|(_, folder)| fresh.path(folder)).into_iter().filter(|folder| folder.exists()) {
            std::fs::remove_dir_all(folder).unwrap();
        }
        files.iter().for_each(|(name, bytes)| fresh.write(name, bytes));
    };
    for closing in &closings {
        give(&closing.delivered);
        let outcome = run(&fresh, closing.day, "");
        assert!([0, 3].contains(&outcome.status), "seed {seed}: {}", outcome.stderr);
        close(&fresh, closing.month, closing.day);
    }
    give(&delivered(&night));
    let outcome = run(&fresh, today, "");
    assert!([0, 3].contains(&outcome.status), "seed {seed}: {}", outcome.stderr);
    // Nothing is left to do for the one that went the long way.
    let again = run(&night, today, "");
    assert!(again.stdout.contains("nothing new"), "seed {seed}: {}", again.stdout);
    same::hold(&night, &fresh, &format!("seed {seed}"));
    for lake in [&night, &fresh] {
        let frozen = closings.iter().map(|closing| (closing.month, &closing.world)).collect::<Vec<_>>();
        same::add_up(lake, &world, &frozen, &format!("seed {seed}"));
    }
}

#[test]
fn a_fortnight_of_nights_leaves_what_one_night_on_the_final_state_leaves() {
    let given = seeds::given();
    let seeds = if given.is_empty() { vec![20_260_821] } else { given };
    seeds.into_iter().for_each(|seed| walk(seed, 15));
}

#[test]
#[ignore = "minutes of a processor: `make nights`"]
fn sixty_nights_leave_what_one_night_on_the_final_state_leaves() {
    let given = seeds::given();
    let seeds = if given.is_empty() { seeds::drawn(1) } else { given };
    seeds.into_iter().for_each(|seed| walk(seed, 60));
}
