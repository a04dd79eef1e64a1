//! Credentials that only a machine of a provider has: metadata services and token endpoints.
//!
//! No peer plays these, so a stub does, shaped by what the providers publish:
//! docs.aws.amazon.com/sdkref/latest/guide/feature-container-credentials.html and feature-imds-credentials.html,
//! learn.microsoft.com/entra/identity/managed-identities-azure-resources/how-to-use-vm-token and
//! learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow. It is the store as well, and admits
//! nobody: what is looked at is with whose credential it was asked.

use super::focus::StoreKind;
use super::place::Night;
use super::stub::{Before, Server};
use super::support::{Costmill, Outcome};
use super::tls;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// In every token: nothing may show it.
const SECRET: &str = "HUSH0000PLANTED0000TOKEN";

/// One request: its line and what it authorised itself with.
#[derive(Debug, Clone)]
struct Asked {
    line: String,
    authorization: String,
}

struct Stub {
    url: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Stub {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let notes = asked.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let notes = notes.clone();
                std::thread::spawn(move || serve(stream, &notes));
            }
        });
        Self { url, asked }
    }

    /// What the store was asked with.
    fn authorizations(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let of_store = asked.iter().filter(|asked| asked.line.contains("bills"));
        of_store.map(|asked| asked.authorization.clone()).collect()
    }
}

/// One request of a connection.
fn serve(mut stream: TcpStream, notes: &Mutex<Vec<Asked>>) {
    let (mut head, mut byte) = (Vec::new(), [0u8; 1]);
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read(&mut byte) {
            Ok(1) => head.push(byte[0]),
            _ => return,
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let header = |name: &str| {
        let mut pairs = head.lines().filter_map(|line| line.split_once(": "));
        pairs.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_string())
    };
    let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
    let _ = stream.read_exact(&mut body);
    let line = head.lines().next().unwrap_or_default().to_string();
    notes
        .lock()
        .unwrap()
        .push(Asked { line: line.clone(), authorization: header("authorization").unwrap_or_default() });
    let keys = |id: &str| {
        format!(
            "{{\"Code\":\"Success\",\"Type\":\"AWS-HMAC\",\"AccessKeyId\":\"{id}\",\"SecretAccessKey\":\"{SECRET}\",\
             \"Token\":\"{SECRET}\",\"LastUpdated\":\"2026-11-01T00:00:00Z\",\"Expiration\":\"2099-01-01T00:00:00Z\"}}"
        )
    };
    let (status, more, body) = match line.split(' ').nth(1).unwrap_or_default() {
        "/container" => (200, "", keys("ASIAOFTHECONTAINER")),
        "/latest/api/token" => (200, "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n", "session".into()),
        path if path.ends_with("/security-credentials/") => (200, "", "role".into()),
        path if path.ends_with("/security-credentials/role") => (200, "", keys("ASIAOFTHEINSTANCE")),
        path if path.starts_with("/identity") => {
            (200, "", format!("{{\"access_token\":\"{SECRET}-identity\",\"expires_on\":\"4070908800\"}}"))
        }
        // The token service of AWS, which is asked for a role by a form.
        "/" if String::from_utf8_lossy(&body).contains("Action=AssumeRole") => {
            let text = format!(
                "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
                 <AccessKeyId>ASIAOFTHEROLE</AccessKeyId><SecretAccessKey>{SECRET}</SecretAccessKey><SessionToken>{SECRET}\
                 </SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>\
                 </AssumeRoleResponse>"
            );
            (200, "content-type: text/xml\r\n", text)
        }
        "/tenant/oauth2/v2.0/token" => {
            let body = String::from_utf8_lossy(&body);
            let how = if body.contains("client_assertion") { "workload" } else { "client" };
            (200, "", format!("{{\"access_token\":\"{SECRET}-{how}\",\"expires_in\":3599}}"))
        }
        path if path.contains("bills") => {
            (403, "", "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>".into())
        }
        _ => (404, "", String::new()),
    };
    let length = body.len();
    let answer = format!("HTTP/1.1 {status} X\r\n{more}content-length: {length}\r\nconnection: close\r\n\r\n{body}");
    let _ = stream.write_all(answer.as_bytes());
}

