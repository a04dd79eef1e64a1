//! `line`: one line per series over time; a missing value breaks the line. Also the frame (legend,
//! axes, bands) that the vertical charts share.

use super::Subject;
use super::axis::Axis;
use super::data::{Stack, stack};
use super::ink::Ink;
use super::pen::{Anchor, Pen, drawing, shorten, width_of};
use super::svg::Svg;
use super::unit::Unit;
use crate::Result;
use crate::transform::Cell;

const PLOT: i32 = 260;
const SMALL: i32 = 12;
const LEGEND_ROW: i32 = 22;
const CAPTION: i32 = 30;
const FOOT: i32 = 48;

pub fn draw(subject: &Subject, width: i32) -> Result<Svg> {
    let data = stack(subject)?;
    let unit = Unit::of(subject, subject.needed("y", subject.section.y.as_ref())?);
    let values = data.series.iter().flat_map(|series| series.values.iter().filter_map(|cell| cell.number()));
    let axis = Axis::over(values.chain(subject.target), 5, false);
    let target = subject.target.map(|level| format!("target {}", unit.label(&Cell::Float(level), level)));
    let top = legend_height(&data, target.as_deref(), width)?;
    let names: Vec<&str> = data.series.iter().map(|series| series.name.as_str()).collect();
    let desc = format!("Lines over {} places: {}.", data.slots.len(), names.join(", "));
    drawing(width, Frame::height(top, PLOT), desc, |pen| {
        let around = Surround { subject, data: &data, unit: &unit, extra: target.as_deref(), top, plot: PLOT, width };
        let place = frame(pen, &around, axis)?;
        let zero = place.axis.at(0.0);
        pen.path(&[(place.left, zero), (place.right, zero)], Ink::Axis, 1)?;
        if let (Some(level), Some(name)) = (subject.target, &target) {
            let at = place.axis.at(level);
            pen.rect((place.left, at - 1), (place.right, at + 1), Ink::Mark, name)?;
        }
        for (at, series) in data.series.iter().enumerate() {
            let ink = if series.merged > 0 { Ink::Other } else { Ink::Series(at) };
            let mut run: Vec<(i32, i32)> = Vec::new();
            for (slot, cell) in series.values.iter().enumerate() {
                let Some(value) = cell.number() else {
                    stroke(pen, &mut run, ink)?;
                    continue;
                };
                let (from, to) = place.band(slot);
                let point = ((from + to) / 2, place.axis.at(value));
                run.push(point);
                pen.dot(point, 3, ink, &format!("{} · {}: {}", data.slots[slot].full, series.name, unit.full(cell)))?;
            }
            stroke(pen, &mut run, ink)?;
        }
        Ok(())
    })
}

fn stroke(pen: &Pen, run: &mut Vec<(i32, i32)>, ink: Ink) -> Result<()> {
    if run.len() > 1 {
        pen.path(run, ink, 2)?;
    }
    run.clear();
    Ok(())
}

/// The plot's edges and scale after legend and axes are drawn.
pub struct Frame {
    pub left: i32,
    pub right: i32,
    pub axis: Axis,
    slots: usize,
}

impl Frame {
    pub fn height(legend: i32, plot: i32) -> i32 {
        legend + CAPTION + plot + FOOT
    }

    /// The left and right of a slot's bar.
    pub fn band(&self, slot: usize) -> (i32, i32) {
        let band = f64::from(self.right - self.left) / self.slots.max(1) as f64;
        let bar = (band * 0.72).clamp(2.0, 56.0);
        let middle = f64::from(self.left) + band * (slot as f64 + 0.5);
        ((middle - bar / 2.0).round() as i32, (middle + bar / 2.0).round() as i32)
    }
}

/// Where each legend entry stands: name as drawn, x, row.
fn legend_places(data: &Stack, extra: Option<&str>, width: i32) -> Result<Vec<(String, i32, i32)>> {
    let (mut x, mut row) = (0, 0);
    let mut places = Vec::new();
    for name in data.series.iter().map(|series| series.name.as_str()).chain(extra) {
        let name = shorten(name, SMALL, (width - 30).min(240))?;
        let entry = 18 + width_of(&name, SMALL)? + 18;
        if x > 0 && x + entry - 18 > width {
            (x, row) = (0, row + 1);
        }
        places.push((name, x, row));
        x += entry;
    }
    Ok(places)
}

