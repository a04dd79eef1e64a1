//! From an address to a store that can be asked: endpoint, region and credential.
//!
//! The environment is read by the providers' own libraries, as their users expect of them; what of it would weaken the
//! connection (HTTP, unchecked certificates, an emulator) is not taken over.

use super::after::ListedAfter;
use super::aws;
use super::patience::Patience;
use super::polite::PoliteConnector;
use super::refuse::{chain, plain};
use crate::error::{Error, Result};
use crate::focus::store::is_loopback;
use crate::focus::{StoreAddress, StoreKind};
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey, resolve_bucket_region};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};
use object_store::{ClientOptions, HeaderMap, HeaderValue, ObjectStore};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where an S3 endpoint is asked for a region and none is known: what S3 itself takes for one.
const ANY_REGION: &str = "us-east-1";

/// Connects; nothing is asked of the store yet, but S3's public service for the region of a bucket without one.
///
/// Errors: `Settings`, for an endpoint without TLS that is not on this machine or not allowed, an account that nothing
/// names, a credential that does not read.
pub async fn connect(address: &StoreAddress, patience: Patience) -> Result<Arc<dyn ObjectStore>> {
    match address.kind {
        StoreKind::S3 => s3(address, patience).await,
        StoreKind::Blob => blob(address, patience),
        StoreKind::Gcs => gcs(address, patience),
    }
}

async fn s3(address: &StoreAddress, patience: Patience) -> Result<Arc<dyn ObjectStore>> {
    if let Some(file) = &address.credential_file {
        std::fs::metadata(file).map_err(|error| unreadable(address, &error))?;
    }
    let aws = aws::chain(address).await;
    let of_environment = AmazonS3Builder::from_env();
    let of_environment = [AmazonS3ConfigKey::S3Endpoint, AmazonS3ConfigKey::Endpoint]
        .into_iter()
        .find_map(|key| of_environment.get_config_value(&key));
    let endpoint = address.endpoint.clone().or(of_environment).or(aws.endpoint);
    let options = options(address, endpoint.as_deref(), patience)?;
    let region = match (aws.region, &endpoint) {
        (Some(region), _) => region,
        (None, Some(_)) => ANY_REGION.to_string(),
        // Where that does not answer, the first request says what is wrong.
        (None, None) => resolve_bucket_region(&address.bucket, &options.clone().with_timeout(patience.connect()))
            .await
            .unwrap_or_else(|_| ANY_REGION.to_string()),
    };
    let endpoint =
        endpoint.or_else(|| region.starts_with("cn-").then(|| format!("https://s3.{region}.amazonaws.com.cn")));
    // Signed with the request for a file, so that S3 tells the checksum it keeps.
    let ask: HeaderMap =
        [("x-amz-checksum-mode".parse().map_err(header)?, HeaderValue::from_static("ENABLED"))].into_iter().collect();
    let mut builder = AmazonS3Builder::new()
        .with_bucket_name(&address.bucket)
        .with_region(region)
        .with_credentials(aws.credentials)
        .with_retry(patience.retry())
        .with_client_options(options.with_default_headers(ask))
        .with_http_connector(PoliteConnector { patience, as_stored: false });
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(builder.build().map_err(|error| refused(address, &error))?))
}

fn blob(address: &StoreAddress, patience: Patience) -> Result<Arc<dyn ObjectStore>> {
    let of_environment = MicrosoftAzureBuilder::from_env();
    let of_environment = |key: AzureConfigKey| of_environment.get_config_value(&key).filter(|text| !text.is_empty());
    let account = address.account.clone().or_else(|| of_environment(AzureConfigKey::AccountName)).ok_or_else(|| {
        let remedy = "say account = \"…\" beside the location, or set AZURE_STORAGE_ACCOUNT_NAME";
        Error::settings(address.to_string(), "no storage account is named", remedy)
    })?;
    let endpoint = address.endpoint.clone().or_else(|| of_environment(AzureConfigKey::Endpoint));
    let options = options(address, endpoint.as_deref(), patience)?;
    let mut builder = match &address.credential_file {
        None => MicrosoftAzureBuilder::from_env(),
        Some(file) => {
            let text = std::fs::read_to_string(file).map_err(|error| unreadable(address, &error))?;
            let text = text.trim();
            match text.contains("sig=") {
                true => MicrosoftAzureBuilder::new().with_config(AzureConfigKey::SasKey, text.trim_start_matches('?')),
                false => MicrosoftAzureBuilder::new().with_access_key(text),
            }
        }
    };
    builder = builder
        .with_account(account)
        .with_container_name(&address.bucket)
        .with_use_emulator(false)
        .with_retry(patience.retry())
        .with_client_options(options)
        .with_http_connector(PoliteConnector { patience, as_stored: false });
    if let Some(endpoint) = endpoint {
        builder = builder.with_endpoint(endpoint);
    }
    Ok(Arc::new(ListedAfter(builder.build().map_err(|error| refused(address, &error))?)))
}

