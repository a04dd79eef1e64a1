//! Parameters: a name, and a default whose TOML type is the type.

use crate::error::{Error, Result};
use chrono::NaiveDate;

/// A declared parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    pub name: String,
    pub default: ParamValue,
}

impl Param {
    /// Is `given` of the type that the default has?
    pub fn takes(&self, given: &ParamValue) -> bool {
        self.default.accept("", &self.name, given).is_ok()
    }
}

/// A typed value that a statement is bound with.
#[derive(Debug, Clone, PartialEq)]
pub enum ParamValue {
    Text(String),
    Integer(i64),
    Number(f64),
    Boolean(bool),
    Date(NaiveDate),
}

impl std::fmt::Display for ParamValue {
    fn fmt(&self, out: &mut std::fmt::Formatter) -> std::fmt::Result {
        match self {
            Self::Text(text) => write!(out, "{text}"),
            Self::Integer(value) => write!(out, "{value}"),
            Self::Number(value) => write!(out, "{value}"),
            Self::Boolean(value) => write!(out, "{value}"),
            Self::Date(date) => write!(out, "{}", date.format("%Y-%m-%d")),
        }
    }
}

impl ParamValue {
    /// From a header or a report section. `None` for what cannot be a literal: arrays, tables,
    /// times, infinities.
    pub fn from_toml(value: &toml::Value) -> Option<Self> {
        Some(match value {
            toml::Value::String(text) => Self::Text(text.clone()),
            toml::Value::Integer(value) => Self::Integer(*value),
            toml::Value::Float(value) if value.is_finite() => Self::Number(*value),
            toml::Value::Boolean(value) => Self::Boolean(*value),
            toml::Value::Datetime(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                Self::Date(NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())?)
            }
            _ => return None,
        })
    }

    /// Reads what was typed for a flag, as the type of this default.
    pub fn parse_like(&self, text: &str) -> Option<Self> {
        Some(match self {
            Self::Text(_) => Self::Text(text.into()),
            Self::Integer(_) => Self::Integer(text.parse().ok()?),
            Self::Number(_) => Self::Number(text.parse().ok().filter(|value: &f64| value.is_finite())?),
            Self::Boolean(_) => Self::Boolean(text.parse().ok()?),
            Self::Date(_) => Self::Date(text.parse().ok()?),
        })
    }

    /// The name of the type, for messages.
    pub fn type_name(&self) -> &'static str {
        match self {
            Self::Text(_) => "text",
            Self::Integer(_) => "an integer",
            Self::Number(_) => "a number",
            Self::Boolean(_) => "true or false",
            Self::Date(_) => "a date",
        }
    }

    /// `given` as the type of this default; a whole number may stand for a number.
    pub(super) fn accept(&self, place: &str, name: &str, given: &ParamValue) -> Result<ParamValue> {
        match (self, given) {
            (Self::Number(_), Self::Integer(value)) => Ok(Self::Number(*value as f64)),
            (Self::Number(_), Self::Number(value)) if !value.is_finite() => {
                Err(Error::settings(place, format!("parameter `{name}` is not a finite number"), "give a number"))
            }
            _ if std::mem::discriminant(self) == std::mem::discriminant(given) => Ok(given.clone()),
            _ => Err(Error::settings(
                place,
                format!("parameter `{name}` is {}, and {} was given", self.type_name(), given.type_name()),
                format!("give {}", self.type_name()),
            )),
        }
    }

    /// The SQL literal, the same in every engine. Numbers are cast from text: a bare `0.5` is a
    /// decimal in one engine and a float in another, and Polars SQL does not read `1e300`.
    pub(super) fn literal(&self) -> String {
        match self {
            Self::Text(text) => format!("'{}'", text.replace('\'', "''")),
            Self::Integer(value) if *value < 0 => format!("({value})"),
            Self::Integer(value) => value.to_string(),
            Self::Number(value) => format!("CAST('{value:?}' AS DOUBLE)"),
            Self::Boolean(value) => if *value { "TRUE" } else { "FALSE" }.into(),
            // Polars warns on stderr of each typed literal, `DATE '2026-10-31'`; the function it takes in silence.
            Self::Date(date) => format!("DATE('{}')", date.format("%Y-%m-%d")),
        }
    }
}
