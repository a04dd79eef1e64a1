use super::*;

/// 1 a day is 30.44 a month.
const ONE: f64 = 30.44;

fn told(found: &[Finding]) -> Vec<(String, &'static str, Option<f64>, bool)> {
    let one = |finding: &Finding| (finding.resource.id.clone(), finding.action.name(), finding.gross, finding.counted);
    found.iter().map(one).collect()
}

#[test]
fn the_same_action_of_two_rules_is_one_finding_with_the_evidence_of_both() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![
        Raw { evidence: "no bytes", ..raw("a", "r1", "delete", Some((10.0, 10.0))) },
        Raw { evidence: "no requests", ..raw("b", "r1", "delete", Some((ONE, 20.0))) },
    ];
    let found = world.found().unwrap();
    assert_eq!(told(&found), [("r1".into(), "delete", Some(ONE), true)]);
    assert_eq!(found[0].rules, ["waste/b", "waste/a"]);
    assert_eq!((found[0].title.as_str(), found[0].evidence.as_str()), ("Title of b", "no requests | no bytes"));
    assert_eq!(found[0].look.as_deref(), Some("look r1"));
}

/// delete 30.44, schedule 20, resize 10 of one machine: the sum is 30.44 and not 60.44.
#[test]
fn of_actions_that_exclude_each_other_one_counts() {
    let mut world = World::default().week("r1", "1").week("r2", "1");
    world.raws = vec![
        raw("a", "r1", "resize", Some((10.0, 10.0))),
        raw("a", "r1", "delete", Some((ONE, ONE))),
        raw("b", "r1", "schedule", Some((20.0, 20.0))),
        raw("b", "r2", "upgrade", Some((5.0, 5.0))),
    ];
    let expected = [
        ("r1".to_string(), "delete", Some(ONE), true),
        ("r1".to_string(), "schedule", Some(20.0), false),
        ("r1".to_string(), "resize", Some(10.0), false),
        ("r2".to_string(), "upgrade", Some(5.0), true),
    ];
    assert_eq!(told(&world.found().unwrap()), expected);
}

/// A machine of a previous generation that is oversized: the bill shows no price of the smaller one,
/// so the resize has no figure, and the 5 of the upgrade are the ones to add up. What is known in
/// part, gross without realisable, hides no money either.
#[test]
fn an_action_without_a_figure_hides_no_money() {
    let mut world = World::default().week("r1", "1").week("r2", "1").week("r3", "1");
    world.raws = vec![
        raw("a", "r1", "resize", None),
        raw("b", "r1", "upgrade", Some((5.0, 5.0))),
        Raw { realisable: None, ..raw("a", "r2", "delete", Some((20.0, 0.0))) },
        raw("b", "r2", "upgrade", Some((4.0, 4.0))),
        // No figure anywhere: the first by precedence.
        raw("a", "r3", "resize", None),
        raw("b", "r3", "upgrade", None),
    ];
    let found = world.found().unwrap();
    let counted: Vec<_> =
        found.iter().filter(|f| f.counted).map(|f| (f.resource.id.as_str(), f.action.name())).collect();
    assert_eq!(counted, [("r1", "upgrade"), ("r2", "upgrade"), ("r3", "resize")]);
}

/// Deleted is deleted: an upgrade of the same resource, however sure, is made pointless by it.
#[test]
fn confidence_is_no_rank() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "upgrade", Some((5.0, 5.0))), raw("low", "r1", "delete", Some((ONE, ONE)))];
    let found = world.found().unwrap();
    let of: Vec<_> = found.iter().map(|f| (f.action.name(), f.confidence, f.counted)).collect();
    assert_eq!(of, [("delete", Confidence::Low, true), ("upgrade", Confidence::High, false)]);
}

/// What would cost more is no saving: it is left out whole, and nothing is clipped at zero, so that
/// the findings add up to the total.
#[test]
fn a_negative_saving_is_no_finding_and_in_no_total() {
    let mut world = World::default().week("r1", "1").week("r2", "1").week("r3", "1");
    world.raws = vec![
        raw("a", "r1", "upgrade", Some((-5.0, -5.0))),
        raw("a", "r2", "upgrade", Some((5.0, -1.0))),
        raw("a", "r3", "upgrade", Some((3.0, 3.0))),
    ];
    assert_eq!(told(&world.found().unwrap()), [("r3".to_string(), "upgrade", Some(3.0), true)]);
}

