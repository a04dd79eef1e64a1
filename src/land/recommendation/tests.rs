use super::*;
use crate::error::Result;
use crate::focus::RecommendedAction;

const SPEAKER: Speaker = Speaker { by: "advice (Compute Optimizer)", source: "aws" };

fn file(folder: &std::path::Path, text: &str) -> RecommendationFile {
    let path = folder.join("export.csv");
    std::fs::write(&path, text).unwrap();
    RecommendationFile { place: "s3://b/export.csv".into(), path, day: "2026-11-29".parse().unwrap() }
}

fn optimizer(text: &str) -> Result<Vec<Recommendation>> {
    let folder = tempfile::tempdir().unwrap();
    compute_optimizer::compute_optimizer(&file(folder.path(), text), SPEAKER)
}

fn hub(text: &str) -> Result<Vec<Recommendation>> {
    let folder = tempfile::tempdir().unwrap();
    cost_optimization_hub(&file(folder.path(), text), SPEAKER)
}

fn told(all: &[Recommendation]) -> Vec<String> {
    let text = |text: &Option<String>| text.clone().unwrap_or("-".into());
    let line = |one: &Recommendation| {
        format!(
            "{} {} {} {} {} -> {} {} {} {}",
            text(&one.sub_account),
            text(&one.region),
            one.resource,
            one.action.name(),
            text(&one.current),
            text(&one.target),
            one.monthly_saving.map_or("-".into(), |saving| saving.to_string()),
            text(&one.currency),
            one.as_of
        )
    };
    all.iter().map(line).collect()
}

/// The columns as the user guide's "exported files" lists them, with one of every kind of row.
#[test]
fn machines_that_compute_optimizer_would_resize() {
    let head = "recommendations_count,errorCode,accountId,instanceArn,instanceName,finding,currentInstanceType,\
                utilizationMetrics_CPU_MAXIMUM,utilizationMetrics_MEMORY_MAXIMUM,lastRefreshTimestamp_UTC,\
                recommendationOptions_1_instanceType,recommendationOptions_1_estimatedMonthlySavings_currency,\
                recommendationOptions_1_estimatedMonthlySavings_value,\
                recommendationOptions_2_instanceType,recommendationOptions_2_estimatedMonthlySavings_value\n";
    let arn = "arn:aws:ec2:eu-west-1:204516638824:instance/";
    let text = format!(
        "{head}\
         2,,204516638824,{arn}i-0a,web,OVER_PROVISIONED,m5.xlarge,12.5,,2026-11-28 05:00:30,m5.large,USD,78.123456789012345678,r5.large,1\n\
         1,,204516638824,{arn}i-0b,db,UNDER_PROVISIONED,m5.large,99,,2026-11-28 05:00:30,m5.xlarge,USD,-70.1,,\n\
         1,,204516638824,{arn}i-0c,ok,OPTIMIZED,m5.large,50,,2026-11-28 05:00:30,m5.large,USD,0,,\n\
         0,InsufficientData,204516638824,{arn}i-0d,new,,,,,,,,,,\n\
         1,,204516638824,{arn}i-0e,free,OVER_PROVISIONED,m5.xlarge,2,31,,m5.large,,,,\n"
    );
    let found = optimizer(&text).unwrap();
    assert_eq!(
        told(&found),
        [
            "204516638824 eu-west-1 i-0a resize m5.xlarge -> m5.large 78.123456789012345678 USD 2026-11-28",
            "204516638824 eu-west-1 i-0e resize m5.xlarge -> m5.large - - 2026-11-29",
        ]
    );
    assert_eq!(found[0].note.as_deref(), Some("OVER_PROVISIONED; saving at public prices; CPU maximum 12.5 %"));
    assert_eq!((found[0].name.as_deref(), found[0].by.as_str()), (Some("web"), SPEAKER.by));
    assert_eq!(found[1].note.as_deref(), Some("OVER_PROVISIONED; CPU maximum 2 %; memory maximum 31 %"));
}

