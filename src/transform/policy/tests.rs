//! Hand-worked charges, one rule of the policy each.

use super::*;
use crate::focus::policy::{
    ChargeMatch, Environment, Exemption, Follows, Owner, OwnerRule, Policy, Showback, SubAccount, TagKey, UnitMetric,
};
use chrono::NaiveDate;
use std::collections::BTreeMap;

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn listed(tests: &[(&str, &[&str])]) -> ChargeMatch {
    let columns = tests.iter().map(|(column, values)| {
        ((*column).to_string(), values.iter().map(|value| (*value).to_string()).collect::<Vec<_>>())
    });
    ChargeMatch { columns: columns.collect() }
}

pub fn key(name: &str) -> TagKey {
    TagKey { name: name.into(), keys: vec![name.into()], required: true, ..TagKey::default() }
}

fn charge<'a>(on: &str, tags: &'a [Option<String>], columns: &[(&'a str, &'a str)]) -> Charge<'a> {
    Charge { day: Some(day(on)), is_taggable: true, tags, columns: columns.iter().copied().collect() }
}

fn tag(value: &str) -> Vec<Option<String>> {
    vec![Some(value.to_string()).filter(|value| !value.is_empty())]
}

/// Value and state of the only dimension.
fn told(policy: &Policy, charge: &Charge) -> (String, &'static str) {
    let judgement = judge(policy, charge);
    let (value, state) = judgement.tags.into_iter().next().unwrap();
    (value.unwrap_or("-".into()), state.text())
}

#[test]
fn a_value_is_folded_then_a_synonym_then_held_against_what_is_allowed() {
    let env = TagKey {
        allowed: vec!["prod".into(), "dev".into()],
        fold_case: true,
        synonyms: BTreeMap::from([("production".into(), "prod".into())]),
        ..key("env")
    };
    let folds = Policy { tag_keys: vec![env.clone()], ..Policy::default() };
    let told_of = |policy: &Policy, value: &str| told(policy, &charge("2026-08-01", &tag(value), &[]));
    assert_eq!(told_of(&folds, " Production "), ("prod".into(), "tagged"));
    assert_eq!(told_of(&folds, "DEV"), ("dev".into(), "tagged"));
    assert_eq!(told_of(&folds, "Prdo"), ("prdo".into(), "invalid"));
    assert_eq!(told_of(&folds, ""), ("-".into(), "missing"));
    let exact = Policy { tag_keys: vec![TagKey { fold_case: false, ..env }], ..Policy::default() };
    assert_eq!(told_of(&exact, "production"), ("prod".into(), "tagged"));
    assert_eq!(told_of(&exact, "Production"), ("Production".into(), "invalid"));
    let any = Policy { tag_keys: vec![key("env")], ..Policy::default() };
    assert_eq!(told_of(&any, "Whatever"), ("Whatever".into(), "tagged"));
}

#[test]
fn the_sub_accounts_value_stands_in_where_the_charge_has_none() {
    let account = |value: &str| SubAccount { name: None, tags: BTreeMap::from([("team".into(), value.into())]) };
    let mut policy = Policy {
        tag_keys: vec![TagKey { inherit: true, allowed: vec!["maps".into(), "cart".into()], ..key("team") }],
        accounts: BTreeMap::from([("1".into(), account("maps")), ("2".into(), account("gone"))]),
        ..Policy::default()
    };
    let of = |policy: &Policy, value: &str, id: &str| {
        told(policy, &charge("2026-08-01", &tag(value), &[("SubAccountId", id)]))
    };
    assert_eq!(of(&policy, "", "1"), ("maps".into(), "inherited"));
    assert_eq!(of(&policy, "cart", "1"), ("cart".into(), "tagged"));
    // A wrong value of its own is seen, not papered over.
    assert_eq!(of(&policy, "crat", "1"), ("crat".into(), "invalid"));
    assert_eq!(of(&policy, "", "2"), ("gone".into(), "invalid"));
    assert_eq!(of(&policy, "", "3"), ("-".into(), "missing"));
    policy.tag_keys[0].inherit = false;
    assert_eq!(of(&policy, "", "1"), ("-".into(), "missing"));
}