/// Gross is known, realisable is not: the minimum is asked of the gross, and it stands behind those
/// that can be realised, the largest first, before those without any figure.
#[test]
fn a_gross_saving_alone_is_held_to_the_minimum_and_sorted() {
    let mut world = World { minimum: 1.0, ..World::default() };
    let gross = |resource: &str, gross| Raw { realisable: None, ..raw("a", resource, "use", Some((gross, 0.0))) };
    world.raws = vec![
        gross("sp-1", 0.99),
        gross("sp-2", 2.0),
        gross("sp-3", 9.0),
        raw("a", "r1", "delete", Some((1.0, 1.0))),
        raw("a", "r2", "delete", None),
    ];
    world.unused = vec![("sp-1", 31, "5"), ("sp-2", 31, "5"), ("sp-3", 31, "5")];
    world = world.week("r1", "1").week("r2", "1");
    let order: Vec<String> = world.found().unwrap().iter().map(|f| f.resource.id.clone()).collect();
    assert_eq!(order, ["r1", "sp-3", "sp-2", "r2"]);
}

/// An owner who keeps a machine on purpose can still make it smaller.
#[test]
fn a_suppressed_action_excludes_no_other() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((ONE, ONE))), raw("b", "r1", "resize", Some((10.0, 10.0)))];
    world.suppressions = vec![Suppression {
        rule: None,
        action: Some(Action::Delete),
        resource: Some("r*".into()),
        team: None,
        reason: "stand-by".into(),
        owner: "ana".into(),
        until: "2026-10-01".parse().unwrap(),
    }];
    let found = world.found().unwrap();
    let of = |found: &[Finding]| -> Vec<_> {
        found.iter().map(|f| (f.action.name(), f.counted, f.suppressed.clone())).collect()
    };
    let told = Some("stand-by (ana, until 2026-10-01)".to_string());
    assert_eq!(of(&found), [("delete", false, told), ("resize", true, None)]);
    // On its last day it is over: the finding is back, and first again.
    let after = world.found_on("2026-10-01".parse().unwrap()).unwrap();
    assert_eq!(of(&after), [("delete", true, None), ("resize", false, None)]);
}

#[test]
fn small_savings_are_left_out_and_those_without_a_figure_stay_last() {
    let mut world = World { minimum: 1.0, ..World::default() }.week("r1", "1").week("r2", "1").week("r3", "1");
    world.raws = vec![
        raw("a", "r1", "delete", None),
        raw("a", "r2", "delete", Some((0.99, 0.99))),
        // Covered whole: nothing is freed, so nobody has anything to do.
        raw("a", "r3", "delete", Some((1.5, 0.0))),
        // Covered in part: 1 of 1.5 is free to take.
        raw("a", "r4", "delete", Some((1.5, 1.0))),
        // How much is free to take is not known.
        Raw { realisable: None, ..raw("a", "r5", "delete", Some((2.0, 0.0))) },
    ];
    world = world.week("r4", "1").week("r5", "1");
    let found = world.found().unwrap();
    let expected = [("r4", Some(1.5)), ("r5", Some(2.0)), ("r1", None)];
    assert_eq!(told(&found), expected.map(|(resource, gross)| (resource.to_string(), "delete", gross, true)));
    world.minimum = 0.0;
    world.raws = vec![raw("a", "r1", "delete", Some((0.0, 0.0)))];
    assert_eq!(told(&world.found().unwrap()), [], "what saves nothing is no finding");
}

#[test]
fn the_owner_is_that_of_the_latest_state() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((1.0, 1.0)))];
    world.states = vec![("r1", 12, "maps", "old"), ("r1", 31, "search", "new"), ("r1", 30, "tiles", "other")];
    let found = world.found().unwrap();
    assert_eq!((found[0].team.as_str(), found[0].team_by.as_str()), ("search", "tag team"));
    assert_eq!((found[0].resource.name.as_str(), found[0].resource.sub_account_name.as_str()), ("new", "new name"));
}

#[test]
fn what_nobody_owns_says_so_and_a_commitment_is_its_accounts() {
    let mut world = World::default().week("r1", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((1.0, 1.0)))];
    let found = world.found().unwrap();
    assert_eq!((found[0].team.as_str(), found[0].team_by.as_str()), ("unallocated", "no rule"));
    world.raws = vec![raw("a", "sp-1", "use", Some((5.0, 5.0)))];
    world.unused = vec![("sp-1", 31, "5")];
    let found = world.found().unwrap();
    assert_eq!((found[0].team.as_str(), found[0].team_by.as_str()), ("platform", "SubAccountId=1"));
}

