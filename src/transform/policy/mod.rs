//! What the policy says of a charge: its tags and their states, its environment, its team.
//!
//! [`judge`] is a function of a [`Charge`], so that it is asked once for each distinct one.
//! The policy arrives settled: folded, synonyms resolved to values that are no synonyms, columns
//! and dimensions known.

mod charge;
mod exemption;
mod fingerprint;
mod owner;
mod showback;
mod state;
mod tags;
#[cfg(test)]
mod tests;

pub use charge::{Charge, Inputs};
pub use exemption::{covers, in_words};
pub use fingerprint::fingerprint;
pub use showback::in_words as showback_in_words;
pub use state::TagState;
pub use tags::tag_values;

use crate::focus::Policy;
use crate::focus::policy::{TagKey, UNALLOCATED};

/// `production` and `non-production`, as `x_Environment` says them.
pub const PRODUCTION: &str = "production";
pub const NON_PRODUCTION: &str = "non-production";

/// What the policy makes of a charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// By tag dimension, in the policy's order: the value that counts, and how the charge stands.
    pub tags: Vec<(Option<String>, TagState)>,
    /// The worst state of the required dimensions; `None` where none is required.
    pub all: Option<TagState>,
    /// By tag dimension: the exemption behind the state `exempt`, in words.
    pub exemptions: Vec<Option<String>>,
    /// `None` is unknown.
    pub environment: Option<&'static str>,
    pub team: String,
    /// What made it the team's.
    pub team_by: String,
    /// Does it belong to the unit metric? In the policy's order.
    pub units: Vec<bool>,
}

/// What the policy says of a charge.
pub fn judge(policy: &Policy, charge: &Charge) -> Judgement {
    let values: Vec<_> = tags::values(policy, charge);
    let states: Vec<TagState> = policy
        .tag_keys
        .iter()
        .zip(&values)
        .map(|(key, value)| state::state(policy, key, value, charge, &values))
        .collect();
    let required = policy.tag_keys.iter().zip(&states).filter(|(key, _)| key.required);
    let all = required.map(|(_, state)| *state).max();
    let exemption = |(key, state): (&TagKey, &TagState)| match state {
        TagState::Exempt => exemption::exemption(policy, key, charge, &values).map(in_words),
        _ => None,
    };
    let exemptions = policy.tag_keys.iter().zip(&states).map(exemption).collect();
    let (team, team_by) = showback::kept(policy, charge)
        .or_else(|| owner::owner(policy, charge, &values))
        .unwrap_or((UNALLOCATED.into(), "no rule".into()));
    let environment = policy.environment.as_ref().and_then(|environment| {
        let at = policy.tag_keys.iter().position(|key| key.name == environment.dimension)?;
        let value = values[at].text.as_ref()?;
        Some(if environment.non_production.contains(value) { NON_PRODUCTION } else { PRODUCTION })
    });
    let units = policy.unit_metrics.iter().map(|metric| charge.matches(policy, &metric.matches, &values)).collect();
    let tags = values.into_iter().map(|value| value.text).zip(states).collect();
    Judgement { tags, all, exemptions, environment, team, team_by, units }
}
