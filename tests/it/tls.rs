//! Stores over TLS, with an authority that only the tests know: trusted by `SSL_CERT_FILE`, and refused without.
//!
//! The tokens of Cloud Storage need it: costmill sends none over a connection without TLS.

use super::bucket::{Bill, PERIOD, gz, manifest, part, write_manifest};
use super::focus::StoreKind;
use super::place::{Night, files};
use super::stub::{Before, Server, Wrap, stored};
use super::support::{Costmill, Outcome};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::sync::Arc;

pub fn file(name: &str) -> String {
    format!("{}/tests/fixtures/tls/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// TLS by the certificate of `tests/fixtures/tls`, for this machine.
fn with_tls() -> Wrap {
    let chain = vec![CertificateDer::from_pem_file(file("server.pem")).unwrap()];
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let config = Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap());
    Arc::new(move |stream| Box::new(StreamOwned::new(ServerConnection::new(config.clone()).unwrap(), stream)))
}

/// The hand-worked bill in a store over TLS; `before` sees each request first.
pub fn store(kind: StoreKind, before: Before) -> Server {
    fill(Server::start_with(kind, "https", with_tls(), before))
}

/// The hand-worked bill in a store, below `cur/`.
pub fn fill(server: Server) -> Server {
    let night = Night::new("");
    let parts = Bill::hand_worked().parts();
    let keys: Vec<String> = (1..=parts.len()).map(|number| part(PERIOD, number)).collect();
    keys.iter().zip(&parts).for_each(|(key, text)| night.write(key, gz(text, 0)));
    write_manifest(&night, PERIOD, &keys);
    assert!(night.path(&manifest(PERIOD)).is_file());
    for (name, bytes) in files(night.path("exports/nightly")) {
        server.put(&format!("cur/{name}"), stored(bytes));
    }
    server
}

pub const KINDS: [StoreKind; 3] = [StoreKind::S3, StoreKind::Blob, StoreKind::Gcs];

/// A night from such a store; `more` are keys of the source.
pub fn night(server: &Server, more: &str) -> Night {
    let location = match server.kind {
        StoreKind::S3 => "s3://bills/cur\"\nregion = \"us-east-1",
        StoreKind::Blob => "az://bills/cur\"\naccount = \"acc",
        StoreKind::Gcs => "gs://bills/cur",
    };
    Night::new(&format!(
        "catalogue = \"small\"\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"{location}\"\n\
         endpoint = \"{}\"\nparallel_fetches = 1\n{more}\n[tags]\ncoverage_key = \"team\"\n",
        server.url
    ))
}

pub fn run(night: &Night, environment: &[(&str, &str)]) -> Outcome {
    let alone = [("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true")];
    let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-10"]);
    alone.iter().chain(environment).fold(call, |call, (name, value)| call.env(name, *value)).run()
}

/// A credential of each kind that nobody has to be asked for, in the environment.
pub fn static_credential(kind: StoreKind) -> Vec<(&'static str, String)> {
    let own = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, value)| (*name, value.to_string())).collect();
    match kind {
        StoreKind::S3 => own(&[("AWS_ACCESS_KEY_ID", "AK"), ("AWS_SECRET_ACCESS_KEY", "HUSH0000")]),
        StoreKind::Blob => own(&[("AZURE_STORAGE_ACCOUNT_KEY", "SFVTSA==")]),
        StoreKind::Gcs => {
            let key = std::fs::read_to_string(file("service_account.key")).unwrap();
            let account =
                serde_json::json!({ "client_email": "x@y.example", "private_key_id": "1", "private_key": key });
            own(&[("GOOGLE_SERVICE_ACCOUNT_KEY", &account.to_string())])
        }
    }
}

#[test]
fn a_store_over_tls_is_read_where_its_authority_is_trusted_and_refused_where_it_is_not() {
    for kind in KINDS {
        let server = store(kind, Arc::new(|_, _| None));
        let trusted = night(&server, "");
        let credential = static_credential(kind);
        let mut environment: Vec<_> = credential.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let authority = file("authority.pem");
        environment.push(("SSL_CERT_FILE", &authority));
        run(&trusted, &environment).exits(0).says("published version 0: aws 2026-09");

        let other = file("other.pem");
        environment.pop();
        environment.push(("SSL_CERT_FILE", &other));
        let refused = night(&server, "");
        server.requests();
        let outcome = run(&refused, &environment).exits(1);
        outcome.complains("cannot be listed: the store's certificate is not trusted").complains("SSL_CERT_FILE");
        assert!(server.requests().is_empty(), "something was asked");
    }
}

