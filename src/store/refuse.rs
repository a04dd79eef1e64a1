//! What a store refused, in words: what was asked of which URL, which permission is missing, and what to do.
//!
//! Nothing of what the client says is passed on as it is: a request's URL can hold a signature, an answer the parts of
//! one. Of an answer only its code and message are kept, and a query is never shown.

use super::aws::NOT_GIVEN;
use super::grant::{action, credential_remedy, grant, hanging, remedy};
use super::listing::TOLD;
use super::polite::Told;
use super::refusals;
use crate::error::Error;
use crate::focus::permission::{Doing, named};
use crate::focus::{StoreAddress, StoreKind};

/// How rustls begins what it says of a certificate.
pub const UNTRUSTED: &str = "invalid peer certificate: ";

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    List,
    Get,
    Put,
    Remove,
}

/// What is kept in a store, and so who puts right what is wrong there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Of {
    Source,
    Lake,
    /// Of a `[[deliver]]`.
    Delivery,
}

/// The URL of a file or a location, and the store it is in.
#[derive(Debug, Clone)]
pub struct Place {
    pub url: String,
    pub address: StoreAddress,
    pub of: Of,
}

impl Place {
    pub fn error(&self, what: impl Into<String>, remedy: impl Into<String>) -> Error {
        match self.of {
            Of::Source | Of::Delivery => Error::source(&self.url, what, remedy),
            Of::Lake => Error::lake(&self.url, what, remedy),
        }
    }

    fn owner(&self) -> &'static str {
        match self.of {
            Of::Source => "the source",
            Of::Lake => "the lake",
            Of::Delivery => "the [[deliver]]",
        }
    }

    /// The key that says where it is.
    fn key(&self) -> &'static str {
        match self.of {
            Of::Source | Of::Lake => "location",
            Of::Delivery => "to",
        }
    }

    /// Nobody gives a credential; `told` is why, fit to be shown.
    pub fn no_credential(&self, act: Act, told: &str) -> Error {
        let asked = act.in_vain();
        let remedy = match &self.address.role {
            _ if told.contains(NOT_GIVEN) => hanging(self.address.profile.as_deref()),
            Some(role) if told.contains("AccessDenied") || told.contains("not authorized to perform") => format!(
                "grant {} on {role} to the identity that takes the role on, and let the role's trust policy name it",
                action(self.address.kind, Doing::TakeRole)
            ),
            _ => credential_remedy(&self.address),
        };
        self.error(format!("{asked}: no credential is found: {told}"), remedy)
    }
}

/// The error of a request, from what its last answer was and what the client made of it.
pub fn refuse(place: &Place, act: Act, told: &Told, error: &object_store::Error) -> Error {
    let text = chain(error);
    let said = Said::of(&text, place.address.kind);
    let code = said.as_ref().map(|said| said.code.as_str()).unwrap_or_default();
    let address = &place.address;
    let asked = act.in_vain();
    let owner = place.owner();
    let status = told.status.filter(|status| *status >= 300).or_else(|| status_of(error)).or(told.status);
    if let Some(seconds) = told.too_long {
        let what = format!("{asked}: the server asks to wait {seconds} s");
        return place.error(what, "run again after that; if it goes on, ask less often or raise the account's limits");
    }
    let shown = match &said {
        Some(Said { code, shown, .. }) if shown.is_empty() => format!(" ({code})"),
        Some(Said { code, shown, .. }) => format!(" ({code}: {shown})"),
        None => String::new(),
    };
    if let Some(ahead) = told.ahead.filter(|_| matches!(status, Some(400 | 401 | 403))) {
        let by = format!("{} s {}", ahead.abs(), if ahead > 0 { "ahead" } else { "behind" });
        let what = format!("{asked}: this machine's clock is {by} of the store's{shown}");
        return place.error(what, "set the clock, by NTP for example");
    }
    if let Some((at, remedy)) = TOLD.iter().find_map(|(told, remedy)| Some((text.find(told)?, remedy))) {
        return place.error(format!("{asked}: {}", plain(&text[at..])), *remedy);
    }
    if let Some((_, why)) = text.split_once(UNTRUSTED) {
        let what = format!("{asked}: the store's certificate is not trusted: {}", plain(why));
        let remedy = "check `endpoint`; an authority of your own goes into the file that SSL_CERT_FILE names";
        return place.error(what, remedy);
    }
    let all = said.as_ref().map(|said| said.all.as_str()).unwrap_or_default();
    if let Some(row) = refusals::of(address.kind, code, all) {
        return place.error(format!("{asked}: {}{shown}", row.means), remedy(row, address, act, all));
    }
    match (status, code) {
        // The answer of whoever gives credentials, in a form of its own.
        (Some(400..), "") if is_credential(&text) => {
            place.error(format!("{asked}: no credential is given: {}", plain(&text)), credential_remedy(address))
        }
        (Some(401), _) => {
            place.error(format!("{asked}: the store asks for a credential{shown}"), credential_remedy(address))
        }
        (Some(403), _) => place.error(
            format!("{asked}: 403, access denied{shown}"),
            grant(address, act, named(address.kind.cloud(), all)),
        ),
        (Some(404), _) => {
            let what = match address.kind {
                StoreKind::Blob => "there is no such container or account",
                _ => "there is no such bucket",
            };
            place.error(format!("{asked}: {what}{shown}"), format!("check `{}` of {owner}", place.key()))
        }
        (Some(301 | 307 | 400), _) if region(told).is_some() => {
            let region = region(told).unwrap_or_default();
            place.error(format!("{asked}: the bucket is in the region {region}"), format!("say region = \"{region}\""))
        }
        (Some(status @ (301..=303 | 307 | 308)), _) => {
            let what =
                format!("{asked}: the store answers {status}, which sends to another place: nothing was sent there");
            place.error(what, format!("look who answers at `endpoint` of {owner}, and check `region` and `location`"))
        }
        (Some(status), _) if status >= 300 => {
            let remedy = match status {
                429 | 500.. => "run again later: the store was asked several times, with pauses",
                _ => "check its keys in the configuration",
            };
            place.error(format!("{asked}: the store answers {status}{shown}"), remedy)
        }
        (Some(_), _) => place.error(format!("{asked}: {}", plain(&text)), "run again; what arrived is kept"),
        (None, _) if is_credential(&text) => place.no_credential(act, &plain(&text)),
        (None, _) => {
            let remedy = format!("check the network, the proxy (HTTPS_PROXY, NO_PROXY) and `endpoint` of {owner}");
            place.error(format!("{asked}: the store cannot be reached: {}", plain(&text)), remedy)
        }
    }
}

