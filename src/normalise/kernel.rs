//! What Polars has no expression for: small functions over a column of text.

use super::arm;
use crate::focus::money::mul_div;
use crate::format::{Dates, lookup};
use polars::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Text to UTC microseconds, as the format writes days; a text that is none is an error that shows it.
pub fn timestamp(text: Expr, dates: Dates) -> Expr {
    time(text, move |text| dates.read(text))
}

/// The first instant of the day after the one of a text.
pub fn next_day(text: Expr, dates: Dates) -> Expr {
    const DAY: i64 = 86_400_000_000;
    time(text, move |text| dates.read(text).map(|micros| (micros.div_euclid(DAY) + 1) * DAY))
}

fn time(text: Expr, read: impl Fn(&str) -> Option<i64> + Send + Sync + 'static) -> Expr {
    let dtype = DataType::Datetime(TimeUnit::Microseconds, Some(TimeZone::UTC));
    let out = dtype.clone();
    text.map(
        move |column| {
            let texts = column.str()?;
            let mut last: (&str, i64) = ("", 0);
            let mut micros = PrimitiveChunkedBuilder::<Int64Type>::new(column.name().clone(), texts.len());
            for text in texts.iter() {
                match text {
                    None => micros.append_null(),
                    Some(text) if text == last.0 && !text.is_empty() => micros.append_value(last.1),
                    Some(text) => {
                        let value =
                            read(text).ok_or_else(|| polars_err!(ComputeError: "`{text}` is not a date and time"))?;
                        last = (text, value);
                        micros.append_value(value);
                    }
                }
            }
            Ok(micros.finish().into_series().cast(&dtype)?.into_column())
        },
        move |_, field| Ok(Field::new(field.name().clone(), out.clone())),
    )
}

/// A value of a lookup table; null where the key is not in it. A map from text to text cannot fan out.
pub fn lookup(text: Expr, table: &'static str, value: &'static str) -> Expr {
    text_map(text, move |key| lookup::get(table, key, value).map(str::to_string))
}

/// The allowed value that differs at most in case; another text is kept as it is.
pub fn closed(text: Expr, allowed: &'static [&'static str]) -> Expr {
    text_map(text, move |text| {
        let same = allowed.iter().find(|value| value.eq_ignore_ascii_case(text.trim()));
        Some(same.map_or_else(|| text.to_string(), |value| (*value).to_string()))
    })
}

/// What stands after the last `/` or `:`.
pub fn last_segment(text: Expr) -> Expr {
    text_map(text, |text| text.rsplit(['/', ':']).next().filter(|part| !part.is_empty()).map(str::to_string))
}

/// The kind of resource: `instance` of `i-0abc…`, `loadbalancer` of `arn:…:loadbalancer/app/…`.
pub fn resource_type(text: Expr) -> Expr {
    text_map(text, |id| {
        if let Some(arn) = id.strip_prefix("arn:") {
            let mut parts = arn.splitn(5, ':');
            let service = parts.nth(1)?;
            let rest = parts.nth(2)?;
            let kind = rest.split(['/', ':']).next().filter(|kind| *kind != rest)?;
            return Some(if kind.is_empty() { service } else { kind }.to_string());
        }
        let kinds = [("i-", "instance"), ("vol-", "volume"), ("snap-", "snapshot"), ("eni-", "network-interface")];
        kinds.iter().find(|(prefix, _)| id.starts_with(prefix)).map(|(_, kind)| (*kind).to_string())
    })
}

/// The machine type at the end of an AWS usage type.
pub fn machine_type(text: Expr) -> Expr {
    text_map(text, |usage_type| machine_type_of(usage_type).map(str::to_string))
}

/// What stands after the last `:`, where it looks like a machine type: `m5.large`, `db.t3.micro`.
fn machine_type_of(usage_type: &str) -> Option<&str> {
    let (_, last) = usage_type.rsplit_once(':')?;
    let word = |part: &str| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let (rest, size) = last.rsplit_once('.')?;
    let family = rest.rsplit('.').next()?;
    let known = rest.split('.').all(word) && word(size) && family.bytes().any(|byte| byte.is_ascii_digit());
    known.then_some(last)
}

