//! `[tags]`: which tag keys become columns of the roll-ups, and what counts as a valid value.

use super::day::{day, optional_day};
use super::file::{FileDimension, FileExemption, FileTagKey, FileTags, Texts};
use super::matches::charge_match;
use crate::Result;
use crate::focus::policy::{Exemption, TagKey};
use crate::settings::place::{ConfigText, suggestion};
use crate::settings::{TagDimension, Tags};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Spanned;

/// What `[tags]` says.
pub struct Resolved {
    pub tags: Tags,
    /// Sorted by name, so that their order in the file changes no bytes.
    pub keys: Vec<TagKey>,
    pub target: Option<f64>,
    pub exemptions: Vec<Exemption>,
    /// Where each dimension that inherits says so.
    pub inherits: BTreeMap<String, Range<usize>>,
}

/// Tag dimensions with their rules. The coverage key is required, whether or not it says so.
pub fn resolve_tags(config: &ConfigText, tags: FileTags) -> Result<Resolved> {
    let FileTags { coverage_key, target, dimensions: written, exemption } = tags;
    let mut keys: Vec<TagKey> = Vec::with_capacity(written.len() + 1);
    let mut inherits = BTreeMap::new();
    // Engines with case-insensitive names would mix up x_Tag_team and x_Tag_Team without an error.
    let mut lines = BTreeMap::new();
    for (name, dimension) in written {
        check_name(config, &name)?;
        let at = name.span();
        if let Some(first) = lines.insert(name.get_ref().to_lowercase(), config.line(&at)) {
            let what = format!("the tag dimension `{}` differs from line {first} only by case", name.get_ref());
            return Err(config.error(&at, what, "make it one dimension with both tag keys"));
        }
        let leads = coverage_key.as_ref().is_some_and(|key| key.get_ref() == name.get_ref());
        if let FileDimension::Table(table) = &dimension {
            if let Some(inherit) = table.inherit.as_ref().filter(|inherit| *inherit.get_ref()) {
                inherits.insert(name.get_ref().clone(), inherit.span());
            }
            if let Some(required) = table.required.as_ref().filter(|required| leads && !*required.get_ref()) {
                let what = format!("`{}` is the coverage_key and not required", name.get_ref());
                return Err(config.error(&required.span(), what, "name another coverage_key, or leave `required` out"));
            }
        }
        keys.push(tag_key(config, name, dimension, leads)?);
    }
    if let Some(key) = coverage_key.as_ref().filter(|key| !keys.iter().any(|known| known.name == *key.get_ref())) {
        let name = key.get_ref();
        if lines.contains_key(&name.to_lowercase()) || !is_dimension_name(name) {
            return Err(config.error(
                &key.span(),
                format!("coverage_key `{name}` is not the name of a tag dimension"),
                "name one of [tags.dimensions], which lists the tag keys that count as it",
            ));
        }
        keys.push(TagKey { name: name.clone(), keys: vec![name.clone()], required: true, ..TagKey::default() });
    }
    keys.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(target) = target.as_ref().filter(|target| !(0.0..=1.0).contains(target.get_ref())) {
        let what = format!("target = {} is no share", target.get_ref());
        return Err(config.error(&target.span(), what, "write 95 % as 0.95"));
    }
    let exemptions = exemption.into_iter().map(|e| exempt(config, &keys, e)).collect::<Result<_>>()?;
    let dimension = |key: &TagKey| TagDimension { name: key.name.clone(), keys: key.keys.clone() };
    let tags =
        Tags { coverage_key: coverage_key.map(Spanned::into_inner), dimensions: keys.iter().map(dimension).collect() };
    Ok(Resolved { tags, keys, target: target.map(Spanned::into_inner), exemptions, inherits })
}

fn tag_key(config: &ConfigText, name: Spanned<String>, written: FileDimension, leads: bool) -> Result<TagKey> {
    let (aliases, table) = match written {
        FileDimension::Keys(aliases) => (Some(aliases), FileTagKey::default()),
        FileDimension::Table(mut table) => (table.keys.take(), *table),
    };
    let FileTagKey { keys: _, required, allowed, fold_case, synonyms, inherit, active_from } = table;
    let keys = match aliases {
        None => vec![name.get_ref().clone()],
        Some(aliases) if aliases.is_empty() => {
            let what = format!("the tag dimension `{}` lists no tag key", name.get_ref());
            return Err(config.error(
                &name.span(),
                what,
                "list the tag keys that count as it, the preferred one first",
            ));
        }
        Some(aliases) => each_once(
            config,
            aliases,
            "the tag key",
            "list each tag key once, as the provider writes it",
            str::to_owned,
        )?,
    };
    let fold = |text: &str| if fold_case { normalised(text) } else { text.to_owned() };
    let allowed = each_once(
        config,
        allowed,
        "the allowed value",
        "list each value once; with fold_case, case and blanks around it tell no values apart",
        fold,
    )?;
    let active_from = optional_day(config, active_from.as_ref())?;
    Ok(TagKey {
        name: name.into_inner(),
        keys,
        required: leads || required.is_some_and(|required| *required.get_ref()),
        synonyms: resolve_synonyms(config, synonyms, &allowed, fold)?,
        allowed,
        fold_case,
        inherit: inherit.is_some_and(|inherit| *inherit.get_ref()),
        active_from,
    })
}

