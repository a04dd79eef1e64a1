//! What Azure's management API refused, in words: which question of which scope, which role is missing, what to do.
//!
//! Of an answer only its code and message are kept; no URL's query, no header and no token is ever told.

use crate::error::Error;
use crate::store::plain;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// A page is said to be at another host than the endpoint: nothing was sent there.
    OtherHost(String),
    /// No token is given, or none can be looked for; in words.
    NoToken(String),
    Status {
        status: u16,
        code: String,
        message: String,
    },
    /// A server that asks to wait longer than a run can.
    TooLong(u64),
    /// It could not be asked, or its answer broke off each time; in words.
    Unreachable(String),
    /// A page of more bytes than one has.
    TooLarge(usize),
    /// More pages than an answer has.
    TooMany(usize),
    /// A page that was there before: the pages would never end.
    Repeats,
    /// An answer that is not what the interface says; in words.
    Malformed(String),
}

/// Which question of which scope of which `[[api]]`, and who may ask it.
#[derive(Debug, Clone)]
pub struct Place {
    /// The id of the `[[api]]`.
    pub api: String,
    /// `charges of 2026-10`.
    pub question: String,
    pub scope: String,
    /// The role that has the permission: `Billing profile reader on the billing profile`.
    pub role: &'static str,
}

impl Place {
    pub fn error(&self, refused: &Refused) -> Error {
        let Self { api, question, scope, role } = self;
        let (what, remedy) = words(refused, role);
        Error::source(format!("{api}: {question}, {scope}"), what, remedy)
    }
}

fn words(refused: &Refused, role: &str) -> (String, String) {
    let say = |what: &str, remedy: &str| (what.to_string(), remedy.to_string());
    match refused {
        Refused::OtherHost(host) => (
            format!("the next page is said to be at {host}, which is not the endpoint's host: nothing was sent there"),
            "look who answers at `endpoint` of the [[api]]; Azure's own pages stay on its host".into(),
        ),
        Refused::NoToken(why) => (
            format!("no token is given: {why}"),
            "give a credential (docs/azure_consumption.md), or name a credential_file; it may be wrong or out of date"
                .into(),
        ),
        Refused::Status { status: 401, code, message } => (
            format!("401, the token is not taken{}", shown(code, message)),
            "renew the credential; it must be of the tenant that the scope is in, and this machine's clock be right"
                .into(),
        ),
        Refused::Status { status: 403, code, message } => {
            (format!("403, access denied{}", shown(code, message)), format!("assign the role {role}"))
        }
        Refused::Status { status: 404, code, message } if code == "SubscriptionNotFound" => (
            format!("404, the cloud that is asked has no such subscription{}", shown(code, message)),
            "check `endpoint` of the [[api]], each cloud has its own; leave a subscription that is gone out of `scopes`"
                .into(),
        ),
        Refused::Status { status: 404, code, message } => (
            format!("404, there is no such scope{}", shown(code, message)),
            "check `scopes` of the [[api]]: what the portal's Properties page of the scope calls its id".into(),
        ),
        Refused::Status { status: 429, code, message } => (
            format!("429, asked too often{}", shown(code, message)),
            "run again later: it was asked several times, with the pauses that it wants".into(),
        ),
        Refused::Status { status: status @ 300..=399, .. } => (
            format!("it answers {status}, which sends to another place: nothing was sent there"),
            "look who answers at `endpoint` of the [[api]]; Azure's own management API sends nobody elsewhere".into(),
        ),
        Refused::Status { status, code, message } if *status >= 500 => (
            format!("it answers {status}{}", shown(code, message)),
            "run again later: it was asked several times, with pauses".into(),
        ),
        Refused::Status { status, code, message } => (
            format!("it answers {status}{}", shown(code, message)),
            "check `scopes` and `ask` of the [[api]]: not every agreement has every question".into(),
        ),
        Refused::TooLong(seconds) => (
            format!("it asks to wait {seconds} s"),
            "run again after that; if it goes on, ask less often, or for fewer scopes".into(),
        ),
        Refused::Unreachable(why) => (
            format!("it cannot be reached: {why}"),
            "check the network, the proxy (HTTPS_PROXY, NO_PROXY) and `endpoint` of the [[api]]".into(),
        ),
        Refused::TooLarge(most) => (
            format!("an answer has more than {} MiB", most >> 20),
            "ask for smaller scopes: Azure itself answers with 12 MiB at most".into(),
        ),
        Refused::TooMany(most) => (format!("the answer has more than {most} pages"), "ask for smaller scopes".into()),
        Refused::Repeats => say(
            "a page names one that was there before as the next: the answer would never end",
            "run again; if it goes on, report it to Azure's support",
        ),
        Refused::Malformed(what) => (
            format!("the answer is not what the interface says: {what}"),
            "run again; what was known before stands".into(),
        ),
    }
}

