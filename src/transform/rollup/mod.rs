//! The roll-ups that carry the load: queries read them, drill-down reads `cost`.
//!
//! Texts become numbers ([`dictionary`]), the policy is applied to each distinct charge
//! ([`reader`]), charges are grouped and summed ([`groups`]), and groups become sorted rows
//! ([`frames`]), whose costs are converted to the reporting currency where one is configured ([`reporting`]).

mod build;
mod dictionary;
mod frames;
mod groups;
mod index;
mod lines;
mod part;
mod reader;
mod reporting;
pub mod table;
#[cfg(test)]
mod tests;

pub use build::{RollupBuilder, Sink};
pub use lines::LineReader;
pub use table::{ALL_KEYS, Rollup, reporting_cost, tag_column, tag_exemption_column, tag_state_column};
