//! Reads the sources and enforces what the design says must be absent. Each rule is also shown a
//! seeded violation and a near miss, so that a rule that sees nothing cannot pass.

mod lexer;
mod paths;
mod rules;
mod words;

use rules::{RULES, Source, length, parse};
use std::path::Path;
use words::{provider_names, unfinished};

/// Every file below a folder of the project, sorted by path. A missing folder has none.
fn sources(folder: &str, endings: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (mut found, mut folders) = (Vec::new(), vec![root.join(folder)]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| endings.iter().any(|wanted| ending == *wanted)) {
                let name = path.strip_prefix(root).unwrap().components().map(|c| c.as_os_str().to_str().unwrap());
                let name = name.collect::<Vec<_>>().join("/");
                found.push(Source { path: name, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}

fn holds(wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{} violations:\n{}", wrong.len(), wrong.join("\n"));
}

/// `tests.rs` and `tests/` of a module are its `#[cfg(test)] mod tests`.
fn is_test(path: &str) -> bool {
    path.ends_with("/tests.rs") || path.contains("/tests/")
}

/// What the rules say of one Rust file.
fn judge(source: &Source) -> Vec<String> {
    let parsed = parse(source);
    RULES.iter().flat_map(|rule| rule(&parsed)).collect()
}

#[test]
fn the_sources_keep_the_rules() {
    let sources = sources("src", &["rs"]);
    assert!(sources.iter().any(|source| source.path == "src/focus/money.rs"), "the sources are not where they were");
    holds(sources.iter().filter(|source| !is_test(&source.path)).flat_map(judge).collect());
}

#[test]
fn a_file_holds_one_idea() {
    holds(["src", "tests/it"].iter().flat_map(|folder| sources(folder, &["rs"])).flat_map(|s| length(&s)).collect());
}

#[test]
fn nothing_is_left_unfinished() {
    let folders = ["src", "tests", "queries", "reports", "docs", "benches"];
    let files = folders.iter().flat_map(|folder| sources(folder, &["rs", "sql", "toml", "html", "py", "md"]));
    holds(files.flat_map(|source| unfinished(&source)).collect());
}

#[test]
fn the_catalogue_knows_providers_only_as_values() {
    let files = ["queries", "reports"].iter().flat_map(|folder| sources(folder, &["sql", "toml"]));
    holds(files.flat_map(|source| provider_names(&source)).collect());
}

/// Path, code, and a part of the complaint; an empty one is a near miss that must pass.
const SEEDED: &[(&str, &str, &str)] = &[
    ("src/focus/a.rs", "use crate::lake::Lake;", ":1: `focus` names `lake`"),
    ("src/focus/a.rs", "use crate::{Error, error::Problem, fault};", ""),
    ("src/focus/a.rs", "use super::money::Money; use super::super::Result;", ""),
    ("src/focus/a.rs", "fn f() { super::super::lake::open() }", "`focus` names `lake`"),
    ("src/focus/mod.rs", "fn f() { super::lake::open() }", "`focus` names `lake`"),
    ("src/focus/a.rs", "#[cfg(test)]\nmod tests { use crate::lake::Lake; }", ""),
    ("src/focus/a.rs", "// crate::lake::x\nconst A: &str = \"crate::lake::x\";", ""),
    ("src/lake/a.rs", "\nuse crate::{focus::Money, format::find};", ":2: `lake` names `format`"),
    ("src/lake/a.rs", "use crate as c;", "`lake` names `*`"),
    ("src/lake/a.rs", "use crate::*;", "`lake` names `*`"),
    ("src/reconcile/a.rs", "use crate::{focus::Money, lake::Lake};", ""),
    ("src/reconcile/a.rs", "use crate::normalise::x;", "`reconcile` names `normalise`"),
    ("src/land.rs", "use crate::settings::Settings;", "`land` names `settings`"),
    ("src/report/a.rs", "use crate::transform::{Metric, Cell, metric::CellKind, catalogue::Query};", ""),
    ("src/report/a.rs", "use crate::transform::{Metric, Rollup};", "`transform::Rollup`, which is no Metric"),
    ("src/report/a.rs", "use crate::transform::rollup;", "`transform::rollup`, which is no Metric"),
    ("src/command/a.rs", "use crate::{land::x, report::y};", ""),
    ("src/attic/a.rs", "", "`attic` has no import rule"),
    ("src/command/a.rs", "use std::{env, fs};", "names `std::env`"),
    ("src/command/a.rs", "const V: &str = env!(\"CARGO_PKG_VERSION\");", ""),
    ("src/settings/a.rs", "fn f() { std::env::var_os(\"A\"); }", ""),
    ("src/command/a.rs", "#[derive(clap::Args)] struct A;", "names `clap`"),
    ("src/normalise/a.rs", "use reqwest::Client;", "names `reqwest`"),
    ("src/report/a.rs", "fn f() { std::fs::write(a, b); }", "`report` does no I/O"),
    ("src/transform/a.rs", "fn f() { let frame = lazy.collect()?; }", "collects a lazy frame"),
    ("src/transform/a.rs", "fn f() { lazy\n.collect()\n.map_err(wrong) }", ":2: collects a lazy frame"),
    ("src/transform/a.rs", "fn f() { match lazy.collect() { _ => () } }", "collects a lazy frame"),
    ("src/transform/a.rs", "fn f() { LazyFrame::collect(lazy) }", "collects a lazy frame"),
    ("src/normalise/a.rs", "fn f() { lazy.collect_with_engine(engine); }", "collects a lazy frame"),
    ("src/transform/a.rs", "fn f() { let a: Vec<_> = b.collect(); c.collect::<Result<Vec<_>>>()?; }", ""),
    ("src/lake/a.rs", "fn f() { lazy.collect()?; }", ""),
    ("src/lake/a.rs", "fn f() { chrono::Utc::now(); }", "reads the clock"),
    ("src/lake/a.rs", "use std::time::{Duration, SystemTime};", "reads the clock"),
    ("src/lake/a.rs", "use std::time::Instant; fn f() { Instant::now(); }", "reads the clock"),
    ("src/command/a.rs", "fn f() { chrono::Utc::now(); }", ""),
    ("src/land/a.rs", "fn f() { Delivery { id: a } }", "makes a `Delivery`: only `extract`"),
    ("src/land/a.rs", "fn f() { focus::Delivery { id: a, ..b } }", "makes a `Delivery`: only `extract`"),
    ("src/land/a.rs", "fn f() { land(&Delivery { id: a }) }", "makes a `Delivery`: only `extract`"),
    ("src/land/a.rs", "fn f() -> &Delivery { a }", ""),
    ("src/extract/a.rs", "fn f() -> Delivery { Delivery { id: a } }", ""),
    ("src/land/a.rs", "impl Delivery { fn f() -> Delivery { let Delivery { id } = a; } }", ""),
    ("src/land/a.rs", "fn f() { match a { Delivery { id } => 1, Delivery { .. } => 2 } }", ""),
    ("src/command/a.rs", "fn f() { LandedDelivery { id: a } }", "makes a `LandedDelivery`: only `land`"),
    ("src/focus/a.rs", "pub struct LandedDelivery { id: String }", ""),
    ("src/command/a.rs", "fn f() { FocusFrame::from_normalise(lazy) }", "makes a `FocusFrame`"),
    ("src/focus/frame.rs", "impl FocusFrame { pub fn from_normalise(f: LazyFrame) -> Self { Self(f) } }", ""),
    ("src/report/a.rs", "fn aws_rows() {}", "`aws_rows` names the provider `aws`"),
    ("src/transform/a.rs", "struct GCPThing; struct CurRow;", "`CurRow` names the provider `cur`"),
    ("src/transform/a.rs", "fn current() { let laws = \"AWS\"; curve(); BillingCurrency }", ""),
    ("src/format/a.rs", "fn aws_rows() {}", ""),
];

#[test]
fn each_rule_sees_a_seeded_violation() {
    for (path, code, expected) in SEEDED {
        let wrong = judge(&Source { path: (*path).into(), text: (*code).into() }).join("\n");
        if expected.is_empty() {
            assert_eq!(wrong, "", "{path}: {code}");
        } else {
            assert!(wrong.contains(expected), "{path}: {code}\nexpected: {expected}\ngot: {wrong}");
        }
    }
}

#[test]
fn each_text_rule_sees_a_seeded_violation() {
    let source = |path: &str, text: &str| Source { path: path.into(), text: text.into() };
    let fixme = concat!("-- FIX", "ME later");
    assert_eq!(unfinished(&source("queries/a.sql", fixme)).len(), 1);
    assert_eq!(unfinished(&source("src/a.rs", concat!("fn f() { to", "do!(); }"))).len(), 1);
    assert_eq!(unfinished(&source("src/a.rs", "fn todo() { prefixed_dbg!(); } // unimplemented")).len(), 0);

    assert_eq!(length(&source("src/a.rs", &"\n".repeat(351))).len(), 1);
    assert_eq!(length(&source("src/a.rs", &"\n".repeat(350))).len(), 0);
    assert_eq!(length(&source("src/format/a.rs", &"\n".repeat(501))).len(), 1);
    assert_eq!(length(&source("src/a/tests.rs", &"\n".repeat(550))).len(), 0);

    for (path, text, count) in [
        ("queries/metric/a.sql", "SELECT ProviderName FROM cost_daily -- aws\nWHERE ProviderName = 'AWS''s cur'", 0),
        ("queries/metric/a.sql", "/* azure\n gcp */ SELECT x AS aws_cost, \"cur\" FROM t", 2),
        ("queries/metric/aws_cost.sql", "SELECT 1", 1),
        ("reports/a.toml", "# azure\n[[section]]\ntitle = \"AWS\"\nquery = \"metric/a\"", 0),
        ("reports/a.toml", "[azure]\ngcp_axis = 1", 2),
    ] {
        assert_eq!(provider_names(&source(path, text)).len(), count, "{path}: {text}");
    }
}