fn shown(code: &str, message: &str) -> String {
    match (code, message) {
        ("", "") => String::new(),
        (code, "") => format!(" ({code})"),
        ("", message) => format!(" ({message})"),
        (code, message) => format!(" ({code}: {message})"),
    }
}

/// Code and message of an answer that is an error: `{"error":{"code":…,"message":…}}` of the management API, or
/// `{"error":…,"error_description":…}` of those who give tokens.
pub fn said(body: &[u8]) -> (String, String) {
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(body) else { return Default::default() };
    let text = |value: Option<&serde_json::Value>| value.and_then(serde_json::Value::as_str).map(str::to_string);
    let error = body.get("error").unwrap_or(&body);
    let code = text(error.get("code")).or_else(|| text(body.get("error"))).unwrap_or_default();
    let message = text(error.get("message")).or_else(|| text(body.get("error_description"))).unwrap_or_default();
    let code = code.chars().filter(|sign| sign.is_ascii_alphanumeric() || "_-.".contains(*sign)).take(60).collect();
    (code, plain(message.lines().next().unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place() -> Place {
        Place {
            api: "azure-costs".into(),
            question: "charges of 2026-10".into(),
            scope: "providers/Microsoft.Billing/billingAccounts/1:2/billingProfiles/3".into(),
            role: "Billing profile reader on the billing profile",
        }
    }

    /// Bodies as Azure's documentation shows them, and of Entra ID.
    #[test]
    fn each_refusal_names_question_scope_and_remedy() {
        let denied = br#"{"error":{"code":"RBACAccessDenied","message":"The client does not have authorization to perform action. Request ID: 1"}}"#;
        let expired = br#"{"error":{"code":"ExpiredAuthenticationToken","message":"The access token expiry UTC time is earlier than current UTC time."}}"#;
        let quota = br#"{"error":{"code":"429","message":"Too many requests. Please retry."}}"#;
        for (status, body, expected) in [
            (
                403,
                &denied[..],
                "azure-costs: charges of 2026-10, providers/Microsoft.Billing/billingAccounts/1:2/billingProfiles/3: 403, \
                 access denied (RBACAccessDenied: The client does not have authorization to perform action. Request ID: 1)\n  \
                 remedy: assign the role Billing profile reader on the billing profile",
            ),
            (401, &expired[..], "401, the token is not taken (ExpiredAuthenticationToken: The access token expiry"),
            (429, &quota[..], "429, asked too often (429: Too many requests. Please retry.)"),
            (404, b"not json", "404, there is no such scope\n  remedy: check `scopes`"),
            (
                307,
                b"",
                "it answers 307, which sends to another place: nothing was sent there\n  remedy: look who answers",
            ),
            (500, b"", "it answers 500\n  remedy: run again later"),
            (
                400,
                br#"{"error":{"code":"BadRequest"}}"#,
                "it answers 400 (BadRequest)\n  remedy: check `scopes` and `ask`",
            ),
        ] {
            let (code, message) = said(body);
            let message = place().error(&Refused::Status { status, code, message }).to_string();
            assert!(message.contains(expected), "{message}\n≠ {expected}");
        }
        let other = place().error(&Refused::OtherHost("evil.example".into())).to_string();
        assert!(other.contains("at evil.example, which is not the endpoint's host: nothing was sent there"), "{other}");
    }

    #[test]
    fn no_secret_of_an_answer_is_passed_on() {
        for body in [
            r#"{"error":{"code":"x","message":"Bearer HUSH is no good"}}"#,
            r#"{"error":{"code":"x","message":"see https://a.example/b?token=HUSH"}}"#,
            r#"{"error":"invalid_client","error_description":"AADSTS7000215: client_secret=HUSH is wrong.\r\nHUSH"}"#,
        ] {
            let (code, message) = said(body.as_bytes());
            assert!(!code.is_empty() && !format!("{code} {message}").contains("HUSH"), "{code} {message}");
        }
    }
}
