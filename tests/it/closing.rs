//! Billing periods that are closed: their bytes stay, and what is delivered for them later is an adjustment of the
//! open one, worked by hand.

use super::charges::{Charge, bill, exports, rows, usage};
use super::place::{Night, files};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Owners, and a report per team beside the small one.
pub const POLICY: &str = "[tags.dimensions]\nteam = [\"team\"]\n[[owner]]\ntag = \"team\"\n";

/// One page per team: its total, with adjustments, and these.
pub const STATEMENT: &str = r#"title = "Statement"
audience = "Teams"
per = "x_Team"
[[section]]
id = "total"
title = "{basis}"
query = "metric/showback_by_team"
chart = "table"
ties = "x_Cost"
[[section]]
id = "together"
title = "{basis} with adjustments"
query = "metric/showback_with_adjustments"
chart = "table"
optional = true
[[section]]
id = "adjustments"
title = "Adjustments"
query = "metric/adjustments_by_team"
chart = "table"
total = true
optional = true
"#;

/// Usage of a team on a day.
pub fn of(team: &str, day: &str, cost: &str) -> Charge {
    usage(day, cost).tags(&[("team", team)])
}

/// August as it is first delivered: 140 of maps, 40 of search.
pub fn august() -> Vec<Charge> {
    vec![
        of("maps", "2026-08-10", "100"),
        of("maps", "2026-08-31", "40"),
        of("search", "2026-08-31", "40").account("2").set("ServiceName", "Store"),
    ]
}

/// September and October are maps' alone.
fn autumn() -> Vec<Charge> {
    vec![of("maps", "2026-09-30", "50"), of("maps", "2026-10-31", "20")]
}

/// Delivers these charges of August instead of those before.
pub fn deliver(night: &Night, charges: &[Charge]) {
    for (month, csv) in exports(charges) {
        night.write(&format!("exports/{month}.csv"), csv);
    }
}

/// August, September and October are published as version 0.
pub static PUBLISHED: LazyLock<Night> = LazyLock::new(|| {
    let queries = ["metric/showback_", "metric/adjustments_", "metric/earlier_months"];
    let night = bill(&[august(), autumn()].concat(), POLICY, &queries);
    night.write("catalogue/reports/statement.toml", STATEMENT);
    night.run().exits(0).says("published version 0: hand 2026-08, hand 2026-09, hand 2026-10");
    night
});

pub fn close(night: &Night, month: &str) {
    night
        .costmill(&["close", "--period", month, "--by", "Anna Berg", "--as-of", "2026-11-05"])
        .exits(0)
        .says(&format!("{month} is closed by Anna Berg"));
}

/// August is closed.
pub static CLOSED: LazyLock<Night> = LazyLock::new(|| {
    let night = PUBLISHED.copy();
    close(&night, "2026-08");
    night
});

/// All that a closed month must keep: its pages, its data, its derived tables.
pub fn bytes_of(night: &Night, month: &str) -> BTreeMap<String, Vec<u8>> {
    let all = files(night.path(""));
    let ours = |name: &&String| {
        let tables =
            name.starts_with("lake/cost/") || name.starts_with("lake/closed/") || name.starts_with("lake/derived/");
        name.starts_with(&format!("out/{month}/")) || (tables && name.contains(month))
    };
    let names: Vec<String> = all.keys().filter(ours).cloned().collect();
    assert!(names.len() > 10, "{names:?}");
    names.into_iter().map(|name| (name.clone(), all[&name].clone())).collect()
}

/// What each team is charged in a month's statements for closed months.
pub fn adjustments(night: &Night, month: &str) -> Vec<String> {
    rows(night, "metric/adjustments_by_team", month, &["x_Team", "x_ChangedMonth", "ServiceName", "x_Adjustment"])
}

fn ledger(night: &Night) -> Vec<String> {
    files(night.path("lake/ledger")).into_keys().collect()
}

