//! A custom role, and the commands that make it and assign it: on the containers alone.

use super::aws::pretty;
use super::{Place, Reads, actions, quoted};
use crate::error::Result;
use crate::focus::permission::{Cloud, Doing};
use serde_json::json;

const NAME: &str = "costmill reader of exports";

/// A POSIX shell script. The role is for those who want less than the built-in one; it has no right to tags, keys or
/// the account itself.
pub(super) fn script(reads: &Reads) -> Result<String> {
    let role = pretty(&json!({
        "Name": NAME,
        "IsCustom": true,
        "Description": "Lists and reads the blobs of billing exports, for costmill",
        "Actions": [],
        "NotActions": [],
        "DataActions": actions(Cloud::Azure, &[Doing::ListFiles, Doing::ReadFiles]),
        "NotDataActions": [],
        "AssignableScopes": ["/subscriptions/$SUBSCRIPTION/resourceGroups/$RESOURCE_GROUP"],
    }))?;
    let mut text = format!(
        "\
#!/bin/sh
# Makes a role that may list and read billing exports, and assigns it. The built-in role Storage Blob Data Reader does
# as well, and permits a little more.
set -eu
: \"${{SUBSCRIPTION:?the id of the subscription of the storage account}}\"
: \"${{RESOURCE_GROUP:?its resource group}}\"
: \"${{PRINCIPAL:?the object id of the identity that costmill runs as}}\"
cat >costmill-role.json <<JSON
{role}JSON
az role definition create --role-definition costmill-role.json
"
    );
    for Place { bucket, account, .. } in reads.places.keys() {
        let account = match account {
            Some(account) => quoted(account),
            None => {
                text += ": \"${STORAGE_ACCOUNT:?the name of the storage account}\"\n";
                "\"$STORAGE_ACCOUNT\"".to_string()
            }
        };
        let scope = format!(
            "\"/subscriptions/$SUBSCRIPTION/resourceGroups/$RESOURCE_GROUP/providers/Microsoft.Storage/storageAccounts/\"\
             {account}/blobServices/default/containers/{}",
            quoted(bucket)
        );
        text += &format!(
            "az role assignment create --role {} --assignee-object-id \"$PRINCIPAL\" \\\n  --scope {scope}\n",
            quoted(NAME)
        );
    }
    Ok(text)
}
