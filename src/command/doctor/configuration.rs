//! The configuration, and the catalogue that it names: what `costmill check` says.

use super::Patient;
use super::finding::{Findings, State};
use crate::command::{catalogue, derived, inputs};
use crate::land::read_drivers;
use crate::land::utilisation::utilisation;

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
    beside(patient, findings);
    let (queries, reports) = (checked.catalogue.queries.len(), checked.reports.len());
    findings.ok(place, format!("{} sources, {queries} queries, {reports} reports", settings.sources.len()));
}

/// The files beside the bill: a run goes on without one that does not read, and ends in 3. (Accounts, rates and control totals
/// are read with the configuration, which is none without them.)
fn beside(patient: &Patient, findings: &mut Findings) {
    let settings = patient.settings;
    let (_, wrong) = read_drivers(&settings.policy);
    wrong.iter().for_each(|error| findings.error(State::Warning, "", error));
    if let Err(error) = utilisation(&settings.waste.utilisation, &[], &[]) {
        findings.error(State::Warning, "", &error);
    }
}
