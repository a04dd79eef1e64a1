//! `bar`: horizontal bars, one per category; a credit draws to the left of zero. Names stand beside
//! the bars, on a narrow drawing above them.

use super::Subject;
use super::axis::Axis;
use super::data::{Category, categories};
use super::ink::Ink;
use super::pen::{Anchor, Pen, drawing, shorten, width_of};
use super::svg::Svg;
use super::unit::Unit;
use crate::Result;

const SIZE: i32 = 13;
const SMALL: i32 = 12;
const ROW: i32 = 28;
/// For a name above its bar; a drawing below this width puts it there.
const NAME: i32 = 18;
const BESIDE_FROM: i32 = 600;
const BAR: i32 = 18;
const LEGEND: i32 = 30;
const FOOT: i32 = 44;
const GAP: i32 = 8;

pub fn draw(subject: &Subject, width: i32) -> Result<Svg> {
    let bars = categories(subject)?;
    let unit = Unit::of(subject, subject.needed("y", subject.section.y.as_ref())?);
    let has_prior = bars.iter().any(|bar| bar.prior.number().is_some());
    let top = if has_prior { LEGEND } else { 6 };
    let row_height = if width < BESIDE_FROM { NAME + ROW } else { ROW };
    let height = top + row_height * bars.len() as i32 + FOOT;
    drawing(width, height, description(&bars, &unit), |pen| {
        let layout = Layout::of(&bars, &unit, width)?;
        if has_prior {
            legend(pen, subject, &layout)?;
        }
        axis(pen, subject, &layout, &unit, top, height)?;
        for (at, bar) in bars.iter().enumerate() {
            row(pen, subject, bar, &layout, &unit, top + row_height * at as i32)?;
        }
        Ok(())
    })
}

struct Layout {
    /// For the category's name; the whole width when it stands above the bar.
    room: i32,
    /// Where names beside the bars end; 0 when they stand above.
    names: i32,
    axis: Axis,
    largest: f64,
    width: i32,
}

impl Layout {
    fn of(bars: &[Category], unit: &Unit, width: i32) -> Result<Self> {
        let values = || bars.iter().flat_map(|bar| [bar.value.number(), bar.prior.number()]).flatten();
        let largest = values().fold(0.0, |largest: f64, value| largest.max(value.abs()));
        let mut room = 0;
        // A label stands past its bar's end, so both sides need the width of the widest.
        let (mut before, mut after) = (0, 0);
        for bar in bars {
            room = room.max(width_of(&bar.name, SIZE)?);
            let label = width_of(&unit.label(&bar.value, largest), SIZE)? + GAP + 4;
            if bar.value.number().is_some_and(|value| value < 0.0) {
                before = before.max(label)
            } else {
                after = after.max(label)
            }
        }
        let is_beside = width >= BESIDE_FROM;
        let room = if is_beside { room.min(width * 36 / 100) } else { width };
        let names = if is_beside { room + GAP } else { 0 };
        let (from, to) = (names + before.max(2), width - after.max(GAP));
        let count = ((to - from) / (width_of(&unit.tick(largest, largest), SMALL)? + 32)).clamp(1, 8);
        Ok(Self { room, names, axis: Axis::over(values(), count as usize, true).between(from, to), largest, width })
    }
}

fn legend(pen: &Pen, subject: &Subject, layout: &Layout) -> Result<()> {
    let now = subject.section.y.as_deref().map(|name| subject.heading(name)).unwrap_or_default();
    let before = format!("the same in {}", subject.month.plus(-1));
    let needed = width_of(&now, SMALL)? + width_of(&before, SMALL)? + 60;
    let mut x = if layout.names + needed <= layout.width { layout.names } else { 0 };
    pen.rect((x, 6), (x + 12, 18), Ink::Series(0), "")?;
    x += 18;
    pen.text(&now, (x, 12), SMALL, Anchor::Start, Ink::Muted, "")?;
    x += width_of(&now, SMALL)? + 20;
    pen.rect((x, 3), (x + 3, 21), Ink::Mark, "")?;
    pen.text(&before, (x + 9, 12), SMALL, Anchor::Start, Ink::Muted, "")
}

