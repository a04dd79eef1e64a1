//! What the commands do with a published lake, and how they end.

use super::night::{DEMO, Night, PUBLISHED, RESTATED, hashes};
use super::support::Costmill;

const COUNT: &str =
    "SELECT x_BillingMonth, COUNT(*) AS x_Rows FROM cost GROUP BY x_BillingMonth ORDER BY x_BillingMonth";

/// A query reads the published tables and nothing else, and changes nothing.
#[test]
fn query_refuses_all_but_reading_the_tables() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(&secret, "word\nsesame\n").unwrap();
    let secret = secret.path().display().to_string();
    let before = hashes(&RESTATED.path("lake"), |_| true);
    for sql in [
        "INSERT INTO cost VALUES (1)".to_string(),
        "DROP TABLE cost".into(),
        "DELETE FROM cost".into(),
        "TRUNCATE TABLE cost".into(),
        "UPDATE cost SET BilledCost = 0".into(),
        "CREATE TABLE t AS SELECT * FROM cost".into(),
        "SELECT COUNT(*) AS n FROM cost; DROP TABLE cost".into(),
        format!("SELECT * FROM read_csv('{secret}')"),
        format!("SELECT * FROM '{secret}'"),
        "SELECT * FROM read_csv('/etc/hostname')".into(),
        "SELECT * FROM nowhere".into(),
        "SELECT".into(),
        String::new(),
    ] {
        let refused = RESTATED.call(&["query", &sql]).exits(2).complains("error: ").complains("remedy: ");
        assert_eq!(refused.stdout, "", "{sql}");
        assert!(!refused.stderr.contains("sesame"), "{sql}");
    }
    assert_eq!(hashes(&RESTATED.path("lake"), |_| true), before);
}

/// A query of the catalogue, by its id, with the parameters a report would give it.
#[test]
fn query_asks_the_catalogue_too() {
    let asked = ["query", "metric/cost_total", "--period", "2026-09", "--format", "csv"];
    PUBLISHED.call(&asked).exits(0).says("4812.4470000181");
    let typo = ["query", "metric/cost_totl", "--period", "2026-09"];
    PUBLISHED.call(&typo).exits(2).complains("did you mean `metric/cost_total`?");
    PUBLISHED.call(&["query", "metric/cost_total", "--param", "limit=3"]).exits(2).complains("no parameter");
    PUBLISHED.call(&["query", "metric/cost_total", "--param", "limit"]).exits(2).complains("--param name=value");
    PUBLISHED.call(&["query", COUNT, "--period", "2026-09"]).exits(2).complains("belong to a query of the catalogue");
}

#[test]
fn an_older_version_is_what_was_believed_then() {
    let rows = |version: &[&str]| {
        let arguments = [&["query", COUNT, "--format", "csv"], version].concat();
        RESTATED.call(&arguments).exits(0).stdout
    };
    assert_eq!(rows(&["--version", "0"]), "x_BillingMonth,x_Rows\n2026-09,45\n2026-10,45\n");
    assert_eq!(rows(&["--version", "1"]), "x_BillingMonth,x_Rows\n2026-09,45\n2026-10,44\n2026-11,45\n");
    assert_eq!(rows(&[]), rows(&["--version", "1"]));
    RESTATED.call(&["query", COUNT, "--version", "7"]).exits(1).complains("there is no version 7");
}

/// The same decimal, to the last digit, in every format and in `status`.
#[test]
fn a_total_is_the_same_wherever_it_is_asked_for() {
    let sql =
        "SELECT SUM(BilledCost) AS BilledCost FROM cost WHERE BillingCurrency = 'USD' AND x_BillingMonth = '2026-09'";
    let total = "4812.4470000181";
    for format in ["table", "csv", "json"] {
        PUBLISHED.call(&["query", sql, "--format", format]).exits(0).says(total);
    }
    PUBLISHED.call(&["status"]).exits(0).says(total);
    PUBLISHED.call(&["reconcile", "--period", "2026-09"]).exits(0).says(total).says("aws 2026-09: ties");
    let json = PUBLISHED.call(&["status", "--format", "json"]).exits(0).stdout;
    let value: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value["slots"][0]["BilledCost"]["USD"], total);
}

