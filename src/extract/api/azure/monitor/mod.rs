//! Azure Monitor: how the virtual machines that a bill names were used, five minutes by five minutes.
//!
//! Per machine one GET of its platform metrics (Microsoft.Insights/metrics, 2023-10-01) for each week that is new
//! (`kept_use`), over the transport of the management API. They cost nothing, are kept for 93 days, and a subscription's
//! reads are limited to 12,000 an hour, which the transport waits for when it is told to
//! (learn.microsoft.com/azure/azure-monitor/essentials/data-platform-metrics,
//! learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling).

mod read;
#[cfg(test)]
mod tests;

use super::arm::Arm;
use super::refuse::{Place, Refused};
use super::session::connect;
use crate::error::{Error, Result};
use crate::extract::api::days::Days;
use crate::extract::api::kept_use::{KeptUse, Wanted};
use crate::extract::api::unseen::judge;
use crate::extract::api::{Mode, problem};
use crate::focus::utilisation::{HourOfUse, Machine, UseMetric};
use crate::focus::{Answers, Api};
use crate::store::Patience;
use azure_core::Url;
use chrono::DateTime;
use futures_util::StreamExt;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

const VERSION: &str = "2023-10-01";
/// Days of one request: 2,016 points of each metric.
const WEEK: u64 = 7;
/// Requests at the same time.
const AT_ONCE: usize = 8;
/// Problems that are told one by one.
const TOLD: usize = 5;
const ROLE: &str = "Monitoring Reader on the subscription";

/// Asks for what is new of these machines in a window of days, and keeps it in the folder. The files of the contract with
/// hours of `reading` are among the answers.
pub fn measure(api: &Api, machines: &[Machine], (window, reading): (Days, Days), folder: &Path, mode: Mode) -> Answers {
    let mut answers = Answers::default();
    match night(api, machines, window, folder, (mode, Patience::default()), &mut answers) {
        Ok(kept) => answers.utilisation = kept.files(reading),
        Err(error) => answers.problems.push(error),
    }
    answers
}

/// Is it a virtual machine, by its resource's name? One of a scale set is not: its metrics are the set's.
pub fn is_machine(resource: &str) -> bool {
    let parts: Vec<String> = resource.trim_matches('/').split('/').map(str::to_ascii_lowercase).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    matches!(
        parts.as_slice(),
        ["subscriptions", _, "resourcegroups", _, "providers", "microsoft.compute", "virtualmachines", name]
            if !name.is_empty()
    )
}

pub(super) fn night(
    api: &Api,
    machines: &[Machine],
    window: Days,
    folder: &Path,
    (mode, patience): (Mode, Patience),
    answers: &mut Answers,
) -> Result<KeptUse> {
    let mut kept = KeptUse::open(folder)?;
    let (wanted, known) = kept.wanted(api, &each_once(machines), window, is_machine);
    answers.from_cache = known;
    if mode == Mode::Kept || wanted.is_empty() {
        return Ok(kept);
    }
    let connection = connect(api, patience)?;
    let questions = questions(&wanted);
    let down = AtomicBool::new(false);
    let asked: Vec<Said> = connection.runtime.block_on(async {
        let work = questions.iter().map(|question| of_machine(api, &connection.arm, question, &down));
        futures_util::stream::iter(work).buffered(AT_ONCE).collect().await
    });
    answers.calls += connection.arm.calls() as u64;
    let (mut hours, mut whole, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    let mut answered: BTreeSet<(&Machine, Days)> = BTreeSet::new();
    for (question, said) in questions.iter().zip(asked) {
        let Question { machine, metrics, days } = question;
        match said {
            Ok(Told { is_gone: true, hours: found }) => {
                hours.extend(found);
                whole.extend(metrics.iter().map(|metric| (machine.clone(), *metric)));
            }
            Ok(Told { is_gone: false, hours: found }) => {
                hours.extend(found);
                answered.insert((machine, *days));
            }
            Err(Some(error)) => problems.push(error),
            Err(None) => (),
        }
    }
    let answered: Vec<&Wanted> = wanted.iter().filter(|one| answered.contains(&(&one.machine, one.days))).collect();
    let judged = judge(api, &answered, &hours);
    whole.extend(judged.known);
    let remedy = "look at one of them under Metrics in the portal, and check `endpoint` of the [[api]]; they are asked for again";
    problems.splice(0..0, judged.silent.into_iter().map(|what| problem(api, what, remedy)));
    kept.keep(&hours, &whole, window.end)?;
    let more = problems.len().saturating_sub(TOLD);
    answers.problems.extend(problems.into_iter().take(TOLD));
    if more > 0 {
        let what = format!("{more} more machines or subscriptions were not answered");
        answers.problems.push(problem(api, what, "mend those that are told, and run again"));
    }
    Ok(kept)
}

/// A machine's id says where it is, and its region is a word that the bill may change or have twice: each is asked about
/// once, whatever regions it has.
fn each_once(machines: &[Machine]) -> Vec<Machine> {
    let all: BTreeSet<Machine> =
        machines.iter().map(|machine| Machine { region: String::new(), ..machine.clone() }).collect();
    all.into_iter().collect()
}

/// The metrics of one machine that are new since the same day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Question {
    pub machine: Machine,
    pub metrics: Vec<UseMetric>,
    pub days: Days,
}

