//! Random companies: whatever rules find, no money is counted twice.

use super::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

const COSTS: [&str; 6] = ["0.01", "0.5", "1", "3.25", "17.125", "400"];

/// A company with resources of random prices, on each of which rules find a random number of
/// actions that save a random share; and the daily cost of each resource.
fn random(seed: u64) -> (World, BTreeMap<String, f64>) {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let mut below = |most: u64| random.next_u64() % most;
    let (mut world, mut costs) = (World::default(), BTreeMap::new());
    for number in 0..=below(12) {
        let name = format!("r{number}");
        let cost = COSTS[below(COSTS.len() as u64) as usize];
        world = world.week(&name, cost);
        let cost: f64 = cost.parse().unwrap();
        costs.insert(name.clone(), cost);
        for _ in 0..below(6) {
            let rule = ["a", "b"][below(2) as usize];
            let action = Action::ALL[below(4) as usize].name();
            let gross = cost * 30.44 * below(1001) as f64 / 1000.0;
            let realisable = gross * below(1001) as f64 / 1000.0;
            world.raws.push(raw(rule, &name, action, (below(5) > 0).then_some((gross, realisable))));
        }
    }
    if below(2) == 0 {
        world.suppressions.push(Suppression {
            rule: None,
            action: Some(Action::ALL[below(4) as usize]),
            resource: Some("r1*".into()),
            team: None,
            reason: "r".into(),
            owner: "o".into(),
            until: "2027-01-01".parse().unwrap(),
        });
    }
    (world, costs)
}

#[test]
fn what_is_realised_is_at_most_what_is_paid_by_resource_and_in_total() {
    let mut with_exclusions = 0;
    for seed in 0..60 {
        let (world, costs) = random(seed);
        let found = world.found().unwrap();
        let mut by_resource: BTreeMap<&str, f64> = BTreeMap::new();
        for finding in found.iter().filter(|finding| finding.counted) {
            *by_resource.entry(&finding.resource.id).or_default() += finding.realisable.unwrap_or_default();
        }
        for (resource, realisable) in &by_resource {
            let paid = costs[*resource] * 30.44;
            assert!(*realisable <= paid + 1e-6, "seed {seed}, {resource}: {realisable} of {paid}");
        }
        let (realisable, paid) = (by_resource.values().sum::<f64>(), costs.values().sum::<f64>() * 30.44);
        assert!(realisable <= paid + 1e-6, "seed {seed}: {realisable} of {paid}");
        let ids: std::collections::BTreeSet<&str> = found.iter().map(|finding| finding.id.as_str()).collect();
        assert_eq!(ids.len(), found.len(), "seed {seed}: one finding per resource and action");
        let counted = found.iter().filter(|finding| finding.counted).count();
        let resources: std::collections::BTreeSet<&str> = found.iter().map(|f| f.resource.id.as_str()).collect();
        assert_eq!(counted, resources.len(), "seed {seed}: one counted finding per resource");
        with_exclusions += usize::from(counted < found.len());
    }
    assert!(with_exclusions > 20, "the companies show no exclusions: {with_exclusions}");
}

/// The order in which rules return their rows changes nothing.
#[test]
fn the_list_does_not_depend_on_the_order_of_rows() {
    for seed in 0..20 {
        let (mut world, _) = random(seed);
        let found = world.found().unwrap();
        world.raws.reverse();
        world.days.reverse();
        let again = world.found().unwrap();
        let told = |found: &[Finding]| -> Vec<_> {
            found.iter().map(|f| (f.id.clone(), f.gross, f.realisable, f.counted)).collect()
        };
        assert_eq!(told(&found), told(&again), "seed {seed}");
    }
}
