//! The front pages: of the output folder, and of each billing month.

use super::columns::heading;
use super::display;
use super::embed::content_policy;
use super::entry::{Figure, PageEntry};
use super::front_table::{Cell, FrontTable, figure_columns, figure_of};
use super::grid::Head;
use super::place::folder_of;
use super::templates::Templates;
use crate::focus::{Artifact, BillingMonth};
use crate::{Error, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The pages of one billing month, as `<month>/index.json` keeps them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MonthPages {
    pub month: String,
    pub state: String,
    /// The day the run spoke for when the pages were made.
    pub as_of: String,
    /// A hash over all that the pages were made from: the same needs no rendering.
    pub key: String,
    /// The files of the month's folder besides this one, and their bytes: what stands untouched.
    pub files: u64,
    pub bytes: u64,
    pub pages: Vec<PageEntry>,
}

impl MonthPages {
    /// The file that keeps them.
    pub fn path(month: BillingMonth) -> String {
        format!("{month}/index.json")
    }

    /// `<month>/index.json`. Made last: it counts the others.
    pub fn json(&self) -> Result<Artifact> {
        let path = format!("{}/index.json", self.month);
        let json = serde_json::to_string_pretty(self).map_err(|error| Error::bug(&path, error.to_string()))?;
        Ok(Artifact { path, bytes: format!("{json}\n").into_bytes() })
    }

    /// `<month>/index.html`, which links every page of the month.
    pub fn html(&self, templates: &Templates) -> Result<Artifact> {
        let view = Front {
            title: self.name(),
            root: "../".into(),
            policy: content_policy(templates.script()),
            newest: Some(Month::new(self, "../")),
            months: None,
        };
        let html = templates.press()?.index(&view)?;
        Ok(Artifact { path: format!("{}/index.html", self.month), bytes: html.into_bytes() })
    }

    /// `October 2026`.
    fn name(&self) -> String {
        let month: Option<BillingMonth> = self.month.parse().ok();
        month.map_or_else(|| self.month.clone(), |month| month.start().format("%B %Y").to_string())
    }

    fn whole(&self) -> impl Iterator<Item = &PageEntry> {
        self.pages.iter().filter(|page| page.of.is_none())
    }
}

/// `index.html`: the newest month in full, and a line for every month.
pub fn index(months: &[MonthPages], templates: &Templates) -> Result<Artifact> {
    let mut months: Vec<&MonthPages> = months.iter().collect();
    months.sort_by(|a, b| b.month.cmp(&a.month));
    let view = Front {
        title: "Reports".into(),
        root: String::new(),
        policy: content_policy(templates.script()),
        newest: months.first().map(|month| Month::new(month, "")),
        months: (months.len() > 1).then(|| month_table(&months)),
    };
    Ok(Artifact { path: "index.html".into(), bytes: templates.press()?.index(&view)?.into_bytes() })
}

#[derive(Serialize)]
struct Front {
    title: String,
    /// From the page to the output folder.
    root: String,
    policy: String,
    newest: Option<Month>,
    months: Option<FrontTable>,
}

/// One month in full.
#[derive(Serialize)]
struct Month {
    name: String,
    month: String,
    href: String,
    state: String,
    as_of: String,
    audiences: Vec<Audience>,
    /// One table per column that pages are made for.
    tables: Vec<FrontTable>,
}

/// The pages for one kind of reader.
#[derive(Serialize)]
struct Audience {
    name: String,
    pages: Vec<Card>,
}

#[derive(Serialize)]
struct Card {
    title: String,
    href: String,
    figures: Vec<Figure>,
}

impl Month {
    fn new(month: &MonthPages, root: &str) -> Self {
        let mut audiences: Vec<Audience> = Vec::new();
        for page in month.whole() {
            let card =
                Card { title: page.title.clone(), href: format!("{root}{}", page.path), figures: page.figures.clone() };
            match audiences.iter_mut().find(|audience| audience.name == page.audience) {
                Some(audience) => audience.pages.push(card),
                None => audiences.push(Audience { name: page.audience.clone(), pages: vec![card] }),
            }
        }
        let mut columns: Vec<&str> = month.pages.iter().filter_map(|page| page.per.as_deref()).collect();
        columns.sort_unstable();
        columns.dedup();
        Self {
            name: month.name(),
            month: month.month.clone(),
            href: format!("{root}{}/index.html", month.month),
            state: month.state.clone(),
            as_of: month.as_of.clone(),
            audiences,
            tables: columns.into_iter().map(|column| value_table(month, column, root)).collect(),
        }
    }
}

/// A line per value of a column: its figures, and a link to each of its pages.
fn value_table(month: &MonthPages, per: &str, root: &str) -> FrontTable {
    let pages: Vec<&PageEntry> = month.pages.iter().filter(|page| page.per.as_deref() == Some(per)).collect();
    let mut of: BTreeMap<&str, Vec<&PageEntry>> = BTreeMap::new();
    for page in &pages {
        of.entry(page.of.as_deref().unwrap_or_default()).or_default().push(page);
    }
    let mut reports: Vec<(&str, &str)> = Vec::new();
    for page in &pages {
        if !reports.contains(&(page.report.as_str(), page.title.as_str())) {
            reports.push((&page.report, &page.title));
        }
    }
    let columns = figure_columns(&pages);
    let mut rows: Vec<Vec<Cell>> = of
        .iter()
        .map(|(name, pages)| {
            let first = pages.first().map(|page| format!("{root}{}", page.path)).unwrap_or_default();
            let mut row = vec![Cell::link(name, first)];
            row.extend(columns.iter().map(|column| figure_of(pages, column)));
            let linked = reports.iter().filter_map(|(id, title)| {
                let page = pages.iter().find(|page| page.report == *id)?;
                Some((title.to_string(), format!("{root}{}", page.path)))
            });
            row.push(Cell::links(linked.collect()));
            row
        })
        .collect();
    rows.sort_by(|a, b| largest_first(a, b));
    let name = heading(per);
    let mut heads = vec![Head { text: name.clone(), ..Head::default() }];
    heads.extend(columns.iter().map(|column| column.head()));
    heads.push(Head { text: "Pages".into(), ..Head::default() });
    let count = display::decimal(rows.len() as i128, 0, 0);
    FrontTable::new(
        &folder_of(per),
        format!("By {}", name.to_lowercase()),
        format!("{count} {}s", name.to_lowercase()),
        heads,
        rows,
    )
}

/// By the first figure; what has none is last.
fn largest_first(a: &[Cell], b: &[Cell]) -> std::cmp::Ordering {
    let value = |row: &[Cell]| row.iter().filter(|cell| cell.is_number()).find_map(Cell::number).unwrap_or(f64::MIN);
    value(b).total_cmp(&value(a))
}

/// A line per month: the figures of the whole's pages.
fn month_table(months: &[&MonthPages]) -> FrontTable {
    let all: Vec<&PageEntry> = months.iter().flat_map(|month| month.whole()).collect();
    let columns = figure_columns(&all);
    let rows = months.iter().map(|month| {
        let pages: Vec<&PageEntry> = month.whole().collect();
        let mut row = vec![
            Cell::link(&month.month, format!("{}/index.html", month.month)),
            Cell::text(&month.state),
            Cell::text(&month.as_of),
        ];
        row.extend(columns.iter().map(|column| figure_of(&pages, column)));
        row.push(Cell::count(month.pages.len()));
        row
    });
    let head = |text: &str, numeric| Head { text: text.into(), numeric, ..Head::default() };
    let mut heads = vec![head("Billing month", false), head("State", false), head("As of", false)];
    heads.extend(columns.iter().map(|column| column.head()));
    heads.push(head("Pages", true));
    FrontTable::new("months", "All billing months".into(), format!("{} months", months.len()), heads, rows.collect())
}
