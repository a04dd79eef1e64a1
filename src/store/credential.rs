//! Which credential a store is asked with: where it was found, and until when it holds. Never the credential.

use super::aws::{self, Identity};
use super::refuse::{Act, Of, Place, chain, plain};
use crate::error::{Error, Result};
use crate::focus::{StoreAddress, StoreKind};
use aws_credential_types::provider::ProvideCredentials;
use chrono::{DateTime, Utc};
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use object_store::gcp::{GoogleCloudStorageBuilder, GoogleConfigKey};

/// A credential, without what is secret of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Where it comes from, in words.
    pub from: String,
    /// Until when it holds, where that is known; UTC.
    pub ends: Option<DateTime<Utc>>,
    /// Does whoever gave it give the next one by itself?
    pub renews: bool,
}

/// Looks which credential a store will be asked with, for what is kept there, in the order in which [`super::connect`] takes them.
///
/// Errors: `Source` or `Lake`, where the chain has none or its giver refuses.
pub async fn credential(address: &StoreAddress, of: Of) -> Result<Credential> {
    match address.kind {
        StoreKind::S3 => of_aws(address, of).await,
        StoreKind::Blob => of_azure(address),
        StoreKind::Gcs => Ok(of_google(address)),
    }
}

async fn of_aws(address: &StoreAddress, of: Of) -> Result<Credential> {
    let wanted = Identity {
        region: address.region.as_deref(),
        profile: address.profile.as_deref(),
        role: address.role.as_deref(),
        credential_file: address.credential_file.as_deref(),
    };
    let place = Place { url: address.to_string(), address: address.clone(), of };
    aws_credential(wanted).await.map_err(|told| place.no_credential(Act::List, &told))
}

/// Looks which credential AWS's chain gives to such a one. The error is why it gives none, fit to be shown.
pub async fn aws_credential(wanted: Identity<'_>) -> std::result::Result<Credential, String> {
    let aws = aws::chain_of(wanted).await;
    let provider = aws.credentials.provider().ok_or("no credential in the chain")?;
    let found = provider.provide_credentials().await.map_err(|error| plain(&chain(&error)))?;
    // Its debugging text is made to be shown, without secrets, and has the one name that nothing else gives.
    let shown = format!("{found:?}");
    let name = shown.split_once("provider_name: \"").and_then(|(_, rest)| rest.split_once('"')).map(|(name, _)| name);
    let name = name.unwrap_or_default();
    let (mut from, renews) = match name {
        "EnvironmentVariable" => ("the environment (AWS_ACCESS_KEY_ID)".to_string(), false),
        "ProfileFile" => (format!("the profile {}", wanted.profile.unwrap_or("default")), false),
        "WebIdentityToken" => ("a web identity (AWS_WEB_IDENTITY_TOKEN_FILE)".to_string(), true),
        "EcsContainer" => ("the container".to_string(), true),
        "IMDSv2" | "Ec2InstanceMetadata" => ("the instance".to_string(), true),
        "AssumeRoleProvider" => ("a role that was taken on".to_string(), true),
        "SSO" => ("a sign-in with SSO".to_string(), false),
        other => (format!("AWS's chain ({other})"), found.expiry().is_some()),
    };
    if let Some(file) = wanted.credential_file {
        from = format!("{from}, credential_file {}", file.display());
    }
    if let Some(role) = wanted.role {
        from = format!("the role {role}");
    }
    Ok(Credential { from, ends: found.expiry().map(DateTime::from), renews })
}

