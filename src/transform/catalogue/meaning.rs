//! What a declared column is: `"FOCUS"`, `"costmill"`, a sentence, or a type and a sentence.

use super::QueryColumn;
use super::header::nearest;
use crate::focus::Kind;
use crate::focus::column::{FOCUS, find};
use crate::transform::derived::{Derived, own_column};
use crate::transform::metric::CellKind;
use crate::transform::rollup::{tag_column, tag_exemption_column, tag_state_column};

/// The columns of ours that a query may pass on, in `cost` and in the roll-ups.
const OURS: &[(&str, CellKind, &str)] = &[
    ("x_SourceId", CellKind::Text, "The source's id in the config"),
    ("x_SourceFile", CellKind::Text, "The file of the delivery that the charge came in"),
    ("x_SourceRow", CellKind::Integer, "The row in that file; 1 is the first after the header"),
    ("x_BillingMonth", CellKind::Text, "The billing period, as 2026-10"),
    ("x_ChargeDay", CellKind::Date, "The UTC day on which the charge period starts"),
    ("x_LineItemType", CellKind::Text, "The provider's own word for the kind of line"),
    ("x_ServiceCode", CellKind::Text, "The provider's code of the service"),
    ("x_UsageType", CellKind::Text, "The provider's usage type"),
    ("x_Operation", CellKind::Text, "The provider's operation"),
    ("x_InstanceType", CellKind::Text, "The machine type"),
    ("x_SplitCost", CellKind::Money, "Cost of split cost allocation rows, whose four costs are 0"),
    ("x_CostCategories", CellKind::Text, "The provider's cost categories, as JSON"),
    ("x_Discounts", CellKind::Text, "Discounts by name, as JSON, where the export carries them"),
    ("x_ReportingBilledCost", CellKind::Money, "BilledCost in the reporting currency"),
    ("x_ReportingEffectiveCost", CellKind::Money, "EffectiveCost in the reporting currency"),
    ("x_ReportingListCost", CellKind::Money, "ListCost in the reporting currency"),
    ("x_ReportingContractedCost", CellKind::Money, "ContractedCost in the reporting currency"),
    ("x_FirstChargeDay", CellKind::Date, "The first UTC day of the month with a charge for the resource"),
    ("x_LastChargeDay", CellKind::Date, "The last UTC day of the month with a charge for the resource"),
    (
        "x_LastChargeStart",
        CellKind::Time,
        "When the charge period began that says the row's names, team and tag values",
    ),
    ("x_Rows", CellKind::Integer, "Rows of `cost` behind the figure"),
    (
        "x_ChargeSpan",
        CellKind::Text,
        "`day`: the charge period is at most 24 hours; `longer`: it is not; `purchase`: it is, of a purchase made once or recurring by more than an hour",
    ),
    ("x_Team", CellKind::Text, "The team that the charge is shown to; `unallocated` where no rule gives it to one"),
    ("x_TeamBy", CellKind::Text, "What made the charge the team's: the tag, the rule or the policy"),
    ("x_Environment", CellKind::Text, "`production` or `non-production`; empty where nothing says"),
    ("x_UnitMetric", CellKind::Text, "The id of the unit metric in the config"),
    (
        "x_Dimension",
        CellKind::Text,
        "The value of the unit metric's dimension; '' is the whole, null a charge without one",
    ),
];

/// What a column of tag states holds.
const TAG_STATE: &str = "How the charge stands to the tag dimension: tagged, inherited, invalid, missing, not active, \
                         exempt or not taggable";

/// What a column of exemptions holds.
const TAG_EXEMPTION: &str = "The exemption by which the charge need not carry the tag dimension; empty for any other";

/// What and remedy.
type Refusal = (String, String);

