//! Owners of charges, and statements that add up, worked by hand: a company that is re-organised on
//! 16 August 2026, when sub account 2 goes from the team search to the team routes.

use super::charges::{Charge, bill, rows, sum, usage};
use super::place::Night;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const POLICY: &str = r#"
[tags.dimensions]
team = ["team"]
[[team]]
name = "maps"
cost_centre = "4100"
bill_to = "Larkfield Maps GmbH"
[[team]]
name = "search"
[[team]]
name = "routes"
cost_centre = "0420"
[[owner]]
from = "2026-08-16"
where = { SubAccountId = ["2"] }
team = "routes"
[[owner]]
tag = "team"
[[owner]]
until = "2026-08-16"
where = { SubAccountId = ["2"] }
team = "search"
"#;

#[rustfmt::skip]
fn charges() -> Vec<Charge> {
    let maps = |charge: Charge| charge.tags(&[("team", "maps")]);
    let august = |day: u32, effective: &str, billed: &str| {
        usage(&format!("2026-08-{day:02}"), "0").costs(effective, billed)
    };
    vec![
        maps(august(3, "100", "80")),
        // Account 2 on the last day before, and on the first day after.
        august(15, "40", "40").account("2"),
        august(16, "41", "41").account("2"),
        // Tagged in account 2: the tag counts until the 15th, the first rule from the 16th on.
        maps(august(15, "6", "6")).account("2"),
        maps(august(16, "5", "5")).account("2"),
        // Nobody's, to the last digit.
        august(5, "9.000000000000000001", "9.000000000000000001").account("3"),
        maps(august(31, "19", "19")).set("ChargeCategory", "Tax"),
        maps(august(31, "-10", "-10")).set("ChargeCategory", "Credit"),
        maps(august(4, "-3", "-3")).set("ChargeClass", "Correction"),
        august(20, "12", "12").account("2").set("ServiceName", "Support").set("ServiceSubcategory", "Support"),
        // A commitment is bought: nothing effective yet.
        august(1, "0", "120").set("ChargeCategory", "Purchase").set("ChargeFrequency", "One-Time"),
        august(7, "2.5", "2.5").account("3").tags(&[("team", "search")]).set("BillingCurrency", "EUR"),
        // July, January, and a December that is another year's.
        usage("2026-07-10", "0").costs("30", "30").account("2"),
        maps(usage("2026-07-31", "0").costs("90", "70")),
        maps(usage("2026-01-31", "0").costs("1000", "1000")),
        maps(usage("2025-12-31", "0").costs("7777", "7777")),
    ]
}

/// Effective cost, everything to its owner.
static BY_OWNER: LazyLock<Night> = LazyLock::new(|| {
    let night = bill(&charges(), POLICY, &["metric/showback_"]);
    // Of February to June there is nothing: told, and 3.
    night.run().exits(3).complains("2026-02");
    night
});

/// Billed cost; tax, support, credits and refunds stay with the rest.
static BILLED: LazyLock<Night> = LazyLock::new(|| {
    let kept = "[showback]\nbasis = \"BilledCost\"\ntax = \"unallocated\"\nsupport = \"unallocated\"\n\
                credits = \"unallocated\"\nrefunds = \"unallocated\"\n";
    let night = BY_OWNER.copy();
    night.write("costmill.toml", format!("{}{kept}", night.read("costmill.toml")));
    // An edited policy publishes the open months again.
    night.run().exits(3).says("published version 1: hand 2025-12, hand 2026-01, hand 2026-07, hand 2026-08");
    night
});

const STATEMENT: [&str; 6] = ["x_Team", "BillingCurrency", "x_Basis", "x_Cost", "x_PriorCost", "x_YearToDateCost"];

