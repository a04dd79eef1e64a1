//! Tag coverage, worked by hand: ten charges of August 2026 under a policy of three required keys.
//!
//! Each charge has twice as much BilledCost as EffectiveCost, so that a figure on the wrong cost shows.

use super::charges::{Charge, bill, rows, sum, usage};
use super::place::Night;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const POLICY: &str = r#"
[tags]
coverage_key = "team"
target = 0.75
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
[[tags.exemption]]
keys = ["app"]
where = { ServiceName = ["Registry"] }
reason = "Nobody uses it yet"
until = "2026-09-01"
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

/// The target stands beside the figures, and what is missing to it: above 0 where it is not reached.
/// Covered 10 of taggable 10; all is 10 − 1 = 9, because the discount names no resource: 111 % of it
/// was shown once. The second sub account has 8 of 8 + 2 − 1 = 9.
#[test]
fn a_discount_without_a_resource_makes_no_share_above_all() {
    let of = |account: &str, cost: &str| usage("2026-08-03", cost).account(account);
    let tagged = |account: &str, cost: &str| of(account, cost).resource("r-1").tags(&[("team", "maps")]);
    let charges = [tagged("1", "10"), of("1", "-1"), tagged("2", "8"), of("2", "2"), of("2", "-1")];
    let night = bill(&charges, "[tags]\ncoverage_key = \"team\"\n", &["metric/tag_coverage_by_sub_account"]);
    night.run().exits(0);
    let columns = ["SubAccountId", "x_CoveredCost", "x_AllCost", "x_CoverageOfTaggable", "x_CoverageOfAll"];
    let mut found = rows(&night, "metric/tag_coverage_by_sub_account", "2026-08", &columns);
    found.sort();
    found.dedup();
    assert_eq!(found, ["1|10|9|1|", "2|8|9|1|0.8888888888888888"]);
}

#[test]
fn the_target_stands_beside_each_coverage() {
    let columns = ["x_TagKey", "x_Target", "x_TargetGap", "x_UncoveredCost"];
    let team = format!("team|0.75|{}|44", 0.75 - 170.0 / 214.0);
    let all = format!("all|0.75|{}|14", 0.75 - 70.0 / 84.0);
    let found = august("metric/tag_coverage_by_key", &columns);
    assert_eq!((&found[0], &found[3]), (&team, &all));
    let of_resources = august("metric/tag_coverage_of_resources", &columns[..3]);
    assert_eq!(of_resources[0], format!("team|0.75|{}", 0.75 - 2.0 / 4.0));
    // In every other list, too: each names the four keys.
    for by in ["by_team", "by_sub_account", "by_service", "by_month"] {
        for query in [format!("metric/tag_coverage_{by}"), format!("metric/tag_coverage_of_resources_{by}")] {
            let rows = august(&query, &["x_Target", "x_TargetGap"]);
            assert!(rows.len() >= 4 && rows.iter().all(|row| row.starts_with("0.75|")), "{query}: {rows:?}");
        }
    }
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
        august("metric/tag_coverage_of_resources_by_team", &columns),
        [
            // r-3 and, after the exemption, r-4; r-1; r-2 on the 21st
            "team|unallocated|0|2",
            "team|maps|1|1",
            "team|search|1|1",
            // r-4 is the one without app; the key was active on the last day of each
            "app|unallocated|1|2",
            "app|maps|1|1",
            "app|search|1|1",
            // r-1 inherits; r-3 has a value that is not allowed
            "env|unallocated|1|2",
            "env|maps|1|1",
            "env|search|1|1",
            "all|unallocated|0|2",
            "all|maps|1|1",
            "all|search|1|1",
        ]
    );
}

/// r-1 to r-4 in all: a tax or a credit is no use of a resource. By each cut the resources of a key add up.
#[test]
fn coverage_of_resources_by_team_account_service_and_month_add_up() {
    let counts = ["x_CoveredResources", "x_TaggableResources", "x_UncoveredResources", "x_AllResources"];
    let of = |query: &str, key: &[&'static str]| {
        let columns: Vec<&str> = ["x_TagKey"].iter().chain(key).chain(&counts).copied().collect();
        august(&format!("metric/tag_coverage_of_resources{query}"), &columns)
    };
    let whole = ["team|2|4|2|4", "app|3|4|1|4", "env|3|4|1|4", "all|2|4|2|4"];
    assert_eq!(of("", &[]), whole);
    let of_team = |rows: Vec<String>| rows.into_iter().filter(|row| row.starts_with("team|")).collect::<Vec<_>>();
    // Account 2 has r-2, which is tagged by now, r-3 and r-4; account 1 has r-1.
    assert_eq!(of_team(of("_by_sub_account", &["SubAccountId"])), ["team|2|1|3|2|3", "team|1|1|1|0|1"]);
    assert_eq!(of_team(of("_by_service", &["ServiceName"])), ["team|Backup|0|1|1|1", "team|Engine|2|3|1|3"]);
    assert_eq!(of_team(of("_by_month", &["x_BillingMonth"])), ["team|2026-08|2|4|2|4"]);
    for (query, key) in [
        ("_by_team", "x_Team"),
        ("_by_sub_account", "SubAccountId"),
        ("_by_service", "ServiceName"),
        ("_by_month", "x_BillingMonth"),
    ] {
        let mut sums: BTreeMap<String, [u64; 4]> = BTreeMap::new();
        for row in of(query, &[key]) {
            let cells: Vec<&str> = row.split('|').collect();
            let sums = sums.entry(cells[0].to_string()).or_default();
            sums.iter_mut().zip(&cells[2..]).for_each(|(sum, cell)| *sum += cell.parse::<u64>().unwrap());
        }
        for expected in whole {
            let (key, counts) = expected.split_once('|').unwrap();
            let sum = sums[key].map(|sum| sum.to_string()).join("|");
            assert_eq!(sum, counts, "{query} {key}");
        }
    }
}

