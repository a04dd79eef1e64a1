//! What the bill costs, as control totals: by account and record type, and by service.
//!
//! <https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_GetCostAndUsage.html>. The metric is that of
//! the publication: gross costs against UnblendedCost and AmortizedCost, net ones against NetUnblendedCost and
//! NetAmortizedCost.

use super::{Door, Question, figure, interval, month_of, wrong};
use crate::error::Result;
use crate::extract::api::Answered;
use crate::focus::{
    Api, AskedMonth, BillingMonth, ExternalTotal, Money, MoneyBasis, Told, ToldService, TotalKind, TotalPart,
    TotalPlace,
};
use aws_sdk_costexplorer::operation::get_cost_and_usage::GetCostAndUsageOutput;
use aws_sdk_costexplorer::types::{Granularity, GroupDefinition, GroupDefinitionType};
use std::collections::{BTreeMap, BTreeSet};

/// Cost Explorer tells amounts to the 10th decimal, and the report rounds each line there: half of a unit of it, in
/// units of 10⁻¹⁸.
const HALF_OF_LAST_PLACE: i128 = 50_000_000;
/// Record types that are one ChargeCategory and all of it, in any export of AWS's.
const TAX: (&str, &str) = ("Tax", "Tax");
/// In a cost and usage report; what an export of FOCUS's makes of credits is AWS's own business.
const CREDIT: (&str, &str) = ("Credit", "Credit");

/// FOCUS's cost and the two metrics that are it, gross and net.
const METRICS: [(&str, &str, &str); 2] =
    [("BilledCost", "UnblendedCost", "NetUnblendedCost"), ("EffectiveCost", "AmortizedCost", "NetAmortizedCost")];

pub fn ask(door: &mut Door, months: &[AskedMonth]) {
    for basis in [MoneyBasis::Gross, MoneyBasis::Net] {
        let of_basis: Vec<&AskedMonth> = months.iter().filter(|month| basis_of(month) == basis).collect();
        if of_basis.is_empty() {
            continue;
        }
        if let Some((cells, answered)) = ask_by(door, &of_basis, basis, "LINKED_ACCOUNT") {
            totals(door, &of_basis, basis, (&cells, &answered));
        }
        // Services of some accounts are not those of the source.
        if !door.api.scopes.is_empty() {
            continue;
        }
        if let Some((cells, answered)) = ask_by(door, &of_basis, basis, "SERVICE") {
            services(door, &of_basis, basis, (&cells, &answered));
        }
    }
}

/// Costs of AWS's FOCUS exports have discounts inside, whatever the source says.
fn basis_of(month: &AskedMonth) -> MoneyBasis {
    if month.format.starts_with("aws-cur") { month.basis } else { MoneyBasis::Net }
}

fn metric(basis: MoneyBasis, at: usize) -> &'static str {
    let (_, gross, net) = METRICS[at];
    if basis == MoneyBasis::Gross { gross } else { net }
}

const SILENT: &str = "check that the credential is of the account that the export is of, and `scopes`";

/// One amount of an answer's group.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Cell {
    month: BillingMonth,
    /// The account or the service.
    key: String,
    record_type: String,
    is_estimated: bool,
    /// In the order of [`METRICS`].
    amounts: [(Money, String); 2],
}

