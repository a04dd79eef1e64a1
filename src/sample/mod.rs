//! The synthetic cloud: the bills of a company as its providers would export them, from a seed, with the
//! truths that a careful reader of them must find.
//!
//! The company (`company`) has an estate (`estate`) of machines and other services, holds
//! commitments that cover machines, and wastes some of it (`waste`). It is billed month by month
//! (`bill`), in exports of several formats that all get the same rows (`sink`, `write`). What is
//! true of the rows is summed while they are printed (`truth`). Beside the exports lie the
//! company's own files and its configuration (`beside`). All money is exact, and the figures of
//! every month keep AWS's own identities: a negation for each covered usage, and unblended =
//! amortised + true-up + upfront.
//!
//! What it runs in Azure (`azure`) and in Google Cloud (`gcp`) has the same owners and the same tag policy,
//! an estate of its own (`cloud`) and rows in its provider's own words.

mod azure;
mod beside;
mod bill;
mod calendar;
mod cloud;
mod columns;
mod company;
mod estate;
mod gcp;
mod numbers;
mod others;
mod random;
mod sink;
#[cfg(test)]
mod tests;
mod truth;
mod waste;
mod write;

use std::path::Path;

use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use beside::drivers::{Drivers, METRICS};
use bill::Bill;
use bill::month::{Month, State};
use calendar::Calendar;
use columns::Col;
use company::policy::Policy;
use company::{Company, PAYER};
use estate::commitments::Commitments;
use estate::coverage::Coverage;
use estate::scale::{self, Terms};
use others::Others;
use random::Chance;
use sink::Head;
use truth::{Books, put};
pub use write::{Cloud, Export};

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
    /// How many teams the company has, 5 to 200.
    pub teams: u32,
    /// The exports to write: those of AWS each have the same rows, and the first of each cloud is its
    /// primary source.
    pub exports: Vec<Export>,
}

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleSummary {
    /// Parts and manifests, of superseded deliveries too.
    pub files: usize,
    /// Rows of the deliveries that stand: what a reader of the newest manifests finds. Those of AWS count
    /// once for all of its exports, those of Azure in the actual cost.
    pub rows: u64,
    /// Of all files.
    pub bytes: u64,
}

/// Writes the sample under `folder`: each export in a folder of its own, as under the root of its
/// bucket, the company's files and configuration beside them, the truths in `truths/`. The last
/// month but one (or the only one) is delivered twice, the second time restated.
///
/// # Errors
/// `Settings` for options out of bounds, `Lake` when the folder cannot be written.
pub fn generate(options: &SampleOptions, folder: &Path) -> Result<SampleSummary> {
    check(options)?;
    let days = days_before(options, options.months);
    // The company re-organises in the middle of the year that the sample shows.
    let company = Company::new(options.teams as usize, days_before(options, options.months / 2) + 9);
    let policy = Policy { app_active: days_before(options, 1), exempt_until: days.saturating_sub(14) };
    // Two commitments are bought in the second month, so that they show before and after.
    let bought = 1.min(options.months - 1);
    let first_day = days_before(options, bought);
    let terms = Terms {
        company: &company,
        seed: options.seed,
        days,
        month: options.first_month.plus(bought as i32),
        first_day,
        purchase: i64::from(first_day) * 24,
    };
    let (estate, hourly_share) = scale::fit(&terms, options.rows / u64::from(options.months))?;
    let held = Commitments::draw(&company, options.seed, &estate, terms.purchase)?;

    let bill = |index: u32| Bill {
        company: &company,
        seed: options.seed,
        index,
        open: index + 1 == options.months,
        calendar: Calendar::new(options.first_month.plus(index as i32)),
        first_day: days_before(options, index),
        columns: Col::of_month(index),
    };
    let month = |index: u32| {
        let bill = bill(index);
        let coverage = Coverage::of(&estate, &held, &bill.calendar, bill.first_day);
        Month { bill, estate: &estate, held: &held, coverage, hourly_share }
    };
    let mut books = Books::new(&company, policy, &estate, &held, days);
    let small = options.rows <= 100_000;
    let of_aws = options.exports.iter().filter(|export| export.cloud() == Cloud::Aws);
    let mut sinks = of_aws.map(|export| export.open(folder, small)).collect::<Result<Vec<_>>>()?;
    let mut names = Chance::new(options.seed, 1);
    let report = names.uuid();
    let restated = options.months.saturating_sub(2);
    let mut summary = SampleSummary { files: 0, rows: 0, bytes: 0 };
    let billed = if sinks.is_empty() { 0 } else { options.months };
    for index in 0..billed {
        let month = month(index);
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
                payer_id: &company.accounts[PAYER].id,
                stands,
            };
            sinks.iter_mut().try_for_each(|sink| sink.begin(&head))?;
            let rows = month.write(*state, options.parts, &mut sinks, &mut books)?;
            for sink in &mut sinks {
                let written = sink.finish()?;
                summary.files += written.files;
                summary.bytes += written.bytes;
            }
            summary.rows += if stands { rows } else { 0 };
        }
    }
    let others = Others::draw(options, &company, days)?;
    let clouds = others.write((options, folder), (&company, policy), days, &mut summary)?;
    let drivers = Drivers::draw(&company, options.seed, options.first_month.start(), days);
    books.write(folder, options.first_month, &drivers, &clouds)?;
    let estate = if billed == 0 { None } else { Some(&estate) };
    beside(options, folder, (&company, policy, estate), (&others, &drivers))?;
    Ok(summary)
}

