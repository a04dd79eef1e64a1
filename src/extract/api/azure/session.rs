//! One night's questions to Azure: connected when the first is asked, and given up where Azure itself is the trouble.

use super::arm::Arm;
use super::chain::{Said, scope_of};
use super::consumption::{Consumption, Pages};
use super::credential::Credential;
use super::refuse::{Place, Refused};
use super::scope::{Scope, ScopeKind};
use crate::error::{Error, Result};
use crate::extract::api::{About, Answered, Asking, problem};
use crate::focus::currency::smallest_unit;
use crate::focus::{
    Answers, Api, AskedMonth, BillingMonth, ExternalTotal, Money, Told, ToldFigure, TotalKind, TotalPart, TotalPlace,
};
use crate::store::{DirectConnector, Patience};
use azure_core::Url;
use chrono::NaiveDate;
use object_store::ClientOptions;
use object_store::client::HttpConnector;
use std::cell::{OnceCell, RefCell};
use std::sync::Arc;
use tokio::runtime::Runtime;

const ENDPOINT: &str = "https://management.azure.com";

/// The questions of one `[[api]]`.
pub struct Session<'a> {
    pub api: &'a Api,
    pub months: &'a [AskedMonth],
    pub scopes: Vec<Scope>,
    pub asking: Asking<'a>,
    line: Line,
}

/// The connection, and why it is given up.
struct Line {
    patience: Patience,
    connected: OnceCell<Result<Connection>>,
    down: RefCell<Option<Error>>,
}

pub(super) struct Connection {
    pub runtime: Runtime,
    pub arm: Arc<Arm>,
}

/// What is asked, in words for messages, and who may ask it.
pub struct Question<'q> {
    /// `charges of 2026-10`.
    pub name: String,
    pub scope: &'q Scope,
    pub role: &'static str,
    /// What the answer depends on besides name and scope.
    pub version: String,
    /// The billing periods that it is about.
    pub months: Vec<BillingMonth>,
}

impl<'a> Session<'a> {
    pub fn new(api: &'a Api, months: &'a [AskedMonth], asking: Asking<'a>, patience: Patience) -> Self {
        let line = Line { patience, connected: OnceCell::new(), down: RefCell::new(None) };
        let mut session = Self { api, months, scopes: Vec::new(), asking, line };
        for text in &api.scopes {
            match Scope::parse(text) {
                Some(scope) => session.scopes.push(scope),
                None => session.asking.wrong(problem(
                    api,
                    format!("`{text}` is no scope of Azure"),
                    "write what the portal's Properties page calls its id: /subscriptions/…, or \
                     /providers/Microsoft.Billing/billingAccounts/… with what is below it",
                )),
            }
        }
        if api.scopes.is_empty() {
            let remedy = "name what is asked about: scopes = [\"/subscriptions/…\"] (docs/azure_consumption.md)";
            session.asking.wrong(problem(api, "no scope is named", remedy));
        }
        session
    }

    /// The scopes of these kinds, where the question is asked.
    pub fn scopes_for(&self, question: &str, kinds: &[ScopeKind]) -> Vec<Scope> {
        let wanted = self.api.asks(question);
        self.scopes.iter().filter(|scope| wanted && kinds.contains(&scope.kind)).cloned().collect()
    }

    /// Puts one question; `read` makes sense of the pages of a fresh or a kept answer.
    pub fn ask<T, F: Future<Output = Pages>>(
        &mut self,
        question: &Question,
        live: impl FnOnce(Consumption) -> F,
        read: impl Fn(&[String]) -> std::result::Result<T, Refused>,
    ) -> Option<Answered<T>> {
        let Question { name, scope, role, version, months } = question;
        let place =
            Place { api: format!("api {}", self.api.id), question: name.clone(), scope: scope.id.clone(), role };
        let endpoint = self.api.login.endpoint.as_deref().unwrap_or(ENDPOINT);
        let words = format!("{endpoint} {name} {scope} {version}");
        let (api, line) = (self.api, &self.line);
        let fresh = || line.ask(api, &place, live);
        let about = self.months.iter().filter(|asked| months.contains(&asked.month));
        let about: About = about.map(|asked| (asked.month, asked.delivery.clone())).collect();
        self.asking.ask(&words, &about, fresh, |pages| read(pages).map_err(|refused| place.error(&refused)))
    }

    /// Which tool says so, and on which day where that is not today.
    pub fn tool<T>(tool: &str, answered: &Answered<T>) -> String {
        let day = if answered.is_of_today { String::new() } else { format!(", asked on {}", answered.day) };
        format!("{tool}{day}")
    }

    /// A total of a part of the bill, told by this API.
    ///
    /// `figures` of the answer are in `amount`: each may be rounded to the currency's smallest unit, which is the
    /// tolerance where the configuration has none.
    pub fn total(&mut self, tool: &str, part: TotalPart, (amount, figures): (Money, i128), is_settled: bool) {
        let tolerance = Money(smallest_unit(&part.currency).0.saturating_mul(figures.max(1)));
        self.total_within(tool, part, amount, tolerance, is_settled);
    }

