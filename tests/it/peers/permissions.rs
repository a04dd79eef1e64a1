//! Permissions that peers enforce: with the printed policy a night runs, and with one permission less `doctor` names it.

use super::super::place::Night;
use super::super::support::{Costmill, Outcome};
use super::servers::{ACCOUNT, ACCOUNT_KEY, Peer, installed, python};
use super::{ALONE, Bill, deliver, no_secret, project, run, small_at, upload};
use std::path::Path;

fn doctor(night: &Night, environment: &[(&str, &str)]) -> Outcome {
    let call = Costmill::new().cwd(&night.path("")).args(["doctor"]);
    ALONE.iter().chain(environment).fold(call, |call, (name, value)| call.env(name, *value)).run()
}

fn identities(peers: &Path, arguments: &[&str]) -> String {
    python(peers, "identities.py", arguments)
}

/// A line that failed, and the one below it.
#[track_caller]
fn fails(outcome: &Outcome, found: &str, remedy: &str) {
    assert_eq!(outcome.status, 1, "{}", outcome.stdout);
    let mut lines = outcome.stdout.lines();
    let line = lines.find(|line| line.starts_with("failed") && line.contains(found));
    assert!(line.is_some(), "no failure says: {found}\n{}", outcome.stdout);
    assert!(lines.next().unwrap_or_default().contains(remedy), "≠ {remedy}\n{}", outcome.stdout);
}

#[test]
fn moto_lets_the_printed_policy_run_a_night_and_each_missing_action_is_named() {
    let Some(peers) = installed() else { return };
    let moto = Peer::moto(&peers);
    deliver(&peers, &moto, &Bill::hand_worked(), "first");
    let night = small_at(&moto.url, "");
    let printed = night.costmill(&["init", "--policy", "aws"]).exits(0).stdout;
    let policy: serde_json::Value = serde_json::from_str(&printed).unwrap();
    let write = |name: &str, policy: &serde_json::Value| {
        night.write(name, policy.to_string());
        night.path(name).to_string_lossy().into_owned()
    };
    let without = |action: &str| {
        let mut policy = policy.clone();
        let statements = policy["Statement"].as_array_mut().unwrap();
        let before = statements.len();
        statements.retain(|statement| statement["Action"] != serde_json::json!([action]));
        assert_eq!(statements.len(), before - 1, "{action}");
        policy
    };
    let user = |name: &str, policy: &serde_json::Value| {
        let keys = identities(&peers, &["user", &moto.url, name, &write(&format!("{name}.json"), policy)]);
        let (id, secret) = keys.split_once(' ').unwrap();
        (id.to_string(), secret.to_string())
    };
    let whole = user("whole", &policy);
    let (no_list, no_get) = (user("no-list", &without("s3:ListBucket")), user("no-get", &without("s3:GetObject")));
    identities(&peers, &["enforce", &moto.url]);
    let as_user = |keys: &(String, String)| {
        let environment = [("AWS_ACCESS_KEY_ID", keys.0.as_str()), ("AWS_SECRET_ACCESS_KEY", keys.1.as_str())];
        let outcome = doctor(&night, &environment);
        no_secret(&night.path("lake-is-elsewhere"), &outcome, &[&keys.1]);
        outcome
    };
    std::fs::create_dir_all(night.path("lake-is-elsewhere")).unwrap();
    let list = "grant s3:ListBucket on arn:aws:s3:::bills (prefix cur/*)";
    fails(&as_user(&no_list), "s3://bills/cur: cannot be listed: 403, access denied (AccessDenied", list);
    let get = "grant s3:GetObject on arn:aws:s3:::bills/cur/*";
    fails(&as_user(&no_get), "cannot be read: 403, access denied (AccessDenied", get);
    let wrong = (whole.0.clone(), "HUSHHUSHHUSHHUSHHUSHHUSHHUSHHUSHHUSHHUSH".to_string());
    fails(&as_user(&wrong), "(SignatureDoesNotMatch", "give a credential");
    let unknown = ("AKIAUNKNOWNUNKNOWN00".to_string(), wrong.1.clone());
    fails(&as_user(&unknown), "(InvalidAccessKeyId", "give a credential");

    let environment = [("AWS_ACCESS_KEY_ID", whole.0.as_str()), ("AWS_SECRET_ACCESS_KEY", whole.1.as_str())];
    let well = doctor(&night, &environment);
    assert!(!well.stdout.contains("failed "), "{}", well.stdout);
    for says in [
        "credential: the environment (AWS_ACCESS_KEY_ID)",
        "s3://bills/cur can be listed: ",
        "its files can be read",
        "ok       clock aws: ",
    ] {
        assert!(well.stdout.contains(says), "{says}\n{}", well.stdout);
    }
    assert!(!night.path("lake").exists(), "doctor made a lake");
    run(&night.path(""), &environment).exits(0).says("published version");
    // A run says the same as doctor.
    let environment = [("AWS_ACCESS_KEY_ID", no_list.0.as_str()), ("AWS_SECRET_ACCESS_KEY", no_list.1.as_str())];
    run(&night.path(""), &environment).exits(1).complains(list);
}

#[test]
fn azurite_refuses_what_a_signature_lacks() {
    let Some(peers) = installed() else { return };
    let azurite = Peer::azurite(&peers);
    let export = project("sample-data/azure-cost-details/cost-exports");
    upload(&peers, &["blob", &azurite.url, "bills", &export.to_string_lossy()]);
    let night = |credential: &str| {
        let night = Night::new(&format!(
            "catalogue = \"small\"\n[[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"az://bills\"\n\
             account = \"{ACCOUNT}\"\nendpoint = \"{}\"\nallow_http = true\ncredential_file = \"credential\"\n\
             [tags]\ncoverage_key = \"team\"\n",
            azurite.url
        ));
        night.write("credential", format!("{credential}\n"));
        night
    };
    let sas = |letters: &str, hours: &str| identities(&peers, &["sas", &azurite.url, "bills", letters, hours]);
    let look = |credential: &str| {
        let outcome = doctor(&night(credential), &[]);
        let hidden = credential.rsplit_once("sig=").map_or(credential, |(_, signature)| signature);
        assert!(!outcome.stdout.contains(hidden) && !outcome.stderr.contains(hidden), "{}", outcome.stdout);
        outcome
    };
    let well = look(&sas("rl", "720"));
    assert!(!well.stdout.contains("failed "), "{}", well.stdout);
    assert!(
        well.stdout.contains("its files can be read") && well.stdout.contains("credential: a SAS, credential_file")
    );
    assert!(look(&sas("rl", "24")).stdout.contains("warning  source azure: credential: a SAS"));
    fails(
        &look(&sas("r", "720")),
        "az://bills: cannot be listed: 403, access denied (AuthorizationPermissionMismatch",
        "a SAS needs list (sp=l)",
    );
    fails(
        &look(&sas("l", "720")),
        "cannot be read: 403, access denied (AuthorizationPermissionMismatch",
        "a SAS needs read (sp=r)",
    );
    fails(&look(&sas("rl", "-1")), "it has expired", "make a new one");
    let wrong = format!("A{}", &ACCOUNT_KEY[1..]);
    fails(&look(&wrong), "az://bills: cannot be listed: the store does not know this credential", "give a credential");
}
