//! A page of a listing, read whole: one that breaks off is asked for again like any request, one that is too large,
//! comes twice, is none at all or ends before its end is an error.

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

/// Pages that go on and on.
#[derive(Debug, thiserror::Error)]
#[error("the listing goes on after {0} pages")]
pub struct TooManyPages(pub usize);

/// An answer of something else: of a proxy, of a network that wants a login. object_store reads an empty listing there.
#[derive(Debug, thiserror::Error)]
#[error("the answer is no listing")]
pub struct NoListing;

/// A page that says that others follow, and not which: object_store takes it for the last one.
#[derive(Debug, thiserror::Error)]
#[error("the listing says that it goes on, and not where")]
pub struct BrokenOff;

/// What an error of a listing says, and what to do.
pub const TOLD: [(&str, &str); 4] = [
    ("the store gives the same page of its listing again", ENDLESS),
    ("the listing goes on after", ENDLESS),
    (
        "the answer is no listing",
        "check `endpoint` and the proxy (HTTPS_PROXY, NO_PROXY): something else answers there",
    ),
    ("the listing says that it goes on, and not where", "read a copy of it, or ask whoever runs that store"),
];

const ENDLESS: &str = "read a copy of it, or ask whoever runs that store: its listing has no end";

/// No byte in time.
#[derive(Debug, thiserror::Error)]
#[error("no byte of the answer for {0} s")]
struct Stalled(u64);

/// Is this the URL of a listing: of S3 and Cloud Storage, or of Blob Storage?
pub fn is_listing(uri: &Uri) -> bool {
    let query = uri.query().unwrap_or_default();
    query.split('&').any(|part| part == "list-type=2" || part == "comp=list")
}

/// Is this a page of a listing, and is it told where the next one is?
fn check(page: &str, bytes: &[u8]) -> std::result::Result<(), HttpError> {
    let text = String::from_utf8_lossy(bytes);
    let wanted = if page.contains("comp=list") { "EnumerationResults" } else { "ListBucketResult" };
    if root(&text) != Some(wanted) {
        return Err(HttpError::new(HttpErrorKind::Unknown, NoListing));
    }
    // What stands in a key has its `<` written otherwise.
    let goes_on = text.contains("<IsTruncated>true</IsTruncated>");
    let says_where = text.split_once("<NextContinuationToken>").is_some_and(|(_, token)| !token.starts_with('<'));
    if goes_on && !says_where {
        return Err(HttpError::new(HttpErrorKind::Unknown, BrokenOff));
    }
    Ok(())
}

/// The name of the first element of XML, behind its declaration and comments.
fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while rest.starts_with("<?") || rest.starts_with("<!--") {
        let end = if rest.starts_with("<?") { "?>" } else { "-->" };
        rest = rest.split_once(end)?.1.trim_start();
    }
    rest.strip_prefix('<')?.split(['>', '/', ' ', '\t', '\r', '\n']).next()
}

/// The answer with its whole body in memory; `page` is the URL of a listing's.
///
/// Errors: `Interrupted` and `Timeout`, which the client repeats; `Unknown`, which it does not, with [`TooLarge`],
/// [`NoListing`] or [`BrokenOff`].
pub async fn whole(
    response: HttpResponse,
    patience: &Patience,
    page: Option<&str>,
) -> std::result::Result<HttpResponse, HttpError> {
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
    if let Some(page) = page.filter(|_| !is_error) {
        check(page, &bytes)?;
    }
    Ok(HttpResponse::from_parts(parts, HttpResponseBody::from(bytes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_of_the_store_that_was_asked_and_says_where_it_goes_on() {
        let (s3, blob) = ("http://x/b?list-type=2&prefix=a", "http://x/b?restype=container&comp=list");
        let says = |page: &str, text: &str| match check(page, text.as_bytes()) {
            Ok(()) => "well".to_string(),
            Err(error) => super::super::refuse::chain(&error),
        };
        for (page, text, expected) in [
            (s3, "<ListBucketResult/>", "well"),
            (s3, "\u{feff}<?xml version=\"1.0\"?>\n<!-- x -->\n<ListBucketResult xmlns=\"y\"><a/>", "well"),
            (s3, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>", "well"),
            (
                s3,
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>",
                "well",
            ),
            (s3, "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>", "not where"),
            (s3, "<ListBucketResult><IsTruncated>true</IsTruncated><NextMarker>t</NextMarker>", "not where"),
            (
                s3,
                "<ListBucketResult><IsTruncated>true</IsTruncated><NextContinuationToken></NextContinuationToken>",
                "not where",
            ),
            (blob, "<?xml version=\"1.0\"?><EnumerationResults ServiceEndpoint=\"z\"></EnumerationResults>", "well"),
            (blob, "<ListBucketResult/>", "no listing"),
            (s3, "<EnumerationResults/>", "no listing"),
            (s3, "", "no listing"),
            (s3, "{\"items\": []}", "no listing"),
            (s3, "<!DOCTYPE html><html></html>", "no listing"),
        ] {
            assert!(says(page, text).contains(expected), "{text}: {}", says(page, text));
        }
    }
}
