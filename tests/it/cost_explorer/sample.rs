//! The sample's bill, told by Cost Explorer as it is published, but for what a test changes.

use super::stub::{Amount, Stub, costs};
use super::{api, keys};
use crate::charges::rows;
use crate::place::{Night, copy_into};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;

const PERIODS: [&str; 2] = ["20260901-20261001", "20261001-20261101"];
/// October is final by then.
const DAY: &str = "2026-12-20";

fn night() -> Night {
    let night = Night::new("[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"exports\"\n");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for period in PERIODS {
        let folder = format!("sample-data/aws-cur-legacy/exports/nightly/{period}");
        copy_into(&night, root, &folder, &format!("exports/{period}"));
    }
    night
}

/// The published bill as Cost Explorer would tell it: by account and record type, or by service and record type.
fn told(night: &Night, key: &str) -> Vec<Amount> {
    let sql = format!(
        "SELECT x_BillingMonth, {key} AS x_Key, ChargeCategory, SUM(BilledCost) AS BilledCost, SUM(EffectiveCost) AS \
         EffectiveCost FROM cost WHERE BillingCurrency = 'USD' GROUP BY x_BillingMonth, {key}, ChargeCategory ORDER BY \
         x_BillingMonth, {key}, ChargeCategory"
    );
    let of = |row: &BTreeMap<String, String>, name: &str| row[name].trim_start_matches('\'').to_string();
    let amount = |row: BTreeMap<String, String>| Amount {
        month: of(&row, "x_BillingMonth"),
        account: of(&row, "x_Key"),
        service: match of(&row, "x_Key").as_str() {
            "Amazon Elastic Compute Cloud" => "EC2 - Other".into(),
            service => service.into(),
        },
        record_type: match of(&row, "ChargeCategory").as_str() {
            "Purchase" => "Recurring".into(),
            "Adjustment" => "SavingsPlanNegation".into(),
            category => category.into(),
        },
        billed: of(&row, "BilledCost"),
        effective: of(&row, "EffectiveCost"),
    };
    night.query(&sql).into_iter().map(amount).collect()
}

/// A resource with a finding of the action, and where it is.
fn finding(night: &Night, condition: &str) -> (String, String) {
    let sql = format!("SELECT ResourceId, SubAccountId FROM finding WHERE {condition} ORDER BY ResourceId LIMIT 1");
    let row = night.query(&sql).remove(0);
    (row["ResourceId"].clone(), row["SubAccountId"].trim_start_matches('\'').to_string())
}

fn machine(id: &str, account: &str, kind: &str, saving: &str) -> Value {
    let mut told = json!({
        "AccountId": account,
        "CurrentInstance": { "ResourceId": id, "InstanceName": "", "CurrencyCode": "USD" },
        "RightsizingType": kind,
    });
    match kind {
        "TERMINATE" => {
            told["TerminateRecommendationDetail"] = json!({ "EstimatedMonthlySavings": saving, "CurrencyCode": "USD" })
        }
        _ => {
            told["ModifyRecommendationDetail"] = json!({ "TargetInstances": [
                { "EstimatedMonthlySavings": saving, "CurrencyCode": "USD", "DefaultTargetInstance": true,
                  "ResourceDetails": { "EC2ResourceDetails": { "InstanceType": "m5.large" } } }
            ] })
        }
    }
    told
}

