//! One report of one billing period: the page, and a CSV and a drawing per section.

use super::chart::{self, ChartKind, Drawing, Subject, Svg};
use super::columns::CURRENCY;
use super::context::PageContext;
use super::csv_file::csv_bytes;
use super::grid::grid;
use super::page::{self, Block, Section};
use super::pivot::pivot;
use super::scope::{Scope, by_currency};
use super::spec::{ReportSpec, SectionSpec};
use super::templates::Templates;
use crate::focus::Artifact;
use crate::transform::{CellKind, Metric};
use crate::{Error, Result};

/// `sections` pairs the index of each section of `spec` with the result of its query.
///
/// Yields `<month>/<report>.html`, and per section `<month>/<report>/<section>.csv` and, where the
/// section draws, `<section>.svg`. The same arguments give the same bytes.
pub fn render(
    spec: &ReportSpec,
    context: &PageContext,
    sections: &[(usize, Metric)],
    templates: &Templates,
) -> Result<Vec<Artifact>> {
    let mut parts = Vec::new();
    let mut files = Vec::new();
    for (at, section) in spec.sections.iter().enumerate() {
        let place = format!("reports/{}.toml", spec.id);
        let Some((_, metric)) = sections.iter().find(|(index, _)| *index == at) else {
            return Err(Error::bug(place, format!("section `{}` was given no result", section.id)));
        };
        let folder = format!("{}/{}", context.month, spec.id);
        files.push(Artifact { path: format!("{folder}/{}.csv", section.id), bytes: csv_bytes(metric)? });
        let drawn = draw_section(&place, section, metric, context)?;
        let panels: Vec<(String, &Svg)> = drawn.panels.iter().map(|(title, svg)| (title.clone(), svg)).collect();
        let has_file = !panels.is_empty();
        if has_file {
            let bytes = chart::file(&panels, templates.chart_css());
            files.push(Artifact { path: format!("{folder}/{}.svg", section.id), bytes });
        }
        parts.push(Section::new(spec, section, metric, context, drawn.blocks, has_file));
    }
    let html = page::page(spec, context, parts, templates)?;
    let mut artifacts =
        vec![Artifact { path: format!("{}/{}.html", context.month, spec.id), bytes: html.into_bytes() }];
    artifacts.extend(files);
    Ok(artifacts)
}

struct Drawn {
    blocks: Vec<Block>,
    /// Title and drawing for the file.
    panels: Vec<(String, Svg)>,
}

/// One block per currency.
fn draw_section(place: &str, section: &SectionSpec, metric: &Metric, context: &PageContext) -> Result<Drawn> {
    let mut drawn = Drawn { blocks: Vec::new(), panels: Vec::new() };
    check_columns(place, section, metric)?;
    if metric.rows.is_empty() {
        return Ok(drawn);
    }
    let scopes = by_currency(metric, &context.currencies);
    for (at, scope) in scopes.iter().enumerate() {
        let title = title(section, metric, scope, context);
        let subject = Subject { place, section, metric, scope, month: context.month, title: &title };
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
            _ => grid(&subject, &title)?,
        };
        drawn.blocks.push(block);
    }
    Ok(drawn)
}

/// Metric, basis, currency, period, state: what a figure must say about itself.
fn title(section: &SectionSpec, metric: &Metric, scope: &Scope, context: &PageContext) -> String {
    let currency =
        scope.currency.iter().map(|currency| format!(" · {}", super::columns::clean(currency))).collect::<String>();
    let basis = Some(context.basis()).filter(|basis| has_money(metric) && !basis.is_empty());
    let basis = basis.map(|basis| format!(" · {basis}")).unwrap_or_default();
    format!("{}{basis}{currency} · {} · {}", section.title, context.month, context.state)
}

/// Whether the metric speaks of money, so that currency and basis belong into its title.
pub fn has_money(metric: &Metric) -> bool {
    metric.columns.iter().any(|column| column.kind == CellKind::Money)
}

fn check_columns(place: &str, section: &SectionSpec, metric: &Metric) -> Result<()> {
    let scope = Scope { currency: None, rows: Vec::new() };
    let month = crate::focus::BillingMonth::new(2000, 1);
    let Some(month) = month else { return Ok(()) };
    let subject = Subject { place, section, metric, scope: &scope, month, title: "" };
    for (_, column) in section.named_columns() {
        subject.column(column)?;
    }
    if has_money(metric) && metric.column(CURRENCY).is_none() {
        return Err(Error::catalogue(
            place,
            format!("section `{}`: {} returns money without {CURRENCY}", section.id, metric.query),
            "group by BillingCurrency and return it",
        ));
    }
    Ok(())
}
