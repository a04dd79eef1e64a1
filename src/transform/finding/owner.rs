//! Who a resource belongs to now, and what it is called now.

use super::resources::{KEY, Resources};
use super::{Ask, Finding};
use crate::error::{Error, Result};
use crate::focus::BillingMonth;
use crate::transform::catalogue::{ParamValue, bind};
use polars::prelude::*;
use std::collections::HashMap;

/// What the latest charge of a resource says.
const STATE: [&str; 4] = ["x_Team", "x_TeamBy", "ResourceName", "SubAccountName"];

/// Fills in the owner and the names, from the latest state in the roll-ups: a rule sums over weeks
/// in which a resource may have been re-tagged, renamed or moved.
pub fn own(ask: &Ask, resources: &Resources, found: &mut [Finding]) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let states = of_resources(ask, resources)?;
    let teams = of_unused_commitments(ask)?;
    for finding in found {
        if let Some([team, team_by, name, sub_account_name]) = &states[resources.number(finding)] {
            let latest = |field: &mut String, value: &Option<String>| {
                if let Some(value) = value.as_ref().filter(|value| !value.is_empty()) {
                    field.clone_from(value);
                }
            };
            latest(&mut finding.team, team);
            latest(&mut finding.team_by, team_by);
            latest(&mut finding.resource.name, name);
            latest(&mut finding.resource.sub_account_name, sub_account_name);
        } else if let Some((team, team_by)) = teams.get(&finding.resource.sub_account) {
            finding.team.clone_from(team);
            finding.team_by.clone_from(team_by);
        }
    }
    Ok(())
}

type State = [Option<String>; STATE.len()];

/// By the number of the resource. `resource_month` carries what was said by the charge that
/// started last; of its rows for one resource, that of the newest month and day counts, usage before
/// taxes and fees, and of a day on which the resource was tagged anew what started last.
fn of_resources(ask: &Ask, resources: &Resources) -> Result<Vec<Option<State>>> {
    let months = months(ask)?;
    let frame = ask.tables.frame("resource_month")?.filter(in_months(&months));
    let mut columns = vec![
        col(KEY),
        col("x_LastChargeDay"),
        col("ChargeCategory").eq(lit("Usage")).fill_null(lit(false)).alias("x_IsUsage"),
        col("x_LastChargeStart"),
        col("EffectiveCost"),
    ];
    columns.extend(STATE.map(col));
    let by = ["x_LastChargeDay", "x_IsUsage", "x_LastChargeStart", "EffectiveCost"]
        .into_iter()
        .chain(STATE)
        .map(col)
        .collect::<Vec<_>>();
    let descending = SortMultipleOptions::default().with_order_descending(true).with_nulls_last(true);
    let rows = (ask.collect)(resources.join(frame)?.select(columns).sort_by_exprs(by, descending))?;
    let bug = |error: PolarsError| Error::bug("finding", error.to_string());
    let numbers = rows.column(KEY).map_err(bug)?.u32().map_err(bug)?;
    let texts = STATE.map(|name| rows.column(name).and_then(Column::str));
    let mut states: Vec<Option<State>> = vec![None; resources.len()];
    for (row, number) in numbers.iter().enumerate() {
        let Some(state) = number.and_then(|number| states.get_mut(number as usize)) else { continue };
        if state.is_none() {
            let mut latest = State::default();
            for (field, column) in latest.iter_mut().zip(&texts) {
                *field = column.as_ref().map_err(|error| bug(error.clone()))?.get(row).map(str::to_string);
            }
            *state = Some(latest);
        }
    }
    Ok(states)
}

/// By sub account: the team that most of its unused commitments are shown to. A commitment's
/// charges may name no resource.
fn of_unused_commitments(ask: &Ask) -> Result<HashMap<String, (String, String)>> {
    let month = in_months(&months(ask)?[..1]);
    let unused = ask.tables.frame("cost_daily")?.filter(month.and(col("CommitmentDiscountStatus").eq(lit("Unused"))));
    let keys = [col("SubAccountId"), col("x_Team"), col("x_TeamBy")];
    let sums = unused.group_by(keys.clone()).agg([col("EffectiveCost").sum()]);
    let by: Vec<Expr> = std::iter::once(col("EffectiveCost")).chain(keys).collect();
    let order = SortMultipleOptions::default().with_order_descending_multi([true, false, false, false]);
    let rows = (ask.collect)(sums.sort_by_exprs(by, order))?;
    let bug = |error: PolarsError| Error::bug("finding", error.to_string());
    let column = |name: &str| rows.column(name).and_then(Column::str).cloned().map_err(bug);
    let [accounts, teams, bys] = [column("SubAccountId")?, column("x_Team")?, column("x_TeamBy")?];
    let mut owners = HashMap::new();
    for row in 0..rows.height() {
        let text = |column: &StringChunked| column.get(row).unwrap_or_default().to_string();
        owners.entry(text(&accounts)).or_insert_with(|| (text(&teams), text(&bys)));
    }
    Ok(owners)
}

/// The billing period and the one before it, in which a resource of the window was charged last
/// when a month has just begun.
pub fn months(ask: &Ask) -> Result<[BillingMonth; 2]> {
    match ask.params.get(bind::BILLING_PERIOD) {
        Some(ParamValue::Text(month)) => {
            let month: BillingMonth = month.parse().map_err(|what: String| Error::bug("finding", what))?;
            Ok([month, month.plus(-1)])
        }
        _ => Err(Error::bug("finding", "no billing period to ask about")),
    }
}

pub fn in_months(months: &[BillingMonth]) -> Expr {
    let any = months.iter().map(|month| col("x_BillingMonth").eq(lit(month.to_string()))).reduce(Expr::or);
    any.unwrap_or_else(|| lit(false))
}
