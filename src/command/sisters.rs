//! The links of a page to its sisters: of a page that is delivered to an audience, those that are delivered with it.

/// How the built-in template writes the list. One of somebody's own keeps its links as they are.
const OPEN: &str = "<nav class=\"sisters\" aria-label=\"Other pages\"><ul>";
const CLOSE: &str = "</ul></nav>";

/// The page without links to sisters that `is_there` does not know, by the name of their file.
pub fn without_absent(html: &str, is_there: &dyn Fn(&str) -> bool) -> String {
    let Some((before, rest)) = html.split_once(OPEN) else { return html.to_string() };
    let Some((list, after)) = rest.split_once(CLOSE) else { return html.to_string() };
    let kept: String = list.split_inclusive('\n').filter(|line| target(line).is_none_or(is_there)).collect();
    match kept.contains("<li>") {
        true => format!("{before}{OPEN}{kept}{CLOSE}{after}"),
        false => format!("{before}{after}"),
    }
}

/// The file that the link of a line leads to.
fn target(line: &str) -> Option<&str> {
    line.trim().strip_prefix("<li><a href=\"")?.split_once('"').map(|(target, _)| target)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<header>\n  <nav class=\"sisters\" aria-label=\"Other pages\"><ul>\n    \
                        <li><a href=\"waste.html\">Waste</a></li>\n    <li><a href=\"tags.html\">Tags</a></li>\n  \
                        </ul></nav>\n</header><li><a href=\"x.html\">x</a></li>";

    #[test]
    fn links_to_pages_that_are_not_there_are_left_out() {
        let some = without_absent(PAGE, &|name| name == "tags.html");
        assert!(some.contains("tags.html") && !some.contains("waste.html") && some.contains("x.html"), "{some}");
        assert_eq!(without_absent(PAGE, &|_| true), PAGE);
        let none = without_absent(PAGE, &|_| false);
        assert!(!none.contains("sisters") && none.contains("x.html"), "{none}");
        assert_eq!(without_absent("<p>another template</p>", &|_| false), "<p>another template</p>");
    }
}
