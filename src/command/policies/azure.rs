//! Custom roles, and the commands that make them and assign them: on the containers and the subscriptions alone.

use super::aws::pretty;
use super::{Place, Places, Uses, actions, quoted};
use crate::error::Result;
use crate::focus::permission::{Cloud, Doing};
use serde_json::json;

/// A role of our own: what it is called, the file that it is written to, and what it is for.
struct Role {
    name: &'static str,
    file: &'static str,
    is_for: &'static str,
}

const READER: Role = Role {
    name: "costmill reader of exports",
    file: "costmill-role.json",
    is_for: "Lists and reads the blobs of billing exports",
};
const WRITER: Role = Role {
    name: "costmill writer of its files",
    file: "costmill-writer.json",
    is_for: "Lists, reads, writes and removes the blobs of a lake and of deliveries",
};
const ASKER: Role = Role {
    name: "costmill asker about costs",
    file: "costmill-asker.json",
    is_for: "Reads what Consumption, Advisor and Monitor say of subscriptions",
};

/// A POSIX shell script. The roles are for those who want less than the built-in ones; they have no right to tags, keys or
/// the accounts themselves.
pub(super) fn script(uses: &Uses) -> Result<String> {
    let mut text = "\
#!/bin/sh
# Makes roles that may do what costmill does, and assigns them. The built-in roles Storage Blob Data Reader (of exports),
# Storage Blob Data Contributor (of a lake, of deliveries), Cost Management Reader, Reader and Monitoring Reader do as
# well, and permit more.
set -eu
: \"${PRINCIPAL:?the object id of the identity that costmill runs as}\"
"
    .to_string();
    if !uses.read.is_empty() || !uses.written.is_empty() {
        text += ": \"${SUBSCRIPTION:?the id of the subscription of the storage account}\"\n\
                 : \"${RESOURCE_GROUP:?its resource group}\"\n";
    }
    let reads = [Doing::ListFiles, Doing::ReadFiles];
    text += &of_files(&uses.read, &READER, &reads)?;
    let writes = [Doing::ListFiles, Doing::ReadFiles, Doing::WriteFiles, Doing::RemoveFiles];
    text += &of_files(&uses.written, &WRITER, &writes)?;
    text += &of_apis(uses)?;
    Ok(text)
}

fn of_files(places: &Places, role: &Role, doings: &[Doing]) -> Result<String> {
    if places.is_empty() {
        return Ok(String::new());
    }
    let scope = "/subscriptions/$SUBSCRIPTION/resourceGroups/$RESOURCE_GROUP".to_string();
    let mut text = made(role, &[], &actions(Cloud::Azure, doings), &[scope], "JSON")?;
    for Place { bucket, account, .. } in places.keys() {
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
        text += &assigned(role, &scope);
    }
    Ok(text)
}

fn of_apis(uses: &Uses) -> Result<String> {
    let mut text = String::new();
    let asked: Vec<Doing> = uses.asked.iter().copied().collect();
    if !asked.is_empty() && !uses.scopes.is_empty() {
        let scopes: Vec<String> = uses.scopes.iter().cloned().collect();
        // Nothing in what the configuration says is the shell's.
        text += &made(&ASKER, &actions(Cloud::Azure, &asked), &[], &scopes, "'JSON'")?;
        for scope in &scopes {
            text += &assigned(&ASKER, &quoted(scope));
        }
    }
    for scope in &uses.billing_scopes {
        text += &format!(
            "# {}: billing has roles of its own (docs/azure_consumption.md says which): assign them in Cost Management + Billing\n",
            scope.replace(char::is_control, " ")
        );
    }
    Ok(text)
}

fn made(role: &Role, actions: &[&str], data_actions: &[&str], scopes: &[String], mark: &str) -> Result<String> {
    let Role { name, file, is_for } = role;
    let definition = pretty(&json!({
        "Name": name,
        "IsCustom": true,
        "Description": format!("{is_for}, for costmill"),
        "Actions": actions,
        "NotActions": [],
        "DataActions": data_actions,
        "NotDataActions": [],
        "AssignableScopes": scopes,
    }))?;
    Ok(format!("cat >{file} <<{mark}\n{definition}JSON\naz role definition create --role-definition {file}\n"))
}

fn assigned(role: &Role, scope: &str) -> String {
    format!(
        "az role assignment create --role {} --assignee-object-id \"$PRINCIPAL\" \\\n  --scope {scope}\n",
        quoted(role.name)
    )
}
