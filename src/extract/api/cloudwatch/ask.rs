//! The calls themselves: pages to their end, every data point held against what was asked.

use super::super::days::Days;
use super::hours::Answered;
use super::plan::{Series, Statistic, calls, instance_id};
use super::refuse::{Asked, refuse};
use crate::error::{Error, Result};
use crate::focus::utilisation::{Machine, UseMetric};
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::primitives::DateTime;
use aws_sdk_cloudwatch::types::{Dimension, DimensionFilter, Metric, MetricDataQuery, MetricDataResult, MetricStat};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// Pages of one call: an answer of 100,800 points is one page as a rule.
const PAGES: usize = 1_000;
/// How often series that the service could not answer whole are asked again.
const AGAIN: usize = 2;
/// The memory metrics of the CloudWatch agent: on Linux (and macOS), and on Windows as its counters are called
/// (docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/metrics-collected-by-CloudWatch-agent.html).
const AGENT: &str = "CWAgent";
const AGENT_MEMORY: [&str; 2] = ["mem_used_percent", "Memory % Committed Bytes In Use"];

/// Requests that went out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Calls {
    /// Repeated ones each time.
    pub requests: u64,
    /// What the provider bills: metrics requested of GetMetricData, and requests of ListMetrics.
    pub billed: u64,
}

/// What became of series: the points of those that are whole, and what is wrong with others.
#[derive(Debug, Default)]
pub struct Outcome {
    pub answered: BTreeMap<usize, Answered>,
    pub problems: Vec<Error>,
}

/// Asks for all series; those that are not answered whole are asked again, and then told.
pub async fn ask(client: &Client, place: &str, series: &[Series], counted: &mut Calls) -> Outcome {
    let mut outcome = Outcome::default();
    for call in calls(series) {
        let mut open = call;
        let mut why = BTreeMap::new();
        for _ in 0..=AGAIN {
            match one_call(client, place, series, &open, counted).await {
                Ok(answer) => {
                    outcome.answered.extend(answer.whole);
                    why = answer.not_whole;
                }
                Err(error) => {
                    outcome.problems.push(error);
                    why.clear();
                    break;
                }
            }
            open = why.keys().copied().collect();
            if open.is_empty() {
                break;
            }
        }
        if let Some((at, status)) = why.first_key_value() {
            let what = format!("{} metrics are not answered whole, of them {}: {status}", why.len(), of(&series[*at]));
            let remedy = match status.as_str() {
                "Forbidden" => "grant cloudwatch:GetMetricData to whoever asks",
                _ => "run again: they are asked for once more; what was answered is kept",
            };
            outcome.problems.push(Error::source(place, what, remedy));
        }
    }
    outcome
}

#[derive(Default)]
struct Answer {
    whole: BTreeMap<usize, Answered>,
    /// With the status that says why.
    not_whole: BTreeMap<usize, String>,
}

/// One call with all of its pages.
async fn one_call(
    client: &Client,
    place: &str,
    series: &[Series],
    call: &[usize],
    counted: &mut Calls,
) -> Result<Answer> {
    let mut queries = Vec::new();
    let mut asked: BTreeMap<String, (usize, Statistic)> = BTreeMap::new();
    for at in call {
        for statistic in series[*at].statistics() {
            let id = format!("q{}", queries.len());
            queries.push(query(&id, &series[*at], *statistic));
            asked.insert(id, (*at, *statistic));
        }
    }
    let Some(days) = call.first().map(|at| series[*at].days) else { return Ok(Answer::default()) };
    let mut points: BTreeMap<usize, Answered> = call.iter().map(|at| (*at, Answered::new())).collect();
    let mut status: BTreeMap<String, String> = BTreeMap::new();
    let (mut token, mut seen) = (None::<String>, BTreeSet::new());
    for _ in 0..PAGES {
        let request = client
            .get_metric_data()
            .set_metric_data_queries(Some(queries.clone()))
            .start_time(DateTime::from_secs(seconds(days.first)))
            .end_time(DateTime::from_secs(seconds(days.end)))
            .set_next_token(token.clone());
        let attempts = super::count::Attempts::default();
        let sent = request.customize().interceptor(attempts.clone()).send().await;
        counted.requests += attempts.sent();
        // Refused attempts are not billed; which are is not told, so each that went out counts.
        counted.billed += attempts.sent() * queries.len() as u64;
        let page = sent.map_err(|error| refuse(place, Asked::Data, &error))?;
        for result in page.metric_data_results() {
            let id = result.id().unwrap_or_default();
            let Some((at, statistic)) = asked.get(id) else {
                return Err(malformed(place, format!("an answer to `{id}`, which was not asked")));
            };
            let known = points.entry(*at).or_default().entry(*statistic).or_default();
            add(place, &series[*at], days, result, known)?;
            status.insert(id.into(), result.status_code().map_or("no status", |code| code.as_str()).to_string());
        }
        token = page.next_token().map(str::to_string);
        match &token {
            None => return Ok(sorted(points, &asked, &status)),
            Some(next) if !seen.insert(next.clone()) => {
                return Err(malformed(place, "a page names a page again that was read, so there is no end".into()));
            }
            Some(_) => (),
        }
    }
    Err(malformed(place, format!("more than {PAGES} pages for one call")))
}

/// Series are whole when each of their statistics is complete on the last page that has it. What has no result has no
/// points: CloudWatch gives one all the same, so its absence is told.
fn sorted(
    points: BTreeMap<usize, Answered>,
    asked: &BTreeMap<String, (usize, Statistic)>,
    status: &BTreeMap<String, String>,
) -> Answer {
    let mut not_whole = BTreeMap::new();
    for (id, (at, _)) in asked {
        match status.get(id).map(String::as_str) {
            Some("Complete") => (),
            other => drop(not_whole.insert(*at, other.unwrap_or("no answer").to_string())),
        }
    }
    let whole = points.into_iter().filter(|(at, _)| !not_whole.contains_key(at)).collect();
    Answer { whole, not_whole }
}

