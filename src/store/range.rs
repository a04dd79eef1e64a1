//! The part of a file that was asked for, and no other.
//!
//! object_store 0.13 takes a body that broke off up by a range, and looks at the etag of the answer alone
//! (`client/get.rs`, `retry_stream`): a server that gives the file from its start is spliced into the middle of it.

use http::header::{CONTENT_RANGE, HeaderMap, RANGE};
use object_store::client::{HttpError, HttpErrorKind, HttpResponse};

/// Other bytes than were asked for.
#[derive(Debug, thiserror::Error)]
#[error("the server gives other bytes of the file than were asked for")]
struct OtherBytes;

/// First and last byte that a request asks for; the last is open in `bytes=5-`. `None` for all other requests.
pub fn asked(request: &HeaderMap) -> Option<(u64, Option<u64>)> {
    let (from, to) = request.get(RANGE)?.to_str().ok()?.strip_prefix("bytes=")?.split_once('-')?;
    Some((from.parse().ok()?, to.parse().ok()))
}

/// The answer, where it is of the bytes that were asked for, or none of a file.
pub fn given(asked: Option<(u64, Option<u64>)>, response: HttpResponse) -> Result<HttpResponse, HttpError> {
    let Some((from, to)) = asked.filter(|_| response.status().is_success()) else { return Ok(response) };
    let told = response.headers().get(CONTENT_RANGE).and_then(|value| value.to_str().ok());
    let fits = told.and_then(parts).is_some_and(|(first, last, size)| {
        let wanted = to.unwrap_or(u64::MAX).min(size.saturating_sub(1));
        first == from && last == wanted
    });
    if fits { Ok(response) } else { Err(HttpError::new(HttpErrorKind::Unknown, OtherBytes)) }
}

/// `bytes 5-9/10`
fn parts(told: &str) -> Option<(u64, u64, u64)> {
    let (range, size) = told.trim().strip_prefix("bytes ")?.split_once('/')?;
    let (first, last) = range.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?, size.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use object_store::client::HttpResponseBody;

    #[test]
    fn an_answer_is_of_the_range_that_was_asked_for() {
        let answer = |status: u16, told: &str| {
            let mut response = HttpResponse::new(HttpResponseBody::from(Vec::new()));
            *response.status_mut() = status.try_into().unwrap();
            if !told.is_empty() {
                response.headers_mut().insert(CONTENT_RANGE, told.parse().unwrap());
            }
            response
        };
        for (range, status, told, fits) in [
            ("bytes=5-9", 206, "bytes 5-9/100", true),
            ("bytes=5-9", 206, "bytes 5-7/8", true),
            ("bytes=5-", 206, "bytes 5-7/8", true),
            ("bytes=5-9", 200, "", false),
            ("bytes=5-9", 206, "", false),
            ("bytes=5-9", 206, "bytes 0-9/10", false),
            ("bytes=5-9", 206, "bytes 5-7/100", false),
            ("bytes=5-9", 416, "bytes */3", true),
            ("bytes=-5", 206, "bytes 95-99/100", true),
            ("", 200, "", true),
        ] {
            let mut request = HeaderMap::new();
            if !range.is_empty() {
                request.insert(RANGE, range.parse().unwrap());
            }
            assert_eq!(given(asked(&request), answer(status, told)).is_ok(), fits, "{range} {status} {told}");
        }
    }
}
