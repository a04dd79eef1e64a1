//! Which way to a token is gone: that of the credential file, else the first that the environment has something for.
//!
//! The variables and their order are those of Blob Storage (docs/sources.md), read by the stores' own library.

use super::credential::Way;
use crate::error::{Error, Result};
use crate::focus::store::is_loopback;
use azure_core::Url;
use azure_core::auth::Secret;
use object_store::azure::{AzureConfigKey, MicrosoftAzureBuilder};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Who gives tokens, where AZURE_AUTHORITY_HOST names nobody else: a national cloud.
const AUTHORITY: &str = "https://login.microsoftonline.com";
/// The machine's own metadata service.
const METADATA: &str = "http://169.254.169.254/metadata/identity/oauth2/token";
const PUBLIC_SCOPE: &str = "https://management.azure.com/.default";
/// The management hosts of the national clouds: a token is for one of them.
const NATIONAL: [&str; 2] = ["management.usgovcloudapi.net", "management.chinacloudapi.cn"];

/// What the environment says, of what concerns tokens.
#[derive(Debug, Clone, Default)]
pub struct Said {
    pub client: Option<String>,
    pub tenant: Option<String>,
    pub secret: Option<Secret>,
    pub federated: Option<String>,
    pub authority: Option<String>,
    pub metadata: Option<String>,
    pub object: Option<String>,
    pub resource: Option<String>,
    pub use_cli: bool,
    /// IDENTITY_HEADER of App Service and Container Apps.
    pub header: Option<Secret>,
}

/// A credential file that is no bare token: what `az ad sp create-for-rbac --json-auth` prints, or the same by hand.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    tenant_id: String,
    client_id: String,
    client_secret: String,
}

impl Said {
    pub fn of_environment(header: Option<Secret>) -> Self {
        let builder = MicrosoftAzureBuilder::from_env();
        let text = |key: AzureConfigKey| builder.get_config_value(&key).filter(|text| !text.is_empty());
        Self {
            client: text(AzureConfigKey::ClientId),
            tenant: text(AzureConfigKey::AuthorityId),
            secret: text(AzureConfigKey::ClientSecret).map(Secret::new),
            federated: text(AzureConfigKey::FederatedTokenFile),
            authority: text(AzureConfigKey::AuthorityHost),
            metadata: text(AzureConfigKey::MsiEndpoint),
            object: text(AzureConfigKey::ObjectId),
            resource: text(AzureConfigKey::MsiResourceId),
            use_cli: text(AzureConfigKey::UseAzureCli).is_some_and(|text| text == "true"),
            header,
        }
    }

    /// The way to a token. `allow_http` is the `[[api]]`'s, for an authority on this machine.
    ///
    /// Errors: `Settings`, for a credential file that does not read, and for an authority or an endpoint for tokens that
    /// would be spoken to without TLS.
    pub fn way(self, place: &str, file: Option<&Path>, allow_http: bool) -> Result<Way> {
        let authority = |tenant: &str| self.authority(place, tenant, allow_http);
        if let Some(file) = file {
            return match read(place, file)? {
                Ok(Written { tenant_id, client_id, client_secret }) => Ok(Way::ClientSecret {
                    authority: authority(&tenant_id)?,
                    client: client_id,
                    secret: Secret::new(client_secret),
                }),
                Err(token) => Ok(Way::Held(token)),
            };
        }
        match (&self.client, &self.tenant, &self.federated, &self.secret) {
            (Some(client), Some(tenant), Some(file), _) => {
                Ok(Way::Workload { authority: authority(tenant)?, client: client.clone(), file: PathBuf::from(file) })
            }
            (Some(client), Some(tenant), None, Some(secret)) => {
                Ok(Way::ClientSecret { authority: authority(tenant)?, client: client.clone(), secret: secret.clone() })
            }
            _ if self.use_cli => Ok(Way::Cli),
            _ => self.managed(place),
        }
    }

    fn authority(&self, place: &str, tenant: &str, allow_http: bool) -> Result<Url> {
        let host = self.authority.as_deref().unwrap_or(AUTHORITY).trim_end_matches('/');
        // AZURE_AUTHORITY_HOST is a host alone as often as a URL.
        let host = if host.contains("://") { host.to_string() } else { format!("https://{host}") };
        let here = host.strip_prefix("http://").is_some_and(|host| is_loopback(host) && allow_http);
        let url = Url::parse(&format!("{host}/{tenant}/oauth2/v2.0/token"));
        let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
        match url {
            Ok(url) if (url.scheme() == "https" || here) && plain(tenant) => Ok(url),
            _ => Err(Error::settings(
                place,
                "AZURE_AUTHORITY_HOST and AZURE_TENANT_ID make no address with TLS",
                "write for example https://login.microsoftonline.com, and the tenant's id",
            )),
        }
    }

