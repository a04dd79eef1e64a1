//! Between the press, which works the rows of a delivery out, and the writers, which print them:
//! every export format gets the same rows, one by one, cell by cell.

use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{BillingMonth, Money};
use crate::sample::bill::line::{Filled, Template};
use crate::sample::calendar::{Calendar, Span};
use crate::sample::columns::Col;

/// One export's files: deliveries one after the other, each `begin`, rows and part ends, `finish`.
pub trait Sink {
    /// Opens a delivery and its first part.
    ///
    /// # Errors
    /// `Lake` when the folder cannot be written, as of the other three.
    fn begin(&mut self, head: &Head) -> Result<()>;
    /// Ends the part and begins the next of the same delivery. A format may print fewer parts.
    fn next_part(&mut self) -> Result<()>;
    fn row(&mut self, row: &Row) -> Result<()>;
    /// Ends the delivery, with its manifests if the format has them.
    fn finish(&mut self) -> Result<Written>;
}

/// What identifies a delivery.
#[derive(Debug, Clone, Copy)]
pub struct Head<'a> {
    pub month: BillingMonth,
    /// 0 for the first month of the sample.
    pub index: u32,
    /// Of this delivery, shaped like a UUID: assembly id, or execution id.
    pub assembly: &'a str,
    /// Of the export, the same in all deliveries; shaped like a UUID.
    pub report: &'a str,
    /// The columns of the legacy report in this month. Tag keys come and go: a tag column that is
    /// not among them is not activated in this month, whatever its cells hold.
    pub columns: &'a [Col],
    pub payer_id: &'a str,
    /// False for a delivery that is superseded by a later one of the same month.
    pub stands: bool,
}

/// Files and bytes of a delivery.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    pub files: usize,
    pub bytes: u64,
}

/// One line of the bill.
pub struct Row<'a> {
    pub(super) template: &'a Template,
    pub(super) calendar: &'a Calendar,
    pub(super) span: Span,
    pub(super) filled: &'a Filled,
}

impl<'a> Row<'a> {
    /// The text of a cell as legacy prints it, unquoted; empty where there is none.
    pub fn get(&self, col: Col) -> &'a str {
        self.template.get(col, self.calendar, self.span, self.filled)
    }

    /// A number cell, exact; `None` where it is empty.
    ///
    /// # Errors
    /// `Bug` if the cell holds no number.
    pub fn money(&self, col: Col) -> Result<Option<Money>> {
        let text = self.get(col);
        if text.is_empty() {
            return Ok(None);
        }
        match parse_decimal(text.as_bytes(), COST_SCALE) {
            Ok(parsed) if parsed.residual == 0 => Ok(Some(Money(parsed.value))),
            _ => Err(Error::bug(format!("the sample's cell {}", col.name()), format!("`{text}` is no exact number"))),
        }
    }

    /// The charge period, half-open, in microseconds since 1970, UTC.
    pub fn period(&self) -> (i64, i64) {
        let month = self.calendar.month().start().and_time(chrono::NaiveTime::MIN).and_utc().timestamp();
        let instant = |hour: u32| (month + i64::from(hour) * 3_600) * 1_000_000;
        (instant(self.span.start), instant(self.span.end))
    }

    /// Appends the row as a line of the legacy CSV, in the order of the delivery's columns.
    pub fn write_csv(&self, out: &mut Vec<u8>) {
        self.template.write_csv(self.calendar, self.span, self.filled, out);
    }
}
