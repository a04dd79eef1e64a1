//! The layout of Data Exports: which files are a delivery, and what is refused.

use super::bucket::Bill;
use super::exports::{Bucket, CONFIG, cur2};
use super::place::Night;

fn bill() -> Bill {
    cur2(&Bill::hand_worked())
}

fn night(location: &str) -> Night {
    Night::new(&CONFIG.replace("\"exports\"", &format!("{location:?}")))
}

/// One part of all rows.
fn part(bill: &Bill) -> Vec<Vec<u8>> {
    vec![super::bucket::gz(&bill.csv(), 6)]
}

#[test]
fn the_location_may_be_the_bucket_or_any_folder_of_the_export() {
    for location in [".", "exports", "exports/nightly", "exports/nightly/metadata"] {
        let night = night(location);
        Bucket::new(&night).deliver_csv("2026-09", &bill());
        night.run().exits(0).says("ties aws 2026-09: 45 rows");
        let files = night.query("SELECT DISTINCT x_SourceFile FROM cost");
        assert!(files.iter().all(|row| !row["x_SourceFile"].starts_with('/')), "{location}: {files:?}");
    }
}

#[test]
fn focus_exports_spell_the_partition_in_lower_case() {
    let night = night("exports");
    Bucket { partition: "billing_period", ..Bucket::new(&night) }.deliver_csv("2026-09", &bill());
    night.run().exits(0).says("ties aws 2026-09: 45 rows");
}

/// An export that keeps every refresh: only what the manifest names counts, not what lies there.
#[test]
fn each_refresh_in_a_folder_of_its_own() {
    let (first, second) = ("20260930T041500Z-5d1e", "20261002T041500Z-0a77");
    let night = night("exports");
    let bucket = Bucket::new(&night);
    let fewer = Bill { header: bill().header, rows: bill().rows[..40].to_vec() };
    let old = bucket.files("2026-09", first, "csv.gz", &part(&fewer));
    bucket.manifest("2026-09", first, &old);
    bucket.manifest("2026-09", "", &old);
    night.run().exits(0).says("40 rows");
    let new = bucket.files("2026-09", second, "csv.gz", &part(&bill()));
    bucket.manifest("2026-09", second, &new);
    bucket.manifest("2026-09", "", &new);
    night.run().exits(0).says("45 rows");
    // A bucket that holds the executions' own manifests alone: the newest execution counts.
    std::fs::remove_file(night.path("exports/nightly/metadata/BILLING_PERIOD=2026-09/nightly-Manifest.json")).unwrap();
    night.run().exits(0).says("nothing new");
    std::fs::remove_dir_all(night.path(&format!("exports/nightly/metadata/BILLING_PERIOD=2026-09/{second}"))).unwrap();
    night.run().exits(0).says("40 rows");
}

/// Each refusal names the manifest, and what was published stays.
#[test]
fn what_is_wrong_with_a_manifest_is_told() {
    let night = night("exports");
    let bucket = Bucket::new(&night);
    bucket.deliver_csv("2026-09", &bill());
    night.run().exits(0);
    let before = night.standing();
    let key = |number: u32, month: &str| {
        format!("s3://bucket/exports/nightly/data/BILLING_PERIOD={month}/nightly-{number:05}.csv.gz")
    };
    let outside = "s3://bucket/exports/nightly/data/BILLING_PERIOD=2026-09/../../../../costmill.toml".to_string();
    for (keys, complaint) in [
        (vec![key(1, "2026-09"), key(3, "2026-09")], "is not there"),
        (vec![key(1, "2026-09"), key(1, "2026-09")], "nightly-00001.csv.gz twice"),
        (vec![key(1, "2026-08")], "which is of another billing period"),
        (vec!["s3://bucket/exports/nightly/nightly-00001.csv.gz".into()], "which is not under data/BILLING_PERIOD="),
        (vec![outside], "which is no file of the export's folder"),
        (vec![], "names no data files"),
    ] {
        bucket.manifest("2026-09", "", &keys);
        night.run().exits(1).complains(complaint).complains("BILLING_PERIOD=2026-09/nightly-Manifest.json");
        night.still_stands(&before, complaint);
    }
    night.write("exports/nightly/metadata/BILLING_PERIOD=2026-09/nightly-Manifest.json", "{\"dataFiles\": 1}");
    night.run().exits(1).complains("is no report manifest");
    night.still_stands(&before, "no manifest");
}

#[test]
fn a_month_whose_manifest_is_wrong_does_not_stop_another() {
    let night = night("exports");
    let bucket = Bucket::new(&night);
    bucket.deliver_csv("2026-09", &bill());
    bucket.manifest("2026-08", "", &["s3://bucket/exports/nightly/data/BILLING_PERIOD=2026-08/gone.csv.gz".into()]);
    night.run().exits(3).says("published version 0: aws 2026-09").complains("gone.csv.gz");
}

#[test]
fn two_exports_in_one_location_are_refused() {
    let night = night("exports");
    Bucket::new(&night).deliver_csv("2026-09", &bill());
    Bucket { export: "exports/other", ..Bucket::new(&night) }.deliver_csv("2026-09", &bill());
    night.run().exits(1).complains("is a second manifest of 2026-09");
}

#[test]
fn a_location_without_a_manifest_says_what_it_lacks() {
    let night = night("exports");
    night.write("exports/nightly/data/BILLING_PERIOD=2026-09/nightly-00001.csv.gz", "");
    night.run().exits(1).complains("holds no metadata/BILLING_PERIOD=YYYY-MM/*-Manifest.json");
}

/// A bucket that others made: ../shared/data/aws-layouts.
#[test]
fn a_third_party_bucket_is_read() {
    let shared =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/aws-layouts/cur_2_0/s3_structure");
    if !shared.is_dir() {
        eprintln!("skipped: the third-party exports are not here ({} is missing)", shared.display());
        return;
    }
    let night = night("bucket");
    super::place::copy_into(&night, &shared, "mock-cur-v2-bucket", "bucket");
    night.run().exits(0).says("ties aws 2024-09");
    // Four charges: 0.0216 + 0.0216 + 0.047104 + 0.0180.
    let sum = night.query("SELECT SUM(BilledCost) AS billed, COUNT(*) AS charges FROM cost");
    assert_eq!((sum[0]["billed"].as_str(), sum[0]["charges"].as_str()), ("0.108304", "4"));
}
