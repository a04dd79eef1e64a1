//! An answer of Microsoft.Insights/metrics, read and held against what was asked.

use super::super::refuse::Refused;
use crate::extract::api::days::Days;
use crate::extract::api::samples::{Hours, add_bytes, of_percent};
use crate::focus::utilisation::UseMetric;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What was measured, by metric.
pub type Found = BTreeMap<UseMetric, Hours>;

/// Seconds of a sample.
const PERIOD: i64 = 300;

/// The platform's names of what makes up a metric
/// (learn.microsoft.com/azure/azure-monitor/reference/supported-metrics/microsoft-compute-virtualmachines-metrics).
pub fn names(metric: UseMetric) -> &'static [&'static str] {
    match metric {
        UseMetric::Cpu => &["Percentage CPU"],
        UseMetric::Memory => &["Available Memory Percentage"],
        UseMetric::Network => &["Network In Total", "Network Out Total"],
        UseMetric::Disk => &["Disk Read Bytes", "Disk Write Bytes"],
    }
}

#[derive(Deserialize)]
struct Answer {
    value: Vec<Metric>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metric {
    name: Name,
    error_code: Option<String>,
    error_message: Option<String>,
    #[serde(default)]
    timeseries: Vec<Series>,
}

#[derive(Deserialize)]
struct Name {
    value: String,
}

#[derive(Deserialize)]
struct Series {
    #[serde(default)]
    data: Vec<Point>,
}

/// A time without values is one without samples: the machine was off.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Point {
    time_stamp: DateTime<Utc>,
    average: Option<f64>,
    maximum: Option<f64>,
    minimum: Option<f64>,
    total: Option<f64>,
}

/// Adds what an answer says of these metrics.
pub fn add(body: &[u8], metrics: &[UseMetric], days: Days, found: &mut Found) -> Result<(), Refused> {
    let wrong = |what: String| Refused::Malformed(what);
    let answer: Answer = serde_json::from_slice(body).map_err(|error| wrong(error.to_string()))?;
    for metric in metrics {
        for name in names(*metric) {
            let of_name = answer.value.iter().find(|one| one.name.value.eq_ignore_ascii_case(name));
            let of_name = of_name.ok_or_else(|| wrong(format!("it has no {name}")))?;
            if let Some(code) = of_name.error_code.as_deref().filter(|code| *code != "Success") {
                let why = of_name.error_message.as_deref().unwrap_or_default();
                return Err(wrong(format!("{name}: {code} {why}").trim_end().to_string()));
            }
            let points: Vec<&Point> = of_name.timeseries.iter().flat_map(|series| &series.data).collect();
            check(name, &points, days)?;
            let time = |point: &Point| point.time_stamp.timestamp();
            let hours = found.entry(*metric).or_default();
            match metric {
                UseMetric::Cpu => hours.extend(of_percent(
                    points.iter().filter_map(|point| Some((time(point), point.average?, point.maximum))),
                )),
                // What is used is what is not available, and most where least is.
                UseMetric::Memory => hours.extend(of_percent(points.iter().filter_map(|point| {
                    Some((time(point), 100.0 - point.average?, point.minimum.map(|least| 100.0 - least)))
                }))),
                UseMetric::Network | UseMetric::Disk => {
                    add_bytes(hours, points.iter().filter_map(|point| Some((time(point), point.total?))));
                }
            }
        }
    }
    Ok(())
}

/// Each time one that was asked, and each once; each value one that can be.
fn check(name: &str, points: &[&Point], days: Days) -> Result<(), Refused> {
    let wrong = |what: String| Err(Refused::Malformed(format!("{name}: {what}")));
    let start = |day: NaiveDate| day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
    let asked = start(days.first)..start(days.end);
    let mut before = None;
    for point in points {
        let time = point.time_stamp.timestamp();
        if !asked.contains(&time) || time % PERIOD != 0 {
            return wrong(format!("a point at {}, which was not asked", point.time_stamp));
        }
        if before.is_some_and(|before| before >= time) {
            return wrong(format!("a point at {} after a later one", point.time_stamp));
        }
        before = Some(time);
        let values = [point.average, point.maximum, point.minimum, point.total];
        if let Some(value) = values.into_iter().flatten().find(|value| !value.is_finite() || *value < 0.0) {
            return wrong(format!("{value} at {}", point.time_stamp));
        }
    }
    Ok(())
}
