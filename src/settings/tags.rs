//! `[tags]`: which tag keys become columns of the roll-ups, and whose coverage is reported.

use super::file::FileTags;
use super::place::ConfigText;
use super::{TagDimension, Tags};
use crate::Result;
use std::collections::BTreeMap;

/// The dimensions sorted by name, so that their order in the file changes no bytes.
pub(super) fn resolve_tags(config: &ConfigText, tags: FileTags) -> Result<Tags> {
    let FileTags { coverage_key, dimensions: written } = tags;
    let mut dimensions = Vec::with_capacity(written.len() + 1);
    // Engines with case-insensitive names would mix up x_Tag_team and x_Tag_Team without an error.
    let mut lines = BTreeMap::new();
    for (name, keys) in written {
        let at = name.span();
        if !is_dimension_name(name.get_ref()) {
            return Err(config.error(
                &at,
                format!("`{}` cannot name a tag dimension", name.get_ref()),
                "it becomes the column x_Tag_<name>: use letters, digits and `_`, starting with a letter, at most 48",
            ));
        }
        if let Some(first) = lines.insert(name.get_ref().to_lowercase(), config.line(&at)) {
            let what = format!("the tag dimension `{}` differs from line {first} only by case", name.get_ref());
            return Err(config.error(&at, what, "make it one dimension with both tag keys"));
        }
        if keys.is_empty() {
            let what = format!("the tag dimension `{}` lists no tag key", name.get_ref());
            return Err(config.error(&at, what, "list the tag keys that count as it, the preferred one first"));
        }
        let mut listed: Vec<String> = Vec::with_capacity(keys.len());
        for key in keys {
            if key.get_ref().is_empty() || listed.contains(key.get_ref()) {
                let what = format!("the tag key `{}` is empty or listed twice", key.get_ref());
                return Err(config.error(&key.span(), what, "list each tag key once, as the provider writes it"));
            }
            listed.push(key.into_inner());
        }
        dimensions.push(TagDimension { name: name.into_inner(), keys: listed });
    }
    if let Some(key) = &coverage_key {
        let name = key.get_ref();
        if !dimensions.iter().any(|dimension| dimension.name == *name) {
            let taken = lines.contains_key(&name.to_lowercase());
            if taken || !is_dimension_name(name) {
                return Err(config.error(
                    &key.span(),
                    format!("coverage_key `{name}` is not the name of a tag dimension"),
                    "name one of [tags.dimensions], which lists the tag keys that count as it",
                ));
            }
            dimensions.push(TagDimension { name: name.clone(), keys: vec![name.clone()] });
        }
    }
    dimensions.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Tags { coverage_key: coverage_key.map(toml::Spanned::into_inner), dimensions })
}

fn is_dimension_name(name: &str) -> bool {
    name.len() <= 48
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
}
