//! `location` of a source: a folder, or the URL of an object store with the keys that say how to reach it.

use super::place::{ConfigText, suggestion};
use super::resolve::local_path;
use crate::Result;
use crate::focus::store::is_loopback;
use crate::focus::{StoreAddress, StoreKind};
use std::path::{Path, PathBuf};
use toml::Spanned;

const PARALLEL_FETCHES: usize = 4;
const MOST_FETCHES: i64 = 32;
const SCHEMES: [&str; 10] =
    ["s3://", "s3a://", "az://", "azure://", "abfs://", "abfss://", "gs://", "gcs://", "https://", "file://"];

/// The keys of a source that say where its exports are.
pub(super) struct WrittenLocation {
    pub location: Spanned<String>,
    pub endpoint: Option<Spanned<String>>,
    pub region: Option<Spanned<String>>,
    pub profile: Option<Spanned<String>>,
    pub assume_role: Option<Spanned<String>>,
    pub account: Option<Spanned<String>>,
    pub credential_file: Option<Spanned<String>>,
    pub allow_http: Option<Spanned<bool>>,
    pub parallel_fetches: Option<Spanned<i64>>,
}

/// The folder; or the URL as a path, and how the store is reached.
///
/// Fails with `Error::Settings`, naming the line, on a URL that names no store, holds a secret, or has keys beside it
/// that are not of its kind of store. No message repeats a URL that may hold a secret.
pub(super) fn resolve_location(
    config: &ConfigText,
    folder: &Path,
    written: WrittenLocation,
) -> Result<(PathBuf, Option<StoreAddress>)> {
    let url = written.location.get_ref();
    if !url.contains("://") || url.starts_with("file://") {
        refuse_keys(config, &written, &[], "a folder has no such key")?;
        let path = url.strip_prefix("file://").unwrap_or(url).to_owned();
        if path != *url && !path.starts_with('/') {
            let what = "a file URL names a folder of another machine";
            return Err(config.error(&written.location.span(), what, "write file:///path/of/the/folder"));
        }
        return Ok((local_path(config, folder, &Spanned::new(written.location.span(), path))?, None));
    }
    let (kind, bucket, prefix, named) = parse_url(config, &written.location)?;
    let keys: &[&str] = match kind {
        StoreKind::S3 => &["endpoint", "region", "profile", "assume_role", "credential_file"],
        StoreKind::Blob => &["endpoint", "account", "credential_file"],
        StoreKind::Gcs => &["endpoint", "credential_file"],
    };
    refuse_keys(config, &written, keys, "this kind of store has no such key")?;
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(|value| value.get_ref().clone());
    let account = match (named, &written.account) {
        (Some(named), Some(account)) if named != *account.get_ref() => {
            let what = format!("the account is {named} in the location and {} here", account.get_ref());
            return Err(config.error(&account.span(), what, "name it once"));
        }
        (named, account) => named.or_else(|| text(account)),
    };
    if let Some(endpoint) = &written.endpoint {
        check_endpoint(config, endpoint, written.allow_http.as_ref().is_some_and(|allow| *allow.get_ref()))?;
    }
    let credential_file = match &written.credential_file {
        Some(file) => Some(local_path(config, folder, file)?),
        None => None,
    };
    let address = StoreAddress {
        kind,
        bucket,
        prefix,
        account,
        endpoint: text(&written.endpoint),
        region: text(&written.region),
        profile: text(&written.profile),
        role: text(&written.assume_role),
        credential_file,
        allow_http: written.allow_http.as_ref().is_some_and(|allow| *allow.get_ref()),
        parallel_fetches: parallel(config, written.parallel_fetches.as_ref())?,
    };
    Ok((PathBuf::from(address.to_string()), Some(address)))
}

/// Kind, bucket, path in it, and the storage account where the URL names it.
type NamedStore = (StoreKind, String, String, Option<String>);

