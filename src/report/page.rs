//! The view of a page: everything the template prints, already in words.

use super::chart::Card;
use super::columns::clean;
use super::context::{PageContext, TieLine};
use super::display;
use super::embed;
use super::grid::Grid;
use super::render::has_money;
use super::spec::{ReportSpec, SectionSpec};
use super::templates::Templates;
use crate::Result;
use crate::focus::money::COST_SCALE;
use crate::transform::Metric;
use serde::Serialize;

/// Sets a report in its template.
pub fn page(spec: &ReportSpec, context: &PageContext, sections: Vec<Section>, templates: &Templates) -> Result<String> {
    templates.page(&Page {
        title: spec.title.clone(),
        audience: spec.audience.clone(),
        month: context.month.to_string(),
        period: period_in_words(context),
        state: context.state.clone(),
        as_of: context.as_of.to_string(),
        basis: context.basis(),
        basis_meaning: basis_meaning(&context.basis()),
        currencies: context.currencies.iter().map(|currency| clean(currency)).collect(),
        sections,
        rests_on: RestsOn::new(context),
        notes: context.notes.clone(),
        policy: embed::content_policy(templates.script()),
    })
}

#[derive(Debug, Serialize)]
pub struct Page {
    title: String,
    audience: String,
    month: String,
    period: String,
    state: String,
    as_of: String,
    basis: String,
    basis_meaning: String,
    currencies: Vec<String>,
    sections: Vec<Section>,
    rests_on: RestsOn,
    notes: Vec<String>,
    policy: String,
}

#[derive(Debug, Serialize)]
pub struct Section {
    id: String,
    title: String,
    /// Basis, currency, period, state, after the title.
    scope: String,
    question: String,
    note: String,
    blocks: Vec<Block>,
    csv: String,
    svg: String,
    query: String,
    /// Column, heading, meaning.
    glossary: Vec<(String, String)>,
}

/// The figures of one currency.
#[derive(Debug, Serialize)]
pub struct Block {
    /// Set when the section has several.
    pub currency: Option<String>,
    /// SVG, for a wide and for a narrow page.
    pub figures: Vec<String>,
    pub cards: Vec<Card>,
    pub grid: Option<Grid>,
}

impl Block {
    pub fn new(currency: Option<String>) -> Self {
        Self { currency: currency.map(|currency| clean(&currency)), figures: Vec::new(), cards: Vec::new(), grid: None }
    }
}

impl Section {
    pub fn new(
        spec: &ReportSpec,
        section: &SectionSpec,
        metric: &Metric,
        context: &PageContext,
        blocks: Vec<Block>,
        has_file: bool,
    ) -> Self {
        let mut scope: Vec<String> = Vec::new();
        if has_money(metric) {
            let scopes = super::scope::by_currency(metric, &context.currencies);
            let currencies: Vec<String> = scopes.into_iter().filter_map(|scope| scope.currency).collect();
            scope.extend([context.basis(), clean(&currencies.join(", "))]);
            scope.retain(|words| !words.is_empty());
        }
        scope.extend([context.month.to_string(), context.state.clone()]);
        Self {
            id: section.id.clone(),
            title: section.title.clone(),
            scope: scope.join("\u{a0}· "),
            question: metric.question.clone(),
            note: section.note.clone().unwrap_or_default(),
            blocks,
            csv: format!("{}/{}.csv", spec.id, section.id),
            svg: if has_file { format!("{}/{}.svg", spec.id, section.id) } else { String::new() },
            query: metric.query.clone(),
            glossary: metric.columns.iter().map(|column| (column.name.clone(), column.meaning.clone())).collect(),
        }
    }
}

/// "What this figure rests on".
#[derive(Debug, Serialize)]
pub struct RestsOn {
    deliveries: Vec<Vec<String>>,
    /// The money columns of the proof, in order of appearance.
    tie_columns: Vec<String>,
    ties: Vec<Tie>,
    all_tie: bool,
}

#[derive(Debug, Serialize)]
struct Tie {
    source: String,
    stage: String,
    rows: String,
    currency: String,
    /// Shown and exact, one per money column.
    sums: Vec<(String, String)>,
    ties: bool,
    /// The first of a source and currency: a rule stands above it.
    first: bool,
}

impl RestsOn {
    fn new(context: &PageContext) -> Self {
        let count = |value: u64| display::decimal(i128::from(value), 0, 0);
        let deliveries = context.deliveries.iter().map(|line| {
            let newest = line.newest_charge_end.map(|at| at.format("%Y-%m-%d %H:%M UTC").to_string());
            let basis = if line.basis.is_empty() { "as delivered" } else { &line.basis };
            vec![
                line.source.clone(),
                line.format.clone(),
                line.delivery_id.clone(),
                basis.to_string(),
                newest.unwrap_or_else(|| "–".to_string()),
                count(line.files),
                count(line.rows),
            ]
        });
        let mut tie_columns: Vec<String> = Vec::new();
        for (column, _) in context.ties.iter().flat_map(|tie| &tie.sums) {
            if !tie_columns.contains(column) {
                tie_columns.push(column.clone());
            }
        }
        // All stages of one source and currency below each other: equal figures stand in one column.
        let mut sources: Vec<&str> = context.ties.iter().map(|tie| tie.source.as_str()).collect();
        sources.dedup();
        let place = |tie: &TieLine| {
            let currency = context.currencies.iter().position(|known| *known == tie.currency);
            (
                sources.iter().position(|known| *known == tie.source),
                currency.unwrap_or(usize::MAX),
                tie.currency.clone(),
            )
        };
        let mut lines: Vec<&TieLine> = context.ties.iter().collect();
        lines.sort_by_key(|tie| place(tie));
        let first = |at: usize| at > 0 && place(lines[at - 1]) != place(lines[at]);
        let ties = lines.iter().enumerate().map(|(at, tie)| Tie {
            first: first(at),
            source: tie.source.clone(),
            stage: tie.stage.clone(),
            rows: count(tie.rows),
            currency: clean(&tie.currency),
            sums: tie_columns
                .iter()
                .map(|column| {
                    let sum = tie.sums.iter().find(|(name, _)| name == column).map(|(_, sum)| *sum);
                    sum.map_or_else(
                        || ("–".to_string(), String::new()),
                        |sum| (display::decimal(sum.0, COST_SCALE, 2), sum.to_string()),
                    )
                })
                .collect(),
            ties: tie.ties,
        });
        Self {
            deliveries: deliveries.collect(),
            ties: ties.collect(),
            tie_columns,
            all_tie: !context.ties.is_empty() && context.ties.iter().all(|tie| tie.ties),
        }
    }
}

/// `1 to 31 October 2026`.
fn period_in_words(context: &PageContext) -> String {
    let last = context.month.end().pred_opt().unwrap_or_default();
    format!("1 to {}", last.format("%-d %B %Y"))
}

/// What the basis means, for a reader who did not choose it.
fn basis_meaning(basis: &str) -> String {
    const GROSS: &str = "Gross: negotiated discounts are charges of their own.";
    const NET: &str = "Net: negotiated discounts are inside the costs of what they discount.";
    match basis {
        "" => String::new(),
        "gross" => GROSS.to_string(),
        "net" => NET.to_string(),
        _ => format!("{GROSS} {NET}"),
    }
}
