//! What a small bill of each format becomes: every column of every row of `cost`, held to
//! `tests/golden/focus_<format>.csv`. `make golden` writes them anew; the diff is the review.
//!
//! The bills have one row at least of each line type that the format knows.

mod bills;
mod focus_rows;
mod gcp_rows;

use super::night::root;
use super::place::Night;
use bills::BILLS;
use costmill::focus::column;
use costmill::format::{Format, REGISTRY};
use std::collections::BTreeSet;

/// A header and rows of texts.
struct Table {
    header: Vec<String>,
    rows: Vec<Vec<String>>,
}

impl Table {
    fn read(csv: &str) -> Self {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let texts = |record: &csv::StringRecord| record.iter().map(String::from).collect::<Vec<_>>();
        let header = texts(reader.headers().expect("a header"));
        Self { header, rows: reader.records().map(|row| texts(&row.expect("a row"))).collect() }
    }

    fn cell<'t>(&self, row: &'t [String], column: &str) -> &'t str {
        let at = self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("no {column}"));
        &row[at]
    }

    /// Where a row stands, and what it is.
    fn place(&self, row: &[String]) -> String {
        ["x_SourceFile", "x_SourceRow", "x_LineItemType"].map(|name| self.cell(row, name)).join(" ")
    }
}

/// Every column of every charge, in the order of the source.
fn charges(night: &Night) -> String {
    let sql = "SELECT * FROM cost ORDER BY x_BillingMonth, x_SourceFile, x_SourceRow, x_LineItemType";
    night.costmill(&["query", sql, "--format", "csv"]).exits(0).stdout
}

fn golden(format: &Format) -> std::path::PathBuf {
    root().join(format!("tests/golden/focus_{}.csv", format.id))
}

fn bill(format: &Format) -> fn() -> Night {
    let known = BILLS.iter().find(|(id, _)| *id == format.id);
    known.unwrap_or_else(|| panic!("{}: write a small bill of it in golden_focus/bills.rs", format.id)).1
}

fn rewrites() -> bool {
    std::env::var("COSTMILL_GOLDEN").is_ok_and(|wish| wish == "rewrite")
}

/// Compares cell by cell, or writes the file.
#[track_caller]
fn hold(format: &Format) {
    let night = bill(format)();
    // A bill of a few days has gaps, which are told.
    let ended = night.run();
    assert!([0, 3].contains(&ended.status), "{}: {}{}", format.id, ended.stdout, ended.stderr);
    let text = charges(&night);
    let path = golden(format);
    if rewrites() {
        std::fs::write(&path, text).expect("the golden file");
        return;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let held =
        std::fs::read_to_string(&path).unwrap_or_else(|_| panic!("no tests/golden/{name}: `make golden` writes it"));
    let (shown, held) = (Table::read(&text), Table::read(&held));
    assert_eq!(shown.header, held.header, "{name}: the columns");
    for (number, (shown_row, held_row)) in shown.rows.iter().zip(&held.rows).enumerate() {
        for (column, (shown_cell, held_cell)) in shown.header.iter().zip(shown_row.iter().zip(held_row)) {
            assert!(
                shown_cell == held_cell,
                "tests/golden/{name}, charge {} ({}), {column}\n golden: {held_cell}\n  shown: {shown_cell}\n`make golden` \
                 writes what is shown",
                number + 1,
                shown.place(shown_row)
            );
        }
    }
    assert_eq!(shown.rows.len(), held.rows.len(), "{name}: charges");
}

macro_rules! formats {
    ($($test:ident = $id:literal;)*) => {
        /// Those that a test below runs.
        const TESTED: &[&str] = &[$($id),*];

        $(
            #[test]
            fn $test() {
                hold(costmill::format::find($id).expect("a format"));
            }
        )*
    };
}

formats! {
    aws_cur_legacy = "aws-cur-legacy";
    aws_cur2 = "aws-cur2";
    aws_focus = "aws-focus";
    azure_cost_details = "azure-cost-details";
    azure_focus = "azure-focus";
    gcp_detailed_usage = "gcp-detailed-usage";
    gcp_standard_usage = "gcp-standard-usage";
    gcp_focus = "gcp-focus";
    focus = "focus";
}

/// A registered format without a test, or whose golden file lacks a line type, a kind of charge or a column.
#[test]
fn every_format_has_a_row_of_each_line_type() {
    if rewrites() {
        eprintln!("skipped: the files are being written");
        return;
    }
    let columns: Vec<&str> = column::all().map(|column| column.name).collect();
    for format in REGISTRY {
        assert!(TESTED.contains(&format.id), "{}: add its test to golden_focus.rs", format.id);
        let text = std::fs::read_to_string(golden(format)).unwrap_or_else(|error| panic!("{}: {error}", format.id));
        let table = Table::read(&text);
        assert_eq!(table.header, columns, "{}", format.id);
        let of = |name: &str| table.rows.iter().map(|row| table.cell(row, name)).collect::<BTreeSet<_>>();
        // A FOCUS file's line types are its charge categories.
        let column = if format.native.line_type == "ChargeCategory" { "ChargeCategory" } else { "x_LineItemType" };
        let there = of(column);
        for line_type in format.native.line_types {
            assert!(there.contains(line_type), "{}: its bill has no {line_type}: {there:?}", format.id);
        }
        assert!(table.rows.len() >= 8, "{}: {} rows are no bill", format.id, table.rows.len());
        let costs = of("BilledCost");
        assert!(costs.contains("0") && costs.iter().any(|cost| cost.starts_with('-')), "{}: {costs:?}", format.id);
        assert!(costs.iter().any(|cost| cost.starts_with("0.0000000")), "{}: no small cost", format.id);
        // Google's own FOCUS export has no commitment columns.
        let commitments = format.id != "gcp-focus";
        for (name, value, wanted) in [
            ("CommitmentDiscountStatus", "Used", commitments),
            ("CommitmentDiscountStatus", "Unused", commitments),
            ("ChargeClass", "Correction", true),
        ] {
            assert_eq!(of(name).contains(value), wanted, "{}: {name} {value}", format.id);
        }
    }
}
