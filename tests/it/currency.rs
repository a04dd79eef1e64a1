//! The reporting currency: bills in two currencies become one statement by rates that somebody wrote down, every
//! figure worked by hand.

use super::azure;
use super::bucket::{self, Bill};
use super::charges::{Charge, exports, rows, usage};
use super::closing::bytes_of;
use super::place::{Night, files};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::LazyLock;

const HEADER: &str = "month,from,to,rate,source\n";
const AUGUST: &str = "2026-08,USD,EUR,0.9,ECB\n";
const SEPTEMBER: &str = "2026-09,USD,EUR,0.921345678912,\"bank, monthly mean\"\n";
const OCTOBER: &str = "2026-10,USD,EUR,0.95,provisional\n";
const THIRD: &str = "0.333333333333333333";

fn of(team: &str, account: &str, day: &str, cost: &str) -> Charge {
    usage(day, cost).account(account).tags(&[("team", team)])
}

/// The bill in USD, from August to October.
fn east() -> Vec<Charge> {
    vec![
        of("maps", "1", "2026-08-31", "100"),
        of("maps", "1", "2026-09-10", "10.01"),
        of("search", "2", "2026-09-11", THIRD),
        of("search", "2", "2026-09-12", THIRD),
        of("search", "2", "2026-09-30", THIRD),
        of("maps", "1", "2026-10-31", "20"),
    ]
}

/// The bill in EUR of the same months.
fn west() -> Vec<Charge> {
    let euros = |day: &str, cost: &str| {
        of("maps", "w", day, cost)
            .set("BillingCurrency", "EUR")
            .set("BillingAccountId", "b-2")
            .set("ProviderName", "West")
    };
    vec![euros("2026-08-31", "50"), euros("2026-09-30", "7.5"), euros("2026-10-31", "8")]
}

fn source(id: &str) -> String {
    let sets = ["2026-08", "2026-09", "2026-10"]
        .map(|month| format!("[[source.file_set]]\nbilling_periods = [\"{month}\"]\nfiles = [\"{month}.csv\"]\n"));
    format!("[[source]]\nid = \"{id}\"\nformat = \"focus\"\nlocation = \"{id}\"\n{}", sets.concat())
}

const TOP: &str = "catalogue = \"catalogue\"\nthreads = 1\n";
const POLICY: &str = "[tags.dimensions]\nteam = [\"team\"]\n[[team]]\nname = \"maps\"\n[[team]]\nname = \"search\"\n[[owner]]\ntag = \"team\"\n";
const CURRENCY: &str = "[currency]\nreporting = \"EUR\"\nrates = \"rates.csv\"\n";
const QUERIES: [&str; 5] = [
    "reporting_rates",
    "reporting_cost_by_provider",
    "reporting_cost_by_month",
    "reporting_showback_by_team",
    "reporting_showback_at_rates",
];

fn deliver(night: &Night, id: &str, charges: &[Charge]) {
    exports(charges).into_iter().for_each(|(month, csv)| night.write(&format!("{id}/{month}.csv"), csv));
}

/// The project's queries of the reporting currency, and its sections of the review in a report of their own.
fn catalogue(night: &Night) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in QUERIES {
        let bytes = std::fs::read(root.join(format!("queries/metric/{name}.sql"))).unwrap();
        night.write(&format!("catalogue/queries/metric/{name}.sql"), bytes);
    }
    let ours = |report: &str| -> String {
        let text = std::fs::read_to_string(root.join(format!("reports/{report}.toml"))).unwrap();
        let sections = text.split("[[section]]").skip(1).filter(|section| section.contains("\"metric/reporting_"));
        sections.map(|section| format!("[[section]]{section}\n")).collect()
    };
    let (review, statement) = (ours("monthly_review"), ours("statement"));
    assert_eq!((review.matches("[[section]]").count(), statement.matches("[[section]]").count()), (4, 2));
    night.write("catalogue/reports/review.toml", format!("title = \"Review\"\naudience = \"A test\"\n{review}"));
    night.write(
        "catalogue/reports/statement.toml",
        format!("title = \"Statement\"\naudience = \"Teams\"\nper = \"x_Team\"\n{statement}"),
    );
}