    /// The same, with a tolerance of its own where the configuration has none.
    pub fn total_within(&mut self, tool: &str, part: TotalPart, amount: Money, tolerance: Money, is_settled: bool) {
        let place = TotalPlace::Api(self.api.id.clone(), self.asking.answers.control_totals.len() + 1);
        let tolerance = self.api.tolerance.unwrap_or(tolerance);
        let told = Told {
            by: format!("{}: {tool}", self.api.id),
            amount,
            currency: part.currency.clone(),
            converted: Some(amount),
            tolerance,
        };
        let by = told.by.as_str();
        let totals = &self.asking.answers.control_totals;
        // Two scopes may tell the same: a budget is listed at what it is of, and above.
        if totals.iter().any(|known| known.part == part && known.told.iter().any(|told| told.by == by)) {
            return;
        }
        self.asking.answers.control_totals.push(ExternalTotal {
            place,
            part,
            kind: TotalKind::Other,
            is_settled,
            per_charge: Money::ZERO,
            told: vec![told],
        });
    }

    /// A figure to print.
    pub fn figure(
        &mut self,
        tool: &str,
        scope: &Scope,
        name: &str,
        part: &TotalPart,
        (amount, as_of): (Money, NaiveDate),
    ) {
        let figure = ToldFigure {
            by: format!("{}: {tool}", self.api.id),
            source: self.api.source.clone(),
            month: part.month,
            scope: scope.id.clone(),
            name: name.to_string(),
            amount,
            currency: part.currency.clone(),
            as_of,
        };
        if !self.asking.answers.figures.contains(&figure) {
            self.asking.answers.figures.push(figure);
        }
    }

    /// BilledCost of all that a source has of a month in one currency.
    pub fn billed(&self, month: BillingMonth, currency: &str) -> TotalPart {
        TotalPart {
            month,
            metric: "BilledCost".into(),
            currency: currency.to_string(),
            source: Some(self.api.source.clone()),
            billing_account: None,
            sub_account: None,
            charge_category: None,
        }
    }

    pub fn asked_month(&self, month: BillingMonth) -> Option<&'a AskedMonth> {
        self.months.iter().find(|asked| asked.month == month)
    }

    /// All that is known now.
    pub fn done(self) -> Answers {
        let calls = match self.line.connected.get() {
            Some(Ok(connection)) => connection.arm.calls(),
            _ => 0,
        };
        let mut answers = self.asking.done();
        answers.calls += calls as u64;
        answers
    }
}

impl Line {
    fn ask<F: Future<Output = Pages>>(
        &self,
        api: &Api,
        place: &Place,
        live: impl FnOnce(Consumption) -> F,
    ) -> Result<Vec<String>> {
        if let Some(error) = &*self.down.borrow() {
            return Err(error.clone());
        }
        let connected = self.connected.get_or_init(|| connect(api, self.patience));
        let connection = connected.as_ref().map_err(Error::clone)?;
        let consumption = Consumption::new(connection.arm.clone());
        connection.runtime.block_on(live(consumption)).map_err(|refused| {
            let error = place.error(&refused);
            // What is not this question's fault would go wrong with the next one too, after the same patience.
            if matches!(
                refused,
                Refused::NoToken(_)
                    | Refused::Unreachable(_)
                    | Refused::TooLong(_)
                    | Refused::OtherHost(_)
                    | Refused::Status { status: 401 | 429, .. }
            ) {
                *self.down.borrow_mut() = Some(error.clone());
            }
            error
        })
    }
}

/// Nothing is sent yet.
///
/// Errors: `Settings`, for an endpoint or a credential that cannot be used as configured.
pub(super) fn connect(api: &Api, patience: Patience) -> Result<Connection> {
    let place = format!("api {}", api.id);
    let bug = |error: String| Error::bug(&place, error);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| bug(format!("no runtime for the client: {error}")))?;
    let endpoint = Url::parse(api.login.endpoint.as_deref().unwrap_or(ENDPOINT)).map_err(|_| {
        Error::settings(&place, "`endpoint` is no URL", "write for example https://management.usgovcloudapi.net")
    })?;
    let said = Said::of_environment(None);
    let way = said.way(&place, api.login.credential_file.as_deref(), api.login.allow_http)?;
    let client = |allow_http: bool| {
        let options = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(patience.connect())
            .with_allow_http(allow_http);
        DirectConnector.connect(&options).map_err(|error| bug(error.to_string()))
    };
    // Where tokens come from has been looked at; metadata services speak HTTP.
    let credential = Credential::new(way, scope_of(&endpoint), client(true)?, patience);
    let http = client(endpoint.scheme() == "http" && api.login.allow_http)?;
    let arm = Arm::new(endpoint, http, Arc::new(credential), patience);
    Ok(Connection { runtime, arm: Arc::new(arm) })
}
