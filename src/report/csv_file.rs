//! A metric as a CSV file: RFC 4180, LF line ends, exact decimals.
//!
//! A text that a spreadsheet would run as a formula, one that begins with `=`, `+`, `-`, `@`, a tab
//! or a carriage return, gets a leading apostrophe. Only text cells: money, quantities and dates
//! are written as they are, so a negative cost stays a number.
//!
//! Behind the query's columns stands the state of the billing period that the row's figures are of: a file leaves its
//! page, and whoever opens it must see whether its figures may still move.

use super::context::PageContext;
use crate::transform::{Cell, Metric};
use crate::{Error, Result};

/// The column that every section's file ends with, and what it says.
pub const PERIOD_STATE: (&str, &str) = (
    "x_PeriodState",
    "State of the billing period whose figures these are, that which carries them for a change to another: open, provisional, final or closed; in the file only",
);

const MONTH: &str = "x_BillingMonth";

/// The file's bytes: a header of column names, then the rows in the query's order. The last column is the state of
/// the row's own `x_BillingMonth` where it has one, and else of the page's billing period; blank where nothing is known of
/// that month. A query that returns the column itself is left as it is.
pub fn csv_bytes(metric: &Metric, context: &PageContext) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| Error::bug(format!("CSV of {}", metric.query), error.to_string());
    let told = metric.column(PERIOD_STATE.0).is_some();
    let month = metric.column(MONTH);
    let header = metric.columns.iter().map(|column| column.name.as_str());
    writer.write_record(header.chain((!told).then_some(PERIOD_STATE.0))).map_err(|e| failed(&e))?;
    for row in &metric.rows {
        let state = match month.map(|at| row[at].csv_text()) {
            Some(month) => month.parse().ok().and_then(|month| context.states.get(&month)),
            None => Some(&context.state),
        };
        let state = (!told).then(|| state.cloned().unwrap_or_default());
        writer.write_record(row.iter().map(field).chain(state)).map_err(|e| failed(&e))?;
    }
    writer.into_inner().map_err(|e| failed(&e))
}

fn field(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        cell => cell.csv_text(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::context;
    use super::*;
    use crate::transform::{CellKind, MetricColumn};

    #[test]
    fn hostile_text_is_quoted_and_money_is_exact() {
        let column = |name: &str, kind| MetricColumn { name: name.into(), meaning: String::new(), kind };
        let row = |text: &str, value| vec![Cell::Text(text.into()), Cell::Decimal { value, scale: 18 }];
        let metric = Metric {
            query: "metric/x".into(),
            title: String::new(),
            question: String::new(),
            columns: vec![column("ServiceName", CellKind::Text), column("EffectiveCost", CellKind::Money)],
            rows: vec![
                row("=cmd|' /C calc'!A0", -1_500_000_000_000_000_001),
                row("a \"b\", c\nd", 0),
                row("\tx", 1_000_000_000_000_000_000),
                vec![Cell::Null, Cell::Null],
            ],
        };
        let text = String::from_utf8(csv_bytes(&metric, &context()).unwrap()).unwrap();
        assert_eq!(
            text,
            "ServiceName,EffectiveCost,x_PeriodState\n'=cmd|' /C calc'!A0,-1.500000000000000001,open\n\
             \"a \"\"b\"\", c\nd\",0,open\n'\tx,1,open\n,,open\n"
        );
    }

    /// Rows of several months have the state of their own.
    #[test]
    fn each_row_has_the_state_of_its_month() {
        let column = |name: &str| MetricColumn { name: name.into(), meaning: String::new(), kind: CellKind::Text };
        let of = |columns: &[&str], rows: &[&[&str]]| Metric {
            query: "metric/x".into(),
            title: String::new(),
            question: String::new(),
            columns: columns.iter().map(|name| column(name)).collect(),
            rows: rows.iter().map(|row| row.iter().map(|text| Cell::Text((*text).into())).collect()).collect(),
        };
        let mut context = context();
        context.states = [("2026-08", "closed"), ("2026-10", "open")]
            .map(|(month, state)| (month.parse().unwrap(), state.to_string()))
            .into();
        let text = |metric: &Metric| String::from_utf8(csv_bytes(metric, &context).unwrap()).unwrap();
        // Nothing is known of September.
        let months = of(&["x_BillingMonth", "x_A"], &[&["2026-08", "1"], &["2026-09", "2"], &["2026-10", "3"]]);
        assert_eq!(text(&months), "x_BillingMonth,x_A,x_PeriodState\n2026-08,1,closed\n2026-09,2,\n2026-10,3,open\n");
        let own = of(&["x_A", "x_PeriodState"], &[&["1", "closed"]]);
        assert_eq!(text(&own), "x_A,x_PeriodState\n1,closed\n");
    }
}
