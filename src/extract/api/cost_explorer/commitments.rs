//! Savings Plans: how far they are used and how much they cover, by billing period and by plan.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetSavingsPlansUtilization.html>,
//! …/API_GetSavingsPlansCoverage.html, …/API_GetSavingsPlansUtilizationDetails.html. Amounts are at the plans' rates.

use super::{Door, Question, figure, interval, month_of};
use crate::error::Result;
use crate::focus::{Api, BillingMonth, CommitmentKind, CommitmentUse, Share, UseUnit};
use aws_sdk_costexplorer::operation::get_savings_plans_coverage::GetSavingsPlansCoverageOutput;
use aws_sdk_costexplorer::operation::get_savings_plans_utilization::GetSavingsPlansUtilizationOutput;
use aws_sdk_costexplorer::operation::get_savings_plans_utilization_details::GetSavingsPlansUtilizationDetailsOutput;
use aws_sdk_costexplorer::types::{Granularity, SavingsPlansUtilization};

pub fn ask(door: &mut Door, months: &[BillingMonth]) {
    utilisation(door, months);
    coverage(door, months);
    for month in months {
        plans(door, *month);
    }
}

fn spend(api: &Api, what: &str, part: Option<&str>, whole: Option<&str>, percent: Option<&str>) -> Result<Share> {
    Ok(Share {
        unit: UseUnit::Currency,
        part: figure(api, what, part)?,
        whole: figure(api, what, whole)?,
        percent: figure(api, what, percent)?,
    })
}

fn used(api: &Api, what: &str, told: Option<&SavingsPlansUtilization>) -> Result<Option<Share>> {
    let share = |told: &SavingsPlansUtilization| {
        spend(api, what, told.used_commitment(), told.total_commitment(), told.utilization_percentage())
    };
    told.map(share).transpose()
}

fn utilisation(door: &mut Door, months: &[BillingMonth]) {
    let (Some(days), what) = (door.days(months), "utilisation of Savings Plans") else { return };
    let Some(period) = interval(days) else { return };
    let question = Question {
        operation: "GetSavingsPlansUtilization",
        what,
        parameters: "MONTHLY".into(),
        months,
        may_be_nothing: true,
        settled_since: None,
    };
    let filter = door.filter(&[]);
    let answered = door.ask(
        &question,
        |client, _| {
            let request = client.get_savings_plans_utilization().time_period(period.clone());
            request.granularity(Granularity::Monthly).set_filter(filter.clone()).send()
        },
        |_: &GetSavingsPlansUtilizationOutput| None,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by(", Savings Plans", &answered);
    for told in answered.value.iter().flat_map(GetSavingsPlansUtilizationOutput::savings_plans_utilizations_by_time) {
        let Some(month) = month_of(told.time_period()).filter(|month| months.contains(month)) else { continue };
        match used(door.api, what, told.utilization()) {
            Ok(utilisation) => {
                let all = CommitmentUse { utilisation, ..plan(door, &by, month, answered.day) };
                door.asking.answers.commitments.push(all);
            }
            Err(error) => door.asking.wrong(error),
        }
    }
}

/// Joins what is told of the same billing period's utilisation.
fn coverage(door: &mut Door, months: &[BillingMonth]) {
    let (Some(days), what) = (door.days(months), "coverage by Savings Plans") else { return };
    let Some(period) = interval(days) else { return };
    let question = Question {
        operation: "GetSavingsPlansCoverage",
        what,
        parameters: "MONTHLY".into(),
        months,
        may_be_nothing: true,
        settled_since: None,
    };
    let filter = door.filter(&[]);
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_savings_plans_coverage().time_period(period.clone());
            let request = request.granularity(Granularity::Monthly).set_filter(filter.clone());
            request.set_next_token(token).send()
        },
        GetSavingsPlansCoverageOutput::next_token,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by(", Savings Plans", &answered);
    for told in answered.value.iter().flat_map(GetSavingsPlansCoverageOutput::savings_plans_coverages) {
        let Some(month) = month_of(told.time_period()).filter(|month| months.contains(month)) else { continue };
        let Some(told) = told.coverage() else { continue };
        let share =
            spend(door.api, what, told.spend_covered_by_savings_plans(), told.total_cost(), told.coverage_percentage());
        let coverage = match share {
            Ok(share) => Some(share),
            Err(error) => {
                door.asking.wrong(error);
                continue;
            }
        };
        let fresh = CommitmentUse { coverage, ..plan(door, &by, month, answered.day) };
        super::join(&mut door.asking.answers.commitments, fresh);
    }
}

fn plans(door: &mut Door, month: BillingMonth) {
    let (Some(days), what) = (door.days(&[month]), "utilisation of each Savings Plan") else { return };
    let Some(period) = interval(days) else { return };
    let question = Question {
        operation: "GetSavingsPlansUtilizationDetails",
        what,
        parameters: month.to_string(),
        months: &[month],
        may_be_nothing: true,
        settled_since: Door::settled_since(month),
    };
    let filter = door.filter(&[]);
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_savings_plans_utilization_details().time_period(period.clone());
            request.set_filter(filter.clone()).set_next_token(token).send()
        },
        GetSavingsPlansUtilizationDetailsOutput::next_token,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by(", Savings Plans", &answered);
    for told in
        answered.value.iter().flat_map(GetSavingsPlansUtilizationDetailsOutput::savings_plans_utilization_details)
    {
        match used(door.api, what, told.utilization()) {
            Ok(utilisation) => {
                let owner = told.attributes().and_then(|named| named.get("AccountId").or(named.get("accountId")));
                let one = CommitmentUse {
                    commitment: told.savings_plan_arn().map(str::to_string),
                    sub_account: owner.cloned(),
                    utilisation,
                    ..plan(door, &by, month, answered.day)
                };
                door.asking.answers.commitments.push(one);
            }
            Err(error) => door.asking.wrong(error),
        }
    }
}

/// All Savings Plans of a billing period, or of the accounts that are asked about, without a figure.
fn plan(door: &Door, by: &str, month: BillingMonth, day: chrono::NaiveDate) -> CommitmentUse {
    CommitmentUse {
        by: by.to_string(),
        source: door.api.source.clone(),
        month,
        kind: CommitmentKind::Spend,
        commitment: None,
        sub_account: door.accounts(),
        currency: Some(door.currency()),
        utilisation: None,
        coverage: None,
        as_of: day,
    }
}
