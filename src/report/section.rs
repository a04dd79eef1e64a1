//! One section of a page: its figures, its tables and its files.

use super::chart::{self, ChartKind, Drawing, Subject, Svg};
use super::columns::{self, CURRENCY, clean};
use super::context::PageContext;
use super::csv_file::{PERIOD_STATE, csv_bytes};
use super::grid::grid;
use super::matrix::matrix;
use super::page::{Block, Section};
use super::pivot::pivot;
use super::render::{Job, Sink};
use super::scope::{Scope, by_currency};
use super::spec::{self, SectionSpec};
use crate::focus::reporting::{REPORTING_CURRENCY, is_reporting};
use crate::focus::{Artifact, BillingMonth};
use crate::transform::{CellKind, Metric, MetricColumn};
use crate::{Error, Result};

/// Where a section's files go, and how its page reaches them.
pub struct Target<'a> {
    /// In the output folder.
    pub folder: String,
    /// The same from the page.
    pub href: String,
    /// Whose page it is, and the column that says so.
    pub of: Option<&'a str>,
    pub per: Option<&'a str>,
    pub writes: bool,
}

/// Draws the section and gives its files away: a CSV, and an SVG and a PNG where there is a drawing.
pub fn section(job: &Job, spec: &SectionSpec, metric: &Metric, target: &Target, sink: Sink) -> Result<Section> {
    let place = job.place();
    let drawn = draw(&place, spec, metric, job.context, target)?;
    let has_file = !drawn.panels.is_empty();
    if target.writes {
        let file =
            |ending: &str, bytes| sink(Artifact { path: format!("{}/{}.{ending}", target.folder, spec.id), bytes });
        file("csv", csv_bytes(metric, job.context)?)?;
        if has_file {
            let panels: Vec<(String, &Svg)> = drawn.panels.iter().map(|(title, svg)| (title.clone(), svg)).collect();
            file("svg", chart::file(&panels, job.templates.chart_css())?.into_bytes())?;
            file("png", chart::raster(&chart::file(&panels, "")?)?)?;
        }
    }
    let href = |ending: &str| format!("{}/{}.{ending}", target.href, spec.id);
    let drawing = |ending: &str| if has_file { href(ending) } else { String::new() };
    let no_rows =
        format!("No charges answer this question in {}: the query ran and returned no rows.", job.context.month);
    let in_the_file = metric.column(PERIOD_STATE.0).is_none().then_some(PERIOD_STATE);
    let columns = metric.columns.iter().map(|column| (column.name.as_str(), column.meaning.as_str()));
    Ok(Section {
        id: spec.id.clone(),
        title: titled(&spec.title, job.context),
        scope: scope_in_words(metric, job.context),
        question: quoted(&metric.question),
        note: spec.note.as_deref().map(|note| titled(note, job.context)).unwrap_or_default(),
        empty: spec.empty.clone().unwrap_or(no_rows),
        blocks: drawn.blocks,
        csv: href("csv"),
        svg: drawing("svg"),
        png: drawing("png"),
        query: metric.query.clone(),
        glossary: columns.chain(in_the_file).map(|(name, meaning)| (name.into(), meaning.into())).collect(),
    })
}

/// A name between backticks stands between quotation marks: a page is no Markdown.
fn quoted(text: &str) -> String {
    let parts: Vec<&str> = text.split('`').collect();
    parts
        .iter()
        .enumerate()
        .map(|(at, part)| if at % 2 == 1 { format!("“{part}”") } else { (*part).to_string() })
        .collect()
}

/// With the name of the declared basis and the stated policy in their places.
fn titled(text: &str, context: &PageContext) -> String {
    text.replace("{basis}", &context.showback).replace("{policy}", &context.policy)
}

struct Drawn {
    blocks: Vec<Block>,
    /// Title and drawing for the file.
    panels: Vec<(String, Svg)>,
}

