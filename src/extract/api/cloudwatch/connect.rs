//! From the settings of an API to clients of its regions and sub accounts.

use super::SUB_ACCOUNT;
use super::count::{NoHugePage, OnlyTls};
use crate::error::{Error, Result};
use crate::extract::store::{Identity, chain_of};
use crate::focus::Api;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{Region, SdkConfig};
use aws_sdk_cloudwatch::Client;
use aws_sdk_cloudwatch::config::Builder;
use aws_sdk_cloudwatch::config::retry::RetryConfig;
use aws_sdk_cloudwatch::config::timeout::TimeoutConfig;
use std::time::Duration;

/// Attempts of one request: with pauses that double up to 20 seconds, and the service's own hint
/// (`x-amz-retry-after`) where it gives one.
const ATTEMPTS: u32 = 8;

/// Whoever asks, as AWS's chain found them.
pub struct Door {
    config: SdkConfig,
    /// With the place of the sub account in it.
    role: Option<String>,
    endpoint: Option<String>,
    allow_http: bool,
}

impl Door {
    /// Errors: `Settings`, for a credential file that does not read.
    pub async fn open(api: &Api) -> Result<Self> {
        let login = &api.login;
        if let Some(file) = &login.credential_file {
            std::fs::metadata(file).map_err(|error| {
                let what = format!("credential_file cannot be read: {error}");
                Error::settings(format!("api {}", api.id), what, "correct the path, or let the user of the run read it")
            })?;
        }
        let (role, fixed) = match &login.role {
            Some(role) if role.contains(SUB_ACCOUNT) => (Some(role.clone()), None),
            role => (None, role.as_deref()),
        };
        let aws = chain_of(Identity {
            region: login.region.as_deref(),
            profile: login.profile.as_deref(),
            role: fixed,
            credential_file: login.credential_file.as_deref(),
        })
        .await;
        let mut config = aws.config.into_builder();
        config.set_credentials_provider(aws.credentials.provider());
        let (endpoint, allow_http) = (login.endpoint.clone(), login.allow_http);
        Ok(Self { config: config.build(), role, endpoint, allow_http })
    }

    pub async fn client(&self, region: &str, sub_account: Option<&str>) -> Client {
        let mut builder = Builder::from(&self.config)
            .region(Region::new(region.to_string()))
            .retry_config(retries())
            .timeout_config(timeouts())
            .interceptor(OnlyTls { allow_http: self.allow_http })
            .interceptor(NoHugePage);
        if let Some(endpoint) = &self.endpoint {
            builder = builder.endpoint_url(endpoint);
        }
        if let (Some(role), Some(account), Some(found)) = (&self.role, sub_account, self.config.credentials_provider())
        {
            let role = AssumeRoleProvider::builder(role.replace(SUB_ACCOUNT, account)).session_name("costmill");
            let role = match self.config.region() {
                Some(_) => role.configure(&self.config),
                // STS is asked where the machines are, when nothing says where else.
                None => role.configure(&self.config).region(Region::new(region.to_string())),
            };
            builder = builder.credentials_provider(role.build_from_provider(found).await);
        }
        Client::from_conf(builder.build())
    }
}

fn retries() -> RetryConfig {
    RetryConfig::standard().with_max_attempts(ATTEMPTS)
}

fn timeouts() -> TimeoutConfig {
    TimeoutConfig::builder()
        .connect_timeout(Duration::from_secs(10))
        .operation_attempt_timeout(Duration::from_secs(90))
        .build()
}
