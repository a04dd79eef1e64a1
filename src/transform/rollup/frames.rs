//! Groups as the rows of their table: sorted by their keys, frame by frame.

use super::dictionary::{Dictionary, Order, day_of};
use super::groups::{Dictionaries, Groups};
use crate::error::{Error, Result};
use crate::focus::Kind;
use crate::focus::frame::data_type;
use polars::prelude::*;
use std::collections::BTreeMap;

impl Groups {
    /// Hands on the rows of the groups, sorted by their keys, in frames of at most `rows` rows.
    pub fn into_frames(
        mut self,
        (columns, rows): (&[(String, Kind)], usize),
        dictionaries: &Dictionaries,
        each: &mut dyn FnMut(DataFrame) -> Result<()>,
    ) -> Result<()> {
        // Ranks instead of codes: then rows compare as their texts do.
        let mut orders: BTreeMap<String, Order> = BTreeMap::new();
        for (names, index) in [(&self.others, &mut self.common), (&self.telling, &mut self.index)] {
            for (place, name) in names.iter().enumerate() {
                if let Some(dictionary) = dictionaries.get(name) {
                    let order = dictionary.order(index.codes_at(place));
                    index.replace_at(place, &order.ranks);
                    orders.insert(name.clone(), order);
                }
            }
        }
        let common = self.common.sorted();
        let mut ranks = vec![0; common.len()];
        common.iter().enumerate().for_each(|(rank, number)| ranks[*number] = rank as u32);
        self.index.replace_at(self.telling.len(), &ranks);
        let sorted = self.index.sorted();
        for groups in sorted.chunks(rows) {
            let of_common: Vec<usize> =
                groups.iter().map(|group| common[self.index.key(*group)[self.telling.len()] as usize]).collect();
            let rows = Rows { groups, common: &of_common, orders: &orders };
            let columns = columns.iter().map(|(name, kind)| self.column(name, *kind, &rows, dictionaries));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let frame = DataFrame::new(groups.len(), columns).map_err(|error| self.bug(&error))?;
            each(frame)?;
        }
        Ok(())
    }

    /// One column of some groups.
    fn column(&self, name: &str, kind: Kind, rows: &Rows, dictionaries: &Dictionaries) -> Result<Column> {
        let groups = rows.groups;
        if let Some(place) = self.telling.iter().position(|key| key == name) {
            let codes = groups.iter().map(|group| self.index.key(*group)[place]);
            return self.key_column(name, codes, rows, dictionaries);
        }
        if let Some(place) = self.others.iter().position(|key| key == name) {
            let codes = rows.common.iter().map(|number| self.common.key(*number)[place]);
            return self.key_column(name, codes, rows, dictionaries);
        }
        if let Some(place) = self.attributes.iter().position(|attribute| attribute == name) {
            let dictionary = dictionaries.get(name).ok_or_else(|| Error::bug(self.table.name(), name))?;
            let codes = groups.iter().map(|group| self.states[group * self.attributes.len() + place]);
            return Ok(text_column(name, dictionary, codes));
        }
        let measures = self.table.measures();
        if let Some(place) = measures.iter().position(|measure| *measure == name) {
            let sums = groups.iter().map(|group| self.sums[group * measures.len() + place]);
            let DataType::Decimal(precision, scale) = data_type(kind) else {
                return Err(Error::bug(self.table.name(), format!("{name} is summed and no decimal")));
            };
            let sums = Int128Chunked::from_iter_values(name.into(), sums);
            return Ok(sums.into_decimal_unchecked(precision, scale).into_series().into_column());
        }
        match name {
            "x_FirstChargeDay" => Ok(day_column(name, groups.iter().map(|group| self.days[*group].0))),
            "x_LastChargeDay" => Ok(day_column(name, groups.iter().map(|group| self.days[*group].1))),
            "x_LastChargeStart" => {
                let starts = groups.iter().map(|group| Some(self.latest[*group]).filter(|start| *start != i64::MIN));
                let starts = Int64Chunked::from_iter_options(name.into(), starts).into_series();
                Ok(starts.cast(&data_type(Kind::Time)).map_err(|error| self.bug(&error))?.into_column())
            }
            "x_Rows" => {
                let rows = groups.iter().map(|group| self.rows[*group]);
                Ok(Int64Chunked::from_iter_values(name.into(), rows).into_series().into_column())
            }
            _ => Err(Error::bug(self.table.name(), format!("nobody fills {name}"))),
        }
    }

    /// Of a key: ranks of its texts, or days.
    fn key_column(
        &self,
        name: &str,
        codes: impl ExactSizeIterator<Item = u32>,
        rows: &Rows,
        dictionaries: &Dictionaries,
    ) -> Result<Column> {
        match (rows.orders.get(name), dictionaries.get(name)) {
            (Some(order), Some(dictionary)) => {
                Ok(text_column(name, dictionary, codes.map(|rank| order.codes[rank as usize])))
            }
            _ => Ok(day_column(name, codes)),
        }
    }

    fn bug(&self, error: &PolarsError) -> Error {
        Error::bug(self.table.name(), error.to_string())
    }
}

/// The groups of one frame, the number of their common keys, and the texts of ranks by column.
struct Rows<'a> {
    groups: &'a [usize],
    common: &'a [usize],
    orders: &'a BTreeMap<String, Order>,
}

fn day_column(name: &str, codes: impl Iterator<Item = u32>) -> Column {
    Int32Chunked::from_iter_options(name.into(), codes.map(day_of)).into_date().into_series().into_column()
}

fn text_column(name: &str, dictionary: &Dictionary, codes: impl ExactSizeIterator<Item = u32>) -> Column {
    let mut out = StringChunkedBuilder::new(name.into(), codes.len());
    codes.for_each(|code| out.append_option(dictionary.text(code)));
    out.finish().into_series().into_column()
}
