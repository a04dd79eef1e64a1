//! The monthly review.

use super::*;

#[test]
fn every_section_yields_its_files() {
    let artifacts = rendered(&metrics());
    let paths: Vec<&str> = artifacts.iter().map(|artifact| artifact.path.as_str()).collect();
    for path in [
        "2026-10/monthly_review.html",
        "2026-10/monthly_review/cost_total.csv",
        "2026-10/monthly_review/cost_by_service.csv",
        "2026-10/monthly_review/cost_by_service.svg",
        "2026-10/monthly_review/cost_by_day.svg",
        "2026-10/monthly_review/cost_by_day.png",
    ] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    assert!(!paths.contains(&"2026-10/monthly_review/cost_total.svg"), "cards are not drawn");
    assert_eq!(paths.iter().filter(|path| path.ends_with(".csv")).count(), review().sections.len());
    look_at(&artifacts);
}

#[test]
fn two_renders_are_the_same_bytes() {
    assert!(rendered(&metrics()) == rendered(&metrics()));
}

#[test]
fn the_page_loads_nothing_and_runs_no_text() {
    let artifacts = rendered(&metrics());
    let page = text_of(&artifacts, "2026-10/monthly_review.html");
    for load in ["http://", "https://", "//cdn", "@import", "<link", "<iframe", "<img"] {
        assert!(!page.contains(load), "{load}");
    }
    assert_eq!(page.matches("<script").count(), 1, "hostile text made a tag");
    assert!(page.contains("&lt;script&gt;alert(1)"));
    let drawing = text_of(&artifacts, "2026-10/monthly_review/cost_by_service.svg");
    assert!(!drawing.contains("<script") && !drawing.contains('\u{7}'), "hostile text in the drawing");
    assert_eq!(drawing.matches("http").count(), 1, "the namespace alone");
}

#[test]
fn currencies_never_meet() {
    let artifacts = rendered(&metrics());
    let page = text_of(&artifacts, "2026-10/monthly_review.html");
    assert!(
        page.contains("EffectiveCost by service · gross and net · USD · 2026-10 · open")
            && page.contains("EffectiveCost by service · gross and net · EUR · 2026-10 · open")
    );
    // Each total row is the exact sum of its own currency: 120000 − 532050 cents, and twice the tail of opposite signs.
    assert!(page.contains("title=\"-4120.5\">−4,120.50</td>"), "EUR total");
    let drawing = text_of(&artifacts, "2026-10/monthly_review/cost_by_service.svg");
    assert!(drawing.contains("EffectiveCost, USD") && drawing.contains("EffectiveCost, EUR"));
}

/// What is billed in several currencies stands in the rows of a table in one, and is never a sum of it.
#[test]
fn a_table_in_the_reporting_currency_adds_up_that_alone() {
    let artifacts = rendered(&metrics());
    let page = text_of(&artifacts, "2026-10/monthly_review.html");
    let title = "Costs in the reporting currency, and the rates they were converted at · gross and net · EUR · 2026-10";
    assert!(page.contains(title), "{title}");
    let foot = page.split("id=\"reporting_rates\"").nth(1).and_then(|rest| rest.split("<tfoot>").nth(1)).unwrap();
    let foot = foot.split("</tfoot>").next().unwrap();
    // 777,777.00 + 204,733.13 of both converted costs; 777,777 EUR and 222,222 USD are no 999,999.
    assert!(foot.contains("Total") && foot.matches("982,510.13").count() == 2, "{foot}");
    assert!(!page.contains("999,999.00"), "a sum of two currencies");
    let drawing = text_of(&artifacts, "2026-10/monthly_review/reporting_cost_by_provider.svg");
    assert!(drawing.contains("EffectiveCost converted, EUR"), "{drawing}");
    // Neither drawn nor in a card.
    let wrong = |from: &str, to: &str| {
        let text = include_str!("../../../reports/monthly_review.toml").replace(from, to);
        made(&parse("monthly_review", &text).unwrap(), &metrics()).unwrap_err().to_string()
    };
    let error = wrong("y = \"x_ReportingEffectiveCost\"\nprior", "y = \"EffectiveCost\"\nprior");
    assert!(error.contains("section `reporting_cost_by_provider` draws EffectiveCost, which is not in the"), "{error}");
}

#[test]
fn the_rest_is_drawn_as_other_and_listed_in_full() {
    let artifacts = rendered(&metrics());
    let drawing = text_of(&artifacts, "2026-10/monthly_review/cost_by_service.svg");
    assert!(drawing.contains("other (32)"), "43 services, 11 by name");
    let csv = text_of(&artifacts, "2026-10/monthly_review/cost_by_service.csv");
    assert_eq!(csv.lines().filter(|line| line.contains(",USD,") || line.contains(",EUR,")).count(), 45);
    assert!(csv.contains("AWS Credits,Other,USD,-94123.450000000123456789,"), "exact to the last digit: {csv}");
    let page = text_of(&artifacts, "2026-10/monthly_review.html");
    assert!(page.contains("Service 39") && page.contains("Professional Edition (2026)"));
    assert!(
        drawing.contains("…</text>") && drawing.contains("Professional Edition (2026):"),
        "shortened, and whole in the tooltip"
    );
}

