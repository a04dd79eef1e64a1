//! Real and third-party exports, every file: taken with the control totals that other hands make of it, or
//! refused with the reason that is true of it.
//!
//! The files lie beside the checkout, in `../shared/data`; they are not part of the project. The table of them
//! is `shared_files.rs`.

use super::place::{Night, files, oracle, python};
use super::shared_files::{BUCKETS, FILES, Is, what};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The folder; `None`, with the reason printed, when the data are not there.
fn data() -> Option<PathBuf> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data");
    if !data.is_dir() {
        eprintln!("skipped: the third-party exports are not here ({} is missing)", data.display());
        return None;
    }
    Some(data.canonicalize().unwrap())
}

/// The folder, where there is a Python for the oracles too.
fn data_and_oracle() -> Option<PathBuf> {
    let data = data()?;
    if std::process::Command::new(python()).arg("--version").output().is_err() {
        eprintln!("skipped: the oracles of control totals are Python scripts, and there is no {}", python());
        return None;
    }
    Some(data)
}

/// Paths of the files that are `wanted`, in order.
fn those(data: &Path, wanted: impl Fn(Is) -> bool) -> Vec<(String, Is)> {
    let paths = files(data.to_path_buf()).into_keys();
    let found = paths.filter_map(|path| what(&path).map(|(_, is)| (path, *is))).filter(|(_, is)| wanted(*is));
    let found: Vec<_> = found.collect();
    assert!(!found.is_empty(), "none of the files that this test is about");
    found
}

/// A night whose one source is one file.
fn night_of(file: &Path, format: &str, source: &str, periods: &[&str]) -> Night {
    Night::new(&format!(
        "catalogue = \"small\"\n\n[[source]]\nid = \"loose\"\nformat = \"{format}\"\nlocation = {:?}\n{source}\n\
         [[source.file_set]]\nbilling_periods = {periods:?}\nfiles = [{:?}]\n",
        file.parent().unwrap().to_str().unwrap(),
        file.file_name().unwrap().to_str().unwrap()
    ))
}

/// Publishes a file in a lake of its own; rows and all four costs are the oracle's.
fn ties(file: &Path, format: &str, source: &str, oracle: &serde_json::Value) {
    let name = file.display();
    let totals = oracle["totals"].as_array().unwrap();
    assert!(!totals.is_empty() && oracle["rows"].as_u64().unwrap() > 0, "{name}: an oracle that saw nothing");
    let periods: BTreeSet<&str> = totals.iter().map(|total| total["BillingPeriod"].as_str().unwrap()).collect();
    let periods: Vec<&str> = periods.into_iter().collect();
    let night = night_of(file, format, source, &periods);
    let outcome = night.run().exits(0);
    assert_eq!(outcome.stderr, "", "{name}: a run that ends in 0 has nothing to complain of");
    published_is(&night, totals, &name.to_string());
    // The status says the same as the rows.
    let status = night.status();
    let rows: u64 = status["slots"].as_array().unwrap().iter().map(|slot| slot["rows"].as_u64().unwrap()).sum();
    assert_eq!(rows, oracle["rows"].as_u64().unwrap(), "{name}: rows by status");
    eprintln!("{name}: {rows} rows tie");
}

/// What is published, by currency and period, is what the oracle says.
fn published_is(night: &Night, totals: &[serde_json::Value], name: &str) {
    let published = night.query(
        "SELECT BillingCurrency, x_BillingMonth AS BillingPeriod, COUNT(*) AS \"rows\", SUM(BilledCost) AS BilledCost, \
         SUM(EffectiveCost) AS EffectiveCost, SUM(ListCost) AS ListCost, SUM(ContractedCost) AS ContractedCost \
         FROM cost GROUP BY BillingCurrency, x_BillingMonth ORDER BY BillingCurrency, BillingPeriod",
    );
    let text = |value: &serde_json::Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    assert_eq!(published.len(), totals.len(), "{name}: cells");
    for (ours, theirs) in published.iter().zip(totals) {
        let theirs: BTreeMap<String, String> =
            theirs.as_object().unwrap().iter().map(|(key, value)| (key.clone(), text(value))).collect();
        assert_eq!(ours, &theirs, "{name}");
    }
}

fn control_totals(file: &Path) -> serde_json::Value {
    oracle("control_totals.py", &[file]).unwrap_or_else(|said| panic!("{said}"))
}

