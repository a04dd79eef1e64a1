//! `lake`: a folder, or the URL of an object store, alone or as a table with the keys that say how to reach it.

use super::file::{FileLake, FileLakeTable};
use super::location::{WrittenLocation, parse_url, resolve_location};
use super::place::ConfigText;
use super::resolve::local_path;
use crate::error::{Error, Result};
use crate::focus::{LakeLocation, StoreKind};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use toml::Spanned;

const DEFAULT_LAKE: &str = "lake";

/// What wins over the file: a flag's or a variable's folder or URL, and where the user keeps caches.
pub(super) struct Outside {
    pub lake: Option<PathBuf>,
    /// `XDG_CACHE_HOME`, or `.cache` at home.
    pub caches: Option<PathBuf>,
}

/// Where the lake is. A URL from outside takes the place of the file's location, and what else the table says of
/// how to reach a store stays.
///
/// Fails with `Error::Settings`, as `location` of a source does, and for a store that no lake can be in.
pub(super) fn resolve_lake(
    config: &ConfigText,
    folder: &Path,
    written: Option<Spanned<FileLake>>,
    outside: Outside,
) -> Result<LakeLocation> {
    let at = written.as_ref().map(Spanned::span);
    let table = written.map(|written| {
        let span = written.span();
        match written.into_inner() {
            FileLake::Location(location) => {
                FileLakeTable { location: Some(Spanned::new(span, location)), ..Default::default() }
            }
            FileLake::Table(table) => *table,
        }
    });
    let mut table = table.unwrap_or_default();
    let cache = table.cache.take();
    match outside.lake {
        Some(path) if !path.to_string_lossy().contains("://") => return Ok(path.as_path().into()),
        Some(url) => {
            let url = Spanned::new(0..0, url.to_string_lossy().into_owned());
            parse_url(config, &url).map_err(of_outside)?;
            table.location = Some(url);
        }
        None => {}
    }
    let location = match (table.location.take(), at) {
        (Some(location), _) => location,
        (None, None) => return Ok(folder.join(DEFAULT_LAKE).as_path().into()),
        (None, Some(at)) => {
            return Err(config.error(
                &at,
                "the lake has no location",
                "say location = \"s3://bucket/path\", or a folder",
            ));
        }
    };
    let span = location.span();
    let FileLakeTable {
        location: _,
        cache: _,
        endpoint,
        region,
        profile,
        assume_role,
        account,
        credential_file,
        allow_http,
        parallel_fetches,
    } = table;
    let written = WrittenLocation {
        location,
        endpoint,
        region,
        profile,
        assume_role,
        account,
        credential_file,
        allow_http,
        parallel_fetches,
    };
    let (path, store) = resolve_location(config, folder, written)?;
    let Some(address) = store else {
        return match cache {
            Some(cache) => {
                Err(config.error(&cache.span(), "cache: a lake in a folder has no such key", "leave it out"))
            }
            None => Ok(path.as_path().into()),
        };
    };
    if address.kind == StoreKind::Gcs {
        let what = "a lake cannot be in Cloud Storage: it was never tried there that two hosts publish once";
        return Err(config.error(&span, what, "use s3:// or az://, or a folder"));
    }
    if address.prefix.contains('%') {
        let what = "the path of the lake holds a `%`";
        return Err(config.error(&span, what, "name another path: the table's library decodes it once too often"));
    }
    let folder = match cache {
        Some(cache) => local_path(config, folder, &cache)?,
        None => {
            let of = format!("{address}\n{}", address.endpoint.as_deref().unwrap_or_default());
            let name: String = Sha256::digest(of).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
            let caches = outside.caches.map(|caches| caches.join("costmill"));
            caches.unwrap_or_else(|| folder.join(".costmill-cache")).join(name)
        }
    };
    Ok(LakeLocation { folder, store: Some(address) })
}

/// An error of a URL that no line of the file holds.
fn of_outside(error: Error) -> Error {
    let problem = error.problem();
    Error::settings("--lake or COSTMILL_LAKE", problem.what.clone(), problem.remedy.clone())
}

#[cfg(test)]
mod tests {
    use super::super::file;
    use super::*;