/// APIs are asked over TLS by the same authorities; what a server that is no API answers then is not looked at here.
#[test]
fn an_api_over_tls_is_asked_where_its_authority_is_trusted_and_not_where_it_is_not() {
    for (kind, more, credential) in [
        (
            "aws-cost-explorer",
            "region = \"us-east-1\"\nask = [\"costs\"]",
            "[default]\naws_access_key_id = AK\naws_secret_access_key = HUSH0000\n",
        ),
        ("azure-consumption", "scopes = [\"/subscriptions/0f0f\"]\nask = [\"budgets\"]", "HUSH"),
    ] {
        let server = store(StoreKind::S3, Arc::new(|_, _| None));
        let api = format!(
            "[[api]]\nid = \"tool\"\nkind = \"{kind}\"\nsource = \"hand\"\nendpoint = \"{}\"\n\
             credential_file = \"credential\"\n{more}\n",
            server.url
        );
        let night = super::charges::bill(&[super::charges::usage("2026-10-31", "20")], &api, &[]);
        night.write("credential", credential);
        let run = |authority: &str| {
            let authority = file(authority);
            let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-06"]);
            call.env("HOME", "/nonexistent").env("SSL_CERT_FILE", &authority).run().exits(3)
        };
        let refused = run("other.pem").complains("certificate");
        assert!(server.requests().is_empty(), "{kind} was asked: {}", refused.stderr);
        let asked = run("authority.pem");
        assert!(!asked.stderr.contains("certificate") && !server.requests().is_empty(), "{kind}: {}", asked.stderr);
    }
}

/// The token is signed on this machine and says for whom it is: who signs it wrongly is told by Google, not by us.
#[test]
fn a_service_account_of_google_signs_its_own_tokens() {
    let asked: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let notes = asked.clone();
    let server = store(
        StoreKind::Gcs,
        Arc::new(move |head, _| {
            let with = head.lines().find_map(|line| line.strip_prefix("authorization: Bearer ")).unwrap_or_default();
            notes.lock().unwrap().push(with.to_string());
            None
        }),
    );
    let credential = static_credential(StoreKind::Gcs);
    let night = night(&server, "");
    let environment = [(credential[0].0, credential[0].1.as_str()), ("SSL_CERT_FILE", &file("authority.pem"))];
    run(&night, &environment).exits(0);
    let asked = asked.lock().unwrap().clone();
    assert!(asked.len() >= 5, "{} requests", asked.len());
    use base64::Engine;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    for token in asked {
        let parts: Vec<&str> = token.split('.').collect();
        assert_eq!(parts.len(), 3, "a token has three parts");
        let [head, claims] = [0, 1].map(|at| -> serde_json::Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(parts[at]).unwrap()).unwrap()
        });
        assert_eq!((&head["alg"], &head["kid"]), (&"RS256".into(), &"1".into()));
        assert_eq!((&claims["iss"], &claims["sub"]), (&"x@y.example".into(), &"x@y.example".into()));
        assert!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap() <= 3600);
        assert_eq!(URL_SAFE_NO_PAD.decode(parts[2]).unwrap().len(), 256, "a signature of 2048 bits");
    }
}

/// It is told before anything is asked, and by its name.
#[test]
fn a_federated_credential_of_google_is_told() {
    let night = Night::new(
        "catalogue = \"small\"\n[[source]]\nid = \"gcp\"\nformat = \"gcp-detailed-usage\"\nlocation = \"gs://bills/billing\"\n\
         credential_file = \"adc.json\"\n[tags]\ncoverage_key = \"team\"\n",
    );
    let federated =
        "{\"type\": \"external_account\", \"audience\": \"HUSH\", \"token_url\": \"https://sts.googleapis.com\"}";
    night.write("adc.json", federated);
    let says = "the credential is of the type external_account";
    let outcome = run(&night, &[]).exits(2).complains(says).complains("remedy: ");
    assert!(!outcome.stderr.contains("HUSH"), "{}", outcome.stderr);
    night.write("costmill.toml", night.read("costmill.toml").replace("credential_file = \"adc.json\"\n", ""));
    let adc = night.path("adc.json").to_string_lossy().into_owned();
    run(&night, &[("GOOGLE_APPLICATION_CREDENTIALS", &adc)]).exits(2).complains(says);
}
