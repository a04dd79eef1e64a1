//! What an answer without a data point means: that there was nothing, or that nobody looked in the right place.
//!
//! Whoever may not see a machine is told of no error: of another account's, as of one that never was, there are no points.
//! The bill knows better: a machine that it charges for ran, and then its processors and its network were measured. Memory
//! is an agent's business, and not every disk has a metric: of these nothing is an answer.

use super::days::Days;
use super::kept_use::Wanted;
use crate::focus::Api;
use crate::focus::utilisation::{HourOfUse, Machine, UseMetric};
use std::collections::{BTreeMap, BTreeSet};

/// Over so many days machines that the bill charges for were used somehow, or the wrong place is asked.
pub const SURELY: u64 = 7;

/// What answers come to.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is known now.
    pub known: Vec<(Machine, UseMetric)>,
    /// Of whom there is no data point, in words: nothing of their sub accounts is known.
    pub silent: Vec<String>,
}

/// Holds the hours against what was asked and answered.
pub fn judge(api: &Api, answered: &[&Wanted], hours: &[HourOfUse]) -> Judged {
    let silent = silent(api, answered, hours);
    let spoken: Vec<&Wanted> =
        answered.iter().filter(|one| !silent.contains_key(one.machine.sub_account.as_str())).copied().collect();
    let words = silent.iter().map(|(sub_account, machines)| in_words(sub_account, machines)).collect();
    Judged { known: known(&spoken, hours), silent: words }
}

/// Not what a machine that ran must have and does not show: that is asked for again as long as the window holds it, which
/// costs no more than the next day alone.
fn known(answered: &[&Wanted], hours: &[HourOfUse]) -> Vec<(Machine, UseMetric)> {
    let seen: BTreeSet<(&str, &str, UseMetric)> =
        hours.iter().map(|hour| (hour.sub_account.as_str(), hour.resource.as_str(), hour.metric)).collect();
    let is_known = |one: &&&Wanted| {
        let Machine { sub_account, resource, .. } = &one.machine;
        !must_show(one.metric) || days_run(one) == 0 || seen.contains(&(sub_account, resource, one.metric))
    };
    answered.iter().filter(is_known).map(|one| (one.machine.clone(), one.metric)).collect()
}

/// The sub accounts of which there is no hour at all, tonight or within a week, though machines of theirs ran for a week of the days that were asked
/// for; with those machines.
fn silent<'a>(api: &Api, answered: &[&'a Wanted], hours: &[HourOfUse]) -> BTreeMap<&'a str, BTreeSet<&'a str>> {
    let seen: BTreeSet<&str> = hours.iter().map(|hour| hour.sub_account.as_str()).collect();
    // Who asks for memory alone has no better sign than that.
    let asks_for_better = UseMetric::ALL.into_iter().any(|metric| must_show(metric) && api.asks(metric.name()));
    let mut silent: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for one in answered {
        let Machine { sub_account, resource, .. } = &one.machine;
        let is_sign = must_show(one.metric) || !asks_for_better;
        if is_sign && !one.is_heard && days_run(one) >= SURELY && !seen.contains(sub_account.as_str()) {
            silent.entry(sub_account).or_default().insert(resource);
        }
    }
    silent
}

/// `has no data point of i-0abc, or of any other of the 3 machines of 204516638824 that the bill charges for`.
fn in_words(sub_account: &str, machines: &BTreeSet<&str>) -> String {
    let first = machines.first().copied().unwrap_or_default();
    let whom = match machines.len() {
        1 => format!("{first} of {sub_account}, which the bill charges for"),
        count => format!("{first}, or of any other of the {count} machines of {sub_account} that the bill charges for"),
    };
    format!("has no data point of {whom}")
}

/// Does every machine that runs have it?
pub fn must_show(metric: UseMetric) -> bool {
    matches!(metric, UseMetric::Cpu | UseMetric::Network)
}

