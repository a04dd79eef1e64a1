//! `suppressions.toml`: findings that are known and accepted, for a reason, until a day.
//!
//! ```toml
//! [[suppression]]
//! rule = "waste/idle_nat_gateways"     # at least one of rule, action, resource and team
//! resource = "nat-0ab*"                # a `*` at the end stands for the rest
//! reason = "stand-by site, tested every quarter"
//! owner = "ana@example.com"
//! until = "2027-01-01"                 # from that day on the finding is back on the list
//! ```

use super::{Action, Finding};
use crate::error::{Error, Problem, Result};
use crate::transform::catalogue::{Catalogue, Kind};
use chrono::NaiveDate;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// One `[[suppression]]`. What it does not say, it does not ask for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    pub rule: Option<String>,
    pub action: Option<Action>,
    /// The id, or its beginning with `*`.
    pub resource: Option<String>,
    pub team: Option<String>,
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// The first day on which it no longer holds.
    pub until: NaiveDate,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    suppression: Vec<Spanned<BTreeMap<Spanned<String>, Spanned<toml::Value>>>>,
}

const KEYS: [&str; 7] = ["rule", "action", "resource", "team", "reason", "owner", "until"];

impl Suppression {
    /// Reads the text of `place`, the file.
    ///
    /// # Errors
    /// `Settings` with file and line, for an unknown key, rule or action, a missing reason, owner or
    /// day, and for what would suppress everything.
    pub fn parse(place: &str, text: &str, catalogue: &Catalogue) -> Result<Vec<Suppression>> {
        let line = |at: usize| 1 + text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count();
        let refused = |at: usize, problem: Problem| {
            let place = if problem.place.is_empty() { format!("{place}:{}", line(at)) } else { problem.place };
            Error::Settings(Problem { place, ..problem })
        };
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            let what = error.message().trim().replace('\n', ", ");
            refused(at, Problem::new("", what, "write [[suppression]] with what, reason, owner and until"))
        })?;
        let read = |entry: &Spanned<_>| {
            Entry { at: entry.span().start, values: entry.get_ref() }
                .read(catalogue)
                .map_err(|(at, problem)| refused(at, problem))
        };
        file.suppression.iter().map(read).collect()
    }

    /// Does it take the finding off the list on that day?
    pub fn covers(&self, finding: &Finding, as_of: NaiveDate) -> bool {
        let resource = |pattern: &String| match pattern.strip_suffix('*') {
            Some(beginning) => finding.resource.id.starts_with(beginning),
            None => finding.resource.id == *pattern,
        };
        as_of < self.until
            && self.rule.as_ref().is_none_or(|rule| finding.rules.contains(rule))
            && self.action.is_none_or(|action| finding.action == action)
            && self.resource.as_ref().is_none_or(resource)
            && self.team.as_ref().is_none_or(|team| finding.team == *team)
    }

    /// `x_Suppressed`.
    pub fn told(&self) -> String {
        format!("{} ({}, until {})", self.reason, self.owner, self.until)
    }
}

type Values = BTreeMap<Spanned<String>, Spanned<toml::Value>>;
/// The byte that is wrong, and why.
type Wrong = (usize, Problem);

struct Entry<'a> {
    at: usize,
    values: &'a Values,
}

