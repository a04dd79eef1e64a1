//! Pages per team out of one asking, and months that stand and are not made again.

use super::charges::{Charge, bill, sum, usage};
use super::place::{Night, files};
use std::collections::BTreeMap;

const HOSTILE: &str = "<script>alert(1)</script>=cmd ../..";

const POLICY: &str = "[tags.dimensions]\nteam = [\"team\"]\n[[team]]\nname = \"maps\"\ncost_centre = \"0420\"\n\
                      bill_to = \"Larkfield Maps GmbH\"\n[[owner]]\ntag = \"team\"\n";

const REPORT: &str = r#"
title = "Statement"
audience = "Each team"
per = "x_Team"
whole = true

[[fact]]
section = "total"
column = "x_CostCentre"

[[figure]]
section = "total"
column = "x_Cost"
title = "{basis}"

[[section]]
id = "total"
title = "{basis} of the month"
query = "metric/showback_by_team"
chart = "number"
ties = "x_Cost"
cards = [{ value = "x_Cost", title = "{basis}" }]

[[section]]
id = "by_service"
title = "{basis} by service"
query = "metric/showback_by_service"
chart = "bar"
x = "ServiceName"
y = "x_Cost"
"#;

/// Two months of three teams and the rest, and the report above.
fn night() -> Night {
    let of = |team: &str, charge: Charge| charge.tags(&[("team", team)]);
    let charges = [
        of("maps", usage("2026-07-03", "11")),
        of("maps", usage("2026-08-03", "100.000000000000000001")),
        of("Maps", usage("2026-08-04", "3")),
        of(HOSTILE, usage("2026-08-05", "7")),
        usage("2026-08-06", "0.5"),
    ];
    let night = bill(&charges, POLICY, &["metric/showback_by_team", "metric/showback_by_service"]);
    night.write("catalogue/reports/statement.toml", REPORT);
    night
}

fn html(night: &Night) -> Vec<String> {
    files(night.path("out")).into_keys().filter(|path| path.ends_with("statement.html")).collect()
}

#[test]
fn each_team_of_the_month_has_a_page_and_together_they_tie() {
    let night = night();
    night.run().exits(0);
    let pages = html(&night);
    let august: Vec<&String> = pages.iter().filter(|path| path.starts_with("2026-08/")).collect();
    assert_eq!(august.len(), 5, "the whole, maps, Maps, a hostile one and the rest: {pages:?}");
    // Case alone tells two teams apart, on a file system that does not.
    let folders: Vec<String> = august.iter().map(|path| path.to_lowercase()).collect();
    assert!(folders.iter().all(|path| pages.contains(path)), "{folders:?}");
    assert!(pages.contains(&"2026-07/team/maps/statement.html".into()), "{pages:?}");

    // Σ teams + unallocated = Σ basis, read off the pages' own CSV files: 110.500000000000000001.
    let mut total = Vec::new();
    for path in august.iter().filter(|path| path.contains("/team/")) {
        let csv = night.read(&format!("out/{}/total.csv", path.trim_end_matches(".html")));
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let head = reader.headers().unwrap().clone();
        for row in reader.records() {
            let row: BTreeMap<_, _> =
                head.iter().map(str::to_string).zip(row.unwrap().iter().map(str::to_string)).collect();
            total.push(row["x_Cost"].clone());
        }
    }
    assert_eq!(sum(total.iter().map(String::as_str)), 110_500_000_000_000_000_001);
    let page = night.read("out/2026-08/team/maps/statement.html");
    for words in ["Statement · maps · 2026-08", ">0420<", "EffectiveCost by service · maps", ">showback</td>"] {
        assert!(page.contains(words), "{words}");
    }
    let index = night.read("out/index.html");
    assert!(index.contains("&lt;script&gt;") && index.matches("<script").count() == 1, "a team's name is text");
    assert!(index.contains(">100.00</td>") && index.contains("By team"));
}

#[test]
fn teams_that_do_not_add_up_publish_nothing() {
    let night = night();
    let query = "catalogue/queries/metric/showback_by_team.sql";
    let text = night.read(query);
    assert!(text.contains("WHERE m.x_BillingPeriodRows > 0"), "{text}");
    night.write(
        query,
        text.replace("WHERE m.x_BillingPeriodRows > 0", "WHERE m.x_BillingPeriodRows > 0 AND k.x_Team <> 'maps'"),
    );
    night.run().exits(4).complains("report statement section total").complains("EffectiveCost adds up to");
    assert!(html(&night).is_empty());
}

#[test]
fn a_month_that_stands_is_not_made_again() {
    use std::os::unix::fs::MetadataExt;
    let night = night();
    let run = |day: &str| night.costmill(&["run", "--as-of", day]).exits(0);
    run("2026-08-20");
    let page = |month: &str| night.path(&format!("out/{month}/statement.html"));
    let file = |month: &str| std::fs::metadata(page(month)).unwrap().ino();
    let (july, august) = (file("2026-07"), file("2026-08"));
    run("2026-08-20");
    assert_eq!((file("2026-07"), file("2026-08")), (july, august), "nothing is new");
    // The next day the open month says so; the ended one keeps the day on which it was made.
    run("2026-08-21");
    assert!(file("2026-07") == july && file("2026-08") != august);
    assert!(night.read("out/2026-08/statement.html").contains("2026-08-21"));
    assert!(night.read("out/2026-07/statement.html").contains("2026-08-20"));
    assert!(night.read("out/index.html").contains("2026-07&#x2f;index.html"), "and stays in the index");
    // What somebody removed, added or spoilt is made again.
    let csv = night.path("out/2026-07/statement/total.csv");
    let before = std::fs::read(&csv).unwrap();
    std::fs::remove_file(&csv).unwrap();
    run("2026-08-21");
    assert_eq!(std::fs::read(&csv).unwrap(), before);
    std::fs::write(&csv, "spoilt").unwrap();
    run("2026-08-21");
    assert_eq!(std::fs::read(&csv).unwrap(), before);
    // So is every month whose report was edited.
    let july = file("2026-07");
    night.write("catalogue/reports/statement.toml", REPORT.replace("Each team", "Every team"));
    run("2026-08-21");
    assert!(file("2026-07") != july && night.read("out/2026-07/statement.html").contains("Every team"));
}

/// docs/reports.md, word for word.
#[test]
fn a_report_is_added_as_the_docs_say() {
    let docs = std::fs::read_to_string(super::night::root().join("docs/reports.md")).unwrap();
    let file = docs.split("Write `").nth(1).and_then(|rest| rest.split('`').next()).unwrap();
    let block = docs.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let text: String = block.lines().map(|line| format!("{}\n", line.trim_start())).collect();
    let night = bill(&[usage("2026-08-03", "2")], "", &["metric/cost_by_service"]);
    night.write(&format!("catalogue/{file}"), text);
    night.costmill(&["check"]).exits(0);
    night.run().exits(0);
    let id = file.trim_start_matches("reports/").trim_end_matches(".toml");
    for path in [format!("{id}.html"), format!("{id}/dear_services.csv"), format!("{id}/dear_services.png")] {
        assert!(night.path(&format!("out/2026-08/{path}")).is_file(), "{path}");
    }
    assert!(night.read("out/index.html").contains(&format!("2026-08&#x2f;{id}.html")));
}
