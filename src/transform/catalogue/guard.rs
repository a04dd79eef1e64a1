//! What no statement may do, a catalogue's or a typed one: read anything but the known tables
//! (Polars SQL can read any file of the machine), or take a shape that Polars answers wrongly
//! without an error.

use super::statement::{Finding, reads_only};
use sqlparser::ast::{
    self, BinaryOperator, Expr, Function, GroupByExpr, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart,
    OrderByKind, Select, TableFactor, TableWithJoins, Visit, Visitor, WindowType,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Everything in `query` that must be refused. `tables` are the names it may read.
pub fn guard(query: &ast::Query, tables: &BTreeSet<String>) -> Vec<Finding> {
    let mut guard = Guard { tables, ctes: Vec::new(), findings: Vec::new() };
    let _ = query.visit(&mut guard);
    guard.findings
}

/// A plain name, without schema or catalogue.
pub fn simple_name(name: &ObjectName) -> Option<&str> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Some(&ident.value),
        _ => None,
    }
}

/// Functions that make one value of many.
pub fn is_aggregate(function: &Function) -> bool {
    const NAMES: &[&str] = &[
        "SUM",
        "TOTAL",
        "COUNT",
        "MIN",
        "MAX",
        "AVG",
        "MEAN",
        "MEDIAN",
        "STDDEV",
        "STDDEV_SAMP",
        "STDEV",
        "STDEV_SAMP",
        "VARIANCE",
        "VAR",
        "VAR_SAMP",
        "CORR",
        "COVAR",
        "COVAR_SAMP",
        "COVAR_POP",
        "QUANTILE_CONT",
        "QUANTILE_DISC",
        "STRING_AGG",
        "LISTAGG",
        "ARRAY_AGG",
        "FIRST",
        "LAST",
        "ANY_VALUE",
        "BOOL_AND",
        "BOOL_OR",
    ];
    NAMES.contains(&function_name(function).as_str())
}

/// The name in capitals.
pub fn function_name(function: &Function) -> String {
    function.name.to_string().to_uppercase()
}

struct Guard<'a> {
    tables: &'a BTreeSet<String>,
    ctes: Vec<String>,
    findings: Vec<Finding>,
}

