//! Cost Explorer as moto plays it, and our own stub's answers held to AWS's published model.

use super::super::charges::{bill, rows, usage};
use super::super::cost_explorer::SECRET;
use super::servers::{Peer, installed};
use super::{files, no_secret, project, run};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Runs `tests/peers/cost_explorer.py`; what it prints.
fn python(peers: &Path, arguments: &[&str], paths: &[PathBuf]) -> String {
    let script = project("tests/peers/cost_explorer.py");
    let output = Command::new(peers.join("venv/bin/python")).arg(script).args(arguments).args(paths).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "cost_explorer.py {arguments:?}\n{said}");
    String::from_utf8(output.stdout).unwrap()
}

fn fixtures() -> Vec<PathBuf> {
    let folder = project("tests/fixtures/cost_explorer");
    files(folder.clone()).into_keys().map(|name| folder.join(name)).collect()
}

#[test]
fn the_stubs_answers_keep_to_the_published_model() {
    let Some(peers) = installed() else { return };
    let fixtures = fixtures();
    assert!(fixtures.len() > 10, "{fixtures:?}");
    assert_eq!(python(&peers, &["model"], &fixtures), "");
    // One that does not is told.
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("GetCostAndUsage.wrong.json");
    std::fs::write(&wrong, "{\"ResultsByTime\": [{\"Estimated\": \"no\", \"Gruops\": []}]}").unwrap();
    let said = python(&peers, &["model"], &[wrong]);
    assert!(said.contains("Estimated") && said.contains("Gruops is not in the model"), "{said}");
}

/// All pages of a server that somebody else wrote; the next night of the day asks it nothing.
#[test]
fn two_pages_of_moto_become_control_totals() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    let charge = |day: &str, account: &str, billed: &str, effective: &str| {
        usage(day, billed).account(account).costs(effective, billed)
    };
    let charges = [
        charge("2026-09-30", "111122223333", "100.0000000001", "90.5"),
        charge("2026-09-30", "111122223333", "19", "19").set("ChargeCategory", "Tax"),
        charge("2026-09-30", "222233334444", "7.25", "9"),
        charge("2026-09-30", "222233334444", "-2", "-2").set("ChargeCategory", "Credit"),
        charge("2026-10-31", "111122223333", "20", "20"),
    ];
    let api = format!(
        "[[api]]\nid = \"costs\"\nkind = \"aws-cost-explorer\"\nsource = \"hand\"\nask = [\"costs\"]\nendpoint = \"{}\"\n\
         allow_http = true\nregion = \"eu-west-1\"\n",
        moto.url
    );
    let night = bill(&charges, &api, &["metric/control_totals"]);
    // The costs of a FOCUS bill are held against net metrics.
    let pages = ["accounts-1", "accounts-2", "services"].map(|page| {
        let name = format!("GetCostAndUsage.{page}.json");
        let text = std::fs::read_to_string(project("tests/fixtures/cost_explorer").join(&name)).unwrap();
        night.write(
            &name,
            text.replace("\"UnblendedCost\"", "\"NetUnblendedCost\"").replace("\"Amortized", "\"NetAmortized"),
        );
        night.path(&name)
    });
    python(&peers, &["seed", &moto.url], &pages);

    let environment = [("AWS_ACCESS_KEY_ID", "AKOFTHEENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let outcome = run(&night.path(""), &environment).exits(0).says("costs: 3 requests (3 billed, USD 0.03)\n");
    no_secret(&night.path(""), &outcome, &[SECRET]);
    let told = rows(
        &night,
        "metric/control_totals",
        "2026-09",
        &["SubAccountId", "x_TotalMetric", "x_ToldAmount", "x_TotalVerdict"],
    );
    for line in [
        "|BilledCost|124.2500000001|ties",
        "111122223333|BilledCost|119.0000000001|ties",
        "222233334444|BilledCost|5.25|ties",
        "|EffectiveCost|116.5|ties",
        "222233334444|EffectiveCost|7|ties",
    ] {
        assert!(told.contains(&line.to_string()), "{line}\n{told:#?}");
    }
    drop(moto);
    let again = run(&night.path(""), &[]).exits(0);
    again.says("costs: 0 requests (0 billed, USD 0), 2 answered from today's answers\n");
}
