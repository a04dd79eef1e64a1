//! `[[source]]` tables: ids, formats and declared file sets.

use super::file::{FileBasis, FileFileSet, FileRole, FileSource};
use super::location::{WrittenLocation, resolve_location};
use super::place::{ConfigText, suggestion};
use super::{BasisChoice, FileSet, Role, Source};
use crate::Result;
use crate::focus::time::parse_timestamp;
use crate::focus::{BillingMonth, ExportRange};
use std::collections::BTreeMap;
use std::path::{Component, Path};
use toml::Spanned;

/// Every source, in the file's order.
pub(super) fn resolve_sources(
    config: &ConfigText,
    folder: &Path,
    sources: Vec<FileSource>,
    formats: &[&str],
) -> Result<Vec<Source>> {
    if sources.is_empty() {
        return Err(config.error_in_file(
            "no [[source]] is configured, so there is no bill to read",
            "add a [[source]] with id, format and location; `costmill init` writes an example",
        ));
    }
    let mut lines = BTreeMap::new();
    let mut resolved = Vec::with_capacity(sources.len());
    let ids: Vec<String> = sources.iter().map(|source| source.id.get_ref().clone()).collect();
    if sources.iter().all(|source| source.role == FileRole::Shadow) {
        let what = "every source is a shadow, so nothing would be published";
        return Err(config.error_in_file(what, "leave `role` out of the source that is the bill"));
    }
    for source in sources {
        check_disjoint(config, &source, &ids)?;
        let at = source.id.span();
        if let Some(first) = lines.insert(source.id.get_ref().clone(), config.line(&at)) {
            let what = format!("the source id `{}` is already taken on line {first}", source.id.get_ref());
            return Err(config.error(&at, what, "give every source an id of its own"));
        }
        resolved.push(resolve_source(config, folder, source, formats)?);
    }
    Ok(resolved)
}

fn resolve_source(config: &ConfigText, folder: &Path, source: FileSource, formats: &[&str]) -> Result<Source> {
    let FileSource {
        id,
        format,
        location,
        endpoint,
        region,
        profile,
        assume_role,
        account,
        credential_file,
        allow_http,
        parallel_fetches,
        role,
        disjoint_from,
        sub_accounts,
        money_basis,
        late_after_days,
        may_be_silent,
        dataset,
        file_set,
    } = source;
    if !is_source_id(id.get_ref()) {
        return Err(config.error(
            &id.span(),
            format!("`{}` cannot be a source id", id.get_ref()),
            "use lower-case letters, digits, `-` and `_`, starting with a letter or a digit, at most 64",
        ));
    }
    if !formats.contains(&format.get_ref().as_str()) {
        let what = format!("unknown export format `{}`", format.get_ref());
        return Err(config.error(&format.span(), what, suggestion(format.get_ref(), formats)));
    }
    let mut file_sets = Vec::with_capacity(file_set.len());
    let mut lines = BTreeMap::new();
    for set in file_set {
        if let (Some(one), Some(other)) = (&dataset, &set.dataset)
            && one != other.get_ref()
        {
            let what = format!("the source is of the dataset `{one}` alone, and this set of `{}`", other.get_ref());
            return Err(config.error(&other.span(), what, "leave `dataset` out of the source to publish both"));
        }
        file_sets.push(resolve_file_set(config, set, &mut lines)?);
    }
    if let (FileRole::Primary, Some(first)) = (&role, sub_accounts.first()) {
        let what = "only a shadow is compared by sub account";
        return Err(config.error(&first.span(), what, "add role = \"shadow\", or leave sub_accounts out"));
    }
    let gap_key = late_after_days.as_ref().map(Spanned::span).or(may_be_silent.first().map(Spanned::span));
    if let (FileRole::Shadow, Some(key)) = (&role, gap_key) {
        let what = "a shadow has no gaps that are told";
        return Err(config.error(&key, what, "give the key to the source that is published"));
    }
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
    let (location, store) = resolve_location(config, folder, written)?;
    let texts = |names: Vec<Spanned<String>>| names.into_iter().map(Spanned::into_inner).collect::<Vec<_>>();
    Ok(Source {
        role: match role {
            FileRole::Primary => Role::Primary,
            FileRole::Shadow => Role::Shadow,
        },
        disjoint_from: texts(disjoint_from),
        sub_accounts: texts(sub_accounts),
        id: id.into_inner(),
        format: format.into_inner(),
        location,
        store,
        money_basis: match money_basis {
            FileBasis::Auto => BasisChoice::Auto,
            FileBasis::Gross => BasisChoice::Gross,
            FileBasis::Net => BasisChoice::Net,
        },
        late_after_days: late_after_days.map(|days| resolve_late(config, &days)).transpose()?,
        may_be_silent: texts(may_be_silent),
        dataset,
        file_sets,
    })
}

