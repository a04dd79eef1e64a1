//! What the sources hold tonight: deliveries found, landed, and put to their slots.

use super::console::{About, Console};
use super::deliveries::{Count, Taken, land_source};
use super::recorder::{Recorder, know_late};
use super::{slices, standing};
use crate::error::{Error, Result};
use crate::focus::control::bare_account;
use crate::focus::{ControlTotals, DeliveryKind, LandedDelivery, Slot};
use crate::format;
use crate::lake::{Lake, Snapshot};
use crate::ledger::SourceRun;
use crate::settings::{Role, Settings, Source};
use std::collections::{BTreeMap, BTreeSet};

/// The landed deliveries of each slot, and what could not be taken.
pub struct Inputs {
    pub slots: BTreeMap<Slot, Vec<LandedDelivery>>,
    pub problems: Vec<Error>,
    /// What is not there yet: the periods wait, and nothing else is stopped by it.
    pub late: Vec<Error>,
    /// Of sources that are shadows: nothing of theirs is published, and nothing of theirs stops a primary.
    pub shadows: BTreeMap<Slot, Vec<LandedDelivery>>,
    pub shadow_problems: Vec<Error>,
    /// Of each primary source of slices, all dumps that are delivered, of whatever period.
    pub dumps: BTreeMap<String, Vec<slices::Place>>,
}

/// What is gathered of the sources of one role.
#[derive(Default)]
struct Gathered {
    slots: BTreeMap<Slot, Vec<LandedDelivery>>,
    problems: Vec<Error>,
    late: Vec<Error>,
    dumps: BTreeMap<String, Vec<slices::Place>>,
}

/// Refuses a `dataset` that the source's format does not have.
pub fn check_datasets(settings: &Settings) -> Result<()> {
    for source in &settings.sources {
        let union = format::find(&source.format).and_then(|format| format.union);
        let named = source.dataset.iter().chain(source.file_sets.iter().filter_map(|set| set.dataset.as_ref()));
        for name in named {
            if union.is_some_and(|union| union.dataset(name).is_some()) {
                continue;
            }
            let place = format!("{}, source {}", settings.config.display(), source.id);
            let ids: Vec<_> = union.iter().flat_map(|union| union.datasets).map(|dataset| dataset.id).collect();
            let remedy = match ids.is_empty() {
                true => format!("leave `dataset` out: {} is one dataset", source.format),
                false => format!("use one of: {}", ids.join(", ")),
            };
            return Err(Error::settings(place, format!("there is no dataset `{name}` of {}", source.format), remedy));
        }
    }
    Ok(())
}

/// Finds and lands every delivery of every source. A source or delivery that is refused is told
/// in the problems; the others go on. Offline, they are those that had landed when the sources were looked at last.
pub fn gather(
    settings: &Settings,
    (lake, base): (&Lake, &Snapshot),
    (recorder, console): (&Recorder, Console),
) -> Result<Inputs> {
    check_datasets(settings)?;
    let (mut primaries, mut shadows) = (Gathered::default(), Gathered::default());
    for source in &settings.sources {
        let of_role = match source.role {
            Role::Primary => &mut primaries,
            Role::Shadow => &mut shadows,
        };
        gather_source(settings, source, (lake, base), (recorder, console), of_role)?;
    }
    for gathered in [&mut primaries, &mut shadows] {
        if !settings.periods.is_empty() {
            gathered.slots.retain(|slot, _| settings.periods.contains(&slot.month));
        }
        refuse_shared_accounts(gathered);
    }
    Ok(Inputs {
        slots: primaries.slots,
        problems: primaries.problems,
        late: primaries.late.into_iter().chain(shadows.late).collect(),
        shadows: shadows.slots,
        shadow_problems: shadows.problems,
        dumps: primaries.dumps,
    })
}

