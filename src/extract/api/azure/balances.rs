//! The balance of an Enterprise Agreement's enrolment, by billing month.
//!
//! Consumption 2024-08-01, BalanceProperties: `totalUsage` is the usage of the prepayment plus `totalOverage`, and
//! `totalOverage` is `serviceOverage` + `chargesBilledSeparately`; the marketplace's `azureMarketplaceServiceCharges` come
//! on top. Which purchases and refunds are in there and in which month (`adjustments`, `newPurchases` and `overageRefund`
//! stand beside them) is nowhere written, so the sum is compared with BilledCost and never stops a publication.

use super::exact::{Exact, code, object};
use super::refuse::Refused;
use super::scope::{Scope, ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::focus::{AskedMonth, Money, TotalPart};
use serde::Deserialize;

const TOOL: &str = "Consumption balance";

#[derive(Deserialize)]
struct Balance {
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    /// Padded with blanks.
    currency: String,
    total_usage: Exact,
    azure_marketplace_service_charges: Exact,
    #[serde(default)]
    new_purchases: Exact,
    #[serde(default)]
    adjustments: Exact,
    #[serde(default)]
    utilized: Exact,
    #[serde(default)]
    service_overage: Exact,
    #[serde(default)]
    charges_billed_separately: Exact,
}

/// What a balance says, in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Balanced {
    currency: String,
    /// Usage and marketplace.
    all: Money,
    /// By name, printed beside `cost`.
    figures: Vec<(&'static str, Money)>,
}

pub fn ask(session: &mut Session) {
    for scope in session.scopes_for("balances", &[ScopeKind::Enrolment]) {
        for asked in session.months {
            of_month(session, &scope, asked);
        }
    }
}

fn of_month(session: &mut Session, scope: &Scope, asked: &AskedMonth) {
    let (month, account) = (asked.month, scope.name().to_string());
    let question = Question {
        name: format!("balance of {month}"),
        scope,
        role: "Enterprise administrator (read only: EnrollmentReader) on the billing account",
        version: "2024-08-01".into(),
        months: vec![month],
    };
    let answered =
        session.ask(&question, |consumption| async move { consumption.balance(&account, month).await }, read);
    let Some((Some(balance), answered)) = answered.map(|answered| (answered.value.clone(), answered)) else { return };
    let account = Some(in_bill(&scope.id, &asked.billing_accounts));
    let part = TotalPart { billing_account: account, ..session.billed(month, &balance.currency) };
    for (name, amount) in &balance.figures {
        session.figure(TOOL, scope, name, &part, (*amount, answered.day));
    }
    session.total(&Session::tool(TOOL, &answered), part, (balance.all, 2), false);
}

fn read(pages: &[String]) -> Result<Option<Balanced>, Refused> {
    let Some(Balance { properties: told }) = object::<Balance>(pages)? else { return Ok(None) };
    let figures = vec![
        ("prepayment used", told.utilized.0),
        ("service overage", told.service_overage.0),
        ("charges billed separately", told.charges_billed_separately.0),
        ("Marketplace charges", told.azure_marketplace_service_charges.0),
        ("new purchases of prepayment", told.new_purchases.0),
        ("adjustments of prepayment", told.adjustments.0),
    ];
    let all = told.total_usage.0 + told.azure_marketplace_service_charges.0;
    Ok(Some(Balanced { currency: code(&told.currency), all, figures }))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures of the interface's own example, with digits that a float does not hold:
    /// 474098.170000000000000001 + 609.82 = 474707.990000000000000001.
    #[test]
    fn usage_and_marketplace_make_the_total() {
        let body = "{\"id\":\"x\",\"properties\":{\"currency\":\"USD  \",\"beginningBalance\":3396469.19,\"newPurchases\":0,\
                    \"adjustments\":0,\"utilized\":474098.170000000000000001,\"serviceOverage\":0,\"chargesBilledSeparately\":0,\
                    \"totalOverage\":0,\"totalUsage\":474098.170000000000000001,\"azureMarketplaceServiceCharges\":609.82,\
                    \"billingFrequency\":\"Month\"}}";
        let balance = read(&[body.into()]).unwrap().unwrap();
        assert_eq!((balance.currency.as_str(), balance.all.to_string()), ("USD", "474707.990000000000000001".into()));
        assert_eq!(balance.figures[3], ("Marketplace charges", "609.82".parse().unwrap()));
        assert_eq!(read(&[String::new()]), Ok(None));
        assert!(matches!(read(&["{\"properties\":{\"currency\":\"USD\"}}".into()]), Err(Refused::Malformed(_))));
    }
}
