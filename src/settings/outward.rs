//! `[[deliver]]` and `[[hook]]`: what a run hands out when it is done, and whom it tells.

use super::apart::{Taken, in_the_way};
use super::file::{FileDeliver, FileHook, FileOccasion, FilePeriods, FileWhat};
use super::location::{WrittenLocation, resolve_location};
use super::place::ConfigText;
use super::resolve::local_path;
use super::{Deliver, DeliveredPeriods, Hook, HookAct, Occasion, WebhookAddress};
use crate::Result;
use crate::focus::store::is_loopback;
use std::collections::BTreeMap;
use std::path::Path;
use toml::Spanned;

const TIMEOUT_SECONDS: u64 = 60;
const LONGEST_TIMEOUT: i64 = 3600;

/// Every `[[deliver]]`, in the file's order.
///
/// Fails with `Error::Settings`, naming the line, on a place that is no folder and no store, that two tables share or
/// that is taken, or on a table that delivers nothing.
pub(super) fn resolve_deliver(
    config: &ConfigText,
    folder: &Path,
    written: Vec<FileDeliver>,
    taken: &[Taken],
) -> Result<Vec<Deliver>> {
    let mut lines = BTreeMap::new();
    let mut resolved = Vec::with_capacity(written.len());
    for table in written {
        let FileDeliver {
            audience,
            to,
            what,
            periods,
            endpoint,
            region,
            profile,
            assume_role,
            account,
            credential_file,
            allow_http,
        } = table;
        let at = to.span();
        let location = WrittenLocation {
            location: to,
            endpoint,
            region,
            profile,
            assume_role,
            account,
            credential_file,
            allow_http,
            parallel_fetches: None,
        };
        let (to, store) = resolve_location(config, folder, location)?;
        if let Some(what) = in_the_way(&to, store.as_ref(), taken) {
            let what = format!("what is delivered there would stand in, around or in the place of {what}");
            return Err(config.error(&at, what, "give the [[deliver]] a folder or a path of its own"));
        }
        if let Some(first) = lines.insert(to.clone(), config.line(&at)) {
            let what = format!("line {first} delivers to the same place");
            return Err(config.error(&at, what, "give every [[deliver]] a folder or a path of its own"));
        }
        if let Some(audience) = audience.as_ref().filter(|audience| audience.get_ref().trim().is_empty()) {
            let remedy = "name an audience of the reports, or leave the key out for all of them";
            return Err(config.error(&audience.span(), "the audience is empty", remedy));
        }
        let (pages, csv) = match &what {
            None => (true, true),
            Some(what) if what.get_ref().is_empty() => {
                return Err(config.error(&what.span(), "nothing is delivered", "write what = [\"pages\", \"csv\"]"));
            }
            Some(what) => (what.get_ref().contains(&FileWhat::Pages), what.get_ref().contains(&FileWhat::Csv)),
        };
        resolved.push(Deliver {
            audience: audience.map(Spanned::into_inner),
            to,
            store,
            pages,
            csv,
            periods: match periods.unwrap_or(FilePeriods::All) {
                FilePeriods::Newest => DeliveredPeriods::Newest,
                FilePeriods::Open => DeliveredPeriods::Open,
                FilePeriods::All => DeliveredPeriods::All,
            },
        });
    }
    Ok(resolved)
}

/// Every `[[hook]]`, in the file's order.
///
/// Fails with `Error::Settings`, naming the line, on a hook that is told of nothing or in no way, or in two, on a URL
/// that holds a secret or is without TLS elsewhere. No message repeats a URL.
pub(super) fn resolve_hooks(config: &ConfigText, folder: &Path, written: Vec<FileHook>) -> Result<Vec<Hook>> {
    written.into_iter().map(|hook| resolve_hook(config, folder, hook)).collect()
}