/// What a URL names.
pub(super) fn parse_url(config: &ConfigText, location: &Spanned<String>) -> Result<NamedStore> {
    let url = location.get_ref();
    let refuse = |what: &str, remedy: &str| Err(config.error(&location.span(), what, remedy));
    let (scheme, rest) = url.split_once("://").unwrap_or_default();
    let hadoop = rest.split_once('/').map_or(rest, |(host, _)| host).contains('@') && scheme.starts_with('a');
    if rest.contains(['?', '#']) || (rest.contains('@') && !hadoop) {
        let remedy = "leave it out: a SAS token goes into a credential_file or AZURE_STORAGE_SAS_TOKEN";
        return refuse("the URL has more than a path, as `?…` or `…@`, and a configuration holds no secret", remedy);
    }
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let whole = |text: &str| text.trim_matches('/').to_string();
    if path.trim_matches('/').split('/').any(|part| matches!(part, "." | "..")) || path.trim_matches('/').contains("//")
    {
        return refuse("the path in the URL has an empty part, `.` or `..`", "write the path of the files");
    }
    let found = match scheme {
        "s3" | "s3a" => (StoreKind::S3, host.to_string(), whole(path), None),
        "gs" | "gcs" => (StoreKind::Gcs, host.to_string(), whole(path), None),
        "az" | "azure" | "abfs" | "abfss" => match host.split_once('@') {
            None => (StoreKind::Blob, host.to_string(), whole(path), None),
            Some((container, host)) => match account_of(host) {
                Some(account) => (StoreKind::Blob, container.to_string(), whole(path), Some(account)),
                None => {
                    return refuse(
                        "the URL's host is no storage account",
                        "write container@account.dfs.core.windows.net",
                    );
                }
            },
        },
        "https" => match account_of(host) {
            Some(account) => {
                let (container, inside) = path.split_once('/').unwrap_or((path, ""));
                (StoreKind::Blob, container.to_string(), whole(inside), Some(account))
            }
            None => return refuse("the URL's host is no storage account of Azure", "write s3://, gs:// or az://"),
        },
        other => {
            let what = format!("there is no store of the kind `{other}://`");
            return Err(config.error(&location.span(), what, suggestion(&format!("{other}://"), &SCHEMES)));
        }
    };
    if found.1.is_empty() {
        return refuse("the URL names no bucket or container", "write for example s3://bucket/path");
    }
    Ok(found)
}

/// The storage account of `account.blob.core.windows.net`, of the `dfs` endpoint as well.
fn account_of(host: &str) -> Option<String> {
    let (account, domain) = host.split_once('.')?;
    let known = ["blob.core.windows.net", "dfs.core.windows.net"].contains(&domain);
    (known && !account.is_empty()).then(|| account.to_string())
}

/// An endpoint is spoken to with TLS, or is on this machine and allowed to be without.
pub(super) fn check_endpoint(config: &ConfigText, endpoint: &Spanned<String>, allowed: bool) -> Result<()> {
    let refuse = |what: String, remedy: &str| Err(config.error(&endpoint.span(), what, remedy));
    let url = endpoint.get_ref();
    if url.contains(['?', '#', '@']) {
        return refuse(
            "the endpoint has more than a host and a path".into(),
            "write for example https://s3.example.com",
        );
    }
    match url.split_once("://") {
        Some(("https", host)) if !host.is_empty() => Ok(()),
        Some(("http", host)) if !is_loopback(host) => {
            refuse(format!("{url} is without TLS, and not on this machine"), "write https://")
        }
        Some(("http", _)) if !allowed => {
            refuse(format!("{url} is without TLS"), "add allow_http = true, which holds for this machine only")
        }
        Some(("http", _)) => Ok(()),
        _ => refuse(format!("`{url}` is no endpoint"), "write for example https://s3.example.com"),
    }
}

fn parallel(config: &ConfigText, written: Option<&Spanned<i64>>) -> Result<usize> {
    let Some(written) = written else { return Ok(PARALLEL_FETCHES) };
    let number = usize::try_from(*written.get_ref()).ok().filter(|_| (1..=MOST_FETCHES).contains(written.get_ref()));
    number.ok_or_else(|| {
        let what = format!("parallel_fetches = {} is impossible", written.get_ref());
        config.error(&written.span(), what, format!("use 1 to {MOST_FETCHES}"))
    })
}

