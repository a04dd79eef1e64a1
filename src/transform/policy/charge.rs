//! A charge as the policy sees it, and the columns it looks at.

use super::tags::Value;
use crate::focus::Policy;
use crate::focus::policy::{ChargeMatch, Follows};
use crate::transform::rollup::tag_column;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

/// A charge as the policy sees it.
#[derive(Debug, Clone, Default)]
pub struct Charge<'a> {
    /// The UTC day on which the charge period starts; `None` is before every day.
    pub day: Option<NaiveDate>,
    /// Can it carry a tag? Usage of a resource, and not a share of a cost that stands elsewhere.
    pub is_taggable: bool,
    /// By tag dimension, in the policy's order: the value as the provider wrote it.
    pub tags: &'a [Option<String>],
    /// Text columns of `cost`, those of [`Inputs`] at least. A value that the policy does not name
    /// may be left out: no test of the policy tells it from none.
    pub columns: BTreeMap<&'a str, &'a str>,
}

impl Charge<'_> {
    pub(super) fn is(&self, column: &str, value: &str) -> bool {
        self.columns.get(column) == Some(&value)
    }

    /// Does every column hold one of its values?
    pub(super) fn matches(&self, policy: &Policy, matches: &ChargeMatch, values: &[Value]) -> bool {
        matches.columns.iter().all(|(column, listed)| {
            let dimension = policy.tag_keys.iter().position(|key| tag_column(&key.name) == *column);
            let value = match dimension {
                Some(at) => values.get(at).and_then(|value| value.text.as_deref()),
                None => self.columns.get(column.as_str()).copied(),
            };
            value.is_some_and(|value| listed.iter().any(|one| one == value))
        })
    }

    /// The value that a column matched by, for "what made it theirs".
    pub(super) fn value<'v>(&'v self, policy: &Policy, column: &str, values: &'v [Value]) -> &'v str {
        let dimension = policy.tag_keys.iter().position(|key| tag_column(&key.name) == *column);
        let value = match dimension {
            Some(at) => values.get(at).and_then(|value| value.text.as_deref()),
            None => self.columns.get(column).copied(),
        };
        value.unwrap_or_default()
    }
}

/// What the policy looks at: charges that are equal in it are judged alike.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inputs {
    /// Text columns of `cost` with the values that make a difference; all others are one.
    pub columns: BTreeMap<String, BTreeSet<String>>,
    /// The first days on which something else holds, sorted.
    pub days: Vec<NaiveDate>,
}

impl Inputs {
    pub fn of(policy: &Policy) -> Self {
        let mut inputs = Self::default();
        let exemptions = policy.exemptions.iter().map(|exemption| &exemption.matches);
        let owners = policy.owners.iter().map(|rule| &rule.matches);
        let units = policy.unit_metrics.iter().map(|metric| &metric.matches);
        for (column, values) in exemptions.chain(owners).chain(units).flat_map(|matches| &matches.columns) {
            if !policy.tag_keys.iter().any(|key| tag_column(&key.name) == *column) {
                inputs.see(column, values.iter().map(String::as_str));
            }
        }
        let inherits = policy.tag_keys.iter().any(|key| key.inherit);
        let tagged = policy.accounts.iter().filter(|(_, account)| inherits && !account.tags.is_empty());
        inputs.see("SubAccountId", tagged.map(|(id, _)| id.as_str()));
        for (follows, column, value) in super::showback::classes(policy.showback) {
            if follows == Follows::Unallocated {
                inputs.see(column, [value].into_iter());
            }
        }
        inputs.columns.retain(|_, values| !values.is_empty());
        let activations = policy.tag_keys.iter().filter_map(|key| key.active_from);
        let ends = policy.exemptions.iter().map(|exemption| exemption.until);
        let rules = policy.owners.iter().flat_map(|rule| [rule.from, rule.until]).flatten();
        let days: BTreeSet<NaiveDate> = activations.chain(ends).chain(rules).collect();
        inputs.days = days.into_iter().collect();
        inputs
    }

    fn see<'v>(&mut self, column: &str, values: impl Iterator<Item = &'v str>) {
        self.columns.entry(column.to_string()).or_default().extend(values.map(str::to_string));
    }

    /// How many changes have come by that day: on days with the same number the same holds.
    pub fn epoch(&self, day: Option<NaiveDate>) -> usize {
        day.map_or(0, |day| self.days.partition_point(|change| *change <= day))
    }

    /// A day of that epoch; `None` before the first change.
    pub fn day_of(&self, epoch: usize) -> Option<NaiveDate> {
        epoch.checked_sub(1).and_then(|at| self.days.get(at)).copied()
    }
}
