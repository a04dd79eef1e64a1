//! The fixed output contract of each kind of query.

use super::{Kind, Query};
use crate::error::Problem;
use crate::transform::metric::CellKind::{self, Money, Number, Ratio, Text};

/// What every waste rule returns, in this order. A saving is exact, or an estimate in floats.
const WASTE: &[(&str, &[CellKind])] = &[
    ("ProviderName", &[Text]),
    ("BillingAccountId", &[Text]),
    ("SubAccountId", &[Text]),
    ("SubAccountName", &[Text]),
    ("RegionId", &[Text]),
    ("ServiceName", &[Text]),
    ("ResourceId", &[Text]),
    ("ResourceName", &[Text]),
    ("ResourceType", &[Text]),
    ("BillingCurrency", &[Text]),
    ("x_Action", &[Text]),
    ("x_Reason", &[Text]),
    ("x_Evidence", &[Text]),
    ("x_Confidence", &[Text, Ratio]),
    ("x_GrossMonthlySaving", &[Money, Number]),
    ("x_RealisableMonthlySaving", &[Money, Number]),
    ("x_SavingBasis", &[Text]),
];

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
    let wanted: Vec<&str> = WASTE.iter().map(|(name, _)| *name).collect();
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
    let typed = query.columns.iter().zip(WASTE).filter(|(column, (_, kinds))| !kinds.contains(&column.kind));
    typed
        .map(|(column, (name, kinds))| {
            problem(format!("`{name}` may not be {:?}", column.kind), format!("declare it as one of {kinds:?}"))
        })
        .collect()
}
