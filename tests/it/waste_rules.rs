//! Each waste rule on a small bill worked by hand: a hit, near misses and misses.
//!
//! The bills are legacy reports of 2026-09 and 2026-10, one line a day. The last full day is
//! 2026-10-31, so the windows are 7 days from 10-25, 14 days from 10-18 and 35 days from 09-27. A
//! month is 30.44 days: a saving is the cost of the 7 days ÷ 7 × 30.44.

use super::place::{Night, copy_into};
use costmill::focus::BillingMonth;
use costmill::lake::Lake;
use costmill::transform::Derived;
use polars::prelude::{DataFrame, DataType, NamedFrom, Series};
use std::collections::BTreeMap;
use std::path::Path;

const CONFIG: &str = r#"
catalogue = "catalogue"
[[source]]
id = "aws"
format = "aws-cur-legacy"
location = "exports"
[[source.file_set]]
billing_periods = ["2026-09"]
files = ["2026-09.csv"]
[[source.file_set]]
billing_periods = ["2026-10"]
files = ["2026-10.csv"]
[tags.dimensions]
env = ["env"]
#[environment]
#dimension = "env"
#non_production = ["dev", "test"]
"#;

const COLUMNS: &str = "identity/LineItemId,identity/TimeInterval,bill/PayerAccountId,bill/BillingPeriodStartDate,\
    bill/BillingPeriodEndDate,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,\
    lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/Operation,lineItem/ResourceId,\
    lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,product/instanceType,product/regionCode,\
    pricing/publicOnDemandCost,reservation/ReservationARN,reservation/EffectiveCost,\
    reservation/UnusedAmortizedUpfrontFeeForBillingPeriod,reservation/UnusedRecurringFee,\
    savingsPlan/SavingsPlanARN,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,\
    savingsPlan/UsedCommitment,resourceTags/user:env,resourceTags/user:Name";

/// Where a line's cells stand that are no line of their own: `key=value` after the table's cells.
const EXTRAS: [(&str, &str); 13] = [
    ("account", "lineItem/UsageAccountId"),
    ("region", "product/regionCode"),
    ("type", "lineItem/LineItemType"),
    ("instance", "product/instanceType"),
    ("list", "pricing/publicOnDemandCost"),
    ("ri", "reservation/ReservationARN"),
    ("ri_cost", "reservation/EffectiveCost"),
    ("ri_unused", "reservation/UnusedRecurringFee"),
    ("sp", "savingsPlan/SavingsPlanARN"),
    ("sp_cost", "savingsPlan/SavingsPlanEffectiveCost"),
    ("sp_total", "savingsPlan/TotalCommitmentToDate"),
    ("sp_used", "savingsPlan/UsedCommitment"),
    ("env", "resourceTags/user:env"),
];

/// The bill's days from 09-27 on, `1` to `35`; a month as one charge.
fn days(text: &str) -> Vec<(String, String)> {
    let day = |number: i64| {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 9, 26).unwrap() + chrono::Duration::days(number);
        day.format("%Y-%m-%d").to_string()
    };
    let whole = |first: &str, next: &str| vec![(first.to_string(), next.to_string())];
    match text {
        "september" => whole("2026-09-01", "2026-10-01"),
        "october" => whole("2026-10-01", "2026-11-01"),
        "from 10-10" => whole("2026-10-10", "2026-11-01"),
        "to 10-20" => whole("2026-10-01", "2026-10-20"),
        _ => {
            let runs = text.split('+').map(|run| run.split_once('-').unwrap_or((run, run)));
            let numbers = runs.flat_map(|(from, to)| from.parse::<i64>().unwrap()..=to.parse().unwrap());
            numbers.map(|number| (day(number), day(number + 1))).collect()
        }
    }
}

