use super::*;

fn parse(text: &str) -> Result<Vec<Suppression>> {
    Suppression::parse("suppressions.toml", text, &catalogue())
}

const GOOD: &str = "[[suppression]]\nrule = \"waste/a\"\nresource = \"nat-0ab*\"\nreason = \"stand-by\"\n\
                    owner = \"ana@example.com\"\nuntil = \"2027-01-01\"\n";

#[test]
fn each_word_narrows_it() {
    let mut world = World::default().week("nat-0abc", "1");
    world.raws = vec![raw("a", "nat-0abc", "delete", Some((1.0, 1.0)))];
    let finding = world.found().unwrap().remove(0);
    let covers = |text: &str| parse(text).unwrap()[0].covers(&finding, "2026-12-31".parse().unwrap());
    assert!(covers(GOOD));
    assert!(covers(&GOOD.replace("nat-0ab*", "nat-0abc")));
    assert!(covers(&GOOD.replace("rule = \"waste/a\"", "action = \"delete\"\nteam = \"unallocated\"")));
    for (from, to) in [
        ("waste/a", "waste/b"),
        ("nat-0ab*", "nat-0ab"),
        ("nat-0ab*", "nat-0ax*"),
        ("rule = \"waste/a\"", "action = \"resize\""),
        ("rule = \"waste/a\"", "team = \"maps\""),
        ("2027-01-01", "2026-12-31"),
    ] {
        assert!(!covers(&GOOD.replace(from, to)), "{from} → {to}");
    }
}

#[test]
fn a_day_may_be_a_toml_date_and_a_file_empty() {
    assert_eq!(parse(&GOOD.replace("\"2027-01-01\"", "2027-01-01")).unwrap(), parse(GOOD).unwrap());
    assert_eq!(parse("# nothing is accepted\n").unwrap(), []);
}

#[test]
fn what_is_wrong_has_its_line() {
    let cases = [
        ("until = \"2027-01-01\"\n", "", ":1: the suppression has no `until`"),
        ("reason = \"stand-by\"\n", "", ":1: the suppression has no `reason`"),
        ("owner = \"ana@example.com\"\n", "", ":1: the suppression has no `owner`"),
        ("reason = \"stand-by\"", "reason = \" \"", ":4: `reason` is no text"),
        ("reason =", "reasn =", ":4: unknown key `reasn`\n  remedy: did you mean `reason`?"),
        ("2027-01-01", "next year", ":6: `next year` is not a day"),
        ("waste/a", "waste/aa", ":2: there is no waste rule `waste/aa`\n  remedy: did you mean `waste/a`?"),
        ("rule = \"waste/a\"", "action = \"destroy\"", ":2: there is no action `destroy`"),
        ("nat-0ab*", "nat-*ab", ":3: `nat-*ab` has a `*` before its end"),
        ("nat-0ab*", "*", ":3: `*` begins with `*`"),
        ("rule = \"waste/a\"\nresource = \"nat-0ab*\"\n", "", ":1: suppresses every finding"),
        ("[[suppression]]", "[[supression]]", ":1: unknown field"),
        ("owner = \"ana", "owner = ana", ":5: "),
    ];
    for (from, to, told) in cases {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD, "{from}");
        let error = parse(&text).unwrap_err();
        assert!(matches!(error, Error::Settings(_)), "{error}");
        assert!(error.to_string().contains(&format!("suppressions.toml{told}")), "{from} → {to}: {error}");
        // The second entry is wrong as the first would be, on its own line.
        let second = parse(&format!("{GOOD}\n{text}"));
        assert!(second.is_err(), "{from} → {to}");
    }
}
