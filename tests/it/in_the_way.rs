//! Good input, and something in the way: claims that contradict each other, a lake or an output
//! folder that cannot be written, a full disk, another run.

use super::bucket::{Bill, CONFIG, FOCUS, PERIOD, deliver, focus, focus_source, gz, manifest, part, published};
use super::place::Night;
use std::fs::{self, File};
use std::path::Path;
use std::process::Command;

/// One more charge of 1 USD, so that there is something to publish.
fn restated() -> Bill {
    let mut bill = Bill::hand_worked();
    let mut row = bill.rows[19].clone();
    row[bill.at("identity/LineItemId")] = "hw99".into();
    row[bill.at("lineItem/UnblendedCost")] = "1".into();
    bill.rows.push(row);
    bill
}

/// Publishes `s-1` of 2026-09 from one file.
fn focus_published() -> Night {
    let night = Night::new(&focus_source("loose", &[("[\"2026-09\"]", "[\"a.csv\"]")]));
    night.write("exports/a.csv", focus("s-1", "2026-09"));
    night.run().exits(0);
    night
}

#[test]
fn two_file_sets_with_one_account_and_period_are_an_error() {
    let night = focus_published();
    let before = night.standing();
    let sets = [("[\"2026-09\"]", "[\"a.csv\"]"), ("[\"2026-09\"]", "[\"b.csv\"]")];
    night.write("costmill.toml", focus_source("loose", &sets));
    night.write("exports/b.csv", focus("s-1", "2026-09").replace("1.5", "7"));
    let outcome = night.run().exits(1).complains("loose 2026-09, billing account b-1, sub account s-1");
    let outcome = outcome.complains("file set 1 of source loose and file set 2 of source loose both claim it");
    outcome.complains("remedy: let each account and period be in one file set");
    night.still_stands(&before, "two file sets");

    // Another account is another matter.
    night.write("exports/b.csv", focus("s-2", "2026-09"));
    night.run().exits(0);
    assert_eq!(night.status()["slots"][0]["rows"], 4);
}

/// One set of a period is refused: the other alone is not the period.
#[test]
fn a_refused_file_set_holds_up_the_other_sets_of_its_period() {
    let night = Night::new(&focus_source(
        "loose",
        &[("[\"2026-09\"]", "[\"a.csv\"]"), ("[\"2026-09\"]", "[\"b.csv\"]"), ("[\"2026-08\"]", "[\"c.csv\"]")],
    ));
    night.write("exports/a.csv", focus("s-1", "2026-09"));
    night.write("exports/b.csv", focus("s-2", "2026-09"));
    night.write("exports/c.csv", focus("s-1", "2026-08"));
    night.run().exits(0);
    let september = night.query("SELECT SUM(BilledCost) AS x FROM cost WHERE x_BillingMonth = '2026-09'");
    assert_eq!(september[0]["x"], "3.5");
    night.write("exports/a.csv", focus("s-1", "2026-09").replace("0.25", "0.75"));
    night.write("exports/c.csv", focus("s-1", "2026-08").replace("0.25", "0.75"));
    for name in ["no money", "no file"] {
        match name {
            "no money" => night.write("exports/b.csv", focus("s-2", "2026-09").replace("1.5", "x")),
            _ => fs::remove_file(night.path("exports/b.csv")).unwrap(),
        }
        night.run().exits(if name == "no money" { 3 } else { 1 }).complains("error: source: ");
        let stands = night.query("SELECT SUM(BilledCost) AS x FROM cost WHERE x_BillingMonth = '2026-09'");
        assert_eq!(stands, september, "{name}");
    }
}

/// A period that is declared and not delivered would be replaced by nothing.
#[test]
fn a_declared_period_without_charges_is_an_error() {
    let night = focus_published();
    let before = night.standing();
    night.write("costmill.toml", focus_source("loose", &[("[\"2026-09\", \"2026-10\"]", "[\"a.csv\"]")]));
    let outcome = night.run().exits(1).complains("file set 1 of source loose: holds no charge of 2026-10");
    outcome.complains("remedy: ");
    night.still_stands(&before, "a period without charges");
}

