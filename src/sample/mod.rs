//! The synthetic cloud: the bill of a small company as AWS would export it, from a seed.
//!
//! The company (`company`) has an estate (`estate`) of machines (`fleets`) and other services
//! (`catalogue`), holds commitments (`commitments`) that cover machines (`coverage`), and is billed month by month (`month`) in a
//! legacy Cost and Usage Report in its bucket layout (`layout`). All money is exact, and the
//! figures of every month keep AWS's own identities: a negation for each covered usage, and
//! unblended = amortised + true-up + upfront.

mod bill;
mod calendar;
mod catalogue;
mod closing;
mod columns;
mod commitments;
mod company;
mod coverage;
mod estate;
mod fleets;
mod line;
mod month;
mod numbers;
mod press;
mod purchases;
mod random;
mod scale;
mod services;
mod sink;
mod tags;
#[cfg(test)]
mod tests;
mod usage;
mod write;

use std::path::Path;

use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use bill::Bill;
use calendar::Calendar;
use columns::Col;
use commitments::Commitments;
use coverage::Coverage;
use month::{Month, State};
use random::Chance;
use scale::Terms;
use sink::Head;
pub use write::Export;

/// What to make. The same options give the same bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SampleOptions {
    /// About how many rows all months together have, counting a month that is delivered twice
    /// once. The smallest estate has about two thousand a month.
    pub rows: u64,
    /// How many billing months, at least 1. The last one is open: it has no invoices yet.
    pub months: u32,
    pub seed: u64,
    pub first_month: BillingMonth,
    /// Files per delivery, 2 to 28.
    pub parts: u32,
    /// The exports to write, each with the same rows.
    pub exports: Vec<Export>,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSummary {
    /// Parts and manifests, of superseded deliveries too.
    pub files: usize,
    /// Rows of the deliveries that stand: what a reader of the newest manifests finds.
    pub rows: u64,
    /// Of all files.
    pub bytes: u64,
}

/// Writes the sample under `folder`, as under the root of the export bucket. The last month but
/// one (or the only one) is delivered twice, the second time restated.
///
/// # Errors
/// `Settings` for options out of bounds, `Lake` when the folder cannot be written.
pub fn generate(options: &SampleOptions, folder: &Path) -> Result<SampleSummary> {
    check(options)?;
    let estate_days = days_before(options, options.months);
    // Two commitments are bought in the second month, so that they show before and after.
    let bought = 1.min(options.months - 1);
    let first_day = days_before(options, bought);
    let terms = Terms {
        seed: options.seed,
        days: estate_days,
        month: options.first_month.plus(bought as i32),
        first_day,
        purchase: i64::from(first_day) * 24,
    };
    let (estate, hourly_share) = scale::fit(&terms, options.rows / u64::from(options.months))?;
    let held = Commitments::draw(options.seed, &estate, terms.purchase)?;

    let small = options.rows <= 100_000;
    let mut sinks = options.exports.iter().map(|export| export.open(folder, small)).collect::<Result<Vec<_>>>()?;
    let mut names = Chance::new(options.seed, 1);
    let report = names.uuid();
    let restated = options.months.saturating_sub(2);
    let mut summary = SampleSummary { files: 0, rows: 0, bytes: 0 };
    for index in 0..options.months {
        let calendar = Calendar::new(options.first_month.plus(index as i32));
        let first_day = days_before(options, index);
        let coverage = Coverage::of(&estate, &held, &calendar, first_day);
        let columns = Col::of_month(index);
        let open = index + 1 == options.months;
        let bill = Bill { seed: options.seed, index, open, calendar, first_day, columns };
        let month = Month { bill, estate: &estate, held: &held, coverage, hourly_share };
        let states: &[State] = if index == restated { &[State::First, State::Restated] } else { &[State::Only] };
        for state in states {
            let assembly = names.uuid();
            let stands = *state != State::First;
            let head = Head {
                month: month.bill.calendar.month(),
                index,
                assembly: &assembly,
                report: &report,
                columns: &month.bill.columns,
                payer_id: company::ACCOUNTS[company::PAYER].id,
                stands,
            };
            sinks.iter_mut().try_for_each(|sink| sink.begin(&head))?;
            let rows = month.write(*state, options.parts, &mut sinks)?;
            for sink in &mut sinks {
                let written = sink.finish()?;
                summary.files += written.files;
                summary.bytes += written.bytes;
            }
            summary.rows += if stands { rows } else { 0 };
        }
    }
    Ok(summary)
}

fn check(options: &SampleOptions) -> Result<()> {
    let wrong = |flag: &str, what: String, remedy: &str| Err(Error::settings(flag, what, remedy));
    if !(1..=120).contains(&options.months) {
        return wrong("--months", format!("{} months cannot be made", options.months), "ask for 1 to 120");
    }
    if !(2..=28).contains(&options.parts) {
        return wrong("--parts", format!("{} parts cannot be made", options.parts), "ask for 2 to 28");
    }
    if options.rows == 0 {
        return wrong("--rows", "no rows are asked for".into(), "ask for at least 1");
    }
    Ok(())
}

/// Days from the first instant of the sample to that of the month with this index.
fn days_before(options: &SampleOptions, index: u32) -> u32 {
    let begin = options.first_month.start();
    let days = (options.first_month.plus(index as i32).start() - begin).num_days();
    u32::try_from(days).unwrap_or(0)
}
