//! The catalogue with its reports, checked as a whole before anything is read.

use super::tables::dimension_names;
use crate::error::{Error, Problem, Result};
use crate::report::{self, ReportSpec, Templates};
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
    for section in &spec.sections {
        let place = format!("reports/{}.toml, section {}", spec.id, section.id);
        let Some(query) = catalogue.queries.get(&section.query) else {
            problems.push(Problem::new(place, format!("there is no query {}", section.query), "see queries/"));
            continue;
        };
        for (key, column) in section.named_columns() {
            if !query.columns.iter().any(|known| known.name == column) {
                let what = format!("{key} names {column}, which {} does not return", section.query);
                let known: Vec<_> = query.columns.iter().map(|column| column.name.as_str()).collect();
                problems.push(Problem::new(&place, what, format!("it returns {}", known.join(", "))));
            }
        }
        for (name, value) in &section.params {
            let Some(param) = query.params.iter().find(|param| &param.name == name) else {
                let what = format!("sets the parameter {name}, which {} does not have", section.query);
                problems.push(Problem::new(&place, what, "see the header of the query"));
                continue;
            };
            if !ParamValue::from_toml(value).is_some_and(|value| param.takes(&value)) {
                let what = format!("sets the parameter {name} to {value}, which is not {}", param.default.type_name());
                problems.push(Problem::new(&place, what, format!("give {}", param.default.type_name())));
            }
        }
    }
    problems
}
