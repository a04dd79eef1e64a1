//! The fixed output contract of each kind of query.

use super::{Kind, Query, QueryColumn};
use crate::error::Problem;
use crate::transform::metric::CellKind::{self, Money, Number, Text};

/// What every waste rule returns, in this order: name, the types it may have, and what it says (a
/// FOCUS column says what FOCUS does). A saving is exact, or an estimate in floats.
const WASTE: &[(&str, &[CellKind], &str)] = &[
    ("ProviderName", &[Text], ""),
    ("BillingAccountId", &[Text], ""),
    ("SubAccountId", &[Text], ""),
    ("SubAccountName", &[Text], ""),
    ("RegionId", &[Text], ""),
    ("ServiceName", &[Text], ""),
    ("ResourceId", &[Text], ""),
    ("ResourceName", &[Text], ""),
    ("ResourceType", &[Text], ""),
    ("BillingCurrency", &[Text], ""),
    ("x_Action", &[Text], "What to do: delete, schedule, resize, upgrade or use"),
    ("x_Reason", &[Text], "One sentence that its owner can act on"),
    ("x_Evidence", &[Text], "What the bill shows: quantities, days and dates"),
    ("x_Confidence", &[Text], "High, Medium or Low"),
    (
        "x_GrossMonthlySaving",
        &[Number, Money],
        "What the resource costs too much in a month of 30.44 days, by EffectiveCost; empty where no price is known",
    ),
    (
        "x_RealisableMonthlySaving",
        &[Number, Money],
        "The part of it that no commitment pays for: covered usage frees nothing until the cover is used elsewhere",
    ),
    ("x_SavingBasis", &[Text], "How the saving was worked out"),
];

/// The columns of a kind whose header need not repeat them; `None` where each query declares its own.
pub fn columns(kind: Kind) -> Option<Vec<QueryColumn>> {
    let column = |(name, kinds, meaning): &(&str, &[CellKind], &str)| QueryColumn {
        name: (*name).into(),
        meaning: if meaning.is_empty() { "as FOCUS defines it" } else { meaning }.into(),
        kind: kinds.first().copied().unwrap_or(Text),
    };
    (kind == Kind::Waste).then(|| WASTE.iter().map(column).collect())
}

/// Where the declared columns break the contract of the query's kind.
pub fn broken(query: &Query) -> Vec<Problem> {
    match query.kind {
        // What a metric declares, and the rows that offend a quality test, are its author's choice.
        Kind::Metric | Kind::Quality => Vec::new(),
        Kind::Waste => waste(query),
    }
}

fn waste(query: &Query) -> Vec<Problem> {
    let problem = |what: String, remedy: String| Problem::new(query.file.clone(), what, remedy);
    let names: Vec<&str> = query.columns.iter().map(|column| column.name.as_str()).collect();
    let wanted: Vec<&str> = WASTE.iter().map(|(name, ..)| *name).collect();
    if names != wanted {
        let missing: Vec<&str> = wanted.iter().copied().filter(|name| !names.contains(name)).collect();
        let extra: Vec<&str> = names.iter().copied().filter(|name| !wanted.contains(name)).collect();
        let what = match (missing.is_empty(), extra.is_empty()) {
            (false, _) => format!("a waste rule must declare {}", missing.join(", ")),
            (true, false) => format!("a waste rule may not declare {}", extra.join(", ")),
            (true, true) => "a waste rule declares the finding columns in another order".into(),
        };
        return vec![problem(what, format!("declare exactly {}", wanted.join(", ")))];
    }
    let typed = query.columns.iter().zip(WASTE).filter(|(column, (_, kinds, _))| !kinds.contains(&column.kind));
    typed
        .map(|(column, (name, kinds, _))| {
            problem(format!("`{name}` may not be {:?}", column.kind), format!("declare it as one of {kinds:?}"))
        })
        .collect()
}
