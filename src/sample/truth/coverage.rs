//! How much of the money, and of the resources, carries which tag, by month.

use std::fmt::Write as _;

use super::State;
use crate::focus::{BillingMonth, Money};
use crate::sample::company::policy::Key;

/// The keys, and all of them together.
const COLUMNS: usize = Key::ALL.len() + 1;

/// Coverage, month by month.
pub struct Coverage {
    months: Vec<(BillingMonth, Month)>,
    /// By resource: the day it was last charged for in this month, and its states then.
    latest: Vec<Option<(u32, [State; COLUMNS])>>,
}

#[derive(Debug, Clone, Default)]
struct Month {
    covered: [Money; COLUMNS],
    taggable: [Money; COLUMNS],
    all: Money,
    covered_resources: [usize; COLUMNS],
    taggable_resources: [usize; COLUMNS],
}

fn covered(state: State) -> bool {
    state <= State::Inherited
}

fn taggable(state: State) -> bool {
    state <= State::Missing
}

impl Coverage {
    pub fn new(resources: usize) -> Self {
        Coverage { months: Vec::new(), latest: vec![None; resources] }
    }

    pub fn begin(&mut self, month: BillingMonth) {
        self.months.push((month, Month::default()));
        self.latest.fill(None);
    }

    /// A row, and the resource with its day if it is usage of one.
    pub fn add(&mut self, states: &[State; Key::ALL.len()], resource: Option<(usize, u32)>, effective: Money) {
        let Some((_, month)) = self.months.last_mut() else { return };
        let mut all = [State::Tagged; COLUMNS];
        all[..Key::ALL.len()].copy_from_slice(states);
        all[Key::ALL.len()] = states.iter().copied().max().unwrap_or(State::NotTaggable);
        month.all += effective;
        for (key, state) in all.iter().enumerate() {
            if taggable(*state) {
                month.taggable[key] += effective;
            }
            if covered(*state) {
                month.covered[key] += effective;
            }
        }
        if let Some((resource, day)) = resource {
            let latest = &mut self.latest[resource];
            if latest.is_none_or(|(last, _)| last <= day) {
                *latest = Some((day, all));
            }
        }
    }

    pub fn end(&mut self) {
        let Some((_, month)) = self.months.last_mut() else { return };
        for (_, states) in self.latest.iter().flatten() {
            for (key, state) in states.iter().enumerate() {
                month.taggable_resources[key] += usize::from(taggable(*state));
                month.covered_resources[key] += usize::from(covered(*state));
            }
        }
    }

    /// Adds the coverage of another cloud in the same months.
    pub fn absorb(&mut self, other: &Coverage) {
        for (month, theirs) in &other.months {
            let at = self.months.iter().position(|(known, _)| known == month).unwrap_or_else(|| {
                self.months.push((*month, Month::default()));
                self.months.len() - 1
            });
            let ours = &mut self.months[at].1;
            ours.all += theirs.all;
            for key in 0..COLUMNS {
                ours.covered[key] += theirs.covered[key];
                ours.taggable[key] += theirs.taggable[key];
                ours.covered_resources[key] += theirs.covered_resources[key];
                ours.taggable_resources[key] += theirs.taggable_resources[key];
            }
        }
    }

    pub fn file(&self) -> String {
        let mut text = String::from(
            "billing_month,key,covered_cost,taggable_cost,all_cost,covered_resources,taggable_resources\n",
        );
        let names = Key::ALL.iter().map(|key| key.name()).chain(["all"]);
        for (month, sums) in &self.months {
            for (key, name) in names.clone().enumerate() {
                let (covered, taggable, all) = (sums.covered[key], sums.taggable[key], sums.all);
                let (some, of) = (sums.covered_resources[key], sums.taggable_resources[key]);
                let _ = writeln!(text, "{month},{name},{covered},{taggable},{all},{some},{of}");
            }
        }
        text
    }
}
