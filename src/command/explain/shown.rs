//! A section of a report as it is shown, with the parameters that each of its rows was asked with.

use crate::cli::ExplainFigure;
use crate::command::ask::section_params;
use crate::command::catalogue::Checked;
use crate::command::params::{period_params, tag_keys};
use crate::command::tables::LakeTables;
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::lake;
use crate::report::{self, ReportSpec, SectionSpec};
use crate::settings::Settings;
use crate::transform::catalogue::{self, ParamValue};
use crate::transform::{CellKind, Metric};
use std::collections::BTreeMap;

/// A section's query and its answer, cut to the rows that its page shows.
pub struct Shown<'a> {
    pub spec: &'a ReportSpec,
    pub section: &'a SectionSpec,
    pub metric: Metric,
    /// By row.
    pub params: Vec<BTreeMap<String, ParamValue>>,
}

impl<'a> Shown<'a> {
    /// Errors: `Settings`, for a name that is not there, with the names that are.
    pub fn ask(
        settings: &Settings,
        checked: &'a Checked,
        tables: &LakeTables,
        month: BillingMonth,
        wanted: &ExplainFigure,
    ) -> Result<Self> {
        let (spec, section) = find(checked, &wanted.figure)?;
        if !checked.catalogue.queries.contains_key(&section.query) {
            let what = format!("comes from {}, which is no query over charges", section.query);
            let remedy = "it is what the publication itself says, see `costmill status` and `costmill reconcile`";
            return Err(Error::settings(&wanted.figure, what, remedy));
        }
        let given = section_params(spec, section, period_params(settings, tables.snapshot, month))?;
        let (mut shown, mut asked_with): (Option<Metric>, _) = (None, Vec::new());
        let query = &section.query;
        for params in catalogue::key_params(&checked.catalogue, query, &given, &tag_keys(settings)) {
            let metric = catalogue::run(&checked.catalogue, query, &params, tables, &lake::collect)?;
            let metric = cut(spec, section, &metric, month, wanted)?;
            asked_with.extend(metric.rows.iter().map(|_| params.clone()));
            match &mut shown {
                Some(shown) => shown.rows.extend(metric.rows),
                None => shown = Some(metric),
            }
        }
        let metric = shown.ok_or_else(|| Error::bug(query, "was asked with no parameters"))?;
        Ok(Self { spec, section, metric, params: asked_with })
    }

    /// The index of the row that was asked for.
    pub fn row(&self, wanted: &ExplainFigure) -> Result<usize> {
        let rows = self.metric.rows.len();
        let place = format!("{} {}", wanted.figure, wanted.row.as_deref().unwrap_or_default());
        let text = wanted.row.as_deref().unwrap_or("1");
        if rows == 0 {
            return Err(Error::settings(
                place,
                "has no rows in this billing period",
                "choose another --period or --of",
            ));
        }
        if let Ok(number) = text.parse::<usize>() {
            return number.checked_sub(1).filter(|at| *at < rows).ok_or_else(|| {
                Error::settings(&place, format!("there is no row {number}"), format!("give 1 to {rows}"))
            });
        }
        let mut named = (0..rows).filter(|at| self.metric.rows[*at].iter().any(|cell| cell.csv_text() == text));
        match (named.next(), named.next()) {
            (Some(row), None) => Ok(row),
            (None, _) => Err(Error::settings(place, "stands in no row", format!("give a number from 1 to {rows}"))),
            _ => Err(Error::settings(place, "stands in several rows", format!("give a number from 1 to {rows}"))),
        }
    }

    /// The index of the column that was asked for.
    pub fn column(&self, wanted: &ExplainFigure) -> Result<usize> {
        let known: Vec<&str> = self.metric.columns.iter().map(|column| column.name.as_str()).collect();
        match &wanted.column {
            Some(name) => self.metric.column(name).ok_or_else(|| {
                let what = format!("has no column {name}");
                Error::settings(&wanted.figure, what, format!("one of {}", known.join(", ")))
            }),
            None => self.metric.columns.iter().position(|column| column.kind == CellKind::Money).ok_or_else(|| {
                let what = "has no exact amount of money: there are no charges that sum to it";
                Error::settings(&wanted.figure, what, format!("its columns are {}", known.join(", ")))
            }),
        }
    }
}

fn cut(
    spec: &ReportSpec,
    section: &SectionSpec,
    metric: &Metric,
    month: BillingMonth,
    wanted: &ExplainFigure,
) -> Result<Metric> {
    let kept = report::kept(section, metric, month);
    let Some(of) = &wanted.of else { return Ok(kept) };
    let Some(per) = spec.per.as_ref().filter(|per| kept.column(per).is_some()) else {
        return Err(Error::settings("--of", format!("{} has no pages of their own", wanted.figure), "leave it out"));
    };
    Ok(report::part(&kept, report::by_value(&kept, per).get(of)))
}

fn find<'a>(checked: &'a Checked, figure: &str) -> Result<(&'a ReportSpec, &'a SectionSpec)> {
    let Some((report, section)) = figure.split_once('#') else {
        return Err(Error::settings(
            figure,
            "names no section",
            "write REPORT#SECTION: monthly_review#cost_by_service",
        ));
    };
    let none = |what: String, known: Vec<&str>| Error::settings(figure, what, format!("one of {}", known.join(", ")));
    let spec = checked.reports.iter().find(|spec| spec.id == report).ok_or_else(|| {
        none(format!("there is no report {report}"), checked.reports.iter().map(|spec| spec.id.as_str()).collect())
    })?;
    let found = spec.sections.iter().find(|one| one.id == section).ok_or_else(|| {
        let known = spec.sections.iter().map(|one| one.id.as_str()).collect();
        none(format!("the report has no section {section}"), known)
    })?;
    Ok((spec, found))
}
