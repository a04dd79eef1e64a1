//! Reservations: how far they are used and how much they cover, by billing period, by service and by reservation.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetReservationUtilization.html>,
//! …/API_GetReservationCoverage.html. One service at a time: without a filter both speak of EC2 alone.

use super::{Door, Question, figure, interval, month_of};
use crate::error::Result;
use crate::focus::{Api, BillingMonth, CommitmentKind, CommitmentUse, Share, UseUnit};
use aws_sdk_costexplorer::operation::get_reservation_coverage::GetReservationCoverageOutput;
use aws_sdk_costexplorer::operation::get_reservation_utilization::GetReservationUtilizationOutput;
use aws_sdk_costexplorer::types::{
    Dimension, Granularity, GroupDefinition, GroupDefinitionType, ReservationAggregates,
};

/// Those that can be asked for, as the two operations' pages list them, OpenSearch by its present name.
const SERVICES: [&str; 5] = [
    "Amazon Elastic Compute Cloud - Compute",
    "Amazon Relational Database Service",
    "Amazon ElastiCache",
    "Amazon Redshift",
    "Amazon OpenSearch Service",
];

pub fn ask(door: &mut Door, months: &[BillingMonth]) {
    for service in SERVICES {
        for month in months {
            utilisation(door, service, *month);
        }
        coverage(door, service, months);
    }
}

fn hours(api: &Api, what: &str, part: Option<&str>, whole: Option<&str>, percent: Option<&str>) -> Result<Share> {
    Ok(Share {
        unit: UseUnit::Hours,
        part: figure(api, what, part)?,
        whole: figure(api, what, whole)?,
        percent: figure(api, what, percent)?,
    })
}

fn used(api: &Api, what: &str, told: &ReservationAggregates) -> Result<Share> {
    hours(api, what, told.total_actual_hours(), told.purchased_hours(), told.utilization_percentage())
}

fn utilisation(door: &mut Door, service: &str, month: BillingMonth) {
    let Some(period) = door.days(&[month]).and_then(interval) else { return };
    let what = format!("utilisation of reservations of {service}");
    let question = Question {
        operation: "GetReservationUtilization",
        what: &what,
        parameters: format!("{month} by SUBSCRIPTION_ID, {service}"),
        months: &[month],
        may_be_nothing: true,
        settled_since: Door::settled_since(month),
    };
    let filter = door.filter(&[(Dimension::Service, service)]);
    let group = GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key("SUBSCRIPTION_ID").build();
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_reservation_utilization().time_period(period.clone());
            request.group_by(group.clone()).set_filter(filter.clone()).set_next_page_token(token).send()
        },
        GetReservationUtilizationOutput::next_page_token,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by(&format!(", reservations of {service}"), &answered);
    let mut told = Vec::new();
    for group in answered
        .value
        .iter()
        .flat_map(GetReservationUtilizationOutput::utilizations_by_time)
        .flat_map(aws_sdk_costexplorer::types::UtilizationByTime::groups)
    {
        let attribute = |name: &str| {
            let value = group.attributes().and_then(|attributes| attributes.get(name));
            value.filter(|text| !text.is_empty()).cloned()
        };
        // Reports name a reservation by its ARN.
        let id = attribute("reservationARN").or_else(|| group.value().map(str::to_string));
        told.push((id, attribute("accountId"), group.utilization()));
    }
    // The total stands on each page.
    let total = answered.value.last().and_then(|page| page.total());
    if !told.is_empty() {
        told.push((None, door.accounts(), total));
    }
    for (commitment, sub_account, figures) in told {
        match figures.map(|figures| used(door.api, &what, figures)).transpose() {
            Ok(utilisation) => {
                let of_service = reservation(door, &by, month, answered.day);
                door.asking.answers.commitments.push(CommitmentUse {
                    commitment,
                    sub_account,
                    utilisation,
                    ..of_service
                });
            }
            Err(error) => door.asking.wrong(error),
        }
    }
}

/// Joins what is told of the same service's utilisation. Where nothing was covered there is nothing to tell.
fn coverage(door: &mut Door, service: &str, months: &[BillingMonth]) {
    let Some(period) = door.days(months).and_then(interval) else { return };
    let what = format!("coverage by reservations of {service}");
    let question = Question {
        operation: "GetReservationCoverage",
        what: &what,
        parameters: format!("MONTHLY, {service}"),
        months,
        may_be_nothing: true,
        settled_since: None,
    };
    let filter = door.filter(&[(Dimension::Service, service)]);
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_reservation_coverage().time_period(period.clone());
            let request = request.granularity(Granularity::Monthly).metrics("Hour").set_filter(filter.clone());
            request.set_next_page_token(token).send()
        },
        GetReservationCoverageOutput::next_page_token,
        |_| Ok(()),
    );
    let Some(answered) = answered else { return };
    let by = door.by(&format!(", reservations of {service}"), &answered);
    for told in answered.value.iter().flat_map(GetReservationCoverageOutput::coverages_by_time) {
        let Some(month) = month_of(told.time_period()).filter(|month| months.contains(month)) else { continue };
        let Some(told) = told.total().and_then(|total| total.coverage_hours()) else { continue };
        let percent = told.coverage_hours_percentage();
        match hours(door.api, &what, told.reserved_hours(), told.total_running_hours(), percent) {
            Ok(share) if share.part.is_none_or(crate::focus::Money::is_zero) => {}
            Ok(share) => {
                let fresh = CommitmentUse { coverage: Some(share), ..reservation(door, &by, month, answered.day) };
                super::join(&mut door.asking.answers.commitments, fresh);
            }
            Err(error) => door.asking.wrong(error),
        }
    }
}

/// All reservations of a service in a billing period, or of the accounts that are asked about, without a figure.
fn reservation(door: &Door, by: &str, month: BillingMonth, day: chrono::NaiveDate) -> CommitmentUse {
    CommitmentUse {
        by: by.to_string(),
        source: door.api.source.clone(),
        month,
        kind: CommitmentKind::Usage,
        commitment: None,
        sub_account: door.accounts(),
        currency: Some(door.currency()),
        utilisation: None,
        coverage: None,
        as_of: day,
    }
}
