//! `costmill.toml` as it is written.

use super::place::{ConfigText, suggestion};
use super::policy::file::{FileEnvironment, FileOwner, FileShowback, FileTags, FileTeam, FileUnitMetric, FileWaste};
use crate::{Error, Result};
use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt::Formatter;
use std::io::ErrorKind;
use std::path::Path;
use toml::Spanned;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileConfig {
    pub lake: Option<Spanned<FileLake>>,
    pub output: Option<Spanned<String>>,
    pub catalogue: Option<Spanned<String>>,
    pub memory_limit: Option<Spanned<String>>,
    pub threads: Option<Spanned<i64>>,
    #[serde(default)]
    pub source: Vec<FileSource>,
    pub accounts: Option<Spanned<String>>,
    #[serde(default)]
    pub tags: FileTags,
    pub environment: Option<FileEnvironment>,
    #[serde(default)]
    pub team: Vec<FileTeam>,
    #[serde(default)]
    pub owner: Vec<Spanned<FileOwner>>,
    #[serde(default)]
    pub showback: FileShowback,
    #[serde(default)]
    pub unit_metric: Vec<FileUnitMetric>,
    #[serde(default)]
    pub waste: FileWaste,
    #[serde(default)]
    pub closing: Vec<FileClosing>,
    pub control_totals: Option<Spanned<String>>,
    pub currency: Option<FileCurrency>,
    #[serde(default)]
    pub deliver: Vec<FileDeliver>,
    #[serde(default)]
    pub hook: Vec<FileHook>,
    #[serde(default)]
    pub api: Vec<FileApi>,
    #[serde(default)]
    pub job: Vec<FileJob>,
    pub retention: Option<FileRetention>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileDeliver {
    pub audience: Option<Spanned<String>>,
    pub to: Spanned<String>,
    pub what: Option<Spanned<Vec<FileWhat>>>,
    pub periods: Option<FilePeriods>,
    pub endpoint: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub assume_role: Option<Spanned<String>>,
    pub account: Option<Spanned<String>>,
    pub credential_file: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileWhat {
    Pages,
    Csv,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FilePeriods {
    Newest,
    Open,
    All,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileHook {
    pub on: Spanned<Vec<FileOccasion>>,
    pub command: Option<Spanned<Vec<String>>>,
    pub webhook: Option<Spanned<String>>,
    pub webhook_file: Option<Spanned<String>>,
    pub header_file: Option<Spanned<String>>,
    pub secret_env: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
    pub timeout_seconds: Option<Spanned<i64>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum FileOccasion {
    Failure,
    Problem,
    Late,
    NewFindings,
    Published,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileApi {
    pub id: Spanned<String>,
    pub kind: Spanned<String>,
    pub source: Spanned<String>,
    pub ask: Option<Spanned<Vec<Spanned<String>>>>,
    pub location: Option<Spanned<String>>,
    pub endpoint: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub assume_role: Option<Spanned<String>>,
    pub credential_file: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
    #[serde(default)]
    pub scopes: Vec<Spanned<String>>,
    pub tolerance: Option<Spanned<String>>,
}

/// `lake = "…"`, or a table.
#[derive(Debug)]
pub(super) enum FileLake {
    Location(String),
    Table(Box<FileLakeTable>),
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileLakeTable {
    pub location: Option<Spanned<String>>,
    pub cache: Option<Spanned<String>>,
    pub endpoint: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub assume_role: Option<Spanned<String>>,
    pub account: Option<Spanned<String>>,
    pub credential_file: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
    pub parallel_fetches: Option<Spanned<i64>>,
}

/// By hand: an untagged enum would lose the lines of the table's keys.
impl<'de> Deserialize<'de> for FileLake {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = FileLake;

            fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
                f.write_str("a folder, a URL, or a table with `location`")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<FileLake, E> {
                Ok(FileLake::Location(text.into()))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<FileLake, A::Error> {
                let table = FileLakeTable::deserialize(MapAccessDeserializer::new(map))?;
                Ok(FileLake::Table(Box::new(table)))
            }
        }
        deserializer.deserialize_any(Either)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileJob {
    pub id: Spanned<String>,
    pub at: Spanned<String>,
    pub on: Option<Spanned<String>>,
    pub command: Option<Spanned<Vec<String>>>,
    pub program: Option<Spanned<String>>,
    pub user: Option<Spanned<String>>,
    pub environment_file: Option<Spanned<String>>,
    pub most_hours: Option<Spanned<i64>>,
    pub image: Option<Spanned<String>>,
    pub secret: Option<Spanned<String>>,
    pub claim: Option<Spanned<String>>,
    pub service_account: Option<Spanned<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileRetention {
    pub unreferenced_days: Option<Spanned<i64>>,
    pub history_days: Option<Spanned<i64>>,
    pub landed_days: Option<Spanned<i64>>,
    pub fetched_days: Option<Spanned<i64>>,
    pub run_records: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileCurrency {
    pub reporting: Spanned<String>,
    pub rates: Spanned<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileClosing {
    #[serde(default)]
    pub sources: Vec<Spanned<String>>,
    pub final_when_invoiced: Option<bool>,
    pub final_after_days: Option<Spanned<i64>>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileSource {
    pub id: Spanned<String>,
    pub format: Spanned<String>,
    pub location: Spanned<String>,
    pub endpoint: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub assume_role: Option<Spanned<String>>,
    pub account: Option<Spanned<String>>,
    pub credential_file: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
    pub parallel_fetches: Option<Spanned<i64>>,
    #[serde(default)]
    pub role: FileRole,
    #[serde(default)]
    pub disjoint_from: Vec<Spanned<String>>,
    #[serde(default)]
    pub sub_accounts: Vec<Spanned<String>>,
    #[serde(default)]
    pub money_basis: FileBasis,
    pub late_after_days: Option<Spanned<i64>>,
    #[serde(default)]
    pub may_be_silent: Vec<Spanned<String>>,
    pub dataset: Option<String>,
    #[serde(default)]
    pub file_set: Vec<FileFileSet>,
}

#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileRole {
    #[default]
    Primary,
    Shadow,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum FileBasis {
    #[default]
    Auto,
    Gross,
    Net,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileFileSet {
    pub billing_periods: Option<Spanned<Vec<Spanned<String>>>>,
    pub from: Option<Spanned<String>>,
    pub to: Option<Spanned<String>>,
    pub dataset: Option<Spanned<String>>,
    pub files: Spanned<Vec<Spanned<String>>>,
}

/// Reads and parses the file; everything that TOML and the shape can refuse is refused here.
pub(super) fn read(path: &Path) -> Result<(ConfigText, FileConfig)> {
    let text = std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    parse(ConfigText { path: path.to_path_buf(), text })
}

pub(super) fn parse(text: ConfigText) -> Result<(ConfigText, FileConfig)> {
    match toml::from_str(&text.text) {
        Ok(config) => Ok((text, config)),
        Err(error) => Err(refused(&text, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        ErrorKind::NotFound => Error::settings(
            place,
            "there is no such configuration file",
            "write one with `costmill init`, or name yours with --config",
        ),
        ErrorKind::InvalidData => Error::settings(place, "the file is not UTF-8 text", "save it as UTF-8"),
        _ => Error::settings(place, format!("cannot be read: {error}"), "check the path and its permissions"),
    }
}

/// A TOML or shape error, with the nearest known name for an unknown key or word.
fn refused(text: &ConfigText, error: &toml::de::Error) -> Error {
    let message = error.message().trim().replace('\n', ", ");
    let (what, remedy) = match unknown_name(&message) {
        Some((kind, wrong, known)) => (format!("unknown {kind} `{wrong}`"), suggestion(wrong, &known)),
        None => (
            message.replace("expected i64", "expected a whole number"),
            "`costmill init` shows every key with its type".to_owned(),
        ),
    };
    match error.span() {
        Some(span) => text.error(&span, what, remedy),
        None => text.error_in_file(what, remedy),
    }
}

/// Reads serde's "unknown field `x`, expected one of `a`, `b`". Another wording is shown as it is.
fn unknown_name(message: &str) -> Option<(&'static str, &str, Vec<&str>)> {
    let (kind, rest) = match message.strip_prefix("unknown field ") {
        Some(rest) => ("key", rest),
        None => ("value", message.strip_prefix("unknown variant ")?),
    };
    let mut names = rest.split('`').skip(1).step_by(2);
    Some((kind, names.next()?, names.collect()))
}
