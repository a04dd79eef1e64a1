//! From the backend's markup to ours: classes that follow the colour scheme, and tooltips.
//!
//! Each element keeps a plain light colour as an attribute, so that a viewer without CSS variables
//! still draws it; the stylesheet wins where there is one.

use super::ink::Ink;
use super::svg::escape;
use crate::{Error, Result};

/// The elements inside the backend's `<svg>`, re-dressed. `titles` are 1-based in the colours.
pub fn body(markup: &str, titles: &[String]) -> Result<String> {
    let mut out = String::with_capacity(markup.len());
    let mut lines = markup.lines();
    while let Some(line) = lines.next() {
        let Some(tag) = line.strip_prefix('<').filter(|_| !line.starts_with("<svg") && !line.starts_with("</")) else {
            continue;
        };
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        let (dressed, title) = dress(attributes, titles)?;
        let title = title.map(|title| format!("<title>{}</title>", escape(title))).unwrap_or_default();
        let content = if name == "text" { lines.next().unwrap_or_default() } else { "" };
        if title.is_empty() && content.is_empty() {
            out.push_str(&format!("<{name}{dressed}/>\n"));
        } else {
            out.push_str(&format!("<{name}{dressed}>{title}{content}</{name}>\n"));
        }
    }
    Ok(out)
}

/// The attributes with real colours and a class, and the tooltip they carried.
fn dress<'t>(attributes: &str, titles: &'t [String]) -> Result<(String, Option<&'t str>)> {
    let (mut out, mut classes, mut title) = (String::new(), Vec::new(), None);
    let mut rest = attributes;
    while let Some((key, after)) = rest.split_once("=\"") {
        let Some((value, tail)) = after.split_once('"') else { break };
        rest = tail;
        let key = key.trim_start();
        match (key, value.strip_prefix('#')) {
            ("fill" | "stroke", Some(code)) => {
                let code = u32::from_str_radix(code, 16).unwrap_or(0);
                let (name, colour) = Ink::of_role((code >> 16) as u8)
                    .ok_or_else(|| Error::bug("chart", format!("the colour #{code:06x} belongs to no ink")))?;
                classes.push(format!("{}-{name}", if key == "fill" { "f" } else { "l" }));
                out.push_str(&format!(" {key}=\"{colour}\""));
                title = (code as usize & 0xffff).checked_sub(1).and_then(|at| titles.get(at)).map(String::as_str);
            }
            ("fill", None) => out.push_str(" fill=\"none\""),
            ("font-size", _) => {
                let size: f64 = value.parse().unwrap_or(13.0);
                out.push_str(&format!(" font-size=\"{}\"", size.round()));
            }
            // A third of an em is the middle of figures and capitals; half an ex sits too low.
            ("dy", _) => out.push_str(" dy=\"0.35em\""),
            ("opacity" | "stroke" | "font-family", _) => {}
            ("stroke-width", _) if attributes.contains("stroke=\"none\"") => {}
            _ => out.push_str(&format!(" {key}=\"{}\"", value.trim_end())),
        }
    }
    if !classes.is_empty() {
        out.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
    Ok((out, title))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_get_classes_and_escaped_tooltips() {
        let markup = "<svg width=\"9\" height=\"9\">\n\
            <rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" opacity=\"1\" fill=\"#020001\" stroke=\"none\"/>\n\
            <text x=\"1\" y=\"2\" dy=\"0.5ex\" text-anchor=\"end\" font-family=\"Inter\" font-size=\"13.000000000000002\" opacity=\"1\" fill=\"#150000\">\na &lt; b\n</text>\n</svg>\n";
        assert_eq!(
            body(markup, &["<b>".to_string()]).unwrap(),
            "<rect x=\"1\" y=\"2\" width=\"3\" height=\"4\" fill=\"#e69f00\" class=\"f-s2\"><title>&lt;b&gt;</title></rect>\n\
            <text x=\"1\" y=\"2\" dy=\"0.35em\" text-anchor=\"end\" font-size=\"13\" fill=\"#1b2430\" class=\"f-text\">a &lt; b</text>\n"
        );
        assert!(body("<rect fill=\"#FF0000\"/>\n", &[]).is_err());
    }
}
