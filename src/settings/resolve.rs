//! Flag > environment > file > default, in one function.

use super::apart::taken;
use super::api::resolve_apis;
use super::closing::resolve_closing;
use super::control_totals::read_control_totals;
use super::currency::resolve_currency;
use super::file::{self, FileConfig};
use super::job::resolve_jobs;
use super::lake::{Outside, resolve_lake};
use super::outward::{resolve_deliver, resolve_hooks};
use super::place::ConfigText;
use super::policy::waste::resolve_waste;
use super::policy::{Written, resolve_policy};
use super::retention::resolve_retention;
use super::size::parse_size;
use super::source::resolve_sources;
use super::{DEFAULT_CONFIG, Environment, Settings};
use crate::Result;
use crate::focus::BillingMonth;
use chrono::NaiveDate;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use toml::Spanned;

const DEFAULT_OUTPUT: &str = "out";
const DEFAULT_MEMORY_LIMIT: u64 = 1 << 30;

/// The flags that win over everything else. Their paths are relative to the current folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Overrides {
    pub config: Option<PathBuf>,
    pub lake: Option<PathBuf>,
    pub output: Option<PathBuf>,
    pub quiet: bool,
    pub periods: Vec<BillingMonth>,
    pub as_of: Option<NaiveDate>,
    pub threads: Option<usize>,
}

impl Settings {
    /// Reads the config file and settles every value. `formats` are the ids of the export formats.
    ///
    /// Fails with `Error::Settings`, naming file and line, on anything missing, unknown or impossible.
    pub fn resolve(overrides: Overrides, environment: Environment, formats: &[&str]) -> Result<Self> {
        // No `..` anywhere below: a new flag, variable or key that nobody settles does not compile.
        let Overrides { config, lake, output, quiet, periods, as_of, threads } = overrides;
        let Environment { config: env_config, lake: env_lake, output: env_output, caches, user, fault } = environment;

        let path = config.or(env_config).unwrap_or_else(|| DEFAULT_CONFIG.into());
        let (text, parsed) = file::read(&path)?;
        let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        let FileConfig {
            lake: file_lake,
            output: file_output,
            catalogue,
            memory_limit,
            threads: file_threads,
            source,
            accounts,
            tags,
            environment,
            team: teams,
            owner: owners,
            showback,
            unit_metric: unit_metrics,
            waste,
            closing,
            control_totals,
            currency,
            deliver,
            hook,
            api: apis,
            job: jobs,
            retention,
        } = parsed;

        let in_file = |value: Option<Spanned<String>>| value.map(|v| local_path(&text, &folder, &v)).transpose();
        let (file_output, catalogue) = (in_file(file_output)?, in_file(catalogue)?);
        let control_totals = in_file(control_totals)?;
        let file_threads = file_threads.map(|value| whole_threads(&text, &value)).transpose()?;
        let memory_limit = memory_limit.map(|value| limit(&text, &value)).transpose()?;

        let written = Written { accounts, tags, environment, teams, owners, showback, unit_metrics };
        let (tags, policy) = resolve_policy(&text, &folder, written)?;
        let sources = resolve_sources(&text, &folder, source, formats)?;
        let outside = output.or(env_output);
        let own_output = file_output.unwrap_or_else(|| folder.join(DEFAULT_OUTPUT));
        let output_elsewhere = outside.as_ref().is_some_and(|outside| *outside != own_output);
        let output = outside.unwrap_or(own_output);
        let lake = resolve_lake(&text, &folder, file_lake, Outside { lake: lake.or(env_lake), caches })?;
        let taken = taken(&lake, &output, &folder, &sources);
        Ok(Settings {
            lake,
            output_elsewhere,
            output,
            catalogue,
            memory_limit: memory_limit.unwrap_or(DEFAULT_MEMORY_LIMIT),
            threads: threads.or(file_threads).unwrap_or_else(processors),
            closing: resolve_closing(&text, closing, &sources)?,
            control_totals: match control_totals {
                Some(path) => read_control_totals(&path, &sources)?,
                None => Vec::new(),
            },
            reporting: currency.map(|written| resolve_currency(&text, &folder, written)).transpose()?,
            apis: resolve_apis(&text, &folder, apis, &sources)?,
            sources,
            tags,
            policy,
            jobs: resolve_jobs(&text, jobs)?,
            retention: resolve_retention(&text, retention)?,
            waste: resolve_waste(&text, &folder, waste)?,
            deliver: resolve_deliver(&text, &folder, deliver, &taken)?,
            hooks: resolve_hooks(&text, &folder, hook)?,
            user,
            periods: sorted(periods),
            as_of,
            quiet,
            fault,
            config: path,
        })
    }
}

/// A path of the config file, which is relative to the file's folder.
pub(super) fn local_path(config: &ConfigText, folder: &Path, value: &Spanned<String>) -> Result<PathBuf> {
    let written = value.get_ref();
    if written.is_empty() {
        return Err(config.error(&value.span(), "the path is empty", "name a folder, or `.` for the config's own"));
    }
    if written.contains("://") {
        return Err(config.error(
            &value.span(),
            format!("`{written}` is a URL, and this must be a path"),
            "name a folder or file of this machine; only `lake` and `location` of a source can be a URL",
        ));
    }
    Ok(folder.join(written))
}

fn whole_threads(config: &ConfigText, value: &Spanned<i64>) -> Result<usize> {
    usize::try_from(*value.get_ref()).ok().filter(|threads| *threads > 0).ok_or_else(|| {
        config.error(&value.span(), format!("threads = {} is impossible", value.get_ref()), "use a number from 1 on")
    })
}

fn limit(config: &ConfigText, value: &Spanned<String>) -> Result<u64> {
    parse_size(value.get_ref())
        .map_err(|what| config.error(&value.span(), what, "write a whole number with KiB, MiB or GiB, at least 256MiB"))
}

/// The processors this process may use.
pub(super) fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, NonZeroUsize::get)
}

fn sorted(mut periods: Vec<BillingMonth>) -> Vec<BillingMonth> {
    periods.sort_unstable();
    periods.dedup();
    periods
}