/// Both sources with these rates.
fn night(rates: &str) -> Night {
    let night = Night::new(&format!("{TOP}{}{}{POLICY}{CURRENCY}", source("east"), source("west")));
    catalogue(&night);
    deliver(&night, "east", &east());
    deliver(&night, "west", &west());
    night.write("rates.csv", format!("{HEADER}{rates}"));
    night
}

/// With every rate, run once.
static PUBLISHED: LazyLock<Night> = LazyLock::new(|| {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    night.run().exits(0);
    night
});

fn rates(night: &Night, month: &str) -> Vec<String> {
    let columns =
        ["BillingCurrency", "x_ReportingCurrency", "x_Rate", "x_RateSource", "BilledCost", "x_ReportingBilledCost"];
    rows(night, "metric/reporting_rates", month, &columns)
}

/// 10.01 × 0.921345678912 = 9.22267024590912, 0.999999999999999999 × 0.921345678912 = 0.921345678911999999(07…): two
/// sub accounts, so two cells, each rounded once. 7.5 EUR stay 7.5.
#[test]
fn two_currencies_become_one_statement() {
    let night = PUBLISHED.copy();
    let converted = "USD|EUR|0.921345678912|bank, monthly mean|11.009999999999999999|10.144015924821119999";
    assert_eq!(rates(&night, "2026-09"), ["EUR|EUR|1|the reporting currency|7.5|7.5", converted]);
    let months = rows(
        &night,
        "metric/reporting_cost_by_month",
        "2026-10",
        &["x_BillingMonth", "BillingCurrency", "EffectiveCost", "x_Rate", "x_ReportingEffectiveCost"],
    );
    assert_eq!(
        months,
        [
            "2026-08|EUR|50|1|50",
            "2026-08|USD|100|0.9|90",
            "2026-09|EUR|7.5|1|7.5",
            "2026-09|USD|11.009999999999999999|0.921345678912|10.144015924821119999",
            "2026-10|EUR|8|1|8",
            "2026-10|USD|20|0.95|19",
        ]
    );
    let teams = ["x_Team", "x_ReportingCurrency", "x_ReportingCost", "x_PriorReportingCost", "x_ReportingCostChange"];
    assert_eq!(
        rows(&night, "metric/reporting_showback_by_team", "2026-09", &teams),
        [
            // 9.22267024590912 + 7.5; in August 90 + 50.
            "maps|EUR|16.72267024590912|140|-123.27732975409088",
            "search|EUR|0.921345678911999999|0|0.921345678911999999",
        ]
    );
    let at = ["x_Team", "BillingCurrency", "x_Cost", "x_Rate", "x_ReportingCost"];
    assert_eq!(
        rows(&night, "metric/reporting_showback_at_rates", "2026-09", &at),
        [
            "maps|EUR|7.5|1|7.5",
            "maps|USD|10.01|0.921345678912|9.22267024590912",
            "search|USD|0.999999999999999999|0.921345678912|0.921345678911999999",
        ]
    );
    let providers = ["ProviderName", "BillingCurrency", "x_ReportingEffectiveCost", "x_PriorReportingEffectiveCost"];
    assert_eq!(
        rows(&night, "metric/reporting_cost_by_provider", "2026-09", &providers),
        ["Provider|USD|10.144015924821119999|90", "West|EUR|7.5|50",]
    );

    // Whoever types a sum of converted costs is told where it crosses currencies.
    let typed = |sql: &str| night.costmill(&["query", sql]).exits(0).stderr;
    assert!(
        typed("SELECT SUM(x_ReportingBilledCost) AS x_Sum FROM cost_daily")
            .contains("add x_ReportingCurrency to GROUP BY")
    );
    let grouped =
        "SELECT x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_Sum FROM cost_daily GROUP BY x_ReportingCurrency";
    assert!(!typed(grouped).contains("currencies"));

    // The pages name rate and source, and say that what they show ties.
    let page = night.read("out/2026-09/review.html");
    for text in ["0.921345678912", "bank, monthly mean", "report, converted", "showback, converted"] {
        assert!(page.contains(text), "{text}");
    }
    // 7.5 + 10.144015924821119999 is a sum; 7.5 + 11.009999999999999999 of two currencies is none.
    assert!(
        page.contains("17.644015924821119999") && !page.contains("18.51") && !page.contains("18.509999999999999999")
    );
    let statement = night.read("out/2026-09/team/search/statement.html");
    assert!(statement.contains("0.921345678912") && statement.contains("bank, monthly mean"));
    let csv = night.read("out/2026-09/team/search/statement/reporting_rates.csv");
    assert!(csv.ends_with(
        "search,USD,EffectiveCost,0.999999999999999999,0.921345678912,\"bank, monthly mean\",EUR,0.921345678911999999,final\n"
    ), "{csv}");
    let status = night.costmill(&["status"]).exits(0).stdout;
    assert!(status.contains("east    2026-09  USD   EUR  0.921345678912  bank, monthly mean\n"), "{status}");
    let east = &night.status()["slots"][1]["reporting"];
    assert_eq!((&east["currency"], &east["rates"]["USD"]["rate"]), (&"EUR".into(), &"0.921345678912".into()));
    let told = night.costmill(&["reconcile", "--period", "2026-09"]).exits(0).stdout;
    let line = |stage: &str| {
        let found = told.lines().find(|line| line.starts_with(stage) && line.contains("x_ReportingBilledCost"));
        found.map(|line| line.split_whitespace().last().unwrap().to_string())
    };
    for stage in ["cost × rate", "cost_daily", "resource_month"] {
        assert_eq!(line(stage).as_deref(), Some("10.144015924821119999"), "{stage}\n{told}");
    }
}

