//! Builds the roll-ups of one slot, one part at a time.
//!
//! Memory follows the number of groups, not of rows: partial sums are folded into each other as
//! they come. Sums are exact decimals, so the order does not matter.

use super::latest::{pack, unpack};
use super::table::Rollup;
use super::tags::{Dimension, add_dimensions};
use crate::error::{Error, Result};
use crate::lake;
use polars::prelude::*;

/// Partial groups held before they are first folded; after that, twice what the last fold left, so
/// that groups which do not shrink are not folded again and again.
const FOLD_AT: usize = 300_000;
/// The packed latest state of a resource's attributes, while the roll-up is in the making.
const LATEST: &str = "x_Latest";

/// The roll-ups of one slot in the making.
pub struct RollupBuilder {
    dimensions: Vec<Dimension>,
    partials: [Vec<DataFrame>; 4],
    fold_at: [usize; 4],
}

impl RollupBuilder {
    pub fn new(dimensions: Vec<Dimension>) -> Self {
        Self { dimensions, partials: Default::default(), fold_at: [FOLD_AT; 4] }
    }

    /// Adds the rows of one part; they need the columns of `cost`.
    pub fn add(&mut self, rows: &DataFrame) -> Result<()> {
        let mut rows = rows.clone();
        add_dimensions(&mut rows, &self.dimensions)?;
        let rows = self.provisional(rows)?;
        for (at, table) in Rollup::ALL.into_iter().enumerate() {
            let rows = match table {
                Rollup::ResourceDay => lake::collect(
                    rows.clone()
                        .lazy()
                        .filter(col("ChargeCategory").eq(lit("Usage")).and(col("x_ChargeSpan").eq(lit("day")))),
                )?,
                Rollup::UnitDaily => rows.slice(0, 0),
                _ => rows.clone(),
            };
            self.partials[at].push(self.group(table, &rows)?);
            if self.partials[at].iter().map(DataFrame::height).sum::<usize>() > self.fold_at[at] {
                self.fold(table, at)?;
                self.fold_at[at] = FOLD_AT.max(2 * self.partials[at].iter().map(DataFrame::height).sum::<usize>());
            }
        }
        Ok(())
    }

    /// The columns of the policy, until it is applied: nothing is allocated, a tag is there or not.
    fn provisional(&self, rows: DataFrame) -> Result<DataFrame> {
        let null = || lit(NULL).cast(DataType::String);
        let day = (col("ChargePeriodEnd") - col("ChargePeriodStart")).lt_eq(lit(chrono::Duration::days(1)));
        let mut columns = vec![
            when(day).then(lit("day")).otherwise(lit("longer")).alias("x_ChargeSpan"),
            lit("unallocated").alias("x_Team"),
            lit("no rule").alias("x_TeamBy"),
            null().alias("x_Environment"),
            null().alias("x_UnitMetric"),
            null().alias("x_Dimension"),
            null().alias("x_Tag_all"),
            null().alias("x_TagState_all"),
        ];
        for dimension in &self.dimensions {
            let tag = col(super::tag_column(&dimension.name).as_str());
            let state = when(tag.is_null()).then(lit("missing")).otherwise(lit("tagged"));
            columns.push(state.alias(super::tag_state_column(&dimension.name).as_str()));
        }
        lake::collect(rows.lazy().with_columns(columns))
    }

    /// The finished table, sorted by its keys; takes the partial sums.
    pub fn finish(&mut self, table: Rollup) -> Result<DataFrame> {
        let at = table as usize;
        self.fold(table, at)?;
        let Some(folded) = self.partials[at].pop() else {
            return Err(Error::bug(table.name(), "a roll-up of no rows"));
        };
        let dimensions: Vec<String> = self.dimensions.iter().map(|dimension| dimension.name.clone()).collect();
        let attributes = self.attributes();
        let column = |(name, _): &(String, _)| match attributes.iter().position(|attribute| attribute == name) {
            Some(attribute) if table == Rollup::ResourceMonth => unpack(LATEST, attribute).alias(name.as_str()),
            _ => col(name.as_str()),
        };
        let columns: Vec<Expr> = table.columns(&dimensions).iter().map(column).collect();
        let mut by: Vec<Expr> = table.sort_keys().into_iter().map(col).collect();
        if table == Rollup::CostDaily {
            by.extend(self.tag_columns(table).iter().map(|name| col(name.as_str())));
        }
        lake::collect(folded.lazy().sort_by_exprs(by, SortMultipleOptions::default()).select(columns))
    }

