//! `costmill diff`: what moved in a billing period between two publications, at four levels that each add up.

use super::books::Books;
use super::console::Console;
use super::period::{Published, metric, money, printed, publications, text, time};
use super::versions::{Cause, figures_of};
use crate::cli::{Diff, QueryFormat};
use crate::error::{Error, Result};
use crate::focus::change::{CHANGE_COSTS, signed};
use crate::focus::{ChangeCell, ChangeKey, Figures, Money, Slot};
use crate::lake::{Lake, SlotRecord};
use crate::settings::Settings;
use crate::transform::{Cell, CellKind};
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet};

const COLUMNS: [(&str, CellKind, &str); 12] = [
    ("x_Level", CellKind::Text, "By what the period is cut; the rows of each level add up to the total"),
    ("x_Name", CellKind::Text, "The part; (unchanged) is all that did not move, (none) what has no such part"),
    ("BillingCurrency", CellKind::Text, "as FOCUS defines it"),
    ("x_EffectiveCostFrom", CellKind::Money, "EffectiveCost of the earlier version"),
    ("x_EffectiveCostTo", CellKind::Money, "EffectiveCost of the later version"),
    ("x_EffectiveCostChange", CellKind::Money, "Later less earlier"),
    ("x_BilledCostFrom", CellKind::Money, "BilledCost of the earlier version"),
    ("x_BilledCostTo", CellKind::Money, "BilledCost of the later version"),
    ("x_BilledCostChange", CellKind::Money, "Later less earlier"),
    ("x_RowsFrom", CellKind::Integer, "Charges of the earlier version"),
    ("x_RowsTo", CellKind::Integer, "Charges of the later version"),
    ("x_RowsChange", CellKind::Integer, "Later less earlier"),
];

const UNCHANGED: &str = "(unchanged)";

/// What is compared: figures, and the totals that they must be.
struct Side {
    name: String,
    figures: Figures,
    slots: BTreeMap<Slot, SlotRecord>,
}

pub fn run(settings: &Settings, diff: &Diff, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let published = publications(&lake, diff.period, diff.source.as_deref())?;
    let (from, to) =
        if diff.since_closing { since_closing(&lake, diff, &published)? } else { sides(&lake, diff, &published)? };
    let rows = rows(&from.figures, &to.figures)?;
    if diff.format == QueryFormat::Table {
        let causes = from.slots.keys().chain(to.slots.keys()).collect::<BTreeSet<_>>().into_iter().filter_map(|slot| {
            let (before, after) = (from.slots.get(slot), to.slots.get(slot));
            let same = before.zip(after).is_some_and(|(a, b)| a.publication_key == b.publication_key);
            (!same).then(|| format!("; {}: {}", slot.source, Cause::of(before, after).in_words()))
        });
        let causes: String = causes.collect();
        console.answer(&format!("{}: from {} to {}{causes}\n", diff.period, from.name, to.name))?;
    }
    console.answer(&printed(&metric("diff", &COLUMNS, rows), diff.format)?)?;
    Ok(0)
}

/// The two versions that were asked for.
fn sides(lake: &Lake, diff: &Diff, published: &[Published]) -> Result<(Side, Side)> {
    let at = |version: Option<i64>, day: Option<NaiveDate>| -> Result<Option<Option<&Published>>> {
        if let Some(version) = version {
            // Versions in between published other periods.
            let newest = lake.snapshot()?.version.unwrap_or_default();
            if version < 0 || version > newest {
                let what = format!("there is no version {version}");
                return Err(Error::settings(
                    "diff",
                    what,
                    format!("choose one from 0 to {newest}; see `costmill history`"),
                ));
            }
            return Ok(Some(published.iter().rfind(|publication| publication.version <= version)));
        }
        let Some(end) = day.map(|day| day.succ_opt().unwrap_or(day).and_time(chrono::NaiveTime::MIN).and_utc()) else {
            return Ok(None);
        };
        let by_then = |publication: &&Published| publication.at.is_some_and(|at| at < end.timestamp_millis());
        Ok(Some(published.iter().rfind(by_then)))
    };
    let to = at(diff.to, diff.to_date)?.unwrap_or(published.last());
    let before = to.and_then(|to| published.iter().rfind(|publication| publication.version < to.version));
    let from = at(diff.from, diff.from_date)?.unwrap_or(before);
    Ok((side(lake, from)?, side(lake, to)?))
}

fn side(lake: &Lake, published: Option<&Published>) -> Result<Side> {
    let Some(published) = published else {
        return Ok(Side { name: "nothing".into(), figures: Figures::default(), slots: BTreeMap::new() });
    };
    let mut figures = Figures::default();
    for (slot, record) in &published.slots {
        let of_slot = figures_of(lake, Some(record))?;
        // The roll-up that is cut here must still be what was proved.
        if of_slot.control() != signed(&record.control) {
            let what = format!("cost_daily of version {} is not what was published", published.version);
            return Err(Error::tie(slot.to_string(), what, "restore the lake from a backup"));
        }
        figures = figures.plus(&of_slot);
    }
    let name = format!("version {} ({})", published.version, time(published.at).csv_text());
    Ok(Side { name, figures, slots: published.slots.clone() })
}