/// Two later deliveries: the second replaces the adjustment of the first, and both leave August as it was.
#[test]
fn a_closed_month_keeps_its_bytes_and_its_adjustment_follows_the_deliveries() {
    let night = CLOSED.copy();
    let before = bytes_of(&night, "2026-08");
    // 100 becomes 101.000000000000000001; the store gives 4 back to search; routes is new.
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "101.000000000000000001");
    charges.push(
        of("search", "2026-08-31", "-4").account("2").set("ServiceName", "Store").set("ChargeCategory", "Credit"),
    );
    charges.push(of("routes", "2026-08-30", "0.5"));
    deliver(&night, &charges);
    night.run().exits(0).says("closed hand 2026-08: adjustment of EffectiveCost -2.499999999999999999 USD in 2026-09");
    assert_eq!(bytes_of(&night, "2026-08"), before, "after a second delivery");
    let first = ["maps|2026-08|Engine|1.000000000000000001", "routes|2026-08|Engine|0.5", "search|2026-08|Store|-4"];
    assert_eq!(adjustments(&night, "2026-09"), first);
    assert_eq!(adjustments(&night, "2026-10"), Vec::<String>::new());
    let status = night.status();
    assert_eq!(
        (status["version"].as_i64(), status["slots"][0]["EffectiveCost"]["USD"].as_str()),
        (Some(0), Some("180"))
    );
    assert_eq!((&status["slots"][0]["state"], &status["slots"][1]["state"]), (&"closed".into(), &"final".into()));

    // In the statements, by team: also of a team with nothing else in the month.
    let csv = |team: &str, section: &str| night.read(&format!("out/2026-09/team/{team}/statement/{section}.csv"));
    assert!(csv("maps", "together").contains("maps,USD,EffectiveCost,50,1.000000000000000001,51.000000000000000001"));
    assert!(csv("search", "together").contains("search,USD,EffectiveCost,0,-4,-4"), "{}", csv("search", "together"));
    assert!(csv("routes", "adjustments").contains("routes,2026-08,Engine,Usage,1,USD,EffectiveCost,0.5"));
    let page = night.read("out/2026-09/team/maps/statement.html");
    assert!(page.contains("Adjustments") && page.contains("adjustments</td>"), "the proof says that they tie");

    // The same delivery again is nothing new.
    let events = ledger(&night);
    let again = night.run().exits(0).says("nothing new");
    assert!(!again.stdout.contains("adjustment"), "{}", again.stdout);
    assert_eq!(ledger(&night), events);

    // A third delivery: the credit is gone again.
    let third: Vec<Charge> = [&charges[..3], &charges[4..]].concat();
    deliver(&night, &third);
    night.run().exits(0).says("adjustment of EffectiveCost 1.500000000000000001 USD in 2026-09");
    assert_eq!(bytes_of(&night, "2026-08"), before, "after a third delivery");
    assert_eq!(adjustments(&night, "2026-09"), first[..2]);
    let told = night.costmill(&["diff", "--period", "2026-08", "--since-closing"]).exits(0).stdout;
    assert!(told.contains("181.500000000000000001") && told.contains("from the closing of 2026-11-05"), "{told}");

    // Back to what was closed: nothing is left to put right.
    deliver(&night, &august());
    night.run().exits(0).says("a later delivery changes nothing that 2026-09 carries");
    assert_eq!(adjustments(&night, "2026-09"), Vec::<String>::new());
    // A row of the history is what moved, so that the rows add up to what is carried: nothing.
    let history = night.costmill(&["history", "--period", "2026-08", "--format", "csv"]).exits(0).stdout;
    let rows = history.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let moved: Vec<String> = rows.filter(|row| row[2] == "adjustment").map(|row| row[10].to_string()).collect();
    assert_eq!(moved, ["-2.499999999999999999", "4", "-1.500000000000000001"], "{history}");
    assert!(
        !night.path("out/2026-09/team/search/statement/adjustments.csv").exists(),
        "a section without rows is left out"
    );
}

