//! Whose a charge is: the first owner rule that matches it.

use super::charge::Charge;
use super::tags::Value;
use crate::focus::Policy;
use crate::focus::policy::{Owner, OwnerRule};

/// The team and what made it theirs; `None` where no rule matches.
pub fn owner(policy: &Policy, charge: &Charge, values: &[Value]) -> Option<(String, String)> {
    policy.owners.iter().find_map(|rule| {
        if !holds(rule, charge) || !charge.matches(policy, &rule.matches, values) {
            return None;
        }
        match &rule.team {
            Owner::Team(team) => Some((team.clone(), reason(policy, rule, charge, values))),
            Owner::Tag(dimension) => {
                let at = policy.tag_keys.iter().position(|key| key.name == *dimension)?;
                let value = values.get(at).filter(|value| value.is_valid)?;
                let team = value.text.clone()?;
                let of = if value.is_inherited { " of the sub account" } else { "" };
                Some((team.clone(), format!("tag {dimension}={team}{of}")))
            }
        }
    })
}

/// Days are half-open: `from` is the first, `until` the first after the last.
fn holds(rule: &OwnerRule, charge: &Charge) -> bool {
    let begun = rule.from.is_none_or(|from| charge.day.is_some_and(|day| from <= day));
    begun && rule.until.is_none_or(|until| charge.day.is_none_or(|day| day < until))
}

fn reason(policy: &Policy, rule: &OwnerRule, charge: &Charge, values: &[Value]) -> String {
    if rule.matches.columns.is_empty() {
        return "every charge".into();
    }
    let columns = rule.matches.columns.keys();
    let tests: Vec<String> =
        columns.map(|column| format!("{column}={}", charge.value(policy, column, values))).collect();
    tests.join(" and ")
}