/// ⅓ × 0.921345678912 is 0.307115226303999999(6…): each day alone rounds up to …304, together that is a unit too many.
#[test]
fn rows_of_a_cell_share_its_rounding() {
    let night = PUBLISHED.copy();
    let days = night.query(
        "SELECT x_ChargeDay, x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_ReportingCost FROM cost_daily \
         WHERE SubAccountId = '2' GROUP BY x_ChargeDay, x_ReportingCurrency ORDER BY x_ChargeDay",
    );
    let days: Vec<&str> = days.iter().map(|row| row["x_ReportingCost"].as_str()).collect();
    assert_eq!(days, ["0.307115226304", "0.307115226303999999", "0.307115226304"]);
    let whole = |table: &str| {
        let sql = format!(
            "SELECT SubAccountId, x_ReportingCurrency, SUM(x_ReportingBilledCost) AS x_ReportingCost FROM {table} \
             GROUP BY SubAccountId, x_ReportingCurrency ORDER BY SubAccountId"
        );
        night.query(&sql).iter().map(|row| row["x_ReportingCost"].clone()).collect::<Vec<_>>()
    };
    // 90 + 9.22267024590912 + 19, and 50 + 7.5 + 8.
    assert_eq!(whole("cost_daily"), ["118.22267024590912", "0.921345678911999999", "65.5"]);
    assert_eq!(whole("cost_daily"), whole("resource_month"));
}

/// A bill of AWS in USD and EUR beside one of Azure in EUR.
#[test]
fn bills_of_two_clouds_in_one_currency() {
    let azure = azure::loose("", &azure::BOTH).replace("location = \"exports\"", "location = \"azure\"");
    let config = bucket::CONFIG.replace("catalogue = \"small\"", "catalogue = \"catalogue\"");
    let night = Night::new(&format!("{config}\n{}\n{CURRENCY}", azure.replace("catalogue = \"small\"", "")));
    catalogue(&night);
    Bill::hand_worked().deliver(&night);
    ["actual.csv", "amortized.csv"].iter().for_each(|name| night.write(&format!("azure/{name}"), azure::fixture(name)));
    night.write("rates.csv", format!("{HEADER}2026-09,USD,EUR,0.5,ECB\n"));
    night.run().exits(0);
    let billed = |source: usize, currency: &str| -> i128 {
        let status = night.status();
        super::charges::sum([status["slots"][source]["BilledCost"][currency].as_str().unwrap()])
    };
    let found = rows(&night, "metric/reporting_rates", "2026-09", &["BillingCurrency", "x_ReportingBilledCost"]);
    let units = |at: usize| super::charges::sum([found[at].split_once('|').unwrap().1]);
    assert_eq!(found.len(), 2, "{found:?}");
    assert_eq!((units(0), found[0].starts_with("EUR|")), (billed(0, "EUR") + billed(1, "EUR"), true));
    // Half of it: each cell is within half a unit of that.
    assert!((2 * units(1) - billed(0, "USD")).abs() <= 45 && units(1) > 0, "{found:?}");
}

