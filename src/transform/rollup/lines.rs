//! In which rows of a roll-up a charge is: the way back from a sum to what was added.

use super::dictionary::Dictionary;
use super::part::bug;
use super::reader::Reader;
use super::table::Rollup;
use crate::error::Result;
use crate::focus::Policy;
use polars::prelude::*;

/// Reads parts of `cost` as the roll-ups of a slot were made of them.
pub struct LineReader {
    reader: Reader,
}

impl LineReader {
    /// `policy` is the one that the slot was published with; with another one charges are in other rows.
    pub fn new(policy: Policy) -> Self {
        Self { reader: Reader::new(policy) }
    }

    /// The charges of a part that a roll-up holds, with the columns that it groups by as it has them. A charge that it holds more than once (one of two unit metrics) comes in two frames.
    pub fn read(&mut self, table: Rollup, rows: &DataFrame) -> Result<Vec<DataFrame>> {
        let (mut part, charges) = self.reader.read(rows)?;
        let keys = table.keys().iter().map(|key| (*key).to_string());
        let keys: Vec<String> = keys.chain(table.tag_keys(&self.reader.dimensions())).collect();
        let mut frames = Vec::new();
        let passes = if table == Rollup::UnitDaily { self.reader.unit_metrics() } else { 1 };
        for pass in 0..passes {
            let held: Option<BooleanChunked> = match table {
                Rollup::CostDaily | Rollup::ResourceMonth => None,
                Rollup::ResourceDay => {
                    let usage = self.reader.usage();
                    let categories = part.codes("ChargeCategory")?;
                    Some((0..part.len()).map(|row| categories[row] == usage && part.is_of_a_day[row]).collect())
                }
                Rollup::UnitDaily => {
                    self.reader.set_unit(pass, &mut part)?;
                    Some(charges.iter().map(|charge| self.reader.is_of_unit(pass, *charge)).collect())
                }
            };
            let mut frame = rows.clone();
            // Also of columns that `cost` has: the policy may name an account that the bill does not.
            for key in keys.iter().filter(|key| self.reader.dictionaries.contains_key(key.as_str())) {
                let column = column(key, &self.reader.dictionaries[key.as_str()], part.codes(key)?);
                frame.with_column(column).map_err(bug)?;
            }
            frames.push(match held {
                None => frame,
                Some(held) => frame.filter(&held).map_err(bug)?,
            });
        }
        Ok(frames)
    }
}

fn column(name: &str, dictionary: &Dictionary, codes: &[u32]) -> Column {
    let texts = codes.iter().map(|code| dictionary.text(*code));
    StringChunked::from_iter_options(name.into(), texts).into_series().into_column()
}
