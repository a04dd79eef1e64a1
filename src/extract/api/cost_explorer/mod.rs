//! AWS Cost Explorer: what AWS's own tool says of the bill, its commitments and its machines.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_Operations_AWS_Cost_Explorer_Service.html>.
//! Every page costs USD 0.01. What is asked and how it is compared: `docs/cost_explorer.md`.

mod client;
mod commitments;
mod costs;
mod machines;
mod refuse;
mod reservations;
#[cfg(test)]
mod tests;
mod wire;

use super::{About, Answered, Asking, problem};
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{Answers, Api, AskedMonth, BillingMonth, CommitmentUse, Money};
use crate::store::Patience;
use aws_sdk_costexplorer::Client;
use aws_sdk_costexplorer::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_costexplorer::types::{DateInterval, Dimension, DimensionValues, Expression};
use chrono::{Datelike, NaiveDate};
use client::CostExplorer;

/// Billing periods before the current one that Cost Explorer keeps whole:
/// <https://docs.aws.amazon.com/cost-management/latest/userguide/ce-what-is.html>.
const MONTHS_BACK: i32 = 12;
/// Days after its end during which a billing period's commitments are asked again; the bill settles in between.
const SETTLING_DAYS: u64 = 10;

/// All that is asked of it tonight.
pub fn ask(api: &Api, months: &[AskedMonth], asking: Asking) -> Answers {
    ask_with(api, months, asking, Patience::default())
}

/// Does it still have this billing period, and has the period begun?
pub fn has(month: BillingMonth, today: NaiveDate) -> bool {
    let newest = BillingMonth::new(today.year(), today.month());
    newest.is_some_and(|newest| (newest.plus(-MONTHS_BACK)..=newest).contains(&month))
}

fn ask_with(api: &Api, months: &[AskedMonth], mut asking: Asking, patience: Patience) -> Answers {
    let today = asking.today();
    let months: Vec<AskedMonth> = months.iter().filter(|asked| has(asked.month, today)).cloned().collect();
    let client = match CostExplorer::new(api, patience) {
        Ok(client) => client,
        Err(error) => {
            asking.wrong(error);
            return asking.done();
        }
    };
    let about = months.iter().map(|asked| (asked.month, asked.delivery.clone())).collect();
    let mut door = Door { api, client: &client, asking, today, about };
    if !months.is_empty() {
        let span: Vec<BillingMonth> = months.iter().map(|month| month.month).collect();
        if api.asks("costs") {
            costs::ask(&mut door, &months);
        }
        if api.asks("savings-plans") {
            commitments::ask(&mut door, &span);
        }
        if api.asks("reservations") {
            reservations::ask(&mut door, &span);
        }
        if api.asks("rightsizing") {
            machines::ask(&mut door);
        }
    }
    let Door { mut asking, .. } = door;
    (asking.answers.calls, asking.answers.billed) = client.counted();
    asking.done()
}

/// What the questions share.
struct Door<'a, 'b> {
    api: &'a Api,
    client: &'b CostExplorer<'a>,
    asking: Asking<'a>,
    today: NaiveDate,
    /// All that is asked about.
    about: About,
}

/// Which operation, what for in words, and with which parameters.
struct Question<'a> {
    operation: &'a str,
    what: &'a str,
    parameters: String,
    /// Of which billing periods.
    months: &'a [BillingMonth],
    /// That the account has nothing of the kind is an answer.
    may_be_nothing: bool,
    /// An answer of that day or later is good enough.
    settled_since: Option<NaiveDate>,
}

