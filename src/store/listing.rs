//! A page of a listing, read whole: one that breaks off is asked for again like any request, one that is too large or
//! comes twice is an error.

use super::patience::Patience;
use futures_util::StreamExt;
use http::Uri;
use object_store::client::{HttpError, HttpErrorKind, HttpResponse, HttpResponseBody};

/// Bytes of an answer that is an error: what is behind them is not read.
const MOST_OF_AN_ERROR: u64 = 64 << 10;

/// A page that holds more than a listing may.
#[derive(Debug, thiserror::Error)]
#[error("a page of the listing has more than {0} bytes")]
pub struct TooLarge(pub u64);

/// A page that was given before: the listing would never end.
#[derive(Debug, thiserror::Error)]
#[error("the store gives the same page of its listing again")]
pub struct Again;

/// No byte in time.
#[derive(Debug, thiserror::Error)]
#[error("no byte of the answer for {0} s")]
struct Stalled(u64);

/// Is this the URL of a listing: of S3 and Cloud Storage, or of Blob Storage?
pub fn is_listing(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    query.split('&').any(|part| part == "list-type=2" || part == "comp=list")
}

/// The answer with its whole body in memory.
///
/// Errors: `Interrupted` and `Timeout`, which the client repeats; `Unknown`, which it does not, with [`TooLarge`].
pub async fn whole(response: HttpResponse, patience: &Patience) -> std::result::Result<HttpResponse, HttpError> {
    let (parts, body) = response.into_parts();
    let is_error = !parts.status.is_success();
    let most = if is_error { MOST_OF_AN_ERROR } else { patience.largest_page() };
    let mut stream = body.bytes_stream();
    let mut bytes = Vec::new();
    loop {
        let next = match tokio::time::timeout(patience.stall(), stream.next()).await {
            Ok(Some(Ok(next))) => next,
            Ok(None) => break,
            // The status says what there is to say.
            Ok(Some(Err(_))) | Err(_) if is_error => break,
            Ok(Some(Err(error))) => return Err(HttpError::new(HttpErrorKind::Interrupted, error)),
            Err(_) => return Err(HttpError::new(HttpErrorKind::Timeout, Stalled(patience.stall().as_secs()))),
        };
        bytes.extend_from_slice(&next);
        if bytes.len() as u64 > most {
            if is_error {
                break;
            }
            return Err(HttpError::new(HttpErrorKind::Unknown, TooLarge(most)));
        }
    }
    Ok(HttpResponse::from_parts(parts, HttpResponseBody::from(bytes)))
}
