//! The demo's pages in a real browser. `tests/browser/check_pages.py` looks; without Chromium or
//! Python 3.11 this test is skipped, with this reason.

use super::night::{DEMO, files, root};
use std::process::Command;

/// The status with which the script says that there is no browser.
const NO_BROWSER: i32 = 77;

/// The script over pages of a folder: its status and what it said; `None` where it cannot run.
fn look(output: &std::path::Path, pages: &[String]) -> Option<(i32, String)> {
    let python = std::env::var("COSTMILL_PYTHON").ok().filter(|path| !path.is_empty());
    let done = Command::new(python.unwrap_or_else(|| "python3".into()))
        .arg(root().join("tests/browser/check_pages.py"))
        .args([root().join("reports"), output.to_path_buf()])
        .args(pages)
        .output();
    let Ok(done) = done else {
        eprintln!("skipped: there is no Python to drive a browser with");
        return None;
    };
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    if done.status.code() == Some(NO_BROWSER) || said.contains("No module named 'tomllib'") {
        eprintln!("skipped: the pages are looked at with Chromium and Python 3.11 or newer");
        return None;
    }
    Some((done.status.code().unwrap_or(-1), said))
}

#[test]
fn labels_stand_clear_and_charts_show_their_csv() {
    let output = DEMO.0.path("out");
    let month = files(&output.join("2026-10")).into_iter().filter(|path| path.ends_with(".html"));
    let mut pages: Vec<String> = month.map(|path| format!("2026-10/{path}")).collect();
    pages.push("index.html".into());
    assert!(pages.len() > 2, "{pages:?}");
    let Some((status, said)) = look(&output, &pages) else { return };
    assert_eq!(status, 0, "{said}");
    let compared: u64 =
        said.split(" drawn figures").next().and_then(|text| text.rsplit(' ').next()?.parse().ok()).unwrap();
    assert!(compared > 100, "hardly anything is compared: {said}");
}

/// The checks can fail: a page whose chart and CSV differ, with a label moved over another.
#[test]
fn a_spoilt_page_is_found_out() {
    let output = tempfile::tempdir().unwrap();
    let from = DEMO.0.path("out");
    for path in files(&from).into_iter().filter(|path| path.starts_with("2026-10/monthly_review")) {
        let to = output.path().join(&path);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(from.join(&path), to).unwrap();
    }
    let csv = output.path().join("2026-10/monthly_review/cost_by_service.csv");
    let text = std::fs::read_to_string(&csv).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    let dearest = lines.remove(1).to_string();
    std::fs::write(&csv, lines.join("\n")).unwrap();
    let page = output.path().join("2026-10/monthly_review.html");
    let text = std::fs::read_to_string(&page).unwrap();
    // The second label of a chart, drawn where the first is.
    let (head, drawing) = text.split_once("<svg class=\"chart wide\"").unwrap();
    let labels: Vec<&str> = drawing.split("<text ").skip(1).take(2).collect();
    let place = |label: &str| label.split(" dy=").next().unwrap().to_string();
    let moved = drawing.replacen(&place(labels[1]), &place(labels[0]), 1);
    std::fs::write(&page, format!("{head}<svg class=\"chart wide\"{moved}")).unwrap();
    let Some((status, said)) = look(output.path(), &["2026-10/monthly_review.html".into()]) else { return };
    let service = dearest.split(',').next().unwrap().trim_matches('"');
    assert_eq!(status, 1, "{said}");
    assert!(said.contains(" overlap"), "{said}");
    assert!(said.contains(&format!("“{service}” is drawn as")), "{said}");
}
