//! The reports of a billing period: queries asked once, numbers proved against `cost`, pages rendered.

use super::ask::Asker;
use super::books::Books;
use super::catalogue::Checked;
use super::output::Work;
use super::rendered::{self, Key};
use super::report_ties::{Period, report_ties};
use super::rests_on::context;
use super::tables::LakeTables;
use crate::error::Result;
use crate::focus::{Artifact, BillingMonth};
use crate::report::{self, Job, MonthPages, PageContext, ReportSpec};
use crate::settings::Settings;
use crate::transform::Metric;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::atomic::{AtomicU64, Ordering};

/// One report of a period, asked and proved.
struct Answered {
    spec: ReportSpec,
    context: PageContext,
    sections: Vec<(usize, Rc<Metric>)>,
}

/// Makes the pages of one billing period for all reports, unless they stand as they would be made.
///
/// Errors: `Tie` where a section's own sum differs from `cost`.
pub fn review(
    settings: &Settings,
    checked: &Checked,
    tables: &LakeTables,
    at: (&Books, BillingMonth, chrono::NaiveDate),
    work: &Work,
) -> Result<MonthPages> {
    let (answered, base, key) = answer(settings, checked, tables, at)?;
    match rendered::standing(&settings.output, base.month) {
        Some(pages) if pages.key == key => Ok(pages),
        _ => render(settings, checked, &answered, &base, key, work),
    }
}

/// Makes them whatever stands.
pub fn issue(
    settings: &Settings,
    checked: &Checked,
    tables: &LakeTables,
    at: (&Books, BillingMonth, chrono::NaiveDate),
    work: &Work,
) -> Result<MonthPages> {
    let (answered, base, key) = answer(settings, checked, tables, at)?;
    render(settings, checked, &answered, &base, key, work)
}

/// The questions of every report, what the pages say of the period, and the key of both.
fn answer(
    settings: &Settings,
    checked: &Checked,
    tables: &LakeTables,
    (books, month, as_of): (&Books, BillingMonth, chrono::NaiveDate),
) -> Result<(Vec<Answered>, PageContext, String)> {
    let adjusted = books.carried_by(month);
    let base = context(settings, tables.snapshot, (books, month, as_of), &[]);
    let mut key = Key::new(&base, &checked.templates);
    let mut asker = Asker::new(settings, checked, tables, (month, as_of));
    let mut answered = Vec::new();
    for spec in &checked.reports {
        let (spec, sections) = asker.report(spec)?;
        // All its sections ask about tags, and no tag dimension is configured: there is no page.
        if spec.sections.is_empty() {
            continue;
        }
        let period = Period { snapshot: tables.snapshot, month, showback: &base.showback, adjusted: &adjusted };
        let mut context = base.clone();
        context.ties.extend(report_ties(&spec, &sections, &period)?);
        key.report(&spec);
        sections.iter().for_each(|(_, metric)| key.metric(metric));
        answered.push(Answered { spec, context, sections });
    }
    let key = key.text();
    Ok((answered, base, key))
}

fn render(
    settings: &Settings,
    checked: &Checked,
    answered: &[Answered],
    base: &PageContext,
    key: String,
    work: &Work,
) -> Result<MonthPages> {
    let (files, bytes) = (AtomicU64::new(0), AtomicU64::new(0));
    let sink = |artifact: Artifact| {
        files.fetch_add(1, Ordering::Relaxed);
        bytes.fetch_add(artifact.bytes.len() as u64, Ordering::Relaxed);
        work.write(&artifact)
    };
    let values = values(answered, base.month);
    let reports: Vec<ReportSpec> = answered.iter().map(|report| report.spec.clone()).collect();
    let mut pages = Vec::new();
    let none = BTreeSet::new();
    for report in answered {
        let sections: Vec<(usize, &Metric)> =
            report.sections.iter().map(|(at, metric)| (*at, metric.as_ref())).collect();
        let job = Job {
            spec: &report.spec,
            context: &report.context,
            sections: &sections,
            values: report.spec.per.as_ref().and_then(|per| values.get(per)).unwrap_or(&none),
            reports: &reports,
            templates: &checked.templates,
            threads: settings.threads,
        };
        pages.extend(report::render(&job, &sink)?);
    }
    let mut pages = MonthPages {
        month: base.month.to_string(),
        state: base.state.clone(),
        as_of: base.as_of.to_string(),
        key,
        files: 0,
        bytes: 0,
        pages,
    };
    sink(pages.html(&checked.templates)?)?;
    (pages.files, pages.bytes) = (files.load(Ordering::Relaxed), bytes.load(Ordering::Relaxed));
    work.write(&pages.json()?)?;
    Ok(pages)
}

/// The values of each column that pages are made for: of all its reports together, so that whoever
/// has a statement also has a list of waste, even an empty one.
fn values(answered: &[Answered], month: BillingMonth) -> BTreeMap<String, BTreeSet<String>> {
    let mut values: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for report in answered {
        let Some(per) = &report.spec.per else { continue };
        let sections: Vec<(usize, &Metric)> =
            report.sections.iter().map(|(at, metric)| (*at, metric.as_ref())).collect();
        values.entry(per.clone()).or_default().extend(report::values(&report.spec, &sections, month));
    }
    values
}
