//! Figures of a roll-up in the cells by which a change is told.

use crate::error::{Error, Result};
use crate::focus::change::CHANGE_COSTS;
use crate::focus::{ChangeCell, ChangeKey, Figures, Money};
use crate::lake;
use polars::prelude::*;

const KEYS: [&str; 6] =
    ["BillingAccountId", "SubAccountId", "BillingCurrency", "ChargeCategory", "ServiceName", "x_Team"];

/// The figures of `cost_daily`, exact; an empty text for what is null. Any set of tag dimensions will do.
pub fn figures(cost_daily: LazyFrame) -> Result<Figures> {
    let bug = |error: PolarsError| Error::bug("figures", error.to_string());
    let sums = CHANGE_COSTS.iter().map(|name| col(*name).sum()).chain([col("x_Rows").sum()]);
    let frame = lake::collect(cost_daily.group_by(KEYS.map(col)).agg(sums.collect::<Vec<_>>()))?;
    let mut texts = Vec::new();
    for name in KEYS {
        texts.push(frame.column(name).and_then(|column| column.str().cloned()).map_err(bug)?);
    }
    let mut costs = Vec::new();
    for name in CHANGE_COSTS {
        costs.push(frame.column(name).map_err(bug)?.decimal().map_err(bug)?.physical().clone());
    }
    let rows = frame.column("x_Rows").map_err(bug)?.i64().map_err(bug)?.clone();
    let mut figures = Figures::default();
    for at in 0..frame.height() {
        let text = |column: usize| texts[column].get(at).unwrap_or_default().to_string();
        let key = ChangeKey {
            billing_account: text(0),
            sub_account: text(1),
            currency: text(2),
            charge_category: text(3),
            service: text(4),
            team: text(5),
        };
        let mut cell = ChangeCell { rows: rows.get(at).unwrap_or(0), ..ChangeCell::default() };
        for (sum, cost) in cell.costs.iter_mut().zip(&costs) {
            *sum = Money(cost.get(at).unwrap_or(0));
        }
        figures.add(&key, &cell);
    }
    Ok(figures)
}
