//! What is asked of CloudWatch, in as few calls as its limits allow.

use super::super::days::Days;
use crate::focus::utilisation::{Machine, UseMetric};
use std::collections::BTreeMap;

/// Queries of one call, and data points of its answer
/// (docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html).
const QUERIES: usize = 500;
const POINTS: u64 = 100_800;

/// One metric of CloudWatch over days.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Of which machine, by its place in the list.
    pub machine: usize,
    /// What it is a part of: the two directions of a network are one metric of ours.
    pub metric: UseMetric,
    pub namespace: &'static str,
    pub name: String,
    pub dimensions: Vec<(String, String)>,
    /// The sub account, where whoever asks sees several.
    pub account: Option<String>,
    pub days: Days,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Statistic {
    Average,
    Maximum,
    Sum,
}

impl Statistic {
    pub fn name(self) -> &'static str {
        match self {
            Self::Average => "Average",
            Self::Maximum => "Maximum",
            Self::Sum => "Sum",
        }
    }
}

impl Series {
    /// Of percentages the means of five minutes are samples, and their maxima the maximum; of bytes the sum of the hour.
    pub fn statistics(&self) -> &'static [Statistic] {
        match self.metric.is_bytes() {
            true => &[Statistic::Sum],
            false => &[Statistic::Average, Statistic::Maximum],
        }
    }

    /// Seconds of a data point. Those of five minutes are kept for 63 days, of an hour for 455 (the same page).
    pub fn period(&self) -> i32 {
        if self.metric.is_bytes() { 3600 } else { 300 }
    }

    fn points(&self) -> u64 {
        let seconds = u64::try_from(self.period()).unwrap_or(1);
        self.days.count() * (86_400 / seconds) * self.statistics().len() as u64
    }
}

/// The metrics that every machine has, for what is asked.
pub fn of_machine(at: usize, machine: &Machine, metric: UseMetric, days: Days) -> Vec<Series> {
    let names: &[&str] = match metric {
        UseMetric::Cpu => &["CPUUtilization"],
        UseMetric::Network => &["NetworkIn", "NetworkOut"],
        // Disks of the host, and attached ones of machines on Nitro; what of them is a measurement, `hours` says.
        UseMetric::Disk => &["DiskReadBytes", "DiskWriteBytes", "EBSReadBytes", "EBSWriteBytes"],
        // An agent's, with dimensions of its own: looked up.
        UseMetric::Memory => &[],
    };
    let series = |name: &&str| Series {
        machine: at,
        metric,
        namespace: "AWS/EC2",
        name: (*name).to_string(),
        dimensions: vec![("InstanceId".into(), instance_id(&machine.resource).into())],
        account: None,
        days,
    };
    names.iter().map(series).collect()
}

/// `i-0abc` of `i-0abc` or of `arn:aws:ec2:…:instance/i-0abc`.
pub fn instance_id(resource: &str) -> &str {
    resource.rsplit('/').next().unwrap_or(resource)
}

/// Is it an EC2 machine, by its resource's name?
pub fn is_instance(resource: &str) -> bool {
    let id = instance_id(resource);
    let is_hex = |text: &str| matches!(text.len(), 8 | 17) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    id.strip_prefix("i-").is_some_and(is_hex) && (id.len() == resource.len() || resource.contains(":instance/"))
}

/// The calls: each of the same days, within both limits.
pub fn calls(series: &[Series]) -> Vec<Vec<usize>> {
    let mut by_days: BTreeMap<Days, Vec<usize>> = BTreeMap::new();
    for (at, one) in series.iter().enumerate().filter(|(_, one)| one.days.count() > 0) {
        by_days.entry(one.days).or_default().push(at);
    }
    let mut calls = Vec::new();
    for all in by_days.into_values() {
        let (mut call, mut queries, mut points) = (Vec::new(), 0, 0);
        for at in all {
            let (more, longer) = (series[at].statistics().len(), series[at].points());
            if !call.is_empty() && (queries + more > QUERIES || points + longer > POINTS) {
                calls.push(std::mem::take(&mut call));
                (queries, points) = (0, 0);
            }
            call.push(at);
            (queries, points) = (queries + more, points + longer);
        }
        calls.push(call);
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    fn machines(count: usize, metric: UseMetric, first: &str, end: &str) -> Vec<Series> {
        let days = Days { first: first.parse().unwrap(), end: end.parse().unwrap() };
        let machine = |at| Machine {
            sub_account: "1".into(),
            region: "eu-west-1".into(),
            resource: format!("i-{at:017x}"),
            ran_until: None,
        };
        (0..count).flat_map(|at| of_machine(at, &machine(at), metric, days)).collect()
    }

    fn sizes(series: &[Series]) -> Vec<usize> {
        calls(series).iter().map(Vec::len).collect()
    }

    /// A day of five minutes is 288 points of each statistic: 100,800 ÷ 576 = 175 machines. Five weeks are 20,160: 5.
    #[test]
    fn a_call_holds_what_its_answer_may() {
        assert_eq!(sizes(&machines(400, UseMetric::Cpu, "2026-11-01", "2026-11-02")), [175, 175, 50]);
        assert_eq!(sizes(&machines(12, UseMetric::Cpu, "2026-10-01", "2026-11-05")), [5, 5, 2]);
        // 24 points of one statistic: the 500 queries are the limit.
        assert_eq!(sizes(&machines(400, UseMetric::Network, "2026-11-01", "2026-11-02")), [500, 300]);
        // A year of one metric is more than an answer holds, and comes in pages.
        assert_eq!(sizes(&machines(2, UseMetric::Cpu, "2025-11-01", "2026-11-01")), [1, 1]);
        assert!(sizes(&machines(3, UseMetric::Cpu, "2026-11-01", "2026-11-01")).is_empty());
    }

    #[test]
    fn a_call_is_of_the_same_days() {
        let mut series = machines(2, UseMetric::Cpu, "2026-11-01", "2026-11-02");
        series.extend(machines(2, UseMetric::Cpu, "2026-10-01", "2026-11-02"));
        assert_eq!(calls(&series), [vec![2, 3], vec![0, 1]]);
    }

    #[test]
    fn instances_are_told_from_other_resources() {
        for resource in ["i-0fff000000000006f", "i-1234abcd", "arn:aws:ec2:eu-west-1:1:instance/i-0fff000000000006f"] {
            assert!(is_instance(resource), "{resource}");
        }
        for resource in
            ["vol-0fff000000000006f", "i-half", "", "i-", "arn:aws:rds:eu-west-1:1:db:i-1234abcd", "x/i-1234abcd"]
        {
            assert!(!is_instance(resource), "{resource}");
        }
    }
}