/// What `fold_case` makes of a value.
fn normalised(text: &str) -> String {
    text.trim().to_lowercase()
}

/// A value of a dimension as it counts; `None` where it is not allowed.
pub fn valid_value(key: &TagKey, text: &str) -> Option<String> {
    Some(key.value(text)).filter(|value| key.allows(value))
}

fn resolve_synonyms(
    config: &ConfigText,
    written: BTreeMap<Spanned<String>, Spanned<String>>,
    allowed: &[String],
    fold: impl Fn(&str) -> String,
) -> Result<BTreeMap<String, String>> {
    let mut synonyms: BTreeMap<String, String> = BTreeMap::new();
    let sources: Vec<String> = written.keys().map(|from| fold(from.get_ref())).collect();
    for (from, to) in written {
        let (word, meaning) = (fold(from.get_ref()), fold(to.get_ref()));
        let problem = if word.trim().is_empty() || meaning.trim().is_empty() {
            Some(("a synonym is empty".to_owned(), "name a value and the one it means".to_owned()))
        } else if word == meaning || allowed.contains(&word) {
            Some((format!("`{word}` counts as it is and needs no synonym"), "leave it out".to_owned()))
        } else if sources.contains(&meaning) {
            let what = format!("`{word}` means `{meaning}`, which is a synonym itself");
            Some((what, "name the value that both mean".to_owned()))
        } else if !allowed.is_empty() && !allowed.contains(&meaning) {
            let known: Vec<&str> = allowed.iter().map(String::as_str).collect();
            Some((format!("`{word}` means `{meaning}`, which is not allowed"), suggestion(&meaning, &known)))
        } else {
            None
        };
        if let Some((what, remedy)) = problem {
            return Err(config.error(&to.span(), what, remedy));
        }
        if let Some(other) = synonyms.insert(word.clone(), meaning.clone()).filter(|other| *other != meaning) {
            let what = format!("`{word}` means `{meaning}` and `{other}`");
            return Err(config.error(
                &to.span(),
                what,
                "give each value one meaning; fold_case makes these two the same",
            ));
        }
    }
    Ok(synonyms)
}

fn each_once(
    config: &ConfigText,
    written: Texts,
    kind: &str,
    remedy: &str,
    fold: impl Fn(&str) -> String,
) -> Result<Vec<String>> {
    let mut listed: Vec<String> = Vec::with_capacity(written.len());
    for value in written {
        let folded = fold(value.get_ref());
        if folded.trim().is_empty() || listed.contains(&folded) {
            return Err(config.error(
                &value.span(),
                format!("{kind} `{}` is empty or listed twice", value.get_ref()),
                remedy,
            ));
        }
        listed.push(folded);
    }
    Ok(listed)
}

fn exempt(config: &ConfigText, keys: &[TagKey], written: Spanned<FileExemption>) -> Result<Exemption> {
    let at = written.span();
    let FileExemption { keys: names, r#where, reason, until } = written.into_inner();
    if names.is_empty() && r#where.is_none() {
        let remedy = "name the tag dimensions (`keys`), the charges (`where`), or both";
        return Err(config.error(&at, "the exemption takes every charge out of every key", remedy));
    }
    for name in &names {
        check_dimension(config, keys, name)?;
    }
    if reason.get_ref().trim().is_empty() {
        return Err(config.error(&reason.span(), "the exemption has no reason", "say why; it stands in the reports"));
    }
    Ok(Exemption {
        matches: charge_match(config, keys, r#where)?,
        keys: names.into_iter().map(Spanned::into_inner).collect(),
        reason: reason.into_inner(),
        until: day(config, &until)?,
    })
}

/// A name of `[tags.dimensions]`.
pub fn check_dimension<'k>(config: &ConfigText, keys: &'k [TagKey], name: &Spanned<String>) -> Result<&'k TagKey> {
    keys.iter().find(|key| key.name == *name.get_ref()).ok_or_else(|| {
        let known: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        let remedy = match known.is_empty() {
            true => "make it one: [tags.dimensions] lists the tag keys that count as it".to_owned(),
            false => suggestion(name.get_ref(), &known),
        };
        config.error(&name.span(), format!("unknown tag dimension `{}`", name.get_ref()), remedy)
    })
}

fn check_name(config: &ConfigText, name: &Spanned<String>) -> Result<()> {
    let (what, remedy) = match name.get_ref().as_str() {
        "all" => ("`all` is taken: it means every required key together", "call the dimension something else"),
        name if is_dimension_name(name) => return Ok(()),
        _ => (
            "cannot name a tag dimension",
            "it becomes the column x_Tag_<name>: use letters, digits and `_`, starting with a letter, at most 48",
        ),
    };
    let what = if what.starts_with('`') { what.to_owned() } else { format!("`{}` {what}", name.get_ref()) };
    Err(config.error(&name.span(), what, remedy))
}

fn is_dimension_name(name: &str) -> bool {
    name.len() <= 48
        && name != "all"
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
}
