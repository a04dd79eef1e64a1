//! `costmill init --policy`: the least that a cloud must permit, made of the one table of permissions.

mod aws;
mod azure;
mod gcp;

use super::console::Console;
use crate::cli::PolicyCloud;
use crate::error::{Error, Result};
use crate::focus::StoreKind;
use crate::focus::permission::{Cloud, Doing, needed};
use crate::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// A bucket or container that exports are read from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: String,
    /// Of Azure.
    account: Option<String>,
    /// Of AWS, where the source says it.
    region: Option<String>,
}

/// What is read, and as whom.
#[derive(Debug, Default)]
struct Reads {
    /// The paths of each place, each without `/` at its ends; an empty one is all of it.
    places: BTreeMap<Place, BTreeSet<String>>,
    /// Roles to take on, by their ARN.
    roles: BTreeSet<String>,
}

/// Prints the policy of the configuration's sources; of an example where there is no configuration and none is named.
///
/// Fails with `Error::Settings` where no source is in that cloud.
pub fn run(
    cloud: PolicyCloud,
    named: bool,
    settings: impl FnOnce() -> Result<Settings>,
    console: Console,
) -> Result<u8> {
    let cloud = match cloud {
        PolicyCloud::Aws => Cloud::Aws,
        PolicyCloud::Azure => Cloud::Azure,
        PolicyCloud::Gcp => Cloud::Gcp,
    };
    let reads = match settings() {
        Ok(settings) => of_settings(&settings, cloud)?,
        Err(error) if !named && error.problem().what == "there is no such configuration file" => {
            console.warning("there is no configuration here: this is the policy of an example; put your own names in");
            example(cloud)
        }
        Err(error) => return Err(error),
    };
    console.answer(&match cloud {
        Cloud::Aws => aws::policy(&reads)?,
        Cloud::Azure => azure::script(&reads)?,
        Cloud::Gcp => gcp::script(&reads),
    })?;
    Ok(0)
}

fn of_settings(settings: &Settings, cloud: Cloud) -> Result<Reads> {
    let mut reads = Reads::default();
    for store in settings.sources.iter().filter_map(|source| source.store.as_ref()) {
        if store.kind.cloud() != cloud {
            continue;
        }
        let (bucket, account) = (store.bucket.clone(), store.account.clone());
        let region = store.region.clone().filter(|_| store.kind == StoreKind::S3);
        reads.places.entry(Place { bucket, account, region }).or_default().insert(store.prefix.clone());
        reads.roles.extend(store.role.clone());
    }
    if reads.places.is_empty() {
        let place = settings.config.display().to_string();
        let what = format!("no source is in a store of {}: it needs no permission", name(cloud));
        return Err(Error::settings(place, what, "run it in an empty folder for an example"));
    }
    Ok(reads)
}

fn name(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Aws => "AWS",
        Cloud::Azure => "Azure",
        Cloud::Gcp => "Google Cloud",
    }
}

fn example(cloud: Cloud) -> Reads {
    let account = (cloud == Cloud::Azure).then(|| "your-storage-account".to_string());
    let place = Place { bucket: "your-billing-exports".into(), account, region: None };
    Reads { places: BTreeMap::from([(place, BTreeSet::from(["path/of/the/export".to_string()]))]), ..Reads::default() }
}

/// The actions of several doings, each once, in the order of the table.
fn actions(cloud: Cloud, doings: &[Doing]) -> Vec<&'static str> {
    let mut actions = Vec::new();
    for permission in doings.iter().flat_map(|doing| needed(cloud, *doing)) {
        if !actions.contains(&permission.action) {
            actions.push(permission.action);
        }
    }
    actions
}

/// A word in single quotes, as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `docs/permissions.md` says of each thing what it takes, and what is printed is all of that and nothing else.
    #[test]
    fn the_docs_and_the_policies_have_the_whole_table() {
        let mut table = "| what costmill does | AWS | Azure | Google Cloud |\n|---|---|---|---|\n".to_string();
        for doing in Doing::ALL {
            let of = |cloud: Cloud| -> String {
                let each =
                    needed(cloud, doing).map(|permission| format!("[`{}`]({})", permission.action, permission.page));
                each.collect::<Vec<_>>().join(", ")
            };
            let [aws, azure, gcp] = [Cloud::Aws, Cloud::Azure, Cloud::Gcp].map(of);
            table += &format!("| {} | {aws} | {azure} | {gcp} |\n", doing.in_words());
        }
        let docs = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/permissions.md");
        let docs = std::fs::read_to_string(docs).unwrap();
        let written = docs.split_once("<!-- permissions -->").and_then(|(_, rest)| rest.split_once("<!-- end -->"));
        assert_eq!(written.unwrap().0.trim(), table.trim(), "put this there:\n{table}");
        for cloud in [Cloud::Aws, Cloud::Azure, Cloud::Gcp] {
            let mut reads = example(cloud);
            reads.roles.insert("arn:aws:iam::1:role/r".into());
            let text = match cloud {
                Cloud::Aws => aws::policy(&reads).unwrap(),
                Cloud::Azure => azure::script(&reads).unwrap(),
                Cloud::Gcp => gcp::script(&reads),
            };
            for action in actions(cloud, &Doing::ALL) {
                assert!(text.contains(action), "{action} is in no policy:\n{text}");
            }
        }
    }
}
