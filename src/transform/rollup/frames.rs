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
        for (place, name) in self.keys.iter().enumerate() {
            if let Some(dictionary) = dictionaries.get(name) {
                let order = dictionary.order(self.index.codes_at(place));
                self.index.replace_at(place, &order.ranks);
                orders.insert(name.clone(), order);
            }
        }
        let mut sorted: Vec<usize> = (0..self.len()).collect();
        sorted.sort_unstable_by(|a, b| self.index.key(*a).cmp(self.index.key(*b)));
        for groups in sorted.chunks(rows) {
            let columns = columns.iter().map(|(name, kind)| self.column(name, *kind, groups, &orders, dictionaries));
            let columns = columns.collect::<Result<Vec<_>>>()?;
            let frame = DataFrame::new(groups.len(), columns).map_err(|error| self.bug(&error))?;
            each(frame)?;
        }
        Ok(())
    }

    /// One column of some groups.
    fn column(
        &self,
        name: &str,
        kind: Kind,
        groups: &[usize],
        orders: &BTreeMap<String, Order>,
        dictionaries: &Dictionaries,
    ) -> Result<Column> {
        let text = |code: &dyn Fn(usize) -> u32| {
            let dictionary = dictionaries.get(name).ok_or_else(|| Error::bug(self.table.name(), name))?;
            Ok(text_column(name, dictionary, groups.iter().map(|group| code(*group))))
        };
        let days = |code: &dyn Fn(usize) -> u32| {
            let days = groups.iter().map(|group| day_of(code(*group)));
            Int32Chunked::from_iter_options(name.into(), days).into_date().into_series().into_column()
        };
        if let Some(place) = self.keys.iter().position(|key| key == name) {
            return match orders.get(name) {
                Some(order) => text(&|group| order.codes[self.index.key(group)[place] as usize]),
                None => Ok(days(&|group| self.index.key(group)[place])),
            };
        }
        if let Some(place) = self.attributes.iter().position(|attribute| attribute == name) {
            return text(&|group| self.states[group * self.attributes.len() + place]);
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
            "x_FirstChargeDay" => Ok(days(&|group| self.days[group].0)),
            "x_LastChargeDay" => Ok(days(&|group| self.days[group].1)),
            "x_Rows" => {
                let rows = groups.iter().map(|group| self.rows[*group]);
                Ok(Int64Chunked::from_iter_values(name.into(), rows).into_series().into_column())
            }
            _ => Err(Error::bug(self.table.name(), format!("nobody fills {name}"))),
        }
    }

    fn bug(&self, error: &PolarsError) -> Error {
        Error::bug(self.table.name(), error.to_string())
    }
}

fn text_column(name: &str, dictionary: &Dictionary, codes: impl ExactSizeIterator<Item = u32>) -> Column {
    let mut out = StringChunkedBuilder::new(name.into(), codes.len());
    codes.for_each(|code| out.append_option(dictionary.text(code)));
    out.finish().into_series().into_column()
}
