//! What Cost Explorer refused, in words: what was asked, which permission is missing, and what to do.
//!
//! Codes: <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/CommonErrors.html> and the Errors of each
//! operation's page. Nothing of an answer is passed on but its code and its message, without what may be a secret.

use super::super::problem;
use super::wire::Seen;
use crate::error::Error;
use crate::extract::store::{chain, plain};
use crate::focus::Api;
use aws_sdk_costexplorer::error::{ProvideErrorMetadata, SdkError};

/// A question that was not answered.
pub struct Refusal {
    /// Is that the answer: there is nothing of the kind in this account?
    pub has_nothing: bool,
    pub error: Error,
}

/// `operation` was called, `what` is asked for, in words.
pub fn refuse<E>(api: &Api, (operation, what): (&str, &str), seen: &Seen, error: &SdkError<E>) -> Refusal
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let (code, message) = match error.as_service_error() {
        Some(service) => (service.code().unwrap_or_default(), service.message().unwrap_or_default()),
        None => ("", ""),
    };
    let text = chain(error);
    let shown = match (code, plain(message)) {
        ("", _) => String::new(),
        (code, message) if message.is_empty() => format!(" ({code})"),
        (code, message) => format!(" ({code}: {message})"),
    };
    let say = |why: String, remedy: &str| problem(api, format!("{what}: {why}{shown}"), remedy);
    let later = "run again later: it was asked several times, with pauses; what was answered before stays";
    let error = match (seen.status, code) {
        _ if seen.too_long.is_some() => {
            say(format!("the server asks to wait {} s", seen.too_long.unwrap_or_default()), "run again after that")
        }
        (_, "ExpiredTokenException" | "ExpiredToken" | "TokenRefreshRequired") => {
            say("the credential has expired".into(), "renew it, and run again")
        }
        (_, "RequestExpired" | "RequestTimeTooSkewed") => clock(&say),
        (_, "InvalidSignatureException" | "SignatureDoesNotMatch") if of_another_time(message) => clock(&say),
        (
            _,
            "UnrecognizedClientException"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "SignatureDoesNotMatch"
            | "IncompleteSignature"
            | "MissingAuthenticationToken"
            | "MissingAuthenticationTokenException",
        ) => say("AWS does not know this credential".into(), CREDENTIAL),
        (_, "AccessDeniedException" | "AccessDenied" | "OptInRequired" | "UnauthorizedOperation") => {
            say("access denied".into(), &permission(operation))
        }
        (_, "ThrottlingException" | "LimitExceededException" | "Throttling" | "TooManyRequestsException") => {
            say("it is asked too often".into(), later)
        }
        (_, "DataUnavailableException") => {
            let remedy = "enable Cost Explorer in the payer account, or wait a day after it was enabled";
            say("Cost Explorer has no data of it".into(), remedy)
        }
        (_, "InvalidNextTokenException" | "RequestChangedException" | "BillExpirationException") => {
            say("the answer changed while it was read".into(), "run again")
        }
        (Some(429), _) => say("it is asked too often".into(), later),
        (Some(status @ 500..), _) => say(format!("Cost Explorer answers {status}"), later),
        (Some(status @ (401 | 403)), _) => say(format!("{status}, access denied"), &permission(operation)),
        (Some(status @ 300..), _) => {
            say(format!("Cost Explorer answers {status}"), "check the keys of the API in the configuration")
        }
        (Some(200), _) => {
            let remedy = "run again; if it goes on, check `endpoint`: nothing of the answer is used";
            say(format!("the answer cannot be read: {}", plain(&text)), remedy)
        }
        (_, _) if is_credential(&text) => say(format!("no credential is found: {}", plain(&text)), CREDENTIAL),
        (_, _) => {
            let remedy = "check the network, the proxy and `endpoint` of the API";
            say(format!("Cost Explorer cannot be reached: {}", plain(&text)), remedy)
        }
    };
    Refusal { has_nothing: code == "DataUnavailableException", error }
}

const CREDENTIAL: &str = "give a credential (docs/sources.md: AWS's chain: environment, profile, web identity, container, \
                          instance), or name a profile or credential_file; it may be wrong or out of date";

fn permission(operation: &str) -> String {
    format!(
        "grant ce:{operation} to whom the credential is of, in the payer account (docs/cost_explorer.md has the policy), and \
         activate IAM access to billing there"
    )
}

fn clock(say: &impl Fn(String, &str) -> Error) -> Error {
    say("this machine's clock is wrong".into(), "set the clock, by NTP for example")
}

/// Does a message about a signature speak of its time?
fn of_another_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

fn is_credential(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["credential", "token", "identity", "profile"].iter().any(|word| text.contains(word))
}
