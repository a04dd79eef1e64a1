//! Machines that are larger than their work.

use super::bill::{findings, lines, published, published_measured};
use crate::place::Night;
use costmill::focus::BillingMonth;
use costmill::lake::Lake;
use costmill::transform::Derived;
use polars::prelude::{DataFrame, DataType, NamedFrom, Series};

/// `resource | metric | P99.5 | maximum | complete days | month end among them`, and where it is more
/// than the P99.5, `| peak hours`.
pub fn measure(night: &Night, text: &str) {
    measure_in(night, "023456789012", text);
}

/// The same in another sub account.
pub fn measure_in(night: &Night, sub_account: &str, text: &str) {
    let rows: Vec<Vec<&str>> = text.trim().lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    let texts = |at: usize| rows.iter().map(|row| row[at].to_string()).collect::<Vec<_>>();
    let numbers = |at: usize| rows.iter().map(|row| row[at].parse().unwrap()).collect::<Vec<f64>>();
    let day = |days: i64| {
        let all = vec![days as i32; rows.len()];
        Series::new("day".into(), all).cast(&DataType::Date).unwrap()
    };
    let columns = Derived::Utilisation.columns().iter().map(|column| {
        let series = match column.name {
            "SubAccountId" => Series::new("".into(), vec![sub_account; rows.len()]),
            "ResourceId" => Series::new("".into(), texts(0)),
            "x_Metric" => Series::new("".into(), texts(1)),
            "x_P995" => Series::new("".into(), numbers(2)),
            "x_Maximum" => Series::new("".into(), numbers(3)),
            "x_PeakHours" => Series::new(
                "".into(),
                rows.iter().map(|row| row.get(6).unwrap_or(&row[2]).parse().unwrap()).collect::<Vec<f64>>(),
            ),
            "x_HasMonthEnd" => Series::new("".into(), texts(5).iter().map(|text| text == "yes").collect::<Vec<_>>()),
            // 2026-09-27 and 2026-10-31
            "x_FirstDay" => day(20_723),
            "x_LastDay" => day(20_757),
            _ => Series::new("".into(), numbers(4).iter().map(|days| *days as i64).collect::<Vec<_>>()),
        };
        series.with_name(column.name.into()).into()
    });
    let frame = DataFrame::new(rows.len(), columns.collect()).unwrap();
    let lake = Lake::open(&night.path("lake")).unwrap();
    let month: BillingMonth = "2026-10".parse().unwrap();
    lake.put_derived(month, None, &[("utilisation", frame)]).unwrap();
}

