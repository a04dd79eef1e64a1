//! The whole report on made-up but realistic metrics, hostile text included.

use super::*;
use crate::focus::{Artifact, BillingMonth, Money};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};
use chrono::{NaiveDate, TimeZone, Utc};

const HOSTILE: &str = "<script>alert(1)</script>=cmd|' /C calc'!A0\u{7}";

fn month() -> BillingMonth {
    "2026-10".parse().unwrap()
}

/// Cents as Decimal(38,18), with a tail of digits that two decimals do not show.
fn money(cents: i128) -> Cell {
    Cell::Decimal { value: cents * 10_000_000_000_000_000 + cents.signum() * 123_456_789, scale: 18 }
}

fn text(value: &str) -> Cell {
    Cell::Text(value.to_string())
}

fn metric(query: &str, question: &str, columns: &[(&str, CellKind)], rows: Vec<Vec<Cell>>) -> Metric {
    let columns = columns.iter().map(|(name, kind)| MetricColumn {
        name: (*name).to_string(),
        meaning: if name.starts_with("x_") {
            format!("What {name} says, in a sentence.")
        } else {
            "As the FOCUS specification says.".to_string()
        },
        kind: *kind,
    });
    Metric { query: query.into(), title: query.into(), question: question.into(), columns: columns.collect(), rows }
}

/// now, prior, change, share: both costs.
fn compared(now: i128, prior: Option<i128>) -> Vec<Cell> {
    let one = |now: i128, prior: Option<i128>| match prior {
        Some(prior) => {
            vec![money(now), money(prior), money(now - prior), Cell::Float((now - prior) as f64 / prior as f64)]
        }
        None => vec![money(now), Cell::Null, Cell::Null, Cell::Null],
    };
    [one(now, prior), one(now * 11 / 10, prior.map(|prior| prior * 12 / 10))].concat()
}

const COMPARED: [(&str, CellKind); 8] = [
    ("EffectiveCost", CellKind::Money),
    ("x_PriorEffectiveCost", CellKind::Money),
    ("x_EffectiveCostChange", CellKind::Money),
    ("x_EffectiveCostChangeShare", CellKind::Ratio),
    ("BilledCost", CellKind::Money),
    ("x_PriorBilledCost", CellKind::Money),
    ("x_BilledCostChange", CellKind::Money),
    ("x_BilledCostChangeShare", CellKind::Ratio),
];