#[test]
fn statements_of_effective_cost() {
    assert_eq!(
        rows(&BY_OWNER, "metric/showback_by_team", "2026-08", &STATEMENT),
        [
            // 100 + 6 + 19 − 10 − 3 = 112; July 90; 1000 + 90 + 112 = 1202: December is not of this year
            "maps|USD|EffectiveCost|112|90|1202",
            // 41 + 5 + 12 = 58, from the 16th on
            "routes|USD|EffectiveCost|58|0|58",
            // 40 until the 15th; July 30
            "search|USD|EffectiveCost|40|30|70",
            "unallocated|USD|EffectiveCost|9.000000000000000001|0|9.000000000000000001",
            "search|EUR|EffectiveCost|2.5|0|2.5",
            // The rest is shown where there is none, too.
            "unallocated|EUR|EffectiveCost|0|0|0",
        ]
    );
    let columns = ["x_Team", "x_CostCentre", "x_BillTo", "x_CostChange", "x_CostChangeShare", "x_YearToDateMonths"];
    let booked = rows(&BY_OWNER, "metric/showback_by_team", "2026-08", &columns);
    // 112 − 90 = 22; January, July and August are in the lake
    assert_eq!(booked[0], format!("maps|4100|Larkfield Maps GmbH|22|{}|3", 22.0 / 90.0));
    // A leading zero of a cost centre is kept; nothing to compare with 0.
    assert_eq!(booked[1], "routes|0420||58||3");
}

/// Finance books from the list by service: it says where, as the statement's total does.
#[test]
fn a_statement_by_service_says_cost_centre_and_bill_to() {
    let columns = ["x_Team", "x_CostCentre", "x_BillTo", "ServiceName", "x_Basis", "x_Cost"];
    let found = rows(&BY_OWNER, "metric/showback_by_service", "2026-08", &columns);
    for expected in [
        "maps|4100|Larkfield Maps GmbH|Engine|EffectiveCost|112",
        "routes|0420||Support|EffectiveCost|12",
        "unallocated|||Engine|EffectiveCost|9.000000000000000001",
    ] {
        assert!(found.contains(&expected.to_string()), "{expected} in {found:?}");
    }
}

/// A statement says what is in it of tax, support, credits and refunds.
#[test]
fn a_statement_says_its_policy() {
    for (night, policy) in [
        (&*BY_OWNER, "Tax, support, credits and refunds go to the owner of the charge."),
        (&*BILLED, "Tax, support, credits and refunds stay unallocated and are in no team's figure."),
    ] {
        let found = rows(night, "metric/showback_by_team", "2026-08", &["x_Policy"]);
        assert!(!found.is_empty() && found.iter().all(|row| row == policy), "{found:?}");
    }
}

#[test]
fn statements_of_billed_cost_with_classes_kept_by_the_rest() {
    assert_eq!(
        rows(&BILLED, "metric/showback_by_team", "2026-08", &STATEMENT),
        [
            // 9 + 19 tax − 10 credit − 3 refund + 12 support + 120 purchase
            "unallocated|USD|BilledCost|147.000000000000000001|0|147.000000000000000001",
            // 80 + 6; July 70; 1000 + 70 + 86
            "maps|USD|BilledCost|86|70|1156",
            // 41 + 5
            "routes|USD|BilledCost|46|0|46",
            "search|USD|BilledCost|40|30|70",
            "search|EUR|BilledCost|2.5|0|2.5",
            "unallocated|EUR|BilledCost|0|0|0",
        ]
    );
    let kept = rows(&BILLED, "metric/showback_charges_by_owner_rule", "2026-08", &["x_Team", "x_TeamBy", "x_Cost"]);
    for expected in ["unallocated|policy: tax|19", "unallocated|policy: credits|-10", "unallocated|policy: refunds|-3"]
    {
        assert!(kept.contains(&expected.to_string()), "{expected} in {kept:?}");
    }
    assert!(kept.contains(&"unallocated|policy: support|12".to_string()), "{kept:?}");
}

#[test]
fn what_made_the_charges_theirs_is_said() {
    let said = rows(&BY_OWNER, "metric/showback_charges_by_owner_rule", "2026-08", &["x_Team", "x_TeamBy", "x_Cost"]);
    assert_eq!(
        said,
        [
            "maps|tag team=maps|112",
            "routes|SubAccountId=2|58",
            "search|SubAccountId=2|40",
            "search|tag team=search|2.5",
            "unallocated|no rule|9.000000000000000001",
        ]
    );
}