#[test]
fn oversized_machines() {
    // Hours on demand: m5.large 0.107, m5.xlarge 0.214, m5.2xlarge 0.428, c5.xlarge 0.192. Hits; i-m5 and the
    // same usage type of another product are misses; near misses: P99.5, memory, two busy hours of one day
    // beyond 40 %, 13 days of measurements, autoscaled, a local disk, an accelerator, spot, resized.
    let night = published(
        "i-half    | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-quarter | AmazonEC2 | EU-BoxUsage:m5.2xlarge | RunInstances | 1-35 | 24 | 10.272 |
         i-covered | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 0      | type=DiscountedUsage ri=ri-1 ri_cost=3 list=5.136
         i-two     | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-c5      | AmazonEC2 | EU-BoxUsage:c5.xlarge  | RunInstances | 1-35 | 24 | 4.608  |
         i-m5      | AmazonEC2 | EU-BoxUsage:m5.large   | RunInstances | 1-35 | 24 | 2.568  |
         i-burst   | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-memory  | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-blind   | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-few     | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-briefly | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-scaled  | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 31-35 | 24 | 5.136 |
         i-disk    | AmazonEC2 | EU-BoxUsage:m5d.xlarge | RunInstances | 1-35 | 24 | 6.048  |
         i-gpu     | AmazonEC2 | EU-BoxUsage:g4dn.2xlarge | RunInstances | 1-35 | 24 | 20   |
         i-spot    | AmazonEC2 | EU-SpotUsage:m5.xlarge | RunInstances:SV001 | 1-35 | 24 | 2 |
         i-job     | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 1-35 | 24 | 5.136  |
         i-emr     | ElasticMapReduce | EU-BoxUsage:m5.xlarge | RunInstances | 1-35 | 24 | 1.296 |
         i-resized | AmazonEC2 | EU-BoxUsage:m5.2xlarge | RunInstances | 1-20 | 24 | 10.272 |
         i-resized | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 21-35 | 24 | 5.136 |",
    );
    measure(
        &night,
        "i-half    | cpu    | 40 | 100 | 35 | yes
         i-half    | memory | 30 | 40  | 35 | yes
         i-quarter | cpu    | 10 | 60  | 20 | yes | 15
         i-quarter | memory | 10 | 18  | 20 | yes
         i-covered | cpu    | 40 | 50  | 35 | yes
         i-covered | memory | 30 | 40  | 35 | yes
         i-two     | cpu    | 10 | 20  | 14 | no
         i-two     | memory | 10 | 20  | 14 | no
         i-c5      | cpu    | 10 | 20  | 35 | yes
         i-c5      | memory | 10 | 20  | 35 | yes
         i-burst   | cpu    | 45 | 100 | 35 | yes
         i-burst   | memory | 10 | 20  | 35 | yes
         i-memory  | cpu    | 10 | 20  | 35 | yes
         i-memory  | memory | 10 | 41  | 35 | yes
         i-blind   | cpu    | 10 | 20  | 35 | yes
         i-few     | cpu    | 10 | 20  | 13 | yes
         i-few     | memory | 10 | 20  | 13 | yes
         i-briefly | cpu    | 10 | 20  | 35 | yes
         i-briefly | memory | 10 | 20  | 5  | no
         i-scaled  | cpu    | 10 | 20  | 35 | yes
         i-scaled  | memory | 10 | 20  | 35 | yes
         i-disk    | cpu    | 10 | 20  | 35 | yes
         i-disk    | memory | 10 | 20  | 35 | yes
         i-gpu     | cpu    | 10 | 20  | 35 | yes
         i-gpu     | memory | 10 | 20  | 35 | yes
         i-spot    | cpu    | 10 | 20  | 35 | yes
         i-spot    | memory | 10 | 20  | 35 | yes
         i-job     | cpu    | 10 | 100 | 35 | yes | 45
         i-job     | memory | 10 | 20  | 35 | yes
         i-emr     | cpu    | 10 | 20  | 35 | yes
         i-emr     | memory | 10 | 20  | 35 | yes
         i-resized | cpu    | 10 | 20  | 35 | yes
         i-resized | memory | 10 | 20  | 35 | yes",
    );
    let findings = findings(&night, "oversized_machines", &[]);
    assert_eq!(
        lines(&findings),
        [
            // memory is not measured, or for 5 days: r5.large has as much, and the bill shows no hour of it
            "i-blind resize Low - -",
            "i-briefly resize Low - -",
            // fits into c5.large, of which the bill shows no hour
            "i-c5 resize High - -",
            // half of 3 × 30.44 = 45.66; the reservation pays for it
            "i-covered resize High 45.6600 0.0000",
            // on half of the machine 80 % and 80 %: just fits. 5.136 × (1 − 0.107 ÷ 0.214) × 30.44 = 78.16992
            "i-half resize High 78.1699 78.1699",
            // on a quarter 60 % and 72 %: 10.272 × (1 − 0.107 ÷ 0.428) × 30.44 = 234.50976
            "i-quarter resize Medium 234.5098 234.5098",
            // two weeks without a month end
            "i-two resize Low 78.1699 78.1699",
        ]
    );
    assert_eq!(
        findings[5]["x_Evidence"],
        "CPU P99.5 10.0 %, in its busiest hours 15.0 %, on m5.large 60.0 %; memory maximum 18.0 %, there 72.0 %; \
         20 complete days from 2026-09-27 to 2026-10-31, a month end among them"
    );
}

/// t3.medium runs at 20 % of its processors for good, t3.small too, t3.micro at 10 %: two processors each.
#[test]
fn a_burstable_target_is_held_to_its_baseline() {
    let machine = |id: &str, kind: &str, cost: &str| {
        format!("{id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 24 | {cost} |\n")
    };
    let night = published(
        &[
            machine("i-fits", "t3.large", "2.1888"),
            machine("i-busy", "t3.large", "2.1888"),
            machine("i-job", "t3.large", "2.1888"),
            machine("i-wide", "t3.2xlarge", "8.7552"),
            machine("i-medium", "t3.medium", "1.0944"),
            machine("i-xlarge", "t3.xlarge", "4.3776"),
        ]
        .concat(),
    );
    measure(
        &night,
        // i-fits needs its 8 GiB for 4.8: half of that is 60 %, in 4 GiB; 20 % of two processors are a t3.medium's
        "i-fits | cpu    | 20 | 90 | 35 | yes
         i-fits | memory | 10 | 30 | 35 | yes
         i-busy | cpu    | 29 | 90 | 35 | yes
         i-busy | memory | 10 | 30 | 35 | yes
         i-job  | cpu    | 15 | 90 | 35 | yes | 21
         i-job  | memory | 10 | 30 | 35 | yes
         i-wide | cpu    | 20 | 90 | 35 | yes
         i-wide | memory | 10 | 30 | 35 | yes",
    );
    let found = findings(&night, "oversized_machines", &[]);
    let expected = [
        // 2.1888 − 1.0944 = 1.0944 × 30.44
        "i-fits resize High 33.3135 33.3135",
        // 20 % of eight are 40 % of four, the baseline of t3.xlarge: (8.7552 − 4.3776) × 30.44
        "i-wide resize High 133.2541 133.2541",
    ];
    assert_eq!(lines(&found), expected);
    assert!(
        found[1]["x_Evidence"].contains("on t3.xlarge 40.0 % of a baseline of 40.0 %;"),
        "{}",
        found[1]["x_Evidence"]
    );
}

