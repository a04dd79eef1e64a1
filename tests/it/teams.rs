//! Whose the hand-worked bill is, worked by hand.

use super::bucket::{Bill, CONFIG};
use super::place::Night;

const POLICY: &str = r#"
catalogue = "small"
accounts = "accounts.csv"

[[source]]
id = "aws"
format = "aws-cur-legacy"
location = "exports"

[tags]
coverage_key = "team"
[tags.dimensions.team]
allowed = ["core", "shop", "web"]
inherit = true

[[owner]]
tag = "team"
[[owner]]
from = "2026-09-05"
where = { SubAccountId = ["012345678901"] }
team = "platform"

[showback]
tax = "unallocated"
"#;
const ACCOUNTS: &str = "SubAccountId,SubAccountName,team\n034567890123,Shop,shop\n012345678901,Payer,\n";

fn night() -> Night {
    let night = Night::new(POLICY);
    night.write("accounts.csv", ACCOUNTS);
    Bill::hand_worked().deliver(&night);
    night
}

/// The values of some columns, row by row.
fn told(night: &Night, sql: &str, columns: &[&str]) -> Vec<String> {
    let rows = night.query(sql);
    rows.iter().map(|row| columns.iter().map(|name| row[*name].as_str()).collect::<Vec<_>>().join("|")).collect()
}

/// BilledCost, by the rows of tests/fixtures/aws_cur_legacy/hand_worked.csv; covered usage,
/// negations and split rows are 0.
///
/// - core, by tag: 0.96 + 0.90 = 1.86. web: covered and split usage alone, 0.
/// - shop, by tag: 1.81e-8 + 0 + 2.30 + 0.50 + 20 = 22.8000000181 USD; 250 + 12.50 = 262.5 EUR. By
///   the account, where the charge has no tag: −0.30 − 0.05 − 0.42 = −0.77.
/// - platform, its account from the 5th on: 4380 + 4 × 0.5 + 5 + 14 = 4401.
/// - tax, by policy: 1.60 USD, 49.875 EUR.
/// - the rest: 438 + 0.12 − 0.096 − 0.012 − 0.09 − 3, the value `batch` that is not allowed 0.035,
///   and the payer's charges before the 5th −0.20 − 5 − 43.80: 385.957.
///
/// 1.86 + 22.8000000181 − 0.77 + 4401 + 1.60 + 385.957 = 4812.4470000181, the bill in USD;
/// 262.5 + 49.875 = 312.375, the bill in EUR.
#[test]
fn the_hand_worked_bill_by_team() {
    let night = night();
    night.run().exits(0);
    let by_team = "SELECT x_Team, x_TeamBy, BillingCurrency, SUM(BilledCost) AS BilledCost FROM cost_daily
                   GROUP BY x_Team, x_TeamBy, BillingCurrency ORDER BY x_Team, x_TeamBy, BillingCurrency";
    assert_eq!(
        told(&night, by_team, &["x_Team", "x_TeamBy", "BillingCurrency", "BilledCost"]),
        [
            "core|tag team=core|USD|1.86",
            "platform|SubAccountId=012345678901|USD|4401",
            "shop|tag team=shop|EUR|262.5",
            "shop|tag team=shop|USD|22.8000000181",
            "shop|tag team=shop of the sub account|USD|-0.77",
            "unallocated|no rule|USD|385.957",
            "unallocated|policy: tax|EUR|49.875",
            "unallocated|policy: tax|USD|1.6",
            "web|tag team=web|USD|0",
        ]
    );
    // The value that is not allowed is a state of its own; what can carry no tag is out of coverage.
    let states = "SELECT x_TagState_team, SUM(x_Rows) AS x_Rows FROM cost_daily
                  WHERE ChargeCategory = 'Usage' AND BillingCurrency = 'USD'
                  GROUP BY x_TagState_team ORDER BY x_TagState_team";
    // Usage of a resource: core 6, web 2, shop 4; without a tag i-0bbb alone; batch 1. Not taggable:
    // WAF and CloudFront without a resource, 7 discounts, 2 split rows, and the storage refund.
    assert_eq!(
        told(&night, states, &["x_TagState_team", "x_Rows"]),
        ["invalid|1", "missing|1", "not taggable|12", "tagged|12"]
    );
    let names = "SELECT DISTINCT SubAccountId, SubAccountName FROM cost_daily ORDER BY SubAccountId";
    let named = ["012345678901|Payer", "023456789012|", "034567890123|Shop"];
    assert_eq!(told(&night, names, &["SubAccountId", "SubAccountName"]), named);
    // Usage of at most a day is in the days of resources, and nothing else.
    let usage = "SELECT ResourceId, x_ChargeDay, SUM(x_Rows) AS x_Rows, SUM(EffectiveCost) AS EffectiveCost
                 FROM resource_day WHERE ResourceId = 'hw-assets' GROUP BY ResourceId, x_ChargeDay ORDER BY x_ChargeDay";
    assert_eq!(told(&night, usage, &["x_ChargeDay", "EffectiveCost"]), ["2026-09-10|2.3", "2026-09-15|0.0000000181"]);
}

/// What changes no row is read when a question is asked; a rule that moves charges republishes.
#[test]
fn a_policy_republishes_what_it_changes() {
    let night = night();
    night.run().exits(0).says("published version 0: aws 2026-09");
    let teams = "\n[[team]]\nname = \"platform\"\ncost_centre = \"4100\"\n";
    night.write("costmill.toml", format!("{POLICY}basis = \"BilledCost\"\n{teams}"));
    night.run().exits(0).says("nothing new");
    night.write("costmill.toml", POLICY.replace("2026-09-05", "2026-09-04"));
    night.run().exits(0).says("published version 1: aws 2026-09");
    night.write("accounts.csv", ACCOUNTS.replace("Payer", "Bookkeeping"));
    night.run().exits(0).says("published version 2: aws 2026-09");
}

/// Without a policy every charge stands with the rest.
#[test]
fn nothing_is_allocated_by_itself() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    let teams = "SELECT DISTINCT x_Team, x_TeamBy, x_Environment FROM resource_month ORDER BY x_Team";
    assert_eq!(told(&night, teams, &["x_Team", "x_TeamBy", "x_Environment"]), ["unallocated|no rule|"]);
}
