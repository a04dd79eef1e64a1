//! Figures of an answer, digit by digit: a JSON number is read as its text, never as a float.

use super::refuse::Refused;
use crate::extract::store::plain;
use crate::focus::Money;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};

/// A number as the answer writes it, at 18 decimals; what is beyond them is rounded half-even.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exact(pub Money);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = serde_json::Number::deserialize(deserializer)?.to_string();
        text.parse().map(Self).map_err(|_| D::Error::custom(format!("{text} is past 38 digits")))
    }
}

/// An amount of money: a number, whose currency stands beside it (legacy), or an object with both (modern).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    pub value: Money,
    pub currency: Option<String>,
}

impl<'de> Deserialize<'de> for Amount {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Modern {
            value: Exact,
            currency: String,
        }
        let value = serde_json::Value::deserialize(deserializer)?;
        match value {
            serde_json::Value::Number(_) => {
                let value: Exact = serde_json::from_value(value).map_err(D::Error::custom)?;
                Ok(Self { value: value.0, currency: None })
            }
            _ => {
                let Modern { value, currency } = serde_json::from_value(value).map_err(D::Error::custom)?;
                Ok(Self { value: value.0, currency: Some(code(&currency)) })
            }
        }
    }
}

/// A currency's code: balances pad it with blanks.
pub fn code(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// The `value` of all pages.
pub fn rows<T: DeserializeOwned>(pages: &[String]) -> Result<Vec<T>, Refused> {
    #[derive(Deserialize)]
    struct Body<T> {
        value: Vec<T>,
    }
    let mut rows = Vec::new();
    for page in pages.iter().filter(|page| !page.is_empty()) {
        let body: Body<T> = serde_json::from_str(page).map_err(|error| malformed(&error))?;
        rows.extend(body.value);
    }
    Ok(rows)
}

/// The one object of an answer without pages; `None` where there is nothing (204).
pub fn object<T: DeserializeOwned>(pages: &[String]) -> Result<Option<T>, Refused> {
    let Some(page) = pages.iter().find(|page| !page.is_empty()) else { return Ok(None) };
    serde_json::from_str(page).map(Some).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> Refused {
    Refused::Malformed(plain(&error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(body: &str) -> String {
        body.to_string()
    }

    /// A float holds 15 to 17 digits; these have 24 and more.
    #[test]
    fn a_figure_survives_to_the_last_digit() {
        for (text, expected) in [
            ("279881.945779523100000123", "279881.945779523100000123"),
            ("9007199254740993.000000000000000001", "9007199254740993.000000000000000001"),
            ("1.5e3", "1500"),
            ("-0.10", "-0.1"),
        ] {
            let rows: Vec<Amount> = rows(&[page(&format!("{{\"value\":[{text}]}}"))]).unwrap();
            assert_eq!(rows[0].value.to_string(), expected);
            let modern = page(&format!("{{\"value\":[{{\"currency\":\"usd \",\"value\":{text}}}]}}"));
            let rows: Vec<Amount> = super::rows(&[modern]).unwrap();
            assert_eq!((rows[0].value.to_string().as_str(), rows[0].currency.as_deref()), (expected, Some("USD")));
        }
    }

    #[test]
    fn what_is_no_answer_is_refused() {
        for body in ["{\"value\":[\"12\"]}", "{\"value\":[1e99]}", "{}", "[]", "{\"value\":[1"] {
            let read: Result<Vec<Amount>, Refused> = rows(&[page(body)]);
            assert!(matches!(read, Err(Refused::Malformed(_))), "{body}: {read:?}");
        }
        assert_eq!(rows::<Amount>(&[page("")]), Ok(Vec::new()));
    }
}
