//! What of the policy decides rows of the roll-ups.

use crate::focus::Policy;

/// A text of all that decides a row: with the same text the roll-ups are the same. Reasons, titles,
/// targets, cost centres, units and the basis of statements are read when a question is asked.
pub fn fingerprint(policy: &Policy) -> String {
    // No `..`: a new part of the policy that nobody decides about does not compile.
    let Policy {
        tag_keys,
        coverage_target: _,
        exemptions,
        accounts,
        environment,
        teams: _,
        owners,
        showback,
        unit_metrics,
    } = policy;
    let mut text = format!("{tag_keys:?}\n{accounts:?}\n{environment:?}\n{owners:?}\n");
    for exemption in exemptions {
        text.push_str(&format!("{:?} {:?} {}\n", exemption.keys, exemption.matches, exemption.until));
    }
    let kept = [showback.tax, showback.support, showback.credits, showback.refunds];
    text.push_str(&format!("{kept:?}\n"));
    for metric in unit_metrics {
        text.push_str(&format!("{:?} {:?} {:?}\n", metric.id, metric.dimension, metric.matches));
    }
    text
}
