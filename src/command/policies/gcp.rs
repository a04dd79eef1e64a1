//! A custom role, and the commands that make it and bind it: on the buckets, and there on the paths, alone.
//!
//! A binding with a condition asks for uniform bucket-level access. What a listing is of is an attribute of the request
//! (<https://docs.cloud.google.com/iam/docs/conditions-attribute-reference#api-attributes>).

use super::{Reads, actions, quoted};
use crate::focus::permission::{Cloud, Doing};

const ROLE: &str = "costmillExports";

/// A POSIX shell script.
pub(super) fn script(reads: &Reads) -> String {
    let permissions: String = actions(Cloud::Gcp, &[Doing::ListFiles, Doing::ReadFiles])
        .into_iter()
        .map(|action| format!("- {action}\n"))
        .collect();
    let mut text = format!(
        "\
#!/bin/sh
# Makes a role that may list and read billing exports, and binds it. The predefined role roles/storage.objectViewer does
# as well, and permits a little more.
set -eu
: \"${{PROJECT:?the id of the project of the bucket}}\"
: \"${{MEMBER:?the identity that costmill runs as, as serviceAccount:costmill@project.iam.gserviceaccount.com}}\"
cat >costmill-role.yaml <<'YAML'
title: costmill reader of exports
description: Lists and reads the objects of billing exports, for costmill
stage: GA
includedPermissions:
{permissions}YAML
gcloud iam roles create {ROLE} --project \"$PROJECT\" --file costmill-role.yaml
"
    );
    for (place, prefixes) in &reads.places {
        let bucket = quoted(&format!("gs://{}", place.bucket));
        let condition = match prefixes.contains("") {
            true => "--condition None".to_string(),
            false => {
                let expression = serde_json::Value::String(expression(&place.bucket, prefixes));
                text += &format!(
                    "cat >costmill-condition.yaml <<'YAML'\ntitle: costmill\nexpression: {expression}\nYAML\n"
                );
                "--condition-from-file costmill-condition.yaml".to_string()
            }
        };
        text += &format!(
            "gcloud storage buckets add-iam-policy-binding {bucket} --member \"$MEMBER\" \\\n  \
             --role \"projects/$PROJECT/roles/{ROLE}\" {condition}\n"
        );
    }
    text
}

fn expression<'a>(bucket: &str, prefixes: impl IntoIterator<Item = &'a String>) -> String {
    let of = |prefix: &String| {
        format!(
            "resource.name.startsWith(\"projects/_/buckets/{bucket}/objects/{prefix}/\") || \
             api.getAttribute(\"storage.googleapis.com/objectListPrefix\", \"\").startsWith(\"{prefix}/\")"
        )
    };
    prefixes.into_iter().map(of).collect::<Vec<_>>().join(" || ")
}
