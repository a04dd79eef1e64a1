//! One text per value, whatever the container: what Parquet holds as numbers and times, JSON prints in
//! several ways.

use crate::focus::time::parse_timestamp;
use std::borrow::Cow;

/// More zeros than a decimal of ours can have, and the text is left as it is.
const MOST_ZEROS: i64 = 400;

/// A number without an exponent, a plus or zeros that say nothing: `1.50E-3` is `0.0015`. What is no
/// number comes back as it is.
pub fn number(text: &str) -> Cow<'_, str> {
    plain_decimal(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn plain_decimal(text: &str) -> Option<String> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (rest, 0),
    };
    let (whole, part) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{part}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) || exponent.abs() > MOST_ZEROS {
        return None;
    }
    // Where the point stands in `digits`, counted from their start.
    let point = whole.len() as i64 + exponent;
    let (whole, part) = if point <= 0 {
        (String::new(), format!("{}{digits}", "0".repeat(point.unsigned_abs() as usize)))
    } else if point as usize >= digits.len() {
        (format!("{digits}{}", "0".repeat(point as usize - digits.len())), String::new())
    } else {
        (digits[..point as usize].to_string(), digits[point as usize..].to_string())
    };
    let (whole, part) = (whole.trim_start_matches('0'), part.trim_end_matches('0'));
    let sign = if negative && !(whole.is_empty() && part.is_empty()) { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { whole };
    Some(if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") })
}

/// A time as BigQuery prints it in JSON, `2026-10-01 07:00:00.5 UTC`, in the spelling of Parquet's:
/// `2026-10-01T07:00:00.500Z`. What is no time comes back as it is.
pub fn time(text: &str) -> Cow<'_, str> {
    let looks = text.as_bytes();
    let is_time = looks.len() >= 20 && looks[4] == b'-' && looks[7] == b'-' && looks[13] == b':' && looks[16] == b':';
    let has_zone = ["UTC", "Z", "+00", "+00:00"].iter().any(|zone| text.ends_with(zone));
    if !is_time || !has_zone {
        return Cow::Borrowed(text);
    }
    let time = parse_timestamp(text).and_then(chrono::DateTime::from_timestamp_micros);
    time.map_or(Cow::Borrowed(text), |time| time.to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_has_one_text() {
        for (text, one) in [
            ("1.50E-3", "0.0015"),
            ("1.81e-8", "0.0000000181"),
            ("0.174592000", "0.174592"),
            ("5.0", "5"),
            ("-0.0", "0"),
            ("-7.25", "-7.25"),
            ("1e22", "10000000000000000000000"),
            ("4.6128932E4", "46128.932"),
            ("1E+2", "100"),
            (".5", "0.5"),
            ("0", "0"),
            ("NaN", "NaN"),
            ("1e9999", "1e9999"),
            ("", ""),
        ] {
            assert_eq!(number(text), one, "{text}");
        }
    }

    #[test]
    fn a_time_has_one_text() {
        for text in ["2026-10-01 07:00:00 UTC", "2026-10-01T07:00:00Z", "2026-10-01 07:00:00+00"] {
            assert_eq!(time(text), "2026-10-01T07:00:00Z", "{text}");
        }
        assert_eq!(time("2026-10-01 03:59:07.158 UTC"), "2026-10-01T03:59:07.158Z");
        for text in ["a name of 20 letters Z", "2026-10-01", "2026-99-01 07:00:00 UTC"] {
            assert_eq!(time(text), text);
        }
    }
}
