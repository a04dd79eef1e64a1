//! The roll-ups that carry the load: queries read them, drill-down reads `cost`.

mod build;
mod latest;
pub mod table;
mod tags;

pub use build::RollupBuilder;
pub use table::{MEASURES, Rollup, tag_column};
pub use tags::Dimension;
