//! `costmill waste`: the findings that are published, for a terminal, a program or a ticket.

use super::console::Console;
use super::query::{csv_text, json_text};
use super::tables::{LakeTables, derived_frames, dimension_names, newest_month};
use super::waste_text::{markdown, table};
use crate::cli::{Waste, WasteFormat};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::focus::policy::UNALLOCATED;
use crate::lake::{self, Lake, Snapshot};
use crate::settings::{Settings, columns};
use crate::transform::catalogue::{Tables, nearest, run_sql};
use crate::transform::finding::{Finding, from_cells};
use crate::transform::{Derived, Metric};
use polars::prelude::col;
use std::collections::BTreeSet;
use std::io::{IsTerminal, stdout};

/// What is printed.
pub struct List<'a> {
    pub month: BillingMonth,
    pub team: Option<&'a str>,
    /// The rows that were asked for, the largest realisable saving first.
    pub shown: Vec<&'a Finding>,
    /// Every finding of the team, or of all: what totals are made of.
    pub all: Vec<&'a Finding>,
}

pub fn run(settings: &Settings, waste: &Waste, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = lake.snapshot()?;
    let month = month(&snapshot, waste.period)?;
    let mut derived = derived_frames(&lake, Some(month))?;
    let Some(frame) = derived.remove(&Derived::Finding) else {
        let what = "its findings are not written yet: it was published by a run that did not end";
        return Err(Error::lake(month.to_string(), what, "run `costmill run`"));
    };
    derived.insert(Derived::Finding, frame);
    let tables =
        LakeTables { lake: &lake, snapshot: &snapshot, dimensions: dimension_names(settings), derived: Some(derived) };
    let metric = run_sql("SELECT * FROM finding", &tables, &lake::collect)?;
    let names: Vec<&str> = metric.columns.iter().map(|column| column.name.as_str()).collect();
    let found = metric.rows.iter().map(|row| from_cells(&names, row)).collect::<Result<Vec<Finding>>>()?;
    if let Some(team) = &waste.team {
        known_team(team, &teams(settings, &tables, month, &found)?)?;
    }
    let of_team = |finding: &Finding| waste.team.as_ref().is_none_or(|team| finding.team == *team);
    let wanted = |finding: &Finding| {
        of_team(finding)
            && match (waste.all, waste.suppressed) {
                (true, _) => true,
                (false, true) => finding.suppressed.is_some(),
                (false, false) => finding.suppressed.is_none() && finding.counted,
            }
    };
    let list = List {
        month,
        team: waste.team.as_deref(),
        shown: found.iter().filter(|finding| wanted(finding)).collect(),
        all: found.iter().filter(|finding| of_team(finding)).collect(),
    };
    let rows = || {
        let rows = metric.rows.iter().zip(&found).filter(|(_, finding)| wanted(finding));
        Metric { rows: rows.map(|(row, _)| row.clone()).collect(), ..metric.clone() }
    };
    console.answer(&match waste.format {
        WasteFormat::Table => table(&list, width()),
        WasteFormat::Md => markdown(&list),
        WasteFormat::Csv => csv_text(&rows())?,
        WasteFormat::Json => json_text(&rows())?,
    })?;
    Ok(0)
}

/// The billing period asked about; it must be published.
fn month(snapshot: &Snapshot, asked: Option<BillingMonth>) -> Result<BillingMonth> {
    let published: BTreeSet<BillingMonth> = snapshot.slots.keys().map(|slot| slot.month).collect();
    let Some(month) = asked.or_else(|| newest_month(snapshot)) else {
        return Err(Error::settings("waste", "nothing is published yet", "run `costmill run`"));
    };
    if !published.contains(&month) {
        let names: Vec<String> = published.iter().map(ToString::to_string).collect();
        let names = if names.is_empty() { "none".into() } else { names.join(", ") };
        let remedy = format!("published are: {names}");
        return Err(Error::settings(format!("--period {month}"), "this billing period is not published", remedy));
    }
    Ok(month)
}

/// Every team there is: of the config, of the findings, and of the billing period's charges.
fn teams(settings: &Settings, tables: &LakeTables, month: BillingMonth, found: &[Finding]) -> Result<BTreeSet<String>> {
    let mut teams: BTreeSet<String> = settings.policy.teams.iter().map(|team| team.name.clone()).collect();
    teams.insert(UNALLOCATED.into());
    teams.extend(found.iter().map(|finding| finding.team.clone()));
    let of_month = col("x_BillingMonth").eq(polars::prelude::lit(month.to_string()));
    let charged = tables.frame("cost_daily")?.filter(of_month).group_by([col("x_Team")]).agg([]);
    let charged = lake::collect(charged)?;
    if let Some(column) = charged.column("x_Team").ok().and_then(|column| column.str().ok()) {
        teams.extend(column.iter().flatten().map(str::to_string));
    }
    Ok(teams)
}

fn known_team(team: &str, teams: &BTreeSet<String>) -> Result<()> {
    if teams.contains(team) {
        return Ok(());
    }
    let remedy = match nearest(team, teams.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => {
            format!("teams with charges or in the config: {}", teams.iter().cloned().collect::<Vec<_>>().join(", "))
        }
    };
    Err(Error::settings(format!("--team {team}"), "there is no such team", remedy))
}

/// Columns to fit a table into: those that `COLUMNS` says, or the terminal's; `None` for a pipe.
fn width() -> Option<usize> {
    columns().or_else(|| if stdout().is_terminal() { terminal_width() } else { None })
}

#[cfg(unix)]
fn terminal_width() -> Option<usize> {
    let size = rustix::termios::tcgetwinsize(stdout()).ok()?;
    Some(usize::from(size.ws_col)).filter(|columns| *columns > 0)
}

#[cfg(not(unix))]
fn terminal_width() -> Option<usize> {
    None
}
