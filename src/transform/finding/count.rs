//! Actions on one resource exclude each other: what is deleted cannot also be resized.

use super::Finding;
use std::collections::HashMap;

/// Marks one finding per resource as the one that totals add up: of those on the list, or where all
/// of them are suppressed, of the suppressed ones, the first by precedence that says what can be
/// realised; without such a one, the first. A suppressed action will not be taken, so it excludes no
/// other; and an action without a figure would take the money of another out of every total.
/// Confidence is no rank: what is deleted needs no upgrade, however sure both are.
pub fn count(found: &mut [Finding]) {
    let mut best: HashMap<[String; 4], usize> = HashMap::new();
    let rank = |finding: &Finding| (finding.suppressed.is_some(), finding.realisable.is_none(), finding.action);
    for (at, finding) in found.iter().enumerate() {
        let resource = finding.resource.identity().map(str::to_string);
        let chosen = best.entry(resource).or_insert(at);
        if rank(finding) < rank(&found[*chosen]) {
            *chosen = at;
        }
    }
    found.iter_mut().for_each(|finding| finding.counted = false);
    for at in best.into_values() {
        found[at].counted = true;
    }
}
