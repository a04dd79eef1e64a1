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

/// The stated policy as a reader of a statement needs it: what of tax, support, credits and refunds
/// is in a team's figure, and what is in nobody's.
pub fn in_words(showback: Showback) -> String {
    let classes = [
        ("tax", showback.tax),
        ("support", showback.support),
        ("credits", showback.credits),
        ("refunds", showback.refunds),
    ];
    let of =
        |follows| -> Vec<&str> { classes.iter().filter(|(_, of)| *of == follows).map(|(name, _)| *name).collect() };
    let (owned, kept) = (of(Follows::Owner), of(Follows::Unallocated));
    // One word of the uncountable two takes the singular.
    let verb = |names: &[&str], one: &'static str, more: &'static str| match names {
        [name] if !name.ends_with('s') => one,
        _ => more,
    };
    let kept_part = |kept: &[&str]| {
        let (stay, are) = (verb(kept, "stays", "stay"), verb(kept, "is", "are"));
        format!("{} {stay} unallocated and {are} in no team's figure", listed(kept))
    };
    let owned_part =
        |owned: &[&str]| format!("{} {} to the owner of the charge", listed(owned), verb(owned, "goes", "go"));
    let parts = match (kept.is_empty(), owned.is_empty()) {
        (true, _) => owned_part(&owned),
        (_, true) => kept_part(&kept),
        _ => format!("{}; {}", kept_part(&kept), owned_part(&owned)),
    };
    let (first, rest) = parts.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

/// `a`, `a and b`, `a, b and c`.
fn listed(names: &[&str]) -> String {
    match names {
        [before @ .., last] if !before.is_empty() => format!("{} and {last}", before.join(", ")),
        _ => names.concat(),
    }
}