fn query(id: &str, series: &Series, statistic: Statistic) -> MetricDataQuery {
    let dimension = |(name, value): &(String, String)| Dimension::builder().name(name).value(value).build();
    let metric = Metric::builder()
        .namespace(series.namespace)
        .metric_name(&series.name)
        .set_dimensions(Some(series.dimensions.iter().map(dimension).collect()))
        .build();
    let of = MetricStat::builder().metric(metric).period(series.period()).stat(statistic.name()).build();
    MetricDataQuery::builder().id(id).metric_stat(of).set_account_id(series.account.clone()).build()
}

/// Adds the points of a result, each at the start of a period that was asked for, each value one that can be.
fn add(
    place: &str,
    series: &Series,
    days: Days,
    result: &MetricDataResult,
    known: &mut BTreeMap<i64, f64>,
) -> Result<()> {
    let (times, values) = (result.timestamps(), result.values());
    if times.len() != values.len() {
        return Err(malformed(place, format!("{}: {} times and {} values", of(series), times.len(), values.len())));
    }
    for (time, value) in times.iter().zip(values) {
        let second = time.secs();
        let inside = (seconds(days.first)..seconds(days.end)).contains(&second);
        if !inside || second % i64::from(series.period()) != 0 || time.subsec_nanos() != 0 {
            return Err(malformed(place, format!("{}: a point at {second}, which was not asked", of(series))));
        }
        if !value.is_finite() || *value < 0.0 {
            return Err(malformed(place, format!("{}: {value} at {second}", of(series))));
        }
        if known.insert(second, *value).is_some_and(|before| before != *value) {
            return Err(malformed(place, format!("{}: two values at {second}", of(series))));
        }
    }
    Ok(())
}

/// A series in words: `CPUUtilization of i-0abc`.
fn of(series: &Series) -> String {
    let id = series.dimensions.iter().find(|(name, _)| name == "InstanceId").map(|(_, id)| id.as_str());
    format!("{} of {}", series.name, id.unwrap_or_default())
}

fn malformed(place: &str, what: String) -> Error {
    let remedy = "run again; if it goes on, check `endpoint` of the API, and report it";
    Error::source(place, format!("the answer is not what was asked: {what}"), remedy)
}

/// The UTC start of a day.
fn seconds(day: NaiveDate) -> i64 {
    day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
}

/// The memory metrics that the agent has of these machines. It writes them under dimensions that its configuration
/// chooses (InstanceId, with or without image and type), so they are looked up: the same machine's metric with fewest
/// dimensions is taken.
///
/// Errors: `Source`, for what is refused.
pub async fn agent_memory(
    client: &Client,
    place: &str,
    machines: &[(usize, &Machine, Days)],
    is_linked: bool,
    counted: &mut Calls,
) -> Result<Vec<Series>> {
    let of_id: BTreeMap<&str, (usize, Days)> =
        machines.iter().map(|(at, machine, days)| (instance_id(&machine.resource), (*at, *days))).collect();
    let mut best: BTreeMap<usize, Series> = BTreeMap::new();
    for name in AGENT_MEMORY {
        for metric in listed(client, place, name, is_linked, counted).await? {
            let dimensions: Vec<(String, String)> = metric
                .dimensions()
                .iter()
                .map(|one| (one.name().unwrap_or_default().to_string(), one.value().unwrap_or_default().to_string()))
                .collect();
            let id = dimensions.iter().find(|(name, _)| name == "InstanceId").map(|(_, id)| id.as_str());
            let Some((machine, days)) = id.and_then(|id| of_id.get(id)).copied() else { continue };
            let found = Series {
                machine,
                metric: UseMetric::Memory,
                namespace: AGENT,
                name: name.into(),
                dimensions,
                account: None,
                days,
            };
            let fewer = |known: &Series| {
                (found.dimensions.len(), &found.dimensions) < (known.dimensions.len(), &known.dimensions)
            };
            if best.get(&machine).is_none_or(fewer) {
                best.insert(machine, found);
            }
        }
    }
    Ok(best.into_values().collect())
}

/// The metrics of the agent with this name and the dimension of a machine, all pages of 500.
async fn listed(client: &Client, place: &str, name: &str, is_linked: bool, counted: &mut Calls) -> Result<Vec<Metric>> {
    let (mut token, mut seen, mut found) = (None::<String>, BTreeSet::new(), Vec::new());
    for _ in 0..PAGES {
        let request = client
            .list_metrics()
            .namespace(AGENT)
            .metric_name(name)
            .dimensions(DimensionFilter::builder().name("InstanceId").build())
            .set_include_linked_accounts(is_linked.then_some(true))
            .set_next_token(token.clone());
        let attempts = super::count::Attempts::default();
        let sent = request.customize().interceptor(attempts.clone()).send().await;
        counted.requests += attempts.sent();
        counted.billed += attempts.sent();
        let page = sent.map_err(|error| refuse(place, Asked::List, &error))?;
        found.extend(page.metrics().iter().cloned());
        token = page.next_token().map(str::to_string);
        match &token {
            None => return Ok(found),
            Some(next) if !seen.insert(next.clone()) => {
                return Err(malformed(place, "a page names a page again that was read, so there is no end".into()));
            }
            Some(_) => (),
        }
    }
    Err(malformed(place, format!("more than {PAGES} pages of metrics")))
}
