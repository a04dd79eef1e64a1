//! Reads a statement: exactly one `SELECT`, with the parser Polars SQL itself uses.

use super::Query;
use crate::error::{Error, Problem};
use sqlparser::ast::{self, SetExpr, Spanned, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;

/// Something wrong in a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// 1 is the statement's first line; 0 when the parser does not say.
    pub line: usize,
    pub what: String,
    pub remedy: String,
}

impl Finding {
    pub fn at(line: usize, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { line, what: what.into(), remedy: remedy.into() }
    }

    /// On the line where `node` begins.
    pub fn on(node: &impl Spanned, what: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self::at(node.span().start.line as usize, what, remedy)
    }

    /// The problem, at its file and line.
    pub fn into_problem(self, query: &Query) -> Problem {
        let line = query.first_line + self.line.saturating_sub(1);
        Problem::new(format!("{}:{line}", query.file), self.what, self.remedy)
    }

    pub fn into_error(self, query: &Query) -> Error {
        Error::Catalogue(self.into_problem(query))
    }
}

/// The one query of `sql`.
pub fn parse(sql: &str) -> Result<Box<ast::Query>, Finding> {
    let statements = Parser::parse_sql(&GenericDialect {}, sql).map_err(|error| {
        let text = error.to_string();
        let line = text.rsplit_once("Line: ").and_then(|(_, rest)| rest.split(',').next()?.parse().ok()).unwrap_or(0);
        Finding::at(line, format!("does not read as SQL: {text}"), "mend the SQL")
    })?;
    let mut statements = statements.into_iter();
    match (statements.next(), statements.next()) {
        (Some(Statement::Query(query)), None) if reads_only(&query.body) => Ok(query),
        (None, _) => Err(Finding::at(0, "there is no statement", "write one SELECT")),
        (Some(_), Some(second)) => Err(Finding::on(&second, "there is a second statement", "write one SELECT")),
        (Some(first), None) => {
            let text = first.to_string();
            let word = text.split_whitespace().next().unwrap_or("?").to_uppercase();
            let what = match word.as_str() {
                "SELECT" | "WITH" => "writes something besides its SELECT".into(),
                _ => format!("{word} is not a SELECT"),
            };
            Err(Finding::on(&first, what, "only SELECT can be asked; nothing here may change or list anything"))
        }
    }
}

/// No INSERT, UPDATE, DELETE, MERGE or TABLE inside; the rest the guard looks at.
pub(super) fn reads_only(body: &SetExpr) -> bool {
    match body {
        SetExpr::Select(select) => select.into.is_none(),
        SetExpr::Query(query) => reads_only(&query.body),
        SetExpr::SetOperation { left, right, .. } => reads_only(left) && reads_only(right),
        SetExpr::Values(_) => true,
        SetExpr::Insert(_) | SetExpr::Update(_) | SetExpr::Delete(_) | SetExpr::Merge(_) | SetExpr::Table(_) => false,
    }
}
