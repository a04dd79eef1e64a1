//! AWS's own identities, exact.

use super::{Row, months, standing, sums};
use crate::focus::Money;
use crate::sample;

#[test]
fn costs_are_amounts_times_rates() {
    let metered =
        ["Usage", "SavingsPlanCoveredUsage", "SavingsPlanNegation", "SavingsPlanRecurringFee", "RIFee", "Fee"];
    let product = |amount: Money, rate: Money| {
        // Amounts have 8 decimals and rates 10, so both factors are whole at these scales.
        assert!(amount.0 % 10i128.pow(10) == 0 && rate.0 % 10i128.pow(8) == 0);
        Money(amount.0 / 10i128.pow(10) * (rate.0 / 10i128.pow(8)))
    };
    let mut checked = 0;
    for row in standing().values().flatten() {
        let amount = row.money("lineItem/UsageAmount");
        if metered.contains(&row.kind()) {
            assert_eq!(product(amount, row.money("lineItem/UnblendedRate")), row.unblended(), "{:?}", row.0);
            checked += 1;
        }
        if ["Usage", "SavingsPlanCoveredUsage", "DiscountedUsage"].contains(&row.kind()) {
            let listed = product(amount, row.money("pricing/publicOnDemandRate"));
            assert_eq!(listed, row.money("pricing/publicOnDemandCost"));
        }
        if row.kind() == "SavingsPlanCoveredUsage" {
            let planned = product(amount, row.money("savingsPlan/SavingsPlanRate"));
            assert_eq!(planned, row.money("savingsPlan/SavingsPlanEffectiveCost"));
            assert!(planned < row.unblended());
        }
        if row.kind() == "DiscountedUsage" {
            let upfront = row.money("reservation/AmortizedUpfrontCostForUsage");
            let effective = upfront + row.money("reservation/RecurringFeeForUsage");
            assert_eq!(effective, row.money("reservation/EffectiveCost"));
            assert!(row.unblended().is_zero() && !effective.is_zero());
        }
    }
    assert!(checked > 5_000);
}

/// CID's amortised cost, its true-up and its upfront fees, by line-item type.
pub fn amortised(row: &Row) -> (Money, Money, Money) {
    let reserved = !row.text("reservation/ReservationARN").is_empty();
    let unused = row.money("reservation/UnusedAmortizedUpfrontFeeForBillingPeriod");
    let idle = row.money("savingsPlan/TotalCommitmentToDate") - row.money("savingsPlan/UsedCommitment");
    match row.kind() {
        "SavingsPlanCoveredUsage" => (row.money("savingsPlan/SavingsPlanEffectiveCost"), Money::ZERO, Money::ZERO),
        "SavingsPlanRecurringFee" => {
            (idle, -row.money("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod"), Money::ZERO)
        }
        "SavingsPlanNegation" => (Money::ZERO, Money::ZERO, Money::ZERO),
        "SavingsPlanUpfrontFee" => (Money::ZERO, Money::ZERO, row.unblended()),
        "DiscountedUsage" => (row.money("reservation/EffectiveCost"), Money::ZERO, Money::ZERO),
        "RIFee" => {
            let trueup = -row.money("reservation/AmortizedUpfrontFeeForBillingPeriod");
            (unused + row.money("reservation/UnusedRecurringFee"), trueup, Money::ZERO)
        }
        "Fee" if reserved => (Money::ZERO, Money::ZERO, row.unblended()),
        _ => (row.unblended(), Money::ZERO, Money::ZERO),
    }
}

/// `sum(unblended) = sum(amortised) + sum(true-up) + sum(upfront)` by currency, exactly.
fn assert_amortises(rows: &[Row], month: &str) {
    let currency = |row: &Row| row.text("lineItem/CurrencyCode").to_owned();
    let unblended = sums(rows.iter().map(|row| (currency(row), row.unblended())));
    let rebuilt = sums(rows.iter().map(|row| {
        let (amortised, trueup, upfront) = amortised(row);
        (currency(row), amortised + trueup + upfront)
    }));
    assert_eq!(unblended, rebuilt, "{month}");
    assert_eq!(unblended.keys().map(String::as_str).collect::<Vec<_>>(), ["EUR", "USD"]);
    assert!(unblended.values().all(|sum| *sum > Money::ZERO));
}

#[test]
fn unblended_is_amortised_with_trueup_and_upfront() {
    let mut with_upfront = 0;
    for (month, rows) in standing() {
        assert_amortises(rows, month);
        with_upfront += usize::from(rows.iter().any(|row| !amortised(row).2.is_zero()));
        assert!(rows.iter().any(|row| !amortised(row).1.is_zero()), "{month}: a true-up");
    }
    assert_eq!(with_upfront, 1, "upfront fees stand in the month of purchases");
}

