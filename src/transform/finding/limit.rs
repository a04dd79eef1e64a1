//! No finding saves more than its resource costs.
//!
//! A rule joins, divides and extrapolates in SQL; a join that doubles rows doubles a saving, and
//! nobody sees it. So what each resource costs is reckoned here a second time, by other hands:
//! from the bill's roll-ups, without the rule.

use super::owner::{in_months, months};
use super::resources::{KEY, Resources};
use super::{Action, Ask, Finding};
use crate::error::{Error, Result};
use crate::transform::catalogue::{ParamValue, bind};
use chrono::{Days, NaiveDate};
use polars::prelude::*;
use std::collections::HashMap;

/// Days of a month, on average over four years: 365.25 / 12. Flexera's rule: the cost of a
/// resource for one day times 30.44.
pub const MONTH: f64 = 30.44;
/// The longest window a rule may extrapolate from.
const WINDOW: u64 = 35;
/// What rounding in floats may do.
pub(super) const TOLERANCE: f64 = 1e-6;

/// Fails for the first finding whose saving is more than the most that its resource costs in a
/// month on any basis a rule may choose: its last 1 to 35 days with usage charges, by day, for
/// 30.44 days; or its charges of the billing period or the one before it, for a whole month.
pub fn hold(ask: &Ask, resources: &Resources, found: &[Finding]) -> Result<()> {
    let with_figure = || found.iter().filter(|finding| finding.gross.is_some());
    if with_figure().next().is_none() {
        return Ok(());
    }
    let mut limits = Limits::of_charges(ask, |charges| resources.join(charges))?;
    if with_figure().any(|finding| finding.action == Action::Use) {
        limits.of_unused(ask, |cost| resources.join_ids(cost, "CommitmentDiscountId"))?;
    }
    let sets = Sets::new(ask, &limits, resources, found)?;
    for finding in with_figure() {
        let key = (resources.number(finding) as u32, finding.currency.clone());
        let known = limits.costs.get(&key).copied();
        refuse_more(finding, known.unwrap_or_else(|| sets.cost(finding)))?;
    }
    Ok(())
}

fn refuse_more(finding: &Finding, cost: f64) -> Result<()> {
    let (gross, realisable) = (finding.gross.unwrap_or_default(), finding.realisable.unwrap_or_default());
    let what = if gross > cost + TOLERANCE {
        format!("saves {gross:.6} {currency} a month, and costs at most {cost:.6}", currency = finding.currency)
    } else if realisable > gross + TOLERANCE {
        format!("frees {realisable:.6} {} a month of a saving of {gross:.6}", finding.currency)
    } else {
        return Ok(());
    };
    let place = format!(
        "{}, sub account {}, resource {}",
        finding.rules.join(" + "),
        finding.resource.sub_account,
        finding.resource.id
    );
    Err(Error::tie(place, what, "mend the rule: it counts charges twice, or the charges of others"))
}

/// The most that each resource costs in a month, by its number and currency.
#[derive(Default)]
pub(super) struct Limits {
    pub(super) costs: HashMap<(u32, String), f64>,
}

impl Limits {
    /// From what resources are charged; `numbered` gives charges their numbers.
    pub(super) fn of_charges(ask: &Ask, numbered: impl Fn(LazyFrame) -> Result<LazyFrame>) -> Result<Self> {
        let mut limits = Self::default();
        limits.by_day(ask, numbered(ask.tables.frame("resource_day")?.filter(in_window(ask)?))?)?;
        limits.by_month(ask, numbered(ask.tables.frame("resource_month")?)?)?;
        Ok(limits)
    }

    /// From the unused part of commitments: its charges name the commitment, seldom a resource.
    pub(super) fn of_unused(&mut self, ask: &Ask, numbered: impl Fn(LazyFrame) -> Result<LazyFrame>) -> Result<()> {
        let unused = col("CommitmentDiscountStatus").neq_missing(lit("Used"));
        let cost = numbered(ask.tables.frame("cost")?.filter(unused.and(in_months(&months(ask)?))))?;
        self.by_day(ask, cost.clone().filter(in_window(ask)?))?;
        self.by_month(ask, cost)
    }

    fn raise(&mut self, key: u32, currency: &str, cost: f64) {
        let known = self.costs.entry((key, currency.to_string())).or_default();
        *known = known.max(cost);
    }

    /// From charges by day: the dearest average of the last 1, 2, … days with charges.
    fn by_day(&mut self, ask: &Ask, charges: LazyFrame) -> Result<()> {
        let rows = sums(ask, charges, "x_ChargeDay")?;
        let rows = rows.lazy().sort_by_exprs(
            [col(KEY), col("BillingCurrency"), col("x_ChargeDay")],
            SortMultipleOptions::default().with_order_descending_multi([false, false, true]),
        );
        let rows = (ask.collect)(rows)?;
        let (mut resource, mut days, mut sum) = (None, 0.0, 0.0);
        each(&rows, |key, currency, _, cost| {
            if resource != Some((key, currency.to_string())) {
                resource = Some((key, currency.to_string()));
                (days, sum) = (0.0, 0.0);
            }
            days += 1.0;
            sum += cost;
            self.raise(key, currency, sum / days * MONTH);
        })
    }

