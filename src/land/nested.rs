//! Nested columns of a Parquet file: a struct is its fields, each a column of its own (`project.id`); a
//! list or a map is one JSON text.
//!
//! In such a text every value is a text too, keys are sorted and nulls left out, so that the same rows in
//! JSON read the same. BigQuery may wrap a list as `list.element`: that is taken off.

use super::{canonical, kinds};
use arrow::array::{Array, ArrayRef, AsArray, StringArray, make_array};
use arrow::buffer::NullBuffer;
use arrow::datatypes::{DataType, Field, Fields};
use std::fmt::Write;

/// The columns that a schema's fields become, in its order.
pub fn names(fields: &Fields) -> Vec<String> {
    let mut names = Vec::new();
    fields.iter().for_each(|field| name(field, field.name(), &mut names));
    names
}

/// The kind of each of [`names`], beside them.
pub fn kinds(fields: &Fields) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    fields.iter().for_each(|field| add_kind(field, &mut kinds));
    kinds
}

fn add_kind(field: &Field, kinds: &mut Vec<&'static str>) {
    match field.data_type() {
        DataType::Struct(fields) if !is_wrapped_list(fields) => {
            fields.iter().for_each(|field| add_kind(field, kinds));
        }
        kind => kinds.push(kinds::of(kind)),
    }
}

fn name(field: &Field, path: &str, names: &mut Vec<String>) {
    match field.data_type() {
        DataType::Struct(fields) if !is_wrapped_list(fields) => {
            fields.iter().for_each(|field| name(field, &format!("{path}.{}", field.name()), names));
        }
        _ => names.push(path.to_string()),
    }
}

/// The texts of the columns of [`names`]; `None` for a type that is neither text, number, time nor nested.
pub fn texts(columns: &[ArrayRef]) -> Option<Vec<StringArray>> {
    let mut texts = Vec::new();
    columns.iter().try_for_each(|column| add_texts(column, &mut texts))?;
    Some(texts)
}

fn add_texts(array: &ArrayRef, texts: &mut Vec<StringArray>) -> Option<()> {
    match array.data_type() {
        DataType::Struct(fields) if !is_wrapped_list(fields) => {
            (0..fields.len()).try_for_each(|at| add_texts(&field_of(array, at), texts))
        }
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) | DataType::Map(..) => {
            let node = Node::new(array)?;
            let text = |row: usize| {
                let mut text = String::new();
                node.write(row, &mut text);
                Some(text).filter(|text| !matches!(text.as_str(), "" | "[]" | "{}"))
            };
            texts.push((0..array.len()).map(text).collect());
            Some(())
        }
        _ => {
            texts.push(leaf(array)?);
            Some(())
        }
    }
}

/// A struct `list` of structs `element`, as BigQuery writes a repeated field it was not told to infer.
fn is_wrapped_list(fields: &Fields) -> bool {
    matches!(fields.as_ref(), [only] if only.name() == "list" && matches!(only.data_type(), DataType::List(_) | DataType::LargeList(_)))
}

/// A field of a struct; null wherever the struct is.
fn field_of(array: &ArrayRef, at: usize) -> ArrayRef {
    let outer = array.as_struct();
    let inner = outer.column(at);
    let nulls = NullBuffer::union(outer.nulls(), inner.nulls());
    match inner.to_data().into_builder().nulls(nulls).build() {
        Ok(data) => make_array(data),
        Err(_) => inner.clone(),
    }
}

/// Any flat column as text, a number in its one spelling.
fn leaf(array: &ArrayRef) -> Option<StringArray> {
    if matches!(array.data_type(), DataType::Binary | DataType::LargeBinary | DataType::FixedSizeBinary(_)) {
        return None;
    }
    let text = arrow::compute::cast(array, &DataType::Utf8).ok()?;
    let text = text.as_string_opt::<i32>()?;
    if array.data_type().is_numeric() {
        return Some(text.iter().map(|text| text.map(canonical::number)).collect());
    }
    Some(text.clone())
}

/// A nested array, ready to be written row by row.
enum Node {
    Leaf(StringArray),
    /// Fields by name.
    Struct(Vec<(String, Node)>, Option<NullBuffer>),
    /// Where each row's items begin and end.
    List(Vec<usize>, Box<Node>, Option<NullBuffer>),
    Map(Vec<usize>, StringArray, Box<Node>, Option<NullBuffer>),
}

