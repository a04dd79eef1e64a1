//! The `[[hook]]`s: is the program there, does the webhook have its URL and its secrets? Nobody is told anything.

use super::Patient;
use super::finding::{Findings, State};
use crate::command::hooks::{name, webhook};
use crate::settings::{HookAct, program};
use std::path::Path;

pub(super) fn check(patient: &Patient, findings: &mut Findings) {
    for hook in &patient.settings.hooks {
        let of = name(&hook.act);
        match &hook.act {
            HookAct::Command(_) => match program(&of) {
                Some(found) if may_run(&found) => {
                    findings.ok(of, format!("is {}; it was not started", found.display()))
                }
                Some(found) => {
                    let remedy = "let the user of the run execute it";
                    findings.failed(of, format!("{} is not executable", found.display()), remedy);
                }
                None => {
                    let remedy = "write the program's whole path: a scheduler's PATH is short";
                    findings.failed(of, "no such program is there", remedy);
                }
            },
            act => match webhook(act) {
                Ok(_) => findings.ok(of, "its URL, headers and secret read; it was not told anything"),
                Err(error) => findings.error(State::Failed, of, &error),
            },
        }
    }
}

#[cfg(unix)]
fn may_run(program: &Path) -> bool {
    rustix::fs::access(program, rustix::fs::Access::EXEC_OK).is_ok()
}

#[cfg(not(unix))]
fn may_run(_: &Path) -> bool {
    true
}
