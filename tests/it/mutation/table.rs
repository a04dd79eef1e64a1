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
    /// Published with exit 3, and this is said.
    Gap(&'static [&'static str]),
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

use Says::{Found, Gap, NotThere, Told, Unseen};
use Stage::{Cost, Export, Landed, Published, Rollup};

/// The cell is named: account, period and currency. That each exit of 4 does so is asked of all of them.
const CELL: Says = Found(4, &[]);
const COUNT: Says = Found(1, &["charges where its manifest says"]);
const TWINS: Says = Found(1, &["holds the same rows as", "a part was delivered twice"]);
const IDENTITY: Says = Found(1, &["holds charges twice: 1 of identity", "occur again"]);
const MISSING: Says = Found(1, &["-Manifest.json: names ", " is not there"]);
const MISSING_BLOB: Says = Found(1, &["/manifest.json: names ", " is not there"]);
const SHORT_GZIP: Says = Found(1, &["the gzip stream ends early: the file is truncated", ", row "]);
const BLANK: Says = Found(1, &[", row ", ", column ", "is blank: every charge needs it"]);
const NO_NUMBER: Says = Found(1, &[", row ", ", column ", "`much` is not an amount of money"]);
const NO_COLUMN: Says = Found(1, &["lacks the column "]);
const LINE_TYPE: Says = Found(1, &[", row ", ", column ", "`Tribute` is not a line type this format knows"]);
const STRAY: Says = Told(&["1 charges name the billing period 2026-08"]);
const GONE: Says = Found(1, &["part-00001-", "cannot be opened"]);
const TWO_SOURCES: Says = Found(4, &[" and in source linked: adding them doubles the bill"]);

const NO_COUNT: Says = Unseen("the manifest counts no rows and no cost");
const COUNTED: Says = Unseen("the manifest agrees, and nothing else says what the bill was");
const DUMP: Says = Unseen("a dump has no manifest, and its rows no id");
const FILES: Says = Unseen("a file set has no manifest, and FOCUS no identity of a row");
const TWIN_CHARGES: Says = Unseen("FOCUS has no identity of a row: two charges may be alike");
const PLAUSIBLE: Says = Unseen("it may be what the provider charged: only the invoice or a second export knows");
const ONE_DATASET: Says = NotThere("one dataset is the bill");
const DUMPS_ONLY: Says = NotThere("a delivery is the whole period");
const NO_LIST: Says = NotThere("no list of files: the part missing is the same");
const CREDITS_INSIDE: Says = NotThere("no charge is a credit: they are inside the costs, see cost changed");

const fn at(stage: Stage, id: &'static str, sabotage: &'static str, what: &'static str, says: [Says; 7]) -> Mutation {
    Mutation { stage, id, what, sabotage, says }
}

/// The same in every format.
const EVERYWHERE: [Says; 7] = [CELL, CELL, CELL, CELL, CELL, CELL, CELL];

