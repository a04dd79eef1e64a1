//! Asks one query, of the catalogue or as it was typed.

use super::bind::{bind, refuse_unknown};
use super::check::tables as tables_of;
use super::convert::{kind_of, rows};
use super::guard::guard;
use super::meaning::known_meaning;
use super::money::across_currencies;
use super::plan::natures as natures_of;
use super::statement::parse;
use super::{Catalogue, ParamValue, Query};
use crate::error::{Error, Problem, Result};
use crate::lake::on_deep_stack;
use crate::transform::metric::{Metric, MetricColumn};
use polars::prelude::{DataFrame, LazyFrame};
use polars::sql::SQLContext;
use sqlparser::dialect::GenericDialect;
use sqlparser::tokenizer::{Token, Tokenizer};
use std::collections::{BTreeMap, BTreeSet};

/// The tables that queries read: `cost`, `cost_daily`, `resource_month` of one snapshot.
pub trait Tables {
    /// A lazy scan of the table.
    fn frame(&self, table: &str) -> Result<LazyFrame>;
    /// What [`Tables::frame`] knows.
    fn names(&self) -> Vec<String>;
}

/// Asks the query `id`. `params` win over the defaults of its header, and are handed on to the
/// queries it reads. `collect` is the lake's: the catalogue itself collects nothing.
///
/// # Errors
/// `Settings` for a missing or wrong parameter; `Catalogue` for a query that does not do what its
/// header says.
pub fn run(
    catalogue: &Catalogue,
    id: &str,
    params: &BTreeMap<String, ParamValue>,
    tables: &dyn Tables,
    collect: &dyn Fn(LazyFrame) -> Result<DataFrame>,
) -> Result<Metric> {
    let query = find(catalogue, id)?;
    refuse_unknown(catalogue, query, params)?;
    let frame = collect(lazy(catalogue, query, params, tables, &mut Vec::new())?)?;
    let returned: Vec<&str> = frame.columns().iter().map(|column| column.name().as_str()).collect();
    let declared: Vec<&str> = query.columns.iter().map(|column| column.name.as_str()).collect();
    if returned != declared {
        let what = format!("returns {} and declares {}", returned.join(", "), declared.join(", "));
        return Err(broken(query, what));
    }
    let column = |column: &super::QueryColumn| MetricColumn {
        name: column.name.clone(),
        meaning: column.meaning.clone(),
        kind: column.kind,
    };
    Ok(Metric {
        query: query.id.clone(),
        title: query.title.clone(),
        question: query.question.clone(),
        columns: query.columns.iter().map(column).collect(),
        rows: rows(&frame).map_err(|what| broken(query, what))?,
    })
}

/// The statement as it is asked: any engine takes this text over the same tables.
pub fn bound_sql(catalogue: &Catalogue, id: &str, params: &BTreeMap<String, ParamValue>) -> Result<String> {
    let query = find(catalogue, id)?;
    refuse_unknown(catalogue, query, params)?;
    bind(query, params)
}

/// Every word of the statement and of those it reads, as they are asked: what a query can tell rows
/// apart by is among them.
pub fn words(catalogue: &Catalogue, id: &str, params: &BTreeMap<String, ParamValue>) -> Result<BTreeSet<String>> {
    let query = find(catalogue, id)?;
    let sql = bind(query, params)?;
    let mut words = BTreeSet::new();
    let tokens = Tokenizer::new(&GenericDialect {}, &sql).tokenize();
    for token in tokens.map_err(|error| broken(query, error.to_string()))? {
        if let Token::Word(word) = token {
            words.insert(word.value);
        }
    }
    for read in query.reads.iter().filter(|read| catalogue.queries.contains_key(*read)) {
        words.extend(self::words(catalogue, read, params)?);
    }
    Ok(words)
}

