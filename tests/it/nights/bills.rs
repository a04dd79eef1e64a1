//! The bills that tell what happened: a legacy report of AWS with its manifest, runs of two exports of Azure, dumps of
//! Google Cloud.

use super::super::azure_exports::Run;
use super::super::bucket::{Bill, gz};
use super::super::gcp_export::{Row, json_lines, usage};
use super::super::place::Night;
use super::world::{Charge, Month, after};
use chrono::{Days, NaiveDate};
use serde_json::json;
use std::collections::BTreeMap;

/// Millionths as a decimal.
pub fn decimal(millionths: i64) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

/// A report of a month, in two parts; the manifest and a part.
pub fn aws(night: &Night, month: Month, charges: &[&Charge], name: u64) -> (String, String) {
    let header = Bill::hand_worked().header;
    let time = |day: NaiveDate| format!("{day}T00:00:00Z");
    let row = |charge: &&Charge| -> Vec<String> {
        let (day, next) = (time(charge.day), time(after(charge.day)));
        let product = [("AmazonEC2", "Amazon Elastic Compute Cloud"), ("AmazonS3", "Amazon Simple Storage Service")];
        let (code, product) = product[charge.service as usize];
        let cells = BTreeMap::from([
            ("identity/LineItemId", format!("line-{}", charge.number)),
            ("identity/TimeInterval", format!("{day}/{next}")),
            ("bill/BillType", "Anniversary".into()),
            ("bill/PayerAccountId", "000000000009".into()),
            ("bill/BillingPeriodStartDate", time(month.start())),
            ("bill/BillingPeriodEndDate", time(month.end())),
            ("lineItem/UsageAccountId", format!("00000000000{}", charge.account)),
            ("lineItem/LineItemType", "Usage".into()),
            ("lineItem/UsageStartDate", day),
            ("lineItem/UsageEndDate", next),
            ("lineItem/ProductCode", code.into()),
            ("product/ProductName", product.into()),
            ("lineItem/UsageType", "EU-BoxUsage:m5.large".into()),
            ("lineItem/UsageAmount", "24".into()),
            ("lineItem/CurrencyCode", "USD".into()),
            ("lineItem/UnblendedCost", decimal(charge.cost)),
            ("pricing/publicOnDemandCost", decimal(charge.cost)),
            // What the waste rule of the small catalogue finds.
            (
                "lineItem/ResourceId",
                if charge.account == 0 { "i-0fff000000000006f".into() } else { format!("r-{}", charge.account) },
            ),
            ("resourceTags/user:team", charge.team.unwrap_or_default().into()),
        ]);
        assert!(cells.keys().all(|name| header.iter().any(|column| column == name)), "a column that is not there");
        header.iter().map(|name| cells.get(name.as_str()).cloned().unwrap_or_default()).collect()
    };
    let rows: Vec<Vec<String>> = charges.iter().map(row).collect();
    let period = format!("{}-{}", month.start().format("%Y%m%d"), month.end().format("%Y%m%d"));
    let mut keys = Vec::new();
    for (number, rows) in rows.chunks(rows.len().div_ceil(2).max(1)).enumerate() {
        let bill = Bill { header: header.clone(), rows: rows.to_vec() };
        let key = format!("{period}/assembly-{name}/nightly-{:05}.csv.gz", number + 1);
        night.write(&format!("aws/{key}"), gz(&bill.csv(), 6));
        keys.push(key);
    }
    let manifest = json!({
        "assemblyId": format!("assembly-{name}"), "compression": "GZIP", "contentType": "text/csv",
        "billingPeriod": {
            "start": month.start().format("%Y%m%dT000000.000Z").to_string(),
            "end": month.end().format("%Y%m%dT000000.000Z").to_string(),
        },
        "reportKeys": keys.iter().map(|key| format!("reports/{key}")).collect::<Vec<_>>(),
    });
    let path = format!("aws/{period}/nightly-Manifest.json");
    night.write(&path, manifest.to_string());
    (path, format!("aws/{}", keys[0]))
}

