//! What a provider's own tools say of commitment discounts: how far they are used, and how much they cover.

use super::money::Money;
use super::period::BillingMonth;
use chrono::NaiveDate;

/// What is committed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommitmentKind {
    /// Money an hour: FOCUS's CommitmentDiscountCategory `Spend`.
    Spend,
    /// Machines, or what counts as one: `Usage`.
    Usage,
}

impl CommitmentKind {
    /// As FOCUS's CommitmentDiscountCategory says it.
    pub fn category(self) -> &'static str {
        match self {
            Self::Spend => "Spend",
            Self::Usage => "Usage",
        }
    }
}

/// What figures of a commitment are counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum UseUnit {
    /// The currency of the row.
    Currency,
    /// Hours of what is committed to.
    Hours,
}

/// A part and its whole, exact, in units of 10⁻¹⁸ like money whatever the unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub unit: UseUnit,
    pub part: Option<Money>,
    pub whole: Option<Money>,
    /// Percent, as it is told; the provider's own rounding.
    pub percent: Option<Money>,
}

/// Utilisation or coverage, or both, of commitment discounts over the days of one billing period that are over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommitmentUse {
    /// Who says so: the id of the API and what it is.
    pub by: String,
    /// `x_SourceId` of the bill it speaks of.
    pub source: String,
    pub month: BillingMonth,
    pub kind: CommitmentKind,
    /// CommitmentDiscountId, where one is spoken of; `None`: all of the kind.
    pub commitment: Option<String>,
    /// Who owns it.
    pub sub_account: Option<String>,
    pub currency: Option<String>,
    /// Used of what is paid for.
    pub utilisation: Option<Share>,
    /// Covered of what could be.
    pub coverage: Option<Share>,
    /// The day it was asked.
    pub as_of: NaiveDate,
}
