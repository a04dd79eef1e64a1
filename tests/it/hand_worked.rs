//! A legacy CUR of 45 rows, worked by hand: one complete billing period, 2026-09, in two currencies.
//!
//! The estate. A reservation (partial upfront, two m5.large) is bought two hours before the period ends:
//! 219.00 upfront each, 219.00 / 8760 h = 0.025 an hour amortised, 0.03 an hour recurring. Of its
//! 2 × 2 = 4 instance hours 3 are used and 1 is idle. A Savings Plan (partial upfront, 1.00 an hour) is
//! bought four hours before the end: 0.50 × 8760 h = 4380.00 upfront, 0.50 an hour recurring. Hours 20
//! and 21 use 1.00, hour 22 nothing, hour 23 uses 0.75. The discount programme takes 10 % off usage and
//! recurring fees and nothing off upfront fees: one commitment hour costs 0.50 + 0.50 = 1.00 gross and
//! 0.50 + 0.45 = 0.95 net.
//!
//! `hand_worked.csv` has the discounts as lines; `hand_worked_net.csv` is the same bill with net
//! columns beside them. The rules are those of `docs/formats/aws-cur-legacy.md`; every figure below was
//! worked from them with pencil and paper, by nobody's mapping.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What one charge must come out as; money as text, an empty text is null.
#[derive(Clone, Copy)]
pub struct Charge {
    pub line_type: &'static str,
    /// BilledCost, EffectiveCost, ListCost, ContractedCost, x_SplitCost.
    money: [&'static str; 5],
    /// ChargeCategory, ChargeClass, ChargeFrequency, PricingCategory, CommitmentDiscountStatus.
    classes: [&'static str; 5],
}

const fn charge(line_type: &'static str, costs: [&'static str; 4], classes: [&'static str; 5]) -> Charge {
    Charge { line_type, money: [costs[0], costs[1], costs[2], costs[3], ""], classes }
}

const fn split(line_type: &'static str, split_cost: &'static str) -> Charge {
    Charge { line_type, money: ["0", "0", "0", "0", split_cost], classes: USAGE }
}

const USAGE: [&str; 5] = ["Usage", "", "Usage-Based", "Standard", ""];
const SPOT: [&str; 5] = ["Usage", "", "Usage-Based", "Dynamic", ""];
const COVERED: [&str; 5] = ["Usage", "", "Usage-Based", "Committed", "Used"];
const UPFRONT: [&str; 5] = ["Purchase", "", "One-Time", "Standard", ""];
const RECURRING: [&str; 5] = ["Purchase", "", "Recurring", "Standard", ""];
/// One native row that is both the recurring fee and the unused part of the commitment.
const FEE_AND_UNUSED: [&str; 5] = ["Purchase", "", "Recurring", "Standard", "Unused"];
const NEGATION: [&str; 5] = ["Adjustment", "", "Usage-Based", "", ""];
const TAX: [&str; 5] = ["Tax", "", "One-Time", "", ""];
const CREDIT: [&str; 5] = ["Credit", "", "One-Time", "", ""];
const USAGE_REFUND: [&str; 5] = ["Usage", "Correction", "One-Time", "Standard", ""];
const PURCHASE_REFUND: [&str; 5] = ["Purchase", "Correction", "One-Time", "Standard", ""];

/// Discounts as lines.
#[rustfmt::skip]
pub const GROSS: &[Charge] = &[
    // 1  the reservation's upfront fee: 2 × 219.00; effective 0, it is amortised into rows 2 to 5
    charge("Fee", ["438", "0", "438", "438"], UPFRONT),
    // 2  its recurring fee: 2 instances × 2 h × 0.03 = 0.12; unused: 1 h × (0.025 upfront + 0.03 recurring) = 0.055
    charge("RIFee", ["0.12", "0.055", "0.12", "0.12"], FEE_AND_UNUSED),
    // 3–5  three used hours: billed by row 2, so 0; effective 0.025 + 0.03 = 0.055; on demand 0.096
    charge("DiscountedUsage", ["0", "0.055", "0.096", "0.096"], COVERED),
    charge("DiscountedUsage", ["0", "0.055", "0.096", "0.096"], COVERED),
    charge("DiscountedUsage", ["0", "0.055", "0.096", "0.096"], COVERED),
    // 6  the Savings Plan's upfront fee: 0.50 × 8760 = 4380.00; effective 0
    charge("SavingsPlanUpfrontFee", ["4380", "0", "4380", "4380"], UPFRONT),
    // 7  hour 20: fee 0.50; unused 1.00 − 1.00 = 0
    charge("SavingsPlanRecurringFee", ["0.5", "0", "0.5", "0.5"], FEE_AND_UNUSED),
    // 8  hour 21: unused 1.00 − 1.00 = 0
    charge("SavingsPlanRecurringFee", ["0.5", "0", "0.5", "0.5"], FEE_AND_UNUSED),
    // 9  hour 22, idle: unused 1.00 − 0 = 1.00
    charge("SavingsPlanRecurringFee", ["0.5", "1", "0.5", "0.5"], FEE_AND_UNUSED),
    // 10 hour 23: unused 1.00 − 0.75 = 0.25
    charge("SavingsPlanRecurringFee", ["0.5", "0.25", "0.5", "0.5"], FEE_AND_UNUSED),
    // 11–12 hour 20: two c5.4xlarge, on demand 0.68 each, Savings Plan rate 0.50: 0.50 + 0.50 = 1.00 used
    charge("SavingsPlanCoveredUsage", ["0", "0.5", "0.68", "0.68"], COVERED),
    charge("SavingsPlanCoveredUsage", ["0", "0.5", "0.68", "0.68"], COVERED),
    // 13 takes back 0.68 + 0.68 = 1.36 that rows 11 and 12 never bill
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 14 hour 21: a c5.9xlarge, list 1.53, at the account's rate 1.50, Savings Plan rate 1.00
    charge("SavingsPlanCoveredUsage", ["0", "1", "1.53", "1.5"], COVERED),
    // 15 takes back 1.50
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 16–19 hour 23: 0.50 and, in another account, Fargate 0.25 of 0.30: 0.75 used; 0.68 and 0.30 taken back
    charge("SavingsPlanCoveredUsage", ["0", "0.5", "0.68", "0.68"], COVERED),
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    charge("SavingsPlanCoveredUsage", ["0", "0.25", "0.3", "0.3"], COVERED),
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 20 10 h × 0.096 = 0.96; the 10 % are row 28
    charge("Usage", ["0.96", "0.96", "0.96", "0.96"], USAGE),
    // 21 0.04525 requests × 4.0E-7 = 1.81E-8
    charge("Usage", ["0.0000000181", "0.0000000181", "0.0000000181", "0.0000000181"], USAGE),
    // 22 spot: 1 h × 0.035, on demand 0.096
    charge("Usage", ["0.035", "0.035", "0.096", "0.035"], SPOT),
    // 23 free tier: costs nothing, lists at 1 × 5.0E-7
    charge("Usage", ["0", "0", "0.0000005", "0"], USAGE),
    // 24 100 GB × 0.023 = 2.30; the private rate is row 31
    charge("Usage", ["2.3", "2.3", "2.3", "2.3"], USAGE),
    // 25 5.00, taken back by row 32
    charge("Usage", ["5", "5", "5", "5"], USAGE),
    // 26 500 000 × 1.0E-6 = 0.50; no public price delivered, so list = 0.50
    charge("Usage", ["0.5", "0.5", "0.5", "0.5"], USAGE),
    // 27 10 GB × 0.09 = 0.90
    charge("Usage", ["0.9", "0.9", "0.9", "0.9"], USAGE),
    // 28–30 discount programme: 10 % of row 20 (0.96), of row 2 (0.12), of rows 7 to 10 (4 × 0.50)
    charge("EdpDiscount", ["-0.096", "-0.096", "0", "-0.096"], USAGE),
    charge("EdpDiscount", ["-0.012", "-0.012", "0", "-0.012"], USAGE),
    charge("EdpDiscount", ["-0.2", "-0.2", "0", "-0.2"], USAGE),
    // 31 private rate 0.020: 100 × (0.020 − 0.023) = −0.30
    charge("PrivateRateDiscount", ["-0.3", "-0.3", "0", "-0.3"], USAGE),
    // 32 bundled: all of row 25
    charge("BundledDiscount", ["-5", "-5", "0", "-5"], USAGE),
    // 33 solution provider: 10 % of row 26
    charge("SppDiscount", ["-0.05", "-0.05", "0", "-0.05"], USAGE),
    // 34 10 % of row 27
    charge("Discount", ["-0.09", "-0.09", "0", "-0.09"], USAGE),
    // 35 tax: the export gives it at billed cost only, and all four costs are that (the 0.0 list is not a price)
    charge("Tax", ["1.6", "1.6", "1.6", "1.6"], TAX),
    // 36 credit: unrelated to one charge, all four costs are BilledCost
    charge("Credit", ["-3", "-3", "-3", "-3"], CREDIT),
    // 37 refund of usage of an earlier period
    charge("Refund", ["-0.42", "-0.42", "-0.42", "-0.42"], USAGE_REFUND),
    // 38 refund of a Savings Plan's upfront fee: that fee's effective cost was 0, and so is its refund's
    charge("Refund", ["-43.8", "0", "-43.8", "-43.8"], PURCHASE_REFUND),
    // 39 a fee that is no commitment: effective when bought
    charge("Fee", ["14", "14", "14", "14"], UPFRONT),
    // 40 a monthly subscription
    charge("FlatRateSubscription", ["20", "20", "20", "20"], RECURRING),
    // 41–42 split cost: 0.03 + 0.01 unused = 0.04, and 0.0125 + 0; the instance's own row carries the money
    split("Usage", "0.04"),
    split("Usage", "0.0125"),
    // 43–45 marketplace, in EUR: a contract, 100 × 0.125 = 12.50 without a public price, 19 % of 262.50 = 49.875
    charge("Fee", ["250", "250", "250", "250"], UPFRONT),
    charge("Usage", ["12.5", "12.5", "12.5", "12.5"], USAGE),
    charge("Tax", ["49.875", "49.875", "49.875", "49.875"], TAX),
];

/// The same bill by its net columns: discounts inside the charges, discount lines 0.
#[rustfmt::skip]
pub const NET: &[Charge] = &[
    // 1  no discount on the upfront fee
    charge("Fee", ["438", "0", "438", "438"], UPFRONT),
    // 2  4 h × 0.027 = 0.108; unused: 0.025 + 0.027 = 0.052; list is the fee before the discount
    charge("RIFee", ["0.108", "0.052", "0.12", "0.108"], FEE_AND_UNUSED),
    // 3–5  0.025 + 0.027 = 0.052; what 0.096 would cost after the discount is not delivered
    charge("DiscountedUsage", ["0", "0.052", "0.096", "0.096"], COVERED),
    charge("DiscountedUsage", ["0", "0.052", "0.096", "0.096"], COVERED),
    charge("DiscountedUsage", ["0", "0.052", "0.096", "0.096"], COVERED),
    // 6  no discount on the upfront fee
    charge("SavingsPlanUpfrontFee", ["4380", "0", "4380", "4380"], UPFRONT),
    // 7–10 0.50 × 0.9 = 0.45; unused × (0.50 + 0.45) / (0.50 + 0.50) = unused × 0.95:
    //      0, 0, 1.00 × 0.95 = 0.95, 0.25 × 0.95 = 0.2375
    charge("SavingsPlanRecurringFee", ["0.45", "0", "0.5", "0.45"], FEE_AND_UNUSED),
    charge("SavingsPlanRecurringFee", ["0.45", "0", "0.5", "0.45"], FEE_AND_UNUSED),
    charge("SavingsPlanRecurringFee", ["0.45", "0.95", "0.5", "0.45"], FEE_AND_UNUSED),
    charge("SavingsPlanRecurringFee", ["0.45", "0.2375", "0.5", "0.45"], FEE_AND_UNUSED),
    // 11–12 0.50 × 0.95 = 0.475; contracted 0.68 × 0.9 = 0.612
    charge("SavingsPlanCoveredUsage", ["0", "0.475", "0.68", "0.612"], COVERED),
    charge("SavingsPlanCoveredUsage", ["0", "0.475", "0.68", "0.612"], COVERED),
    // 13 takes back 2 × 0.612 = 1.224
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 14–15 1.00 × 0.95; 1.50 × 0.9 = 1.35
    charge("SavingsPlanCoveredUsage", ["0", "0.95", "1.53", "1.35"], COVERED),
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 16–19 0.475 of 0.612, and 0.25 × 0.95 = 0.2375 of 0.30 × 0.9 = 0.27
    charge("SavingsPlanCoveredUsage", ["0", "0.475", "0.68", "0.612"], COVERED),
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    charge("SavingsPlanCoveredUsage", ["0", "0.2375", "0.3", "0.27"], COVERED),
    charge("SavingsPlanNegation", ["0", "0", "0", "0"], NEGATION),
    // 20 0.96 × 0.9 = 0.864
    charge("Usage", ["0.864", "0.864", "0.96", "0.864"], USAGE),
    // 21–23 no discount
    charge("Usage", ["0.0000000181", "0.0000000181", "0.0000000181", "0.0000000181"], USAGE),
    charge("Usage", ["0.035", "0.035", "0.096", "0.035"], SPOT),
    charge("Usage", ["0", "0", "0.0000005", "0"], USAGE),
    // 24 100 × 0.020 = 2.00
    charge("Usage", ["2", "2", "2.3", "2"], USAGE),
    // 25 bundled: 5.00 − 5.00
    charge("Usage", ["0", "0", "5", "0"], USAGE),
    // 26 0.50 − 0.05; no public price, so list is 0.50 before the discount
    charge("Usage", ["0.45", "0.45", "0.5", "0.45"], USAGE),
    // 27 0.90 − 0.09
    charge("Usage", ["0.81", "0.81", "0.9", "0.81"], USAGE),
    // 28–34 inside rows 20, 2, 7–10, 24, 25, 26 and 27: once, not twice
    charge("EdpDiscount", ["0", "0", "0", "0"], USAGE),
    charge("EdpDiscount", ["0", "0", "0", "0"], USAGE),
    charge("EdpDiscount", ["0", "0", "0", "0"], USAGE),
    charge("PrivateRateDiscount", ["0", "0", "0", "0"], USAGE),
    charge("BundledDiscount", ["0", "0", "0", "0"], USAGE),
    charge("SppDiscount", ["0", "0", "0", "0"], USAGE),
    charge("Discount", ["0", "0", "0", "0"], USAGE),
    // 35–40 no discount
    charge("Tax", ["1.6", "1.6", "1.6", "1.6"], TAX),
    charge("Credit", ["-3", "-3", "-3", "-3"], CREDIT),
    charge("Refund", ["-0.42", "-0.42", "-0.42", "-0.42"], USAGE_REFUND),
    charge("Refund", ["-43.8", "0", "-43.8", "-43.8"], PURCHASE_REFUND),
    charge("Fee", ["14", "14", "14", "14"], UPFRONT),
    charge("FlatRateSubscription", ["20", "20", "20", "20"], RECURRING),
    // 41–42 0.027 + 0.009 = 0.036, and 0.01125 + 0
    split("Usage", "0.036"),
    split("Usage", "0.01125"),
    // 43–45 no discount
    charge("Fee", ["250", "250", "250", "250"], UPFRONT),
    charge("Usage", ["12.5", "12.5", "12.5", "12.5"], USAGE),
    charge("Tax", ["49.875", "49.875", "49.875", "49.875"], TAX),
];

pub const MONEY_COLUMNS: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];
pub const CLASS_COLUMNS: [&str; 5] =
    ["ChargeCategory", "ChargeClass", "ChargeFrequency", "PricingCategory", "CommitmentDiscountStatus"];

/// Σ BilledCost, worked by hand; gross and net bill the same money.
///
/// USD: reservation 438.00 + 0.12; plan 4380.00 + 4 × 0.50 = 4382.00; usage 0.96 + 1.81E-8 + 0.035 + 0 + 2.30 +
/// 5.00 + 0.50 + 0.90 = 9.695 + 1.81E-8; discounts −0.096 − 0.012 − 0.20 − 0.30 − 5.00 − 0.05 − 0.09 = −5.748;
/// the rest 1.60 − 3.00 − 0.42 − 43.80 + 14.00 + 20.00 = −11.62.
/// 438.12 + 4382.00 + 9.6950000181 − 5.748 − 11.62 = 4812.4470000181.
/// EUR: 250.00 + 12.50 + 49.875 = 312.375.
const BILLED: [(&str, &str); 2] = [("EUR", "312.375"), ("USD", "4812.4470000181")];

/// Σ EffectiveCost, worked by hand; gross and net come to the same, since the discount spares upfront fees.
///
/// USD gross: reservation 4 × 0.055 = 0.22; plan 2.75 used + 1.25 unused = 4.00 (used: 0.5 + 0.5 + 1 + 0.5 +
/// 0.25); usage 9.6950000181; discounts −5.748; the rest −11.62 + 43.80 (row 38 is 0) = 32.18.
/// 0.22 + 4.00 + 9.6950000181 − 5.748 + 32.18 = 40.3470000181.
/// USD net: 4 × 0.052 = 0.208; 4.00 × 0.95 = 3.80; usage 0.864 + 1.81E-8 + 0.035 + 2.00 + 0 + 0.45 + 0.81 =
/// 4.1590000181; 32.18. 0.208 + 3.80 + 4.1590000181 + 32.18 = 40.3470000181.
const EFFECTIVE: [(&str, &str); 2] = [("EUR", "312.375"), ("USD", "40.3470000181")];

#[test]
fn the_expected_files_say_what_the_tables_say() {
    for (name, table) in [("hand_worked.expected.csv", GROSS), ("hand_worked_net.expected.csv", NET)] {
        assert_table(&read(&fixture(name)), table, name);
    }
}

#[test]
fn the_tables_add_up_to_the_sums_worked_by_hand() {
    for (table, name) in [(GROSS, "hand_worked.csv"), (NET, "hand_worked_net.csv")] {
        let rows = read(&fixture(name));
        assert_eq!(rows.len(), table.len(), "{name}");
        for (column, sums) in [(0, BILLED), (1, EFFECTIVE)] {
            let mut totals = BTreeMap::new();
            for (row, charge) in rows.iter().zip(table) {
                *totals.entry(row["lineItem/CurrencyCode"].clone()).or_insert(0) += units(charge.money[column]);
            }
            assert_eq!(totals, by_currency(sums), "{name}: {}", MONEY_COLUMNS[column]);
        }
    }
}

/// Per currency, on a complete period:
/// Σ unblended = Σ effective + Σ true-up + Σ upfront fees + refund adjustment.
///
/// USD: true-up takes this period's amortised upfront out again: plan 4 × 0.50 = 2.00, reservation
/// 4 × 0.025 = 0.10, so −2.10; upfront fees 438.00 + 4380.00 = 4818.00; the refund of a plan −43.80.
/// 40.3470000181 − 2.10 + 4818.00 − 43.80 = 4812.4470000181. EUR: 312.375 + 0 + 0 + 0 = 312.375.
#[test]
fn the_amortisation_identity_holds_per_currency() {
    for (table, name, net) in [(GROSS, "hand_worked.csv", ""), (NET, "hand_worked_net.csv", "Net")] {
        let mut sides: BTreeMap<String, [i128; 5]> = BTreeMap::new();
        for (row, charge) in read(&fixture(name)).iter().zip(table) {
            let native = |column: &str| units(&row[&column.replace('#', net)]);
            let unblended = native("lineItem/#UnblendedCost");
            let side = sides.entry(row["lineItem/CurrencyCode"].clone()).or_default();
            side[0] += unblended;
            side[1] += units(charge.money[1]);
            match charge.line_type {
                "RIFee" => side[2] -= native("reservation/#AmortizedUpfrontFeeForBillingPeriod"),
                "SavingsPlanRecurringFee" => {
                    side[2] -= native("savingsPlan/#AmortizedUpfrontCommitmentForBillingPeriod");
                }
                "SavingsPlanUpfrontFee" => side[3] += unblended,
                "Fee" if !row["reservation/ReservationARN"].is_empty() => side[3] += unblended,
                "Refund" if row["lineItem/ProductCode"] == "ComputeSavingsPlans" => side[4] += unblended,
                _ => {}
            }
        }
        let worked = [
            ("EUR", ["312.375", "312.375", "0", "0", "0"]),
            ("USD", ["4812.4470000181", "40.3470000181", "-2.1", "4818", "-43.8"]),
        ];
        let worked: BTreeMap<String, [i128; 5]> =
            worked.into_iter().map(|(currency, sums)| (currency.to_owned(), sums.map(units))).collect();
        assert_eq!(sides, worked, "{name}");
        for (currency, [unblended, effective, true_up, upfront, refund]) in sides {
            assert_eq!(unblended, effective + true_up + upfront + refund, "{name}: {currency}");
        }
    }
}

/// Per Savings Plan and account: the plan's covered usage and its negation cancel.
/// Account …9012: 0.68 + 0.68 − 1.36 + 1.50 − 1.50 + 0.68 − 0.68 = 0; account …0123: 0.30 − 0.30 = 0.
#[test]
fn covered_usage_and_negation_cancel() {
    for (name, column) in
        [("hand_worked.csv", "lineItem/UnblendedCost"), ("hand_worked_net.csv", "lineItem/NetUnblendedCost")]
    {
        let mut left: BTreeMap<(String, String), i128> = BTreeMap::new();
        for row in read(&fixture(name)) {
            if matches!(row["lineItem/LineItemType"].as_str(), "SavingsPlanCoveredUsage" | "SavingsPlanNegation") {
                let key = (row["savingsPlan/SavingsPlanARN"].clone(), row["lineItem/UsageAccountId"].clone());
                *left.entry(key).or_default() += units(&row[column]);
            }
        }
        assert_eq!(left.into_values().collect::<Vec<_>>(), [0, 0], "{name}");
    }
}

#[test]
fn costmill_finds_the_gross_costs() {
    assert_table(&published("gross", "hand_worked.csv", "auto"), GROSS, "gross");
}

#[test]
fn costmill_finds_the_net_costs() {
    assert_table(&published("net", "hand_worked_net.csv", "auto"), NET, "net");
}

/// The basis is a choice: the net export read as gross is the gross bill.
#[test]
fn net_columns_are_left_alone_when_gross_is_asked_for() {
    assert_table(&published("net-as-gross", "hand_worked_net.csv", "gross"), GROSS, "net read as gross");
}

/// A bill landed as gross stayed gross when the config went back to `auto`.
#[test]
fn the_basis_follows_the_config_back_to_auto() {
    published("back-to-auto", "hand_worked_net.csv", "gross");
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hand_worked").join("back-to-auto");
    let config = fs::read_to_string(home.join("costmill.toml")).unwrap();
    fs::write(home.join("costmill.toml"), config.replace("\"gross\"", "\"auto\"")).unwrap();
    costmill(&home, &["run", "--as-of", "2026-10-10"]);
    let status = costmill(&home, &["status", "--format", "json"]);
    assert!(status.contains("\"basis\": \"net\""), "{status}");
}

type Row = BTreeMap<String, String>;

/// Runs the binary on one fixture in a folder of its own, and asks the lake for every charge.
fn published(name: &str, file: &str, basis: &str) -> Vec<Row> {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hand_worked").join(name);
    if home.exists() {
        fs::remove_dir_all(&home).unwrap();
    }
    fs::create_dir_all(home.join("export")).unwrap();
    fs::copy(fixture(file), home.join("export").join(file)).unwrap();
    let config = format!(
        "lake = \"lake\"\noutput = \"out\"\n\n\
         [[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"export\"\nmoney_basis = \"{basis}\"\n\n\
         [[source.file_set]]\nbilling_periods = [\"2026-09\"]\nfiles = [\"{file}\"]\n"
    );
    fs::write(home.join("costmill.toml"), config).unwrap();
    costmill(&home, &["run", "--as-of", "2026-10-10"]);
    let columns = [&MONEY_COLUMNS[..], &CLASS_COLUMNS[..]].concat().join(", ");
    let sql = format!("SELECT x_SourceRow, x_LineItemType, {columns} FROM cost ORDER BY x_SourceRow");
    parse(&costmill(&home, &["query", &sql, "--format", "csv"]))
}

/// What the binary prints; anything but success fails the test with what it said.
fn costmill(home: &Path, arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_costmill"))
        .args(arguments)
        .arg("--config")
        .arg(home.join("costmill.toml"))
        .env_remove("COSTMILL_CONFIG")
        .env_remove("COSTMILL_LAKE")
        .env_remove("COSTMILL_OUTPUT")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "costmill {}: {}\n{said}", arguments[0], output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// Every difference at once: one wrong rule shows as its rows, not as the first of them.
pub fn assert_table(rows: &[Row], table: &[Charge], name: &str) {
    assert_eq!(rows.len(), table.len(), "{name}: rows");
    let mut wrong = Vec::new();
    for (at, (row, charge)) in rows.iter().zip(table).enumerate() {
        let place = format!("{name}, row {} ({})", at + 1, charge.line_type);
        if (&row["x_SourceRow"], row["x_LineItemType"].as_str()) != (&(at + 1).to_string(), charge.line_type) {
            wrong.push(format!("{place}: found row {} ({})", row["x_SourceRow"], row["x_LineItemType"]));
        }
        for (column, expected) in MONEY_COLUMNS.into_iter().zip(charge.money) {
            if (row[column].is_empty(), units(&row[column])) != (expected.is_empty(), units(expected)) {
                wrong.push(format!("{place}: {column} is `{}`, worked `{expected}`", row[column]));
            }
        }
        for (column, expected) in CLASS_COLUMNS.into_iter().zip(charge.classes) {
            if row[column] != expected {
                wrong.push(format!("{place}: {column} is `{}`, worked `{expected}`", row[column]));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn by_currency(sums: [(&str, &str); 2]) -> BTreeMap<String, i128> {
    sums.into_iter().map(|(currency, sum)| (currency.to_owned(), units(sum))).collect()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/aws_cur_legacy").join(name)
}

fn read(path: &Path) -> Vec<Row> {
    parse(&fs::read_to_string(path).unwrap())
}

/// The amount in units of 10⁻¹⁸; an empty text counts 0. Shares nothing with the library's parser.
fn units(text: &str) -> i128 {
    let (digits, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let mantissa = format!("{whole}{part}");
    if mantissa.is_empty() {
        return 0;
    }
    let shift = 18 + exponent.parse::<i32>().unwrap() - i32::try_from(part.len()).unwrap();
    let (mantissa, power) = (mantissa.parse::<i128>().unwrap(), 10i128.pow(shift.unsigned_abs()));
    if shift >= 0 {
        return mantissa * power;
    }
    assert_eq!(mantissa % power, 0, "`{text}` has more than 18 decimals");
    mantissa / power
}

/// RFC 4180, as far as these files go: quoted fields with commas and doubled quotes, no line breaks in them.
fn parse(text: &str) -> Vec<Row> {
    let mut lines = text.lines().map(fields);
    let header = lines.next().unwrap();
    lines
        .map(|values| {
            assert_eq!(values.len(), header.len(), "{values:?}");
            header.iter().cloned().zip(values).collect()
        })
        .collect()
}

fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut field, mut quoted) = (Vec::new(), String::new(), false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '"' if quoted && letters.peek() == Some(&'"') => field.extend(letters.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(std::mem::take(&mut field)),
            _ => field.push(letter),
        }
    }
    fields.push(field);
    fields
}