#[test]
fn untagged_money_stands_with_its_owner() {
    let columns = ["x_TagKey", "x_Team", "x_TeamBy", "ResourceId", "x_TagState", "x_LatestTagState", "x_UncoveredCost"];
    let found = august("metric/untagged_resources", &columns);
    // r-2's 30 had no team, though it is tagged by now: who answers for it now can say why. Of r-4 the 4 after
    // the exemption, not the 8 before.
    assert_eq!(
        found,
        [
            "team|search|tag team=search|r-2|missing|tagged|30",
            "team|unallocated|no rule|r-3|missing|missing|10",
            "team|unallocated|no rule|r-4|missing|missing|4",
            "app|unallocated|no rule|r-4|missing|missing|4",
            "env|unallocated|no rule|r-3|invalid|invalid|10",
            "all|unallocated|no rule|r-3|missing|missing|10",
            "all|unallocated|no rule|r-4|missing|missing|4",
        ]
    );
    let refused = august("metric/tag_values_refused", &["x_TagKey", "x_Value", "x_Team", "EffectiveCost"]);
    assert_eq!(refused, ["env|prd|unallocated|10"]);
}

/// The list of resources is the gap of the coverage, cut by resource: exactly, however short the list is.
#[test]
fn untagged_resources_add_up_to_taggable_minus_covered() {
    let gaps: BTreeMap<String, i128> = august("metric/tag_coverage_by_key", &["x_TagKey", "x_UncoveredCost"])
        .iter()
        .map(|row| row.split_once('|').map(|(key, gap)| (key.to_string(), sum([gap]))).unwrap())
        .collect();
    assert_eq!(gaps["team"], sum(["44"]));
    for limit in ["50", "1", "0"] {
        let limited = format!("limit={limit}");
        let arguments = ["query", "metric/untagged_resources", "--period", "2026-08", "--param", &limited];
        let outcome = AUGUST.costmill(&[&arguments[..], &["--format", "csv"]].concat()).exits(0);
        let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
        let header = reader.headers().unwrap().clone();
        let at = |name: &str| header.iter().position(|column| column == name).unwrap();
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        let mut others = Vec::new();
        for row in reader.records().map(Result::unwrap) {
            *sums.entry(row[at("x_TagKey")].to_string()).or_default() += sum([&row[at("x_UncoveredCost")]]);
            if row[at("ResourceId")].is_empty() {
                others.push(format!("{}|{}|{}", &row[at("x_TagKey")], &row[at("x_Team")], &row[at("x_Others")]));
            }
        }
        assert_eq!(sums, gaps, "{limited}");
        match limit {
            "50" => assert!(others.is_empty(), "{others:?}"),
            // Of the two of the rest one is left over.
            "1" => {
                assert_eq!(others, ["team|unallocated|other resources: 1", "all|unallocated|other resources: 1"])
            }
            _ => assert!(others.contains(&"team|unallocated|other resources: 2".to_string()), "{others:?}"),
        }
    }
}

/// An exemption says why, until when, and what it took out of the month, one that took nothing out too.
#[test]
fn exemptions_stand_with_their_reason_their_end_and_their_money() {
    let columns = ["x_TagKey", "x_Exemption", "x_ExemptionReason", "x_Until", "x_Standing", "x_ExemptCost"];
    assert_eq!(
        august("metric/tag_exemptions", &columns),
        [
            // r-4 on the 10th, and not on the 18th: the exemption is over on the 31st, the last full day.
            "team|ServiceName=Backup, until 2026-08-16|Backups are tagged from the 16th on|2026-08-16|expired|8",
            "app|ServiceName=Registry, until 2026-09-01|Nobody uses it yet|2026-09-01|holds|0",
        ]
    );
    let exempt = august("metric/tag_coverage_by_key", &["x_TagKey", "x_ExemptCost"]);
    assert_eq!(exempt[..3], ["team|8", "app|0", "env|0"]);
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
