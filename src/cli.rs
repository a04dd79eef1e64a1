//! What was typed. Nothing past `main` and `settings` sees clap.

mod books;
mod explain;
mod operate;
mod reconcile;
mod run;

pub use books::{Close, Diff, History, Reopen, Status, StatusFormat};
pub use explain::{Explain, ExplainFigure, ExplainFormat, ExplainResource, ExplainTopic};
pub use operate::{Doctor, DoctorFormat, Init, PolicyCloud, Schedule, ScheduleAs, Vacuum};
pub use reconcile::{Reconcile, ReconcileFormat};
pub use run::{LogFormat, Run};

use crate::focus::BillingMonth;
use crate::settings::Overrides;
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

const LONG_ABOUT: &str = "\
costmill reads the billing exports of your clouds and makes a monthly cost review of them.

Each run takes the exports through one line: land them as Parquet, normalise them to FOCUS, prove \
that the totals tie to the bill, publish them to the lake, and write the reports. A figure ties to \
its source, or the run fails and names the cell. Run it every night: what is already published is \
left alone, and a run that stops half-way leaves what was there before.";

const AFTER_HELP: &str = "\
Examples:
  costmill init                           write a commented costmill.toml here
  costmill check                          is everything that I wrote right? reads no data
  costmill doctor                         would a run work tonight? changes nothing
  costmill run                            every source, every billing period found
  costmill run --period 2026-10           one billing period
  costmill run --offline                  what has landed, once more: after an upgrade or an edit
  costmill waste --team maps              what one team can save, and how
  costmill reconcile --period 2026-10     show the proof, source to report
  costmill explain figure monthly_review#cost_by_service 1
                                          the lines of the export behind a figure
  costmill diff --period 2026-10          what the last delivery changed in it
  costmill close --period 2026-10         freeze it: what comes later becomes an adjustment
  costmill query \"SELECT BillingCurrency, SUM(BilledCost) AS BilledCost
                  FROM cost_daily GROUP BY BillingCurrency\"

Environment: COSTMILL_CONFIG, COSTMILL_LAKE and COSTMILL_OUTPUT stand for --config, --lake and
--output. A flag wins over the environment, and the environment over costmill.toml.

Exit status:
  0  all done
  1  failed, nothing new published
  2  the command line, the configuration or the catalogue is wrong
  3  published, with inputs skipped or late
  4  totals do not tie; the cells are listed and their periods are not published";

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "costmill", version, about = "Cloud bills in, a proved monthly cost review out", long_about = LONG_ABOUT)]
#[command(after_help = AFTER_HELP, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    pub shared: Shared,
    #[command(subcommand)]
    pub command: Command,
}

/// Flags that every subcommand takes.
#[derive(Debug, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct Shared {
    /// The configuration [default: costmill.toml]
    #[arg(long, global = true, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// The lake, instead of the configured one: a folder, or the URL of a store
    #[arg(long, global = true, value_name = "DIR or URL")]
    pub lake: Option<PathBuf>,
    /// Where the reports go, instead of the configured folder
    #[arg(long, global = true, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Say only what went wrong
    #[arg(long, short, global = true)]
    pub quiet: bool,
    /// How standard error is written; with `json`, every line of it is one object, and no bars are drawn
    #[arg(long, value_enum, global = true, value_name = "FORMAT", default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Land, normalise, prove, publish and report: the night
    Run(Run),
    /// Check the configuration, the queries and the reports; reads no data
    Check,
    /// Ask the published lake a question in SQL; changes nothing
    Query(Query),
    /// List what can be saved, from the newest findings: owner, age, money, reason
    Waste(Waste),
    /// List what is published: rows, totals by currency and newest charge, per source and period
    Status(Status),
    /// Prove that a billing period ties, from the source files to the report
    Reconcile(Reconcile),
    /// Freeze a billing period: what is delivered for it later becomes an adjustment of the open one
    Close(Close),
    /// Open a closed billing period again
    Reopen(Reopen),
    /// List every publication of a billing period, and who closed it
    History(History),
    /// What moved in a billing period between two publications: by charge category, service, sub account, team
    Diff(Diff),
    /// Look at everything that a run needs, and say what would stop it; changes nothing
    Doctor(Doctor),
    /// Print units for the [[job]]s of the configuration: systemd, cron or Kubernetes
    Schedule(Schedule),
    /// Remove files of the lake that nothing refers to and the retention no longer keeps
    Vacuum(Vacuum),
    /// Explain a figure of a report, a resource, or what costmill does with an export
    Explain(Explain),
    /// Write a commented costmill.toml into the current folder
    Init(Init),
    /// Make the synthetic AWS bill of a company, and the truths in it; same seed, same bytes
    Sample(Sample),
}

