use super::*;
use crate::focus::utilisation::Measured;

const MACHINE: &str = "/subscriptions/0f0f/resourceGroups/rg one/providers/Microsoft.Compute/virtualMachines/web";

fn day(text: &str) -> chrono::NaiveDate {
    text.parse().unwrap()
}

fn days(first: &str, end: &str) -> Days {
    Days { first: day(first), end: day(end) }
}

fn machine() -> Machine {
    Machine { sub_account: "0f0f".into(), region: String::new(), resource: MACHINE.into(), ran_until: None }
}

/// One metric of an answer: `name`, and points as `time key value …`.
fn metric(name: &str, points: &[&str]) -> String {
    let point = |text: &&str| {
        let mut words = text.split(' ');
        let time = words.next().unwrap();
        let mut fields = format!("\"timeStamp\":\"{time}\"");
        while let (Some(key), Some(value)) = (words.next(), words.next()) {
            fields += &format!(",\"{key}\":{value}");
        }
        format!("{{{fields}}}")
    };
    let points: Vec<String> = points.iter().map(point).collect();
    format!(
        "{{\"id\":\"x\",\"type\":\"Microsoft.Insights/metrics\",\"name\":{{\"value\":\"{name}\",\"localizedValue\":\"{name}\"}},\
         \"unit\":\"Percent\",\"timeseries\":[{{\"metadatavalues\":[],\"data\":[{}]}}],\"errorCode\":\"Success\"}}",
        points.join(",")
    )
}

fn answer(metrics: &[String]) -> String {
    format!("{{\"cost\":0,\"timespan\":\"x\",\"interval\":\"PT5M\",\"value\":[{}]}}", metrics.join(","))
}

fn read(body: &str, metrics: &[UseMetric]) -> std::result::Result<read::Found, Refused> {
    let mut found = read::Found::new();
    read::add(body.as_bytes(), metrics, days("2026-11-01", "2026-11-02"), &mut found)?;
    Ok(found)
}

#[test]
fn samples_become_hours() {
    let body = answer(&[
        metric(
            "Percentage CPU",
            &[
                "2026-11-01T00:00:00Z average 4.9 maximum 31.5 minimum 0 total 24.5",
                "2026-11-01T00:05:00Z average 5.0 maximum 6",
                "2026-11-01T01:00:00Z",
                "2026-11-01T02:00:00Z average 100.0000001 maximum 100",
            ],
        ),
        metric("Available Memory Percentage", &["2026-11-01T00:00:00Z average 70 minimum 55.5"]),
        metric("Network In Total", &["2026-11-01T00:00:00Z total 1000", "2026-11-01T00:05:00Z total 1"]),
        metric("Network Out Total", &["2026-11-01T00:10:00Z total 2000.4"]),
    ]);
    let found = read(&body, &[UseMetric::Cpu, UseMetric::Memory, UseMetric::Network]).unwrap();
    let hours = |metric: UseMetric| -> Vec<(i64, Measured)> {
        found[&metric].iter().map(|(hour, measured)| ((hour - 1_793_491_200) / 3600, *measured)).collect()
    };
    let bins = |filled: &[usize]| {
        let mut bins = [0; 20];
        filled.iter().for_each(|at| bins[*at] += 1);
        bins
    };
    assert_eq!(
        hours(UseMetric::Cpu),
        [
            (0, Measured::Percent { bins: bins(&[0, 1]), maximum: 31.5 }),
            (2, Measured::Percent { bins: bins(&[19]), maximum: 100.0 })
        ]
    );
    assert_eq!(hours(UseMetric::Memory), [(0, Measured::Percent { bins: bins(&[6]), maximum: 44.5 })]);
    assert_eq!(hours(UseMetric::Network), [(0, Measured::Bytes(3001))]);
}

#[test]
fn what_was_not_asked_is_refused() {
    let cpu = |points: &[&str]| answer(&[metric("Percentage CPU", points)]);
    for (body, says) in [
        (
            cpu(&["2026-11-02T00:00:00Z average 1"]),
            "Percentage CPU: a point at 2026-11-02 00:00:00 UTC, which was not asked",
        ),
        (cpu(&["2026-11-01T00:01:00Z average 1"]), "which was not asked"),
        (cpu(&["2026-11-01T00:05:00Z average 1", "2026-11-01T00:05:00Z average 2"]), "after a later one"),
        (cpu(&["2026-11-01T00:05:00Z average -1"]), "-1 at 2026-11-01"),
        (answer(&[]), "it has no Percentage CPU"),
        ("{\"value\":".into(), "EOF"),
        (
            cpu(&[]).replace("\"Success\"", "\"Throttled\",\"errorMessage\":\"later\""),
            "Percentage CPU: Throttled later",
        ),
    ] {
        let Err(Refused::Malformed(what)) = read(&body, &[UseMetric::Cpu]) else { panic!("{body}") };
        assert!(what.contains(says), "{what}");
    }
    // A machine that was off has no points.
    assert!(read(&cpu(&[]), &[UseMetric::Cpu]).unwrap()[&UseMetric::Cpu].is_empty());
}

#[test]
fn machines_are_told_from_other_resources() {
    assert!(is_machine(MACHINE) && is_machine(&MACHINE.to_lowercase()));
    for other in [
        "/subscriptions/0f0f/resourceGroups/rg/providers/Microsoft.Compute/disks/web",
        "/subscriptions/0f0f/resourceGroups/rg/providers/Microsoft.Compute/virtualMachineScaleSets/web",
        "/subscriptions/0f0f/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/web/extensions/x",
        "i-0123",
    ] {
        assert!(!is_machine(other), "{other}");
    }
}

#[test]
fn five_weeks_are_five_requests_of_one_machine() {
    let window = days("2026-09-27", "2026-11-01");
    let told: Vec<String> = weeks(window).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 5);
    assert_eq!((told[0].as_str(), told[4].as_str()), ("2026-09-27 to 2026-10-03", "2026-10-25 to 2026-10-31"));
    let wanted =
        |metric, first: &str| Wanted { machine: machine(), metric, days: days(first, "2026-11-01"), is_heard: false };
    let questions = questions(&[
        wanted(UseMetric::Cpu, "2026-10-31"),
        wanted(UseMetric::Memory, "2026-09-27"),
        wanted(UseMetric::Network, "2026-10-31"),
    ]);
    let told: Vec<_> = questions.iter().map(|one| (one.metrics.len(), one.days.count())).collect();
    assert_eq!(told, [(1, 35), (2, 1)]);
    let endpoint = Url::parse("https://management.azure.com").unwrap();
    let url = url(&endpoint, MACHINE, &questions[1].metrics, questions[1].days).unwrap();
    assert_eq!(
        url.as_str(),
        "https://management.azure.com/subscriptions/0f0f/resourceGroups/rg%20one/providers/Microsoft.Compute/virtualMachines/\
         web/providers/Microsoft.Insights/metrics?api-version=2023-10-01&timespan=2026-10-31T00%3A00%3A00Z%2F2026-11-01T00\
         %3A00%3A00Z&interval=PT5M&metricnames=Network+In+Total%2CNetwork+Out+Total%2CPercentage+CPU&aggregation=Average\
         %2CMaximum%2CMinimum%2CTotal&AutoAdjustTimegrain=false"
    );
}
