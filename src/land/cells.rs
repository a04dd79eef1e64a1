//! The values of a Parquet column as texts.

use arrow::array::{Array, ArrayRef, AsArray, MapArray, StringArray};
use arrow::datatypes::DataType;

/// Any column as text: numbers as their shortest exact decimal, times as ISO 8601, maps as JSON.
pub fn as_text(array: &ArrayRef) -> Option<StringArray> {
    match array.data_type() {
        DataType::Utf8 => Some(array.as_string::<i32>().clone()),
        DataType::Map(..) => map_text(array.as_map()),
        DataType::Struct(_) | DataType::List(_) | DataType::LargeList(_) | DataType::Binary => None,
        _ => Some(arrow::compute::cast(array, &DataType::Utf8).ok()?.as_string::<i32>().clone()),
    }
}

/// Numbers stay numbers, as in the JSON that the same map is in a CSV.
fn map_text(map: &MapArray) -> Option<StringArray> {
    let keys = as_text(map.keys())?;
    let values = as_text(map.values())?;
    let numbers = map.values().data_type().is_numeric();
    let value = |at: usize| {
        let text = (!values.is_null(at)).then(|| values.value(at))?;
        let number = numbers.then(|| text.parse().ok().map(serde_json::Value::Number)).flatten();
        Some(number.unwrap_or_else(|| text.into()))
    };
    let rows = (0..map.len()).map(|row| {
        if map.is_null(row) {
            return None;
        }
        let range = map.value_offsets()[row] as usize..map.value_offsets()[row + 1] as usize;
        let object: std::collections::BTreeMap<&str, Option<serde_json::Value>> =
            range.map(|at| (keys.value(at), value(at))).collect();
        serde_json::to_string(&object).ok()
    });
    Some(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{
        Decimal128Array, Float64Array, Float64Builder, MapBuilder, StringBuilder, TimestampMillisecondArray,
    };
    use std::sync::Arc;

    fn texts(array: ArrayRef) -> Vec<Option<String>> {
        as_text(&array).unwrap().iter().map(|text| text.map(str::to_string)).collect()
    }

    /// A float becomes its shortest decimal, which reads back as the same float; nothing else is rounded.
    #[test]
    fn parquet_values_become_exact_texts() {
        let floats = [0.1, 1.81e-8, 1e22, 27.339199, -0.0].map(Some);
        let read = texts(Arc::new(Float64Array::from(floats.to_vec())));
        for (float, text) in floats.iter().zip(&read) {
            assert_eq!(text.as_deref().and_then(|text| text.parse().ok()), *float, "{text:?}");
        }
        assert_eq!(read[0].as_deref(), Some("0.1"));
        let decimal = Decimal128Array::from(vec![Some(1_234_567_890_123), None]).with_precision_and_scale(38, 12);
        assert_eq!(texts(Arc::new(decimal.unwrap())), [Some("1.234567890123".to_string()), None]);
        let time = TimestampMillisecondArray::from(vec![1_777_593_600_000]);
        let text = texts(Arc::new(time)).remove(0).unwrap();
        assert_eq!(crate::focus::time::parse_timestamp(&text), Some(1_777_593_600_000_000), "{text}");
    }

    /// The discounts of CUR 2.0.
    #[test]
    fn numbers_of_a_map_stay_numbers() {
        let mut map = MapBuilder::new(None, StringBuilder::new(), arrow::array::Float64Builder::new());
        map.keys().append_value("edp_discount");
        map.values().append_value(-0.096);
        map.append(true).unwrap();
        assert_eq!(texts(Arc::new(map.finish())), [Some(r#"{"edp_discount":-0.096}"#.to_string())]);
    }

    #[test]
    fn maps_become_json_with_sorted_keys() {
        let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
        for (key, value) in [("team", "a\"b"), ("env", "prod")] {
            map.keys().append_value(key);
            map.values().append_value(value);
        }
        map.append(true).unwrap();
        map.append(false).unwrap();
        assert_eq!(texts(Arc::new(map.finish())), [Some(r#"{"env":"prod","team":"a\"b"}"#.to_string()), None]);
    }

    /// A map of doubles was an object of texts: the discounts of CUR 2.0 in Parquet were not those of its CSV.
    #[test]
    fn numbers_in_maps_stay_numbers() {
        let mut map = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
        for (key, value) in [("edp_discount", Some(-0.05)), ("private", None), ("total", Some(f64::INFINITY))] {
            map.keys().append_value(key);
            map.values().append_option(value);
        }
        map.append(true).unwrap();
        let text = r#"{"edp_discount":-0.05,"private":null,"total":"inf"}"#;
        assert_eq!(texts(Arc::new(map.finish())), [Some(text.to_string())]);
    }
}
