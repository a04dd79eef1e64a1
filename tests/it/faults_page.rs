//! docs/faults.md: every fault beside every store and API, each cell a test that is there, or a reason.

use std::collections::BTreeSet;
use std::path::Path;

/// What the page must have a row for.
const FAULTS: [&str; 20] = [
    "403",
    "404",
    "429 with a hint",
    "429 without a hint",
    "burst of 500",
    "burst of 503",
    "truncated body",
    "stalled body",
    "reset connection",
    "wrong length",
    "part that vanishes between list and get",
    "delivery that changes while it is read",
    "expired token in mid-run",
    "repeating page token",
    "huge page",
    "malformed answer",
    "clock skew",
    "full disk",
    "kill in mid-download",
    "TLS that is not trusted",
];

/// The functions under `#[test]` in a folder of the project.
fn tests_below(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests_below(&path, found);
        } else if path.extension().is_some_and(|end| end == "rs") {
            found.extend(tests_of(&std::fs::read_to_string(&path).unwrap()));
        }
    }
}

fn tests_of(text: &str) -> Vec<String> {
    let parts = text.split("#[test]").skip(1);
    let names = parts.filter_map(|part| part.split_once("fn ")?.1.split('(').next());
    names.map(str::to_string).collect()
}

/// Rows of the page's tables: cells, by line; the first is the heading.
fn tables(page: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for line in page.lines() {
        let is_row = line.starts_with('|');
        if is_row && !inside {
            tables.push(Vec::new());
        }
        inside = is_row;
        if is_row && !line.starts_with("|--") && !line.starts_with("| --") {
            let cells = line.trim_matches('|').split('|').map(|cell| cell.trim().to_string());
            tables.last_mut().unwrap().push(cells.collect());
        }
    }
    tables
}

/// What is wrong with a cell; nothing where it names tests that are there, or says why there is none.
fn wrong(cell: &str, tests: &BTreeSet<String>) -> Option<String> {
    if let Some(reason) = cell.strip_prefix("n/a: ") {
        return (reason.len() < 10).then(|| format!("`{cell}` gives no reason"));
    }
    let names: Vec<&str> = cell.split('`').skip(1).step_by(2).collect();
    if names.is_empty() {
        return Some(format!("`{cell}` names no test and is no n/a"));
    }
    let missing = names.into_iter().find(|name| !tests.contains(name.rsplit("::").next().unwrap_or(name)));
    missing.map(|name| format!("there is no test {name}"))
}

#[test]
fn every_cell_of_the_fault_matrix_is_a_test_or_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut tests = BTreeSet::new();
    ["src", "tests/it"].iter().for_each(|folder| tests_below(&root.join(folder), &mut tests));
    assert!(tests.len() > 300, "{} tests", tests.len());
    let page = std::fs::read_to_string(root.join("docs/faults.md")).unwrap();
    let tables: Vec<_> = tables(&page).into_iter().filter(|table| table[0][0] == "fault").collect();
    assert!(!tables.is_empty(), "the page has no matrix");
    for table in tables {
        let heading = &table[0];
        let rows: Vec<&str> = table[1..].iter().map(|row| row[0].as_str()).collect();
        assert_eq!(rows, FAULTS, "the rows of the matrix of {heading:?}");
        for row in &table[1..] {
            assert_eq!(row.len(), heading.len(), "{row:?}");
            for (cell, column) in row.iter().zip(heading).skip(1) {
                if let Some(what) = wrong(cell, &tests) {
                    panic!("docs/faults.md, {} × {column}: {what}", row[0]);
                }
            }
        }
    }
}

#[test]
fn an_empty_cell_and_a_test_that_is_gone_are_seen() {
    let tests: BTreeSet<String> =
        tests_of("#[test]\nfn one() {}\n#[test]\n#[ignore]\nfn two() {}\nfn no() {}").into_iter().collect();
    assert_eq!(tests.iter().collect::<Vec<_>>(), ["one", "two"]);
    for (cell, is_well) in [
        ("`a::one`, `two` †", true),
        ("n/a: the store has no such thing", true),
        ("", false),
        ("n/a", false),
        ("n/a: so", false),
        ("`a::three`", false),
        ("`no`", false),
    ] {
        assert_eq!(wrong(cell, &tests).is_none(), is_well, "{cell}");
    }
    let table = tables("text\n| fault | S3 |\n|--|--|\n| 403 | `x` |\n\n| other |\n");
    assert_eq!(table, [vec![vec!["fault", "S3"], vec!["403", "`x`"]], vec![vec!["other"]]]);
}
