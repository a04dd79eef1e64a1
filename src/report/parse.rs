//! `reports/<id>.toml` → [`ReportSpec`].

use super::chart::ChartKind;
use super::spec::{CardSpec, FigureSpec, Only, ReportSpec, SectionSpec, Target};
use crate::{Error, Result};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Rows of a table on a page unless the section says otherwise; the CSV has all of them.
const ROWS: usize = 500;
/// More would make a page that no browser scrolls well.
const MOST_ROWS: usize = 2_000;

/// Reads a report. `id` is the file stem; an unknown key is refused by name.
pub fn parse(id: &str, text: &str) -> Result<ReportSpec> {
    let place = format!("reports/{id}.toml");
    let wrong = |what: String, remedy: &str| Error::catalogue(&place, what, remedy);
    if !is_id(id) {
        return Err(wrong(format!("`{id}` is no report id"), ID_REMEDY));
    }
    if id == "index" {
        return Err(wrong("the page `index` is costmill's own".into(), "choose another name for the file"));
    }
    let written: Report = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(0, |span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        wrong(format!("line {line}: {}", error.message()), "correct or remove that key")
    })?;
    let mut sections: Vec<SectionSpec> = Vec::new();
    for section in written.section {
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
        if written.per.is_none() && (section.shared || section.only.is_some()) {
            return Err(wrong(
                format!("section `{}`: `shared` and `only` speak of a report with `per`", section.id),
                "remove them, or say at the top of the report for each value of which column a page is made",
            ));
        }
        sections.push(section);
    }
    if sections.is_empty() {
        return Err(wrong("it has no section".into(), "add a [[section]]"));
    }
    if written.whole && written.per.is_none() {
        return Err(wrong("`whole` speaks of a report with `per`".into(), "remove it"));
    }
    for figure in written.fact.iter().chain(&written.figure) {
        if !sections.iter().any(|section| section.id == figure.section) {
            let what =
                format!("a fact or figure names the section `{}`, which the report does not have", figure.section);
            return Err(wrong(what, "name a section of this report"));
        }
    }
    Ok(ReportSpec {
        id: id.to_string(),
        title: written.title,
        audience: written.audience,
        order: written.order,
        per: written.per,
        whole: written.whole,
        facts: written.fact,
        figures: written.figure,
        sections,
    })
}

/// After those that say their place.
fn last() -> u32 {
    100
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
        ChartKind::Bar | ChartKind::StackedBar | ChartKind::Line | ChartKind::Matrix => {
            missing.extend(section.x.is_empty().then_some("x"));
            missing.extend(section.y.is_none().then_some("y"));
            let parted = matches!(section.chart, ChartKind::StackedBar | ChartKind::Matrix);
            missing.extend((parted && section.series.is_none()).then_some("series"));
        }
    }
    missing
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    title: String,
    audience: String,
    #[serde(default = "last")]
    order: u32,
    per: Option<String>,
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    fact: Vec<FigureSpec>,
    #[serde(default)]
    figure: Vec<FigureSpec>,
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
    #[serde(default, rename = "where")]
    keep: BTreeMap<String, OneOrMore>,
    #[serde(default)]
    x: OneOrMore,
    label: Option<String>,
    y: Option<String>,
    series: Option<String>,
    prior: Option<String>,
    target: Option<Target>,
    #[serde(default)]
    cards: Vec<CardSpec>,
    columns: Option<Vec<OneOrMore>>,
    #[serde(default)]
    code: OneOrMore,
    #[serde(default)]
    meters: OneOrMore,
    #[serde(default)]
    headings: BTreeMap<String, String>,
    #[serde(default)]
    total: bool,
    ties: Option<String>,
    counts: Option<String>,
    limit: Option<usize>,
    rows: Option<usize>,
    #[serde(default)]
    shared: bool,
    only: Option<Only>,
    #[serde(default)]
    optional: bool,
    empty: Option<String>,
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

impl From<OneOrMore> for Vec<String> {
    fn from(written: OneOrMore) -> Self {
        match written {
            OneOrMore::One(one) => vec![one],
            OneOrMore::More(more) => more,
        }
    }
}

impl Section {
    fn into_spec(self) -> SectionSpec {
        SectionSpec {
            limit: self.limit.unwrap_or(self.chart.default_limit()).max(1),
            rows: self.rows.unwrap_or(ROWS).clamp(1, MOST_ROWS),
            id: self.id,
            title: self.title,
            query: self.query,
            chart: self.chart,
            params: self.params,
            keep: self.keep.into_iter().map(|(column, values)| (column, values.into())).collect(),
            x: self.x.into(),
            label: self.label,
            y: self.y,
            series: self.series,
            prior: self.prior,
            target: self.target,
            cards: self.cards,
            columns: self
                .columns
                .map(|cells| cells.into_iter().map(Vec::from).filter(|cell| !cell.is_empty()).collect()),
            code: self.code.into(),
            meters: self.meters.into(),
            headings: self.headings,
            total: self.total,
            ties: self.ties,
            counts: self.counts,
            shared: self.shared,
            only: self.only,
            optional: self.optional,
            empty: self.empty,
            note: self.note,
        }
    }
}