fn with_compared(keys: &[&'static str]) -> Vec<(&'static str, CellKind)> {
    keys.iter().map(|key| (*key, CellKind::Text)).chain(COMPARED).collect()
}

fn total() -> Metric {
    let kinds = [
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
        ("BilledCost", CellKind::Money),
        ("ListCost", CellKind::Money),
        ("ContractedCost", CellKind::Money),
        ("x_PriorEffectiveCost", CellKind::Money),
        ("x_EffectiveCostChange", CellKind::Money),
        ("x_EffectiveCostChangeShare", CellKind::Ratio),
        ("x_PriorBilledCost", CellKind::Money),
        ("x_BilledCostChange", CellKind::Money),
        ("x_BilledCostChangeShare", CellKind::Ratio),
        ("x_Rows", CellKind::Integer),
    ];
    let usd = vec![
        text("USD"),
        money(128_422_137),
        money(141_002_211),
        money(190_211_006),
        money(171_000_400),
        money(121_004_519),
        money(7_417_618),
        Cell::Float(0.0613),
        money(143_500_000),
        money(-2_497_789),
        Cell::Float(-0.0174),
        Cell::Integer(1_284_221),
    ];
    let eur = vec![
        text("EUR"),
        money(-412_050),
        money(88_000),
        money(99_000),
        money(99_000),
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Null,
        Cell::Integer(312),
    ];
    metric("metric/cost_total", "What did the cloud cost in this billing period?", &kinds, vec![usd, eur])
}

fn by_service() -> Metric {
    let named = [
        "Amazon Elastic Compute Cloud",
        "Amazon Relational Database Service",
        "Amazon Simple Storage Service",
        "AWS Lambda",
        "Amazon Virtual Private Cloud",
        "AWS Support (Enterprise)",
        "Amazon CloudWatch",
        "AWS Key Management Service",
        "A marketplace product with a name that nobody would ever want to read to its very end, Professional Edition (2026)",
        HOSTILE,
        "Ελληνικά и Кириллица",
        "機械学習サービス",
    ];
    let mut rows = Vec::new();
    for at in 0..40i128 {
        let name = named.get(at as usize).map_or_else(|| format!("Service {at:02}"), |name| (*name).to_string());
        let now = 58_000_000 / (at + 1) - 300 * at;
        let prior = (at % 7 != 6).then_some(now + (at % 5 - 2) * now / 20);
        let mut row = vec![text(&name), text("Compute"), text("USD")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    for (name, now, prior) in
        [("AWS Credits", -9_412_345, Some(-4_100_000)), ("Refunds", -31_000, None), ("Rounding", 0, Some(4))]
    {
        let mut row = vec![text(name), text("Other"), text("USD")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    for (name, now, prior) in [("Marketplace", 120_000, Some(90_000)), ("Credit note", -532_050, None)] {
        let mut row = vec![text(name), text("Other"), text("EUR")];
        row.extend(compared(now, prior));
        rows.push(row);
    }
    let mut kinds = with_compared(&["ServiceName", "ServiceCategory", "BillingCurrency"]);
    kinds.truncate(11);
    metric("metric/cost_by_service", "Which services carry the cost, and which changed?", &kinds, rows)
}

fn by_sub_account() -> Metric {
    let mut rows = Vec::new();
    for (id, name, now) in [
        ("111122223333", "payments-production", 61_000_000),
        ("222233334444", "payments-staging", 9_000_000),
        ("333344445555", "sandbox", 120_000),
        ("444455556666", "sandbox", 80_000),
        ("555566667777", "", 4_000_000),
    ] {
        let name = if name.is_empty() { Cell::Null } else { text(name) };
        let mut row = vec![text("999900001111"), text(id), name, text("USD")];
        row.extend(compared(now, Some(now * 9 / 10)));
        rows.push(row);
    }
    let mut row = vec![text("999900001111"), Cell::Null, Cell::Null, text("USD")];
    row.extend(compared(5_000_000, Some(5_000_000)));
    rows.push(row);
    let kinds = with_compared(&["BillingAccountId", "SubAccountId", "SubAccountName", "BillingCurrency"]);
    metric("metric/cost_by_sub_account", "Which sub accounts carry the cost?", &kinds, rows)
}

fn by_charge_category() -> Metric {
    let rows = [
        ("Usage", Cell::Null, 121_000_000),
        ("Usage", text("Correction"), -300_000),
        ("Purchase", Cell::Null, 2_000_000),
        ("Tax", Cell::Null, 9_000_000),
        ("Credit", Cell::Null, -9_412_345),
    ];
    let rows = rows.into_iter().map(|(category, class, now)| {
        let mut row = vec![text(category), class, text("USD")];
        row.extend(compared(now, Some(now - 40_000)));
        row
    });
    metric(
        "metric/cost_by_charge_category",
        "What kinds of charges make up the cost?",
        &with_compared(&["ChargeCategory", "ChargeClass", "BillingCurrency"]),
        rows.collect(),
    )
}

fn by_day() -> Metric {
    let first =
        NaiveDate::from_ymd_opt(2026, 10, 1).unwrap().signed_duration_since(NaiveDate::default()).num_days() as i32;
    let mut rows = Vec::new();
    for day in 0..24i128 {
        for (at, category) in [
            "Compute",
            "Databases",
            "Storage",
            "Networking",
            "Analytics",
            "Security",
            "Management and Governance",
            "Other",
        ]
        .iter()
        .enumerate()
        {
            let at = at as i128;
            let mut cost = (300_000 - 3_000 * ((day * 7 + at * 3) % 11)) / (at * at + 1);
            if at == 7 {
                cost = if day % 9 == 0 { -62_000 } else { continue };
            }
            rows.push(vec![Cell::Date(first + day as i32), text(category), text("USD"), money(cost)]);
        }
    }
    let kinds = [
        ("x_ChargeDay", CellKind::Date),
        ("ServiceCategory", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
    ];
    metric("metric/cost_by_day", "How did the cost run through the period?", &kinds, rows)
}

fn by_month() -> Metric {
    let mut rows = Vec::new();
    for back in (0..13).rev() {
        let at = month().plus(-back);
        for (category, cost) in [
            ("Usage", 100_000_000 + i128::from(12 - back) * 1_700_000),
            ("Tax", 8_000_000),
            ("Purchase", 1_500_000),
            ("Credit", -9_000_000),
        ] {
            rows.push(vec![text(&at.to_string()), text(category), text("USD"), money(cost), money(cost * 11 / 10)]);
        }
    }
    let kinds = [
        ("x_BillingMonth", CellKind::Text),
        ("ChargeCategory", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
        ("BilledCost", CellKind::Money),
    ];
    metric("metric/cost_by_month", "How does this month compare with the year before?", &kinds, rows)
}

fn coverage() -> (Metric, Metric) {
    let kinds = [
        ("x_TagKey", CellKind::Text),
        ("BillingCurrency", CellKind::Text),
        ("EffectiveCost", CellKind::Money),
        ("x_TaggedEffectiveCost", CellKind::Money),
        ("x_UntaggedEffectiveCost", CellKind::Money),
        ("x_CoverageShare", CellKind::Ratio),
    ];
    let row = |currency: &str, all, tagged: i128, share| {
        vec![text("CostCenter"), text(currency), money(all), money(tagged), money(all - tagged), Cell::Float(share)]
    };
    let rows = vec![row("USD", 128_422_137, 99_022_137, 0.771), row("EUR", -412_050, 0, 0.0)];
    let by_cost =
        metric("metric/tag_coverage_by_cost", "How much of the cost carries the tag that allocates it?", &kinds, rows);
    let kinds = [
        ("x_TagKey", CellKind::Text),
        ("x_Resources", CellKind::Integer),
        ("x_TaggedResources", CellKind::Integer),
        ("x_CoverageShare", CellKind::Ratio),
    ];
    let rows =
        vec![vec![text("CostCenter"), Cell::Integer(18_211), Cell::Integer(18_204), Cell::Float(18_204.0 / 18_211.0)]];
    (by_cost, metric("metric/tag_coverage_by_resource", "How many resources carry the tag?", &kinds, rows))
}

fn context() -> PageContext {
    let tie = |source: &str, stage: &str, currency: &str, cents: i128| TieLine {
        source: source.into(),
        stage: stage.into(),
        rows: 1_284_221,
        currency: currency.into(),
        sums: ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"]
            .iter()
            .take(if stage == "source" { 1 } else { 4 })
            .map(|name| ((*name).to_string(), Money(cents * 10_000_000_000_000_000 + 12_345)))
            .collect(),
        ties: true,
    };
    let delivery = |source: &str, format: &str, basis: &str| DeliveryLine {
        source: source.into(),
        format: format.into(),
        delivery_id: "9f86d081884c7d65".into(),
        basis: basis.into(),
        files: 12,
        rows: 1_284_221,
        newest_charge_end: Some(Utc.with_ymd_and_hms(2026, 10, 24, 23, 0, 0).unwrap()),
    };
    PageContext {
        month: month(),
        state: "open".into(),
        as_of: NaiveDate::from_ymd_opt(2026, 10, 25).unwrap(),
        currencies: vec!["USD".into(), "EUR".into()],
        deliveries: vec![delivery("aws-payer", "aws-cur-legacy", "net"), delivery("marketplace-eu", "focus", "gross")],
        ties: ["source", "landed", "cost", "cost_daily", "resource_month", "report"]
            .iter()
            .flat_map(|stage| {
                [tie("aws-payer", stage, "USD", 141_002_211), tie("marketplace-eu", stage, "EUR", -412_050)]
            })
            .collect(),
        notes: vec!["aws-payer: the delivery of 2026-10 is 26 hours old.".into()],
    }
}

fn review() -> ReportSpec {
    parse("monthly_review", include_str!("../../reports/monthly_review.toml")).unwrap()
}

fn metrics() -> Vec<(usize, Metric)> {
    let (by_cost, by_resource) = coverage();
    [total(), by_service(), by_sub_account(), by_charge_category(), by_day(), by_month(), by_cost, by_resource]
        .into_iter()
        .enumerate()
        .collect()
}

fn rendered(metrics: &[(usize, Metric)]) -> Vec<Artifact> {
    render(&review(), &context(), metrics, &Templates::built_in()).unwrap()
}

fn text_of(artifacts: &[Artifact], path: &str) -> String {
    String::from_utf8(
        artifacts.iter().find(|artifact| artifact.path == path).unwrap_or_else(|| panic!("no {path}")).bytes.clone(),
    )
    .unwrap()
}

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
    ] {
        assert!(paths.contains(&path), "{paths:?}");
    }
    assert!(!paths.contains(&"2026-10/monthly_review/cost_total.svg"), "cards are not drawn");
    assert_eq!(paths.iter().filter(|path| path.ends_with(".csv")).count(), 8);
    if let Some(folder) = std::env::var_os("COSTMILL_LOOK_AT_PAGES") {
        for artifact in artifacts.iter().chain([&index(&[(month(), vec!["monthly_review".into()])]).unwrap()]) {
            let path = std::path::Path::new(&folder).join(&artifact.path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, &artifact.bytes).unwrap();
        }
    }
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

#[test]
fn an_empty_metric_says_so() {
    let mut metrics = metrics();
    metrics[1].1.rows.clear();
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
    metrics[1].1.columns[0].name = "Servicename".into();
    let error = render(&review(), &context(), &metrics, &Templates::built_in()).unwrap_err();
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
    let artifacts = render(&parse("trend", text).unwrap(), &context(), &[(0, metric)], &Templates::built_in()).unwrap();
    let drawing = text_of(&artifacts, "2026-10/trend/trend.svg");
    assert_eq!(drawing.matches("class=\"l-s1\"").count(), 2, "one line on each side of the gap");
    assert_eq!(drawing.matches("<circle").count(), 12);
    let page = text_of(&artifacts, "2026-10/trend.html");
    assert!(page.contains(">Usage</th>") && !page.contains(">Total</th>"), "a lone series is its own total");
}

#[test]
fn the_index_links_newest_first() {
    let page =
        index(&[(month().plus(-1), vec!["monthly_review".into()]), (month(), vec!["monthly_review".into()])]).unwrap();
    let html = String::from_utf8(page.bytes).unwrap();
    let html = html.replace("&#x2f;", "/");
    let at = |link: &str| html.find(link).unwrap();
    let (newer, older) =
        (at("href=\"2026-10/monthly_review.html\">Monthly review"), at("href=\"2026-09/monthly_review.html\""));
    assert!(newer < older && page.path == "index.html");
}
