//! Days of the config, quoted or not.

use crate::Result;
use crate::settings::place::ConfigText;
use chrono::NaiveDate;
use toml::{Spanned, Value};

/// A UTC day, `"2026-07-01"` or TOML's own `2026-07-01`.
pub fn day(config: &ConfigText, value: &Spanned<Value>) -> Result<NaiveDate> {
    let text = match value.get_ref() {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    // chrono also reads 2026-7-1, which sorts and compares differently in every other tool.
    text.parse().ok().filter(|day: &NaiveDate| day.to_string() == text).ok_or_else(|| {
        config.error(&value.span(), format!("`{text}` is not a day"), "write the UTC day as \"2026-07-01\"")
    })
}

/// A day that may be absent.
pub fn optional_day(config: &ConfigText, value: Option<&Spanned<Value>>) -> Result<Option<NaiveDate>> {
    value.map(|value| day(config, value)).transpose()
}
