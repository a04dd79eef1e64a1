//! `costmill init`: a commented configuration to start from.

use super::console::Console;
use crate::cli::Init;
use crate::settings::DEFAULT_CONFIG;
use crate::{Error, Result};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::Path;

/// What `init` writes: every key with its meaning.
pub const TEMPLATE: &str = include_str!("init.toml");

/// Writes the configuration where `--config` says, or into the current folder.
///
/// Fails with `Error::Settings` when the file exists and `--force` is absent, or cannot be written.
pub fn run(init: &Init, config: Option<&Path>, console: Console) -> Result<u8> {
    let path = config.unwrap_or(Path::new(DEFAULT_CONFIG));
    let Init { force, policy: _ } = init;
    let mut options = OpenOptions::new();
    options.write(true);
    // create_new leaves no moment between the look and the write.
    if *force {
        options.create(true).truncate(true)
    } else {
        options.create_new(true)
    };
    options
        .open(path)
        .and_then(|mut file| file.write_all(TEMPLATE.as_bytes()))
        .map_err(|error| refused(path, &error))?;
    console.say(&format!(
        "wrote {}\nnext: set the location of your export in it, then `costmill check`, then `costmill run`",
        path.display()
    ));
    Ok(0)
}

fn refused(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        ErrorKind::AlreadyExists => {
            Error::settings(place, "the file exists, and may be yours", "replace it with `costmill init --force`")
        }
        _ => Error::settings(place, format!("cannot be written: {error}"), "check the folder and its permissions"),
    }
}
