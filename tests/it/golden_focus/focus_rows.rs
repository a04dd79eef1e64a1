//! The same charges as FOCUS files of each kind: usage on demand, on spot, covered, unused, free and too small to see;
//! purchases, tax, credits, refunds and rounding.

use super::super::charges::{Charge, exports, usage};
use serde_json::{Map, Value, json};

const DAY: &str = "2026-09-07";

/// A machine for 24 hours.
fn machine(cost: &str) -> Charge {
    usage(DAY, cost)
        .tags(&[("team", "web"), ("env", "prod")])
        .resource("i-0a1b2c3d")
        .set("ResourceName", "web-1")
        .set("RegionId", "eu-west-1")
        .set("ChargeDescription", "A machine, on demand")
        .set("PricingCategory", "Standard")
        .set("PricingQuantity", "24")
        .set("PricingUnit", "Hours")
        .set("ConsumedQuantity", "24")
        .set("ConsumedUnit", "Hours")
        .set("SkuId", "SKU-1")
        .set("SkuPriceId", "SKU-1.OD")
        .set("SkuMeter", "Machine hours")
        .set("InvoiceId", "INV-1")
}

fn of_commitment(charge: Charge) -> Charge {
    charge
        .set("CommitmentDiscountId", "commitment-1")
        .set("CommitmentDiscountName", "One year")
        .set("CommitmentDiscountCategory", "Usage")
        .set("CommitmentDiscountType", "Reservation")
}

fn other(category: &str, cost: &str) -> Charge {
    usage(DAY, cost)
        .set("ChargeCategory", category)
        .set("ChargeFrequency", "One-Time")
        .from("2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z")
}

/// `of` makes a machine's charge that of a provider, `all` every charge.
fn charges(of: impl Fn(Charge) -> Charge, all: impl Fn(Charge) -> Charge) -> Vec<Charge> {
    let machine = |cost: &str| of(machine(cost));
    let covered = of_commitment(machine("0")).costs("2.88", "0").set("ListCost", "6").set("ContractedCost", "4.8");
    let unused = of_commitment(machine("0")).costs("0.72", "0").set("ConsumedQuantity", "").set("ConsumedUnit", "");
    let purchase = of_commitment(other("Purchase", "86.4")).costs("0", "86.4").set("ChargeFrequency", "Recurring");
    let charges = vec![
        machine("4.8").set("ListCost", "6").set("ListUnitPrice", "0.25").set("ContractedUnitPrice", "0.2"),
        machine("1E-18").set("PricingQuantity", "0.0000000001").set("ConsumedQuantity", "0.0000000001"),
        machine("0").set("PricingQuantity", "0").set("ConsumedQuantity", "0"),
        machine("0.08").set("PricingCategory", "Dynamic"),
        covered
            .set("PricingCategory", "Committed")
            .set("CommitmentDiscountStatus", "Used")
            .set("CommitmentDiscountQuantity", "24"),
        unused
            .set("PricingCategory", "Committed")
            .set("CommitmentDiscountStatus", "Unused")
            .set("CommitmentDiscountQuantity", "6"),
        purchase.set("PricingCategory", "Standard").set("PricingQuantity", "1").set("PricingUnit", "Months"),
        other("Purchase", "99").set("PricingCategory", "Standard").set("PublisherName", "A publisher"),
        other("Purchase", "-9").set("ChargeClass", "Correction").set("PricingCategory", "Standard"),
        machine("-0.42").set("ChargeClass", "Correction").set("ChargeDescription", "Refund of hours of August"),
        other("Tax", "1.9").set("Tags", ""),
        other("Credit", "-5").account("2"),
        other("Adjustment", "-0.004").set("ChargeDescription", "Rounding"),
        machine("3")
            .account("2")
            .set("BillingCurrency", "EUR")
            .set("ServiceCategory", "Storage")
            .set("ServiceName", "Store"),
    ];
    charges.into_iter().map(all).collect()
}

fn csv(charges: &[Charge]) -> Vec<u8> {
    exports(charges).remove("2026-09").expect("a month")
}

/// From anywhere.
pub fn loose() -> Vec<u8> {
    csv(&charges(|charge| charge, |charge| charge))
}

/// As Data Exports write 1.2 with AWS columns.
pub fn aws() -> Vec<u8> {
    let machine = |charge: Charge| charge.set("x_Operation", "RunInstances").set("SkuMeter", "EU-BoxUsage:m5.large");
    csv(&charges(machine, |charge| charge.set("x_ServiceCode", "AmazonEC2")))
}

/// As Cost Management writes 1.0.
pub fn azure() -> Vec<u8> {
    let sub = "/subscriptions/0a1b2c3d-1111-4a4a-8b8b-000000000001";
    let resource = format!("{sub}/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/web-1");
    let machine = |charge: Charge| {
        let meter = charge.set("x_SkuMeterCategory", "Virtual Machines").set("x_SkuMeterSubcategory", "Dsv5 Series");
        let details =
            meter.set("x_SkuMeterName", "D4s v5").set("x_SkuDetails", "{\"ServiceType\":\"Standard_D4s_v5\"}");
        // What Microsoft says for Standard.
        details.resource(&resource).set("PricingCategory", "On-Demand")
    };
    csv(&charges(machine, |charge| charge.account(sub)))
}

/// As BigQuery has Google's own: JSON lines, labels in lists, and no column that the provider's page does not have.
pub fn google() -> Vec<u8> {
    let missing = ["InvoiceIssuerName", "ServiceCategory", "ChargeFrequency", "Tags", "SkuMeter", "PublisherName"];
    let text = loose();
    let mut reader = csv::Reader::from_reader(text.as_slice());
    let header = reader.headers().expect("a header").clone();
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.expect("a row");
        let cells = header.iter().zip(&record);
        let cells =
            cells.filter(|(name, text)| !text.is_empty() && !missing.contains(name) && !name.starts_with("Commitment"));
        let mut row: Map<String, Value> = cells.map(|(name, text)| (name.into(), text.into())).collect();
        let tag = json!([{"Key": "team", "Value": "web"}]);
        let credits = json!([{"Name": "c", "Amount": "-3.75", "Type": "PROMOTION"}]);
        for (name, value) in [
            ("BillingPeriodStart", "2026-09-01 07:00:00 UTC".into()),
            ("BillingPeriodEnd", "2026-10-01 07:00:00 UTC".into()),
            ("x_ExportTime", "2026-10-05 15:00:00.500 UTC".into()),
            ("x_ServiceId", "6F81-5844-456A".into()),
            ("x_CostType", "regular".into()),
            ("x_Labels", tag),
            ("x_Credits", credits),
        ] {
            row.insert(name.into(), value);
        }
        lines.extend(format!("{}\n", Value::Object(row)).into_bytes());
    }
    lines
}
