//! Tag dimensions out of `Tags`, parsed once per distinct text.

use super::table::tag_column;
use crate::error::{Error, Result};
use polars::prelude::*;
use std::collections::HashMap;

/// A configured tag dimension: the keys that count as it, in order of precedence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dimension {
    pub name: String,
    pub keys: Vec<String>,
}

/// Adds one column per dimension: the first of its keys with a value that is not blank; else null.
pub fn add_dimensions(rows: &mut DataFrame, dimensions: &[Dimension]) -> Result<()> {
    if dimensions.is_empty() {
        return Ok(());
    }
    let bug = |error: PolarsError| Error::bug("tag dimensions", error.to_string());
    let columns = {
        let tags = rows.column("Tags").map_err(bug)?.str().map_err(bug)?;
        let mut builders: Vec<_> = dimensions
            .iter()
            .map(|dimension| StringChunkedBuilder::new(tag_column(&dimension.name).as_str().into(), tags.len()))
            .collect();
        let mut known: HashMap<&str, Vec<Option<String>>> = HashMap::new();
        for text in tags.iter() {
            let Some(text) = text else {
                builders.iter_mut().for_each(StringChunkedBuilder::append_null);
                continue;
            };
            if !known.contains_key(text) {
                known.insert(text, values(text, dimensions)?);
            }
            for (builder, value) in builders.iter_mut().zip(&known[text]) {
                builder.append_option(value.as_deref());
            }
        }
        builders.into_iter().map(|builder| builder.finish().into_series().into_column()).collect::<Vec<_>>()
    };
    for column in columns {
        rows.with_column(column).map_err(bug)?;
    }
    Ok(())
}

fn values(text: &str, dimensions: &[Dimension]) -> Result<Vec<Option<String>>> {
    let tags: HashMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| Error::bug("Tags", format!("`{text}`: {error}")))?;
    let value = |key: &String| match tags.get(key)? {
        serde_json::Value::String(text) if text.trim().is_empty() => None,
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null => None,
        other => Some(other.to_string()),
    };
    Ok(dimensions.iter().map(|dimension| dimension.keys.iter().find_map(value)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_key_with_a_value_counts_and_blank_is_none() {
        let dimension = Dimension { name: "team".into(), keys: vec!["team".into(), "Team".into()] };
        let read = |text: &str| values(text, std::slice::from_ref(&dimension)).map(|v| v[0].clone()).ok().flatten();
        assert_eq!(read(r#"{"Team":"b","team":"a"}"#).as_deref(), Some("a"));
        assert_eq!(read(r#"{"Team":"b","team":"  "}"#).as_deref(), Some("b"));
        assert_eq!(read(r#"{"team":""}"#), None);
        assert_eq!(read(r#"{"TEAM":"c"}"#), None);
    }
}
