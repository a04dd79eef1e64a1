//! Each waste rule on a small bill worked by hand: a hit, near misses and misses.
//!
//! The bills are legacy reports of 2026-09 and 2026-10, one line a day. The last full day is
//! 2026-10-31, so the windows are 7 days from 10-25, 14 days from 10-18 and 35 days from 09-27. A
//! month is 30.44 days: a saving is the cost of the 7 days ÷ 7 × 30.44.

pub mod bill;
mod disks;
mod machines;
mod managed;
mod network;
mod oversized;

use bill::{findings, found, lines, published, published_focus};

#[test]
fn idle_nat_gateways() {
    let night = published(
        "# 24 hours at 0.048: 1.152 a day
         nat-idle     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         # nothing by the gigabyte is nothing
         nat-zero     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         nat-zero     | AmazonEC2 | EU-NatGateway-Bytes | NatGateway | 1-35  | 0     | 0     |
         # there for just the 14 days
         nat-14       | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 22-35 | 24    | 1.152 |
         # a discount of 10 % as a line of its own; a refund of 2.00 on one of the 7 days
         nat-discount | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152   |
         nat-discount | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | -0.1152 | type=EdpDiscount
         nat-refund   | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         nat-refund   | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 33    | 0     | -2    | type=Refund
         # near misses: a megabyte 30 days ago; 13 days old; gone; off for half of each day; free of charge
         nat-used     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         nat-used     | AmazonEC2 | EU-NatGateway-Bytes | NatGateway | 5     | 0.001 | 0.000048 |
         nat-fresh    | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 23-35 | 24    | 1.152 |
         nat-gone     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-34  | 24    | 1.152 |
         nat-half     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 12    | 0.576 |
         nat-free     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         nat-free     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | -1.152 | type=BundledDiscount
         # misses: in use; a transit gateway; an endpoint; the same usage type of another product
         nat-busy     | AmazonEC2 | EU-NatGateway-Hours | NatGateway | 1-35  | 24    | 1.152 |
         nat-busy     | AmazonEC2 | EU-NatGateway-Bytes | NatGateway | 1-35  | 50    | 2.4   |
         fw-1         | AWSNetworkFirewall | EU-NatGateway-Hours | NatGateway | 1-35 | 24 | 1.152 |
         tgw-1        | AmazonVPC | EU-TransitGateway-Hours | TransitGatewayVPC | 1-35 | 24 | 1.2  |
         vpce-1       | AmazonVPC | EU-VpcEndpoint-Hours    | VpcEndpoint       | 1-35 | 24 | 0.24 |",
    );
    let findings = findings(&night, "idle_nat_gateways", &[]);
    assert_eq!(
        lines(&findings),
        [
            // 1.152 × 30.44 = 35.06688
            "nat-14 delete Medium 35.0669 35.0669",
            // (1.152 − 0.1152) × 30.44 = 31.560192
            "nat-discount delete High 31.5602 31.5602",
            "nat-idle delete High 35.0669 35.0669",
            // (7 × 1.152 − 2) ÷ 7 × 30.44 = 26.369737
            "nat-refund delete High 26.3697 26.3697",
            "nat-zero delete High 35.0669 35.0669",
        ]
    );
    let finding = &findings[2];
    let says = |column: &str| finding[column].as_str();
    assert_eq!(says("SubAccountId"), "023456789012");
    assert_eq!(says("RegionId"), "eu-west-1");
    assert_eq!(says("ServiceName"), "Amazon Elastic Compute Cloud");
    assert_eq!(says("ResourceName"), "name of nat-idle");
    assert_eq!(
        says("x_Reason"),
        "Every hour of this NAT gateway is paid for, and nothing has gone through it in 35 days: delete it if no route needs it."
    );
    assert_eq!(
        says("x_Evidence"),
        "336 of 336 hours billed from 2026-10-18 to 2026-10-31; 0.0 GB processed since 2026-09-27"
    );
    assert_eq!(
        says("x_SavingBasis"),
        "EffectiveCost of its hours from 2026-10-25 to 2026-10-31, by day, for 30.44 days"
    );
    // Who calls a megabyte idle says so.
    assert_eq!(found(&night, "idle_nat_gateways", &["max_gigabytes=0.001"]).len(), 6);
}

