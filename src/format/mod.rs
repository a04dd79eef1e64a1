//! What billing exports look like, as plain data: one file per export format.
//!
//! From one table come the normaliser, the columns to read, `costmill explain mapping` and the
//! proof's crosswalk. Architecture invariant: nothing here does I/O.

mod aws_cur;
mod aws_cur2;
mod aws_cur_legacy;
mod aws_focus;
mod azure_cost_details;
mod azure_focus;
pub mod crosswalk;
mod focus;
mod gcp_focus;
mod gcp_usage;
pub mod header;
pub mod lookup;
pub mod mapping;
pub mod native;
pub mod path;
pub mod slices;
pub mod union;

pub use crosswalk::{Crosswalk, Formula, LineRule, RULE_COSTS};
pub use header::{Header, HeaderStyle};
pub use mapping::{Condition, Derived, From};
pub use native::{Blank, MoneyColumn, Native, Qualifier};
pub use slices::{Commitments, Slices};
pub use union::{DATASET, Dataset, Gate, Union};

/// Every export format, in the order of `--help`. Adding one adds one word here.
pub const REGISTRY: &[&Format] = &[
    &aws_cur_legacy::FORMAT,
    &aws_cur2::FORMAT,
    &aws_focus::FORMAT,
    &azure_cost_details::FORMAT,
    &azure_focus::FORMAT,
    &gcp_usage::DETAILED,
    &gcp_usage::STANDARD,
    &gcp_focus::FORMAT,
    &focus::FORMAT,
];

/// How the exports of a format lie in a bucket, and where their manifests are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// No manifests: the config declares which files form a delivery.
    Loose,
    /// AWS legacy: `YYYYMMDD-YYYYMMDD/<report>-Manifest.json`, files in an assembly folder beside it.
    CostAndUsageReport,
    /// AWS Data Exports: `metadata/BILLING_PERIOD=YYYY-MM/<export>-Manifest.json`, files under
    /// `data/BILLING_PERIOD=YYYY-MM/`.
    DataExports,
    /// Dumps of a table that is only appended to: the files of each folder are one.
    Slices(&'static Slices),
    /// Azure Cost Management: `<export>/YYYYMMDD-YYYYMMDD/[<run time>/][<run id>/]manifest.json` with its
    /// files beside it; the manifests' words for what may be exported that are of this format.
    CostExports(&'static [&'static str]),
}

/// How an export writes days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dates {
    /// ISO 8601.
    Iso,
    /// Also `9/30/2023`, the month first.
    MonthFirst,
}

impl Dates {
    /// UTC microseconds of a text; `None` for one that is no date.
    pub fn read(self, text: &str) -> Option<i64> {
        match self {
            Self::Iso => crate::focus::time::parse_timestamp(text),
            Self::MonthFirst => crate::focus::time::parse_month_first(text),
        }
    }
}

/// One export format.
pub struct Format {
    /// Stable id, as in the config and in `sample-data/`.
    pub id: &'static str,
    pub title: &'static str,
    /// The provider's page that defines it.
    pub page: &'static str,
    /// Two real object keys.
    pub keys: [&'static str; 2],
    /// What real files get wrong.
    pub defects: &'static [&'static str],
    /// How its exports lie in a bucket.
    pub layout: Layout,
    pub header: HeaderStyle,
    pub native: Native,
    /// Where each FOCUS column, and each of ours, comes from. Every column exactly once.
    pub mapping: &'static [(&'static str, From)],
    /// Native line types to charge categories and costs, written independently of the mapping.
    pub crosswalk: fn() -> Crosswalk,
    /// A text that means "no value", besides the empty one.
    pub null_text: Option<&'static str>,
    pub dates: Dates,
    /// Where the bill comes as several datasets.
    pub union: Option<Union>,
}

impl Format {
    /// How its dumps belong together, where it comes as such.
    pub fn slices(&self) -> Option<&'static Slices> {
        match self.layout {
            Layout::Slices(slices) => Some(slices),
            _ => None,
        }
    }

    /// The line type of a cell, as the format spells it; `None` for one it does not know. Another
    /// case is the same line type only where the mapping reads it so too.
    pub fn line_type(&self, cell: &[u8]) -> Option<&'static str> {
        let closed =
            |from: &From| matches!(from, From::Derived(Derived::Closed(name)) if *name == self.native.line_type);
        let any_case = self.mapping.iter().any(|(_, from)| closed(from));
        let same =
            |known: &&&str| known.as_bytes() == cell || (any_case && known.as_bytes().eq_ignore_ascii_case(cell));
        self.native.line_types.iter().find(same).copied()
    }
}

/// The format of an id.
pub fn find(id: &str) -> Option<&'static Format> {
    REGISTRY.iter().find(|format| format.id == id).copied()
}

/// The ids of all formats.
pub fn ids() -> Vec<&'static str> {
    REGISTRY.iter().map(|format| format.id).collect()
}

/// Changes whenever a row of a published slot could come out differently: part of the
/// publication key, so that an upgrade republishes open periods.
pub fn fingerprint(format: &Format) -> String {
    let crosswalk = (format.crosswalk)();
    let Format { id, mapping, native, dates, union, .. } = format;
    let slices = format.slices().map(|slices| format!("|{slices:?}")).unwrap_or_default();
    let tables: Vec<_> = mapping.iter().flat_map(|(_, from)| from.tables()).collect();
    let lookups = lookup::text(&tables);
    format!("{id}|{mapping:?}|{native:?}|{crosswalk:?}|{dates:?}|{union:?}|{lookups}{slices}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::column::all;
    use std::collections::BTreeSet;

    #[test]
    fn every_format_maps_every_column_once() {
        for format in REGISTRY {
            let mapped: Vec<_> = format.mapping.iter().map(|(name, _)| *name).collect();
            let wanted: Vec<_> =
                all().map(|column| column.name).filter(|name| !mapping::GIVEN.contains(name)).collect();
            assert_eq!(mapped, wanted, "{}: in the order of the column table", format.id);
        }
    }

    #[test]
    fn ids_are_unique_and_literals_are_legal() {
        let ids: BTreeSet<_> = ids().into_iter().collect();
        assert_eq!(ids.len(), REGISTRY.len());
        for format in REGISTRY {
            for (name, from) in format.mapping {
                let Some(column) = crate::focus::column::find(name) else { panic!("{name}") };
                for literal in from.literals() {
                    assert!(
                        column.allowed.is_empty() || column.allowed.contains(&literal),
                        "{}: {name} may not be `{literal}`",
                        format.id
                    );
                }
            }
        }
    }

    #[test]
    fn the_crosswalk_covers_every_line_type() {
        for format in REGISTRY {
            let crosswalk = (format.crosswalk)();
            for line_type in format.native.line_types {
                assert!(crosswalk.rules.iter().any(|rule| rule.line_type == *line_type), "{}: {line_type}", format.id);
            }
        }
    }
}