/// The days of those asked for up to the last on which the machine ran, as far as the bill goes.
fn days_run(wanted: &Wanted) -> u64 {
    let Days { first, end } = wanted.days;
    let after = wanted.machine.ran_until.and_then(|day| day.succ_opt()).unwrap_or(end);
    Days { first, end: after.min(end) }.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::utilisation::Measured;
    use crate::focus::{ApiKind, Login};

    fn wanted(sub_account: &str, resource: &str, metric: UseMetric, first: &str, ran_until: Option<&str>) -> Wanted {
        let machine = Machine {
            sub_account: sub_account.into(),
            region: "r".into(),
            resource: resource.into(),
            ran_until: ran_until.map(|day| day.parse().unwrap()),
        };
        let days = Days { first: first.parse().unwrap(), end: "2026-11-20".parse().unwrap() };
        Wanted { machine, metric, days, is_heard: false }
    }

    fn hour(sub_account: &str, resource: &str, metric: UseMetric) -> HourOfUse {
        let hour = "2026-11-19T05:00:00Z".parse().unwrap();
        let (sub_account, resource) = (sub_account.into(), resource.into());
        HourOfUse { sub_account, resource, hour, metric, measured: Measured::Bytes(1) }
    }

    fn api(ask: &[&str]) -> Api {
        Api {
            id: "use".into(),
            kind: ApiKind::AwsCloudWatch,
            source: "aws".into(),
            ask: ask.iter().map(|word| (*word).to_string()).collect(),
            scopes: Vec::new(),
            tolerance: None,
            location: None,
            login: Login::default(),
        }
    }

    /// A day without an answer was known for good: the wrong account was asked, and nothing was said of it.
    #[test]
    fn nothing_of_a_machine_that_ran_is_not_known() {
        let all = [
            wanted("1", "still runs", UseMetric::Cpu, "2026-11-19", None),
            wanted("1", "still runs", UseMetric::Memory, "2026-11-19", None),
            wanted("1", "still runs", UseMetric::Disk, "2026-11-19", None),
            wanted("1", "ended before", UseMetric::Cpu, "2026-11-19", Some("2026-11-18")),
            wanted("1", "ended that day", UseMetric::Network, "2026-11-19", Some("2026-11-19")),
            wanted("1", "seen", UseMetric::Cpu, "2026-11-19", None),
            wanted("2", "seen", UseMetric::Cpu, "2026-11-19", None),
        ];
        let all: Vec<&Wanted> = all.iter().collect();
        let found = known(&all, &[hour("1", "seen", UseMetric::Cpu)]);
        let told: Vec<_> =
            found.iter().map(|(machine, metric)| format!("{} {}", machine.resource, metric.name())).collect();
        assert_eq!(told, ["still runs memory", "still runs disk", "ended before cpu", "seen cpu"]);
    }

    #[test]
    fn a_sub_account_without_an_hour_is_told_when_its_machines_ran_for_a_week() {
        let told = |api: &Api, all: &[Wanted], hours: &[HourOfUse]| {
            let all: Vec<&Wanted> = all.iter().collect();
            let judged = judge(api, &all, hours);
            (judged.silent, judged.known.into_iter().map(|(machine, _)| machine.resource).collect::<Vec<_>>())
        };
        let all = [
            wanted("1", "i-1", UseMetric::Cpu, "2026-11-13", None),
            wanted("1", "i-2", UseMetric::Network, "2026-11-13", None),
            wanted("1", "i-2", UseMetric::Disk, "2026-11-13", None),
            wanted("2", "i-3", UseMetric::Cpu, "2026-11-14", None),
            wanted("3", "i-4", UseMetric::Cpu, "2026-10-01", Some("2026-10-06")),
            wanted("4", "i-5", UseMetric::Cpu, "2026-10-01", Some("2026-10-07")),
            wanted("5", "i-6", UseMetric::Memory, "2026-10-01", None),
        ];
        let expected = [
            "has no data point of i-1, or of any other of the 2 machines of 1 that the bill charges for",
            "has no data point of i-5 of 4, which the bill charges for",
        ];
        let (silent, known) = told(&api(&["cpu", "network", "memory"]), &all, &[]);
        assert_eq!((silent, known), (expected.map(String::from).to_vec(), vec!["i-6".to_string()]));
        // One machine that is seen is the proof that its sub account is.
        let (silent, known) = told(&api(&["cpu", "network", "memory"]), &all, &[hour("1", "i-1", UseMetric::Cpu)]);
        assert_eq!((silent, known), (vec![expected[1].to_string()], ["i-1", "i-2", "i-6"].map(String::from).to_vec()));
        // So is what was answered before.
        let heard: Vec<Wanted> = all.iter().map(|one| Wanted { is_heard: true, ..one.clone() }).collect();
        assert_eq!(told(&api(&["cpu", "network", "memory"]), &heard, &[]).0.len(), 0);
        let (silent, known) = told(&api(&["memory"]), &all[6..], &[]);
        assert_eq!((silent.len(), known.len()), (1, 0), "{silent:?}");
    }
}
