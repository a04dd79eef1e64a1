//! Usage details as a shadow: what the rows of the older interface add up to, beside what the exports do. Never a source.
//!
//! The interface is going to be retired, its rows are those of the exports in another dress, and a month of them is many
//! hundred pages. So it is asked only where `ask` names it, nothing of it is landed, and its sums by account stop nothing:
//! `metric=actualcost` against BilledCost, `metric=amortizedcost` against EffectiveCost, as the gates of
//! docs/formats/azure-cost-details.md hold the exports themselves.

use super::exact::{Exact, code, rows};
use super::refuse::Refused;
use super::scope::{ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::focus::{Money, TotalPart};
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Deserialize)]
struct Row {
    properties: Charge,
}

/// Legacy rows say `cost` and `billingCurrency`, modern ones the longer names.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Charge {
    #[serde(alias = "costInBillingCurrency")]
    cost: Exact,
    #[serde(alias = "billingCurrencyCode")]
    billing_currency: String,
    #[serde(alias = "subscriptionGuid")]
    subscription_id: Option<String>,
    billing_profile_id: Option<String>,
    billing_account_id: Option<String>,
}

/// By billing account, subscription and currency: the sum and its rows.
type Sums = BTreeMap<(String, String, String), (Money, i128)>;

pub fn ask(session: &mut Session) {
    let kinds = [ScopeKind::Enrolment, ScopeKind::BillingAccount, ScopeKind::BillingProfile, ScopeKind::Subscription];
    for scope in session.scopes_for("usage-details", &kinds) {
        for asked in session.months {
            for (metric, column) in [("actualcost", "BilledCost"), ("amortizedcost", "EffectiveCost")] {
                let (month, id) = (asked.month, scope.id.clone());
                let question = Question {
                    name: format!("usage details ({metric}) of {month}"),
                    scope: &scope,
                    role: "Cost Management Reader on the scope",
                    version: "2024-08-01".into(),
                    months: vec![month],
                };
                let live = |consumption: super::consumption::Consumption| async move {
                    consumption.usage_details(&id, month, metric).await
                };
                let Some(answered) = session.ask(&question, live, read) else { continue };
                for ((account, subscription, currency), (sum, count)) in &answered.value {
                    let part = TotalPart {
                        metric: column.into(),
                        billing_account: some(account).map(|id| in_bill(id, &asked.billing_accounts)),
                        // Charges of no subscription are those whose id is empty in `cost` as well.
                        sub_account: Some(match some(subscription) {
                            Some(id) => in_bill(id, &asked.sub_accounts),
                            None => String::new(),
                        }),
                        ..session.billed(month, currency)
                    };
                    // A row may be rounded to the last digit of a float: nothing against a cent, unless rows are many.
                    let figures = 1 + count / 1_000_000;
                    let tool = Session::tool(&format!("Consumption usage details, {metric}"), &answered);
                    session.total(&tool, part, (*sum, figures), false);
                }
            }
        }
    }
}

fn some(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn read(pages: &[String]) -> Result<Sums, Refused> {
    let mut sums = Sums::new();
    for Row { properties: charge } in rows::<Row>(pages)? {
        let account = charge.billing_profile_id.or(charge.billing_account_id).unwrap_or_default();
        let key = (account, charge.subscription_id.unwrap_or_default(), code(&charge.billing_currency));
        let (sum, count) = sums.entry(key).or_default();
        *sum = sum
            .checked_add(charge.cost.0)
            .ok_or_else(|| Refused::Malformed("its charges add up to more than 38 digits".into()))?;
        *count += 1;
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 0.1 + 0.2 is 0.3 and nothing else; 12345678901234567.000000000000000001 is past what a float holds.
    #[test]
    fn both_shapes_add_up_exactly() {
        let pages = [
            "{\"value\":[{\"kind\":\"legacy\",\"properties\":{\"billingAccountId\":\"7\",\"subscriptionId\":\"s\",\"cost\":0.1,\
             \"billingCurrency\":\"USD\"}},{\"kind\":\"legacy\",\"properties\":{\"billingAccountId\":\"7\",\"billingProfileId\":\"7\",\
             \"subscriptionId\":\"s\",\"cost\":0.2,\"billingCurrency\":\"USD\"}}]}",
            "{\"value\":[{\"kind\":\"modern\",\"properties\":{\"billingProfileId\":\"P\",\"subscriptionGuid\":\"t\",\
             \"costInBillingCurrency\":12345678901234567.000000000000000001,\"billingCurrencyCode\":\"EUR\"}}]}",
        ];
        let read = read(&pages.map(String::from)).unwrap();
        let told: Vec<_> = read.iter().map(|((a, s, c), (sum, rows))| format!("{a} {s} {c} {sum} {rows}")).collect();
        assert_eq!(told, ["7 s USD 0.3 2", "P t EUR 12345678901234567.000000000000000001 1"]);
    }
}
