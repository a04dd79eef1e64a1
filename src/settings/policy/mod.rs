//! The policy of `costmill.toml`, settled and checked: tag keys, owners, showback, unit metrics.

pub mod accounts;
mod day;
pub mod file;
mod matches;
mod owners;
mod showback;
mod tags;
#[cfg(test)]
mod tests;
mod units;
pub mod waste;

use super::Tags;
use super::place::ConfigText;
use super::resolve::local_path;
use crate::Result;
use crate::focus::Policy;
use file::{FileEnvironment, FileOwner, FileShowback, FileTags, FileTeam, FileUnitMetric};
use std::path::Path;
use toml::Spanned;

/// The tables that make the policy, as they are written.
pub struct Written {
    pub accounts: Option<Spanned<String>>,
    pub tags: FileTags,
    pub environment: Option<FileEnvironment>,
    pub teams: Vec<FileTeam>,
    pub owners: Vec<Spanned<FileOwner>>,
    pub showback: FileShowback,
    pub unit_metrics: Vec<FileUnitMetric>,
}

/// Settles the policy. Reads the accounts file, relative to `folder`; no other.
///
/// Fails with `Error::Settings`, naming file and line, on what is unknown, impossible or in conflict.
pub fn resolve_policy(config: &ConfigText, folder: &Path, written: Written) -> Result<(Tags, Policy)> {
    let Written { accounts, tags, environment, teams, owners, showback, unit_metrics } = written;
    let tags::Resolved { tags, keys, target, exemptions, inherits } = tags::resolve_tags(config, tags)?;
    if let (None, Some((name, at))) = (&accounts, inherits.first_key_value()) {
        let what = format!("`{name}` inherits from an accounts file, and none is configured");
        return Err(config.error(at, what, "name one: accounts = \"accounts.csv\""));
    }
    let accounts = match &accounts {
        None => Default::default(),
        Some(path) => accounts::read_accounts(&local_path(config, folder, path)?, &keys)?,
    };
    let environment = environment.map(|e| showback::resolve_environment(config, &keys, e)).transpose()?;
    let teams = owners::resolve_teams(config, teams)?;
    let policy = Policy {
        coverage_target: target,
        exemptions,
        accounts,
        environment,
        owners: owners::resolve_owners(config, &keys, &teams, owners)?,
        teams,
        showback: showback::resolve_showback(&showback),
        unit_metrics: units::resolve_units(config, folder, &keys, unit_metrics)?,
        tag_keys: keys,
    };
    Ok((tags, policy))
}