fn resolve_late(config: &ConfigText, days: &Spanned<i64>) -> Result<u16> {
    let most = 366;
    u16::try_from(*days.get_ref()).ok().filter(|days| (1..=most).contains(days)).ok_or_else(|| {
        let what = format!("late_after_days = {} is impossible", days.get_ref());
        config.error(
            &days.span(),
            what,
            format!("use 1 to {most} days; a day is complete when it has been over for one"),
        )
    })
}

/// Disjoint sources are others of the same file.
fn check_disjoint(config: &ConfigText, source: &FileSource, ids: &[String]) -> Result<()> {
    for other in &source.disjoint_from {
        let name = other.get_ref();
        if name == source.id.get_ref() {
            return Err(config.error(&other.span(), "a source overlaps with itself", "name another source"));
        }
        if !ids.contains(name) {
            let known: Vec<&str> = ids.iter().map(String::as_str).collect();
            return Err(config.error(&other.span(), format!("there is no source `{name}`"), suggestion(name, &known)));
        }
    }
    Ok(())
}

/// It names a folder of the lake and stands in every row.
pub(super) fn is_source_id(id: &str) -> bool {
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'_';
    id.len() <= 64 && id.bytes().all(legal) && id.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric())
}

/// `lines` remembers where each file of the source was named: in two sets its rows would count twice.
fn resolve_file_set(config: &ConfigText, set: FileFileSet, lines: &mut BTreeMap<String, usize>) -> Result<FileSet> {
    let FileFileSet { billing_periods, from, to, dataset, files } = set;
    let range = resolve_range(config, from, to)?;
    let billing_periods = match (billing_periods, range.is_some()) {
        (Some(periods), true) => {
            let what = "the file set has billing periods and a range of export times";
            return Err(config.error(&periods.span(), what, "leave one of them out: the format's page says which"));
        }
        (None, true) => Vec::new(),
        (Some(periods), false) if !periods.get_ref().is_empty() => periods.into_inner(),
        (periods, false) => {
            return Err(config.error(
                &periods.map_or_else(|| files.span(), |periods| periods.span()),
                "the file set names no billing period",
                "say which periods its files are the complete state of: billing_periods = [\"2026-10\"]",
            ));
        }
    };
    if files.get_ref().is_empty() {
        return Err(config.error(&files.span(), "the file set names no file", "list its files, or remove the set"));
    }
    let mut months = Vec::with_capacity(billing_periods.len());
    for text in billing_periods {
        let month: BillingMonth = text.get_ref().parse().map_err(|_| {
            config.error(&text.span(), format!("`{}` is not a billing period", text.get_ref()), "write it as 2026-10")
        })?;
        if months.contains(&month) {
            return Err(config.error(&text.span(), format!("{month} is named twice"), "name it once"));
        }
        months.push(month);
    }
    let mut names = Vec::with_capacity(files.get_ref().len());
    for file in files.into_inner() {
        check_file_name(config, &file)?;
        if let Some(first) = lines.insert(file.get_ref().clone(), config.line(&file.span())) {
            let what = format!("the file `{}` is already named on line {first}", file.get_ref());
            return Err(config.error(&file.span(), what, "name it in one file set, with every period it holds"));
        }
        names.push(file.into_inner());
    }
    Ok(FileSet { billing_periods: months, range, dataset: dataset.map(Spanned::into_inner), files: names })
}

/// The half-open range of export times; both ends or none.
fn resolve_range(
    config: &ConfigText,
    from: Option<Spanned<String>>,
    to: Option<Spanned<String>>,
) -> Result<Option<ExportRange>> {
    let (from, to) = match (from, to) {
        (None, None) => return Ok(None),
        (Some(from), Some(to)) => (from, to),
        (Some(one), None) | (None, Some(one)) => {
            let remedy = "write both: from = \"2026-10-01\", to = \"2026-10-02\" (half-open, UTC)";
            return Err(config.error(&one.span(), "a range of export times has two ends", remedy));
        }
    };
    let time = |text: &Spanned<String>| {
        parse_timestamp(text.get_ref()).ok_or_else(|| {
            let what = format!("`{}` is not a date and time", text.get_ref());
            config.error(&text.span(), what, "write it as 2026-10-01 or 2026-10-01T06:00:00Z")
        })
    };
    let range = ExportRange { from: time(&from)?, to: time(&to)? };
    if range.from >= range.to {
        return Err(config.error(&to.span(), "the range ends before it begins", "let `to` be after `from`"));
    }
    Ok(Some(range))
}

/// A file set stays inside its location: the same config reads the same files wherever it is moved.
fn check_file_name(config: &ConfigText, file: &Spanned<String>) -> Result<()> {
    let name = file.get_ref();
    if name.is_empty() || !Path::new(name).components().all(|part| matches!(part, Component::Normal(_))) {
        return Err(config.error(
            &file.span(),
            format!("`{name}` is not a file inside the source's location"),
            "write the path from the location on, without a leading `/`, `.` or `..`",
        ));
    }
    Ok(())
}