#[test]
fn the_sample_ties_but_for_one_account_and_its_lists_are_matched() {
    let night = night();
    let config = night.read("costmill.toml");
    night.costmill(&["run", "--as-of", DAY]).exits(0);
    let (mut accounts, services) = (told(&night, "SubAccountId"), told(&night, "ServiceName"));
    assert!(accounts.len() > 20 && services.len() > 20, "{} and {}", accounts.len(), services.len());
    let plans = "SELECT CommitmentDiscountId, SubAccountId, SUM(CASE WHEN CommitmentDiscountStatus = 'Used' THEN \
                 EffectiveCost END) AS x_Used, SUM(EffectiveCost) AS x_All FROM cost WHERE CommitmentDiscountCategory = \
                 'Spend' AND CommitmentDiscountStatus <> '' AND x_BillingMonth = '2026-10' GROUP BY \
                 CommitmentDiscountId, SubAccountId, BillingCurrency ORDER BY CommitmentDiscountId, SubAccountId LIMIT 1";
    let plan = night.query(plans).remove(0);
    let (ended, of_ended) = finding(&night, "x_Action = 'delete' AND x_Suppressed IS NULL");
    let (other, of_other) = finding(&night, "x_Action <> 'resize' AND x_Action <> 'delete' AND x_Suppressed IS NULL");
    let machines = [
        machine(&ended.to_uppercase(), &of_ended, "TERMINATE", "12.5"),
        machine(&other, &of_other, "MODIFY", "7"),
        machine("i-0ffffffffffffffff", &of_other, "MODIFY", "99.0000000001"),
    ];
    let id = plan["CommitmentDiscountId"].clone();
    let plan = json!({
        "SavingsPlanArn": id, "Attributes": { "AccountId": "1" },
        "Utilization": { "TotalCommitment": "200", "UsedCommitment": "150", "UnusedCommitment": "50", "UtilizationPercentage": "75" },
    });

    // One account of a final period, one dollar more.
    let wrong = accounts.iter().position(|told| told.month == "2026-09" && told.record_type == "Usage").unwrap();
    let (whole, part) =
        accounts[wrong].billed.split_once('.').map(|(whole, part)| (whole.to_string(), part.to_string())).unwrap();
    let account = accounts[wrong].account.clone();
    accounts[wrong].billed = format!("{}.{part}", whole.parse::<i64>().unwrap() + 1);

    let stub = Stub::start(move |operation, request| match operation {
        "GetCostAndUsage" => {
            let of_accounts = request["GroupBy"][0]["Key"] == "LINKED_ACCOUNT";
            (200, costs(if of_accounts { &accounts } else { &services }, request, |_| false))
        }
        "GetSavingsPlansUtilizationDetails" if request["TimePeriod"]["Start"] == "2026-10-01" => {
            (200, json!({ "SavingsPlansUtilizationDetails": [plan], "TimePeriod": request["TimePeriod"] }))
        }
        "GetRightsizingRecommendation" => (200, json!({ "RightsizingRecommendations": machines })),
        _ => (400, json!({ "__type": "DataUnavailableException", "message": "none" })),
    });
    night.write("costmill.toml", format!("{config}{}", api(&stub, "aws", "")));
    keys(&night);
    let outcome = night.costmill(&["run", "--as-of", DAY]).exits(4);
    let named: Vec<&str> = outcome.stderr.lines().filter(|line| line.starts_with("error: ")).collect();
    assert_eq!(named.len(), 2, "the account, and the whole:\n{}", outcome.stderr);
    assert!(
        named.iter().any(|line| line.contains(&format!("2026-09, aws, sub account {account}, USD: BilledCost is "))),
        "{named:?}"
    );
    assert!(named.iter().all(|line| line.contains("(by 1, tolerance ")), "{named:?}");
    let verdicts = rows(&night, "metric/control_totals", "2026-10", &["x_TotalVerdict"]);
    assert!(verdicts.len() > 10 && verdicts.iter().all(|verdict| verdict == "ties"), "{verdicts:?}");
    let services = rows(
        &night,
        "metric/told_by_service",
        "2026-10",
        &["BillingCurrency", "x_Service", "x_ToldBilledCostDifference", "x_ToldEffectiveCostDifference"],
    );
    let services: Vec<&String> = services.iter().filter(|line| line.starts_with("USD|")).collect();
    assert!(services.len() > 8 && services.iter().all(|line| line.ends_with("|0|0")), "{services:?}");

    let matched =
        rows(&night, "metric/recommendations", "2026-10", &["x_Match", "ResourceId", "x_ToldAction", "x_Action"]);
    for line in [format!("in both|{ended}|delete|delete"), "only theirs|i-0ffffffffffffffff|resize|".to_string()] {
        assert!(matched.contains(&line), "{line}\n{matched:#?}");
    }
    let another = matched
        .iter()
        .filter(|line| line.starts_with(&format!("in both, with another action|{other}|resize|")))
        .count();
    let ours = matched.iter().filter(|line| line.starts_with("only ours|")).count();
    assert!(another > 0 && ours > 3, "{matched:#?}");
    let plans = rows(
        &night,
        "metric/commitments_told",
        "2026-10",
        &["CommitmentDiscountId", "x_ToldUsedCost", "x_ToldCommittedCost", "x_ToldUtilisation", "x_UsedCost"],
    );
    let ours = plans.iter().find(|line| line.starts_with(&id)).unwrap();
    assert!(ours.contains("|150|200|75") && !ours.ends_with('|'), "{ours}");

    for (page, file) in [("review", "told_by_service"), ("review", "commitment_use"), ("waste", "recommendations")] {
        let found = crate::place::files(night.path("out/2026-10"));
        let path = found.keys().find(|name| name.contains(page) && name.ends_with(&format!("{file}.csv")));
        assert!(path.is_some(), "no CSV of {file}: {:?}", found.keys().collect::<Vec<_>>());
    }
}
