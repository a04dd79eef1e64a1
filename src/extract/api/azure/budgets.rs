//! Budgets: what may be spent, and what Azure counts as spent so far.
//!
//! A budget is no statement of what a period cost: Azure counts a day or two behind (costs come within 8 to 24 hours, and
//! budgets are evaluated once a day, learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets).
//! So its two figures are printed; and where a monthly budget has no filter, what it counts is compared with BilledCost of
//! the same scope, by a tolerance of two average days, and stops nothing.

use super::exact::{Exact, code, rows};
use super::refuse::Refused;
use super::scope::{Scope, ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::focus::money::mul_div;
use crate::focus::{BillingMonth, Money};
use azure_mgmt_consumption::package_2024_08::models::budget_properties::{Category, TimeGrain};
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

/// Days that a budget may be behind.
const BEHIND: i128 = 2;

#[derive(Deserialize)]
struct Row {
    /// A subscription lists its resource groups' budgets too: whose one is stands before `/providers/Microsoft.Consumption/`.
    id: Option<String>,
    name: String,
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    category: Category,
    amount: Exact,
    time_grain: TimeGrain,
    time_period: Period,
    filter: Option<serde_json::Value>,
    current_spend: Option<Spend>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Period {
    start_date: String,
    end_date: Option<String>,
}

#[derive(Deserialize)]
struct Spend {
    amount: Exact,
    unit: String,
}

/// A budget of costs that counts.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Budget {
    name: String,
    /// What it is of, where its id says so.
    scope: Option<Scope>,
    limit: Money,
    spent: Money,
    currency: String,
    /// Of a month, and of all that the scope is charged.
    is_comparable: bool,
    first: String,
    last: String,
}

pub fn ask(session: &mut Session) {
    let kinds = [
        ScopeKind::Enrolment,
        ScopeKind::Department,
        ScopeKind::EnrolmentAccount,
        ScopeKind::BillingAccount,
        ScopeKind::BillingProfile,
        ScopeKind::InvoiceSection,
        ScopeKind::Customer,
        ScopeKind::Subscription,
        ScopeKind::ResourceGroup,
    ];
    for scope in session.scopes_for("budgets", &kinds) {
        let id = scope.id.clone();
        let question = Question {
            name: "budgets".into(),
            scope: &scope,
            role: "Cost Management Reader on the scope",
            version: "2024-08-01".into(),
            months: Vec::new(),
        };
        let live = |consumption: super::consumption::Consumption| async move { consumption.budgets(&id).await };
        let Some(answered) = session.ask(&question, live, read) else { continue };
        let Some(month) = BillingMonth::new(answered.day.year(), answered.day.month()) else { continue };
        for budget in answered.value.iter().filter(|budget| budget.is_on(answered.day)) {
            // What it counted on an earlier day is behind by that, and is printed alone.
            let budget = Budget { is_comparable: budget.is_comparable && answered.is_of_today, ..budget.clone() };
            tell(session, budget.scope.as_ref().unwrap_or(&scope), month, &budget, answered.day);
        }
    }
}

fn tell(session: &mut Session, scope: &Scope, month: BillingMonth, budget: &Budget, day: NaiveDate) {
    let Some(asked) = session.asked_month(month) else { return };
    let mut part = session.billed(month, &budget.currency);
    for (what, amount) in [("limit", budget.limit), ("spent", budget.spent)] {
        let name = format!("budget {}: {what}", budget.name);
        session.figure("Consumption budgets", scope, &name, &part, (amount, day));
    }
    match scope.kind {
        ScopeKind::Enrolment | ScopeKind::BillingProfile => {
            part.billing_account = Some(in_bill(&scope.id, &asked.billing_accounts));
        }
        ScopeKind::Subscription => part.sub_account = Some(in_bill(&scope.id, &asked.sub_accounts)),
        ScopeKind::BillingAccount => {}
        // No part of `cost`.
        _ => return,
    }
    if budget.is_comparable {
        let tool = format!("Consumption budget {} of {} a month", budget.name, budget.limit);
        let behind = mul_div(budget.spent.0.abs(), BEHIND, i128::from(day.day())).unwrap_or(budget.spent.0.abs());
        session.total_within(&tool, part, budget.spent, Money(behind), false);
    }
}

impl Budget {
    fn is_on(&self, day: NaiveDate) -> bool {
        let day = day.to_string();
        self.first.as_str() <= day.as_str() && (self.last.is_empty() || day.as_str() <= self.last.as_str())
    }
}

/// Budgets of costs that count something.
fn read(pages: &[String]) -> Result<Vec<Budget>, Refused> {
    let counts = rows::<Row>(pages)?.into_iter().filter_map(|Row { id, name, properties: told }| {
        let spent = told.current_spend.filter(|_| told.category == Category::Cost)?;
        let day = |text: &str| text.get(..10).unwrap_or(text).to_string();
        let has_filter = told.filter.is_some_and(|filter| filter.as_object().is_none_or(|filter| !filter.is_empty()));
        let scope = id.and_then(|id| {
            let at = id.to_ascii_lowercase().find("/providers/microsoft.consumption/")?;
            Scope::parse(&id[..at])
        });
        Some(Budget {
            name,
            scope,
            limit: told.amount.0,
            spent: spent.amount.0,
            currency: code(&spent.unit),
            is_comparable: !has_filter && matches!(told.time_grain, TimeGrain::Monthly | TimeGrain::BillingMonth),
            first: day(&told.time_period.start_date),
            last: told.time_period.end_date.as_deref().map(day).unwrap_or_default(),
        })
    });
    Ok(counts.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Microsoft's own example lists a resource group's budget at the subscription.
    #[test]
    fn a_budget_is_of_what_its_id_says() {
        let mut pages =
            budget(",\"category\":\"Cost\",\"timeGrain\":\"Monthly\",\"currentSpend\":{\"amount\":1,\"unit\":\"USD\"}");
        assert_eq!(read(&pages).unwrap()[0].scope, None);
        let id = "subscriptions/s/resourceGroups/RG/providers/Microsoft.Consumption/budgets/B";
        pages[0] = pages[0].replace("{\"name\"", &format!("{{\"id\":\"{id}\",\"name\""));
        let scope = read(&pages).unwrap()[0].scope.clone().unwrap();
        assert_eq!((scope.id.as_str(), scope.kind), ("subscriptions/s/resourceGroups/RG", ScopeKind::ResourceGroup));
    }

    fn budget(rest: &str) -> Vec<String> {
        vec![format!(
            "{{\"value\":[{{\"name\":\"B\",\"properties\":{{\"amount\":100.650000000000000001,\"timePeriod\":{{\"startDate\":\
             \"2026-10-01T00:00:00Z\",\"endDate\":\"2026-10-31T00:00:00Z\"}}{rest}}}}}]}}"
        )]
    }

    #[test]
    fn a_budget_counts_where_it_is_one_of_costs() {
        let spend = ",\"currentSpend\":{\"amount\":80.89,\"unit\":\"usd\"}";
        for (rest, expected) in [
            (format!(",\"category\":\"Cost\",\"timeGrain\":\"Monthly\"{spend}"), Some(true)),
            (format!(",\"category\":\"Cost\",\"timeGrain\":\"Monthly\",\"filter\":{{}}{spend}"), Some(true)),
            (
                format!(",\"category\":\"Cost\",\"timeGrain\":\"Monthly\",\"filter\":{{\"tags\":{{}}}}{spend}"),
                Some(false),
            ),
            (format!(",\"category\":\"Cost\",\"timeGrain\":\"Annually\"{spend}"), Some(false)),
            // A word that the generated client does not know either is none of them, and no error.
            (format!(",\"category\":\"Cost\",\"timeGrain\":\"Fortnightly\"{spend}"), Some(false)),
            (format!(",\"category\":\"ReservationUtilization\",\"timeGrain\":\"Monthly\"{spend}"), None),
            (",\"category\":\"Cost\",\"timeGrain\":\"Monthly\"".into(), None),
        ] {
            let read = read(&budget(&rest)).unwrap();
            assert_eq!(read.first().map(|budget| budget.is_comparable), expected, "{rest}");
            if let Some(one) = read.first() {
                assert_eq!((one.limit.to_string(), one.currency.as_str()), ("100.650000000000000001".into(), "USD"));
                let on = |day: &str| one.is_on(day.parse().unwrap());
                assert_eq!(
                    [on("2026-09-30"), on("2026-10-01"), on("2026-10-31"), on("2026-11-01")],
                    [false, true, true, false]
                );
            }
        }
    }
}
