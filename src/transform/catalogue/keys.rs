//! A query about a tag dimension is asked once for each key.

use super::bind::{COVERAGE_KEY, OF_A_KEY, TAG_COLUMN, TAG_EXEMPTION_COLUMN, TAG_STATE_COLUMN, placeholders};
use super::run::{Tables, run};
use super::{Catalogue, ParamValue};
use crate::error::Result;
use crate::transform::metric::Metric;
use crate::transform::rollup::ALL_KEYS;
use polars::prelude::{DataFrame, LazyFrame};
use std::collections::{BTreeMap, BTreeSet};

/// The parameters a query is asked with: once as they are, or, where it or a query it reads uses
/// the coverage key or its columns, once for each of `keys`, in their order. `all` has a state but
/// no value and no exemption, so a query that looks at those alone is not asked about it. Without a key the
/// parameters come back as they are, and [`run`] says what is missing.
pub fn key_params(
    catalogue: &Catalogue,
    id: &str,
    params: &BTreeMap<String, ParamValue>,
    keys: &[String],
) -> Vec<BTreeMap<String, ParamValue>> {
    let mut used = BTreeSet::new();
    uses(catalogue, id, &mut used, &mut BTreeSet::new());
    if used.is_empty() || keys.is_empty() {
        return vec![params.clone()];
    }
    let columns = used.contains(TAG_COLUMN) || used.contains(TAG_EXEMPTION_COLUMN);
    let by_value = columns && !used.contains(TAG_STATE_COLUMN);
    let asked = keys.iter().filter(|key| !(by_value && *key == ALL_KEYS));
    let with = |key: &String| {
        let mut params = params.clone();
        params.insert(COVERAGE_KEY.into(), ParamValue::Text(key.clone()));
        params
    };
    asked.map(with).collect()
}

/// Asks a query with each of its [`key_params`]; the rows stand in the order of the keys.
///
/// # Errors
/// As [`run`].
pub fn run_for_keys(
    (catalogue, id): (&Catalogue, &str),
    params: &BTreeMap<String, ParamValue>,
    keys: &[String],
    tables: &dyn Tables,
    collect: &dyn Fn(LazyFrame) -> Result<DataFrame>,
) -> Result<Metric> {
    let mut all: Option<Metric> = None;
    for params in key_params(catalogue, id, params, keys) {
        let metric = run(catalogue, id, &params, tables, collect)?;
        match &mut all {
            Some(all) => all.rows.extend(metric.rows),
            None => all = Some(metric),
        }
    }
    // Only `all` configured, and a query of values: it is asked about nothing, as one without keys.
    all.map_or_else(|| run(catalogue, id, params, tables, collect), Ok)
}

/// Which of the key's parameters a query uses, itself or through those it reads.
fn uses(catalogue: &Catalogue, id: &str, used: &mut BTreeSet<&'static str>, seen: &mut BTreeSet<String>) {
    let Some(query) = catalogue.queries.get(id).filter(|_| seen.insert(id.to_string())) else { return };
    for placeholder in placeholders(&query.sql).unwrap_or_default() {
        used.extend(OF_A_KEY.into_iter().filter(|name| *name == placeholder.name));
    }
    query.reads.iter().for_each(|read| uses(catalogue, read, used, seen));
}

impl Catalogue {
    /// Does the query, or one that it reads, ask about a tag dimension? Without one configured it
    /// cannot be asked, and a report leaves its section out and says so.
    pub fn needs_coverage_key(&self, id: &str) -> bool {
        let mut used = BTreeSet::new();
        uses(self, id, &mut used, &mut BTreeSet::new());
        !used.is_empty()
    }
}
