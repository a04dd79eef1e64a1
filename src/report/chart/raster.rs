//! A drawing as a picture for slides: its own SVG, set in the bundled font and in no other, in the
//! light scheme. The same bytes on every machine that computes floats alike.

use super::pen::{FAMILY, FONT};
use crate::{Error, Result};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, ShapeRendering, Tree, fontdb};
use std::sync::{Arc, OnceLock};

/// Pixels of a user unit: twice what a page shows, which a projector needs.
const SCALE: f32 = 2.0;
/// Pixels of a side, past which a picture is no slide.
const LONGEST: u32 = 16_000;

/// The PNG of an SVG file that carries no stylesheet.
pub fn png(svg: &str) -> Result<Vec<u8>> {
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
    resvg::render(&tree, Transform::from_scale(SCALE, SCALE), &mut picture.as_mut());
    picture.encode_png().map_err(|error| failed(error.to_string()))
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
