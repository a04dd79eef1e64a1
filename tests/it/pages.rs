//! The pages in docs/ and the crate's page, held to the code they speak of.

use std::collections::BTreeSet;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The names after a prefix at the start of lines.
fn names_after(text: &str, prefix: &str) -> Vec<String> {
    let after = text.lines().filter_map(|line| line.trim_start().strip_prefix(prefix));
    // `where` is a word of Rust, written r#where.
    let after = after.map(|rest| rest.strip_prefix("r#").unwrap_or(rest));
    after.map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()).collect()
}

#[test]
fn every_key_of_the_config_is_documented() {
    let files = ["src/settings/file.rs", "src/settings/policy/file.rs"].map(read).concat();
    // Words of Rust after `pub`, and tables, which have sections.
    let keys = names_after(&files, "pub ");
    let tables = [
        "source",
        "tags",
        "file_set",
        "type",
        "enum",
        "struct",
        "exemption",
        "environment",
        "team",
        "owner",
        "showback",
        "unit_metric",
        "waste",
        "closing",
        "currency",
        "deliver",
        "hook",
        "api",
        "job",
        "retention",
    ];
    let page = read("docs/configuration.md");
    let mut seen = BTreeSet::new();
    for key in keys.iter().filter(|key| !tables.contains(&key.as_str())) {
        assert!(page.contains(&format!("\n| `{key}` |")), "docs/configuration.md does not speak of `{key}`");
        seen.insert(key.as_str());
    }
    assert!(seen.contains("money_basis") && seen.contains("coverage_key") && seen.len() > 10, "{seen:?}");
    assert!(seen.contains("active_from") && seen.contains("where") && seen.contains("suppressions"), "{seen:?}");
    let sections = "[lake] [[source]] [[source.file_set]] [tags] [tags.dimensions.<name>] [[tags.exemption]] accounts \
                    [environment] [[team]] [[owner]] [showback] [[unit_metric]] [waste] [[closing]] [currency] \
                    [[deliver]] [[hook]] [[api]] [[job]] [retention]";
    for table in sections.split_whitespace() {
        assert!(page.contains(&format!("\n## `{table}`\n")), "docs/configuration.md has no section {table}");
    }
}

#[test]
fn the_code_map_has_every_room() {
    let lib = read("src/lib.rs");
    let rooms = names_after(&lib, "pub mod ");
    assert!(rooms.len() > 10, "{rooms:?}");
    let map = lib.split("//! # The code map").nth(1).and_then(|rest| rest.split("//! # ").next()).unwrap();
    for room in rooms {
        assert!(map.contains(&format!("[`{room}`]")), "the code map in src/lib.rs does not know `{room}`");
    }
}

#[test]
fn every_page_is_reached_from_the_readme() {
    let readme = read("README.md");
    let mut folders = vec![root().join("docs")];
    let mut pages = 0;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/");
            assert!(readme.contains(&format!("({name})")), "README.md does not link {name}");
            pages += 1;
        }
    }
    assert!(pages > 5, "{pages} pages");
}
