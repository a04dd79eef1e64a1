//! Outer joins that Polars answers wrongly: it takes one with a residual condition for an inner join.

use super::guard::simple_name;
use super::statement::Finding;
use sqlparser::ast::{BinaryOperator, Expr, JoinConstraint, JoinOperator, TableFactor, TableWithJoins, Visit, Visitor};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

/// A finding for every condition of an outer, semi or anti join that is no equality of the two sides.
pub fn residual_joins(joined: &TableWithJoins) -> Vec<Finding> {
    let mut findings = Vec::new();
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
                findings.push(Finding::on(
                    part,
                    format!(
                        "{word} … ON with the residual condition `{part}`: Polars drops the rows that do not match"
                    ),
                    "join ON equalities `left.column = right.column` only; filter the right table in a CTE first",
                ));
            }
        }
    }
    findings
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
