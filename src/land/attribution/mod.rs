//! What commitments cost, shared out among the usage that they cover.
//!
//! Where a fee is a row and covered usage carries a credit, cost and credits alone make the covered usage
//! look free. Each fee that was used is moved to the usage it covered: on a fee's row that amount below 0,
//! on usage its share. What is unused stays with the fee. Σ over all rows is 0.
//!
//! A fee goes, in this order, to the usage of the SKU and sub account that it names; of its sub account and
//! kind; of its kind; of its unit; always of one UTC day, billing account and currency. How much of it was
//! used is told by what it committed to and by what credits cover: see [`pool`]. Among usage it goes by what
//! was covered, by largest remainder from cell to cell (a cell is a day, sub account, SKU and kind), and
//! inside a cell from row to row by the rounded running sum: each row is within one unit of its quota.

mod cells;
mod check;
mod pool;
mod row;

pub use check::check;
pub use row::Words;

use super::input::Input;
use crate::focus::Money;
use crate::focus::money::mul_div;
use crate::format::Commitments;
use cells::Cells;
use row::Read;

/// The fees and the covered usage of one billing period.
pub struct Attribution {
    pub words: &'static Commitments,
    cells: Cells,
}

/// What a row carries of fees.
pub struct Share {
    pub cost: Money,
    /// The commitment it came from; empty on a fee.
    pub id: String,
}

impl Attribution {
    pub fn new(words: &'static Commitments) -> Self {
        Self { words, cells: Cells::default() }
    }

    /// Takes in a row. The error is the text that is no number.
    pub fn gather<'i>(&mut self, input: &'i Input, words: &Words) -> Result<(), &'i [u8]> {
        match row::read(self.words, words, input)? {
            Read::Other => {}
            Read::Offset { sku } => self.cells.needs_no_sharing(sku),
            Read::Fee { key, cost, capacity } => self.cells.add_fee(*key, cost, capacity),
            Read::Covered(uses) => uses.into_iter().for_each(|(key, demand)| self.cells.add_use(key, demand)),
        }
        Ok(())
    }

    /// Shares the fees out. After this rows are asked for their share, in the order they were taken in.
    pub fn solve(&mut self) {
        pool::share_out(&mut self.cells);
    }

    /// What the row carries; `None` for nothing.
    pub fn share<'i>(&mut self, input: &'i Input, words: &Words) -> Result<Option<Share>, &'i [u8]> {
        let (mut cost, mut id) = (0, String::new());
        match row::read(self.words, words, input)? {
            Read::Other | Read::Offset { .. } => {}
            Read::Fee { key, cost: fee, .. } => {
                if let Some(cell) = self.cells.fee(&key) {
                    cost = -next(cell.taken, fee, cell.cost, &mut cell.passed, &mut cell.given);
                }
            }
            Read::Covered(uses) => {
                for (key, demand) in uses {
                    if let Some(cell) = self.cells.use_of(&key) {
                        cost += next(cell.cost, demand, cell.demand, &mut cell.passed, &mut cell.given);
                        id.clone_from(&cell.id);
                    }
                }
            }
        }
        Ok((cost != 0).then_some(Share { cost: Money(cost), id }))
    }
}

/// The next row's part of `total`: what the running sum of weights, rounded, adds.
fn next(total: i128, weight: i128, weights: i128, passed: &mut i128, given: &mut i128) -> i128 {
    if total == 0 || weights <= 0 {
        return 0;
    }
    *passed += weight;
    let until = mul_div(total, *passed, weights).unwrap_or(*given);
    until - std::mem::replace(given, until)
}