#[test]
fn idle_load_balancers() {
    let night = published(
        "lb-idle    | AWSELB | EU-LoadBalancerUsage | LoadBalancing:Application | 1-35  | 24 | 0.6048 |
         # bought by an account of us-east-1, without a prefix; classic ones process bytes
         lb-classic | AWSELB | LoadBalancerUsage    | LoadBalancing             | 1-35  | 24 | 0.6    | region=us-east-1
         # near misses: one unit-second a month ago; a gigabyte; 13 days old
         lb-second  | AWSELB | EU-LoadBalancerUsage | LoadBalancing:Application | 1-35  | 24 | 0.6048 |
         lb-second  | AWSELB | EU-LCUUsage          | LoadBalancing:Application | 4     | 0.0002777778 | 0.0000022 |
         lb-bytes   | AWSELB | EU-LoadBalancerUsage | LoadBalancing             | 1-35  | 24 | 0.6    |
         lb-bytes   | AWSELB | EU-DataProcessing-Bytes | LoadBalancing          | 30    | 1  | 0.008  |
         lb-fresh   | AWSELB | EU-LoadBalancerUsage | LoadBalancing:Network     | 23-35 | 24 | 0.6048 |
         # misses: in use; a trust store; the same usage type of another product, and bytes of another
         lb-busy    | AWSELB | EU-LoadBalancerUsage | LoadBalancing:Application | 1-35  | 24 | 0.6048 |
         lb-busy    | AWSELB | EU-LCUUsage          | LoadBalancing:Application | 1-35  | 12 | 0.096  |
         ls-1       | AmazonLightsail | EU-LoadBalancerUsage | LoadBalancing     | 1-35  | 24 | 0.6    |
         lb-trust   | AWSELB | EU-TS-LoadBalancerUsage | LoadBalancing:Application | 1-35 | 24 | 0.1344 |
         lb-idle    | AmazonCloudWatch | EU-DataProcessing-Bytes | PutLogEvents | 1-35 | 3 | 1.5 |",
    );
    // 0.6 × 30.44 = 18.264; 0.6048 × 30.44 = 18.410112
    let expected = ["lb-idle delete High 18.4101 18.4101", "lb-classic delete High 18.2640 18.2640"];
    assert_eq!(found(&night, "idle_load_balancers", &[]), expected);
}

#[test]
fn idle_public_addresses() {
    let night = published(
        "eip-idle | AmazonVPC | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-35       | 24 | 0.12  |
         eip-old  | AmazonEC2 | ElasticIP:IdleAddress     | ElasticIP          | 1-35       | 24 | 0.12  | region=us-east-1
         # near misses: in use for an hour a month ago; idle on some days; idle at night
         eip-hour | AmazonVPC | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-35       | 24 | 0.12  |
         eip-hour | AmazonVPC | EU-PublicIPv4:InUseAddress | AssociateAddressVPC | 3        | 1  | 0.005 |
         eip-days | AmazonVPC | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-24+27-35 | 24 | 0.12  |
         eip-half | AmazonVPC | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-35       | 12 | 0.06  |
         # misses: in use; of another product; addresses that the bill does not tell apart
         ls-1     | AmazonLightsail | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-35 | 24 | 0.12 |
         eni-used | AmazonVPC | EU-PublicIPv4:InUseAddress | RunInstances      | 1-35       | 24 | 0.12  |
                  | AmazonVPC | EU-PublicIPv4:IdleAddress | AllocateAddressVPC | 1-35       | 48 | 0.24  |",
    );
    // 0.12 × 30.44 = 3.6528
    let expected = ["eip-idle delete High 3.6528 3.6528", "eip-old delete High 3.6528 3.6528"];
    assert_eq!(found(&night, "idle_public_addresses", &[]), expected);
}

