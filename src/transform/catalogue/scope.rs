//! What an expression can see: tables with their columns, and what each column is to the money rules.

use crate::focus::Kind;
use crate::focus::reporting::{REPORTING_CURRENCY, is_reporting};
use crate::transform::metric::CellKind;

/// What a value is to the money rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// An exact cost or price in a currency.
    Money(Currency),
    /// An exact quantity.
    Quantity,
    /// The code of a currency.
    Code(Currency),
    /// A whole number written in the statement.
    Whole,
    /// A number with a fraction written in the statement.
    Fraction,
    Null,
    Other,
}

/// Which currency column says what a cost is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Currency {
    Billing,
    Pricing,
    /// The configured one: of amounts that were converted, whatever they are billed in.
    Reporting,
}

impl Currency {
    pub const ALL: [Currency; 3] = [Currency::Billing, Currency::Pricing, Currency::Reporting];

    pub fn column(self) -> &'static str {
        match self {
            Self::Billing => "BillingCurrency",
            Self::Pricing => "PricingCurrency",
            Self::Reporting => REPORTING_CURRENCY,
        }
    }

    /// The currency a money column is in, by its name.
    fn of(name: &str) -> Self {
        match name {
            _ if name.starts_with("PricingCurrency") => Self::Pricing,
            _ if is_reporting(name) => Self::Reporting,
            _ => Self::Billing,
        }
    }
}

impl Nature {
    pub fn is_exact(self) -> bool {
        matches!(self, Self::Money(_) | Self::Quantity)
    }

    /// Of a column of a table of the lake.
    pub fn of_kind(name: &str, kind: Kind) -> Self {
        match kind {
            Kind::Cost | Kind::Price => Self::Money(Currency::of(name)),
            Kind::Quantity => Self::Quantity,
            _ => Self::of_text(name),
        }
    }

    /// Of a column of another query.
    pub fn of_cell(name: &str, kind: CellKind) -> Self {
        match kind {
            CellKind::Money => Self::Money(Currency::of(name)),
            CellKind::Quantity => Self::Quantity,
            _ => Self::of_text(name),
        }
    }

    fn of_text(name: &str) -> Self {
        match name {
            "BillingCurrency" => Self::Code(Currency::Billing),
            "PricingCurrency" => Self::Code(Currency::Pricing),
            REPORTING_CURRENCY => Self::Code(Currency::Reporting),
            _ => Self::Other,
        }
    }
}

/// A column by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub nature: Nature,
}

/// A table, a CTE or a subquery, as a SELECT sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub alias: String,
    pub columns: Vec<Named>,
    /// Currencies that it was already filtered to one of.
    pub fixed: Vec<Currency>,
}

/// The columns in reach of an expression.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    pub relations: Vec<Relation>,
    /// Columns that USING made one of two.
    pub using: Vec<String>,
    /// Aliases of the SELECT list, for GROUP BY, HAVING and ORDER BY.
    pub aliases: Vec<Named>,
    /// Aggregates here stay within one currency, because the SELECT groups by it.
    pub grouped: Vec<Currency>,
    /// Currencies of which everything here is in one, because a WHERE names it.
    pub fixed: Vec<Currency>,
    /// What an EXISTS sees of the SELECTs around it.
    pub outer: Vec<Relation>,
}

impl Scope {
    /// A column without a qualifier. `Err` says why not.
    pub fn bare(&self, name: &str) -> Result<Nature, String> {
        let mut found = self.relations.iter().filter_map(|relation| relation.column(name));
        match (found.next(), found.next()) {
            (Some(nature), None) => Ok(nature),
            (Some(nature), Some(_)) if self.using.iter().any(|column| column == name) => Ok(nature),
            (Some(_), Some(_)) => Err(format!("`{name}` is a column of two tables")),
            (None, _) => {
                let alias = self.aliases.iter().find(|alias| alias.name == name);
                let outer = || self.outer.iter().rev().find_map(|relation| relation.column(name));
                alias.map(|alias| alias.nature).or_else(outer).ok_or_else(|| format!("there is no column `{name}`"))
            }
        }
    }

    /// `table.column`.
    pub fn qualified(&self, table: &str, name: &str) -> Result<Nature, String> {
        let around = || self.outer.iter().rev().find(|relation| relation.alias == table);
        let relation =
            self.relation(table).or_else(around).ok_or_else(|| format!("there is no table `{table}` in this FROM"))?;
        relation.column(name).ok_or_else(|| format!("`{table}` has no column `{name}`"))
    }

    pub fn relation(&self, table: &str) -> Option<&Relation> {
        self.relations.iter().find(|relation| relation.alias == table)
    }

    /// Every name in reach, for "did you mean".
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.relations
            .iter()
            .flat_map(|relation| &relation.columns)
            .chain(&self.aliases)
            .map(|column| column.name.as_str())
    }
}

impl Relation {
    fn column(&self, name: &str) -> Option<Nature> {
        self.columns.iter().find(|column| column.name == name).map(|column| column.nature)
    }
}
