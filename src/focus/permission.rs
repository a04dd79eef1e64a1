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
    /// See which files of an export, of the lake or of a delivery's target are there.
    ListFiles,
    /// Read one of them.
    ReadFiles,
    /// Read one that is encrypted with a key of one's own.
    DecryptFiles,
    /// Write a file of the lake or of a delivery.
    WriteFiles,
    /// Write where a key of one's own encrypts.
    EncryptFiles,
    /// Take a file away: what a delivery no longer holds, what vacuum lets go of.
    RemoveFiles,
    /// Work with the role that a source names.
    TakeRole,
    /// Ask Cost Explorer what was billed.
    AskCosts,
    /// Ask it how Savings Plans were used.
    AskSavingsPlans,
    /// Ask it how reservations were used.
    AskReservations,
    /// Ask it which machines it would resize.
    AskRightsizing,
    /// Ask CloudWatch how machines were used.
    AskCloudWatch,
    /// Ask Azure's Consumption for the budgets of subscriptions; billing scopes have roles of their own.
    AskBudgets,
    /// Ask it which reservations it would buy.
    AskReservationAdvice,
    /// Ask it for the charges one by one.
    AskUsageDetails,
    /// Ask Azure Advisor.
    AskAdvisor,
    /// Ask Azure Monitor how machines were used.
    AskMonitor,
}

impl Doing {
    /// Every one, in the order of the docs.
    pub const ALL: [Self; 17] = [
        Self::ListFiles,
        Self::ReadFiles,
        Self::DecryptFiles,
        Self::WriteFiles,
        Self::EncryptFiles,
        Self::RemoveFiles,
        Self::TakeRole,
        Self::AskCosts,
        Self::AskSavingsPlans,
        Self::AskReservations,
        Self::AskRightsizing,
        Self::AskCloudWatch,
        Self::AskBudgets,
        Self::AskReservationAdvice,
        Self::AskUsageDetails,
        Self::AskAdvisor,
        Self::AskMonitor,
    ];

