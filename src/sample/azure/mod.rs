//! The company's Azure estate, and its Enterprise Agreement's cost details: actual and amortised cost, two
//! exports of the same usage; and the FOCUS export of the same charges.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/dataset-schema/cost-usage-details-ea>

pub mod commitments;
pub mod estate;
pub mod export;
pub mod focus;
pub mod line;
mod machines;
pub mod month;
pub mod skus;
mod waste;

use std::path::Path;

use crate::error::Result;
use crate::sample::cloud::meter::Month;
use crate::sample::cloud::{Estate, Ground};
use crate::sample::company::Company;
use crate::sample::company::policy::Policy;
use crate::sample::truth::cloud::CloudBooks;
use crate::sample::{SampleOptions, SampleSummary};
use export::{Export, Run};
use month::{Bill, Dataset};

/// Days of the month that the first of two runs of a month has.
const FIRST_RUN: u32 = 3;

/// Writes the exports of all months under `folder`, and counts their charges in the books.
///
/// # Errors
/// `Lake` when the folder cannot be written.
pub fn write(
    (options, folder): (&SampleOptions, &Path),
    (company, policy): (&Company, Policy),
    (ground, estate): (&Ground, &Estate),
    months: &[Month],
    books: &mut CloudBooks,
) -> Result<SampleSummary> {
    let asked = |export: crate::sample::Export| options.exports.contains(&export);
    let small = options.rows <= 100_000;
    let root = |export: crate::sample::Export| folder.join(export.word());
    let (details, with_focus) = (crate::sample::Export::AzureCostDetails, crate::sample::Export::AzureFocus);
    let mut export = Export::new(small);
    if asked(details) {
        export.write(Dataset::Actual, &root(details));
        export.write(Dataset::Amortised, &root(details));
    }
    if asked(with_focus) {
        export.write(Dataset::Focus, &root(with_focus));
    }
    let mut summary = SampleSummary { files: 0, rows: 0, bytes: 0 };
    let restated = options.months.saturating_sub(2);
    let bought = months.get(1).or(months.first()).map_or(0, |month| month.first_day);
    for month in months {
        let bill = Bill { company, policy, ground, estate, seed: options.seed, month, bought };
        if month.index == restated {
            // A run of the first days; the next one replaces it.
            let run = Run { month: month.calendar.month(), day: FIRST_RUN, seed: options.seed };
            export.begin(&run)?;
            bill.write(0..FIRST_RUN, None, &mut |dataset, line| export.line(dataset, line))?;
            let (files, bytes, _) = export.finish()?;
            summary.files += files;
            summary.bytes += bytes;
        }
        let days = month.calendar.days();
        let run = Run { month: month.calendar.month(), day: days + 4, seed: options.seed };
        export.begin(&run)?;
        books.begin(month.calendar.month(), month.days());
        for part in 0..2 {
            if part > 0 {
                export.next_part()?;
            }
            let days = days * part / 2..days * (part + 1) / 2;
            bill.write(days, Some(books), &mut |dataset, line| export.line(dataset, line))?;
        }
        books.end();
        let (files, bytes, rows) = export.finish()?;
        summary.files += files;
        summary.bytes += bytes;
        summary.rows += rows;
    }
    Ok(summary)
}
