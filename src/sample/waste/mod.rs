//! What was planted: waste that the bill shows, and for each kind of it things that look like it
//! and are none. Everything here is a fact of the world: what was built, when it was last used,
//! and what it would save to put it right. No rule is consulted, and none consults this.

mod databases;
mod machines;
mod meters;
mod network;
pub mod storage;

use crate::error::Result;
use crate::sample::estate::draft::Draft;

/// Waste, and what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    pub pattern: &'static str,
    /// `delete`, `schedule`, `resize`, `upgrade` or `use`.
    pub action: &'static str,
    pub target: Target,
    pub worth: Worth,
    /// The day of the sample on which it began.
    pub since: u32,
}

/// Something that looks like waste to a careless eye.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Near {
    pub target: Target,
    pub why: &'static str,
}

/// By number in the estate, or among the commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    Resource(usize),
    Reservation(usize),
    Plan(usize),
}

/// What putting it right saves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// All it costs.
    Whole,
    /// What has come since five weeks before the end, at most; how much of it is still needed no bill
    /// shows.
    Growth,
    /// What its meters of this usage type (without the region's prefix) cost.
    Meter(&'static str),
    /// The cost of its machine hours in so many of the 168 hours of a week.
    Hours(i64),
    /// The difference between the prices of two usage types of the same operation and region, as
    /// this company's bill shows the second; no figure if it does not.
    Instead { of: &'static str, by: &'static str },
    /// The part of a commitment that nothing uses. It is owed all the same: how much other usage could
    /// come under it no bill shows.
    Unused,
}

/// Plants all of it.
///
/// # Errors
/// `Bug` if a price of the tables is none.
pub fn plant(draft: &mut Draft) -> Result<()> {
    network::plant(draft)?;
    storage::plant(draft)?;
    databases::plant(draft)?;
    machines::plant(draft)
}

impl Draft<'_> {
    fn hit(&mut self, pattern: &'static str, action: &'static str, resource: usize, worth: Worth) {
        let since = self.estate.resources[resource].born;
        self.estate.hits.push(Hit { pattern, action, target: Target::Resource(resource), worth, since });
    }

    fn near(&mut self, resource: usize, why: &'static str) {
        self.estate.near.push(Near { target: Target::Resource(resource), why });
    }

    /// Days before the end of the sample, counted from its first day.
    fn ago(&self, days: u32) -> u32 {
        self.days.saturating_sub(days)
    }

    /// An application and its production account, another for each number.
    fn home(&self, number: usize) -> (usize, usize, usize) {
        let app = (number * 5 + 2) % self.company.apps.len();
        let team = &self.company.teams[self.company.apps[app].team];
        (app, self.account(app, "prod"), team.home)
    }
}