/// The two reports of a bill. A line is `resource | product | usage type | operation | days |
/// quantity a day | cost a day | key=value …`.
fn reports(bill: &str) -> [String; 2] {
    let names: Vec<&str> = COLUMNS.split(',').map(str::trim).collect();
    let mut reports = [COLUMNS.replace(' ', ""), COLUMNS.replace(' ', "")].map(|head| head + "\n");
    let lines = bill.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        let [resource, product, usage, operation, on, quantity, cost, extras] = cells[..] else { panic!("{line}") };
        for (at, (first, next)) in days(on).into_iter().enumerate() {
            let mut row: BTreeMap<&str, String> = BTreeMap::new();
            let october = first.as_str() >= "2026-10-01";
            let (start, end) = if october { ("2026-10-01", "2026-11-01") } else { ("2026-09-01", "2026-10-01") };
            let midnight = |day: &str| format!("{day}T00:00:00Z");
            for (name, value) in [
                ("identity/LineItemId", format!("line{number}x{at}")),
                ("identity/TimeInterval", format!("{}/{}", midnight(&first), midnight(&next))),
                ("bill/PayerAccountId", "012345678901".into()),
                ("bill/BillingPeriodStartDate", midnight(start)),
                ("bill/BillingPeriodEndDate", midnight(end)),
                ("lineItem/UsageAccountId", "023456789012".into()),
                ("lineItem/LineItemType", "Usage".into()),
                ("lineItem/UsageStartDate", midnight(&first)),
                ("lineItem/UsageEndDate", midnight(&next)),
                ("lineItem/ProductCode", product.into()),
                ("lineItem/UsageType", usage.into()),
                ("lineItem/Operation", operation.into()),
                ("lineItem/ResourceId", resource.into()),
                ("lineItem/UsageAmount", quantity.into()),
                ("lineItem/CurrencyCode", "USD".into()),
                ("lineItem/UnblendedCost", cost.into()),
                ("product/regionCode", "eu-west-1".into()),
                ("resourceTags/user:Name", format!("name of {resource}")),
            ] {
                row.insert(name, value);
            }
            for (key, value) in extras.split_whitespace().map(|extra| extra.split_once('=').unwrap()) {
                let column = EXTRAS.iter().find(|(known, _)| *known == key).unwrap_or_else(|| panic!("{key}"));
                row.insert(column.1, value.into());
            }
            let cells: Vec<&str> = names.iter().map(|name| row.get(name).map_or("", String::as_str)).collect();
            reports[usize::from(october)] += &(cells.join(",") + "\n");
        }
    }
    reports
}

/// The bill, published; the catalogue is the waste rules, what they read, and no report.
fn published(bill: &str) -> Night {
    let night = Night::new(CONFIG);
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["queries/waste", "queries/lookup"] {
        copy_into(&night, root, folder, &format!("catalogue/{folder}"));
    }
    for query in ["machine_use", "machine_unit_price"] {
        let file = format!("queries/metric/{query}.sql");
        night.write(&format!("catalogue/{file}"), std::fs::read(root.join(&file)).unwrap());
    }
    let [september, october] = reports(bill);
    night.write("exports/2026-09.csv", september);
    night.write("exports/2026-10.csv", october);
    night.run().exits(0);
    night
}

/// What a rule finds: `resource action confidence gross realisable`, money to four digits, `-` for
/// no figure.
fn found(night: &Night, rule: &str, parameters: &[&str]) -> Vec<String> {
    let money = |text: &str| text.parse().map_or("-".to_string(), |value: f64| format!("{value:.4}"));
    let line = |row: &BTreeMap<String, String>| {
        let (gross, realisable) = (&row["x_GrossMonthlySaving"], &row["x_RealisableMonthlySaving"]);
        let text = [&row["ResourceId"], &row["x_Action"], &row["x_Confidence"]].map(String::as_str).join(" ");
        format!("{text} {} {}", money(gross), money(realisable))
    };
    findings(night, rule, parameters).iter().map(line).collect()
}

