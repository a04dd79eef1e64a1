//! The HTTP client below object_store: waits when the server says so, does not wait for a server that says nothing,
//! and remembers what the last answer was.
//!
//! object_store 0.13 backs off with jitter and does not read `Retry-After` (its `client/retry.rs`); its one timeout
//! covers a body of any length. So its timeout is off, and here a request has a time to be answered in; the time for
//! the bytes of a body is the reader's.

use super::direct::DirectConnector;
use super::listing::{Again, TooManyPages, is_listing, whole};
use super::patience::Patience;
use super::range;
use super::refuse::{UNTRUSTED, chain};
use super::skew::Signed;
use async_trait::async_trait;
use http::Method;
use http::header::{ACCEPT_ENCODING, DATE, HeaderMap, HeaderValue, RETRY_AFTER};
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse, HttpService,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

tokio::task_local! {
    static SEEN: Seen;
}

/// What the answers to the requests of one task said.
#[derive(Debug, Clone, Default)]
pub struct Seen(Arc<Mutex<Told>>);

#[derive(Debug, Clone, Default)]
pub struct Told {
    /// The status and the headers of the last answer.
    pub status: Option<u16>,
    pub headers: HeaderMap,
    /// Seconds that servers asked to wait, and were given.
    pub waited: Vec<u64>,
    /// Seconds that a server asked to wait, too many for a run.
    pub too_long: Option<u64>,
    /// Seconds by which this machine's clock is ahead of the server's, by the last answer.
    pub ahead: Option<i64>,
    /// Pages of a listing that were answered, by their URLs.
    pub pages: BTreeSet<String>,
}

impl Seen {
    /// Does some work; what its answers say is told by [`Seen::told`] then.
    pub async fn during<F: Future>(&self, work: F) -> F::Output {
        SEEN.scope(self.clone(), work).await
    }

    pub fn told(&self) -> Told {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn note<T>(change: impl FnOnce(&mut Told) -> T) -> Option<T> {
        SEEN.try_with(|seen| change(&mut seen.0.lock().unwrap_or_else(PoisonError::into_inner))).ok()
    }
}

/// Makes clients that are polite.
#[derive(Debug, Clone)]
pub struct PoliteConnector {
    pub patience: Patience,
    /// Have files served as they are stored: Google unpacks those that are stored with an encoding, unless asked for it.
    pub as_stored: bool,
}

impl HttpConnector for PoliteConnector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        // The default headers are for requests that sign them; the client below would add them unsigned to the others.
        let plain = options.clone().with_default_headers(HeaderMap::new()).with_timeout_disabled();
        let inner = DirectConnector.connect(&plain)?;
        Ok(HttpClient::new(Polite { inner, patience: self.patience, as_stored: self.as_stored }))
    }
}

#[derive(Debug)]
struct Polite {
    inner: HttpClient,
    patience: Patience,
    as_stored: bool,
}

/// No answer in time.
#[derive(Debug, thiserror::Error)]
#[error("no answer within {} s", .0.as_secs())]
struct Silent(Duration);

/// A wait that no run can afford.
#[derive(Debug, thiserror::Error)]
#[error("the server asks to wait {0} s")]
struct TooLong(u64);

