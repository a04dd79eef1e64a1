//! Whose clock is wrong: the time that a request was signed with beside the time that the answer says.
//!
//! No clock is read for it. Requests to S3 and Blob Storage carry the time of their signature; those to Cloud Storage a
//! token that says from when to when it holds, where a service account signed it on this machine.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, NaiveDateTime, Utc};
use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE};

/// Seconds between a request's time and the server's that every provider takes: S3 and Blob Storage 15 minutes, Google's
/// tokens less. A difference below is nobody's fault.
const TAKEN: i64 = 300;

/// When a request was signed: from when to when that holds, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signed {
    from: DateTime<Utc>,
    to: DateTime<Utc>,
}

impl Signed {
    /// Of a request's headers; `None` where they do not say.
    pub fn of(headers: &HeaderMap) -> Option<Self> {
        let text = |name: &str| headers.get(name)?.to_str().ok();
        let at = |time: DateTime<Utc>| Self { from: time, to: time };
        if let Some(time) =
            text("x-amz-date").and_then(|text| NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%SZ").ok())
        {
            return Some(at(time.and_utc()));
        }
        if let Some(time) =
            text("x-ms-date").or(text(DATE.as_str())).and_then(|text| DateTime::parse_from_rfc2822(text).ok())
        {
            return Some(at(time.to_utc()));
        }
        let claims = text(AUTHORIZATION.as_str())?.strip_prefix("Bearer ")?.split('.').nth(1)?;
        let claims: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        let time = |name: &str| DateTime::from_timestamp(claims.get(name)?.as_i64()?, 0);
        Some(Self { from: time("iat")?, to: time("exp")? })
    }

    /// Seconds by which this machine's clock is ahead of the server's, negative where it is behind; `None` where they
    /// agree as far as anybody asks, or the answer says no time.
    pub fn ahead(&self, answer: &HeaderMap) -> Option<i64> {
        let there = DateTime::parse_from_rfc2822(answer.get(DATE)?.to_str().ok()?).ok()?.to_utc();
        let (early, late) = ((self.from - there).num_seconds(), (self.to - there).num_seconds());
        let off = if early > 0 { early } else { late.min(0) };
        (off.abs() > TAKEN).then_some(off)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse::<http::HeaderName>().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn each_provider_s_requests_say_when_they_were_signed() {
        let claims = |iat: i64, exp: i64| {
            let text = format!("{{\"iss\":\"x\",\"iat\":{iat},\"exp\":{exp}}}");
            format!("Bearer e30.{}.x", URL_SAFE_NO_PAD.encode(text))
        };
        // 2026-11-30T10:00:00Z
        let (ten, hour) = (1_796_032_800, 3600);
        let answer = headers(&[("date", "Mon, 30 Nov 2026 10:00:00 GMT")]);
        for (request, expected) in [
            (("x-amz-date", "20261130T100000Z".to_string()), None),
            (("x-amz-date", "20261130T100459Z".to_string()), None),
            (("x-amz-date", "20261130T110000Z".to_string()), Some(hour)),
            (("x-amz-date", "20261130T090000Z".to_string()), Some(-hour)),
            (("x-ms-date", "Mon, 30 Nov 2026 12:00:00 GMT".to_string()), Some(2 * hour)),
            (("date", "Mon, 30 Nov 2026 10:00:00 GMT".to_string()), None),
            (("date", "Mon, 30 Nov 2026 08:00:00 GMT".to_string()), Some(-2 * hour)),
            (("authorization", claims(ten, ten + hour)), None),
            (("authorization", claims(ten - hour, ten)), None),
            (("authorization", claims(ten + hour, ten + 2 * hour)), Some(hour)),
            (("authorization", claims(ten - 3 * hour, ten - 2 * hour)), Some(-2 * hour)),
            (("authorization", "Bearer opaque".to_string()), None),
            (("authorization", "Bearer a.b.c".to_string()), None),
            (("x-amz-date", "yesterday".to_string()), None),
        ] {
            let signed = Signed::of(&headers(&[(request.0, &request.1)]));
            assert_eq!(signed.and_then(|signed| signed.ahead(&answer)), expected, "{request:?}");
        }
        let signed = Signed::of(&headers(&[("x-amz-date", "20261130T110000Z")])).unwrap();
        assert_eq!(signed.ahead(&headers(&[])), None);
        assert_eq!(signed.ahead(&headers(&[("date", "now")])), None);
    }
}