fn ask_by(
    door: &mut Door,
    months: &[&AskedMonth],
    basis: MoneyBasis,
    dimension: &str,
) -> Option<(Vec<Cell>, Answered<()>)> {
    let (first, last) = (months.first()?.month, months.last()?.month);
    let period = interval((first.start(), last.end()))?;
    let of_basis: Vec<BillingMonth> = months.iter().map(|asked| asked.month).collect();
    let (what, filter) = (format!("costs by {dimension} and RECORD_TYPE"), door.filter(&[]));
    let metrics = [metric(basis, 0), metric(basis, 1)];
    let question = Question {
        operation: "GetCostAndUsage",
        what: &what,
        parameters: format!("MONTHLY, by {dimension} and RECORD_TYPE, {}", metrics.join(" and ")),
        months: &of_basis,
        may_be_nothing: false,
        settled_since: None,
    };
    let group = |key: &str| GroupDefinition::builder().r#type(GroupDefinitionType::Dimension).key(key).build();
    let api = door.api;
    let answered = door.ask(
        &question,
        |client, token| {
            let request = client.get_cost_and_usage().time_period(period.clone()).granularity(Granularity::Monthly);
            let request = request.metrics(metrics[0]).metrics(metrics[1]).set_filter(filter.clone());
            request.group_by(group(dimension)).group_by(group("RECORD_TYPE")).set_next_page_token(token).send()
        },
        GetCostAndUsageOutput::next_page_token,
        |pages| cells(api, &what, pages, basis).map(drop),
    )?;
    match cells(door.api, &what, &answered.value, basis) {
        Ok(cells) => {
            let silent = |month: &&&AskedMonth| !cells.iter().any(|cell| cell.month == month.month);
            // Of the current month it knows something a day after the export does.
            let over = |month: &&&AskedMonth| month.month.end() <= door.today;
            let asked = |month: &&&AskedMonth| answered.about.contains_key(&month.month);
            if let Some(month) = months.iter().filter(asked).filter(over).find(silent) {
                let why = format!("it says nothing of {}", month.month);
                door.asking.wrong(super::problem(door.api, format!("{what}: {why}"), SILENT));
            }
            let Answered { day, is_of_today, about, .. } = answered;
            Some((cells, Answered { value: (), day, is_of_today, about }))
        }
        Err(error) => {
            door.asking.wrong(error);
            None
        }
    }
}

/// Every group of every page. One that is told twice would count twice, and refuses the answer.
fn cells(api: &Api, what: &str, pages: &[GetCostAndUsageOutput], basis: MoneyBasis) -> Result<Vec<Cell>> {
    let mut cells = Vec::new();
    let mut told = BTreeSet::new();
    for result in pages.iter().flat_map(GetCostAndUsageOutput::results_by_time) {
        let month = month_of(result.time_period()).ok_or_else(|| wrong(api, what, "a part of it has no period"))?;
        for group in result.groups() {
            let [key, record_type] = group.keys() else {
                return Err(wrong(api, what, "a group of it has not the two keys that were asked for"));
            };
            if !told.insert((month, key.clone(), record_type.clone())) {
                return Err(wrong(api, what, &format!("{key}, {record_type} of {month} is told twice")));
            }
            let amount = |at: usize| {
                let name = metric(basis, at);
                let value = group.metrics().and_then(|metrics| metrics.get(name));
                let amount = figure(api, what, value.and_then(|value| value.amount()))?;
                let missing = || wrong(api, what, &format!("{key}, {record_type} of {month} has no {name}"));
                Ok((amount.ok_or_else(missing)?, value.and_then(|value| value.unit()).unwrap_or_default().to_string()))
            };
            cells.push(Cell {
                month,
                key: key.clone(),
                record_type: record_type.clone(),
                is_estimated: result.estimated(),
                amounts: [amount(0)?, amount(1)?],
            });
        }
    }
    Ok(cells)
}

/// A sum of cells, and what it may be off by.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    amount: Money,
    cells: i128,
    is_estimated: bool,
}

impl Sum {
    fn add(&mut self, cell: &Cell, amount: Money) {
        self.amount += amount;
        self.cells += 1;
        self.is_estimated |= cell.is_estimated;
    }
}

