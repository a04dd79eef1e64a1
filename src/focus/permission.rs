//! What each thing that costmill does at a provider takes: one table, from which policies are printed and by which what
//! is refused is told. A permission that no code uses is in no policy.

use super::store::StoreKind;

/// Whose permissions they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cloud {
    Aws,
    Azure,
    Gcp,
}

/// Something that costmill asks of a provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doing {
    /// See which files of an export are there.
    ListExports,
    /// Read a file of an export.
    ReadExports,
    /// Read one that is encrypted with a key of one's own.
    DecryptExports,
    /// Work with the role that a source names.
    TakeRole,
}

impl Doing {
    /// Every one, in the order of the docs.
    pub const ALL: [Self; 4] = [Self::ListExports, Self::ReadExports, Self::DecryptExports, Self::TakeRole];

    pub fn in_words(self) -> &'static str {
        match self {
            Self::ListExports => "list the files of an export",
            Self::ReadExports => "read them",
            Self::DecryptExports => "read those that are encrypted with a key of one's own",
            Self::TakeRole => "take on the role of `assume_role`",
        }
    }
}

/// One permission, in the provider's own name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    pub cloud: Cloud,
    pub doing: Doing,
    /// As a policy names it.
    pub action: &'static str,
    /// The smallest role of the provider's own that has it; empty where there is none.
    pub role: &'static str,
    /// The provider's page that says so.
    pub page: &'static str,
}

const S3_ACTIONS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html";
const BLOB_ACTIONS: &str = "https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations";
const GCS_ACTIONS: &str = "https://docs.cloud.google.com/storage/docs/access-control/iam-xml";

/// Every permission that costmill uses.
pub const PERMISSIONS: [Permission; 8] = [
    Permission { cloud: Cloud::Aws, doing: Doing::ListExports, action: "s3:ListBucket", role: "", page: S3_ACTIONS },
    Permission { cloud: Cloud::Aws, doing: Doing::ReadExports, action: "s3:GetObject", role: "", page: S3_ACTIONS },
    Permission {
        cloud: Cloud::Aws,
        doing: Doing::DecryptExports,
        action: "kms:Decrypt",
        role: "",
        page: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    },
    Permission {
        cloud: Cloud::Aws,
        doing: Doing::TakeRole,
        action: "sts:AssumeRole",
        role: "",
        page: "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html",
    },
    // Azure asks for the same action to list blobs and to read one.
    Permission {
        cloud: Cloud::Azure,
        doing: Doing::ListExports,
        action: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
        role: "Storage Blob Data Reader",
        page: BLOB_ACTIONS,
    },
    Permission {
        cloud: Cloud::Azure,
        doing: Doing::ReadExports,
        action: "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
        role: "Storage Blob Data Reader",
        page: BLOB_ACTIONS,
    },
    Permission {
        cloud: Cloud::Gcp,
        doing: Doing::ListExports,
        action: "storage.objects.list",
        role: "roles/storage.objectViewer",
        page: GCS_ACTIONS,
    },
    Permission {
        cloud: Cloud::Gcp,
        doing: Doing::ReadExports,
        action: "storage.objects.get",
        role: "roles/storage.objectViewer",
        page: GCS_ACTIONS,
    },
];

/// What something takes at a provider; nothing where the provider asks for nothing of its own.
pub fn needed(cloud: Cloud, doing: Doing) -> impl Iterator<Item = &'static Permission> {
    PERMISSIONS.iter().filter(move |permission| permission.cloud == cloud && permission.doing == doing)
}

/// The permission that an answer of a provider names in its words, if it is one of ours.
pub fn named(cloud: Cloud, text: &str) -> Option<&'static Permission> {
    let part = |sign: char| !(sign.is_ascii_alphanumeric() || matches!(sign, ':' | '.' | '/'));
    // Not a permission that another's name begins with, as s3:GetObject does s3:GetObjectTagging.
    let mut words = text.split(part).map(|word| word.trim_end_matches('.'));
    words.find_map(|word| PERMISSIONS.iter().find(|of| of.cloud == cloud && of.action == word))
}

impl StoreKind {
    /// Whose store it is.
    pub fn cloud(self) -> Cloud {
        match self {
            Self::S3 => Cloud::Aws,
            Self::Blob => Cloud::Azure,
            Self::Gcs => Cloud::Gcp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_stands_once() {
        for (at, one) in PERMISSIONS.iter().enumerate() {
            let same =
                |other: &Permission| (one.cloud, one.doing, one.action) == (other.cloud, other.doing, other.action);
            assert!(!PERMISSIONS[at + 1..].iter().any(same), "{one:?}");
            assert!(one.page.starts_with("https://"), "{one:?}");
        }
    }

    #[test]
    fn an_answer_names_one_of_ours_or_none() {
        let text = "User: arn:aws:iam::1:user/x is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::b/k\" \
                    because no identity-based policy allows the s3:GetObject action";
        assert_eq!(named(Cloud::Aws, text).map(|of| of.doing), Some(Doing::ReadExports));
        assert_eq!(named(Cloud::Aws, &text.replace("s3:GetObject", "s3:GetObjectTagging")), None);
        assert_eq!(named(Cloud::Gcp, text), None);
        let text =
            "bot@x does not have storage.objects.list access to the bucket. Permission 'storage.objects.list' denied.";
        assert_eq!(named(Cloud::Gcp, text).map(|of| of.doing), Some(Doing::ListExports));
        assert_eq!(named(Cloud::Aws, "to perform: kms:Decrypt.").map(|of| of.doing), Some(Doing::DecryptExports));
    }
}
