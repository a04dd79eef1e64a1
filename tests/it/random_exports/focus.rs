//! FOCUS files: the costs are what they are.

use super::super::bucket::{Bill, focus_source, gz};
use super::super::place::Night;
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
        let nights = [false, true].map(|packed| {
            let night = Night::new(&focus_source("loose", &[("[\"2026-09\"]", "[\"part-*\"]")]));
            for (number, rows) in draw.parts(&rows).into_iter().enumerate() {
                let csv = Bill { header: HEADER.map(String::from).to_vec(), rows }.csv();
                night.write(&format!("exports/part-{number}"), if packed { gz(&csv, 6) } else { csv });
            }
            night
        });
        hold(what, &nights, &expected);
    });
}
