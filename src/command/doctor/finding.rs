//! What a check found, and how it is printed.

use crate::error::{Error, Result};
use serde::Serialize;

/// How it stands, from well to ill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    Ok,
    /// A run does its work; somebody should look.
    Warning,
    /// A run would fail, or leave something out.
    Failed,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Failed => "failed",
        }
    }
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which check.
    pub check: &'static str,
    /// What was looked at: a source, a folder.
    pub subject: String,
    pub state: State,
    pub found: String,
    /// What to do; empty where all is well.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub remedy: String,
}

/// Everything that was found, in the order of the checks.
#[derive(Debug, Default)]
pub struct Findings {
    check: &'static str,
    all: Vec<Finding>,
}

impl Findings {
    /// What is told from now on is of this check.
    pub fn begin(&mut self, check: &'static str) {
        self.check = check;
    }

    pub fn ok(&mut self, subject: impl Into<String>, found: impl Into<String>) {
        self.tell(State::Ok, subject, found, "");
    }

    pub fn warning(&mut self, subject: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) {
        self.tell(State::Warning, subject, found, remedy);
    }

    pub fn failed(&mut self, subject: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) {
        self.tell(State::Failed, subject, found, remedy);
    }

    /// An error of a run's own, in its words.
    pub fn error(&mut self, state: State, subject: impl Into<String>, error: &Error) {
        let problem = error.problem();
        self.tell(state, subject, format!("{}: {}", problem.place, problem.what), problem.remedy.as_str());
    }

    fn tell(&mut self, state: State, subject: impl Into<String>, found: impl Into<String>, remedy: impl Into<String>) {
        let (subject, found, remedy) = (subject.into(), found.into(), remedy.into());
        self.all.push(Finding { check: self.check, subject, state, found, remedy });
    }

    /// The worst of all.
    pub fn state(&self) -> State {
        self.all.iter().map(|finding| finding.state).max().unwrap_or(State::Ok)
    }

    /// A line per finding, with the remedy below, and how many there are of each state.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for Finding { check, subject, state, found, remedy } in &self.all {
            let subject = if subject.is_empty() { String::new() } else { format!(" {subject}") };
            text += &format!("{:<8} {check}{subject}: {found}\n", state.name());
            if !remedy.is_empty() {
                text += &format!("{:<8} remedy: {remedy}\n", "");
            }
        }
        let count = |state: State| self.all.iter().filter(|finding| finding.state == state).count();
        let [ok, warnings, failed] = [State::Ok, State::Warning, State::Failed].map(count);
        text + &format!("{ok} ok, {warnings} {}, {failed} failed\n", if warnings == 1 { "warning" } else { "warnings" })
    }

    /// `{"state": …, "findings": […]}`.
    pub fn json(&self) -> Result<String> {
        let value = serde_json::json!({ "state": self.state(), "findings": self.all });
        let text = serde_json::to_string_pretty(&value).map_err(|error| Error::bug("doctor", error.to_string()))?;
        Ok(text + "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_counts_and_each_failure_has_its_remedy_below() {
        let mut findings = Findings::default();
        assert_eq!((findings.state(), findings.text().as_str()), (State::Ok, "0 ok, 0 warnings, 0 failed\n"));
        findings.begin("disk");
        findings.ok("", "3 GiB free");
        findings.warning("lake", "little room", "free some");
        assert_eq!(findings.state(), State::Warning);
        findings.begin("source");
        findings.error(State::Failed, "aws", &Error::source("s3://b", "cannot be listed", "grant it"));
        assert_eq!(findings.state(), State::Failed);
        let text = "ok       disk: 3 GiB free\nwarning  disk lake: little room\n         remedy: free some\n\
                    failed   source aws: s3://b: cannot be listed\n         remedy: grant it\n1 ok, 1 warning, 1 failed\n";
        assert_eq!(findings.text(), text);
        let json: serde_json::Value = serde_json::from_str(&findings.json().unwrap()).unwrap();
        assert_eq!(json["state"], "failed");
        assert_eq!(json["findings"][0].get("remedy"), None);
        assert_eq!(json["findings"][2]["remedy"], "grant it");
    }
}