impl Visitor for Guard<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &ast::Query) -> ControlFlow<()> {
        if !reads_only(&query.body) {
            self.refuse(Finding::on(query, "a part of the statement is not a SELECT", "only SELECT can be asked"));
        }
        if let Some(with) = &query.with {
            if with.recursive {
                self.refuse(Finding::on(query, "WITH RECURSIVE", "Polars SQL has none; use plain WITH"));
            }
            for cte in &with.cte_tables {
                let name = &cte.alias.name.value;
                // Polars looks for a table first: the text below the name would silently not be read.
                if self.tables.contains(name) || self.ctes.contains(name) {
                    let what = format!("WITH gives the name `{name}` to a second table");
                    self.refuse(Finding::at(cte.alias.name.span.start.line as usize, what, "choose another name"));
                }
                self.ctes.push(name.clone());
            }
        }
        let by_expressions = query.order_by.iter().flat_map(|order| match &order.kind {
            OrderByKind::Expressions(by) => by.as_slice(),
            OrderByKind::All(_) => &[],
        });
        for by in by_expressions {
            if Functions::of(&by.expr).windows > 0 {
                let remedy = "compute it in a CTE and order by its column";
                self.refuse(Finding::on(&by.expr, "a window function in ORDER BY", remedy));
            }
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        for joined in &select.from {
            self.joins(joined);
        }
        let functions = Functions::of(select);
        let grouped =
            functions.aggregates > 0 || !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
        if grouped && functions.windows > 0 {
            self.refuse(Finding::on(
                select,
                "a window function in a grouped SELECT: Polars computes it inside each group and says nothing",
                "group in a CTE, and put the window in the SELECT that reads it",
            ));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_table_factor(&mut self, factor: &TableFactor) -> ControlFlow<()> {
        let what = match factor {
            TableFactor::Table { args: None, .. } | TableFactor::NestedJoin { .. } => return ControlFlow::Continue(()),
            TableFactor::Derived { lateral: false, .. } => return ControlFlow::Continue(()),
            TableFactor::Table { name, .. } => {
                format!("the table function {name}: it can read any file of the machine")
            }
            _ => format!("`{factor}` is no table"),
        };
        let list = self.known();
        self.refuse(Finding::on(factor, what, format!("read only {list}")));
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, name: &ObjectName) -> ControlFlow<()> {
        let known =
            simple_name(name).is_some_and(|name| self.tables.contains(name) || self.ctes.iter().any(|cte| cte == name));
        if !known {
            let list = self.known();
            self.refuse(Finding::on(name, format!("there is no table `{name}` here"), format!("read only {list}")));
        }
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Subquery(_) | Expr::AnyOp { .. } | Expr::AllOp { .. } => {
                self.refuse(Finding::on(expr, "a scalar subquery", "compute it in a CTE and CROSS JOIN the one row"))
            }
            Expr::InSubquery { negated: true, .. } => self.refuse(Finding::on(
                expr,
                "NOT IN (SELECT …): one null in the list and the engines disagree",
                "write NOT EXISTS (SELECT …)",
            )),
            Expr::Function(function) => self.running(function),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

impl Guard<'_> {
    fn refuse(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn known(&self) -> String {
        self.tables.iter().cloned().collect::<Vec<_>>().join(", ")
    }

    /// `SUM(x) OVER (ORDER BY k)` adds up ties together in SQL, and row by row in Polars.
    fn running(&mut self, function: &Function) {
        const PLACE_ONLY: &[&str] = &["ROW_NUMBER", "RANK", "DENSE_RANK", "LAG", "LEAD", "FIRST_VALUE"];
        if let Some(WindowType::WindowSpec(window)) = &function.over
            && !window.order_by.is_empty()
            && window.window_frame.is_none()
            && !PLACE_ONLY.contains(&function_name(function).as_str())
        {
            self.refuse(Finding::on(
                function,
                format!(
                    "{} OVER (… ORDER BY …) without a frame: ties count otherwise in Polars",
                    function_name(function)
                ),
                "write ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW, over a total order",
            ));
        }
    }

    fn joins(&mut self, joined: &TableWithJoins) {
        for join in &joined.joins {
            let (word, constraint) = match &join.join_operator {
                JoinOperator::Left(on) | JoinOperator::LeftOuter(on) => ("LEFT JOIN", on),
                JoinOperator::Right(on) | JoinOperator::RightOuter(on) => ("RIGHT JOIN", on),
                JoinOperator::FullOuter(on) => ("FULL JOIN", on),
                JoinOperator::Semi(on) | JoinOperator::LeftSemi(on) | JoinOperator::RightSemi(on) => ("SEMI JOIN", on),
                JoinOperator::Anti(on) | JoinOperator::LeftAnti(on) | JoinOperator::RightAnti(on) => ("ANTI JOIN", on),
                _ => continue,
            };
            let JoinConstraint::On(condition) = constraint else { continue };
            let right = alias(&join.relation);
            for part in conjuncts(condition) {
                if !joins_both_sides(part, right) {
                    self.refuse(Finding::on(
                        part,
                        format!(
                            "{word} … ON with the residual condition `{part}`: Polars drops the rows that do not match"
                        ),
                        "join ON equalities `left.column = right.column` only; filter the right table in a CTE first",
                    ));
                }
            }
        }
    }
}

/// The name columns of a table are qualified with.
fn alias(factor: &TableFactor) -> Option<&str> {
    match factor {
        TableFactor::Table { alias: Some(alias), .. } | TableFactor::Derived { alias: Some(alias), .. } => {
            Some(&alias.name.value)
        }
        TableFactor::Table { name, .. } => simple_name(name),
        _ => None,
    }
}

/// The parts of `a AND b AND …`.
pub fn conjuncts(expr: &Expr) -> Vec<&Expr> {
    match expr {
        Expr::BinaryOp { left, op: BinaryOperator::And, right } => {
            conjuncts(left).into_iter().chain(conjuncts(right)).collect()
        }
        Expr::Nested(inner) => conjuncts(inner),
        other => vec![other],
    }
}

/// `left.a = right.b`, each side naming columns of one side only.
fn joins_both_sides(condition: &Expr, right_table: Option<&str>) -> bool {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = condition else { return false };
    let sides = |expr: &Expr| {
        let mut qualifiers = Qualifiers::default();
        let _ = expr.visit(&mut qualifiers);
        let all_right = qualifiers.names.iter().all(|name| Some(name.as_str()) == right_table);
        let none_right = qualifiers.names.iter().all(|name| Some(name.as_str()) != right_table);
        (!qualifiers.bare && !qualifiers.names.is_empty()).then_some((all_right, none_right))
    };
    matches!((sides(left), sides(right)), (Some((true, _)), Some((_, true))) | (Some((_, true)), Some((true, _))))
}

/// The table names that qualify an expression's columns.
#[derive(Default)]
struct Qualifiers {
    names: BTreeSet<String>,
    bare: bool,
}

impl Visitor for Qualifiers {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(_) => self.bare = true,
            Expr::CompoundIdentifier(parts) => self.names.extend(parts.first().map(|part| part.value.clone())),
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

/// The functions of one SELECT, those of its subqueries not counted.
#[derive(Default)]
struct Functions {
    depth: usize,
    aggregates: usize,
    windows: usize,
}

impl Functions {
    fn of(node: &impl Visit) -> Self {
        let mut functions = Self::default();
        let _ = node.visit(&mut functions);
        functions
    }
}

impl Visitor for Functions {
    type Break = ();

    fn pre_visit_query(&mut self, _: &ast::Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &ast::Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let (0, Expr::Function(function)) = (self.depth, expr) {
            match &function.over {
                Some(_) => self.windows += 1,
                None => self.aggregates += usize::from(is_aggregate(function)),
            }
        }
        ControlFlow::Continue(())
    }
}
