//! `[[api]]` tables: which providers' APIs are asked, of whose bill.

use super::file::FileApi;
use super::location::{WrittenLocation, check_endpoint, resolve_location};
use super::place::{ConfigText, suggestion};
use super::resolve::local_path;
use super::source::is_source_id;
use super::{Role, Source};
use crate::Result;
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{Api, ApiKind, Login, Money, StoreAddress};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;

/// Every API, in the file's order.
///
/// Fails with `Error::Settings`, naming the line, on an id that is taken, an unknown kind, source or question, and on a
/// key that the kind does not have.
pub(super) fn resolve_apis(
    config: &ConfigText,
    folder: &Path,
    apis: Vec<FileApi>,
    sources: &[Source],
) -> Result<Vec<Api>> {
    let mut resolved: Vec<Api> = Vec::with_capacity(apis.len());
    for api in apis {
        let (at, one) = (api.id.span(), resolve_api(config, folder, api, sources)?);
        if resolved.iter().any(|other| other.id == one.id) {
            let what = format!("the id `{}` is already taken by another [[api]]", one.id);
            return Err(config.error(&at, what, "give every API an id of its own"));
        }
        let tells_all = |api: &Api| api.kind == ApiKind::AwsCostExplorer && api.asks("costs") && api.scopes.is_empty();
        if let Some(other) =
            resolved.iter().find(|other| tells_all(other) && tells_all(&one) && other.source == one.source)
        {
            let what = format!("`{}` is asked for all costs of the source `{}` already", other.id, other.source);
            return Err(config.error(&at, what, "name `scopes`: the accounts that each of them is asked for"));
        }
        resolved.push(one);
    }
    Ok(resolved)
}

fn resolve_api(config: &ConfigText, folder: &Path, written: FileApi, sources: &[Source]) -> Result<Api> {
    if !is_source_id(written.id.get_ref()) {
        return Err(config.error(
            &written.id.span(),
            format!("`{}` cannot be the id of an API", written.id.get_ref()),
            "use lower-case letters, digits, `-` and `_`, starting with a letter or a digit, at most 64",
        ));
    }
    let known: Vec<&str> = ApiKind::ALL.into_iter().map(ApiKind::name).collect();
    let kind = ApiKind::find(written.kind.get_ref()).ok_or_else(|| {
        let what = format!("unknown kind of API `{}`", written.kind.get_ref());
        config.error(&written.kind.span(), what, suggestion(written.kind.get_ref(), &known))
    })?;
    refuse_keys(config, kind, &written)?;
    let primaries: Vec<&str> =
        sources.iter().filter(|source| source.role == Role::Primary).map(|source| source.id.as_str()).collect();
    if !primaries.contains(&written.source.get_ref().as_str()) {
        let what = format!("there is no source `{}` that is published", written.source.get_ref());
        return Err(config.error(&written.source.span(), what, suggestion(written.source.get_ref(), &primaries)));
    }
    let location = location(config, folder, kind, &written)?;
    let ask = match written.ask {
        None => kind.usual_questions().map(str::to_string).collect(),
        Some(words) => questions(config, kind, words)?,
    };
    if let Some(endpoint) = &written.endpoint {
        check_endpoint(config, endpoint, written.allow_http.as_ref().is_some_and(|allow| *allow.get_ref()))?;
    }
    let credential_file = written.credential_file.as_ref().map(|file| local_path(config, folder, file)).transpose()?;
    let text = |value: Option<Spanned<String>>| value.map(Spanned::into_inner);
    Ok(Api {
        id: written.id.into_inner(),
        kind,
        source: written.source.into_inner(),
        ask,
        scopes: written.scopes.into_iter().map(Spanned::into_inner).collect(),
        tolerance: written.tolerance.map(|value| tolerance(config, &value)).transpose()?,
        location,
        login: Login {
            endpoint: text(written.endpoint),
            region: text(written.region),
            profile: text(written.profile),
            role: text(written.assume_role),
            credential_file,
            allow_http: written.allow_http.is_some_and(Spanned::into_inner),
        },
    })
}