#[test]
fn two_sources_with_one_sub_account_do_not_tie() {
    let night = focus_published();
    let before = night.standing();
    let one = focus_source("loose", &[("[\"2026-09\"]", "[\"a.csv\"]")]);
    let again = focus_source("again", &[("[\"2026-09\"]", "[\"b.csv\"]")]);
    let config = one + &again.replace("catalogue = \"small\"\n", "");
    night.write("costmill.toml", &config);
    night.write("exports/b.csv", focus("s-1", "2026-09").replace("b-1", "b-2"));
    let outcome = night.run().exits(4).complains("2026-09, sub account s-1, USD");
    outcome.complains("is in source again and in source loose").complains("remedy: take one of the two sources out");
    night.still_stands(&before, "two sources");
}

#[test]
fn a_file_named_twice_or_doubled_is_an_error() {
    let night = focus_published();
    let before = night.standing();
    let text = focus("s-1", "2026-09");
    for (files, names, says) in [
        ("[\"a.csv\", \"?.csv\"]", &[][..], "a.csv: is named twice"),
        ("[\"a.csv\", \"b.csv\"]", &[("b.csv", text.clone().into_bytes())], "b.csv: holds the same rows as a.csv"),
        (
            "[\"a.csv\", \"b.csv.gz\"]",
            &[("b.csv.gz", gz(text.as_bytes(), 1))],
            "b.csv.gz: holds the same rows as a.csv",
        ),
        ("[\"nothing-*.csv\"]", &[], "file set 1 of source loose: `nothing-*.csv` matches no file"),
        ("[\"gone.csv\"]", &[], "file set 1 of source loose: `gone.csv` matches no file"),
    ] {
        let night = night.copy();
        night.write("costmill.toml", focus_source("loose", &[("[\"2026-09\"]", files)]));
        names.iter().for_each(|(name, bytes)| night.write(&format!("exports/{name}"), bytes));
        night.run().exits(1).complains(&format!("error: source: {says}")).complains("remedy: ");
        night.still_stands(&before, says);
    }
}

#[test]
fn a_period_that_no_file_set_declares_is_an_error() {
    let night = focus_published();
    let before = night.standing();
    let august = focus("s-1", "2026-08");
    night.write("exports/a.csv", focus("s-1", "2026-09") + august.strip_prefix(FOCUS).unwrap());
    let outcome = night.run().exits(1);
    let outcome = outcome.complains("a.csv, row 3: is a charge of billing period 2026-08, which its file set does not");
    outcome.complains("add \"2026-08\" to billing_periods (now \"2026-09\")");
    night.still_stands(&before, "an undeclared period");
}

#[test]
fn a_mistyped_config_is_refused_before_anything_is_touched() {
    let night = published();
    let before = night.standing();
    restated().deliver(&night);
    for (key, mistyped, says) in [
        ("format = ", "fromat = ", "unknown key `fromat`"),
        ("aws-cur-legacy", "aws-cur", "unknown export format `aws-cur`"),
        ("location", "locations", "unknown key `locations`"),
        ("coverage_key", "coverage-key", "unknown key `coverage-key`"),
        ("[[source]]", "[[sources]]", "unknown key `sources`"),
    ] {
        night.write("costmill.toml", CONFIG.replacen(key, mistyped, 1));
        for command in ["run", "check"] {
            let outcome = night.costmill(&[command]).exits(2).complains("error: settings: costmill.toml:");
            let outcome = outcome.complains(says).complains("remedy: ");
            assert_eq!((outcome.stderr.matches("error: ").count(), outcome.stdout.as_str()), (1, ""));
        }
    }
    night.write("costmill.toml", CONFIG);
    night.still_stands(&before, "mistyped keys");
}