    fn managed(self, place: &str) -> Result<Way> {
        let written = self.metadata.as_deref().unwrap_or(METADATA);
        let refused = || {
            let what = "AZURE_IDENTITY_ENDPOINT is no address of this machine, of its metadata service, or with TLS";
            Error::settings(place, what, "take the value of IDENTITY_ENDPOINT, or leave it out")
        };
        let endpoint = Url::parse(written).map_err(|_| refused())?;
        let host = endpoint.host_str().unwrap_or_default();
        let near = is_loopback(host) || host.starts_with("169.254.");
        if endpoint.scheme() != "https" && !near {
            return Err(refused());
        }
        let identity = match (self.client, self.object, self.resource) {
            (Some(client), _, _) => Some(("client_id", client)),
            (None, Some(object), _) => Some(("object_id", object)),
            (None, None, Some(resource)) => Some(("msi_res_id", resource)),
            (None, None, None) => None,
        };
        // The header is for the endpoint that the platform named with it.
        let header = self.header.filter(|_| self.metadata.is_some());
        Ok(Way::Managed { endpoint, identity, header })
    }
}

/// A service principal, or a bare token.
fn read(place: &str, file: &Path) -> Result<std::result::Result<Written, Secret>> {
    let text = std::fs::read_to_string(file).map_err(|error| {
        let what = format!("credential_file cannot be read: {error}");
        Error::settings(place, what, "correct the path, or let the user of the run read it")
    })?;
    let text = text.trim();
    if text.starts_with('{') {
        return serde_json::from_str(text).map(Ok).map_err(|_| {
            let what = "credential_file is JSON without tenantId, clientId and clientSecret";
            Error::settings(place, what, "write what `az ad sp create-for-rbac --json-auth` prints")
        });
    }
    match text.is_empty() || text.contains(char::is_whitespace) {
        true => Err(Error::settings(place, "credential_file holds no token", "write a token, or a service principal")),
        false => Ok(Err(Secret::new(text.to_string()))),
    }
}

/// What a token is asked for: the management API of the cloud that the endpoint is of.
pub fn scope_of(endpoint: &Url) -> String {
    match endpoint.host_str().filter(|host| NATIONAL.contains(host)) {
        Some(host) => format!("https://{host}/.default"),
        None => PUBLIC_SCOPE.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> Said {
        Said {
            client: Some("c".into()),
            tenant: Some("t-1".into()),
            secret: Some(Secret::new("HUSH")),
            federated: Some("/f".into()),
            ..Said::default()
        }
    }

    fn told(said: Said) -> String {
        said.way("azure-costs", None, false).map_or_else(|error| error.to_string(), |way| format!("{way:?}"))
    }

    #[test]
    fn the_first_way_with_something_is_gone_and_shows_no_secret() {
        let secret = Said { federated: None, ..said() };
        let managed = Said { client: Some("c".into()), ..Said::default() };
        for (said, expected) in [
            (
                said(),
                "Workload { authority: Url { scheme: \"https\", cannot_be_a_base: false, username: \"\", password: None, host: Some(Domain(\"login.microsoftonline.com\"))",
            ),
            (secret.clone(), "ClientSecret {"),
            (Said { secret: None, use_cli: true, ..secret.clone() }, "Cli"),
            (managed, "Managed {"),
            (Said { authority: Some("login.chinacloudapi.cn".into()), ..secret.clone() }, "login.chinacloudapi.cn"),
            (Said { authority: Some("http://login.example".into()), ..secret.clone() }, "make no address with TLS"),
            (Said { tenant: Some("../x".into()), ..secret.clone() }, "make no address with TLS"),
            (
                Said { metadata: Some("http://evil.example/token".into()), ..Said::default() },
                "AZURE_IDENTITY_ENDPOINT is no",
            ),
            (Said { metadata: Some("http://localhost:8081/msi/token".into()), ..Said::default() }, "Managed {"),
        ] {
            let told = told(said);
            assert!(told.contains(expected) && !told.contains("HUSH"), "{told}\n≠ {expected}");
        }
    }

    #[test]
    fn a_file_has_a_principal_or_a_token() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("credential");
        for (text, expected) in [
            ("eyJ0.HUSH\n", "Held(Secret(\"<REDACTED>\"))"),
            (r#"{"clientId":"c","clientSecret":"HUSH","tenantId":"t","subscriptionId":"s"}"#, "ClientSecret {"),
            (r#"{"clientSecret":"HUSH"}"#, "JSON without tenantId"),
            ("two HUSH words", "holds no token"),
            ("", "holds no token"),
        ] {
            std::fs::write(&file, text).unwrap();
            let way = said().way("azure-costs", Some(&file), false);
            let told = way.map_or_else(|error| error.to_string(), |way| format!("{way:?}"));
            assert!(told.contains(expected) && !told.contains("HUSH"), "{told}\n≠ {expected}");
        }
    }

    #[test]
    fn a_token_is_for_the_endpoints_cloud() {
        for (endpoint, scope) in [
            ("https://management.azure.com", PUBLIC_SCOPE),
            ("https://management.chinacloudapi.cn/", "https://management.chinacloudapi.cn/.default"),
            ("http://127.0.0.1:4010", PUBLIC_SCOPE),
        ] {
            assert_eq!(scope_of(&Url::parse(endpoint).unwrap()), scope);
        }
    }
}
