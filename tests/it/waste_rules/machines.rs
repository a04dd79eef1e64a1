//! The rules about machines.

use super::bill::{findings, found, lines, published};
use crate::place::Night;
use costmill::focus::BillingMonth;
use costmill::lake::Lake;
use costmill::transform::Derived;
use polars::prelude::{DataFrame, DataType, NamedFrom, Series};

#[test]
fn previous_generation_machines() {
    // Hours on demand: m4.large 0.111, m5.large 0.107, m6i.large 0.110, r4.large 0.148, r5.large 0.150.
    let night = published(
        "i-old     | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-35 | 24 | 2.664 | instance=m4.large
         # without a product/instanceType the usage type names it
         i-bare    | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-35 | 24 | 2.664 |
         # half of its hours under a Savings Plan at 0.074: 0.888 of 2.22 a day; all of them: 1.776
         i-half    | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-35 | 12 | 1.332 |
         i-half    | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-35 | 12 | 1.332 | type=SavingsPlanCoveredUsage sp=sp-1 sp_cost=0.888
         i-covered | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-35 | 24 | 2.664 | type=SavingsPlanCoveredUsage sp=sp-1 sp_cost=1.776
         # 10 hours on the five weekdays of the 7 days
         i-weekday | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 2-6+9-13+16-20+23-27+30-34 | 10 | 1.11 |
         # the bill shows no c5.large, and no m5.large with this operation's licence
         i-c4      | AmazonEC2 | EU-BoxUsage:c4.large  | RunInstances | 1-35 | 24 | 2.712 |
         # covered, and without a price: nothing to know and nothing to free
         i-c4-ri   | AmazonEC2 | EU-BoxUsage:c4.large  | RunInstances | 1-35 | 24 | 0     | type=DiscountedUsage ri=ri-1 ri_cost=1.2 list=2.712
         i-windows | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances:0002 | 1-35 | 24 | 4.872 |
         # prices
         i-m5      | AmazonEC2 | EU-BoxUsage:m5.large  | RunInstances | 1-35 | 24 | 2.568 | instance=m5.large
         i-m5-free | AmazonEC2 | EU-BoxUsage:m5.large  | RunInstances | 1-35 | 24 | 0     | instance=m5.large
         i-m5-ri   | AmazonEC2 | EU-BoxUsage:m5.large  | RunInstances | 1-35 | 24 | 0     | type=DiscountedUsage ri=ri-1 ri_cost=1.2 list=2.568
         i-m6i     | AmazonEC2 | EU-BoxUsage:m6i.large | RunInstances | 1-35 | 24 | 2.64  |
         i-r5      | AmazonEC2 | EU-BoxUsage:r5.large  | RunInstances | 1-35 | 24 | 3.6   |
         # near misses: the successor costs more; by the moment; 13 days old; scaled out and in
         i-r4      | AmazonEC2 | EU-BoxUsage:r4.large  | RunInstances | 1-35 | 24 | 3.552 |
         i-spot    | AmazonEC2 | EU-SpotUsage:m4.large | RunInstances:SV001 | 1-35 | 24 | 0.9 |
         i-fresh   | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 23-35 | 24 | 2.664 |
         i-scaled  | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-3+33-35 | 24 | 2.664 |
         # moved on already
         i-moved   | AmazonEC2 | EU-BoxUsage:m4.large  | RunInstances | 1-30  | 24 | 2.664 |
         i-moved   | AmazonEC2 | EU-BoxUsage:m5.large  | RunInstances | 31-35 | 24 | 2.568 |",
    );
    // m5.large costs 1 − 0.107 ÷ 0.111 = 4/111 less.
    let findings = findings(&night, "previous_generation_machines", &[]);
    assert_eq!(
        lines(&findings),
        [
            // 2.664 × 4/111 × 30.44 = 0.096 × 30.44 = 2.92224
            "i-bare upgrade Medium 2.9222 2.9222",
            "i-c4 upgrade Medium - -",
            // 1.776 × 4/111 × 30.44 = 0.064 × 30.44; the plan pays for all of it
            "i-covered upgrade Medium 1.9482 0.0000",
            // (1.332 + 0.888) × 4/111 × 30.44 = 0.08 × 30.44; on demand 1.332 × 4/111 × 30.44 = 0.048 × 30.44
            "i-half upgrade Medium 2.4352 1.4611",
            "i-old upgrade Medium 2.9222 2.9222",
            // 5 × 1.11 × 4/111 ÷ 7 × 30.44 = 0.2 ÷ 7 × 30.44: weekends cost nothing
            "i-weekday upgrade Medium 0.8697 0.8697",
            "i-windows upgrade Medium - -",
        ]
    );
    let old = &findings[4];
    assert_eq!(
        old["x_Reason"],
        "This machine is a m4.large, a type of a previous generation: move it to m5.large, which is faster and costs less."
    );
    assert_eq!(
        old["x_Evidence"],
        "168 hours of m4.large on 7 days from 2026-10-25 to 2026-10-31, on demand 0.111 USD an hour; m5.large 0.107"
    );
}