fn findings(night: &Night, rule: &str, parameters: &[&str]) -> Vec<BTreeMap<String, String>> {
    let id = format!("waste/{rule}");
    let mut arguments = vec!["query", &id, "--period", "2026-10", "--format", "csv"];
    parameters.iter().for_each(|parameter| arguments.extend(["--param", parameter]));
    let csv = night.costmill(&arguments).exits(0).stdout;
    csv::Reader::from_reader(csv.as_bytes()).deserialize().map(|row| row.unwrap()).collect()
}

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
         # misses: a transit gateway; an endpoint
         tgw-1        | AmazonVPC | EU-TransitGateway-Hours | TransitGatewayVPC | 1-35 | 24 | 1.2  |
         vpce-1       | AmazonVPC | EU-VpcEndpoint-Hours    | VpcEndpoint       | 1-35 | 24 | 0.24 |",
    );
    assert_eq!(
        found(&night, "idle_nat_gateways", &[]),
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
    let finding = &findings(&night, "idle_nat_gateways", &[])[2];
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
         # misses: a trust store, and bytes of another product
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
         # a miss; and addresses that the bill does not tell apart
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
         # misses: beside a machine; a snapshot where no machine runs
         vol-used   | AmazonEC2 | EU-EBS:VolumeUsage.gp3    | CreateVolume-Gp3  | 1-35  | 6.2 | 0.5  |
         snap-1     | AmazonEC2 | EBS:SnapshotUsage         | CreateSnapshot    | 1-35  | 6.2 | 0.3  | region=us-east-1";
    let machines = "
         i-1        | AmazonEC2 | EU-BoxUsage:m5.large      | RunInstances      | 1-35  | 24  | 2.568 |
         i-batch    | AmazonEC2 | EUC1-BoxUsage:m5.large    | RunInstances      | 3     | 5   | 0.5   | region=eu-central-1";
    // 0.16 × 30.44 = 4.8704; (0.5 + 0.1) × 30.44 = 18.264
    let still = "vol-still delete High 4.8704 4.8704";
    let lost = "vol-lost delete Medium 18.2640 18.2640";
    let night = published(&format!("{volumes}{machines}"));
    assert_eq!(found(&night, "unattached_volumes", &[]), [still, lost]);
    let evidence = |at: usize| findings(&night, "unattached_volumes", &[])[at]["x_Evidence"].clone();
    // 3.2 × 30.44 = 97.408; 6.2 × 30.44 = 188.728
    assert_eq!(evidence(0), "About 97 GB billed on 35 days from 2026-09-27 to 2026-10-31; 0 requests billed");
    assert!(evidence(1).starts_with("About 189 GB") && evidence(1).ends_with("in this sub account and region"));
    // A bill without machines says nothing about machines.
    assert_eq!(found(&published(volumes), "unattached_volumes", &[]), [still]);
}

