//! How large an estate, and how finely metered, gives the rows asked for.
//!
//! Up to about a quarter of a million rows a month more rows mean more resources, each metered by
//! the day; beyond that the estate stays and more of it is metered by the hour. Only when all of
//! it is does the estate grow past the full one.

use crate::error::Result;
use crate::focus::BillingMonth;
use crate::sample::calendar::Calendar;
use crate::sample::company::Company;
use crate::sample::estate::Estate;
use crate::sample::estate::commitments::Commitments;
use crate::sample::estate::coverage::{Coverage, Treatment};
use crate::sample::estate::draft::{self, FULL};
use crate::sample::estate::services::Flow;

/// The month that is counted, and what the estate needs to be drawn.
pub struct Terms<'a> {
    pub company: &'a Company,
    pub seed: u64,
    pub days: u32,
    pub month: BillingMonth,
    pub first_day: u32,
    /// First instant of the month of purchases, in hours of the sample.
    pub purchase: i64,
}

/// The estate for about `rows` rows a month, and its hourly share in permille. The smallest estate
/// has about two thousand rows a month, whatever is asked.
pub fn fit(terms: &Terms<'_>, rows: u64) -> Result<(Estate, u32)> {
    let smallest = Draft::new(terms, 0)?;
    if smallest.rows(0) >= rows {
        return Ok((smallest.estate, 0));
    }
    let mut draft = Draft::new(terms, FULL)?;
    if draft.rows(0) >= rows {
        return Ok((search(terms, 0, FULL, |draft| draft.rows(0) >= rows)?.estate, 0));
    }
    if draft.rows(1_000) < rows {
        let mut top = FULL;
        while draft.rows(1_000) < rows && top < FULL * 1_000 {
            top *= 2;
            draft = Draft::new(terms, top)?;
        }
        return Ok((search(terms, top / 2, top, |draft| draft.rows(1_000) >= rows)?.estate, 1_000));
    }
    let (mut low, mut high) = (0, 1_000);
    while high - low > 1 {
        let middle = (low + high) / 2;
        if draft.rows(middle) >= rows { high = middle } else { low = middle }
    }
    Ok((draft.estate, high))
}

/// The smallest scale in `low..=high` that is enough, by bisection.
fn search(terms: &Terms<'_>, mut low: u64, mut high: u64, enough: impl Fn(&Draft) -> bool) -> Result<Draft> {
    while high - low > 1 {
        let middle = (low + high) / 2;
        if enough(&Draft::new(terms, middle)?) { high = middle } else { low = middle }
    }
    Draft::new(terms, high)
}

/// An estate and how often its lines are printed in a month, by rank.
struct Draft {
    estate: Estate,
    /// Rows whatever the share.
    fixed: u64,
    /// Rank, rows if metered by the day, rows if metered by the hour.
    metered: Vec<(u32, u64, u64)>,
}

/// Discounts, credits, fees and taxes of a month, for each account.
const CLOSING_ROWS: u64 = 9;

impl Draft {
    fn new(terms: &Terms<'_>, scale: u64) -> Result<Draft> {
        let estate = draft::draw(terms.company, terms.seed, scale, terms.days)?;
        let held = Commitments::draw(terms.company, terms.seed, &estate, terms.purchase)?;
        let calendar = Calendar::new(terms.month);
        let coverage = Coverage::of(&estate, &held, &calendar, terms.first_day);
        let mut draft =
            Draft { fixed: CLOSING_ROWS * terms.company.accounts.len() as u64, metered: Vec::new(), estate };
        for stream in &draft.estate.streams {
            let resource = &draft.estate.resources[stream.resource];
            let (mut daily, mut hourly) = (0, 0);
            for day in (0..calendar.days()).filter(|day| resource.lives(terms.first_day + day)) {
                let hours = stream.run.hours(&calendar, terms.first_day, day * 24..day * 24 + 24);
                daily += u64::from(hours > 0);
                hourly += u64::from(hours);
            }
            match stream.meter.flow {
                Flow::Monthly(_) => draft.fixed += 1,
                _ => draft.metered.push((stream.rank, daily, hourly)),
            }
        }
        for (number, machine) in draft.estate.machines.iter().enumerate() {
            let (daily, hourly) = machine_rows(&coverage, number, calendar.days());
            draft.metered.push((machine.rank, daily, hourly));
        }
        let days = u64::from(calendar.days());
        draft.metered.extend(held.plans.iter().map(|_| (0, days, days * 24)));
        Ok(draft)
    }

    fn rows(&self, share: u32) -> u64 {
        let rows = |(rank, daily, hourly): &(u32, u64, u64)| if *rank < share { *hourly } else { *daily };
        self.fixed + self.metered.iter().map(rows).sum::<u64>()
    }
}

fn machine_rows(coverage: &Coverage, machine: usize, days: u32) -> (u64, u64) {
    let (mut daily, mut hourly) = (0, 0);
    for day in 0..days {
        let mut seen: Vec<Treatment> =
            (day * 24..day * 24 + 24).map(|hour| coverage.treatment(machine, hour)).collect();
        hourly += seen.iter().copied().map(lines).sum::<u64>();
        seen.sort_unstable();
        seen.dedup();
        daily += seen.into_iter().map(lines).sum::<u64>();
    }
    (daily, hourly)
}

/// Covered usage of a Savings Plan comes with its negation.
fn lines(treatment: Treatment) -> u64 {
    match treatment {
        Treatment::Off => 0,
        Treatment::OnDemand | Treatment::Reserved(_) => 1,
        Treatment::Planned(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_rows_are_more_resources_and_then_more_hours() {
        let month = "2026-09".parse().unwrap();
        let company = Company::new(10, 40);
        let terms = Terms { company: &company, seed: 3, days: 92, month, first_day: 31, purchase: 31 * 24 };
        let (smallest, share) = fit(&terms, 1).unwrap();
        assert_eq!(share, 0);
        let (middle, share) = fit(&terms, 15_000).unwrap();
        assert!(share == 0 && middle.resources.len() > 2 * smallest.resources.len());
        let (full, share) = fit(&terms, 100_000).unwrap();
        assert!(share > 10 && full.resources.len() < 1_600);
        let (hourly, more) = fit(&terms, 600_000).unwrap();
        assert!(more > share && more < 1_000 && hourly.resources.len() == full.resources.len());
        let rows = Draft::new(&terms, FULL).unwrap().rows(more) as f64;
        assert!((rows / 600_000.0 - 1.0).abs() < 0.01, "{rows}");
    }
}
