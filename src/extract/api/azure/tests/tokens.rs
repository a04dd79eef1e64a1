//! The ways to a token, against a stub of who gives them (learn.microsoft.com/entra/identity-platform/
//! v2-oauth2-client-creds-grant-flow and …/managed-identities-azure-resources/how-to-use-vm-token).

use super::super::credential::{Credential, Way};
use super::super::refuse::Refused;
use super::stub::{Reply, Stub, ok, status};
use super::{SECRET, arm, consumption, held, http, runtime};
use crate::store::Patience;
use azure_core::Url;
use azure_core::auth::Secret;
use std::sync::atomic::{AtomicUsize, Ordering};

fn url(stub: &Stub, path: &str) -> Url {
    Url::parse(&format!("{}/{path}", stub.url)).unwrap()
}

fn principal(stub: &Stub) -> Way {
    Way::ClientSecret {
        authority: url(stub, "tenant/oauth2/v2.0/token"),
        client: "client".into(),
        secret: Secret::new(format!("{SECRET}+&=")),
    }
}

fn token(way: Way) -> Result<String, String> {
    let credential = Credential::new(way, "https://management.azure.com/.default".into(), http(), Patience::short());
    let shown = format!("{credential:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    let token = runtime().block_on(credential.token());
    token.map(|token| token.secret().to_string()).map_err(|refused| format!("{refused:?}"))
}

#[test]
fn a_principal_shows_its_secret_to_the_authority() {
    let stub = Stub::queue([ok("{\"access_token\":\"t1\",\"expires_in\":3599,\"token_type\":\"Bearer\"}")]);
    assert_eq!(token(principal(&stub)), Ok("t1".into()));
    let asked = stub.asked().pop().unwrap();
    assert_eq!((asked.method.as_str(), asked.target.as_str()), ("POST", "/tenant/oauth2/v2.0/token"));
    assert_eq!(
        asked.body,
        format!(
            "client_id=client&client_secret={SECRET}%2B%26%3D&grant_type=client_credentials&\
             scope=https%3A%2F%2Fmanagement.azure.com%2F.default"
        )
    );
}

#[test]
fn a_workload_shows_the_token_of_its_file() {
    let stub = Stub::queue([ok("{\"access_token\":\"t1\"}")]);
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), format!("{SECRET}\n")).unwrap();
    let way = |file: &std::path::Path| Way::Workload {
        authority: url(&stub, "tenant/oauth2/v2.0/token"),
        client: "client".into(),
        file: file.into(),
    };
    assert_eq!(token(way(file.path())), Ok("t1".into()));
    let body = stub.asked().pop().unwrap().body;
    assert!(body.contains(&format!("client_assertion={SECRET}&")) && body.contains("jwt-bearer"), "{body}");
    let told = token(way(std::path::Path::new("/nonexistent/token"))).unwrap_err();
    assert!(told.contains("NoToken") && told.contains("cannot be read"), "{told}");
}

#[test]
fn a_machine_asks_its_metadata_service() {
    let stub = Stub::with(|_| ok("{\"access_token\":\"t1\",\"expires_on\":\"1796083200\"}"));
    let way = |identity, header| Way::Managed { endpoint: url(&stub, "identity/token"), identity, header };
    assert_eq!(token(way(Some(("client_id", "c d".into())), None)), Ok("t1".into()));
    assert_eq!(token(way(None, Some(Secret::new(SECRET)))), Ok("t1".into()));
    let asked = stub.asked();
    let resource = "resource=https%3A%2F%2Fmanagement.azure.com";
    assert_eq!(asked[0].target, format!("/identity/token?api-version=2018-02-01&{resource}&client_id=c+d"));
    assert!(asked[0].head.contains("metadata: true"), "{}", asked[0].head);
    assert_eq!(asked[1].target, format!("/identity/token?api-version=2019-08-01&{resource}"));
    assert!(asked[1].head.contains(&format!("x-identity-header: {SECRET}")), "{}", asked[1].head);
}

