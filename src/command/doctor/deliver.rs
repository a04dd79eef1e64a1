//! The places of `[[deliver]]`: may they be written? Nothing is delivered.

use super::Patient;
use super::disk::may_write;
use super::finding::{Findings, State};
use crate::outbox::look;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for deliver in &patient.settings.deliver {
        let place = deliver.to.display().to_string();
        match &deliver.store {
            Some(address) => match look(address) {
                Ok(looked) if looked.may_write => {
                    findings.ok(place, format!("can be listed, read and written: {} files", looked.files));
                }
                Ok(looked) => findings.ok(
                    place,
                    format!(
                        "can be listed: {} files; the first delivery will show whether it may be written",
                        looked.files
                    ),
                ),
                Err(error) => findings.error(State::Failed, "", &error),
            },
            None if deliver.to.exists() && !deliver.to.is_dir() => {
                findings.failed(
                    place,
                    "is a file, where a folder must be",
                    "move the file, or deliver to another folder",
                );
            }
            None => match may_write(&deliver.to) {
                Ok(()) if deliver.to.exists() => findings.ok(place, "can be written"),
                Ok(()) => findings.ok(place, "is not there yet: the first delivery makes it"),
                Err(why) => {
                    let remedy = "let costmill write there, or deliver to another folder";
                    findings.failed(place, format!("cannot be written: {why}"), remedy);
                }
            },
        }
    }
}
