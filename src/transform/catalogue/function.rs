//! The functions of a statement: aggregates and windows.

use sqlparser::ast::{Expr, Function, Query, Visit, Visitor};
use std::ops::ControlFlow;

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

/// The functions of one SELECT, those of its subqueries not counted.
#[derive(Default)]
pub struct Functions {
    depth: usize,
    /// Aggregates that are no window functions.
    pub aggregates: usize,
    pub windows: usize,
}

impl Functions {
    /// Counts in a SELECT or an expression.
    pub fn of(node: &impl Visit) -> Self {
        let mut functions = Self::default();
        let _ = node.visit(&mut functions);
        functions
    }
}

impl Visitor for Functions {
    type Break = ();

    fn pre_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.depth += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
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