/// Refuses the first key that is there and not among `known`.
fn refuse_keys(config: &ConfigText, written: &WrittenLocation, known: &[&str], why: &str) -> Result<()> {
    let WrittenLocation { location: _, endpoint, region, profile, assume_role, account, credential_file, .. } = written;
    let texts = [
        ("endpoint", endpoint),
        ("region", region),
        ("profile", profile),
        ("assume_role", assume_role),
        ("account", account),
        ("credential_file", credential_file),
    ];
    let mut spans: Vec<_> =
        texts.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?.span()))).collect();
    if known.is_empty() {
        spans.extend(written.allow_http.as_ref().map(|value| ("allow_http", value.span())));
        spans.extend(written.parallel_fetches.as_ref().map(|value| ("parallel_fetches", value.span())));
    }
    match spans.into_iter().find(|(name, _)| !known.contains(name)) {
        Some((name, span)) => Err(config.error(&span, format!("{name}: {why}"), "leave it out")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(keys: &str) -> std::result::Result<(String, Option<StoreAddress>), String> {
        let text = format!("[[source]]\nid = \"s\"\nformat = \"focus\"\n{keys}\n");
        let text = ConfigText { path: "c.toml".into(), text };
        let (text, mut parsed) = super::super::file::parse(text).map_err(|error| error.to_string())?;
        let source = parsed.source.remove(0);
        let written = WrittenLocation {
            location: source.location,
            endpoint: source.endpoint,
            region: source.region,
            profile: source.profile,
            assume_role: source.assume_role,
            account: source.account,
            credential_file: source.credential_file,
            allow_http: source.allow_http,
            parallel_fetches: source.parallel_fetches,
        };
        let resolved = resolve_location(&text, Path::new("conf"), written).map_err(|error| error.to_string())?;
        Ok((resolved.0.display().to_string(), resolved.1))
    }

    #[test]
    fn a_location_is_a_folder_or_a_store() {
        for (location, shown, bucket, prefix) in [
            ("cur", "conf/cur", "", ""),
            ("file:///srv/cur", "/srv/cur", "", ""),
            ("s3://b/x/y/", "s3://b/x/y", "b", "x/y"),
            ("s3a://b", "s3://b", "b", ""),
            ("gs://b/x", "gs://b/x", "b", "x"),
            ("gcs://b/", "gs://b", "b", ""),
            ("az://c/x", "az://c/x", "c", "x"),
            ("abfss://c@acc.dfs.core.windows.net/x", "https://acc.blob.core.windows.net/c/x", "c", "x"),
            ("https://acc.blob.core.windows.net/c/x/", "https://acc.blob.core.windows.net/c/x", "c", "x"),
        ] {
            let (path, store) = resolve(&format!("location = \"{location}\"")).unwrap();
            assert_eq!(path, shown);
            let told = store.map(|store| (store.bucket, store.prefix)).unwrap_or_default();
            assert_eq!((told.0.as_str(), told.1.as_str()), (bucket, prefix), "{location}");
        }
    }

    #[test]
    fn keys_of_a_store_arrive() {
        let keys = "location = \"s3://b/x\"\nendpoint = \"http://127.0.0.1:9000\"\nallow_http = true\nregion = \"eu-west-1\"\n\
                    profile = \"billing\"\nassume_role = \"arn:aws:iam::1:role/r\"\ncredential_file = \"keys\"\n\
                    parallel_fetches = 8";
        let store = resolve(keys).unwrap().1.unwrap();
        assert_eq!(store.endpoint.as_deref(), Some("http://127.0.0.1:9000"));
        assert_eq!((store.region.as_deref(), store.profile.as_deref()), (Some("eu-west-1"), Some("billing")));
        assert_eq!((store.role.as_deref(), store.parallel_fetches), (Some("arn:aws:iam::1:role/r"), 8));
        assert_eq!((store.credential_file, store.allow_http), (Some("conf/keys".into()), true));
        let store = resolve("location = \"az://c\"\naccount = \"acc\"").unwrap().1.unwrap();
        assert_eq!((store.account.as_deref(), store.allow_http, store.parallel_fetches), (Some("acc"), false, 4));
    }

    #[test]
    fn what_cannot_be_reached_safely_is_refused_without_repeating_a_secret() {
        let at = |line: usize, what: &str| format!("settings: c.toml:{line}: {what}");
        for (keys, expected) in [
            ("location = \"https://acc.blob.core.windows.net/c?sig=HUSH\"", at(4, "the URL has more than a path")),
            ("location = \"s3://HUSH:HUSH@b/x\"", at(4, "the URL has more than a path")),
            ("location = \"abfss://c@HUSH.example.com/x\"", at(4, "the URL's host is no storage account")),
            ("location = \"https://example.com/c\"", at(4, "the URL's host is no storage account")),
            ("location = \"ftp://b/x\"", at(4, "there is no store of the kind `ftp://`")),
            ("location = \"s3:///x\"", at(4, "the URL names no bucket")),
            ("location = \"s3://b/x//y\"", at(4, "the path in the URL has an empty part")),
            ("location = \"s3://b/../y\"", at(4, "the path in the URL has an empty part")),
            ("location = \"file://host/x\"", at(4, "a file URL names a folder of another machine")),
            ("location = \"cur\"\nregion = \"x\"", at(5, "region: a folder has no such key")),
            ("location = \"cur\"\nallow_http = true", at(5, "allow_http: a folder has no such key")),
            ("location = \"gs://b\"\nregion = \"x\"", at(5, "region: this kind of store has no such key")),
            ("location = \"s3://b\"\naccount = \"x\"", at(5, "account: this kind of store has no such key")),
            (
                "location = \"https://acc.blob.core.windows.net/c\"\naccount = \"other\"",
                at(5, "the account is acc in the location and other here"),
            ),
            (
                "location = \"s3://b\"\nendpoint = \"http://s3.example.com\"\nallow_http = true",
                at(5, "http://s3.example.com is without TLS, and not on this machine"),
            ),
            ("location = \"s3://b\"\nendpoint = \"http://localhost:1\"", at(5, "http://localhost:1 is without TLS")),
            ("location = \"s3://b\"\nendpoint = \"https://k:HUSH@s\"", at(5, "the endpoint has more than a host")),
            ("location = \"s3://b\"\nendpoint = \"s3.example.com\"", at(5, "`s3.example.com` is no endpoint")),
            ("location = \"s3://b\"\nparallel_fetches = 0", at(5, "parallel_fetches = 0 is impossible")),
        ] {
            let message = resolve(keys).unwrap_err();
            assert!(message.starts_with(&expected), "{keys}\n→ {message}");
            assert!(!message.contains("HUSH"), "{message}");
        }
    }
}
