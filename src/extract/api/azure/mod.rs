//! Azure's management API: Consumption's control totals, commitments, recommendations and budgets, and Advisor's
//! recommendations.
//!
//! The generated client of Consumption composes and follows requests (`consumption`, `pages`); below it one transport
//! speaks to one host, patiently and within bounds (`arm`), with a token by Azure's usual ways (`chain`, `credential`).
//! Figures are read off the answers as received, digit by digit (`exact`). One file for each question.

mod advisor;
mod arm;
mod balances;
mod budgets;
mod chain;
mod charges;
mod consumption;
mod credential;
mod exact;
mod hint;
pub mod monitor;
mod pages;
mod refuse;
mod reservations;
mod scope;
mod session;
#[cfg(test)]
mod tests;
mod usage_details;

use super::Asking;
use crate::error::Result;
use crate::focus::{Answers, Api, AskedMonth};
use crate::store::{Credential, Patience};
use chain::Said;
use credential::Way;
use scope::{Scope, ScopeKind};
use session::Session;

/// Which credential Azure is asked with. Whoever gives tokens is not asked for one.
///
/// # Errors
/// `Settings`, for a credential file that does not read, and an address for tokens without TLS.
pub fn credential(api: &Api) -> Result<Credential> {
    let place = format!("api {}", api.id);
    let way = Said::of_environment(None).way(&place, api.login.credential_file.as_deref(), api.login.allow_http)?;
    let (from, renews) = match way {
        Way::Held(_) => ("a bearer token".to_string(), false),
        Way::ClientSecret { client, .. } => (format!("the secret of the client {client}"), true),
        Way::Workload { client, .. } => (format!("a workload identity, the client {client}"), true),
        Way::Managed { .. } => ("the managed identity of this machine".to_string(), true),
        Way::Cli => ("the Azure CLI".to_string(), true),
    };
    let from = match &api.login.credential_file {
        Some(file) => format!("{from}, credential_file {}", file.display()),
        None => from,
    };
    Ok(Credential { from, ends: None, renews })
}

/// Is it asked for charges of what a billing account is in the bill?
pub fn is_gate(api: &Api) -> bool {
    let is_account = |scope: Scope| matches!(scope.kind, ScopeKind::BillingAccount | ScopeKind::BillingProfile);
    api.asks("charges") && api.scopes.iter().filter_map(|text| Scope::parse(text)).any(is_account)
}

/// The questions of `azure-consumption`.
pub fn ask_consumption(api: &Api, months: &[AskedMonth], asking: Asking) -> Answers {
    put(Session::new(api, months, asking, Patience::default()))
}

/// The questions of `azure-advisor`.
pub fn ask_advisor(api: &Api, months: &[AskedMonth], asking: Asking) -> Answers {
    let mut session = Session::new(api, months, asking, Patience::default());
    advisor::ask(&mut session);
    session.done()
}

fn put(mut session: Session) -> Answers {
    charges::ask(&mut session);
    balances::ask(&mut session);
    reservations::ask_use(&mut session);
    reservations::ask_recommendations(&mut session);
    budgets::ask(&mut session);
    usage_details::ask(&mut session);
    session.done()
}