#[test]
fn without_its_rate_a_period_is_refused_and_nothing_is_lost() {
    let refused = |outcome: super::support::Outcome| {
        let outcome = outcome
            .exits(2)
            .complains("rates.csv: 2026-10 has charges in USD (east), and there is no rate of 2026-10 from USD to EUR");
        let outcome = outcome.complains("add the row 2026-10,USD,EUR,<rate>,<source>");
        assert_eq!(outcome.stderr.matches("there is no rate").count(), 1, "{}", outcome.stderr);
        outcome
    };
    let months = |night: &Night| -> Vec<String> {
        let status = night.status();
        let slot = |slot: &serde_json::Value| {
            format!("{} {}", slot["source"].as_str().unwrap(), slot["billing_period"].as_str().unwrap())
        };
        status["slots"].as_array().unwrap().iter().map(slot).collect()
    };
    // Neither the inverse nor the month before is taken. The other source of the month waits as well.
    let night = night(&format!("{AUGUST}{SEPTEMBER}2026-10,EUR,USD,1.05,ECB\n"));
    refused(night.run()).says("published version 0: east 2026-08, east 2026-09, west 2026-08, west 2026-09");
    assert_eq!(months(&night), ["east 2026-08", "east 2026-09", "west 2026-08", "west 2026-09"]);
    night.write("rates.csv", format!("{HEADER}{AUGUST}{SEPTEMBER}{OCTOBER}"));
    night.run().exits(0).says("published version 1: east 2026-10, west 2026-10");

    // What is published stays when the rate goes away.
    let before = night.standing();
    night.write("rates.csv", format!("{HEADER}{AUGUST}{SEPTEMBER}"));
    refused(night.run());
    night.still_stands(&before, "the rate of October is gone");
    night.costmill(&["close", "--period", "2026-10", "--by", "us", "--force"]).exits(2).complains("there is no rate");
}

#[test]
fn another_rate_of_an_open_month_rebuilds_that_month_alone() {
    let night = PUBLISHED.copy();
    let others = [bytes_of(&night, "2026-08"), bytes_of(&night, "2026-09")];
    let rows_of_other_months = "2026-11,USD,EUR,0.5,x\n2026-10,GBP,EUR,1.2,x\n2026-10,USD,JPY,150,x\n";
    night.write("rates.csv", format!("{HEADER}{rows_of_other_months}{OCTOBER}{SEPTEMBER}{AUGUST}"));
    night.run().exits(0).says("nothing new");
    night.write("rates.csv", format!("{HEADER}{AUGUST}{SEPTEMBER}2026-10,USD,EUR,0.96,ECB\n"));
    let close = ["close", "--period", "2026-10", "--by", "us", "--force", "--as-of", "2026-11-05"];
    night.costmill(&close).exits(2).complains("with other rates");
    let outcome = night.run().exits(0).says("published version 1: east 2026-10");
    assert_eq!(outcome.stdout.matches("ties ").count(), 1, "{}", outcome.stdout);
    assert_eq!([bytes_of(&night, "2026-08"), bytes_of(&night, "2026-09")], others);
    assert_eq!(rates(&night, "2026-10")[1], "USD|EUR|0.96|ECB|20|19.2");
    assert_eq!(rates(&night, "2026-09")[1].split('|').nth(2), Some("0.921345678912"));
    let history = night.costmill(&["history", "--period", "2026-10"]).exits(0).stdout;
    assert!(history.contains("rates of the reporting currency") && !history.contains("policy or program"), "{history}");
    // An older version has its own rate.
    let sql = "SELECT x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency, x_Rate FROM reporting_rate \
               WHERE x_BillingMonth = '2026-10' AND BillingCurrency = 'USD' \
               ORDER BY x_BillingMonth, x_SourceId, BillingCurrency, x_ReportingCurrency";
    let old = night.costmill(&["query", sql, "--version", "0", "--format", "csv"]).exits(0).stdout;
    assert!(old.ends_with("2026-10,east,USD,EUR,0.95\n"), "{old}");
}

