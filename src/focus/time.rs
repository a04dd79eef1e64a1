//! Timestamps as exports write them.

use chrono::{NaiveDate, NaiveDateTime, NaiveTime};

/// UTC microseconds of `2024-09-01T00:00:00Z`, with a space for `T`, fractions of a second, an
/// offset, without zone (then UTC), or a bare date. `None` for anything else.
pub fn parse_timestamp(text: &str) -> Option<i64> {
    let text = text.trim();
    if let Some(micros) = usual(text.as_bytes()) {
        return Some(micros);
    }
    if text.len() == 10 {
        return Some(
            NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()?.and_hms_opt(0, 0, 0)?.and_utc().timestamp_micros(),
        );
    }
    let (date, rest) = text.split_at_checked(10)?;
    let rest = rest.strip_prefix(['T', ' '])?;
    let (clock, offset) = split_zone(rest)?;
    let clock = if clock.len() == 5 { format!("{clock}:00") } else { clock.to_string() };
    let time = NaiveDateTime::parse_from_str(&format!("{date}T{clock}"), "%Y-%m-%dT%H:%M:%S%.f").ok()?;
    Some(time.and_utc().timestamp_micros() - offset * 60_000_000)
}

/// The same of `9/2/2023`, month first, with or without leading zeros and a time of day; also every
/// spelling of [`parse_timestamp`]. For exports that are known to write the month first.
pub fn parse_month_first(text: &str) -> Option<i64> {
    let text = text.trim();
    if !text.contains('/') {
        return parse_timestamp(text);
    }
    let (date, clock) = text.split_once([' ', 'T']).unwrap_or((text, "00:00:00"));
    let mut parts = date.split('/');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let legal = (1..=digits).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
        legal.then(|| part.parse::<u32>().ok()).flatten()
    };
    let (month, day, year) = (number(2)?, number(2)?, number(4)?);
    if parts.next().is_some() || year < 1000 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    let clock = clock.trim_end_matches('Z');
    let time =
        ["%H:%M:%S%.f", "%I:%M:%S %p", "%H:%M"].iter().find_map(|form| NaiveTime::parse_from_str(clock, form).ok())?;
    Some(date.and_time(time).and_utc().timestamp_micros())
}

/// The spelling of nearly all exports, `2024-09-01T00:00:00Z` with or without `.000`, read without
/// a format string. `None` for every other spelling.
fn usual(text: &[u8]) -> Option<i64> {
    let (head, tail) = text.split_at_checked(19)?;
    if !(matches!(tail, b"Z" | b".000Z" | b"") && matches!(head[10], b'T' | b' ')) {
        return None;
    }
    if head[4] != b'-' || head[7] != b'-' || head[13] != b':' || head[16] != b':' {
        return None;
    }
    let number = |from: usize, to: usize| {
        head[from..to]
            .iter()
            .try_fold(0u32, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    let date = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    Some(date.and_hms_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?)?.and_utc().timestamp_micros())
}

/// The clock part, and the offset from UTC in minutes.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    if let Some(clock) = text.strip_suffix(" UTC") {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let digits: String = text[at + 1..].chars().filter(|c| *c != ':').collect();
    let number: i64 = digits.parse().ok()?;
    let minutes = if digits.len() == 2 { number * 60 } else { number / 100 * 60 + number % 100 };
    Some((&text[..at], if text.as_bytes()[at] == b'-' { -minutes } else { minutes }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_spellings_of_exports() {
        let noon = parse_timestamp("2024-09-01T12:00:00Z");
        assert_eq!(noon, Some(1_725_192_000_000_000));
        for same in [
            "2024-09-01 12:00:00",
            "2024-09-01T12:00:00.000Z",
            "2024-09-01T12:00:00.000000",
            "2024-09-01T12:00Z",
            "2024-09-01T14:00:00+02:00",
            "2024-09-01 07:00:00-0500",
            "2024-09-01 12:00:00 UTC",
        ] {
            assert_eq!(parse_timestamp(same), noon, "{same}");
        }
        assert_eq!(parse_timestamp("2024-09-01"), parse_timestamp("2024-09-01T00:00:00Z"));
        for wrong in ["", "abc", "2024-13-01", "2024-09-01T25:00:00Z", "09/01/2024", "2024-09-01T", "45536"] {
            assert_eq!(parse_timestamp(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_month_comes_first_only_where_asked_for() {
        let day = parse_timestamp("2023-09-02");
        for same in [
            "9/2/2023",
            "09/02/2023",
            "9/2/2023 12:00:00 AM",
            "09/02/2023 00:00:00",
            "2023-09-02",
            "2023-09-02T00:00:00Z",
        ] {
            assert_eq!(parse_month_first(same), day, "{same}");
        }
        assert_eq!(parse_month_first("9/2/2023 1:30:00 PM"), parse_timestamp("2023-09-02T13:30:00"));
        for wrong in
            ["21/09/2023", "9/2/23", "9/2", "9/2/2023/1", "9-2-2023", "+9/2/2023", "9/2/2023 noon", "9/31/2023"]
        {
            assert_eq!(parse_month_first(wrong), None, "{wrong}");
        }
    }
}
