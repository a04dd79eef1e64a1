//! The table.

/// Where the damage is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// To the files, before anything is read.
    Export,
    /// To the landed files, between a run that died and the next.
    Landed,
    /// On the way from landed files to `cost`.
    Cost,
    /// On the way from `cost` to the roll-ups.
    Rollup,
    /// On the disk, after publication; the proof is taken again by `costmill reconcile`.
    Published,
}

/// What becomes of it.
pub enum Says {
    /// This exit, nothing published, and all this is named.
    Found(i32, &'static [&'static str]),
    /// Published, and this is said.
    Told(&'static [&'static str]),
    /// Published, and nothing can tell; why.
    Unseen(&'static str),
    /// The format has no such thing; why.
    NotThere(&'static str),
}

pub struct Mutation {
    pub stage: Stage,
    pub id: &'static str,
    /// What is done.
    pub what: &'static str,
    /// The sabotage to arm, of what happens inside the run.
    pub sabotage: &'static str,
    /// In the order of `FORMATS`.
    pub says: [Says; 7],
}

use Says::Unseen as U;

const fn m(stage: Stage, id: &'static str, sabotage: &'static str, what: &'static str) -> Mutation {
    Mutation { stage, id, what, sabotage, says: [U(""), U(""), U(""), U(""), U(""), U(""), U("")] }
}

pub const MUTATIONS: &[Mutation] = &[
    m(Stage::Export, "row deleted", "", ""),
    m(Stage::Export, "row deleted, counted anew", "", ""),
    m(Stage::Export, "row doubled, counted anew", "", ""),
    m(Stage::Export, "part doubled", "", ""),
    m(Stage::Export, "part missing", "", ""),
    m(Stage::Export, "part not listed", "", ""),
    m(Stage::Export, "file cut short", "", ""),
    m(Stage::Export, "cost changed", "", ""),
    m(Stage::Export, "sign flipped", "", ""),
    m(Stage::Export, "cost blank", "", ""),
    m(Stage::Export, "cost no number", "", ""),
    m(Stage::Export, "money columns swapped", "", ""),
    m(Stage::Export, "money column gone", "", ""),
    m(Stage::Export, "currency changed", "", ""),
    m(Stage::Export, "account changed", "", ""),
    m(Stage::Export, "period of another month", "", ""),
    m(Stage::Export, "line type unknown", "", ""),
    m(Stage::Export, "credit deleted, counted anew", "", ""),
    m(Stage::Export, "dataset doubled", "", ""),
    m(Stage::Export, "datasets swapped", "", ""),
    m(Stage::Export, "second primary source", "", ""),
    m(Stage::Export, "dumps overlap", "", ""),
    m(Stage::Landed, "part taken off", "", ""),
    m(Stage::Landed, "part twice", "", ""),
    m(Stage::Landed, "part file gone", "", ""),
    m(Stage::Landed, "row doubled", "", ""),
    m(Stage::Landed, "cost changed", "", ""),
    m(Stage::Landed, "money columns swapped", "", ""),
    m(Stage::Landed, "account changed", "", ""),
    m(Stage::Landed, "currency changed", "", ""),
    m(Stage::Landed, "credit deleted", "", ""),
    m(Stage::Cost, "part lost", "drop_part", ""),
    m(Stage::Cost, "part twice", "double_part", ""),
    m(Stage::Cost, "row doubled", "fan_out", ""),
    m(Stage::Cost, "cost changed", "edit_value", ""),
    m(Stage::Cost, "Billed and Effective swapped", "swap_costs", ""),
    m(Stage::Cost, "Effective and List swapped", "swap_list", ""),
    m(Stage::Cost, "credit deleted", "lose_credit", ""),
    m(Stage::Rollup, "row doubled", "fan_out", ""),
    m(Stage::Rollup, "cost changed", "edit_value", ""),
    m(Stage::Rollup, "Effective and List swapped", "swap_list", ""),
    m(Stage::Rollup, "credit deleted", "lose_credit", ""),
    m(Stage::Published, "landed file changed", "", ""),
    m(Stage::Published, "file of cost changed", "", ""),
    m(Stage::Published, "file of a roll-up changed", "", ""),
];
