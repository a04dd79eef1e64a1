//! Custom roles, and the commands that make them and assign them: on the containers and the subscriptions alone.

use super::aws::pretty;
use super::{Place, Places, Uses, actions, quoted};
use crate::error::Result;
use crate::focus::permission::{Cloud, Doing};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

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
        text += ": \"${SUBSCRIPTION:?the id of the subscription of the storage account}\"\n";
        for (account, group) in groups(uses) {
            let of = account.unwrap_or_else(|| "the account that the environment names".into());
            let of = of.replace(|sign: char| !(sign.is_ascii_alphanumeric() || " -".contains(sign)), "_");
            text += &format!(": \"${{{group}:?the resource group of the storage account {of}}}\"\n");
        }
    }
    let reads = [Doing::ListFiles, Doing::ReadFiles];
    text += &of_files(uses, &uses.read, &READER, &reads)?;
    let writes = [Doing::ListFiles, Doing::ReadFiles, Doing::WriteFiles, Doing::RemoveFiles];
    text += &of_files(uses, &uses.written, &WRITER, &writes)?;
    text += &of_apis(uses)?;
    Ok(text)
}

fn of_files(uses: &Uses, places: &Places, role: &Role, doings: &[Doing]) -> Result<String> {
    if places.is_empty() {
        return Ok(String::new());
    }
    let groups = groups(uses);
    let group = |account: &Option<String>| groups.get(account).map_or("RESOURCE_GROUP", String::as_str);
    let of_role: BTreeSet<&str> = places.keys().map(|place| group(&place.account)).collect();
    let scopes = of_role.into_iter().map(|group| format!("/subscriptions/$SUBSCRIPTION/resourceGroups/${group}"));
    let mut text = made(role, &[], &actions(Cloud::Azure, doings), &scopes.collect::<Vec<_>>(), "JSON")?;
    for Place { bucket, account, .. } in places.keys() {
        let group = group(account);
        let account = match account {
            Some(account) => quoted(account),
            None => {
                text += ": \"${STORAGE_ACCOUNT:?the name of the storage account}\"\n";
                "\"$STORAGE_ACCOUNT\"".to_string()
            }
        };
        let scope = format!(
            "\"/subscriptions/$SUBSCRIPTION/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/\"\
             {account}/blobServices/default/containers/{}",
            quoted(bucket)
        );
        text += &assigned(role, &scope);
    }
    Ok(text)
}

/// The variable with the resource group of each storage account; one that is alone needs no name of its own.
fn groups(uses: &Uses) -> BTreeMap<Option<String>, String> {
    let accounts: BTreeSet<&Option<String>> =
        uses.read.keys().chain(uses.written.keys()).map(|place| &place.account).collect();
    let alone = accounts.len() == 1;
    let variable = |account: &Option<String>| match account {
        Some(account) if !alone => {
            let legal = |sign: char| if sign.is_ascii_alphanumeric() { sign.to_ascii_uppercase() } else { '_' };
            format!("RESOURCE_GROUP_{}", account.chars().map(legal).collect::<String>())
        }
        _ => "RESOURCE_GROUP".to_string(),
    };
    accounts.into_iter().map(|account| (account.clone(), variable(account))).collect()
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
    Ok(format!(
        "cat >{file} <<{mark}\n{definition}JSON\naz role definition create --role-definition {file} || az role definition update --role-definition {file}\n"
    ))
}

fn assigned(role: &Role, scope: &str) -> String {
    format!(
        "az role assignment create --role {} --assignee-object-id \"$PRINCIPAL\" \\\n  --scope {scope}\n",
        quoted(role.name)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_storage_account_has_its_resource_group() {
        let place = |account: &str| Place { bucket: "costs".into(), account: Some(account.into()), region: None };
        let read = Places::from([(place("one"), BTreeSet::new()), (place("two"), BTreeSet::new())]);
        let uses = Uses { read, ..Uses::default() };
        let text = script(&uses).unwrap();
        for group in ["RESOURCE_GROUP_ONE", "RESOURCE_GROUP_TWO"] {
            assert!(text.contains(&format!(": \"${{{group}:?the resource group of")), "{text}");
            assert!(text.contains(&format!("\"/subscriptions/$SUBSCRIPTION/resourceGroups/${group}\"")), "{text}");
        }
        assert!(
            text.contains("resourceGroups/$RESOURCE_GROUP_TWO/providers/Microsoft.Storage/storageAccounts/\"'two'")
        );
        assert!(text.contains("|| az role definition update"), "a role that is there is brought up to date");
    }
}
