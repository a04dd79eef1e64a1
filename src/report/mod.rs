//! From metrics to what people read: pages, charts and CSV files. Pure: no I/O, no clock.
//!
//! A report is a TOML file: [`parse`] reads it, `command` runs the query of each section, and
//! [`render`] turns the results into [`Artifact`](crate::focus::Artifact)s. A chart and the CSV
//! beside it come from the same [`Metric`](crate::transform::Metric). Currencies never meet: a
//! section with several draws one figure for each.

pub mod context;
pub mod spec;
pub mod templates;

mod chart;
mod columns;
mod csv_file;
mod display;
mod embed;
mod entry;
mod front_table;
mod grid;
mod index;

mod matrix;
mod page;
mod parse;
mod pivot;
mod place;
mod render;
mod rests_on;
mod scope;
mod section;
mod slug;
mod split;
mod tally;

pub use chart::ChartKind;
pub use context::{DeliveryLine, PageContext, TieLine};
pub use entry::{Figure, PageEntry};
pub use index::{MonthPages, index};
pub use parse::parse;
pub use render::{Job, Sink, render};
pub use spec::{CardSpec, FigureSpec, Only, ReportSpec, SectionSpec};
pub use split::{by_value, kept, part, values};
pub use templates::Templates;

#[cfg(test)]
mod tests;
