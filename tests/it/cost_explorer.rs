//! Nights that ask Cost Explorer: a stub shaped by AWS's published model, for moto knows one operation alone.

mod sample;
pub mod stub;

use super::charges::{Charge, bill, rows, usage};
use super::place::{Night, files};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use stub::{Amount, Stub, costs};

/// Planted: no output and no file may have it.
pub const SECRET: &str = "HUSH0000PLANTED0000NEVER0000SHOWN0000HUSH";

/// The `[[api]]` that asks a stub about a source.
pub fn api(stub: &Stub, source: &str, more: &str) -> String {
    format!(
        "[[api]]\nid = \"costs\"\nkind = \"aws-cost-explorer\"\nsource = \"{source}\"\nendpoint = \"{}\"\n\
         allow_http = true\nregion = \"us-east-1\"\ncredential_file = \"keys\"\n{more}\n",
        stub.url
    )
}

pub fn keys(night: &Night) {
    night.write("keys", format!("[default]\naws_access_key_id = AKOFTHEFILE\naws_secret_access_key = {SECRET}\n"));
}

/// September is final on the day of every night here, October provisional.
fn autumn() -> Vec<Charge> {
    let tax = usage("2026-09-30", "9.5").set("ChargeCategory", "Tax").set("ServiceName", "Engine");
    vec![
        usage("2026-09-30", "50.0000000001"),
        usage("2026-09-30", "30").account("2").costs("31.5", "30"),
        tax,
        usage("2026-10-31", "20"),
    ]
}

fn amount(month: &str, account: &str, record_type: &str, billed: &str, effective: &str) -> Amount {
    let [month, account, record_type, billed, effective] =
        [month, account, record_type, billed, effective].map(str::to_string);
    Amount { month, account, service: "Engine".into(), record_type, billed, effective }
}

fn told() -> Vec<Amount> {
    vec![
        amount("2026-09", "1", "Usage", "50.0000000001", "50.0000000001"),
        amount("2026-09", "1", "Tax", "9.5", "9.5"),
        amount("2026-09", "2", "Usage", "30", "31.5"),
        amount("2026-10", "1", "Usage", "20", "20"),
    ]
}

/// A night whose Cost Explorer says what stands in the cell; `None`: it denies access.
fn night(says: Option<Vec<Amount>>) -> (Night, Stub, Arc<Mutex<Option<Vec<Amount>>>>) {
    let says = Arc::new(Mutex::new(says));
    let heard = says.clone();
    let stub = Stub::start(move |operation, request| match (operation, heard.lock().unwrap().as_ref()) {
        ("GetCostAndUsage", Some(amounts)) => {
            // Services are told once each.
            let of_accounts = request["GroupBy"][0]["Key"] == "LINKED_ACCOUNT";
            let amounts: Vec<Amount> =
                amounts.iter().filter(|amount| of_accounts || amount.account != "2").cloned().collect();
            (200, costs(&amounts, request, |month| month == "2026-10"))
        }
        _ => (400, json!({ "__type": "AccessDeniedException", "message": "not authorized" })),
    });
    let night = bill(
        &autumn(),
        &api(&stub, "hand", "ask = [\"costs\"]"),
        &["metric/control_totals", "metric/told_by_service", "lookup/told_service_name"],
    );
    keys(&night);
    (night, stub, says)
}

#[track_caller]
fn no_secret(night: &Night, outcome: &super::support::Outcome) {
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET));
    for (name, bytes) in files(night.path("")).iter().filter(|(name, _)| *name != "keys") {
        let found = bytes.windows(SECRET.len()).any(|window| window == SECRET.as_bytes());
        assert!(!found, "a secret stands in {name}");
    }
}

fn published(night: &Night) -> Vec<String> {
    let status = night.status();
    let slots = status["slots"].as_array().unwrap();
    let shown = |slot: &Value| slot["billing_period"].as_str().unwrap().to_string();
    slots.iter().map(shown).collect()
}

