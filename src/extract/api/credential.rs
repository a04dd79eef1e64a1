//! Which credential an API is asked with. The API itself is not asked: some bill every question.

use super::{azure, cloudwatch, problem};
use crate::error::{Error, Result};
use crate::focus::{Api, ApiKind};
use crate::store::{Credential, Identity, NOT_GIVEN, aws_credential, hanging};

/// Looks for the credential of an API that is asked; of one that is read from files there is none here.
///
/// # Errors
/// `Source` where the chain has none or its giver refuses; `Settings` for a credential file that does not read.
pub fn credential(api: &Api) -> Result<Option<Credential>> {
    match api.kind {
        ApiKind::AwsCostExplorer | ApiKind::AwsCloudWatch => of_aws(api).map(Some),
        ApiKind::AzureConsumption | ApiKind::AzureAdvisor | ApiKind::AzureMonitor => azure::credential(api).map(Some),
        ApiKind::AwsComputeOptimizerExport | ApiKind::AwsCostOptimizationHubExport => Ok(None),
    }
}

fn of_aws(api: &Api) -> Result<Credential> {
    let login = &api.login;
    if let Some(file) = &login.credential_file {
        std::fs::metadata(file).map_err(|error| {
            let what = format!("credential_file cannot be read: {error}");
            Error::settings(format!("api {}", api.id), what, "correct the path, or let the user of the run read it")
        })?;
    }
    // A role of each account is taken on when the accounts are known.
    let role = login.role.as_deref().filter(|role| !role.contains(cloudwatch::SUB_ACCOUNT));
    let wanted = Identity {
        region: login.region.as_deref(),
        profile: login.profile.as_deref(),
        role,
        credential_file: login.credential_file.as_deref(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::bug("api", format!("no runtime for the chain: {error}")))?;
    runtime.block_on(aws_credential(wanted)).map_err(|told| {
        if told.contains(NOT_GIVEN) {
            return problem(api, format!("no credential is found: {told}"), hanging(login.profile.as_deref()));
        }
        let remedy = "give a credential (docs/sources.md: AWS's chain: environment, profile, web identity, container, \
                      instance), or name a profile or credential_file; with assume_role, grant sts:AssumeRole on it";
        problem(api, format!("no credential is found: {told}"), remedy)
    })
}
