//! What a source's own history says should be there, and is not: days, billing periods, sub accounts, deliveries.

mod rules;
mod words;

pub use words::{error, in_words};

use super::books::Books;
use super::full_days::last_full_day;
use super::tables::{dimension_names, rollup_schema};
use crate::error::{Error, Result};
use crate::focus::{BillingMonth, Slot};
use crate::lake::{self, Lake, Snapshot};
use crate::settings::{Settings, Source};
use crate::transform::rollup::Rollup;
use chrono::{Duration, NaiveDate};
use polars::prelude::*;
use rules::Days;
use std::collections::{BTreeMap, BTreeSet};

/// Days before a source's last complete day that a run and `status` look at.
const LOOK_BACK_DAYS: i64 = 35;
/// A source this far behind the newest is told, without a key: ours, as in [`super::full_days`].
const BEHIND_DAYS: i64 = 7;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GapKind {
    /// No billing period of the source between two that are published.
    MissingMonth,
    /// No charge of the source, or of a sub account, on days that its history has.
    MissingDay,
    /// A sub account without charges, beside others of its source that have some.
    SilentSubAccount,
    /// The last complete day is further back than `late_after_days` allows.
    LateFeed,
    /// The last complete day is more than a week behind that of another source.
    BehindOthers,
}

/// Something that is not there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    pub source: String,
    pub kind: GapKind,
    /// Empty where the source as a whole is meant.
    pub sub_account: String,
    pub sub_account_name: String,
    /// The first day that is not there, UTC.
    pub from: NaiveDate,
    /// The last one; `None` while it goes on.
    pub to: Option<NaiveDate>,
    /// The billing period whose pages tell it; closing that period accepts it.
    pub month: BillingMonth,
}

/// Looks for gaps in one state of the lake. `as_of` decides whether a feed is late, and nothing else.
pub struct Looker<'a> {
    pub lake: &'a Lake,
    pub snapshot: &'a Snapshot,
    pub settings: &'a Settings,
    pub as_of: NaiveDate,
}

