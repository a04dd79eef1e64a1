//! The front pages.

use super::*;

fn figure(title: &str, cents: i64) -> Figure {
    Figure {
        title: title.into(),
        currency: "USD".into(),
        text: super::super::display::decimal(cents.into(), 2, 2),
        exact: format!("{}", cents as f64 / 100.0),
        direction: String::new(),
        numeric: true,
    }
}

fn entry(month: &str, report: &str, of: Option<&str>, figures: Vec<Figure>) -> PageEntry {
    let folder = of.map_or(month.to_string(), |team| format!("{month}/team/{}", super::super::slug::slug(team)));
    PageEntry {
        report: report.into(),
        title: report.replace('_', " "),
        audience: if of.is_some() { "Teams".into() } else { "Finance".into() },
        per: of.map(|_| "x_Team".into()),
        of: of.map(str::to_string),
        path: format!("{folder}/{report}.html"),
        figures,
    }
}

/// A month with a review, and a statement and a list of waste for each of so many teams.
pub fn month_of(month: &str, teams: usize) -> MonthPages {
    let mut pages = vec![entry(month, "monthly_review", None, vec![figure("EffectiveCost", 128_422_137)])];
    for team in 0..teams {
        let name = if team == 3 { HOSTILE.to_string() } else { format!("team-{team:03}") };
        let cost = 9_000_000 / (team as i64 + 1);
        pages.push(entry(month, "statement", Some(&name), vec![figure("EffectiveCost", cost)]));
        pages.push(entry(month, "waste", Some(&name), vec![figure("Realisable monthly saving", cost / 10)]));
    }
    MonthPages {
        month: month.into(),
        state: "open".into(),
        as_of: "2026-10-25".into(),
        key: "0".into(),
        files: 0,
        bytes: 0,
        pages,
    }
}

fn html(artifact: &Artifact) -> String {
    String::from_utf8(artifact.bytes.clone()).unwrap().replace("&#x2f;", "/")
}

#[test]
fn the_index_links_newest_first() {
    let page = index(&[month_of("2026-09", 0), month_of("2026-10", 0)], &Templates::built_in()).unwrap();
    let html = html(&page);
    let at = |link: &str| html.find(link).unwrap_or_else(|| panic!("no {link}"));
    let (newer, older) = (at("href=\"2026-10/monthly_review.html\">monthly review"), at("href=\"2026-09/index.html\""));
    assert!(newer < older && page.path == "index.html");
}

#[test]
fn two_hundred_teams_are_a_table_with_totals() {
    let months = [month_of("2026-10", 200), month_of("2026-09", 200)];
    let page = index(&months, &Templates::built_in()).unwrap();
    let text = html(&page);
    // The newest month alone lists its teams, dearest first.
    let first = text.find("team-000").unwrap();
    assert!(first < text.find("team-001").unwrap() && !text.contains("2026-09/team/"));
    assert_eq!(text.matches("/statement.html\"").count(), 2 * 200, "the name and the page");
    assert!(text.contains("title=\"90000\">90,000.00</td>") && text.contains("Realisable monthly saving, USD"));
    // Every page carries everything; a hostile name is text.
    assert!(text.contains("&lt;script&gt;") && text.matches("<script").count() == 1);
    let own = months[1].html(&Templates::built_in()).unwrap();
    assert_eq!(own.path, "2026-09/index.html");
    assert!(html(&own).contains("href=\"../2026-09/team/team-000/statement.html\""));
    look_at(&[page, own]);
}

#[test]
fn what_a_month_holds_is_read_again() {
    let month = month_of("2026-10", 2);
    let json = month.json().unwrap();
    assert_eq!(json.path, "2026-10/index.json");
    assert_eq!(serde_json::from_slice::<MonthPages>(&json.bytes).unwrap(), month);
}
