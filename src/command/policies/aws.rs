//! An IAM policy, for the identity that costmill runs as, and for the roles that it takes on.
//!
//! Keys of KMS: S3 decrypts with the right of whoever reads, and says to KMS which object, or with a bucket key which
//! bucket, it is for (<https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html>). So the policy
//! names no key and permits the use of any for these objects alone.

use super::{Place, Places, Uses, actions};
use crate::error::{Error, Result};
use crate::focus::permission::{Cloud, Doing};
use serde_json::{Value, json};

/// The policy, as JSON.
pub(super) fn policy(uses: &Uses) -> Result<String> {
    let mut statements = Vec::new();
    let read = [("Read", Doing::ReadFiles)];
    of_files(&uses.read, "Exports", &read, &[Doing::DecryptFiles], &mut statements);
    let written = [("Read", Doing::ReadFiles), ("Write", Doing::WriteFiles), ("Remove", Doing::RemoveFiles)];
    // What is sent in pieces is put together by S3, which reads them.
    let keys = [Doing::DecryptFiles, Doing::EncryptFiles];
    of_files(&uses.written, "Written", &written, &keys, &mut statements);
    if !uses.roles.is_empty() {
        statements.push(json!({
            "Sid": "TakeRole",
            "Effect": "Allow",
            "Action": actions(Cloud::Aws, &[Doing::TakeRole]),
            "Resource": uses.roles,
        }));
    }
    // Neither service knows resources of these.
    let explorer = [Doing::AskCosts, Doing::AskSavingsPlans, Doing::AskReservations, Doing::AskRightsizing];
    for (sid, doings) in [("AskCostExplorer", &explorer[..]), ("AskCloudWatch", &[Doing::AskCloudWatch])] {
        let asked: Vec<Doing> = doings.iter().copied().filter(|doing| uses.asked.contains(doing)).collect();
        if !asked.is_empty() {
            statements.push(json!({
                "Sid": sid,
                "Effect": "Allow",
                "Action": actions(Cloud::Aws, &asked),
                "Resource": "*",
            }));
        }
    }
    pretty(&json!({ "Version": "2012-10-17", "Statement": statements }))
}

/// A statement for the listing of each bucket, for each thing done to its objects, and for the keys of these objects.
fn of_files(places: &Places, noun: &str, doings: &[(&str, Doing)], keys: &[Doing], statements: &mut Vec<Value>) {
    let Some(first) = places.keys().next() else { return };
    let (mut objects, mut contexts) = (Vec::new(), Vec::new());
    for (at, (place, prefixes)) in places.iter().enumerate() {
        let bucket = arn(place);
        let mut list = json!({
            "Sid": format!("List{noun}{}", at + 1),
            "Effect": "Allow",
            "Action": actions(Cloud::Aws, &[Doing::ListFiles]),
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
    for (verb, doing) in doings {
        statements.push(json!({
            "Sid": format!("{verb}{noun}"),
            "Effect": "Allow",
            "Action": actions(Cloud::Aws, &[*doing]),
            "Resource": objects,
        }));
    }
    let verb = if keys.len() > 1 { "Encrypt" } else { "Decrypt" };
    statements.push(json!({
        "Sid": format!("{verb}{noun}"),
        "Effect": "Allow",
        "Action": actions(Cloud::Aws, keys),
        "Resource": [format!("arn:{}:kms:*:*:key/*", partition(first))],
        "Condition": { "StringLike": {
            "kms:ViaService": ["s3.*.amazonaws.com", "s3.*.amazonaws.com.cn"],
            "kms:EncryptionContext:aws:s3:arn": contexts,
        } },
    }));
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

    fn reads(prefixes: &[&str], region: Option<&str>) -> Uses {
        let place = Place { bucket: "bills".into(), account: None, region: region.map(str::to_string) };
        let prefixes: BTreeSet<String> = prefixes.iter().map(|prefix| (*prefix).to_string()).collect();
        Uses { read: BTreeMap::from([(place, prefixes)]), ..Uses::default() }
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

    #[test]
    fn a_lake_is_written_where_it_is_and_an_api_is_asked_of_all() {
        let mut uses = reads(&["cur"], None);
        uses.written = reads(&["lake"], None).read;
        uses.asked.extend([Doing::AskCloudWatch, Doing::AskCosts]);
        let policy: Value = serde_json::from_str(&policy(&uses).unwrap()).unwrap();
        let of = |sid: &str| {
            let statements = policy["Statement"].as_array().unwrap();
            statements.iter().find(|statement| statement["Sid"] == sid).unwrap().clone()
        };
        assert_eq!(of("ListWritten1")["Condition"]["StringLike"]["s3:prefix"], json!(["lake/*"]));
        assert_eq!(of("WriteWritten")["Action"], json!(["s3:PutObject", "s3:AbortMultipartUpload"]));
        for sid in ["WriteWritten", "RemoveWritten", "ReadWritten"] {
            assert_eq!(of(sid)["Resource"], json!(["arn:aws:s3:::bills/lake/*"]), "{sid}");
        }
        assert_eq!(of("EncryptWritten")["Action"], json!(["kms:Decrypt", "kms:GenerateDataKey"]));
        assert_eq!(of("ReadExports")["Resource"], json!(["arn:aws:s3:::bills/cur/*"]));
        assert_eq!(of("AskCloudWatch")["Resource"], "*");
        assert_eq!(of("AskCostExplorer")["Action"], json!(["ce:GetCostAndUsage"]), "no more than is asked");
    }
}