#[test]
fn a_lake_without_a_publication_answers_too() {
    let night = Night::before();
    night.call(&["status"]).exits(0).says("version none");
    night.call(&["query", COUNT, "--format", "csv"]).exits(0).says("x_BillingMonth,x_Rows");
    night.call(&["query", COUNT, "--version", "0"]).exits(1).complains("there is no version 0");
    night.call(&["reconcile", "--period", "2026-09"]).exits(2).complains("published are: none");
}

#[test]
fn reconcile_names_what_is_published() {
    PUBLISHED.call(&["reconcile", "--period", "2020-01"]).exits(2).complains("published are: aws 2026-09, aws 2026-10");
    PUBLISHED.call(&["reconcile", "--period", "2026-09", "--source", "gcp"]).exits(2).complains("2026-09");
}

#[test]
fn an_unknown_format_is_answered_with_the_known_ones() {
    let called = Costmill::new().args(["explain", "mapping", "gcp"]).run().exits(2);
    called
        .complains("there is no format gcp")
        .complains("aws-cur-legacy, aws-cur2, aws-focus, azure-cost-details, azure-focus, gcp-detailed-usage");
}

/// The statuses of `--help`, each by a run.
#[test]
fn each_exit_status_of_a_run() {
    let first = Night::before();
    let untied = first.run("normalise.lose_credit").exits(4).complains("2026-09").complains("USD");
    assert!(untied.stderr.contains("nothing new was published"), "{}", untied.stderr);
    first.call(&["status"]).exits(0).says("version none");

    let broken = |night: &Night| std::fs::write(night.path("exports/2026-10.csv"), "not,a,bill\n1,2,3\n").unwrap();
    let half = Night::before();
    broken(&half);
    half.run("").exits(3).says("published version 0: aws 2026-09").complains("2026-10.csv").complains("remedy: ");

    let standing = PUBLISHED.copy();
    broken(&standing);
    standing.run("").exits(1).complains("published before and unchanged: aws 2026-09, aws 2026-10");
    assert_eq!(standing.state().live, PUBLISHED.state().live);

    PUBLISHED.copy().run("").exits(0).says("nothing new");
    standing.call(&["run", "--config", "absent.toml"]).exits(2).complains("costmill init");
}

/// What is asked for goes to standard output even when quiet; a run says nothing then.
#[test]
fn quiet_is_quiet() {
    let run = PUBLISHED.copy().call(&["run", "-q", "--as-of", "2026-11-20"]).exits(0);
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    DEMO.0.call(&["-q", "status"]).exits(0).says("version 0");
}

/// `--period` narrows a run: the other periods are neither read nor touched.
#[test]
fn one_period_of_several() {
    let night = Night::before();
    std::fs::remove_file(night.path("exports/2026-10.csv")).unwrap();
    night
        .call(&["run", "--period", "2026-09", "--as-of", "2026-11-20"])
        .exits(0)
        .says("published version 0: aws 2026-09");
    assert!(night.path("out/2026-09/review.html").exists() && !night.path("out/2026-10").exists());
}

/// A sum over two currencies is a number of nothing: whoever asks for it is told.
#[test]
fn a_typed_sum_across_currencies_warns() {
    let lone = PUBLISHED.call(&["query", "SELECT SUM(BilledCost) AS BilledCost FROM cost"]).exits(0);
    lone.complains("`SUM(BilledCost)` adds up or compares costs of different currencies").complains("BillingCurrency");
    let sql = "SELECT BillingCurrency, SUM(BilledCost) AS BilledCost FROM cost GROUP BY BillingCurrency";
    let grouped = PUBLISHED.call(&["query", sql]).exits(0);
    assert_eq!(grouped.stderr, "");
}

/// The stages of a night, and none of them in a second one that has nothing to do but look.
#[test]
fn timings_name_the_stages() {
    let night = Night::before();
    let told = night.call(&["run", "--timings", "--quiet", "--as-of", "2026-11-20"]).exits(0);
    for stage in ["processor time: land ", "prove ", "normalise ", "roll up ", "publish ", "report "] {
        assert!(told.stdout.contains(stage), "{stage}: {}", told.stdout);
    }
}