#[test]
fn unattached_volumes() {
    let volumes = "
         # 100 GB magnetic, never read or written, where machines run: 0.16 a day
         vol-still  | AmazonEC2 | EU-EBS:VolumeUsage        | CreateVolume      | 1-35  | 3.2 | 0.16 |
         # where no machine runs: storage 0.5 and IOPS 0.1 a day
         vol-lost   | AmazonEC2 | EBS:VolumeUsage.gp3       | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | region=us-east-1
         vol-lost   | AmazonEC2 | EBS:VolumeP-IOPS.gp3      | CreateVolume-Gp3  | 1-35  | 20  | 0.1  | region=us-east-1
         # near misses: a request a month ago; a machine a month ago; 13 days old; gone
         vol-read   | AmazonEC2 | EU-EBS:VolumeUsage        | CreateVolume      | 1-35  | 3.2 | 0.16 |
         vol-read   | AmazonEC2 | EU-EBS:VolumeIOUsage      | EBS:IO-Read       | 6     | 1   | 0.00000005 |
         vol-batch  | AmazonEC2 | EUC1-EBS:VolumeUsage.gp3  | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | region=eu-central-1
         vol-fresh  | AmazonEC2 | EBS:VolumeUsage.gp3       | CreateVolume-Gp3  | 23-35 | 6.2 | 0.5  | region=us-east-1
         vol-gone   | AmazonEC2 | EBS:VolumeUsage.gp3       | CreateVolume-Gp3  | 1-34  | 6.2 | 0.5  | region=us-east-1
         # beside machines, but its own has not run since 10-17; near misses: since 10-18; for 6 days only; another has its name
         vol-left   | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | name=gone
         vol-lately | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | name=lately
         vol-rare   | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | name=rare
         vol-again  | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  | name=again
         # misses: beside a machine; a snapshot where no machine runs; the same usage type of another product
         db-1       | AmazonRDS | EU-EBS:VolumeUsage        | CreateVolume      | 1-35  | 3.2 | 0.16 |
         vol-used   | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  |
         snap-1     | AmazonEC2 | EBS:SnapshotUsage         | CreateSnapshot    | 1-35  | 6.2 | 0.3  | region=us-east-1";
    let machines = "
         i-1        | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-35  | 24  | 2.568 |
         i-gone     | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-21  | 24  | 2.568 | name=gone
         i-lately   | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-22  | 24  | 2.568 | name=lately
         i-rare     | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-6   | 24  | 2.568 | name=rare
         i-again1   | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-9   | 24  | 2.568 | name=again
         i-again2   | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 10-35 | 24  | 2.568 | name=again
         i-batch    | AmazonEC2 | EUC1-BoxUsage:m5.large    | RunInstances      | 3     | 5   | 0.5   | region=eu-central-1";
    // 0.16 × 30.44 = 4.8704; (0.5 + 0.1) × 30.44 = 18.264
    let still = "vol-still delete High 4.8704 4.8704";
    // 0.5 × 30.44 = 15.22
    let left = "vol-left delete Low 15.2200 15.2200";
    let lost = "vol-lost delete Medium 18.2640 18.2640";
    let night = published(&format!("{volumes}{machines}"));
    let findings = findings(&night, "unattached_volumes", &[]);
    assert_eq!(lines(&findings), [left, still, lost]);
    let evidence = |at: usize| findings[at]["x_Evidence"].clone();
    // 3.2 × 30.44 = 97.408; 6.2 × 30.44 = 188.728
    assert!(evidence(0).ends_with("last machine hour under this name on 2026-10-17"), "{}", evidence(0));
    assert_eq!(evidence(1), "About 97 GB billed on 35 days from 2026-09-27 to 2026-10-31; 0 requests billed");
    assert!(evidence(2).starts_with("About 189 GB") && evidence(2).ends_with("in this sub account and region"));
    // A bill without machines says nothing about machines.
    assert_eq!(found(&published(volumes), "unattached_volumes", &[]), [still]);
}

