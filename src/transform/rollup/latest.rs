//! The latest state of a resource's attributes as one text that can be maximised.
//!
//! The text is the start of the charge in fixed width, then the attributes as a JSON array: the
//! greatest text is that of the charge that started last, and among equals the one with the
//! greatest attributes, so the choice is the same every time, in any order of parts.

use polars::prelude::*;

const TIME_DIGITS: usize = 20;

/// The packed state of each row.
pub fn pack(attributes: &[String]) -> Expr {
    let attributes: Vec<Expr> = attributes.iter().map(|name| col(name.as_str())).collect();
    col("ChargePeriodStart").map_many(
        |columns| {
            let starts = columns[0].datetime()?.physical().clone();
            let texts = columns[1..].iter().map(|column| column.str()).collect::<PolarsResult<Vec<_>>>()?;
            let mut iterators: Vec<_> = texts.iter().map(|text| text.iter()).collect();
            let mut out = StringChunkedBuilder::new(columns[0].name().clone(), starts.len());
            let mut state: Vec<Option<&str>> = Vec::new();
            let mut text = String::new();
            for start in starts.iter() {
                state.clear();
                state.extend(iterators.iter_mut().map(|values| values.next().flatten()));
                // Shifted so that it is never negative.
                let start = i128::from(start.unwrap_or(i64::MIN)) - i128::from(i64::MIN);
                text.clear();
                text.push_str(&format!("{start:0TIME_DIGITS$}"));
                text.push_str(&serde_json::to_string(&state).map_err(|error| polars_err!(ComputeError: "{error}"))?);
                out.append_value(&text);
            }
            Ok(out.finish().into_series().into_column())
        },
        &attributes,
        |_, fields| Ok(Field::new(fields[0].name().clone(), DataType::String)),
    )
}

/// One attribute of a packed state.
pub fn unpack(packed: &str, attribute: usize) -> Expr {
    col(packed).map(
        move |column| {
            let mut out = StringChunkedBuilder::new(column.name().clone(), column.len());
            for text in column.str()?.iter() {
                let array = text.and_then(|text| text.get(TIME_DIGITS..)).unwrap_or("[]");
                let state: Vec<Option<String>> =
                    serde_json::from_str(array).map_err(|error| polars_err!(ComputeError: "{error}"))?;
                out.append_option(state.into_iter().nth(attribute).flatten().as_deref());
            }
            Ok(out.finish().into_series().into_column())
        },
        |_, field| Ok(Field::new(field.name().clone(), DataType::String)),
    )
}
