//! The `[[job]]`s: are their commands costmill's?

use super::Patient;
use super::finding::Findings;
use crate::command::schedule::refused;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for job in &patient.settings.jobs {
        match refused(job) {
            None => findings.ok(&job.id, job.command.join(" ")),
            Some(why) => {
                findings.failed(&job.id, why, "correct `command` of the job; `costmill help` lists what there is")
            }
        }
    }
}
