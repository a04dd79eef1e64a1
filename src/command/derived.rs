//! The derived tables of a run: made on the staged snapshot before the reports read them, written
//! after the commit.

use super::books::Books;
use super::catalogue::Checked;
use super::external;
use super::full_days::full_days;
use super::params::period_params;
use super::reporting;
use super::tables::{DerivedFrames, LakeTables, derived_frames, dimension_names, newest_month};
use super::versions::{Cause, Versions};
use crate::error::{Error, Result};
use crate::fault;
use crate::focus::{Answers, BillingMonth};
use crate::lake::{self, Lake, Snapshot};
use crate::land::read_drivers;
use crate::land::utilisation::{Window, utilisation};
use crate::ledger::{FindingHistory, FindingNight, Ledger};
use crate::settings::Settings;
use crate::transform::catalogue::Catalogue;
use crate::transform::finding::{Ask, Suppression, findings, to_frame};
use crate::transform::{
    Derived, PeriodChange, commitment_use_frame, configured_tables, period_change_frame, recommendation_frame,
    told_figure_frame, told_service_frame, utilisation_frame,
};
use chrono::NaiveDate;
use polars::prelude::{DataFrame, IntoLazy};
use std::collections::{BTreeMap, BTreeSet};

/// The derived tables of the billing periods of a run.
pub struct DerivedTables {
    months: BTreeMap<BillingMonth, BTreeMap<Derived, DataFrame>>,
    /// What the ledger does not say yet.
    night: Option<FindingNight>,
}

/// What a night knows of findings besides the bill; read first, so that what is wrong with it
/// stops the night in its first second.
pub struct Known {
    as_of: NaiveDate,
    suppressions: Vec<Suppression>,
    history: FindingHistory,
}

/// What the ledger and the history add to the bill.
pub struct Ledgered<'a> {
    pub known: &'a Known,
    pub books: &'a Books,
    pub versions: &'a Versions<'a>,
    /// What providers' tools say.
    pub answers: &'a Answers,
}

impl Known {
    /// # Errors
    /// `Settings` for a suppression file that is not what it must be, `Lake` for a damaged ledger.
    pub fn read(settings: &Settings, catalogue: &Catalogue, lake: &Lake, as_of: NaiveDate) -> Result<Self> {
        let suppressions = suppressions(settings, catalogue)?;
        Ok(Self { as_of, suppressions, history: FindingHistory::read(&Ledger::of_lake(lake.root()))? })
    }
}

/// Makes the derived tables of these billing periods. What is wrong with a utilisation file is
/// told in `problems`: what was known of the machines before then stands. So is what is wrong with
/// a driver file: its unit metric then has no figure.
///
/// # Errors
/// `Tie` for a finding that saves more than its resource costs, `Catalogue` for a rule that breaks
/// its contract.
pub fn derive(
    settings: &Settings,
    checked: &Checked,
    (lake, snapshot): (&Lake, &Snapshot),
    months: &[BillingMonth],
    Ledgered { known, books, versions, answers }: &Ledgered,
    problems: &mut Vec<Error>,
) -> Result<DerivedTables> {
    let mut used = match used(settings, snapshot, months) {
        Ok(used) => used,
        Err(error @ Error::Source(_)) => {
            problems.push(error);
            used_before(lake, months)?
        }
        Err(error) => return Err(error),
    };
    let (drivers, wrong) = read_drivers(&settings.policy);
    problems.extend(wrong);
    let mut derived = DerivedTables { months: BTreeMap::new(), night: None };
    for month in months {
        let mut tables = BTreeMap::from([(
            Derived::Utilisation,
            used.remove(month).unwrap_or_else(|| Derived::Utilisation.empty()),
        )]);
        tables.extend(configured_tables(&settings.policy, &drivers, *month)?);
        tables.insert(Derived::PeriodChange, period_changes(books, versions, *month)?);
        tables.insert(Derived::ControlTotal, external::frame(settings, snapshot, *month)?);
        tables.insert(Derived::ReportingRate, reporting::frame(snapshot, Some(*month))?);
        let is_newest = newest_month(snapshot) == Some(*month);
        tables.extend(told(answers, *month, is_newest)?);
        let frames = frames(&tables);
        let lake_tables = LakeTables { lake, snapshot, dimensions: dimension_names(settings), derived: Some(frames) };
        let found = findings(&Ask {
            catalogue: &checked.catalogue,
            params: &period_params(settings, snapshot, *month),
            tables: &lake_tables,
            collect: &lake::collect,
            minimum_monthly_saving: settings.waste.minimum_monthly_saving,
            suppressions: &known.suppressions,
            as_of: known.as_of,
            history: is_newest.then_some(&known.history),
        })?;
        if is_newest {
            let ids: BTreeSet<String> = found.iter().map(|finding| finding.id.clone()).collect();
            derived.night = known.history.next(known.as_of, *month, &ids);
        }
        tables.insert(Derived::Finding, to_frame(&found)?);
        derived.months.insert(*month, tables);
    }
    Ok(derived)
}

