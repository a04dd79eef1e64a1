//! Tag coverage, worked by hand: ten charges of August 2026 under a policy of three required keys.
//!
//! Each charge has twice as much BilledCost as EffectiveCost, so that a figure on the wrong cost shows.

use super::charges::{Charge, bill, rows, usage};
use super::place::Night;
use std::sync::LazyLock;

const POLICY: &str = r#"
[tags]
coverage_key = "team"
[tags.dimensions.team]
keys = ["team", "Team"]
[tags.dimensions.env]
keys = ["env"]
required = true
allowed = ["prod", "dev"]
fold_case = true
synonyms = { Production = "prod" }
inherit = true
[tags.dimensions.app]
keys = ["app"]
required = true
active_from = "2026-08-11"
[[tags.exemption]]
keys = ["team"]
where = { ServiceName = ["Backup"] }
reason = "Backups are tagged from the 16th on"
until = "2026-08-16"
[[owner]]
tag = "team"
"#;

/// What becomes of each charge, state by key: team, env, app, and the worst of the three.
#[rustfmt::skip]
fn charges() -> Vec<Charge> {
    let of = |day: u32, cost: &str| {
        let twice = (cost.parse::<i64>().unwrap() * 2).to_string();
        usage(&format!("2026-08-{day:02}"), "0").costs(cost, &twice)
    };
    vec![
        // r-1, account 1. Synonym of env, in capitals. app was not active on the 5th.
        //   100: tagged, tagged, not active → not active
        of(5, "100").resource("r-1").tags(&[("team", "maps"), ("env", " Production "), ("app", "tiles")]),
        // The other tag key of team; env is inherited from account 1.
        //   50: tagged, inherited, tagged → inherited
        of(20, "50").resource("r-1").tags(&[("Team", "maps"), ("app", "tiles")]),
        // r-2, account 2: tagged in mid-month.
        //   30: missing, tagged, not active → not active
        of(6, "30").account("2").resource("r-2").tags(&[("env", "dev")]),
        //   20: tagged, tagged, tagged → tagged
        of(21, "20").account("2").resource("r-2").tags(&[("team", "search"), ("env", "dev"), ("app", "find")]),
        // r-3: a blank is no value, prd is not allowed.
        //   10: missing, invalid, tagged → missing
        of(22, "10").account("2").resource("r-3").tags(&[("team", "  "), ("env", "prd"), ("app", "find")]),
        // r-4: exempt until the 16th.
        //   8: exempt, tagged, not active → exempt
        of(10, "8").account("2").resource("r-4").set("ServiceName", "Backup").tags(&[("env", "dev")]),
        //   4: missing, tagged, missing → missing
        of(18, "4").account("2").resource("r-4").set("ServiceName", "Backup").tags(&[("env", "dev")]),
        // Not taggable: a tax, usage without a resource, a credit on a resource. 19 + 7 − 5 = 21
        of(31, "19").set("ChargeCategory", "Tax").tags(&[("team", "maps")]),
        of(31, "7"),
        of(31, "-5").set("ChargeCategory", "Credit").resource("r-1"),
    ]
}

static AUGUST: LazyLock<Night> = LazyLock::new(|| {
    let night = bill(&charges(), POLICY, &["metric/tag_", "metric/untagged_"]);
    // A key of no table stands before the first one.
    night.write("costmill.toml", format!("accounts = \"accounts.csv\"\n{}", night.read("costmill.toml")));
    night.write("accounts.csv", "SubAccountId,SubAccountName,env\n1,One,prod\n");
    night.run().exits(0);
    night
});

fn august(query: &str, columns: &[&str]) -> Vec<String> {
    rows(&AUGUST, query, "2026-08", columns)
}

#[test]
fn coverage_by_cost_counts_each_charge_by_its_own_tag() {
    let columns = ["x_TagKey", "x_CoveredCost", "x_TaggableCost", "x_AllCost", "x_ExemptCost", "x_NotActiveCost"];
    // All: 100 + 50 + 30 + 20 + 10 + 8 + 4 + 19 + 7 − 5 = 243
    assert_eq!(
        august("metric/tag_coverage_by_key", &columns),
        [
            // covered 100 + 50 + 20 = 170; missing 30 + 10 + 4 = 44; taggable 170 + 44 = 214
            "team|170|214|243|8|0",
            // not active 100 + 30 + 8 = 138; covered 50 + 20 + 10 = 80; missing 4
            "app|80|84|243|0|138",
            // covered 100 + 50 + 30 + 20 + 8 + 4 = 212; invalid 10
            "env|212|222|243|0|0",
            // covered 50 + 20 = 70; missing 10 + 4 = 14; exempt 8; not active 100 + 30 = 130
            "all|70|84|243|8|130",
        ]
    );
    let shares = august("metric/tag_coverage_by_key", &["x_CoverageOfTaggable", "x_CoverageOfAll"]);
    let expected = format!("{}|{}", 170.0 / 214.0, 170.0 / 243.0);
    assert_eq!(shares[0], expected);
}

