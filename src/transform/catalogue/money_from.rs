//! What a FROM brings into scope: tables, CTEs, subqueries, and the joins between them.

use super::guard::simple_name;
use super::money::Rules;
use super::scope::{Relation, Scope};
use super::statement::Finding;
use sqlparser::ast::{self, Join, JoinConstraint, JoinOperator, TableFactor};

impl Rules<'_> {
    pub(super) fn join(&mut self, join: &Join, scope: &mut Scope, ctes: &[Relation]) {
        self.factor(&join.relation, scope, ctes);
        let constraint = match &join.join_operator {
            JoinOperator::Join(on)
            | JoinOperator::Inner(on)
            | JoinOperator::Left(on)
            | JoinOperator::LeftOuter(on)
            | JoinOperator::Right(on)
            | JoinOperator::RightOuter(on)
            | JoinOperator::FullOuter(on)
            | JoinOperator::CrossJoin(on) => on,
            _ => {
                let remedy = "use INNER, LEFT, RIGHT, FULL or CROSS JOIN, or EXISTS";
                self.refuse(Finding::on(join, "this join is not in the portable subset", remedy));
                return;
            }
        };
        match constraint {
            JoinConstraint::On(condition) => {
                self.expr(condition, scope, ctes);
            }
            JoinConstraint::Using(names) => {
                scope.using.extend(names.iter().filter_map(simple_name).map(str::to_string))
            }
            JoinConstraint::Natural => {
                self.refuse(Finding::on(join, "NATURAL JOIN joins on whatever happens to match", "name the columns"));
            }
            JoinConstraint::None => {}
        }
    }

    pub(super) fn factor(&mut self, factor: &TableFactor, scope: &mut Scope, ctes: &[Relation]) {
        let relation = match factor {
            TableFactor::Table { name, alias, sample: None, args: None, .. } => {
                let Some(name) = simple_name(name) else { return };
                let cte = ctes.iter().find(|cte| cte.alias == name).cloned();
                let table = self.tables.get(name);
                let from_table = || {
                    table.map(|columns| Relation { alias: name.into(), columns: columns.clone(), fixed: Vec::new() })
                };
                let Some(mut relation) = cte.or_else(from_table) else { return };
                if let Some(alias) = alias {
                    relation.alias = alias.name.value.clone();
                    self.rename(&mut relation, alias);
                }
                relation
            }
            TableFactor::Derived { subquery, alias: Some(alias), .. } => {
                let mut relation = self.query(subquery, ctes);
                relation.alias = alias.name.value.clone();
                self.rename(&mut relation, alias);
                relation
            }
            other => {
                let what = format!("`{other}` in FROM is not in the portable subset");
                self.refuse(Finding::on(other, what, "read a table, a CTE or a named subquery"));
                return;
            }
        };
        scope.relations.push(relation);
    }

    pub(super) fn rename(&mut self, relation: &mut Relation, alias: &ast::TableAlias) {
        if !alias.columns.is_empty() {
            let what = format!("`{}` renames columns in its alias", alias.name);
            let line = alias.name.span.start.line as usize;
            self.refuse(Finding::at(line, what, "name them with AS in the SELECT"));
        }
        relation.columns.retain(|column| !column.name.is_empty());
    }
}