fn of_azure(address: &StoreAddress) -> Result<Credential> {
    if let Some(file) = &address.credential_file {
        let text = std::fs::read_to_string(file).map_err(|error| {
            let remedy = "correct the path, or let the user of the run read it";
            Error::settings(address.to_string(), format!("credential_file cannot be read: {error}"), remedy)
        })?;
        let place = file.display();
        return Ok(match text.contains("sig=") {
            true => Credential { from: format!("a SAS, credential_file {place}"), ends: sas_end(&text), renews: false },
            false => Credential { from: format!("an account key, credential_file {place}"), ends: None, renews: true },
        });
    }
    let environment = MicrosoftAzureBuilder::from_env();
    let has = |key: AzureConfigKey| environment.get_config_value(&key).filter(|text| !text.is_empty());
    let (id, tenant) = (has(AzureConfigKey::ClientId), has(AzureConfigKey::AuthorityId));
    let told = |from: &str, renews: bool| Credential { from: from.into(), ends: None, renews };
    Ok(if has(AzureConfigKey::Token).is_some() {
        told("a bearer token of the environment", false)
    } else if has(AzureConfigKey::AccessKey).is_some() {
        told("an account key of the environment (AZURE_STORAGE_ACCOUNT_KEY)", true)
    } else if id.is_some() && tenant.is_some() && has(AzureConfigKey::FederatedTokenFile).is_some() {
        told("a workload identity (AZURE_FEDERATED_TOKEN_FILE)", true)
    } else if id.is_some() && tenant.is_some() && has(AzureConfigKey::ClientSecret).is_some() {
        told("a client secret of the environment (AZURE_CLIENT_SECRET)", true)
    } else if let Some(sas) = has(AzureConfigKey::SasKey) {
        let from = "a SAS of the environment (AZURE_STORAGE_SAS_TOKEN)".to_string();
        Credential { from, ends: sas_end(&sas), renews: false }
    } else if has(AzureConfigKey::UseAzureCli).is_some_and(|on| on == "true") {
        told("the Azure CLI", true)
    } else {
        told("the managed identity of this machine", true)
    })
}

fn of_google(address: &StoreAddress) -> Credential {
    let told = |from: String| Credential { from, ends: None, renews: true };
    if address.endpoint.as_ref().is_some_and(|endpoint| endpoint.starts_with("http://")) {
        return told("none: the endpoint is without TLS".into());
    }
    if let Some(file) = &address.credential_file {
        return told(format!("credential_file {}", file.display()));
    }
    let environment = GoogleCloudStorageBuilder::from_env();
    let has = |key: GoogleConfigKey| environment.get_config_value(&key).is_some_and(|text| !text.is_empty());
    if has(GoogleConfigKey::ServiceAccount) || has(GoogleConfigKey::ServiceAccountKey) {
        return told("a service account of the environment (GOOGLE_SERVICE_ACCOUNT…)".into());
    }
    if has(GoogleConfigKey::ApplicationCredentials) {
        return told("application default credentials (GOOGLE_APPLICATION_CREDENTIALS)".into());
    }
    told("application default credentials, or the metadata server".into())
}

/// Until when a SAS holds: its `se`, an ISO 8601 time in UTC, or a day
/// (<https://learn.microsoft.com/rest/api/storageservices/create-service-sas>).
fn sas_end(sas: &str) -> Option<DateTime<Utc>> {
    let pair = sas.trim().trim_start_matches('?').split('&').find_map(|pair| pair.strip_prefix("se="))?;
    let text = pair.replace("%3A", ":").replace("%3a", ":");
    let whole = match text.len() {
        10 => format!("{text}T00:00:00Z"),
        17 => text.replace('Z', ":00Z"),
        _ => text,
    };
    whole.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_sas_is_read_in_its_three_forms() {
        for (sas, expected) in [
            ("sp=rl&se=2026-12-01T06%3A30%3A00Z&sig=x", "2026-12-01T06:30:00Z"),
            ("?se=2026-12-01T06:30Z&sig=x", "2026-12-01T06:30:00Z"),
            ("se=2026-12-01&sig=x\n", "2026-12-01T00:00:00Z"),
        ] {
            assert_eq!(sas_end(sas), Some(expected.parse().unwrap()), "{sas}");
        }
        assert_eq!(sas_end("sp=rl&si=policy&sig=x"), None, "the end stands in a stored policy");
    }
}
