mod cbor;
mod stub;

use super::*;
use crate::focus::{ApiKind, Login};
use aws_credential_types::Credentials;
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::retry::RetryConfig;
use aws_sdk_cloudwatch::config::timeout::TimeoutConfig;
use aws_sdk_cloudwatch::config::{BehaviorVersion, Builder, Region, SharedCredentialsProvider};
use cbor::Value;
use chrono::NaiveDate;
use std::time::Duration;
use stub::{Fault, Stub, map, text};

const SECRET: &str = "HUSH0000PLANTED0000NEVER0000SHOWN0000HUSH";

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn window() -> Days {
    Days { first: day("2026-11-01"), end: day("2026-11-02") }
}

fn machines(count: usize) -> Vec<Machine> {
    let machine = |at| Machine {
        sub_account: "204516638824".into(),
        region: "eu-west-1".into(),
        resource: format!("i-{at:017x}"),
        ran_until: None,
    };
    (0..count).map(machine).collect()
}

fn series(count: usize, metric: UseMetric) -> Vec<Series> {
    machines(count).iter().enumerate().flat_map(|(at, machine)| of_machine(at, machine, metric, window())).collect()
}

/// A client of a stub that repeats without pauses, three attempts each.
fn client(stub: &Stub) -> Client {
    let http = aws_smithy_http_client::Builder::new().build_http();
    let config = Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .http_client(http)
        .region(Region::new("eu-west-1"))
        .endpoint_url(&stub.url)
        .credentials_provider(SharedCredentialsProvider::new(Credentials::new("AK", SECRET, None, None, "test")))
        .sleep_impl(aws_smithy_async_sleep())
        .retry_config(RetryConfig::standard().with_max_attempts(3).with_initial_backoff(Duration::from_millis(1)))
        .interceptor(count::OnlyTls { allow_http: true })
        .interceptor(count::NoHugePage)
        .build();
    Client::from_conf(config)
}

fn aws_smithy_async_sleep() -> impl aws_sdk_cloudwatch::config::AsyncSleep + 'static {
    #[derive(Debug)]
    struct Sleep;
    impl aws_sdk_cloudwatch::config::AsyncSleep for Sleep {
        fn sleep(&self, duration: Duration) -> aws_sdk_cloudwatch::config::Sleep {
            aws_sdk_cloudwatch::config::Sleep::new(tokio::time::sleep(duration))
        }
    }
    Sleep
}

/// What asking for one day of so many machines comes to: series that are whole, problems, calls.
fn asked(stub: &Stub, count: usize, metric: UseMetric) -> (usize, Vec<String>, Calls) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut calls = Calls::default();
    let series = series(count, metric);
    let outcome = runtime.block_on(ask(&client(stub), "api use, eu-west-1", &series, &mut calls));
    let problems: Vec<String> = outcome.problems.iter().map(ToString::to_string).collect();
    assert!(!problems.join("").contains(SECRET));
    (outcome.answered.len(), problems, calls)
}

#[test]
fn machines_are_asked_for_in_batches() {
    let stub = Stub::start();
    let (whole, problems, calls) = asked(&stub, 400, UseMetric::Cpu);
    assert_eq!((whole, problems), (400, vec![]));
    // 175, 175 and 50 machines, two statistics each.
    assert_eq!(calls, Calls { requests: 3, billed: 800 });
    let asked = stub.asked();
    let queries = |at: usize| asked[at].get("MetricDataQueries").unwrap().list();
    assert_eq!([queries(0).len(), queries(1).len(), queries(2).len()], [350, 350, 100]);
    let of = queries(0)[1].get("MetricStat").unwrap();
    assert_eq!((of.get("Stat").unwrap().text(), of.get("Period")), ("Maximum", Some(&Value::Number(300.0))));
    let metric = of.get("Metric").unwrap();
    assert_eq!(
        (metric.get("Namespace").unwrap().text(), metric.get("MetricName").unwrap().text()),
        ("AWS/EC2", "CPUUtilization")
    );
    assert_eq!(asked[0].get("StartTime"), Some(&Value::Time(1_793_491_200)));
}

