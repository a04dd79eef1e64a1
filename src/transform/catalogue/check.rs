//! `check`: everything that can be known of a catalogue without data.

use super::guard::guard;
use super::scope::{Named, Nature};
use super::statement::{Finding, parse};
use super::{Catalogue, Kind, ParamValue, Query, bind, contract, money, plan, quotient};
use crate::error::Problem;
use crate::transform::metric::CellKind;
use sqlparser::ast::{self, Expr, OrderByKind};
use std::collections::{BTreeMap, BTreeSet};

/// Checks every query: what it reads, its parameters, its statement, the types it returns and the
/// contract of its kind. `dimensions` are the configured tag dimensions; with none, a query about
/// the coverage key is checked on a stand-in.
pub fn check(catalogue: &Catalogue, dimensions: &[String]) -> Vec<Problem> {
    let mut problems = Vec::new();
    for query in catalogue.queries.values() {
        let before = problems.len();
        problems.extend(reads(catalogue, query));
        problems.extend(unused(query));
        problems.extend(contract::broken(query));
        if problems.len() == before {
            problems.extend(statement(catalogue, query, dimensions));
        }
    }
    problems
}

/// The names that `reads` brings into the statement.
pub(super) fn tables(catalogue: &Catalogue, query: &Query) -> BTreeSet<String> {
    let table = |read: &String| catalogue.queries.get(read).map_or(read.as_str(), Query::table).to_string();
    query.reads.iter().map(table).collect()
}

fn reads(catalogue: &Catalogue, query: &Query) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut names = BTreeSet::new();
    for read in &query.reads {
        let known = plan::TABLES.contains(&read.as_str())
            || catalogue.queries.contains_key(read)
            || catalogue.lookups.contains_key(read);
        if !known {
            let of_catalogue = catalogue.queries.keys().chain(catalogue.lookups.keys()).map(String::as_str);
            let all = plan::TABLES.iter().copied().chain(of_catalogue);
            let remedy = match super::header::nearest(read, all) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("read {}, or the id of a query", plan::TABLES.join(", ")),
            };
            problems.push(Problem::new(query.file.clone(), format!("reads `{read}`, which does not exist"), remedy));
        } else if !names.insert(catalogue.queries.get(read).map_or(read.as_str(), Query::table)) {
            let what = format!("reads two things that are both called `{read}`");
            problems.push(Problem::new(query.file.clone(), what, "read one of them through another query"));
        }
    }
    if let Some(cycle) = cycle(catalogue, query) {
        problems.push(Problem::new(query.file.clone(), format!("reads itself: {cycle}"), "break the circle"));
    }
    problems
}

/// A way from a query back to itself.
fn cycle(catalogue: &Catalogue, query: &Query) -> Option<String> {
    fn walk<'a>(catalogue: &'a Catalogue, goal: &str, at: &'a Query, path: &mut Vec<&'a str>) -> bool {
        for read in at.reads.iter().filter_map(|read| catalogue.queries.get(read)) {
            if path.contains(&read.id.as_str()) {
                continue;
            }
            path.push(&read.id);
            if read.id == goal || walk(catalogue, goal, read, path) {
                return true;
            }
            path.pop();
        }
        false
    }
    let mut path = Vec::new();
    walk(catalogue, &query.id, query, &mut path).then(|| format!("{} → {}", query.id, path.join(" → ")))
}

fn unused(query: &Query) -> Vec<Problem> {
    let used: BTreeSet<String> = match bind::placeholders(&query.sql) {
        Ok(found) => found.into_iter().map(|placeholder| placeholder.name).collect(),
        Err(finding) => return vec![finding.into_problem(query)],
    };
    let unused = query.params.iter().filter(|param| !used.contains(&param.name));
    unused
        .map(|param| {
            let what = format!("declares the parameter `{0}` and does not use :{0}", param.name);
            Problem::new(query.file.clone(), what, "use it or remove it")
        })
        .collect()
}

