//! The size of Polars's thread pool. Polars reads it from the environment when it is first used,
//! and a process cannot safely change its own environment: it starts itself again with another.

use crate::{Error, Result};
use std::ffi::OsStr;

/// Where Polars reads the size of its pool.
const POOL: &str = "POLARS_MAX_THREADS";
/// Set for the second start, so that there is never a third.
const STARTED_AGAIN: &str = "COSTMILL_STARTED_AGAIN";

/// Makes Polars work with this many threads. Where it would take another number, the process is
/// replaced by the same binary with the same arguments, so call it before anything is done.
///
/// Fails with `Error::Settings` where the operating system refuses to start the binary again.
pub fn apply(threads: usize) -> Result<()> {
    let again = std::env::var_os(STARTED_AGAIN).is_some();
    if again || takes(std::env::var_os(POOL).as_deref(), super::resolve::processors()) == Some(threads) {
        return Ok(());
    }
    restart(threads)
}

/// The threads that Polars would take; `None` where its variable holds no number, whatever it makes of that.
fn takes(variable: Option<&OsStr>, processors: usize) -> Option<usize> {
    match variable {
        Some(text) => text.to_str()?.parse().ok(),
        None => Some(processors),
    }
}

#[cfg(unix)]
fn restart(threads: usize) -> Result<()> {
    use std::os::unix::process::CommandExt;
    let refused = |error: std::io::Error| {
        Error::settings(
            format!("threads = {threads}"),
            format!("costmill cannot start itself again with that many: {error}"),
            format!("set {POOL}={threads} in its environment"),
        )
    };
    let binary = std::env::current_exe().map_err(refused)?;
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_else(|| binary.clone().into_os_string());
    let mut command = std::process::Command::new(binary);
    command.arg0(name).args(arguments).env(POOL, threads.to_string()).env(STARTED_AGAIN, "1");
    Err(refused(command.exec()))
}

#[cfg(not(unix))]
fn restart(threads: usize) -> Result<()> {
    Err(Error::settings(
        format!("threads = {threads}"),
        "on this system the number of threads cannot be set here",
        format!("set {POOL}={threads} in the environment"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_polars_would_take() {
        for (variable, expected) in [
            (None, Some(8)),
            (Some("2"), Some(2)),
            (Some("8"), Some(8)),
            // Polars warns and takes its default: nothing to rely on.
            (Some("many"), None),
            (Some(""), None),
            (Some("-1"), None),
        ] {
            assert_eq!(takes(variable.map(OsStr::new), 8), expected, "{variable:?}");
        }
    }
}