impl Act {
    fn in_vain(self) -> &'static str {
        match self {
            Self::List => "cannot be listed",
            Self::Get => "cannot be read",
            Self::Put => "cannot be written",
            Self::Remove => "cannot be removed",
        }
    }

    /// What the act is for.
    pub fn doing(self) -> Doing {
        match self {
            Self::List => Doing::ListFiles,
            Self::Get => Doing::ReadFiles,
            Self::Put => Doing::WriteFiles,
            Self::Remove => Doing::RemoveFiles,
        }
    }
}

/// Does the store no longer take a credential that it took before? It is worth looking for another then.
pub fn has_expired(told: &Told, error: &object_store::Error) -> bool {
    let code = code_of(error).unwrap_or_default();
    told.ahead.is_none()
        && (told.status == Some(401)
            || ["ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired"].contains(&code.as_str()))
}

/// The status that an error was made of, where the answer itself was not seen: by another task of a library.
fn status_of(error: &object_store::Error) -> Option<u16> {
    use object_store::Error as Refused;
    match error {
        Refused::NotFound { .. } => Some(404),
        Refused::PermissionDenied { .. } => Some(403),
        Refused::Unauthenticated { .. } => Some(401),
        _ => None,
    }
}

/// Is it the bucket or container that is not there, and not a file in it?
pub fn is_of_the_bucket(error: &object_store::Error) -> bool {
    code_of(error).is_some_and(|code| ["NoSuchBucket", "ContainerNotFound"].contains(&code.as_str()))
}

fn code_of(error: &object_store::Error) -> Option<String> {
    // What may be shown is not asked for here.
    Said::of(&chain(error), StoreKind::S3).map(|said| said.code)
}

/// An error with its causes, in one line and without secrets.
pub fn plain_chain(error: &(dyn std::error::Error + 'static)) -> String {
    plain(&chain(error))
}

fn is_credential(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["credential", "token", "169.254.169.254", "metadata.google", "azure cli"].iter().any(|word| text.contains(word))
}

/// The region that S3 names when it was asked in another.
fn region(told: &Told) -> Option<String> {
    let region = told.headers.get("x-amz-bucket-region")?.to_str().ok()?;
    region.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-').then(|| region.to_string())
}

/// An error with its causes, in one line.
pub fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    text
}

/// An answer of S3, Blob Storage or Cloud Storage, XML all.
struct Said {
    code: String,
    /// What may be shown of its message.
    shown: String,
    /// All that it says, to be told apart by and never to be shown: of Blob Storage it has the text that was signed.
    all: String,
}

impl Said {
    fn of(text: &str, kind: StoreKind) -> Option<Self> {
        let of = |name: &str| {
            let (_, rest) = text.split_once(&format!("<{name}>"))?;
            Some(unescaped(rest.split_once(&format!("</{name}>"))?.0))
        };
        let code = of("Code").filter(|code| code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.'))?;
        let message = of("Message").unwrap_or_default();
        let more = ["Details", "AuthenticationErrorDetail"].into_iter().filter_map(of).collect::<Vec<_>>().join(" ");
        let mut shown = plain(message.lines().next().unwrap_or_default());
        // Google's says who lacks what.
        if kind == StoreKind::Gcs && !more.is_empty() {
            shown = format!("{shown} {}", plain(&more)).trim().to_string();
        }
        Some(Self { code, shown, all: format!("{message} {more}") })
    }
}

/// The text that XML's names of characters stand for.
fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_string(), |text, (name, sign)| text.replace(name, sign))
}

/// A text without URLs' queries, tokens and XML, of a length for one line. What a `credential_process` said on its standard
/// error may be anything, and is last.
pub fn plain(text: &str) -> String {
    let text = text.split_once("Stderr:").map_or(text, |(before, _)| before);
    let mut words = Vec::new();
    let mut hidden = false;
    for word in text.split_whitespace() {
        let lower = word.to_ascii_lowercase();
        let secret = ["sig=", "signature", "token=", "secret", "password", "accountkey", "private_key"];
        let shown = match word.split_once('?') {
            Some((before, _)) if word.contains("://") => format!("{before}?…"),
            _ if hidden
                || secret.iter().any(|name| lower.contains(name) && (lower.contains('=') || lower.contains(':'))) =>
            {
                "…".to_string()
            }
            _ => word.to_string(),
        };
        // What follows the word is the secret.
        hidden = ["bearer", "basic", "sharedkey", "sharedaccesssignature"].contains(&lower.trim_end_matches(':'));
        words.push(shown);
    }
    let text = words.join(" ");
    let text = text.split_once('<').map_or(text.as_str(), |(before, _)| before);
    let short: String = text.chars().take(300).collect();
    short.trim_end_matches([' ', ':', '-']).to_string()
}
