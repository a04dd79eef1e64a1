//! One GET after the other of Azure's management API: on its own host alone, of a bounded size, as patient as it asks.

use super::credential::Credential;
use super::hint::hint;
use super::refuse::{Refused, said};
use crate::extract::store::Patience;
use crate::extract::store::plain;
use azure_core::Url;
use futures_util::TryStreamExt;
use http::HeaderMap;
use object_store::client::{HttpClient, HttpError, HttpRequestBody};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Azure's own limit is 12 MiB ("ARM has a payload size limit of 12MB", Consumption's description of reservation
/// summaries); more than this is no page of it.
const LARGEST_PAGE: usize = 32 << 20;
/// All the waiting for one page together, in seconds.
const LONGEST_WAIT: u64 = 300;

/// The endpoint, and a token for it that no other host ever gets.
#[derive(Debug)]
pub struct Arm {
    endpoint: Url,
    http: HttpClient,
    pub credential: Arc<Credential>,
    patience: Patience,
    largest: usize,
    calls: AtomicUsize,
}

/// What became of one attempt.
enum Attempt {
    /// The body, whole.
    Done(Vec<u8>),
    /// Another may go better, after so many seconds where the server says.
    Again(Refused, Option<u64>),
    Failed(Refused),
}

impl Arm {
    pub fn new(endpoint: Url, http: HttpClient, credential: Arc<Credential>, patience: Patience) -> Self {
        Self { endpoint, http, credential, patience, largest: LARGEST_PAGE, calls: AtomicUsize::new(0) }
    }

    #[cfg(test)]
    pub fn with_largest_page(self, largest: usize) -> Self {
        Self { largest, ..self }
    }

    pub fn endpoint(&self) -> &Url {
        &self.endpoint
    }

    /// The requests that were sent, repeated ones included; those for tokens are not among them.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::Relaxed)
    }

    /// Asks for one page: the body as received, which is empty with 204.
    pub async fn get(&self, url: &Url) -> Result<Vec<u8>, Refused> {
        self.check_host(url)?;
        let (mut waited, mut renewed, mut attempt) = (0, false, 0);
        loop {
            let token = self.credential.token().await?;
            let outcome = self.attempt(url, token.secret()).await;
            let (refused, wait) = match outcome {
                Attempt::Done(body) => return Ok(body),
                // Once: a new token that is not taken either will not be taken next time.
                Attempt::Failed(Refused::Status { status: 401, .. }) if !renewed && self.credential.forget().await => {
                    renewed = true;
                    continue;
                }
                Attempt::Failed(refused) => return Err(refused),
                Attempt::Again(refused, wait) => (refused, wait),
            };
            if attempt >= self.patience.retries() {
                return Err(refused);
            }
            if let Some(seconds) = wait {
                waited += seconds;
                if seconds > self.patience.longest_hint() || waited > LONGEST_WAIT {
                    return Err(Refused::TooLong(seconds));
                }
                tokio::time::sleep(self.patience.seconds(seconds)).await;
            }
            // After the server's own pause some of ours, so that not everybody who waited comes at once.
            tokio::time::sleep(self.patience.pause(if wait.is_some() { 0 } else { attempt })).await;
            attempt += 1;
        }
    }

    /// The token is for the endpoint: same scheme, host and port.
    fn check_host(&self, url: &Url) -> Result<(), Refused> {
        if url.origin() == self.endpoint.origin() && url.username().is_empty() && url.password().is_none() {
            return Ok(());
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        Err(Refused::OtherHost(format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())))
    }

    async fn attempt(&self, url: &Url, token: &str) -> Attempt {
        let request = http::Request::get(url.as_str())
            .header("authorization", format!("Bearer {token}"))
            .header("accept", "application/json")
            .body(HttpRequestBody::empty());
        let request = match request {
            Ok(request) => request,
            Err(error) => return Attempt::Failed(Refused::NoToken(plain(&error.to_string()))),
        };
        self.calls.fetch_add(1, Ordering::Relaxed);
        let answer = self.patience.answer();
        let response = match tokio::time::timeout(answer, self.http.execute(request)).await {
            Err(_) => return silent(answer.as_secs()),
            Ok(Err(error)) => return broke(&error),
            Ok(Ok(response)) => response,
        };
        let (parts, body) = response.into_parts();
        let mut stream = body.bytes_stream();
        let mut body = Vec::new();
        loop {
            match tokio::time::timeout(self.patience.stall(), stream.try_next()).await {
                Err(_) => return silent(self.patience.stall().as_secs()),
                Ok(Err(error)) => return broke(&error),
                Ok(Ok(None)) => break,
                Ok(Ok(Some(bytes))) if body.len() + bytes.len() > self.largest => {
                    return Attempt::Failed(Refused::TooLarge(self.largest));
                }
                Ok(Ok(Some(bytes))) => body.extend_from_slice(&bytes),
            }
        }
        judge(parts.status.as_u16(), &parts.headers, body)
    }
}

fn judge(status: u16, headers: &HeaderMap, body: Vec<u8>) -> Attempt {
    if matches!(status, 200 | 204) {
        return Attempt::Done(body);
    }
    let (code, message) = said(&body);
    let refused = Refused::Status { status, code, message };
    match status {
        408 | 429 | 500 | 502 | 503 | 504 => Attempt::Again(refused, hint(headers)),
        _ => Attempt::Failed(refused),
    }
}

fn silent(seconds: u64) -> Attempt {
    Attempt::Again(Refused::Unreachable(format!("no byte within {seconds} s")), None)
}

/// A refused connection, or a body that ended early.
fn broke(error: &HttpError) -> Attempt {
    Attempt::Again(Refused::Unreachable(plain(&crate::extract::store::chain(error))), None)
}