impl Entry<'_> {
    fn read(&self, catalogue: &Catalogue) -> std::result::Result<Suppression, Wrong> {
        if let Some(key) = self.values.keys().find(|key| !KEYS.contains(&key.get_ref().as_str())) {
            let near = crate::transform::catalogue::nearest(key.get_ref(), KEYS);
            let remedy =
                near.map_or_else(|| format!("known: {}", KEYS.join(", ")), |near| format!("did you mean `{near}`?"));
            return Err((key.span().start, Problem::new("", format!("unknown key `{}`", key.get_ref()), remedy)));
        }
        let suppression = Suppression {
            rule: self.rule(catalogue)?,
            action: self.action()?,
            resource: self.resource()?,
            team: self.text("team")?.map(|(_, text)| text),
            reason: self.needed("reason", "say why it is accepted")?,
            owner: self.needed("owner", "say who answers for it")?,
            until: self.until()?,
        };
        let says = suppression.rule.is_some()
            || suppression.action.is_some()
            || suppression.resource.is_some()
            || suppression.team.is_some();
        match says {
            true => Ok(suppression),
            false => Err(self.wrong("suppresses every finding", "name a rule, an action, a resource or a team")),
        }
    }

    fn wrong(&self, what: impl Into<String>, remedy: impl Into<String>) -> Wrong {
        (self.at, Problem::new("", what, remedy))
    }

    /// A text that is not blank, and where it stands.
    fn text(&self, key: &str) -> std::result::Result<Option<(usize, String)>, Wrong> {
        let Some((_, value)) = self.values.iter().find(|(name, _)| name.get_ref() == key) else { return Ok(None) };
        let at = value.span().start;
        match value.get_ref().as_str().filter(|text| !text.trim().is_empty()) {
            Some(text) => Ok(Some((at, text.to_string()))),
            None => Err((at, Problem::new("", format!("`{key}` is no text"), "write it in quotes"))),
        }
    }

    fn needed(&self, key: &str, remedy: &str) -> std::result::Result<String, Wrong> {
        let found = self.text(key)?.map(|(_, text)| text);
        found.ok_or_else(|| self.wrong(format!("the suppression has no `{key}`"), remedy))
    }

    fn rule(&self, catalogue: &Catalogue) -> std::result::Result<Option<String>, Wrong> {
        let Some((at, rule)) = self.text("rule")? else { return Ok(None) };
        let mut known =
            catalogue.queries.values().filter(|query| query.kind == Kind::Waste).map(|query| query.id.as_str());
        if known.clone().any(|id| id == rule) {
            return Ok(Some(rule));
        }
        let near = crate::transform::catalogue::nearest(&rule, known.by_ref());
        let remedy = near.map_or("see queries/waste/".into(), |near| format!("did you mean `{near}`?"));
        Err((at, Problem::new("", format!("there is no waste rule `{rule}`"), remedy)))
    }

    fn action(&self) -> std::result::Result<Option<Action>, Wrong> {
        let Some((at, action)) = self.text("action")? else { return Ok(None) };
        let remedy = || format!("known: {}", Action::ALL.map(Action::name).join(", "));
        let found = Action::find(&action);
        found.map(Some).ok_or_else(|| (at, Problem::new("", format!("there is no action `{action}`"), remedy())))
    }

    fn resource(&self) -> std::result::Result<Option<String>, Wrong> {
        let Some((at, pattern)) = self.text("resource")? else { return Ok(None) };
        let wrong = |what: String, remedy: &str| Err((at, Problem::new("", what, remedy)));
        match pattern.find('*') {
            Some(0) => wrong(format!("`{pattern}` begins with `*`"), "write the id, or its beginning and a `*`"),
            Some(star) if star + 1 < pattern.len() => {
                wrong(format!("`{pattern}` has a `*` before its end"), "write the id, or its beginning and a `*`")
            }
            _ => Ok(Some(pattern)),
        }
    }

    /// `"2027-01-01"`, or the same as a TOML date.
    fn until(&self) -> std::result::Result<NaiveDate, Wrong> {
        const REMEDY: &str = "write the day from which the finding is back on the list, as until = \"2027-01-01\"";
        let Some((_, value)) = self.values.iter().find(|(name, _)| name.get_ref() == "until") else {
            return Err(self.wrong("the suppression has no `until`", REMEDY));
        };
        let text = match value.get_ref() {
            toml::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let day = NaiveDate::parse_from_str(&text, "%Y-%m-%d");
        day.map_err(|_| (value.span().start, Problem::new("", format!("`{text}` is not a day"), REMEDY)))
    }
}
