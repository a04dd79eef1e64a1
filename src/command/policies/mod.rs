//! `costmill init --policy`: the least that a cloud must permit, made of the one table of permissions.

mod aws;
mod azure;
mod gcp;

use super::console::Console;
use crate::cli::PolicyCloud;
use crate::error::{Error, Result};
use crate::focus::permission::{Cloud, Doing, needed};
use crate::focus::{Api, ApiKind, StoreAddress, StoreKind};
use crate::settings::Settings;
use std::collections::{BTreeMap, BTreeSet};

/// A bucket or container.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    bucket: String,
    /// Of Azure.
    account: Option<String>,
    /// Of AWS, where the configuration says it.
    region: Option<String>,
}

/// The paths of each place, each without `/` at its ends; an empty one is all of it.
type Places = BTreeMap<Place, BTreeSet<String>>;

/// What is asked of a cloud, and as whom.
#[derive(Debug, Default)]
struct Uses {
    /// Where exports are read.
    read: Places,
    /// Where the lake is, and what is delivered goes.
    written: Places,
    /// Roles to take on, by their ARN.
    roles: BTreeSet<String>,
    /// What APIs are asked.
    asked: BTreeSet<Doing>,
    /// Of Azure: the subscriptions and resource groups that are asked about.
    scopes: BTreeSet<String>,
    /// Of Azure: the other scopes, whose roles are billing's own.
    billing_scopes: BTreeSet<String>,
}

impl Uses {
    fn is_none(&self) -> bool {
        self.read.is_empty() && self.written.is_empty() && self.asked.is_empty() && self.billing_scopes.is_empty()
    }

    fn add(places: &mut Places, roles: &mut BTreeSet<String>, store: &StoreAddress) {
        let (bucket, account) = (store.bucket.clone(), store.account.clone());
        let region = store.region.clone().filter(|_| store.kind == StoreKind::S3);
        places.entry(Place { bucket, account, region }).or_default().insert(store.prefix.clone());
        roles.extend(store.role.clone());
    }
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
    let uses = match settings() {
        Ok(settings) => of_settings(&settings, cloud)?,
        Err(error) if !named && error.problem().what == "there is no such configuration file" => {
            console.warning("there is no configuration here: this is the policy of an example; put your own names in");
            example(cloud)
        }
        Err(error) => return Err(error),
    };
    console.answer(&match cloud {
        Cloud::Aws => aws::policy(&uses)?,
        Cloud::Azure => azure::script(&uses)?,
        Cloud::Gcp => gcp::script(&uses),
    })?;
    Ok(0)
}

fn of_settings(settings: &Settings, cloud: Cloud) -> Result<Uses> {
    let mut uses = Uses::default();
    let sources = settings.sources.iter().filter_map(|source| source.store.as_ref());
    let files = settings.apis.iter().filter_map(|api| api.location.as_ref()?.1.as_ref());
    for store in sources.chain(files).filter(|store| store.kind.cloud() == cloud) {
        Uses::add(&mut uses.read, &mut uses.roles, store);
    }
    let delivered = settings.deliver.iter().filter_map(|deliver| deliver.store.as_ref());
    for store in settings.lake.store.iter().chain(delivered).filter(|store| store.kind.cloud() == cloud) {
        Uses::add(&mut uses.written, &mut uses.roles, store);
    }
    for api in &settings.apis {
        let doings = doings(api);
        let of_cloud = |doing: &&Doing| needed(cloud, **doing).next().is_some();
        let is_consumption = cloud == Cloud::Azure && api.kind == ApiKind::AzureConsumption;
        uses.asked.extend(doings.iter().filter(of_cloud));
        // Of billing scopes much is asked that no action of ours is for.
        if !is_consumption && !doings.iter().any(|doing| of_cloud(&doing)) {
            continue;
        }
        // A role of each account: any account's.
        uses.roles.extend(api.login.role.as_ref().map(|role| role.replace("{SubAccountId}", "*")));
        // Azure Monitor is asked of sub accounts by their ids: subscriptions. Without any, of those that the bill names.
        let scopes: Vec<String> = match api.kind {
            ApiKind::AzureMonitor if api.scopes.is_empty() => vec!["/subscriptions/YOUR-SUBSCRIPTION".into()],
            ApiKind::AzureMonitor => {
                let bare = |id: &String| id.trim_start_matches("/subscriptions/").to_string();
                api.scopes.iter().map(|id| format!("/subscriptions/{}", bare(id))).collect()
            }
            _ => api.scopes.clone(),
        };
        let (of_subscriptions, others): (Vec<_>, Vec<_>) =
            scopes.into_iter().partition(|scope| scope.to_ascii_lowercase().starts_with("/subscriptions/"));
        if cloud == Cloud::Azure {
            uses.scopes.extend(of_subscriptions);
            uses.billing_scopes.extend(others);
        }
    }
    if uses.is_none() {
        let place = settings.config.display().to_string();
        let what = format!("nothing is in a store of {} or asked there: it needs no permission", name(cloud));
        return Err(Error::settings(place, what, "run it in an empty folder for an example"));
    }
    Ok(uses)
}

