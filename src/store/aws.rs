//! AWS's own chain of credentials, for object_store: environment, profiles of the shared files (keys, roles, SSO,
//! processes), web identity, container and instance. object_store knows no profiles.

use crate::focus::StoreAddress;
use async_trait::async_trait;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, SharedCredentialsProvider, future};
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use object_store::CredentialProvider;
use object_store::aws::AwsCredential;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

/// A credential is renewed so long before its end: longer than a request and its repetitions take.
const BEFORE_ITS_END: Duration = Duration::from_secs(300);

/// The chain may ask a program, or somebody who waits for a person: nobody is waited for longer.
const GIVEN_WITHIN: Duration = Duration::from_secs(60);
/// What is said then, and what it is known by.
pub const NOT_GIVEN: &str = "nobody gave a credential within";

/// What the chain found out before any credential is asked for.
pub struct Aws {
    pub credentials: Arc<Chain>,
    pub region: Option<String>,
    /// Of `AWS_ENDPOINT_URL` or the profile.
    pub endpoint: Option<String>,
    /// All of it, for AWS's own libraries; its credentials are not those of a role.
    pub config: SdkConfig,
}

/// What a configuration says of a credential.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    pub region: Option<&'a str>,
    pub profile: Option<&'a str>,
    /// A role's ARN.
    pub role: Option<&'a str>,
    pub credential_file: Option<&'a Path>,
}

/// The HTTP client of AWS's libraries, on the one TLS provider that is not aws-lc.
pub fn https() -> SharedHttpClient {
    aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https()
}

/// The chain of a store.
pub async fn chain(address: &StoreAddress) -> Aws {
    let wanted = Identity {
        region: address.region.as_deref(),
        profile: address.profile.as_deref(),
        role: address.role.as_deref(),
        credential_file: address.credential_file.as_deref(),
    };
    chain_of(wanted).await
}

/// Sets the chain up: with a profile or a credential file, from these alone; the role last, with what was found.
pub async fn chain_of(wanted: Identity<'_>) -> Aws {
    let http = https();
    let files = wanted.credential_file.map(|path| {
        let files = EnvConfigFiles::builder().include_default_config_file(true);
        files.with_file(EnvConfigFileKind::Credentials, path).build()
    });
    let mut loader = aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
    if let Some(region) = wanted.region {
        loader = loader.region(Region::new(region.to_string()));
    }
    if let Some(profile) = wanted.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(files) = &files {
        loader = loader.profile_files(files.clone());
    }
    let config = loader.load().await;
    let mut provider = config.credentials_provider();
    // The chain would take the environment first, whatever profile the source names.
    if wanted.profile.is_some() || files.is_some() {
        let with = ProviderConfig::without_region().with_http_client(http).with_region(config.region().cloned());
        let mut profile = aws_config::profile::ProfileFileCredentialsProvider::builder().configure(&with);
        if let Some(name) = wanted.profile {
            profile = profile.profile_name(name);
        }
        if let Some(files) = files {
            profile = profile.profile_files(files);
        }
        provider = Some(SharedCredentialsProvider::new(profile.build()));
    }
    if let (Some(role), Some(found)) = (wanted.role, provider.clone()) {
        provider = Some(SharedCredentialsProvider::new(with_role(role, &config, found).await));
    }
    let provider = provider.map(|inner| SharedCredentialsProvider::new(Bounded { inner, within: GIVEN_WITHIN }));
    Aws {
        credentials: Arc::new(Chain { provider, kept: Mutex::new(None) }),
        region: config.region().map(ToString::to_string),
        endpoint: config.endpoint_url().map(str::to_string),
        config,
    }
}

async fn with_role(role: &str, config: &SdkConfig, found: SharedCredentialsProvider) -> AssumeRoleProvider {
    let mut builder = AssumeRoleProvider::builder(role).session_name("costmill").configure(config);
    if config.region().is_none() {
        builder = builder.region(Region::new(token_service(role)));
    }
    builder.build_from_provider(found).await
}

/// A region whose token service gives the credentials of a role, where the configuration names none: they hold in all
/// regions of the role's partition.
fn token_service(role: &str) -> &'static str {
    match role.split(':').nth(1) {
        Some("aws-cn") => "cn-north-1",
        Some("aws-us-gov") => "us-gov-west-1",
        _ => "us-east-1",
    }
}

/// A chain that ends.
#[derive(Debug)]
struct Bounded {
    inner: SharedCredentialsProvider,
    within: Duration,
}

