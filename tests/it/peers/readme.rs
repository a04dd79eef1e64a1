//! README's own words, run as they stand: the blocks of "Your own accounts", from an empty folder, on the peers.
//!
//! Nothing is put in for the reader but what a provider's environment variables say: where its endpoint is, and with which
//! credential. The names of buckets and accounts are README's. The peers speak TLS, so nothing of it is switched off.

use super::servers::{ACCOUNT_KEY, Peer, installed, tls, upload};
use super::{SECRET, no_secret};
use crate::place::Night;
use crate::support::{Costmill, Outcome};
use chrono::{Datelike, Months, Utc};
use std::path::Path;
use std::process::Command;

const SECTION: &str = "## Your own accounts";

/// The shell blocks of the section, in order.
fn blocks() -> Vec<String> {
    let text = std::fs::read_to_string(super::project("README.md")).unwrap();
    let section = text.split_once(&format!("\n{SECTION}\n")).unwrap_or_else(|| panic!("README has no {SECTION}")).1;
    let section = section.split_once("\n## ").map_or(section, |(section, _)| section);
    let fences: Vec<&str> = section.split("```").collect();
    assert!(fences.len() % 2 == 1, "a block is not closed");
    let blocks = fences.iter().skip(1).step_by(2);
    blocks.map(|block| block.strip_prefix("sh\n").unwrap_or_else(|| panic!("no shell:\n{block}")).to_string()).collect()
}

/// The value of a variable in a block.
fn named<'b>(block: &'b str, name: &str) -> &'b str {
    let line = block.lines().find_map(|line| line.strip_prefix(&format!("{name}=\"")));
    line.and_then(|rest| rest.split_once('"')).unwrap_or_else(|| panic!("README names no {name}:\n{block}")).0
}

/// Bucket and path of what stands behind the scheme.
fn split(location: &str) -> (&str, String) {
    let (bucket, path) = location.split_once('/').unwrap();
    (bucket, format!("{path}/"))
}

/// The bill of last month and of this one: what an account has today.
fn company(folder: &Path) {
    let first = Utc::now().date_naive().checked_sub_months(Months::new(1)).unwrap();
    let first = format!("{}-{:02}", first.year(), first.month());
    let formats = "aws-cur-legacy,azure-cost-details,gcp-detailed-usage";
    let call = ["sample", "--rows", "2000", "--months", "2", "--seed", "7", "--teams", "5", "--first-month", &first];
    let call = Costmill::new().cwd(folder).args(call).args(["--format", formats, "--out", "company"]);
    call.run().exits(0);
}

#[test]
fn the_blocks_of_the_readme_run_verbatim_from_an_empty_folder() {
    let blocks = blocks();
    assert!(blocks.len() >= 3, "{blocks:?}");
    let [aws, azure, gcp] = ["aws", "azure", "gcp"].map(|name| named(&blocks[0], name));
    let (aws, gcp) = (split(aws.strip_prefix("s3://").unwrap()), split(gcp.strip_prefix("gs://").unwrap()));
    let (account, container) = azure.strip_prefix("https://").unwrap().split_once(".blob.core.windows.net/").unwrap();
    let azure = split(container);

    let Some(peers) = installed() else { return };
    let company_folder = Night::new("");
    company(&company_folder.path(""));
    let export = |path: &str| company_folder.path("company").join(path).to_string_lossy().into_owned();
    let moto = Peer::moto_tls(&peers);
    upload(&peers, &["s3", &moto.url, aws.0, &export("aws-cur-legacy/exports/nightly"), &aws.1]);
    let azurite = Peer::azurite_tls(&peers, account);
    upload(&peers, &["blob", &azurite.url, azure.0, &export("azure-cost-details/cost-exports"), &azure.1]);
    let gcs = Peer::fake_gcs_tls(&peers);
    upload(&peers, &["gcs", &gcs.url, gcp.0, &export("gcp-detailed-usage/billing"), &gcp.1]);

    let (place, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let key = std::fs::read_to_string(tls("service_account.key")).unwrap();
    let service = serde_json::json!({
        "type": "service_account", "client_email": "costmill@example.iam.gserviceaccount.com",
        "private_key_id": "1", "private_key": key,
    });
    std::fs::write(home.path().join("service.json"), service.to_string()).unwrap();
    let binary = Path::new(env!("CARGO_BIN_EXE_costmill")).parent().unwrap();
    let output = Command::new("bash")
        .args(["-e", "-u", "-o", "pipefail", "-c", &blocks.join("\n")])
        .current_dir(place.path())
        .env_clear()
        .env("PATH", format!("{}:/usr/bin:/bin", binary.display()))
        .env("HOME", home.path())
        .env("SSL_CERT_FILE", tls("authority.pem"))
        .env("AWS_ENDPOINT_URL", &moto.url)
        .env("AWS_ACCESS_KEY_ID", "AKOFTHEENVIRONMENT")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .env("AWS_REGION", "us-east-1")
        .env("AZURE_STORAGE_ENDPOINT", &azurite.url)
        .env("AZURE_STORAGE_ACCOUNT_KEY", ACCOUNT_KEY)
        .env("GOOGLE_BASE_URL", &gcs.url)
        .env("GOOGLE_APPLICATION_CREDENTIALS", home.path().join("service.json"))
        .output()
        .unwrap();
    let outcome = Outcome::of(&output, "the blocks of the README");
    no_secret(place.path(), &outcome, &[SECRET, ACCOUNT_KEY, &key[100..200]]);
    let outcome = outcome.exits(0).says("published version 0");
    for said in ["aws 2", "azure 2", "gcp 2", "out/index.html"] {
        assert!(outcome.stdout.contains(said), "{said}\n{}\n{}", outcome.stdout, outcome.stderr);
    }
}
