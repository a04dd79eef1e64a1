//! The `[[api]]`s: is there a credential, and are there files where files are read? No API is asked: Cost Explorer and
//! CloudWatch bill questions.

use super::Patient;
use super::finding::{Findings, State};
use super::sources::tell_credential;
use crate::extract::api::credential;
use crate::extract::{self, Location};
use crate::focus::Api;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for api in &patient.settings.apis {
        match credential(api) {
            Ok(Some(credential)) => {
                tell_credential(&api.id, &credential, patient.now, findings);
                findings.ok(&api.id, format!("{} was not asked: {}", api.kind.name(), api.ask.join(", ")));
            }
            Ok(None) => files(api, patient, findings),
            Err(error) => findings.error(State::Failed, &api.id, &error),
        }
    }
}

fn files(api: &Api, patient: &Patient, findings: &mut Findings) {
    let Some((folder, store)) = &api.location else { return };
    let location = Location {
        source: api.id.clone(),
        folder: folder.clone(),
        store: store.clone(),
        dataset: None,
        file_sets: Vec::new(),
    };
    match extract::there(&location) {
        Ok(there) => {
            if let Some(Ok(credential)) = &there.credential {
                tell_credential(&api.id, credential, patient.now, findings);
            }
            match there.listed {
                Ok(true) => findings.ok(&api.id, format!("{} can be listed", folder.display())),
                Ok(false) => {
                    let remedy = format!("check `location` of the API {}, or wait for the first export", api.id);
                    findings.warning(&api.id, format!("{} holds no export", folder.display()), remedy);
                }
                Err(error) => findings.error(State::Failed, &api.id, &error),
            }
        }
        Err(error) => findings.error(State::Failed, &api.id, &error),
    }
}
