//! What the publication itself says of a period, in the form of query results: what reports show of
//! the run under the ids `record/…`.

use super::rests_on::of_month;
use crate::focus::BillingMonth;
use crate::focus::money::decimal_text;
use crate::lake::Snapshot;
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
pub const RECORDS: [Record; 4] = [
    Record {
        id: "record/drift",
        question: "Which columns of the exports does their format not know? They are kept as delivered.",
        columns: &[SOURCE, ("x_Column", CellKind::Text, "The column as the export names it")],
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
pub fn metric(id: &str, snapshot: &Snapshot, month: BillingMonth) -> Option<Metric> {
    let record = RECORDS.iter().find(|record| record.id == id)?;
    let text = |text: &str| Cell::Text(text.to_string());
    let mut rows = Vec::new();
    for (slot, published) in of_month(snapshot, month) {
        let source = text(&slot.source);
        match id {
            "record/drift" => rows.extend(published.drift.iter().map(|column| vec![source.clone(), text(column)])),
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
    Some(Metric {
        query: id.to_string(),
        title: String::new(),
        question: record.question.to_string(),
        columns: record.columns.iter().map(column).collect(),
        rows,
    })
}

fn count(rows: u64) -> Cell {
    Cell::Integer(i64::try_from(rows).unwrap_or(i64::MAX))
}
