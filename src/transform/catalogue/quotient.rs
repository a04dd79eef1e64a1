//! Division by a constant. Polars multiplies a column of floats by the constant's reciprocal, but
//! divides when the column has one value (polars-compute 0.55, `prim_true_div_scalar`): how many
//! rows come at once depends on the threads, and with it the last digit.

use super::statement::Finding;
use sqlparser::ast::{self, BinaryOperator, Expr, Value, Visit, Visitor};
use std::ops::ControlFlow;

/// Every division of something by a constant.
pub fn by_constants(query: &ast::Query) -> Vec<Finding> {
    let mut seen = Quotients::default();
    let _ = query.visit(&mut seen);
    seen.findings
}

#[derive(Default)]
struct Quotients {
    findings: Vec<Finding>,
}

impl Visitor for Quotients {
    type Break = ();

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if let Expr::BinaryOp { left, op: BinaryOperator::Divide, right } = expr
            && is_constant(right)
            && !is_constant(left)
        {
            let what = format!("`{expr}` divides by a constant: its last digit depends on how many rows come at once");
            self.findings.push(Finding::on(expr, what, format!("multiply: `{left} * (1.0 / {right})`")));
        }
        ControlFlow::Continue(())
    }
}

/// Is it made of numbers of the statement alone? Bound parameters are.
fn is_constant(expr: &Expr) -> bool {
    match expr {
        Expr::Value(value) => matches!(value.value, Value::Number(..) | Value::SingleQuotedString(_)),
        Expr::Nested(inner) | Expr::UnaryOp { expr: inner, .. } | Expr::Cast { expr: inner, .. } => is_constant(inner),
        Expr::BinaryOp { left, right, .. } => is_constant(left) && is_constant(right),
        _ => false,
    }
}