#[test]
fn growing_snapshots() {
    // A day bills size ÷ days of the month, so September's 30 days bill more for the same gigabytes.
    let of = |product: &str,
              id: &str,
              region: &str,
              sizes: &dyn Fn(i64) -> f64,
              days: std::ops::RangeInclusive<i64>|
     -> String {
        let line = |day: i64| {
            let quantity = sizes(day) / if day <= 4 { 30.0 } else { 31.0 };
            format!(
                "{id} | {product} | EBS:SnapshotUsage | CreateSnapshot | {day} | {quantity:.10} | {:.12} | region={region}\n",
                quantity * 0.05
            )
        };
        days.map(line).collect()
    };
    let stored = |id: &str, region: &str, sizes: &dyn Fn(i64) -> f64, days| of("AmazonEC2", id, region, sizes, days);
    let week = |day: i64| ((day - 1) / 7) as f64;
    let bill = [
        // Grows by 31 GB a week, from 310 GB: 434 GB in the fifth.
        stored("snap-grows", "eu-west-1", &|day| 310.0 + 31.0 * week(day), 1..=35),
        // By a GB a day: the last week holds 329 to 335 GB, 2,324 GB-days, of which 7 × 301 it had at first.
        stored("snap-daily", "ap-south-1", &|day| 300.0 + day as f64, 1..=35),
        // Misses. The same size on every day: its bill falls in October. Of another product.
        of("AmazonRDS", "db-1", "ca-central-1", &|day| 310.0 + 31.0 * week(day), 1..=35),
        stored("snap-flat", "eu-west-1", &|_| 310.0, 1..=35),
        // Near misses. Grows, and is cleaned up once; grows by one step; grows by less than a tenth.
        stored("snap-cleaned", "eu-west-2", &|day| if day == 20 { 100.0 } else { 310.0 + day as f64 * 3.0 }, 1..=35),
        stored("snap-step", "eu-west-3", &|day| if day < 20 { 310.0 } else { 620.0 }, 1..=35),
        stored("snap-slow", "eu-north-1", &|day| 310.0 + 5.0 * week(day), 1..=35),
        // Too few days of it.
        stored("snap-fresh", "eu-south-1", &|day| 31.0 * day as f64, 9..=35),
        // One more a week, none deleted; one more a week, the oldest deleted.
        (0..5).map(|n| stored(&format!("snap-more{n}"), "us-east-1", &|_| 31.0, 7 * n + 1..=35)).collect(),
        (0..5)
            .map(|n| stored(&format!("snap-kept{n}"), "us-east-2", &|_| 31.0, 7 * n + 1..=(7 * n + 20).min(35)))
            .collect(),
    ];
    let night = published(&bill.concat());
    let findings = findings(&night, "growing_snapshots", &[]);
    assert_eq!(
        lines(&findings),
        [
            // 2,324 − 2,107 = 217 GB-days ÷ 31 × 0.05 = 0.35 a week ÷ 7 × 30.44 = 1.522
            // How much of it is still needed stands on no bill.
            "snap-daily delete Medium 1.5220 -",
            // 434 GB, 310 of them since the first day: 124 ÷ 31 × 0.05 = 0.20 a day × 30.44 = 6.088
            "snap-grows delete Medium 6.0880 -",
            // Five of 31 GB, one of them since the first day: 4 × 31 ÷ 31 × 0.05 = 0.20 a day × 30.44
            "snapshots of 023456789012 in us-east-1 delete Low 6.0880 -",
        ]
    );
    let evidence = |at: usize| findings[at]["x_Evidence"].clone();
    assert_eq!(
        evidence(1),
        "From about 310 GB on 2026-09-27 to 434 GB on 2026-10-31 in 1 snapshot; larger on 4 days, smaller on none"
    );
    assert_eq!(
        evidence(2),
        "From about 31 GB on 2026-09-27 to 155 GB on 2026-10-31 in 5 snapshots; larger on 4 days, smaller on none"
    );
}

