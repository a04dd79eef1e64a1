//! The value that counts as a tag dimension's: alias, folding, synonym, the sub account's.

use super::charge::Charge;
use crate::error::{Error, Result};
use crate::focus::Policy;
use crate::focus::policy::TagKey;
use std::collections::HashMap;

/// A value of a tag dimension on a charge.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Value {
    /// `None`: neither the charge nor its sub account has one.
    pub text: Option<String>,
    pub is_inherited: bool,
    /// Is it one of those allowed?
    pub is_valid: bool,
}

/// The values of a `Tags` text, as the provider wrote them: for each dimension the first of its
/// keys with a value that is not blank.
pub fn tag_values(text: &str, keys: &[TagKey]) -> Result<Vec<Option<String>>> {
    let tags: HashMap<String, serde_json::Value> =
        serde_json::from_str(text).map_err(|error| Error::bug("Tags", format!("`{text}`: {error}")))?;
    let value = |key: &String| match tags.get(key)? {
        serde_json::Value::String(text) if text.trim().is_empty() => None,
        serde_json::Value::String(text) => Some(text.clone()),
        serde_json::Value::Null => None,
        other => Some(other.to_string()),
    };
    Ok(keys.iter().map(|key| key.keys.iter().find_map(value)).collect())
}

/// The values of a charge, by dimension.
pub fn values(policy: &Policy, charge: &Charge) -> Vec<Value> {
    let account = charge.columns.get("SubAccountId").and_then(|id| policy.accounts.get(*id));
    let value = |(at, key): (usize, &TagKey)| {
        let own = charge.tags.get(at).and_then(Option::as_deref);
        let of_account = || account.filter(|_| key.inherit)?.tags.get(&key.name).map(String::as_str);
        let Some(text) = own.or_else(of_account) else { return Value::default() };
        let text = key.value(text);
        let is_valid = key.allows(&text);
        Value { text: Some(text), is_inherited: own.is_none(), is_valid }
    };
    policy.tag_keys.iter().enumerate().map(value).collect()
}
