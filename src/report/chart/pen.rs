//! Drawing with plotters' SVG backend in words of the page: ink, tooltips, measured text.

use super::ink::Ink;
use super::skin;
use super::svg::Svg;
use crate::{Error, Result};
use plotters::coord::Shift;
use plotters::prelude::{Circle, DrawingArea, IntoDrawingArea, PathElement, RGBColor, Rectangle, SVGBackend};
use plotters::style::text_anchor::{HPos, Pos, VPos};
use plotters::style::{FontStyle, IntoFont, ShapeStyle, TextStyle, register_font};
use std::cell::RefCell;
use std::sync::OnceLock;

/// The family of the bundled font, in the drawings and in the stylesheets.
pub const FAMILY: &str = "Inter";
pub static FONT: &[u8] = include_bytes!("../../../reports/assets/inter.ttf");
/// plotters writes sizes divided by this.
const PLOTTERS_EM: f64 = 1.24;

/// Where a text is fastened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    Start,
    Middle,
    End,
}

pub struct Pen<'a> {
    area: DrawingArea<SVGBackend<'a>, Shift>,
    titles: RefCell<Vec<String>>,
}

/// Runs `paint` on an empty drawing of `width × height` and gives it its classes and tooltips.
pub fn drawing(width: i32, height: i32, desc: String, paint: impl FnOnce(&Pen) -> Result<()>) -> Result<Svg> {
    register()?;
    let mut buffer = String::new();
    let titles = {
        let backend = SVGBackend::with_string(&mut buffer, (width.unsigned_abs(), height.unsigned_abs()));
        let pen = Pen { area: backend.into_drawing_area(), titles: RefCell::default() };
        paint(&pen)?;
        pen.area.present().map_err(|error| failed(&error))?;
        pen.titles.into_inner()
    };
    Ok(Svg { width, height, desc, body: skin::body(&buffer, &titles)? })
}

/// The width of a text in user units, as the bundled font sets it; what the font lacks counts one em a sign.
pub fn width_of(text: &str, size: i32) -> Result<i32> {
    register()?;
    let (known, wide): (Vec<char>, Vec<char>) =
        text.chars().partition(|c| (*c as u32) < 0x0530 || matches!(*c as u32, 0x1e00..=0x22ff));
    // The pages set tabular figures, every one as wide as a 4.
    let known: String = known.into_iter().map(|sign| if sign.is_ascii_digit() { '4' } else { sign }).collect();
    let font = (FAMILY, f64::from(size) * PLOTTERS_EM).into_font();
    let (width, _) = font.box_size(&known).map_err(|error| failed(&error))?;
    Ok(width as i32 + wide.len() as i32 * size + 2)
}

/// The text, or as much of it as fits in `room` with an ellipsis.
pub fn shorten(text: &str, size: i32, room: i32) -> Result<String> {
    if width_of(text, size)? <= room {
        return Ok(text.to_string());
    }
    let signs: Vec<char> = text.chars().collect();
    let cut = |kept: usize| format!("{}…", signs[..kept].iter().collect::<String>().trim_end());
    let (mut fits, mut too_long) = (0, signs.len());
    while too_long - fits > 1 {
        let middle = (fits + too_long) / 2;
        if width_of(&cut(middle), size)? <= room { fits = middle } else { too_long = middle }
    }
    Ok(cut(fits))
}

impl Pen<'_> {
    pub fn rect(&self, corner: (i32, i32), opposite: (i32, i32), ink: Ink, title: &str) -> Result<()> {
        let style = ShapeStyle::from(&self.colour(ink, title)).filled();
        self.area.draw(&Rectangle::new([corner, opposite], style)).map_err(|error| failed(&error))
    }

    pub fn path(&self, points: &[(i32, i32)], ink: Ink, stroke: u32) -> Result<()> {
        let style = ShapeStyle::from(&self.colour(ink, "")).stroke_width(stroke);
        self.area.draw(&PathElement::new(points.to_vec(), style)).map_err(|error| failed(&error))
    }

    pub fn dot(&self, centre: (i32, i32), radius: i32, ink: Ink, title: &str) -> Result<()> {
        let style = ShapeStyle::from(&self.colour(ink, title)).filled();
        self.area.draw(&Circle::new(centre, radius, style)).map_err(|error| failed(&error))
    }

    /// `at` is the text's vertical middle.
    pub fn text(&self, text: &str, at: (i32, i32), size: i32, anchor: Anchor, ink: Ink, title: &str) -> Result<()> {
        let side = match anchor {
            Anchor::Start => HPos::Left,
            Anchor::Middle => HPos::Center,
            Anchor::End => HPos::Right,
        };
        let colour = self.colour(ink, title);
        let style = TextStyle::from((FAMILY, f64::from(size) * PLOTTERS_EM).into_font())
            .color(&colour)
            .pos(Pos::new(side, VPos::Center));
        self.area.draw_text(text, &style, at).map_err(|error| failed(&error))
    }

    /// A colour that no one sees: its red is the ink's role, green and blue the number of the
    /// tooltip. The backend knows neither classes nor tooltips; [`skin`] reads them back.
    fn colour(&self, ink: Ink, title: &str) -> RGBColor {
        let mut titles = self.titles.borrow_mut();
        let number = if title.is_empty() {
            0
        } else {
            titles.push(title.to_string());
            u16::try_from(titles.len()).unwrap_or(0)
        };
        let [high, low] = number.to_be_bytes();
        RGBColor(ink.role(), high, low)
    }
}

fn register() -> Result<()> {
    static DONE: OnceLock<bool> = OnceLock::new();
    if *DONE.get_or_init(|| register_font(FAMILY, FontStyle::Normal, FONT).is_ok()) {
        Ok(())
    } else {
        Err(Error::bug("reports/assets/inter.ttf", "the bundled font cannot be read"))
    }
}

fn failed(error: &dyn std::fmt::Display) -> Error {
    Error::bug("chart", error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_ends_in_an_ellipsis_inside_its_room() {
        let long = "Amazon Relational Database Service for PostgreSQL on Outposts";
        let short = shorten(long, 13, 160).unwrap();
        assert!(short.ends_with('…') && long.starts_with(short.trim_end_matches('…')), "{short}");
        assert!(width_of(&short, 13).unwrap() <= 160 && short.chars().count() > 12, "{short}");
        assert_eq!(shorten("EC2", 13, 160).unwrap(), "EC2");
    }

    #[test]
    fn figures_are_measured_as_tabular() {
        // Twelve figures of 1824 of 2816 units (the font's tnum) at 13: 101.05.
        assert!(
            (102..=106).contains(&width_of("111111111111", 13).unwrap()),
            "{}",
            width_of("111111111111", 13).unwrap()
        );
        assert_eq!(width_of("111111111111", 13).unwrap(), width_of("000000000000", 13).unwrap());
    }
}
