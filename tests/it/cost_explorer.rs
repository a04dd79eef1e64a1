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
    night_of(&autumn(), "", says)
}

fn night_of(
    charges: &[Charge],
    more: &str,
    says: Option<Vec<Amount>>,
) -> (Night, Stub, Arc<Mutex<Option<Vec<Amount>>>>) {
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
        charges,
        &api(&stub, "hand", &format!("ask = [\"costs\"]\n{more}")),
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

    // And the day after it cannot be asked: yesterday's answer stands in.
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

/// A difference keeps a final period from being closed, as one of the control totals file does: also on a later day, and
/// when other periods were closed since it was told.
#[test]
fn closing_asks_what_was_answered() {
    let mut charges = autumn();
    charges.push(usage("2026-08-31", "7"));
    let mut agrees = told();
    agrees.push(amount("2026-08", "1", "Usage", "7", "7"));
    let (night, stub, says) = night_of(&charges, "", Some(agrees.clone()));
    night.run().exits(0);
    let mut differs = agrees;
    differs[2].billed = "31".into();
    *says.lock().unwrap() = Some(differs);
    // Published before, so it stands; the night says so and ends with 4.
    night.costmill(&["run", "--as-of", "2026-11-06"]).exits(4).complains("sub account 2");
    stub.asked();
    let close = |month: &str, day: &str, force: &[&str]| {
        let close = ["close", "--period", month, "--by", "us", "--as-of", day];
        night.costmill(&[&close[..], force].concat())
    };
    let refused = |day: &str| {
        close("2026-09", day, &[])
            .exits(4)
            .complains("2026-09, hand, USD: BilledCost is 89.5000000001 in cost and 90.5000000001 by")
    };
    refused("2026-11-06");
    refused("2026-11-07").complains("asked on 2026-11-06");
    close("2026-08", "2026-11-07", &[]).exits(0);
    refused("2026-11-07");
    // A night that asks about fewer periods, and one without a network, find it as well.
    night.costmill(&["run", "--offline", "--as-of", "2026-11-08"]).exits(4).complains("sub account 2");
    assert!(stub.asked().is_empty());
    close("2026-09", "2026-11-08", &["--force"]).exits(0);
}

/// Where a gate has never spoken of the period, it is not closed as if it had.
#[test]
fn a_period_of_which_nothing_was_answered_is_not_closed_unasked() {
    let (night, _stub, says) = night(None);
    night.run().exits(3);
    let close = |force: &[&str]| {
        let close = ["close", "--period", "2026-09", "--by", "us", "--as-of", "2026-11-06"];
        night.costmill(&[&close[..], force].concat())
    };
    close(&[]).exits(1).complains("api costs: no answer of 2026-09 is kept that it could be closed by");
    assert_eq!(night.status()["slots"][0]["state"], "final");
    *says.lock().unwrap() = Some(told());
    night.run().exits(0);
    close(&[]).exits(0).says("2026-09 is closed");
}

/// Scopes name accounts of the bill that Cost Explorer says nothing of: zero is what it says.
#[test]
fn an_account_that_is_not_told_does_not_tie() {
    let mut silent = told();
    silent.remove(2);
    let (night, stub, _) = night_of(&autumn(), "scopes = [\"1\", \"2\"]", Some(silent));
    let said =
        "2026-09, hand, sub account 2, USD: BilledCost is 30 in cost and 0 by costs: Cost Explorer NetUnblendedCost";
    night.run().exits(4).complains(said);
    // Services of some accounts are no services of the source.
    assert_eq!(stub.asked(), ["GetCostAndUsage"]);
    assert_eq!(rows(&night, "metric/told_by_service", "2026-10", &["x_Service"]), Vec::<String>::new());
}

/// What was asked beside an older delivery says nothing of a new one, and a mistake of the day can be put right.
#[test]
fn a_new_delivery_is_asked_about_anew_and_so_is_what_is_asked_again() {
    let mut late = told();
    late[2].billed = "31".into();
    let (night, stub, says) = night(Some(told()));
    night.run().exits(0);
    stub.asked();
    let mut charges = autumn();
    charges[1] = usage("2026-09-30", "31").account("2").costs("31.5", "31");
    super::charges::rewrite(&night, &charges);
    *says.lock().unwrap() = Some(late);
    night.run().exits(0).says("costs: 2 requests (2 billed, USD 0.02)\n");
    // A wrong account's credential, say: its answer is kept for the day, until it is asked again.
    *says.lock().unwrap() = Some(told());
    let again = |more: &[&str]| night.costmill(&[&["run", "--as-of", super::place::AS_OF], more].concat());
    again(&[]).exits(0).says("2 answered from today's answers");
    again(&["--ask-again"]).exits(4).says("costs: 2 requests").complains("or ask once more with --ask-again");
}