/// The month that carries an adjustment is closed too: what it carries stays, the rest goes to the next.
#[test]
fn an_adjustment_survives_the_closing_of_its_month_and_the_next_delivery() {
    let night = CLOSED.copy();
    let with = |cost: &str| [vec![of("maps", "2026-08-10", cost)], august()[1..].to_vec()].concat();
    deliver(&night, &with("103"));
    night.run().exits(0);
    close(&night, "2026-09");
    let before = [bytes_of(&night, "2026-08"), bytes_of(&night, "2026-09")];
    deliver(&night, &with("98"));
    night.run().exits(0).says("adjustment of EffectiveCost -5 USD in 2026-10");
    assert_eq!([bytes_of(&night, "2026-08"), bytes_of(&night, "2026-09")], before);
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|3"]);
    assert_eq!(adjustments(&night, "2026-10"), ["maps|2026-08|Engine|-5"]);
    // 100 + 3 − 5 = 98.
    let told = night.costmill(&["diff", "--period", "2026-08", "--since-closing", "--format", "csv"]).exits(0).stdout;
    assert!(told.contains("total,all,USD,180,178,-2,180,178,-2,3,3,0"), "{told}");

    // What September's statements charged must not be charged again.
    let reopen = |month: &str| {
        night.costmill(&["reopen", "--period", month, "--reason", "wrong owner", "--by", "Bo", "--as-of", "2026-11-06"])
    };
    reopen("2026-08").exits(2).complains("2026-09 is closed and carries adjustments of 2026-08");
    reopen("2026-09").exits(0).says("2026-09 is open again; it was closed on 2026-11-05 by Anna Berg");
    reopen("2026-08").exits(0);
    night.run().exits(0).says("published version 1: hand 2026-08");
    assert_eq!(night.status()["slots"][0]["EffectiveCost"]["USD"], "178");
    for month in ["2026-09", "2026-10"] {
        assert_eq!(adjustments(&night, month), Vec::<String>::new(), "{month}");
    }
    let page = night.read("out/2026-08/team/maps/statement.html");
    assert!(page.contains("reopened on 2026-11-06 by Bo: wrong owner. These pages replace those issued on 2026-11-05"));
    reopen("2026-08").exits(2).complains("it is not closed");
    // And closed again, with what is published now.
    close(&night, "2026-08");
    let history = night.costmill(&["history", "--period", "2026-08", "--format", "csv"]).exits(0).stdout;
    let events: Vec<&str> = history.lines().skip(1).map(|line| line.split(',').nth(2).unwrap()).collect();
    let expected = ["first published", "closed", "adjustment", "adjustment", "reopened", "another delivery", "closed"];
    assert_eq!(events, expected, "{history}");
    assert!(history.contains("by Bo; wrong owner"), "{history}");
}

/// A file says of each row whether its month's figures may still move. What was issued says what was so then.
#[test]
fn the_file_of_a_section_says_the_state_of_each_row_s_month() {
    let states = |night: &Night, month: &str| -> Vec<String> {
        let csv = night.read(&format!("out/{month}/month/months.csv"));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let rows = reader.deserialize().map(|row| row.expect("a row"));
        let of = |row: BTreeMap<String, String>| format!("{} {}", row["x_BillingMonth"], row["x_PeriodState"]);
        rows.map(of).collect()
    };
    assert_eq!(states(&PUBLISHED, "2026-10"), ["2026-08 final", "2026-09 final", "2026-10 provisional"]);
    let night = CLOSED.copy();
    night.run().exits(0);
    assert_eq!(states(&night, "2026-08"), ["2026-08 closed"]);
    assert_eq!(states(&night, "2026-10"), ["2026-08 closed", "2026-09 final", "2026-10 provisional"]);
    // Rows without a month are of the page's: also those of an adjustment, which is the statement's that carries it.
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "110");
    deliver(&night, &charges);
    night.run().exits(0);
    let csv = |month: &str, section: &str| night.read(&format!("out/{month}/team/maps/statement/{section}.csv"));
    for (month, section, state) in
        [("2026-08", "total", "closed"), ("2026-09", "total", "final"), ("2026-09", "adjustments", "final")]
    {
        let text = csv(month, section);
        assert!(text.starts_with("x_Team,") && text.lines().next().unwrap().ends_with(",x_PeriodState"), "{text}");
        assert!(text.lines().skip(1).all(|line| line.ends_with(&format!(",{state}"))), "{month} {section}: {text}");
        assert!(text.lines().count() > 1, "{month} {section}");
    }
}

