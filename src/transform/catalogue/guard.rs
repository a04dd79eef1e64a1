//! What no statement may do, a catalogue's or a typed one: read anything but the known tables
//! (Polars SQL can read any file of the machine), or take a shape that Polars answers wrongly
//! without an error.

use super::function::{Functions, function_name};
use super::join::residual_joins;
use super::one_row::unbounded_one_rows;
use super::statement::{Finding, reads_only};
use sqlparser::ast::{
    self, Expr, Function, GroupByExpr, ObjectName, ObjectNamePart, OrderByKind, Select, TableFactor, Visit, Visitor,
    WindowType,
};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// Everything in `query` that must be refused. `tables` are the names it may read.
pub fn guard(query: &ast::Query, tables: &BTreeSet<String>) -> Vec<Finding> {
    let mut guard = Guard { tables, ctes: Vec::new(), findings: Vec::new() };
    let _ = query.visit(&mut guard);
    unbounded_one_rows(query).into_iter().for_each(|finding| guard.refuse(finding));
    guard.findings
}

/// A plain name, without schema or catalogue.
pub fn simple_name(name: &ObjectName) -> Option<&str> {
    match name.0.as_slice() {
        [ObjectNamePart::Identifier(ident)] => Some(&ident.value),
        _ => None,
    }
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
        for finding in select.from.iter().flat_map(residual_joins) {
            self.refuse(finding);
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
            Expr::Function(function) => {
                self.running(function);
                self.nulls_last(function);
            }
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

    /// Polars puts nulls first in every window, whatever is written.
    fn nulls_last(&mut self, function: &Function) {
        let Some(WindowType::WindowSpec(window)) = &function.over else { return };
        for by in window.order_by.iter().filter(|by| by.options.nulls_first == Some(false)) {
            self.refuse(Finding::on(
                &by.expr,
                format!(
                    "OVER (… ORDER BY {} NULLS LAST): Polars puts nulls first in a window and says nothing",
                    by.expr
                ),
                "write NULLS FIRST, or COALESCE the nulls to a value at the end",
            ));
        }
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
}
