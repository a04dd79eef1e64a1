//! The HTTP below the SDK: counts what goes out, keeps the body as it came, and bounds what it takes.
//!
//! The SDK signs, repeats with backoff, and corrects a clock that is a little off. It takes a body of any size, honours
//! `x-amz-retry-after` for five seconds at most and `Retry-After` not at all
//! (aws-smithy-runtime, `retries/strategy/standard.rs`), so both are honoured here.

use super::super::pages::LARGEST_PAGE;
use crate::focus::store::is_loopback;
use crate::store::Patience;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::byte_stream::ByteStream;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The client that the SDK is given, and what its answers were.
#[derive(Debug, Clone)]
pub struct Wire {
    client: SharedHttpClient,
    allow_http: bool,
    patience: Patience,
    seen: Arc<Mutex<Seen>>,
}

/// What went over the wire.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    /// Requests that went out, repeated ones each time.
    pub calls: u64,
    /// Those that were answered with 200: a page each, which AWS bills.
    pub billed: u64,
    /// The last answer: its status, its body, and the seconds that it asked to wait where those are too many.
    pub status: Option<u16>,
    pub body: String,
    pub too_long: Option<u64>,
}

/// Why a request did not go out, or its answer was not taken.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error("the endpoint is without TLS, and not on this machine or not allowed: say https://, or allow_http = true")]
    NoTls,
    #[error("a page of the answer is larger than {LARGEST_PAGE} bytes")]
    TooLarge,
    #[error("the server asks to wait {0} s")]
    TooLong(u64),
    #[error("the answer is not UTF-8 text")]
    NoText,
}

impl Wire {
    pub fn new(client: SharedHttpClient, allow_http: bool, patience: Patience) -> Self {
        Self { client, allow_http, patience, seen: Arc::default() }
    }

    pub fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Before a request: what is counted stays, the last answer goes.
    pub fn forget(&self) {
        let mut seen = self.seen();
        *seen = Seen { calls: seen.calls, billed: seen.billed, ..Seen::default() };
    }

    /// The body of the last answer, as it came.
    pub fn body(&self) -> String {
        self.seen().body.clone()
    }

    async fn call(&self, inner: &SharedHttpConnector, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let refused = |why: Refused| ConnectorError::user(why.into());
        if let Some(host) = request.uri().strip_prefix("http://")
            && !(self.allow_http && is_loopback(host))
        {
            return Err(refused(Refused::NoTls));
        }
        self.seen().calls += 1;
        let mut response = inner.call(request).await?;
        let status = response.status().as_u16();
        {
            let mut seen = self.seen();
            seen.status = Some(status);
            seen.billed += u64::from(status == 200);
            seen.body.clear();
        }
        let mut stream = ByteStream::new(response.take_body());
        let mut body = Vec::new();
        while let Some(chunk) = stream.next().await {
            body.extend_from_slice(&chunk.map_err(|error| ConnectorError::io(error.into()))?);
            if body.len() > LARGEST_PAGE {
                return Err(refused(Refused::TooLarge));
            }
        }
        let text = String::from_utf8(body).map_err(|_| refused(Refused::NoText))?;
        self.seen().body.clone_from(&text);
        *response.body_mut() = SdkBody::from(text);
        if let Some(seconds) = hint(&response).filter(|_| status >= 400) {
            if seconds > self.patience.longest_hint() {
                self.seen().too_long = Some(seconds);
                return Err(refused(Refused::TooLong(seconds)));
            }
            tokio::time::sleep(self.patience.seconds(seconds)).await;
            response.headers_mut().remove(AMZ_RETRY_AFTER);
        }
        Ok(response)
    }
}

/// In milliseconds.
const AMZ_RETRY_AFTER: &str = "x-amz-retry-after";

/// The seconds that an answer asks to wait, rounded up.
fn hint(response: &HttpResponse) -> Option<u64> {
    let number = |name: &str| response.headers().get(name)?.trim().parse::<u64>().ok();
    number("retry-after").or_else(|| number(AMZ_RETRY_AFTER).map(|milliseconds| milliseconds.div_ceil(1000)))
}

impl HttpClient for Wire {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Watched { inner, wire: self.clone() })
    }
}

#[derive(Debug, Clone)]
struct Watched {
    inner: SharedHttpConnector,
    wire: Wire,
}

impl HttpConnector for Watched {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let watched = self.clone();
        HttpConnectorFuture::new(async move { watched.wire.call(&watched.inner, request).await })
    }
}

/// Answers with pages that are kept, one after the other, so that they are read as they were when they came.
#[derive(Debug, Clone)]
pub struct Replay(Arc<Mutex<VecDeque<String>>>);

impl Replay {
    pub fn new(pages: &[String]) -> Self {
        Self(Arc::new(Mutex::new(pages.iter().cloned().collect())))
    }
}

impl HttpClient for Replay {
    fn http_connector(&self, _: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        SharedHttpConnector::new(self.clone())
    }
}

impl HttpConnector for Replay {
    fn call(&self, _: HttpRequest) -> HttpConnectorFuture {
        let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let answer = match (next, 200u16.try_into()) {
            (Some(page), Ok(status)) => Ok(HttpResponse::new(status, SdkBody::from(page))),
            _ => Err(ConnectorError::user("a page of the answer is missing".into())),
        };
        HttpConnectorFuture::new(async move { answer })
    }
}
