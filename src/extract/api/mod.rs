//! What is asked of providers' APIs beside an export: control totals, commitments, recommendations, utilisation.
//!
//! A client puts **questions**. A question's answer is all its pages as they were received, and it is kept only when it
//! is whole and reads; the same question on the same day is answered from there and asks nothing. Where asking fails, the
//! newest answer of an earlier day stands in, and says which day it is of. Every client reads an answer in one way,
//! fresh or kept. Nothing that goes wrong here stops a run.

mod asking;
pub mod azure;
mod cache;
pub mod cloudwatch;
mod cost_explorer;
mod credential;
mod days;
mod exported;
mod kept_use;
mod pages;
mod samples;
mod unseen;

pub use asking::{Answered, Asking, Mode};
pub use cache::About;
pub use credential::credential;
pub use days::Days;
pub use exported::{Exported, Look, exported};
pub use pages::{LARGEST_PAGE, Pages};

use crate::error::Error;
use crate::focus::{Answers, Api, ApiKind, AskedMonth, BillingMonth};
use chrono::NaiveDate;

/// One night's questions to one API: about these billing periods of its source, oldest first.
///
/// `months` are open, provisional or final, never closed. `today` of `asking` is the day of the run.
pub fn ask(api: &Api, months: &[AskedMonth], asking: Asking) -> Answers {
    match api.kind {
        ApiKind::AwsCostExplorer => cost_explorer::ask(api, months, asking),
        ApiKind::AzureConsumption => azure::ask_consumption(api, months, asking),
        ApiKind::AzureAdvisor => azure::ask_advisor(api, months, asking),
        // What these need to know of the bill, and what becomes of it, their own callers say.
        ApiKind::AwsCloudWatch
        | ApiKind::AzureMonitor
        | ApiKind::AwsComputeOptimizerExport
        | ApiKind::AwsCostOptimizationHubExport => asking.done(),
    }
}

/// Does it tell control totals that stop the publication of this billing period? `today` is the day of the run.
pub fn is_gate(api: &Api, month: BillingMonth, today: NaiveDate) -> bool {
    match api.kind {
        ApiKind::AwsCostExplorer => api.asks("costs") && cost_explorer::has(month, today),
        ApiKind::AzureConsumption => azure::is_gate(api),
        _ => false,
    }
}

/// An error of an API, by its id: `api aws-costs: …`.
pub fn problem(api: &Api, what: impl Into<String>, remedy: impl Into<String>) -> Error {
    Error::source(format!("api {}", api.id), what, remedy)
}
