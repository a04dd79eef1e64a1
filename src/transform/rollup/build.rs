//! Builds the roll-ups of one slot, one part at a time.
//!
//! Memory follows the number of groups, not of rows: sums are folded into their groups as they
//! come. The groups of `resource_day` may be as many as charges of a day and resource: when there
//! are too many they are handed on and forgotten. Sums are exact decimals, so the order does not
//! matter; what is handed on follows from the rows and their order alone.

use super::groups::Groups;
use super::reader::Reader;
use super::reporting::Converter;
use super::table::Rollup;
use crate::error::Result;
use crate::focus::{Policy, Reporting};
use polars::prelude::DataFrame;

/// Groups of `resource_day` held in memory: some 60 MB. A resource's charges of a day stand near
/// each other in a bill; the more is held, the more of them fold.
const HELD_GROUPS: usize = 262_144;
/// Rows of a frame that is handed on.
const FRAME_ROWS: usize = crate::lake::ROW_GROUP_ROWS;

/// Takes the finished rows of a roll-up, frame by frame.
pub type Sink<'a> = dyn FnMut(Rollup, DataFrame) -> Result<()> + 'a;

/// The roll-ups of one slot in the making.
pub struct RollupBuilder {
    reader: Reader,
    dimensions: Vec<String>,
    groups: [Groups; 4],
    /// By roll-up; those that do not hold every charge are not converted.
    converters: [Converter; 4],
    held_groups: usize,
}

impl RollupBuilder {
    /// With a reporting currency the roll-ups that hold every charge have its costs as well.
    pub fn new(policy: Policy, reporting: Option<&Reporting>) -> Self {
        Self::holding(policy, reporting, HELD_GROUPS)
    }

    /// With another limit of groups of `resource_day` in memory.
    pub fn holding(policy: Policy, reporting: Option<&Reporting>, held_groups: usize) -> Self {
        let reader = Reader::new(policy);
        let dimensions = reader.dimensions();
        let groups = Rollup::ALL.map(|table| Groups::new(table, &dimensions));
        let converters = Rollup::ALL.map(|_| Converter::new(reporting.cloned()));
        Self { reader, dimensions, groups, converters, held_groups }
    }

    /// Adds the rows of one part; they need the columns of `cost`.
    pub fn add(&mut self, rows: &DataFrame, sink: &mut Sink) -> Result<()> {
        let (mut part, charges) = self.reader.read(rows)?;
        for table in [Rollup::CostDaily, Rollup::ResourceMonth] {
            self.groups[table as usize].add(&part, &|_| true, &self.reader.dictionaries)?;
        }
        let usage = self.reader.usage();
        let categories = part.codes("ChargeCategory")?;
        let is_held = |row: usize| categories[row] == usage && part.is_of_a_day[row];
        self.groups[Rollup::ResourceDay as usize].add(&part, &is_held, &self.reader.dictionaries)?;
        for metric in 0..self.reader.unit_metrics() {
            self.reader.set_unit(metric, &mut part)?;
            let is_held = |row: usize| self.reader.is_of_unit(metric, charges[row]);
            self.groups[Rollup::UnitDaily as usize].add(&part, &is_held, &self.reader.dictionaries)?;
        }
        if self.groups[Rollup::ResourceDay as usize].len() > self.held_groups {
            self.hand_on(Rollup::ResourceDay, sink)?;
        }
        Ok(())
    }

    /// Hands on what is left of every roll-up.
    pub fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        Rollup::ALL.into_iter().try_for_each(|table| self.hand_on(table, sink))
    }

    /// The rows of a roll-up so far, sorted by their keys; they are forgotten here.
    fn hand_on(&mut self, table: Rollup, sink: &mut Sink) -> Result<()> {
        let empty = Groups::new(table, &self.dimensions);
        let groups = std::mem::replace(&mut self.groups[table as usize], empty);
        let columns = table.summed_columns(&self.dimensions);
        let converter = &mut self.converters[table as usize];
        groups.into_frames((&columns, FRAME_ROWS), &self.reader.dictionaries, &mut |frame| {
            sink(table, if table.is_whole() { converter.add(frame)? } else { frame })
        })
    }
}