pub const MUTATIONS: &[Mutation] = &[
    at(
        Export,
        "row deleted",
        "",
        "A row is missing in a part; the manifest is as it was.",
        [NO_COUNT, NO_COUNT, NO_COUNT, COUNT, COUNT, DUMP, FILES],
    ),
    at(
        Export,
        "row deleted, counted anew",
        "",
        "The same, and the manifest was written of what is left.",
        [NO_COUNT, NO_COUNT, NO_COUNT, CELL, COUNTED, DUMP, FILES],
    ),
    at(
        Export,
        "row doubled, counted anew",
        "",
        "A row stands twice in a part.",
        [IDENTITY, IDENTITY, TWIN_CHARGES, CELL, TWIN_CHARGES, DUMP, TWIN_CHARGES],
    ),
    at(
        Export,
        "part doubled",
        "",
        "A part is there a second time under another name, and listed.",
        [TWINS, TWINS, TWINS, TWINS, TWINS, TWINS, TWINS],
    ),
    at(
        Export,
        "part missing",
        "",
        "A part that belongs to the delivery was not copied.",
        [MISSING, MISSING, MISSING, MISSING_BLOB, MISSING_BLOB, DUMP, FILES],
    ),
    at(
        Export,
        "part not listed",
        "",
        "The manifest does not name one of the parts.",
        [NO_COUNT, NO_COUNT, NO_COUNT, CELL, COUNTED, NO_LIST, NO_LIST],
    ),
    at(
        Export,
        "file cut short",
        "",
        "The last 30 bytes of a part are missing.",
        [
            SHORT_GZIP,
            SHORT_GZIP,
            SHORT_GZIP,
            SHORT_GZIP,
            SHORT_GZIP,
            Found(1, &["part-1.json, line "]),
            Found(1, &["part-1.csv, row 22: has ", "fields where the header has"]),
        ],
    ),
    at(
        Export,
        "cost changed",
        "",
        "One row has another cost.",
        [PLAUSIBLE, PLAUSIBLE, PLAUSIBLE, CELL, PLAUSIBLE, PLAUSIBLE, PLAUSIBLE],
    ),
    at(
        Export,
        "sign flipped",
        "",
        "One row's cost is negative.",
        [PLAUSIBLE, PLAUSIBLE, PLAUSIBLE, CELL, PLAUSIBLE, PLAUSIBLE, PLAUSIBLE],
    ),
    at(Export, "cost blank", "", "One row has no cost.", [BLANK, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK]),
    at(
        Export,
        "cost no number",
        "",
        "One row's cost is `much`.",
        [NO_NUMBER, NO_NUMBER, NO_NUMBER, NO_NUMBER, NO_NUMBER, NO_NUMBER, NO_NUMBER],
    ),
    at(
        Export,
        "money columns swapped",
        "",
        "Every row has its cost in another money column, and the other way round: EffectiveCost and ListCost of FOCUS.",
        [BLANK, BLANK, PLAUSIBLE, BLANK, PLAUSIBLE, PLAUSIBLE, PLAUSIBLE],
    ),
    at(
        Export,
        "money column gone",
        "",
        "A part has no column of the cost.",
        [NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN],
    ),
    at(
        Export,
        "currency changed",
        "",
        "One row is in another currency.",
        [PLAUSIBLE, PLAUSIBLE, PLAUSIBLE, CELL, PLAUSIBLE, PLAUSIBLE, PLAUSIBLE],
    ),
    at(
        Export,
        "account changed",
        "",
        "One row is of another sub account.",
        [PLAUSIBLE, PLAUSIBLE, PLAUSIBLE, CELL, PLAUSIBLE, PLAUSIBLE, PLAUSIBLE],
    ),
    at(
        Export,
        "period of another month",
        "",
        "One row says that it is of August.",
        [
            STRAY,
            STRAY,
            STRAY,
            STRAY,
            STRAY,
            Gap(&["ties gcp-detailed-usage 2026-08: 1 rows", "nothing is published from 2026-09-01"]),
            Found(1, &["2026-08"]),
        ],
    ),
    at(
        Export,
        "line type unknown",
        "",
        "One row is a `Tribute`.",
        [LINE_TYPE, LINE_TYPE, LINE_TYPE, LINE_TYPE, LINE_TYPE, LINE_TYPE, LINE_TYPE],
    ),
    at(
        Export,
        "credit deleted, counted anew",
        "",
        "A credit is missing: a row, or of Google Cloud one of the credits inside a row.",
        [
            NO_COUNT,
            NO_COUNT,
            NO_COUNT,
            CELL,
            COUNTED,
            Unseen("a row says what its credits are, and nothing else does: compare with the invoice"),
            FILES,
        ],
    ),
    at(
        Export,
        "dataset doubled",
        "",
        "The amortised files are delivered as the actual ones too.",
        [
            ONE_DATASET,
            ONE_DATASET,
            ONE_DATASET,
            Found(1, &[", column ChargeType: is the unused part of a commitment, which the actual"]),
            ONE_DATASET,
            ONE_DATASET,
            ONE_DATASET,
        ],
    ),
    at(
        Export,
        "datasets swapped",
        "",
        "The files of each dataset are delivered as the other.",
        [
            ONE_DATASET,
            ONE_DATASET,
            ONE_DATASET,
            Found(1, &[", column ChargeType: is "]),
            ONE_DATASET,
            ONE_DATASET,
            ONE_DATASET,
        ],
    ),
    at(
        Export,
        "second primary source",
        "",
        "A payer's export and that of one of its accounts are both configured as the bill.",
        [TWO_SOURCES, TWO_SOURCES, TWO_SOURCES, TWO_SOURCES, TWO_SOURCES, TWO_SOURCES, TWO_SOURCES],
    ),
    at(
        Export,
        "dumps overlap",
        "",
        "Three dumps of the table overlap, in each of their six orders.",
        [
            DUMPS_ONLY,
            DUMPS_ONLY,
            DUMPS_ONLY,
            DUMPS_ONLY,
            DUMPS_ONLY,
            Told(&["ties gcp-detailed-usage 2026-10: 9 rows"]),
            DUMPS_ONLY,
        ],
    ),
    at(Landed, "part taken off", "", "`delivery.json` does not name a part.", EVERYWHERE),
    at(Landed, "part twice", "", "`delivery.json` names a part twice.", EVERYWHERE),
    at(Landed, "part file gone", "", "A part's file is gone.", [GONE, GONE, GONE, GONE, GONE, GONE, GONE]),
    at(Landed, "row doubled", "", "A part has a row twice.", EVERYWHERE),
    at(Landed, "cost changed", "", "One cost differs in its last digit.", EVERYWHERE),
    at(Landed, "money columns swapped", "", "Of one part, two money columns stand for each other.", EVERYWHERE),
    at(Landed, "account changed", "", "One row is of another sub account.", EVERYWHERE),
    at(Landed, "currency changed", "", "One row is in another currency.", EVERYWHERE),
    at(
        Landed,
        "credit deleted",
        "",
        "A credit is missing; of Google Cloud, one of the credits inside a row.",
        EVERYWHERE,
    ),
    at(Cost, "part lost", "drop_part", "A landed part does not become charges.", EVERYWHERE),
    at(Cost, "part twice", "double_part", "A landed part becomes charges twice.", EVERYWHERE),
    at(Cost, "row doubled", "fan_out", "A join doubles a row of each part.", EVERYWHERE),
    at(Cost, "cost changed", "edit_value", "The last digit of a BilledCost of each part differs.", EVERYWHERE),
    at(Cost, "Billed and Effective swapped", "swap_costs", "The mapping takes the one for the other.", EVERYWHERE),
    at(Cost, "Effective and List swapped", "swap_list", "The mapping takes the one for the other.", EVERYWHERE),
    at(
        Cost,
        "credit deleted",
        "lose_credit",
        "Charges of the category Credit are left out.",
        [CELL, CELL, CELL, CELL, CELL, CREDITS_INSIDE, CELL],
    ),
    at(Rollup, "row doubled", "fan_out", "A join doubles a row of `cost`.", EVERYWHERE),
    at(Rollup, "cost changed", "edit_value", "The last digit of a BilledCost differs.", EVERYWHERE),
    at(Rollup, "Effective and List swapped", "swap_list", "The roll-up takes the one for the other.", EVERYWHERE),
    at(
        Rollup,
        "credit deleted",
        "lose_credit",
        "Charges of the category Credit are left out.",
        [CELL, CELL, CELL, CELL, CELL, CREDITS_INSIDE, CELL],
    ),
    at(
        Published,
        "landed file changed",
        "",
        "One landed cost differs in its last digit.",
        [CHANGED, CHANGED, CHANGED, CHANGED, CHANGED, CHANGED, CHANGED],
    ),
    at(Published, "file of cost changed", "", "One EffectiveCost of `cost` differs in its last digit.", EVERYWHERE),
    at(
        Published,
        "file of a roll-up changed",
        "",
        "One EffectiveCost of a roll-up differs in its last digit.",
        EVERYWHERE,
    ),
];

const CHANGED: Says = Found(4, &[".parquet: was changed after it was landed"]);
