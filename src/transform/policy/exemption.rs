//! Which exemption lets a charge go without a tag, and what it is called.

use super::charge::Charge;
use super::tags::Value;
use crate::focus::Policy;
use crate::focus::policy::{Exemption, TagKey};

/// The first exemption in the policy's order that holds for the key on the charge. `values` are
/// those of all dimensions, which an exemption may ask about.
pub fn exemption<'p>(policy: &'p Policy, key: &TagKey, charge: &Charge, values: &[Value]) -> Option<&'p Exemption> {
    policy.exemptions.iter().find(|exemption| {
        covers(exemption, key)
            && charge.day.is_none_or(|day| day < exemption.until)
            && charge.matches(policy, &exemption.matches, values)
    })
}

/// May charges go without this key?
pub fn covers(exemption: &Exemption, key: &TagKey) -> bool {
    exemption.keys.is_empty() || exemption.keys.contains(&key.name)
}

/// What it takes in, until when: `ServiceName=AWS Backup, until 2026-10-18`. Two exemptions of one key
/// with the same words take in the same charges, so that the words stand for the exemption in the
/// roll-ups. The reason is no part of them: another reason is no other figure.
pub fn in_words(exemption: &Exemption) -> String {
    let tests = exemption.matches.columns.iter().map(|(column, values)| format!("{column}={}", values.join(" or ")));
    let tests: Vec<String> = tests.collect();
    let which = if tests.is_empty() { "every charge".into() } else { tests.join(" and ") };
    format!("{which}, until {}", exemption.until)
}
