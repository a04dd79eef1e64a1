//! `costmill reconcile --cross`: shadows against what is published.

use super::console::Console;
use super::shadow;
use super::table;
use crate::cli::{Reconcile, ReconcileFormat};
use crate::error::{Error, Result};
use crate::focus::control::bare_account;
use crate::focus::{BillingMonth, COSTS, Money, Slot};
use crate::lake::{Lake, Snapshot};
use crate::reconcile::{CrossDifference, CrossTotals, cross};
use crate::settings::{Role, Settings, Source};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

pub fn run(settings: &Settings, reconcile: &Reconcile, console: Console) -> Result<u8> {
    let lake = Lake::open(&settings.lake)?;
    let snapshot = lake.snapshot()?;
    let mut found = Vec::new();
    for source in shadows(settings, reconcile)? {
        for month in months(&lake, source, reconcile.period)? {
            found.push(compare(&lake, &snapshot, settings, (source, month), reconcile.tolerance)?);
        }
    }
    if found.is_empty() {
        let wanted = reconcile.period.map_or_else(|| "any billing period".into(), |month| month.to_string());
        let what = format!("no shadow has been summed for {wanted}");
        return Err(Error::settings("reconcile --cross", what, "`costmill run` lands shadows and sums them"));
    }
    match reconcile.format {
        ReconcileFormat::Table => found.iter().try_for_each(|one| console.answer(&one.text()))?,
        ReconcileFormat::Json => {
            let all: Vec<_> = found.iter().map(Comparison::json).collect();
            let text = serde_json::to_string_pretty(&all).map_err(|e| Error::bug("cross", e.to_string()))?;
            console.answer(&(text + "\n"))?;
        }
    }
    let apart = found.iter().filter(|one| !one.agrees()).map(Comparison::error).collect::<Vec<_>>();
    apart.iter().for_each(|error| console.problem(error));
    Ok(if apart.is_empty() { 0 } else { 4 })
}

/// The shadows that are asked for.
fn shadows<'s>(settings: &'s Settings, reconcile: &Reconcile) -> Result<Vec<&'s Source>> {
    let all = settings.sources.iter().filter(|source| source.role == Role::Shadow);
    let wanted: Vec<_> =
        all.filter(|source| reconcile.source.as_ref().is_none_or(|wanted| &source.id == wanted)).collect();
    if wanted.is_empty() {
        let what = match &reconcile.source {
            Some(id) => format!("source {id} is no shadow"),
            None => "no source is a shadow".into(),
        };
        let remedy = "add role = \"shadow\" to the [[source]] that is a second export of the same bill";
        return Err(Error::settings(settings.config.display().to_string(), what, remedy));
    }
    Ok(wanted)
}

/// The billing months that a shadow has a record of.
fn months(lake: &Lake, source: &Source, wanted: Option<BillingMonth>) -> Result<Vec<BillingMonth>> {
    let names = lake.names(&format!("shadow/{}", source.id))?;
    let months: BTreeSet<BillingMonth> =
        names.iter().filter_map(|name| name.strip_suffix(".json").and_then(|month| month.parse().ok())).collect();
    Ok(months.into_iter().filter(|month| wanted.is_none_or(|wanted| wanted == *month)).collect())
}

/// One shadow's billing period beside what is published of the same sub accounts.
struct Comparison {
    month: BillingMonth,
    primaries: Vec<String>,
    shadow: String,
    tolerance: Money,
    sums: [CrossTotals; 2],
    differences: Vec<CrossDifference>,
}

fn compare(
    lake: &Lake,
    snapshot: &Snapshot,
    settings: &Settings,
    (source, month): (&Source, BillingMonth),
    tolerance: Money,
) -> Result<Comparison> {
    let slot = Slot { source: source.id.clone(), month };
    let record = shadow::read(lake, &slot)?;
    let only: Vec<String> = source.sub_accounts.iter().map(|id| bare_account(id).to_string()).collect();
    let shadow = record.map(|record| record.totals).unwrap_or_default().bare()?.only(&only);
    let accounts = shadow.sub_accounts();
    let is_shadow = |id: &str| settings.sources.iter().any(|source| source.id == id && source.role == Role::Shadow);
    // Other bills of the month are none of the shadow's business.
    let same_bill = snapshot.slots.iter().filter(|(slot, record)| {
        slot.month == month
            && !is_shadow(&slot.source)
            && record.control.cells.keys().any(|key| accounts.contains(bare_account(&key.sub_account)))
    });
    let mut primary = CrossTotals::default();
    let mut primaries = Vec::new();
    for (slot, _) in same_bill {
        primary.add(snapshot.cost_of(lake, slot)?)?;
        primaries.push(slot.source.clone());
    }
    let primary = primary.bare()?.only(&only);
    let differences = cross(&primary, &shadow, tolerance)?;
    Ok(Comparison { month, primaries, shadow: source.id.clone(), tolerance, sums: [primary, shadow], differences })
}

impl Comparison {
    /// A different number of rows is told and is no difference: exports cut charges into rows as they like.
    fn agrees(&self) -> bool {
        self.apart() == 0 && !self.primaries.is_empty()
    }