/// One entry of `[columns]`.
pub fn column(name: &str, value: &toml::Value) -> Result<QueryColumn, Refusal> {
    let of = |kind, meaning: &str| QueryColumn { name: name.into(), meaning: meaning.into(), kind };
    let focus = FOCUS.iter().find(|column| column.name == name);
    if focus.is_none() && !name.starts_with("x_") {
        let what = format!("`{name}` is no FOCUS column");
        let near = nearest(name, FOCUS.iter().map(|column| column.name));
        return Err((
            what,
            near.map_or("begin the name of a column of ours with `x_`".into(), |near| {
                format!("did you mean `{near}`?")
            }),
        ));
    }
    match (value, focus) {
        (toml::Value::String(word), Some(column)) if word == "FOCUS" => {
            Ok(of(cell_kind(column.kind), "as FOCUS defines it"))
        }
        (_, Some(_)) => Err((
            format!("`{name}` is a FOCUS column and gets another meaning"),
            format!("write `{name} = \"FOCUS\"`, or choose a name that begins with `x_`"),
        )),
        (toml::Value::String(word), None) if word == "FOCUS" => Err((
            format!("`{name}` is no FOCUS column"),
            "write \"costmill\" for a column of our tables, or its meaning".into(),
        )),
        (toml::Value::String(word), None) if word == "costmill" => {
            let tag = name.starts_with(&tag_column("")) && find(name).is_none();
            let state = name.starts_with(&tag_state_column("")) && find(name).is_none();
            let exemption = name.starts_with(&tag_exemption_column("")) && find(name).is_none();
            match OURS.iter().find(|(own, ..)| *own == name) {
                Some((_, kind, meaning)) => Ok(of(*kind, meaning)),
                None if let Some(own) = own_column(name) => Ok(of(own.kind, own.meaning)),
                None if tag => Ok(of(CellKind::Text, "The value of the configured tag dimension")),
                None if state => Ok(of(CellKind::Text, TAG_STATE)),
                None if exemption => Ok(of(CellKind::Text, TAG_EXEMPTION)),
                None => {
                    let derived = Derived::ALL.into_iter().flat_map(Derived::columns).map(|column| column.name);
                    let near = nearest(name, OURS.iter().map(|(own, ..)| *own).chain(derived));
                    Err((
                        format!("`{name}` is no column of our tables"),
                        near.map_or("write its meaning instead of \"costmill\"".into(), |near| {
                            format!("did you mean `{near}`?")
                        }),
                    ))
                }
            }
        }
        (toml::Value::String(meaning), None) if !meaning.trim().is_empty() => Ok(of(CellKind::Text, meaning)),
        (toml::Value::Table(entry), None) => typed(name, entry),
        _ => Err((
            format!("`{name}` is neither a sentence nor a type with a sentence"),
            format!("write `{name} = {{ type = \"money\", meaning = \"…\" }}`"),
        )),
    }
}

fn typed(name: &str, entry: &toml::Table) -> Result<QueryColumn, Refusal> {
    const TYPES: [&str; 9] = ["text", "money", "quantity", "integer", "ratio", "number", "date", "time", "boolean"];
    if let Some(key) = entry.keys().find(|key| !["type", "meaning"].contains(&key.as_str())) {
        return Err((format!("`{name}` has no key `{key}`"), "write `type` and `meaning`".into()));
    }
    let text = |key: &str| {
        let found = entry.get(key).and_then(toml::Value::as_str).filter(|text| !text.trim().is_empty());
        found.ok_or_else(|| {
            (format!("`{name}` has no `{key}`"), format!("write `{name} = {{ type = \"money\", meaning = \"…\" }}`"))
        })
    };
    let (word, meaning) = (text("type")?, text("meaning")?);
    match toml::Value::String(word.into()).try_into::<CellKind>() {
        Ok(kind) => Ok(QueryColumn { name: name.into(), meaning: meaning.into(), kind }),
        Err(_) => {
            let near = nearest(word, TYPES)
                .map_or_else(|| format!("known: {}", TYPES.join(", ")), |near| format!("did you mean `{near}`?"));
            Err((format!("`{name}` has the unknown type `{word}`"), near))
        }
    }
}

/// How a column of a table is shown.
pub fn cell_kind(kind: Kind) -> CellKind {
    match kind {
        Kind::Text | Kind::Json => CellKind::Text,
        Kind::Time => CellKind::Time,
        Kind::Date => CellKind::Date,
        Kind::Cost | Kind::Price => CellKind::Money,
        Kind::Quantity => CellKind::Quantity,
        Kind::Integer => CellKind::Integer,
    }
}

/// The meaning of a column by its name alone, for a typed query.
pub fn known_meaning(name: &str) -> &'static str {
    if FOCUS.iter().any(|column| column.name == name) {
        return "as FOCUS defines it";
    }
    let derived = || own_column(name).map_or("", |own| own.meaning);
    OURS.iter().find(|(own, ..)| *own == name).map_or_else(derived, |(_, _, meaning)| meaning)
}

/// Does a column of a table tell rows apart, as far as its name says? In a derived table only its
/// key does: the other columns follow from it.
pub fn is_key(name: &str) -> bool {
    let derived = || Derived::ALL.into_iter().any(|table| table.key().contains(&name));
    FOCUS.iter().any(|column| column.name == name)
        || OURS.iter().any(|(own, ..)| *own == name)
        || (own_column(name).is_some() && derived())
}

/// Every own column of `cost` has a meaning here.
#[cfg(test)]
#[test]
fn every_own_column_has_a_meaning() {
    for column in crate::focus::column::OWN {
        let found = OURS.iter().find(|(name, ..)| *name == column.name);
        assert_eq!(found.map(|(_, kind, _)| *kind), Some(cell_kind(column.kind)), "{}", column.name);
    }
}
