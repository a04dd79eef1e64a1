//! What a store refused, in words.

use super::super::polite::Told;
use super::super::refuse::{Act, Of, Place, plain, refuse};
use crate::focus::{StoreAddress, StoreKind};
use object_store::Error as StoreError;

fn place(kind: StoreKind) -> Place {
    let address = StoreAddress {
        kind,
        bucket: "bills".into(),
        prefix: "cur".into(),
        account: None,
        endpoint: None,
        region: None,
        profile: None,
        role: None,
        credential_file: None,
        allow_http: false,
        parallel_fetches: 1,
    };
    Place { url: address.to_string(), address, of: Of::Source }
}

fn error(text: &str) -> StoreError {
    StoreError::Generic { store: "S3", source: text.to_string().into() }
}

fn told(status: u16) -> Told {
    Told { status: Some(status), ..Told::default() }
}

/// The bodies of the providers' own documentation.
/// A `credential_process` is somebody else's program: what it says may hold the secret.
#[test]
fn what_a_credential_process_says_is_not_passed_on() {
    let said = "Error retrieving credentials from external process: exited with 1. Stderr: PLANTEDERR of mine";
    assert_eq!(plain(said), "Error retrieving credentials from external process: exited with 1.");
}

#[test]
fn each_refusal_names_url_permission_and_remedy() {
    let s3 = "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>";
    let blob = "<?xml version=\"1.0\"?><Error><Code>AuthorizationPermissionMismatch</Code><Message>This request is not \
                authorized to perform this operation using this permission.\nRequestId:1\nTime:2</Message></Error>";
    let gcs = "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message><Details>bot does \
               not have storage.objects.list access</Details></Error>";
    for (kind, act, body, expected) in [
        (
            StoreKind::S3,
            Act::List,
            s3,
            "s3://bills/cur: cannot be listed: 403, access denied (AccessDenied: Access Denied)\n  \
                                        remedy: grant s3:ListBucket on arn:aws:s3:::bills (prefix cur/*)",
        ),
        (StoreKind::S3, Act::Get, s3, "remedy: grant s3:GetObject on arn:aws:s3:::bills/cur/*"),
        (
            StoreKind::Blob,
            Act::List,
            blob,
            "az://bills/cur: cannot be listed: 403, access denied \
            (AuthorizationPermissionMismatch: This request is not authorized to perform this operation using this permission.)\n  \
            remedy: assign the role Storage Blob Data Reader on the container bills (Microsoft.Storage/storageAccounts/\
            blobServices/containers/blobs/read); a SAS needs list (sp=l)",
        ),
        (StoreKind::Gcs, Act::List, gcs, "remedy: grant storage.objects.list on bills"),
        (
            StoreKind::Gcs,
            Act::Get,
            &gcs.replace("objects.list", "objects.get"),
            "remedy: grant storage.objects.get on bills",
        ),
    ] {
        let message = refuse(&place(kind), act, &told(403), &error(body)).to_string();
        assert!(message.contains(expected), "{message}\n≠ {expected}");
    }
}

#[test]
fn what_is_wrong_beside_permissions() {
    let code = |code: &str| error(&format!("<Error><Code>{code}</Code><Message></Message></Error>"));
    let elsewhere = Told {
        headers: [("x-amz-bucket-region".parse().unwrap(), "eu-west-1".parse().unwrap())].into_iter().collect(),
        ..told(301)
    };
    let wait = Told { too_long: Some(3600), ..told(503) };
    for (told, error, expected) in [
        (told(400), code("ExpiredToken"), "the credential has expired (ExpiredToken)"),
        (told(403), code("RequestTimeTooSkewed"), "this machine's clock is wrong"),
        (told(403), code("InvalidAccessKeyId"), "the store does not know this credential"),
        (told(404), code("NoSuchBucket"), "there is no such bucket (NoSuchBucket)"),
        (elsewhere, error("redirect"), "remedy: say region = \"eu-west-1\""),
        (wait, error("x"), "the server asks to wait 3600 s"),
        (told(503), code("SlowDown"), "the store answers 503 (SlowDown)"),
        (
            Told::default(),
            error("connection refused"),
            "the store cannot be reached: Generic S3 error: connection refused",
        ),
        (Told::default(), error("no credentials in chain"), "no credential is found"),
    ] {
        let message = refuse(&place(StoreKind::S3), Act::List, &told, &error).to_string();
        assert!(message.contains(expected), "{message}\n≠ {expected}");
    }
}

#[test]
fn no_secret_is_passed_on() {
    for text in [
        "GET https://acc.blob.core.windows.net/c?sv=2024&sig=HUSH%3D failed",
        "header Authorization: Bearer HUSH",
        "with SharedKey HUSH",
        "client_secret=HUSH&grant_type=x",
        "{\"private_key\":\"HUSH\"}",
        "AccountKey=HUSH;EndpointSuffix=x",
        "<Error><Code>SignatureDoesNotMatch</Code><StringToSign>HUSH</StringToSign></Error>",
    ] {
        for told in [told(403), told(200), Told::default()] {
            let message = refuse(&place(StoreKind::Blob), Act::Get, &told, &error(text)).to_string();
            assert!(!message.contains("HUSH"), "{text}\n→ {message}");
        }
    }
}