/// A rename or a new tag keeps the id; another resource, account or action is another finding.
#[test]
fn ids_are_stable() {
    let base = Resource {
        provider: "P".into(),
        billing_account: "0".into(),
        sub_account: "1".into(),
        id: "r1".into(),
        ..Resource::default()
    };
    let id = base.finding_id(Action::Delete);
    // SHA-256 of `1:P;1:0;1:1;2:r1;6:delete;`, as sha256sum prints it, its first 20 digits.
    assert_eq!(id, "f85e7d90ebbcfb2f113f");
    let renamed = Resource { name: "x".into(), sub_account_name: "y".into(), region: "z".into(), ..base.clone() };
    assert_eq!(renamed.finding_id(Action::Delete), id);
    for other in [
        base.finding_id(Action::Resize),
        Resource { id: "r2".into(), ..base.clone() }.finding_id(Action::Delete),
        Resource { sub_account: "2".into(), ..base.clone() }.finding_id(Action::Delete),
        Resource { billing_account: "01".into(), sub_account: "".into(), ..base.clone() }.finding_id(Action::Delete),
    ] {
        assert_ne!(other, id);
    }
}

#[test]
fn findings_of_the_newest_period_have_an_age() {
    let mut world = World::default().week("r1", "1").week("r2", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((2.0, 2.0))), raw("a", "r2", "delete", Some((1.0, 1.0)))];
    let found = world.found().unwrap();
    let root = tempfile::tempdir().unwrap();
    let ledger = crate::ledger::Ledger::of_lake(root.path());
    for as_of in ["2026-08-30", "2026-08-31"] {
        let night = FindingNight {
            as_of: as_of.parse().unwrap(),
            billing_period: "2026-08".parse().unwrap(),
            appeared: if as_of.ends_with("30") { [found[0].id.clone()].into() } else { Default::default() },
            gone: Default::default(),
        };
        FindingHistory::record(&ledger, &night, root.path()).unwrap();
    }
    world.history = FindingHistory::read(&ledger).unwrap();
    let ages: Vec<_> = world.found().unwrap().iter().map(|f| (f.first_seen.unwrap().to_string(), f.nights)).collect();
    assert_eq!(ages, [("2026-08-30".into(), Some(3)), ("2026-09-01".into(), Some(1))]);
}

#[test]
fn the_table_and_back_is_the_same() {
    let mut world = World::default().week("r1", "1").week("r2", "1");
    world.raws = vec![raw("a", "r1", "delete", Some((2.5, 0.0))), raw("b", "r2", "upgrade", None)];
    let found = world.found().unwrap();
    let frame = to_frame(&found).unwrap();
    assert_eq!(*frame.schema().as_ref(), crate::transform::Derived::Finding.schema());
    struct One(DataFrame);
    impl Tables for One {
        fn frame(&self, _: &str) -> Result<LazyFrame> {
            Ok(self.0.clone().lazy())
        }
        fn names(&self) -> Vec<String> {
            vec!["finding".into()]
        }
    }
    let collect = |frame: LazyFrame| {
        frame
            .collect_with_engine(Engine::Streaming)
            .map(|r| r.unwrap_single())
            .map_err(|e| Error::bug("t", e.to_string()))
    };
    let metric = crate::transform::catalogue::run_sql("SELECT * FROM finding", &One(frame), &collect).unwrap();
    let names: Vec<&str> = metric.columns.iter().map(|column| column.name.as_str()).collect();
    let back: Vec<Finding> = metric.rows.iter().map(|row| from_cells(&names, row).unwrap()).collect();
    assert_eq!(back, found);
}

/// What a rule may not return, and what is said of it.
#[test]
fn a_rule_that_breaks_its_contract_is_named() {
    let world = |raw: Raw| World { raws: vec![raw], ..World::default() }.week("r1", "1");
    let cases = [
        (raw("a", "", "delete", None), "without a ResourceId"),
        (raw("a", "r1", "destroy", None), "x_Action is `destroy`"),
        (raw("a", "r1", "delete", Some((f64::NAN, 1.0))), "x_GrossMonthlySaving is `NaN`"),
        (Raw { gross: None, ..raw("a", "r1", "delete", Some((1.0, 1.0))) }, "without the gross one"),
    ];
    for (raw, what) in cases {
        let error = world(raw).found().unwrap_err();
        assert!(matches!(error, Error::Catalogue(_)) && error.to_string().contains(what), "{error}");
        assert!(error.to_string().contains("queries/waste/a.sql"), "{error}");
    }
}