    pub fn in_words(self) -> &'static str {
        match self {
            Self::ListFiles => "list the files of an export, of a lake in a store, of a target of `[[deliver]]`",
            Self::ReadFiles => "read them",
            Self::DecryptFiles => "read those that are encrypted with a key of one's own",
            Self::WriteFiles => "write files of the lake, or of a delivery",
            Self::EncryptFiles => "write them encrypted with a key of one's own",
            Self::RemoveFiles => "remove them: `vacuum`, and what a delivery no longer holds",
            Self::TakeRole => "take on the role of `assume_role`",
            Self::AskCosts => "ask Cost Explorer for `costs`, with an `[[api]]`",
            Self::AskSavingsPlans => "ask it for `savings-plans`",
            Self::AskReservations => "ask it for `reservations`",
            Self::AskRightsizing => "ask it for `rightsizing`",
            Self::AskCloudWatch => "ask CloudWatch, with an `[[api]]`",
            Self::AskBudgets => "ask Azure's Consumption for `budgets` of subscriptions, with an `[[api]]`",
            Self::AskReservationAdvice => "ask it for `reservation-recommendations`",
            Self::AskUsageDetails => "ask it for `usage-details`",
            Self::AskAdvisor => "ask Azure Advisor, with an `[[api]]`",
            Self::AskMonitor => "ask Azure Monitor, with an `[[api]]`",
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
const S3_KMS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";
const STS: &str = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html";
const COST_EXPLORER: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscostexplorerservice.html";
const CLOUDWATCH: &str =
    "https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html";
const BLOB_ACTIONS: &str = "https://learn.microsoft.com/rest/api/storageservices/authorize-with-azure-active-directory#permissions-for-blob-service-operations";
const AZURE_ACTIONS: &str =
    "https://learn.microsoft.com/azure/role-based-access-control/permissions/management-and-governance";
const MONITOR_ACTIONS: &str = "https://learn.microsoft.com/azure/role-based-access-control/permissions/monitor";
const GCS_ACTIONS: &str = "https://docs.cloud.google.com/storage/docs/access-control/iam-xml";

const READER: &str = "Storage Blob Data Reader";
const CONTRIBUTOR: &str = "Storage Blob Data Contributor";
const COST_READER: &str = "Cost Management Reader";
const VIEWER: &str = "roles/storage.objectViewer";
const OBJECT_USER: &str = "roles/storage.objectUser";

macro_rules! rows {
    ($($cloud:ident $doing:ident $action:literal $role:expr, $page:ident;)*) => {
        &[$(Permission { cloud: Cloud::$cloud, doing: Doing::$doing, action: $action, role: $role, page: $page }),*]
    };
}

/// Every permission that costmill uses. Of several of one doing the first is the one that is missing where nobody says
/// which.
#[rustfmt::skip]
pub static PERMISSIONS: &[Permission] = rows! {
    Aws ListFiles "s3:ListBucket" "", S3_ACTIONS;
    Aws ReadFiles "s3:GetObject" "", S3_ACTIONS;
    Aws DecryptFiles "kms:Decrypt" "", S3_KMS;
    Aws WriteFiles "s3:PutObject" "", S3_ACTIONS;
    // A large file is sent in pieces, which are taken away where it does not come to an end.
    Aws WriteFiles "s3:AbortMultipartUpload" "", S3_ACTIONS;
    Aws EncryptFiles "kms:GenerateDataKey" "", S3_KMS;
    Aws RemoveFiles "s3:DeleteObject" "", S3_ACTIONS;
    Aws TakeRole "sts:AssumeRole" "", STS;
    Aws AskCosts "ce:GetCostAndUsage" "", COST_EXPLORER;
    Aws AskSavingsPlans "ce:GetSavingsPlansUtilization" "", COST_EXPLORER;
    Aws AskSavingsPlans "ce:GetSavingsPlansUtilizationDetails" "", COST_EXPLORER;
    Aws AskSavingsPlans "ce:GetSavingsPlansCoverage" "", COST_EXPLORER;
    Aws AskReservations "ce:GetReservationUtilization" "", COST_EXPLORER;
    Aws AskReservations "ce:GetReservationCoverage" "", COST_EXPLORER;
    Aws AskRightsizing "ce:GetRightsizingRecommendation" "", COST_EXPLORER;
    Aws AskCloudWatch "cloudwatch:GetMetricData" "", CLOUDWATCH;
    Aws AskCloudWatch "cloudwatch:ListMetrics" "", CLOUDWATCH;
    // Azure asks for the same action to list blobs and to read one.
    Azure ListFiles "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read" READER, BLOB_ACTIONS;
    Azure ReadFiles "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read" READER, BLOB_ACTIONS;
    Azure WriteFiles "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/write" CONTRIBUTOR, BLOB_ACTIONS;
    Azure RemoveFiles "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete" CONTRIBUTOR, BLOB_ACTIONS;
    Azure AskBudgets "Microsoft.Consumption/budgets/read" COST_READER, AZURE_ACTIONS;
    Azure AskReservationAdvice "Microsoft.Consumption/reservationRecommendations/read" COST_READER, AZURE_ACTIONS;
    Azure AskUsageDetails "Microsoft.Consumption/usageDetails/read" COST_READER, AZURE_ACTIONS;
    Azure AskAdvisor "Microsoft.Advisor/recommendations/read" "Reader", AZURE_ACTIONS;
    Azure AskMonitor "Microsoft.Insights/metrics/read" "Monitoring Reader", MONITOR_ACTIONS;
    Gcp ListFiles "storage.objects.list" VIEWER, GCS_ACTIONS;
    Gcp ReadFiles "storage.objects.get" VIEWER, GCS_ACTIONS;
    Gcp WriteFiles "storage.objects.create" OBJECT_USER, GCS_ACTIONS;
    // To replace a file takes the right to delete it, too.
    Gcp RemoveFiles "storage.objects.delete" OBJECT_USER, GCS_ACTIONS;
};

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
        assert_eq!(named(Cloud::Aws, text).map(|of| of.doing), Some(Doing::ReadFiles));
        assert_eq!(named(Cloud::Aws, &text.replace("s3:GetObject", "s3:GetObjectTagging")), None);
        assert_eq!(named(Cloud::Gcp, text), None);
        let text =
            "bot@x does not have storage.objects.list access to the bucket. Permission 'storage.objects.list' denied.";
        assert_eq!(named(Cloud::Gcp, text).map(|of| of.doing), Some(Doing::ListFiles));
        assert_eq!(named(Cloud::Aws, "to perform: kms:Decrypt.").map(|of| of.doing), Some(Doing::DecryptFiles));
    }
}
