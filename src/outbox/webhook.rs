//! A webhook: one POST of JSON, repeated with patience while the server has none.

use super::reach::{Patience, PoliteConnector};
use crate::error::{Error, Result};
use http::{HeaderName, HeaderValue, Method, StatusCode};
use object_store::ClientOptions;
use object_store::client::{HttpClient, HttpConnector, HttpRequest};
use std::time::Duration;

/// Where to post, and with what. It may hold secrets, and cannot be printed.
pub struct Webhook {
    /// https, or http to this machine; the caller has looked.
    pub url: String,
    /// Name and value.
    pub headers: Vec<(String, String)>,
}

/// Attempts at most; the time runs out first with most servers that are away.
const ATTEMPTS: usize = 6;

/// Posts it, and takes any answer of 200 to 299 for a yes. What the server says beside its status is neither kept nor
/// shown. All attempts together end within `wait`.
///
/// # Errors
/// `Source`, with host and status alone: the path of a webhook can be its secret.
pub fn post(webhook: &Webhook, json: &str, wait: Duration) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::bug("webhook", format!("no runtime: {error}")))?;
    runtime.block_on(async {
        match tokio::time::timeout(wait, attempts(webhook, json, Patience::default())).await {
            Ok(done) => done,
            Err(_) => Err(refused(webhook, &format!("has not answered within {} s", wait.as_secs()))),
        }
    })
}

async fn attempts(webhook: &Webhook, json: &str, patience: Patience) -> Result<()> {
    let allow_http = webhook.url.starts_with("http://");
    let options = ClientOptions::new().with_allow_http(allow_http).with_connect_timeout(patience.connect());
    // Waits for what the server asks, and no longer than is sensible.
    let client = PoliteConnector { patience, as_stored: false }
        .connect(&options)
        .map_err(|_| refused(webhook, "cannot be asked: no client can be made for it"))?;
    let mut attempt = 0;
    loop {
        let (what, again) = match client_post(&client, webhook, json).await? {
            Ok(status) if status.is_success() => return Ok(()),
            // Its path and headers are secrets: they go to no host that was not named.
            Ok(status) if status.is_redirection() => {
                (format!("answers {}, which sends to another place: nothing was sent there", status.as_u16()), false)
            }
            Ok(status) => (format!("answers {}", status.as_u16()), is_passing(status)),
            Err(what) => (what, true),
        };
        attempt += 1;
        if !again || attempt == ATTEMPTS {
            let times = if attempt == 1 { String::new() } else { format!(", at attempt {attempt}") };
            return Err(refused(webhook, &format!("{what}{times}")));
        }
        tokio::time::sleep(patience.pause(attempt - 1)).await;
    }
}

async fn client_post(
    client: &HttpClient,
    webhook: &Webhook,
    json: &str,
) -> Result<std::result::Result<StatusCode, String>> {
    let mut request = HttpRequest::new(json.to_string().into());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = webhook.url.parse().map_err(|_| refused(webhook, "is no URL"))?;
    let headers = request.headers_mut();
    headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    for (name, value) in &webhook.headers {
        let wrong = || refused(webhook, "has a header that is none: a name, a colon and a value of visible signs");
        let name: HeaderName = name.parse().map_err(|_| wrong())?;
        let mut value: HeaderValue = value.parse().map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(name, value);
    }
    Ok(match client.execute(request).await {
        Ok(answer) => Ok(answer.status()),
        // The client's words may hold the URL.
        Err(_) => Err("cannot be reached".to_string()),
    })
}

/// What passes by itself: too many requests, and a server in trouble.
fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429 | 500 | 502 | 503 | 504)
}

/// The host of a URL: all of it that is told.
pub fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    authority.rsplit_once('@').map_or(authority, |(_, host)| host)
}

fn refused(webhook: &Webhook, what: &str) -> Error {
    let remedy = "check the webhook and the network; the run itself stands, and `costmill status` shows it";
    Error::source(format!("webhook at {}", host(&webhook.url)), what, remedy)
}
