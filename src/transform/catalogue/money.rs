//! The money rules on the parsed statement: exact sums, and never across currencies.
//!
//! Follows every column through CTEs and subqueries. Allowed on money are `+ − SUM MIN MAX CASE
//! COALESCE ABS`, comparison, and `CAST(… AS DOUBLE)`, which ends the exactness on purpose. Every
//! aggregate of money stays inside one currency. The subset is closed: what it does not know it
//! refuses, so a catalogue runs unchanged in other engines.

use super::guard::simple_name;
use super::header::nearest;
use super::join::conjuncts;
use super::scope::{Currency, Named, Nature, Relation, Scope};
use super::statement::Finding;
use crate::focus::reporting::is_reporting;
use sqlparser::ast::{
    self, BinaryOperator, Expr, GroupByExpr, OrderByExpr, OrderByKind, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, Spanned, Value,
};
use std::collections::BTreeMap;

/// Applies the rules to one bound statement; `tables` are the columns of what it reads.
pub fn apply(query: &ast::Query, tables: &BTreeMap<String, Vec<Named>>) -> Vec<Finding> {
    let mut rules = Rules::new(tables);
    let result = rules.query(query, &[]);
    let line = query.span().start.line as usize;
    let money = result.columns.iter().filter_map(|column| match column.nature {
        Nature::Money(currency) => Some((column.name.as_str(), currency == Currency::Reporting)),
        _ => None,
    });
    let money: Vec<(&str, bool)> = money.collect();
    for converted in [false, true] {
        let told = |column: &Named| matches!(column.nature, Nature::Code(currency) if (currency == Currency::Reporting) == converted);
        if let Some((name, _)) = money.iter().find(|(_, of)| *of == converted)
            && !result.columns.iter().any(told)
        {
            let currency = if converted { Currency::Reporting } else { Currency::Billing };
            let remedy = format!("return {} beside it", currency.column());
            rules.refuse(Finding::at(line, format!("returns `{name}` without its currency"), remedy));
        }
    }
    // Whoever reads the result knows by its name alone which currency an amount is in.
    if let Some((name, converted)) = money.iter().find(|(name, converted)| is_reporting(name) != *converted) {
        let (what, remedy) = match converted {
            true => (format!("returns `{name}`, an amount in the reporting currency"), "name it x_Reporting…"),
            false => (format!("returns `{name}`, which is not in the reporting currency"), "name it without Reporting"),
        };
        rules.refuse(Finding::at(line, what, remedy));
    }
    rules.findings
}

/// Where a statement adds up or compares costs of different currencies; the other rules aside.
pub fn across_currencies(query: &ast::Query, tables: &BTreeMap<String, Vec<Named>>) -> Vec<Finding> {
    let mut rules = Rules::new(tables);
    rules.query(query, &[]);
    rules.across_currencies
}

pub(super) struct Rules<'a> {
    pub(super) tables: &'a BTreeMap<String, Vec<Named>>,
    /// What an EXISTS sees of the SELECTs around it.
    outer: Vec<Relation>,
    findings: Vec<Finding>,
    /// Those of the findings that are about currencies.
    pub(super) across_currencies: Vec<Finding>,
}

impl<'a> Rules<'a> {
    fn new(tables: &'a BTreeMap<String, Vec<Named>>) -> Self {
        Self { tables, outer: Vec::new(), findings: Vec::new(), across_currencies: Vec::new() }
    }
}

