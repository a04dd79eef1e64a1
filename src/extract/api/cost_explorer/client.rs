//! The SDK's client, put together for one run: AWS's chain of credentials, our HTTP, bounded repetition.

use super::super::{Pages, problem};
use super::refuse::refuse;
use super::wire::{Replay, Seen, Wire};
use crate::error::{Error, Result};
use crate::extract::store::{Identity, Patience, chain_of, https};
use crate::focus::Api;
use aws_credential_types::Credentials;
use aws_sdk_costexplorer::config::{BehaviorVersion, Region};
use aws_sdk_costexplorer::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_costexplorer::{Client, Config};
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use std::cell::OnceCell;
use tokio::runtime::Runtime;

/// Where Cost Explorer of the commercial partition is, whatever region the account works in.
const REGION: &str = "us-east-1";
/// Times that a request goes out before its error is believed.
const ATTEMPTS: u32 = 6;

/// Cost Explorer, connected when the first question needs it.
pub struct CostExplorer<'a> {
    api: &'a Api,
    runtime: Runtime,
    patience: Patience,
    live: OnceCell<(Client, Wire)>,
}

impl<'a> CostExplorer<'a> {
    pub fn new(api: &'a Api, patience: Patience) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::bug("extract", format!("no runtime for the SDK: {error}")))?;
        Ok(Self { api, runtime, patience, live: OnceCell::new() })
    }

    /// Requests that went out, and those of them that are billed.
    pub fn counted(&self) -> (u64, u64) {
        let seen = self.live.get().map(|(_, wire)| wire.seen().clone()).unwrap_or_default();
        (seen.calls, seen.billed)
    }

    /// Asks for all pages of an answer. `send` sends one request with a page's token, `token` reads the next one's.
    /// Where there is nothing of the kind in the account the answer has no page.
    ///
    /// # Errors
    /// `Settings` for a credential file that cannot be read, `Source` for what is refused or does not read.
    pub fn pages<P, E, F>(
        &self,
        (operation, what): (&str, &str),
        send: impl Fn(Client, Option<String>) -> F,
        token: impl Fn(&P) -> Option<&str>,
        nothing_is_an_answer: bool,
    ) -> Result<Vec<String>>
    where
        F: Future<Output = std::result::Result<P, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        let (client, wire) = self.live()?;
        let mut pages = Pages::new(self.api, what);
        let mut next = None;
        loop {
            *wire.seen() = Seen { calls: wire.seen().calls, billed: wire.seen().billed, ..Seen::default() };
            let page = match self.runtime.block_on(send(client.clone(), next)) {
                Ok(page) => page,
                Err(error) => {
                    let refusal = refuse(self.api, (operation, what), &wire.seen(), &error);
                    return match refusal.has_nothing && nothing_is_an_answer {
                        true => Ok(Vec::new()),
                        false => Err(refusal.error),
                    };
                }
            };
            let body = wire.seen().body.clone();
            next = pages.add(body, token(&page))?;
            if next.is_none() {
                return Ok(pages.whole());
            }
        }
    }

    /// Reads pages as the SDK read them when they came.
    ///
    /// # Errors
    /// `Source`, for a page that does not read.
    pub fn read<P, E, F>(
        &self,
        what: &str,
        pages: &[String],
        send: impl Fn(Client, Option<String>) -> F,
    ) -> Result<Vec<P>>
    where
        F: Future<Output = std::result::Result<P, SdkError<E>>>,
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        // Signed with nothing: it goes nowhere.
        let config = Config::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new(REGION))
            .credentials_provider(Credentials::new("kept", "kept", None, None, "kept answers"))
            .retry_config(RetryConfig::disabled())
            .timeout_config(TimeoutConfig::disabled())
            .http_client(Replay::new(pages))
            .build();
        let client = Client::from_conf(config);
        let seen = Seen { status: Some(200), ..Seen::default() };
        let one = |_: &String| {
            let answer = self.runtime.block_on(send(client.clone(), None));
            answer.map_err(|error| refuse(self.api, ("", what), &seen, &error).error)
        };
        pages.iter().map(one).collect()
    }

    fn live(&self) -> Result<&(Client, Wire)> {
        if self.live.get().is_none() {
            let connected = self.runtime.block_on(self.connect())?;
            let _ = self.live.set(connected);
        }
        self.live.get().ok_or_else(|| Error::bug("extract", "a client that was just made is not there"))
    }

    async fn connect(&self) -> Result<(Client, Wire)> {
        let login = &self.api.login;
        if let Some(file) = &login.credential_file {
            std::fs::metadata(file).map_err(|error| {
                let what = format!("credential_file cannot be read: {error}");
                problem(self.api, what, "correct the path, or let the user of the run read it")
            })?;
        }
        let aws = chain_of(Identity {
            region: login.region.as_deref(),
            profile: login.profile.as_deref(),
            role: login.role.as_deref(),
            credential_file: login.credential_file.as_deref(),
        })
        .await;
        let wire = Wire::new(https(), login.allow_http, self.patience);
        let second = self.patience.seconds(1);
        let retry = RetryConfig::standard()
            .with_max_attempts(ATTEMPTS)
            .with_initial_backoff(second)
            .with_max_backoff(self.patience.seconds(20));
        // A pause that the server asked for is part of an attempt.
        let attempt =
            self.patience.answer() + self.patience.stall() + self.patience.seconds(self.patience.longest_hint());
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(self.patience.connect())
            .read_timeout(self.patience.answer())
            .operation_attempt_timeout(attempt)
            .build();
        let region = aws.config.region().cloned().unwrap_or_else(|| Region::new(REGION));
        let mut config = aws_sdk_costexplorer::config::Builder::from(&aws.config)
            .region(region)
            .http_client(wire.clone())
            .retry_config(retry)
            .timeout_config(timeouts);
        config.set_credentials_provider(aws.credentials.provider());
        if let Some(endpoint) = &login.endpoint {
            config = config.endpoint_url(endpoint);
        }
        Ok((Client::from_conf(config.build()), wire))
    }
}
