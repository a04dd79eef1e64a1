//! `[[deliver]]` to a folder: what an audience gets, once, and nothing that is not its own.

use super::bucket::{Bill, CONFIG};
use super::place::{AS_OF, Night, files};
use super::support::Outcome;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::time::SystemTime;

const FINANCE: &str = "title = \"Books\"\naudience = \"Finance, and who keeps the books\"\n[[section]]\nid = \"cost_total\"\n\
                       title = \"Cost\"\nquery = \"metric/cost_total\"\nchart = \"table\"\n\
                       columns = [\"EffectiveCost\", \"BilledCost\"]\n";
const LIST: &str = ".costmill-delivered.json";

/// Two reports for two audiences, of September.
fn night(more: &str) -> Night {
    let night = Night::new(&format!("{CONFIG}{more}"));
    night.write("small/reports/books.toml", FINANCE);
    Bill::hand_worked().deliver(&night);
    night
}

fn run(night: &Night) -> Outcome {
    night.costmill(&["run", "--as-of", AS_OF, "--record", "record.json"])
}

fn delivered(night: &Night) -> Value {
    let record: Value = serde_json::from_str(&night.read("record.json")).expect("JSON");
    record["delivered"].clone()
}

fn names(folder: std::path::PathBuf) -> Vec<String> {
    files(folder).into_keys().filter(|name| name != LIST).collect()
}

/// When each file was written last.
fn times(folder: &Path) -> BTreeMap<String, SystemTime> {
    let name = files(folder.to_path_buf()).into_keys();
    name.map(|name| (name.clone(), fs::metadata(folder.join(&name)).unwrap().modified().unwrap())).collect()
}

#[test]
fn everything_is_delivered_once_under_its_names() {
    let night = night("[[deliver]]\nto = \"share\"\n");
    run(&night).exits(0).says("delivered to share: ");
    let (out, share) = (files(night.path("out")), files(night.path("share")));
    let of_out: Vec<&String> = out.keys().filter(|name| !name.ends_with("index.json")).collect();
    assert_eq!(names(night.path("share")).iter().collect::<Vec<_>>(), of_out);
    assert!(of_out.len() > 4, "{of_out:?}");
    // The same bytes, the front pages included: there is nothing that they do not link.
    assert!(of_out.iter().all(|name| share[*name] == out[*name]));
    let first = delivered(&night);
    assert_eq!(
        (&first[0]["written"], &first[0]["unchanged"], &first[0]["done"]),
        (&json!(of_out.len()), &json!(0), &json!(true))
    );

    let before = times(&night.path("share"));
    run(&night).exits(0);
    assert_eq!(times(&night.path("share")), before, "nothing is written again");
    assert_eq!(
        (&delivered(&night)[0]["written"], &delivered(&night)[0]["unchanged"]),
        (&json!(0), &json!(of_out.len()))
    );

    // What somebody took away or cut short there comes back; another file of theirs stays.
    fs::remove_file(night.path("share/index.html")).unwrap();
    night.write("share/2026-09/books.html", "cut");
    night.write("share/notes.txt", "theirs");
    run(&night).exits(0).says("2 files");
    assert_eq!(fs::read(night.path("share/2026-09/books.html")).unwrap(), out["2026-09/books.html"]);
    assert_eq!(night.read("share/notes.txt"), "theirs");
}

#[test]
fn an_audience_gets_its_own_and_front_pages_that_link_no_other() {
    let night = night(
        "[[deliver]]\naudience = \"finance\"\nto = \"finance\"\n\
         [[deliver]]\naudience = \"us\"\nto = \"us\"\nwhat = [\"csv\"]\n\
         [[deliver]]\naudience = \"finance\"\nto = \"pages\"\nwhat = [\"pages\"]\n",
    );
    run(&night).exits(0);
    let finance = names(night.path("finance"));
    assert!(finance.iter().all(|name| !name.contains("review")), "{finance:?}");
    let expected = ["2026-09/books.html", "2026-09/books/cost_total.csv", "2026-09/index.html", "index.html"];
    assert!(expected.iter().all(|name| finance.contains(&(*name).to_string())), "{finance:?}");
    for front in ["finance/index.html", "finance/2026-09/index.html"] {
        let html = night.read(front);
        assert!(html.contains("books.html") && !html.contains("review.html"), "{front}");
    }
    // Nor does the page itself link its sister, as the one in the output folder does.
    let page = |folder: &str| night.read(&format!("{folder}/2026-09/books.html"));
    assert!(page("out").contains("href=\"review.html\"") && !page("finance").contains("review.html"));
    assert_eq!(names(night.path("us")), ["2026-09/review/cost_total.csv"]);
    assert!(names(night.path("pages")).iter().all(|name| !name.ends_with(".csv")));
    let audiences: Vec<Value> =
        delivered(&night).as_array().unwrap().iter().map(|one| one["audience"].clone()).collect();
    assert_eq!(audiences, [json!("finance"), json!("us"), json!("finance")]);
}

