//! From `cost` to the small results that people read: roll-ups and the catalogue of queries.

pub mod catalogue;
pub mod configured;
pub mod control_total;
pub mod derived;
pub mod finding;
pub mod lineage;
pub mod metric;
pub mod period_change;
pub mod policy;
pub mod reporting_rate;
pub mod rollup;
pub mod told;
pub mod utilisation;

pub use configured::configured_tables;
pub use control_total::{ControlTotalRow, control_total_frame};
pub use derived::Derived;
pub use metric::{Cell, CellKind, Metric, MetricColumn};
pub use period_change::{PeriodChange, period_change_frame};
pub use reporting_rate::{RateRow, reporting_rate_frame};
pub use told::{commitment_use_frame, recommendation_frame, told_figure_frame, told_service_frame};
pub use utilisation::utilisation_frame;