fn run(night: &Night, environment: &[(&str, &str)]) -> Outcome {
    let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-10"]).env("HOME", "/nonexistent");
    environment.iter().fold(call, |call, (name, value)| call.env(name, *value)).run()
}

fn night(format: &str, location: &str, stub: &Stub) -> Night {
    Night::new(&format!(
        "catalogue = \"small\"\n[[source]]\nid = \"s\"\nformat = \"{format}\"\n{location}\nendpoint = \"{}\"\n\
         allow_http = true\n[tags]\ncoverage_key = \"team\"\n",
        stub.url
    ))
}

#[track_caller]
fn asked_with(stub: &Stub, outcome: Outcome, what: &str) {
    let with = stub.authorizations();
    assert!(!with.is_empty() && with.iter().all(|with| with.contains(what)), "{what}: {with:?}\n{}", outcome.stderr);
    assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
    outcome.exits(1).complains("403, access denied (AccessDenied: Access Denied)");
}

#[test]
fn a_container_and_an_instance_of_aws_have_credentials() {
    let stub = Stub::start();
    let container = format!("{}/container", stub.url);
    let night_of = |stub: &Stub| night("aws-cur-legacy", "location = \"s3://bills/cur\"\nregion = \"us-east-1\"", stub);
    let outcome = run(&night_of(&stub), &[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &container)]);
    asked_with(&stub, outcome, "Credential=ASIAOFTHECONTAINER/");
    let stub = Stub::start();
    let outcome = run(&night_of(&stub), &[("AWS_EC2_METADATA_SERVICE_ENDPOINT", &stub.url)]);
    asked_with(&stub, outcome, "Credential=ASIAOFTHEINSTANCE/");
}

/// The bucket's region is found without one; the token service's has to be some.
#[test]
fn a_role_is_taken_on_without_a_region() {
    let stub = Stub::start();
    let role = "assume_role = \"arn:aws:iam::111122223333:role/costmill\"";
    let night = night("aws-cur-legacy", &format!("location = \"s3://bills/cur\"\n{role}"), &stub);
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAOFTHEUSER"), ("AWS_SECRET_ACCESS_KEY", SECRET)];
    let outcome = run(&night, &[keys[0], keys[1], ("AWS_ENDPOINT_URL_STS", &stub.url)]);
    asked_with(&stub, outcome, "Credential=ASIAOFTHEROLE/");
    let asked = stub.asked.lock().unwrap();
    let of_role = asked.iter().find(|asked| asked.authorization.contains("/sts/")).unwrap();
    assert!(of_role.authorization.contains("Credential=AKIAOFTHEUSER/"), "{of_role:?}");
}

#[test]
fn a_managed_identity_a_workload_and_a_client_of_azure_have_tokens() {
    let file = Night::new("");
    file.write("assertion", SECRET);
    let assertion = file.path("assertion").to_string_lossy().into_owned();
    let client = [("AZURE_CLIENT_ID", "client"), ("AZURE_TENANT_ID", "tenant")];
    for how in ["identity", "workload", "client"] {
        let stub = Stub::start();
        let identity = format!("{}/identity", stub.url);
        let environment = match how {
            "identity" => vec![("AZURE_IDENTITY_ENDPOINT", identity.as_str())],
            "workload" => {
                [&client[..], &[("AZURE_AUTHORITY_HOST", &stub.url), ("AZURE_FEDERATED_TOKEN_FILE", &assertion)]]
                    .concat()
            }
            _ => [&client[..], &[("AZURE_AUTHORITY_HOST", &stub.url), ("AZURE_CLIENT_SECRET", SECRET)]].concat(),
        };
        let night = night("azure-cost-details", "location = \"az://bills\"\naccount = \"acc\"", &stub);
        let outcome = run(&night, &environment);
        asked_with(&stub, outcome, &format!("Bearer {SECRET}-{how}"));
    }
}

