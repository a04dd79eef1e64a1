//! From answers to the groups that a figure adds up.

use super::groups::{Groups, Term};
use super::probe::{Numbers, Probe};
use super::{Asked, Figure, ask, same_cell};
use crate::error::Result;

/// Questions asked for one figure before it counts as no sum.
const QUESTIONS: usize = 200;

/// The groups that the figure adds up or takes off; `None` where no such choice explains the answers.
pub fn terms(asked: &Asked, figure: Figure, groups: &Groups) -> Result<Option<Vec<Term>>> {
    let numbers = Numbers::new(groups);
    let all: Vec<usize> = (0..groups.rows.len()).collect();
    let mut search = Search { asked, figure, groups, numbers: &numbers, questions: 0, terms: Vec::new() };
    // Without any amount a sum is 0. What is not, is counted or given.
    if search.answer(&[])? != Some(0) {
        return Ok(None);
    }
    let Some(answer) = search.answer(&all)? else { return Ok(None) };
    let found = search.explain(&all, answer)?;
    Ok(found.then_some(search.terms))
}

struct Search<'a> {
    asked: &'a Asked<'a>,
    figure: Figure<'a>,
    groups: &'a Groups,
    numbers: &'a Numbers,
    questions: usize,
    terms: Vec<Term>,
}

impl Search<'_> {
    /// The figure when these groups have their numbers and all others 0.
    fn answer(&mut self, groups: &[usize]) -> Result<Option<i128>> {
        self.questions += 1;
        let probe = Probe::new(self.asked.tables, self.groups, self.numbers, groups)?;
        Ok(same_cell(self.figure, &ask(self.asked, &probe)?))
    }

    /// Finds terms of these groups that sum to the answer.
    fn explain(&mut self, groups: &[usize], answer: i128) -> Result<bool> {
        if answer == 0 {
            return Ok(true);
        }
        if self.one_measure(groups, answer) || self.by_value(groups, answer)? {
            return Ok(true);
        }
        let Some(values) = self.groups.telling(groups)?.filter(|_| self.questions < QUESTIONS) else {
            return Ok(false);
        };
        let most = values.iter().max().copied().unwrap_or_default();
        let half = most.div_ceil(2);
        let (one, other): (Vec<_>, Vec<_>) = groups.iter().zip(&values).partition(|(_, value)| **value < half);
        let only = |part: Vec<(&usize, &usize)>| part.into_iter().map(|(group, _)| *group).collect::<Vec<usize>>();
        let (one, other) = (only(one), only(other));
        let Some(of_one) = self.answer(&one)? else { return Ok(false) };
        Ok(self.explain(&one, of_one)? && self.explain(&other, answer - of_one)?)
    }

    /// All of the groups, with one cost or the difference of two.
    fn one_measure(&mut self, groups: &[usize], answer: i128) -> bool {
        let sums: Vec<i128> =
            (0..self.groups.measures.len()).map(|measure| self.numbers.sum(self.groups, measure, groups)).collect();
        let mut found: Vec<(usize, i8)> = Vec::new();
        for (measure, sum) in sums.iter().enumerate() {
            if *sum == answer.abs() {
                found = vec![(measure, if answer > 0 { 1 } else { -1 })];
            }
            for (other, less) in sums.iter().enumerate().filter(|(other, _)| *other != measure) {
                if sum - less == answer {
                    found = vec![(measure, 1), (other, -1)];
                }
            }
        }
        for (measure, sign) in &found {
            self.terms.extend(groups.iter().map(|group| Term { group: *group, measure: *measure, sign: *sign }));
        }
        !found.is_empty()
    }

    /// The groups of one value of the telling column, or those of one less those of another: this
    /// billing period, or its change from another one.
    fn by_value(&mut self, groups: &[usize], answer: i128) -> Result<bool> {
        let Some(values) = self.groups.telling(groups)? else { return Ok(false) };
        let most = values.iter().max().copied().unwrap_or_default();
        if most > 40 {
            return Ok(false);
        }
        let of = |value: usize| -> Vec<usize> {
            groups.iter().zip(&values).filter(|(_, own)| **own == value).map(|(group, _)| *group).collect()
        };
        let parts: Vec<Vec<usize>> = (0..=most).map(of).collect();
        for measure in 0..self.groups.measures.len() {
            let sums: Vec<i128> = parts.iter().map(|part| self.numbers.sum(self.groups, measure, part)).collect();
            for (one, sum) in sums.iter().enumerate() {
                let other = sums.iter().position(|less| *sum - less == answer && *less != *sum);
                let alone = *sum == answer;
                if alone || other.is_some() {
                    self.take(&parts[one], measure, 1);
                    if let Some(other) = other.filter(|_| !alone) {
                        self.take(&parts[other], measure, -1);
                    }
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn take(&mut self, groups: &[usize], measure: usize, sign: i8) {
        self.terms.extend(groups.iter().map(|group| Term { group: *group, measure, sign }));
    }
}