#[test]
fn what_agrees_is_asked_once_and_listed() {
    let (night, stub, _) = night(Some(told()));
    let outcome = night.run().exits(0).says("costs: 2 requests (2 billed, USD 0.02)\n");
    assert!(!outcome.stderr.contains("costs"), "{}", outcome.stderr);
    no_secret(&night, &outcome);
    let columns = [
        "x_ToldBy",
        "SubAccountId",
        "ChargeCategory",
        "x_TotalMetric",
        "x_ToldAmount",
        "x_FoundCost",
        "x_ToldTolerance",
        "x_TotalVerdict",
        "x_Api",
    ];
    let september = rows(&night, "metric/control_totals", "2026-09", &columns);
    let (billed, effective) = ("costs: Cost Explorer NetUnblendedCost", "costs: Cost Explorer NetAmortizedCost");
    assert_eq!(
        september,
        [
            // Three amounts and three charges, each rounded to the 10th decimal.
            format!("{billed}|||BilledCost|89.5000000001|89.5000000001|0.0000000003|ties|costs"),
            format!("{billed}||Tax|BilledCost|9.5|9.5|0.0000000001|ties|costs"),
            format!("{billed}|1||BilledCost|59.5000000001|59.5000000001|0.0000000002|ties|costs"),
            format!("{billed}|2||BilledCost|30|30|0.0000000001|ties|costs"),
            format!("{effective}|||EffectiveCost|91.0000000001|91.0000000001|0.0000000003|ties|costs"),
            format!("{effective}||Tax|EffectiveCost|9.5|9.5|0.0000000001|ties|costs"),
            format!("{effective}|1||EffectiveCost|59.5000000001|59.5000000001|0.0000000002|ties|costs"),
            format!("{effective}|2||EffectiveCost|31.5|31.5|0.0000000001|ties|costs"),
        ]
    );
    let services = ["x_Service", "x_ToldBilledCost", "BilledCost", "x_ToldBilledCostDifference"];
    assert_eq!(
        rows(&night, "metric/told_by_service", "2026-09", &services),
        ["Engine|50.0000000001|80.0000000001|-30", "Tax|9.5|9.5|0"]
    );
    assert_eq!(stub.asked(), ["GetCostAndUsage"; 2]);

    // The second night of the day asks nothing, and a look at the proof neither.
    night.run().exits(0).says("costs: 0 requests (0 billed, USD 0), 2 answered from today's answers\n");
    let proof = night.costmill(&["reconcile", "--period", "2026-09", "--as-of", super::place::AS_OF]).exits(0);
    let proof = proof.says("costs: Cost Explorer NetUnblendedCost").says("sub account 2");
    assert!(stub.asked().is_empty(), "{}", proof.stdout);
}

#[test]
fn an_account_that_differs_in_a_final_period_is_named_and_stops_it() {
    let mut differs = told();
    differs[2].billed = "31".into();
    differs[3].billed = "21".into();
    let (night, _stub, says) = night(Some(differs));
    let said = "2026-09, hand, sub account 2, USD: BilledCost is 30 in cost and 31 by costs: Cost Explorer NetUnblendedCost \
                (by 1, tolerance 0.0000000001); the period is final";
    night
        .run()
        .exits(4)
        .complains(said)
        .complains("2026-09, hand, USD: BilledCost is 89.5000000001 in cost and 90.5000000001 by")
        .complains("warning: does not tie: 2026-10, hand, USD: BilledCost is 20 in cost and 21 by costs: Cost Explorer NetUnblendedCost, estimated");
    assert_eq!(published(&night), ["2026-10"], "September is not");

    // The next day Cost Explorer agrees.
    *says.lock().unwrap() = Some(told());
    night.costmill(&["run", "--as-of", "2026-11-06"]).exits(0).says("published version 1: hand 2026-09");
    assert_eq!(published(&night), ["2026-09", "2026-10"]);

    // And the day after it cannot be asked: yesterday's answer stands in, and is no gate.
    *says.lock().unwrap() = None;
    let outcome = night.costmill(&["run", "--as-of", "2026-11-07"]).exits(3);
    let outcome = outcome
        .says("costs: 2 requests (0 billed, USD 0), 2 answers of an earlier day\n")
        .complains("source: api costs: costs by LINKED_ACCOUNT and RECORD_TYPE: access denied (AccessDeniedException: not authorized)")
        .complains("remedy: grant ce:GetCostAndUsage");
    no_secret(&night, &outcome);
    let shown = rows(&night, "metric/control_totals", "2026-09", &["x_ToldBy", "x_TotalVerdict"]);
    assert_eq!(shown[0], "costs: Cost Explorer NetUnblendedCost, asked on 2026-11-06|ties");
}

#[test]
fn what_cannot_be_asked_stops_nothing() {
    let (night, _stub, _) = night(None);
    let outcome = night.run().exits(3).says("published version 0: hand 2026-09, hand 2026-10");
    let outcome = outcome.says("costs: 2 requests (0 billed, USD 0)\n");
    no_secret(&night, &outcome);
    assert_eq!(rows(&night, "metric/control_totals", "2026-09", &["x_ToldBy"]), Vec::<String>::new());
}

/// A difference keeps a final period from being closed, as one of the control totals file does.
#[test]
fn closing_asks_what_was_answered() {
    let (night, stub, says) = night(Some(told()));
    night.run().exits(0);
    let mut differs = told();
    differs[2].billed = "31".into();
    *says.lock().unwrap() = Some(differs);
    // Published before, so it stands; the night says so and ends with 4.
    night.costmill(&["run", "--as-of", "2026-11-06"]).exits(4).complains("sub account 2");
    stub.asked();
    let close = |day: &str| night.costmill(&["close", "--period", "2026-09", "--by", "us", "--as-of", day]);
    close("2026-11-06")
        .exits(4)
        .complains("2026-09, hand, USD: BilledCost is 89.5000000001 in cost and 90.5000000001 by");
    assert!(stub.asked().is_empty());
}
