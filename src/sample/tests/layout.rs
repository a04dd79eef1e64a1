//! What is written where, and when it is written again.

use std::path::Path;

use super::{Row, committed, files, made, manifest, rows_of, standing, whole};
use crate::focus::Money;
use crate::sample::{SampleOptions, generate};

#[test]
fn the_committed_set_is_what_its_seed_makes() {
    let mut committed = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data"));
    committed.remove(Path::new("README.md"));
    let made = files(whole().folder.path());
    assert_eq!(committed.keys().collect::<Vec<_>>(), made.keys().collect::<Vec<_>>());
    for (path, bytes) in &made {
        assert!(committed[path] == *bytes, "{} differs: make the set again (sample-data/README.md)", path.display());
    }
    assert!(made.values().map(Vec::len).sum::<usize>() < 9 << 18, "the set must stay under 2.25 MiB");
}

#[test]
fn what_one_cloud_is_billed_for_does_not_depend_on_the_others() {
    let (alone, together) = (files(made().folder.path()), files(whole().folder.path()));
    for (path, bytes) in
        alone.iter().filter(|(path, _)| path.starts_with("aws-cur-legacy") || path.starts_with("utilisation"))
    {
        assert!(together[path] == *bytes, "{}", path.display());
    }
    assert!(!alone.keys().any(|path| path.starts_with("truths/totals.csv")));
}

#[test]
fn the_summary_counts_what_is_there() {
    let files = files(&made().folder.path().join("aws-cur-legacy"));
    let rows: usize = standing().values().map(Vec::len).sum();
    let bytes: usize = files.values().map(Vec::len).sum();
    let summary = made().summary;
    assert_eq!((summary.files, summary.rows, summary.bytes), (files.len(), rows as u64, bytes as u64));
    let asked = committed().rows as f64;
    assert!((summary.rows as f64 / asked - 1.0).abs() < 0.15, "{} rows for {asked}", summary.rows);
}

#[test]
fn one_month_was_restated() {
    let root = made().folder.path();
    let range = root.join("aws-cur-legacy/exports/nightly/20260901-20261001");
    let newest = manifest(&range.join("nightly-Manifest.json"));
    let folders = std::fs::read_dir(&range).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let deliveries: Vec<_> = folders.map(|folder| manifest(&folder.join("nightly-Manifest.json"))).collect();
    assert_eq!(deliveries.len(), 2);
    assert!(deliveries.contains(&newest));
    let first = deliveries.iter().find(|delivery| **delivery != newest).unwrap();
    assert_eq!(first["billingPeriod"], newest["billingPeriod"]);

    let (before, after) = (rows_of(root, first), rows_of(root, &newest));
    let gone: Vec<&Row> = before.iter().filter(|row| !after.iter().any(|other| other.0 == row.0)).collect();
    let come: Vec<&Row> = after.iter().filter(|row| !before.iter().any(|other| other.0 == row.0)).collect();
    // Only the tax line left its place, and it came back in another account.
    assert_eq!(gone.iter().map(|row| row.kind()).collect::<Vec<_>>(), ["Tax"]);
    let moved = come.iter().find(|row| row.kind() == "Tax").unwrap();
    assert_eq!(moved.text("identity/LineItemId"), gone[0].text("identity/LineItemId"));
    assert_eq!(moved.unblended(), gone[0].unblended());
    assert_ne!(moved.text("lineItem/UsageAccountId"), gone[0].text("lineItem/UsageAccountId"));
    assert_eq!(come.iter().filter(|row| row.kind() == "Refund" && row.unblended() < Money::ZERO).count(), 1);
    assert_eq!(come.iter().filter(|row| row.kind() == "Usage").count(), 8, "late usage of four days");
    assert_eq!(come.len(), 10);
}

#[test]
fn an_export_that_is_a_shadow_comes_after_its_primary() {
    use crate::sample::Export::{AzureCostDetails, AzureFocus, GcpDetailedUsage, GcpFocus, GcpStandardUsage};
    let folder = tempfile::tempdir().unwrap();
    for (exports, first) in [
        (vec![AzureFocus], "azure-cost-details"),
        (vec![AzureFocus, AzureCostDetails], "azure-cost-details"),
        (vec![GcpStandardUsage, GcpDetailedUsage], "gcp-detailed-usage"),
        (vec![GcpFocus], "gcp-detailed-usage"),
    ] {
        let refused = generate(&SampleOptions { exports, ..committed() }, folder.path()).unwrap_err().to_string();
        assert!(refused.contains(&format!("ask for {first} before it")), "{refused}");
    }
}

#[test]
fn options_out_of_bounds_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for options in [
        SampleOptions { parts: 1, ..committed() },
        SampleOptions { months: 0, ..committed() },
        SampleOptions { rows: 0, ..committed() },
        SampleOptions { teams: 4, ..committed() },
        SampleOptions { teams: 201, ..committed() },
        SampleOptions { exports: Vec::new(), ..committed() },
    ] {
        assert_eq!(generate(&options, folder.path()).unwrap_err().exit_code(), 2);
    }
    assert!(files(folder.path()).is_empty());
}
