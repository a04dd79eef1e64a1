//! What each format becomes, held to FOCUS 1.2 by the FinOps Foundation's validator.
//!
//! A Python package of its own environment: `make conformance` installs it and sets
//! COSTMILL_VALIDATOR. Without it the test is skipped, with this reason.

use super::support::Costmill;
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

const ALLOWED: &str = include_str!("../conformance/allowed.csv");

/// The exports of the sample that are read, each as one format.
const LAKES: [(&str, &str, &str); 9] = [
    ("azure-cost-details", "azure-cost-details", "location = \"azure-cost-details/cost-exports\""),
    ("azure-focus", "azure-focus", "location = \"azure-focus/cost-exports\""),
    ("gcp-detailed-usage", "gcp-detailed-usage", "location = \"gcp-detailed-usage/billing\""),
    ("gcp-standard-usage", "gcp-standard-usage", "location = \"gcp-standard-usage/billing\""),
    ("gcp-focus", "gcp-focus", "location = \"gcp-focus/billing\""),
    ("aws-cur-legacy", "aws-cur-legacy", "location = \"aws-cur-legacy/exports/nightly\""),
    ("aws-cur2", "aws-cur2-csv", "location = \"aws-cur2-csv/exports/nightly\""),
    ("aws-focus", "aws-focus", "location = \"aws-focus/exports/nightly\""),
    (
        "focus",
        "aws-focus",
        "location = \"aws-focus/exports/nightly\"\n\n[[source.file_set]]\nbilling_periods = [\"2026-08\"]\n\
         files = [\"data/billing_period=2026-08/*.parquet\"]",
    ),
];

#[derive(Deserialize)]
struct Verdict {
    total: u64,
    pass: u64,
    fail: u64,
    skipped: u64,
    /// By rule: violations and what the validator says.
    failed: BTreeMap<String, (u64, String)>,
}

#[derive(Deserialize)]
struct Allowed {
    rule: String,
    formats: String,
    reason: String,
}

#[test]
fn every_format_becomes_focus_by_the_foundations_own_rules() {
    let python = std::env::var("COSTMILL_VALIDATOR").unwrap_or_default();
    if python.is_empty() {
        eprintln!("skipped: COSTMILL_VALIDATOR is not set (`make conformance` installs the FOCUS validator)");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let exports: BTreeSet<&str> = LAKES.iter().map(|(_, export, _)| *export).collect();
    let exports = exports.into_iter().collect::<Vec<_>>().join(",");
    let sample = ["sample", "--rows", "2000", "--months", "1", "--teams", "5", "--seed", "11", "--format", &exports];
    Costmill::new().args(sample).args(["--out".as_ref(), folder.path().as_os_str()]).run().exits(0);
    let mut wrong = Vec::new();
    for (format, _, source) in LAKES {
        let verdict = validate(&python, &night(folder.path(), format, source));
        eprintln!(
            "{format}: Total: {} | Pass: {} | Fail: {} | Skipped: {}",
            verdict.total, verdict.pass, verdict.fail, verdict.skipped
        );
        assert!(verdict.pass > 300, "{format}: the validator looked at next to nothing");
        wrong.extend(judge(format, &verdict));
    }
    assert!(wrong.is_empty(), "see tests/conformance/allowed.csv:\n{}", wrong.join("\n"));
}

/// Rules that fail and are not allowed to, and allowances that nothing needs.
fn judge(format: &str, verdict: &Verdict) -> Vec<String> {
    let allowed: BTreeSet<String> =
        allowed().into_iter().filter(|a| a.formats.split(' ').any(|f| f == format)).map(|a| a.rule).collect();
    let failed = verdict.failed.iter().filter(|(rule, _)| !allowed.contains(*rule));
    let failed = failed.map(|(rule, (rows, why))| format!("{format}: {rule} fails on {rows}: {why}"));
    let unused = allowed.iter().filter(|rule| !verdict.failed.contains_key(*rule));
    failed.chain(unused.map(|rule| format!("{format}: {rule} is allowed to fail and does not"))).collect()
}

fn allowed() -> Vec<Allowed> {
    let mut reader = csv::Reader::from_reader(ALLOWED.as_bytes());
    reader.deserialize().collect::<Result<_, _>>().expect("rule, formats, reason")
}

/// A lake of one source, read as a format.
fn night(folder: &Path, format: &str, source: &str) -> PathBuf {
    let config = folder.join(format!("as-{format}.toml"));
    let text = format!(
        "lake = \"lake-{format}\"\noutput = \"out-{format}\"\n\n[[source]]\nid = \"{format}\"\nformat = \"{format}\"\n{source}\n"
    );
    std::fs::write(&config, text).expect("the config");
    let night = Costmill::new().args(["run", "--quiet", "--as-of", "2026-12-01", "--config"]).args([&config]).run();
    // A month that is cut off has days without charges, which is told.
    assert!([0, 3].contains(&night.status), "{}", night.stderr);
    folder.join(format!("lake-{format}"))
}

fn validate(python: &str, lake: &Path) -> Verdict {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance/validate.py");
    let done = Command::new(python).arg(script).arg(lake).output().expect("the validator starts");
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    assert!(done.status.success(), "{said}");
    serde_json::from_slice(&done.stdout).unwrap_or_else(|error| panic!("{error}\n{said}"))
}

#[test]
fn every_allowance_has_a_format_and_a_reason() {
    let known = costmill::format::ids();
    for allowance in allowed() {
        assert!(!allowance.reason.is_empty(), "{}", allowance.rule);
        for format in allowance.formats.split(' ') {
            assert!(known.contains(&format), "{}: no format {format}", allowance.rule);
        }
    }
}
