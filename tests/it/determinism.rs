//! Same input, same bytes: run after run, and at any number of threads.

use super::night::{DAY, DEMO, Hashes, RESTATED, files, hashes};
use super::support::Costmill;
use std::path::Path;
use std::time::SystemTime;

/// The lake's data: all but the log, which says when something was published, and the lock.
fn data(lake: &Path) -> Hashes {
    let data = hashes(lake, |path| {
        // The log and what is noted of a run have times.
        !path.starts_with("cost/_delta_log/") && !path.starts_with("runs/") && !path.starts_with('.')
    });
    for folder in ["landed/", "cost/", "rollup/", "publication/"] {
        assert!(data.keys().any(|path| path.starts_with(folder)), "nothing in {folder}");
    }
    data
}

#[test]
fn a_second_run_publishes_nothing_and_changes_no_byte() {
    let night = DEMO.0.copy();
    let written = |night: &super::night::Night| -> Vec<(String, SystemTime)> {
        let lake = night.path("lake");
        let names = files(&lake).into_iter().filter(|path| path != ".lock" && !path.starts_with("runs/"));
        names.map(|name| (name.clone(), lake.join(&name).metadata().unwrap().modified().unwrap())).collect()
    };
    let (state, data_before, times) = (night.state(), data(&night.path("lake")), written(&night));
    night
        .call(&["run", "--as-of", "2026-11-01"])
        .exits(0)
        .says("nothing new: every billing period is published as delivered");
    assert_eq!(night.state(), state);
    assert_eq!(data(&night.path("lake")), data_before);
    assert_eq!(written(&night), times, "a file of the lake was written again, or the log grew");
}

#[test]
fn another_day_is_another_page_and_no_new_version() {
    let night = RESTATED.copy();
    let before = night.state();
    assert_ne!(DAY, "2026-12-24");
    night.call(&["run", "--as-of", "2026-12-24"]).exits(0).says("nothing new");
    let after = night.state();
    assert_eq!((&after.status, &after.live), (&before.status, &before.live));
    assert_ne!(after.artifacts, before.artifacts, "no page says the day");
}

/// Small morsels give every thread of the engine work to bring back in another order.
#[test]
fn one_two_and_four_threads_make_the_same_bytes() {
    let exports = tempfile::tempdir().unwrap();
    let exports = exports.path().to_str().unwrap();
    Costmill::new()
        .args(["sample", "--rows", "300", "--months", "1", "--teams", "5", "--seed", "7", "--out", exports])
        .run()
        .exits(0);
    let config = format!(
        "memory_limit = \"4GiB\"\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"{exports}/aws-cur-legacy\"\n\
         [tags]\ncoverage_key = \"team\"\n"
    );
    let made = [("1", "100000"), ("2", "100000"), ("4", "100000"), ("4", "97")].map(|(threads, morsel)| {
        let run = Costmill::new()
            .file("costmill.toml", &config)
            .args(["run", "--as-of", DAY, "--threads", threads])
            .env("POLARS_IDEAL_MORSEL_SIZE", morsel)
            .run()
            .exits(0);
        (data(&run.folder().join("lake")), hashes(&run.folder().join("out"), |_| true))
    });
    for other in &made[1..] {
        assert_eq!(other, &made[0]);
    }
}