fn questions(config: &ConfigText, kind: ApiKind, words: Spanned<Vec<Spanned<String>>>) -> Result<Vec<String>> {
    if words.get_ref().is_empty() {
        let remedy = format!("leave `ask` out for all of them, or name some of: {}", kind.questions().join(", "));
        return Err(config.error(&words.span(), "nothing is asked of this API", remedy));
    }
    let mut asked: Vec<String> = Vec::new();
    for word in words.into_inner() {
        if !kind.questions().contains(&word.get_ref().as_str()) {
            let what = format!("{} cannot be asked `{}`", kind.name(), word.get_ref());
            return Err(config.error(&word.span(), what, suggestion(word.get_ref(), kind.questions())));
        }
        if asked.contains(word.get_ref()) {
            return Err(config.error(&word.span(), format!("`{}` is asked twice", word.get_ref()), "name it once"));
        }
        asked.push(word.into_inner());
    }
    Ok(asked)
}

/// Where the files of a kind that has files lie, as of a source.
fn location(
    config: &ConfigText,
    folder: &Path,
    kind: ApiKind,
    written: &FileApi,
) -> Result<Option<(PathBuf, Option<StoreAddress>)>> {
    let Some(location) = written.location.clone().filter(|_| kind.has_location()) else {
        return match kind.has_location() {
            false => Ok(None),
            true => {
                let what = format!("{} has no location", kind.name());
                let remedy = "add location = \"…\": the folder or the s3:// URL that its exports go to";
                Err(config.error(&written.kind.span(), what, remedy))
            }
        };
    };
    let written = WrittenLocation {
        location,
        endpoint: written.endpoint.clone(),
        region: written.region.clone(),
        profile: written.profile.clone(),
        assume_role: written.assume_role.clone(),
        account: None,
        credential_file: written.credential_file.clone(),
        allow_http: written.allow_http.clone(),
        parallel_fetches: None,
    };
    resolve_location(config, folder, written).map(Some)
}

fn tolerance(config: &ConfigText, written: &Spanned<String>) -> Result<Money> {
    let parsed = parse_decimal(written.get_ref().as_bytes(), COST_SCALE).ok();
    let value = parsed.filter(|parsed| parsed.residual == 0 && parsed.value >= 0).map(|parsed| Money(parsed.value));
    value.ok_or_else(|| {
        let what = format!("the tolerance `{}` is no amount from 0 on", written.get_ref());
        config.error(&written.span(), what, "write by how much a total may differ, as \"0.05\"")
    })
}

/// Refuses the first key that is there and that the kind does not have.
fn refuse_keys(config: &ConfigText, kind: ApiKind, written: &FileApi) -> Result<()> {
    let FileApi {
        id: _,
        kind: _,
        source: _,
        ask: _,
        endpoint,
        region,
        profile,
        assume_role,
        credential_file,
        allow_http,
        scopes,
        tolerance,
        location,
    } = written;
    let span = |value: &Option<Spanned<String>>| value.as_ref().map(Spanned::span);
    let keys: [(&str, Option<Range<usize>>); 9] = [
        ("location", span(location)),
        ("endpoint", span(endpoint)),
        ("region", span(region)),
        ("profile", span(profile)),
        ("assume_role", span(assume_role)),
        ("credential_file", span(credential_file)),
        ("allow_http", allow_http.as_ref().map(Spanned::span)),
        ("scopes", scopes.first().map(Spanned::span)),
        ("tolerance", span(tolerance)),
    ];
    for (name, at) in keys {
        if let Some(at) = at.filter(|_| !kind.keys().contains(&name)) {
            return Err(config.error(&at, format!("{name}: {} has no such key", kind.name()), "leave it out"));
        }
    }
    Ok(())
}