#[test]
fn an_audience_that_no_report_has_is_a_fault_of_the_configuration() {
    let night = night("[[deliver]]\naudience = \"fnance\"\nto = \"share\"\n");
    for command in ["check", "run"] {
        let told = night.costmill(&[command]).exits(2);
        told.complains("[[deliver]] to share: no report has the audience `fnance`")
            .complains("Finance, and who keeps the books");
    }
    assert!(!night.path("share").exists());
}

#[test]
fn only_what_was_delivered_is_taken_away() {
    let night = night("[[deliver]]\nto = \"share\"\nperiods = \"newest\"\n");
    run(&night).exits(0);
    // The newest period is another one now, and a report is gone.
    let october = Bill::hand_worked()
        .set_all("bill/BillingPeriodStartDate", "2026-10-01T00:00:00.000Z")
        .set_all("bill/BillingPeriodEndDate", "2026-11-01T00:00:00.000Z");
    super::bucket::deliver(
        &night,
        "20261001-20261101",
        &october.parts().iter().map(|part| super::bucket::gz(part, 6)).collect::<Vec<_>>(),
    );
    night.write("share/2026-09/notes.txt", "theirs");
    fs::remove_file(night.path("small/reports/books.toml")).unwrap();
    run(&night);
    let there = names(night.path("share"));
    assert!(there.contains(&"2026-09/notes.txt".to_string()), "{there:?}");
    assert!(there.iter().all(|name| name == "2026-09/notes.txt" || !name.starts_with("2026-09")), "{there:?}");
    assert!(
        there.contains(&"2026-10/review.html".to_string()) && !there.contains(&"2026-10/books.html".to_string()),
        "{there:?}"
    );
    assert!(delivered(&night)[0]["removed"].as_u64() > Some(2));
}

#[test]
fn a_closed_period_is_not_delivered_among_the_open_ones() {
    let night = night("[[deliver]]\nto = \"open\"\nperiods = \"open\"\n[[deliver]]\nto = \"all\"\n");
    run(&night).exits(0);
    assert!(night.path("open/2026-09").exists());
    night.costmill(&["close", "--period", "2026-09", "--as-of", AS_OF, "--by", "anna"]).exits(0);
    run(&night).exits(0);
    assert!(!night.path("open/2026-09").exists() && night.path("all/2026-09").exists());
}

/// A file of somebody else's is not written over, the run says so and ends in 3, and what it published stands.
#[test]
fn what_stands_in_the_way_is_told_and_stays() {
    let night = night("[[deliver]]\nto = \"share\"\n[[deliver]]\nto = \"file\"\n[[deliver]]\nto = \"third\"\n");
    night.write("share/index.html", "theirs");
    night.write("file", "a file");
    let told = run(&night).exits(3).says("published version 0");
    told.complains("share/index.html: stands there and was not delivered by costmill")
        .complains("file: cannot be delivered");
    assert_eq!(night.read("share/index.html"), "theirs");
    assert_eq!(names(night.path("share")), ["index.html"]);
    let done: Vec<Value> = delivered(&night).as_array().unwrap().iter().map(|one| one["done"].clone()).collect();
    assert_eq!(done, [json!(false), json!(false), json!(true)]);
    night.costmill(&["status"]).exits(0).says("not delivered: share");
    // The next run, with nothing new, takes it up.
    fs::remove_file(night.path("share/index.html")).unwrap();
    fs::remove_file(night.path("file")).unwrap();
    run(&night).exits(0);
    assert_eq!(names(night.path("share")), names(night.path("third")));
}