impl Looker<'_> {
    /// The gaps that a run tells: of the sources that are configured, in the 35 days up to the last complete day of
    /// each, and every missing billing period; none of a period that is closed.
    pub fn now(&self, books: &Books) -> Result<Vec<Gap>> {
        let mut recent: BTreeSet<BillingMonth> = BTreeSet::new();
        for source in &self.settings.sources {
            recent.extend(self.months(&source.id).into_iter().rev().take(2));
        }
        let mut gaps = self.missing_months();
        for month in recent {
            gaps.extend(self.in_month(month)?);
        }
        let periods = &self.settings.periods;
        let is_recent = |gap: &Gap| {
            let Some(last) = last_full_day(self.snapshot, &gap.source) else { return false };
            match gap.kind {
                GapKind::MissingMonth => true,
                GapKind::MissingDay => gap.from > last - Duration::days(LOOK_BACK_DAYS),
                // An earlier period says what was silent when it ended.
                GapKind::SilentSubAccount => gap.month.start() <= last && last < gap.month.end(),
                GapKind::LateFeed | GapKind::BehindOthers => true,
            }
        };
        gaps.retain(|gap| {
            let is_feed = matches!(gap.kind, GapKind::LateFeed | GapKind::BehindOthers);
            self.source(&gap.source).is_some()
                && (is_feed || !books.is_closed(gap.month))
                && (periods.is_empty() || periods.contains(&gap.month))
                && is_recent(gap)
        });
        gaps.sort();
        Ok(gaps)
    }

    /// The gaps that the pages of a billing period tell.
    pub fn of_month(&self, month: BillingMonth) -> Result<Vec<Gap>> {
        let holds = |gap: &Gap| gap.month == month || (gap.from < month.end() && gap.to >= Some(month.start()));
        let mut gaps: Vec<Gap> = self.missing_months().into_iter().filter(holds).collect();
        gaps.extend(self.in_month(month)?);
        gaps.sort();
        Ok(gaps)
    }

    fn missing_months(&self) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for source in self.sources() {
            for pair in self.months(source).windows(2).filter(|pair| pair[0].end() < pair[1].start()) {
                let (from, to) = (pair[0].end(), Some(pair[1].start() - Duration::days(1)));
                gaps.push(gap(source, GapKind::MissingMonth, from, to, pair[1]));
            }
        }
        gaps
    }

    fn in_month(&self, month: BillingMonth) -> Result<Vec<Gap>> {
        let known = self.days(month)?;
        let mut gaps = Vec::new();
        for source in self.sources() {
            let Some(days) = known.get(source) else { continue };
            let newest = self.months(source).last().copied();
            if !self.snapshot.slots.contains_key(&Slot { source: source.into(), month }) {
                continue;
            }
            let Some(complete) = last_full_day(self.snapshot, source) else { continue };
            // What follows makes all of its days complete.
            let last = if newest > Some(month) { month.end() - Duration::days(1) } else { complete };
            let holes = rules::missing_days(days, month.start(), last).into_iter();
            gaps.extend(holes.map(|(from, to)| gap(source, GapKind::MissingDay, from, Some(to), month)));
            gaps.extend(self.of_sub_accounts(source, days, (month, last)));
            if newest == Some(month) {
                gaps.extend(self.late(source, days, complete, month));
            }
        }
        Ok(gaps)
    }

    fn of_sub_accounts(&self, source: &str, days: &Days, (month, last): (BillingMonth, NaiveDate)) -> Vec<Gap> {
        let mut gaps = Vec::new();
        let may_be_silent = self.source(source).map(|source| source.may_be_silent.as_slice()).unwrap_or_default();
        for (id, of) in days.sub_accounts.iter().filter(|(id, _)| !may_be_silent.contains(id)) {
            let found = |kind, from, to| Gap {
                sub_account: id.clone(),
                sub_account_name: of.name.clone(),
                ..gap(source, kind, from, to, month)
            };
            let holes = rules::missing_days_of(days, &of.days, month.start(), last);
            gaps.extend(holes.into_iter().map(|(from, to)| found(GapKind::MissingDay, from, Some(to))));
            // Before the period's first complete day that is the last period's.
            let since = (last >= month.start()).then(|| rules::silent_since(days, &of.days, last)).flatten();
            gaps.extend(since.map(|since| found(GapKind::SilentSubAccount, since, None)));
        }
        gaps
    }

    /// Late by its own key, or, where it has none, more than a week behind the newest source, for as long as it is
    /// configured: a feed that fell silent for good is told every night.
    fn late(&self, source: &str, days: &Days, last: NaiveDate, month: BillingMonth) -> Option<Gap> {
        let next = last + Duration::days(1);
        if let Some(allowed) = self.source(source).and_then(|source| source.late_after_days) {
            let is_late = self.as_of - last > Duration::days(allowed.into());
            return is_late.then(|| gap(source, GapKind::LateFeed, next, None, month));
        }
        let others = self.settings.sources.iter().filter(|other| other.id != source);
        let newest = others.filter_map(|other| last_full_day(self.snapshot, &other.id)).max()?;
        let behind = (newest - last).num_days();
        let is_behind = behind > BEHIND_DAYS && rules::has_history(&days.all, next);
        is_behind.then(|| gap(source, GapKind::BehindOthers, next, None, month))
    }

    /// The days with daily usage around a billing period: as far back as the rules look from its first day, and to the
    /// end of the next period, which says whether something came back.
    fn days(&self, month: BillingMonth) -> Result<BTreeMap<String, Days>> {
        let first = month.start() - Duration::days(rules::HISTORY_DAYS + 7);
        let near = |slot: &Slot| slot.month.end() > first && slot.month <= month.plus(1);
        let slots = self.snapshot.slots.iter().filter(|(slot, _)| near(slot));
        let slots = slots.map(|(slot, record)| (slot.clone(), record.clone())).collect();
        let near = Snapshot { version: self.snapshot.version, slots };
        let schema = rollup_schema(Rollup::CostDaily, &dimension_names(self.settings));
        let daily = near.rollup(self.lake, Rollup::CostDaily.name(), &schema)?;
        let is_daily = col("ChargeCategory").eq(lit("Usage")).and(col("x_ChargeSpan").eq(lit("day")));
        let keys = [col("x_SourceId"), col("SubAccountId"), col("x_ChargeDay")];
        let name = col("SubAccountName").max();
        frame_days(&lake::collect(daily.filter(is_daily).group_by(keys).agg([name]))?)
            .map_err(|error| Error::bug("gaps", error.to_string()))
    }

    fn sources(&self) -> BTreeSet<&str> {
        self.snapshot.slots.keys().map(|slot| slot.source.as_str()).collect()
    }

    fn source(&self, id: &str) -> Option<&Source> {
        self.settings.sources.iter().find(|source| source.id == id)
    }

    fn months(&self, source: &str) -> Vec<BillingMonth> {
        self.snapshot.slots.keys().filter(|slot| slot.source == source).map(|slot| slot.month).collect()
    }
}

fn gap(source: &str, kind: GapKind, from: NaiveDate, to: Option<NaiveDate>, month: BillingMonth) -> Gap {
    let (sub_account, sub_account_name) = (String::new(), String::new());
    Gap { source: source.into(), kind, sub_account, sub_account_name, from, to, month }
}

fn frame_days(frame: &DataFrame) -> PolarsResult<BTreeMap<String, Days>> {
    let text = |name: &str| frame.column(name)?.str();
    let (sources, accounts, names) = (text("x_SourceId")?, text("SubAccountId")?, text("SubAccountName")?);
    let days = frame.column("x_ChargeDay")?.date()?.physical();
    let mut known: BTreeMap<String, Days> = BTreeMap::new();
    for row in 0..frame.height() {
        let (Some(source), Some(day)) = (sources.get(row), days.get(row)) else { continue };
        let Some(day) = NaiveDate::from_epoch_days(day) else { continue };
        let of_source = known.entry(source.to_string()).or_default();
        of_source.all.insert(day);
        if let Some(account) = accounts.get(row).filter(|account| !account.is_empty()) {
            let of_account = of_source.sub_accounts.entry(account.to_string()).or_default();
            of_account.days.insert(day);
            // Renamed in between: the same one whatever the order of the rows.
            let name = names.get(row).unwrap_or_default();
            if name > of_account.name.as_str() {
                of_account.name = name.to_string();
            }
        }
    }
    Ok(known)
}
