//! How a charge stands to a tag dimension.

use super::charge::Charge;
use super::exemption::exemption;
use super::tags::Value;
use crate::focus::Policy;
use crate::focus::policy::TagKey;

/// How a charge stands to a tag dimension, worst last: where several hold, and over several
/// dimensions, the last counts.
///
/// Covered is tagged or inherited. Taggable, the denominator of a coverage, is tagged, inherited,
/// invalid or missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TagState {
    /// The charge has a valid value of its own.
    Tagged,
    /// It has none, and its sub account has a valid one.
    Inherited,
    /// The value is not one of those allowed.
    Invalid,
    Missing,
    /// The key was not active at the provider on the charge's day: activation is not retroactive.
    NotActive,
    /// The policy lets it go without, for a reason, until a day.
    Exempt,
    /// It is no usage of a resource.
    NotTaggable,
}

impl TagState {
    pub const ALL: [TagState; 7] =
        [Self::Tagged, Self::Inherited, Self::Invalid, Self::Missing, Self::NotActive, Self::Exempt, Self::NotTaggable];

    /// As `x_TagState_<dimension>` says it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Tagged => "tagged",
            Self::Inherited => "inherited",
            Self::Invalid => "invalid",
            Self::Missing => "missing",
            Self::NotActive => "not active",
            Self::Exempt => "exempt",
            Self::NotTaggable => "not taggable",
        }
    }
}

/// The state of one dimension. `values` are those of all, which an exemption may ask about.
pub fn state(policy: &Policy, key: &TagKey, value: &Value, charge: &Charge, values: &[Value]) -> TagState {
    if !charge.is_taggable {
        return TagState::NotTaggable;
    }
    if exemption(policy, key, charge, values).is_some() {
        return TagState::Exempt;
    }
    if key.active_from.is_some_and(|first| charge.day.is_none_or(|day| day < first)) {
        return TagState::NotActive;
    }
    match value {
        Value { text: None, .. } => TagState::Missing,
        Value { is_valid: false, .. } => TagState::Invalid,
        Value { is_inherited: true, .. } => TagState::Inherited,
        _ => TagState::Tagged,
    }
}
