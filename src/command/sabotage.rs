//! What the proof must notice, when a test arms it: `<stage>.<kind>`, with the stages `normalise`
//! (landed → `cost`) and `rollup` (`cost` → roll-ups). Release builds leave every frame as it is.

use crate::fault;
use polars::prelude::*;

/// How often the rows of a part count: once, unless a sabotage drops or doubles the second part.
pub fn times(stage: &str, part: usize) -> usize {
    if part == 1 && armed(stage, "drop_part") {
        return 0;
    }
    if part == 1 && armed(stage, "double_part") { 2 } else { 1 }
}

/// The rows of a stage, wrong when a sabotage of it is armed.
pub fn rows(stage: &str, frame: LazyFrame) -> LazyFrame {
    if armed(stage, "swap_costs") {
        return frame
            .with_columns([col("EffectiveCost").alias("BilledCost"), col("BilledCost").alias("EffectiveCost")]);
    }
    if armed(stage, "swap_list") {
        return frame.with_columns([col("EffectiveCost").alias("ListCost"), col("ListCost").alias("EffectiveCost")]);
    }
    if armed(stage, "lose_credit") {
        return frame.filter(col("ChargeCategory").neq(lit("Credit")));
    }
    if armed(stage, "fan_out") {
        let first = frame.clone().limit(1);
        return concat([frame.clone(), first], UnionArgs::default()).unwrap_or(frame);
    }
    if armed(stage, "edit_value") {
        let bit = lit("0.000000000000000001").cast(DataType::Decimal(38, 18));
        let first = frame.clone().limit(1).with_column(col("BilledCost") + bit);
        return concat([first, frame.clone().slice(1, IdxSize::MAX)], UnionArgs::default()).unwrap_or(frame);
    }
    if armed(stage, "edit_reporting") {
        let bit = lit("0.000000000000000001").cast(DataType::Decimal(38, 18));
        let first = frame.clone().limit(1).with_column(col("x_ReportingBilledCost") + bit);
        return concat([first, frame.clone().slice(1, IdxSize::MAX)], UnionArgs::default()).unwrap_or(frame);
    }
    frame
}

fn armed(stage: &str, kind: &str) -> bool {
    cfg!(debug_assertions) && fault::sabotage(&format!("{stage}.{kind}"))
}
