//! The places of `[[deliver]]`: may they be written? Nothing is delivered.

use super::Patient;
use super::disk::may_write;
use super::finding::{Findings, State};
use super::sources::tell_credential;
use crate::outbox::{Looked, given, look, open};

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for deliver in &patient.settings.deliver {
        let place = deliver.to.display().to_string();
        match &deliver.store {
            Some(address) => match look(address) {
                Ok(looked) => tell(place, looked, patient, findings),
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
                Ok(()) if deliver.to.exists() => match open(&deliver.to, None).and_then(|to| given(to.as_ref())) {
                    Ok(files) => findings.ok(place, format!("can be written; {} files were delivered", files.len())),
                    Err(error) => findings.error(State::Failed, "", &error),
                },
                Ok(()) => findings.ok(place, "is not there yet: the first delivery makes it"),
                Err(why) => {
                    let remedy = "let costmill write there, or deliver to another folder";
                    findings.failed(place, format!("cannot be written: {why}"), remedy);
                }
            },
        }
    }
}

fn tell(place: String, looked: Looked, patient: &Patient, findings: &mut Findings) {
    match (&looked.credential, &looked.found) {
        (Ok(credential), _) => tell_credential(&place, credential, patient.now, findings),
        // What is refused says it too.
        (Err(error), Ok(_)) => findings.error(State::Warning, "", error),
        _ => {}
    }
    match looked.found {
        Ok((files, true)) => findings.ok(place, format!("can be listed, read and written: {files} files")),
        Ok((files, false)) => findings
            .ok(place, format!("can be listed: {files} files; the first delivery will show whether it may be written")),
        Err(error) => findings.error(State::Failed, "", &error),
    }
}