    fn resolve(text: &str, lake: Option<&str>, caches: Option<&str>) -> std::result::Result<LakeLocation, String> {
        let text = ConfigText { path: "c.toml".into(), text: text.into() };
        let (text, parsed) = file::parse(text).map_err(|error| error.to_string())?;
        let outside = Outside { lake: lake.map(Into::into), caches: caches.map(Into::into) };
        resolve_lake(&text, Path::new("conf"), parsed.lake, outside).map_err(|error| error.to_string())
    }

    #[test]
    fn a_folder_a_url_and_a_table() {
        assert_eq!(resolve("", None, None), Ok("conf/lake".into()));
        assert_eq!(resolve("lake = \"other\"", None, None), Ok("conf/other".into()));
        assert_eq!(resolve("[lake]\nlocation = \"other\"", None, None), Ok("conf/other".into()));
        assert_eq!(resolve("lake = \"other\"", Some("flag"), None), Ok("flag".into()));
        let lake = resolve("lake = \"s3://bucket/a/b\"", None, Some("caches")).unwrap();
        assert_eq!(lake.to_string(), "s3://bucket/a/b");
        assert!(lake.folder.starts_with("caches/costmill"), "{lake:?}");
        let beside = resolve("lake = \"s3://bucket/a/b\"", None, None).unwrap();
        assert!(beside.folder.starts_with("conf/.costmill-cache"), "{beside:?}");
        assert_eq!(beside.folder.file_name(), lake.folder.file_name());
        let other = resolve("lake = \"s3://bucket/a/c\"", None, None).unwrap();
        assert_ne!(other.folder, beside.folder, "each lake has its cache");
        let table = "[lake]\nlocation = \"az://c/x\"\ncache = \"here\"\naccount = \"acc\"\nparallel_fetches = 2";
        let lake = resolve(table, None, None).unwrap();
        let store = lake.store.unwrap();
        assert_eq!(
            (lake.folder, store.account.as_deref(), store.parallel_fetches),
            ("conf/here".into(), Some("acc"), 2)
        );
    }

    #[test]
    fn a_url_from_outside_is_reached_as_the_table_says() {
        let table = "[lake]\nlocation = \"s3://b/x\"\nendpoint = \"http://127.0.0.1:1\"\nallow_http = true";
        let store = resolve(table, Some("s3://b/y"), None).unwrap().store.unwrap();
        assert_eq!((store.to_string().as_str(), store.endpoint.as_deref()), ("s3://b/y", Some("http://127.0.0.1:1")));
        assert_eq!(resolve(table, Some("folder"), None), Ok("folder".into()));
    }

    #[test]
    fn what_no_lake_can_be_in_names_the_line() {
        for (text, lake, expected) in [
            ("\nlake = \"gs://b/x\"", None, "settings: c.toml:2: a lake cannot be in Cloud Storage"),
            ("lake = \"s3://b/x%y\"", None, "settings: c.toml:1: the path of the lake holds a `%`"),
            (
                "[lake]\nlocation = \"x\"\ncache = \"y\"",
                None,
                "settings: c.toml:3: cache: a lake in a folder has no such key",
            ),
            ("[lake]\nlocation = \"x\"\nregion = \"y\"", None, "settings: c.toml:3: region: a folder has no such key"),
            ("[lake]\nplace = \"x\"", None, "settings: c.toml:2: unknown key `place`"),
            ("lake = \"s3://b/?sig=HUSH\"", None, "settings: c.toml:1: the URL has more than a path"),
            ("", Some("s4://b"), "settings: --lake or COSTMILL_LAKE: there is no store of the kind `s4://`"),
            ("lake = \"\"", None, "settings: c.toml:1: the path is empty"),
            ("[lake]\nregion = \"y\"", None, "settings: c.toml:1: the lake has no location"),
            ("lake = 3", None, "settings: c.toml:1: "),
        ] {
            let message = resolve(text, lake, None).unwrap_err();
            assert!(message.starts_with(expected), "{text}\n→ {message}");
            assert!(!message.contains("HUSH"), "{message}");
        }
    }
}