#[test]
fn non_production_around_the_clock() {
    let night = published(
        "i-dev     | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.568 | env=dev
         # a reservation pays for it; its disk runs on
         i-covered | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 0     | env=test type=DiscountedUsage ri=ri-1 ri_cost=1.5 list=2.568
         i-covered | AmazonEC2 | EU-DataTransfer-Out-Bytes | RunInstances | 1-35 | 9 | 0.81 | env=test
         # near misses: production; nobody knows; off at night; off over the weekend; 13 days old; production lately
         i-prod    | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.568 | env=prod
         i-unknown | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.568 |
         i-night   | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 12 | 1.284 | env=dev
         i-weekend | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 2-6+9-13+16-20+23-27+30-34 | 24 | 2.568 | env=dev
         i-fresh   | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 23-35 | 24 | 2.568 | env=dev
         i-moved   | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-24  | 24 | 2.568 | env=prod
         i-moved   | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 25-35 | 24 | 2.568 | env=dev",
    );
    // Of 168 hours a week 60 are needed: 108/168 of 2.568 × 30.44 = 50.252091; of 1.5 × 30.44 = 29.352857
    let expected = ["i-covered schedule Medium 29.3529 0.0000", "i-dev schedule Medium 50.2521 50.2521"];
    assert_eq!(found(&night, "non_production_around_the_clock", &[]), expected);
    // 84 of 168 hours: half of 2.568 × 30.44
    assert_eq!(
        found(&night, "non_production_around_the_clock", &["hours_a_week=84"])[1],
        "i-dev schedule Medium 39.0850 39.0850"
    );
}

/// `resource | metric | P99.5 | maximum | complete days | month end among them`.
fn measure(night: &Night, text: &str) {
    let rows: Vec<Vec<&str>> = text.trim().lines().map(|line| line.split('|').map(str::trim).collect()).collect();
    let texts = |at: usize| rows.iter().map(|row| row[at].to_string()).collect::<Vec<_>>();
    let numbers = |at: usize| rows.iter().map(|row| row[at].parse().unwrap()).collect::<Vec<f64>>();
    let day = |days: i64| {
        let all = vec![days as i32; rows.len()];
        Series::new("day".into(), all).cast(&DataType::Date).unwrap()
    };
    let columns = Derived::Utilisation.columns().iter().map(|column| {
        let series = match column.name {
            "SubAccountId" => Series::new("".into(), vec!["023456789012"; rows.len()]),
            "ResourceId" => Series::new("".into(), texts(0)),
            "x_Metric" => Series::new("".into(), texts(1)),
            "x_P995" => Series::new("".into(), numbers(2)),
            "x_Maximum" => Series::new("".into(), numbers(3)),
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
    lake.put_derived(month, &[("utilisation", frame)]).unwrap();
}

#[test]
fn oversized_machines() {
    // Hours on demand: m5.large 0.107, m5.xlarge 0.214, m5.2xlarge 0.428, c5.xlarge 0.192.
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
         i-resized | AmazonEC2 | EU-BoxUsage:m5.2xlarge | RunInstances | 1-20 | 24 | 10.272 |
         i-resized | AmazonEC2 | EU-BoxUsage:m5.xlarge  | RunInstances | 21-35 | 24 | 5.136 |",
    );
    measure(
        &night,
        "i-half    | cpu    | 40 | 100 | 35 | yes
         i-half    | memory | 30 | 40  | 35 | yes
         i-quarter | cpu    | 15 | 60  | 20 | yes
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
         i-resized | cpu    | 10 | 20  | 35 | yes
         i-resized | memory | 10 | 20  | 35 | yes",
    );
    let findings = findings(&night, "oversized_machines", &[]);
    assert_eq!(
        lines(&findings),
        [
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
        findings[3]["x_Evidence"],
        "CPU P99.5 15.0 %, on m5.large 60.0 %; memory maximum 18.0 %, there 72.0 %; \
         20 complete days from 2026-09-27 to 2026-10-31, a month end among them"
    );
}
