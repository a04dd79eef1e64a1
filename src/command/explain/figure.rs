//! `costmill explain figure`: the charges that a figure of a report is the sum of.

use super::converted;
use super::lines;
use super::rests::{CsvOut, Tally};
use super::shown::Shown;
use crate::cli::{ExplainFigure, ExplainFormat};
use crate::command::books::Books;
use crate::command::catalogue::load_or_first;
use crate::command::console::Console;
use crate::command::tables::{LakeTables, derived_frames, dimension_names, newest_month};
use crate::error::{Error, Result};
use crate::focus::money::decimal_text;
use crate::lake::{self, Lake};
use crate::settings::Settings;
use crate::transform::lineage::{Asked, Figure, lineage};

/// Errors: `Settings` for a figure that is not there; `Tie` where the charges do not sum to it.
pub fn run(settings: &Settings, wanted: &ExplainFigure, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = lake.snapshot()?;
    let month = wanted.period.or_else(|| newest_month(&snapshot)).ok_or_else(|| super::not_published("any period"))?;
    if !snapshot.slots.keys().any(|slot| slot.month == month) {
        return Err(super::not_published(&month.to_string()));
    }
    let checked = load_or_first(settings, console)?;
    let derived = Some(derived_frames(&lake, Some(month))?);
    let tables = LakeTables { lake: &lake, snapshot: &snapshot, dimensions: dimension_names(settings), derived };
    let shown = Shown::ask(settings, &checked, &tables, month, wanted)?;
    let (row, column) = (shown.row(wanted)?, shown.column(wanted)?);
    let params = &shown.params[row];
    let asked = Asked {
        catalogue: &checked.catalogue,
        query: &shown.section.query,
        params,
        tables: &tables,
        collect: &lake::collect,
    };
    let figure = Figure { metric: &shown.metric, row: &shown.metric.rows[row], column };
    let heading = heading(&shown, row, column, month, snapshot.version);
    let Some(lineage) = lineage(&asked, figure)? else {
        if wanted.format == ExplainFormat::Text {
            console.answer(&heading)?;
        }
        let name = &shown.metric.columns[column].name;
        let others = shown
            .metric
            .columns
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != column && Figure { column: *at, ..figure }.amount().is_some());
        let others: Vec<&str> = others.map(|(_, column)| column.name.as_str()).collect();
        let remedy = match others.is_empty() {
            true => format!("read {}, which says how it is made", checked.catalogue.queries[&shown.section.query].file),
            false => format!("ask for an amount of the same row: --column {}", others.join(", --column ")),
        };
        let what = format!("{name} is no sum of charges: a share, a count, an estimate, or nothing");
        return Err(Error::settings(&wanted.figure, what, remedy));
    };
    let mut tally = Tally::of_figure(figure.is_converted());
    let is_csv = wanted.format == ExplainFormat::Csv;
    let mut csv = is_csv.then(|| CsvOut::new(console)).transpose()?;
    let books = Books::read(&lake)?;
    // A closed period was rolled up with the policy that it was closed with.
    let policy_of = |month| books.policy_of(settings, month);
    let rows = lines::read((&lake, &snapshot, &tables.dimensions), &policy_of, &lineage, &mut |line| {
        csv.as_mut().map_or(Ok(()), |csv| csv.line(&line))?;
        tally.add(line)
    })?;
    csv.as_mut().map_or(Ok(()), CsvOut::print)?;
    let amount = figure.amount().unwrap_or_default();
    if wanted.format == ExplainFormat::Text {
        let told = format!(
            "{heading}\nrests on\n{}\nis the sum of {} charges, by way of {}\n{}\nthe largest of them\n{}",
            tally.deliveries(&lake, &snapshot)?,
            tally.lines,
            lineage.table,
            tally.parts(),
            tally.lines()
        );
        console.answer(&told)?;
    }
    if tally.is_converted {
        let told = converted::hold(&wanted.figure, (amount, rows), &tally, &snapshot)?;
        if wanted.format == ExplainFormat::Text {
            console.answer(&told)?;
        }
        return Ok(0);
    }
    if tally.sum != amount {
        let what = format!("is {}, and its charges sum to {}", decimal_text(amount, 18), decimal_text(tally.sum, 18));
        let remedy = "if the policy was changed since the last run, run `costmill run`; if not, report it";
        return Err(Error::tie(&wanted.figure, what, remedy));
    }
    if wanted.format == ExplainFormat::Text {
        console.answer(&format!("\nthe charges sum to the figure: {}\n", decimal_text(amount, 18)))?;
    }
    Ok(0)
}

fn heading(
    shown: &Shown,
    row: usize,
    column: usize,
    month: crate::focus::BillingMonth,
    version: Option<i64>,
) -> String {
    let cells = &shown.metric.rows[row];
    let mut text = format!(
        "{} of {month}, section {}, row {}\n{} = {}\n",
        shown.spec.title,
        shown.section.id,
        row + 1,
        shown.metric.columns[column].name,
        cells[column].csv_text()
    );
    let names = shown.metric.columns.iter().zip(cells).enumerate();
    for (_, (name, cell)) in names.filter(|(at, (_, cell))| *at != column && cell.number().is_none()) {
        text.push_str(&format!("  {} = {}\n", name.name, cell.csv_text()));
    }
    text.push_str(&format!("\nquery    {}: {}\n", shown.section.query, shown.metric.question));
    for (name, value) in &shown.params[row] {
        text.push_str(&format!("  :{name} = {value}\n"));
    }
    text.push_str(&format!("version  {} of the lake\n", version.unwrap_or_default()));
    text
}
