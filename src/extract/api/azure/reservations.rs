//! Reservations: how those that are there were used, and which Azure would buy.

use super::exact::{Amount, Exact, code, rows};
use super::refuse::Refused;
use super::scope::{Scope, ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::focus::money::mul_div;
use crate::focus::{
    BillingMonth, CommitmentKind, CommitmentUse, Money, Recommendation, RecommendedAction, Share, UseUnit,
};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What reservations there are for: the words of the filter (Consumption 2024-08-01, ReservationRecommendations_List).
const RESOURCE_TYPES: [&str; 15] = [
    "VirtualMachines",
    "SQLDatabases",
    "PostgreSQL",
    "ManagedDisk",
    "MySQL",
    "RedHat",
    "MariaDB",
    "RedisCache",
    "CosmosDB",
    "SqlDataWarehouse",
    "SUSELinux",
    "AppService",
    "BlockBlob",
    "AzureDataExplorer",
    "VMwareCloudSimple",
];
/// Savings are told over the days that were looked back on; a month is reckoned as 30 of them, as the filter asks for.
const DAYS: i128 = 30;

#[derive(Deserialize)]
struct Summary {
    properties: Used,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Used {
    reservation_order_id: String,
    reservation_id: String,
    /// With the grain `monthly` the first day of the month, at midnight somewhere.
    usage_date: String,
    reserved_hours: Exact,
    used_hours: Exact,
    avg_utilization_percentage: Option<Exact>,
}

pub fn ask_use(session: &mut Session) {
    let (Some(first), Some(last)) = (session.months.first(), session.months.last()) else { return };
    let (first, last) = (first.month, last.month);
    for scope in session.scopes_for("reservations", &[ScopeKind::Enrolment, ScopeKind::BillingProfile]) {
        let (id, range) = (scope.id.clone(), scope.is_modern().then_some((first, last)));
        let question = Question {
            name: "reservation summaries".into(),
            scope: &scope,
            role: "Billing profile reader on the billing profile, or Enterprise administrator (read only) of the enrolment",
            version: "2024-08-01 monthly".into(),
            months: session.months.iter().map(|asked| asked.month).collect(),
        };
        let live = |consumption: super::consumption::Consumption| async move {
            consumption.reservation_summaries(&id, range).await
        };
        let Some(answered) = session.ask(&question, live, rows::<Summary>) else { continue };
        let (by, source) =
            (format!("{}: Consumption reservation summaries", session.api.id), session.api.source.clone());
        let used = answered.value.into_iter().filter_map(|Summary { properties: used }| {
            let month: BillingMonth = used.usage_date.get(..7)?.parse().ok()?;
            let asked = session.asked_month(month)?;
            Some(CommitmentUse {
                by: by.clone(),
                source: source.clone(),
                month,
                kind: CommitmentKind::Usage,
                commitment: Some(commitment_id(&used)),
                sub_account: None,
                // Hours have none; it is told whose charges they stand beside, where the bill has one currency.
                currency: asked.currencies.first().filter(|_| asked.currencies.len() == 1).cloned(),
                utilisation: Some(Share {
                    unit: UseUnit::Hours,
                    part: Some(used.used_hours.0),
                    whole: Some(used.reserved_hours.0),
                    percent: used.avg_utilization_percentage.map(|percent| percent.0),
                }),
                coverage: None,
                as_of: answered.day,
            })
        });
        let used: Vec<CommitmentUse> = used.collect();
        session.asking.answers.commitments.extend(used);
    }
}

/// As `benefitId` of cost details writes it, which is CommitmentDiscountId; compared without regard to case.
fn commitment_id(used: &Used) -> String {
    let Used { reservation_order_id, reservation_id, .. } = used;
    format!("/providers/Microsoft.Capacity/reservationOrders/{reservation_order_id}/reservations/{reservation_id}")
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Recommended {
    /// Legacy rows have place and size beside the properties, modern ones in them.
    location: Option<String>,
    sku: Option<String>,
    properties: Advice,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Advice {
    location: Option<String>,
    sku_name: Option<String>,
    normalized_size: Option<String>,
    resource_type: Option<String>,
    scope: Option<String>,
    subscription_id: Option<String>,
    term: String,
    recommended_quantity: Exact,
    net_savings: Amount,
    /// `Last30Days` of legacy rows, 30 of modern ones.
    look_back_period: serde_json::Value,
}

pub fn ask_recommendations(session: &mut Session) {
    let kinds = [ScopeKind::Enrolment, ScopeKind::BillingProfile, ScopeKind::Subscription, ScopeKind::ResourceGroup];
    for scope in session.scopes_for("reservation-recommendations", &kinds) {
        let (id, shared) = (scope.id.clone(), matches!(scope.kind, ScopeKind::Enrolment | ScopeKind::BillingProfile));
        let question = Question {
            name: "reservation recommendations".into(),
            scope: &scope,
            role: "Cost Management Reader on the subscription, or Billing profile reader on the billing profile",
            version: format!("2024-08-01 {} Last30Days", if shared { "Shared" } else { "Single" }),
            months: Vec::new(),
        };
        let live = |consumption: super::consumption::Consumption| async move {
            let mut pages = Vec::new();
            for resource_type in RESOURCE_TYPES {
                pages.extend(consumption.reservation_recommendations(&id, shared, resource_type).await?);
            }
            Ok(pages)
        };
        let Some(answered) = session.ask(&question, live, recommended) else { continue };
        let sub_accounts: BTreeSet<String> =
            session.months.iter().flat_map(|asked| asked.sub_accounts.iter().cloned()).collect();
        let told = answered.value.into_iter().map(|one| Recommendation {
            by: format!("{}: Consumption reservation recommendations", session.api.id),
            source: session.api.source.clone(),
            sub_account: one.sub_account(&scope).map(|id| in_bill(&id, &sub_accounts)),
            as_of: answered.day,
            ..one.recommendation
        });
        let told: Vec<Recommendation> = told.collect();
        session.asking.answers.recommendations.extend(told);
    }
}

/// One row, and whom it would be bought for.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Told {
    recommendation: Recommendation,
    is_shared: bool,
    subscription: Option<String>,
}

impl Told {
    fn sub_account(&self, scope: &Scope) -> Option<String> {
        let of_scope = || match scope.kind {
            ScopeKind::Subscription => Some(scope.name().to_string()),
            ScopeKind::ResourceGroup => scope.id.split('/').nth(1).map(str::to_string),
            _ => None,
        };
        if self.is_shared { None } else { self.subscription.clone().or_else(of_scope) }
    }
}

fn recommended(pages: &[String]) -> Result<Vec<Told>, Refused> {
    rows::<Recommended>(pages)?.into_iter().map(told).collect()
}

fn told(row: Recommended) -> Result<Told, Refused> {
    let Recommended { location, sku, properties: advice } = row;
    let days = days(&advice.look_back_period)
        .ok_or_else(|| Refused::Malformed("lookBackPeriod is no number of days".into()))?;
    let Amount { value, currency } = advice.net_savings;
    let monthly = mul_div(value.0, DAYS, days).map(Money);
    let what = advice.sku_name.or(sku).or(advice.normalized_size).unwrap_or_default();
    let kind = advice.resource_type.unwrap_or_default();
    let recommendation = Recommendation {
        by: String::new(),
        source: String::new(),
        provider: "Microsoft".into(),
        sub_account: None,
        region: advice.location.or(location).filter(|text| !text.is_empty()),
        // It is of no resource: of what runs, whatever that is.
        resource: String::new(),
        name: Some(what.clone()).filter(|text| !text.is_empty()),
        action: RecommendedAction::Commit,
        current: None,
        target: Some(format!("{} × {what}, {}", advice.recommended_quantity.0, advice.term).trim().to_string()),
        monthly_saving: monthly,
        currency: currency.map(|text| code(&text)),
        note: Some(format!("reservation{} by the usage of {days} days", kind_in_words(&kind))),
        as_of: chrono::NaiveDate::MIN,
    };
    let is_shared = advice.scope.as_deref() != Some("Single");
    Ok(Told { recommendation, is_shared, subscription: advice.subscription_id.filter(|id| !id.is_empty()) })
}

fn kind_in_words(kind: &str) -> String {
    if kind.is_empty() { String::new() } else { format!(" of {kind}") }
}

/// 30 of `Last30Days` and of 30.
fn days(told: &serde_json::Value) -> Option<i128> {
    let text = told.as_str().map_or_else(|| told.to_string(), str::to_string);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|days| (1..=366).contains(days))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both shapes of the interface's own examples; 279881.9457795231 × 30 / 60 = 139940.97288976155 would be the cost
    /// without, the saving is 153766.87728637524 × 30 / 60 = 76883.43864318762.
    #[test]
    fn both_shapes_are_read() {
        let modern = "{\"value\":[{\"kind\":\"modern\",\"properties\":{\"costWithNoReservedInstances\":{\"currency\":\"USD\",\
                      \"value\":279881.9457795231},\"location\":\"westus2\",\"lookBackPeriod\":60,\"netSavings\":{\"currency\":\
                      \"USD\",\"value\":153766.87728637524},\"recommendedQuantity\":35,\"resourceType\":\"sqldatabases\",\"scope\":\
                      \"Single\",\"skuName\":\"SQLDB_BC_Compute_Gen5\",\"skuProperties\":null,\"subscriptionId\":\"c6aa\",\
                      \"term\":\"P3Y\"}}]}";
        let legacy = "{\"value\":[{\"kind\":\"legacy\",\"location\":\"westus\",\"sku\":\"Standard_DS1_v2\",\"properties\":{\"term\":\
                      \"P1Y\",\"recommendedQuantity\":1,\"netSavings\":0.588546019225182,\"scope\":\"Shared\",\"lookBackPeriod\":\
                      \"Last30Days\"}}]}";
        let read = recommended(&[modern.into(), String::new(), legacy.into()]).unwrap();
        let [one, other] = &read[..] else { panic!("{read:?}") };
        let scope = Scope::parse("subscriptions/s").unwrap();
        assert_eq!((one.sub_account(&scope).as_deref(), other.sub_account(&scope)), (Some("c6aa"), None));
        let (one, other) = (&one.recommendation, &other.recommendation);
        assert_eq!(one.monthly_saving, "76883.43864318762".parse().ok());
        assert_eq!(
            (one.target.as_deref(), one.currency.as_deref()),
            (Some("35 × SQLDB_BC_Compute_Gen5, P3Y"), Some("USD"))
        );
        assert_eq!(one.note.as_deref(), Some("reservation of sqldatabases by the usage of 60 days"));
        assert_eq!((other.monthly_saving, other.region.as_deref()), ("0.588546019225182".parse().ok(), Some("westus")));
        assert_eq!((other.currency.as_deref(), other.action), (None, RecommendedAction::Commit));
    }

    #[test]
    fn a_period_that_is_none_is_refused() {
        for (value, expected) in
            [("\"Last7Days\"", Some(7)), ("60", Some(60)), ("\"\"", None), ("null", None), ("0", None)]
        {
            assert_eq!(days(&serde_json::from_str(value).unwrap()), expected, "{value}");
        }
    }
}