/// What an API is asked, by its `ask`.
fn doings(api: &Api) -> Vec<Doing> {
    let of = |questions: &[(&str, Doing)]| {
        questions.iter().filter(|(question, _)| api.asks(question)).map(|(_, doing)| *doing).collect()
    };
    match api.kind {
        ApiKind::AwsCostExplorer => of(&[
            ("costs", Doing::AskCosts),
            ("savings-plans", Doing::AskSavingsPlans),
            ("reservations", Doing::AskReservations),
            ("rightsizing", Doing::AskRightsizing),
        ]),
        ApiKind::AzureConsumption => of(&[
            ("budgets", Doing::AskBudgets),
            ("reservation-recommendations", Doing::AskReservationAdvice),
            ("usage-details", Doing::AskUsageDetails),
        ]),
        ApiKind::AwsCloudWatch => vec![Doing::AskCloudWatch],
        ApiKind::AzureAdvisor => vec![Doing::AskAdvisor],
        ApiKind::AzureMonitor => vec![Doing::AskMonitor],
        // Their files are read like exports.
        ApiKind::AwsComputeOptimizerExport | ApiKind::AwsCostOptimizationHubExport => Vec::new(),
    }
}

fn name(cloud: Cloud) -> &'static str {
    match cloud {
        Cloud::Aws => "AWS",
        Cloud::Azure => "Azure",
        Cloud::Gcp => "Google Cloud",
    }
}

fn example(cloud: Cloud) -> Uses {
    let account = (cloud == Cloud::Azure).then(|| "your-storage-account".to_string());
    let place = Place { bucket: "your-billing-exports".into(), account, region: None };
    Uses { read: Places::from([(place, BTreeSet::from(["path/of/the/export".to_string()]))]), ..Uses::default() }
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
            let text = |uses: &Uses| match cloud {
                Cloud::Aws => aws::policy(uses).unwrap(),
                Cloud::Azure => azure::script(uses).unwrap(),
                Cloud::Gcp => gcp::script(uses),
            };
            let mut uses = example(cloud);
            let least = text(&uses);
            for doing in [Doing::WriteFiles, Doing::RemoveFiles, Doing::AskCosts, Doing::AskAdvisor] {
                for action in actions(cloud, &[doing]) {
                    assert!(!least.contains(action), "{action} is in a policy that reads exports:\n{least}");
                }
            }
            uses.written = uses.read.clone();
            uses.roles.insert("arn:aws:iam::1:role/r".into());
            uses.asked.extend(Doing::ALL.into_iter().filter(|doing| needed(cloud, *doing).next().is_some()));
            uses.scopes.insert("/subscriptions/s".into());
            let text = text(&uses);
            for action in actions(cloud, &Doing::ALL) {
                assert!(text.contains(action), "{action} is in no policy:\n{text}");
            }
        }
    }
}
