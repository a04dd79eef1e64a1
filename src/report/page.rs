//! The view of a page: everything the template prints, already in words.

use super::chart::Card;
use super::columns::clean;
use super::context::PageContext;
use super::embed;
use super::entry::Figure;
use super::grid::Grid;
use super::place::Place;
use super::render::Job;
use super::rests_on::RestsOn;
use super::spec::ReportSpec;
use super::templates::Press;
use crate::Result;
use serde::Serialize;

/// Sets a report in its template.
pub fn page(job: &Job, place: &Place, sections: Vec<Section>, facts: Vec<Figure>, press: &Press) -> Result<String> {
    let context = job.context;
    press.page(&Page {
        title: job.spec.title.clone(),
        audience: job.spec.audience.clone(),
        of: place.of.as_deref().map(clean).unwrap_or_default(),
        root: place.root.clone(),
        sisters: sisters(job, place),
        facts,
        month: context.month.to_string(),
        period: period_in_words(context),
        state: context.state.clone(),
        state_in_words: state_in_words(context),
        as_of: context.as_of.to_string(),
        basis: context.basis(),
        basis_meaning: basis_meaning(&context.basis()),
        currencies: context.currencies.iter().map(|currency| clean(currency)).collect(),
        sections,
        rests_on: RestsOn::new(context),
        notes: context.notes.clone(),
        policy: embed::content_policy(job.templates.script()),
    })
}

/// The other pages about the same: title and link.
fn sisters(job: &Job, place: &Place) -> Vec<(String, String)> {
    let same = |spec: &&ReportSpec| {
        let here = if place.of.is_some() { spec.per == job.spec.per } else { spec.per.is_none() || spec.whole };
        here && spec.id != job.spec.id
    };
    job.reports.iter().filter(same).map(|spec| (spec.title.clone(), format!("{}.html", spec.id))).collect()
}

#[derive(Debug, Serialize)]
pub struct Page {
    title: String,
    audience: String,
    /// Whose page it is; empty for the page of everything.
    of: String,
    /// From the page to the output folder.
    root: String,
    sisters: Vec<(String, String)>,
    facts: Vec<Figure>,
    month: String,
    period: String,
    state: String,
    /// The state and its reason.
    state_in_words: String,
    as_of: String,
    basis: String,
    basis_meaning: String,
    currencies: Vec<String>,
    sections: Vec<Section>,
    rests_on: RestsOn,
    notes: Vec<String>,
    policy: String,
}

#[derive(Debug, Clone, Serialize)]
pub struct Section {
    pub id: String,
    pub title: String,
    /// Basis, currency, period, state, after the title.
    pub scope: String,
    pub question: String,
    pub note: String,
    /// What it means that there are no blocks.
    pub empty: String,
    pub blocks: Vec<Block>,
    /// Links to the section's files; empty where there is no drawing.
    pub csv: String,
    pub svg: String,
    pub png: String,
    pub query: String,
    /// Column, heading, meaning.
    pub glossary: Vec<(String, String)>,
}

/// The figures of one currency.
#[derive(Debug, Clone, Serialize)]
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

/// `provisional: …`, or `closed on … by …`.
fn state_in_words(context: &PageContext) -> String {
    match context.state_reason.as_str() {
        "" => context.state.clone(),
        reason if reason.starts_with(&context.state) => clean(reason),
        reason => format!("{}: {}", context.state, clean(reason)),
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
