//! What a column is called on a page, and how its cells look.

use super::display::{self, Direction};
use crate::focus::COSTS;
use crate::focus::reporting::{REPORTING_CURRENCY, is_reporting};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};

/// The currency column of amounts as they are billed.
pub const CURRENCY: &str = "BillingCurrency";

/// The currency that a metric is shown in, a block for each of its values: the reporting currency where it has amounts of
/// that. What it has in billing currencies beside them stands in its rows, is never added up, and their currency is a column.
pub fn currency_column(metric: &Metric) -> Option<usize> {
    metric.column(REPORTING_CURRENCY).or_else(|| metric.column(CURRENCY))
}

/// Is this money in the currency that the metric is shown in?
pub fn is_in_currency(metric: &Metric, column: &MetricColumn) -> bool {
    is_money(column) && is_reporting(&column.name) == metric.column(REPORTING_CURRENCY).is_some()
}

/// What stands where a category has no name.
pub const NONE: &str = "(none)";

/// The column of remarks.
const NOTE: &str = "x_Note";

/// A FOCUS name stands as it is; of ours, `x_PriorEffectiveCost` reads "Prior EffectiveCost",
/// and the share of a change "EffectiveCost change, %".
pub fn heading(name: &str) -> String {
    let Some(own) = name.strip_prefix("x_") else { return name.to_string() };
    let mut words: Vec<String> = Vec::new();
    let mut rest = own;
    while !rest.is_empty() {
        if let Some(cost) = COSTS.iter().find(|cost| rest.starts_with(**cost)) {
            words.push((*cost).to_string());
            rest = &rest[cost.len()..];
            continue;
        }
        let start = rest.chars().next().map_or(0, char::len_utf8);
        let end = rest[start..].find(char::is_uppercase).map_or(rest.len(), |at| at + start);
        let word = &rest[..end];
        words.push(if words.is_empty() { word.to_string() } else { word.to_lowercase() });
        rest = &rest[end..];
    }
    let text = words.join(" ").replace('_', " ");
    match text.strip_suffix(" change share") {
        Some(of) => format!("{of} change, %"),
        None => text,
    }
}

pub fn is_numeric(kind: CellKind) -> bool {
    matches!(kind, CellKind::Money | CellKind::Quantity | CellKind::Integer | CellKind::Ratio | CellKind::Number)
}

/// A month-on-month difference, by the catalogue's naming rule: `x_…Change`, `x_…ChangeShare`.
pub fn is_change(name: &str) -> bool {
    name.starts_with("x_") && (name.ends_with("Change") || name.ends_with("ChangeShare"))
}

/// Money, or by its name an estimate of money in the row's `BillingCurrency`: `x_…Saving`, `x_…Cost`.
pub fn is_money(column: &MetricColumn) -> bool {
    let named = |name: &str| is_saving(name) || name.ends_with("Cost");
    column.kind == CellKind::Money || (column.kind == CellKind::Number && named(&column.name))
}

/// An estimate of what an action frees a month.
pub fn is_saving(name: &str) -> bool {
    name.ends_with("Saving")
}

/// The cost of a unit: each row has a unit of its own, and so digits of its own.
pub fn is_unit_cost(column: &MetricColumn) -> bool {
    column.kind == CellKind::Number && column.name.ends_with("UnitCost")
}

/// The decimals of a column of floats, the same in every row: none for whole counts, two for savings,
/// else what shows four digits of the largest.
pub fn places<'a>(column: &MetricColumn, cells: impl IntoIterator<Item = &'a Cell>) -> u32 {
    if !matches!(column.kind, CellKind::Number | CellKind::Quantity) || is_saving(&column.name) {
        return 2;
    }
    let (mut largest, mut is_whole) = (0.0f64, true);
    for value in cells.into_iter().filter_map(Cell::number).filter(|value| value.is_finite()) {
        largest = largest.max(value.abs());
        is_whole &= value.fract() == 0.0;
    }
    if is_whole && !is_money(column) { 0 } else { display::places(largest) }
}

/// The cell as a reader sees it.
pub fn shown(cell: &Cell, column: &MetricColumn) -> String {
    shown_in(cell, column, places(column, [cell]))
}

/// The same, floats with these decimals.
pub fn shown_in(cell: &Cell, column: &MetricColumn, places: u32) -> String {
    let text = match (cell, column.kind) {
        (Cell::Null, kind) if is_numeric(kind) => return "–".to_string(),
        // Nothing to remark is no category without a name.
        (Cell::Null, _) if column.name == NOTE => return "–".to_string(),
        (Cell::Null, _) => return NONE.to_string(),
        (Cell::Text(text), _) if text.is_empty() => return NONE.to_string(),
        (Cell::Decimal { value, scale }, CellKind::Quantity) => display::decimal(*value, *scale, places),
        (Cell::Decimal { value, scale }, _) => display::decimal(*value, *scale, 2),
        (Cell::Float(value), CellKind::Ratio) => display::ratio(*value),
        (Cell::Float(value), _) => display::float(*value, places),
        (Cell::Integer(value), _) => display::integer(*value),
        (Cell::Boolean(value), _) => return if *value { "yes" } else { "no" }.to_string(),
        (cell, _) => return clean(&cell.csv_text()),
    };
    if is_change(&column.name) { display::signed(text) } else { text }
}

/// Which way a change cell points; `None` for every other cell.
pub fn direction(cell: &Cell, column: &MetricColumn) -> Option<Direction> {
    if is_change(&column.name) { cell.number().map(Direction::of) } else { None }
}

/// Text without control characters: XML forbids them, and none of them can be read.
pub fn clean(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_keep_focus_names_whole() {
        for (name, expected) in [
            ("ServiceName", "ServiceName"),
            ("x_PriorEffectiveCost", "Prior EffectiveCost"),
            ("x_EffectiveCostChangeShare", "EffectiveCost change, %"),
            ("x_TagKey", "Tag key"),
            ("x_Rows", "Rows"),
            ("x_Tag_team", "Tag team"),
        ] {
            assert_eq!(heading(name), expected);
        }
    }

    #[test]
    fn no_remark_is_no_category_without_a_name() {
        let column = |name: &str| MetricColumn { name: name.into(), meaning: String::new(), kind: CellKind::Text };
        assert_eq!(shown(&Cell::Null, &column("x_Note")), "–");
        assert_eq!(shown(&Cell::Null, &column("x_Team")), "(none)");
    }

    /// A cent of one metric was 0.00 beside the 16 of another.
    #[test]
    fn unit_costs_have_digits_of_their_own() {
        let column = |name: &str| MetricColumn { name: name.into(), meaning: String::new(), kind: CellKind::Number };
        assert!(is_unit_cost(&column("x_UnitCost")) && is_unit_cost(&column("x_PriorUnitCost")));
        assert!(!is_unit_cost(&column("x_Cost")) && !is_unit_cost(&column("x_UnitCostShare")));
        assert_eq!(shown(&Cell::Float(0.001234), &column("x_UnitCost")), "0.001234");
    }
}
