//! A night's questions: what becomes of answers, kept ones, and of what goes wrong.

use super::super::put;
use super::super::session::Session;
use super::stub::{Stub, ok, status};
use super::{PROFILE, SECRET};
use crate::extract::api::{Asking, Mode};
use crate::focus::{Answers, Api, ApiKind, AskedMonth, Login, MoneyBasis};
use crate::store::Patience;
use std::collections::BTreeSet;
use std::path::Path;

fn api(endpoint: &str, folder: &Path, scopes: &[&str], ask: &[&str]) -> Api {
    let file = folder.join("token");
    std::fs::write(&file, SECRET).unwrap();
    Api {
        id: "azure-costs".into(),
        kind: ApiKind::AzureConsumption,
        source: "azure".into(),
        ask: ask.iter().map(|word| (*word).to_string()).collect(),
        scopes: scopes.iter().map(|scope| (*scope).to_string()).collect(),
        tolerance: None,
        location: None,
        login: Login {
            endpoint: Some(endpoint.into()),
            credential_file: Some(file),
            allow_http: true,
            ..Login::default()
        },
    }
}

fn october() -> AskedMonth {
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_string()).collect::<BTreeSet<String>>();
    AskedMonth {
        month: "2026-10".parse().unwrap(),
        format: "azure-cost-details".into(),
        basis: MoneyBasis::Net,
        billing_accounts: ids(&["ab-12", "CD"]),
        sub_accounts: ids(&["/subscriptions/S-1", ""]),
        currencies: ids(&["USD"]),
        delivery: "d".into(),
    }
}

fn night(api: &Api, lake: &Path, day: &str, mode: Mode) -> Answers {
    let months = [october()];
    let asking = Asking::new(api, lake, day.parse().unwrap(), mode);
    put(Session::new(api, &months, asking, Patience::short()))
}

fn told(answers: &Answers) -> Vec<String> {
    let totals = answers.control_totals.iter().map(|total| {
        let settled = if total.is_settled { "settled" } else { "open" };
        let amount = total.amount().unwrap();
        format!("{} {amount} ±{} {settled} by {}", total.part.in_words(), total.tolerance(), total.by())
    });
    totals.chain(answers.problems.iter().map(ToString::to_string)).collect()
}

/// 5000.000000000000000001 + 60.9 + 100 = 5160.900000000000000001, of three figures in cents.
const CHARGES: &str = "{\"value\":[{\"kind\":\"modern\",\"properties\":{\"isInvoiced\":true,\"usageStart\":\"2026-10-01\",\
    \"usageEnd\":\"2026-10-31\",\"azureCharges\":{\"currency\":\"USD\",\"value\":5000.000000000000000001},\
    \"chargesBilledSeparately\":{\"currency\":\"USD\",\"value\":60.9},\"marketplaceCharges\":{\"currency\":\"USD\",\"value\":100.0},\
    \"billingProfileId\":\"/providers/Microsoft.Billing/billingAccounts/1:2/billingProfiles/AB-12\"}}]}";

#[test]
fn a_question_is_asked_once_a_day_and_outlives_a_bad_one() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("answers");
    let stub =
        Stub::queue([ok(CHARGES), status(403, &[], "{\"error\":{\"code\":\"RBACAccessDenied\",\"message\":\"no\"}}")]);
    let api = api(&stub.url, folder.path(), &[PROFILE], &["charges"]);
    let expected = "2026-10, azure, billing account ab-12, USD 5160.900000000000000001 ±0.03 settled by azure-costs: \
                    Consumption charges";
    let first = night(&api, &lake, "2026-11-10", Mode::Online);
    assert_eq!((told(&first), first.calls, first.from_cache), (vec![expected.to_string()], 1, 0));
    let second = night(&api, &lake, "2026-11-10", Mode::Online);
    assert_eq!((told(&second), second.calls, second.from_cache), (vec![expected.to_string()], 0, 1));
    // The next day's answer is a refusal: what is kept stands, stops nothing, and the role is named.
    let third = night(&api, &lake, "2026-11-11", Mode::Online);
    let lines = told(&third);
    // It was asked beside what is published still.
    assert_eq!((lines[0].clone(), third.stale), (format!("{expected}, asked on 2026-11-10"), 1));
    let problem = &lines[1];
    assert!(problem.starts_with(&format!("source: api azure-costs: charges of 2026-10, {PROFILE}: 403")), "{problem}");
    assert!(
        problem.contains("remedy: assign the role Billing profile reader") && !problem.contains(SECRET),
        "{problem}"
    );
    // Offline nothing is asked at all.
    let kept = night(&api, &lake, "2026-11-12", Mode::Kept);
    assert_eq!((told(&kept).len(), kept.calls, stub.asked().len()), (1, 0, 2));
}