fn axis(pen: &Pen, subject: &Subject, layout: &Layout, unit: &Unit, top: i32, height: i32) -> Result<()> {
    let bottom = height - FOOT;
    let mut free_from = i32::MIN;
    for tick in layout.axis.ticks() {
        let x = layout.axis.at(tick);
        pen.path(&[(x, top), (x, bottom)], Ink::Grid, 1)?;
        let text = unit.tick(tick, layout.axis.step);
        let half = width_of(&text, SMALL)? / 2;
        let x = x.max(half);
        if x - half > free_from && x + half <= layout.width {
            pen.text(&text, (x, bottom + 12), SMALL, Anchor::Middle, Ink::Muted, "")?;
            free_from = x + half + 10;
        }
    }
    let zero = layout.axis.at(0.0);
    pen.path(&[(zero, top), (zero, bottom)], Ink::Axis, 1)?;
    let caption = subject.caption(unit);
    pen.text(&caption, (layout.width - 2, bottom + 32), SMALL, Anchor::End, Ink::Muted, "")
}

fn row(pen: &Pen, subject: &Subject, bar: &Category, layout: &Layout, unit: &Unit, top: i32) -> Result<()> {
    let before = subject.month.plus(-1);
    let tooltip = match bar.prior.number() {
        Some(_) => format!("{}: {} ({before} {})", bar.name, unit.full(&bar.value), unit.full(&bar.prior)),
        None => format!("{}: {}", bar.name, unit.full(&bar.value)),
    };
    let name = shorten(&bar.name, SIZE, layout.room)?;
    let name_ink = if bar.merged > 0 { Ink::Muted } else { Ink::Text };
    let middle = if layout.names > 0 {
        pen.text(&name, (layout.room, top + ROW / 2), SIZE, Anchor::End, name_ink, &tooltip)?;
        top + ROW / 2
    } else {
        pen.text(&name, (0, top + NAME - 5), SIZE, Anchor::Start, name_ink, &tooltip)?;
        top + NAME + ROW / 2
    };
    let value = bar.value.number().unwrap_or(0.0);
    let zero = layout.axis.at(0.0);
    let mut end = layout.axis.at(value);
    if value != 0.0 && end == zero {
        end += if value < 0.0 { -1 } else { 1 };
    }
    let ink = if bar.merged > 0 { Ink::Other } else { Ink::Series(0) };
    if end != zero {
        pen.rect((zero.min(end), middle - BAR / 2), (zero.max(end), middle + BAR / 2), ink, &tooltip)?;
    }
    let mut reach = end;
    if let Some(prior) = bar.prior.number() {
        let at = layout.axis.at(prior);
        pen.rect((at - 1, middle - BAR / 2 - 3), (at + 2, middle + BAR / 2 + 3), Ink::Mark, &tooltip)?;
        // The label steps aside for a mark that stands where it would.
        let label = width_of(&unit.label(&bar.value, layout.largest), SIZE)? + GAP + 6;
        let in_the_way = if value < 0.0 { at < end && at > end - label } else { at > end && at < end + label };
        if in_the_way {
            reach = at;
        }
    }
    let text = unit.label(&bar.value, layout.largest);
    if value < 0.0 {
        pen.text(&text, (reach - GAP + 1, middle), SIZE, Anchor::End, Ink::Text, &tooltip)
    } else {
        pen.text(&text, (reach.max(zero) + GAP - 1, middle), SIZE, Anchor::Start, Ink::Text, &tooltip)
    }
}

fn description(bars: &[Category], unit: &Unit) -> String {
    let top: Vec<String> = bars.iter().take(3).map(|bar| format!("{} {}", bar.name, unit.full(&bar.value))).collect();
    format!("Bars, largest first: {}. All values are in the table and the CSV.", top.join("; "))
}