#[test]
fn every_file_is_known_and_every_name_has_a_file() {
    let Some(data) = data() else { return };
    let paths: Vec<String> = files(data).into_keys().collect();
    let strangers: Vec<&String> = paths.iter().filter(|path| what(path).is_none()).collect();
    assert!(strangers.is_empty(), "say in shared_files.rs what must become of: {strangers:#?}");
    let used: BTreeSet<&str> = paths.iter().filter_map(|path| what(path)).map(|(pattern, _)| *pattern).collect();
    let unused: Vec<&str> = FILES.iter().map(|(pattern, _)| *pattern).filter(|name| !used.contains(name)).collect();
    assert!(unused.is_empty(), "no file has the names {unused:#?}");
    // What is called no export is none by its name: tables of charges are taken or refused.
    let tables = |path: &&String| [".csv", ".gz", ".zip", ".parquet"].iter().any(|end| path.ends_with(end));
    for path in paths.iter().filter(tables) {
        assert!(!matches!(what(path), Some((_, Is::NoExport(_)))), "{path} is a table: run it");
    }
}

#[test]
fn cost_and_usage_reports_tie_with_the_oracle() {
    let Some(data) = data_and_oracle() else { return };
    for (path, is) in those(&data, |is| matches!(is, Is::Taken("aws-cur-legacy" | "aws-cur2"))) {
        let Is::Taken(format) = is else { continue };
        ties(&data.join(&path), format, "", &control_totals(&data.join(&path)));
    }
}

#[test]
fn focus_files_tie_with_the_oracle() {
    let Some(data) = data_and_oracle() else { return };
    for (path, _) in those(&data, |is| is == Is::Taken("focus")) {
        let oracle = control_totals(&data.join(&path));
        assert_eq!(oracle["format"], "focus", "{path}");
        ties(&data.join(&path), "focus", "", &oracle);
    }
}

#[test]
fn cost_details_of_one_dataset_tie_with_the_oracle() {
    let Some(data) = data_and_oracle() else { return };
    for (path, is) in those(&data, |is| matches!(is, Is::Dataset(_))) {
        let Is::Dataset(dataset) = is else { continue };
        let argument = format!("{dataset}:{}", data.join(&path).display());
        let oracle = oracle("azure_totals.py", &[Path::new(&argument)]).unwrap_or_else(|said| panic!("{said}"));
        ties(&data.join(&path), "azure-cost-details", &format!("dataset = \"{dataset}\"\n"), &oracle);
    }
}

/// Lists, reports of other things, archives and files of other formats.
#[test]
fn what_is_refused_is_refused_with_the_reason() {
    let Some(data) = data() else { return };
    for (path, is) in those(&data, |is| matches!(is, Is::Refused(..))) {
        let Is::Refused(format, reason) = is else { continue };
        let source = if format == "azure-cost-details" { "dataset = \"actual\"\n" } else { "" };
        let night = night_of(&data.join(&path), format, source, &["2026-05"]);
        // A file is refused by its name; a set without a charge by the set's.
        let empty = reason.starts_with("holds no charges");
        let name = if empty { "file set 1 of source loose" } else { path.rsplit('/').next().unwrap() };
        let outcome = night.run().exits(1).complains(&format!("error: source: {name}: {reason}"));
        assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{}", outcome.stderr);
        let outcome = outcome.complains("remedy: ").complains("nothing new was published");
        assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
        assert_eq!(night.status()["slots"], serde_json::json!([]), "{path} published something");
    }
}

#[test]
fn buckets_are_read_by_their_manifests() {
    let Some(data) = data_and_oracle() else { return };
    for (path, is) in those(&data, |is| matches!(is, Is::Bucket(..))) {
        let Is::Bucket(format, bucket) = is else { continue };
        assert!(path.starts_with(bucket), "{path}");
        // Once per bucket, not per file.
        if !path.ends_with("Manifest.json") {
            continue;
        }
        let config = format!("catalogue = \"small\"\n\n[[source]]\nid = \"bucket\"\nformat = \"{format}\"\n");
        let night = Night::new(&format!("{config}location = {:?}\n", data.join(bucket)));
        match BUCKETS.iter().find(|(name, _)| *name == bucket).expect("what becomes of the bucket").1 {
            Ok(same) => {
                night.run().exits(0);
                published_is(&night, control_totals(&data.join(same))["totals"].as_array().unwrap(), bucket);
            }
            Err(reason) => {
                night.run().exits(1).complains(reason).complains("nothing new was published");
                assert_eq!(night.status()["slots"], serde_json::json!([]), "{bucket}");
            }
        }
    }
}