#[test]
fn volumes_databases_and_what_is_idle() {
    let volumes = "accountId,volumeArn,finding,currentConfiguration_volumeType,currentConfiguration_volumeSize,\
                   recommendationOptions_1_configuration_volumeType,recommendationOptions_1_configuration_volumeSize,\
                   recommendationOptions_1_estimatedMonthlySavings_value,recommendationOptions_1_estimatedMonthlySavings_currency,\
                   recommendationOptions_1_estimatedMonthlySavingsAfterDiscounts_value,\
                   recommendationOptions_1_estimatedMonthlySavingsAfterDiscounts_currency\n\
                   1,arn:aws:ec2:eu-west-1:1:volume/vol-0a,NotOptimized,gp2,100,gp3,100,2.2,USD,1.98,USD\n";
    assert_eq!(
        told(&optimizer(volumes).unwrap()),
        ["1 eu-west-1 vol-0a upgrade gp2 100 -> gp3 100 1.98 USD 2026-11-29"]
    );
    let databases = "accountId,resourceArn,instanceFinding,currentDBInstanceClass,\
                     instanceRecommendationOptions_1_dbInstanceClass,\
                     instanceRecommendationOptions_1_estimatedMonthlySavingsCurrency,\
                     instanceRecommendationOptions_1_estimatedMonthlySavingsValue\n\
                     1,arn:aws:rds:eu-west-1:1:db:orders,Overprovisioned,db.m5.xlarge,db.m5.large,USD,1.25E2\n";
    let database =
        "1 eu-west-1 arn:aws:rds:eu-west-1:1:db:orders resize db.m5.xlarge -> db.m5.large 125 USD 2026-11-29";
    assert_eq!(told(&optimizer(databases).unwrap()), [database]);
    let idle = "accountId,resourceArn,resourceId,resourceType,finding,findingDescription,estimatedMonthlySavingsCurrency,\
                estimatedMonthlySavingsValue,lastRefreshTimestamp_UTC\n\
                1,arn:aws:ec2:eu-west-1:1:instance/i-0f,i-0f,EC2Instance,Idle,no use in 14 days,USD,140.5,2026-11-28T05:00:30Z\n";
    let found = optimizer(idle).unwrap();
    assert_eq!(told(&found), ["1 eu-west-1 i-0f delete - -> - 140.5 USD 2026-11-28"]);
    assert_eq!(found[0].note.as_deref(), Some("Idle; saving at public prices; no use in 14 days"));
}

const HUB: &str = "account_id,account_name,action_type,currency_code,current_resource_details,current_resource_summary,\
                   current_resource_type,estimated_monthly_cost_after_discount,estimated_monthly_cost_before_discount,\
                   estimated_monthly_savings_after_discount,estimated_monthly_savings_before_discount,\
                   estimated_savings_percentage_after_discount,estimated_savings_percentage_before_discount,\
                   implementation_effort,last_refresh_timestamp,recommendation_id,recommendation_lookback_period_in_days,\
                   recommendation_source,recommended_resource_details,recommended_resource_summary,recommended_resource_type,\
                   region,resource_arn,restart_needed,rollback_possible,tags\n";

#[test]
fn what_cost_optimization_hub_passes_on() {
    let text = format!(
        "{HUB}\
         1,one,Rightsize,USD,{{}},m5.xlarge,Ec2Instance,150,156,70.000000000000000001,78.2,45,50,Medium,2026-11-28T04:00:00Z,r1,14,\
         ComputeOptimizer,{{}},m5.large,Ec2Instance,eu-west-1,arn:aws:ec2:eu-west-1:1:instance/i-0A,true,true,\n\
         1,one,Delete,USD,{{}},gp2 100 GB,EbsVolume,,11,,11,,100,Low,2026-11-28T04:00:00Z,r2,32,ComputeOptimizer,,,,eu-west-1,\
         arn:aws:ec2:eu-west-1:1:volume/vol-0a,false,true,\n\
         1,one,PurchaseSavingsPlans,USD,,,,900,1000,,250,,25,VeryLow,2026-11-28T04:00:00Z,r3,30,CostExplorer,{{}},\
         Compute Savings Plan,ComputeSavingsPlans,,,false,false,\n"
    );
    let found = hub(&text).unwrap();
    assert_eq!(
        told(&found),
        [
            "1 eu-west-1 i-0A resize m5.xlarge -> m5.large 70.000000000000000001 USD 2026-11-28",
            "1 eu-west-1 vol-0a delete gp2 100 GB -> - 11 USD 2026-11-28",
            "1 - r3 commit - -> Compute Savings Plan 250 USD 2026-11-28",
        ]
    );
    let notes: Vec<&str> = found.iter().filter_map(|one| one.note.as_deref()).collect();
    assert_eq!(
        notes,
        [
            "Rightsize Ec2Instance; saving after discounts; effort Medium; by ComputeOptimizer",
            "Delete EbsVolume; saving at public prices; effort Low; by ComputeOptimizer",
            "PurchaseSavingsPlans; saving at public prices; effort VeryLow; by CostExplorer",
        ]
    );
}