/// The value of the first of these keys that a JSON object has.
pub fn map_entry(text: Expr, keys: &'static [&'static str]) -> Expr {
    text_try_map(text, move |text| {
        let object = json_map(text)?;
        let value = keys.iter().filter_map(|key| object.get(*key)).find_map(plain);
        Ok(value)
    })
}

/// The entries of a JSON object whose keys begin with `only` (which goes) and with none of `without`; the
/// beginnings of keys renamed. Where two keys become one, the first with a value counts.
pub fn map_entries(
    text: Expr,
    only: &'static str,
    without: &'static [&'static str],
    rename: &'static [(&'static str, &'static str)],
) -> Expr {
    text_try_map(text, move |text| {
        let mut entries = BTreeMap::new();
        for (key, value) in json_map(text)? {
            let Some(key) = key.strip_prefix(only) else { continue };
            if without.iter().any(|prefix| key.starts_with(prefix)) || value.is_null() {
                continue;
            }
            let renamed = rename.iter().find_map(|(from, to)| Some(format!("{to}{}", key.strip_prefix(from)?)));
            entries.entry(renamed.unwrap_or_else(|| key.to_string())).or_insert(value);
        }
        if entries.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(&entries).map(Some).map_err(|error| polars_err!(ComputeError: "{error}"))
    })
}

/// The value of the first of these keys, where the text is a JSON object at all.
pub fn detail(text: Expr, keys: &'static [&'static str]) -> Expr {
    text_map(text, move |text| {
        let object = json_map(text).ok()?;
        keys.iter().filter_map(|key| object.get(*key)).find_map(plain)
    })
}

/// A value of a lookup table by the type of resource that an id names.
pub fn resource_lookup(ids: Expr, table: &'static str, value: &'static str, parents: bool) -> Expr {
    text_map(ids, move |id| {
        let kind = arm::resource_type(id)?;
        let found = if parents { lookup::get_within(table, &kind, value) } else { lookup::get(table, &kind, value) };
        found.map(str::to_string)
    })
}

/// A JSON object; its braces may be left out.
fn json_map(text: &str) -> PolarsResult<BTreeMap<String, serde_json::Value>> {
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    let text = text.trim();
    let wrapped = text.starts_with('"').then(|| format!("{{{}}}", text.trim_end_matches(',')));
    serde_json::from_str(wrapped.as_deref().unwrap_or(text))
        .map_err(|error| polars_err!(ComputeError: "`{text}` is not a JSON object: {error}"))
}

/// A value as text; null where it is none.
fn plain(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        other => Some(other.to_string()),
    }
}

/// JSON objects with sorted keys; blank and `{}` alike are null. A text that is no JSON object is an error.
pub fn canonical_json(text: Expr) -> Expr {
    text_try_map(text, |text| {
        let object = json_map(text)?;
        if object.is_empty() {
            return Ok(None);
        }
        serde_json::to_string(&object).map(Some).map_err(|error| polars_err!(ComputeError: "{error}"))
    })
}

/// One JSON object per row out of text columns; `keys` are sorted already.
pub fn json_object(texts: Vec<Expr>, keys: Vec<String>) -> Expr {
    let Some((first, rest)) = texts.split_first() else {
        return lit(NULL).cast(DataType::String);
    };
    let heads: Vec<String> = keys.iter().map(|key| format!("{}:", serde_json::Value::from(key.as_str()))).collect();
    first.clone().map_many(
        move |columns| {
            let texts = columns.iter().map(|column| column.str().cloned()).collect::<PolarsResult<Vec<_>>>()?;
            let mut iterators: Vec<_> = texts.iter().map(|text| text.iter()).collect();
            let rows = texts.first().map_or(0, StringChunked::len);
            let mut out = StringChunkedBuilder::new("Tags".into(), rows);
            let mut object = String::new();
            for _ in 0..rows {
                object.clear();
                for (texts, head) in iterators.iter_mut().zip(&heads) {
                    if let Some(Some(value)) = texts.next() {
                        object.push(if object.is_empty() { '{' } else { ',' });
                        object.push_str(head);
                        push_json_text(&mut object, value);
                    }
                }
                if object.is_empty() {
                    out.append_null();
                } else {
                    object.push('}');
                    out.append_value(&object);
                }
            }
            Ok(out.finish().into_series().into_column())
        },
        rest,
        |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::String)),
    )
}

