//! Binds `:name` in a statement, on its tokens: a value can only ever become a literal.
//!
//! Polars SQL has no bind parameters (`LIMIT :top` is refused), so the text is spliced where the
//! tokenizer found a placeholder, never inside a string, a quoted name or a comment.

use super::param::ParamValue;
use super::statement::Finding;
use super::{Catalogue, Query};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::transform::rollup::tag_column;
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Location, Token, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The month that is asked about, `2026-10`.
pub const BILLING_PERIOD: &str = "billing_period";
/// The month before it; derived.
pub const PRIOR_BILLING_PERIOD: &str = "prior_billing_period";
/// The month twelve months before it; derived. With it, thirteen months up to the billing period.
pub const YEAR_AGO_BILLING_PERIOD: &str = "year_ago_billing_period";
/// The tag dimension whose coverage is asked about, as text.
pub const COVERAGE_KEY: &str = "coverage_key";
/// The column of that dimension; derived. A column cannot be bound as a literal.
pub const TAG_COLUMN: &str = "tag_column";

/// Bound without a header: the first and the fourth are given, the others derived from them.
pub const IMPLICIT: [&str; 5] =
    [BILLING_PERIOD, PRIOR_BILLING_PERIOD, YEAR_AGO_BILLING_PERIOD, COVERAGE_KEY, TAG_COLUMN];

/// A `:name` of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placeholder {
    pub name: String,
    /// In bytes.
    pub range: Range<usize>,
    /// 1 is the statement's first line.
    pub line: usize,
}

/// Every placeholder, in order.
pub fn placeholders(sql: &str) -> std::result::Result<Vec<Placeholder>, Finding> {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize_with_location().map_err(|error| {
        Finding::at(error.location.line as usize, format!("does not read as SQL: {}", error.message), "mend the SQL")
    })?;
    let starts = line_starts(sql);
    let mut found = Vec::new();
    for pair in tokens.windows(2) {
        let (Token::Colon, Token::Word(word)) = (&pair[0].token, &pair[1].token) else { continue };
        // A placeholder is one word: `a : b` and `:"b"` are something else.
        if word.quote_style.is_some() || pair[0].span.end != pair[1].span.start {
            continue;
        }
        let range = offset(sql, &starts, pair[0].span.start)..offset(sql, &starts, pair[1].span.end);
        found.push(Placeholder { name: word.value.clone(), range, line: pair[0].span.start.line as usize });
    }
    Ok(found)
}

/// The statement with every placeholder replaced. `given` wins over the header's defaults; the
/// implicit parameters may always be given, any other must be declared by the query or by one
/// that it reads.
pub(super) fn bind(query: &Query, given: &BTreeMap<String, ParamValue>) -> Result<String> {
    let found = placeholders(&query.sql).map_err(|finding| finding.into_error(query))?;
    let mut bound = String::with_capacity(query.sql.len());
    let mut copied = 0;
    for placeholder in found {
        bound.push_str(&query.sql[copied..placeholder.range.start]);
        bound.push_str(&replacement(query, &placeholder, given)?);
        copied = placeholder.range.end;
    }
    bound.push_str(&query.sql[copied..]);
    Ok(bound)
}

/// Refuses a given parameter that neither the query nor one it reads declares.
pub(super) fn refuse_unknown(catalogue: &Catalogue, query: &Query, given: &BTreeMap<String, ParamValue>) -> Result<()> {
    let mut known: BTreeSet<&str> = [BILLING_PERIOD, COVERAGE_KEY].into();
    declared(catalogue, query, &mut known, &mut BTreeSet::new());
    for name in given.keys() {
        if !known.contains(name.as_str()) {
            let (what, remedy) = unknown_name(name, &known);
            return Err(Error::settings(format!("query {}", query.id), what, remedy));
        }
    }
    Ok(())
}

fn declared<'a>(
    catalogue: &'a Catalogue,
    query: &'a Query,
    known: &mut BTreeSet<&'a str>,
    seen: &mut BTreeSet<&'a str>,
) {
    if seen.insert(&query.id) {
        known.extend(query.params.iter().map(|param| param.name.as_str()));
        for read in query.reads.iter().filter_map(|read| catalogue.queries.get(read)) {
            declared(catalogue, read, known, seen);
        }
    }
}

fn unknown_name(name: &str, known: &BTreeSet<&str>) -> (String, String) {
    let nearest = super::header::nearest(name, known.iter().copied());
    let list = known.iter().copied().collect::<Vec<_>>().join(", ");
    let remedy =
        nearest.map_or_else(|| format!("known: {list}"), |near| format!("did you mean `{near}`? known: {list}"));
    (format!("there is no parameter `{name}`"), remedy)
}

fn replacement(query: &Query, placeholder: &Placeholder, given: &BTreeMap<String, ParamValue>) -> Result<String> {
    let place = format!("query {}", query.id);
    match placeholder.name.as_str() {
        BILLING_PERIOD => Ok(quoted(&month(&place, given)?.to_string())),
        PRIOR_BILLING_PERIOD => Ok(quoted(&month(&place, given)?.plus(-1).to_string())),
        YEAR_AGO_BILLING_PERIOD => Ok(quoted(&month(&place, given)?.plus(-12).to_string())),
        COVERAGE_KEY => Ok(quoted(coverage_key(&place, given)?)),
        TAG_COLUMN => Ok(format!("\"{}\"", tag_column(coverage_key(&place, given)?).replace('"', "\"\""))),
        name => {
            let Some(param) = query.params.iter().find(|param| param.name == name) else {
                let mut known: BTreeSet<&str> = IMPLICIT.into();
                known.extend(query.params.iter().map(|param| param.name.as_str()));
                let (what, remedy) = unknown_name(name, &known);
                return Err(Finding::at(placeholder.line, what, remedy).into_error(query));
            };
            match given.get(name) {
                Some(value) => Ok(param.default.accept(&place, name, value)?.literal()),
                None => Ok(param.default.literal()),
            }
        }
    }
}

fn quoted(text: &str) -> String {
    ParamValue::Text(text.into()).literal()
}

fn month(place: &str, given: &BTreeMap<String, ParamValue>) -> Result<BillingMonth> {
    match given.get(BILLING_PERIOD) {
        Some(ParamValue::Text(text)) => {
            text.parse().map_err(|what: String| Error::settings(place, what, "give a month such as 2026-10"))
        }
        Some(other) => Err(Error::settings(
            place,
            format!("parameter `{BILLING_PERIOD}` is text, and {} was given", other.type_name()),
            "give a month such as \"2026-10\"",
        )),
        None => Err(Error::settings(
            place,
            format!("parameter `{BILLING_PERIOD}` is missing"),
            "give the month to ask about, such as 2026-10",
        )),
    }
}

fn coverage_key<'a>(place: &str, given: &'a BTreeMap<String, ParamValue>) -> Result<&'a str> {
    match given.get(COVERAGE_KEY) {
        Some(ParamValue::Text(key)) if !key.is_empty() => Ok(key),
        _ => Err(Error::settings(
            place,
            "the query asks about a tag dimension, and none is configured",
            "set `coverage_key` under [tags] in the config",
        )),
    }
}

fn line_starts(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

/// The tokenizer counts lines and characters from 1.
fn offset(text: &str, starts: &[usize], location: Location) -> usize {
    let start = starts.get((location.line as usize).saturating_sub(1)).copied().unwrap_or(text.len());
    let skip = (location.column as usize).saturating_sub(1);
    text[start..].char_indices().nth(skip).map_or(text.len(), |(at, _)| start + at)
}