/// Every state that holds on a charge at once; taken away one by one, the next shows.
#[test]
fn the_worst_state_that_holds_is_told() {
    let team = TagKey { allowed: vec!["maps".into()], active_from: Some(day("2026-05-01")), ..key("team") };
    let mut policy = Policy { tag_keys: vec![team], ..Policy::default() };
    policy.exemptions.push(Exemption {
        keys: vec!["team".into()],
        matches: listed(&[("ServiceName", &["Support", "Tax"])]),
        reason: "nobody tags it".into(),
        until: day("2026-06-01"),
    });
    let exempt = [("ServiceName", "Support")];
    let wrong = tag("mpas");
    let not_taggable = Charge { is_taggable: false, ..charge("2026-04-30", &wrong, &exempt) };
    assert_eq!(told(&policy, &not_taggable).1, "not taggable");
    assert_eq!(told(&policy, &charge("2026-04-30", &wrong, &exempt)).1, "exempt");
    assert_eq!(told(&policy, &charge("2026-04-30", &wrong, &[])).1, "not active");
    assert_eq!(told(&policy, &charge("2026-05-01", &wrong, &[])).1, "invalid");
    assert_eq!(told(&policy, &charge("2026-05-01", &tag(""), &[])).1, "missing");
    assert_eq!(told(&policy, &charge("2026-05-01", &tag("maps"), &[])).1, "tagged");
    // The exemption ends with the last day of May.
    assert_eq!(told(&policy, &charge("2026-05-31", &wrong, &exempt)).1, "exempt");
    assert_eq!(told(&policy, &charge("2026-06-01", &wrong, &exempt)).1, "invalid");
    assert_eq!(told(&policy, &charge("2026-05-31", &wrong, &[("ServiceName", "Compute")])).1, "invalid");
    assert!(TagState::ALL.is_sorted());
}

#[test]
fn an_exemption_of_no_key_is_of_all_and_may_ask_about_a_tag() {
    let policy = Policy {
        tag_keys: vec![key("env"), key("team")],
        exemptions: vec![Exemption {
            keys: Vec::new(),
            matches: listed(&[("x_Tag_env", &["sandbox"])]),
            reason: "thrown away every night".into(),
            until: day("2027-01-01"),
        }],
        ..Policy::default()
    };
    let states = |env: &str| {
        let tags = [Some(env.to_string()), None];
        judge(&policy, &charge("2026-08-01", &tags, &[])).tags.iter().map(|(_, state)| state.text()).collect::<Vec<_>>()
    };
    assert_eq!(states("sandbox"), ["exempt", "exempt"]);
    assert_eq!(states("prod"), ["tagged", "missing"]);
}

#[test]
fn all_keys_is_the_worst_of_those_required() {
    let mut policy = Policy { tag_keys: vec![key("env"), key("name"), key("team")], ..Policy::default() };
    let all = |policy: &Policy, tags: [Option<&str>; 3]| {
        let tags = tags.map(|tag| tag.map(str::to_string));
        judge(policy, &charge("2026-08-01", &tags, &[])).all.map(TagState::text)
    };
    assert_eq!(all(&policy, [Some("a"), Some("b"), Some("c")]), Some("tagged"));
    assert_eq!(all(&policy, [Some("a"), None, Some("c")]), Some("missing"));
    policy.tag_keys[1].required = false;
    assert_eq!(all(&policy, [Some("a"), None, Some("c")]), Some("tagged"));
    policy.tag_keys.iter_mut().for_each(|key| key.required = false);
    assert_eq!(all(&policy, [None, None, None]), None);
}

fn owner(policy: &Policy, charge: &Charge) -> (String, String) {
    let judgement = judge(policy, charge);
    (judgement.team, judgement.team_by)
}

fn rule(matches: ChargeMatch, team: Owner) -> OwnerRule {
    OwnerRule { from: None, until: None, matches, team }
}

fn pair(team: &str, by: &str) -> (String, String) {
    (team.into(), by.into())
}

/// The account 2045 was given from maps to geo on the 16th of July: by charge day, half-open.
#[test]
fn a_reorganisation_holds_from_its_day() {
    let account = || listed(&[("SubAccountId", &["2045", "2046"])]);
    let maps = OwnerRule { until: Some(day("2026-07-16")), ..rule(account(), Owner::Team("maps".into())) };
    let geo = OwnerRule { from: Some(day("2026-07-16")), ..rule(account(), Owner::Team("geo".into())) };
    let policy = Policy { owners: vec![maps, geo], ..Policy::default() };
    let on = |on: &str, id: &str| owner(&policy, &charge(on, &[], &[("SubAccountId", id)]));
    assert_eq!(on("2026-07-15", "2045"), pair("maps", "SubAccountId=2045"));
    assert_eq!(on("2026-07-16", "2045"), pair("geo", "SubAccountId=2045"));
    assert_eq!(on("2026-07-16", "2046"), pair("geo", "SubAccountId=2046"));
    assert_eq!(on("2026-07-16", "2047"), pair("unallocated", "no rule"));
    assert_eq!(Inputs::of(&policy).days, [day("2026-07-16")]);
}

