//! A drawing as a picture for slides: its own SVG, set in the bundled font and in no other, in the
//! light scheme. The same bytes on every machine that computes floats alike.

use super::pen::{FAMILY, FONT};
use crate::{Error, Result};
use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{Options, ShapeRendering, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// Pixels of a user unit: a chart is 1,644 pixels wide, enough for a slide.
const SCALE: f32 = 1.5;
/// Pixels of a side, past which a picture is no slide.
const LONGEST: u32 = 16_000;

/// The PNG of an SVG file that carries no stylesheet.
pub fn raster(svg: &str) -> Result<Vec<u8>> {
    let failed = |what: String| Error::bug("chart", format!("its picture cannot be drawn: {what}"));
    let options = Options {
        fontdb: fonts(),
        font_family: FAMILY.to_string(),
        shape_rendering: ShapeRendering::GeometricPrecision,
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options).map_err(|error| failed(error.to_string()))?;
    let pixels = |units: f32| ((units * SCALE).ceil() as u32).clamp(1, LONGEST);
    let (width, height) = (pixels(tree.size().width()), pixels(tree.size().height()));
    let mut picture = Pixmap::new(width, height).ok_or_else(|| failed(format!("{width} × {height} pixels")))?;
    picture.fill(Color::WHITE);
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    super::png::encode(picture.data(), width, height)
}

fn fonts() -> Arc<fontdb::Database> {
    static FONTS: OnceLock<Arc<fontdb::Database>> = OnceLock::new();
    let load = || {
        let mut fonts = fontdb::Database::new();
        fonts.load_font_data(FONT.to_vec());
        fonts.set_sans_serif_family(FAMILY);
        Arc::new(fonts)
    };
    FONTS.get_or_init(load).clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Without its font a picture has lines and no words, and nobody is told.
    #[test]
    fn words_are_drawn_in_the_bundled_font() {
        let draw = |text: &str| {
            let svg = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"120\" height=\"20\" font-family=\"{FAMILY}, system-ui, sans-serif\"><text x=\"2\" y=\"15\" font-size=\"13\" fill=\"#000000\">{text}</text></svg>"
            );
            Pixmap::decode_png(&raster(&svg).unwrap()).unwrap()
        };
        let (words, spaces) = (draw("EffectiveCost"), draw(" "));
        assert_eq!((words.width(), words.height()), (180, 30));
        let dark = |picture: &Pixmap| picture.pixels().iter().filter(|pixel| pixel.red() < 128).count();
        assert!(dark(&words) > 300 && dark(&spaces) == 0, "{} and {}", dark(&words), dark(&spaces));
    }
}
