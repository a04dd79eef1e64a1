//! What a row of a Data Export is made of, and the two kinds of files that take it.

use crate::error::Result;
use crate::focus::Money;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A double; a rate is text in CUR 2.0.
    Number,
    /// An instant, in the unit that the table's dictionary gives.
    Micros,
    Millis,
    /// `map<string, string>`
    Texts,
    /// `map<string, double>`
    Numbers,
}

impl Kind {
    /// The manifest's word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "string",
            Kind::Number => "double",
            Kind::Micros | Kind::Millis => "timestamp",
            Kind::Texts | Kind::Numbers => "map",
        }
    }
}

/// A column of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

/// The row that is being written: one call per column, in their order, each of the column's kind.
pub trait Line {
    /// Nothing where the text is empty.
    fn text(&mut self, text: &str);
    /// A number cell as the bill prints it; nothing where it is empty.
    fn number(&mut self, printed: &str);
    fn money(&mut self, value: Option<Money>);
    /// Microseconds since 1970, UTC, whatever the column's unit.
    fn instant(&mut self, micros: i64);
    fn texts(&mut self, pairs: &[(&str, &str)]);
    fn numbers(&mut self, pairs: &[(&str, Money)]);
    /// Ends the row.
    ///
    /// # Errors
    /// `Lake` when the disk does not take it, `Bug` when a cell was none of its column.
    fn end(&mut self) -> Result<()>;
}

/// A file of rows.
pub trait Part: Line {
    /// Ends the file and returns its size in bytes.
    ///
    /// # Errors
    /// `Lake` when the disk does not take it.
    fn finish(self: Box<Self>) -> Result<u64>;
}
