use super::super::waste::List;
use super::*;
use crate::transform::finding::{Action, Confidence, Resource};

fn finding(resource: &str, realisable: Option<f64>) -> Finding {
    Finding {
        id: resource.into(),
        rules: vec!["waste/a".into()],
        title: "A".into(),
        action: Action::Delete,
        resource: Resource {
            provider: "P".into(),
            sub_account: "012345678901".into(),
            sub_account_name: "maps-production".into(),
            region: "eu-west-1".into(),
            service: "Compute".into(),
            id: resource.into(),
            ..Resource::default()
        },
        currency: "USD".into(),
        team: "maps-and-tiles".into(),
        team_by: "tag team=maps".into(),
        reason: "Every hour of it is paid for, and nothing has gone through it in thirty-five days.".into(),
        evidence: "336 of 336 hours".into(),
        confidence: Confidence::High,
        gross: realisable.map(|value| value * 2.0),
        realisable,
        saving_basis: "EffectiveCost".into(),
        counted: true,
        look: None,
        first_seen: None,
        nights: Some(1234),
        suppressed: None,
    }
}

fn shown(found: &[Finding], width: Option<usize>) -> String {
    let all: Vec<&Finding> = found.iter().collect();
    table(&List { month: "2026-10".parse().unwrap(), team: None, shown: all.clone(), all }, width)
}

#[test]
fn no_line_is_wider_than_the_window_and_money_is_never_cut() {
    let found = [finding("arn:aws:ec2:eu-west-1:012345678901:natgateway/nat-0ab1c2d3e4f567890", Some(1_234_567.891))];
    for width in 30..200 {
        let text = shown(&found, Some(width));
        for line in text.lines() {
            assert!(line.chars().count() <= width, "{width}: {line}");
        }
        assert!(text.contains("1,234,567.89"), "{width}: {text}");
    }
    let wide = shown(&found, None);
    assert!(wide.contains(
        "2,469,135.78  USD  delete  High  maps-and-tiles    1234  maps-production eu-west-1  nat-0ab1c2d3e4f567890"
    ));
    let narrow = shown(&found, Some(80));
    assert!(narrow.contains("…") && narrow.contains("maps-a") && narrow.contains("1234"), "{narrow}");
}

#[test]
fn money_is_rounded_and_grouped() {
    let told = [0.0, -0.001, 0.005, 999.995, 1000.0, 1_234_567.891, -12.5].map(money);
    assert_eq!(told, ["0.00", "0.00", "0.01", "1,000.00", "1,000.00", "1,234,567.89", "-12.50"]);
}

#[test]
fn what_a_name_holds_breaks_neither_terminal_nor_ticket() {
    let mut hostile = finding("nat`0`", Some(1.0));
    hostile.resource.name = "a|b\n<script>\u{1b}[2J*x*".into();
    hostile.team = "[link](http://x)".into();
    let text = shown(std::slice::from_ref(&hostile), None);
    assert_eq!(text.lines().count(), 4, "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    let list = List { month: "2026-10".parse().unwrap(), team: None, shown: vec![&hostile], all: vec![&hostile] };
    let md = markdown(&list);
    assert!(md.contains("a\\|b\u{fffd}\\<script\\>") && md.contains("\\*x\\*"), "{md}");
    assert!(md.contains("`` nat`0` ``") && md.contains("\\[link\\](http"), "{md}");
}

#[test]
fn totals_are_of_counted_findings_by_currency() {
    let mut euros = finding("r2", Some(10.0));
    euros.currency = "EUR".into();
    let excluded = Finding { counted: false, ..finding("r3", Some(99.0)) };
    let suppressed = Finding { suppressed: Some("why (who, until 2027-01-01)".into()), ..finding("r4", Some(5.0)) };
    let found = [finding("r1", Some(1.5)), finding("r5", None), euros, excluded, suppressed];
    let list =
        List { month: "2026-10".parse().unwrap(), team: Some("maps"), shown: vec![], all: found.iter().collect() };
    let expected = [
        "waste of maps in 2026-10: 10.00 EUR a month can be realised of 20.00 gross, 1 finding",
        "waste of maps in 2026-10: 1.50 USD a month can be realised of 3.00 gross, 2 findings, 1 of them without a figure",
        "suppressed (--suppressed lists them): 5.00 USD a month can be realised of 10.00 gross, 1 finding",
        "in no total (--all lists them): 1 finding, as another action on the resource counts",
    ];
    assert_eq!(Totals::of(&list).lines(), expected);
    let commitment = Finding { realisable: None, ..finding("sp-1", Some(4.0)) };
    let snapshot = Finding { realisable: None, ..finding("s-1", Some(3.0)) };
    let found = [finding("r1", Some(1.5)), commitment, snapshot, finding("r5", None)];
    let list = List { month: "2026-10".parse().unwrap(), team: None, shown: vec![], all: found.iter().collect() };
    // 3 + 8 + 6 gross.
    let expected = "waste in 2026-10: 1.50 USD a month can be realised of 17.00 gross, 4 findings, 1 of them without \
                    a figure, 2 in the gross alone, as no bill tells what can be realised";
    assert_eq!(Totals::of(&list).lines(), [expected]);
    let none = List { month: "2026-10".parse().unwrap(), team: None, shown: vec![], all: vec![] };
    assert_eq!(table(&none, Some(80)), "waste in 2026-10: no findings\n");
}