#[test]
fn the_first_rule_that_matches_wins_and_a_tag_must_be_valid() {
    let policy = Policy {
        tag_keys: vec![TagKey { allowed: vec!["maps".into(), "cart".into()], inherit: true, ..key("team") }],
        accounts: BTreeMap::from([(
            "7".into(),
            SubAccount { name: None, tags: BTreeMap::from([("team".into(), "cart".into())]) },
        )]),
        owners: vec![
            rule(listed(&[("ServiceName", &["DNS"]), ("RegionId", &["global"])]), Owner::Team("net".into())),
            rule(ChargeMatch::default(), Owner::Tag("team".into())),
            rule(listed(&[("x_Tag_team", &["mpas"])]), Owner::Team("maps".into())),
        ],
        ..Policy::default()
    };
    let of = |value: &str, columns: &[(&'static str, &'static str)]| {
        owner(&policy, &charge("2026-08-01", &tag(value), columns))
    };
    let both = [("ServiceName", "DNS"), ("RegionId", "global")];
    assert_eq!(of("maps", &both), pair("net", "RegionId=global and ServiceName=DNS"));
    assert_eq!(of("maps", &both[..1]), pair("maps", "tag team=maps"));
    assert_eq!(of("", &[("SubAccountId", "7")]), pair("cart", "tag team=cart of the sub account"));
    // Not allowed: the tag gives it to nobody, and the next rule reads the typo.
    assert_eq!(of("mpas", &[]), pair("maps", "x_Tag_team=mpas"));
    assert_eq!(of("mops", &[]), pair("unallocated", "no rule"));
    let all = Policy { owners: vec![rule(ChargeMatch::default(), Owner::Team("ops".into()))], ..Policy::default() };
    assert_eq!(owner(&all, &charge("2026-08-01", &[], &[])), pair("ops", "every charge"));
}

#[test]
fn classes_that_stay_with_the_rest_are_no_owners() {
    let mut policy =
        Policy { owners: vec![rule(ChargeMatch::default(), Owner::Team("ops".into()))], ..Policy::default() };
    let classes: [(&str, &str, &str); 5] = [
        ("ChargeCategory", "Tax", "policy: tax"),
        ("ServiceSubcategory", "Support", "policy: support"),
        ("ChargeCategory", "Credit", "policy: credits"),
        ("ChargeClass", "Correction", "policy: refunds"),
        ("x_LineItemType", "Refund", "policy: refunds"),
    ];
    for (column, value, _) in classes {
        let owned = owner(&policy, &charge("2026-08-01", &[], &[(column, value)]));
        assert_eq!(owned, pair("ops", "every charge"), "{column}");
    }
    let rest = Follows::Unallocated;
    (policy.showback.tax, policy.showback.support) = (rest, rest);
    (policy.showback.credits, policy.showback.refunds) = (rest, rest);
    for (column, value, by) in classes {
        assert_eq!(owner(&policy, &charge("2026-08-01", &[], &[(column, value)])), pair("unallocated", by));
    }
    assert_eq!(owner(&policy, &charge("2026-08-01", &[], &[])), pair("ops", "every charge"));
    // Tax on support is tax; with tax owned, support stays.
    let both = [("ChargeCategory", "Tax"), ("ServiceSubcategory", "Support")];
    assert_eq!(owner(&policy, &charge("2026-08-01", &[], &both)).1, "policy: tax");
    policy.showback.tax = Follows::Owner;
    assert_eq!(owner(&policy, &charge("2026-08-01", &[], &both)).1, "policy: support");
}

#[test]
fn the_environment_is_what_the_dimension_says() {
    let environment = Some(Environment { dimension: "env".into(), non_production: vec!["dev".into()] });
    let policy = Policy { tag_keys: vec![key("env")], environment, ..Policy::default() };
    let of = |value: &str| judge(&policy, &charge("2026-08-01", &tag(value), &[])).environment;
    assert_eq!((of("dev"), of("prod"), of("")), (Some("non-production"), Some("production"), None));
}

