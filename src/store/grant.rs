//! What a credential must be given, in the provider's own words: of the one table of permissions.

use super::refusals::{Refusal, Remedy};
use super::refuse::Act;
use crate::focus::permission::{Doing, Permission, named, needed};
use crate::focus::{StoreAddress, StoreKind};

/// What helps where an answer is one of the table; `message` is all that it says.
pub fn remedy(row: &Refusal, address: &StoreAddress, act: Act, message: &str) -> String {
    match row.remedy {
        Remedy::Grant => grant(address, act, named(address.kind.cloud(), message)),
        Remedy::GrantKey => {
            let key = message.split_whitespace().find(|word| word.starts_with("arn:") && word.contains(":kms:"));
            let key = key.map_or_else(|| "the key of the bucket".to_string(), |key| key.trim_matches('"').to_string());
            let doing = match named(address.kind.cloud(), message) {
                Some(Permission { doing: doing @ Doing::EncryptFiles, .. }) => *doing,
                _ => Doing::DecryptFiles,
            };
            let action = action(address.kind, doing);
            format!("grant {action} on {key}, in the key's policy too where it is of another account")
        }
        Remedy::Credential => credential_remedy(address),
        Remedy::Do(text) => text.to_string(),
    }
}

/// What a doing takes before all, in the provider's own name.
pub fn action(kind: StoreKind, doing: Doing) -> &'static str {
    needed(kind.cloud(), doing).next().map_or("", |permission| permission.action)
}

/// The permission that is missing, and where to grant it: the one that the answer names, else that of the act.
pub fn grant(address: &StoreAddress, act: Act, named: Option<&Permission>) -> String {
    let StoreAddress { kind, bucket, prefix, .. } = address;
    let below = if prefix.is_empty() { "*".to_string() } else { format!("{prefix}/*") };
    // Blob Storage asks for the same to list and to read.
    let doing = named.filter(|_| *kind != StoreKind::Blob).map_or(act.doing(), |permission| permission.doing);
    let action = named.map_or_else(|| action(*kind, doing), |permission| permission.action);
    let role = needed(kind.cloud(), doing).map(|permission| permission.role).find(|role| !role.is_empty());
    match kind {
        StoreKind::S3 if doing == Doing::ListFiles => {
            format!("grant {action} on arn:aws:s3:::{bucket} (prefix {below})")
        }
        // S3 says no more than that where the bucket is of another account: it may be the key.
        StoreKind::S3 if named.is_none() && doing != Doing::RemoveFiles => {
            let key = if doing == Doing::WriteFiles { Doing::EncryptFiles } else { Doing::DecryptFiles };
            let key = self::action(*kind, key);
            format!("grant {action} on arn:aws:s3:::{bucket}/{below}, and {key} where the bucket has a key")
        }
        StoreKind::S3 => format!("grant {action} on arn:aws:s3:::{bucket}/{below}"),
        StoreKind::Blob => {
            let letters = match doing {
                Doing::ListFiles => "list (sp=l)",
                Doing::WriteFiles => "create and write (sp=cw)",
                Doing::RemoveFiles => "delete (sp=d)",
                _ => "read (sp=r)",
            };
            format!(
                "assign the role {} on the container {bucket} ({action}); a SAS needs {letters}; and let the account's \
                 firewall admit this machine",
                role.unwrap_or_default()
            )
        }
        StoreKind::Gcs => {
            format!("grant {action} on {bucket}: the role {} has it", role.unwrap_or_default())
        }
    }
}

/// What helps where nobody gives a credential in time.
pub fn hanging(profile: Option<&str>) -> String {
    format!(
        "run what the profile {} of AWS's configuration names as credential_process by hand, and see what it waits for: it \
         must give the credential without a person",
        profile.unwrap_or("default")
    )
}

/// Where a credential comes from.
pub fn credential_remedy(address: &StoreAddress) -> String {
    let from = match address.kind {
        StoreKind::S3 => "AWS's chain: environment, profile, web identity, container, instance",
        StoreKind::Blob => "AZURE_…: key, workload identity, client secret, SAS, CLI, managed identity",
        StoreKind::Gcs => "GOOGLE_…: service account, application default credentials, metadata server",
    };
    format!("give a credential (docs/sources.md: {from}), or name a credential_file; it may be wrong or out of date")
}
