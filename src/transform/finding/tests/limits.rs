use super::*;

fn refused(world: &World) -> String {
    let error = world.found().unwrap_err();
    assert!(matches!(error, Error::Tie(_)), "{error}");
    assert_eq!(error.exit_code(), 4);
    error.to_string()
}

/// A join that doubles rows doubles the saving: 2 × 7 × 1 / 7 × 30.44 of a resource that costs 30.44.
#[test]
fn a_saving_beyond_the_cost_names_rule_resource_and_amounts() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((60.88, 60.88)))];
    let told = refused(&world);
    for part in ["waste/a", "sub account 1", "resource r1", "saves 60.880000 USD", "costs at most 30.440000"] {
        assert!(told.contains(part), "{told}");
    }
    world.raws[0].gross = Some(30.440_000_5);
    world.raws[0].realisable = Some(30.44);
    assert_eq!(world.found().unwrap().len(), 1, "a rounding of floats is no lie");
    world.raws[0].gross = Some(30.440_01);
    refused(&world);
}

/// 3 on the last day, 1 on the six before it: 9 / 7 × 30.44 = 39.137… over the week, and on the last
/// day alone 3 × 30.44 = 91.32. Whatever of the two windows a rule takes, it may say so.
#[test]
fn any_window_of_the_last_days_is_a_basis() {
    let days = (25..=30).map(|day| ("r1".to_string(), day, "1")).collect();
    let mut world = World { days, ..World::default() };
    world.days.push(("r1".into(), 31, "3"));
    for saving in [9.0 / 7.0 * 30.44, 3.0 * 30.44] {
        world.raws = vec![raw("a", "r1", "delete", Some((saving, saving)))];
        world.found().unwrap();
    }
    world.raws = vec![raw("a", "r1", "delete", Some((92.0, 0.0)))];
    assert!(refused(&world).contains("costs at most 91.320000"));
}

/// Money given back on a day does not make the rest of the day's charges a lie.
#[test]
fn what_is_given_back_does_not_lower_the_limit() {
    let mut world = World::default().week("r1", "1");
    world.days.push(("r1".into(), 31, "-0.5"));
    world.raws = vec![raw("a", "r1", "delete", Some((30.44, 30.44)))];
    world.found().unwrap();
}

#[test]
fn what_the_bill_does_not_know_saves_nothing() {
    let mut world = World::default().week("r1", "1");
    // Neither a resource of the bill nor a set: of the region there are charges, of the service none.
    world.raws = vec![raw("a", "invented", "delete", Some((1.0, 1.0)))];
    world.days.clear();
    assert!(refused(&world).contains("costs at most 0.000000"));
}

#[test]
fn more_cannot_be_realised_than_saved() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((10.0, 11.0)))];
    assert!(refused(&world).contains("frees 11.000000 USD a month of a saving of 10.000000"));
}

/// The unused part of a commitment: 31 days of 2 are 62; August is complete, so a month is 62 at
/// most, or 2 × 30.44 = 60.88 by day.
#[test]
fn a_commitment_saves_no_more_than_is_unused() {
    let unused = (1..=31).map(|day| ("sp-1", day, "2")).collect();
    let mut world = World { unused, ..World::default() };
    world.raws = vec![raw("a", "sp-1", "use", Some((60.88, 60.88)))];
    world.found().unwrap();
    world.raws = vec![raw("a", "sp-1", "use", Some((63.0, 63.0)))];
    assert!(refused(&world).contains("costs at most 62.000000"));
}

/// A finding may be about all snapshots of a region: together they cost 3 a day.
#[test]
fn a_set_of_resources_saves_no_more_than_they_all_cost() {
    let mut world = World::default().week("r1", "1").week("r2", "2");
    world.raws = vec![raw("a", "snapshots of 1 in r", "delete", Some((91.0, 91.0)))];
    world.found().unwrap();
    world.raws = vec![raw("a", "snapshots of 1 in r", "delete", Some((92.0, 92.0)))];
    assert!(refused(&world).contains("costs at most 91.320000"));
}

/// 100 on the 11th alone is 100 × 30.44 = 3,044 a month by the days it was charged on, and each rule
/// may say so. The whole bill is 100 and seven days of 1: on average of its eight days 107 / 8, and
/// 107 / 8 × 30.44 = 407.135 a month. Nobody can save 3,044 of that.
#[test]
fn all_findings_together_free_no_more_than_the_whole_bill() {
    let mut world = World::default().week("r1", "1");
    world.days.push(("r2".into(), 11, "100"));
    world.raws = vec![raw("a", "r2", "delete", Some((3044.0, 3044.0)))];
    let told = refused(&world);
    for part in ["all findings in USD", "free 3044.000000 USD a month together", "costs at most 407.135000"] {
        assert!(told.contains(part), "{told}");
    }
    world.raws = vec![raw("a", "r2", "delete", Some((3044.0, 376.0))), raw("a", "r1", "delete", Some((30.44, 30.44)))];
    world.found().unwrap();
    // 376.7 + 30.44 = 407.14
    world.raws[0].realisable = Some(376.7);
    refused(&world);
    // What another action excludes is not added up; what no commitment would free neither.
    world.raws[1].action = "resize";
    world.raws[1].resource = "r2".into();
    world.found().unwrap();
    // Each currency is held to its own charges: euros do not pay for dollars.
    world.euros = (25..=31).map(|day| ("r3".to_string(), day, "1000")).collect();
    world.raws[1] = raw("a", "r1", "delete", Some((30.44, 30.44)));
    assert!(refused(&world).contains("costs at most 407.135000"));
}

/// Two findings of one set and of a resource in it: each costs that much, and both together do not.
#[test]
fn a_set_and_what_is_in_it_do_not_add_up_to_more_than_the_bill() {
    let mut world = World::default().week("r1", "1").week("r2", "2");
    world.raws = vec![raw("a", "snapshots of 1 in r", "delete", Some((91.0, 91.0)))];
    world.found().unwrap();
    world.raws.push(raw("b", "r2", "delete", Some((60.0, 60.0))));
    assert!(
        refused(&world).contains("free 151.000000 USD a month together, and the whole bill costs at most 91.320000")
    );
}

/// What a commitment leaves unused is not among the charges of resources: both can be freed.
#[test]
fn the_unused_part_of_a_commitment_counts_beside_what_runs() {
    let unused = (1..=31).map(|day| ("sp-1", day, "2")).collect();
    let mut world = World { unused, ..World::default() }.week("r1", "1");
    world.raws = vec![raw("a", "sp-1", "use", Some((60.0, 60.0))), raw("a", "r1", "delete", Some((30.44, 30.44)))];
    world.found().unwrap();
}
