//! What the stores answer when they refuse, as their pages say, and what it means. The order counts: of the rows of one
//! code the first that fits the message is the one.

use crate::focus::StoreKind;
use crate::focus::StoreKind::{Blob, Gcs, S3};

/// One documented answer. Its status, page and example are for the docs and the tests, which hold the table to them.
#[derive(Debug)]
#[cfg_attr(not(test), allow(dead_code))]
pub struct Refusal {
    pub store: StoreKind,
    /// Of HTTP, as documented.
    pub status: u16,
    pub code: &'static str,
    /// What the message has in it, where messages of one code mean different things; else empty.
    pub says: &'static str,
    /// In words: follows "cannot be read: ".
    pub means: &'static str,
    pub remedy: Remedy,
    /// The provider's page.
    pub page: &'static str,
    /// A message as documented, or as servers send it where the page has none.
    pub example: &'static str,
}

/// What helps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Grant the permission that the message names, else the one of what was asked for.
    Grant,
    /// Let the key's policy and the identity's allow the use of it.
    GrantKey,
    /// Another credential, or the same one rightly written.
    Credential,
    /// Something else.
    Do(&'static str),
}

const S3_CODES: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html";
const S3_403: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/troubleshoot-403-errors.html";
const S3_KMS: &str = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html";
const AZURE_CODES: &str = "https://learn.microsoft.com/rest/api/storageservices/common-rest-api-error-codes";
const BLOB_CODES: &str = "https://learn.microsoft.com/rest/api/storageservices/blob-service-error-codes";
const SAS_CODES: &str = "https://learn.microsoft.com/rest/api/storageservices/sas-error-codes";
const GCS_XML: &str = "https://docs.cloud.google.com/storage/docs/xml-api/reference-status";
const GCS_JSON: &str = "https://docs.cloud.google.com/storage/docs/json_api/v1/status-codes";

const DENIED: &str = "403, access denied";
const UNKNOWN: &str = "the store does not know this credential";
const EXPIRED: &str = "the credential has expired";
const CLOCK: &str = "this machine's clock is wrong";
const SET_CLOCK: Remedy = Remedy::Do("set the clock, by NTP for example");
const RENEW: Remedy = Remedy::Do("renew it, and run again");

macro_rules! rows {
    ($($store:ident $status:literal $code:literal $says:literal: $means:expr, $remedy:expr, $page:ident, $example:literal;)*) => {
        &[$(Refusal { store: $store, status: $status, code: $code, says: $says, means: $means, remedy: $remedy,
            page: $page, example: $example }),*]
    };
}