#[test]
fn gp2_volumes() {
    // A size of 310 GB bills 10 GB-months a day in October. gp2 costs 0.11, gp3 0.088 and 0.0055 an IOPS.
    let night = published(
        "vol-310   | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 10  | 1.10  |
         vol-62    | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 2   | 0.22  |
         vol-3100  | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 100 | 11.00 |
         vol-6200  | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 200 | 22.00 |
         vol-gp3   | AmazonEC2 | EU-EBS:VolumeUsage.gp3   | CreateVolume-Gp3 | 1-35  | 10  | 0.88  |
         vol-gp3   | AmazonEC2 | EU-EBS:VolumeP-IOPS.gp3  | CreateVolume-Gp3 | 1-35  | 100 | 0.55  |
         # free gigabytes are no price
         vol-free  | AmazonEC2 | EU-EBS:VolumeUsage.gp3   | CreateVolume-Gp3 | 1-35  | 1   | 0     |
         # where the bill shows no price of gp3, or none of its IOPS
         vol-alone | AmazonEC2 | EBS:VolumeUsage.gp2      | CreateVolume-Gp2 | 1-35  | 10  | 1.00  | region=us-east-1
         vol-iops  | AmazonEC2 | EUC1-EBS:VolumeUsage.gp2 | CreateVolume-Gp2 | 1-35  | 100 | 11.00 | region=eu-central-1
         vol-other | AmazonEC2 | EUC1-EBS:VolumeUsage.gp3 | CreateVolume-Gp3 | 1-35  | 10  | 0.88  | region=eu-central-1
         # near misses: at a price of its own gp2 costs less; 13 days old; gone
         vol-cheap | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 10  | 0.80  |
         vol-fresh | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 23-35 | 10  | 1.10  |
         vol-gone  | AmazonEC2 | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-34  | 10  | 1.10  |
         # misses: another type; the same usage types of another product, at prices of its own
         db-gp2    | AmazonRDS | EU-EBS:VolumeUsage.gp2   | CreateVolume-Gp2 | 1-35  | 10  | 1.10  |
         db-gp3    | AmazonRDS | EU-EBS:VolumeUsage.gp3   | CreateVolume-Gp3 | 1-35  | 10  | 0.10  |
         vol-io1   | AmazonEC2 | EU-EBS:VolumeUsage.piops | CreateVolume-P-IOPS | 1-35 | 10 | 1.38 |",
    );
    let findings = findings(&night, "gp2_volumes", &[]);
    assert_eq!(
        lines(&findings),
        [
            "vol-iops upgrade Medium - -",
            // (1.10 − 0.88) × 30.44 = 6.6968
            "vol-310 upgrade Medium 6.6968 6.6968",
            // 3 × 3100 − 3000 = 6300 IOPS ÷ 31 × 30.44 × 0.0055 = 34.024065; 2.20 × 30.44 − 34.024065 = 32.943935
            "vol-3100 upgrade Medium 32.9439 32.9439",
            // (0.22 − 0.176) × 30.44 = 1.33936
            "vol-62 upgrade High 1.3394 1.3394",
            // at most 16,000 − 3000 = 13,000 IOPS ÷ 31 × 30.44 × 0.0055 = 70.208387; 4.40 × 30.44 − 70.208387 = 63.727613
            "vol-6200 upgrade Medium 63.7276 63.7276",
            "vol-alone upgrade Medium - -",
        ]
    );
    let large = &findings[2];
    assert!(large["x_Reason"].contains("change it to gp3 with 9300 IOPS, in place"), "{}", large["x_Reason"]);
    assert_eq!(
        large["x_Evidence"],
        "About 3100 GB of gp2 at 0.11 USD a GB-month from 2026-10-25 to 2026-10-31; gp3 at 0.088, \
         6300 IOPS more than included, at 0.0055"
    );
}

/// gp3 stands on the bill at 0.08 and at 0.10 for as many gigabytes, and its IOPS at 0.005 and 0.006:
/// what a volume will cost is the mean, 0.09 and 0.0055, not the lower of a test account (FinOps toolkit
/// #2176).
#[test]
fn gp3_at_two_prices_counts_with_its_mean() {
    let night = published(
        "vol-310   | AmazonEC2 | EU-EBS:VolumeUsage.gp2  | CreateVolume-Gp2 | 1-35 | 10  | 1.10  |
         vol-3100  | AmazonEC2 | EU-EBS:VolumeUsage.gp2  | CreateVolume-Gp2 | 1-35 | 100 | 11.00 |
         vol-cheap | AmazonEC2 | EU-EBS:VolumeUsage.gp3  | CreateVolume-Gp3 | 1-35 | 10  | 0.80  |
         vol-cheap | AmazonEC2 | EU-EBS:VolumeP-IOPS.gp3 | CreateVolume-Gp3 | 1-35 | 100 | 0.50  |
         vol-dear  | AmazonEC2 | EU-EBS:VolumeUsage.gp3  | CreateVolume-Gp3 | 1-35 | 10  | 1.00  |
         vol-dear  | AmazonEC2 | EU-EBS:VolumeP-IOPS.gp3 | CreateVolume-Gp3 | 1-35 | 100 | 0.60  |",
    );
    let expected = [
        // (1.10 − 0.90) × 30.44 = 6.088; at 0.08 it would be 9.132
        "vol-310 upgrade Medium 6.0880 6.0880",
        // (11 − 9) × 30.44 − 6300 ÷ 31 × 30.44 × 0.0055 = 60.88 − 34.024065
        "vol-3100 upgrade Medium 26.8559 26.8559",
    ];
    assert_eq!(found(&night, "gp2_volumes", &[]), expected);
}

