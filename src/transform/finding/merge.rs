//! The same action on the same resource, found by two rules, is one finding.

use super::Finding;
use std::collections::BTreeMap;

/// One finding per id. The figures and the sentence are those of the row that frees most; savings
/// of one action are never added, because each is all that the action saves.
pub fn merge(found: Vec<Finding>) -> Vec<Finding> {
    let mut by_id: BTreeMap<String, Vec<Finding>> = BTreeMap::new();
    for finding in found {
        by_id.entry(finding.id.clone()).or_default().push(finding);
    }
    by_id.into_values().filter_map(one).collect()
}

/// Rows come by rule and in the rule's own order; the sort is stable.
fn one(mut found: Vec<Finding>) -> Option<Finding> {
    let figures = |finding: &Finding| {
        let value = |saving: Option<f64>| saving.unwrap_or(f64::NEG_INFINITY);
        (value(finding.realisable), value(finding.gross))
    };
    found.sort_by(|a, b| figures(b).partial_cmp(&figures(a)).unwrap_or(std::cmp::Ordering::Equal));
    let mut rest = found.into_iter();
    let mut first = rest.next()?;
    for other in rest {
        for rule in other.rules {
            if !first.rules.contains(&rule) {
                first.rules.push(rule);
            }
        }
        if !other.evidence.is_empty() && !first.evidence.contains(&other.evidence) {
            first.evidence = [first.evidence, other.evidence].join(" | ");
        }
        first.look = first.look.or(other.look);
    }
    Some(first)
}