/// Every documented refusal of a read or a listing that needs a remedy of its own.
#[rustfmt::skip]
pub static REFUSALS: &[Refusal] = rows! {
    S3 403 "AccessDenied" "explicit deny in a service control policy": "403, a policy of the organisation denies it",
        Remedy::Do("have the service control policy of the organisation exempt this role: no permission of the role's own helps"), S3_403,
        "User: arn:aws:iam::777788889999:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" with an explicit deny in a service control policy";
    S3 403 "AccessDenied" "explicit deny in a resource control policy": "403, a policy of the organisation denies it",
        Remedy::Do("have the resource control policy of the organisation exempt this role: no permission of the role's own helps"), S3_403,
        "User: arn:aws:iam::777788889999:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" with an explicit deny in a resource control policy";
    S3 403 "AccessDenied" "service control policy allows": "403, no policy of the organisation allows it",
        Remedy::Do("have the service control policy of the organisation allow it: no permission of the role's own helps"), S3_403,
        "User: arn:aws:iam::777788889999:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" because no service control policy allows the s3:GetObject action";
    S3 403 "AccessDenied" "VPC endpoint policy": "403, the policy of the VPC endpoint denies it",
        Remedy::Do("let the policy of the VPC endpoint that this machine goes through allow the bucket"), S3_403,
        "User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" because no VPC endpoint policy allows the s3:GetObject action";
    S3 403 "AccessDenied" "permissions boundary": "403, the permissions boundary of this role denies it",
        Remedy::Do("let the permissions boundary of the role allow it, too: it bounds what its policies grant"), S3_403,
        "User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" because no permissions boundary allows the s3:GetObject action";
    S3 403 "AccessDenied" "session policy": "403, the policy of this session denies it",
        Remedy::Do("let the session policy that the role is taken on with allow it"), S3_403,
        "User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" because no session policy allows the s3:GetObject action";
    S3 403 "AccessDenied" "explicit deny in a resource-based policy": "403, the bucket's own policy denies it",
        Remedy::Do("take this role out of the Deny of the bucket policy: a Deny wins over every grant"), S3_403,
        "User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" with an explicit deny in a resource-based policy";
    S3 403 "AccessDenied" "explicit deny in an identity-based policy": "403, a policy of this role denies it",
        Remedy::Do("take the Deny out of the policies of the role: a Deny wins over every grant"), S3_403,
        "User: arn:aws:iam::123456789012:user/MaryMajor is not authorized to perform: s3:GetObject on resource: \"arn:aws:s3:::amzn-s3-demo-bucket1/object-name\" with an explicit deny in an identity-based policy";
    S3 403 "AccessDenied" "kms:Decrypt": "403, the key of the file may not be used", Remedy::GrantKey, S3_KMS,
        "User: arn:aws:iam::111122223333:user/costmill is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:eu-west-1:111122223333:key/1234abcd because no identity-based policy allows the kms:Decrypt action";
    S3 403 "AccessDenied" "kms:GenerateDataKey": "403, the key of the bucket may not be used", Remedy::GrantKey, S3_KMS,
        "User: arn:aws:iam::111122223333:user/costmill is not authorized to perform: kms:GenerateDataKey on resource: arn:aws:kms:eu-west-1:111122223333:key/1234abcd because no identity-based policy allows the kms:GenerateDataKey action";
    S3 403 "AccessDenied" "ciphertext": "403, the key of the file may not be used", Remedy::GrantKey, S3_KMS,
        "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access.";
    S3 403 "AccessDenied" "": DENIED, Remedy::Grant, S3_CODES, "Access Denied";
    S3 403 "AllAccessDisabled" "": "403, the owner has switched off all access to the bucket",
        Remedy::Do("ask AWS Support: no permission helps"), S3_CODES, "All access to this Amazon S3 resource has been disabled.";
    S3 403 "AccountProblem" "": "403, there is a problem with the AWS account",
        Remedy::Do("have the account's bills paid, and ask AWS Support: no permission helps"), S3_CODES,
        "There is a problem with your AWS account that prevents the operation from completing successfully.";
    S3 403 "NotSignedUp" "": "403, the account is not signed up for S3",
        Remedy::Do("sign the account up for S3, or give a credential of the account of the bucket"), S3_CODES,
        "Your account is not signed up for the Amazon S3 service.";
    S3 403 "InvalidPayer" "": "403, the bucket's owner has switched off access to the file",
        Remedy::Do("ask the owner of the bucket: its account does not pay"), S3_CODES, "All access to this object has been disabled.";
    S3 403 "InvalidSecurity" "": UNKNOWN, Remedy::Credential, S3_CODES, "The provided security credentials are not valid.";
    S3 403 "InvalidAccessKeyId" "": UNKNOWN, Remedy::Credential, S3_CODES,
        "The AWS access key ID that you provided does not exist in our records.";
    S3 403 "SignatureDoesNotMatch" "": "the secret key is not that of the access key id", Remedy::Credential, S3_CODES,
        "The request signature that the server calculated does not match the signature that you provided.";
    S3 400 "InvalidToken" "": UNKNOWN, Remedy::Credential, S3_CODES, "The provided token is malformed or otherwise not valid.";
    S3 400 "ExpiredToken" "": EXPIRED, RENEW, S3_CODES, "The provided token has expired.";
    S3 400 "ExpiredTokenException" "": EXPIRED, RENEW, S3_CODES, "The provided token has expired.";
    S3 400 "TokenRefreshRequired" "": EXPIRED, RENEW, S3_CODES, "The provided token must be refreshed.";
    S3 403 "RequestTimeTooSkewed" "": CLOCK, SET_CLOCK, S3_CODES,
        "The difference between the request time and the server's time is too large.";
    S3 403 "RequestExpired" "": CLOCK, SET_CLOCK, S3_CODES, "Request has expired.";
    S3 403 "InvalidObjectState" "": "403, the file is archived in Glacier",
        Remedy::Do("restore it, and keep the exports out of the lifecycle rule that archives them"), S3_CODES,
        "The operation is not valid for the current state of the object.";
    S3 400 "KMS.DisabledException" "": "the key of the file is disabled", Remedy::Do("enable the key in AWS KMS"), S3_CODES,
        "The request was rejected because the specified KMS key is not enabled.";
    S3 403 "UnauthorizedAccess" "": "403, the bucket has no ICP licence",
        Remedy::Do("have the bucket licensed: AWS's regions in China ask for that"), S3_CODES,
        "Applicable in China Regions only. Returned when a request is made to a bucket that doesn't have an ICP license.";

    Blob 403 "AuthorizationPermissionMismatch" "": DENIED, Remedy::Grant, SAS_CODES,
        "This request is not authorized to perform this operation using this permission.";
    Blob 403 "AuthorizationFailure" "Server failed to authenticate": UNKNOWN, Remedy::Credential, AZURE_CODES,
        "Server failed to authenticate the request. Make sure the value of the Authorization header is formed correctly including the signature.";
    Blob 403 "AuthorizationFailure" "": "403, access denied, by the account's firewall or for want of a role",
        Remedy::Grant, AZURE_CODES, "This request is not authorized to perform this operation.";
    Blob 403 "AuthorizationSourceIPMismatch" "": "403, this machine's address is not one of the SAS's, or of the firewall's",
        Remedy::Do("let the SAS (sip) or the firewall of the account admit this machine's address"), SAS_CODES,
        "This request is not authorized to perform this operation using this source IP {SourceIP}.";
    Blob 403 "AuthorizationServiceMismatch" "": "403, the SAS is not for Blob Storage",
        Remedy::Do("make a SAS with the service blob (ss=b), or one of the container"), SAS_CODES,
        "This request is not authorized to perform this operation using this service.";
    Blob 403 "AuthorizationResourceTypeMismatch" "": "403, the SAS is not for containers and their blobs",
        Remedy::Do("make a SAS with the resource types container and object (srt=co), or one of the container (sr=c)"), SAS_CODES,
        "This request is not authorized to perform this operation using this resource type.";
    Blob 403 "AuthorizationProtocolMismatch" "": "403, the SAS is for another protocol",
        Remedy::Do("make a SAS for HTTPS (spr=https)"), SAS_CODES,
        "This request is not authorized to perform this operation using this protocol.";
    Blob 403 "AuthenticationFailed" "Signature not valid in the specified time frame": "the SAS has expired, or is not valid yet",
        Remedy::Do("make a new SAS with read and list, and look at this machine's clock"), AZURE_CODES,
        "Server failed to authenticate the request. Signature not valid in the specified time frame";
    Blob 403 "AuthenticationFailed" "": UNKNOWN, Remedy::Credential, AZURE_CODES,
        "Server failed to authenticate the request. Make sure the value of the Authorization header is formed correctly including the signature.";
    Blob 403 "InsufficientAccountPermissions" "": "403, the account may not do this",
        Remedy::Do("look at the state of the storage account in the portal: it may be read-only or in a failed subscription"), AZURE_CODES,
        "The account being accessed does not have sufficient permissions to execute this operation.";
    Blob 403 "AccountIsDisabled" "": "403, the storage account is disabled",
        Remedy::Do("have the subscription's bills paid, or the account enabled again"), AZURE_CODES, "The specified account is disabled.";
    Blob 403 "KeyBasedAuthenticationNotPermitted" "": "403, the account takes no account key and no SAS that is signed with one",
        Remedy::Do("use an identity (managed identity, workload identity, client secret) with the role Storage Blob Data Reader"), AZURE_CODES,
        "Key based authentication is not permitted on this storage account.";
    Blob 409 "PublicAccessNotPermitted" "": "the account takes no requests without a credential", Remedy::Credential, AZURE_CODES,
        "Public access is not permitted on this storage account.";
    Blob 401 "NoAuthenticationInformation" "": "the store asks for a credential", Remedy::Credential, AZURE_CODES,
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.";
    Blob 401 "InvalidAuthenticationInfo" "": UNKNOWN, Remedy::Credential, AZURE_CODES,
        "Server failed to authenticate the request. Please refer to the information in the www-authenticate header.";
    Blob 409 "BlobArchived" "": "the file is archived",
        Remedy::Do("rehydrate it, and keep the exports out of the lifecycle rule that archives them"), BLOB_CODES,
        "This operation is not permitted on an archived blob.";

    Gcs 403 "AccessDenied" "serviceusage.services.use": "403, the project that pays may not be used",
        Remedy::Do("grant serviceusage.services.use (roles/serviceusage.serviceUsageConsumer) on the project that pays"), GCS_JSON,
        "bot@project.iam.gserviceaccount.com does not have serviceusage.services.use access to the Google Cloud project.";
    Gcs 403 "AccessDenied" "billing account": "403, the project of the bucket has no billing",
        Remedy::Do("switch billing of the bucket's project on: no permission helps"), GCS_XML,
        "The billing account for the owning project is disabled in state absent";
    Gcs 403 "AccessDenied" "": DENIED, Remedy::Grant, GCS_XML,
        "Access denied. bot@project.iam.gserviceaccount.com does not have storage.objects.list access to the Google Cloud Storage bucket.";
    Gcs 403 "UserProjectAccessDenied" "": "403, the project that pays may not be used",
        Remedy::Do("grant serviceusage.services.use (roles/serviceusage.serviceUsageConsumer) on the project that pays"), GCS_JSON,
        "Requester does not have serviceusage.services.use permissions on user project.";
    Gcs 400 "UserProjectMissing" "": "the bucket is requester pays, and costmill names no project that pays",
        Remedy::Do("switch Requester Pays off, or let this identity be an owner of the bucket's project"), GCS_JSON,
        "Bucket is a requester pays bucket but no user project provided.";
    Gcs 403 "UserProjectAccountProblem" "": "403, there is a problem with the project that pays",
        Remedy::Do("look at the project's billing in the console: no permission helps"), GCS_JSON,
        "There is a problem with the project used in the request that prevents the operation from completing successfully.";
    Gcs 403 "AccountProblem" "": "403, there is a problem with the account of the bucket's project",
        Remedy::Do("look at the project's billing in the console: no permission helps"), GCS_XML,
        "There is a problem with your Google Cloud account that prevents the operation from completing successfully.";
    Gcs 403 "RequestTimeTooSkewed" "": CLOCK, SET_CLOCK, GCS_XML,
        "The difference between the request time and the server's time is too large.";
    Gcs 403 "SignatureDoesNotMatch" "": UNKNOWN, Remedy::Credential, GCS_XML,
        "The Cloud Storage server calculated a different signature than you provided.";
    Gcs 403 "InvalidSecurity" "": UNKNOWN, Remedy::Credential, GCS_XML, "The provided security credentials are not valid.";
    Gcs 401 "AuthenticationRequired" "": "the store asks for a credential", Remedy::Credential, GCS_XML, "Authentication required.";
    Gcs 400 "ExpiredToken" "": EXPIRED, RENEW, GCS_XML, "The provided token has expired.";
};

/// What a store's answer means, by its code and its message.
pub fn of(store: StoreKind, code: &str, message: &str) -> Option<&'static Refusal> {
    REFUSALS.iter().find(|row| row.store == store && row.code == code && message.contains(row.says))
}
