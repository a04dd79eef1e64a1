//! A machine's metrics from a stub of the management API, and what becomes of faults.

use super::super::monitor::{Question, Told, night, of_machine};
use super::stub::{Asked, Reply, Stub, ok, status};
use super::{SECRET, arm, held, runtime};
use crate::extract::api::Mode;
use crate::extract::api::days::Days;
use crate::focus::utilisation::{HourOfUse, Machine, Measured, UseMetric};
use crate::focus::{Answers, Api, ApiKind, Login};
use crate::land::utilisation::{Window, utilisation};
use crate::store::Patience;
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

fn machine(sub_account: &str, region: &str, resource: &str) -> Machine {
    let (sub_account, region, resource) = (sub_account.into(), region.into(), resource.into());
    Machine { sub_account, region, resource, ran_until: None }
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
fn ask(stub: &Stub) -> (Result<Told, Option<String>>, Vec<Asked>) {
    let machine = machine("s", "", MACHINE);
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
    let hours = said.unwrap().hours;
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
        assert_eq!((said.unwrap().hours.len(), asked.len()), (96, 2 + replies.len()), "{replies:?}");
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
}

/// Any 404 was taken for a machine that is gone, and its days for known: so said another cloud of every machine.
#[test]
fn a_404_that_is_not_of_the_machine_is_told() {
    let said = |code: &str| {
        let body = format!("{{\"error\":{{\"code\":\"{code}\",\"message\":\"was not found\"}}}}");
        let (said, asked) = ask(&after(vec![status(404, &[], &body)]));
        assert_eq!(asked.len(), 1);
        said
    };
    for gone in ["ResourceNotFound", "ResourceGroupNotFound"] {
        assert_eq!(said(gone), Ok(Told { hours: Vec::new(), is_gone: true }));
    }
    let told = said("SubscriptionNotFound").unwrap_err().unwrap();
    assert!(told.contains("the cloud that is asked has no such subscription (SubscriptionNotFound"), "{told}");
    assert!(told.contains("remedy: check `endpoint` of the [[api]]"), "{told}");
    for other in ["InvalidResourceType", "NotFound", ""] {
        assert!(said(other).unwrap_err().unwrap().contains("404, there is no such scope"), "{other}");
    }
}

/// What nights of these machines come to: problems and hours that are kept, of days from the 1st of November.
fn nights(stub: &Stub, machines: &[Machine], end: &str, folder: &std::path::Path) -> (Vec<String>, usize) {
    let token = folder.join("token");
    std::fs::write(&token, SECRET).unwrap();
    let login =
        Login { endpoint: Some(stub.url.clone()), credential_file: Some(token), allow_http: true, ..Login::default() };
    let (api, mut answers) = (Api { login, ..api() }, Answers::default());
    let window = Days { first: "2026-11-01".parse().unwrap(), end: end.parse().unwrap() };
    let with = (Mode::Online, Patience::short());
    let kept = night(&api, machines, window, &folder.join("use"), with, &mut answers).unwrap();
    let hours = utilisation(&[], &kept.files(window), &[Window::until("2026-11-30".parse().unwrap())]).unwrap();
    let problems = answers.problems.iter().map(ToString::to_string).collect();
    (problems, hours[0].iter().map(|of| of.hours as usize).sum())
}

/// It was asked for each region, every hour was in the file twice, and no utilisation of any machine was read any more.
#[test]
fn a_machine_with_two_regions_is_asked_about_once() {
    let (stub, folder) = (Stub::with(answer), tempfile::tempdir().unwrap());
    let two = [machine("s", "West Europe", MACHINE), machine("s", "westeurope", MACHINE)];
    assert_eq!(nights(&stub, &two, "2026-11-02", folder.path()), (Vec::new(), 2 * 24));
    assert_eq!(stub.asked().len(), 1);
    // Nor is it another machine when the bill goes on with the other word.
    assert_eq!(nights(&stub, &two[1..], "2026-11-02", folder.path()), (Vec::new(), 2 * 24));
    assert_eq!(stub.asked().len(), 0);
}

/// Answers without a data point of any machine were whole.
#[test]
fn a_subscription_without_a_data_point_is_told_and_asked_again() {
    let folder = tempfile::tempdir().unwrap();
    let empty = |asked: &Asked| {
        let metric =
            |name: &str| serde_json::json!({"name": {"value": name}, "errorCode": "Success", "timeseries": []});
        let names = url::parse(&asked.target)["metricnames"].split(',').map(metric).collect::<Vec<_>>();
        ok(serde_json::json!({ "value": names }).to_string())
    };
    let all = [machine("s", "", MACHINE), machine("s", "", &MACHINE.replace("web", "db"))];
    let silent = Stub::with(empty);
    let (problems, hours) = nights(&silent, &all, "2026-11-08", folder.path());
    assert_eq!((problems.len(), hours, silent.asked().len()), (1, 0, 2), "{problems:?}");
    assert!(problems[0].contains("or of any other of the 2 machines of s that the bill charges for"), "{problems:?}");
    // Those that are gone since are none of them.
    let gone: Vec<Machine> =
        all.iter().map(|of| Machine { ran_until: Some("2026-10-31".parse().unwrap()), ..of.clone() }).collect();
    let elsewhere = tempfile::tempdir().unwrap();
    assert_eq!(nights(&silent, &gone, "2026-11-08", elsewhere.path()).0.len(), 0);
    silent.asked();
    assert_eq!((nights(&silent, &gone, "2026-11-08", elsewhere.path()).0.len(), silent.asked().len()), (0, 0));
    // The next look finds all of it.
    let stub = Stub::with(answer);
    assert_eq!(nights(&stub, &all, "2026-11-08", folder.path()), (Vec::new(), 2 * 2 * 24));
}
