//! Random companies: whatever rules find, no money is counted twice, or the list is refused.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const COSTS: [&str; 6] = ["0.01", "0.5", "1", "3.25", "17.125", "400"];
const SET: &str = "snapshots of 1 in r";

/// Costs by day, reckoned here and apart from what is tested.
#[derive(Default, Clone)]
struct Days(BTreeMap<u32, f64>);

impl Days {
    fn add(&mut self, day: u32, cost: f64) {
        *self.0.entry(day).or_default() += cost;
    }

    /// The basis of the docs: the last seven calendar days.
    fn week(&self) -> f64 {
        self.0.range(25..).map(|(_, cost)| cost).sum::<f64>() / 7.0 * 30.44
    }

    /// The dearest basis that a rule may choose: some of the last days with charges.
    fn dearest(&self) -> f64 {
        let latest: Vec<f64> = self.0.values().rev().copied().collect();
        let averages = (1..=latest.len()).map(|count| latest[..count].iter().sum::<f64>() / count as f64);
        averages.fold(0.0, f64::max) * 30.44
    }

    fn dearest_day(&self) -> f64 {
        self.0.values().copied().fold(0.0, f64::max) * 30.44
    }

    fn sum(&self) -> f64 {
        self.0.values().sum()
    }
}

/// What is paid: by resource or commitment and currency, and all resources of a currency together.
#[derive(Default)]
struct Paid {
    by_resource: BTreeMap<(String, &'static str), Days>,
    by_commitment: BTreeMap<String, Days>,
    all: BTreeMap<&'static str, Days>,
    all_unused: Days,
}

impl Paid {
    /// The most that one resource, commitment or set costs in a month.
    fn limit(&self, id: &str, currency: &str) -> f64 {
        let resource = self.by_resource.iter().find(|(key, _)| key.0 == id && key.1 == currency);
        let commitment = self.by_commitment.get(id).map(|days| days.dearest().max(days.sum()));
        let set = || self.all.get(currency).map_or(0.0, Days::dearest_day);
        commitment.or(resource.map(|(_, days)| days.dearest())).unwrap_or_else(set)
    }

    fn whole(&self, currency: &str) -> f64 {
        let unused = if currency == "USD" { self.all_unused.dearest().max(self.all_unused.sum()) } else { 0.0 };
        self.all.get(currency).map_or(0.0, Days::dearest) + unused
    }
}

struct Draw(ChaCha8Rng);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        (self.0.next_u64() % most as u64) as usize
    }

    /// Days of August: a whole month, the last week, any of them, or one alone.
    fn days(&mut self) -> Vec<u32> {
        match self.below(4) {
            0 => (1..=31).collect(),
            1 => (25..=31).collect(),
            2 => (1..=31).filter(|_| self.below(2) == 0).collect(),
            _ => vec![1 + self.below(31) as u32],
        }
    }

    /// A saving of a share of the basis, seldom of more than all of it; realisable a part of it.
    fn saving(&mut self, basis: f64) -> Option<(f64, f64)> {
        let share = if self.below(80) == 0 { 1001 + self.below(1000) } else { self.below(1001) };
        let gross = basis * share as f64 / 1000.0;
        let realisable = gross * self.below(1001) as f64 / 1000.0;
        (self.below(6) > 0).then_some((gross, realisable))
    }
}

