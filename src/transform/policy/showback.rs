//! Classes of charges that the policy may keep with the rest, whatever the owner rules say.

use super::charge::Charge;
use crate::focus::Policy;
use crate::focus::policy::{Follows, Showback, UNALLOCATED};

/// The class of each setting: a column and its value, in the order they are asked. Refunds are told
/// by FOCUS's correction of an earlier period, or by the provider's own word for the line.
pub fn classes(showback: Showback) -> [(Follows, &'static str, &'static str); 5] {
    [
        (showback.tax, "ChargeCategory", "Tax"),
        (showback.support, "ServiceSubcategory", "Support"),
        (showback.credits, "ChargeCategory", "Credit"),
        (showback.refunds, "ChargeClass", "Correction"),
        (showback.refunds, "x_LineItemType", "Refund"),
    ]
}

const NAMES: [&str; 5] = ["tax", "support", "credits", "refunds", "refunds"];

/// The rest, where the policy keeps the charge with it.
pub fn kept(policy: &Policy, charge: &Charge) -> Option<(String, String)> {
    let classes = classes(policy.showback).into_iter().zip(NAMES);
    let mut of = classes.filter(|((_, column, value), _)| charge.is(column, value));
    let kept = of.find(|((follows, ..), _)| *follows == Follows::Unallocated);
    kept.map(|(_, name)| (UNALLOCATED.to_string(), format!("policy: {name}")))
}
