//! What CloudWatch refused, in words: what was asked, which permission is missing, and what to do. Of an answer only its
//! code and message are passed on.

use super::count::{HUGE, WITHOUT_TLS};
use crate::error::Error;
use crate::store::plain;
use aws_sdk_cloudwatch::config::http::HttpResponse;
use aws_sdk_cloudwatch::error::{ProvideErrorMetadata, SdkError};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    Data,
    List,
}

impl Asked {
    fn permission(self) -> &'static str {
        match self {
            Self::Data => "cloudwatch:GetMetricData",
            Self::List => "cloudwatch:ListMetrics",
        }
    }
}

/// The error of a request that was given up.
pub fn refuse<E>(place: &str, asked: Asked, error: &SdkError<E, HttpResponse>) -> Error
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
{
    let (code, message) = (error.code().unwrap_or_default(), plain(error.message().unwrap_or_default()));
    let status = error.raw_response().map(|response| response.status().as_u16());
    let shown = match (code, message.as_str()) {
        ("", _) => status.map(|status| format!(" (status {status})")).unwrap_or_default(),
        (code, "") => format!(" ({code})"),
        (code, message) => format!(" ({code}: {message})"),
    };
    let say = |what: &str, remedy: &str| Error::source(place, format!("{what}{shown}"), remedy);
    match code {
        "SignatureDoesNotMatch" | "InvalidSignatureException" if of_another_time(&message) => {
            return say("this machine's clock is wrong", "set the clock, by NTP for example");
        }
        "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => {
            return say("the credential has expired", "renew it, and run again: what was answered is kept");
        }
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "SignatureDoesNotMatch"
        | "MissingAuthenticationToken"
        | "IncompleteSignature" => {
            return say(
                "AWS does not know this credential",
                "check the credential, and that this machine's clock is right",
            );
        }
        "RequestTimeTooSkewed" => return say("this machine's clock is wrong", "set the clock, by NTP for example"),
        "Throttling"
        | "ThrottlingException"
        | "RequestLimitExceeded"
        | "LimitExceededException"
        | "TooManyRequestsException" => {
            return say("is asked too often, several times with pauses", "run again later: what was answered is kept");
        }
        _ => (),
    }
    if says(error, WITHOUT_TLS) {
        return say(WITHOUT_TLS, "write https:// there; or add allow_http = true, which holds for this machine only");
    }
    if says(error, HUGE) {
        return say(HUGE, "run again; if it goes on, check `endpoint` of the API");
    }
    match (error, status) {
        (_, Some(403)) => say(
            "access denied",
            &format!("grant {} to whoever asks; it takes no resource, so on `*`", asked.permission()),
        ),
        (SdkError::ConstructionFailure(_) | SdkError::DispatchFailure(_), _) if is_credential(error) => say(
            "no credential is found",
            "give one by AWS's chain, or with `profile`; with `assume_role`, allow sts:AssumeRole on it",
        ),
        (SdkError::TimeoutError(_), _) => say("does not answer in time", "run again later"),
        (SdkError::DispatchFailure(_), _) => {
            say("cannot be reached", "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and `endpoint` of the API")
        }
        (SdkError::ResponseError(_), _) | (_, Some(200)) => {
            say("the answer cannot be read", "run again; check `endpoint` of the API")
        }
        (_, Some(429 | 500..)) => {
            say("does not answer, asked several times", "run again later: what was answered is kept")
        }
        _ => say("the request is refused", "check the keys of the API in the configuration"),
    }
}

/// Does a message about a signature speak of its time?
fn of_another_time(message: &str) -> bool {
    message.contains("Signature expired") || message.contains("Signature not yet current")
}

/// Does the chain of causes speak of a credential?
fn is_credential(error: &(dyn std::error::Error + 'static)) -> bool {
    says(error, "credential") || says(error, "identity")
}

/// Does an error or what caused it have these words?
fn says(error: &(dyn std::error::Error + 'static), words: &str) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| error.to_string().to_lowercase().contains(&words.to_lowercase()))
}
