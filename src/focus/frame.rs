//! The FOCUS rows of one landed part, before anything is collected.

use super::column::{Column, Kind, all};
use polars::prelude::{DataType, LazyFrame, Schema, TimeUnit, TimeZone};

/// A lazy frame with every column of `cost`, each with its type, and nothing else.
/// Made by `normalise` only.
#[derive(Clone)]
pub struct FocusFrame(LazyFrame);

impl FocusFrame {
    pub fn from_normalise(frame: LazyFrame) -> Self {
        Self(frame)
    }

    pub fn into_lazy(self) -> LazyFrame {
        self.0
    }
}

/// The one canonical Polars type per kind.
pub fn data_type(kind: Kind) -> DataType {
    match kind {
        Kind::Text | Kind::Json => DataType::String,
        Kind::Time => DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC)),
        Kind::Date => DataType::Date,
        Kind::Cost | Kind::Price => DataType::Decimal(38, 18),
        Kind::Quantity => DataType::Decimal(38, 10),
        Kind::Integer => DataType::Int64,
    }
}

/// The schema of `cost`.
pub fn schema() -> Schema {
    all().map(|Column { name, kind, .. }| ((*name).into(), data_type(*kind))).collect()
}