/// What was closed, and the same with all adjustments: the latest delivery.
fn since_closing(lake: &Lake, diff: &Diff, published: &[Published]) -> Result<(Side, Side)> {
    let books = Books::read(lake)?;
    let Some(closing) = books.closings.closed(diff.period) else {
        let remedy = "leave --since-closing out, or close it with `costmill close`";
        return Err(Error::settings(format!("diff --period {}", diff.period), "it is not closed", remedy));
    };
    let wanted = |source: &str| diff.source.as_ref().is_none_or(|asked| asked == source);
    let from = side(lake, published.last())?;
    let holding = books.adjustments.holding(&books.closings).into_iter();
    let of_period = holding.filter(|event| event.slot.month == diff.period && wanted(&event.slot.source));
    let figures = of_period.fold(from.figures.clone(), |sum, event| sum.plus(&event.figures()));
    let name = format!("the closing of {}", closing.event.at.date_naive());
    let to = Side { name: "the latest delivery".into(), figures, slots: from.slots.clone() };
    Ok((Side { name, ..from }, to))
}

type Cut = fn(&ChangeKey) -> &str;

/// The levels, the total first.
const LEVELS: [(&str, Cut); 5] = [
    ("total", |_| "all"),
    ("charge category", |key| &key.charge_category),
    ("service", |key| &key.service),
    ("sub account", |key| &key.sub_account),
    ("team", |key| &key.team),
];

/// Earlier and later figures by part and currency.
type Parts = BTreeMap<(String, String), (ChangeCell, ChangeCell)>;

/// The rows of every level: what moved, largest first, and the rest in one.
///
/// # Errors
/// `Bug` where a level does not add up to the total.
fn rows(from: &Figures, to: &Figures) -> Result<Vec<Vec<Cell>>> {
    let mut rows = Vec::new();
    let total = parts(from, to, |_| "all");
    for (level, cut) in LEVELS {
        let parts = parts(from, to, cut);
        for ((_, currency), whole) in &total {
            let mut sum = (Figures::default(), Figures::default());
            let key = |currency: &str| ChangeKey {
                billing_account: String::new(),
                sub_account: String::new(),
                currency: currency.into(),
                charge_category: String::new(),
                service: String::new(),
                team: String::new(),
            };
            let mut moved = Vec::new();
            let mut rest = (Figures::default(), Figures::default());
            for ((name, _), cells) in parts.iter().filter(|((_, of), _)| of == currency) {
                sum.0.add(&key(currency), &cells.0);
                sum.1.add(&key(currency), &cells.1);
                if cells.0 == cells.1 && level != "total" {
                    rest.0.add(&key(currency), &cells.0);
                    rest.1.add(&key(currency), &cells.1);
                } else {
                    moved.push((name.clone(), *cells));
                }
            }
            let one = |figures: &Figures| figures.0.values().next().copied().unwrap_or_default();
            if (one(&sum.0), one(&sum.1)) != *whole {
                return Err(Error::bug(
                    format!("diff by {level}"),
                    format!("its parts in {currency} are not the total"),
                ));
            }
            let size = |(from, to): &(ChangeCell, ChangeCell)| (to.costs[1].0 - from.costs[1].0).unsigned_abs();
            moved.sort_by(|a, b| size(&b.1).cmp(&size(&a.1)).then_with(|| a.0.cmp(&b.0)));
            if !rest.0.is_empty() {
                moved.push((UNCHANGED.into(), (one(&rest.0), one(&rest.1))));
            }
            rows.extend(moved.into_iter().map(|(name, cells)| row(level, &name, currency, &cells)));
        }
    }
    Ok(rows)
}

fn parts(from: &Figures, to: &Figures, cut: Cut) -> Parts {
    let mut parts = Parts::new();
    for (is_later, figures) in [(false, from), (true, to)] {
        for (key, cell) in &figures.0 {
            let name = if cut(key).is_empty() { "(none)" } else { cut(key) };
            let part = parts.entry((name.to_string(), key.currency.clone())).or_default();
            let side = if is_later { &mut part.1 } else { &mut part.0 };
            side.rows += cell.rows;
            for (sum, cost) in side.costs.iter_mut().zip(cell.costs) {
                *sum += cost;
            }
        }
    }
    parts
}

fn row(level: &str, name: &str, currency: &str, (from, to): &(ChangeCell, ChangeCell)) -> Vec<Cell> {
    let mut cells = vec![text(level), text(name), text(currency)];
    for cost in ["EffectiveCost", "BilledCost"] {
        let at = CHANGE_COSTS.iter().position(|name| *name == cost).unwrap_or_default();
        let (earlier, later): (Money, Money) = (from.costs[at], to.costs[at]);
        cells.extend([money(earlier), money(later), money(later - earlier)]);
    }
    cells.extend([from.rows, to.rows, to.rows - from.rows].map(Cell::Integer));
    cells
}
