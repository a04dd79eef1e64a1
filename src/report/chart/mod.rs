//! How a section's figure is drawn: one file per kind, all on the same [`pen`].

mod axis;
mod bar;
mod data;
mod ink;
mod line;
mod number;
mod pen;
mod png;
mod raster;
mod skin;
mod stacked_bar;
mod svg;
mod table;
mod unit;

pub use data::{Stack, stack};
pub use number::Card;
pub use raster::raster;
pub use svg::{Svg, file, inline};

use super::columns::{self, clean};
use super::scope::Scope;
use super::spec::SectionSpec;
use crate::focus::BillingMonth;
use crate::transform::{CellKind, Metric};
use crate::{Error, Result};

/// The kinds of figure a section can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChartKind {
    /// Horizontal bars, one per category, with a mark for the prior period.
    Bar,
    /// Vertical bars over time or categories, split by a series.
    StackedBar,
    /// Lines over time, one per series.
    Line,
    /// Figures in large type.
    Number,
    /// The table alone.
    Table,
    /// A table with a column for each value of `series`.
    Matrix,
}

impl ChartKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Bar => "bar",
            Self::StackedBar => "stacked-bar",
            Self::Line => "line",
            Self::Number => "number",
            Self::Table => "table",
            Self::Matrix => "matrix",
        }
    }

    /// How many categories or series are told apart before the rest become "other".
    pub fn default_limit(self) -> usize {
        match self {
            Self::StackedBar | Self::Line => ink::SERIES,
            Self::Bar | Self::Number | Self::Table | Self::Matrix => 12,
        }
    }
}

/// What is drawn: the rows of one currency of one section.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// `reports/<id>.toml`, for errors.
    pub place: &'a str,
    pub section: &'a SectionSpec,
    pub metric: &'a Metric,
    pub scope: &'a Scope<'a>,
    pub month: BillingMonth,
    /// The section's full title: metric, basis, currency, period, state.
    pub title: &'a str,
    /// The cost that statements show, by its FOCUS name.
    pub showback: &'a str,
    /// The level that the section asks for, where it is set.
    pub target: Option<f64>,
    /// A column that says the same in every row of the page: whose page it is.
    pub told: Option<&'a str>,
}

/// The figure: vectors in two widths, or cards for the page to set in type.
#[derive(Debug, Clone, PartialEq)]
pub enum Drawing {
    Svg { wide: Svg, narrow: Svg },
    Cards(Vec<Card>),
    Nothing,
}

/// Widths in user units, about one CSS pixel each: a desk and a phone.
const WIDE: i32 = 1040;
const NARROW: i32 = 340;

/// Draws one scope of a section. Deterministic: the same metric gives the same bytes.
pub fn draw(subject: &Subject) -> Result<Drawing> {
    let both = |one: fn(&Subject, i32) -> Result<Svg>| -> Result<Drawing> {
        Ok(Drawing::Svg { wide: one(subject, WIDE)?, narrow: one(subject, NARROW)? })
    };
    match subject.section.chart {
        ChartKind::Bar => both(bar::draw),
        ChartKind::StackedBar => both(stacked_bar::draw),
        ChartKind::Line => both(line::draw),
        ChartKind::Number => number::cards(subject).map(Drawing::Cards),
        ChartKind::Table | ChartKind::Matrix => Ok(table::nothing()),
    }
}

impl Subject<'_> {
    /// The position of a column that the section names.
    pub fn column(&self, name: &str) -> Result<usize> {
        self.metric.column(name).ok_or_else(|| {
            Error::catalogue(
                self.place,
                format!(
                    "section `{}` names the column `{name}`, which {} does not return",
                    self.section.id, self.metric.query
                ),
                "correct the name, or add the column to the query",
            )
        })
    }

    /// The position of the column under an optional key that this kind of chart needs.
    fn needed(&self, key: &str, name: Option<&String>) -> Result<usize> {
        let Some(name) = name else {
            return Err(Error::catalogue(
                self.place,
                format!("section `{}`: a {} chart needs `{key}`", self.section.id, self.section.chart.name()),
                "name the column of the query",
            ));
        };
        self.column(name)
    }

    /// What the page calls a column: the section's word for it, else its own.
    pub fn heading(&self, name: &str) -> String {
        match self.section.headings.get(name) {
            Some(word) => word.replace("{basis}", self.showback),
            None => columns::heading(name),
        }
    }

    /// The axis caption: what is measured and in what.
    fn caption(&self, unit: &unit::Unit) -> String {
        let name = self.section.y.as_deref().map(|name| self.heading(name)).unwrap_or_default();
        match unit {
            unit::Unit::Money(currency) => format!("{name}, {}", clean(currency)),
            _ => name,
        }
    }
}
