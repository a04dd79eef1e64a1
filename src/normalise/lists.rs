//! What a mapping takes out of lists in a column, and of month and path texts: small functions over text.

use super::kernel::{scaled_text, text_try_map};
use crate::focus::BillingMonth;
use crate::focus::money::{COST_SCALE, decimal_text, parse_decimal};
use crate::format::path::List;
use polars::prelude::*;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Σ of a list's amounts as Decimal(38,18); 0 where there is none.
pub fn sum(text: Expr, list: List) -> Expr {
    scaled_text(text, move |text| {
        let mut total = 0i128;
        for item in items(text)?.iter().filter(|item| is_asked_for(item, &list)) {
            if let Some(amount) = value(item, list.field) {
                total = total.checked_add(amount_of(&amount)?).ok_or_else(|| too_large(text))?;
            }
        }
        Ok(total)
    })
}

/// A JSON object of the keys and values of several lists: of a key in two of them, that of the first.
pub fn key_values(texts: Vec<(Expr, List)>) -> Expr {
    let Some(((first, _), rest)) = texts.split_first() else {
        return lit(NULL).cast(DataType::String);
    };
    let lists: Vec<List> = texts.iter().map(|(_, list)| *list).collect();
    let rest: Vec<Expr> = rest.iter().map(|(text, _)| text.clone()).collect();
    first.clone().map_many(
        move |columns| {
            let texts = columns.iter().map(|column| column.str().cloned()).collect::<PolarsResult<Vec<_>>>()?;
            let rows = texts.iter().map(|text| text.len()).max().unwrap_or_default();
            let mut known: BTreeMap<Vec<Option<&str>>, Option<String>> = BTreeMap::new();
            let mut out = StringChunkedBuilder::new(columns[0].name().clone(), rows);
            for row in 0..rows {
                let key: Vec<_> = texts.iter().map(|text| text.get(if text.len() == 1 { 0 } else { row })).collect();
                if !known.contains_key(&key) {
                    let object = object_of(&key, &lists)?;
                    known.insert(key.clone(), object);
                }
                out.append_option(known.get(&key).and_then(Option::as_deref));
            }
            Ok(out.finish().into_series().into_column())
        },
        &rest,
        |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::String)),
    )
}

fn object_of(texts: &[Option<&str>], lists: &[List]) -> PolarsResult<Option<String>> {
    let mut object: BTreeMap<String, String> = BTreeMap::new();
    for (text, list) in texts.iter().zip(lists) {
        let Some(text) = text else { continue };
        for item in items(text)?.iter().filter(|item| is_asked_for(item, list)) {
            if let Some(key) = value(item, "key").filter(|key| !key.is_empty()) {
                object.entry(key).or_insert_with(|| value(item, "value").unwrap_or_default());
            }
        }
    }
    if object.is_empty() {
        return Ok(None);
    }
    serde_json::to_string(&object).map(Some).map_err(|error| polars_err!(ComputeError: "{error}"))
}

/// The value of a key in a list of keys and values.
pub fn key_value(text: Expr, key: &'static str) -> Expr {
    text_try_map(text, move |text| {
        let found = items(text)?.iter().find(|item| value(item, "key").as_deref() == Some(key)).cloned();
        Ok(found.and_then(|item| value(&item, "value")).filter(|value| !value.is_empty()))
    })
}

/// A field of the first item that has it.
pub fn item(text: Expr, list: List) -> Expr {
    text_try_map(text, move |text| {
        let items = items(text)?;
        let asked = items.iter().filter(|item| is_asked_for(item, &list));
        Ok(asked.filter_map(|item| value(item, list.field)).find(|value| !value.is_empty()))
    })
}

/// A JSON object of the sums of one field by another: exact decimals.
pub fn sums_by(text: Expr, key: &'static str, amount: &'static str) -> Expr {
    text_try_map(text, move |text| {
        let mut sums: BTreeMap<String, i128> = BTreeMap::new();
        for item in items(text)? {
            let (Some(key), Some(amount)) = (value(&item, key), value(&item, amount)) else { continue };
            let sum = sums.entry(key).or_default();
            *sum = sum.checked_add(amount_of(&amount)?).ok_or_else(|| too_large(text))?;
        }
        if sums.is_empty() {
            return Ok(None);
        }
        let number = |sum: &i128| decimal_text(*sum, COST_SCALE).parse().map(Value::Number);
        let object: Result<Map<String, Value>, _> =
            sums.iter().map(|(key, sum)| Ok((key.clone(), number(sum)?))).collect();
        let text = object.and_then(|object: Map<String, Value>| serde_json::to_string(&object));
        text.map(Some).map_err(|error: serde_json::Error| polars_err!(ComputeError: "{error}"))
    })
}

/// The first instant in US Pacific time of a month, or of the one after it, as text.
pub fn pacific_month(text: Expr, later: i32) -> Expr {
    text_try_map(text, move |text| {
        let month = BillingMonth::of_text(text).ok_or_else(|| polars_err!(ComputeError: "`{text}` is not a month"))?;
        let start = chrono::DateTime::from_timestamp_micros(month.plus(later).pacific_start());
        Ok(start.map(|start| start.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)))
    })
}

/// The segment before the last of a path: what kind of thing it names.
pub fn collection(text: Expr) -> Expr {
    text_try_map(text, |text| {
        let mut segments = text.rsplit('/').filter(|segment| !segment.is_empty());
        let named = segments.next().is_some();
        Ok(segments.next().filter(|_| named).filter(|segment| !segment.contains('.')).map(str::to_string))
    })
}

fn items(text: &str) -> PolarsResult<Vec<Map<String, Value>>> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    serde_json::from_str(text).map_err(|error| polars_err!(ComputeError: "`{text}` is not a list of objects: {error}"))
}

/// A field by its name in any case.
fn value(item: &Map<String, Value>, name: &str) -> Option<String> {
    let (_, value) = item.iter().find(|(own, _)| own.eq_ignore_ascii_case(name))?;
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn is_asked_for(item: &Map<String, Value>, list: &List) -> bool {
    list.only.is_none_or(|(field, wanted)| value(item, field).as_deref() == Some(wanted))
}

fn amount_of(text: &str) -> PolarsResult<i128> {
    let parsed = parse_decimal(text.as_bytes(), COST_SCALE);
    parsed.map(|parsed| parsed.value).map_err(|_| polars_err!(ComputeError: "`{text}` is not an amount"))
}

fn too_large(text: &str) -> PolarsError {
    polars_err!(ComputeError: "`{text}` adds up to more than 38 digits")
}