#[test]
fn a_closed_month_keeps_its_rate() {
    let night = PUBLISHED.copy();
    night.costmill(&["close", "--period", "2026-08", "--by", "us", "--force", "--as-of", "2026-11-05"]).exits(0);
    let before = bytes_of(&night, "2026-08");
    let closing = files(night.path("lake/ledger")).into_iter().find(|(name, _)| name.contains("closing")).unwrap();
    let closing: serde_json::Value = serde_json::from_slice(&closing.1).unwrap();
    assert!(closing.to_string().contains("\"USD\":{\"rate\":\"0.9\",\"source\":\"ECB\"}"), "{closing}");
    night.run().exits(0).says("nothing new");
    for (rates, says) in [
        ("2026-08,USD,EUR,0.5,me\n", "rates.csv has 0.5 (me): it stays as it was closed"),
        ("", "rates.csv has no rate: it stays as it was closed"),
    ] {
        night.write("rates.csv", format!("{HEADER}{rates}{SEPTEMBER}{OCTOBER}"));
        let outcome =
            night.run().exits(0).complains("2026-08 is closed with 1 USD = 0.9 EUR (ECB), and ").complains(says);
        assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
        assert_eq!(bytes_of(&night, "2026-08"), before);
        assert_eq!(self::rates(&night, "2026-08")[1], "USD|EUR|0.9|ECB|100|90");
    }
    assert!(night.read("out/2026-08/review.html").contains("ECB"));
    // The month after it is told beside it, each at its own rate.
    let months = rows(&night, "metric/reporting_cost_by_month", "2026-09", &["x_BillingMonth", "x_Rate"]);
    assert_eq!(months, ["2026-08|1", "2026-08|0.9", "2026-09|1", "2026-09|0.921345678912"]);

    // A later delivery of the closed month is an adjustment in the currency it is billed in.
    let mut charges = east();
    charges[0] = of("maps", "1", "2026-08-31", "103");
    deliver(&night, "east", &charges);
    night.run().exits(0).says("closed east 2026-08: adjustment of EffectiveCost 3 USD in 2026-09");
    assert_eq!(bytes_of(&night, "2026-08"), before);
    // Open again, it takes the rate that the file has by now, or is refused.
    let reopen = ["reopen", "--period", "2026-08", "--reason", "rate", "--by", "us", "--as-of", "2026-11-05"];
    night.costmill(&reopen).exits(0);
    night.run().exits(2).complains("there is no rate of 2026-08 from USD to EUR");
    night.write("rates.csv", format!("{HEADER}2026-08,USD,EUR,0.5,me\n{SEPTEMBER}{OCTOBER}"));
    night.run().exits(0).says("published version 1: east 2026-08");
    assert_eq!(self::rates(&night, "2026-08")[1], "USD|EUR|0.5|me|103|51.5");
}

/// A closed month in another reporting currency is told as such, and never added to others.
#[test]
fn another_reporting_currency_makes_open_months_again() {
    let night = PUBLISHED.copy();
    night.costmill(&["close", "--period", "2026-08", "--by", "us", "--force", "--as-of", "2026-11-05"]).exits(0);
    let config = night.read("costmill.toml");
    night.write("costmill.toml", config.replace("reporting = \"EUR\"", "reporting = \"USD\""));
    night.write("rates.csv", format!("{HEADER}2026-09,EUR,USD,1.1,ECB\n2026-10,EUR,USD,1.1,ECB\n"));
    let outcome = night.run().exits(0);
    let outcome = outcome.complains("2026-08 is closed in EUR, and the config names USD: it stays as it was closed");
    outcome.says("published version 1: east 2026-09, east 2026-10, west 2026-09, west 2026-10");
    let columns = ["x_Team", "x_ReportingCurrency", "x_ReportingCost", "x_PriorReportingCost"];
    // 10.01 + 7.5 × 1.1; August has no figure in USD.
    let teams = rows(&night, "metric/reporting_showback_by_team", "2026-09", &columns);
    assert_eq!(teams, ["maps|USD|18.26|", "search|USD|0.999999999999999999|"]);
    // Without a reporting currency there is none.
    night.write("costmill.toml", config.replace(CURRENCY, ""));
    night.run().exits(0).says("published version 2: east 2026-09, east 2026-10, west 2026-09, west 2026-10");
    assert_eq!(rates(&night, "2026-09"), Vec::<String>::new());
    assert!(!night.path("out/2026-09/review/reporting_rates.csv").exists());
}