impl Door<'_, '_> {
    /// Puts a question; the pages of its answer. What `check` refuses is no answer.
    fn ask<P, E, F>(
        &mut self,
        question: &Question,
        send: impl Fn(Client, Option<String>) -> F,
        token: impl Fn(&P) -> Option<&str>,
        check: impl Fn(&[P]) -> Result<()>,
    ) -> Option<Answered<Vec<P>>>
    where
        F: Future<Output = std::result::Result<P, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let Question { operation, what, parameters, months, may_be_nothing, settled_since } = question;
        let words = format!("{operation} {parameters}; {}", self.of_whom());
        let (client, mut about) = (self.client, self.about.clone());
        about.retain(|month, _| months.contains(month));
        let read = |pages: &[String]| {
            let pages = client.read(what, pages, &send)?;
            check(&pages)?;
            Ok(pages)
        };
        let settled = settled_since.and_then(|since| self.asking.settled(&words, since, read));
        if let Some(settled) = settled {
            return Some(Answered { is_of_today: true, ..settled });
        }
        // One problem is told once, and not waited for twenty times.
        if client.is_down() {
            return self.asking.kept(&words, &about, read);
        }
        self.asking.ask(&words, &about, || client.pages((operation, what), &send, token, *may_be_nothing), read)
    }

    /// Whose answer it is: with other settings it would be another.
    fn of_whom(&self) -> String {
        format!("scopes {:?}, {:?}", self.api.scopes, self.api.login)
    }

    /// The accounts that are asked about, where not all are: what is told of them is no part of the whole.
    fn accounts(&self) -> Option<String> {
        (!self.api.scopes.is_empty()).then(|| self.api.scopes.join(", "))
    }

    /// Who says so: the API, and how far it is to be believed.
    fn by<T>(&self, what: &str, answered: &Answered<T>) -> String {
        let day = if answered.is_of_today { String::new() } else { format!(", asked on {}", answered.day) };
        format!("{}: Cost Explorer{what}{day}", self.api.id)
    }

    /// From which day on what is told of this billing period's commitments no longer changes.
    fn settled_since(month: BillingMonth) -> Option<NaiveDate> {
        month.end().checked_add_days(chrono::Days::new(SETTLING_DAYS))
    }

    /// The days of these billing periods that are over; `None` where there are none. No end may be in the future.
    fn days(&self, months: &[BillingMonth]) -> Option<(NaiveDate, NaiveDate)> {
        let (first, last) = (months.iter().min()?, months.iter().max()?);
        let end = last.end().min(self.today);
        (first.start() < end).then(|| (first.start(), end))
    }

    /// `LINKED_ACCOUNT` is one of the scopes, and more conditions; `None` without any.
    fn filter(&self, more: &[(Dimension, &str)]) -> Option<Expression> {
        let one = |key: Dimension, values: &[String]| {
            let values = DimensionValues::builder().key(key).set_values(Some(values.to_vec())).build();
            Expression::builder().dimensions(values).build()
        };
        let scopes = (!self.api.scopes.is_empty()).then(|| one(Dimension::LinkedAccount, &self.api.scopes));
        let more = more.iter().map(|(key, value)| one(key.clone(), &[(*value).to_string()]));
        let mut all: Vec<Expression> = scopes.into_iter().chain(more).collect();
        match all.len() {
            0 | 1 => all.pop(),
            _ => Some(Expression::builder().set_and(Some(all)).build()),
        }
    }

    /// Cost Explorer's currency where an answer names none: that of AWS's partition.
    fn currency(&self) -> String {
        let is_china = self.api.login.region.as_deref().is_some_and(|region| region.starts_with("cn-"));
        if is_china { "CNY".into() } else { "USD".into() }
    }
}

/// Adds figures to what is told of the same commitments of the same billing period, or by themselves.
fn join(all: &mut Vec<CommitmentUse>, fresh: CommitmentUse) {
    let same = |one: &&mut CommitmentUse| {
        (&one.by, one.month, one.kind, &one.commitment) == (&fresh.by, fresh.month, fresh.kind, &fresh.commitment)
    };
    match all.iter_mut().find(same) {
        Some(one) => {
            one.utilisation = one.utilisation.or(fresh.utilisation);
            one.coverage = one.coverage.or(fresh.coverage);
        }
        None => all.push(fresh),
    }
}

fn interval((start, end): (NaiveDate, NaiveDate)) -> Option<DateInterval> {
    DateInterval::builder().start(start.to_string()).end(end.to_string()).build().ok()
}

/// The billing period that a period of an answer begins in.
fn month_of(period: Option<&DateInterval>) -> Option<BillingMonth> {
    let start: NaiveDate = period?.start().get(..10)?.parse().ok()?;
    BillingMonth::new(start.year(), start.month())
}

/// An exact figure of an answer, more than 18 decimals rounded half-even; `None` for an empty one.
///
/// # Errors
/// `Source`, for a text that is no number.
fn figure(api: &Api, what: &str, text: Option<&str>) -> Result<Option<Money>> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
    let parsed = parse_decimal(text.as_bytes(), COST_SCALE);
    let parsed = parsed.map_err(|_| wrong(api, what, &format!("`{text}` is no number")))?;
    Ok(Some(Money(parsed.value)))
}

fn wrong(api: &Api, what: &str, why: &str) -> Error {
    problem(api, format!("{what}: {why}"), "report it: Cost Explorer answers in a form that is not documented")
}
