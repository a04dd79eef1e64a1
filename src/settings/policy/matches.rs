//! Conditions on charges, and the columns they may name.

use super::file::FileWhere;
use super::tags::valid_value;
use crate::Result;
use crate::focus::column::{Kind, all, find};
use crate::focus::policy::{ChargeMatch, TagKey};
use crate::settings::place::{ConfigText, nearest, suggestion};
use toml::Spanned;

/// A condition; without one every charge matches.
pub fn charge_match(config: &ConfigText, keys: &[TagKey], written: Option<Spanned<FileWhere>>) -> Result<ChargeMatch> {
    let mut matches = ChargeMatch::default();
    let Some(written) = written else { return Ok(matches) };
    if written.get_ref().is_empty() {
        let remedy = "leave `where` out to mean every charge, or name a column with its values";
        return Err(config.error(&written.span(), "`where` names no column", remedy));
    }
    for (column, values) in written.into_inner() {
        check_column(config, keys, &column)?;
        if values.get_ref().is_empty() {
            let what = format!("`{}` lists no value, so no charge can match", column.get_ref());
            return Err(config.error(&values.span(), what, "list the values that match, any of which will do"));
        }
        let mut listed: Vec<String> = Vec::with_capacity(values.get_ref().len());
        for value in values.into_inner() {
            let counts = check_value(config, keys, column.get_ref(), &value)?;
            if counts.is_empty() || listed.contains(&counts) {
                let what = format!("the value `{counts}` of {} is empty or listed twice", column.get_ref());
                return Err(config.error(&value.span(), what, "list each value once, as the charge has it"));
            }
            listed.push(counts);
        }
        matches.columns.insert(column.into_inner(), listed);
    }
    Ok(matches)
}

/// The value as charges have it: of a tag dimension, what folding and synonyms make of it.
fn check_value(config: &ConfigText, keys: &[TagKey], column: &str, value: &Spanned<String>) -> Result<String> {
    let text = value.get_ref();
    let key = column.strip_prefix("x_Tag_").and_then(|name| keys.iter().find(|key| key.name == name));
    let known: Vec<&str> = match key {
        Some(key) => key.allowed.iter().map(String::as_str).collect(),
        None => find(column).map_or_else(Vec::new, |column| column.allowed.to_vec()),
    };
    let counts = match key {
        Some(key) => valid_value(key, text),
        None => (known.is_empty() || known.contains(&text.as_str())).then(|| text.clone()),
    };
    counts.ok_or_else(|| {
        config.error(&value.span(), format!("`{text}` is no value of {column}"), suggestion(text, &known))
    })
}

/// A column of charges that holds text: one of `cost`, or a tag dimension's.
pub fn check_column(config: &ConfigText, keys: &[TagKey], column: &Spanned<String>) -> Result<()> {
    let name = column.get_ref().as_str();
    let tags: Vec<String> = keys.iter().map(|key| format!("x_Tag_{}", key.name)).collect();
    let known: Vec<&str> = all()
        .filter(|column| column.kind == Kind::Text)
        .map(|column| column.name)
        .chain(tags.iter().map(String::as_str))
        .collect();
    if known.contains(&name) {
        return Ok(());
    }
    let (what, remedy) = match find(name).map(|column| column.kind) {
        Some(Kind::Json) => (
            format!("`{name}` holds many values in one text"),
            "make the tag key a dimension of [tags.dimensions] and name x_Tag_<dimension>".into(),
        ),
        Some(Kind::Date | Kind::Time) => (
            format!("`{name}` holds a time, not a text"),
            "an [[owner]] rule bounds charge days with `from` and `until`".into(),
        ),
        Some(_) => (format!("`{name}` holds a number, not a text"), "name a column that holds text".into()),
        None => (
            format!("unknown column `{name}`"),
            match nearest(name, &known) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name a column of FOCUS that holds text, or x_Tag_<dimension>".to_owned(),
            },
        ),
    };
    Err(config.error(&column.span(), what, remedy))
}
