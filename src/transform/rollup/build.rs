//! Builds the roll-ups of one slot, one part at a time.
//!
//! Memory follows the number of groups, not of rows: partial sums are folded into each other as
//! they come. Sums are exact decimals, so the order does not matter.

use super::table::{MEASURES, Rollup, tag_column};
use super::tags::{Dimension, add_dimensions};
use crate::error::{Error, Result};
use crate::lake;
use polars::prelude::*;

/// Partial groups held before they are folded.
const FOLD_AT: usize = 200_000;
/// When the charge that gave a resource its latest names and tags started.
const LATEST: &str = "x_LatestCharge";

/// The roll-ups of one slot in the making.
pub struct RollupBuilder {
    dimensions: Vec<Dimension>,
    partials: [Vec<DataFrame>; 2],
}

impl RollupBuilder {
    pub fn new(dimensions: Vec<Dimension>) -> Self {
        Self { dimensions, partials: [Vec::new(), Vec::new()] }
    }

    /// Adds the rows of one part; they need the columns of `cost`.
    pub fn add(&mut self, rows: &DataFrame) -> Result<()> {
        let mut rows = rows.clone();
        add_dimensions(&mut rows, &self.dimensions)?;
        for (at, table) in Rollup::ALL.into_iter().enumerate() {
            let partial = lake::collect(self.first(table, rows.clone().lazy()))?;
            self.partials[at].push(partial);
            if self.partials[at].iter().map(DataFrame::height).sum::<usize>() > FOLD_AT {
                let folded = lake::collect(self.again(table, concat(&self.partials[at])?))?;
                self.partials[at] = vec![folded];
            }
        }
        Ok(())
    }

    /// The finished table, sorted by its keys; takes the partial sums.
    pub fn finish(&mut self, table: Rollup) -> Result<DataFrame> {
        let at = usize::from(table == Rollup::ResourceMonth);
        let partials = std::mem::take(&mut self.partials[at]);
        let all = concat(&partials)?;
        lake::collect(self.last(table, all))
    }

    fn tag_columns(&self) -> Vec<String> {
        self.dimensions.iter().map(|dimension| tag_column(&dimension.name)).collect()
    }

    /// What partial sums are grouped by: in `resource_month` also the attributes, whose latest
    /// state is known only at the end.
    fn group(&self, table: Rollup) -> Vec<Expr> {
        let names = table.keys().iter().chain(table.attributes()).map(|name| (*name).to_string());
        names.chain(self.tag_columns()).map(|name| col(name.as_str())).collect()
    }

    fn first(&self, table: Rollup, rows: LazyFrame) -> LazyFrame {
        let mut sums: Vec<Expr> = MEASURES.iter().map(|name| col(*name).sum()).collect();
        sums.push(len().cast(DataType::Int64).alias("x_Rows"));
        if table == Rollup::ResourceMonth {
            sums.push(col("x_ChargeDay").min().alias("x_FirstChargeDay"));
            sums.push(col("x_ChargeDay").max().alias("x_LastChargeDay"));
            sums.push(col("ChargePeriodStart").max().alias(LATEST));
        }
        rows.group_by(self.group(table)).agg(sums)
    }

    fn again(&self, table: Rollup, partials: LazyFrame) -> LazyFrame {
        partials.group_by(self.group(table)).agg(fold(table))
    }

    fn last(&self, table: Rollup, partials: LazyFrame) -> LazyFrame {
        let dimensions: Vec<String> = self.dimensions.iter().map(|dimension| dimension.name.clone()).collect();
        let columns: Vec<Expr> = table.columns(&dimensions).iter().map(|(name, _)| col(name.as_str())).collect();
        let folded = self.again(table, partials);
        let sort = |names: Vec<Expr>| (names, SortMultipleOptions::default().with_nulls_last(false));
        if table == Rollup::CostDaily {
            let (by, options) = sort(self.group(table));
            return folded.sort_by_exprs(by, options).select(columns);
        }
        // One row per resource: attributes from the charge that started last; among equals the
        // greatest names, so that the choice is the same every time.
        let keys: Vec<Expr> = table.keys().iter().map(|name| col(*name)).collect();
        let attributes = table.attributes().iter().map(|name| (*name).to_string()).chain(self.tag_columns());
        let attributes: Vec<Expr> = attributes.map(|name| col(name.as_str())).collect();
        let mut by = vec![col(LATEST)];
        by.extend(attributes.clone());
        let order = SortMultipleOptions::default();
        let mut sums = fold(table);
        sums.extend(attributes.iter().map(|name| name.clone().sort_by(by.clone(), order.clone()).last()));
        let (by, options) = sort(keys.clone());
        folded.group_by(keys).agg(sums).sort_by_exprs(by, options).select(columns)
    }
}

fn fold(table: Rollup) -> Vec<Expr> {
    let mut sums: Vec<Expr> = MEASURES.iter().chain(&["x_Rows"]).map(|name| col(*name).sum()).collect();
    if table == Rollup::ResourceMonth {
        sums.push(col("x_FirstChargeDay").min());
        sums.push(col("x_LastChargeDay").max());
        sums.push(col(LATEST).max());
    }
    sums
}

fn concat(partials: &[DataFrame]) -> Result<LazyFrame> {
    let frames: Vec<LazyFrame> = partials.iter().map(|frame| frame.clone().lazy()).collect();
    polars::prelude::concat(frames, UnionArgs::default()).map_err(|error| Error::bug("roll-up", error.to_string()))
}
