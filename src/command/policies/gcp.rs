//! A custom role, and the commands that make it and bind it: on the buckets, and there on the paths, alone.
//!
//! A binding with a condition asks for uniform bucket-level access. What a listing is of is an attribute of the request
//! (<https://docs.cloud.google.com/iam/docs/conditions-attribute-reference#api-attributes>).

use super::{Places, Uses, actions, quoted};
use crate::focus::permission::{Cloud, Doing};

/// A role of our own: its id, the file that it is written to, its title and what it is for.
struct Role {
    id: &'static str,
    file: &'static str,
    title: &'static str,
    is_for: &'static str,
}

const READER: Role = Role {
    id: "costmillExports",
    file: "costmill-role.yaml",
    title: "costmill reader of exports",
    is_for: "Lists and reads the objects of billing exports",
};
const WRITER: Role = Role {
    id: "costmillDeliveries",
    file: "costmill-writer.yaml",
    title: "costmill writer of deliveries",
    is_for: "Lists, reads, writes and removes the objects of deliveries",
};

/// A POSIX shell script.
pub(super) fn script(uses: &Uses) -> String {
    let mut text = "\
#!/bin/sh
# Makes roles that may do what costmill does, and binds them. The predefined roles roles/storage.objectViewer (of exports)
# and roles/storage.objectUser (of deliveries) do as well, and permit a little more.
set -eu
: \"${PROJECT:?the id of the project of the bucket}\"
: \"${MEMBER:?the identity that costmill runs as, as serviceAccount:costmill@project.iam.gserviceaccount.com}\"
"
    .to_string();
    text += &of_files(&uses.read, &READER, &[Doing::ListFiles, Doing::ReadFiles]);
    let writes = [Doing::ListFiles, Doing::ReadFiles, Doing::WriteFiles, Doing::RemoveFiles];
    text += &of_files(&uses.written, &WRITER, &writes);
    text
}

fn of_files(places: &Places, role: &Role, doings: &[Doing]) -> String {
    if places.is_empty() {
        return String::new();
    }
    let Role { id, file, title, is_for } = role;
    let permissions: String = actions(Cloud::Gcp, doings).into_iter().map(|action| format!("- {action}\n")).collect();
    let mut text = format!(
        "\
cat >{file} <<'YAML'
title: {title}
description: {is_for}, for costmill
stage: GA
includedPermissions:
{permissions}YAML
gcloud iam roles create {id} --project \"$PROJECT\" --file {file} ||
  gcloud iam roles update {id} --project \"$PROJECT\" --file {file} --quiet
"
    );
    for (place, prefixes) in places {
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
             --role \"projects/$PROJECT/roles/{id}\" {condition}\n"
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
