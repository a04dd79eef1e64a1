//! Aggregates without GROUP BY in a CTE or subquery: one row, and Polars forgets it.
//!
//! Where a statement joins such a row to another table and then asks for none of its columns, Polars
//! (0.55) prunes them with the aggregation: every row that was to be added up comes back. Seen with
//! CROSS JOIN, a comma in FROM, and UNION ALL. A LIMIT keeps the row one.

use super::function::Functions;
use super::statement::Finding;
use sqlparser::ast::{GroupByExpr, Query, Select, SetExpr, Visit, Visitor};
use std::ops::ControlFlow;

/// Every such SELECT below the outermost query that has no LIMIT of its own.
pub fn unbounded_one_rows(query: &Query) -> Vec<Finding> {
    let mut found = OneRows { depth: 0, findings: Vec::new() };
    let _ = query.visit(&mut found);
    found.findings
}

struct OneRows {
    depth: usize,
    findings: Vec<Finding>,
}

impl Visitor for OneRows {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if self.depth > 0 && query.limit_clause.is_none() && query.fetch.is_none() {
            self.branches(&query.body);
        }
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.depth -= 1;
        ControlFlow::Continue(())
    }
}

impl OneRows {
    fn branches(&mut self, body: &SetExpr) {
        match body {
            SetExpr::Select(select) if is_bare(select) => self.findings.push(Finding::on(
                &**select,
                "an aggregate without GROUP BY in a CTE or subquery: where nobody asks for its columns, Polars returns a row \
                 for every row that it adds up",
                "write LIMIT 1 at its end; of a UNION, make each part a CTE with LIMIT 1",
            )),
            SetExpr::SetOperation { left, right, .. } => {
                self.branches(left);
                self.branches(right);
            }
            _ => {}
        }
    }
}

fn is_bare(select: &Select) -> bool {
    let grouped = !matches!(&select.group_by, GroupByExpr::Expressions(by, _) if by.is_empty());
    !grouped && Functions::of(&select.projection).aggregates > 0
}
