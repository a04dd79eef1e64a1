//! What a page says about the figures it shows: period, state, and the proof behind them.

use crate::focus::{BillingMonth, Money};
use chrono::{DateTime, NaiveDate, Utc};
use std::collections::BTreeMap;

/// The facts of one billing period that stand on its pages.
#[derive(Debug, Clone, PartialEq)]
pub struct PageContext {
    pub month: BillingMonth,
    /// The state of the billing period: `open`, `provisional`, `final` or `closed`.
    pub state: String,
    /// Why it is in that state: the rule, or who closed it when.
    pub state_reason: String,
    /// The states of this billing period and of the earlier ones that are published: rows of several months have each
    /// their own.
    pub states: BTreeMap<BillingMonth, String>,
    /// The day the run speaks for; never read from a clock here.
    pub as_of: NaiveDate,
    /// The cost that statements show: `EffectiveCost` or `BilledCost`.
    pub showback: String,
    /// Whose tax, support, credits and refunds are in a statement, in a sentence.
    pub policy: String,
    /// The tag coverage aimed at, 1.0 being 100 %.
    pub coverage_target: Option<f64>,
    /// In the order the figures appear. A currency only a metric knows follows these.
    pub currencies: Vec<String>,
    pub deliveries: Vec<DeliveryLine>,
    pub ties: Vec<TieLine>,
    /// Sentences a reader must see: late inputs, skipped files, residuals.
    pub notes: Vec<String>,
}

impl PageContext {
    /// The money basis of the period's deliveries, each word once: `gross`, `gross and net`, or
    /// empty when no delivery had to choose.
    pub fn basis(&self) -> String {
        let mut words: Vec<&str> = self.deliveries.iter().map(|line| line.basis.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        words.retain(|word| !word.is_empty());
        words.join(" and ")
    }
}

/// One delivery that the period's figures come from.
#[derive(Debug, Clone, PartialEq)]
pub struct DeliveryLine {
    /// `x_SourceId`.
    pub source: String,
    /// The id of the export format.
    pub format: String,
    pub delivery_id: String,
    /// `gross` (negotiated discounts are charges of their own) or `net` (they are inside the costs);
    /// empty for a format that has one kind of costs only.
    pub basis: String,
    pub files: u64,
    /// Of this billing period.
    pub rows: u64,
    /// The latest ChargePeriodEnd among those rows: how fresh the delivery is.
    pub newest_charge_end: Option<DateTime<Utc>>,
}

/// The totals of one source at one stage in one currency, and whether they equal those before.
#[derive(Debug, Clone, PartialEq)]
pub struct TieLine {
    pub source: String,
    /// `source`, `landed`, `crosswalk`, `cost`, `cost_daily`, `report`, …
    pub stage: String,
    pub rows: u64,
    pub currency: String,
    /// Money column and its sum. A stage may know fewer columns than the next.
    pub sums: Vec<(String, Money)>,
    pub ties: bool,
}
