//! A header of a webhook.

use http::{HeaderName, HeaderValue};

/// Is it one that can be sent: a name of a header's signs, and a value of visible ones?
pub fn is_header(name: &str, value: &str) -> bool {
    name.parse::<HeaderName>().is_ok() && value.parse::<HeaderValue>().is_ok()
}
