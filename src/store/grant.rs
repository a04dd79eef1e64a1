//! What a credential must be given, in the provider's own words.

use super::refuse::Act;
use crate::focus::{StoreAddress, StoreKind};

/// The permission that is missing, and where to grant it.
pub fn permission(address: &StoreAddress, act: Act) -> String {
    let StoreAddress { kind, bucket, prefix, .. } = address;
    let below = if prefix.is_empty() { "*".to_string() } else { format!("{prefix}/*") };
    match (kind, act) {
        (StoreKind::S3, Act::List) => format!("grant s3:ListBucket on arn:aws:s3:::{bucket} (prefix {below})"),
        (StoreKind::S3, Act::Get) => {
            format!("grant s3:GetObject on arn:aws:s3:::{bucket}/{below}, and kms:Decrypt where the bucket has a key")
        }
        (StoreKind::S3, Act::Put) => format!(
            "grant s3:PutObject on arn:aws:s3:::{bucket}/{below}, and kms:GenerateDataKey where the bucket has a key"
        ),
        (StoreKind::Blob, Act::Put) => format!(
            "assign the role Storage Blob Data Contributor on the container {bucket} (a SAS needs read, write, create \
             and list), and let the account's firewall admit this machine"
        ),
        (StoreKind::Blob, Act::List | Act::Get) => format!(
            "assign the role Storage Blob Data Reader on the container {bucket} (a SAS needs read and list), and let \
             the account's firewall admit this machine"
        ),
        (StoreKind::Gcs, Act::List) => {
            format!("grant storage.objects.list on {bucket}: the role roles/storage.objectViewer has it")
        }
        (StoreKind::Gcs, Act::Put) => {
            format!("grant storage.objects.create on {bucket}: the role roles/storage.objectUser has it")
        }
        (StoreKind::Gcs, Act::Get) => {
            format!("grant storage.objects.get on {bucket}: the role roles/storage.objectViewer has it")
        }
    }
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
