//! Sources in object stores that cannot be reached as they are configured: told before anything is sent.

use super::place::Night;
use super::support::Costmill;

fn night(format: &str, location: &str) -> Night {
    Night::new(&format!(
        "catalogue = \"small\"\n[[source]]\nid = \"s\"\nformat = \"{format}\"\n{location}\n[tags]\ncoverage_key = \"team\"\n"
    ))
}

const S3: &str = "location = \"s3://bills/cur\"";
const BLOB: &str = "location = \"az://bills/costs\"";
const GCS: &str = "location = \"gs://bills/billing\"";

/// Nothing of a machine's own configuration, and nobody to ask for a credential.
const ALONE: [(&str, &str); 3] =
    [("HOME", "/nonexistent"), ("AWS_EC2_METADATA_DISABLED", "true"), ("AWS_REGION", "eu-west-1")];

#[test]
fn an_endpoint_of_the_environment_is_spoken_to_with_tls_or_is_here_and_allowed() {
    let elsewhere = "the endpoint in the environment is without TLS, and not on this machine";
    let here = "the endpoint in the environment is without TLS\n  remedy: add allow_http = true";
    let account = "account = \"acc\"";
    for (format, location, variable, url, says) in [
        ("aws-cur-legacy", S3.to_string(), "AWS_ENDPOINT_URL_S3", "http://s3.example.com", elsewhere),
        ("aws-cur-legacy", S3.to_string(), "AWS_ENDPOINT_URL", "http://127.0.0.1:1", here),
        ("aws-cur-legacy", format!("{S3}\nallow_http = true"), "AWS_ENDPOINT_URL", "http://s3.example.com", elsewhere),
        ("azure-cost-details", format!("{BLOB}\n{account}"), "AZURE_STORAGE_ENDPOINT", "http://10.0.0.1", elsewhere),
        ("azure-cost-details", format!("{BLOB}\n{account}"), "AZURE_STORAGE_ENDPOINT", "http://localhost:1", here),
        ("gcp-detailed-usage", GCS.to_string(), "GOOGLE_BASE_URL", "http://gcs.example.com", elsewhere),
    ] {
        let night = night(format, &location);
        let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-10"]).env(variable, url);
        let call = ALONE.iter().fold(call, |call, (name, value)| call.env(name, *value));
        call.run().exits(2).complains(says);
    }
}

#[test]
fn what_is_missing_of_an_address_is_told() {
    for (format, location, says) in [
        ("azure-cost-details", BLOB.to_string(), "az://bills/costs: no storage account is named"),
        (
            "azure-cost-details",
            format!("{BLOB}\naccount = \"acc\"\ncredential_file = \"none\""),
            "https://acc.blob.core.windows.net/bills/costs: credential_file cannot be read: No such file",
        ),
        (
            "aws-cur-legacy",
            format!("{S3}\ncredential_file = \"none\""),
            "s3://bills/cur: credential_file cannot be read",
        ),
        ("gcp-detailed-usage", format!("{GCS}\ncredential_file = \"none\""), "credential_file cannot be read"),
    ] {
        let night = night(format, &location);
        let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-10"]);
        let call = ALONE.iter().fold(call, |call, (name, value)| call.env(name, *value));
        call.run().exits(2).complains(says);
    }
}

/// A credential that is no credential is told without what is in it.
#[test]
fn a_credential_file_of_another_kind_is_told_and_not_shown() {
    for (format, location, text) in [
        ("azure-cost-details", format!("{BLOB}\naccount = \"acc\""), "HUSH, which is no base64"),
        ("gcp-detailed-usage", GCS.to_string(), "{\"type\": \"service_account\", \"private_key\": \"HUSH\"}"),
        ("gcp-detailed-usage", GCS.to_string(), "HUSH"),
    ] {
        let night = night(format, &format!("{location}\ncredential_file = \"credential\""));
        night.write("credential", text);
        let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", "2026-11-10"]);
        let call = ALONE.iter().fold(call, |call, (name, value)| call.env(name, *value));
        let outcome = call.run().exits(2).complains("the store cannot be asked");
        assert!(!outcome.stderr.contains("HUSH") && !outcome.stdout.contains("HUSH"), "{}", outcome.stderr);
    }
}

/// A URL with a secret is refused by `check`, which reads no data, and the secret is not repeated.
#[test]
fn a_secret_in_a_location_is_refused_and_not_repeated() {
    for location in [
        "location = \"https://acc.blob.core.windows.net/bills?sv=1&sig=HUSH\"",
        "location = \"s3://AKIA:HUSH@bills/cur\"",
        "location = \"s3://bills\"\nendpoint = \"https://user:HUSH@s3.example.com\"",
    ] {
        let outcome = night("aws-cur-legacy", location).costmill(&["check"]).exits(2);
        assert!(!outcome.stderr.contains("HUSH") && outcome.stderr.contains("costmill.toml:"), "{}", outcome.stderr);
    }
}
