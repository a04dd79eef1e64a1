//! A drawing as part of a page, and as a file of its own.

use super::pen::{FAMILY, shorten};
use crate::Result;

const MARGIN: i32 = 28;
/// Above each panel, for its title.
const HEAD: i32 = 44;
const TITLE: i32 = 16;

/// The inside of an SVG with its size in user units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Svg {
    pub width: i32,
    pub height: i32,
    /// The figure in words.
    pub desc: String,
    pub body: String,
}

/// Markup for a page that carries `chart.css` itself. `id` is unique on the page.
pub fn inline(svg: &Svg, class: &str, id: &str, title: &str) -> String {
    format!(
        "<svg class=\"chart {class}\" viewBox=\"0 0 {} {}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n<title id=\"{id}-t\">{}</title>\n<desc id=\"{id}-d\">{}</desc>\n{}</svg>",
        svg.width,
        svg.height,
        escape(title),
        escape(&svg.desc),
        svg.body
    )
}

/// A file that stands alone: every panel under its title, one below the other, in both schemes. An
/// empty `stylesheet` leaves the light colours alone. It does not carry the font, so a viewer's own
/// may run a little past a panel: nothing is cut off.
pub fn file(panels: &[(String, &Svg)], stylesheet: &str) -> Result<String> {
    let width = panels.iter().map(|(_, svg)| svg.width).max().unwrap_or(0) + 2 * MARGIN;
    let mut height = MARGIN / 2;
    let mut body = String::new();
    for (title, svg) in panels {
        let (w, h, top) = (svg.width, svg.height, height + HEAD);
        body.push_str(&format!(
            "<text x=\"{MARGIN}\" y=\"{}\" font-size=\"{TITLE}\" font-weight=\"600\" fill=\"#1b2430\" class=\"f-text\">{}</text>\n\
             <svg x=\"{MARGIN}\" y=\"{top}\" width=\"{w}\" height=\"{h}\" viewBox=\"0 0 {w} {h}\" overflow=\"visible\">\n<desc>{}</desc>\n{}</svg>\n",
            height + 27,
            // The semi-bold cut is wider than the one that is measured.
            escape(&shorten(title, TITLE, (width - 2 * MARGIN) * 93 / 100)?),
            escape(&svg.desc),
            svg.body,
        ));
        height += HEAD + svg.height + MARGIN;
    }
    let name = panels.iter().map(|(title, _)| title.as_str()).collect::<Vec<_>>().join("; ");
    let style = if stylesheet.is_empty() { String::new() } else { format!("<style>\n{stylesheet}</style>\n") };
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILY}, system-ui, sans-serif\">\n<title>{}</title>\n{style}<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\" class=\"f-paper\"/>\n{body}</svg>\n",
        escape(&name)
    ))
}

/// Text for XML content and attribute values.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for sign in text.chars() {
        match sign {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            sign => out.push(sign),
        }
    }
    out
}
