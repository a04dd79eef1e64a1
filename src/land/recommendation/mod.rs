//! Files of recommendations that a provider exports: what it would change, read as text and kept exact.

pub mod compute_optimizer;
mod cost_optimization_hub;
mod table;
#[cfg(test)]
mod tests;

pub use cost_optimization_hub::cost_optimization_hub;

use crate::focus::Recommendation;
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// A file of an export, here on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecommendationFile {
    /// As its location names it, for messages.
    pub place: String,
    pub path: PathBuf,
    /// The day of the export, for rows that do not say when they were made.
    pub day: NaiveDate,
}

/// Whose recommendations they are, for every row of them.
#[derive(Debug, Clone, Copy)]
pub struct Speaker<'a> {
    /// The id of the API and what it is.
    pub by: &'a str,
    /// `x_SourceId` of the bill it speaks of.
    pub source: &'a str,
}

/// All of several tools without those that another of them tells too: Cost Optimization Hub passes on what Compute
/// Optimizer says. Of the same resource and action the first one stays.
pub fn without_twins(all: Vec<Recommendation>) -> Vec<Recommendation> {
    let mut seen = BTreeSet::new();
    let key =
        |one: &Recommendation| (one.source.clone(), one.sub_account.clone(), one.resource.to_lowercase(), one.action);
    all.into_iter().filter(|one| seen.insert(key(one))).collect()
}
