//! `stacked-bar`: vertical bars split by a series. Credits stack below zero; where there are any, a
//! line across each bar says the total.

use super::Subject;
use super::axis::Axis;
use super::data::{Stack, stack};
use super::ink::Ink;
use super::line::{Frame, Surround, frame, legend_height};
use super::pen::{Pen, drawing};
use super::svg::Svg;
use super::unit::Unit;
use crate::Result;
use crate::report::tally;
use crate::transform::Cell;

const PLOT: i32 = 260;

pub fn draw(subject: &Subject, width: i32) -> Result<Svg> {
    let data = stack(subject)?;
    let unit = Unit::of(subject, subject.needed("y", subject.section.y.as_ref())?);
    let sums: Vec<(f64, f64)> = (0..data.slots.len()).map(|slot| extent(&data, slot)).collect();
    let has_negative = sums.iter().any(|(below, _)| *below < 0.0);
    let total_name = has_negative.then_some("total");
    let axis = Axis::over(sums.iter().flat_map(|(below, above)| [*below, *above]), 5, false);
    let top = legend_height(&data, total_name, width)?;
    drawing(width, Frame::height(top, PLOT), description(&data, &unit), |pen| {
        let around = Surround { subject, data: &data, unit: &unit, extra: total_name, top, plot: PLOT, width };
        let place = frame(pen, &around, axis)?;
        for slot in 0..data.slots.len() {
            column(pen, &data, &unit, &place, slot, has_negative)?;
        }
        let zero = place.axis.at(0.0);
        pen.path(&[(place.left, zero), (place.right, zero)], Ink::Axis, 1)
    })
}

fn column(pen: &Pen, data: &Stack, unit: &Unit, place: &Frame, slot: usize, with_total: bool) -> Result<()> {
    let (from, to) = place.band(slot);
    let (mut above, mut below) = (0.0f64, 0.0f64);
    for (at, series) in data.series.iter().enumerate() {
        let Some(value) = series.values[slot].number().filter(|value| *value != 0.0) else { continue };
        let base = if value < 0.0 { &mut below } else { &mut above };
        let (start, end) = (place.axis.at(*base), place.axis.at(*base + value));
        *base += value;
        // A gap of one unit keeps neighbours apart without colour.
        let gap = i32::from((start - end).abs() > 3);
        let (high, low) = (start.min(end), start.max(end) - gap);
        let ink = if series.merged > 0 { Ink::Other } else { Ink::Series(at) };
        let tooltip = format!("{} · {}: {}", data.slots[slot].full, series.name, unit.full(&series.values[slot]));
        if low > high {
            pen.rect((from, high), (to, low), ink, &tooltip)?;
        }
    }
    if with_total && (above != 0.0 || below != 0.0) {
        let at = place.axis.at(above + below);
        pen.rect(
            (from - 3, at - 1),
            (to + 3, at + 1),
            Ink::Mark,
            &format!("{} · total: {}", data.slots[slot].full, unit.full(&total(data, slot))),
        )?;
    }
    Ok(())
}

/// The exact sum of a slot.
fn total(data: &Stack, slot: usize) -> Cell {
    tally::sum(data.series.iter().map(|series| &series.values[slot])).unwrap_or(Cell::Null)
}

/// What is below zero and what is above, of one slot.
fn extent(data: &Stack, slot: usize) -> (f64, f64) {
    let values = || data.series.iter().filter_map(|series| series.values[slot].number());
    (values().filter(|v| *v < 0.0).sum(), values().filter(|v| *v > 0.0).sum())
}

fn description(data: &Stack, unit: &Unit) -> String {
    let names: Vec<&str> = data.series.iter().map(|series| series.name.as_str()).collect();
    let peak = (0..data.slots.len())
        .map(|slot| (slot, extent(data, slot)))
        .max_by(|(_, (a, b)), (_, (c, d))| (a + b).total_cmp(&(c + d)))
        .map(|(slot, _)| format!(" The highest is {} with {}.", data.slots[slot].full, unit.full(&total(data, slot))))
        .unwrap_or_default();
    format!("Stacked bars over {} places, split by {}.{peak}", data.slots.len(), names.join(", "))
}
