//! The money rules inside one expression.

use super::function::{function_name, is_aggregate};
use super::money::Rules;
use super::scope::{Currency, Nature, Relation, Scope};
use super::statement::Finding;
use sqlparser::ast::{
    BinaryOperator, DataType, ExactNumberInfo, Expr, Function, FunctionArg, FunctionArgExpr, FunctionArguments,
    Spanned, UnaryOperator, Value, WindowType,
};

const CAST: &str =
    "CAST both sides AS DOUBLE for a ratio or an estimate; money itself takes only + − SUM MIN MAX CASE COALESCE ABS";

impl Rules<'_> {
    /// What an expression is, with everything wrong in it refused.
    pub(super) fn expr(&mut self, expr: &Expr, scope: &Scope, ctes: &[Relation]) -> Nature {
        match expr {
            Expr::Identifier(ident) => match scope.bare(&ident.value) {
                Ok(nature) => nature,
                Err(what) => self.no_column(expr, what, &ident.value, scope),
            },
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [table, column] => match scope.qualified(&table.value, &column.value) {
                    Ok(nature) => nature,
                    Err(what) => self.no_column(expr, what, &column.value, scope),
                },
                _ => self.no_column(expr, format!("there is no column `{expr}`"), &expr.to_string(), scope),
            },
            Expr::Value(value) => match &value.value {
                Value::Number(digits, _) if digits.bytes().all(|b| b.is_ascii_digit()) => Nature::Whole,
                Value::Number(..) => Nature::Fraction,
                Value::Null => Nature::Null,
                _ => Nature::Other,
            },
            Expr::TypedString(_) | Expr::Interval(_) => Nature::Other,
            Expr::Nested(inner) => self.expr(inner, scope, ctes),
            Expr::UnaryOp { op, expr: inner } => {
                let nature = self.expr(inner, scope, ctes);
                if matches!(op, UnaryOperator::Minus | UnaryOperator::Plus) { nature } else { Nature::Other }
            }
            Expr::BinaryOp { left, op, right } => {
                let (left, right) = (self.expr(left, scope, ctes), self.expr(right, scope, ctes));
                self.binary(expr, left, op, right)
            }
            Expr::IsNull(inner)
            | Expr::IsNotNull(inner)
            | Expr::IsTrue(inner)
            | Expr::IsNotTrue(inner)
            | Expr::IsFalse(inner)
            | Expr::IsNotFalse(inner) => self.all([&**inner], scope, ctes),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.all([&**left, &**right], scope, ctes)
            }
            Expr::Between { expr, low, high, .. } => self.all([&**expr, &**low, &**high], scope, ctes),
            Expr::Like { expr, pattern, any: false, .. } | Expr::ILike { expr, pattern, any: false, .. } => {
                self.all([&**expr, &**pattern], scope, ctes)
            }
            Expr::InList { expr, list, .. } => self.all(list.iter().chain([&**expr]), scope, ctes),
            Expr::InSubquery { expr, subquery, .. } => {
                self.within(subquery, scope, ctes);
                self.all([&**expr], scope, ctes)
            }
            Expr::Exists { subquery, .. } => {
                self.within(subquery, scope, ctes);
                Nature::Other
            }
            Expr::Case { operand, conditions, else_result, .. } => {
                self.all(operand.iter().map(|operand| &**operand), scope, ctes);
                self.all(conditions.iter().map(|when| &when.condition), scope, ctes);
                let results =
                    conditions.iter().map(|when| &when.result).chain(else_result.iter().map(|result| &**result));
                let natures: Vec<_> = results.map(|result| self.expr(result, scope, ctes)).collect();
                self.merge(expr, &natures)
            }
            Expr::Cast { expr: inner, data_type, .. } => {
                let nature = self.expr(inner, scope, ctes);
                self.cast(expr, nature, data_type)
            }
            Expr::Function(function) => self.function(expr, function, scope, ctes),
            Expr::Extract { expr: inner, .. } => self.plain("EXTRACT", inner, scope, ctes),
            Expr::Ceil { expr: inner, .. } => self.plain("CEIL", inner, scope, ctes),
            Expr::Floor { expr: inner, .. } => self.plain("FLOOR", inner, scope, ctes),
            Expr::Trim { expr: inner, trim_what, .. } => {
                self.all(trim_what.iter().map(|what| &**what), scope, ctes);
                self.plain("TRIM", inner, scope, ctes)
            }
            Expr::Substring { expr: inner, substring_from, substring_for, .. } => {
                self.all(substring_from.iter().chain(substring_for).map(|part| &**part), scope, ctes);
                self.plain("SUBSTRING", inner, scope, ctes)
            }
            other => {
                let what = format!("`{other}` is not in the portable subset");
                self.refuse(Finding::on(other, what, "write it with CASE, comparison and plain functions"));
                Nature::Other
            }
        }
    }

    fn all<'e>(&mut self, exprs: impl IntoIterator<Item = &'e Expr>, scope: &Scope, ctes: &[Relation]) -> Nature {
        for expr in exprs {
            self.expr(expr, scope, ctes);
        }
        Nature::Other
    }

    /// A function that takes no exact value.
    fn plain(&mut self, name: &str, argument: &Expr, scope: &Scope, ctes: &[Relation]) -> Nature {
        if self.expr(argument, scope, ctes).is_exact() {
            self.refuse(Finding::on(argument, format!("{name} of the exact value `{argument}`"), CAST));
        }
        Nature::Other
    }

    fn binary(&mut self, expr: &Expr, left: Nature, op: &BinaryOperator, right: Nature) -> Nature {
        use BinaryOperator as Op;
        let exact = left.is_exact() || right.is_exact();
        match op {
            Op::Plus | Op::Minus if exact => match (left, right) {
                (Nature::Null, nature) | (nature, Nature::Null) => nature,
                (left, right) if left == right => left,
                _ => {
                    let what = format!("`{expr}` adds an exact value and something of another kind or currency");
                    self.refuse(Finding::on(expr, what, "add money to money of the same currency only"));
                    Nature::Other
                }
            },
            Op::Plus | Op::Minus | Op::Multiply | Op::Divide | Op::Modulo if !exact => match (left, right) {
                (Nature::Whole, Nature::Whole) if !matches!(op, Op::Divide) => Nature::Whole,
                _ => Nature::Other,
            },
            Op::And | Op::Or | Op::Eq | Op::NotEq | Op::Lt | Op::LtEq | Op::Gt | Op::GtEq => Nature::Other,
            Op::StringConcat if !exact => Nature::Other,
            Op::Multiply | Op::Divide | Op::Modulo => {
                let why = match op {
                    Op::Multiply => "the scale doubles and overflows, or a float slips in",
                    _ => "an exact quotient does not exist",
                };
                self.refuse(Finding::on(expr, format!("`{expr}` on an exact value: {why}"), CAST));
                Nature::Other
            }
            _ => {
                self.refuse(Finding::on(
                    expr,
                    format!("`{expr}`: the operator {op} is not in the portable subset"),
                    CAST,
                ));
                Nature::Other
            }
        }
    }

    /// Of CASE, COALESCE and UNION: one of several values.
    pub(super) fn merge(&mut self, node: &(impl Spanned + std::fmt::Display), natures: &[Nature]) -> Nature {
        let mut known = natures.iter().copied().filter(|nature| *nature != Nature::Null);
        match natures.iter().copied().find(|nature| nature.is_exact()) {
            Some(exact) if known.all(|nature| nature == exact || nature == Nature::Whole) => exact,
            Some(_) => {
                let text: String = node.to_string().chars().take(80).collect();
                self.refuse(Finding::on(
                    node,
                    format!("`{text}` mixes an exact value with text, a float or another currency: its type changes silently"),
                    "give money, NULL or a whole number such as 0 on every branch",
                ));
                Nature::Other
            }
            None => match (known.next(), known.all(|nature| matches!(nature, Nature::Code(_)))) {
                (Some(code @ Nature::Code(_)), true) => code,
                _ if natures.iter().all(|nature| *nature == Nature::Null) => Nature::Null,
                _ => Nature::Other,
            },
        }
    }

    fn cast(&mut self, expr: &Expr, nature: Nature, to: &DataType) -> Nature {
        match to {
            DataType::Decimal(ExactNumberInfo::PrecisionAndScale(38, 18)) if nature != Nature::Quantity => match nature
            {
                Nature::Money(_) => nature,
                _ => Nature::Money(Currency::Billing),
            },
            DataType::Decimal(ExactNumberInfo::PrecisionAndScale(38, 10)) if !matches!(nature, Nature::Money(_)) => {
                Nature::Quantity
            }
            DataType::Decimal(_) | DataType::Numeric(_) | DataType::Dec(_) => {
                let what = format!("`{expr}`: money is DECIMAL(38,18) and quantities DECIMAL(38,10), everywhere");
                self.refuse(Finding::on(expr, what, "cast to one of the two, each to its own"));
                Nature::Other
            }
            DataType::Double(_) | DataType::DoublePrecision | DataType::Float8 => Nature::Other,
            _ if nature.is_exact() => {
                self.refuse(Finding::on(expr, format!("`{expr}` cuts digits off an exact value"), CAST));
                Nature::Other
            }
            _ => Nature::Other,
        }
    }

    fn function(&mut self, expr: &Expr, function: &Function, scope: &Scope, ctes: &[Relation]) -> Nature {
        let name = function_name(function);
        let natures = self.arguments(function, scope, ctes);
        self.all(function.filter.iter().map(|filter| &**filter), scope, ctes);
        let mut partition = Vec::new();
        match &function.over {
            Some(WindowType::WindowSpec(window)) => {
                partition.extend(window.partition_by.iter().map(|key| self.expr(key, scope, ctes)));
                for by in &window.order_by {
                    self.order(by, scope, ctes);
                }
            }
            Some(WindowType::NamedWindow(_)) => {
                self.refuse(Finding::on(expr, "a named window is not in the portable subset", "write the window out"));
            }
            None => {}
        }
        let exact = natures.iter().copied().find(|nature| nature.is_exact());
        match (name.as_str(), exact) {
            ("COUNT", _) => Nature::Other,
            ("SUM" | "MIN" | "MAX", Some(nature)) => {
                if let Nature::Money(currency) = nature {
                    self.one_currency(expr, currency, function.over.is_some(), &partition, scope);
                }
                nature
            }
            ("MIN" | "MAX", None) if natures.len() == 1 => natures[0],
            ("COALESCE" | "IFNULL" | "NULLIF" | "GREATEST" | "LEAST", _) => self.merge(expr, &natures),
            ("ABS" | "LAG" | "LEAD" | "FIRST_VALUE" | "LAST_VALUE", Some(nature)) => nature,
            (_, Some(_)) => {
                let why = if is_aggregate(function) { "is a float, or not exact" } else { "does not keep it exact" };
                self.refuse(Finding::on(expr, format!("{name} of an exact value {why}"), CAST));
                Nature::Other
            }
            (_, None) => Nature::Other,
        }
    }

    fn arguments(&mut self, function: &Function, scope: &Scope, ctes: &[Relation]) -> Vec<Nature> {
        let FunctionArguments::List(list) = &function.args else { return Vec::new() };
        let mut natures = Vec::new();
        for argument in &list.args {
            match argument {
                FunctionArg::Unnamed(FunctionArgExpr::Expr(expr)) => natures.push(self.expr(expr, scope, ctes)),
                FunctionArg::Unnamed(FunctionArgExpr::Wildcard) => {}
                other => {
                    let what = format!("the argument `{other}` is not in the portable subset");
                    self.refuse(Finding::on(function, what, "give plain arguments"));
                }
            }
        }
        natures
    }

    /// Refuses an aggregate of money that can see two currencies.
    fn one_currency(&mut self, expr: &Expr, currency: Currency, window: bool, partition: &[Nature], scope: &Scope) {
        let code = Nature::Code(currency);
        let kept = if window { partition.contains(&code) } else { scope.grouped.contains(&currency) };
        if !kept && !scope.fixed.contains(&currency) {
            let column = currency.column();
            let remedy = match window {
                true => format!("add {column} to PARTITION BY"),
                false => format!("add {column} to GROUP BY, or filter on {column} = '…'"),
            };
            let what = format!("`{expr}` adds up or compares costs of different currencies");
            let finding = Finding::on(expr, what, remedy);
            self.across_currencies.push(finding.clone());
            self.refuse(finding);
        }
    }
}
