//! The peers: servers that others wrote, which speak like the providers' stores, on ports of this machine.

use super::relay::Relay;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// The account that every Azurite has, and its key, as its documentation says.
pub const ACCOUNT: &str = "devstoreaccount1";
pub const ACCOUNT_KEY: &str =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/// Where `make peers` put them; `None`, with the reason, where it did not.
pub fn installed() -> Option<PathBuf> {
    let folder = std::env::var("COSTMILL_PEERS").unwrap_or_default();
    if folder.is_empty() {
        eprintln!("skipped: COSTMILL_PEERS is not set (`make test-peers` installs moto, Azurite and fake-gcs-server)");
        return None;
    }
    Some(folder.into())
}

/// A server at work, ended with this value.
pub struct Peer {
    child: Child,
    pub url: String,
}

impl Peer {
    pub fn moto(peers: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("venv/bin/moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port]);
        Self::start(command, format!("http://127.0.0.1:{port}"), "Running on")
    }

    /// CloudWatch's first protocol before moto, which speaks its older ones alone: read and written by botocore's code.
    pub fn cbor(peers: &Path, moto: &Self) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("venv/bin/python"));
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers/cbor.py")).args([&moto.url, &port]);
        Self::start(command, format!("http://127.0.0.1:{port}"), "listening")
    }

    pub fn azurite(peers: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("node_modules/.bin/azurite-blob"));
        command.args(["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]);
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port]);
        Self::start(command, format!("http://127.0.0.1:{port}/{ACCOUNT}"), "successfully listens")
    }

    /// With a relay in front: this server takes requests for objects under its public name alone.
    pub fn fake_gcs(peers: &Path) -> (Self, Relay) {
        let port = free_port();
        let url = format!("http://127.0.0.1:{port}");
        let relay = Relay::to(&url);
        let mut command = Command::new(peers.join("fake-gcs-server"));
        command.args(["-scheme", "http", "-host", "127.0.0.1", "-port", &port, "-backend", "memory"]);
        command.args(["-external-url", &relay.url, "-public-host", relay.url.trim_start_matches("http://")]);
        (Self::start(command, url, "server started"), relay)
    }

    /// Serves a published description of an API: requests are held to it, answers are its examples.
    pub fn prism(peers: &Path, description: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("node_modules/.bin/prism"));
        command.args(["mock", "--host", "127.0.0.1", "--port", &port]).arg(description);
        Self::start(command, format!("http://127.0.0.1:{port}"), "Prism is listening")
    }

    /// moto with TLS, by the certificate of `tests/fixtures/tls`.
    pub fn moto_tls(peers: &Path) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("venv/bin/moto_server"));
        command.args(["-H", "127.0.0.1", "-p", &port, "-c", &tls("server.pem"), "-k", &tls("server.key")]);
        Self::start(command, format!("https://127.0.0.1:{port}"), "Running on")
    }

    /// Azurite with TLS, and an account of this name with the key that every Azurite has.
    pub fn azurite_tls(peers: &Path, account: &str) -> Self {
        let port = free_port();
        let mut command = Command::new(peers.join("node_modules/.bin/azurite-blob"));
        command.args(["--inMemoryPersistence", "--skipApiVersionCheck", "--disableTelemetry"]);
        command.args(["--blobHost", "127.0.0.1", "--blobPort", &port, "--cert", &tls("server.pem")]);
        command.args(["--key", &tls("server.key")]).env("AZURITE_ACCOUNTS", format!("{account}:{ACCOUNT_KEY}"));
        Self::start(command, format!("https://127.0.0.1:{port}/{account}"), "successfully listens")
    }

    pub fn fake_gcs_tls(peers: &Path) -> Self {
        let port = free_port();
        let url = format!("https://127.0.0.1:{port}");
        let mut command = Command::new(peers.join("fake-gcs-server"));
        command.args(["-scheme", "https", "-host", "127.0.0.1", "-port", &port, "-backend", "memory"]);
        command.args(["-cert-location", &tls("server.pem"), "-private-key-location", &tls("server.key")]);
        command.args(["-external-url", &url, "-public-host", url.trim_start_matches("https://")]);
        Self::start(command, url, "server started")
    }

    /// Starts a server and waits for the word with which it says that it is there.
    fn start(mut command: Command, url: String, ready: &'static str) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let child = command.spawn().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let mut peer = Self { child, url };
        let (says, said) = std::sync::mpsc::channel();
        let streams: [Box<dyn Read + Send>; 2] =
            [Box::new(peer.child.stdout.take().unwrap()), Box::new(peer.child.stderr.take().unwrap())];
        for stream in streams {
            let says = says.clone();
            // To its end, so that the server never waits for a reader.
            std::thread::spawn(move || {
                BufReader::new(stream).lines().map_while(Result::ok).for_each(|line| drop(says.send(line)));
            });
        }
        drop(says);
        let mut lines = Vec::new();
        for line in said.iter() {
            if line.contains(ready) {
                return peer;
            }
            lines.push(line);
        }
        panic!("{command:?} ended:\n{}", lines.join("\n"));
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A file of `tests/fixtures/tls`.
pub fn tls(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/tls").join(name).to_string_lossy().into_owned()
}

fn free_port() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string()
}

/// Runs `tests/peers/upload.py`; what it prints.
pub fn upload(peers: &Path, arguments: &[&str]) -> String {
    python(peers, "upload.py", arguments)
}

/// Runs a script of `tests/peers`; what it prints.
pub fn python(peers: &Path, script: &str, arguments: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers").join(script);
    let mut command = Command::new(peers.join("venv/bin/python"));
    for trusts in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"] {
        command.env(trusts, tls("authority.pem"));
    }
    let output = command.arg(script).args(arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}\n{said}");
    String::from_utf8(output.stdout).unwrap().trim().to_string()
}