#[test]
fn only_what_decides_rows_is_in_the_fingerprint() {
    let metric = |title: &str, dimension: Option<&str>| UnitMetric {
        id: "m".into(),
        title: title.into(),
        unit: title.into(),
        per: 1.0,
        driver: title.into(),
        dimension: dimension.map(str::to_string),
        basis: Default::default(),
        quantity: Default::default(),
        matches: ChargeMatch::default(),
    };
    let exemption = |reason: &str, until: &str| Exemption {
        keys: Vec::new(),
        matches: listed(&[("ServiceName", &["x"])]),
        reason: reason.into(),
        until: day(until),
    };
    let base = Policy {
        tag_keys: vec![key("team")],
        unit_metrics: vec![metric("one", None)],
        exemptions: vec![exemption("why", "2027-01-01")],
        ..Policy::default()
    };
    let same = |change: &dyn Fn(&mut Policy)| {
        let mut changed = base.clone();
        change(&mut changed);
        assert_ne!(changed, base);
        fingerprint(&changed) == fingerprint(&base)
    };
    assert!(same(&|policy| policy.coverage_target = Some(0.9)));
    assert!(same(&|policy| policy.teams.push(Default::default())));
    assert!(same(&|policy| policy.unit_metrics = vec![metric("two", None)]));
    assert!(same(&|policy| policy.exemptions = vec![exemption("because", "2027-01-01")]));
    assert!(same(&|policy| policy.showback.basis = crate::focus::policy::ShowbackBasis::BilledCost));
    assert!(!same(&|policy| policy.unit_metrics = vec![metric("one", Some("RegionId"))]));
    assert!(!same(&|policy| policy.exemptions = vec![exemption("why", "2027-01-02")]));
    assert!(!same(&|policy| policy.tag_keys[0].active_from = Some(day("2026-01-01"))));
    assert!(!same(&|policy| policy.showback.tax = Follows::Unallocated));
    assert!(!same(&|policy| {
        policy.accounts.insert("1".into(), SubAccount { name: Some("n".into()), ..SubAccount::default() });
    }));
    assert!(!same(&|policy| policy.owners.push(rule(ChargeMatch::default(), Owner::Team("t".into())))));
}

/// What the policy does not look at makes no distinct charge; a column it looks at does.
#[test]
fn inputs_are_what_makes_a_difference() {
    let policy = Policy {
        tag_keys: vec![TagKey { inherit: true, ..key("team") }],
        accounts: BTreeMap::from([
            ("1".into(), SubAccount { name: Some("named".into()), ..SubAccount::default() }),
            ("2".into(), SubAccount { name: None, tags: BTreeMap::from([("team".into(), "a".into())]) }),
        ]),
        owners: vec![rule(listed(&[("SubAccountId", &["9"]), ("x_Tag_team", &["b"])]), Owner::Team("t".into()))],
        ..Policy::default()
    };
    let inputs = Inputs::of(&policy);
    let columns: Vec<_> = inputs.columns.iter().map(|(name, values)| (name.as_str(), values.len())).collect();
    assert_eq!(columns, [("SubAccountId", 2)]);
    assert!(inputs.days.is_empty());
    assert_eq!(Inputs::of(&Policy::default()), Inputs::default());
}

/// A reader of a statement is told what of these four is in it.
#[test]
fn the_showback_policy_is_a_sentence() {
    use Follows::{Owner, Unallocated};
    let said = |tax, support, credits, refunds| {
        showback_in_words(Showback { tax, support, credits, refunds, ..Showback::default() })
    };
    assert_eq!(said(Owner, Owner, Owner, Owner), "Tax, support, credits and refunds go to the owner of the charge.");
    assert_eq!(
        said(Unallocated, Owner, Owner, Owner),
        "Tax stays unallocated and is in no team's figure; support, credits and refunds go to the owner of the charge."
    );
    assert_eq!(
        said(Unallocated, Owner, Unallocated, Unallocated),
        "Tax, credits and refunds stay unallocated and are in no team's figure; support goes to the owner of the charge."
    );
    assert_eq!(
        said(Unallocated, Unallocated, Unallocated, Unallocated),
        "Tax, support, credits and refunds stay unallocated and are in no team's figure."
    );
}
