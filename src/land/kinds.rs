//! What kind of values a Parquet column holds, coarsely: a decimal for a double is no news, a text for a number is.

use arrow::datatypes::DataType;

/// `text`, `number`, `time`, `truth value` or `nested`; empty where the type says nothing, as of a column without values.
pub fn of(kind: &DataType) -> &'static str {
    match kind {
        DataType::Null => "",
        DataType::Boolean => "truth value",
        DataType::Timestamp(..) | DataType::Date32 | DataType::Date64 | DataType::Time32(_) | DataType::Time64(_) => {
            "time"
        }
        DataType::Dictionary(_, values) => of(values),
        DataType::List(_)
        | DataType::LargeList(_)
        | DataType::FixedSizeList(..)
        | DataType::Struct(_)
        | DataType::Map(..) => "nested",
        kind if kind.is_numeric() => "number",
        _ => "text",
    }
}