/// `costmill query`.
#[derive(Debug, Args)]
pub struct Query {
    /// One SELECT over the tables of the lake (cost, its roll-ups, and finding, utilisation,
    /// unit_driver, unit_metric and team of one billing period), or the id of a query of the
    /// catalogue: metric/cost_by_service
    #[arg(value_name = "SQL or ID")]
    pub sql: String,
    /// For a query of the catalogue: the billing period asked about [default: the newest published]
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<BillingMonth>,
    /// For a query of the catalogue: a parameter of its header; may be given more than once
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub params: Vec<String>,
    /// How to print the rows
    #[arg(long, value_enum, default_value_t = QueryFormat::Table)]
    pub format: QueryFormat,
    /// Ask an older version of the lake; `costmill status` names the newest
    #[arg(long, value_name = "N")]
    pub version: Option<u64>,
}

/// How `query` prints its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum QueryFormat {
    /// Aligned columns, for people
    Table,
    /// RFC 4180, exact decimals
    Csv,
    /// One array of objects; decimals are text, so that no reader rounds them
    Json,
}

/// `costmill waste`.
#[derive(Debug, Args)]
pub struct Waste {
    /// Only the findings of this team; `unallocated` are those of nobody
    #[arg(long, value_name = "NAME")]
    pub team: Option<String>,
    /// The billing period [default: the newest published]
    #[arg(long, value_name = "YYYY-MM")]
    pub period: Option<BillingMonth>,
    /// How to print them
    #[arg(long, value_enum, default_value_t = WasteFormat::Table)]
    pub format: WasteFormat,
    /// Those that suppressions.toml takes off the list, instead of the list
    #[arg(long)]
    pub suppressed: bool,
    /// Every finding: also suppressed ones, and those that another action on the resource excludes
    #[arg(long, conflicts_with = "suppressed")]
    pub all: bool,
}

/// How `waste` prints its findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum WasteFormat {
    /// Aligned columns that fit the window, and totals
    Table,
    /// RFC 4180, every column
    Csv,
    /// One array of objects, every column
    Json,
    /// Markdown with a box to tick for each, for a ticket
    Md,
}

/// `costmill sample`.
#[derive(Debug, Args)]
pub struct Sample {
    /// Rows in all
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub rows: u64,
    /// Billing periods, from the first month on
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=120))]
    pub months: u32,
    /// Teams of the company
    #[arg(long, value_name = "N", default_value_t = 40, value_parser = clap::value_parser!(u32).range(5..=200))]
    pub teams: u32,
    /// The same seed makes the same bytes
    #[arg(long, value_name = "N")]
    pub seed: u64,
    /// The first billing period
    #[arg(long, value_name = "YYYY-MM", default_value = "2026-08")]
    pub first_month: BillingMonth,
    /// The exports to write, separated by commas; those of AWS have the same rows, and the first of each
    /// cloud is its primary source
    #[arg(long = "format", value_enum, value_name = "FORMAT", value_delimiter = ',', default_value = "aws-cur-legacy")]
    pub exports: Vec<SampleExport>,
    /// The folder to write into
    #[arg(long, value_name = "DIR", default_value = "sample")]
    pub out: PathBuf,
}