impl DerivedTables {
    /// Those of a billing period, as queries read them.
    pub fn frames(&self, month: BillingMonth) -> DerivedFrames {
        self.months.get(&month).map(frames).unwrap_or_default()
    }

    /// Without what the night would say to the ledger: only a run records nights.
    pub fn tables_only(self) -> Self {
        Self { night: None, ..self }
    }

    /// Writes them to the lake, and to the ledger what this night changed. After a crash before or
    /// in here, the next run does it again: the tables are replaced whole, the event is written
    /// once.
    pub fn write(&self, lake: &Lake) -> Result<()> {
        for (month, tables) in &self.months {
            let tables: Vec<(&str, DataFrame)> =
                tables.iter().map(|(table, rows)| (table.name(), rows.clone())).collect();
            lake.put_derived(*month, &tables)?;
        }
        fault::point("run.before_ledger");
        if let Some(night) = &self.night {
            FindingHistory::record(&Ledger::of_lake(lake.root()), night, &lake.temp()?)?;
        }
        fault::point("run.after_ledger");
        Ok(())
    }
}

/// What providers' tools say of a billing period; what they recommend today belongs to the newest.
fn told(answers: &Answers, month: BillingMonth, is_newest: bool) -> Result<[(Derived, DataFrame); 4]> {
    let figures: Vec<_> = answers.figures.iter().filter(|told| told.month == month).collect();
    let services: Vec<_> = answers.services.iter().filter(|told| told.part.month == month).collect();
    let commitments: Vec<_> = answers.commitments.iter().filter(|told| told.month == month).collect();
    let recommendations = if is_newest { &answers.recommendations[..] } else { &[] };
    Ok([
        (Derived::ToldService, told_service_frame(&services)?),
        (Derived::ToldFigure, told_figure_frame(&figures)?),
        (Derived::CommitmentUse, commitment_use_frame(&commitments)?),
        (Derived::Recommendation, recommendation_frame(recommendations)?),
    ])
}

/// What earlier periods moved by, as far as this one's pages tell it: adjustments of closed ones that it carries, and
/// restatements while it was the newest.
fn period_changes(books: &Books, versions: &Versions, month: BillingMonth) -> Result<DataFrame> {
    let carried = books.adjustments.holding(&books.closings).into_iter().filter(|event| event.carrier == month);
    let carried = carried.map(|event| PeriodChange {
        is_adjustment: true,
        source: event.slot.source.clone(),
        month: event.slot.month,
        cause: Cause::Delivery.in_words(),
        moved: event.figures(),
    });
    let restated = versions.earlier_months_moved(month)?.into_iter().map(|change| PeriodChange {
        is_adjustment: false,
        source: change.slot.source,
        month: change.slot.month,
        cause: change.cause.in_words(),
        moved: change.moved,
    });
    period_change_frame(&carried.chain(restated).collect::<Vec<_>>())
}

fn frames(tables: &BTreeMap<Derived, DataFrame>) -> DerivedFrames {
    tables.iter().map(|(table, rows)| (*table, rows.clone().lazy())).collect()
}

/// How machines were used, over the window of each billing period.
fn used(
    settings: &Settings,
    snapshot: &Snapshot,
    months: &[BillingMonth],
) -> Result<BTreeMap<BillingMonth, DataFrame>> {
    if settings.waste.utilisation.is_empty() && settings.waste.measured.is_empty() {
        return Ok(BTreeMap::new());
    }
    let windows: Vec<Window> = months.iter().map(|month| Window::until(full_days(snapshot, *month).last)).collect();
    let used = utilisation(&settings.waste.utilisation, &settings.waste.measured, &windows)?;
    months.iter().zip(&used).map(|(month, rows)| Ok((*month, utilisation_frame(rows)?))).collect()
}

/// What the last run that could read the files knew.
fn used_before(lake: &Lake, months: &[BillingMonth]) -> Result<BTreeMap<BillingMonth, DataFrame>> {
    let mut used = BTreeMap::new();
    for month in months {
        if let Some(frame) = derived_frames(lake, Some(*month))?.remove(&Derived::Utilisation) {
            used.insert(*month, lake::collect(frame)?);
        }
    }
    Ok(used)
}

/// The suppressions beside the config, or those it names.
pub fn suppressions(settings: &Settings, catalogue: &Catalogue) -> Result<Vec<Suppression>> {
    let Some(path) = &settings.waste.suppressions else { return Ok(Vec::new()) };
    let place = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        Error::settings(
            &place,
            format!("the suppression file cannot be read: {error}"),
            "make it a readable text in UTF-8",
        )
    })?;
    Suppression::parse(&place, &text, catalogue)
}
