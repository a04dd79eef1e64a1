//! The words of a mapping as Polars expressions.

use super::{arm, blocks, kernel, lists};
use crate::error::{Error, Result};
use crate::focus::column::Column as FocusColumn;
use crate::focus::frame::data_type;
use crate::focus::{Kind, column::find};
use crate::format::path::{self, List, Part};
use crate::format::{Condition, Dates, Derived, From, Header};
use polars::prelude::*;

pub struct Builder<'a> {
    pub header: &'a Header,
    pub net: bool,
    pub null_text: Option<&'static str>,
    pub dates: Dates,
}

impl Builder<'_> {
    /// The value of one column of `cost`, in its canonical type.
    pub fn column(&self, from: &From, column: Option<&FocusColumn>) -> Result<Expr> {
        let column = column.ok_or_else(|| Error::bug("mapping", "a column that FOCUS does not have"))?;
        self.value(from, column)
    }

    fn value(&self, from: &From, column: &FocusColumn) -> Result<Expr> {
        let kind = column.kind;
        Ok(match from {
            From::Column(name) => self.typed(self.text(name), kind),
            From::Literal(text) => self.typed(lit(*text), kind),
            From::Absent(_) => lit(NULL).cast(data_type(kind)),
            From::FirstOf(all) => {
                let all: Result<Vec<_>> = all.iter().map(|from| self.value(from, column)).collect();
                coalesce(&all?)
            }
            From::ByBasis { gross, net } => self.value(if self.net { net } else { gross }, column)?,
            From::Sum(terms) => self.sum(terms),
            From::Lookup { table, key, value } => kernel::lookup(self.text(key), table, value),
            From::When(cases) => self.cases(cases, column)?,
            From::Derived(derived) => self.derived(derived, column)?,
        })
    }

    /// A native column as the text it was delivered as; null where blank, absent or a null text.
    fn text(&self, name: &str) -> Expr {
        let Some(delivered) = self.header.name(name) else {
            return lit(NULL).cast(DataType::String);
        };
        match self.null_text {
            Some(null) => when(col(delivered).neq(lit(null))).then(col(delivered)).otherwise(lit(NULL)),
            None => col(delivered),
        }
    }

    fn typed(&self, text: Expr, kind: Kind) -> Expr {
        match kind {
            Kind::Text | Kind::Json => text,
            Kind::Time => kernel::timestamp(text, self.dates),
            Kind::Date => kernel::timestamp(text, self.dates).dt().date(),
            Kind::Cost | Kind::Price | Kind::Quantity | Kind::Integer => text.strict_cast(data_type(kind)),
        }
    }

    fn sum(&self, terms: &[(i8, &'static str)]) -> Expr {
        let zero = || lit(0i64).cast(data_type(Kind::Cost));
        let mut total = zero();
        for (sign, name) in terms {
            for part in path::parts(name) {
                let amount = match part {
                    Part::Column(name) if self.header.has(name) => {
                        self.typed(self.text(name), Kind::Cost).fill_null(zero())
                    }
                    Part::List(list) if self.header.has(list.column) => lists::sum(self.text(list.column), list),
                    Part::Column(_) | Part::List(_) => continue,
                };
                total = if *sign < 0 { total - amount } else { total + amount };
            }
        }
        total
    }

    /// A list with the text of its column; a plain name is all items of that column.
    fn list(&self, name: &'static str) -> (Expr, List) {
        let list = path::list(name).unwrap_or(List { column: name, only: None, field: "" });
        (self.text(list.column), list)
    }

    fn cases(&self, cases: &[(Condition, From)], column: &FocusColumn) -> Result<Expr> {
        let mut otherwise = lit(NULL).cast(data_type(column.kind));
        for (condition, from) in cases.iter().rev() {
            let value = self.value(from, column)?;
            otherwise = match condition {
                Condition::Always => value,
                condition => when(self.condition(condition)).then(value).otherwise(otherwise),
            };
        }
        Ok(otherwise)
    }

    pub fn condition(&self, condition: &Condition) -> Expr {
        let known = |expr: Expr| expr.fill_null(lit(false));
        match condition {
            Condition::Always => lit(true),
            Condition::OneOf(name, values) => {
                let text = self.text(name);
                let any = values.iter().map(|value| text.clone().eq(lit(*value))).reduce(Expr::or);
                known(any.unwrap_or_else(|| lit(false)))
            }
            Condition::Present(name) => self.text(name).is_not_null(),
            Condition::Blank(name) => self.text(name).is_null(),
            Condition::StartsWith(name, prefix) => known(self.text(name).str().starts_with(lit(*prefix))),
            Condition::Contains(name, part) => known(self.text(name).str().contains_literal(lit(*part))),
            Condition::HasItem(name) => {
                let (text, list) = self.list(name);
                // Landed lists are written in one way only.
                match list.only {
                    Some((field, value)) => known(text.str().contains_literal(lit(format!("\"{field}\":\"{value}\"")))),
                    None => text.is_not_null(),
                }
            }
            Condition::Negative(name) => {
                let zero = lit(0i64).cast(data_type(Kind::Cost));
                known(self.typed(self.text(name), Kind::Cost).lt(zero))
            }
            Condition::All(all) => {
                all.iter().map(|one| self.condition(one)).reduce(Expr::and).unwrap_or_else(|| lit(true))
            }
            Condition::Any(any) => {
                any.iter().map(|one| self.condition(one)).reduce(Expr::or).unwrap_or_else(|| lit(false))
            }
        }
    }

    fn derived(&self, derived: &Derived, column: &FocusColumn) -> Result<Expr> {
        Ok(match derived {
            Derived::Object { prefix, strip } => self.object(prefix, strip),
            Derived::Json(name) => kernel::canonical_json(self.text(name)),
            Derived::Closed(name) => {
                let allowed = find(column.name).map_or(&[][..], |column| column.allowed);
                kernel::closed(self.text(name), allowed)
            }
            Derived::LastSegment(name) => kernel::last_segment(self.text(name)),
            Derived::ArnType(name) => kernel::resource_type(self.text(name)),
            Derived::MachineType(name) => kernel::machine_type(self.text(name)),
            Derived::PacificMonth(name) => kernel::timestamp(lists::pacific_month(self.text(name), 0), Dates::Iso),
            Derived::PacificMonthEnd(name) => kernel::timestamp(lists::pacific_month(self.text(name), 1), Dates::Iso),
            Derived::KeyValues(names) => lists::key_values(names.iter().map(|name| self.list(name)).collect()),
            Derived::KeyValue { list, key } => lists::key_value(self.text(list), key),
            Derived::Item(name) => {
                let (text, list) = self.list(name);
                lists::item(text, list)
            }
            Derived::SumsBy { list, key, amount } => lists::sums_by(self.text(list), key, amount),
            Derived::Collection(name) => lists::collection(self.text(name)),
            Derived::Entry { column, keys } => kernel::map_entry(self.text(column), keys),
            Derived::Entries { column, only, without, rename } => {
                kernel::map_entries(self.text(column), only, without, rename)
            }
            Derived::NextDay(name) => kernel::next_day(self.text(name), self.dates),
            Derived::Priced { price, quantity, rate } => {
                blocks::priced(self.text(price), quantity.map(|name| self.text(name)), self.text(rate))
            }
            Derived::InUnits { quantity, measure } => blocks::in_units(self.text(quantity), self.text(measure)),
            Derived::PriceUnit(name) => blocks::unit(self.text(name), true),
            Derived::Unit(name) => blocks::unit(self.text(name), false),
            Derived::ArmType(name) => kernel::text_map(self.text(name), arm::resource_type),
            Derived::ArmId(name) => kernel::text_map(self.text(name), arm::named),
            Derived::ArmLookup { id, table, value, parents } => {
                kernel::resource_lookup(self.text(id), table, value, *parents)
            }
            Derived::Detail { column, keys } => kernel::detail(self.text(column), keys),
            Derived::Columns(names) => {
                let keys = names.iter().map(|name| name.trim_start_matches("x_").to_string()).collect();
                kernel::json_object(names.iter().map(|name| self.text(name)).collect(), keys)
            }
            Derived::Scaled { minuend, subtrahend, times, by } => {
                let terms = |names: &[&'static str]| names.iter().map(|name| (1i8, *name)).collect::<Vec<_>>();
                let amount = self.sum(&[(1, *minuend), (-1, *subtrahend)]);
                kernel::scaled(amount, self.sum(&terms(times)), self.sum(&terms(by)))
            }
        })
    }

    /// Columns under a prefix as one JSON object, keys sorted; null where none has a value.
    fn object(&self, prefix: &str, strip: &str) -> Expr {
        let mut columns = self.header.under(prefix);
        for (key, _) in &mut columns {
            if let Some(rest) = key.strip_prefix(strip) {
                *key = rest.to_string();
            }
        }
        columns.sort();
        columns.dedup_by(|a, b| a.0 == b.0);
        let keys: Vec<_> = columns.iter().map(|(key, _)| key.clone()).collect();
        let texts: Vec<_> = columns.iter().map(|(_, delivered)| col(*delivered)).collect();
        kernel::json_object(texts, keys)
    }
}