#[test]
fn extended_support() {
    let night = published(
        "db-old   | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 1-35  | 48 | 4.8 |
         db-old   | AmazonRDS | EU-InstanceUsage:db.m5.large        | CreateDBInstance:0002 | 1-35  | 24 | 4.4 |
         eks-old  | AmazonEKS | EU-AmazonEKS-Hours:extendedSupport  | ExtendedSupport       | 25-35 | 24 | 12  |
         # of two more products that sell it; begun on the first of the 7 days
         os-old   | AmazonES  | EU-ExtendedSupport:Yr1:r5.large     | ESDomain              | 29-35 | 24 | 1.2 |
         cache    | AmazonElastiCache | EU-ExtendedSupport:Yr1-Yr2:cache.m5.large | CreateCacheCluster | 1-35 | 24 | 2.4 |
         # near misses: ended yesterday; begun six days ago
         db-ended | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 1-34  | 48 | 4.8 |
         db-new   | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 30-35 | 48 | 4.8 |
         # misses: no surcharge; the same usage type of another product
         box-old  | AmazonLightsail | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 1-35 | 48 | 4.8 |
         db-now   | AmazonRDS | EU-InstanceUsage:db.m5.large        | CreateDBInstance:0002 | 1-35  | 24 | 4.4 |",
    );
    let expected = [
        // 2.4 × 30.44 = 73.056; 4.8 × 30.44 = 146.112; 12 × 30.44 = 365.28; 1.2 × 30.44 = 36.528
        "cache upgrade High 73.0560 73.0560",
        "db-old upgrade High 146.1120 146.1120",
        "eks-old upgrade High 365.2800 365.2800",
        "os-old upgrade High 36.5280 36.5280",
    ];
    assert_eq!(found(&night, "extended_support", &[]), expected);
}

#[test]
fn unused_commitments() {
    // Fees and use of a day; an hour's commitment is 1.00. A quarter of sp-idle, 1/48 of sp-busy is left.
    let fee = "ComputeSavingsPlans | EU-ComputeSP:1yrNoUpfront |";
    let use_of = "AmazonEC2 | EU-BoxUsage:m5.large | RunInstances |";
    let ri = "AmazonEC2 | EU-HeavyUsage:m5.large | RunInstances |";
    let night = published(&format!(
        " | {fee} | 1-35  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-idle sp_total=24 sp_used=18 account=034567890123
         i-1 | {use_of} 1-35 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-idle sp_cost=18
         # half of its EffectiveCost
         | {fee} | 1-35  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-half sp_total=24 sp_used=12
         i-5 | {use_of} 1-35 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-half sp_cost=12
         # a miss: used whole
         | {fee} | 1-35  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-full sp_total=24 sp_used=24
         i-6 | {use_of} 1-35 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-full sp_cost=24
         # near misses: at weekends only, four days of any 14, and wholly; on two days of 14; hardly any; bought on 10-10; ended
         | {fee} | 2-6+9-13+16-20+23-27+30-34 | 1 | 24 | type=SavingsPlanRecurringFee sp=sp-week sp_total=24 sp_used=24
         | {fee} | 1+7-8+14-15+21-22+28-29+35 | 1 | 24 | type=SavingsPlanRecurringFee sp=sp-week sp_total=24 sp_used=0
         i-7 | {use_of} 2-6+9-13+16-20+23-27+30-34 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-week sp_cost=24
         | {fee} | 1-35  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-busy sp_total=24 sp_used=23.5
         i-2 | {use_of} 1-35 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-busy sp_cost=23.5
         | {fee} | 1-27+29-34 | 1 | 24 | type=SavingsPlanRecurringFee sp=sp-days sp_total=24 sp_used=24
         | {fee} | 28+35 | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-days sp_total=24 sp_used=0
         i-3 | {use_of} 1-27+29-34 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-days sp_cost=24
         | {fee} | 14-35 | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-new sp_total=24 sp_used=12
         | {fee} | 1-34  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-over sp_total=24 sp_used=12
         # reservations: the fee of the month says what the month left unused
         | {ri} september | 720 | 90 | type=RIFee ri=ri-idle ri_unused=20
         | {ri} october   | 744 | 93 | type=RIFee ri=ri-idle ri_unused=31
         i-4 | {use_of} 5-35 | 24 | 0 | type=DiscountedUsage ri=ri-idle ri_cost=3 list=5
         # bought within the month; ended within it
         | {ri} from 10-10 | 528 | 60 | type=RIFee ri=ri-new ri_unused=40
         | {ri} september  | 720 | 90 | type=RIFee ri=ri-over ri_unused=40
         | {ri} to 10-20   | 456 | 57 | type=RIFee ri=ri-over ri_unused=40"
    ));
    let findings = findings(&night, "unused_commitments", &[]);
    assert_eq!(
        lines(&findings),
        [
            // October: 31 ÷ 31 × 30.44; 31 of 31 + 31 × 3 is a quarter
            // Owed whatever is done: how much other usage can come under it stands on no bill.
            "ri-idle use High 30.4400 -",
            // (24 − 12) × 30.44
            "sp-half use High 365.2800 -",
            // (24 − 18) × 30.44
            "sp-idle use High 182.6400 -",
        ]
    );
    // 12 of 12 + 12, not a share of hours.
    assert!(
        findings[1]["x_Evidence"].starts_with("50.0 % of its EffectiveCost unused"),
        "{}",
        findings[1]["x_Evidence"]
    );
    // The weekends alone are four days, and would be found by a rule that asks for four.
    assert_eq!(found(&night, "unused_commitments", &["min_unused_days=4"]).len(), 4);
    let plan = &findings[2];
    assert_eq!(plan["SubAccountId"], "034567890123");
    assert_eq!(plan["ResourceType"], "Savings Plan");
    assert_eq!(plan["x_Evidence"], "25.0 % of its EffectiveCost unused in 2026-10-18 to 2026-10-31, on 14 of 14 days");
}

