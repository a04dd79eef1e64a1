//! Real and third-party exports, against control totals by other hands.
//!
//! The files lie beside the checkout, in `../shared/data`; they are not part of the project.

use super::place::{Night, oracle, python};
use std::path::{Path, PathBuf};

/// `../shared/data/<folder>/*<ending>`; `None`, with the reason printed, when the data are not there.
fn files(folder: &str, wanted: impl Fn(&str) -> bool) -> Option<Vec<PathBuf>> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: the third-party exports are not here ({} is missing)", data.display());
        return None;
    }
    if std::process::Command::new(python()).arg("--version").output().is_err() {
        eprintln!("skipped: the oracle of control totals is a Python script, and there is no {}", python());
        return None;
    }
    let entries = std::fs::read_dir(data.join(folder)).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_string();
    let mut found: Vec<_> = entries.filter(|path| path.is_file() && wanted(&name(path))).collect();
    found.sort();
    assert!(!found.is_empty(), "{folder} holds none of the files that this test is about");
    Some(found.into_iter().map(|path| path.canonicalize().unwrap()).collect())
}

/// A night whose one source is one file.
fn night_of(file: &Path, format: &str, periods: &[&str]) -> Night {
    Night::new(&format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"loose\"\nformat = \"{format}\"\nlocation = {:?}\n\n\
         [[source.file_set]]\nbilling_periods = {periods:?}\nfiles = [{:?}]\n",
        file.parent().unwrap().to_str().unwrap(),
        file.file_name().unwrap().to_str().unwrap()
    ))
}

/// Runs one file in a lake of its own and compares rows and all four costs with the oracle's.
fn ties_with_the_oracle(file: &Path, format: &str) {
    let name = file.display();
    let oracle = oracle("control_totals.py", &[file]).unwrap_or_else(|said| panic!("{said}"));
    assert_eq!(oracle["format"], format, "{name}");
    let totals = oracle["totals"].as_array().unwrap();
    assert!(!totals.is_empty() && oracle["rows"].as_u64().unwrap() > 0, "{name}: an oracle that saw nothing");
    let mut periods: Vec<&str> = totals.iter().map(|total| total["BillingPeriod"].as_str().unwrap()).collect();
    periods.dedup();

    let night = night_of(file, format, &periods);
    let outcome = night.run().exits(0);
    assert_eq!(outcome.stderr, "", "{name}: a run that ends in 0 has nothing to complain of");
    let published = night.query(
        "SELECT BillingCurrency, x_BillingMonth AS BillingPeriod, COUNT(*) AS \"rows\", SUM(BilledCost) AS BilledCost, \
         SUM(EffectiveCost) AS EffectiveCost, SUM(ListCost) AS ListCost, SUM(ContractedCost) AS ContractedCost \
         FROM cost GROUP BY BillingCurrency, x_BillingMonth ORDER BY BillingCurrency, BillingPeriod",
    );
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    assert_eq!(published.len(), totals.len(), "{name}: cells");
    for (ours, theirs) in published.iter().zip(totals) {
        let theirs: std::collections::BTreeMap<String, String> =
            theirs.as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect();
        assert_eq!(ours, &theirs, "{name}");
    }
    // The status says the same as the rows.
    let status = night.status();
    let rows: u64 = status["slots"].as_array().unwrap().iter().map(|slot| slot["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows, oracle["rows"].as_u64().unwrap(), "{name}: rows by status");
    eprintln!("{name}: {rows} rows tie");
}

#[test]
fn real_cur_files_tie_with_the_oracle() {
    let Some(files) = files("aws-cur-legacy", |name| name.ends_with(".csv")) else { return };
    files.iter().for_each(|file| ties_with_the_oracle(file, "aws-cur-legacy"));
}

#[test]
fn focus_files_tie_with_the_oracle() {
    let Some(files) = files("focus", |name| name.contains(".csv")) else { return };
    files.iter().for_each(|file| ties_with_the_oracle(file, "focus"));
}

#[test]
fn golden_focus_files_tie_with_the_oracle() {
    let Some(files) = files("focus/golden", |name| name.contains("rows") && name.ends_with(".csv")) else { return };
    files.iter().for_each(|file| ties_with_the_oracle(file, "focus"));
}

/// Scenario tables and format examples look like exports and are none.
#[test]
fn scenario_tables_and_json_are_refused_with_the_reason() {
    let refused = |name: &str| name.starts_with("scenarios_") || name.ends_with(".json");
    let Some(files) = files("focus/golden", refused) else { return };
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap();
        let reason = match name {
            // Some of the required columns stand there, most do not: it is no export at all.
            "scenarios_correction_set.csv" => "is no focus export: it lacks BillingAccountId, BillingPeriodEnd",
            scenario if scenario.starts_with("scenarios_sca_") => {
                "is no focus export: it lacks BillingAccountId, BillingCurrency"
            }
            "numeric_format_examples.json" => "is JSON, no billing export of this format",
            other => panic!("{other}: say why it must be refused"),
        };
        let night = night_of(&file, "focus", &["2026-05"]);
        let outcome = night.run().exits(1).complains(&format!("error: source: {name}: {reason}"));
        assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{}", outcome.stderr);
        let outcome = outcome.complains("remedy: ").complains("nothing new was published");
        assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
        assert_eq!(night.status()["slots"], serde_json::json!([]), "{name} published something");
    }
}