#[test]
fn one_broken_period_does_not_hold_up_the_others() {
    let august = "20260801-20260901";
    for (name, says) in [("truncated", "the file is truncated"), ("missing", "is not there")] {
        let night = published();
        let september = night.query("SELECT SUM(BilledCost) AS x FROM cost WHERE BillingCurrency = 'USD'");
        let parts: Vec<_> = Bill::hand_worked().of_august().parts().iter().map(|part| gz(part, 6)).collect();
        deliver(&night, august, &parts);
        restated().deliver(&night);
        let broken = night.path(&part(PERIOD, 3));
        match name {
            "truncated" => {
                let bytes = fs::read(&broken).unwrap();
                fs::write(&broken, &bytes[..bytes.len() / 2]).unwrap();
            }
            _ => fs::remove_file(&broken).unwrap(),
        }
        let outcome = night.run().exits(3).complains(says).says("published version 1: aws 2026-08");
        assert!(!outcome.stderr.contains("nothing new was published"), "{}", outcome.stderr);
        let status = night.status();
        let months: Vec<_> = status["slots"].as_array().unwrap().iter().map(|s| s["billing_period"].clone()).collect();
        assert_eq!(months, ["2026-08", "2026-09"]);
        let where_september = "FROM cost WHERE BillingCurrency = 'USD' AND x_BillingMonth = '2026-09'";
        assert_eq!(night.query(&format!("SELECT SUM(BilledCost) AS x {where_september}")), september, "{name}");
    }
}

#[test]
fn a_manifest_beside_another_of_the_same_period_is_an_error() {
    let night = published();
    let before = night.standing();
    let text = night.read(&manifest(PERIOD));
    night.write(&format!("exports/weekly/{PERIOD}/weekly-Manifest.json"), text);
    let outcome = night.run().exits(1).complains("weekly-Manifest.json: is a second manifest of 2026-09, beside ");
    outcome.complains("remedy: make one source of each export");
    night.still_stands(&before, "a second manifest");
}

#[test]
fn a_source_that_is_not_there_is_an_error() {
    let night = published();
    let before = night.standing();
    for (location, says) in [
        ("exprots", "exprots: is no folder"),
        ("costmill.toml", "costmill.toml: is no folder"),
        ("lake/landed", "lake/landed: holds no *-Manifest.json"),
    ] {
        night.write("costmill.toml", CONFIG.replace("\"exports\"", &format!("{location:?}")));
        night.run().exits(1).complains(&format!("error: source: {says}")).complains("remedy: ");
    }
    night.write("costmill.toml", CONFIG);
    night.still_stands(&before, "no source");
}

/// Moves a folder aside and puts a file in its place.
fn put_file_at(night: &Night, name: &str) {
    let path = night.path(name);
    if path.exists() {
        fs::rename(&path, night.path("aside")).unwrap();
    }
    night.write(name, "in the way");
}

/// Takes the file away and puts the folder back.
fn put_back(night: &Night, name: &str) {
    assert_eq!(night.read(name), "in the way", "somebody else's file was touched");
    fs::remove_file(night.path(name)).unwrap();
    if night.path("aside").exists() {
        fs::rename(night.path("aside"), night.path(name)).unwrap();
    }
}

#[test]
fn a_file_where_the_lake_or_the_output_must_be() {
    let good = published();
    let before = good.standing();
    restated().deliver(&good);
    for name in ["lake", "lake/tmp", "lake/landed/aws", "lake/rollup", "lake/publication", "out", "out/2026-09"] {
        let night = good.copy();
        put_file_at(&night, name);
        let outcome = night.run().exits(1).complains("error: lake: ").complains("remedy: ").complains(name);
        assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{name}\n{}", outcome.stderr);
        assert!(outcome.stderr.contains("move it") || outcome.stderr.contains("move the file"), "{}", outcome.stderr);
        assert!(!outcome.stdout.contains("published version"), "{name}\n{}", outcome.stdout);
        put_back(&night, name);
        night.still_stands(&before, name);
        night.run().exits(0).says("published version 1");
    }
}

#[test]
fn a_folder_of_other_things_is_no_lake() {
    let night = Night::new(&format!("lake = \"photos\"\n{CONFIG}"));
    night.write("photos/holiday.jpg", "sea");
    Bill::hand_worked().deliver(&night);
    let outcome = night.run().exits(1).complains("photos: this folder is no lake");
    outcome.complains("holds other things, as `holiday.jpg`").complains("name an empty or a new folder");
    assert_eq!(fs::read_dir(night.path("photos")).unwrap().count(), 1, "nothing was added to it");
}