/// Gives credentials with a number, and lets the store take each of them for so many requests, the last for ever.
fn renewed(kind: StoreKind, taken: usize) -> (Before, Arc<Mutex<BTreeMap<String, usize>>>) {
    let (given, used): (AtomicUsize, Arc<Mutex<BTreeMap<String, usize>>>) = (AtomicUsize::new(0), Arc::default());
    let notes = used.clone();
    let before = move |head: &str, _: &str| {
        let line = head.lines().next().unwrap_or_default();
        if !line.contains("/bills") {
            let number = given.fetch_add(1, Ordering::SeqCst) + 1;
            let text = match kind {
                StoreKind::S3 => format!(
                    "{{\"AccessKeyId\":\"ASIA{number}\",\"SecretAccessKey\":\"{SECRET}\",\"Token\":\"{SECRET}\",\
                     \"Expiration\":\"2099-01-01T00:00:00Z\"}}"
                ),
                StoreKind::Blob => format!("{{\"access_token\":\"{SECRET}{number}\",\"expires_on\":\"4070908800\"}}"),
                StoreKind::Gcs => {
                    format!("{{\"access_token\":\"{SECRET}{number}\",\"expires_in\":3599,\"token_type\":\"Bearer\"}}")
                }
            };
            return Some((200, String::new(), text));
        }
        let with = head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap_or_default();
        let with = match kind {
            StoreKind::S3 => with.split("Credential=ASIA").nth(1).and_then(|rest| rest.split('/').next()),
            _ => with.strip_prefix(&format!("Bearer {SECRET}")),
        };
        let with = with.unwrap_or("none").to_string();
        let mut used = notes.lock().unwrap();
        let count = used.entry(with.clone()).or_default();
        *count += 1;
        (with == "none" || *count > taken && with == "1").then(|| {
            let (status, code) = match kind {
                StoreKind::S3 => (400, "ExpiredToken"),
                StoreKind::Blob => (401, "InvalidAuthenticationInfo"),
                StoreKind::Gcs => (401, "AuthenticationRequired"),
            };
            (status, String::new(), format!("<Error><Code>{code}</Code><Message>It has expired.</Message></Error>"))
        })
    };
    (Arc::new(before), used)
}

/// A credential that says it holds until 2099 and is refused after three requests: the run asks for another and goes on.
#[test]
fn a_credential_that_ends_in_mid_run_is_renewed_and_the_run_goes_on() {
    for kind in tls::KINDS {
        let (before, used) = renewed(kind, 3);
        // Who gives them is asked without TLS, as on a provider's machines.
        let giver = Server::start_with(kind, "http", Arc::new(|stream| Box::new(stream)), before.clone());
        let at = giver.url.trim_end_matches("/acc").to_string();
        let server = tls::store(kind, before);
        let authority = tls::file("authority.pem");
        let (container, host) = (format!("{at}/container"), at.trim_start_matches("http://").to_string());
        let environment = match kind {
            StoreKind::S3 => [("AWS_CONTAINER_CREDENTIALS_FULL_URI", container.as_str())],
            StoreKind::Blob => [("AZURE_IDENTITY_ENDPOINT", container.as_str())],
            StoreKind::Gcs => [("GCE_METADATA_HOST", host.as_str())],
        };
        let night = tls::night(&server, "");
        let outcome = tls::run(&night, &[environment[0], ("SSL_CERT_FILE", &authority)]);
        assert!(!outcome.stdout.contains(SECRET) && !outcome.stderr.contains(SECRET), "{}", outcome.stderr);
        outcome.exits(0).says("published version 0: aws 2026-09");
        let used = used.lock().unwrap().clone();
        assert_eq!(used.get("1"), Some(&4), "{kind:?}: {used:?}");
        assert!(used.get("2").is_some_and(|count| *count >= 2) && used.len() == 2, "{kind:?}: {used:?}");
    }
}
