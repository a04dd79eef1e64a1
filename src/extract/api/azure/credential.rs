//! A token for Azure's management API, by the ways that Azure's own tools know.
//!
//! The official `azure_identity` 1.x speaks another generation of `azure_core` than the consumption client does and would
//! bring a second HTTP stack; 0.21 brings 33 crates, among them an asynchronous process library. The four ways are each
//! one request or one command, so they are here, over the stores' HTTP client.

use super::refuse::{Refused, said};
use crate::store::{Patience, plain};
use async_trait::async_trait;
use azure_core::Url;
use azure_core::auth::{AccessToken, Secret, TokenCredential};
use futures_util::TryStreamExt;
use object_store::client::{HttpClient, HttpRequest, HttpRequestBody};
use std::path::{Path, PathBuf};
use tokio::sync::Mutex;

/// The longest answer that has a token.
const LARGEST_ANSWER: usize = 1 << 20;
/// The version of the metadata service that Azure's libraries ask (learn.microsoft.com/entra/identity/
/// managed-identities-azure-resources/how-to-use-vm-token).
const METADATA_VERSION: &str = "2018-02-01";
/// The version of App Service's and Container Apps' endpoint of their own.
const APP_VERSION: &str = "2019-08-01";
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// How a token is come by.
#[derive(Debug, Clone)]
pub enum Way {
    /// It is there, and nobody renews it.
    Held(Secret),
    /// learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow, first case.
    ClientSecret { authority: Url, client: String, secret: Secret },
    /// The same page, third case. The file is read anew each time: who writes it renews it.
    Workload { authority: Url, client: String, file: PathBuf },
    /// The metadata service of a machine, or an endpoint of its own with a header.
    Managed { endpoint: Url, identity: Option<(&'static str, String)>, header: Option<Secret> },
    /// `az account get-access-token`, of who is logged in.
    Cli,
}

/// Gives the token, and another one when it is no longer taken.
#[derive(Debug)]
pub struct Credential {
    way: Way,
    /// `https://management.azure.com/.default`.
    scope: String,
    /// Speaks TLS; HTTP to this machine and to link-local metadata services, which [`super::chain`] has checked.
    http: HttpClient,
    patience: Patience,
    /// How long it lives is not kept: what is refused with 401 is asked for anew, and no clock is needed.
    held: Mutex<Option<Secret>>,
}

impl Credential {
    pub fn new(way: Way, scope: String, http: HttpClient, patience: Patience) -> Self {
        Self { way, scope, http, patience, held: Mutex::new(None) }
    }

    /// The token; asked for once until it is [`Credential::forget`].
    pub async fn token(&self) -> Result<Secret, Refused> {
        let mut held = self.held.lock().await;
        if let Some(token) = &*held {
            return Ok(token.clone());
        }
        let token = self.ask().await?;
        *held = Some(token.clone());
        Ok(token)
    }

    /// The token that is no longer taken is not given again; `false` where there is no other to get.
    pub async fn forget(&self) -> bool {
        *self.held.lock().await = None;
        !matches!(self.way, Way::Held(_))
    }

    async fn ask(&self) -> Result<Secret, Refused> {
        match &self.way {
            Way::Held(token) => Ok(token.clone()),
            Way::ClientSecret { authority, client, secret } => {
                self.post(authority, &[("client_id", client), ("client_secret", secret.secret())]).await
            }
            Way::Workload { authority, client, file } => {
                let token = std::fs::read_to_string(file).map_err(|error| no_file(file, &error))?;
                let fields = [
                    ("client_id", client.as_str()),
                    ("client_assertion_type", ASSERTION),
                    ("client_assertion", token.trim()),
                ];
                self.post(authority, &fields).await
            }
            Way::Managed { endpoint, identity, header } => self.managed(endpoint, identity, header).await,
            Way::Cli => {
                let scope = self.scope.clone();
                let asked = tokio::task::spawn_blocking(move || cli(&scope)).await;
                asked.map_err(|error| Refused::NoToken(error.to_string()))?
            }
        }
    }

    async fn post(&self, authority: &Url, fields: &[(&str, &str)]) -> Result<Secret, Refused> {
        // The encoding of a form is that of a query.
        let mut form = authority.clone();
        form.query_pairs_mut()
            .clear()
            .extend_pairs(fields)
            .append_pair("grant_type", "client_credentials")
            .append_pair("scope", &self.scope);
        let body = form.query().unwrap_or_default().to_string();
        let request = http::Request::post(authority.as_str())
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "application/json")
            .body(HttpRequestBody::from(body));
        self.send(request).await
    }

    async fn managed(
        &self,
        endpoint: &Url,
        identity: &Option<(&'static str, String)>,
        header: &Option<Secret>,
    ) -> Result<Secret, Refused> {
        let mut url = endpoint.clone();
        let version = if header.is_some() { APP_VERSION } else { METADATA_VERSION };
        let resource = self.scope.trim_end_matches("/.default");
        url.query_pairs_mut().append_pair("api-version", version).append_pair("resource", resource);
        if let Some((kind, id)) = identity {
            url.query_pairs_mut().append_pair(kind, id);
        }
        let mut request = http::Request::get(url.as_str()).header("metadata", "true");
        if let Some(header) = header {
            request = request.header("x-identity-header", header.secret());
        }
        self.send(request.body(HttpRequestBody::empty())).await
    }

    /// Asked again where who gives tokens is busy, as Azure wants it of its metadata service.
    async fn send(&self, request: http::Result<HttpRequest>) -> Result<Secret, Refused> {
        let request = request.map_err(|error| Refused::NoToken(plain(&error.to_string())))?;
        let mut attempt = 0;
        loop {
            let answer = tokio::time::timeout(self.patience.answer(), self.once(request.clone())).await;
            match answer {
                Ok(Ok(token)) => return token,
                Ok(Err(busy)) if attempt >= self.patience.retries() => return Err(busy),
                Ok(Err(_)) => tokio::time::sleep(self.patience.pause(attempt)).await,
                Err(_) => return Err(Refused::NoToken("who gives tokens does not answer".into())),
            }
            attempt += 1;
        }
    }

    /// `Err` where another attempt may go better.
    async fn once(&self, request: HttpRequest) -> Result<Result<Secret, Refused>, Refused> {
        let refused = |why: String| Refused::NoToken(plain(&why));
        let place = request.uri().host().unwrap_or_default().to_string();
        let response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => return Ok(Err(refused(format!("{place} cannot be asked: {error}")))),
        };
        let status = response.status().as_u16();
        let mut stream = response.into_body().bytes_stream();
        let mut body = Vec::new();
        loop {
            match stream.try_next().await {
                Ok(None) => break,
                Ok(Some(bytes)) if body.len() + bytes.len() > LARGEST_ANSWER => {
                    return Ok(Err(refused(format!("{place} answers with more than a token"))));
                }
                Ok(Some(bytes)) => body.extend_from_slice(&bytes),
                Err(error) => return Err(refused(format!("{place} breaks off: {error}"))),
            }
        }
        if (300..400).contains(&status) {
            let why = format!("{place} answers {status}, which sends to another place: nothing was sent there");
            return Ok(Err(refused(why)));
        }
        if status != 200 {
            let (code, message) = said(&body);
            let error = Refused::NoToken(format!("{place} answers {status} ({code}: {message})"));
            return if matches!(status, 429 | 500..) { Err(error) } else { Ok(Err(error)) };
        }
        Ok(token_in(&body, "access_token").ok_or_else(|| refused(format!("{place} answers without a token"))))
    }
}

/// As the generated client asks.
#[async_trait]
impl TokenCredential for Credential {
    async fn get_token(&self, _: &[&str]) -> azure_core::Result<AccessToken> {
        let token = self.token().await.map_err(|refused| {
            azure_core::Error::with_message(azure_core::error::ErrorKind::Credential, || format!("{refused:?}"))
        })?;
        Ok(AccessToken::new(token, azure_core::date::parse_rfc3339("9999-12-31T00:00:00Z")?))
    }

    async fn clear_cache(&self) -> azure_core::Result<()> {
        self.forget().await;
        Ok(())
    }
}

fn token_in(body: &[u8], name: &str) -> Option<Secret> {
    let body: serde_json::Value = serde_json::from_slice(body).ok()?;
    body.get(name)?.as_str().filter(|token| !token.is_empty()).map(|token| Secret::new(token.to_string()))
}

fn no_file(file: &Path, error: &std::io::Error) -> Refused {
    Refused::NoToken(format!("{} cannot be read: {error}", file.display()))
}

fn cli(scope: &str) -> Result<Secret, Refused> {
    let mut command = if cfg!(windows) {
        let mut command = std::process::Command::new("cmd");
        command.args(["/C", "az"]);
        command
    } else {
        std::process::Command::new("az")
    };
    command.args(["account", "get-access-token", "--output", "json", "--scope", scope]);
    let output = command
        .stdin(std::process::Stdio::null())
        .output()
        .map_err(|error| Refused::NoToken(format!("`az` cannot be run: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(Refused::NoToken(format!("`az` says: {}", plain(&said))));
    }
    token_in(&output.stdout, "accessToken").ok_or_else(|| Refused::NoToken("`az` answers without a token".into()))
}
