//! From rows of a table to the charges in them, and to the lines of the export they come from.

use crate::command::tables::rollup_schema;
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Policy, Slot};
use crate::lake::{self, Lake, Snapshot};
use crate::transform::lineage::{Lineage, MEASURE, SIGN, key_of};
use crate::transform::rollup::{LineReader, Rollup};
use polars::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A charge with what it adds to the figure.
#[derive(Debug, Clone)]
pub struct Line {
    pub source: String,
    pub month: String,
    /// The file of the export, and the row in it; 0 for what is no line of it but left over by lines.
    pub file: String,
    pub row: i64,
    pub day: String,
    /// In the order of [`TEXTS`].
    pub texts: Vec<String>,
    /// Which cost of it, and how much: in units of 10^-18, taken off where negative lines are subtracted.
    pub measure: String,
    pub amount: i128,
    pub currency: String,
}

/// What a line tells of its charge.
pub const TEXTS: [&str; 7] = [
    "ChargeCategory",
    "SubAccountId",
    "ServiceName",
    "ResourceId",
    "ChargeDescription",
    "x_LineItemType",
    "x_UsageType",
];
const KEY: &str = "x_LineageKey";
const PLACE: [&str; 6] =
    ["x_SourceId", "x_BillingMonth", "x_SourceFile", "x_SourceRow", "x_ChargeDay", "BillingCurrency"];

/// Hands on every charge that a figure is the sum of: slots in order, lines in the order of the export. Returns how many
/// rows of the roll-up hold them.
///
/// `dimensions` are the configured tag dimensions; `policy_of` says which policy the slots of a billing period were published with.
pub fn read(
    (lake, snapshot, dimensions): (&Lake, &Snapshot, &[String]),
    policy_of: &dyn Fn(BillingMonth) -> Result<Policy>,
    lineage: &Lineage,
    sink: &mut dyn FnMut(Line) -> Result<()>,
) -> Result<u64> {
    let mut rolled_up = 0;
    let rollup = Rollup::ALL.into_iter().find(|rollup| rollup.name() == lineage.table);
    let months = texts_of(&lineage.terms, "x_BillingMonth");
    let sources = texts_of(&lineage.terms, "x_SourceId");
    let is_in = |slot: &Slot| {
        months.as_ref().is_none_or(|months| months.contains(&slot.month.to_string()))
            && sources.as_ref().is_none_or(|sources| sources.contains(&slot.source))
    };
    for (slot, record) in snapshot.slots.iter().filter(|(slot, _)| is_in(slot)) {
        let policy = policy_of(slot.month)?;
        let rows = match rollup {
            None => None,
            Some(rollup) => match record.rollups.get(rollup.name()) {
                Some(_) => {
                    // A closed slot may lack columns that the figure was asked by: they are null, as they were there.
                    let alone = BTreeMap::from([(slot.clone(), record.clone())]);
                    let alone = Snapshot { version: snapshot.version, slots: alone };
                    let own = policy.tag_keys.iter().map(|key| key.name.clone());
                    let all: BTreeSet<String> = dimensions.iter().cloned().chain(own).collect();
                    let schema = rollup_schema(rollup, &all.into_iter().collect::<Vec<_>>());
                    let rows = alone.rollup(lake, rollup.name(), &schema)?;
                    let wanted = wanted_rows(rows, rollup, &policy, lineage)?;
                    rolled_up += wanted.1.height() as u64;
                    Some(wanted)
                }
                None => continue,
            },
        };
        let mut reader = LineReader::new(policy);
        for file in &record.cost {
            let part = lake::collect(lake::scan_parquet(&[lake.file(file)?])?)?;
            match (rollup, &rows) {
                (Some(rollup), Some((keys, terms))) => {
                    for charges in reader.read(rollup, &part)? {
                        lines(joined(charges.lazy(), terms, keys), sink)?;
                    }
                }
                _ => lines(joined(part.lazy(), &lineage.terms, &lineage.columns), sink)?,
            }
        }
    }
    Ok(rolled_up)
}