fn resolve_hook(config: &ConfigText, folder: &Path, written: FileHook) -> Result<Hook> {
    let FileHook { on, command, webhook, webhook_file, header_file, secret_env, allow_http, timeout_seconds } = written;
    if on.get_ref().is_empty() {
        let remedy = "write on = [\"failure\"]; there are failure, problem, late, new_findings and published";
        return Err(config.error(&on.span(), "the hook is told of nothing", remedy));
    }
    let mut occasions: Vec<Occasion> = on.into_inner().into_iter().map(occasion).collect();
    occasions.sort_unstable();
    occasions.dedup();
    let timeout_seconds = match timeout_seconds {
        None => TIMEOUT_SECONDS,
        Some(seconds) => match u64::try_from(*seconds.get_ref()) {
            Ok(number) if (1..=LONGEST_TIMEOUT).contains(seconds.get_ref()) => number,
            _ => {
                let what = format!("timeout_seconds = {} is impossible", seconds.get_ref());
                return Err(config.error(&seconds.span(), what, format!("use 1 to {LONGEST_TIMEOUT} seconds")));
            }
        },
    };
    let of_webhook = [
        ("header_file", header_file.as_ref().map(Spanned::span)),
        ("secret_env", secret_env.as_ref().map(Spanned::span)),
        ("allow_http", allow_http.as_ref().map(Spanned::span)),
    ];
    let allow_http = allow_http.is_some_and(Spanned::into_inner);
    let act = match (command, webhook, webhook_file) {
        (Some(command), None, None) => {
            if let Some((key, Some(span))) = of_webhook.into_iter().find(|(_, span)| span.is_some()) {
                return Err(config.error(&span, format!("{key}: a command has no such key"), "leave it out"));
            }
            if command.get_ref().first().is_none_or(String::is_empty) {
                let remedy = "write the program and its arguments: command = [\"/usr/local/bin/tell\", \"ops\"]";
                return Err(config.error(&command.span(), "the command names no program", remedy));
            }
            let mut command = command.into_inner();
            // A path is one of the configuration's, as all in it; a bare name is looked for in PATH.
            if let Some(program) = command.first_mut().filter(|program| program.contains('/')) {
                *program = folder.join(&*program).display().to_string();
            }
            HookAct::Command(command)
        }
        (None, Some(url), None) => {
            check_url(config, &url, allow_http)?;
            let address = WebhookAddress::Url(url.into_inner());
            webhook_act(config, folder, address, header_file, secret_env, allow_http)?
        }
        (None, None, Some(file)) => {
            let address = WebhookAddress::File(local_path(config, folder, &file)?);
            webhook_act(config, folder, address, header_file, secret_env, allow_http)?
        }
        (command, webhook, file) => {
            let one = command.map(|command| command.span());
            let span = one.or(webhook.map(|url| url.span())).or(file.map(|file| file.span()));
            let remedy = "give it one of command, webhook and webhook_file";
            return Err(match span {
                Some(span) => config.error(&span, "the hook is told in two ways", remedy),
                None => config.error_in_file("a [[hook]] does not say how it is told", remedy),
            });
        }
    };
    Ok(Hook { on: occasions, act, timeout_seconds })
}

fn webhook_act(
    config: &ConfigText,
    folder: &Path,
    address: WebhookAddress,
    header_file: Option<Spanned<String>>,
    secret_env: Option<Spanned<String>>,
    allow_http: bool,
) -> Result<HookAct> {
    if let Some(name) = &secret_env {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if name.get_ref().is_empty() || !name.get_ref().bytes().all(legal) {
            let what = "secret_env is no name of an environment variable";
            return Err(config.error(
                &name.span(),
                what,
                "name the variable, never the secret: secret_env = \"OPS_TOKEN\"",
            ));
        }
    }
    Ok(HookAct::Webhook {
        address,
        header_file: header_file.map(|file| local_path(config, folder, &file)).transpose()?,
        secret_env: secret_env.map(Spanned::into_inner),
        allow_http,
    })
}

fn check_url(config: &ConfigText, url: &Spanned<String>, allow_http: bool) -> Result<()> {
    match url_fault(url.get_ref(), allow_http) {
        None => Ok(()),
        Some((what, remedy)) => Err(config.error(&url.span(), what, remedy)),
    }
}

/// Why a URL is none that may be told something: what is wrong, and the remedy. Neither repeats it.
pub fn url_fault(url: &str, allow_http: bool) -> Option<(&'static str, &'static str)> {
    if url.contains(['?', '#', '@']) || url.chars().any(char::is_whitespace) {
        let remedy = "put the whole URL into a file of its own and name that: webhook_file = \"…\"";
        return Some(("the URL has more than a host and a path, and a configuration holds no secret", remedy));
    }
    plain_url_fault(url, allow_http)
}

/// As [`url_fault`], for a URL from a file, which may hold a secret.
pub fn plain_url_fault(url: &str, allow_http: bool) -> Option<(&'static str, &'static str)> {
    match url.split_once("://") {
        Some(("https", host)) if !host.is_empty() && !host.starts_with('/') => None,
        Some(("http", host)) if !is_loopback(host.split(['/', '?']).next().unwrap_or(host)) => {
            Some(("the webhook is without TLS, and not on this machine", "write https://"))
        }
        Some(("http", _)) if !allow_http => {
            Some(("the webhook is without TLS", "add allow_http = true, which holds for this machine only"))
        }
        Some(("http", _)) => None,
        _ => Some(("the webhook is no URL", "write for example https://ops.example.com/costmill")),
    }
}

