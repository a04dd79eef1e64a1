//! A metric as a CSV file: RFC 4180, LF line ends, exact decimals.
//!
//! A text that a spreadsheet would run as a formula, one that begins with `=`, `+`, `-`, `@`, a tab
//! or a carriage return, gets a leading apostrophe. Only text cells: money, quantities and dates
//! are written as they are, so a negative cost stays a number.

use crate::transform::{Cell, Metric};
use crate::{Error, Result};

/// The file's bytes: a header of column names, then the rows in the query's order.
pub fn csv_bytes(metric: &Metric) -> Result<Vec<u8>> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::Any(b'\n')).from_writer(Vec::new());
    let failed = |error: &dyn std::fmt::Display| Error::bug(format!("CSV of {}", metric.query), error.to_string());
    writer.write_record(metric.columns.iter().map(|column| &column.name)).map_err(|e| failed(&e))?;
    for row in &metric.rows {
        writer.write_record(row.iter().map(field)).map_err(|e| failed(&e))?;
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
        let text = String::from_utf8(csv_bytes(&metric).unwrap()).unwrap();
        assert_eq!(
            text,
            "ServiceName,EffectiveCost\n'=cmd|' /C calc'!A0,-1.500000000000000001\n\"a \"\"b\"\", c\nd\",0\n'\tx,1\n,\n"
        );
    }
}