/// Every charge of a resource with each of these costs.
pub fn of_resource(
    (lake, snapshot): (&Lake, &Snapshot),
    month: BillingMonth,
    resource: &str,
    measures: &[&str],
    sink: &mut dyn FnMut(Line) -> Result<()>,
) -> Result<()> {
    let signs = vec![1i32; measures.len()];
    let terms = DataFrame::new(
        measures.len(),
        vec![
            Column::new("ResourceId".into(), vec![resource; measures.len()]),
            Column::new(SIGN.into(), signs),
            Column::new(MEASURE.into(), measures.to_vec()),
        ],
    );
    let terms = terms.map_err(bug)?;
    for (_, record) in snapshot.slots.iter().filter(|(slot, _)| slot.month == month) {
        for file in &record.cost {
            let part = lake::scan_parquet(&[lake.file(file)?])?.filter(col("ResourceId").eq(lit(resource)));
            lines(joined(part, &terms, &["ResourceId".to_string()]), sink)?;
        }
    }
    Ok(())
}

/// The rows of a slot's roll-up that are in the figure: its keys, with sign and measure.
fn wanted_rows(
    rows: LazyFrame,
    rollup: Rollup,
    policy: &Policy,
    lineage: &Lineage,
) -> Result<(Vec<String>, DataFrame)> {
    let dimensions: Vec<String> = policy.tag_keys.iter().map(|key| key.name.clone()).collect();
    let keys = rollup.keys().iter().map(|key| (*key).to_string());
    let keys: Vec<String> = keys.chain(rollup.tag_keys(&dimensions)).collect();
    let wanted = joined(rows, &lineage.terms, &lineage.columns);
    let columns: Vec<Expr> = keys.iter().map(String::as_str).chain([SIGN, MEASURE]).map(col).collect();
    // A roll-up may hold a key in several rows.
    let wanted = wanted.select(columns.clone()).unique_generic(None, UniqueKeepStrategy::Any);
    Ok((keys, lake::collect(wanted)?))
}

/// Rows with the terms of their group beside them; a row of two terms comes twice.
fn joined(rows: LazyFrame, terms: &DataFrame, on: &[String]) -> LazyFrame {
    let terms = terms.clone().lazy();
    if on.is_empty() {
        return rows.cross_join(terms, None);
    }
    let terms = terms.select([key_of(on).alias(KEY), col(SIGN), col(MEASURE)]);
    let rows = rows.with_column(key_of(on).alias(KEY));
    let builder = rows.join_builder().with(terms).how(JoinType::Inner).on([col(KEY)]);
    builder.maintain_order(MaintainOrderJoin::Left).finish()
}

fn lines(rows: LazyFrame, sink: &mut dyn FnMut(Line) -> Result<()>) -> Result<()> {
    let costs = crate::focus::COSTS;
    let columns = PLACE.into_iter().chain(TEXTS).chain(costs).chain([SIGN, MEASURE]);
    let frame = lake::collect(rows.select(columns.map(col).collect::<Vec<_>>()))?;
    let text = |name: &str| -> Result<Vec<String>> {
        let texts = frame.column(name).and_then(|column| column.cast(&DataType::String)).map_err(bug)?;
        let texts = texts.str().map_err(bug)?;
        Ok(texts.iter().map(|text| text.unwrap_or_default().to_string()).collect())
    };
    let place = PLACE.iter().map(|name| text(name)).collect::<Result<Vec<_>>>()?;
    let told = TEXTS.iter().map(|name| text(name)).collect::<Result<Vec<_>>>()?;
    let measures = text(MEASURE)?;
    let signs = frame.column(SIGN).and_then(|column| column.i32()).map_err(bug)?;
    let amounts = costs
        .iter()
        .map(|name| {
            let amounts = frame.column(name).and_then(|column| column.decimal()).map_err(bug)?;
            Ok(amounts.physical().iter().map(Option::unwrap_or_default).collect::<Vec<i128>>())
        })
        .collect::<Result<Vec<_>>>()?;
    for row in 0..frame.height() {
        let cost = costs.iter().position(|name| *name == measures[row]);
        let cost = cost.ok_or_else(|| Error::bug(&measures[row], "is no cost"))?;
        sink(Line {
            source: place[0][row].clone(),
            month: place[1][row].clone(),
            file: place[2][row].clone(),
            row: place[3][row].parse().unwrap_or_default(),
            day: place[4][row].clone(),
            currency: place[5][row].clone(),
            texts: told.iter().map(|texts| texts[row].clone()).collect(),
            measure: measures[row].clone(),
            amount: amounts[cost][row] * i128::from(signs.get(row).unwrap_or_default()),
        })?;
    }
    Ok(())
}

fn texts_of(terms: &DataFrame, name: &str) -> Option<BTreeSet<String>> {
    let column = terms.column(name).ok()?.str().ok()?;
    Some(column.iter().flatten().map(str::to_string).collect())
}

fn bug(error: PolarsError) -> Error {
    Error::bug("explain", error.to_string())
}
