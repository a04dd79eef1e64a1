//! Reports with a page per team.

use super::made_up_teams::{answer, team};
use super::*;

fn report(id: &str) -> ReportSpec {
    let text = match id {
        "statement" => include_str!("../../../reports/statement.toml"),
        "waste" => include_str!("../../../reports/waste.toml"),
        _ => include_str!("../../../reports/tag_coverage.toml"),
    };
    parse(id, text).unwrap()
}

fn pages(id: &str, teams: usize, findings: usize) -> Vec<Artifact> {
    let spec = report(id);
    let metrics: Vec<(usize, Metric)> =
        spec.sections.iter().enumerate().map(|(at, section)| (at, answer(&section.query, teams, findings))).collect();
    let artifacts = made(&spec, &metrics).unwrap();
    look_at(&artifacts);
    artifacts
}

fn cells(text: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head = reader.headers().unwrap().iter().map(str::to_string).collect();
    std::iter::once(head).chain(reader.records().map(|row| row.unwrap().iter().map(str::to_string).collect())).collect()
}

#[test]
fn each_team_has_its_own_pages_and_rows() {
    let artifacts = pages("statement", 6, 0);
    let html: Vec<&str> =
        artifacts.iter().map(|artifact| artifact.path.as_str()).filter(|path| path.ends_with(".html")).collect();
    assert_eq!(html.len(), 6, "{html:?}");
    assert!(
        html.contains(&"2026-10/team/maps/statement.html") && html.contains(&"2026-10/team/unallocated/statement.html")
    );
    let whole = cells(
        &String::from_utf8(
            super::super::csv_file::csv_bytes(&answer("metric/showback_by_service", 6, 0), &context()).unwrap(),
        )
        .unwrap(),
    );
    let mut parts = 0;
    for at in 0..6 {
        let folder = format!("2026-10/team/{}/statement", super::super::slug::slug(&team(at)));
        let own = cells(&text_of(&artifacts, &format!("{folder}/by_service.csv")));
        assert_eq!(own[0], whole[0]);
        assert!(own[1..].iter().all(|row| row[0] == team(at)) && own.len() == 7, "{own:?}");
        assert!(own[1..].iter().all(|row| whole.contains(row)));
        parts += own.len() - 1;
    }
    assert_eq!(parts, whole.len() - 1, "every row is on one page");
}

#[test]
fn a_statement_says_basis_owner_cost_centre_and_bill_to() {
    let artifacts = pages("statement", 4, 40);
    let page = text_of(&artifacts, "2026-10/team/maps/statement.html");
    for words in [
        "<title>Statement · maps · 2026-10 · open</title>",
        "<dt>Cost centre</dt><dd>4101</dd>",
        "<dt>Bill to</dt><dd>Larkfield Maps GmbH</dd>",
        "EffectiveCost by service · maps · gross and net · USD · 2026-10 · open",
        "Year to date EffectiveCost",
        "Tax stays unallocated; support, credits and refunds go to the owner of the charge.",
        "<th scope=\"col\" class=\"n\" title=\"x_PriorCost: What x_PriorCost says, in a sentence.\">Prior EffectiveCost</th>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(
        !page.contains("{basis}") && !page.contains("{policy}") && !page.contains(">Cost<"),
        "a bare cost has no name"
    );
    let csv = text_of(&artifacts, "2026-10/team/maps/statement/total.csv");
    assert!(
        csv.starts_with("x_Team,x_CostCentre,x_BillTo,BillingCurrency,")
            && csv.contains("maps,4101,Larkfield Maps GmbH,USD,")
    );
    // The page of a hostile name is a page like any other.
    let hostile = text_of(&artifacts, &format!("2026-10/team/{}/statement.html", super::super::slug::slug(HOSTILE)));
    assert!(
        hostile.contains("&lt;script&gt;") && hostile.matches("<script").count() == 1 && !hostile.contains('\u{7}')
    );
}