/// A company whose resources cost something else on every day, some in two currencies, with unused
/// commitments, and rules that find a random number of actions on each, on sets of them, and that
/// now and then say too much.
fn random(seed: u64) -> (World, Paid) {
    let mut draw = Draw(ChaCha8Rng::seed_from_u64(seed));
    let (mut world, mut paid) = (World::default(), Paid::default());
    for number in 0..=draw.below(12) {
        let name = format!("r{number}");
        for currency in if draw.below(4) == 0 { &["USD", "EUR"][..] } else { &["USD"] } {
            let mut costs = Days::default();
            for day in draw.days() {
                let cost = COSTS[draw.below(COSTS.len())];
                let charged = if *currency == "USD" { &mut world.days } else { &mut world.euros };
                charged.push((name.clone(), day, cost));
                costs.add(day, cost.parse().unwrap());
                paid.all.entry(currency).or_default().add(day, cost.parse().unwrap());
            }
            for _ in 0..draw.below(4) {
                let rule = ["a", "b"][draw.below(2)];
                let action = Action::ALL[draw.below(5)].name();
                let basis = if draw.below(3) == 0 { costs.dearest() } else { costs.week() };
                world.raws.push(Raw { currency, ..raw(rule, &name, action, draw.saving(basis)) });
            }
            paid.by_resource.insert((name.clone(), currency), costs);
        }
    }
    for name in &["sp-1", "sp-2"][..draw.below(3)] {
        let mut costs = Days::default();
        for day in draw.days() {
            let cost = COSTS[draw.below(COSTS.len())];
            world.unused.push((name, day, cost));
            costs.add(day, cost.parse().unwrap());
            paid.all_unused.add(day, cost.parse().unwrap());
        }
        world.raws.push(raw("a", name, "use", draw.saving(costs.week())));
        paid.by_commitment.insert((*name).to_string(), costs);
    }
    for currency in ["USD", "EUR"] {
        if draw.below(4) == 0 {
            let basis = if draw.below(2) == 0 { Days::week } else { Days::dearest_day };
            let basis = paid.all.get(currency).map_or(0.0, basis);
            let action = Action::ALL[draw.below(4)].name();
            world.raws.push(Raw { currency, ..raw("b", SET, action, draw.saving(basis)) });
        }
    }
    if draw.below(2) == 0 {
        world.suppressions.push(Suppression {
            rule: None,
            action: Some(Action::ALL[draw.below(5)]),
            resource: Some("r1*".into()),
            team: None,
            reason: "r".into(),
            owner: "o".into(),
            until: "2027-01-01".parse().unwrap(),
        });
    }
    (world, paid)
}

#[test]
fn what_is_realised_is_at_most_what_is_paid_by_resource_and_in_total() {
    let (mut with_exclusions, mut of_one, mut of_all, mut uses, mut sets, mut euros) = (0, 0, 0, 0, 0, 0);
    for seed in 0..200 {
        let (world, paid) = random(seed);
        let found = match world.found() {
            Ok(found) => found,
            Err(Error::Tie(told)) => {
                let whole = told.to_string().contains("all findings in");
                (of_one, of_all) = (of_one + usize::from(!whole), of_all + usize::from(whole));
                continue;
            }
            Err(other) => panic!("seed {seed}: {other}"),
        };
        let mut by_resource: BTreeMap<(&str, &str), f64> = BTreeMap::new();
        let mut totals: BTreeMap<&str, f64> = BTreeMap::new();
        for finding in found.iter().filter(|finding| finding.counted) {
            let realisable = finding.realisable.unwrap_or_default();
            *by_resource.entry((&finding.resource.id, &finding.currency)).or_default() += realisable;
            *totals.entry(&finding.currency).or_default() += realisable;
        }
        for ((resource, currency), realisable) in &by_resource {
            let most = paid.limit(resource, currency);
            assert!(*realisable <= most + 1e-5, "seed {seed}, {resource}: {realisable} of {most} {currency}");
        }
        for (currency, realisable) in &totals {
            let most = paid.whole(currency);
            assert!(*realisable <= most + 1e-5, "seed {seed}: {realisable} of {most} {currency}");
        }
        let ids: std::collections::BTreeSet<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids.len(), found.len(), "seed {seed}: one finding per resource and action");
        let counted: Vec<&Finding> = found.iter().filter(|finding| finding.counted).collect();
        let resources: std::collections::BTreeSet<&str> = found.iter().map(|f| f.resource.id.as_str()).collect();
        assert_eq!(counted.len(), resources.len(), "seed {seed}: one counted finding per resource");
        with_exclusions += usize::from(counted.len() < found.len());
        uses += counted.iter().filter(|finding| finding.action == Action::Use).count();
        sets += counted.iter().filter(|finding| finding.resource.id == SET).count();
        euros += counted.iter().filter(|finding| finding.currency == "EUR").count();
    }
    let seen = [with_exclusions, of_one, of_all, uses, sets, euros];
    let least = [20, 5, 5, 20, 5, 10];
    let enough = seen.iter().zip(least).all(|(seen, least)| *seen >= least);
    assert!(enough, "exclusions, refused for one, refused for all, uses, sets, euros: {seen:?}, wanted {least:?}");
}

/// The order in which rules return their rows changes nothing.
#[test]
fn the_list_does_not_depend_on_the_order_of_rows() {
    for seed in 0..20 {
        let (mut world, _) = random(seed);
        let told = |found: Result<Vec<Finding>>| -> Option<Vec<_>> {
            let found = found.ok()?;
            Some(found.iter().map(|f| (f.id.clone(), f.gross, f.realisable, f.counted)).collect())
        };
        let before = told(world.found());
        world.raws.reverse();
        world.days.reverse();
        world.euros.reverse();
        assert_eq!(before, told(world.found()), "seed {seed}");
    }
}
