//! From CloudWatch's data points to the hours of the contract.

use super::super::samples::{Hours, add_bytes, of_percent};
use super::plan::{Series, Statistic};
use crate::focus::utilisation::{HourOfUse, Machine, UseMetric};
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
    let mut rows = Vec::new();
    for ((machine, metric), hours) in found {
        let Some(Machine { sub_account, resource, .. }) = machines.get(machine) else { continue };
        rows.extend(hours.into_iter().filter_map(|(hour, measured)| {
            let hour = DateTime::from_timestamp(hour, 0)?;
            Some(HourOfUse { sub_account: sub_account.clone(), resource: resource.clone(), hour, metric, measured })
        }));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::super::days::Days;
    use super::super::plan::of_machine;
    use super::*;
    use crate::focus::utilisation::Measured;

    fn machine() -> Vec<Machine> {
        vec![Machine { sub_account: "1".into(), region: "eu-west-1".into(), resource: "i-1234abcd".into() }]
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
}