impl Node {
    fn new(array: &ArrayRef) -> Option<Self> {
        Some(match array.data_type() {
            DataType::Struct(fields) if is_wrapped_list(fields) => Self::new(&field_of(array, 0))?,
            DataType::Struct(fields) => {
                let all = array.as_struct();
                let mut parts = Vec::with_capacity(fields.len());
                for (field, column) in fields.iter().zip(all.columns()) {
                    parts.push((field.name().clone(), Self::new(column)?));
                }
                parts.sort_by(|a, b| a.0.cmp(&b.0));
                Self::Struct(parts, all.nulls().cloned())
            }
            DataType::List(_) => {
                let list = array.as_list::<i32>();
                let offsets = list.value_offsets().iter().map(|at| *at as usize).collect();
                Self::List(offsets, Box::new(Self::new(list.values())?.unwrapped()), list.nulls().cloned())
            }
            DataType::LargeList(_) => {
                let list = array.as_list::<i64>();
                let offsets = list.value_offsets().iter().map(|at| *at as usize).collect();
                Self::List(offsets, Box::new(Self::new(list.values())?.unwrapped()), list.nulls().cloned())
            }
            DataType::Map(..) => {
                let map = array.as_map();
                let offsets = map.value_offsets().iter().map(|at| *at as usize).collect();
                Self::Map(offsets, leaf(map.keys())?, Box::new(Self::new(map.values())?), map.nulls().cloned())
            }
            _ => Self::Leaf(leaf(array)?),
        })
    }

    /// Without the struct `element` around every item.
    fn unwrapped(self) -> Self {
        match self {
            Self::Struct(mut parts, _)
                if parts.len() == 1 && matches!(parts[0].1, Self::Struct(..)) && parts[0].0 == "element" =>
            {
                parts.remove(0).1
            }
            node => node,
        }
    }

    /// Adds the value of a row; `false` for a null, of which nothing is written.
    fn write(&self, row: usize, out: &mut String) -> bool {
        let is_null = |nulls: &Option<NullBuffer>| nulls.as_ref().is_some_and(|nulls| nulls.is_null(row));
        match self {
            Self::Leaf(texts) if texts.is_null(row) => return false,
            Self::Leaf(texts) => push_text(texts.value(row), out),
            Self::Struct(_, nulls) | Self::List(_, _, nulls) | Self::Map(_, _, _, nulls) if is_null(nulls) => {
                return false;
            }
            Self::Struct(parts, _) => {
                out.push('{');
                let start = out.len();
                for (name, part) in parts {
                    entry(name, out, start, |out| part.write(row, out));
                }
                out.push('}');
            }
            Self::List(offsets, items, _) => {
                out.push('[');
                let start = out.len();
                for at in offsets[row]..offsets[row + 1] {
                    let before = out.len();
                    if before > start {
                        out.push(',');
                    }
                    if !items.write(at, out) {
                        out.truncate(before);
                    }
                }
                out.push(']');
            }
            Self::Map(offsets, keys, values, _) => {
                let mut order: Vec<usize> = (offsets[row]..offsets[row + 1]).collect();
                order.sort_by_key(|at| keys.value(*at));
                out.push('{');
                let start = out.len();
                for at in order {
                    entry(keys.value(at), out, start, |out| values.write(at, out));
                }
                out.push('}');
            }
        }
        true
    }
}

/// Adds a key and its value; nothing where the value is null.
fn entry(key: &str, out: &mut String, start: usize, value: impl FnOnce(&mut String) -> bool) {
    let before = out.len();
    if before > start {
        out.push(',');
    }
    push_text(key, out);
    out.push(':');
    if !value(out) {
        out.truncate(before);
    }
}

/// A JSON string.
pub fn push_text(text: &str, out: &mut String) {
    if text.bytes().any(|byte| byte < 0x20 || byte == b'"' || byte == b'\\') {
        let _ = write!(out, "{}", serde_json::Value::from(text));
    } else {
        out.push('"');
        out.push_str(text);
        out.push('"');
    }
}
