//! The roll-ups that carry the load: queries read them, drill-down reads `cost`.

pub mod table;

pub use table::{MEASURES, Rollup, tag_column};
