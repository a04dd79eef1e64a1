//! The templates and assets of the pages: built in, or a folder's own.

use super::embed::base64;
use crate::{Error, Result};
use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{Environment, UndefinedBehavior, Value};
use serde::Serialize;

const WOFF2: &[u8] = include_bytes!("../../reports/assets/inter.woff2");

/// The texts every page is made of. HTML is escaped wherever a template does not say `|safe`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Templates {
    page: String,
    index: String,
    page_css: String,
    chart_css: String,
    script: String,
}

impl Templates {
    pub fn built_in() -> Self {
        Self {
            page: include_str!("../../reports/templates/page.html").to_string(),
            index: include_str!("../../reports/templates/index.html").to_string(),
            page_css: include_str!("../../reports/assets/page.css").to_string(),
            chart_css: include_str!("../../reports/assets/chart.css").to_string(),
            script: include_str!("../../reports/assets/page.js").to_string(),
        }
    }

    /// Replaces one file by a catalogue folder's own: a path under `reports/`.
    pub fn with(mut self, path: &str, text: String) -> Result<Self> {
        let slot = match path {
            "templates/page.html" => &mut self.page,
            "templates/index.html" => &mut self.index,
            "assets/page.css" => &mut self.page_css,
            "assets/chart.css" => &mut self.chart_css,
            "assets/page.js" => &mut self.script,
            _ => {
                return Err(Error::catalogue(
                    format!("reports/{path}"),
                    "no page uses this file",
                    "remove it, or name it templates/page.html, templates/index.html, assets/page.css, assets/chart.css or assets/page.js",
                ));
            }
        };
        *slot = text;
        Ok(self)
    }

    /// The stylesheet that a drawing carries when it stands alone.
    pub fn chart_css(&self) -> &str {
        &self.chart_css
    }

    /// The one script of a page, exactly as it stands between its tags.
    pub fn script(&self) -> &str {
        &self.script
    }

    /// The templates read once, for many pages.
    pub(super) fn press(&self) -> Result<Press<'_>> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        let syntax = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build();
        environment.set_syntax(syntax.map_err(|error| wrong(PAGE, &error))?);
        // The names end in `.html`, which turns escaping on.
        for (name, source) in [(PAGE, &self.page), (INDEX, &self.index)] {
            environment.add_template(name, source).map_err(|error| wrong(name, &error))?;
        }
        let font = format!(
            "@font-face{{font-family:Inter;font-weight:400 700;font-display:block;src:url(data:font/woff2;base64,{}) format(\"woff2\")}}",
            base64(WOFF2)
        );
        environment.add_global("stylesheet", Value::from(format!("{font}\n{}{}", self.page_css, self.chart_css)));
        environment.add_global("script", Value::from(self.script.clone()));
        Ok(Press { environment })
    }
}

const PAGE: &str = "page.html";
const INDEX: &str = "index.html";

/// Templates, ready to be filled from any thread.
pub(super) struct Press<'t> {
    environment: Environment<'t>,
}

impl Press<'_> {
    pub fn page(&self, view: &impl Serialize) -> Result<String> {
        self.fill(PAGE, view)
    }

    pub fn index(&self, view: &impl Serialize) -> Result<String> {
        self.fill(INDEX, view)
    }

    fn fill(&self, name: &'static str, view: &impl Serialize) -> Result<String> {
        let template = self.environment.get_template(name).map_err(|error| wrong(name, &error))?;
        template.render(Value::from(Serde(view))).map_err(|error| wrong(name, &error))
    }
}

fn wrong(name: &str, error: &minijinja::Error) -> Error {
    Error::catalogue(format!("reports/templates/{name}"), format!("{error:#}"), "correct the template")
}