/// One source of the month is published without, and is delivered no more.
#[test]
fn a_month_of_which_a_part_is_not_converted_has_no_sum() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    let config = night.read("costmill.toml");
    night.write("costmill.toml", config.replace(CURRENCY, ""));
    night.run().exits(0);
    night.write("costmill.toml", config.replace(&source("west"), ""));
    let outcome =
        night.run().exits(0).complains("2026-09 has no sums in EUR: published are west without and east in EUR");
    outcome.says("published version 1: east 2026-08, east 2026-09, east 2026-10");
    for query in QUERIES {
        assert_eq!(rows(&night, &format!("metric/{query}"), "2026-09", &["x_ReportingCurrency"]), Vec::<String>::new());
    }
    assert!(!night.path("out/2026-09/review/reporting_rates.csv").exists());
}

/// A source that is delivered no more keeps its rates and its reporting currency, and the run says so.
#[test]
fn what_is_not_delivered_again_keeps_its_rates() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    night.run().exits(0);
    let config = night.read("costmill.toml");
    night.write("costmill.toml", config.replace(&source("east"), ""));
    night.write("rates.csv", format!("{HEADER}{AUGUST}2026-09,USD,EUR,0.5,bank\n{OCTOBER}"));
    let outcome = night.run().exits(0).complains("east 2026-09 is published with 1 USD = 0.921345678912 EUR");
    let _ = outcome.complains("has 0.5 (bank): it was not delivered again, and stays so");
    night.write("costmill.toml", config.replace(&source("west"), "").replace("\"EUR\"", "\"USD\""));
    let outcome =
        night.run().exits(0).complains("2026-09 has no sums in USD: published are west in EUR and east in USD");
    let _ = outcome.says("published version 1: east 2026-08, east 2026-09, east 2026-10");
    for query in QUERIES {
        assert_eq!(rows(&night, &format!("metric/{query}"), "2026-09", &["x_ReportingCurrency"]), Vec::<String>::new());
    }
}

/// A query that finds nothing of a month that is converted whole has lost all of it.
#[test]
fn a_converted_section_without_rows_does_not_tie() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    let query = "catalogue/queries/metric/reporting_cost_by_provider.sql";
    let text = night.read(query);
    let broken = text.replace("x_Currencies = 1", "x_Currencies = 9");
    assert_ne!(text, broken);
    night.write(query, broken);
    let outcome = night.run().exits(4).complains("section reporting_cost_by_provider");
    let outcome = outcome.complains("BilledCost in EUR adds up to 0 and is 140 by cost and rates");
    assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
}

#[test]
fn a_currency_that_is_no_code_is_the_exports_to_correct() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    let charges: Vec<Charge> = east().into_iter().map(|charge| charge.set("BillingCurrency", "usd")).collect();
    deliver(&night, "east", &charges);
    let outcome = night.run().exits(2).complains("2026-09 has charges in usd (east)");
    let _ = outcome.complains("correct the export: `usd` is no code of a currency of ISO 4217");
}

#[test]
fn what_does_not_tie_is_told_above_a_missing_rate() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}"));
    let outcome = night.run_armed("rollup.edit_reporting").exits(4);
    let _ =
        outcome.complains("x_ReportingBilledCost is 90 in").complains("there is no rate of 2026-10 from USD to EUR");
    night.run().exits(2);
}

#[test]
fn a_converted_cost_that_is_off_by_one_unit_is_named() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    let outcome = night.run_armed("rollup.edit_reporting").exits(4);
    let cell = "east 2026-08, billing account b-1, sub account 1, USD in EUR, Usage: x_ReportingBilledCost is 90 in \
                cost × rate and 90.000000000000000001 in cost_daily (by 0.000000000000000001)";
    let outcome = outcome.complains(cell);
    assert!(!outcome.stdout.contains("published version"), "{}", outcome.stdout);
    // A cost that moves in the roll-up alone is found on both sides.
    night.run_armed("rollup.fan_out").exits(4).complains("USD in EUR, Usage: x_ReportingListCost is 90 in cost × rate");
    night.run().exits(0);
}