pub fn legend_height(data: &Stack, extra: Option<&str>, width: i32) -> Result<i32> {
    let rows = legend_places(data, extra, width)?.last().map_or(0, |(_, _, row)| row + 1);
    Ok(rows * LEGEND_ROW + 6)
}

/// What stands around the bars or lines of a vertical chart.
pub struct Surround<'a> {
    pub subject: &'a Subject<'a>,
    pub data: &'a Stack,
    pub unit: &'a Unit,
    /// A last legend entry that is no series.
    pub extra: Option<&'a str>,
    /// The heights of legend and plot, and the whole width.
    pub top: i32,
    pub plot: i32,
    pub width: i32,
}

/// Draws legend, caption, both axes and the grid.
pub fn frame(pen: &Pen, around: &Surround, axis: Axis) -> Result<Frame> {
    let Surround { subject, data, unit, extra, top, plot, width } = *around;
    for (at, (name, x, row)) in legend_places(data, extra, width)?.into_iter().enumerate() {
        let y = row * LEGEND_ROW + 11;
        let full = data.series.get(at).map_or("", |series| series.name.as_str());
        match data.series.get(at) {
            Some(series) => {
                let ink = if series.merged > 0 { Ink::Other } else { Ink::Series(at) };
                pen.rect((x, y - 6), (x + 12, y + 6), ink, full)?;
            }
            None => pen.rect((x, y - 1), (x + 12, y + 1), Ink::Mark, "")?,
        }
        pen.text(&name, (x + 18, y), SMALL, Anchor::Start, Ink::Muted, full)?;
    }
    let (high, low) = (top + CAPTION, top + CAPTION + plot);
    let axis = axis.between(low, high);
    let ticks: Vec<(i32, String)> =
        axis.ticks().into_iter().map(|tick| (axis.at(tick), unit.tick(tick, axis.step))).collect();
    let mut left = 0;
    for (_, text) in &ticks {
        left = left.max(width_of(text, SMALL)?);
    }
    let left = left + 8;
    pen.text(&subject.caption(unit), (0, top + 8), SMALL, Anchor::Start, Ink::Muted, "")?;
    for (y, text) in &ticks {
        pen.path(&[(left, *y), (width, *y)], Ink::Grid, 1)?;
        pen.text(text, (left - 8, *y), SMALL, Anchor::End, Ink::Muted, "")?;
    }
    let place = Frame { left, right: width, axis, slots: data.slots.len() };
    x_labels(pen, data, &place, low)?;
    pen.text(&data.caption, (width, low + 36), SMALL, Anchor::End, Ink::Muted, "")?;
    Ok(place)
}

/// Every label, or every second, fifth, … one: as many as stand clear of each other.
fn x_labels(pen: &Pen, data: &Stack, place: &Frame, low: i32) -> Result<()> {
    let band = (place.right - place.left) / (data.slots.len().max(1) as i32);
    let room = (place.right - place.left) / 3;
    let mut widest = 0;
    for slot in &data.slots {
        widest = widest.max(width_of(&shorten(&slot.short, SMALL, room)?, SMALL)?);
    }
    let every = [1usize, 2, 3, 5, 7, 10, 14]
        .into_iter()
        .find(|every| band * *every as i32 > widest + 8)
        .unwrap_or(data.slots.len().max(1));
    let mut free_from = 0;
    for (at, slot) in data.slots.iter().enumerate().step_by(every) {
        let (from, to) = place.band(at);
        let text = shorten(&slot.short, SMALL, room)?;
        let half = width_of(&text, SMALL)? / 2;
        // The last one is moved in from the edge, and left out where it meets the one before.
        let x = ((from + to) / 2).clamp(half, place.right - half);
        if x - half < free_from {
            continue;
        }
        free_from = x + half + 6;
        pen.text(&text, (x, low + 16), SMALL, Anchor::Middle, Ink::Muted, &slot.full)?;
    }
    Ok(())
}
