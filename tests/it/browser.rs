//! The demo's pages, and pages with many findings, in a real browser. `tests/browser/check_pages.py`
//! looks; without Chromium or Python 3.11 these tests are skipped, with this reason.

use super::charges::{Charge, bill, usage};
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

/// A team of a number, some with names that are long, or do not break, or are no plain words.
fn team(number: usize) -> String {
    match number % 4 {
        0 => format!("international settlement and reconciliation of partners {number:02}"),
        1 => format!("platform_infrastructure_and_developer_experience_{number:02}"),
        2 => format!("t{number:02}"),
        _ => format!("<Überweisungen & Rückläufer> {number:02}"),
    }
}

/// 500 idle addresses, NAT gateways and load balancers of 20 teams, over the last 14 days of October.
/// Prices differ by the resource; one in five has no name.
fn many_findings() -> Vec<Charge> {
    const KINDS: [(&str, &str, &str, &str); 3] = [
        ("AmazonVPC", "EU-PublicIPv4:IdleAddress", "eipalloc", "Amazon Virtual Private Cloud"),
        ("AmazonEC2", "EU-NatGateway-Hours", "natgateway/nat", "Amazon Elastic Compute Cloud"),
        ("AWSELB", "EU-LoadBalancerUsage", "loadbalancer/app/with-a-long-name-of-its-own", "Elastic Load Balancing"),
    ];
    let mut charges = Vec::new();
    for number in 0..500 {
        let (code, usage_type, start, service) = KINDS[number % 3];
        let account = format!("{:012}", 204_516_638_824_u64 + number as u64 % 7);
        let id = format!("arn:aws:ec2:eu-west-1:{account}:{start}-{number:017x}");
        let name = format!("settlement-gateway-of-region-europe-west-one-number-{number}");
        // From a cent to some thousand a day.
        let cost = format!("{}.{:02}", if number % 97 == 0 { 4321 } else { number / 40 }, number % 89 + 1);
        for day in 18..=31 {
            let charge = usage(&format!("2026-10-{day}"), &cost).account(&account).resource(&id);
            let charge = charge.set("SubAccountName", "Larkfield international settlement, production");
            let charge = charge.set("RegionId", "eu-west-1").set("ServiceName", service).set("x_ServiceCode", code);
            let charge = charge.set("x_UsageType", usage_type).set("PricingQuantity", "24").set("PricingUnit", "Hrs");
            let charge = if number % 5 == 0 { charge } else { charge.set("ResourceName", &name) };
            charges.push(charge.tags(&[("team", &team(number % 20))]));
        }
    }
    charges
}

#[test]
fn pages_with_500_findings_stand_clear() {
    let policy = "[tags.dimensions]\nteam = [\"team\"]\n[[owner]]\ntag = \"team\"\n";
    let night = bill(&many_findings(), policy, &["metric/", "waste/idle_", "lookup/"]);
    for report in ["waste", "statement"] {
        let file = format!("reports/{report}.toml");
        night.write(&format!("catalogue/{file}"), std::fs::read(root().join(&file)).unwrap());
    }
    night.run().exits(0);
    let listed = night.costmill(&["waste", "--format", "csv"]).exits(0);
    assert_eq!(listed.stdout.lines().count(), 501, "a header and a line for each finding");

    let out = night.path("out");
    let mut pages = vec!["2026-10/waste.html".to_string()];
    let of_teams = files(&out).into_iter().filter(|path| path.starts_with("2026-10/team/"));
    let of_teams: Vec<String> = of_teams.filter(|path| path.ends_with("/statement.html")).collect();
    assert_eq!(of_teams.len(), 21, "20 teams and the rest: {of_teams:?}");
    // A name that breaks, one that does not, and one that is no plain word.
    for word in ["international", "platform", "ck"] {
        let statement = of_teams.iter().find(|path| path.contains(word)).unwrap_or_else(|| panic!("{of_teams:?}"));
        pages.extend([statement.clone(), statement.replace("statement.html", "waste.html")]);
    }
    let Some((status, said)) = look(&out, &pages) else { return };
    assert_eq!(status, 0, "{said}");
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
