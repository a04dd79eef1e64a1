//! The environment variables, read once.

use std::ffi::OsString;
use std::path::PathBuf;

/// Where systemd keeps the caches of services: its `%C`.
pub const UNITS_CACHES: &str = "/var/cache";

/// What the environment says. A variable that is set but empty counts as not set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Environment {
    /// `COSTMILL_CONFIG`.
    pub config: Option<PathBuf>,
    /// `COSTMILL_LAKE`.
    pub lake: Option<PathBuf>,
    /// `COSTMILL_OUTPUT`.
    pub output: Option<PathBuf>,
    /// Where the user keeps caches: `XDG_CACHE_HOME`, or `.cache` in `HOME`.
    pub caches: Option<PathBuf>,
    /// `USER`, `LOGNAME` or `USERNAME`: who is at work.
    pub user: Option<String>,
    /// `COSTMILL_FAULT`, in builds with debug assertions only.
    pub fault: Option<String>,
}

impl Environment {
    /// The environment of the process.
    pub fn read() -> Self {
        Self::from_lookup(|name| std::env::var_os(name))
    }

    /// What a unit's run finds of it: neither this process's folders nor its user's caches.
    pub fn of_a_unit(self) -> Self {
        Self { lake: None, output: None, caches: Some(UNITS_CACHES.into()), ..self }
    }

    fn from_lookup(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let value = |name: &str| lookup(name).filter(|value| !value.is_empty());
        let fault = if cfg!(debug_assertions) { value("COSTMILL_FAULT") } else { None };
        let user = ["USER", "LOGNAME", "USERNAME"].into_iter().find_map(value);
        Self {
            user: user.map(|name| name.to_string_lossy().into_owned()),
            config: value("COSTMILL_CONFIG").map(PathBuf::from),
            lake: value("COSTMILL_LAKE").map(PathBuf::from),
            output: value("COSTMILL_OUTPUT").map(PathBuf::from),
            caches: value("XDG_CACHE_HOME")
                .map(PathBuf::from)
                .or_else(|| value("HOME").map(|home| PathBuf::from(home).join(".cache"))),
            fault: fault.map(|name| name.to_string_lossy().into_owned()),
        }
    }
}

/// The value of an environment variable that the configuration names. It cannot be printed.
pub struct Secret(String);

impl Secret {
    /// `None` where the variable is not set, empty or no text.
    pub fn named(variable: &str) -> Option<Self> {
        std::env::var(variable).ok().filter(|value| !value.trim().is_empty()).map(|value| Self(value.trim().into()))
    }

    /// For the one who sends it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

/// Where the system finds a program: a name with a `/` in it as it is, another one in the folders of `PATH`. `None` where no
/// file of that name is there.
pub fn program(name: &str) -> Option<PathBuf> {
    if name.contains(std::path::MAIN_SEPARATOR) || name.contains('/') {
        return Some(PathBuf::from(name)).filter(|path| path.is_file());
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file())
}

/// `COLUMNS`: how many columns the reader's window has, where somebody says so.
pub fn columns() -> Option<usize> {
    std::env::var("COLUMNS").ok()?.trim().parse().ok().filter(|columns| *columns > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_is_not_set() {
        let environment = Environment::from_lookup(|name| match name {
            "COSTMILL_LAKE" => Some(OsString::new()),
            "COSTMILL_OUTPUT" => Some("out".into()),
            _ => None,
        });
        assert_eq!(environment, Environment { output: Some("out".into()), ..Environment::default() });
    }
}
