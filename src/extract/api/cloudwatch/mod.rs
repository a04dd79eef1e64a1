//! CloudWatch: how the machines that a bill names were used, five minutes by five minutes.
//!
//! Asked is GetMetricData alone, and ListMetrics for the agent's memory, per region and, with a role of each sub account,
//! per sub account. Whole UTC days are asked for, each once (`kept_use`): what a night costs follows the machines and not
//! the length of the window.

mod ask;
mod connect;
mod count;
mod hours;
mod plan;
mod refuse;
#[cfg(test)]
mod tests;

pub use plan::is_instance;

use super::days::Days;
use super::kept_use::{KeptUse, Wanted};
use super::unseen::judge;
use super::{Mode, problem};
use crate::error::{Error, Result};
use crate::focus::utilisation::{HourOfUse, Machine, UseMetric};
use crate::focus::{Answers, Api};
use ask::{Calls, agent_memory, ask};
use connect::Door;
use futures_util::StreamExt;
use plan::{Series, of_machine};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// In the role of an API: the sub account whose machines are asked about.
pub const SUB_ACCOUNT: &str = "{SubAccountId}";
/// Accounts and regions that are asked at the same time: GetMetricData allows 50 requests a second in each.
const AT_ONCE: usize = 4;
/// Problems of a kind that are told one by one.
const TOLD: usize = 5;
/// Five-minute data points are kept for 63 days; a day of margin.
pub const LONGEST: u64 = 62;

/// Asks for what is new of these machines in a window of days, and keeps it in the folder. The files of the contract with
/// hours of `reading` are among the answers.
pub fn measure(api: &Api, machines: &[Machine], (window, reading): (Days, Days), folder: &Path, mode: Mode) -> Answers {
    let mut answers = Answers::default();
    match night(api, machines, window, folder, mode, &mut answers) {
        Ok(kept) => answers.utilisation = kept.files(reading),
        Err(error) => answers.problems.push(error),
    }
    answers
}

fn night(
    api: &Api,
    machines: &[Machine],
    window: Days,
    folder: &Path,
    mode: Mode,
    answers: &mut Answers,
) -> Result<KeptUse> {
    let mut kept = KeptUse::open(folder)?;
    let (wanted, known) = kept.wanted(api, machines, window, is_instance);
    answers.from_cache = known;
    if mode == Mode::Kept || wanted.is_empty() {
        return Ok(kept);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Error::bug("extract", format!("no runtime for AWS's library: {error}")))?;
    let targets = targets(api, machines, wanted);
    let asked = runtime.block_on(async {
        let door = Door::open(api).await?;
        let work = targets.iter().map(|target| of_target(api, &door, target));
        Ok::<_, Error>(futures_util::stream::iter(work).buffered(AT_ONCE).collect::<Vec<_>>().await)
    })?;
    let (mut hours, mut whole, mut problems) = (Vec::new(), Vec::new(), Vec::new());
    for one in asked {
        answers.calls += one.calls.requests;
        answers.billed += one.calls.billed;
        hours.extend(one.hours);
        whole.extend(one.whole);
        problems.extend(one.problems);
    }
    kept.keep(&hours, &whole, window.end)?;
    let more = problems.len().saturating_sub(TOLD);
    answers.problems.extend(problems.into_iter().take(TOLD));
    if more > 0 {
        let what = format!("{more} more accounts and regions were not answered whole");
        answers.problems.push(problem(api, what, "mend those that are told, and run again"));
    }
    Ok(kept)
}

/// The machines of one region, and of one sub account where each is asked by a role of its own.
struct Target {
    sub_account: Option<String>,
    region: String,
    /// Are there several sub accounts? Then each query says of which: whoever asks may see all of them, and is none of them.
    is_linked: bool,
    wanted: Vec<Wanted>,
}

/// `of_bill` is all that the bill names, wanted or not: what is new tonight, or within `scopes`, may be of one sub account
/// alone. A query that names none is answered of whoever asks, without an error.
fn targets(api: &Api, of_bill: &[Machine], wanted: Vec<Wanted>) -> Vec<Target> {
    let each = api.login.role.as_ref().is_some_and(|role| role.contains(SUB_ACCOUNT));
    let accounts: BTreeSet<&String> = of_bill.iter().map(|machine| &machine.sub_account).collect();
    let is_linked = !each && accounts.len() > 1;
    let mut targets: BTreeMap<(Option<String>, String), Vec<Wanted>> = BTreeMap::new();
    for one in wanted {
        let account = each.then(|| one.machine.sub_account.clone());
        targets.entry((account, one.machine.region.clone())).or_default().push(one);
    }
    let target = |((sub_account, region), wanted)| Target { sub_account, region, is_linked, wanted };
    targets.into_iter().map(target).collect()
}

/// What one account and region said.
#[derive(Default)]
struct Said {
    calls: Calls,
    hours: Vec<HourOfUse>,
    /// What is known now of the days that were asked for.
    whole: Vec<(Machine, UseMetric)>,
    problems: Vec<Error>,
}

async fn of_target(api: &Api, door: &Door, target: &Target) -> Said {
    let place = match &target.sub_account {
        Some(account) => format!("api {}, {} of {account}", api.id, target.region),
        None => format!("api {}, {}", api.id, target.region),
    };
    let client = door.client(&target.region, target.sub_account.as_deref()).await;
    let mut said = Said::default();
    let machines: Vec<Machine> = target.wanted.iter().map(|one| one.machine.clone()).collect();
    let mut series: Vec<Series> = Vec::new();
    for (at, one) in target.wanted.iter().enumerate() {
        series.extend(of_machine(at, &one.machine, one.metric, one.days));
    }
    let memory: Vec<_> = target
        .wanted
        .iter()
        .enumerate()
        .filter(|(_, one)| one.metric == UseMetric::Memory)
        .map(|(at, one)| (at, &one.machine, one.days))
        .collect();
    let mut no_memory = false;
    if !memory.is_empty() {
        match agent_memory(&client, &place, &memory, target.is_linked, &mut said.calls).await {
            Ok(found) => series.extend(found),
            Err(error) => {
                no_memory = true;
                said.problems.push(error);
            }
        }
    }
    if target.is_linked {
        series.iter_mut().for_each(|one| one.account = Some(machines[one.machine].sub_account.clone()));
    }
    let outcome = ask(&client, &place, &series, &mut said.calls).await;
    said.problems.extend(outcome.problems);
    let open: BTreeSet<usize> = series
        .iter()
        .enumerate()
        .filter(|(at, _)| !outcome.answered.contains_key(at))
        .map(|(_, one)| one.machine)
        .collect();
    let is_unknown = |at: usize| no_memory && target.wanted[at].metric == UseMetric::Memory;
    said.hours = hours::hours(&machines, &series, &outcome.answered);
    let is_answered = |at: &usize| !open.contains(at) && !is_unknown(*at);
    let answered: Vec<&Wanted> = (0..target.wanted.len()).filter(is_answered).map(|at| &target.wanted[at]).collect();
    let judged = judge(api, &answered, &said.hours);
    said.whole = judged.known;
    let remedy = format!(
        "ask the account that they are in: assume_role = \"arn:aws:iam::{SUB_ACCOUNT}:role/…\", or a monitoring account"
    );
    said.problems.extend(judged.silent.into_iter().map(|what| Error::source(&place, what, remedy.clone())));
    said
}