#[test]
fn of_two_tools_that_say_the_same_the_first_is_told() {
    let one = |by: &str, resource: &str, action| Recommendation {
        by: by.into(),
        source: "aws".into(),
        provider: "AWS".into(),
        sub_account: Some("1".into()),
        region: None,
        resource: resource.into(),
        name: None,
        action,
        current: None,
        target: None,
        monthly_saving: None,
        currency: None,
        note: None,
        as_of: "2026-11-29".parse().unwrap(),
    };
    let all = vec![
        one("optimizer", "i-0a", RecommendedAction::Resize),
        one("hub", "I-0A", RecommendedAction::Resize),
        one("hub", "i-0a", RecommendedAction::Delete),
    ];
    let left: Vec<String> = without_twins(all).iter().map(|one| format!("{} {}", one.by, one.action.name())).collect();
    assert_eq!(left, ["optimizer resize", "hub delete"]);
}

#[test]
fn what_is_wrong_is_named_with_its_cell() {
    let cases: [(Result<Vec<Recommendation>>, &str); 5] = [
        (optimizer("a,b\n1,2\n"), "s3://b/export.csv: is no export of Compute Optimizer's recommendations"),
        (
            optimizer(
                "volumeArn,currentConfiguration_volumeType,recommendationOptions_1_configuration_volumeType,\
                 recommendationOptions_1_estimatedMonthlySavings_value\nv,gp2,gp3,much\n",
            ),
            "s3://b/export.csv, row 1, column recommendationOptions_1_estimatedMonthlySavings_value: `much` is no amount",
        ),
        (
            optimizer(
                "instanceArn,currentInstanceType,lastRefreshTimestamp,finding,recommendationOptions_1_instanceType\nx,a,soon,OVER_PROVISIONED,b\n",
            ),
            "row 1, column lastRefreshTimestamp: `soon` is no time",
        ),
        (hub("account_id\n1\n"), "s3://b/export.csv: has no column recommendation_id"),
        (
            hub(
                "recommendation_id,account_id,action_type,currency_code,estimated_monthly_savings_before_discount\nr,,Stop,USD,1\n",
            ),
            "row 1, column account_id: is empty",
        ),
    ];
    for (read, says) in cases {
        let error = read.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
    }
}

/// All ARNs of EC2 were cut to their last part, and a NAT gateway stood in "only theirs" and in "only ours".
#[test]
fn a_nat_gateway_is_named_as_the_bill_names_it() {
    use super::table::resource_of_bill;
    for (arn, expected) in [
        ("arn:aws:ec2:eu-west-1:1:instance/i-0a", "i-0a"),
        ("arn:aws-cn:ec2:cn-north-1:1:volume/vol-0a", "vol-0a"),
        ("i-0a", "i-0a"),
    ] {
        assert_eq!(resource_of_bill(arn), expected);
    }
    for whole in [
        "arn:aws:ec2:eu-west-1:1:natgateway/nat-0a",
        "arn:aws:ec2:eu-west-1:1:snapshot/snap-0a",
        "arn:aws:ec2:eu-west-1:1:elastic-ip/eipalloc-0a",
        "arn:aws:ec2:eu-west-1:1:reserved-instances/0a-1",
        "arn:aws:rds:eu-west-1:1:db:orders",
        "arn:aws:lambda:eu-west-1:1:function:volume/x",
        "",
    ] {
        assert_eq!(resource_of_bill(whole), whole);
    }
}