fn gather_source(
    settings: &Settings,
    source: &Source,
    (lake, base): (&Lake, &Snapshot),
    (recorder, console): (&Recorder, Console),
    gathered: &mut Gathered,
) -> Result<()> {
    let format = format::find(&source.format)
        .ok_or_else(|| Error::bug(&source.format, "a format that settings let through and nobody knows"))?;
    let taken = match recorder.offline {
        false => land_source(settings, source, format, lake, (recorder, console)),
        true => standing::taken(lake, base, source, &settings.periods).inspect(|taken| {
            let mut run = SourceRun { source: source.id.clone(), ..SourceRun::default() };
            run.count(taken);
            recorder.source(run);
        }),
    };
    match taken {
        Ok(Taken { landed, refused, waiting, late }) => {
            late.iter().for_each(|error| know_late(error, &source.id, &[], console));
            waiting.iter().for_each(|(months, error)| know_late(error, &source.id, months, console));
            for (months, error) in &refused {
                let month = if let [month] = months[..] { Some(month) } else { None };
                console.know(error, About { source: Some(source.id.clone()), month, late: false });
            }
            gathered.late.extend(late);
            for delivery in landed {
                let empty = slices::without_rows(&delivery);
                empty.iter().for_each(|error| know_late(error, &source.id, &[], console));
                gathered.late.extend(empty);
                if let Some(place) = slices::Place::of(&delivery) {
                    gathered.dumps.entry(source.id.clone()).or_default().push(place);
                }
                for month in delivery.months.clone() {
                    let slot = Slot { source: source.id.clone(), month };
                    gathered.slots.entry(slot).or_default().push(delivery.clone());
                }
            }
            if format.slices().is_some() {
                slices::complete(&mut gathered.slots, &source.id);
            }
            // A period is published with all of its deliveries, or not at all.
            for (months, _) in refused.iter().chain(&waiting) {
                // Of a dump nobody knows the periods until it is read.
                let held = |slot: &Slot| format.slices().is_some() || months.contains(&slot.month);
                gathered.slots.retain(|slot, _| slot.source != source.id || !held(slot));
                gathered.dumps.remove(&source.id);
            }
            gathered.problems.extend(refused.into_iter().map(|(_, error)| error));
            gathered.late.extend(waiting.into_iter().map(|(_, error)| error));
        }
        // The disk is everybody's problem; a source's problem is its own.
        Err(error @ (Error::Lake(_) | Error::Bug(_))) => return Err(error),
        Err(error) => {
            console.know(&error, About { source: Some(source.id.clone()), ..About::default() });
            gathered.problems.push(error);
        }
    }
    Ok(())
}

/// Two deliveries of one source and period must not claim one account: both claims are refused.
fn refuse_shared_accounts(inputs: &mut Gathered) {
    let mut refused = Vec::new();
    for (slot, deliveries) in &inputs.slots {
        // The slices of one table share all accounts: which rows count is decided row by row.
        if deliveries.iter().all(|delivery| delivery.kind == DeliveryKind::ExportSlice) {
            continue;
        }
        let mut owners: BTreeMap<(String, String), &str> = BTreeMap::new();
        for delivery in deliveries {
            for key in accounts(delivery, slot) {
                if let Some(other) = owners.insert(key.clone(), &delivery.origin)
                    && other != delivery.origin
                {
                    let what = format!("{other} and {} both claim it", delivery.origin);
                    let place = format!("{slot}, billing account {}, sub account {}", key.0, key.1);
                    inputs.problems.push(Error::source(place, what, "let each account and period be in one file set"));
                    refused.push(slot.clone());
                    break;
                }
            }
        }
    }
    for slot in refused {
        inputs.slots.remove(&slot);
    }
}

fn accounts(delivery: &LandedDelivery, slot: &Slot) -> BTreeSet<(String, String)> {
    let cells = delivery.native.get(&slot.month).into_iter().flat_map(|totals| totals.cells.keys());
    cells.map(|key| (key.billing_account.clone(), key.sub_account.clone())).collect()
}

/// Two sources that hold one sub account in one billing period would double its bill, unless the config
/// says that they hold different charges of it.
pub fn overlapping_sources<'a>(
    settings: &Settings,
    totals: impl Iterator<Item = (&'a Slot, &'a ControlTotals)>,
) -> Vec<Error> {
    let names = |one: &str, other: &str| {
        settings.sources.iter().any(|s| s.id == one && s.disjoint_from.iter().any(|name| name == other))
    };
    let disjoint = |one: &str, other: &str| names(one, other) || names(other, one);
    let mut owners: BTreeMap<(String, &str), BTreeSet<&'a str>> = BTreeMap::new();
    let mut found = Vec::new();
    let mut told = BTreeSet::new();
    for (slot, control) in totals {
        for key in control.cells.keys() {
            let account = if key.sub_account.is_empty() { &key.billing_account } else { &key.sub_account };
            let account = bare_account(account);
            let others = owners.entry((slot.month.to_string(), account)).or_default();
            for other in others.iter().filter(|other| **other != slot.source && !disjoint(other, &slot.source)) {
                if told.insert((slot.month, (*other).to_string(), slot.source.clone())) {
                    found.push(Error::tie(
                        format!("{}, sub account {account}, {}", slot.month, key.currency),
                        format!("is in source {other} and in source {}: adding them doubles the bill", slot.source),
                        "take one of the two sources out of the config, or make it role = \"shadow\"; where they hold \
                         different charges, say disjoint_from",
                    ));
                }
            }
            others.insert(&slot.source);
        }
    }
    found
}