fn occasion(written: FileOccasion) -> Occasion {
    match written {
        FileOccasion::Failure => Occasion::Failure,
        FileOccasion::Problem => Occasion::Problem,
        FileOccasion::Late => Occasion::Late,
        FileOccasion::NewFindings => Occasion::NewFindings,
        FileOccasion::Published => Occasion::Published,
    }
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn config(text: &str) -> Result<(Vec<Deliver>, Vec<Hook>)> {
        let text = ConfigText { path: "c.toml".into(), text: format!("lake = \"l\"\n{text}") };
        let (text, parsed) = file::parse(text)?;
        let folder = Path::new("conf");
        Ok((resolve_deliver(&text, folder, parsed.deliver, &[])?, resolve_hooks(&text, folder, parsed.hook)?))
    }

    #[test]
    fn what_is_left_out_has_a_meaning() {
        let (deliver, hooks) = config(
            "[[deliver]]\nto = \"share\"\n[[hook]]\non = [\"late\", \"failure\", \"late\"]\ncommand = [\"x\"]\n",
        )
        .unwrap();
        assert_eq!((deliver[0].pages, deliver[0].csv, deliver[0].periods), (true, true, DeliveredPeriods::All));
        assert_eq!((deliver[0].to.as_path(), &deliver[0].audience), (Path::new("conf/share"), &None));
        assert_eq!((&hooks[0].on[..], hooks[0].timeout_seconds), (&[Occasion::Failure, Occasion::Late][..], 60));
    }

    #[test]
    fn a_store_is_reached_as_a_source_is() {
        let (deliver, _) = config(
            "[[deliver]]\nto = \"s3://pages/finance\"\nregion = \"eu-west-1\"\naudience = \"finance\"\nwhat = [\"csv\"]\nperiods = \"open\"\n",
        )
        .unwrap();
        let store = deliver[0].store.as_ref().unwrap();
        assert_eq!(
            (store.bucket.as_str(), store.prefix.as_str(), store.region.as_deref()),
            ("pages", "finance", Some("eu-west-1"))
        );
        assert_eq!((deliver[0].pages, deliver[0].csv, deliver[0].periods), (false, true, DeliveredPeriods::Open));
    }

    #[test]
    fn what_cannot_be_meant_names_its_line_and_no_secret() {
        for (text, expected) in [
            ("[[deliver]]\nto = \"a\"\n[[deliver]]\nto = \"a\"\n", "c.toml:5: line 3 delivers to the same place"),
            ("[[deliver]]\nto = \"a\"\naudience = \" \"\n", ":4: the audience is empty"),
            ("[[deliver]]\nto = \"a\"\nwhat = []\n", ":4: nothing is delivered"),
            ("[[deliver]]\nto = \"a\"\nregion = \"x\"\n", ":4: region: a folder has no such key"),
            ("[[deliver]]\nto = \"s3://b?sig=HUSH\"\n", ":3: the URL has more than a path"),
            ("[[hook]]\non = []\ncommand = [\"x\"]\n", ":3: the hook is told of nothing"),
            ("[[hook]]\non = [\"failure\"]\n", "a [[hook]] does not say how it is told"),
            ("[[hook]]\non = [\"failure\"]\ncommand = []\n", ":4: the command names no program"),
            (
                "[[hook]]\non = [\"failure\"]\ncommand = [\"x\"]\nsecret_env = \"T\"\n",
                ":5: secret_env: a command has no such key",
            ),
            (
                "[[hook]]\non = [\"failure\"]\ncommand = [\"x\"]\nwebhook = \"https://h/x\"\n",
                ":4: the hook is told in two ways",
            ),
            (
                "[[hook]]\non = [\"failure\"]\nwebhook = \"https://h/x?token=HUSH\"\n",
                ":4: the URL has more than a host and a path",
            ),
            (
                "[[hook]]\non = [\"failure\"]\nwebhook = \"https://HUSH@h/x\"\n",
                ":4: the URL has more than a host and a path",
            ),
            (
                "[[hook]]\non = [\"failure\"]\nwebhook = \"http://h.example.com/x\"\n",
                ":4: the webhook is without TLS, and not on this machine",
            ),
            ("[[hook]]\non = [\"failure\"]\nwebhook = \"http://127.0.0.1:1/x\"\n", ":4: the webhook is without TLS\n"),
            ("[[hook]]\non = [\"failure\"]\nwebhook = \"ops\"\n", ":4: the webhook is no URL"),
            (
                "[[hook]]\non = [\"failure\"]\nwebhook = \"https://h/x\"\nsecret_env = \"a b\"\n",
                ":5: secret_env is no name",
            ),
            (
                "[[hook]]\non = [\"failure\"]\ncommand = [\"x\"]\ntimeout_seconds = 0\n",
                ":5: timeout_seconds = 0 is impossible",
            ),
            ("[[hook]]\non = [\"fail\"]\ncommand = [\"x\"]\n", ":3: unknown value `fail`"),
        ] {
            let message = config(text).unwrap_err().to_string();
            assert!(message.contains(expected), "{text}\n→ {message}");
            assert!(!message.contains("HUSH"), "{message}");
        }
    }
}
