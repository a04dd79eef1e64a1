//! Findings: what the waste rules found, one per resource and action.
//!
//! ```text
//! rules ─ask→ raw findings ─limit→ ─own→ ─merge→ ─suppress→ ─count→ ─total→ ─age→ the table `finding`
//! ```
//!
//! Rules know nothing of each other. Here the same action of two rules becomes one finding with
//! the evidence of both; of several actions on one resource, which exclude each other, one counts;
//! no finding saves more than its resource costs, and all of them together no more than the whole
//! bill, or the run fails.

mod action;
mod ask;
mod count;
mod frame;
mod limit;
mod merge;
mod owner;
mod resources;
mod suppression;
#[cfg(test)]
mod tests;
mod total;

pub use action::{Action, Confidence};
pub use frame::{from_cells, to_frame};
pub use suppression::Suppression;

use crate::error::Result;
use crate::ledger::FindingHistory;
use crate::transform::catalogue::{Catalogue, ParamValue, Tables};
use chrono::NaiveDate;
use polars::prelude::{DataFrame, LazyFrame};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Something that somebody can stop paying for.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The same on every night, whatever the resource is called and whoever owns it.
    pub id: String,
    /// The ids of the rules, the one whose figures stand first.
    pub rules: Vec<String>,
    pub title: String,
    pub action: Action,
    pub resource: Resource,
    pub currency: String,
    pub team: String,
    pub team_by: String,
    pub reason: String,
    pub evidence: String,
    pub confidence: Confidence,
    /// In the currency, for a month of 30.44 days; `None` where the bill gives no figure.
    pub gross: Option<f64>,
    /// The same without what a commitment discount covers: that frees money only once the cover is
    /// used elsewhere.
    pub realisable: Option<f64>,
    pub saving_basis: String,
    /// Is it the one action of its resource that totals add up?
    pub counted: bool,
    pub look: Option<String>,
    /// `None` for a billing period that is not the newest.
    pub first_seen: Option<NaiveDate>,
    pub nights: Option<i64>,
    /// Reason, owner and last day; `None` on the list.
    pub suppressed: Option<String>,
}

/// What a finding is about. Empty texts are nulls of the bill.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Resource {
    pub provider: String,
    pub billing_account: String,
    pub sub_account: String,
    pub sub_account_name: String,
    pub region: String,
    pub service: String,
    pub id: String,
    pub name: String,
    pub kind: String,
}

impl Resource {
    /// What stays the same when it is renamed or re-tagged.
    fn identity(&self) -> [&str; 4] {
        [&self.provider, &self.billing_account, &self.sub_account, &self.id]
    }

    /// The id of a finding about it: the start of a hash over its identity and the action.
    fn finding_id(&self, action: Action) -> String {
        let mut hasher = Sha256::new();
        for part in self.identity().into_iter().chain([action.name()]) {
            // The length first: no two identities run together.
            hasher.update(format!("{}:{part};", part.len()));
        }
        hasher.finalize().iter().take(10).fold(String::with_capacity(20), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

/// What is asked, of what.
pub struct Ask<'a> {
    pub catalogue: &'a Catalogue,
    /// As every query of the billing period is given.
    pub params: &'a BTreeMap<String, ParamValue>,
    pub tables: &'a dyn Tables,
    pub collect: &'a dyn Fn(LazyFrame) -> Result<DataFrame>,
    /// Findings whose realisable saving is known and less, or nothing, are left out; in the currency
    /// of each.
    pub minimum_monthly_saving: f64,
    pub suppressions: &'a [Suppression],
    /// The day that the night stands for.
    pub as_of: NaiveDate,
    /// `None` for a billing period that is not the newest: it has no ages.
    pub history: Option<&'a FindingHistory>,
}

/// Asks every waste rule and makes one list of the answers: the largest realisable saving first,
/// those without a figure last.
///
/// # Errors
/// `Tie` where a rule says that more is saved than the resource costs, or all of them than the bill; `Catalogue` for a rule that
/// breaks its contract.
pub fn findings(ask: &Ask) -> Result<Vec<Finding>> {
    let mut found = ask::ask(ask)?;
    let resources = resources::Resources::of(&found);
    limit::hold(ask, &resources, &found)?;
    owner::own(ask, &resources, &mut found)?;
    let mut found = merge::merge(found);
    // Nobody acts on what frees nothing, as under a commitment that would go on unused.
    let worth_it =
        |saving: Option<f64>| saving.is_none_or(|saving| saving > 0.0 && saving >= ask.minimum_monthly_saving);
    found.retain(|finding| worth_it(finding.gross) && worth_it(finding.realisable));
    for finding in &mut found {
        let suppression = ask.suppressions.iter().find(|suppression| suppression.covers(finding, ask.as_of));
        finding.suppressed = suppression.map(Suppression::told);
    }
    count::count(&mut found);
    total::hold(ask, &found)?;
    if let Some(history) = ask.history {
        let ages = history.ages(ask.as_of, found.iter().map(|finding| finding.id.as_str()));
        let ages: Vec<_> = found.iter().map(|finding| ages.get(finding.id.as_str()).copied()).collect();
        for (finding, age) in found.iter_mut().zip(ages) {
            finding.first_seen = age.map(|age| age.first_seen);
            finding.nights = age.map(|age| age.nights);
        }
    }
    found.sort_by(|a, b| order(a).partial_cmp(&order(b)).unwrap_or(std::cmp::Ordering::Equal));
    Ok(found)
}

/// Largest first; savings are finite, so that floats have an order.
fn order(finding: &Finding) -> (&str, bool, f64, f64, &str) {
    let (realisable, gross) = (finding.realisable.unwrap_or_default(), finding.gross.unwrap_or_default());
    (&finding.currency, finding.gross.is_none(), -realisable, -gross, &finding.id)
}