/// The parts of one billing period and cost that are told: all of it, each account, and the categories that a record
/// type is. Of an account that was asked about and is not told, zero is told.
fn totals(door: &mut Door, months: &[&AskedMonth], basis: MoneyBasis, (cells, answered): (&[Cell], &Answered<()>)) {
    for month in months {
        let categories: &[(&str, &str)] = if month.format.starts_with("aws-cur") { &[TAX, CREDIT] } else { &[TAX] };
        let of_month: Vec<&Cell> = cells.iter().filter(|cell| cell.month == month.month).collect();
        let is_estimated = of_month.iter().any(|cell| cell.is_estimated);
        let told: BTreeSet<&str> = of_month.iter().map(|cell| cell.key.as_str()).collect();
        let untold = |account: &&String| {
            let is_asked = door.api.scopes.is_empty() || door.api.scopes.contains(account);
            is_asked && !account.is_empty() && !told.contains(account.as_str())
        };
        let untold: Vec<&String> = month.sub_accounts.iter().filter(untold).collect();
        for (at, (cost, ..)) in METRICS.iter().enumerate() {
            let mut sums: BTreeMap<TotalPart, Sum> = BTreeMap::new();
            let whole = |currency: &str| whole(door.api, month, cost, currency);
            for currency in of_month.iter().map(|cell| &cell.amounts[at].1).collect::<BTreeSet<_>>() {
                for account in &untold {
                    let part = TotalPart { sub_account: Some((*account).clone()), ..whole(currency) };
                    sums.entry(part).or_insert(Sum { is_estimated, ..Sum::default() });
                }
            }
            for cell in &of_month {
                let (amount, currency) = &cell.amounts[at];
                let whole = whole(currency);
                let account = TotalPart { sub_account: Some(cell.key.clone()), ..whole.clone() };
                sums.entry(account).or_default().add(cell, *amount);
                // Of some accounts alone there is no whole: the source may hold others.
                if !door.api.scopes.is_empty() {
                    continue;
                }
                if let Some((_, category)) = categories.iter().find(|(record, _)| *record == cell.record_type) {
                    let part = TotalPart { charge_category: Some((*category).to_string()), ..whole.clone() };
                    sums.entry(part).or_default().add(cell, *amount);
                }
                sums.entry(whole).or_default().add(cell, *amount);
            }
            for (part, sum) in sums {
                let total = total(door, metric(basis, at), (part, sum), month, answered);
                door.asking.answers.control_totals.push(total);
            }
        }
    }
}

/// All that the source has of a cost in one currency.
fn whole(api: &Api, month: &AskedMonth, cost: &str, currency: &str) -> TotalPart {
    TotalPart {
        month: month.month,
        metric: cost.to_string(),
        currency: currency.to_string(),
        source: Some(api.source.clone()),
        billing_account: None,
        sub_account: None,
        charge_category: None,
    }
}

fn total(
    door: &Door,
    metric: &str,
    (part, sum): (TotalPart, Sum),
    month: &AskedMonth,
    answered: &Answered<()>,
) -> ExternalTotal {
    let estimated = if sum.is_estimated { ", estimated" } else { "" };
    let exact = |half_units: i128| Money(HALF_OF_LAST_PLACE * half_units);
    let (tolerance, per_charge) = match door.api.tolerance {
        Some(tolerance) => (tolerance, Money::ZERO),
        None => (exact(sum.cells), exact(1)),
    };
    let told = Told {
        by: door.by(&format!(" {metric}{estimated}"), answered),
        amount: sum.amount,
        currency: part.currency.clone(),
        converted: Some(sum.amount),
        tolerance,
    };
    ExternalTotal {
        place: TotalPlace::Api(door.api.id.clone(), door.asking.answers.control_totals.len() + 1),
        part,
        kind: TotalKind::Other,
        is_settled: answered.holds_for(month) && !sum.is_estimated,
        per_charge,
        told: vec![told],
    }
}

/// By service, which is printed beside ours. Taxes are one, as our charges of taxes are.
fn services(door: &mut Door, months: &[&AskedMonth], basis: MoneyBasis, (cells, answered): (&[Cell], &Answered<()>)) {
    let by = door.by("", answered);
    for month in months {
        for (at, (cost, ..)) in METRICS.iter().enumerate() {
            let mut sums: BTreeMap<(&str, &str), Money> = BTreeMap::new();
            for cell in cells.iter().filter(|cell| cell.month == month.month) {
                let service = if cell.record_type == TAX.0 { TAX.0 } else { cell.key.as_str() };
                let (amount, currency) = &cell.amounts[at];
                *sums.entry((service, currency)).or_default() += *amount;
            }
            let told = sums.into_iter().map(|((service, currency), amount)| ToldService {
                by: format!("{by} {}", metric(basis, at)),
                part: whole(door.api, month, cost, currency),
                service: service.to_string(),
                amount,
                as_of: answered.day,
            });
            let told: Vec<ToldService> = told.collect();
            door.asking.answers.services.extend(told);
        }
    }
}