/// The form with the principal's secret went along with a 307, wherever it pointed.
#[test]
fn a_secret_goes_to_nobody_whom_the_authority_names() {
    let elsewhere = Stub::with(|_| ok("{\"access_token\":\"t1\"}"));
    for code in [302, 307, 308] {
        let stub = Stub::queue([status(code, &[("location", &format!("{}/token", elsewhere.url))], "")]);
        let told = token(principal(&stub)).unwrap_err();
        let expected = format!("127.0.0.1 answers {code}, which sends to another place: nothing was sent there");
        assert!(told.contains(&expected), "{told}");
        assert_eq!((stub.asked().len(), elsewhere.asked().len()), (1, 0), "{code}");
    }
    let stub = Stub::queue([status(307, &[("location", &format!("{}/token", elsewhere.url))], "")]);
    let way =
        Way::Managed { endpoint: url(&stub, "identity/token"), identity: None, header: Some(Secret::new(SECRET)) };
    assert!(token(way).is_err());
    assert_eq!(elsewhere.asked().len(), 0);
}

#[test]
fn who_gives_none_is_told_without_a_secret() {
    let said =
        "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS7000215: Invalid client secret provided.\"}";
    for (reply, expected) in [
        (
            status(401, &[], said),
            "127.0.0.1 answers 401 (invalid_client: AADSTS7000215: Invalid client secret provided.)",
        ),
        (ok("{}"), "127.0.0.1 answers without a token"),
        (ok("<html>"), "127.0.0.1 answers without a token"),
        (ok(format!("{{\"access_token\":\"{}\"}}", "x".repeat(2 << 20))), "answers with more than a token"),
    ] {
        let told = token(principal(&Stub::queue([reply]))).unwrap_err();
        assert!(told.contains(expected) && !told.contains(SECRET), "{told}\n≠ {expected}");
    }
}

#[test]
fn who_gives_them_may_be_busy() {
    let stub = Stub::queue([status(429, &[], "{}"), status(503, &[], ""), ok("{\"access_token\":\"t1\"}")]);
    assert_eq!((token(principal(&stub)), stub.asked().len()), (Ok("t1".into()), 3));
    let stub = Stub::with(|_| status(503, &[], ""));
    assert!(token(principal(&stub)).unwrap_err().contains("127.0.0.1 answers 503"));
    assert_eq!(stub.asked().len(), 5);
}

/// Gives token-1, token-2 and so on; admits the ones from `from` on.
fn two_pages(from: usize) -> Stub {
    let given = AtomicUsize::new(0);
    Stub::with(move |asked| {
        if asked.method == "POST" {
            let number = given.fetch_add(1, Ordering::Relaxed) + 1;
            return ok(format!("{{\"access_token\":\"token-{number}\"}}"));
        }
        let second = asked.target.contains("page=2");
        let number: usize = asked.authorization.rsplit('-').next().unwrap().parse().unwrap();
        let expired = "{\"error\":{\"code\":\"ExpiredAuthenticationToken\",\"message\":\"The access token expiry UTC time is past.\"}}";
        match second {
            true if number < from => status(401, &[], expired),
            true => ok("{\"value\":[2]}"),
            false => Reply::Answer(200, Vec::new(), "{\"value\":[1],\"nextLink\":\"/x?page=2\"}".into()),
        }
    })
}

#[test]
fn a_token_that_ends_in_mid_run_is_replaced_once() {
    let stub = two_pages(2);
    let (arm_, asking) = consumption(arm(&stub, principal(&stub)));
    let pages = runtime().block_on(asking.budgets("subscriptions/s")).unwrap();
    assert_eq!((pages[1].as_str(), arm_.calls()), ("{\"value\":[2]}", 3));
    let asked = stub.asked();
    assert_eq!(asked.iter().filter(|asked| asked.method == "POST").count(), 2);

    // A new token that is not taken either is the end, and so is one that nobody renews.
    let stub = two_pages(9);
    let (_, asking) = consumption(arm(&stub, principal(&stub)));
    let pages = runtime().block_on(asking.budgets("subscriptions/s"));
    assert!(
        matches!(&pages, Err(Refused::Status { status: 401, code, .. }) if code == "ExpiredAuthenticationToken"),
        "{pages:?}"
    );
    assert_eq!(stub.asked().iter().filter(|asked| asked.method == "POST").count(), 2);
    let stub = Stub::queue([status(401, &[], "{}")]);
    let (_, asking) = consumption(arm(&stub, held()));
    let pages = runtime().block_on(asking.budgets("subscriptions/s"));
    assert!(matches!(pages, Err(Refused::Status { status: 401, .. })));
    assert_eq!(stub.asked().len(), 1);
}
