//! `reports/<id>.toml` → [`ReportSpec`].

use super::chart::ChartKind;
use super::spec::{CardSpec, ReportSpec, SectionSpec};
use crate::{Error, Result};
use serde::Deserialize;

/// Reads a report. `id` is the file stem; an unknown key is refused by name.
pub fn parse(id: &str, text: &str) -> Result<ReportSpec> {
    let place = format!("reports/{id}.toml");
    if !is_id(id) {
        return Err(Error::catalogue(place, format!("`{id}` is no report id"), ID_REMEDY));
    }
    let written: Report = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        Error::catalogue(&place, format!("line {line}: {}", error.message()), "correct or remove that key")
    })?;
    let mut sections: Vec<SectionSpec> = Vec::new();
    for section in written.section {
        let wrong = |what: String, remedy: &str| Error::catalogue(&place, what, remedy);
        if !is_id(&section.id) {
            return Err(wrong(format!("`{}` is no section id", section.id), ID_REMEDY));
        }
        if sections.iter().any(|known| known.id == section.id) {
            return Err(wrong(format!("two sections are called `{}`", section.id), "give each its own id"));
        }
        let section = section.into_spec();
        if let Some(key) = missing_keys(&section).first() {
            return Err(wrong(
                format!("section `{}`: a {} chart needs `{key}`", section.id, section.chart.name()),
                "name the column of the query, or choose another chart",
            ));
        }
        sections.push(section);
    }
    if sections.is_empty() {
        return Err(Error::catalogue(place, "it has no section", "add a [[section]]"));
    }
    Ok(ReportSpec { id: id.to_string(), title: written.title, audience: written.audience, sections })
}

const ID_REMEDY: &str = "use lower-case letters, digits and `_`: it becomes a file name";

fn is_id(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The keys a chart cannot be drawn without.
fn missing_keys(section: &SectionSpec) -> Vec<&'static str> {
    let mut missing = Vec::new();
    match section.chart {
        ChartKind::Table => {}
        ChartKind::Number if section.cards.is_empty() => missing.push("cards"),
        ChartKind::Number => {}
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::Line => {
            missing.extend(section.x.is_empty().then_some("x"));
            missing.extend(section.y.is_none().then_some("y"));
            missing.extend((section.chart == ChartKind::StackedBar && section.series.is_none()).then_some("series"));
        }
    }
    missing
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    title: String,
    audience: String,
    #[serde(default)]
    section: Vec<Section>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    id: String,
    title: String,
    query: String,
    chart: ChartKind,
    #[serde(default)]
    params: toml::Table,
    #[serde(default)]
    x: OneOrMore,
    label: Option<String>,
    y: Option<String>,
    series: Option<String>,
    prior: Option<String>,
    #[serde(default)]
    cards: Vec<CardSpec>,
    columns: Option<Vec<String>>,
    #[serde(default)]
    total: bool,
    limit: Option<usize>,
    note: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

impl Default for OneOrMore {
    fn default() -> Self {
        Self::More(Vec::new())
    }
}

impl Section {
    fn into_spec(self) -> SectionSpec {
        let x = match self.x {
            OneOrMore::One(column) => vec![column],
            OneOrMore::More(columns) => columns,
        };
        SectionSpec {
            limit: self.limit.unwrap_or(self.chart.default_limit()).max(1),
            id: self.id,
            title: self.title,
            query: self.query,
            chart: self.chart,
            params: self.params,
            x,
            label: self.label,
            y: self.y,
            series: self.series,
            prior: self.prior,
            cards: self.cards,
            columns: self.columns,
            total: self.total,
            note: self.note,
        }
    }
}