/// Where memory is not measured it must not shrink: c5 to m5 to r5 keep it with half the processors each.
#[test]
fn without_a_memory_metric_another_family_keeps_the_memory() {
    let machine = |id: &str, kind: &str, cost: &str| {
        format!("{id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 24 | {cost} |\n")
    };
    let night = published(
        &[
            machine("i-quarter", "c5.2xlarge", "9.216"),
            machine("i-half", "c5.2xlarge", "9.216"),
            machine("i-busy", "c5.2xlarge", "9.216"),
            // with a memory metric the family is kept
            machine("i-known", "c5.2xlarge", "9.216"),
            // another generation, another processor: no series
            machine("i-c6i", "c6i.2xlarge", "9.6"),
            machine("i-m5", "m5.xlarge", "5.136"),
            machine("i-r5", "r5.large", "3.384"),
            machine("i-c5", "c5.xlarge", "4.608"),
        ]
        .concat(),
    );
    measure(
        &night,
        "i-quarter | cpu    | 20 | 90 | 35 | yes
         i-half    | cpu    | 25 | 90 | 35 | yes
         i-busy    | cpu    | 45 | 90 | 35 | yes
         i-known   | cpu    | 20 | 90 | 35 | yes
         i-known   | memory | 20 | 30 | 35 | yes
         i-c6i     | cpu    | 20 | 90 | 35 | yes",
    );
    let found = findings(&night, "oversized_machines", &[]);
    let expected = [
        // 20 % of eight are 80 % of two, with 16 GiB: r6i.large, of which the bill shows no hour
        "i-c6i resize Low - -",
        // 25 % of eight are 100 % of two and 50 % of four: m5.xlarge. (9.216 − 5.136) × 30.44
        "i-half resize Low 124.1952 124.1952",
        // 30 % of 16 GiB are 60 % of 8: c5.xlarge. (9.216 − 4.608) × 30.44
        "i-known resize High 140.2675 140.2675",
        // r5.large: (9.216 − 3.384) × 30.44
        "i-quarter resize Low 177.5261 177.5261",
    ];
    assert_eq!(lines(&found), expected);
    let quarter = &found[3];
    assert!(
        quarter["x_Reason"].ends_with(
            "would fit into a r5.large: resize it, which has no less memory: how much of it is used is not measured."
        ),
        "{}",
        quarter["x_Reason"]
    );
    assert!(
        quarter["x_Evidence"].contains("on r5.large 80.0 %; CPU only; 35 complete days"),
        "{}",
        quarter["x_Evidence"]
    );
}

