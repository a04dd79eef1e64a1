//! Units that the bill itself counts, worked by hand: whose vCPU-hours are whose, and which way a GB went.

use super::charges::{Charge, bill, rows, usage};

/// Priced usage of a day.
fn priced(cost: &str, usage_type: &str, unit: &str, quantity: &str) -> Charge {
    let charge = usage("2026-08-01", cost).set("x_UsageType", usage_type).resource("r-1");
    charge.set("PricingUnit", unit).set("PricingQuantity", quantity)
}

fn units(charges: &[Charge]) -> Vec<String> {
    let night = bill(charges, "", &["metric/unit_cost_of_infrastructure"]);
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let types = std::fs::read(root.join("queries/lookup/machine_type.csv")).expect("the machine types");
    night.write("catalogue/queries/lookup/machine_type.csv", types);
    night.run().exits(0);
    let columns = ["x_Unit", "EffectiveCost", "x_Quantity", "x_UnitCost"];
    rows(&night, "metric/unit_cost_of_infrastructure", "2026-08", &columns)
}

/// Extended support of 2 vCPUs for 24 hours was once 48 vCPU-hours more, and Fargate none at all where
/// it is priced in hours.
#[test]
fn surcharges_by_the_vcpu_hour_add_no_vcpu_hours() {
    let machine = |charge: Charge, of: &str| charge.set("x_InstanceType", of);
    let charges = [
        // 24 hours of 2 vCPUs: 48
        machine(priced("4.8", "BoxUsage:m5.large", "Hrs", "24"), "m5.large"),
        machine(priced("2.4", "USW2-InstanceUsage:db.m5.large", "Hrs", "24"), "db.m5.large"),
        // 30 and 10, in both units that Fargate is priced in
        priced("1.2", "USE1-Fargate-vCPU-Hours:perCPU", "hours", "30"),
        priced("0.4", "USE1-Fargate-ARM-vCPU-Hours:perCPU", "vCPU-Hours", "10"),
        // The memory of a task is none
        priced("9", "USE1-Fargate-GB-Hours", "hours", "60"),
        machine(priced("4.8", "USW2-ExtendedSupport:Yr1-Yr2:MySQL5.7", "vCPU-Hours", "48"), "db.m5.large"),
        priced("1.6", "CPUCredits:t3", "vCPU-Hours", "32"),
        machine(priced("0.8", "EBSOptimized:m4.large", "Hrs", "8"), "m4.large"),
        priced("1", "SQLLicence", "vCPU-Hours", "10"),
    ];
    assert_eq!(
        units(&charges),
        [
            // 4.8 + 2.4 + 1.2 + 0.4 = 8.8; 48 + 48 + 30 + 10 = 136
            format!("vCPU-hour|8.8|136|{}", 8.8 / 136.0),
            "vCPU-hour, other|1|10|0.1".to_string(),
            // 4.8 + 1.6 + 0.8; 48 + 32 + 8 × 2 = 96
            format!("vCPU-hour, surcharge|7.2|96|{}", 7.2 / 96.0),
        ]
    );
}

/// The mean over all of it was once the price of a GB transferred.
#[test]
fn each_direction_of_transfer_has_its_own_unit_cost() {
    let gb = |cost: &str, usage_type: &str, quantity: &str| priced(cost, usage_type, "GB", quantity);
    let charges = [
        gb("0.5", "EUC1-DataTransfer-Regional-Bytes", "50"),
        gb("1.8", "DataTransfer-Out-Bytes", "20"),
        gb("0.85", "EU-DataTransfer-Out-Bytes", "10"),
        gb("0", "DataTransfer-In-Bytes", "900"),
        gb("0.2", "USE1-EUC1-AWS-Out-Bytes", "10"),
        gb("0", "USE1-EUC1-AWS-In-Bytes", "40"),
        gb("0", "EUC1-CloudFront-Out-Bytes", "70"),
        gb("0.1", "EUC1-CloudFront-In-Bytes", "5"),
        gb("0.3", "EU-DataTransfer-Out-ABytes", "3"),
        // Bytes that a gateway handled went nowhere by themselves.
        gb("4.5", "NatGateway-Bytes", "100"),
    ];
    assert_eq!(
        units(&charges),
        [
            "GB between zones|0.5|50|0.01",
            "GB from another region|0|40|0",
            "GB from the content network|0.1|5|0.02",
            "GB from the internet|0|900|0",
            "GB to another region|0.2|10|0.02",
            "GB to the content network|0|70|0",
            // 1.8 + 0.85 = 2.65 ÷ 30
            &format!("GB to the internet|2.65|30|{}", 2.65 / 30.0),
            &format!("GB transferred, other|0.3|3|{}", 0.3 / 3.0),
        ]
    );
}