    fn apart(&self) -> usize {
        self.differences.iter().filter(|difference| !difference.costs.is_empty()).count()
    }

    fn error(&self) -> Error {
        let place = format!("{} {}", self.shadow, self.month);
        if self.primaries.is_empty() {
            let what = "no published source has a charge of its sub accounts";
            return Error::tie(place, what, "publish the source that it is a shadow of");
        }
        let what = format!("{} cells differ from {}", self.apart(), self.primaries.join(", "));
        Error::tie(place, what, "the cells are listed with their causes; --tolerance says what counts as none")
    }

    fn text(&self) -> String {
        let primaries = if self.primaries.is_empty() { "nothing".into() } else { self.primaries.join(", ") };
        let mut out = format!("{}: {primaries} and its shadow {}\n", self.month, self.shadow);
        let header = ["BillingCurrency", "measure", "primary", "shadow", "shadow − primary"].map(str::to_string);
        out.push_str(&table::grid(&header, &self.totals(), &[false, false, true, true, true]));
        let mut rows = Vec::new();
        for difference in &self.differences {
            let place =
                [&difference.service_name, &difference.sub_account, &difference.charge_category, &difference.currency];
            for measure in measures(difference) {
                let mut row: Vec<String> = place.iter().map(|text| (*text).clone()).collect();
                row.extend(measure);
                row.push(difference.cause.into());
                rows.push(row);
            }
        }
        if !rows.is_empty() {
            let header = [
                "ServiceName",
                "SubAccountId",
                "ChargeCategory",
                "BillingCurrency",
                "measure",
                "primary",
                "shadow",
                "shadow − primary",
                "cause",
            ];
            let right = [false, false, false, false, false, true, true, true, false];
            out.push('\n');
            out.push_str(&table::grid(&header.map(str::to_string), &rows, &right));
        }
        let verdict = match (self.agrees(), self.apart()) {
            (true, _) => "agree".to_string(),
            (false, 0) => "NOTHING TO COMPARE WITH".to_string(),
            (false, cells) => format!("DO NOT AGREE: {cells} cells differ by more than {}", self.tolerance),
        };
        out.push_str(&format!("{}: {primaries} and {} {verdict}\n\n", self.month, self.shadow));
        out
    }

    /// Sums by currency, with the rows.
    fn totals(&self) -> Vec<Vec<String>> {
        // Sums that were taken once fit again.
        let [primary, shadow] = self.sums.each_ref().map(|totals| totals.by_currency().unwrap_or_default());
        let currencies: BTreeSet<&String> = primary.keys().chain(shadow.keys()).collect();
        let mut rows = Vec::new();
        for currency in currencies {
            let of = |side: &BTreeMap<String, _>| side.get(currency).copied().unwrap_or_default();
            let (a, b): (crate::reconcile::CrossCell, crate::reconcile::CrossCell) = (of(&primary), of(&shadow));
            let line = |measure: [String; 4]| std::iter::once(currency.clone()).chain(measure).collect::<Vec<_>>();
            rows.push(line(rows_measure(a.rows, b.rows)));
            rows.extend((0..COSTS.len()).map(|at| line(cost_measure(at, a.costs[at], b.costs[at]))));
        }
        rows
    }

    fn json(&self) -> serde_json::Value {
        let measure = |m: &[String]| json!({ "measure": m[0], "primary": m[1], "shadow": m[2], "difference": m[3] });
        let totals: Vec<_> =
            self.totals().iter().map(|row| with(measure(&row[1..]), "BillingCurrency", &row[0])).collect();
        let difference = |d: &CrossDifference| {
            json!({
                "ServiceName": d.service_name,
                "SubAccountId": d.sub_account,
                "ChargeCategory": d.charge_category,
                "BillingCurrency": d.currency,
                "cause": d.cause,
                "measures": measures(d).iter().map(|m| measure(m)).collect::<Vec<_>>(),
            })
        };
        json!({
            "billing_period": self.month,
            "primaries": self.primaries,
            "shadow": self.shadow,
            "tolerance": self.tolerance,
            "agrees": self.agrees(),
            "totals": totals,
            "differences": self.differences.iter().map(difference).collect::<Vec<_>>(),
        })
    }
}

fn with(mut value: serde_json::Value, name: &str, text: &str) -> serde_json::Value {
    if let Some(object) = value.as_object_mut() {
        object.insert(name.into(), text.into());
    }
    value
}

/// What differs in a cell: name, primary, shadow, difference.
fn measures(difference: &CrossDifference) -> Vec<[String; 4]> {
    let (a, b) = (&difference.primary, &difference.shadow);
    let rows = (a.rows != b.rows).then(|| rows_measure(a.rows, b.rows));
    let costs = difference.costs.iter().map(|at| cost_measure(*at, a.costs[*at], b.costs[*at]));
    rows.into_iter().chain(costs).collect()
}

fn rows_measure(a: u64, b: u64) -> [String; 4] {
    ["rows".into(), a.to_string(), b.to_string(), (i128::from(b) - i128::from(a)).to_string()]
}

fn cost_measure(at: usize, a: Money, b: Money) -> [String; 4] {
    [COSTS[at].into(), a.to_string(), b.to_string(), (b - a).to_string()]
}
