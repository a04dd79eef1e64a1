//! What the publication itself says of a period, in the form of query results: what reports show of
//! the run under the ids `record/…`.

use super::drift::{self, Drift};
use super::gaps::{self, Gap, Looker};
use super::rests_on::of_month;
use crate::error::Result;
use crate::focus::money::decimal_text;
use crate::focus::{BillingMonth, Slot};
use crate::lake::{SlotRecord, Snapshot};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};

type Column = (&'static str, CellKind, &'static str);

/// A record: id, question, columns.
pub struct Record {
    pub id: &'static str,
    question: &'static str,
    pub columns: &'static [Column],
}

const SOURCE: Column = ("x_SourceId", CellKind::Text, "The configured source");

/// Every record.
pub const RECORDS: [Record; 5] = [
    Record {
        id: "record/gaps",
        question: "What should be there by the history of its source, and is not?",
        columns: &[
            SOURCE,
            ("SubAccountId", CellKind::Text, "as FOCUS defines it; empty where the whole source is meant"),
            ("SubAccountName", CellKind::Text, "as FOCUS defines it"),
            ("x_Gap", CellKind::Text, "What kind of gap it is"),
            ("x_FirstDay", CellKind::Date, "The first UTC day that is not there"),
            ("x_LastDay", CellKind::Date, "The last UTC day that is not there; empty while it goes on"),
            ("x_Reason", CellKind::Text, "The gap in a sentence"),
        ],
    },
    Record {
        id: "record/drift",
        question: "Which columns of the exports are new, missing or of another type than in the billing period before, or \
                   unknown to their format? They are kept as delivered.",
        columns: &[
            SOURCE,
            ("x_Column", CellKind::Text, "The column as the export names it"),
            ("x_Change", CellKind::Text, "new, missing, retyped or unknown to the format"),
            (
                "x_Before",
                CellKind::Text,
                "Of a retyped column: what its Parquet type held in the billing period before",
            ),
            ("x_Now", CellKind::Text, "Of a retyped column: what it holds now"),
        ],
    },
    Record {
        id: "record/strays",
        question: "Which charges name another billing period than their delivery's? They stay with the delivery.",
        columns: &[
            SOURCE,
            ("x_NamedMonth", CellKind::Text, "The billing period that the charges name"),
            ("x_Rows", CellKind::Integer, "Charges"),
        ],
    },
    Record {
        id: "record/residuals",
        question: "What did rounding costs to 18 decimals take away, in all?",
        columns: &[
            SOURCE,
            ("x_Column", CellKind::Text, "The money column"),
            ("x_Residual", CellKind::Text, "The exact sum of what was rounded away"),
        ],
    },
    Record {
        id: "record/left_over",
        question: "How many charges are no lines of the export, but what lines that offset each other leave over?",
        columns: &[SOURCE, ("x_Rows", CellKind::Integer, "Charges")],
    },
];

/// The record of that id for a billing month; `None` where the id is a query's.
///
/// Errors: `Lake` where the roll-up that shows gaps does not read.
pub fn metric(id: &str, look: &Looker, month: BillingMonth) -> Result<Option<Metric>> {
    let Some(record) = RECORDS.iter().find(|record| record.id == id) else { return Ok(None) };
    let snapshot: &Snapshot = look.snapshot;
    let text = |text: &str| Cell::Text(text.to_string());
    let mut rows = Vec::new();
    if id == "record/gaps" {
        rows.extend(look.of_month(month)?.iter().map(gap_row));
    }
    for (slot, published) in of_month(snapshot, month) {
        let source = text(&slot.source);
        match id {
            "record/gaps" => {}
            "record/drift" => rows.extend(drift_rows(snapshot, slot, published)),
            "record/strays" => rows
                .extend(published.strays.iter().map(|(month, rows)| vec![source.clone(), text(month), count(*rows)])),
            "record/residuals" => rows.extend(published.residuals.iter().map(|(column, residual)| {
                let exact = decimal_text(residual.parse().unwrap_or_default(), 36);
                vec![source.clone(), text(column), Cell::Text(exact)]
            })),
            _ => {
                let left_over = published.control.rows().saturating_sub(published.landed.rows());
                rows.extend((left_over > 0).then(|| vec![source.clone(), count(left_over)]));
            }
        }
    }
    let column = |(name, kind, meaning): &Column| MetricColumn {
        name: (*name).to_string(),
        meaning: (*meaning).to_string(),
        kind: *kind,
    };
    Ok(Some(Metric {
        query: id.to_string(),
        title: String::new(),
        question: record.question.to_string(),
        columns: record.columns.iter().map(column).collect(),
        rows,
    }))
}

fn gap_row(gap: &Gap) -> Vec<Cell> {
    let text = |text: &str| if text.is_empty() { Cell::Null } else { Cell::Text(text.to_string()) };
    vec![
        text(&gap.source),
        text(&gap.sub_account),
        text(&gap.sub_account_name),
        text(gap.kind.name()),
        Cell::Date(gap.from.to_epoch_days()),
        gap.to.map_or(Cell::Null, |day| Cell::Date(day.to_epoch_days())),
        Cell::Text(gaps::in_words(gap)),
    ]
}

/// What is unknown, and what changed since the billing period before.
fn drift_rows(snapshot: &Snapshot, slot: &Slot, published: &SlotRecord) -> Vec<Vec<Cell>> {
    let row = |column: &str, change: &str, kinds: Option<(&str, &str)>| {
        let kind = |kind: Option<&str>| kind.map_or(Cell::Null, |kind| Cell::Text(kind.to_string()));
        let text = |text: &str| Cell::Text(text.to_string());
        let (before, now) = (kind(kinds.map(|kinds| kinds.0)), kind(kinds.map(|kinds| kinds.1)));
        vec![text(&slot.source), text(column), text(change), before, now]
    };
    let unknown = published.drift.iter().map(|column| row(column, "unknown to the format", None));
    let changes = drift::previous(snapshot, slot).map(|(_, before)| drift::drift(before, published));
    let changed = changes.unwrap_or_default().into_iter().map(|change| match change {
        Drift::New(column) => row(&column, "new", None),
        Drift::Missing(column) => row(&column, "missing", None),
        Drift::Retyped(column, was, is) => row(&column, "retyped", Some((&was, &is))),
    });
    unknown.chain(changed).collect()
}

fn count(rows: u64) -> Cell {
    Cell::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}
