//! The clouds beside AWS, as far as they are asked for: their estates drawn, their exports written.

use std::path::Path;

use crate::error::Result;
use crate::sample::calendar::Calendar;
use crate::sample::cloud::meter::Month;
use crate::sample::cloud::{Estate, Ground, scale};
use crate::sample::company::Company;
use crate::sample::company::policy::Policy;
use crate::sample::truth::cloud::CloudBooks;
use crate::sample::{Cloud, SampleOptions, SampleSummary, azure, days_before, gcp};

/// Rows of AWS to one of another cloud: the company runs less there.
const SHARE: u64 = 4;

/// Their estates.
pub struct Others {
    azure: Option<(Ground, Estate)>,
    gcp: Option<(Ground, Estate)>,
    months: Vec<Month>,
}

impl Others {
    /// Draws what is asked for, for a sample of so many days.
    ///
    /// # Errors
    /// `Bug` if a price of the tables is none.
    pub fn draw(options: &SampleOptions, company: &Company, days: u32) -> Result<Others> {
        let asked = |cloud: Cloud| options.exports.iter().any(|export| export.cloud() == cloud);
        let rows = options.rows / u64::from(options.months) / SHARE;
        let mut others = Others { azure: None, gcp: None, months: Vec::new() };
        if asked(Cloud::Azure) {
            let ground = azure::estate::ground(company);
            let draw = |scale| azure::estate::draw(company, &ground, options.seed, days, scale);
            let estate = scale::fit(rows, 1, draw)?;
            others.azure = Some((ground, estate));
        }
        if asked(Cloud::Gcp) {
            let ground = gcp::estate::ground(company);
            let draw = |scale| gcp::estate::draw(company, &ground, options.seed, days, scale);
            let estate = scale::fit(rows, 2, draw)?;
            others.gcp = Some((ground, estate));
        }
        let month = |index: u32| Month {
            calendar: Calendar::new(options.first_month.plus(index as i32)),
            index,
            first_day: days_before(options, index),
            open: index + 1 == options.months,
        };
        others.months = (0..options.months).map(month).collect();
        Ok(others)
    }

    /// Writes their exports, and returns what is true of them.
    ///
    /// # Errors
    /// `Lake` when the folder cannot be written.
    pub fn write<'a>(
        &'a self,
        (options, folder): (&SampleOptions, &Path),
        (company, policy): (&'a Company, Policy),
        days: u32,
        summary: &mut SampleSummary,
    ) -> Result<Vec<CloudBooks<'a>>> {
        let mut all = Vec::new();
        let mut add = |written: SampleSummary| {
            summary.files += written.files;
            summary.rows += written.rows;
            summary.bytes += written.bytes;
        };
        let books = |ground: &'a Ground, estate: &'a Estate| {
            CloudBooks::new((company, policy), ground, estate, (options.first_month, days))
        };
        if let Some((ground, estate)) = &self.azure {
            let mut of = books(ground, estate);
            add(azure::write((options, folder), (company, policy), (ground, estate), &self.months, &mut of)?);
            all.push(of);
        }
        if let Some((ground, estate)) = &self.gcp {
            let mut of = books(ground, estate);
            add(gcp::write((options, folder), (company, policy), (ground, estate), &self.months, &mut of)?);
            all.push(of);
        }
        Ok(all)
    }

    pub fn estates(&self) -> impl Iterator<Item = &(Ground, Estate)> {
        self.azure.iter().chain(&self.gcp)
    }

    /// The ids of the company's accounts in each cloud, AWS first if it is asked for.
    pub fn ids(&self, of_aws: bool, company: &Company) -> Vec<Vec<String>> {
        let aws = of_aws.then(|| company.accounts.iter().map(|account| account.id.clone()).collect());
        aws.into_iter().chain(self.estates().map(|(ground, _)| ground.ids.clone())).collect()
    }
}
