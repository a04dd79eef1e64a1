//! FOCUS files, and AWS's and Azure's exports of FOCUS: the costs are what they are.

use super::super::azure_exports::{self, Run};
use super::super::bucket::{Bill, focus_source, gz};
use super::super::exports::{self, Bucket};
use super::super::place::Night;
use super::columnar::columnar;
use super::{Expected, each_seed, hold};

const HEADER: [&str; 17] = [
    "BillingAccountId",
    "SubAccountId",
    "BillingCurrency",
    "BillingPeriodStart",
    "BillingPeriodEnd",
    "ChargeCategory",
    "ChargePeriodStart",
    "ChargePeriodEnd",
    "InvoiceIssuerName",
    "ProviderName",
    "PublisherName",
    "ServiceCategory",
    "ServiceName",
    "BilledCost",
    "EffectiveCost",
    "ListCost",
    "ContractedCost",
];

#[test]
fn focus() {
    each_seed(|what, draw| {
        let mut expected = Expected::default();
        let mut rows = Vec::new();
        for _ in 0..240 {
            let account = draw.one(&["s-1", "s-2", ""]);
            let (currency, category) =
                (draw.one(&["USD", "EUR"]), draw.one(&["Usage", "Purchase", "Tax", "Credit", "Adjustment"]));
            let costs = [0; 4].map(|_| draw.amount());
            let names = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];
            let money: Vec<(&str, i128)> = names.into_iter().zip(costs.iter().map(|cost| cost.units)).collect();
            expected.line(["b-1", account, currency, category], &money);
            expected.charge([account, category, currency], [0, 1, 2, 3].map(|at| costs[at].units));
            let fixed = ["Issuer", "Provider", "Publisher", "Compute", "Engine"].map(String::from);
            let mut row = ["b-1", account, currency, "2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z", category]
                .map(String::from)
                .to_vec();
            row.extend(["2026-09-07T00:00:00Z", "2026-09-08T00:00:00Z"].map(String::from));
            row.extend(fixed);
            row.extend(costs.map(|cost| cost.text));
            rows.push(row);
        }
        let mut parts = || {
            let bill = |rows| Bill { header: HEADER.map(String::from).to_vec(), rows };
            draw.parts(&rows).into_iter().map(bill).collect::<Vec<_>>()
        };
        let loose = || Night::new(&focus_source("loose", &[("[\"2026-09\"]", "[\"part-*\"]")]));
        let nights = [loose(), loose(), aws(&parts()), azure(&parts())];
        for (number, part) in parts().iter().enumerate() {
            nights[0].write(&format!("exports/part-{number}"), part.csv());
        }
        for (number, part) in parts().iter().enumerate() {
            nights[1].write(&format!("exports/part-{number}"), columnar(part, &HEADER[13..]));
        }
        hold(what, &nights, &expected);
    });
}

/// As Data Exports deliver them.
fn aws(parts: &[Bill]) -> Night {
    let night = Night::new(&exports::CONFIG.replace("aws-cur2", "aws-focus"));
    let part = |part: &Bill| gz(&part.clone().with("x_ServiceCode", "AmazonEC2").csv(), 6);
    let bucket = Bucket { partition: "billing_period", ..Bucket::new(&night) };
    bucket.deliver("2026-09", "csv.gz", &parts.iter().map(part).collect::<Vec<_>>());
    night
}

/// As Cost Management delivers them, with rows counted.
fn azure(parts: &[Bill]) -> Night {
    let night = Night::new(&azure_exports::CONFIG.replace("azure-cost-details", "azure-focus"));
    let names: Vec<String> = (0..parts.len()).map(|number| format!("part_{number}_0001.csv")).collect();
    let part = |(part, name): (&Bill, &'_ String)| {
        let bill = part.clone().with("x_SkuMeterCategory", "Virtual Machines");
        (name.clone(), bill.csv(), bill.rows.len() as i64)
    };
    let files: Vec<(String, Vec<u8>, i64)> = parts.iter().zip(&names).map(part).collect();
    let files: Vec<(&str, Vec<u8>, i64)> =
        files.iter().map(|(name, bytes, rows)| (name.as_str(), bytes.clone(), *rows)).collect();
    Run { export: "focus", kind: "FocusCost", ..Run::actual(&night) }.deliver(&files);
    night
}