#[async_trait]
impl HttpService for Polite {
    async fn call(&self, mut request: HttpRequest) -> Result<HttpResponse, HttpError> {
        if self.as_stored {
            request.headers_mut().insert(ACCEPT_ENCODING, HeaderValue::from_static("gzip"));
        }
        let page = is_listing(request.uri()).then(|| request.uri().to_string());
        if page.as_ref().is_some_and(|page| Seen::note(|told| told.pages.contains(page)) == Some(true)) {
            return Err(HttpError::new(HttpErrorKind::Unknown, Again));
        }
        let most = self.patience.most_pages();
        if page.is_some() && Seen::note(|told| told.pages.len() >= most) == Some(true) {
            return Err(HttpError::new(HttpErrorKind::Unknown, TooManyPages(most)));
        }
        let of_a_credential = is_for_a_credential(&request);
        let signed = Signed::of(request.headers());
        let asked = range::asked(request.headers());
        let answer = self.patience.answer();
        let response = tokio::time::timeout(answer, self.inner.execute(request))
            .await
            .map_err(|_| HttpError::new(HttpErrorKind::Timeout, Silent(answer)))?
            // No pause makes a certificate a better one.
            .map_err(
                |error| if is_untrusted(&error) { HttpError::new(HttpErrorKind::Unknown, error) } else { error },
            )?;
        let status = response.status().as_u16();
        Seen::note(|told| {
            told.ahead = signed.and_then(|signed| signed.ahead(response.headers()));
            (told.status, told.headers) = (Some(status), response.headers().clone());
        });
        let hint = hint(response.headers()).filter(|_| matches!(status, 429 | 500 | 502 | 503 | 504));
        match hint {
            Some(seconds) if seconds > self.patience.longest_hint() => {
                Seen::note(|told| told.too_long = Some(seconds));
                Err(HttpError::new(HttpErrorKind::Unknown, TooLong(seconds)))
            }
            Some(seconds) => {
                Seen::note(|told| told.waited.push(seconds));
                tokio::time::sleep(self.patience.seconds(seconds)).await;
                whole(response, &self.patience, page.as_deref()).await
            }
            None if page.is_some() || of_a_credential || !matches!(status, 200..=399) => {
                whole(response, &self.patience, page.as_deref()).await
            }
            None => range::given(asked, response),
        }
        .inspect(|response| {
            if let Some(page) = page.filter(|_| response.status().is_success()) {
                Seen::note(|told| told.pages.insert(page));
            }
        })
    }
}

fn is_untrusted(error: &HttpError) -> bool {
    chain(error).contains(UNTRUSTED)
}

/// Does it ask for a token, and not for anything of a store? Nothing is ever posted to a store here.
fn is_for_a_credential(request: &HttpRequest) -> bool {
    let of_a_machine = ["metadata", "metadata-flavor", "x-identity-header"];
    request.method() == Method::POST || of_a_machine.iter().any(|name| request.headers().contains_key(*name))
}

/// The seconds that an answer asks to wait: `Retry-After` in seconds, or as a time beside the server's own `Date`;
/// Azure's `x-ms-retry-after-ms` and `retry-after-ms`. Rounded up.
pub fn hint(headers: &HeaderMap) -> Option<u64> {
    let text = |name: &str| headers.get(name)?.to_str().ok();
    let milliseconds = ["x-ms-retry-after-ms", "retry-after-ms"].into_iter().find_map(text);
    if let Some(milliseconds) = milliseconds.and_then(|text| text.trim().parse::<u64>().ok()) {
        return Some(milliseconds.div_ceil(1000));
    }
    let told = text(RETRY_AFTER.as_str())?.trim();
    let time = |text: &str| chrono::DateTime::parse_from_rfc2822(text).ok();
    told.parse().ok().or_else(|| {
        let wait = time(told)?.signed_duration_since(time(text(DATE.as_str())?)?);
        u64::try_from(wait.num_seconds()).ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_say_how_long_in_three_ways() {
        let date = "Mon, 30 Nov 2026 10:00:00 GMT";
        for (headers, expected) in [
            (vec![("retry-after", "7")], Some(7)),
            (vec![("retry-after", "7"), ("x-ms-retry-after-ms", "1500")], Some(2)),
            (vec![("retry-after", "Mon, 30 Nov 2026 10:02:05 GMT"), ("date", date)], Some(125)),
            (vec![("retry-after", "Mon, 30 Nov 2026 09:59:00 GMT"), ("date", date)], None),
            (vec![("retry-after", "Mon, 30 Nov 2026 10:02:05 GMT")], None),
            (vec![("retry-after", "soon")], None),
            (vec![], None),
        ] {
            let map = headers.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            assert_eq!(hint(&map), expected, "{headers:?}");
        }
    }
}
