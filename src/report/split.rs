//! The rows of a metric that a section shows, and which of them belong to whose page.

use super::columns::NONE;
use super::spec::{ReportSpec, SectionSpec};
use crate::focus::BillingMonth;
use crate::transform::{Cell, Metric};
use std::collections::{BTreeMap, BTreeSet};

/// The metric with the rows that the section keeps; `{month}` is the billing month of the page.
pub fn kept(section: &SectionSpec, metric: &Metric, month: BillingMonth) -> Metric {
    let month = month.to_string();
    let tests: Vec<(usize, Vec<String>)> = section
        .keep
        .iter()
        .filter_map(|(column, values)| {
            Some((metric.column(column)?, values.iter().map(|value| value.replace("{month}", &month)).collect()))
        })
        .collect();
    let keeps = |row: &&Vec<Cell>| tests.iter().all(|(at, values)| values.contains(&row[*at].csv_text()));
    with_rows(metric, metric.rows.iter().filter(keeps).cloned().collect())
}

/// Row numbers by the value of a column.
pub fn by_value(metric: &Metric, column: &str) -> BTreeMap<String, Vec<usize>> {
    let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    if let Some(at) = metric.column(column) {
        for (number, row) in metric.rows.iter().enumerate() {
            parts.entry(name_of(&row[at])).or_default().push(number);
        }
    }
    parts
}

/// The metric with these of its rows.
pub fn part(metric: &Metric, rows: Option<&Vec<usize>>) -> Metric {
    with_rows(metric, rows.into_iter().flatten().map(|number| metric.rows[*number].clone()).collect())
}

/// The values that a report with `per` makes pages for: those of the rows it shows. A row of another
/// billing month is history and makes no page by itself.
pub fn values(spec: &ReportSpec, sections: &[(usize, &Metric)], month: BillingMonth) -> BTreeSet<String> {
    let mut values = BTreeSet::new();
    let Some(per) = &spec.per else { return values };
    for (at, metric) in sections {
        let Some(section) = spec.sections.get(*at) else { continue };
        let (Some(column), false) = (metric.column(per), section.shared) else { continue };
        let own_month = metric.column("x_BillingMonth");
        let own = |row: &Vec<Cell>| own_month.is_none_or(|at| row[at].csv_text() == month.to_string());
        values.extend(metric.rows.iter().filter(|row| own(row)).map(|row| name_of(&row[column])));
    }
    values
}

fn name_of(cell: &Cell) -> String {
    match cell.csv_text() {
        text if text.is_empty() => NONE.to_string(),
        text => text,
    }
}

fn with_rows(metric: &Metric, rows: Vec<Vec<Cell>>) -> Metric {
    Metric {
        query: metric.query.clone(),
        title: metric.title.clone(),
        question: metric.question.clone(),
        columns: metric.columns.clone(),
        rows,
    }
}