/// An edited policy moves no charge of a closed month, not through an adjustment either.
#[test]
fn an_edited_policy_leaves_a_closed_month_and_its_adjustments_alone() {
    let night = CLOSED.copy();
    let before = bytes_of(&night, "2026-08");
    let owner = "[[owner]]\nwhere = { SubAccountId = [\"1\"] }\nteam = \"search\"\n[[owner]]\ntag";
    let config = night.read("costmill.toml").replace("[[owner]]\ntag", owner);
    night.write("costmill.toml", config);
    let told = night.run().exits(0).says("published version 1: hand 2026-09, hand 2026-10");
    told.says("closed hand 2026-08: would differ, the policy was edited since then; it stays as it was closed");
    assert_eq!(bytes_of(&night, "2026-08"), before, "after an edited policy");
    // The lines behind it are found by the owners that it was closed with.
    let figure = ["explain", "figure", "statement#total", "maps", "--period", "2026-08"];
    night.costmill(&figure).exits(0).says("the charges sum to the figure: 140");
    let mut charges = august();
    charges[0] = of("maps", "2026-08-10", "110");
    deliver(&night, &charges);
    night.run().exits(0);
    assert_eq!(bytes_of(&night, "2026-08"), before, "after a delivery under an edited policy");
    // Account 1 belongs to search now, and belonged to maps when August was closed.
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|10"]);
}

/// The tables beside the bill are made again of what is closed: those of a run that died were not written.
#[test]
fn a_month_is_closed_whole_after_a_run_that_died() {
    let night = PUBLISHED.copy();
    for made in ["lake", "out"] {
        std::fs::remove_dir_all(night.path(made)).unwrap();
    }
    night.run_armed("run.after_commit").exits(-1);
    assert!(!night.path("lake/derived/2026-08").exists(), "the run died too late for this test");
    close(&night, "2026-08");
    assert_eq!(bytes_of(&night, "2026-08"), bytes_of(&CLOSED, "2026-08"));
}

/// The pages are the issued ones wherever they are written.
#[test]
fn issued_pages_come_back_byte_by_byte() {
    let night = CLOSED.copy();
    let issued = files(night.path("out/2026-08"));
    let page = night.read("out/2026-08/team/maps/statement.html");
    assert!(page.contains("closed on 2026-11-05 by Anna Berg") && page.contains("<span class=\"badge\">closed</span>"));
    std::fs::remove_dir_all(night.path("out")).unwrap();
    // Another report, another title: neither reaches what was issued.
    night.write(
        "catalogue/reports/month.toml",
        night.read("catalogue/reports/month.toml").replace("Months", "All months"),
    );
    night.run().exits(0);
    assert_eq!(files(night.path("out/2026-08")), issued);
    assert!(night.read("out/2026-09/month.html").contains("All months"));
    assert!(night.read("out/index.html").contains("closed"));
    // A page that was tampered with in the lake is not shown as the issued one.
    let kept = files(night.path("lake/closed")).into_keys().find(|name| name.ends_with("month.html")).unwrap();
    night.write(&format!("lake/closed/{kept}"), "other");
    std::fs::remove_dir_all(night.path("out/2026-08")).unwrap();
    night.run().exits(1).complains("is not the page that was issued");
}

