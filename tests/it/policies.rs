//! What `costmill init --policy` prints, as it stands for a configuration and for none.

use super::place::Night;
use super::schedule::read_by_python;
use super::support::Costmill;

fn night() -> Night {
    Night::new(
        "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"s3://bills/cur\"\n\
         [[source]]\nid = \"other\"\nformat = \"aws-cur-legacy\"\nlocation = \"s3://bills/focus\"\n\
         assume_role = \"arn:aws:iam::123456789012:role/bills\"\nrole = \"shadow\"\n\
         [[source]]\nid = \"azure\"\nformat = \"azure-cost-details\"\nlocation = \"https://acc.blob.core.windows.net/costs/x\"\n\
         [[source]]\nid = \"gcp\"\nformat = \"gcp-detailed-usage\"\nlocation = \"gs://dumps/it's\"\n\
         [tags]\ncoverage_key = \"team\"\n",
    )
}

#[test]
fn aws_reads_its_policy_and_it_names_what_is_configured() {
    let text = night().costmill(&["init", "--policy", "aws"]).exits(0).stdout;
    let policy: serde_json::Value = serde_json::from_str(&text).unwrap();
    let statements = policy["Statement"].as_array().unwrap();
    let actions: Vec<&str> = statements
        .iter()
        .flat_map(|of| of["Action"].as_array().unwrap())
        .map(|action| action.as_str().unwrap())
        .collect();
    assert_eq!(actions, ["s3:ListBucket", "s3:GetObject", "kms:Decrypt", "sts:AssumeRole"]);
    assert_eq!(statements[0]["Condition"]["StringLike"]["s3:prefix"], serde_json::json!(["cur/*", "focus/*"]));
    assert_eq!(statements[3]["Resource"], serde_json::json!(["arn:aws:iam::123456789012:role/bills"]));
    for text in [text, Costmill::new().args(["init", "--policy", "aws"]).run().exits(0).stdout] {
        let Some(findings) = read_by_python("parliament", "aws-policy", &text) else { return };
        assert_eq!(findings, serde_json::json!([]), "{text}");
    }
}

/// The scripts of the others are shell, and what is in them is JSON or YAML of the right words.
#[test]
fn the_scripts_are_shell_and_bound_to_what_is_configured() {
    let night = night();
    for (cloud, says) in [
        (
            "azure",
            [
                "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read",
                "/storageAccounts/\"'acc'/blobServices/default/containers/'costs'",
            ],
        ),
        ("gcp", ["- storage.objects.list\n- storage.objects.get\n", "projects/_/buckets/dumps/objects/it's/"]),
    ] {
        let text = night.costmill(&["init", "--policy", cloud]).exits(0).stdout;
        for says in says {
            assert!(text.contains(says), "{says}\n{text}");
        }
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("script"), &text).unwrap();
        // The providers' own programs, as far as a test has them: they say what they were asked.
        for program in ["az", "gcloud"] {
            let path = folder.path().join(program);
            std::fs::write(&path, "#!/bin/sh\nfor word in \"$@\"; do printf '[%s]' \"$word\"; done; echo\n").unwrap();
            std::process::Command::new("chmod").arg("+x").arg(&path).status().unwrap();
        }
        let run = |environment: &[(&str, &str)]| {
            let mut command = std::process::Command::new("sh");
            command.arg("script").current_dir(folder.path()).env_clear();
            let path = format!("{}:/usr/bin:/bin", folder.path().display());
            command.env("PATH", path).envs(environment.iter().copied()).output().unwrap()
        };
        assert!(!run(&[]).status.success(), "it goes on without what it needs");
        let done = run(&[
            ("SUBSCRIPTION", "s"),
            ("RESOURCE_GROUP", "g"),
            ("PRINCIPAL", "p"),
            ("PROJECT", "p"),
            ("MEMBER", "user:m"),
        ]);
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(done.status.success(), "{said}{}", String::from_utf8_lossy(&done.stderr));
        match cloud {
            "azure" => {
                let role = std::fs::read_to_string(folder.path().join("costmill-role.json")).unwrap();
                let role: serde_json::Value = serde_json::from_str(&role).unwrap();
                assert_eq!(role["AssignableScopes"], serde_json::json!(["/subscriptions/s/resourceGroups/g"]));
                assert!(said.contains("[--scope][/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/acc/blobServices/default/containers/costs]"), "{said}");
            }
            _ => {
                let condition = std::fs::read_to_string(folder.path().join("costmill-condition.yaml")).unwrap();
                assert!(condition.contains("objectListPrefix\\\", \\\"\\\").startsWith(\\\"it's/\\\")"), "{condition}");
                assert!(said.contains("[gs://dumps][--member][user:m]"), "{said}");
            }
        }
    }
}

#[test]
fn without_a_configuration_it_is_an_example_and_with_a_wrong_one_an_error() {
    for cloud in ["aws", "azure", "gcp"] {
        let example = Costmill::new().args(["init", "--policy", cloud]).run().exits(0).says("your-billing-exports");
        example.complains("this is the policy of an example");
        Costmill::new().args(["init", "--policy", cloud, "--config", "none.toml"]).run().exits(2);
    }
    let folders = Night::new(super::bucket::CONFIG);
    folders.costmill(&["init", "--policy", "aws"]).exits(2).complains("nothing is in a store of AWS or asked there");
    assert!(!folders.path("lake").exists());
}
