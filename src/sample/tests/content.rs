//! What the bill contains.

use std::collections::BTreeSet;

use super::arithmetic::amortised;
use super::{Row, standing};
use crate::focus::Money;

#[test]
fn every_type_of_line_is_there() {
    let kinds: BTreeSet<&str> = standing().values().flatten().map(Row::kind).collect();
    let expected = [
        "BundledDiscount",
        "Credit",
        "DiscountedUsage",
        "EdpDiscount",
        "Fee",
        "RIFee",
        "Refund",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "SavingsPlanRecurringFee",
        "SavingsPlanUpfrontFee",
        "Tax",
        "Usage",
    ];
    assert_eq!(kinds, expected.into_iter().collect());
    let fees = || standing().values().flatten().filter(|row| row.kind() == "Fee");
    assert!(fees().any(|row| !row.text("reservation/ReservationARN").is_empty()));
    assert!(fees().any(|row| row.text("lineItem/ProductCode") == "AWSSupportBusiness"));
    assert!(fees().any(|row| row.text("bill/BillingEntity") == "AWS Marketplace"));
    let services: BTreeSet<&str> = standing().values().flatten().map(|row| row.text("product/servicecode")).collect();
    assert!(services.len() >= 30, "{services:?}");
}

#[test]
fn lines_are_told_apart_by_id_and_interval() {
    for (month, rows) in standing() {
        let keys: BTreeSet<(&str, &str)> =
            rows.iter().map(|row| (row.text("identity/LineItemId"), row.text("identity/TimeInterval"))).collect();
        assert_eq!(keys.len(), rows.len(), "{month}");
        let wrong = rows.iter().find(|row| {
            let interval = format!("{}/{}", row.text("lineItem/UsageStartDate"), row.text("lineItem/UsageEndDate"));
            interval != row.text("identity/TimeInterval")
        });
        assert!(wrong.is_none());
    }
}

#[test]
fn the_open_month_has_no_invoices_but_for_purchases() {
    for (month, rows) in standing() {
        let open = month.starts_with("202610");
        for row in rows {
            let purchase = row.text("bill/BillType") == "Purchase";
            assert_eq!(row.text("bill/InvoiceId").is_empty(), open && !purchase, "{month} {:?}", row.0);
        }
    }
    assert!(standing().values().flatten().any(|row| row.text("bill/BillType") == "Purchase"));
}

#[test]
fn euro_charges_are_the_marketplaces_alone() {
    for row in standing().values().flatten() {
        let market = row.text("bill/BillingEntity") == "AWS Marketplace";
        assert_eq!(market, row.text("lineItem/CurrencyCode") == "EUR");
        assert_eq!(market, row.text("lineItem/UsageAccountId") == "928164305517");
        assert_eq!(market, row.text("lineItem/LegalEntity") == "Gletscher Analytics GmbH");
    }
}

#[test]
fn about_a_quarter_of_the_cost_has_no_team() {
    for (month, rows) in standing() {
        let effective = || rows.iter().filter(|row| !row.text("lineItem/ResourceId").is_empty());
        let total = effective().fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64();
        let bare = effective().filter(|row| row.text("resourceTags/user:team").is_empty());
        let share = bare.fold(Money::ZERO, |sum, row| sum + amortised(row).0).to_f64() / total;
        assert!((0.12..0.32).contains(&share), "{month}: {share}");
    }
}