#[test]
fn coverage_by_team_account_service_and_month_add_up() {
    let sums = ["x_CoveredCost", "x_TaggableCost", "x_AllCost"];
    let of_team = |query: &str, key: &str| {
        let columns: Vec<&str> = ["x_TagKey", key].into_iter().chain(sums).collect();
        let rows = august(query, &columns);
        let of_team: Vec<String> =
            rows.iter().filter_map(|row| row.strip_prefix("team|").map(str::to_string)).collect();
        // Four keys are asked about, each with as many rows.
        assert_eq!(rows.len(), of_team.len() * 4, "{rows:?}");
        of_team
    };
    // Costliest gap first. maps: 100 + 50 (r-1), 19 tax with the tag; search: 20; the rest: 30 + 10 + 8 + 4 + 7 − 5 = 54
    assert_eq!(
        of_team("metric/tag_coverage_by_team", "x_Team"),
        ["unallocated|0|44|54", "maps|150|150|169", "search|20|20|20"]
    );
    // Account 1: 100 + 50 + 19 + 7 − 5 = 171. Account 2: 30 + 20 + 10 + 8 + 4 = 72, taggable 30 + 20 + 10 + 4 = 64
    assert_eq!(of_team("metric/tag_coverage_by_sub_account", "SubAccountId"), ["2|20|64|72", "1|150|150|171"]);
    // Engine: 243 − 12; taggable 214 − 4. Backup: 8 + 4, taggable 4
    assert_eq!(of_team("metric/tag_coverage_by_service", "ServiceName"), ["Engine|170|210|231", "Backup|0|4|12"]);
    assert_eq!(of_team("metric/tag_coverage_by_month", "x_BillingMonth"), ["2026-08|170|214|243"]);
    let names = august("metric/tag_coverage_by_sub_account", &["SubAccountId", "SubAccountName"]);
    assert_eq!(names[..2], ["2|", "1|One"]);
}

/// A library of CUR queries counts a resource that was tagged in mid-month as one tagged resource
/// and one untagged; here its latest state decides.
#[test]
fn a_resource_tagged_in_mid_month_is_one_tagged_resource() {
    let columns = ["x_TagKey", "x_Team", "x_CoveredResources", "x_TaggableResources"];
    assert_eq!(
        august("metric/tag_coverage_of_resources", &columns),
        [
            // r-1; r-2 on the 21st; r-3 and, after the exemption, r-4
            "team|maps|1|1",
            "team|search|1|1",
            "team|unallocated|0|2",
            // r-4 is the one without app; the key was active on the last day of each
            "app|maps|1|1",
            "app|search|1|1",
            "app|unallocated|1|2",
            // r-1 inherits; r-3 has a value that is not allowed
            "env|maps|1|1",
            "env|search|1|1",
            "env|unallocated|1|2",
            "all|maps|1|1",
            "all|search|1|1",
            "all|unallocated|0|2",
        ]
    );
}

#[test]
fn untagged_money_stands_with_its_owner() {
    let columns = ["x_TagKey", "x_Team", "x_TeamBy", "ResourceId", "x_TagState", "EffectiveCost"];
    let found = august("metric/untagged_resources", &columns);
    // r-4's whole month, 8 + 4 = 12, stands before r-3's 10. r-2 is tagged by now, whatever its 30 were.
    assert_eq!(
        found,
        [
            "team|unallocated|no rule|r-4|missing|12",
            "team|unallocated|no rule|r-3|missing|10",
            "app|unallocated|no rule|r-4|missing|12",
            "env|unallocated|no rule|r-3|invalid|10",
            "all|unallocated|no rule|r-4|missing|12",
            "all|unallocated|no rule|r-3|missing|10",
        ]
    );
    let refused = august("metric/tag_values_refused", &["x_TagKey", "x_Value", "x_Team", "EffectiveCost"]);
    assert_eq!(refused, ["env|prd|unallocated|10"]);
}

/// What the rules said of a charge can be looked up in the roll-up.
#[test]
fn values_stand_in_the_roll_up_as_they_count() {
    let sql = "SELECT x_Tag_env, x_TagState_env, SUM(EffectiveCost) AS EffectiveCost, BillingCurrency FROM cost_daily \
               WHERE ChargeCategory = 'Usage' GROUP BY x_Tag_env, x_TagState_env, BillingCurrency \
               ORDER BY x_Tag_env, x_TagState_env, BillingCurrency";
    let found: Vec<String> = AUGUST
        .query(sql)
        .iter()
        .map(|row| format!("{}|{}|{}", row["x_Tag_env"], row["x_TagState_env"], row["EffectiveCost"]))
        .collect();
    // The usage without a resource inherits a value, too, and is not taggable all the same.
    for expected in ["dev|tagged|62", "prd|invalid|10", "prod|inherited|50", "prod|not taggable|7", "prod|tagged|100"] {
        assert!(found.contains(&expected.to_string()), "{expected} in {found:?}");
    }
    assert_eq!(found.len(), 5, "{found:?}");
}
