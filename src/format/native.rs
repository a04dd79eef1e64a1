//! The provider's own keys and money columns: what control totals are summed by, independently of
//! the mapping.

/// What to do about a money cell without a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blank {
    /// It counts as nothing: the column only holds a value on some line types.
    Nothing,
    /// The file is refused, with its row.
    Refuse,
}

/// A money column of the export.
#[derive(Debug, Clone, Copy)]
pub struct MoneyColumn {
    /// A column, or a sum as [`super::path`] names it; the first money column is the bill.
    pub name: &'static str,
    /// Must the column be there?
    pub required: bool,
    pub blank: Blank,
}

/// Splits a line type whose charges are not all treated alike: `Fee` with a reservation becomes
/// `Fee/reservation`. The first that holds applies.
#[derive(Debug, Clone, Copy)]
pub struct Qualifier {
    /// Empty: any line type.
    pub line_type: &'static str,
    /// All must hold.
    pub when: &'static [(&'static str, Test)],
    pub suffix: &'static str,
}

/// Two line types whose money cancels out by a key; what is left over becomes a charge of its own.
#[derive(Debug, Clone, Copy)]
pub struct Offset {
    /// Native columns: commitment, sub account, billing account, currency, in this order.
    pub key: &'static [&'static str],
    pub types: &'static [&'static str],
    /// The money column on the gross and on the net basis.
    pub gross: &'static str,
    pub net: &'static str,
    /// The line type the residual is shown as, with the qualifier `residual`.
    pub line_type: &'static str,
    /// Native columns of such a charge that do not follow from the key, with their values.
    pub given: &'static [(&'static str, &'static str)],
}

/// A test on one native value.
#[derive(Debug, Clone, Copy)]
pub enum Test {
    Present,
    Blank,
    StartsWith(&'static str),
    OneOf(&'static [&'static str]),
    Contains(&'static str),
}

impl Test {
    pub fn holds(&self, value: &str) -> bool {
        match self {
            Self::Present => !value.is_empty(),
            Self::Blank => value.is_empty(),
            Self::StartsWith(prefix) => value.starts_with(prefix),
            Self::OneOf(values) => values.contains(&value),
            Self::Contains(part) => value.contains(part),
        }
    }
}

/// A file that looks like this export and is something else.
#[derive(Debug, Clone, Copy)]
pub struct Lookalike {
    /// All of them stand in its header.
    pub columns: &'static [&'static str],
    /// What it is: "is a price sheet, no bill".
    pub what: &'static str,
    pub remedy: &'static str,
}

/// Native keys, money, and the columns whose values are checked while landing.
#[derive(Debug, Clone, Copy)]
pub struct Native {
    pub billing_account: &'static str,
    pub sub_account: &'static str,
    pub currency: &'static str,
    pub line_type: &'static str,
    /// Start of the billing period.
    pub period_start: &'static str,
    /// Every line type the format knows; another one is an error that names it.
    pub line_types: &'static [&'static str],
    pub qualifiers: &'static [Qualifier],
    /// Summed in control totals, in this order.
    pub money: &'static [MoneyColumn],
    /// Gross columns with their net twins. The first pair decides whether a delivery is net; a net
    /// delivery must have the twin of each gross column it has.
    pub net_columns: &'static [(&'static str, &'static str)],
    /// Are the net columns there in every delivery, and have a value only in net ones? Then the first
    /// charge tells, and every other must agree with it. Otherwise the header tells.
    pub net_by_value: bool,
    /// Columns that say what net costs leave out: where one of them is not 0 and there are no net costs,
    /// the discount would be lost.
    pub only_net: &'static [&'static str],
    /// Columns of another format that looks like this one, with its id.
    pub foreign: &'static [(&'static str, &'static str)],
    /// Other files of the provider, refused by name.
    pub lookalikes: &'static [Lookalike],
    /// Decimals that the crosswalk multiplies and nothing sums: unit prices, quantities, exchange rates.
    pub factors: &'static [&'static str],
    /// Columns without which it is not this export.
    pub required: &'static [&'static str],
    /// Other decimals that the mapping reads: unit prices.
    pub prices: &'static [&'static str],
    pub quantities: &'static [&'static str],
    pub times: &'static [&'static str],
    /// Unique together within a delivery; empty where the export has no such key.
    pub identity: &'static [&'static str],
    pub offset: Option<Offset>,
    /// Known columns that the mapping does not read, by prefix or whole name: no drift.
    pub known: &'static [&'static str],
}