#[test]
fn a_page_carries_the_largest_findings_and_totals_over_all() {
    let artifacts = pages("waste", 2, 600);
    let page = text_of(&artifacts, "2026-10/waste.html");
    assert!(page.contains("The first 250 of 600 rows: the CSV has them all; the total is over all of them."));
    let csv = cells(&text_of(&artifacts, "2026-10/waste/findings.csv"));
    assert_eq!(csv.len(), 601);
    let at = |column: &str| csv[0].iter().position(|name| name == column).unwrap();
    let (saving, counted) = (at("x_RealisableMonthlySaving"), at("x_IsCounted"));
    let sums = |keep: &str| -> f64 {
        let rows = csv[1..].iter().filter(|row| keep.is_empty() || row[counted] == keep);
        rows.filter_map(|row| row[saving].parse::<f64>().ok()).sum()
    };
    // What excludes another action on the same resource is on the list and in no sum.
    let sum = sums("true");
    assert!(sum < sums("") && page.contains("not added up"));
    let shown = super::super::display::float(sum, 2);
    assert!(page.contains(&format!(">{shown}</td></tr></tfoot>")) || page.contains(&format!(">{shown}<")), "{shown}");
    // The command can be copied from, and no figure is a dash.
    assert!(page.contains("<span class=\"code\"><code>aws ec2 describe-nat-gateways"));
    assert!(page.contains("class=\"n none\" data-head=\"Realisable a month\""));
    let team = text_of(&artifacts, "2026-10/team/unallocated/waste.html");
    assert!(!team.contains(">unallocated</span>"), "the page's own team is not told in every row");
    assert_eq!(cells(&text_of(&artifacts, "2026-10/team/unallocated/waste/findings.csv")).len(), 301);
}

#[test]
fn a_team_without_findings_has_an_empty_list() {
    let spec = report("waste");
    let metrics: Vec<(usize, Metric)> =
        spec.sections.iter().enumerate().map(|(at, section)| (at, answer(&section.query, 2, 0))).collect();
    let none: Vec<(usize, Metric)> = metrics
        .into_iter()
        .map(|(at, mut metric)| {
            metric.rows.clear();
            (at, metric)
        })
        .collect();
    let values = ["maps".to_string()].into();
    let artifacts = made_for(&spec, &none, &values).unwrap();
    let page = text_of(&artifacts, "2026-10/team/maps/waste.html");
    assert!(page.contains("Nothing is on the list: no rule found waste in this month."));
}

#[test]
fn coverage_is_drawn_against_its_target() {
    let artifacts = pages("tag_coverage", 30, 120);
    let drawing = text_of(&artifacts, "2026-10/tag_coverage/by_month.svg");
    assert!(drawing.contains("target 95.0%"));
    let page = text_of(&artifacts, "2026-10/tag_coverage.html");
    assert!(page.contains("class=\"bar\"") && page.contains("Values the policy does not allow"));
}

#[test]
fn two_hundred_teams_are_the_same_bytes_on_one_thread_and_on_two() {
    let spec = parse("brief", "title = \"Brief\"\naudience = \"a\"\nper = \"x_Team\"\n[[section]]\nid = \"total\"\ntitle = \"{basis}\"\nquery = \"metric/showback_by_team\"\nchart = \"number\"\ncolumns = []\ncards = [{ value = \"x_Cost\" }]\n").unwrap();
    let metrics = [(0, answer("metric/showback_by_team", 200, 0))];
    let (one, two) = (made_with(&spec, &metrics, 1), made_with(&spec, &metrics, 2));
    assert!(one.len() == 400 && one == two);
}

#[test]
fn a_section_without_the_column_is_refused_unless_it_is_shared() {
    let text = |shared: &str| {
        format!(
            "title = \"t\"\naudience = \"a\"\nper = \"x_Team\"\n[[section]]\nid = \"total\"\ntitle = \"t\"\nquery = \"metric/showback_by_team\"\nchart = \"table\"\n[[section]]\nid = \"rules\"\ntitle = \"Patterns of all teams\"\nquery = \"metric/waste_by_rule\"\nchart = \"bar\"\nx = \"x_Title\"\ny = \"x_RealisableMonthlySaving\"\n{shared}"
        )
    };
    let spec = parse("mine", &text("")).unwrap();
    let named: Vec<String> =
        spec.named_columns().iter().map(|(key, section, column)| format!("{key} {} {column}", section.id)).collect();
    assert_eq!(named, ["per total x_Team", "per rules x_Team"], "checked against the query's columns");
    let spec = parse("mine", &text("shared = true\n")).unwrap();
    let metrics = [(0, answer("metric/showback_by_team", 3, 40)), (1, answer("metric/waste_by_rule", 3, 40))];
    let artifacts = made(&spec, &metrics).unwrap();
    let page = text_of(&artifacts, "2026-10/team/maps/mine.html");
    assert!(page.contains("Idle NAT gateways") && page.contains("href=\"..&#x2f;..&#x2f;mine&#x2f;rules.csv\""));
    assert_eq!(artifacts.iter().filter(|artifact| artifact.path.ends_with("rules.csv")).count(), 1);
    assert!(artifacts.iter().any(|artifact| artifact.path == "2026-10/mine/rules.csv"));
    assert!(parse("mine", &text("shared = true\n").replace("per = \"x_Team\"\n", "")).is_err());
}