/// Writes what lies beside the exports.
fn beside(
    options: &SampleOptions,
    folder: &Path,
    (company, policy, estate): (&Company, Policy, Option<&estate::Estate>),
    (others, drivers): (&Others, &Drivers),
) -> Result<()> {
    let first = options.first_month.start();
    let ids = others.ids(estate.is_some(), company);
    put(&folder.join("accounts.csv"), beside::accounts::file(company, &ids).as_bytes())?;
    put(
        &folder.join("costmill.toml"),
        beside::config::file((company, &ids), policy, &options.exports, first).as_bytes(),
    )?;
    for (number, metric) in METRICS.iter().enumerate() {
        put(&folder.join(metric.file), drivers.file(company, number, first).as_bytes())?;
    }
    let days = days_before(options, options.months);
    let machines = estate.map(|estate| beside::utilisation::of_aws(company, estate, days));
    beside::utilisation::write(folder, options, "machines", machines.unwrap_or_default(), days)?;
    for (ground, estate) in others.estates() {
        let machines = beside::utilisation::of_cloud(ground, estate, days);
        beside::utilisation::write(folder, options, ground.word, machines, days)?;
    }
    Ok(())
}

fn check(options: &SampleOptions) -> Result<()> {
    let wrong = |flag: &str, what: String, remedy: &str| Err(Error::settings(flag, what, remedy));
    if !(1..=120).contains(&options.months) {
        return wrong("--months", format!("{} months cannot be made", options.months), "ask for 1 to 120");
    }
    if !(2..=28).contains(&options.parts) {
        return wrong("--parts", format!("{} parts cannot be made", options.parts), "ask for 2 to 28");
    }
    if !(5..=200).contains(&options.teams) {
        return wrong("--teams", format!("{} teams cannot be made", options.teams), "ask for 5 to 200");
    }
    if options.exports.is_empty() {
        return wrong("--format", "no export is asked for".into(), "ask for at least aws-cur-legacy");
    }
    let position = |wanted: Export| options.exports.iter().position(|export| *export == wanted);
    // The truths are of the first of each pair: Azure's FOCUS export has paths for sub accounts, Google's other
    // tables have no resources, or leave fees where they were charged.
    for (primary, shadow) in [
        (Export::AzureCostDetails, Export::AzureFocus),
        (Export::GcpDetailedUsage, Export::GcpStandardUsage),
        (Export::GcpDetailedUsage, Export::GcpFocus),
    ] {
        let (primary, shadow, at) = (primary.word(), shadow.word(), (position(primary), position(shadow)));
        if at.1.is_some() && (at.0.is_none() || at.0 > at.1) {
            return wrong(
                "--format",
                format!("{shadow} is a shadow of {primary}"),
                &format!("ask for {primary} before it"),
            );
        }
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
