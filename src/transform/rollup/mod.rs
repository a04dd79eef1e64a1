//! The roll-ups that carry the load: queries read them, drill-down reads `cost`.

mod build;
mod latest;
pub mod table;
mod tags;

pub use build::RollupBuilder;
pub use table::{ALL_KEYS, MEASURES, Rollup, tag_column, tag_state_column};
pub use tags::Dimension;
