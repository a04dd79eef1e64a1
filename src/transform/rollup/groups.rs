//! The groups of one roll-up in the making: sums of exact decimals per key, folded as they come.

use super::dictionary::{Dictionary, NONE};
use super::index::KeyIndex;
use super::part::Part;
use super::table::Rollup;
use crate::error::Result;
use std::collections::BTreeMap;

/// The dictionaries of all columns, by name.
pub type Dictionaries = BTreeMap<String, Dictionary>;

/// The groups of one roll-up. Memory follows their number, not that of the charges.
pub struct Groups {
    pub(super) table: Rollup,
    /// The keys of a group: those that tell it apart, and the number of the others' codes among
    /// `common`, which are far fewer than groups. Rows are sorted by the ones, then the others.
    pub(super) telling: Vec<String>,
    pub(super) others: Vec<String>,
    pub(super) index: KeyIndex,
    pub(super) common: KeyIndex,
    pub(super) attributes: Vec<String>,
    /// One row of sums per group.
    pub(super) sums: Vec<i128>,
    pub(super) rows: Vec<i64>,
    /// First and last day; kept where there are attributes, as what follows.
    pub(super) days: Vec<(u32, u32)>,
    /// The start of the latest charge, and one row of its attributes' codes per group.
    pub(super) latest: Vec<i64>,
    pub(super) states: Vec<u32>,
}

impl Groups {
    pub fn new(table: Rollup, dimensions: &[String]) -> Self {
        let owned = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<Vec<_>>();
        let (telling, mut others) = (owned(table.telling_keys()), owned(&table.common_keys()));
        let mut attributes = owned(table.attributes());
        others.extend(table.tag_keys(dimensions));
        attributes.extend(table.tag_attributes(dimensions));
        Self {
            table,
            index: KeyIndex::new(telling.len() + 1),
            common: KeyIndex::new(others.len()),
            telling,
            others,
            attributes,
            sums: Vec::new(),
            rows: Vec::new(),
            days: Vec::new(),
            latest: Vec::new(),
            states: Vec::new(),
        }
    }

    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Adds the charges of a part that `held` lets through.
    pub fn add(&mut self, part: &Part, held: &dyn Fn(usize) -> bool, dictionaries: &Dictionaries) -> Result<()> {
        let codes = |names: &[String]| names.iter().map(|name| part.codes(name)).collect::<Result<Vec<_>>>();
        let (telling, others, attributes) = (codes(&self.telling)?, codes(&self.others)?, codes(&self.attributes)?);
        let measures: Vec<&[i128]> =
            self.table.measures().iter().map(|name| part.amounts(name)).collect::<Result<_>>()?;
        let days = part.codes("x_ChargeDay")?;
        let (mut key, mut common) = (vec![NONE; telling.len() + 1], vec![u32::MAX; others.len()]);
        for row in (0..part.len()).filter(|row| held(*row)) {
            // Neighbours often agree in all but what tells them apart.
            if common.iter().zip(&others).any(|(code, column)| *code != column[row]) {
                common.iter_mut().zip(&others).for_each(|(code, column)| *code = column[row]);
                key[telling.len()] = self.common.number(&common) as u32;
            }
            key.iter_mut().zip(&telling).for_each(|(code, column)| *code = column[row]);
            let group = self.index.number(&key);
            if group == self.rows.len() {
                self.rows.push(0);
                self.sums.resize(self.sums.len() + measures.len(), 0);
                if !attributes.is_empty() {
                    self.days.push((u32::MAX, NONE));
                    self.latest.push(i64::MIN);
                    self.states.resize(self.states.len() + attributes.len(), NONE);
                }
            }
            self.rows[group] += 1;
            let sums = &mut self.sums[group * measures.len()..(group + 1) * measures.len()];
            // Wraps as sums of decimals do everywhere; Σ|x| is bounded before anything is published.
            sums.iter_mut().zip(&measures).for_each(|(sum, amounts)| *sum = sum.wrapping_add(amounts[row]));
            if !attributes.is_empty() {
                let (first, last) = self.days[group];
                self.days[group] = (first.min(days[row]), last.max(days[row]));
                self.see(group, row, part, &attributes, dictionaries);
            }
        }
        Ok(())
    }

    /// Keeps the latest attributes of a group. Of charges that start at one time the
    /// greatest attributes count, so that the choice is the same in any order of charges.
    fn see(&mut self, group: usize, row: usize, part: &Part, attributes: &[&[u32]], dictionaries: &Dictionaries) {
        let start = part.starts[row];
        if self.rows[group] > 1 && start < self.latest[group] {
            return;
        }
        let state = &mut self.states[group * attributes.len()..(group + 1) * attributes.len()];
        if self.rows[group] > 1 && start == self.latest[group] {
            let differs = state.iter().zip(attributes).position(|(code, column)| *code != column[row]);
            let Some(at) = differs else { return };
            let dictionary = &dictionaries[&self.attributes[at]];
            if dictionary.text(attributes[at][row]) < dictionary.text(state[at]) {
                return;
            }
        }
        state.iter_mut().zip(attributes).for_each(|(code, column)| *code = column[row]);
        self.latest[group] = start;
    }
}