#[test]
fn a_lake_of_a_newer_costmill_is_refused() {
    let night = published();
    let lake = night.read("lake/lake.json");
    night.write("lake/lake.json", lake.replace(":1", ":2"));
    night.run().exits(1).complains("lake.json: the lake has format 2").complains("remedy: use the costmill that wrote");
    night.costmill(&["status"]).exits(1).complains("the lake has format 2");
}

#[test]
fn two_runs_at_once_and_readers_beside_them() {
    let night = published();
    let before = night.standing();
    restated().deliver(&night);
    let held = File::options().read(true).write(true).open(night.path("lake/.lock")).unwrap();
    held.lock().unwrap();
    let outcome = night.run().exits(1).complains("error: lake: ").complains("another costmill run");
    outcome.complains("holds the lake").complains("remedy: wait until it has ended");
    night.still_stands(&before, "another run");
    // Readers wait for nobody.
    night.costmill(&["status"]).exits(0).says("version 0");
    night.costmill(&["reconcile", "--period", "2026-09"]).exits(0).says("aws 2026-09: ties");
    drop(held);
    night.run().exits(0).says("published version 1");
}

/// A tmpfs of a given size, gone when dropped; `None`, with the reason printed, where it cannot be mounted.
struct SmallDisk<'a>(&'a Path);

impl<'a> SmallDisk<'a> {
    fn mount(path: &'a Path, bytes: u64) -> Option<Self> {
        fs::create_dir_all(path).unwrap();
        let size = format!("size={bytes}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(path).output();
        match mounted {
            Ok(output) if output.status.success() => Some(Self(path)),
            other => {
                eprintln!("skipped: a small disk cannot be mounted here (it takes root): {other:?}");
                None
            }
        }
    }

    fn resize(&self, bytes: u64) {
        let size = format!("remount,size={bytes}");
        let output = Command::new("mount").args(["-o", &size]).arg(self.0).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Leaves so many bytes free: pages of 4 KiB.
    fn fill(&self, free: u64) {
        let mut size = 1 << 24;
        let filler = self.0.join("filler");
        while size >= 4096 {
            let mut file = File::options().create(true).append(true).open(&filler).unwrap();
            while std::io::Write::write_all(&mut file, &vec![0; size]).is_ok() {}
            size /= 2;
        }
        let file = File::options().write(true).open(&filler).unwrap();
        file.set_len(file.metadata().unwrap().len() / 4096 * 4096 - free).unwrap();
    }
}

impl Drop for SmallDisk<'_> {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0).output();
    }
}

#[test]
fn a_full_disk_under_lake_or_output_leaves_what_was_published() {
    for under in ["lake", "out"] {
        let night = Night::new(CONFIG);
        let path = night.path(under);
        let Some(disk) = SmallDisk::mount(&path, 64 << 20) else { return };
        Bill::hand_worked().deliver(&night);
        night.run().exits(0).says("published version 0");
        let before = night.standing();
        restated().deliver(&night);
        // Full at the first byte, while landing, while staging, while rendering.
        for free in [0, 4096, 16 << 10, 64 << 10, 160 << 10] {
            let _ = fs::remove_file(path.join("filler"));
            let _ = fs::remove_dir_all(path.join("landed"));
            let _ = fs::remove_dir_all(path.join(".costmill-next"));
            disk.fill(free);
            let outcome = night.run();
            let _ = fs::remove_file(path.join("filler"));
            if outcome.status == 0 {
                assert!(free > 0, "{under}: a disk that was full at the start held a whole night");
                break;
            }
            let outcome = outcome.exits(1).complains("error: lake: ").complains("No space left on device");
            let outcome = outcome.complains("free space");
            assert_eq!(outcome.stderr.matches("error: ").count(), 1, "{under}, {free}\n{}", outcome.stderr);
            night.still_stands(&before, &format!("{under} with {free} bytes free"));
        }
        disk.resize(128 << 20);
        night.run().exits(0);
        assert_eq!(night.status()["slots"][0]["rows"], 46, "with room again, the night ends as it should have");
    }
}
