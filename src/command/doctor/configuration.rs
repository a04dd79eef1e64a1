//! The configuration, and the catalogue that it names: what `costmill check` says.

use super::Patient;
use super::finding::{Findings, State};
use crate::command::{catalogue, derived, inputs};

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    let settings = patient.settings;
    let place = settings.config.display().to_string();
    let checked = match catalogue::load(settings) {
        Ok(checked) => checked,
        Err(errors) => return errors.iter().for_each(|error| findings.error(State::Failed, "", error)),
    };
    if let Err(error) = inputs::check_datasets(settings) {
        return findings.error(State::Failed, "", &error);
    }
    if let Err(error) = derived::suppressions(settings, &checked.catalogue) {
        return findings.error(State::Failed, "", &error);
    }
    let (queries, reports) = (checked.catalogue.queries.len(), checked.reports.len());
    findings.ok(place, format!("{} sources, {queries} queries, {reports} reports", settings.sources.len()));
}
