//! One report of one billing period: its pages, and a CSV, a drawing and a picture per section.
//!
//! The queries were asked once. A report with `per` splits their rows by that column and makes a page
//! for each value; the artifacts of a page leave as they are made, so that memory holds a page per
//! thread, however many pages there are.

use super::context::PageContext;
use super::entry::{PageEntry, figures};
use super::page::{self, Section};
use super::place::Place;
use super::section::{self, Target};
use super::spec::{ReportSpec, SectionSpec};
use super::split::{by_value, kept, part};
use super::templates::{Press, Templates};
use crate::focus::Artifact;
use crate::transform::Metric;
use crate::{Error, Result};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Takes each artifact as it is made, from several threads. An error ends the rendering.
pub type Sink<'a> = &'a (dyn Fn(Artifact) -> Result<()> + Sync);

/// What a report is rendered from.
pub struct Job<'a> {
    pub spec: &'a ReportSpec,
    pub context: &'a PageContext,
    /// The index of each section of `spec` with the result of its query.
    pub sections: &'a [(usize, &'a Metric)],
    /// The values of `per` that get a page, of this report's metrics or of a sister's.
    pub values: &'a BTreeSet<String>,
    /// All reports of the period: a page links those about the same.
    pub reports: &'a [ReportSpec],
    pub templates: &'a Templates,
    pub threads: usize,
}

/// Yields `<month>/<report>.html`, or `<month>/<column>/<value>/<report>.html` for each value of
/// `per`; beside the page, `<report>/<section>.csv` and, where the section draws, `.svg` and `.png`.
/// The same arguments give the same bytes, at any number of threads.
///
/// Returns what the index says of each page, in the order of the values.
pub fn render(job: &Job, sink: Sink) -> Result<Vec<PageEntry>> {
    let press = job.templates.press()?;
    let place = job.place();
    let mut metrics: Vec<Cow<Metric>> = Vec::new();
    for (at, section) in job.spec.sections.iter().enumerate() {
        let Some((_, metric)) = job.sections.iter().find(|(index, _)| *index == at) else {
            return Err(Error::bug(place, format!("section `{}` was given no result", section.id)));
        };
        section::check_columns(&place, section, metric)?;
        let metric = if section.keep.is_empty() {
            Cow::Borrowed(*metric)
        } else {
            Cow::Owned(kept(section, metric, job.context.month))
        };
        metrics.push(metric);
    }
    let mut entries = Vec::new();
    if job.spec.per.is_none() || job.spec.whole {
        let shown = job.spec.sections.iter().zip(&metrics).filter(|(section, _)| job.spec.shows(section, false));
        let shown = shown.map(|(section, metric)| (section, Content::Rows(Cow::Borrowed(metric.as_ref()))));
        entries.push(page(job, &press, &Place::whole(job.context.month), shown.collect(), sink)?);
    }
    if let Some(per) = &job.spec.per {
        entries.extend(each(job, &press, per, &metrics, sink)?);
    }
    Ok(entries)
}

impl Job<'_> {
    /// The file, for errors.
    pub fn place(&self) -> String {
        format!("reports/{}.toml", self.spec.id)
    }
}

/// What a section of one page holds.
enum Content<'a> {
    Rows(Cow<'a, Metric>),
    /// The same on every page: set once.
    Shared(&'a Section),
}

/// The pages of all values, on several threads. An error is that of the first value that has one.
fn each(job: &Job, press: &Press, per: &str, metrics: &[Cow<Metric>], sink: Sink) -> Result<Vec<PageEntry>> {
    let own = |section: &&SectionSpec| job.spec.shows(section, true);
    let sections: Vec<(&SectionSpec, &Metric)> = job
        .spec
        .sections
        .iter()
        .zip(metrics)
        .map(|(section, metric)| (section, metric.as_ref()))
        .filter(|(section, _)| own(section))
        .collect();
    let mut shared = BTreeMap::new();
    for (section, metric) in sections.iter().filter(|(section, _)| section.shared) {
        shared.insert(section.id.as_str(), shared_section(job, section, metric, sink)?);
    }
    let parts: Vec<BTreeMap<String, Vec<usize>>> = sections.iter().map(|(_, metric)| by_value(metric, per)).collect();
    let values: Vec<&String> = job.values.iter().collect();
    let one = |value: &String| {
        let contents = sections.iter().zip(&parts).map(|((section, metric), parts)| {
            let content = match shared.get(section.id.as_str()) {
                Some(set) => Content::Shared(set),
                None => Content::Rows(Cow::Owned(part(metric, parts.get(value)))),
            };
            (*section, content)
        });
        page(job, press, &Place::of(job.context.month, per, value), contents.collect(), sink)
    };
    let next = AtomicUsize::new(0);
    let done: Mutex<BTreeMap<usize, Result<PageEntry>>> = Mutex::default();
    let work = || {
        while let Some(value) = { values.get(next.fetch_add(1, Ordering::Relaxed)) } {
            let made = one(value);
            let failed = made.is_err();
            let at = values.iter().position(|known| known == value).unwrap_or_default();
            if let Ok(mut done) = done.lock() {
                done.insert(at, made);
            }
            if failed {
                next.store(values.len(), Ordering::Relaxed);
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..job.threads.clamp(1, values.len().max(1)) {
            scope.spawn(work);
        }
        work();
    });
    let done = done.into_inner().map_err(|_| Error::bug(job.place(), "a thread that renders pages ended early"))?;
    done.into_values().collect()
}

/// A shared section as every page shows it; its files stand once, beside the page of the whole.
fn shared_section(job: &Job, section: &SectionSpec, metric: &Metric, sink: Sink) -> Result<Section> {
    let files = format!("{}/{}", job.context.month, job.spec.id);
    let target = Target {
        href: format!("../../{}", job.spec.id),
        folder: files,
        of: None,
        per: None,
        // The page of the whole writes them, where it shows the section.
        writes: !(job.spec.whole && job.spec.shows(section, false)),
    };
    section::section(job, section, metric, &target, sink)
}

/// One page and its files.
fn page(
    job: &Job,
    press: &Press,
    place: &Place,
    contents: Vec<(&SectionSpec, Content)>,
    sink: Sink,
) -> Result<PageEntry> {
    let target = Target {
        folder: format!("{}/{}", place.folder, job.spec.id),
        href: job.spec.id.clone(),
        of: place.of.as_deref(),
        per: job.spec.per.as_deref().filter(|_| place.of.is_some()),
        writes: true,
    };
    let mut sections = Vec::new();
    for (spec, content) in &contents {
        match content {
            Content::Shared(section) => sections.push((*section).clone()),
            Content::Rows(metric) if metric.rows.is_empty() && spec.optional => {}
            Content::Rows(metric) => sections.push(section::section(job, spec, metric, &target, sink)?),
        }
    }
    let rows_of = |id: &str| {
        contents.iter().find_map(|(spec, content)| match content {
            Content::Rows(metric) if spec.id == id => Some((*spec, metric.as_ref())),
            _ => None,
        })
    };
    let facts = figures(&job.spec.facts, job.context, rows_of);
    let html = page::page(job, place, sections, facts, press)?;
    let path = format!("{}/{}.html", place.folder, job.spec.id);
    sink(Artifact { path: path.clone(), bytes: html.into_bytes() })?;
    Ok(PageEntry {
        report: job.spec.id.clone(),
        title: job.spec.title.clone(),
        audience: job.spec.audience.clone(),
        per: job.spec.per.clone().filter(|_| place.of.is_some()),
        of: place.of.clone(),
        path,
        figures: figures(&job.spec.figures, job.context, rows_of),
    })
}
