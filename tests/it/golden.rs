//! What users see, held to files in `tests/golden`. `make golden` writes them anew; the diff is the review.

use super::night::{DEMO, files, root};
use super::support::Costmill;
use std::fs;

/// Compares with a golden file, or writes it.
#[track_caller]
fn golden(name: &str, text: &str) {
    let path = root().join("tests/golden").join(name);
    if std::env::var("COSTMILL_GOLDEN").is_ok_and(|wish| wish == "rewrite") {
        fs::create_dir_all(path.parent().expect("inside")).expect("a folder");
        fs::write(path, text).expect("the golden file");
        return;
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    let (shown, held) = (text.lines().collect::<Vec<_>>(), expected.lines().collect::<Vec<_>>());
    let at = (0..shown.len().max(held.len())).find(|at| shown.get(*at) != held.get(*at));
    if let Some(at) = at {
        panic!(
            "tests/golden/{name}:{} differs\n golden: {}\n  shown: {}\n`make golden` writes what is shown",
            at + 1,
            held.get(at).unwrap_or(&"(the end)"),
            shown.get(at).unwrap_or(&"(the end)")
        );
    }
    assert_eq!(text, expected, "tests/golden/{name} differs in its line ends");
}

/// The answer of a command over the demo's lake.
fn asked(arguments: &[&str]) -> String {
    DEMO.0.call(arguments).exits(0).stdout
}

#[test]
fn explain_mapping() {
    for format in [
        "aws-cur-legacy",
        "aws-cur2",
        "aws-focus",
        "azure-cost-details",
        "azure-focus",
        "gcp-detailed-usage",
        "gcp-focus",
        "focus",
    ] {
        let text = Costmill::new().args(["explain", "mapping", format]).run().exits(0).stdout;
        golden(&format!("explain_mapping_{format}.txt"), &text);
    }
}

#[test]
fn run_says_what_it_does() {
    golden("run.txt", &DEMO.1);
}

#[test]
fn check_says_what_it_checked() {
    golden("check.txt", &asked(&["check"]));
}

#[test]
fn status() {
    // When the runs were, and how long they took, differs; `operation` holds their lines.
    let text = asked(&["status", "--as-of", "2026-11-01"]);
    golden("status.txt", text.split_once("\nrun ").map_or(text.as_str(), |(before, _)| before));
    // The publication key moves with every release; the rest is the user's.
    let text = asked(&["status", "--as-of", "2026-11-01", "--format", "json"]);
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value.as_object_mut().unwrap().remove("runs");
    for slot in value["slots"].as_array_mut().unwrap() {
        let key = slot["publication_key"].as_str().unwrap().to_string();
        assert!(key.len() == 32 && key.bytes().all(|byte| byte.is_ascii_hexdigit()), "{key}");
        slot["publication_key"] = "(a hash)".into();
    }
    golden("status.json", &(serde_json::to_string_pretty(&value).unwrap() + "\n"));
}

#[test]
fn reconcile() {
    golden("reconcile_2026-09.txt", &asked(&["reconcile", "--period", "2026-09"]));
}

#[test]
fn query() {
    let sql = "SELECT BillingCurrency, ServiceName, SUM(BilledCost) AS BilledCost, COUNT(*) AS x_Rows, \
               MIN(x_ChargeDay) AS x_FirstDay FROM cost WHERE x_BillingMonth = '2026-10' AND ServiceCategory = 'Compute' \
               GROUP BY BillingCurrency, ServiceName ORDER BY BillingCurrency, ServiceName";
    for (format, ending) in [("table", "txt"), ("csv", "csv"), ("json", "json")] {
        golden(&format!("query.{ending}"), &asked(&["query", sql, "--format", format]));
    }
}

/// Every figure of the October review.
#[test]
fn monthly_review() {
    let (shown, held) = (DEMO.0.path("out/2026-10/monthly_review"), root().join("tests/golden/monthly_review"));
    if std::env::var("COSTMILL_GOLDEN").is_ok_and(|wish| wish == "rewrite") && held.exists() {
        fs::remove_dir_all(&held).unwrap();
    }
    let csv = |folder| files(folder).into_iter().filter(|path| path.ends_with(".csv")).collect::<Vec<_>>();
    let names = csv(&shown);
    assert!(names.len() > 3, "{names:?}");
    for name in &names {
        golden(&format!("monthly_review/{name}"), &fs::read_to_string(shown.join(name)).unwrap());
    }
    assert_eq!(names, csv(&held), "a section is new or gone");
}
