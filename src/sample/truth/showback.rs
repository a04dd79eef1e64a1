//! What each team costs, by month: the team a charge is tagged with, else the holder of its account.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::focus::{BillingMonth, Money};
use crate::sample::company::Company;

/// EffectiveCost in dollars by team; `None` is what nobody owns.
#[derive(Default)]
pub struct Showback {
    months: Vec<(BillingMonth, BTreeMap<Option<usize>, Money>)>,
}

impl Showback {
    pub fn begin(&mut self, month: BillingMonth) {
        self.months.push((month, BTreeMap::new()));
    }

    pub fn add(&mut self, owner: Option<usize>, effective: Money) {
        if let Some((_, month)) = self.months.last_mut() {
            *month.entry(owner).or_insert(Money::ZERO) += effective;
        }
    }

    /// Adds what another cloud cost in the same months.
    pub fn absorb(&mut self, other: &Showback) {
        for (month, theirs) in &other.months {
            let at = self.months.iter().position(|(known, _)| known == month).unwrap_or_else(|| {
                self.months.push((*month, BTreeMap::new()));
                self.months.len() - 1
            });
            for (team, cost) in theirs {
                *self.months[at].1.entry(*team).or_insert(Money::ZERO) += *cost;
            }
        }
    }

    pub fn file(&self, company: &Company) -> String {
        let mut text = String::from("billing_month,team,effective_cost\n");
        for (month, teams) in &self.months {
            for (team, cost) in teams {
                let team = team.map_or("unallocated", |team| company.teams[team].name.as_str());
                let _ = writeln!(text, "{month},{team},{cost}");
            }
        }
        text
    }
}
