//! From CloudWatch's data points to the hours of the contract.

use super::super::samples::{HOUR, Hours, add_bytes, of_percent};
use super::plan::{Series, Statistic};
use crate::focus::utilisation::{HourOfUse, Machine, Measured, UseMetric};
use chrono::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// The points of one statistic, by their UTC start in seconds.
pub type Points = BTreeMap<i64, f64>;

/// All points of a series, by statistic.
pub type Answered = BTreeMap<Statistic, Points>;

/// The hours of every machine and metric whose series are all answered, by machine, metric and hour. The mean of five
/// minutes is a sample; the maximum is that of the published points, which the means do not show.
pub fn hours(machines: &[Machine], series: &[Series], answered: &BTreeMap<usize, Answered>) -> Vec<HourOfUse> {
    let missing: BTreeSet<(usize, UseMetric)> = series
        .iter()
        .enumerate()
        .filter(|(at, _)| !answered.contains_key(at))
        .map(|(_, one)| (one.machine, one.metric))
        .collect();
    let mut found: BTreeMap<(usize, UseMetric), Hours> = BTreeMap::new();
    for (at, one) in series.iter().enumerate().filter(|(_, one)| !missing.contains(&(one.machine, one.metric))) {
        let Some(points) = answered.get(&at) else { continue };
        let hours = found.entry((one.machine, one.metric)).or_default();
        let of = |statistic| points.get(&statistic).into_iter().flatten();
        if one.metric.is_bytes() {
            add_bytes(hours, of(Statistic::Sum).map(|(time, bytes)| (*time, *bytes)));
        } else {
            let highest = points.get(&Statistic::Maximum);
            let highest = |time: &i64| highest.and_then(|points| points.get(time)).copied();
            *hours = of_percent(of(Statistic::Average).map(|(time, mean)| (*time, *mean, highest(time))));
        }
    }
    let ebs = ebs_hours(series, answered);
    let mut rows = Vec::new();
    for ((machine, metric), mut hours) in found {
        // A host without disks of its own has zeros of them: of attached ones that say nothing, they are no measurement.
        if metric == UseMetric::Disk {
            hours.retain(|hour, measured| *measured != Measured::Bytes(0) || ebs.contains(&(machine, *hour)));
        }
        let Some(Machine { sub_account, resource, .. }) = machines.get(machine) else { continue };
        rows.extend(hours.into_iter().filter_map(|(hour, measured)| {
            let hour = DateTime::from_timestamp(hour, 0)?;
            Some(HourOfUse { sub_account: sub_account.clone(), resource: resource.clone(), hour, metric, measured })
        }));
    }
    rows
}

/// The hours of which attached disks have a point: those of machines on Nitro
/// (docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html).
fn ebs_hours(series: &[Series], answered: &BTreeMap<usize, Answered>) -> BTreeSet<(usize, i64)> {
    let of_ebs = series.iter().enumerate().filter(|(_, one)| one.name.starts_with("EBS"));
    let points = of_ebs.flat_map(|(at, one)| {
        let times = answered.get(&at).into_iter().flat_map(|points| points.values()).flat_map(BTreeMap::keys);
        times.map(|time| (one.machine, time - time.rem_euclid(HOUR)))
    });
    points.collect()
}

#[cfg(test)]
mod tests {
    use super::super::super::days::Days;
    use super::super::plan::of_machine;
    use super::*;

    fn machine() -> Vec<Machine> {
        let (sub_account, region, resource) = ("1".into(), "eu-west-1".into(), "i-1234abcd".into());
        vec![Machine { sub_account, region, resource, ran_until: None }]
    }

    fn series(metric: UseMetric) -> Vec<Series> {
        let days = Days { first: "2026-11-01".parse().unwrap(), end: "2026-11-02".parse().unwrap() };
        of_machine(0, &machine()[0], metric, days)
    }

    /// 2026-11-01T00:00:00Z
    const START: i64 = 1_793_491_200;

    fn points(points: &[(i64, f64)]) -> Points {
        points.iter().map(|(minute, value)| (START + minute * 60, *value)).collect()
    }

    #[test]
    fn means_are_samples_and_maxima_the_maximum() {
        let answered = BTreeMap::from([(
            0,
            BTreeMap::from([
                (Statistic::Average, points(&[(0, 4.9), (5, 5.0), (55, 100.000_000_1), (60, 12.0)])),
                (Statistic::Maximum, points(&[(0, 31.5), (5, 6.0), (55, 100.0)])),
            ]),
        )]);
        let found = hours(&machine(), &series(UseMetric::Cpu), &answered);
        let texts: Vec<String> = found.iter().map(|hour| hour.cells().join(",")).collect();
        assert_eq!(
            texts,
            [
                "1,i-1234abcd,2026-11-01T00:00:00Z,cpu,1;1;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;1,100,3,",
                // No maximum was told of the last one: its mean is the highest that is known.
                "1,i-1234abcd,2026-11-01T01:00:00Z,cpu,0;0;1;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0;0,12,1,",
            ]
        );
    }

    #[test]
    fn both_directions_of_a_network_are_one_figure_and_half_of_it_is_none() {
        let sum = |value| BTreeMap::from([(Statistic::Sum, points(&[(0, value), (60, 1.0)]))]);
        let both = BTreeMap::from([(0, sum(1_000.4)), (1, sum(2_000.0))]);
        let found = hours(&machine(), &series(UseMetric::Network), &both);
        let bytes: Vec<Measured> = found.iter().map(|hour| hour.measured).collect();
        assert_eq!(bytes, [Measured::Bytes(3_000), Measured::Bytes(2)]);
        let one = BTreeMap::from([(0, sum(1_000.0))]);
        assert!(hours(&machine(), &series(UseMetric::Network), &one).is_empty());
    }

    /// On t2, m4 and c4 attached disks have no metric, and the host's say 0: that was "at most 0.0 MB to and from disks".
    #[test]
    fn disks_that_are_not_measured_are_not_measured_as_nothing() {
        let series = series(UseMetric::Disk);
        assert_eq!(
            series.iter().map(|one| one.name.starts_with("EBS")).collect::<Vec<_>>(),
            [false, false, true, true]
        );
        let sum = |all: &[(i64, f64)]| BTreeMap::from([(Statistic::Sum, points(all))]);
        let of = |host: &[(i64, f64)], attached: &[(i64, f64)]| {
            let answered = [host, host, attached, attached].map(sum).into_iter().enumerate().collect();
            let found = hours(&machine(), &series, &answered);
            found.iter().map(|one| (one.hour.to_rfc3339()[11..13].to_string(), one.measured)).collect::<Vec<_>>()
        };
        assert!(of(&[(0, 0.0), (60, 0.0)], &[]).is_empty());
        // Disks of the host that are used, and attached ones that are measured and idle.
        assert_eq!(of(&[(0, 0.0), (60, 3.0)], &[]), [("01".to_string(), Measured::Bytes(6))]);
        assert_eq!(of(&[], &[(0, 0.0)]), [("00".to_string(), Measured::Bytes(0))]);
        assert_eq!(of(&[(0, 0.0), (60, 0.0)], &[(60, 0.0)]), [("01".to_string(), Measured::Bytes(0))]);
    }
}