fn statement(catalogue: &Catalogue, query: &Query, dimensions: &[String]) -> Vec<Problem> {
    let mut dimensions = dimensions.to_vec();
    if dimensions.is_empty() {
        dimensions.push("coverage_key".into());
    }
    let example = [
        (bind::BILLING_PERIOD.to_string(), ParamValue::Text("2000-02".into())),
        (bind::COVERAGE_KEY.to_string(), ParamValue::Text(dimensions[0].clone())),
        (bind::LAST_FULL_DAY.to_string(), ParamValue::Date(chrono::NaiveDate::default())),
    ];
    let sql = match bind::bind(query, &example.into()) {
        Ok(sql) => sql,
        Err(error) => return vec![error.problem().clone()],
    };
    let parsed = match parse(&sql) {
        Ok(parsed) => parsed,
        Err(finding) => return vec![finding.into_problem(query)],
    };
    let mut findings = guard(&parsed, &tables(catalogue, query));
    findings.extend(money::apply(&parsed, &natures(catalogue, query, &dimensions)));
    findings.extend(quotient::by_constants(&parsed));
    findings.extend(unordered(query, &parsed));
    if findings.is_empty() {
        let planned = plan::compare(query, &sql, empties(catalogue, query, &dimensions));
        findings.extend(planned.into_iter().map(|(what, remedy)| Finding::at(1, what, remedy)));
    }
    findings.into_iter().map(|finding| finding.into_problem(query)).collect()
}

fn natures(catalogue: &Catalogue, query: &Query, dimensions: &[String]) -> BTreeMap<String, Vec<Named>> {
    let columns = |read: &String| match catalogue.queries.get(read) {
        Some(read) => {
            let named =
                |c: &super::QueryColumn| Named { name: c.name.clone(), nature: Nature::of_cell(&c.name, c.kind) };
            Some((read.table().to_string(), read.columns.iter().map(named).collect()))
        }
        None => match catalogue.lookups.get(read) {
            Some(lookup) => Some((read.clone(), lookup.natures())),
            None => Some((read.clone(), plan::natures(read, dimensions)?)),
        },
    };
    query.reads.iter().filter_map(columns).collect()
}

fn empties(
    catalogue: &Catalogue,
    query: &Query,
    dimensions: &[String],
) -> BTreeMap<String, polars::prelude::LazyFrame> {
    let empty = |read: &String| match catalogue.queries.get(read) {
        Some(read) => Some((read.table().to_string(), plan::empty_result(&read.columns))),
        None => match catalogue.lookups.get(read) {
            Some(lookup) => Some((read.clone(), lookup.frame())),
            None => Some((read.clone(), plan::empty(read, dimensions)?)),
        },
    };
    query.reads.iter().filter_map(empty).collect()
}

/// Rows come in a different order every run unless the statement orders them by their whole key:
/// in a metric, every column of the specification or of our tables that is no measure.
fn unordered(query: &Query, parsed: &ast::Query) -> Vec<Finding> {
    let Some(OrderByKind::Expressions(by)) = parsed.order_by.as_ref().map(|order| &order.kind) else {
        let remedy = "end it with ORDER BY over the whole key";
        return vec![Finding::on(parsed, "has no ORDER BY: its rows would come in any order", remedy)];
    };
    if query.kind != Kind::Metric {
        return Vec::new();
    }
    let ordered: BTreeSet<&str> = by
        .iter()
        .filter_map(|by| match &by.expr {
            Expr::Identifier(name) => Some(name.value.as_str()),
            Expr::CompoundIdentifier(parts) => parts.last().map(|part| part.value.as_str()),
            _ => None,
        })
        .collect();
    let key = query.columns.iter().filter(|column| {
        let measure = !matches!(column.kind, CellKind::Text | CellKind::Date | CellKind::Time | CellKind::Boolean);
        !measure && super::meaning::is_key(&column.name)
    });
    let missing: Vec<&str> = key.map(|column| column.name.as_str()).filter(|name| !ordered.contains(name)).collect();
    if missing.is_empty() {
        return Vec::new();
    }
    let what = format!("its ORDER BY leaves out {}: rows that tie would come in any order", missing.join(", "));
    vec![Finding::on(&by[0].expr, what, "add them at its end")]
}
