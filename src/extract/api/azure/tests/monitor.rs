//! A machine's metrics from a stub of the management API, and what becomes of faults.

use super::super::monitor::{Question, of_machine};
use super::stub::{Asked, Reply, Stub, ok, status};
use super::{SECRET, arm, held, runtime};
use crate::extract::api::days::Days;
use crate::focus::utilisation::{HourOfUse, Machine, Measured, UseMetric};
use crate::focus::{Api, ApiKind, Login};
use std::sync::atomic::AtomicBool;

const MACHINE: &str = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web";

fn api() -> Api {
    Api {
        id: "use".into(),
        kind: ApiKind::AzureMonitor,
        source: "azure".into(),
        ask: vec!["cpu".into(), "network".into()],
        scopes: Vec::new(),
        tolerance: None,
        location: None,
        login: Login::default(),
    }
}

/// A point an hour of each metric that is asked for, from the start of the span.
fn answer(asked: &Asked) -> Reply {
    let url = url::parse(&asked.target);
    let names = url.get("metricnames").unwrap().split(',').map(str::to_string).collect::<Vec<_>>();
    let span = url.get("timespan").unwrap();
    let start: chrono::DateTime<chrono::Utc> = span.split('/').next().unwrap().parse().unwrap();
    let times: Vec<String> =
        (0..24).map(|hour| (start + chrono::Duration::hours(hour)).format("%Y-%m-%dT%H:%M:%SZ").to_string()).collect();
    let metric = |name: &String| {
        let data: Vec<_> = times
            .iter()
            .map(
                |time| serde_json::json!({"timeStamp": time, "average": 12, "maximum": 20, "minimum": 1, "total": 500}),
            )
            .collect();
        serde_json::json!({"name": {"value": name}, "errorCode": "Success", "timeseries": [{"data": data}]})
    };
    ok(serde_json::json!({ "value": names.iter().map(metric).collect::<Vec<_>>() }).to_string())
}

/// The query of a target, decoded.
mod url {
    use std::collections::BTreeMap;

    pub fn parse(target: &str) -> BTreeMap<String, String> {
        let url = azure_core::Url::parse(&format!("http://here{target}")).unwrap();
        url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
    }
}

/// What asking for ten days of a machine comes to.
fn ask(stub: &Stub) -> (Result<Vec<HourOfUse>, Option<String>>, Vec<Asked>) {
    let machine = Machine { sub_account: "s".into(), region: "westeurope".into(), resource: MACHINE.into() };
    let days = Days { first: "2026-10-22".parse().unwrap(), end: "2026-11-01".parse().unwrap() };
    let question = Question { machine, metrics: vec![UseMetric::Cpu, UseMetric::Network], days };
    let arm = arm(stub, held());
    let said = runtime().block_on(of_machine(&api(), &arm, &question, &AtomicBool::new(false)));
    let said = said.map_err(|error| error.map(|error| error.to_string()));
    assert!(!format!("{said:?}").contains(SECRET));
    (said, stub.asked())
}

#[test]
fn weeks_are_asked_for_one_by_one() {
    let stub = Stub::with(answer);
    let (said, asked) = ask(&stub);
    let hours = said.unwrap();
    // Of each of the two spans the first day.
    assert_eq!(hours.len(), 2 * 2 * 24);
    let first: Vec<&HourOfUse> =
        hours.iter().filter(|hour| hour.hour.to_rfc3339().starts_with("2026-10-22T00")).collect();
    let mut bins = [0; 20];
    bins[2] = 1;
    assert_eq!(first[0].measured, Measured::Percent { bins, maximum: 20.0 });
    assert_eq!((first[1].metric, first[1].measured), (UseMetric::Network, Measured::Bytes(1000)));
    let spans: Vec<String> = asked.iter().map(|asked| url::parse(&asked.target)["timespan"].clone()).collect();
    assert_eq!(spans, ["2026-10-22T00:00:00Z/2026-10-29T00:00:00Z", "2026-10-29T00:00:00Z/2026-11-01T00:00:00Z"]);
    assert!(
        asked.iter().all(|asked| asked.target.starts_with(&format!("{MACHINE}/providers/Microsoft.Insights/metrics?")))
    );
    assert!(asked.iter().all(|asked| asked.authorization == format!("Bearer {SECRET}")));
}

/// First so many times another reply, then answers.
fn after(replies: Vec<Reply>) -> Stub {
    let replies = std::sync::Mutex::new(std::collections::VecDeque::from(replies));
    Stub::with(move |asked| replies.lock().unwrap().pop_front().unwrap_or_else(|| answer(asked)))
}

#[test]
fn what_passes_is_asked_again() {
    let throttled = "{\"error\":{\"code\":\"TooManyRequests\",\"message\":\"The request is being throttled.\"}}";
    for replies in [
        vec![status(429, &[("Retry-After", "1")], throttled), status(429, &[], throttled)],
        vec![status(503, &[], ""), status(500, &[], "<html>")],
        vec![Reply::Truncated("{\"value\":[]}".into(), 5)],
    ] {
        let (said, asked) = ask(&after(replies.clone()));
        assert_eq!((said.unwrap().len(), asked.len()), (96, 2 + replies.len()), "{replies:?}");
    }
}

#[test]
fn what_does_not_pass_is_told_with_its_remedy() {
    let denied =
        "{\"error\":{\"code\":\"AuthorizationFailed\",\"message\":\"The client does not have authorization\"}}";
    for (replies, says) in [
        (
            vec![status(403, &[], denied)],
            "403, access denied (AuthorizationFailed: The client does not have authorization)\n  remedy: assign the role Monitoring Reader on the subscription",
        ),
        (vec![status(401, &[], "{}")], "401, the token is not taken"),
        (vec![ok("{\"value\":")], "the answer is not what the interface says"),
        (vec![ok("{\"value\":[]}")], "it has no Percentage CPU"),
        (vec![status(204, &[], "")], "the answer is not what the interface says"),
        (vec![status(429, &[("Retry-After", "100000")], "{}")], "it asks to wait 100000 s"),
    ] {
        let (said, _) = ask(&after(replies));
        let told = said.unwrap_err().unwrap();
        assert!(told.contains(says), "{told}");
        assert!(told.contains(&format!("api use: metrics of 2026-10-22 to 2026-10-28, {MACHINE}")), "{told}");
    }
    // A machine that is gone is no problem.
    let gone = "{\"error\":{\"code\":\"ResourceNotFound\",\"message\":\"was not found\"}}";
    let (said, asked) = ask(&after(vec![status(404, &[], gone)]));
    assert_eq!((said, asked.len()), (Ok(Vec::new()), 1));
}