/// 2·10^7 USD at 10^11 are past the point from which on a sum could wrap: refused, and the other months are published.
#[test]
fn a_rate_by_which_sums_would_leave_exact_decimals_is_refused() {
    let night = night(&format!("{AUGUST}{SEPTEMBER}2026-10,USD,EUR,100000000000,x\n"));
    let mut charges = east();
    charges[5] = of("maps", "1", "2026-10-31", "20000000");
    deliver(&night, "east", &charges);
    let outcome = night.run().exits(4).complains("east 2026-10: Σ|x_ReportingBilledCost| is about 2.00e18, ");
    let outcome = outcome.complains("near the end of exact decimals (1e18)");
    outcome.says("published version 0: east 2026-08, east 2026-09, west 2026-08, west 2026-09, west 2026-10");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let again = night(&format!("{AUGUST}{SEPTEMBER}{OCTOBER}"));
    again.run().exits(0);
    let of = |night: &Night| -> BTreeMap<String, Vec<u8>> {
        let mut all = files(night.path(""));
        all.retain(|name, _| {
            name.starts_with("out/") || name.starts_with("lake/rollup/") || name.starts_with("lake/derived/")
        });
        all
    };
    let (first, second) = (of(&PUBLISHED), of(&again));
    assert!(first.keys().any(|name| name.starts_with("lake/rollup/")), "{:?}", first.keys());
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    assert!(first == second, "some file differs");
}

#[test]
fn a_wrong_file_of_rates_stops_every_command_with_its_line() {
    let night = night("2026-10,USD,EUR,0.9x,ECB\n");
    for command in [&["check"][..], &["run"], &["status"]] {
        night.costmill(command).exits(2).complains("rates.csv:2: the rate `0.9x` is no plain decimal number");
    }
    std::fs::remove_file(night.path("rates.csv")).unwrap();
    night.costmill(&["check"]).exits(2).complains("rates.csv: there is no such file of rates");
    night.write("costmill.toml", night.read("costmill.toml").replace("\"EUR\"", "\"eur\""));
    night.costmill(&["check"]).exits(2).complains("reporting = \"eur\" is no code of a currency");
}

/// From a converted figure to the lines, their rates, and back within the roll-up's rounding.
#[test]
fn a_converted_figure_is_explained_by_its_charges_and_their_rates() {
    let night = PUBLISHED.copy();
    let explain = |figure: &str, row: &str, more: &[&str]| {
        let arguments = ["explain", "figure", figure, row, "--period", "2026-09"];
        night.costmill(&[&arguments, more].concat()).exits(0).stdout
    };
    let told = explain("review#reporting_rates", "2", &["--column", "x_ReportingBilledCost"]);
    for text in [
        "x_ReportingBilledCost = 10.144015924821119999",
        "is the sum of 4 charges, by way of cost_daily",
        "11.009999999999999999 USD",
        "0.921345678912",
        "bank, monthly mean",
        "the figure is 10.144015924821119999, 0 units of the 18th decimal apart: 4 rows of the roll-up",
    ] {
        assert!(told.contains(text), "{text}\n{told}");
    }
    // Two currencies, and a prior month at its own rate.
    let told = explain("review#reporting_showback_by_team", "maps", &[]);
    for text in ["x_ReportingCost = 16.72267024590912", "7.5 EUR", "10.01 USD", "9.22267024590912 EUR", "0 units"] {
        assert!(told.contains(text), "{text}\n{told}");
    }
    let told = explain("review#reporting_showback_by_team", "maps", &["--column", "x_ReportingCostChange"]);
    for text in ["x_ReportingCostChange = -123.27732975409088", "-100 USD", "0.9", "-90 EUR", "-50 EUR"] {
        assert!(told.contains(text), "{text}\n{told}");
    }
    // What is billed is explained as ever.
    let told = explain("review#reporting_rates", "2", &["--column", "BilledCost"]);
    assert!(told.contains("the charges sum to the figure: 11.009999999999999999"), "{told}");
}
