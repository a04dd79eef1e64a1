//! Machines that AWS would end or make smaller.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetRightsizingRecommendation.html>. Savings
//! are asked for with what Savings Plans and reservations cover already, as our realisable ones are.

use super::{Door, Question, figure};
use crate::error::Result;
use crate::focus::{Api, Recommendation, RecommendedAction};
use aws_sdk_costexplorer::operation::get_rightsizing_recommendation::GetRightsizingRecommendationOutput;
use aws_sdk_costexplorer::types::{
    RecommendationTarget, ResourceDetails, RightsizingRecommendation, RightsizingRecommendationConfiguration,
    RightsizingType,
};
use chrono::NaiveDate;

const WHAT: &str = "rightsizing recommendations";
const A_PAGE: i32 = 100;

pub fn ask(door: &mut Door) {
    let configuration = RightsizingRecommendationConfiguration::builder()
        .recommendation_target(RecommendationTarget::SameInstanceFamily)
        .benefits_considered(true)
        .build();
    let Ok(configuration) = configuration else { return };
    let question = Question {
        operation: "GetRightsizingRecommendation",
        what: WHAT,
        parameters: "AmazonEC2, SAME_INSTANCE_FAMILY, with benefits".into(),
        months: &[],
        may_be_nothing: true,
        settled_since: None,
    };
    let filter = door.filter(&[]);
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_rightsizing_recommendation().service("AmazonEC2").page_size(A_PAGE);
            let request = request.configuration(configuration.clone()).set_filter(filter.clone());
            request.set_next_page_token(token).send()
        },
        GetRightsizingRecommendationOutput::next_page_token,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by("", &answered);
    for told in answered.value.iter().flat_map(GetRightsizingRecommendationOutput::rightsizing_recommendations) {
        match recommendation(door.api, &by, told, answered.day) {
            Ok(recommendation) => door.asking.answers.recommendations.extend(recommendation),
            Err(error) => door.asking.wrong(error),
        }
    }
}

/// `None` for one that names no resource.
fn recommendation(
    api: &Api,
    by: &str,
    told: &RightsizingRecommendation,
    as_of: NaiveDate,
) -> Result<Option<Recommendation>> {
    let Some((machine, resource)) = told.current_instance().and_then(|it| Some((it, it.resource_id()?))) else {
        return Ok(None);
    };
    let kind = |details: Option<&ResourceDetails>| {
        Some(details?.ec2_resource_details()?.instance_type()?.to_string()).filter(|kind| !kind.is_empty())
    };
    let targets = told.modify_recommendation_detail().map(|detail| detail.target_instances()).unwrap_or_default();
    let target = targets.iter().find(|target| target.default_target_instance()).or(targets.first());
    let end = told.terminate_recommendation_detail();
    // The interface's description writes MODIFY, answers of the service Modify.
    let kind_of_change = told.rightsizing_type().map(|kind| kind.as_str().to_ascii_uppercase());
    let (action, saving, currency) = match kind_of_change.as_deref().map(RightsizingType::from) {
        Some(RightsizingType::Terminate) => (
            RecommendedAction::Delete,
            end.and_then(|end| end.estimated_monthly_savings()),
            end.and_then(|end| end.currency_code()),
        ),
        Some(RightsizingType::Modify) => (
            RecommendedAction::Resize,
            target.and_then(|target| target.estimated_monthly_savings()),
            target.and_then(|target| target.currency_code()),
        ),
        _ => (RecommendedAction::Other, None, None),
    };
    let region = machine.resource_details().and_then(|details| details.ec2_resource_details()?.region());
    let reasons = told.finding_reason_codes().iter().map(|code| code.as_str()).collect::<Vec<_>>().join(", ");
    let place = region.filter(|region| !is_region_id(region)).map(|region| format!("in {region}"));
    let note = [place, Some(reasons)].into_iter().flatten().filter(|text| !text.is_empty()).collect::<Vec<_>>();
    Ok(Some(Recommendation {
        by: by.to_string(),
        source: api.source.clone(),
        provider: "AWS".into(),
        sub_account: told.account_id().map(str::to_string),
        region: region.filter(|region| is_region_id(region)).map(str::to_string),
        resource: resource.to_string(),
        name: machine.instance_name().filter(|name| !name.is_empty()).map(str::to_string),
        action,
        current: kind(machine.resource_details()),
        target: target
            .and_then(|target| kind(target.resource_details()))
            .filter(|_| action == RecommendedAction::Resize),
        monthly_saving: figure(api, WHAT, saving)?,
        currency: currency.filter(|code| !code.is_empty()).map(str::to_string),
        note: (!note.is_empty()).then(|| note.join("; ")),
        as_of,
    }))
}

/// `us-east-1`, which bills have; Cost Explorer may say `US East (N. Virginia)`.
fn is_region_id(text: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    text.contains('-') && text.bytes().all(legal)
}