impl ProvideCredentials for Bounded {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(async move {
            let given = tokio::time::timeout(self.within, self.inner.provide_credentials()).await;
            let seconds = self.within.as_secs();
            given.unwrap_or_else(|_| Err(CredentialsError::provider_error(format!("{NOT_GIVEN} {seconds} s"))))
        })
    }
}

/// The chain as object_store asks it, with the credential kept for as long as it holds.
#[derive(Debug)]
pub struct Chain {
    provider: Option<SharedCredentialsProvider>,
    kept: Mutex<Option<Credentials>>,
}

impl Chain {
    /// The chain as AWS's own libraries ask it.
    pub fn provider(&self) -> Option<SharedCredentialsProvider> {
        self.provider.clone()
    }
}

#[async_trait]
impl CredentialProvider for Chain {
    type Credential = AwsCredential;

    async fn get_credential(&self) -> object_store::Result<Arc<AwsCredential>> {
        let mut kept = self.kept.lock().await;
        if !kept.as_ref().is_some_and(holds) {
            let found = match &self.provider {
                Some(provider) => provider.provide_credentials().await,
                None => Err(CredentialsError::not_loaded("no credential in the chain")),
            };
            *kept = Some(found.map_err(|error| object_store::Error::Generic { store: "S3", source: Box::new(error) })?);
        }
        let credentials = kept.as_ref().ok_or(object_store::Error::NotImplemented {
            operation: "a credential that was just found".into(),
            implementer: "costmill".into(),
        })?;
        Ok(Arc::new(AwsCredential {
            key_id: credentials.access_key_id().into(),
            secret_key: credentials.secret_access_key().into(),
            token: credentials.session_token().map(str::to_string),
        }))
    }
}

/// Does a credential hold for a while? The one look at a clock that is not `command`'s: no data depends on it.
fn holds(credentials: &Credentials) -> bool {
    let soon = credentials.expiry().map(|end| end.checked_sub(BEFORE_ITS_END));
    soon.is_none_or(|soon| soon.is_some_and(|soon| soon.elapsed().is_err()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::SystemTime;

    #[derive(Debug)]
    struct Counted {
        asked: Arc<AtomicUsize>,
        lives: Option<Duration>,
    }

    impl ProvideCredentials for Counted {
        fn provide_credentials<'a>(&'a self) -> aws_credential_types::provider::future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            let number = self.asked.fetch_add(1, Ordering::SeqCst);
            let end = self.lives.map(|lives| SystemTime::now() + lives);
            let found = Credentials::new(format!("key-{number}"), "secret", Some("token".into()), end, "test");
            aws_credential_types::provider::future::ProvideCredentials::ready(Ok(found))
        }
    }

    async fn keys(lives: Option<Duration>) -> (Vec<String>, usize) {
        let asked = Arc::new(AtomicUsize::new(0));
        let provider = SharedCredentialsProvider::new(Counted { asked: asked.clone(), lives });
        let chain = Chain { provider: Some(provider), kept: Mutex::new(None) };
        let mut keys = Vec::new();
        for _ in 0..3 {
            let credential = chain.get_credential().await.unwrap();
            assert_eq!((credential.secret_key.as_str(), credential.token.as_deref()), ("secret", Some("token")));
            keys.push(credential.key_id.clone());
        }
        (keys, asked.load(Ordering::SeqCst))
    }

    /// As a `credential_process` that never ends.
    #[derive(Debug)]
    struct Hangs;

    impl ProvideCredentials for Hangs {
        fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
        where
            Self: 'a,
        {
            future::ProvideCredentials::new(std::future::pending())
        }
    }

    #[test]
    fn a_chain_that_hangs_is_not_waited_for() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let inner = SharedCredentialsProvider::new(Hangs);
        let bounded = Bounded { inner, within: Duration::from_millis(1) };
        let error = runtime.block_on(bounded.provide_credentials()).unwrap_err();
        assert!(super::super::refuse::plain_chain(&error).contains(NOT_GIVEN), "{error}");
        let provider = runtime.block_on(chain_of(Identity {
            region: Some("eu-west-1"),
            profile: None,
            role: None,
            credential_file: None,
        }));
        assert!(format!("{:?}", provider.credentials.provider()).contains("Bounded"), "every chain is bounded");
    }

    #[test]
    fn a_credential_is_kept_while_it_holds_and_renewed_before_its_end() {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        for lives in [None, Some(Duration::from_secs(3600))] {
            assert_eq!(runtime.block_on(keys(lives)), (vec!["key-0".to_string(); 3], 1));
        }
        for lives in [Duration::ZERO, Duration::from_secs(200)] {
            assert_eq!(runtime.block_on(keys(Some(lives))).1, 3, "asked again: it ends within five minutes");
        }
    }
}
