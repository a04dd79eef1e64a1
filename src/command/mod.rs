//! One file per subcommand: the only code that knows more than one stage, and the only clock.

pub mod console;
pub mod init;

use crate::cli::{Cli, Command};
use crate::settings::{Environment, Settings};
use crate::{Error, Result};
use console::Console;

/// The ids of the export formats.
const FORMATS: [&str; 2] = ["aws-cur-legacy", "focus"];

/// Does what was typed; the exit status is that of the table in `--help`.
pub fn run(cli: Cli) -> u8 {
    let console = Console { quiet: cli.shared.quiet };
    dispatch(cli, console).unwrap_or_else(|error| {
        console.problem(&error);
        error.exit_code()
    })
}

fn dispatch(cli: Cli, console: Console) -> Result<u8> {
    let overrides = cli.overrides();
    let settings = || Settings::resolve(overrides, Environment::read(), &FORMATS);
    match cli.command {
        Command::Init(init) => init::run(&init, cli.shared.config.as_deref(), console),
        Command::Run(_) => settings().and_then(|_| not_built("run")),
        Command::Check => settings().and_then(|_| not_built("check")),
        Command::Query(_) => settings().and_then(|_| not_built("query")),
        Command::Status(_) => settings().and_then(|_| not_built("status")),
        Command::Reconcile(_) => settings().and_then(|_| not_built("reconcile")),
        Command::Explain(_) => not_built("explain"),
        Command::Sample(_) => not_built("sample"),
    }
}

fn not_built(command: &str) -> Result<u8> {
    Err(Error::bug(format!("costmill {command}"), "not built yet"))
}
