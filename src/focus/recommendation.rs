//! What a provider's own tools recommend to change.

use super::money::Money;
use chrono::NaiveDate;

/// One recommendation for one resource.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation {
    /// Who says so: the id of the API and what it is.
    pub by: String,
    /// `x_SourceId` of the bill it speaks of.
    pub source: String,
    /// ProviderName, as in the bill.
    pub provider: String,
    pub sub_account: Option<String>,
    pub region: Option<String>,
    /// As the bill has it, as far as the API says it so; compared without regard to case.
    pub resource: String,
    pub name: Option<String>,
    pub action: RecommendedAction,
    /// What it is: a machine type, a state.
    pub current: Option<String>,
    /// What it is to become; `None` for one that is to go.
    pub target: Option<String>,
    /// Exact, as it is told, before or after discounts as the API reckons; in `currency`.
    pub monthly_saving: Option<Money>,
    pub currency: Option<String>,
    /// What the API says of it beside these, in words.
    pub note: Option<String>,
    /// The day it was asked.
    pub as_of: NaiveDate,
}

/// What to do, in the words of our own findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RecommendedAction {
    Delete,
    /// Stop it when nobody needs it.
    Schedule,
    Resize,
    /// A newer generation or kind.
    Upgrade,
    /// Commit to it: buy a commitment discount.
    Commit,
    /// Use what is paid for.
    Use,
    /// What none of these says; `note` tells.
    Other,
}

impl RecommendedAction {
    /// As the table `finding` says it, where it has the action.
    pub fn name(self) -> &'static str {
        match self {
            Self::Delete => "delete",
            Self::Schedule => "schedule",
            Self::Resize => "resize",
            Self::Upgrade => "upgrade",
            Self::Commit => "commit",
            Self::Use => "use",
            Self::Other => "other",
        }
    }
}
