//! The rules about machines that need no measurements.

use super::bill::{findings, found, lines, published};
use super::oversized::measure;

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
         # misses: the same usage types of another product, at prices of its own; moved on already
         i-emr     | ElasticMapReduce | EU-BoxUsage:m4.large | RunInstances | 1-35 | 24 | 0.72 |
         i-emr-m5  | ElasticMapReduce | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 0.648 |
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
         # misses: production; of another product. Near misses: nobody knows; off at night; off over the weekend; 13 days old; production lately
         i-emr     | ElasticMapReduce | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 0.648 | env=dev
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

/// A month of 12 reserved hours and 12 on demand a day, with 10 % off what is on demand. The reserved
/// hours' ContractedCost is the public 0.148: as a price of the whole it would be (0.1332 + 0.148) ÷ 2 =
/// 0.1406, above r5.large's 0.135, and the move would look like a saving. Its own price is 0.1332.
#[test]
fn a_part_reserved_machine_is_compared_by_its_own_hours_on_demand() {
    let half = |id: &str, kind: &str, cost: &str, off: &str| {
        format!(
            "{id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 12 | {cost} |
             {id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 12 | {off} | type=EdpDiscount
             {id} | AmazonEC2 | EU-BoxUsage:{kind} | RunInstances | 1-35 | 12 | 0 | type=DiscountedUsage ri=ri-1 ri_cost=0.9 list={cost}
            "
        )
    };
    let night = published(&format!(
        "{}{}
         i-r5 | AmazonEC2 | EU-BoxUsage:r5.large | RunInstances | 1-35 | 24 | 3.6   |
         i-r5 | AmazonEC2 | EU-BoxUsage:r5.large | RunInstances | 1-35 | 24 | -0.36 | type=EdpDiscount
         i-m5 | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.568   |
         i-m5 | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | -0.2568 | type=EdpDiscount
         # reserved whole, and the only one of its type: no price of its own, and nothing to free
         i-r3 | AmazonEC2 | EU-BoxUsage:r3.large | RunInstances | 1-35 | 24 | 0 | type=DiscountedUsage ri=ri-1 ri_cost=2.4 list=4.44",
        half("i-r4", "r4.large", "1.776", "-0.1776"),
        half("i-m4", "m4.large", "1.332", "-0.1332"),
    ));
    let findings = findings(&night, "previous_generation_machines", &[]);
    // m4.large 0.0999, m5.large 0.0963: 4/111 less. (0.9 + 1.1988) × 4/111 × 30.44; on demand 1.1988 × 4/111 × 30.44
    assert_eq!(lines(&findings), ["i-m4 upgrade Medium 2.3023 1.3150"]);
    assert!(findings[0]["x_Evidence"].contains("on demand 0.0999 USD an hour; m5.large 0.0963"));
}

/// A machine on hardware of its own pays other prices: 0.122 where a shared one pays 0.111.
#[test]
fn a_dedicated_machine_is_compared_with_dedicated_prices() {
    let bill = "
        i-old   | AmazonEC2 | EU-DedicatedUsage:m4.large  | RunInstances | 1-35 | 24 | 2.928 |
        i-large | AmazonEC2 | EU-DedicatedUsage:m5.xlarge | RunInstances | 1-35 | 24 | 5.64  |
        i-m5    | AmazonEC2 | EU-BoxUsage:m5.large        | RunInstances | 1-35 | 24 | 2.568 |
        i-m4    | AmazonEC2 | EU-BoxUsage:m4.large        | RunInstances | 1-35 | 24 | 2.4   |";
    let measured = "i-large | cpu    | 10 | 20 | 35 | yes
                    i-large | memory | 10 | 20 | 35 | yes";
    let night = published(bill);
    measure(&night, measured);
    let found = findings(&night, "previous_generation_machines", &[]);
    // No dedicated hour of m5.large; the shared m4.large costs less than its successor.
    assert_eq!(lines(&found), ["i-old upgrade Medium - -"]);
    let basis = "No figure: this bill shows no on-demand hour of m5.large in this region, operation and tenancy";
    assert_eq!(found[0]["x_SavingBasis"], basis);
    assert_eq!(lines(&findings(&night, "oversized_machines", &[])), ["i-large resize High - -"]);
    // With one it has: 2.928 × (1 − 0.1175 ÷ 0.122) × 30.44 = 0.108 × 30.44; 5.64 ÷ 2 × 30.44
    let night = published(&format!(
        "{bill}\n i-ded | AmazonEC2 | EU-DedicatedUsage:m5.large | RunInstances | 1-35 | 24 | 2.82 |"
    ));
    measure(&night, measured);
    assert_eq!(lines(&findings(&night, "previous_generation_machines", &[])), ["i-old upgrade Medium 3.2875 3.2875"]);
    assert_eq!(lines(&findings(&night, "oversized_machines", &[])), ["i-large resize High 85.8408 85.8408"]);
}

/// m5.large at 0.10 for 24 hours a day and at 0.11 for 12: an hour costs (2.4 + 1.32) ÷ 36 = 0.103333, not
/// the lower of the two (FinOps toolkit #2176).
#[test]
fn a_type_at_two_prices_counts_with_its_mean() {
    let night = published(
        "i-old  | AmazonEC2 | EU-BoxUsage:m4.large | RunInstances | 1-35 | 24 | 2.664 |
         i-dev  | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 24 | 2.4   |
         i-prod | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-35 | 12 | 1.32  |",
    );
    // 2.664 × (1 − 0.103333 ÷ 0.111) × 30.44 = (2.664 − 2.48) × 30.44
    assert_eq!(found(&night, "previous_generation_machines", &[]), ["i-old upgrade Medium 5.6010 5.6010"]);
}

/// A machine with a processor to itself is not made faster by one that bursts.
#[test]
fn a_burstable_successor_is_not_called_faster() {
    let night = published(
        "i-old | AmazonEC2 | EU-BoxUsage:m3.medium | RunInstances | 1-35 | 24 | 1.752  |
         i-t1  | AmazonEC2 | EU-BoxUsage:t1.micro  | RunInstances | 1-35 | 24 | 0.48   |
         i-t2  | AmazonEC2 | EU-BoxUsage:t2.medium | RunInstances | 1-35 | 24 | 1.2    |
         i-t3m | AmazonEC2 | EU-BoxUsage:t3.micro  | RunInstances | 1-35 | 24 | 0.2736 |
         i-t3  | AmazonEC2 | EU-BoxUsage:t3.medium | RunInstances | 1-35 | 24 | 1.0944 |",
    );
    let found = findings(&night, "previous_generation_machines", &[]);
    let expected = [
        // (1.752 − 1.0944) × 30.44; (0.48 − 0.2736) × 30.44; (1.2 − 1.0944) × 30.44
        "i-old upgrade Low 20.0173 20.0173",
        "i-t1 upgrade Low 6.2828 6.2828",
        "i-t2 upgrade Medium 3.2145 3.2145",
    ];
    assert_eq!(lines(&found), expected);
    assert!(found[0]["x_Reason"].contains(
        "move it to t3.medium, which runs at 20.0 % of its processors for good and faster for a while and costs less."
    ), "{}", found[0]["x_Reason"]);
    assert!(found[2]["x_Reason"].ends_with("move it to t3.medium, which is faster and costs less."));
}