fn gcs(address: &StoreAddress, patience: Patience) -> Result<Arc<dyn ObjectStore>> {
    let of_environment = GoogleCloudStorageBuilder::from_env();
    let named = of_environment.get_config_value(&GoogleConfigKey::ApplicationCredentials).map(PathBuf::from);
    if let Some(file) = address.credential_file.clone().or(named) {
        known_to_google(address, &file)?;
    }
    let endpoint = address.endpoint.clone().or(of_environment.get_config_value(&GoogleConfigKey::BaseUrl));
    let options = options(address, endpoint.as_deref(), patience)?;
    let mut builder = match &address.credential_file {
        None => GoogleCloudStorageBuilder::from_env(),
        Some(file) => {
            std::fs::metadata(file).map_err(|error| unreadable(address, &error))?;
            let path = file.to_str().ok_or_else(|| {
                Error::settings(address.to_string(), "the path of credential_file is not UTF-8", "rename the file")
            })?;
            GoogleCloudStorageBuilder::new().with_application_credentials(path)
        }
    };
    builder = builder
        .with_bucket_name(&address.bucket)
        .with_retry(patience.retry())
        .with_client_options(options)
        .with_http_connector(PoliteConnector { patience, as_stored: true });
    if let Some(endpoint) = endpoint {
        // A token is not for a connection that everybody on the machine can read.
        builder = builder.with_base_url(&endpoint).with_skip_signature(endpoint.starts_with("http://"));
    }
    Ok(Arc::new(builder.build().map_err(|error| refused(address, &error))?))
}

/// Refuses a file of application credentials of a type that object_store 0.13 does not know, by its name. What is no such
/// file is left to it.
fn known_to_google(address: &StoreAddress, file: &Path) -> Result<()> {
    let text = std::fs::read(file).unwrap_or_default();
    let written: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
    let of_type = written.get("type").and_then(|value| value.as_str()).unwrap_or("service_account");
    if ["service_account", "authorized_user"].contains(&of_type) {
        return Ok(());
    }
    let known = [
        "external_account",
        "external_account_authorized_user",
        "impersonated_service_account",
        "gdch_service_account",
    ];
    let shown = known.into_iter().find(|known| *known == of_type).unwrap_or("…");
    let what =
        format!("the credential is of the type {shown}, and only service_account and authorized_user are understood");
    let remedy = "give a service account's key, or run on a machine of Google's, whose metadata server is asked";
    Err(Error::settings(address.to_string(), what, remedy))
}

/// TLS, but to this machine where that is allowed; and no time in which a body of any length must have come.
fn options(address: &StoreAddress, endpoint: Option<&str>, patience: Patience) -> Result<ClientOptions> {
    let options = ClientOptions::new().with_timeout_disabled().with_connect_timeout(patience.connect());
    let Some(host) = endpoint.and_then(|endpoint| endpoint.strip_prefix("http://")) else { return Ok(options) };
    if !is_loopback(host) {
        let what = "the endpoint in the environment is without TLS, and not on this machine";
        return Err(Error::settings(address.to_string(), what, "write https:// there"));
    }
    if !address.allow_http {
        let remedy = "add allow_http = true beside the location, which holds for this machine only";
        return Err(Error::settings(address.to_string(), "the endpoint in the environment is without TLS", remedy));
    }
    Ok(options.with_allow_http(true))
}

fn refused(address: &StoreAddress, error: &object_store::Error) -> Error {
    let what = format!("the store cannot be asked: {}", plain(&chain(error)));
    Error::settings(address.to_string(), what, "check its keys in the configuration and the credential's form")
}

fn unreadable(address: &StoreAddress, error: &std::io::Error) -> Error {
    let remedy = "correct the path, or let the user of the run read it";
    Error::settings(address.to_string(), format!("credential_file cannot be read: {error}"), remedy)
}

fn header(error: http::header::InvalidHeaderName) -> Error {
    Error::bug("connect", error.to_string())
}