/// Most tag values need no escape.
fn push_json_text(object: &mut String, value: &str) {
    if value.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        object.push_str(&serde_json::Value::from(value).to_string());
    } else {
        object.push('"');
        object.push_str(value);
        object.push('"');
    }
}

/// `amount × times / by` at 18 decimals, half-even; `amount` where `by` is zero.
pub fn scaled(amount: Expr, times: Expr, by: Expr) -> Expr {
    amount.map_many(
        |columns| {
            let name = columns[0].name().clone();
            let parts = columns
                .iter()
                .map(|column| Ok(column.decimal()?.physical().iter().collect::<Vec<_>>()))
                .collect::<PolarsResult<Vec<_>>>()?;
            let [amount, times, by] = parts.as_slice() else {
                polars_bail!(ComputeError: "three columns expected");
            };
            let at = |values: &Vec<Option<i128>>, row: usize| if values.len() == 1 { values[0] } else { values[row] };
            let rows = amount.len().max(times.len()).max(by.len());
            let mut out = PrimitiveChunkedBuilder::<Int128Type>::new(name, rows);
            for row in 0..rows {
                let value = match (at(amount, row), at(times, row), at(by, row)) {
                    (Some(amount), Some(times), Some(by)) if by != 0 => mul_div(amount, times, by)
                        .ok_or_else(|| polars_err!(ComputeError: "an amount beyond 38 digits"))?,
                    (amount, ..) => amount.unwrap_or(0),
                };
                out.append_value(value);
            }
            Ok(out.finish().into_decimal(38, 18)?.into_series().into_column())
        },
        &[times, by],
        |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::Decimal(38, 18))),
    )
}

/// A text to text function, computed once per distinct text of a part.
pub(super) fn text_map(text: Expr, function: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Expr {
    text_try_map(text, move |text| Ok(function(text)))
}

/// The same for a function that may fail.
pub fn text_try_map(
    text: Expr,
    function: impl Fn(&str) -> PolarsResult<Option<String>> + Send + Sync + 'static,
) -> Expr {
    text.map(
        move |column| {
            let texts = column.str()?;
            let mut known: HashMap<&str, Option<String>> = HashMap::new();
            let mut out = StringChunkedBuilder::new(column.name().clone(), texts.len());
            for text in texts.iter() {
                let Some(text) = text else {
                    out.append_null();
                    continue;
                };
                if let Some(value) = known.get(text) {
                    out.append_option(value.as_deref());
                    continue;
                }
                let value = function(text)?;
                out.append_option(value.as_deref());
                known.insert(text, value);
            }
            Ok(out.finish().into_series().into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
    )
}

/// Decimals of a column of text, computed once per distinct text of a part, in units of 10^-18; a null is 0.
pub fn scaled_text(text: Expr, function: impl Fn(&str) -> PolarsResult<i128> + Send + Sync + 'static) -> Expr {
    text.map(
        move |column| {
            let texts = column.str()?;
            let mut known: HashMap<&str, i128> = HashMap::new();
            let mut out = PrimitiveChunkedBuilder::<Int128Type>::new(column.name().clone(), texts.len());
            for text in texts.iter() {
                let value = match text {
                    None => 0,
                    Some(text) => match known.get(text) {
                        Some(value) => *value,
                        None => {
                            let value = function(text)?;
                            known.insert(text, value);
                            value
                        }
                    },
                };
                out.append_value(value);
            }
            Ok(out.finish().into_decimal(38, 18)?.into_series().into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::Decimal(38, 18))),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_type_ends_a_usage_type() {
        for (usage_type, expected) in [
            ("BoxUsage:t3.micro", Some("t3.micro")),
            ("EUW1-SpotUsage:c6gn.16xlarge", Some("c6gn.16xlarge")),
            ("USE2-BoxUsage:u-6tb1.metal", Some("u-6tb1.metal")),
            ("InstanceUsage:db.r6g.2xlarge", Some("db.r6g.2xlarge")),
            ("NodeUsage:cache.t4g.small", Some("cache.t4g.small")),
            ("BoxUsage", None),
            ("EBS:VolumeUsage.gp3", None),
            ("RDS:GP3-Storage", None),
            ("EU-NatGateway-Hours", None),
            ("CW:Requests", None),
            ("TimedStorage:x.y.", None),
        ] {
            assert_eq!(machine_type_of(usage_type), expected, "{usage_type}");
        }
    }
}
