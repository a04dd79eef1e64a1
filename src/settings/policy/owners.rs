//! `[[team]]` and `[[owner]]`: whose charges are whose, in order and by charge day.

use super::day::optional_day;
use super::file::{FileOwner, FileTeam};
use super::matches::charge_match;
use super::tags::check_dimension;
use crate::Result;
use crate::focus::policy::{Owner, OwnerRule, TagKey, Team, UNALLOCATED};
use crate::settings::place::{ConfigText, suggestion};
use std::collections::BTreeMap;
use toml::Spanned;

/// The teams, sorted by name.
pub fn resolve_teams(config: &ConfigText, written: Vec<FileTeam>) -> Result<Vec<Team>> {
    let (mut teams, mut lines) = (Vec::with_capacity(written.len()), BTreeMap::new());
    for FileTeam { name, cost_centre, bill_to } in written {
        check_team_name(config, &name)?;
        if let Some(first) = lines.insert(name.get_ref().clone(), config.line(&name.span())) {
            let what = format!("the team `{}` already stands on line {first}", name.get_ref());
            return Err(config.error(&name.span(), what, "give each team one [[team]]"));
        }
        teams.push(Team { name: name.into_inner(), cost_centre, bill_to });
    }
    teams.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(teams)
}

/// The rules, in the file's order.
pub fn resolve_owners(
    config: &ConfigText,
    keys: &[TagKey],
    teams: &[Team],
    written: Vec<Spanned<FileOwner>>,
) -> Result<Vec<OwnerRule>> {
    let mut rules: Vec<(OwnerRule, usize)> = Vec::with_capacity(written.len());
    for rule in written {
        let at = rule.span();
        let rule = resolve_owner(config, keys, teams, rule)?;
        if let Some((_, first)) = rules.iter().find(|(earlier, _)| shadows(earlier, &rule)) {
            let what = format!("the rule can never match: the rule on line {first} takes all its charges first");
            return Err(config.error(&at, what, "put the narrower rule first, or remove one"));
        }
        rules.push((rule, config.line(&at)));
    }
    Ok(rules.into_iter().map(|(rule, _)| rule).collect())
}

fn resolve_owner(config: &ConfigText, keys: &[TagKey], teams: &[Team], rule: Spanned<FileOwner>) -> Result<OwnerRule> {
    let at = rule.span();
    let FileOwner { from, until, r#where, tag, team } = rule.into_inner();
    let (first, end) = (optional_day(config, from.as_ref())?, optional_day(config, until.as_ref())?);
    if let (Some(first), Some(end), Some(until)) = (first, end, &until)
        && end <= first
    {
        let what = format!("the rule holds for no day: until {end} is not after from {first}");
        return Err(config.error(&until.span(), what, "`from` is the first day, `until` the first day after the last"));
    }
    let team = match (tag, team) {
        (Some(tag), None) => Owner::Tag(check_dimension(config, keys, &tag)?.name.clone()),
        (None, Some(team)) => {
            check_team_name(config, &team)?;
            let known: Vec<&str> = teams.iter().map(|team| team.name.as_str()).collect();
            if !known.is_empty() && !known.contains(&team.get_ref().as_str()) {
                let what = format!("the team `{}` has no [[team]], and others have", team.get_ref());
                let remedy = format!("add it, or correct the name: {}", suggestion(team.get_ref(), &known));
                return Err(config.error(&team.span(), what, remedy));
            }
            Owner::Team(team.into_inner())
        }
        (tag, _) => {
            let what = if tag.is_some() { "the rule has both `tag` and `team`" } else { "the rule names no owner" };
            return Err(config.error(&at, what, "write `tag = \"<dimension>\"` or `team = \"<name>\"`, one of them"));
        }
    };
    Ok(OwnerRule { from: first, until: end, matches: charge_match(config, keys, r#where)?, team })
}

/// Does every charge that `later` would take go to `earlier`? Ranges are half-open; a rule by tag
/// lets charges without a valid value pass on.
fn shadows(earlier: &OwnerRule, later: &OwnerRule) -> bool {
    let starts = earlier.from.is_none_or(|from| later.from.is_some_and(|later| from <= later));
    let ends = earlier.until.is_none_or(|until| later.until.is_some_and(|later| later <= until));
    let wider = earlier.matches.columns.iter().all(|(column, values)| {
        let narrow = later.matches.columns.get(column);
        narrow.is_some_and(|narrow| narrow.iter().all(|value| values.contains(value)))
    });
    let takes = match (&earlier.team, &later.team) {
        (Owner::Team(_), _) => true,
        (Owner::Tag(earlier), Owner::Tag(later)) => earlier == later,
        (Owner::Tag(_), Owner::Team(_)) => false,
    };
    starts && ends && wider && takes
}

fn check_team_name(config: &ConfigText, name: &Spanned<String>) -> Result<()> {
    let text = name.get_ref();
    let (what, remedy) = match text.as_str() {
        UNALLOCATED => (
            "`unallocated` is the word for charges that no rule gives to a team",
            "leave the rule out: what no rule matches is unallocated",
        ),
        _ if text.is_empty() || text.trim() != text => {
            ("the team's name is empty or has blanks around it", "write the name as the reports shall show it")
        }
        _ => return Ok(()),
    };
    Err(config.error(&name.span(), what, remedy))
}