/// Whatever the policy and the basis: every charge is one team's or the rest's, in every cut.
#[test]
fn teams_and_the_rest_add_up_to_the_basis_exactly() {
    for (night, basis) in [(&*BY_OWNER, "EffectiveCost"), (&*BILLED, "BilledCost")] {
        for month in ["2025-12", "2026-01", "2026-07", "2026-08"] {
            let sql = format!(
                "SELECT BillingCurrency, SUM({basis}) AS {basis} FROM cost WHERE x_BillingMonth = '{month}' \
                 GROUP BY BillingCurrency ORDER BY BillingCurrency"
            );
            let whole: BTreeMap<String, i128> = night
                .query(&sql)
                .iter()
                .map(|row| (row["BillingCurrency"].clone(), sum([row[basis].as_str()])))
                .collect();
            assert!(!whole.is_empty());
            for query in [
                "metric/showback_by_team",
                "metric/showback_by_service",
                "metric/showback_by_charge_category",
                "metric/showback_charges_by_owner_rule",
            ] {
                let mut found: BTreeMap<String, i128> = BTreeMap::new();
                for row in rows(night, query, month, &["BillingCurrency", "x_Cost"]) {
                    let (currency, cost) = row.split_once('|').unwrap();
                    *found.entry(currency.to_string()).or_default() += sum([cost]);
                }
                assert_eq!(found, whole, "{basis}, {month}, {query}");
            }
            // What belongs to no team, cut by sub account and category, is the row of the rest.
            let mut cut: BTreeMap<String, i128> = BTreeMap::new();
            for row in rows(night, "metric/showback_unallocated", month, &["BillingCurrency", "x_Cost"]) {
                let (currency, cost) = row.split_once('|').unwrap();
                *cut.entry(currency.to_string()).or_default() += sum([cost]);
            }
            for row in rows(night, "metric/showback_by_team", month, &["x_Team", "BillingCurrency", "x_Cost"]) {
                if let Some((currency, cost)) = row.strip_prefix("unallocated|").and_then(|row| row.split_once('|')) {
                    let found = cut.get(currency).copied().unwrap_or_default();
                    assert_eq!(found, sum([cost]), "{basis}, {month}, {currency}: what belongs to no team");
                }
            }
        }
    }
}

#[test]
fn cuts_of_a_statement() {
    let by_service =
        rows(&BY_OWNER, "metric/showback_by_service", "2026-08", &["x_Team", "ServiceName", "x_Cost", "x_PriorCost"]);
    for expected in ["maps|Engine|112|90", "routes|Engine|46|0", "routes|Support|12|0", "search|Engine|40|30"] {
        assert!(by_service.contains(&expected.to_string()), "{expected} in {by_service:?}");
    }
    let columns = ["x_Team", "ChargeCategory", "ChargeClass", "x_Cost"];
    let of_maps: Vec<String> = rows(&BY_OWNER, "metric/showback_by_charge_category", "2026-08", &columns)
        .into_iter()
        .filter(|row| row.starts_with("maps|"))
        .collect();
    // 100 + 6 of usage; a correction of an earlier month is told apart
    assert_eq!(of_maps, ["maps|Usage||106", "maps|Tax||19", "maps|Usage|Correction|-3", "maps|Credit||-10"]);
    let months: Vec<String> =
        rows(&BY_OWNER, "metric/showback_by_month", "2026-08", &["x_Team", "x_BillingMonth", "x_Cost"])
            .into_iter()
            .filter(|row| row.starts_with("maps|"))
            .collect();
    // Thirteen months back is August 2025; months that are not in the lake have no row.
    assert_eq!(months, ["maps|2025-12|7777", "maps|2026-01|1000", "maps|2026-07|90", "maps|2026-08|112"]);
}

/// A month that is not there is not a month of 0: there is no change to speak of.
#[test]
fn a_prior_month_that_is_not_in_the_lake_is_empty() {
    let columns = ["x_Team", "x_Cost", "x_PriorCost", "x_CostChange", "x_CostChangeShare", "x_YearToDateCost"];
    let found = rows(&BY_OWNER, "metric/showback_by_team", "2026-07", &columns);
    assert_eq!(found, ["maps|90||||1090", "search|30||||30", "unallocated|0||||0"]);
}