#[test]
fn pages_are_put_together_and_a_page_that_comes_back_is_refused() {
    let stub = Stub::start();
    stub.misbehave([Fault::Page("next")]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (series, mut calls) = (series(1, UseMetric::Cpu), Calls::default());
    let outcome = runtime.block_on(ask(&client(&stub), "api use", &series, &mut calls));
    let points = |statistic| outcome.answered[&0][&statistic].len();
    assert_eq!((points(plan::Statistic::Average), points(plan::Statistic::Maximum)), (48, 48));
    assert_eq!((calls, outcome.problems.len()), (Calls { requests: 2, billed: 4 }, 0));
    stub.misbehave([Fault::Page("next"), Fault::Page("next")]);
    let (whole, problems, _) = asked(&stub, 1, UseMetric::Cpu);
    assert_eq!(whole, 0);
    assert!(problems[0].contains("a page names a page again that was read"), "{problems:?}");
}

#[test]
fn what_passes_is_asked_again() {
    let stub = Stub::start();
    for faults in [
        vec![Fault::Error(400, "Throttling", "Rate exceeded"); 2],
        vec![Fault::Error(400, "ThrottlingException", "Rate exceeded"); 2],
        vec![Fault::Bytes(500, b"<html>"), Fault::Bytes(503, b"")],
        vec![Fault::Cut],
        // Answered in part: those are asked for again, and not the others.
        vec![Fault::Status(2, "InternalError")],
        vec![Fault::Status(2, "PartialData"), Fault::Status(2, "PartialData")],
    ] {
        stub.misbehave(faults.clone());
        let (whole, problems, calls) = asked(&stub, 3, UseMetric::Cpu);
        assert_eq!((whole, problems), (3, vec![]), "{faults:?}");
        assert_eq!(calls.requests, 1 + faults.len() as u64, "{faults:?}");
        let asked = stub.asked();
        let last = asked.last().unwrap().get("MetricDataQueries").unwrap().list().len();
        let expected = if matches!(faults[0], Fault::Status(..)) { 2 } else { 6 };
        assert_eq!(last, expected, "{faults:?}");
    }
}

#[test]
fn an_answer_of_cloudwatch_that_stalls_or_does_not_come_is_asked_for_again() {
    let stub = Stub::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    for fault in [Fault::Stall, Fault::Gone] {
        stub.misbehave([fault.clone()]);
        // Long for an answer that comes, and short for one that does not.
        let timeouts = TimeoutConfig::builder().operation_attempt_timeout(Duration::from_secs(2)).build();
        let config = client(&stub).config().to_builder().timeout_config(timeouts).build();
        let (series, mut calls) = (series(1, UseMetric::Cpu), Calls::default());
        let outcome = runtime.block_on(ask(&Client::from_conf(config), "api use", &series, &mut calls));
        let problems: Vec<String> = outcome.problems.iter().map(ToString::to_string).collect();
        assert_eq!((outcome.answered.len(), problems, calls.requests), (1, vec![], 2), "{fault:?}");
    }
}

#[test]
fn what_does_not_pass_is_told_with_its_remedy() {
    let stub = Stub::start();
    let denied = "User: arn:aws:iam::1:user/u is not authorized to perform: cloudwatch:GetMetricData";
    for (faults, says) in [
        (
            vec![Fault::Error(403, "AccessDenied", denied)],
            "access denied (AccessDenied: User: arn:aws:iam::1:user/u is not authorized to perform: cloudwatch:GetMetricData)\n  remedy: grant cloudwatch:GetMetricData",
        ),
        (
            vec![Fault::Error(403, "ExpiredToken", "The security token included in the request is expired")],
            "the credential has expired",
        ),
        (
            vec![Fault::Error(403, "InvalidClientTokenId", "The security token is invalid")],
            "AWS does not know this credential",
        ),
        (
            vec![Fault::Error(403, "RequestTimeTooSkewed", "The difference is too large")],
            "this machine's clock is wrong",
        ),
        (vec![Fault::Error(400, "Throttling", "Rate exceeded"); 3], "is asked too often"),
        (vec![Fault::Bytes(503, b""); 3], "does not answer, asked several times"),
        (vec![Fault::Bytes(200, b"\xff\x00<html>")], "the answer cannot be read"),
        (
            vec![Fault::Error(400, "InvalidParameterValue", "wrong")],
            "the request is refused (InvalidParameterValue: wrong)",
        ),
        (
            vec![Fault::Status(1, "InternalError"); 3],
            "1 metrics are not answered whole, of them CPUUtilization of i-00000000000000000: InternalError",
        ),
        (vec![Fault::Status(1, "Forbidden"); 3], "Forbidden\n  remedy: grant cloudwatch:GetMetricData"),
        (vec![Fault::Stranger], "an answer to `q999`, which was not asked"),
        (vec![Fault::Unequal], "48 times and 49 values"),
        (vec![Fault::Off(1)], "a point at"),
        (vec![Fault::Off(86_400)], "a point at"),
        (vec![Fault::Value(f64::NAN)], "CPUUtilization of i-00000000000000000: NaN at"),
        (vec![Fault::Value(-1.0)], "CPUUtilization of i-00000000000000000: -1 at"),
        (vec![Fault::Length(64 << 20)], "the answer is too large"),
    ] {
        stub.misbehave(faults.clone());
        let (whole, problems, _) = asked(&stub, 1, UseMetric::Cpu);
        assert_eq!((whole, problems.len()), (0, 1), "{faults:?}");
        assert!(problems[0].contains(says), "{faults:?}\n{}", problems[0]);
    }
}

#[test]
fn without_tls_nothing_is_sent_but_to_this_machine_where_that_is_allowed() {
    let stub = Stub::start();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let config = client(&stub).config().to_builder().interceptor(count::OnlyTls { allow_http: false }).build();
    let (series, mut calls) = (series(1, UseMetric::Cpu), Calls::default());
    let outcome = runtime.block_on(ask(&Client::from_conf(config), "api use", &series, &mut calls));
    let problem = outcome.problems[0].to_string();
    assert!(problem.contains("the endpoint is without TLS\n  remedy: write https:// there"), "{problem}");
    assert_eq!((stub.asked().len(), calls), (0, Calls::default()));
}

/// The agent writes a machine's memory under dimensions of its own choice: the one with fewest is taken.
#[test]
fn the_agents_memory_is_looked_up() {
    let stub = Stub::start();
    let metric = |dimensions: &[(&str, &str)]| {
        let of = |(name, value): &(&str, &str)| map(vec![("Name", text(name)), ("Value", text(value))]);
        map(vec![
            ("Namespace", text("CWAgent")),
            ("MetricName", text("mem_used_percent")),
            ("Dimensions", Value::List(dimensions.iter().map(of).collect())),
        ])
    };
    let ids: Vec<String> = machines(2).into_iter().map(|machine| machine.resource).collect();
    stub.list(vec![
        metric(&[("ImageId", "ami-1"), ("InstanceId", &ids[0]), ("InstanceType", "m5.large")]),
        metric(&[("InstanceId", &ids[0])]),
        metric(&[("InstanceId", "i-0123456789abcdef0")]),
    ]);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (machines, mut calls) = (machines(2), Calls::default());
    let wanted: Vec<_> = machines.iter().enumerate().map(|(at, machine)| (at, machine, window())).collect();
    let found = runtime.block_on(agent_memory(&client(&stub), "api use", &wanted, false, &mut calls)).unwrap();
    let told: Vec<_> = found.iter().map(|one| (one.machine, one.dimensions.len(), one.namespace)).collect();
    assert_eq!(told, [(0, 1, "CWAgent")]);
    assert_eq!(calls, Calls { requests: 2, billed: 2 });
    stub.misbehave([Fault::Error(403, "AccessDenied", "no")]);
    let refused = runtime.block_on(agent_memory(&client(&stub), "api use", &wanted, false, &mut calls));
    let refused = refused.unwrap_err().to_string();
    assert!(refused.contains("grant cloudwatch:ListMetrics"), "{refused}");
}

fn api(ask: &[&str], role: Option<&str>) -> Api {
    Api {
        id: "use".into(),
        kind: ApiKind::AwsCloudWatch,
        source: "aws".into(),
        ask: ask.iter().map(|word| (*word).to_string()).collect(),
        scopes: Vec::new(),
        tolerance: None,
        location: None,
        login: Login { role: role.map(str::to_string), ..Login::default() },
    }
}

#[test]
fn who_is_asked_about_what() {
    let folder = tempfile::tempdir().unwrap();
    let kept = KeptUse::open(folder.path()).unwrap();
    let mut machines = machines(2);
    machines[1].sub_account = "1".into();
    let more = Machine { resource: "vol-0123456789abcdef0".into(), ..machines[0].clone() };
    let all = [machines[0].clone(), machines[1].clone(), more];
    let told = |api: &Api, kept: &KeptUse, of_bill: &[Machine]| -> Vec<(Option<String>, bool, usize)> {
        let (wanted, _) = kept.wanted(api, of_bill, window(), is_instance);
        let targets = targets(api, of_bill, wanted).into_iter();
        targets.map(|target| (target.sub_account, target.is_linked, target.wanted.len())).collect()
    };
    // One account that sees all of them; or a role in each.
    assert_eq!(told(&api(&["cpu", "network"], None), &kept, &all), [(None, true, 4)]);
    let each = api(&["cpu"], Some("arn:aws:iam::{SubAccountId}:role/reader"));
    assert_eq!(told(&each, &kept, &all), [(Some("1".into()), false, 1), (Some("204516638824".into()), false, 1)]);
    // A bill of one account: whoever asks is that one.
    assert_eq!(told(&api(&["cpu"], None), &kept, &all[..1]), [(None, false, 1)]);
}

/// The queries named no account, the monitoring account itself was asked, and had no data point of machines of another.
#[test]
fn one_sub_account_of_several_is_named_too() {
    let folder = tempfile::tempdir().unwrap();
    let mut kept = KeptUse::open(folder.path()).unwrap();
    let mut machines = machines(2);
    machines[1].sub_account = "1".into();
    let is_linked = |api: &Api, kept: &KeptUse| {
        let (wanted, _) = kept.wanted(api, &machines, window(), is_instance);
        let targets = targets(api, &machines, wanted);
        targets.iter().map(|target| (target.is_linked, target.wanted.len())).collect::<Vec<_>>()
    };
    let all = api(&["cpu"], None);
    assert_eq!(is_linked(&Api { scopes: vec!["1".into()], ..all.clone() }, &kept), [(true, 1)]);
    // The same day again, when the other was answered.
    kept.keep(&[], &[(machines[0].clone(), UseMetric::Cpu)], window().end).unwrap();
    assert_eq!(is_linked(&all, &kept), [(true, 1)]);
}