/// Data first, pages then, the index last; the next run finishes it.
#[test]
fn an_interrupted_delivery_shows_no_page_without_its_data() {
    for (pass, ends) in [(1, &[][..]), (2, &[".csv"]), (3, &[".csv", "books.html"]), (4, &["2026-09/index.html"])] {
        let night = night("[[deliver]]\nto = \"share\"\n");
        assert_eq!(night.run_armed(&format!("outbox.before_put@{pass}")).status, -1);
        let there = names(night.path("share"));
        assert!(ends.iter().all(|end| there.iter().any(|name| name.ends_with(end))), "{pass}: {there:?}");
        assert!(!there.contains(&"index.html".to_string()), "{pass}: {there:?}");
        assert!(pass > 2 || there.iter().all(|name| !name.ends_with(".html")), "{pass}: {there:?}");
        run(&night).exits(0);
        let whole: Vec<String> =
            names(night.path("out")).into_iter().filter(|name| !name.ends_with("index.json")).collect();
        assert_eq!(names(night.path("share")), whole);
    }
    let night = night("[[deliver]]\nto = \"share\"\n");
    run(&night).exits(0);
    fs::remove_file(night.path("small/reports/books.toml")).unwrap();
    assert_eq!(night.run_armed("outbox.before_remove@2").status, -1);
    run(&night).exits(0);
    assert!(names(night.path("share")).iter().all(|name| !name.contains("books")));
}

/// Offline nothing is sent; a folder is delivered to.
#[test]
fn offline_delivers_to_folders_alone() {
    let night = night("[[deliver]]\nto = \"share\"\n");
    run(&night).exits(0);
    let store = "[[deliver]]\nto = \"s3://pages/x\"\nendpoint = \"http://127.0.0.1:1\"\nallow_http = true\n";
    night.write("costmill.toml", night.read("costmill.toml") + store);
    fs::remove_file(night.path("share/index.html")).unwrap();
    let told = night.costmill(&["run", "--offline", "--as-of", AS_OF, "--record", "record.json"]).exits(0);
    told.says("offline: nothing is delivered to s3://pages/x");
    assert!(night.path("share/index.html").exists());
    assert_eq!((&delivered(&night)[0]["done"], &delivered(&night)[1]["done"]), (&json!(true), &json!(false)));
}

/// A night of September and October, delivered.
fn two_months() -> Night {
    let night = night("[[deliver]]\nto = \"share\"\n");
    let october = Bill::hand_worked()
        .set_all("bill/BillingPeriodStartDate", "2026-10-01T00:00:00.000Z")
        .set_all("bill/BillingPeriodEndDate", "2026-11-01T00:00:00.000Z");
    let parts: Vec<_> = october.parts().iter().map(|part| super::bucket::gz(part, 6)).collect();
    super::bucket::deliver(&night, "20261001-20261101", &parts);
    run(&night);
    assert!(night.path("share/2026-09").exists() && night.path("share/2026-10").exists());
    night
}

/// What is published and merely not in the output folder is no less wanted where it was delivered.
#[test]
fn a_published_month_without_pages_here_is_not_taken_away_there() {
    let night = two_months();
    let before = files(night.path("share"));
    fs::remove_dir_all(night.path("out")).unwrap();
    let told = night.costmill(&["run", "--as-of", AS_OF, "--period", "2026-09"]);
    told.complains("share: 2026-10 is published and has no whole pages in out: what was delivered of it stays");
    let after = files(night.path("share"));
    assert_eq!(after.keys().collect::<Vec<_>>(), before.keys().collect::<Vec<_>>());
    assert_eq!(after["index.html"], before["index.html"], "it links both");
    let told = run(&night);
    assert!(!told.stderr.contains("no whole pages"), "{}", told.stderr);
    assert_eq!(files(night.path("share")), before);
}

#[test]
fn pages_that_go_elsewhere_for_once_are_not_delivered() {
    let night = two_months();
    let before = files(night.path("share"));
    let told = night.costmill(&["run", "--as-of", AS_OF, "--output", "try", "--period", "2026-09"]);
    told.complains("nothing is delivered to share: --output or COSTMILL_OUTPUT has the pages in try");
    assert_eq!(files(night.path("share")), before);
    // The configuration's own folder by another way is no other.
    let told = night.costmill(&["run", "--as-of", AS_OF, "--output", "out"]);
    assert!(!told.stderr.contains("nothing is delivered"), "{}", told.stderr);
}