impl Rules<'_> {
    pub(super) fn refuse(&mut self, finding: Finding) {
        if !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    /// `ctes` are the tables that an enclosing WITH made.
    pub(super) fn query(&mut self, query: &ast::Query, ctes: &[Relation]) -> Relation {
        let mut ctes = ctes.to_vec();
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            let mut relation = self.query(&cte.query, &ctes);
            relation.alias = cte.alias.name.value.clone();
            self.rename(&mut relation, &cte.alias);
            ctes.push(relation);
        }
        let (relation, scope) = self.body(&query.body, &ctes);
        let by_expressions = query.order_by.iter().flat_map(|order| match &order.kind {
            OrderByKind::Expressions(by) => by.as_slice(),
            OrderByKind::All(_) => &[],
        });
        for by in by_expressions {
            self.order(by, &scope, &ctes);
        }
        relation
    }

    /// The result and what its ORDER BY can see.
    fn body(&mut self, body: &SetExpr, ctes: &[Relation]) -> (Relation, Scope) {
        match body {
            SetExpr::Select(select) => self.select(select, ctes),
            SetExpr::Query(query) => {
                let relation = self.query(query, ctes);
                let scope = Scope { aliases: relation.columns.clone(), ..Scope::default() };
                (relation, scope)
            }
            SetExpr::SetOperation { left, right, op, .. } => {
                if !matches!(op, SetOperator::Union | SetOperator::Except | SetOperator::Intersect) {
                    self.refuse(Finding::on(
                        body,
                        format!("{op} is not in the portable subset"),
                        "use UNION ALL or EXCEPT",
                    ));
                }
                let (left, _) = self.body(left, ctes);
                let (right, _) = self.body(right, ctes);
                let mut columns = left.columns.clone();
                for (column, other) in columns.iter_mut().zip(&right.columns) {
                    column.nature = self.merge(body, &[column.nature, other.nature]);
                }
                let scope = Scope { aliases: columns.clone(), ..Scope::default() };
                (Relation { alias: String::new(), columns, fixed: Vec::new() }, scope)
            }
            other => {
                self.refuse(Finding::on(other, "this form of a query is not in the portable subset", "write a SELECT"));
                (Relation { alias: String::new(), columns: Vec::new(), fixed: Vec::new() }, Scope::default())
            }
        }
    }

    fn select(&mut self, select: &Select, ctes: &[Relation]) -> (Relation, Scope) {
        let mut scope = Scope { outer: self.outer.clone(), ..Scope::default() };
        for joined in &select.from {
            self.factor(&joined.relation, &mut scope, ctes);
            for join in &joined.joins {
                self.join(join, &mut scope, ctes);
            }
        }
        let everywhere = |currency: &Currency| scope.relations.iter().all(|relation| relation.fixed.contains(currency));
        if !scope.relations.is_empty() {
            scope.fixed = Currency::ALL.into_iter().filter(everywhere).collect();
        }
        if let Some(condition) = &select.selection {
            self.expr(condition, &scope, ctes);
            let named: Vec<Currency> =
                conjuncts(condition).into_iter().filter_map(|part| named_currency(part, &scope)).collect();
            scope.fixed.extend(named);
        }
        // Aliases first, as GROUP BY may use them; their rules are applied once the grouping is known.
        let before = (self.findings.len(), self.across_currencies.len());
        scope.aliases = self.projection(select, &scope, ctes);
        self.findings.truncate(before.0);
        self.across_currencies.truncate(before.1);
        scope.grouped = self.grouping(select, &scope, ctes);
        let columns = self.projection(select, &Scope { aliases: Vec::new(), ..scope.clone() }, ctes);
        for condition in select.having.iter().chain(&select.qualify) {
            self.expr(condition, &scope, ctes);
        }
        (Relation { alias: String::new(), columns, fixed: scope.fixed.clone() }, scope)
    }

    fn projection(&mut self, select: &Select, scope: &Scope, ctes: &[Relation]) -> Vec<Named> {
        let mut columns = Vec::new();
        for item in &select.projection {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    let nature = self.expr(expr, scope, ctes);
                    let name = match expr {
                        Expr::Identifier(ident) => ident.value.clone(),
                        Expr::CompoundIdentifier(parts) => {
                            parts.last().map(|part| part.value.clone()).unwrap_or_default()
                        }
                        _ => {
                            let what = format!("`{expr}` has no name, and engines name it differently");
                            self.refuse(Finding::on(expr, what, "name it with AS"));
                            String::new()
                        }
                    };
                    columns.push(Named { name, nature });
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    let nature = self.expr(expr, scope, ctes);
                    columns.push(Named { name: alias.value.clone(), nature });
                }
                SelectItem::Wildcard(_) if scope.relations.len() == 1 => {
                    columns.extend(scope.relations[0].columns.iter().cloned());
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _)
                    if simple_name(name).and_then(|name| scope.relation(name)).is_some() =>
                {
                    let relation = simple_name(name).and_then(|name| scope.relation(name));
                    columns.extend(relation.into_iter().flat_map(|relation| relation.columns.iter().cloned()));
                }
                other => {
                    let what = format!("`{other}` over more than one table is not in the portable subset");
                    self.refuse(Finding::on(other, what, "name the columns, or write table.*"));
                }
            }
        }
        columns
    }

    /// The currencies that the SELECT groups by.
    fn grouping(&mut self, select: &Select, scope: &Scope, ctes: &[Relation]) -> Vec<Currency> {
        let GroupByExpr::Expressions(keys, modifiers) = &select.group_by else {
            self.refuse(Finding::on(select, "GROUP BY ALL is not in the portable subset", "name the keys"));
            return Vec::new();
        };
        if !modifiers.is_empty() {
            self.refuse(Finding::on(select, "ROLLUP, CUBE and TOTALS are not in Polars SQL", "use UNION ALL"));
        }
        let mut grouped = Vec::new();
        for key in keys {
            let nature = match ordinal(key) {
                Some(at) => scope.aliases.get(at.wrapping_sub(1)).map_or(Nature::Other, |column| column.nature),
                None => self.expr(key, scope, ctes),
            };
            if let Nature::Code(currency) = nature {
                grouped.push(currency);
            }
        }
        grouped
    }

    pub(super) fn order(&mut self, by: &OrderByExpr, scope: &Scope, ctes: &[Relation]) {
        if by.options.asc == Some(false) && by.options.nulls_first.is_none() {
            self.refuse(Finding::on(
                &by.expr,
                format!("ORDER BY {} DESC: engines put nulls at different ends", by.expr),
                "add NULLS LAST (or NULLS FIRST)",
            ));
        }
        // ORDER BY means the output column first, whatever the tables call theirs.
        let output =
            matches!(&by.expr, Expr::Identifier(name) if scope.aliases.iter().any(|alias| alias.name == name.value));
        if !output && ordinal(&by.expr).is_none() {
            self.expr(&by.expr, scope, ctes);
        }
    }

    /// A subquery of an expression, which may name the columns around it.
    pub(super) fn within(&mut self, subquery: &ast::Query, scope: &Scope, ctes: &[Relation]) {
        let around = self.outer.len();
        self.outer.extend(scope.relations.iter().cloned());
        self.query(subquery, ctes);
        self.outer.truncate(around);
    }

    /// A column that is not there, with the nearest name.
    pub(super) fn no_column(&mut self, expr: &Expr, what: String, name: &str, scope: &Scope) -> Nature {
        let remedy = match nearest(name, scope.names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "see the columns of the tables it reads".into(),
        };
        self.refuse(Finding::on(expr, what, remedy));
        Nature::Other
    }
}

/// `GROUP BY 1`.
fn ordinal(expr: &Expr) -> Option<usize> {
    match expr {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

/// The currency column that `BillingCurrency = 'EUR'` fixes.
fn named_currency(condition: &Expr, scope: &Scope) -> Option<Currency> {
    let Expr::BinaryOp { left, op: BinaryOperator::Eq, right } = condition else { return None };
    let code = |expr: &Expr| {
        let nature = match expr {
            Expr::Identifier(ident) => scope.bare(&ident.value),
            Expr::CompoundIdentifier(parts) if parts.len() == 2 => scope.qualified(&parts[0].value, &parts[1].value),
            _ => return None,
        };
        match nature {
            Ok(Nature::Code(currency)) => Some(currency),
            _ => None,
        }
    };
    let text = |expr: &Expr| matches!(expr, Expr::Value(value) if matches!(value.value, Value::SingleQuotedString(_)));
    code(left).filter(|_| text(right)).or_else(|| code(right).filter(|_| text(left)))
}
