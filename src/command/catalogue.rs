//! The catalogue with its reports, checked as a whole before anything is read.

use super::ask::{EVERY_TEST, TEST_COLUMNS};
use super::record::RECORDS;
use super::tables::dimension_names;
use crate::error::{Error, Problem, Result};
use crate::report::{self, ReportSpec, SectionSpec, Templates};
use crate::settings::Settings;
use crate::transform::catalogue::{Catalogue, ParamValue, check};

/// Queries, reports and templates that passed their check.
pub struct Checked {
    pub catalogue: Catalogue,
    pub reports: Vec<ReportSpec>,
    pub templates: Templates,
}

/// Loads the configured catalogue; every problem of its queries and reports, or none.
pub fn load(settings: &Settings) -> std::result::Result<Checked, Vec<Error>> {
    let (catalogue, problems) = match &settings.catalogue {
        Some(folder) => Catalogue::load(folder),
        None => match Catalogue::embedded() {
            Ok(catalogue) => (catalogue, Vec::new()),
            Err(error) => return Err(vec![error]),
        },
    };
    let mut errors: Vec<Error> = problems.into_iter().map(Error::Catalogue).collect();
    errors.extend(check(&catalogue, &dimension_names(settings)).into_iter().map(Error::Catalogue));
    let mut reports = Vec::new();
    for (id, text) in &catalogue.reports {
        match report::parse(id, text) {
            Ok(spec) => {
                errors.extend(report_problems(&catalogue, &spec).into_iter().map(Error::Catalogue));
                reports.push(spec);
            }
            Err(error) => errors.push(error),
        }
    }
    errors.extend(super::deliver::unknown_audiences(settings, &reports));
    reports.sort_by(|a: &ReportSpec, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
    let templates = templates(&catalogue).unwrap_or_else(|error| {
        errors.push(error);
        Templates::built_in()
    });
    if errors.is_empty() { Ok(Checked { catalogue, reports, templates }) } else { Err(errors) }
}

/// The same, with the first problem as the error and the others printed by the caller.
pub fn load_or_first(settings: &Settings, console: super::console::Console) -> Result<Checked> {
    load(settings).map_err(|mut errors| {
        let last = errors.pop();
        errors.iter().for_each(|error| console.problem(error));
        last.unwrap_or_else(|| Error::bug("catalogue", "refused without a reason"))
    })
}

fn templates(catalogue: &Catalogue) -> Result<Templates> {
    let mut templates = Templates::built_in();
    for (path, text) in &catalogue.templates {
        templates = templates.with(&format!("templates/{path}"), text.clone())?;
    }
    Ok(templates)
}

/// Every query a report names exists, and has the columns the report draws.
fn report_problems(catalogue: &Catalogue, spec: &ReportSpec) -> Vec<Problem> {
    let mut problems = Vec::new();
    let place = |section: &SectionSpec| format!("reports/{}.toml, section {}", spec.id, section.id);
    let mut named: Vec<(&SectionSpec, String, &str)> = Vec::new();
    for section in &spec.sections {
        named.extend(section.named_columns().into_iter().map(|(key, column)| (section, key, column)));
        problems.extend(param_problems(catalogue, section, &place(section)));
    }
    named.extend(spec.named_columns().into_iter().map(|(key, section, column)| (section, key, column)));
    for (section, key, column) in named {
        let Some(known) = columns_of(catalogue, &section.query) else { continue };
        if !known.contains(&column) {
            let what = format!("{key} names {column}, which {} does not return", section.query);
            problems.push(Problem::new(place(section), what, format!("it returns {}", known.join(", "))));
        }
    }
    problems
}

/// The columns of a query, of a record of the publication, or of the list of all tests.
fn columns_of<'a>(catalogue: &'a Catalogue, id: &str) -> Option<Vec<&'a str>> {
    if id == EVERY_TEST {
        return Some(TEST_COLUMNS.iter().map(|(name, _, _)| *name).collect());
    }
    if let Some(record) = RECORDS.iter().find(|record| record.id == id) {
        return Some(record.columns.iter().map(|(name, _, _)| *name).collect());
    }
    Some(catalogue.queries.get(id)?.columns.iter().map(|column| column.name.as_str()).collect())
}

/// The query is there, and takes the parameters that the section sets.
fn param_problems(catalogue: &Catalogue, section: &SectionSpec, place: &str) -> Vec<Problem> {
    if columns_of(catalogue, &section.query).is_none() {
        return vec![Problem::new(place, format!("there is no query {}", section.query), "see queries/")];
    }
    let mut problems = Vec::new();
    for (name, value) in &section.params {
        let query = catalogue.queries.get(&section.query);
        let Some(param) = query.and_then(|query| query.params.iter().find(|param| &param.name == name)) else {
            let what = format!("sets the parameter {name}, which {} does not have", section.query);
            problems.push(Problem::new(place, what, "see the header of the query"));
            continue;
        };
        if !ParamValue::from_toml(value).is_some_and(|value| param.takes(&value)) {
            let what = format!("sets the parameter {name} to {value}, which is not {}", param.default.type_name());
            problems.push(Problem::new(place, what, format!("give {}", param.default.type_name())));
        }
    }
    problems
}
