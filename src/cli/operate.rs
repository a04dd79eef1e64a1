//! What `costmill doctor`, `schedule`, `vacuum` and `init` are asked.

use super::{Cli, parse_day};
use chrono::NaiveDate;
use clap::{Args, Parser, ValueEnum};

const DOCTOR_HELP: &str = "\
Exit status:
  0  nothing is wrong
  1  a run would fail, or leave something out
  3  a run would do its work; something should be looked at";

/// `costmill doctor`.
#[derive(Debug, Args)]
#[command(after_help = DOCTOR_HELP)]
pub struct Doctor {
    /// How to print what was found
    #[arg(long, value_enum, default_value_t = DoctorFormat::Text)]
    pub format: DoctorFormat,
}

/// How `doctor` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DoctorFormat {
    /// A line per check, and the remedy below
    Text,
    /// One object, for programs
    Json,
}

/// `costmill schedule`.
#[derive(Debug, Args)]
pub struct Schedule {
    /// What the units are for
    #[arg(long = "as", value_enum, value_name = "WHAT")]
    pub target: ScheduleAs,
    /// Only this job [default: every one]
    #[arg(long, value_name = "ID")]
    pub job: Option<String>,
}

/// What runs jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ScheduleAs {
    /// A .service and a .timer per job
    Systemd,
    /// A file for /etc/cron.d
    Cron,
    /// A CronJob per job
    Kubernetes,
}

/// `costmill vacuum`.
#[derive(Debug, Args)]
pub struct Vacuum {
    /// List what would be removed, and remove nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Count ages to this day (UTC) [default: now]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
}

/// Whose policy `init --policy` prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PolicyCloud {
    /// An IAM policy, JSON
    Aws,
    /// A custom role, JSON, and the commands that use it
    Azure,
    /// A custom role, YAML, and the commands that use it
    Gcp,
}

/// `costmill init`.
#[derive(Debug, Args)]
pub struct Init {
    /// Replace an existing costmill.toml
    #[arg(long)]
    pub force: bool,
    /// Print, instead, the least that a cloud must permit for this configuration (or, without one, for
    /// an example), as the cloud reads it
    #[arg(long, value_enum, value_name = "CLOUD", conflicts_with = "force")]
    pub policy: Option<PolicyCloud>,
}

impl Cli {
    /// Why arguments, without the program's name, are no command line; `None` where they are one. Help is none.
    pub fn refuses(arguments: &[String]) -> Option<String> {
        let words = std::iter::once("costmill").chain(arguments.iter().map(String::as_str));
        let error = Self::try_parse_from(words).err()?.to_string();
        Some(error.lines().next().unwrap_or_default().trim_start_matches("error: ").to_string())
    }
}
