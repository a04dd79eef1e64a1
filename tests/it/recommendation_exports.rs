//! A night with the recommendations that a provider exports as files, in a folder as they lie in a bucket.

use crate::place::Night;
use crate::waste_rules::bill::delivered;

const BILL: &str = "i-0000000000000000a | AmazonEC2 | EU-BoxUsage:m5.xlarge | RunInstances | 1-35 | 24 | 5.136 |\n";
const ARN: &str = "arn:aws:ec2:eu-west-1:023456789012:instance/i-0000000000000000a";

fn night() -> Night {
    delivered(
        BILL,
        "[[api]]\nid = \"optimizer\"\nkind = \"aws-compute-optimizer-export\"\nsource = \"aws\"\nlocation = \"advice\"\n\
         [[api]]\nid = \"hub\"\nkind = \"aws-cost-optimization-hub-export\"\nsource = \"aws\"\nlocation = \"hub\"\n",
    )
}

fn run(night: &Night) -> crate::support::Outcome {
    night.costmill(&["run", "--as-of", "2026-11-01"])
}

fn optimizer(night: &Night, time: &str, saving: &str) {
    let head = "accountId,instanceArn,finding,currentInstanceType,recommendationOptions_1_instanceType,\
                recommendationOptions_1_estimatedMonthlySavings_value,recommendationOptions_1_estimatedMonthlySavings_currency\n";
    let row = format!("023456789012,{ARN},OVER_PROVISIONED,m5.xlarge,m5.large,{saving},USD\n");
    let name = format!("advice/compute-optimizer/012345678901/eu-west-1-{time}-e123a06b");
    night.write(&format!("{name}.csv"), format!("{head}{row}"));
    night.write(&format!("{name}-metadata.json"), "{}");
}

fn hub(night: &Night, day: &str, rows: &[(&str, &str, &str)]) {
    let mut text = String::from(
        "account_id,action_type,currency_code,current_resource_summary,estimated_monthly_savings_after_discount,\
         estimated_monthly_savings_before_discount,recommendation_id,recommended_resource_summary,region,resource_arn\n",
    );
    for (action, saving, arn) in rows {
        text += &format!("023456789012,{action},USD,m5.xlarge,{saving},1,r-{action},m5.large,eu-west-1,{arn}\n");
    }
    night.write(&format!("hub/advice/data/date={day}/advice-00001.csv"), text);
    let manifest = format!("{{\"dataFiles\": [\"s3://b/hub/advice/data/date={day}/advice-00001.csv\"]}}");
    night.write(&format!("hub/advice/metadata/date={day}/advice-Manifest.json"), manifest);
}

/// Who says what of which resource, in the newest period.
fn told(night: &Night) -> Vec<String> {
    let rows = night.query("SELECT * FROM recommendation ORDER BY x_ToldBy, x_ToldAction");
    let columns = ["x_ToldBy", "ResourceId", "x_ToldAction"];
    let saving = |row: &std::collections::BTreeMap<String, String>| {
        row.iter().find(|(name, _)| name.contains("Saving")).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    rows.iter().map(|row| format!("{} {}", columns.map(|name| row[name].clone()).join(" "), saving(row))).collect()
}

#[test]
fn the_newest_exports_are_told_and_what_both_say_once() {
    let night = night();
    optimizer(&night, "2026-10-29T050030Z", "70");
    optimizer(&night, "2026-10-30T050030Z", "78.125");
    hub(&night, "2026-10-29", &[("Delete", "9", "")]);
    hub(&night, "2026-10-30", &[("Rightsize", "77", ARN), ("PurchaseSavingsPlans", "250.5", "")]);
    run(&night).exits(0).says("published version");
    assert_eq!(
        told(&night),
        [
            "hub (Cost Optimization Hub) r-PurchaseSavingsPlans commit 250.5",
            "optimizer (Compute Optimizer) i-0000000000000000a resize 78.125",
        ]
    );
    // An export that cannot be read is told, and leaves the other one and the bill alone.
    night.write("advice/compute-optimizer/012345678901/eu-west-1-2026-10-31T050030Z-f.csv", "accountId\n1\n");
    let outcome = run(&night).exits(3);
    outcome.complains("eu-west-1-2026-10-31T050030Z-f.csv: is no export of Compute Optimizer's recommendations");
    assert_eq!(told(&night).len(), 2);
    // A location that is gone.
    std::fs::rename(night.path("hub"), night.path("gone")).unwrap();
    run(&night).exits(3).complains("hub: holds no export\n  remedy: check `location` of the API hub");
}

#[test]
fn an_export_without_a_location_is_refused() {
    let night = delivered(BILL, "[[api]]\nid = \"a\"\nkind = \"aws-compute-optimizer-export\"\nsource = \"aws\"\n");
    run(&night).exits(2).complains("aws-compute-optimizer-export has no location");
    let night = delivered(BILL, "[[api]]\nid = \"a\"\nkind = \"aws-cloudwatch\"\nsource = \"aws\"\nlocation = \"x\"\n");
    run(&night).exits(2).complains("location: aws-cloudwatch has no such key");
}