#[test]
fn growing_snapshots() {
    // A day bills size ÷ days of the month, so September's 30 days bill more for the same gigabytes.
    let stored = |id: &str, region: &str, sizes: &dyn Fn(i64) -> f64, days: std::ops::RangeInclusive<i64>| -> String {
        let line = |day: i64| {
            let quantity = sizes(day) / if day <= 4 { 30.0 } else { 31.0 };
            format!(
                "{id} | AmazonEC2 | EBS:SnapshotUsage | CreateSnapshot | {day} | {quantity:.10} | {:.12} | region={region}\n",
                quantity * 0.05
            )
        };
        days.map(line).collect()
    };
    let week = |day: i64| ((day - 1) / 7) as f64;
    let bill = [
        // Grows by 31 GB a week, from 310 GB: 434 GB in the fifth.
        stored("snap-grows", "eu-west-1", &|day| 310.0 + 31.0 * week(day), 1..=35),
        // The same size on every day: its bill falls in October.
        stored("snap-flat", "eu-west-1", &|_| 310.0, 1..=35),
        // Grows, and is cleaned up once; grows by one step; grows by less than a tenth.
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
    assert_eq!(
        found(&night, "growing_snapshots", &[]),
        [
            // 434 − 310 = 124 GB ÷ 31 × 0.05 = 0.20 a day × 30.44 = 6.088
            "snap-grows delete Medium 6.0880 6.0880",
            // 5 × 31 − 31 = 124 GB
            "snapshots of 023456789012 in us-east-1 delete Low 6.0880 6.0880",
        ]
    );
    let evidence = |at: usize| findings(&night, "growing_snapshots", &[])[at]["x_Evidence"].clone();
    assert_eq!(
        evidence(0),
        "From about 310 GB on 2026-09-27 to 434 GB on 2026-10-31 in 1 snapshot; larger on 4 days, smaller on none"
    );
    assert_eq!(
        evidence(1),
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
         # a miss
         vol-io1   | AmazonEC2 | EU-EBS:VolumeUsage.piops | CreateVolume-P-IOPS | 1-35 | 10 | 1.38 |",
    );
    assert_eq!(
        found(&night, "gp2_volumes", &[]),
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
    let large = &findings(&night, "gp2_volumes", &[])[2];
    assert!(large["x_Reason"].contains("change it to gp3 with 9300 IOPS, in place"), "{}", large["x_Reason"]);
    assert_eq!(
        large["x_Evidence"],
        "About 3100 GB of gp2 at 0.11 USD a GB-month from 2026-10-25 to 2026-10-31; gp3 at 0.088, \
         6300 IOPS more than included, at 0.0055"
    );
}

#[test]
fn extended_support() {
    let night = published(
        "db-old   | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 1-35  | 48 | 4.8 |
         db-old   | AmazonRDS | EU-InstanceUsage:db.m5.large        | CreateDBInstance:0002 | 1-35  | 24 | 4.4 |
         eks-old  | AmazonEKS | EU-AmazonEKS-Hours:extendedSupport  | ExtendedSupport       | 25-35 | 24 | 12  |
         # near misses: ended yesterday; begun six days ago
         db-ended | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 1-34  | 48 | 4.8 |
         db-new   | AmazonRDS | EU-ExtendedSupport:Yr1-Yr2:MySQL5.7 | CreateDBInstance:0002 | 30-35 | 48 | 4.8 |
         # a miss
         db-now   | AmazonRDS | EU-InstanceUsage:db.m5.large        | CreateDBInstance:0002 | 1-35  | 24 | 4.4 |",
    );
    // 4.8 × 30.44 = 146.112; 12 × 30.44 = 365.28
    let expected = ["db-old upgrade High 146.1120 146.1120", "eks-old upgrade High 365.2800 365.2800"];
    assert_eq!(found(&night, "extended_support", &[]), expected);
}

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
    assert_eq!(
        found(&night, "previous_generation_machines", &[]),
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
    let old = &findings(&night, "previous_generation_machines", &[])[4];
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

#[test]
fn unused_commitments() {
    // Fees and use of a day; an hour's commitment is 1.00. A quarter of sp-idle, 1/48 of sp-busy is left.
    let fee = "ComputeSavingsPlans | EU-ComputeSP:1yrNoUpfront |";
    let use_of = "AmazonEC2 | EU-BoxUsage:m5.large | RunInstances |";
    let ri = "AmazonEC2 | EU-HeavyUsage:m5.large | RunInstances |";
    let night = published(&format!(
        " | {fee} | 1-35  | 1  | 24 | type=SavingsPlanRecurringFee sp=sp-idle sp_total=24 sp_used=18 account=034567890123
         i-1 | {use_of} 1-35 | 24 | 25 | type=SavingsPlanCoveredUsage sp=sp-idle sp_cost=18
         # near misses: hardly any; on two days of 14; bought on 10-10; ended
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
    assert_eq!(
        found(&night, "unused_commitments", &[]),
        [
            // October: 31 ÷ 31 × 30.44; 31 of 31 + 31 × 3 is a quarter
            "ri-idle use High 30.4400 30.4400",
            // (24 − 18) × 30.44
            "sp-idle use High 182.6400 182.6400",
        ]
    );
    let plan = &findings(&night, "unused_commitments", &[])[1];
    assert_eq!(plan["SubAccountId"], "034567890123");
    assert_eq!(plan["ResourceType"], "Savings Plan");
    assert_eq!(plan["x_Evidence"], "25.0 % of its EffectiveCost unused in 2026-10-18 to 2026-10-31, on 14 of 14 days");
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
    assert_eq!(
        found(&night, "oversized_machines", &[]),
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
        findings(&night, "oversized_machines", &[])[3]["x_Evidence"],
        "CPU P99.5 15.0 %, on m5.large 60.0 %; memory maximum 18.0 %, there 72.0 %; \
         20 complete days from 2026-09-27 to 2026-10-31, a month end among them"
    );
}