/// One block per currency.
fn draw(place: &str, section: &SectionSpec, metric: &Metric, context: &PageContext, target: &Target) -> Result<Drawn> {
    let mut drawn = Drawn { blocks: Vec::new(), panels: Vec::new() };
    if metric.rows.is_empty() {
        return Ok(drawn);
    }
    let scopes = by_currency(metric, &context.currencies);
    for (at, scope) in scopes.iter().enumerate() {
        let title = title(section, metric, scope, context, target.of);
        let subject = Subject {
            place,
            section,
            metric,
            scope,
            month: context.month,
            title: &title,
            showback: &context.showback,
            target: level(section, context),
            told: target.per,
        };
        let mut block = Block::new(if scopes.len() > 1 { scope.currency.clone() } else { None });
        let name = format!("{}-{at}", section.id);
        match chart::draw(&subject)? {
            Drawing::Svg { wide, narrow } => {
                block.figures = vec![
                    chart::inline(&wide, "wide", &format!("{name}-w"), subject.title),
                    chart::inline(&narrow, "narrow", &format!("{name}-n"), subject.title),
                ];
                drawn.panels.push((title.clone(), wide));
            }
            Drawing::Cards(cards) => block.cards = cards,
            Drawing::Nothing => {}
        }
        block.grid = match section.chart {
            ChartKind::StackedBar | ChartKind::Line if section.columns.is_none() => {
                Some(pivot(&subject, &chart::stack(&subject)?, &title)?)
            }
            ChartKind::Matrix => Some(matrix(&subject, &title)?),
            _ => grid(&subject, &title)?,
        };
        drawn.blocks.push(block);
    }
    Ok(drawn)
}

/// The level that the section asks for, where the period's facts have it.
fn level(section: &SectionSpec, context: &PageContext) -> Option<f64> {
    match section.target? {
        spec::Target::Coverage => context.coverage_target,
    }
}

/// Metric, whose, basis, currency, period, state: what a figure must say about itself.
fn title(section: &SectionSpec, metric: &Metric, scope: &Scope, context: &PageContext, of: Option<&str>) -> String {
    let mut parts = vec![titled(&section.title, context)];
    parts.extend(of.map(clean));
    parts.extend(Some(context.basis()).filter(|basis| has_basis(metric) && !basis.is_empty()));
    parts.extend(scope.currency.as_deref().map(clean));
    parts.extend([context.month.to_string(), context.state.clone()]);
    parts.join(" · ")
}

/// The same after a section's heading, for all its currencies.
fn scope_in_words(metric: &Metric, context: &PageContext) -> String {
    let mut scope: Vec<String> = Vec::new();
    if has_money(metric) {
        let currencies: Vec<String> =
            by_currency(metric, &context.currencies).into_iter().filter_map(|scope| scope.currency).collect();
        scope.extend(has_basis(metric).then(|| context.basis()));
        scope.push(clean(&currencies.join(", ")));
        scope.retain(|words| !words.is_empty());
    }
    scope.extend([context.month.to_string(), context.state.clone()]);
    scope.join("\u{a0}· ")
}

/// Whether the metric speaks of money, so that its currency belongs into its title.
fn has_money(metric: &Metric) -> bool {
    metric.columns.iter().any(columns::is_money)
}

/// Whether it speaks of costs, so that the money basis does too. Savings are gross or realisable in
/// a sense of their own, and beside them the word would be read as that.
fn has_basis(metric: &Metric) -> bool {
    metric.columns.iter().any(|column| columns::is_money(column) && !columns::is_saving(&column.name))
}

/// Every column that the section names is there, and money has its currency.
pub fn check_columns(place: &str, section: &SectionSpec, metric: &Metric) -> Result<()> {
    let scope = Scope { currency: None, rows: Vec::new() };
    let Some(month) = BillingMonth::new(2000, 1) else { return Ok(()) };
    let subject =
        Subject { place, section, metric, scope: &scope, month, title: "", showback: "", target: None, told: None };
    for (_, column) in section.named_columns() {
        subject.column(column)?;
    }
    for (currency, converted) in [(CURRENCY, false), (REPORTING_CURRENCY, true)] {
        let exact = |column: &MetricColumn| column.kind == CellKind::Money && is_reporting(&column.name) == converted;
        if metric.columns.iter().any(exact) && metric.column(currency).is_none() {
            return Err(Error::catalogue(
                place,
                format!("section `{}`: {} returns money without {currency}", section.id, metric.query),
                format!("group by {currency} and return it"),
            ));
        }
    }
    for name in section.drawn_columns() {
        let column = metric.columns.iter().find(|column| column.name == name);
        if column.is_some_and(|column| columns::is_money(column) && !columns::is_in_currency(metric, column)) {
            return Err(Error::catalogue(
                place,
                format!("section `{}` draws {name}, which is not in the reporting currency", section.id),
                "draw an x_Reporting… column, or ask a query without x_ReportingCurrency",
            ));
        }
    }
    Ok(())
}