fn questions(wanted: &[Wanted]) -> Vec<Question> {
    let mut all: BTreeMap<(&Machine, Days), Vec<UseMetric>> = BTreeMap::new();
    for Wanted { machine, metric, days, .. } in wanted {
        all.entry((machine, *days)).or_default().push(*metric);
    }
    let question = |((machine, days), metrics): ((&Machine, Days), Vec<UseMetric>)| Question {
        machine: machine.clone(),
        metrics,
        days,
    };
    all.into_iter().map(question).collect()
}

/// What is told of a machine.
#[derive(Debug, PartialEq)]
pub(super) struct Told {
    pub hours: Vec<HourOfUse>,
    /// It is no more: there will never be an answer.
    pub is_gone: bool,
}

/// Without an error it was not asked, since others were refused for good.
pub(super) type Said = std::result::Result<Told, Option<Error>>;

/// Does a 404 say that the machine is gone, by itself or with its resource group? Both are said by the subscription, which
/// is found first: of a subscription that is not, as in another cloud, nothing is known of its machines.
/// (learn.microsoft.com/azure/azure-resource-manager/troubleshooting/error-not-found, error-resource-group-not-found)
fn says_gone(code: &str) -> bool {
    ["ResourceNotFound", "ResourceGroupNotFound"].iter().any(|gone| gone.eq_ignore_ascii_case(code))
}

pub(super) async fn of_machine(api: &Api, arm: &Arm, question: &Question, down: &AtomicBool) -> Said {
    let (mut found, mut is_gone) = (read::Found::new(), false);
    for days in weeks(question.days) {
        if down.load(Ordering::SeqCst) {
            return Err(None);
        }
        let asked = match url(arm.endpoint(), &question.machine.resource, &question.metrics, days) {
            Some(url) => arm.get(&url).await.and_then(|body| read::add(&body, &question.metrics, days, &mut found)),
            None => Err(Refused::Malformed("the resource's id makes no URL".into())),
        };
        match asked {
            Ok(()) => (),
            Err(Refused::Status { status: 404, code, .. }) if says_gone(&code) => {
                is_gone = true;
                break;
            }
            Err(refused) => {
                // What is not this machine's fault would go wrong with the next one too, after the same patience.
                if matches!(
                    refused,
                    Refused::NoToken(_)
                        | Refused::Unreachable(_)
                        | Refused::TooLong(_)
                        | Refused::Status { status: 401 | 429, .. }
                ) && down.swap(true, Ordering::SeqCst)
                {
                    return Err(None);
                }
                let place = Place {
                    api: format!("api {}", api.id),
                    question: format!("metrics of {days}"),
                    scope: question.machine.resource.clone(),
                    role: ROLE,
                };
                return Err(Some(place.error(&refused)));
            }
        }
    }
    let Machine { sub_account, resource, .. } = &question.machine;
    let rows = found.into_iter().flat_map(|(metric, hours)| {
        hours.into_iter().filter_map(move |(hour, measured)| {
            let hour = DateTime::from_timestamp(hour, 0)?;
            Some(HourOfUse { sub_account: sub_account.clone(), resource: resource.clone(), hour, metric, measured })
        })
    });
    Ok(Told { hours: rows.collect(), is_gone })
}

/// A window by weeks, as long as a request may be.
fn weeks(days: Days) -> Vec<Days> {
    let mut weeks = Vec::new();
    let mut first = days.first;
    while first < days.end {
        let end = first.checked_add_days(chrono::Days::new(WEEK)).unwrap_or(days.end).min(days.end);
        weeks.push(Days { first, end });
        first = end;
    }
    weeks
}

/// `None` where the id is not one.
fn url(endpoint: &Url, resource: &str, metrics: &[UseMetric], days: Days) -> Option<Url> {
    let mut url = endpoint.clone();
    {
        let mut path = url.path_segments_mut().ok()?;
        path.clear().extend(resource.trim_matches('/').split('/'));
        path.extend(["providers", "Microsoft.Insights", "metrics"]);
    }
    let names: BTreeSet<&str> = metrics.iter().flat_map(|metric| read::names(*metric)).copied().collect();
    let names: Vec<&str> = names.into_iter().collect();
    url.query_pairs_mut()
        .append_pair("api-version", VERSION)
        .append_pair("timespan", &format!("{}T00:00:00Z/{}T00:00:00Z", days.first, days.end))
        .append_pair("interval", "PT5M")
        .append_pair("metricnames", &names.join(","))
        .append_pair("aggregation", "Average,Maximum,Minimum,Total")
        .append_pair("AutoAdjustTimegrain", "false");
    Some(url)
}
