//! What an axis counts, and how its numbers are written.

use super::super::columns::{self, clean};
use super::super::display;
use super::Subject;
use crate::transform::{Cell, CellKind};

#[derive(Debug, Clone, PartialEq)]
pub enum Unit {
    /// In a currency.
    Money(String),
    Ratio,
    Count,
}

impl Unit {
    /// Of a column in the scope's currency.
    pub fn of(subject: &Subject, column: usize) -> Self {
        let column = &subject.metric.columns[column];
        match column.kind {
            CellKind::Ratio => Self::Ratio,
            _ if columns::is_money(column) => Self::Money(clean(subject.scope.currency.as_deref().unwrap_or_default())),
            _ => Self::Count,
        }
    }

    /// A tick of an axis whose ticks stand `step` apart.
    pub fn tick(&self, value: f64, step: f64) -> String {
        let scale = if *self == Self::Ratio { 100.0 } else { 1.0 };
        let step = step * scale;
        let whole = |places: u32| {
            let scaled = step * 10f64.powi(places as i32);
            (scaled - scaled.round()).abs() < 1e-6
        };
        let places = (0..9).find(|places| whole(*places)).unwrap_or(9);
        let text = display::float(value * scale, places);
        if *self == Self::Ratio { format!("{text}%") } else { text }
    }

    /// A label beside a mark. `largest` decides whether cents matter.
    pub fn label(&self, cell: &Cell, largest: f64) -> String {
        match (self, cell) {
            (Self::Ratio, cell) => cell.number().map_or_else(|| "–".to_string(), display::ratio),
            (Self::Money(_), Cell::Decimal { value, scale }) => {
                display::decimal(*value, *scale, if largest >= 1000.0 { 0 } else { 2 })
            }
            (_, Cell::Integer(value)) => display::integer(*value),
            (Self::Money(_), Cell::Float(value)) if largest >= 1000.0 => display::float(*value, 0),
            (_, cell) => cell.number().map_or_else(
                || "–".to_string(),
                |value| display::float(value, display::places(if largest > 0.0 { largest } else { value })),
            ),
        }
    }

    /// The value in full for a tooltip: the currency and the cents.
    pub fn full(&self, cell: &Cell) -> String {
        match self {
            Self::Money(currency) => format!("{currency} {}", self.label(cell, 0.0)),
            _ => self.label(cell, 0.0),
        }
    }
}
