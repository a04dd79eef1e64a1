//! What a store refuses: permissions, credentials that ended, clocks.

use super::*;

fn denied(kind: StoreKind, of_listing: bool) -> Fault {
    let body = match kind {
        StoreKind::S3 => {
            "<Error><Code>AccessDenied</Code><Message>Access Denied</Message><AWSAccessKeyId>AKPLANTED</AWSAccessKeyId>\
             <StringToSign>HUSHHUSH</StringToSign></Error>"
        }
        StoreKind::Blob => {
            "<?xml version=\"1.0\"?><Error><Code>AuthorizationPermissionMismatch</Code><Message>This request is not authorized \
             to perform this operation using this permission.\nRequestId:HUSHHUSH</Message></Error>"
        }
        // Its details say who lacks what, and that is told.
        StoreKind::Gcs if of_listing => {
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message><Details>bot@x does \
             not have storage.objects.list access</Details></Error>"
        }
        StoreKind::Gcs => {
            "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access denied.</Message><Details>bot@x does \
             not have storage.objects.get access</Details></Error>"
        }
    };
    Fault::Answer(403, vec![], body)
}

#[test]
fn refusals_name_the_url_and_what_is_missing_and_no_secret() {
    each(|kind| {
        let (to_read, to_list) = match kind {
            StoreKind::S3 => (
                "(AccessDenied: Access Denied)\n  remedy: grant s3:GetObject on arn:aws:s3:::bills/cur/*",
                "(AccessDenied: Access Denied)\n  remedy: grant s3:ListBucket on arn:aws:s3:::bills (prefix cur/*)",
            ),
            StoreKind::Blob => {
                let role = "using this permission.)\n  remedy: assign the role Storage Blob Data Reader on the container bills";
                (role, role)
            }
            StoreKind::Gcs => (
                "(AccessDenied: Access denied. bot@x does not have storage.objects.get access)\n  remedy: grant storage.objects.get on bills",
                "(AccessDenied: Access denied. bot@x does not have storage.objects.list access)\n  remedy: grant storage.objects.list on bills",
            ),
        };
        let fetched = fetch(kind, stored("x"), [denied(kind, false)]);
        let got = fetched.outcome.unwrap_err().to_string();
        assert!(got.contains(&format!("{}: cannot be read: 403, access denied", url(kind, "cur/a.csv.gz"))), "{got}");
        assert!(got.contains(to_read), "{got}");
        assert!(fetched.changed.is_none() && fetched.requests.len() == 1, "{:?}", fetched.requests);

        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.misbehave_listing([denied(kind, true)]);
        let listed = open(&server, folder.path()).err().unwrap().to_string();
        assert!(listed.contains(&format!("{}: cannot be listed: 403", url(kind, "cur"))), "{listed}");
        assert!(listed.contains(to_list), "{listed}");
        let (body, says) = match kind {
            StoreKind::Blob => ("<Error><Code>ContainerNotFound</Code></Error>", "no such container or account"),
            _ => ("<Error><Code>NoSuchBucket</Code></Error>", "no such bucket (NoSuchBucket)"),
        };
        server.misbehave_listing([Fault::Answer(404, vec![], body)]);
        let missing = open(&server, folder.path()).err().unwrap().to_string();
        assert!(missing.contains(says), "{missing}");
        for message in [got, listed, missing] {
            assert!(!message.contains("HUSH") && !message.contains("AKPLANTED"), "{message}");
        }
    });
}

/// The answers to a credential whose time is over, as the providers write them.
fn expired(kind: StoreKind) -> Fault {
    match kind {
        StoreKind::S3 => Fault::Answer(
            400,
            vec![],
            "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>",
        ),
        StoreKind::Blob => Fault::Answer(
            401,
            vec![],
            "<Error><Code>InvalidAuthenticationInfo</Code><Message>Lifetime validation failed. The token is expired.\
             </Message></Error>",
        ),
        StoreKind::Gcs => Fault::Answer(
            401,
            vec![],
            "<Error><Code>AuthenticationRequired</Code><Message>Authentication required.</Message></Error>",
        ),
    }
}

/// With whose credential is seen in `tests/it/credentials.rs`; here, that the transfer goes on where it was.
#[test]
fn a_credential_that_expires_in_mid_file_is_looked_for_anew() {
    each(|kind| {
        let all = bytes(300_000);
        let fetched = fetch(kind, stored(all.clone()), [Fault::Truncated(150_000), expired(kind)]);
        assert_eq!(fetched.outcome.unwrap(), [sha(&all)]);
        let [first, second, third] = &fetched.requests[..] else { panic!("{:?}", fetched.requests) };
        assert!(first == "GET cur/a.csv.gz" && second == third && second.contains(" from 1"), "{:?}", fetched.requests);

        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.put("cur/1.csv", stored("1"));
        server.misbehave_listing([expired(kind)]);
        assert_eq!(open(&server, folder.path()).unwrap().files.len(), 1);
    });
}

/// Where none is better, that is the error, and the store is not asked for ever.
#[test]
fn a_credential_that_stays_expired_is_told() {
    each(|kind| {
        let fetched = fetch(kind, stored("x"), [expired(kind), expired(kind)]);
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(message.contains("cannot be read: the") && message.contains("credential"), "{message}");
        assert_eq!(fetched.requests.len(), 2);
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.misbehave_listing([expired(kind), expired(kind)]);
        let message = open(&server, folder.path()).err().unwrap().to_string();
        assert!(message.contains("cannot be listed: the") && message.contains("credential"), "{message}");
        assert_eq!(server.requests().len(), 2);
    });
}

/// By the server's own time beside the one that the request was signed with. What goes to Cloud Storage here is not
/// signed: `skew` has its tokens.
#[test]
fn a_clock_that_is_wrong_is_told() {
    each(|kind| {
        let (status, body) = match kind {
            StoreKind::S3 => (
                403,
                "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference between the request time and the current \
                 time is too large.</Message></Error>",
            ),
            StoreKind::Blob => (
                403,
                "<Error><Code>AuthenticationFailed</Code><Message>Server failed to authenticate the request.</Message></Error>",
            ),
            StoreKind::Gcs => return,
        };
        let answer = || Fault::Answer(status, vec![("date", "Wed, 01 Jan 2020 00:00:00 GMT")], body);
        let fetched = fetch(kind, stored("x"), [answer()]);
        let message = fetched.outcome.unwrap_err().to_string();
        assert!(
            message.contains("cannot be read: this machine's clock is ") && message.contains(" s ahead of"),
            "{message}"
        );
        assert!(message.contains("remedy: set the clock"), "{message}");
        assert_eq!(fetched.requests.len(), 1);
    });
}

/// An error whose text has no end is read no further than it is shown.
#[test]
fn an_error_that_stalls_or_has_no_end_is_told_all_the_same() {
    each(|kind| {
        let (server, folder) = (Server::start(kind), tempfile::tempdir().unwrap());
        server.put("cur/1.csv", stored("1"));
        let store = open(&server, folder.path()).unwrap();
        server.misbehave([Fault::Refused(true)]);
        let message = store.hashes(&[export_file(&store, "1.csv")], &|_| ()).unwrap_err().to_string();
        assert!(message.contains("cannot be read: 403, access denied"), "{message}");
        server.misbehave([Fault::Refused(false)]);
        let message = store.hashes(&[export_file(&store, "1.csv")], &|_| ()).unwrap_err().to_string();
        assert!(message.contains("cannot be read: 403, access denied"), "{message}");
    });
}
