//! One file per subcommand: the only code that knows more than one stage, and the only clock.

#[cfg(test)]
mod added_format;
mod answers;
mod archive;
mod ask;
mod books;
mod catalogue;
mod check;
mod close;
pub mod console;
mod cross;
mod deliver;
mod deliveries;
mod derived;
mod diff;
mod doctor;
mod drift;
mod explain;
mod external;
mod feeds;
mod full_days;
mod gaps;
mod history;
mod hooks;
pub mod init;
mod inputs;
mod later;
mod measured;
mod output;
mod params;
mod period;
mod policies;
mod progress;
mod prove;
mod query;
mod recommended;
mod reconcile;
mod record;
mod recorder;
mod rendered;
mod reopen;
mod report_ties;
mod reporting;
mod rests_on;
mod review;
mod rollups;
mod run;
mod run_record;
mod sabotage;
mod sample;
mod schedule;
mod shadow;
mod sisters;
mod slices;
mod slot;
mod standing;
mod status;
mod table;
mod tables;
mod timings;
mod vacuum;
mod versions;
mod waste;
mod waste_text;
mod waste_total;

use crate::cli::{Cli, Command};
use crate::settings::{Environment, Settings, threads};
use crate::{Result, fault, format};
use console::Console;

/// Does what was typed; the exit status is that of the table in `--help`.
pub fn run(cli: Cli) -> u8 {
    let console = Console::new(cli.shared.quiet, cli.shared.log_format);
    dispatch(cli, console).unwrap_or_else(|error| {
        console.problem(&error);
        error.exit_code()
    })
}

fn dispatch(cli: Cli, console: Console) -> Result<u8> {
    let (mut overrides, mut environment) = (cli.overrides(), Environment::read());
    // A unit names the configuration and nothing else: what is meant for this process alone is none of its own.
    if matches!(cli.command, Command::Schedule(_)) {
        (overrides.lake, overrides.output, environment) = (None, None, environment.of_a_unit());
    }
    let settings = || {
        let settings = Settings::resolve(overrides, environment, &format::ids())?;
        console.know_sources(settings.sources.iter().map(|source| source.id.clone()));
        fault::arm(settings.fault.clone());
        Ok(settings)
    };
    match cli.command {
        Command::Init(init) => match init.policy {
            Some(cloud) => policies::run(cloud, cli.shared.config.is_some(), settings, console),
            None => init::run(&init, cli.shared.config.as_deref(), console),
        },
        Command::Run(run) => {
            let settings = settings()?;
            threads::apply(settings.threads)?;
            run::run(&settings, &run, console)
        }
        Command::Check => check::run(&settings()?, console),
        Command::Query(query) => query::run(&settings()?, &query, console),
        Command::Waste(waste) => waste::run(&settings()?, &waste, console),
        Command::Status(status) => status::run(&settings()?, &status, console),
        Command::Reconcile(reconcile) => reconcile::run(&settings()?, &reconcile, console),
        Command::Close(close) => {
            let settings = settings()?;
            threads::apply(settings.threads)?;
            close::run(&settings, &close, console)
        }
        Command::Reopen(reopen) => reopen::run(&settings()?, &reopen, console),
        Command::History(history) => history::run(&settings()?, &history, console),
        Command::Diff(diff) => diff::run(&settings()?, &diff, console),
        Command::Doctor(doctor) => doctor::run(settings(), &doctor, console),
        Command::Schedule(schedule) => schedule::run(&settings()?, &schedule, console),
        Command::Vacuum(vacuum) => vacuum::run(&settings()?, &vacuum, console),
        Command::Explain(explain) => explain::run(settings, &explain, console),
        Command::Sample(sample) => sample::run(&sample, console),
    }
}
