//! The company's Google Cloud estate, and dumps of its usage cost tables: the same rows in each.
//! <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/detailed-usage>

pub mod estate;
pub mod export;
mod focus;
mod machines;
pub mod month;
pub mod nested;
pub mod pacific;
pub mod row;
pub mod skus;
mod table;
mod tables;
mod waste;

use std::path::Path;

use crate::error::Result;
use crate::sample::cloud::meter::Month;
use crate::sample::cloud::{Estate, Ground};
use crate::sample::company::Company;
use crate::sample::company::policy::Policy;
use crate::sample::truth::cloud::CloudBooks;
use crate::sample::{SampleOptions, SampleSummary};
use export::{Dump, slices};
use month::Bill;
use table::Table;

/// Writes the dumps under `folder`, and counts their charges in the books.
///
/// # Errors
/// `Lake` when the folder cannot be written, `Bug` if a price of the tables is none.
pub fn write(
    (options, folder): (&SampleOptions, &Path),
    (company, policy): (&Company, Policy),
    (ground, estate): (&Ground, &Estate),
    months: &[Month],
    books: &mut CloudBooks,
) -> Result<SampleSummary> {
    let bills: Vec<Bill> = months
        .iter()
        .map(|month| Bill { company, policy, ground, estate, seed: options.seed, first: options.first_month, month })
        .collect();
    for bill in &bills {
        books.begin(bill.month.calendar.month(), bill.month.days());
        bill.rows(&mut |row| {
            books.add(&row.charge());
            Ok(())
        })?;
        books.end();
    }
    let mut summary = SampleSummary { files: 0, rows: 0, bytes: 0 };
    let asked = Table::EXPORTS.into_iter().filter(|(_, export)| options.exports.contains(export));
    for (number, (table, export)) in asked.enumerate() {
        let root = folder.join(export.word());
        for slice in slices(months, options.first_month) {
            let mut dump = Dump::create(table, &root, &slice, options.rows <= 100_000);
            for bill in bills.iter().filter(|bill| slice.touches(bill.month)) {
                bill.rows(&mut |row| if slice.holds(row.export) { dump.row(bill, &row) } else { Ok(()) })?;
            }
            let (files, rows, bytes) = dump.finish()?;
            summary.files += files;
            // They are the same rows in each.
            summary.rows += if number == 0 { rows } else { 0 };
            summary.bytes += bytes;
        }
    }
    Ok(summary)
}