    /// The partial sums of one part. Keys that are one value in the whole part, as most are, take
    /// no part in the grouping and are put back afterwards.
    fn group(&self, table: Rollup, rows: &DataFrame) -> Result<DataFrame> {
        let bug = |error: PolarsError| Error::bug(table.name(), error.to_string());
        let (mut varied, mut constant) = (Vec::new(), Vec::new());
        for name in self.key_names(table) {
            let column = rows.column(&name).map_err(bug)?;
            match constant_value(column) {
                Some(value) => constant.push(value.alias(name.as_str())),
                None => varied.push(col(name.as_str())),
            }
        }
        let frame = rows.clone().lazy();
        let grouped = match varied.is_empty() {
            true => frame.select(self.first(table)),
            false => frame.group_by(varied).agg(self.first(table)),
        };
        // Partials are concatenated: their columns must stand in one order.
        let mut order: Vec<Expr> = self.keys(table);
        order.extend(measures(table).into_iter().map(col));
        lake::collect(grouped.with_columns(constant).select(order))
    }

    /// Makes one partial of all.
    fn fold(&mut self, table: Rollup, at: usize) -> Result<()> {
        if self.partials[at].len() < 2 {
            return Ok(());
        }
        let frames: Vec<LazyFrame> = std::mem::take(&mut self.partials[at]).into_iter().map(DataFrame::lazy).collect();
        let all = concat(frames, UnionArgs::default()).map_err(|error| Error::bug("roll-up", error.to_string()))?;
        self.partials[at] = vec![lake::collect(all.group_by(self.keys(table)).agg(again(table)))?];
        Ok(())
    }

    /// What rows are grouped by: in `cost_daily` also the tag dimensions.
    fn key_names(&self, table: Rollup) -> Vec<String> {
        let mut keys: Vec<String> = table.keys().iter().map(|name| (*name).to_string()).collect();
        if table == Rollup::CostDaily {
            keys.extend(self.tag_columns(table));
        }
        keys
    }

    fn keys(&self, table: Rollup) -> Vec<Expr> {
        self.key_names(table).iter().map(|name| col(name.as_str())).collect()
    }

    /// What `resource_month` carries in its latest state.
    fn attributes(&self) -> Vec<String> {
        let fixed = Rollup::ResourceMonth.attributes().iter().map(|name| (*name).to_string());
        fixed.chain(self.tag_columns(Rollup::ResourceMonth)).collect()
    }

    fn tag_columns(&self, table: Rollup) -> Vec<String> {
        let dimensions: Vec<String> = self.dimensions.iter().map(|dimension| dimension.name.clone()).collect();
        table.tag_columns(&dimensions)
    }

    fn first(&self, table: Rollup) -> Vec<Expr> {
        let mut sums: Vec<Expr> = table.measures().iter().map(|name| col(*name).sum()).collect();
        sums.push(len().cast(DataType::Int64).alias("x_Rows"));
        if table == Rollup::ResourceMonth {
            sums.push(col("x_ChargeDay").min().alias("x_FirstChargeDay"));
            sums.push(col("x_ChargeDay").max().alias("x_LastChargeDay"));
            sums.push(pack(&self.attributes()).max().alias(LATEST));
        }
        sums
    }
}

/// The value of a text column that has only one, null included.
fn constant_value(column: &Column) -> Option<Expr> {
    let texts = column.str().ok()?;
    let first = if texts.is_empty() { None } else { texts.get(0) };
    let same = match first {
        None => texts.null_count() == texts.len(),
        Some(first) => texts.null_count() == 0 && texts.iter().all(|text| text == Some(first)),
    };
    let value = first.map_or_else(|| lit(NULL).cast(DataType::String), |text| lit(text.to_string()));
    same.then_some(value)
}

/// The columns that partial sums have beside their keys.
fn measures(table: Rollup) -> Vec<&'static str> {
    let mut measures = table.measures().to_vec();
    measures.push("x_Rows");
    if table == Rollup::ResourceMonth {
        measures.extend(["x_FirstChargeDay", "x_LastChargeDay", LATEST]);
    }
    measures
}

/// The sums of sums.
fn again(table: Rollup) -> Vec<Expr> {
    let mut sums: Vec<Expr> = table.measures().iter().chain(&["x_Rows"]).map(|name| col(*name).sum()).collect();
    if table == Rollup::ResourceMonth {
        sums.push(col("x_FirstChargeDay").min());
        sums.push(col("x_LastChargeDay").max());
        sums.push(col(LATEST).max());
    }
    sums
}