/// From the file to the list: a job of four hours on one day of 35 is 0.476 % of the hours, and no P99.5
/// shows it.
#[test]
fn a_job_of_four_hours_in_five_weeks_keeps_its_machine() {
    let mut file = String::from("SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count\n");
    let first = chrono::NaiveDate::from_ymd_opt(2026, 9, 27).unwrap();
    for (number, hour) in (0..35).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
        let day = first + chrono::Duration::days(number);
        for id in ["i-job", "i-slack"] {
            // 10-01, from 02:00 to 06:00
            let busy = id == "i-job" && number == 4 && (2..6).contains(&hour);
            let (cpu, maximum) = if busy { (18, 94) } else { (1, 9) };
            for (metric, bin, maximum) in [("cpu", cpu, maximum), ("memory", 4, 24)] {
                let bins: Vec<_> = (0..20).map(|at| if at == bin { "12" } else { "0" }).collect();
                file += &format!("023456789012,{id},{day}T{hour:02}:00:00Z,{metric},{},{maximum},12\n", bins.join(";"));
            }
        }
    }
    let night = published_measured(
        "i-job   | AmazonEC2 | EU-BoxUsage:m5.xlarge | RunInstances | 1-35 | 24 | 5.136 |
         i-slack | AmazonEC2 | EU-BoxUsage:m5.xlarge | RunInstances | 1-35 | 24 | 5.136 |
         i-m5    | AmazonEC2 | EU-BoxUsage:m5.large  | RunInstances | 1-35 | 24 | 2.568 |",
        &file,
    );
    let list = night.costmill(&["waste", "--format", "csv"]).exits(0).stdout;
    let rows: Vec<std::collections::BTreeMap<String, String>> =
        csv::Reader::from_reader(list.as_bytes()).deserialize().map(|row| row.unwrap()).collect();
    // Half of 5.136 × 30.44
    assert_eq!(lines(&rows), ["i-slack resize High 78.1699 78.1699"]);
    assert!(
        rows[0]["x_Evidence"].starts_with("CPU P99.5 9.0 %, in its busiest hours 9.0 %, on m5.large 18.0 %;"),
        "{}",
        rows[0]["x_Evidence"]
    );
    let sql = "SELECT ResourceId, x_P995, x_PeakHours FROM utilisation WHERE x_Metric = 'cpu' ORDER BY ResourceId";
    let told = night.costmill(&["query", sql, "--format", "csv"]).exits(0).stdout;
    assert!(told.contains("i-job,10,94") || told.contains("i-job,10.0,94.0"), "{told}");
}

/// From the file to the list: a machine that nothing goes through, beside near misses of each measure.
#[test]
fn idle_machines() {
    let mut file = String::from("SubAccountId,ResourceId,Hour,Metric,Bins,Maximum,Count,Bytes\n");
    let first = chrono::NaiveDate::from_ymd_opt(2026, 10, 17).unwrap();
    let bins: Vec<_> = (0..20).map(|at| if at == 0 { "12" } else { "0" }).collect();
    let bins = bins.join(";");
    // Resource, CPU maximum, bytes of an hour over the network and to the disks (none: not measured), days.
    let machines: [(&str, &str, u64, Option<u64>, i64); 7] = [
        // 24 × 208,333 are 4,999,992 bytes a day
        ("i-idle", "4.9", 208_333, Some(41_000_000), 15),
        ("i-blind", "4.9", 0, None, 15),
        ("i-cpu", "5", 0, Some(0), 15),
        ("i-network", "1", 208_334, Some(0), 15),
        ("i-disk", "1", 0, Some(41_666_667), 15),
        ("i-few", "1", 0, Some(0), 13),
        // Its disks for 13 days alone.
        ("i-part", "1", 0, Some(1), 15),
    ];
    for (id, maximum, network, disk, days) in machines {
        for (number, hour) in (15 - days..15).flat_map(|day| (0..24).map(move |hour| (day, hour))) {
            let at = format!("023456789012,{id},{}T{hour:02}:00:00Z", first + chrono::Duration::days(number));
            file += &format!("{at},cpu,{bins},{maximum},12,\n{at},network,,,,{network}\n");
            let disk = disk.filter(|_| id != "i-part" || number > 1);
            file += &disk.map(|bytes| format!("{at},disk,,,,{bytes}\n")).unwrap_or_default();
        }
    }
    let bill: String = machines
        .iter()
        .map(|(id, ..)| format!("{id} | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.568 |\n"))
        .collect();
    let night = published_measured(&bill, &file);
    let found = findings(&night, "idle_machines", &[]);
    // 2.568 × 30.44
    let expected = [
        "i-blind delete Low 78.1699 78.1699",
        "i-idle delete Medium 78.1699 78.1699",
        "i-part delete Low 78.1699 78.1699",
    ];
    assert_eq!(lines(&found), expected);
    assert_eq!(
        found[1]["x_Evidence"],
        "CPU maximum 4.9 %; at most 5.0 MB over the network on a day; at most 984.0 MB to and from disks on a day; \
         15 complete days from 2026-10-17 to 2026-10-31, a month end among them"
    );
    for blind in [&found[0], &found[2]] {
        assert!(blind["x_Evidence"].contains("; disks not measured; 15 complete days"), "{}", blind["x_Evidence"]);
    }
    // Who calls ten megabytes idle says so.
    assert_eq!(findings(&night, "idle_machines", &["max_network_megabytes=10"]).len(), 4);
}