#[test]
fn a_reservation_is_judged_by_its_last_whole_month() {
    // October is there up to day 24, 10-20: its fee stands there whole, its use does not.
    let ri = "AmazonEC2 | EU-HeavyUsage:m5.large | RunInstances |";
    let night = published(&format!(
        "| {ri} september | 720 | 90 | type=RIFee ri=ri-idle ri_unused=15
         | {ri} october   | 744 | 93 | type=RIFee ri=ri-idle ri_unused=60
         i-1 | AmazonEC2 | EU-BoxUsage:m5.large | RunInstances | 1-24 | 24 | 0 | type=DiscountedUsage ri=ri-idle ri_cost=3 list=5
         # ended with September
         | {ri} september | 720 | 90 | type=RIFee ri=ri-over ri_unused=15"
    ));
    // September: 15 ÷ 30 × 30.44, of 15 + 4 × 3 of use.
    let found = findings(&night, "unused_commitments", &["min_unused_share=0.05"]);
    assert_eq!(lines(&found), ["ri-idle use High 15.2200 -"]);
    assert!(found[0]["x_Evidence"].ends_with("in the billing period 2026-09"), "{}", found[0]["x_Evidence"]);
}

#[test]
fn a_focus_export_is_judged_alike() {
    // AWS's FOCUS 1.2 has no x_UsageType: the usage type stands in SkuMeter, without a region.
    let night = published_focus(
        "nat-idle | Usage | AmazonEC2 | NatGateway-Hours   | NatGateway   | 24 | 1.152 | 1.152 |        |
         nat-used | Usage | AmazonEC2 | NatGateway-Hours   | NatGateway   | 24 | 1.152 | 1.152 |        |
         nat-used | Usage | AmazonEC2 | NatGateway-Bytes   | NatGateway   | 2  | 0.09  | 0.09  |        |
         i-old    | Usage | AmazonEC2 | BoxUsage:m4.large  | RunInstances | 24 | 2.664 | 2.664 |        |
         i-ri     | Usage | AmazonEC2 | BoxUsage:m4.large  | RunInstances | 24 | 1.776 | 2.664 | Used   | ri-1
         i-m5     | Usage | AmazonEC2 | BoxUsage:m5.large  | RunInstances | 24 | 2.568 | 2.568 |        |
         ri-1     | Usage | AmazonEC2 | HeavyUsage:m4.large | RunInstances | 8 | 0.592 | 0     | Unused | ri-1",
    );
    assert_eq!(found(&night, "idle_nat_gateways", &[]), ["nat-idle delete High 35.0669 35.0669"]);
    // As of the legacy report: 0.096 × 30.44, and 0.064 × 30.44 under cover.
    let expected = ["i-old upgrade Medium 2.9222 2.9222", "i-ri upgrade Medium 1.9482 0.0000"];
    assert_eq!(found(&night, "previous_generation_machines", &[]), expected);
    // 0.592 × 30.44; 0.592 of 0.592 + 1.776 is a quarter
    assert_eq!(found(&night, "unused_commitments", &[]), ["ri-1 use High 18.0205 -"]);
}
