//! The questions of a period's reports, each asked once.

use super::catalogue::Checked;
use super::gaps::Looker;
use super::params::{period_params, tag_keys};
use super::record;
use super::tables::LakeTables;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::lake;
use crate::report::{ChartKind, ReportSpec, SectionSpec};
use crate::settings::Settings;
use crate::transform::catalogue::{self, Kind, ParamValue};
use crate::transform::{Cell, CellKind, Metric, MetricColumn};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Stands for every query of `queries/quality/`: a line per test, and a section for each that failed.
pub const EVERY_TEST: &str = "quality/*";

/// What [`EVERY_TEST`] returns.
pub const TEST_COLUMNS: [(&str, CellKind, &str); 4] = [
    ("x_Test", CellKind::Text, "What is looked for"),
    ("x_Question", CellKind::Text, "The test in a sentence"),
    ("x_OffendingRows", CellKind::Integer, "Rows that fail the test"),
    ("x_Verdict", CellKind::Text, "passes where no row offends"),
];

/// The index of each section of a report with the answer to its query.
pub type Answers = Vec<(usize, Rc<Metric>)>;

/// Asks for the sections of reports, and asks nothing twice.
pub struct Asker<'a> {
    pub settings: &'a Settings,
    pub checked: &'a Checked,
    pub tables: &'a LakeTables<'a>,
    pub month: BillingMonth,
    /// The day that the pages speak for.
    pub as_of: NaiveDate,
    answers: BTreeMap<String, Rc<Metric>>,
}

impl<'a> Asker<'a> {
    pub fn new(
        settings: &'a Settings,
        checked: &'a Checked,
        tables: &'a LakeTables,
        (month, as_of): (BillingMonth, NaiveDate),
    ) -> Self {
        Self { settings, checked, tables, month, as_of, answers: BTreeMap::new() }
    }

    /// The report as it can be asked, with the answer to each of its sections.
    pub fn report(&mut self, spec: &ReportSpec) -> Result<(ReportSpec, Answers)> {
        let mut asked = ReportSpec { sections: Vec::new(), ..spec.clone() };
        let mut answers = Vec::new();
        for section in &spec.sections {
            if section.query == EVERY_TEST {
                for (section, metric) in self.tests(section)? {
                    answers.push((asked.sections.len(), metric));
                    asked.sections.push(section);
                }
            } else if self.can_ask(section) {
                answers.push((asked.sections.len(), self.section(spec, section)?));
                asked.sections.push(section.clone());
            }
        }
        Ok((asked, answers))
    }

    /// Not of a section that asks for a coverage key nobody configured.
    fn can_ask(&self, section: &SectionSpec) -> bool {
        !tag_keys(self.settings).is_empty() || !self.checked.catalogue.needs_coverage_key(&section.query)
    }

    fn section(&mut self, spec: &ReportSpec, section: &SectionSpec) -> Result<Rc<Metric>> {
        let look = Looker {
            lake: self.tables.lake,
            snapshot: self.tables.snapshot,
            settings: self.settings,
            as_of: self.as_of,
        };
        if let Some(metric) = record::metric(&section.query, &look, self.month)? {
            return Ok(Rc::new(metric));
        }
        let given = period_params(self.settings, self.tables.snapshot, self.month);
        let params = section_params(spec, section, given)?;
        self.ask(&section.query, &params)
    }

    fn ask(&mut self, query: &str, params: &BTreeMap<String, ParamValue>) -> Result<Rc<Metric>> {
        let key = format!("{query} {params:?}");
        if let Some(known) = self.answers.get(&key) {
            return Ok(known.clone());
        }
        let keys = tag_keys(self.settings);
        let metric =
            catalogue::run_for_keys((&self.checked.catalogue, query), params, &keys, self.tables, &lake::collect)?;
        let metric = Rc::new(metric);
        self.answers.insert(key, metric.clone());
        Ok(metric)
    }

    /// The list of all tests, then the offending rows of each that failed.
    fn tests(&mut self, section: &SectionSpec) -> Result<Vec<(SectionSpec, Rc<Metric>)>> {
        let queries = self.checked.catalogue.queries.values().filter(|query| query.kind == Kind::Quality);
        let (mut lines, mut failed) = (Vec::new(), Vec::new());
        for query in queries {
            let metric = self.ask(&query.id, &period_params(self.settings, self.tables.snapshot, self.month))?;
            let offending = metric.rows.len();
            lines.push(vec![
                Cell::Text(query.title.clone()),
                Cell::Text(query.question.clone()),
                Cell::Integer(offending as i64),
                Cell::Text(if offending == 0 { "passes" } else { "fails" }.into()),
            ]);
            if offending > 0 {
                failed.push((rows_section(section, query.table(), &query.title), metric));
            }
        }
        lines.sort_by_key(|line| std::cmp::Reverse(line[2].number().map(|rows| rows as i64)));
        let columns =
            TEST_COLUMNS.map(|(name, kind, meaning)| MetricColumn { name: name.into(), meaning: meaning.into(), kind });
        let list = Metric {
            query: EVERY_TEST.into(),
            title: section.title.clone(),
            question: "Does the data keep the rules that every bill must keep?".into(),
            columns: columns.into(),
            rows: lines,
        };
        Ok(std::iter::once((section.clone(), Rc::new(list))).chain(failed).collect())
    }
}

/// The parameters of a section's query: those of the period, and those that the section sets.
pub fn section_params(
    spec: &ReportSpec,
    section: &SectionSpec,
    mut params: BTreeMap<String, ParamValue>,
) -> Result<BTreeMap<String, ParamValue>> {
    for (name, value) in &section.params {
        let value = ParamValue::from_toml(value).ok_or_else(|| {
            let place = format!("reports/{}.toml, section {}", spec.id, section.id);
            Error::catalogue(place, format!("the parameter {name} is no plain value"), "use a text, number or date")
        })?;
        params.insert(name.clone(), value);
    }
    Ok(params)
}

/// A section that shows the rows of one test.
fn rows_section(like: &SectionSpec, id: &str, title: &str) -> SectionSpec {
    SectionSpec {
        id: format!("{}_{id}", like.id),
        title: title.to_string(),
        query: format!("quality/{id}"),
        chart: ChartKind::Table,
        columns: None,
        headings: BTreeMap::new(),
        note: None,
        empty: None,
        ..like.clone()
    }
}