/// Negations take back what covered usage charges, by plan, account and period.
fn assert_negated(rows: &[Row]) {
    let of = |kind: &str| rows.iter().filter(|row| row.kind() == kind).count();
    assert_eq!(of("SavingsPlanCoveredUsage"), of("SavingsPlanNegation"));
    let both = rows.iter().filter(|row| ["SavingsPlanCoveredUsage", "SavingsPlanNegation"].contains(&row.kind()));
    let key =
        |row: &Row| (row.text("savingsPlan/SavingsPlanARN").to_owned(), row.text("lineItem/UsageAccountId").to_owned());
    let left = sums(both.map(|row| (key(row), row.unblended())));
    assert!(left.len() > 1 && left.values().all(|sum| sum.is_zero()), "{left:?}");
}

/// What is used of a Savings Plan is what its covered usage costs, interval by interval.
fn assert_commitments_tie(rows: &[Row]) {
    let arn = |row: &Row| row.text("savingsPlan/SavingsPlanARN").to_owned();
    let day = |row: &Row| row.text("lineItem/UsageStartDate")[..10].to_owned();
    let of = |kind: &'static str| rows.iter().filter(move |row| row.kind() == kind);
    let covered = sums(
        of("SavingsPlanCoveredUsage")
            .map(|row| ((arn(row), day(row)), row.money("savingsPlan/SavingsPlanEffectiveCost"))),
    );
    let mut used =
        sums(of("SavingsPlanRecurringFee").map(|row| ((arn(row), day(row)), row.money("savingsPlan/UsedCommitment"))));
    used.retain(|_, sum| !sum.is_zero());
    assert_eq!(covered, used);
    for fee in of("SavingsPlanRecurringFee") {
        assert!(fee.money("savingsPlan/UsedCommitment") <= fee.money("savingsPlan/TotalCommitmentToDate"));
        let shares = fee.money("savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod")
            + fee.money("savingsPlan/RecurringCommitmentForBillingPeriod");
        assert_eq!(shares, fee.money("savingsPlan/TotalCommitmentToDate"));
    }
    // A reservation's fee names the hours that its discounted usage leaves over.
    let reserved = |row: &Row| row.text("reservation/ReservationARN").to_owned();
    let used = sums(of("DiscountedUsage").map(|row| (reserved(row), row.money("lineItem/UsageAmount"))));
    for fee in of("RIFee") {
        let left = fee.money("reservation/TotalReservedUnits") - used.get(&reserved(fee)).copied().unwrap_or_default();
        assert_eq!(left, fee.money("reservation/UnusedQuantity"));
    }
}

#[test]
fn negations_and_commitments_tie() {
    let september = &standing()["20260901-20261001"];
    for rows in standing().values() {
        assert_commitments_tie(rows);
    }
    assert_negated(september);
    let idle = |row: &&Row| {
        let used = row.money("savingsPlan/UsedCommitment");
        row.kind() == "SavingsPlanRecurringFee" && used < row.money("savingsPlan/TotalCommitmentToDate")
    };
    let idling: std::collections::BTreeSet<&str> =
        september.iter().filter(idle).map(|row| row.text("savingsPlan/SavingsPlanARN")).collect();
    assert_eq!(idling.len(), 1, "one plan idles at night, the other never");
    let unused = |row: &Row| row.kind() == "RIFee" && !row.money("reservation/UnusedQuantity").is_zero();
    assert!(september.iter().any(unused), "a reservation idles too");
}

#[test]
fn an_hourly_month_keeps_the_arithmetic() {
    let folder = tempfile::tempdir().unwrap();
    let company = sample::Company::new(5, 14);
    let estate = sample::estate::draft::draw(&company, 5, 0, 28).unwrap();
    let held = sample::Commitments::draw(&company, 5, &estate, 0).unwrap();
    let calendar = sample::Calendar::new("2027-02".parse().unwrap());
    let coverage = sample::Coverage::of(&estate, &held, &calendar, 0);
    let columns = sample::Col::of_month(1);
    let mut out = vec![sample::Export::CurLegacy.open(folder.path(), true).unwrap()];
    let (month, payer_id) = (calendar.month(), company.accounts[0].id.as_str());
    let head = sample::Head { month, index: 1, assembly: "a", report: "r", columns: &columns, payer_id, stands: true };
    out[0].begin(&head).unwrap();
    let (company, columns) = (&company, columns.clone());
    let bill = sample::Bill { company, seed: 5, index: 1, open: false, calendar, first_day: 0, columns };
    let month = sample::Month { bill, estate: &estate, held: &held, coverage, hourly_share: 1_000 };
    let policy = sample::Policy { app_active: 0, exempt_until: 0 };
    let mut books = sample::Books::new(company, policy, &estate, &held, 28);
    let rows = month.write(sample::State::Only, 2, &mut out, &mut books).unwrap();
    out[0].finish().unwrap();
    let written = months(folder.path()).remove("20270201-20270301").unwrap();
    assert_eq!(written.len() as u64, rows);
    assert!(written.iter().filter(|row| row.text("lineItem/UsageEndDate").ends_with("T01:00:00Z")).count() > 1_000);
    assert_amortises(&written, "hourly");
    assert_negated(&written);
    assert_commitments_tie(&written);
}
