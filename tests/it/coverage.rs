//! The coverage page, made from the mapping tables: what each export format gives of each column.
//!
//! A stale page fails; `make golden` writes it anew.

use costmill::focus::column::{Level, all};
use costmill::format::mapping::GIVEN;
use costmill::format::{Format, From, REGISTRY};
use std::fmt::Write;
use std::path::Path;

const PAGE: &str = "docs/coverage.md";

const HEAD: &str = "\
# What each export format gives of each column

Made from the mapping tables by a test (`make golden` writes it anew). `costmill explain mapping <format>` prints
the mapping itself.

| Word | The value of the column |
|---|---|
| Column | is that of one column of the export |
| FirstOf | is that of the first of several places that has one |
| Literal | is the same for every row |
| Lookup | is looked up in a table by a value of the export |
| When | depends on conditions on the row |
| ByBasis | comes from one place on the gross basis and from another on the net |
| Sum | is a sum of money columns of the export |
| Derived | is made by code from what the export gives |
| given | follows from the delivery and the row, in every format |
| Absent | is not there; why stands below the table |

Level is FOCUS's own: M mandatory, C conditional, R recommended. Columns that begin with `x_` are ours.

";

/// The word for where a value comes from.
fn word(from: &From) -> &'static str {
    match from {
        From::Column(_) => "Column",
        From::FirstOf(_) => "FirstOf",
        From::Literal(_) => "Literal",
        From::Lookup { .. } => "Lookup",
        From::When(_) => "When",
        From::ByBasis { .. } => "ByBasis",
        From::Sum(_) => "Sum",
        From::Derived(_) => "Derived",
        From::Absent(_) => "Absent",
    }
}

fn source<'f>(format: &'f Format, column: &str) -> Option<&'f From> {
    format.mapping.iter().find(|(name, _)| *name == column).map(|(_, from)| from)
}

fn page() -> String {
    let ids: Vec<&str> = REGISTRY.iter().map(|format| format.id).collect();
    let mut out = String::from(HEAD);
    writeln!(out, "| Column | Since | Level | {} |", ids.join(" | ")).unwrap();
    writeln!(out, "|---|---|---|{}", "---|".repeat(ids.len())).unwrap();
    for column in all() {
        let (since, level) = match (column.since, column.level) {
            ("x", _) => ("", ""),
            (since, Level::Mandatory) => (since, "M"),
            (since, Level::Conditional) => (since, "C"),
            (since, Level::Recommended) => (since, "R"),
        };
        let cells: Vec<&str> = REGISTRY
            .iter()
            .map(
                |format| {
                    if GIVEN.contains(&column.name) { "given" } else { source(format, column.name).map_or("?", word) }
                },
            )
            .collect();
        writeln!(out, "| {} | {since} | {level} | {} |", column.name, cells.join(" | ")).unwrap();
    }
    for format in REGISTRY {
        let absent: Vec<_> = format
            .mapping
            .iter()
            .filter_map(|(name, from)| if let From::Absent(why) = from { Some((*name, *why)) } else { None })
            .collect();
        if absent.is_empty() {
            continue;
        }
        writeln!(out, "\n## Absent from {}\n", format.id).unwrap();
        for (name, why) in absent {
            writeln!(out, "- {name}: {why}").unwrap();
        }
    }
    out
}

#[test]
fn the_coverage_page_is_golden() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PAGE);
    let made = page();
    if std::env::var("COSTMILL_GOLDEN").is_ok_and(|wish| wish == "rewrite") {
        std::fs::write(&path, &made).unwrap();
    }
    let held = std::fs::read_to_string(&path).unwrap_or_default();
    let first = made.lines().zip(held.lines()).find(|(made, held)| made != held);
    assert!(made == held, "{PAGE} is stale, first at {first:?}; `make golden` writes it anew, the diff is the review");
}

#[test]
fn every_column_and_every_absence_stands_on_the_page() {
    let page = page();
    assert!(!page.contains("| ? |"), "a format leaves a column out:\n{page}");
    for column in all() {
        assert_eq!(page.matches(&format!("\n| {} |", column.name)).count(), 1, "{}", column.name);
    }
    for format in REGISTRY {
        for (name, from) in format.mapping {
            if let From::Absent(why) = from {
                assert!(page.contains(&format!("- {name}: {why}\n")), "{} {name}", format.id);
            }
        }
    }
}