/// Where Azure itself is the trouble the next question has it too: it is told once.
#[test]
fn what_is_everybodys_trouble_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let stub = Stub::with(|_| status(429, &[("retry-after", "9999")], "{}"));
    let scopes = [PROFILE, "/subscriptions/s-1", "/providers/Microsoft.Billing/billingAccounts/7"];
    let api = api(&stub.url, folder.path(), &scopes, &["charges", "balances", "reservations", "budgets"]);
    let answers = night(&api, &folder.path().join("answers"), "2026-11-10", Mode::Online);
    let told = told(&answers);
    assert_eq!((told.len(), stub.asked().len()), (1, 1), "{told:#?}");
    assert!(told[0].contains("it asks to wait 9999 s"), "{told:#?}");
}

#[test]
fn a_scope_that_is_none_is_told_and_the_others_are_asked() {
    let folder = tempfile::tempdir().unwrap();
    let stub = Stub::queue([ok(CHARGES)]);
    let api = api(&stub.url, folder.path(), &["my billing account", PROFILE], &["charges"]);
    let told = told(&night(&api, &folder.path().join("answers"), "2026-11-10", Mode::Online));
    assert_eq!(told.len(), 2, "{told:#?}");
    assert!(told[1].contains("`my billing account` is no scope of Azure"), "{told:#?}");
}

/// A billing profile that the bill has and the answer has not would tie with nothing.
#[test]
fn a_profile_that_is_not_told_is_a_problem_once_the_month_is_over() {
    let account = "/providers/Microsoft.Billing/billingAccounts/1:2";
    for (scope, body) in [(PROFILE, "{\"value\":[]}"), (PROFILE, ""), (account, "{\"value\":[]}")] {
        let folder = tempfile::tempdir().unwrap();
        let stub = Stub::queue([ok(body), ok(body)]);
        let api = api(&stub.url, folder.path(), &[scope], &["charges"]);
        let lines = told(&night(&api, &folder.path().join("answers"), "2026-11-01", Mode::Online));
        // All profiles of the bill are an account's.
        assert_eq!(lines.len(), if scope == account { 2 } else { 1 }, "{lines:#?}");
        assert!(lines.iter().any(|line| line.contains("charges of 2026-10: it says nothing of ab-12")), "{lines:#?}");
        let running = told(&night(&api, &folder.path().join("running"), "2026-10-31", Mode::Online));
        assert_eq!(running, Vec::<String>::new());
    }
}

/// An answer that does not add up is not kept: the next run asks again.
#[test]
fn what_does_not_read_is_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let lake = folder.path().join("answers");
    let stub = Stub::queue([ok("{\"value\":[{\"properties\":{}}]}"), ok(CHARGES)]);
    let api = api(&stub.url, folder.path(), &[PROFILE], &["charges"]);
    let first = told(&night(&api, &lake, "2026-11-10", Mode::Online));
    assert!(first[0].contains("the answer is not what the interface says: a row has no azureCharges"), "{first:#?}");
    assert!(told(&night(&api, &lake, "2026-11-10", Mode::Online))[0].contains("5160.900000000000000001"));
}

/// A budget of a subscription in its month: 480 spent until the 10th, so two average days are 96.
#[test]
fn a_budget_is_printed_and_compared() {
    let folder = tempfile::tempdir().unwrap();
    let body = "{\"value\":[{\"name\":\"team\",\"properties\":{\"category\":\"Cost\",\"amount\":600.65,\"timeGrain\":\"Monthly\",\
                \"timePeriod\":{\"startDate\":\"2026-01-01T00:00:00Z\",\"endDate\":\"2027-01-01T00:00:00Z\"},\"currentSpend\":\
                {\"amount\":480,\"unit\":\"USD\"}}},{\"name\":\"old\",\"properties\":{\"category\":\"Cost\",\"amount\":1,\"timeGrain\":\
                \"Monthly\",\"timePeriod\":{\"startDate\":\"2025-01-01T00:00:00Z\",\"endDate\":\"2025-12-31T00:00:00Z\"},\
                \"currentSpend\":{\"amount\":1,\"unit\":\"USD\"}}}]}";
    let stub = Stub::queue([ok(body)]);
    let api = api(&stub.url, folder.path(), &["/subscriptions/s-1"], &["budgets"]);
    let answers = night(&api, &folder.path().join("answers"), "2026-10-10", Mode::Online);
    assert_eq!(
        told(&answers),
        [
            "2026-10, azure, sub account /subscriptions/S-1, USD 480 ±96 open by azure-costs: Consumption budget team of 600.65 a month"
        ]
    );
    let printed: Vec<_> =
        answers.figures.iter().map(|told| format!("{} {} {}", told.scope, told.name, told.amount)).collect();
    assert_eq!(printed, ["subscriptions/s-1 budget team: limit 600.65", "subscriptions/s-1 budget team: spent 480"]);
}
