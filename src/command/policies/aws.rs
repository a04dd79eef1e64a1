//! An IAM policy, for the identity that costmill runs as, and for the roles that it takes on.
//!
//! Keys of KMS: S3 decrypts with the right of whoever reads, and says to KMS which object, or with a bucket key which
//! bucket, it is for (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>). So the policy
//! names no key and permits the use of any for these objects alone.

use super::{Place, Reads, actions};
use crate::error::{Error, Result};
use crate::focus::permission::{Cloud, Doing};
use serde_json::{Value, json};

/// The policy, as JSON.
pub(super) fn policy(reads: &Reads) -> Result<String> {
    let of = |doing: Doing| actions(Cloud::Aws, &[doing]);
    let mut statements = Vec::new();
    let (mut objects, mut contexts) = (Vec::new(), Vec::new());
    for (place, prefixes) in &reads.places {
        let bucket = arn(place);
        let mut list = json!({
            "Sid": format!("ListExports{}", statements.len() + 1),
            "Effect": "Allow",
            "Action": of(Doing::ListFiles),
            "Resource": [bucket],
        });
        if !prefixes.contains("") {
            // What is listed ends with `/`, and `*` stands for nothing, too.
            let below: Vec<String> = prefixes.iter().map(|prefix| format!("{prefix}/*")).collect();
            list["Condition"] = json!({ "StringLike": { "s3:prefix": below } });
        }
        statements.push(list);
        let below = prefixes.iter().map(|prefix| match prefix.as_str() {
            "" => format!("{bucket}/*"),
            prefix => format!("{bucket}/{prefix}/*"),
        });
        objects.extend(below.clone());
        contexts.push(bucket.clone());
        contexts.extend(below);
    }
    statements.push(json!({
        "Sid": "ReadExports",
        "Effect": "Allow",
        "Action": of(Doing::ReadFiles),
        "Resource": objects,
    }));
    let partition = reads.places.keys().next().map_or("aws", partition);
    statements.push(json!({
        "Sid": "DecryptExports",
        "Effect": "Allow",
        "Action": of(Doing::DecryptFiles),
        "Resource": [format!("arn:{partition}:kms:*:*:key/*")],
        "Condition": { "StringLike": {
            "kms:ViaService": ["s3.*.amazonaws.com", "s3.*.amazonaws.com.cn"],
            "kms:EncryptionContext:aws:s3:arn": contexts,
        } },
    }));
    if !reads.roles.is_empty() {
        statements.push(json!({
            "Sid": "TakeRole",
            "Effect": "Allow",
            "Action": of(Doing::TakeRole),
            "Resource": reads.roles,
        }));
    }
    pretty(&json!({ "Version": "2012-10-17", "Statement": statements }))
}

fn arn(place: &Place) -> String {
    format!("arn:{}:s3:::{}", partition(place), place.bucket)
}

fn partition(place: &Place) -> &'static str {
    match place.region.as_deref().unwrap_or_default() {
        region if region.starts_with("cn-") => "aws-cn",
        region if region.starts_with("us-gov-") => "aws-us-gov",
        _ => "aws",
    }
}

pub(super) fn pretty(value: &Value) -> Result<String> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Error::bug("policy", error.to_string()))?;
    Ok(text + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::{BTreeMap, BTreeSet};

    fn reads(prefixes: &[&str], region: Option<&str>) -> Reads {
        let place = Place { bucket: "bills".into(), account: None, region: region.map(str::to_string) };
        let prefixes: BTreeSet<String> = prefixes.iter().map(|prefix| (*prefix).to_string()).collect();
        Reads { places: BTreeMap::from([(place, prefixes)]), roles: BTreeSet::new() }
    }

    #[test]
    fn a_path_bounds_what_is_listed_and_what_is_read() {
        let policy: Value = serde_json::from_str(&policy(&reads(&["cur", "focus/x"], None)).unwrap()).unwrap();
        let statements = &policy["Statement"];
        assert_eq!(statements[0]["Condition"]["StringLike"]["s3:prefix"], json!(["cur/*", "focus/x/*"]));
        assert_eq!(statements[0]["Resource"], json!(["arn:aws:s3:::bills"]));
        assert_eq!(statements[1]["Resource"], json!(["arn:aws:s3:::bills/cur/*", "arn:aws:s3:::bills/focus/x/*"]));
        assert_eq!(statements.as_array().unwrap().len(), 3, "no role, no sts:AssumeRole");
        // A bucket key makes the bucket the context.
        let contexts = &statements[2]["Condition"]["StringLike"]["kms:EncryptionContext:aws:s3:arn"];
        assert_eq!(contexts[0], "arn:aws:s3:::bills");
    }

    #[test]
    fn a_whole_bucket_has_no_condition_and_a_partition_has_its_own_names() {
        let policy: Value = serde_json::from_str(&policy(&reads(&[""], Some("cn-north-1"))).unwrap()).unwrap();
        assert_eq!(policy["Statement"][0].get("Condition"), None);
        assert_eq!(policy["Statement"][1]["Resource"], json!(["arn:aws-cn:s3:::bills/*"]));
    }
}
