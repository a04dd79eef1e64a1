//! Binds `:name` in a statement, on its tokens: a value can only ever become a literal.
//!
//! Polars SQL has no bind parameters (`LIMIT :top` is refused), so the text is spliced where the
//! tokenizer found a placeholder, never inside a string, a quoted name or a comment.

use super::param::ParamValue;
use super::statement::Finding;
use super::{Catalogue, Query};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::transform::rollup::{tag_column, tag_exemption_column, tag_state_column};
use chrono::NaiveDate;
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
/// January of its year; derived. With it, the year to date.
pub const FIRST_BILLING_PERIOD_OF_YEAR: &str = "first_billing_period_of_year";
/// The last UTC day of the billing period that is complete in the lake, as a date; the day before
/// the period where none is.
pub const LAST_FULL_DAY: &str = "last_full_day";
/// The first days of the windows of 7, 14 and 35 days that end with the last full day, inclusive;
/// derived.
pub const FIRST_OF_DAYS: [(&str, i64); 3] =
    [("first_of_7_days", 7), ("first_of_14_days", 14), ("first_of_35_days", 35)];
/// The tag dimension whose coverage is asked about, as text; `all` is all required ones together.
pub const COVERAGE_KEY: &str = "coverage_key";
/// The column of that dimension; derived. A column cannot be bound as a literal.
pub const TAG_COLUMN: &str = "tag_column";
/// The column of that dimension's states; derived.
pub const TAG_STATE_COLUMN: &str = "tag_state_column";
/// The column of the exemptions from that dimension; derived.
pub const TAG_EXEMPTION_COLUMN: &str = "tag_exemption_column";
/// The tag coverage aimed at, a share; null where none is configured.
pub const COVERAGE_TARGET: &str = "coverage_target";
/// The column of the cost that statements show; EffectiveCost unless BilledCost is given.
pub const SHOWBACK_BASIS: &str = "showback_basis";
/// The name of that column as text; derived.
pub const SHOWBACK_BASIS_NAME: &str = "showback_basis_name";
/// Whose tax, support, credits and refunds are in a statement, in a sentence; null where nobody says.
pub const SHOWBACK_POLICY: &str = "showback_policy";

/// A query that uses one of these is asked once for each key.
pub const OF_A_KEY: [&str; 4] = [COVERAGE_KEY, TAG_COLUMN, TAG_STATE_COLUMN, TAG_EXEMPTION_COLUMN];
/// What may be given without a header that declares it.
pub const GIVEN: [&str; 6] =
    [BILLING_PERIOD, COVERAGE_KEY, COVERAGE_TARGET, LAST_FULL_DAY, SHOWBACK_BASIS, SHOWBACK_POLICY];
/// What follows from those.
const DERIVED: [&str; 10] = [
    PRIOR_BILLING_PERIOD,
    YEAR_AGO_BILLING_PERIOD,
    FIRST_BILLING_PERIOD_OF_YEAR,
    FIRST_OF_DAYS[0].0,
    FIRST_OF_DAYS[1].0,
    FIRST_OF_DAYS[2].0,
    TAG_COLUMN,
    TAG_STATE_COLUMN,
    TAG_EXEMPTION_COLUMN,
    SHOWBACK_BASIS_NAME,
];

/// Is it bound without a header?
pub fn is_implicit(name: &str) -> bool {
    GIVEN.contains(&name) || DERIVED.contains(&name)
}

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
    let mut known: BTreeSet<&str> = GIVEN.into();
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
        FIRST_BILLING_PERIOD_OF_YEAR => Ok(quoted(&format!("{}-01", &month(&place, given)?.to_string()[..4]))),
        LAST_FULL_DAY => Ok(ParamValue::Date(last_full_day(&place, given)?).literal()),
        COVERAGE_KEY => Ok(quoted(coverage_key(&place, given)?)),
        TAG_COLUMN => Ok(identifier(&tag_column(coverage_key(&place, given)?))),
        TAG_STATE_COLUMN => Ok(identifier(&tag_state_column(coverage_key(&place, given)?))),
        TAG_EXEMPTION_COLUMN => Ok(identifier(&tag_exemption_column(coverage_key(&place, given)?))),
        COVERAGE_TARGET => optional(&place, COVERAGE_TARGET, &ParamValue::Number(1.0), given),
        SHOWBACK_POLICY => optional(&place, SHOWBACK_POLICY, &ParamValue::Text(String::new()), given),
        SHOWBACK_BASIS => Ok(identifier(showback_basis(&place, given)?)),
        SHOWBACK_BASIS_NAME => Ok(quoted(showback_basis(&place, given)?)),
        name => {
            if let Some((_, days)) = FIRST_OF_DAYS.iter().find(|(first, _)| *first == name) {
                let first = last_full_day(&place, given)? - chrono::Duration::days(days - 1);
                return Ok(ParamValue::Date(first).literal());
            }
            let Some(param) = query.params.iter().find(|param| param.name == name) else {
                let mut known: BTreeSet<&str> = GIVEN.into_iter().chain(DERIVED).collect();
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

/// A parameter that may be missing: then it is null, of the type of `like`.
fn optional(place: &str, name: &str, like: &ParamValue, given: &BTreeMap<String, ParamValue>) -> Result<String> {
    match given.get(name) {
        Some(value) => Ok(like.accept(place, name, value)?.literal()),
        None if matches!(like, ParamValue::Text(_)) => Ok("CAST(NULL AS VARCHAR)".into()),
        None => Ok("CAST(NULL AS DOUBLE)".into()),
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

/// A name of a column, quoted so that it cannot be anything else.
fn identifier(column: &str) -> String {
    format!("\"{}\"", column.replace('"', "\"\""))
}

fn last_full_day(place: &str, given: &BTreeMap<String, ParamValue>) -> Result<NaiveDate> {
    match given.get(LAST_FULL_DAY) {
        Some(ParamValue::Date(day)) => Ok(*day),
        other => {
            let what = match other {
                None => format!("parameter `{LAST_FULL_DAY}` is missing"),
                Some(other) => format!("parameter `{LAST_FULL_DAY}` is a date, and {} was given", other.type_name()),
            };
            Err(Error::settings(place, what, "give the last complete day, such as 2026-10-31"))
        }
    }
}

fn showback_basis<'a>(place: &str, given: &'a BTreeMap<String, ParamValue>) -> Result<&'a str> {
    match given.get(SHOWBACK_BASIS) {
        None => Ok("EffectiveCost"),
        Some(ParamValue::Text(basis)) if ["EffectiveCost", "BilledCost"].contains(&basis.as_str()) => Ok(basis),
        Some(_) => Err(Error::settings(
            place,
            format!("parameter `{SHOWBACK_BASIS}` is neither EffectiveCost nor BilledCost"),
            "give one of the two",
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