/// An export of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SampleExport {
    /// Legacy Cost and Usage Report, gzip CSV
    AwsCurLegacy,
    /// CUR 2.0, Parquet with map columns; discounts as a map
    AwsCur2Parquet,
    /// CUR 2.0, gzip CSV; discounts as lines
    AwsCur2Csv,
    /// FOCUS 1.2, Parquet
    AwsFocus,
    /// FOCUS 1.2, gzip CSV
    AwsFocusCsv,
    /// Azure cost details, actual and amortised, gzip CSV
    AzureCostDetails,
    /// FOCUS 1.2 of Azure, gzip CSV
    AzureFocus,
    /// Google Cloud's detailed usage cost table, dumps as Parquet and JSON lines
    GcpDetailedUsage,
    /// Google Cloud's standard usage cost table, the same
    GcpStandardUsage,
    /// Google Cloud's FOCUS table, the same
    GcpFocus,
}

impl Cli {
    /// Reads the process's arguments. Prints the help or the usage error and ends the process
    /// (status 0 or 2) when there is nothing to run.
    pub fn from_arguments() -> Self {
        Self::parse()
    }

    /// What these arguments say, the first being the program's name.
    #[cfg(test)]
    pub fn of(arguments: &[&str]) -> Self {
        Self::parse_from(arguments)
    }

    /// The flags that can override the configuration.
    pub fn overrides(&self) -> Overrides {
        // `log_format` says how to print, and stays with the command.
        let Shared { config, lake, output, quiet, log_format: _ } = &self.shared;
        let (periods, as_of, threads) = match &self.command {
            // The others say how to run and what to print, and stay with the command.
            Command::Run(Run { periods, as_of, threads, timings: _, offline: _, ask_again: _, record: _ }) => {
                (periods.clone(), *as_of, *threads)
            }
            Command::Status(Status { as_of, .. })
            | Command::Reconcile(Reconcile { as_of, .. })
            | Command::Close(Close { as_of, .. })
            | Command::Reopen(Reopen { as_of, .. })
            | Command::Vacuum(Vacuum { as_of, .. }) => (Vec::new(), *as_of, None),
            _ => (Vec::new(), None, None),
        };
        let (config, lake, output) = (config.clone(), lake.clone(), output.clone());
        Overrides { config, lake, output, quiet: *quiet, periods, as_of, threads }
    }
}

fn parse_day(text: &str) -> Result<NaiveDate, String> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| format!("`{text}` is not a day; write it as 2026-11-01"))
}

fn parse_threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(threads) if threads > 0 => Ok(threads),
        _ => Err("the number of threads is a whole number from 1 on".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_reach_the_overrides() {
        let cli = Cli::parse_from([
            "costmill",
            "run",
            "--period",
            "2026-10",
            "--period",
            "2026-09",
            "--as-of",
            "2026-11-01",
            "--threads",
            "2",
            "--config",
            "a.toml",
            "--lake",
            "l",
            "--output",
            "o",
            "-q",
        ]);
        let Overrides { config, lake, output, quiet, periods, as_of, threads } = cli.overrides();
        assert_eq!((config, lake, output), (Some("a.toml".into()), Some("l".into()), Some("o".into())));
        assert_eq!((quiet, threads, as_of), (true, Some(2), NaiveDate::from_ymd_opt(2026, 11, 1)));
        assert_eq!(periods.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2026-10", "2026-09"]);
    }

    #[test]
    fn a_wrong_value_is_a_usage_error() {
        for arguments in [
            &["run", "--period", "2026-13"][..],
            &["run", "--as-of", "1.11.2026"],
            &["run", "--threads", "0"],
            &["reconcile"],
            &["explain"],
            &["sample", "--rows", "0", "--months", "1", "--seed", "1"],
            &["fly"],
        ] {
            let error = Cli::try_parse_from(["costmill"].iter().chain(arguments)).unwrap_err();
            assert_eq!(error.exit_code(), 2, "{arguments:?}");
        }
    }
}