/// Asks a typed statement: one SELECT over `tables`, under the same guard as the catalogue's.
pub fn run_sql(sql: &str, tables: &dyn Tables, collect: &dyn Fn(LazyFrame) -> Result<DataFrame>) -> Result<Metric> {
    let refused = |what: String, remedy: String| Error::settings("query", what, remedy);
    let parsed = parse(sql).map_err(|finding| refused(finding.what, finding.remedy))?;
    let names: BTreeSet<String> = tables.names().into_iter().collect();
    if let Some(finding) = guard(&parsed, &names).into_iter().next() {
        return Err(refused(finding.what, finding.remedy));
    }
    let mut context = SQLContext::new();
    for name in &names {
        context.register(name, tables.frame(name)?);
    }
    let plan = context
        .execute(sql)
        .and_then(|mut plan| plan.collect_schema().map(|_| plan))
        .map_err(|error| refused(format!("Polars refuses it: {error}"), "write it with what Polars SQL has".into()))?;
    let frame = collect(plan)?;
    let column = |column: &polars::prelude::Column| MetricColumn {
        name: column.name().to_string(),
        meaning: known_meaning(column.name()).to_string(),
        kind: kind_of(column.dtype()),
    };
    Ok(Metric {
        query: "query".into(),
        title: "Query".into(),
        question: sql.trim().into(),
        columns: frame.columns().iter().map(column).collect(),
        rows: rows(&frame).map_err(|what| refused(what, "cast the column to a plain type".into()))?,
    })
}

/// What a typed statement adds up or compares across currencies: right only where all charges are
/// in one. A statement that does not parse has no answer here.
pub fn cautions(sql: &str, tables: &[String], dimensions: &[String]) -> Vec<Problem> {
    let Ok(parsed) = parse(sql) else { return Vec::new() };
    let natures = tables.iter().filter_map(|table| Some((table.clone(), natures_of(table, dimensions)?))).collect();
    let findings = across_currencies(&parsed, &natures).into_iter();
    findings.map(|finding| Problem::new("query", finding.what, finding.remedy)).collect()
}

fn find<'a>(catalogue: &'a Catalogue, id: &str) -> Result<&'a Query> {
    catalogue.queries.get(id).ok_or_else(|| {
        let near = super::header::nearest(id, catalogue.queries.keys().map(String::as_str));
        let remedy = near.map_or("see `queries/`".to_string(), |near| format!("did you mean `{near}`?"));
        Error::catalogue(format!("query {id}"), "there is no such query", remedy)
    })
}

/// The plan of a query over its tables and the plans of the queries it reads. `path` is how the
/// walk came here.
fn lazy<'a>(
    catalogue: &'a Catalogue,
    query: &'a Query,
    params: &BTreeMap<String, ParamValue>,
    tables: &dyn Tables,
    path: &mut Vec<&'a str>,
) -> Result<LazyFrame> {
    if path.contains(&query.id.as_str()) {
        return Err(broken(query, format!("reads itself: {} → {}", path.join(" → "), query.id)));
    }
    let sql = bind(query, params)?;
    let parsed = parse(&sql).map_err(|finding| finding.into_error(query))?;
    // A folder's catalogue may never have been checked: what it may read is guarded here too.
    if let Some(finding) = guard(&parsed, &tables_of(catalogue, query)).into_iter().next() {
        return Err(finding.into_error(query));
    }
    path.push(&query.id);
    let mut context = SQLContext::new();
    for read in &query.reads {
        match catalogue.queries.get(read) {
            Some(read) => context.register(read.table(), lazy(catalogue, read, params, tables, path)?),
            None => match catalogue.lookups.get(read) {
                Some(lookup) => context.register(read, lookup.frame()),
                None => context.register(read, tables.frame(read)?),
            },
        }
    }
    path.pop();
    on_deep_stack(|| {
        let plan = context.execute(&sql).and_then(|mut plan| plan.collect_schema().map(|_| plan));
        plan.map_err(|error| broken(query, format!("Polars refuses it: {error}")))
    })
}

fn broken(query: &Query, what: String) -> Error {
    Error::catalogue(query.file.clone(), what, "run `costmill check`, and mend the query")
}