/// x and width of the bar whose tooltip begins so.
fn bar(drawing: &str, name: &str) -> (i32, i32) {
    let line = drawing
        .lines()
        .find(|line| {
            line.starts_with("<rect") && line.contains("class=\"f-s1\"") && line.contains(&format!("<title>{name}:"))
        })
        .unwrap();
    let attribute =
        |key: &str| line.split(&format!(" {key}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap();
    (attribute("x"), attribute("width"))
}

#[test]
fn a_credit_draws_left_of_zero() {
    let drawing = text_of(&rendered(&metrics()), "2026-10/monthly_review/cost_by_service.svg");
    let (credit, service) = (bar(&drawing, "AWS Credits"), bar(&drawing, "AWS Lambda"));
    assert_eq!(credit.0 + credit.1, service.0, "both end at zero, on their own sides");
    assert!(credit.1 > 20 && service.1 > 20);
}

#[test]
fn the_month_on_month_change_is_said_in_sign_arrow_and_word() {
    let page = text_of(&rendered(&metrics()), "2026-10/monthly_review.html");
    assert!(page.contains("<span aria-hidden=\"true\">▲</span> +74,176.18 (+6.1%) up from 2026-09"), "up");
    assert!(page.contains("<span aria-hidden=\"true\">▼</span> −24,977.89 (−1.7%) down from 2026-09"), "down");
    assert!(page.contains("no figure for 2026-09 to compare with"));
    // By charge category: 134,516,420 cents of BilledCost after 146,505,186 (prior = now − 40,000, times 1.2).
    assert!(page.contains("−8.2%</td></tr></tfoot>"), "the change of a total has a share, too");
}

fn services(metrics: &mut [(usize, Metric)]) -> &mut Metric {
    let mut all = metrics.iter_mut().map(|(_, metric)| metric);
    all.find(|metric| metric.query == "metric/cost_by_service").unwrap()
}

#[test]
fn an_empty_metric_says_so() {
    let mut metrics = metrics();
    services(&mut metrics).rows.clear();
    let artifacts = rendered(&metrics);
    assert!(text_of(&artifacts, "2026-10/monthly_review.html").contains("the query ran and returned no rows"));
    assert!(!artifacts.iter().any(|artifact| artifact.path.ends_with("cost_by_service.svg")));
    assert!(
        text_of(&artifacts, "2026-10/monthly_review/cost_by_service.csv").starts_with("ServiceName,ServiceCategory,")
    );
}

#[test]
fn a_missing_column_is_named_with_its_report_and_query() {
    let mut metrics = metrics();
    services(&mut metrics).columns[0].name = "Servicename".into();
    let error = made(&review(), &metrics).unwrap_err();
    assert_eq!(error.exit_code(), 2);
    assert_eq!(error.problem().place, "reports/monthly_review.toml");
    assert!(error.to_string().contains("`ServiceName`, which metric/cost_by_service does not return"), "{error}");
}

#[test]
fn a_report_is_refused_by_the_key_that_is_wrong() {
    let section = "title = \"t\"\naudience = \"a\"\n[[section]]\nid = \"s\"\ntitle = \"t\"\nquery = \"metric/q\"\n";
    for (text, expected) in [
        (format!("{section}chart = \"table\"\nyy = \"ServiceName\"\n"), "line 8: unknown field `yy`"),
        (format!("{section}chart = \"pie\"\n"), "line 7: unknown variant `pie`"),
        (format!("{section}chart = \"bar\"\nx = \"ServiceName\"\n"), "a bar chart needs `y`"),
        (format!("{section}chart = \"number\"\n"), "a number chart needs `cards`"),
        ("title = \"t\"\naudience = \"a\"\n".to_string(), "it has no section"),
        (
            format!(
                "{section}chart = \"table\"\n[[section]]\nid = \"s\"\ntitle = \"t\"\nquery = \"q\"\nchart = \"table\"\n"
            ),
            "two sections are called `s`",
        ),
    ] {
        let error = parse("mine", &text).unwrap_err();
        assert_eq!((error.exit_code(), error.problem().place.as_str()), (2, "reports/mine.toml"));
        assert!(error.to_string().contains(expected), "{error} should say {expected}");
    }
    assert!(parse("../up", section).is_err());
    let columns =
        review().sections[0].named_columns().iter().map(|(key, column)| format!("{key}={column}")).collect::<Vec<_>>();
    assert!(columns.contains(&"cards[0].change_share=x_EffectiveCostChangeShare".to_string()), "{columns:?}");
}

#[test]
fn lines_break_where_a_value_is_missing() {
    let text = "title = \"t\"\naudience = \"a\"\n[[section]]\nid = \"trend\"\ntitle = \"EffectiveCost by month\"\nquery = \"metric/cost_by_month\"\nchart = \"line\"\nx = \"x_BillingMonth\"\ny = \"EffectiveCost\"\nseries = \"ChargeCategory\"\n";
    let mut metric = by_month();
    metric.rows.retain(|row| row[1] == Cell::Text("Usage".into()));
    metric.rows.remove(6);
    let artifacts = made(&parse("trend", text).unwrap(), &[(0, metric)]).unwrap();
    let drawing = text_of(&artifacts, "2026-10/trend/trend.svg");
    assert_eq!(drawing.matches("class=\"l-s1\"").count(), 2, "one line on each side of the gap");
    assert_eq!(drawing.matches("<circle").count(), 12);
    let page = text_of(&artifacts, "2026-10/trend.html");
    assert!(page.contains(">Usage</th>") && !page.contains(">Total</th>"), "a lone series is its own total");
}