/// A source that nobody had when the month was closed: all of it is an adjustment, unless it doubles the bill.
#[test]
fn a_new_source_of_a_closed_month_is_an_adjustment() {
    let night = CLOSED.copy();
    let before = bytes_of(&night, "2026-08");
    let late = exports(&[of("maps", "2026-08-31", "7").account("9")]);
    night.write("late/a.csv", &late["2026-08"]);
    let source = "[[source]]\nid = \"late\"\nformat = \"focus\"\nlocation = \"late\"\n\
                  [[source.file_set]]\nbilling_periods = [\"2026-08\"]\nfiles = [\"a.csv\"]\n";
    night.write(
        "costmill.toml",
        night.read("costmill.toml").replace("[tags.dimensions]", &format!("{source}[tags.dimensions]")),
    );
    night.run().exits(0).says("closed late 2026-08: adjustment of EffectiveCost 7 USD in 2026-09");
    assert_eq!(bytes_of(&night, "2026-08"), before);
    // Another one with the same account: the first one's adjustment has it.
    let alone = night.read("costmill.toml");
    let twin = source.replace("\"late\"\nformat", "\"twin\"\nformat");
    night.write("costmill.toml", alone.replace("[tags.dimensions]", &format!("{twin}[tags.dimensions]")));
    night.run().exits(4).complains("adding them doubles the bill");
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|7"]);
    night.write("costmill.toml", alone);
    // Account 1 is in the closed month already.
    night.write("late/a.csv", &exports(&[of("maps", "2026-08-31", "7")])["2026-08"]);
    night.run().exits(4).complains("adding them doubles the bill");
    assert_eq!(adjustments(&night, "2026-09"), ["maps|2026-08|Engine|7"]);
}

/// A closed month has the columns that it was closed with; others are null, and those nobody asks for any more are
/// left out.
#[test]
fn a_closed_month_keeps_its_columns() {
    let night = CLOSED.copy();
    let before = bytes_of(&night, "2026-08");
    let config = night.read("costmill.toml");
    for (dimensions, columns) in [
        ("team = [\"team\"]\nsquad = [\"team\"]\n", "x_Tag_team, x_Tag_squad"),
        // August's files are the only ones with a column for team.
        ("squad = [\"team\"]\n", "x_Tag_squad"),
    ] {
        let edited = config.replace("team = [\"team\"]\n", dimensions).replace("tag = \"team\"", "tag = \"squad\"");
        night.write("costmill.toml", edited);
        night.run().exits(0).says("would differ, the policy was edited");
        assert_eq!(bytes_of(&night, "2026-08"), before, "{dimensions}");
        let figure = ["explain", "figure", "statement#total", "1", "--period", "2026-08"];
        night.costmill(&figure).exits(0).says("the charges sum to the figure: ");
        for table in ["cost_daily", "resource_month"] {
            let sql = format!(
                "SELECT x_BillingMonth, BillingCurrency, {columns}, SUM(EffectiveCost) AS EffectiveCost FROM {table} \
                 GROUP BY x_BillingMonth, BillingCurrency, {columns} ORDER BY x_BillingMonth, EffectiveCost"
            );
            let rows = night.query(&sql);
            let of = |row: &BTreeMap<String, String>| {
                format!("{}|{}|{}", row["x_BillingMonth"], row["x_Tag_squad"], row["EffectiveCost"])
            };
            let told: Vec<String> = rows.iter().map(of).collect();
            let expected: &[&str] = match columns.contains("team") {
                true => &["2026-08||40", "2026-08||140", "2026-09|maps|50", "2026-10|maps|20"],
                false => &["2026-08||180", "2026-09|maps|50", "2026-10|maps|20"],
            };
            assert_eq!(told, expected, "{table}, {dimensions}");
        }
    }
}
