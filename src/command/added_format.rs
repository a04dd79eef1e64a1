//! A format that nobody has, added as `docs/formats/adding.md` says, and a night on its dumps.

use crate::cli::Cli;
use std::path::Path;

const PAGE: &str = include_str!("../../docs/formats/adding.md");

/// The page's blocks of a language.
fn blocks(language: &str) -> Vec<String> {
    let begin = format!("```{language}\n");
    PAGE.split(&begin).skip(1).filter_map(|rest| Some(rest.split_once("```")?.0.to_string())).collect()
}

#[test]
fn the_page_has_the_file_that_runs() {
    assert_eq!(blocks("rust"), [include_str!("../format/kelpie_usage.rs")]);
}

fn costmill(folder: &Path, arguments: &[&str]) -> u8 {
    let config = folder.join("costmill.toml");
    let config = config.to_str().expect("a path");
    let all = [&["costmill"], arguments, &["--quiet", "--config", config]].concat();
    super::run(Cli::of(&all))
}

/// A dump of some rows of the page's example, with other amounts.
fn dump(folder: &Path, name: &str, rows: &[(&str, &str, &str)]) {
    let row = blocks("json").remove(0);
    let row = |(kind, amount, written): &(&str, &str, &str)| {
        let row = row.replace("\"kind\":\"usage\"", &format!("\"kind\":\"{kind}\""));
        let row = row.replace("\"12.50\"", &format!("\"{amount}\""));
        // As the page says: a rebate is left out where there is none.
        let row = if *kind == "tax" { row.replace("\"rebate\":\"-2.50\",", "") } else { row };
        row.replace("2026-10-31T02:00:00Z", written)
    };
    let path = folder.join("kelpie-usage/usage").join(name);
    std::fs::create_dir_all(&path).expect("a folder");
    std::fs::write(path.join("part-0.json"), rows.iter().map(row).collect::<String>()).expect("a dump");
}

/// The lake's sums of October, as its record has them.
fn published(folder: &Path) -> (u64, Vec<String>) {
    let lake = crate::lake::Lake::open(&folder.join("lake")).expect("the lake");
    let snapshot = lake.snapshot().expect("a snapshot");
    let (slot, record) = snapshot.slots.iter().next().expect("a slot");
    assert_eq!((slot.to_string().as_str(), snapshot.slots.len()), ("kelpie 2026-10", 1));
    let sum = |cost: &&str| record.control.by_currency(cost)["EUR"].to_string();
    (record.rows, crate::focus::COSTS.iter().map(sum).collect())
}

/// Three rows dumped, two of them again with a late correction: each row counts once, and the four costs are those that
/// the page's rules give.
#[test]
fn a_made_up_format_runs_a_night() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let catalogue = "catalogue = \"none\"\nlake = \"lake\"\noutput = \"out\"\n\n";
    std::fs::write(folder.join("costmill.toml"), format!("{catalogue}{}", blocks("toml").remove(0))).expect("a config");
    for part in ["queries/metric", "reports"] {
        std::fs::create_dir_all(folder.join("none").join(part)).expect("a folder");
    }
    let query = include_str!("../../queries/metric/cost_by_day.sql");
    std::fs::write(folder.join("none/queries/metric/cost_by_day.sql"), query).expect("a query");
    let report = "title = \"Cost\"\naudience = \"nobody\"\n\n[[section]]\nid = \"day\"\ntitle = \"Cost\"\n\
                  query = \"metric/cost_by_day\"\nchart = \"table\"\n";
    std::fs::write(folder.join("none/reports/cost.toml"), report).expect("a report");
    assert_eq!(costmill(folder, &["check"]), 0);

    let first = [("usage", "12.50", "2026-10-31T02:00:00Z"), ("usage", "12.50", "2026-10-31T02:00:00Z")];
    dump(folder, "2026-10-31", &[first[0], first[1], ("tax", "3", "2026-10-31T03:00:00Z")]);
    assert_eq!(costmill(folder, &["run", "--as-of", "2026-11-01"]), 0);
    // Two twins of 12.50 with a rebate of 2.50 each, and a tax of 3 without.
    assert_eq!(published(folder), (3, ["23", "23", "28", "23"].map(String::from).into()));

    dump(folder, "2026-11-02", &[first[0], ("subscription", "100", "2026-11-01T02:00:00Z")]);
    assert_eq!(costmill(folder, &["run", "--as-of", "2026-11-03"]), 0);
    assert_eq!(published(folder), (4, ["120.5", "120.5", "128", "120.5"].map(String::from).into()));

    // A line type that the file does not list: nothing changes.
    dump(folder, "2026-11-03", &[("gift", "1", "2026-11-02T02:00:00Z")]);
    assert_eq!(costmill(folder, &["run", "--as-of", "2026-11-04"]), 1);
    assert_eq!(published(folder).0, 4);
}
