//! Tables in which the costs of some rows are other numbers, and those of all others 0.

use super::groups::{Groups, bug, key_of};
use super::measures;
use crate::error::Result;
use crate::transform::catalogue::Tables;
use crate::transform::rollup::reporting_cost;
use polars::prelude::*;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// Whole numbers for the measures of each group: a few digits, so that no sum of them wraps, and
/// random, so that no two sets of groups have one sum but by a chance of one in a billion.
pub struct Numbers {
    /// By measure and group.
    pub of: Vec<Vec<i128>>,
}

const ONE: i128 = 1_000_000_000_000_000_000;
/// Larger than the thresholds of any query: a cost that is looked at only from a size on stays in.
const LEAST: u64 = 1_000_000;
const MOST: u64 = 1_000_000_000;

impl Numbers {
    pub fn new(groups: &Groups) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(20_261_130);
        let mut number = || i128::from(LEAST + random.next_u64() % (MOST - LEAST)) * ONE;
        Self { of: groups.measures.iter().map(|_| groups.rows.iter().map(|_| number()).collect()).collect() }
    }

    /// What the groups' numbers of a measure sum to, over all their rows.
    pub fn sum(&self, groups: &Groups, measure: usize, of: &[usize]) -> i128 {
        of.iter().map(|group| self.of[measure][*group] * groups.rows[*group]).sum()
    }
}

/// The tables with the numbers of these groups in place of their costs.
pub struct Probe<'a> {
    tables: &'a dyn Tables,
    table: &'a str,
    columns: &'a [String],
    numbers: DataFrame,
}

impl<'a> Probe<'a> {
    pub fn new(tables: &'a dyn Tables, groups: &'a Groups, numbers: &Numbers, of: &[usize]) -> Result<Self> {
        let mut has = vec![false; groups.rows.len()];
        of.iter().for_each(|group| has[*group] = true);
        let beside = groups.measures.iter().enumerate().map(|(measure, name)| {
            let of = numbers.of[measure].iter().zip(&has).map(|(number, has)| if *has { *number } else { 0 });
            let of = Int128Chunked::from_iter_values(number_of(name).into(), of);
            of.into_decimal_unchecked(38, 18).into_series().into_column()
        });
        let numbers = groups.with(beside.collect())?;
        Ok(Self { tables, table: &groups.table, columns: &groups.columns, numbers })
    }
}

impl Tables for Probe<'_> {
    fn frame(&self, table: &str) -> Result<LazyFrame> {
        let mut frame = self.tables.frame(table)?;
        let measures = measures(table);
        if measures.is_empty() {
            return Ok(frame);
        }
        let nothing = || lit(0).cast(DataType::Decimal(38, 18));
        let schema = frame.collect_schema().map_err(bug)?;
        // A converted cost stands for its cost, number for number: what is asked is which rows a figure takes.
        let converted: Vec<(&str, String)> = measures.iter().map(|name| (*name, reporting_cost(name))).collect();
        let converted: Vec<_> = converted.iter().filter(|(_, own)| schema.contains(own.as_str())).collect();
        if table != self.table {
            let names = measures.iter().copied().chain(converted.iter().map(|(_, own)| own.as_str()));
            return Ok(frame.with_columns(names.map(|name| nothing().alias(name)).collect::<Vec<_>>()));
        }
        let names: Vec<Expr> = schema.iter_names().map(|name| col(name.clone())).collect();
        let numbers = self.numbers.clone().lazy();
        let joined = match self.columns.is_empty() {
            true => frame.cross_join(numbers, None),
            false => {
                let numbers = numbers.select(
                    std::iter::once(key_of(self.columns).alias(KEY))
                        .chain(measures.iter().map(|name| col(number_of(name))))
                        .collect::<Vec<_>>(),
                );
                frame.with_column(key_of(self.columns).alias(KEY)).left_join(numbers, col(KEY), col(KEY))
            }
        };
        let numbered = |name: &str, own: &str| coalesce(&[col(number_of(name)), nothing()]).alias(own);
        let costs = measures.iter().map(|name| numbered(name, name));
        let columns = costs.chain(converted.iter().map(|(name, own)| numbered(name, own)));
        Ok(joined.with_columns(columns.collect::<Vec<_>>()).select(names))
    }

    fn names(&self) -> Vec<String> {
        self.tables.names()
    }
}

const KEY: &str = "x_LineageKey";

fn number_of(measure: &str) -> String {
    format!("x_NumberOf{measure}")
}