const AZURE: [&str; 17] = [
    "BillingAccountId",
    "BillingProfileId",
    "BillingPeriodStartDate",
    "BillingPeriodEndDate",
    "SubscriptionId",
    "Date",
    "MeterCategory",
    "ChargeType",
    "PricingModel",
    "ReservationId",
    "benefitId",
    "CostInBillingCurrency",
    "BillingCurrencyCode",
    "Quantity",
    "UnitOfMeasure",
    "ResourceId",
    "Tags",
];

/// A run of each of two exports, actual and amortised: on demand, both say the same. The manifest and the part of the
/// second.
pub fn azure(night: &Night, month: Month, charges: &[&Charge], name: u64, today: NaiveDate) -> (String, String) {
    let last = month.end() - Days::new(1);
    let row = |charge: &&Charge| -> Vec<String> {
        let tags = charge.team.map(|team| format!("{{\"team\":\"{team}\"}}")).unwrap_or_default();
        let account = format!("sub-{}", charge.account);
        let resource = format!(
            "/subscriptions/{account}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-{}",
            charge.service
        );
        let meter = ["Virtual Machines", "Storage"][charge.service as usize];
        let (start, end, day) = (month.start().to_string(), last.to_string(), charge.day.to_string());
        [
            "0012345678",
            "0012345678",
            &start,
            &end,
            &account,
            &day,
            meter,
            "Usage",
            "OnDemand",
            "",
            "",
            &decimal(charge.cost),
            "EUR",
            "24",
            "1 Hour",
            &resource,
            &tags,
        ]
        .map(String::from)
        .to_vec()
    };
    let bill = Bill { header: AZURE.map(String::from).to_vec(), rows: charges.iter().map(row).collect() };
    let period = format!("{}-{}", month.start().format("%Y%m%d"), last.format("%Y%m%d"));
    // A run each minute, in order.
    let at = |second: u64| format!("{today}T{:02}:{:02}:{second:02}.0000000Z", name / 60 % 24, name % 60);
    let mut written = Default::default();
    for (run, second) in [(Run::actual(night), 7), (Run::amortized(night), 9)] {
        let stamp = format!("{}{:02}{:02}", today.format("%Y%m%d"), name / 60 % 24, name % 60);
        let folder = format!("{stamp}/6f9c0b5e-0000-4f2f-8d3c-{name:011}{second}");
        let submitted = at(second);
        let run = Run { period: &period, folder: &folder, submitted: &submitted, ..run };
        run.deliver(&[("part_0_0001.csv", bill.csv(), bill.rows.len() as i64)]);
        written = (run.path("manifest.json"), run.path("part_0_0001.csv"));
    }
    written
}

/// The dump of a day's charges, exported on the next: its file has another name each time, and is alone in its folder.
pub fn gcp(night: &Night, day: NaiveDate, charges: &[&Charge], name: u64) -> (String, String) {
    let row = |charge: &&Charge| -> Row {
        // The last hour of the day by Pacific time, by which Google's months end.
        let at = |hour: u32| format!("{} {hour:02}:00:00 UTC", after(charge.day));
        let row = usage(&format!("SKU-{}", charge.number), &decimal(charge.cost));
        let row = row.project(&format!("project-{}", charge.account)).at(&at(6), &at(7), &at(15));
        let service = [("6F81-5844-456A", "Compute Engine"), ("24E6-581D-38E5", "BigQuery")][charge.service as usize];
        let row = row.set("service", json!({"id": service.0, "description": service.1}));
        let row = row.set("invoice.month", charge.day.format("%Y%m").to_string().into());
        charge.team.into_iter().fold(row, |row, team| row.label("team", team))
    };
    let folder = format!("dumps/export_time={}", after(day));
    if night.path(&folder).exists() {
        std::fs::remove_dir_all(night.path(&folder)).unwrap();
    }
    let path = format!("{folder}/part-{name:012}.json");
    night.write(&path, json_lines(&charges.iter().map(row).collect::<Vec<_>>()));
    (path.clone(), path)
}
