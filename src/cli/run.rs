//! What `costmill run` takes, and how every command writes its log.

use super::{parse_day, parse_threads};
use crate::focus::BillingMonth;
use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// How what a command says beside its answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people: what is done on standard output, what went wrong on standard error
    Text,
    /// One object a line, all on standard error: time, level, message, place, remedy, source, period
    Json,
}

/// `costmill run`.
#[derive(Debug, Args)]
pub struct Run {
    /// Only this billing period; may be given more than once [default: every one found]
    #[arg(long = "period", value_name = "YYYY-MM")]
    pub periods: Vec<BillingMonth>,
    /// Run as if it were this day (UTC); it replaces the clock, nothing else [default: today]
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = parse_day)]
    pub as_of: Option<NaiveDate>,
    /// Threads to work with; the results are the same for any number [default: the processors]
    #[arg(long, value_name = "N", value_parser = parse_threads)]
    pub threads: Option<usize>,
    /// Say at the end how much processor time each stage took
    #[arg(long)]
    pub timings: bool,
    /// Use what has landed: no source is looked at, and nothing is sent or fetched over the network
    #[arg(long)]
    pub offline: bool,
    /// Ask the APIs anew, though they have answered today
    #[arg(long, conflicts_with = "offline")]
    pub ask_again: bool,
    /// Write the record of the run to this file, as JSON; `-` is standard output
    #[arg(long, value_name = "FILE")]
    pub record: Option<PathBuf>,
}