    /// From charges by billing period, for a whole month: the period may be still going on, and
    /// February is short.
    fn by_month(&mut self, ask: &Ask, charges: LazyFrame) -> Result<()> {
        let months = months(ask)?;
        let elapsed = (last_full_day(ask)? - months[0].start()).num_days() + 1;
        let before = (months[1].end() - months[1].start()).num_days();
        let [whole, whole_before] = [elapsed, before].map(|days| (MONTH / days.max(1) as f64).max(1.0));
        let period = months[0].to_string();
        let rows = sums(ask, charges.filter(in_months(&months)), "x_BillingMonth")?;
        each(&rows, |key, currency, month, cost| {
            let factor = if month == period { whole } else { whole_before };
            self.raise(key, currency, cost * factor);
        })
    }
}

/// What is charged, by resource, currency and day or month. What is given back on a day does not
/// lower the limit: a rule may look at a part of the charges.
fn sums(ask: &Ask, charges: LazyFrame, by: &str) -> Result<DataFrame> {
    let paid = charges.filter(col("EffectiveCost").gt(lit(0)));
    let paid = paid.group_by([col(KEY).cast(DataType::UInt32), col("BillingCurrency").fill_null(lit("")), col(by)]);
    (ask.collect)(paid.agg([col("EffectiveCost").sum().cast(DataType::Float64)]))
}

/// Calls with key, currency, the third column as text, and the cost.
fn each(rows: &DataFrame, mut call: impl FnMut(u32, &str, &str, f64)) -> Result<()> {
    let bug = |error: PolarsError| Error::bug("finding", error.to_string());
    let keys = rows.column(KEY).map_err(bug)?.u32().map_err(bug)?;
    let currencies = rows.column("BillingCurrency").map_err(bug)?.str().map_err(bug)?;
    let third = rows.columns().get(2).map(|column| column.str().ok());
    let costs = rows.column("EffectiveCost").map_err(bug)?.f64().map_err(bug)?;
    for row in 0..rows.height() {
        let (Some(key), Some(cost)) = (keys.get(row), costs.get(row)) else { continue };
        let month = third.flatten().and_then(|column| column.get(row)).unwrap_or_default();
        call(key, currencies.get(row).unwrap_or_default(), month, cost);
    }
    Ok(())
}

/// A finding may be about a set of resources of one sub account, region and service: it cannot
/// save more than they all cost. What is found of no such set costs nothing.
struct Sets {
    costs: HashMap<[String; 4], f64>,
}

impl Sets {
    fn new(ask: &Ask, limits: &Limits, resources: &Resources, found: &[Finding]) -> Result<Self> {
        let unknown = |finding: &Finding| {
            !limits.costs.contains_key(&(resources.number(finding) as u32, finding.currency.clone()))
        };
        let mut sets = Self { costs: HashMap::new() };
        let mut with_figure = found.iter().filter(|finding| finding.gross.is_some());
        if !with_figure.any(unknown) {
            return Ok(sets);
        }
        let keys = ["SubAccountId", "RegionId", "ServiceName", "BillingCurrency"];
        let day = ask.tables.frame("resource_day")?.filter(in_window(ask)?.and(col("EffectiveCost").gt(lit(0))));
        let by = keys.iter().map(|key| col(*key).fill_null(lit("")));
        let daily = day.group_by(by.chain([col("x_ChargeDay")]).collect::<Vec<_>>());
        // The dearest day is dear enough for every average of days.
        let daily = daily.agg([col("EffectiveCost").sum().cast(DataType::Float64)]);
        let rows = (ask.collect)(daily.group_by(keys.map(col)).agg([col("EffectiveCost").max()]))?;
        let bug = |error: PolarsError| Error::bug("finding", error.to_string());
        let costs = rows.column("EffectiveCost").map_err(bug)?.f64().map_err(bug)?;
        for row in 0..rows.height() {
            let mut key: [String; 4] = Default::default();
            for (part, name) in key.iter_mut().zip(keys) {
                let column = rows.column(name).map_err(bug)?.str().map_err(bug)?;
                *part = column.get(row).unwrap_or_default().to_string();
            }
            sets.costs.insert(key, costs.get(row).unwrap_or_default() * MONTH);
        }
        Ok(sets)
    }

    fn cost(&self, finding: &Finding) -> f64 {
        let resource = &finding.resource;
        let key = [&resource.sub_account, &resource.region, &resource.service, &finding.currency].map(String::clone);
        self.costs.get(&key).copied().unwrap_or_default()
    }
}

fn in_window(ask: &Ask) -> Result<Expr> {
    let last = last_full_day(ask)?;
    let first = last.checked_sub_days(Days::new(WINDOW - 1)).unwrap_or(last);
    Ok(col("x_ChargeDay").is_between(lit(first), lit(last), ClosedInterval::Both))
}

fn last_full_day(ask: &Ask) -> Result<NaiveDate> {
    match ask.params.get(bind::LAST_FULL_DAY) {
        Some(ParamValue::Date(day)) => Ok(*day),
        _ => Err(Error::bug("finding", "no last full day to reckon from")),
    }
}
