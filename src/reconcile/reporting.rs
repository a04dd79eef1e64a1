//! The proof of converted costs: what roll-ups have in the reporting currency is each cell of `cost` times its rate.
//!
//! It shares nothing with what converts: the product is one of 256-bit numbers, of the totals of `cost` as they are read
//! back from its files.

use super::totals::KEYS;
use crate::error::{Error, Result};
use crate::focus::reporting::{RATE_DIGITS, REPORTING_COSTS, REPORTING_CURRENCY, converted_in};
use crate::focus::{COSTS, ControlKey, ControlTotals, Money, Reporting, Slot};
use crate::lake;
use arrow::datatypes::i256;
use polars::prelude::*;

/// The costs of a slot in the reporting currency.
#[derive(Debug, Clone, Default)]
pub struct ReportingProof {
    /// Each cell of `cost` times its rate, rounded half-even to 18 decimals.
    pub expected: ControlTotals,
    /// What each roll-up that holds every charge has.
    pub rollups: Vec<(String, ControlTotals)>,
}

/// Each cell of the totals of `cost` in the reporting currency; empty without one.
///
/// # Errors
/// `Tie` that names the cell: its currency has no rate, or the sum is past 38 digits.
pub fn converted(slot: &Slot, cost: &ControlTotals, reporting: Option<&Reporting>) -> Result<ControlTotals> {
    let mut totals = ControlTotals::new(REPORTING_COSTS.map(str::to_string).to_vec());
    let Some(reporting) = reporting else { return Ok(totals) };
    let places = COSTS.map(|name| cost.columns.iter().position(|column| column == name));
    for (key, cell) in &cost.cells {
        let refused = |what: &str| {
            let place = format!(
                "{slot}, billing account {}, sub account {}, {}, {}",
                key.billing_account, key.sub_account, key.currency, key.line_type
            );
            Error::tie(place, what, "check the rates file; the period is not published")
        };
        let rate = reporting.rates.get(&key.currency).ok_or_else(|| refused("its currency has no rate"))?;
        let product = |at: &Option<usize>| at.map_or(Some(Money::ZERO), |at| times(cell.sums[at], rate.rate.units()));
        let sums = places.iter().map(product).collect::<Option<Vec<_>>>();
        let key = ControlKey { currency: converted_in(&key.currency, &reporting.currency), ..key.clone() };
        if !sums.is_some_and(|sums| totals.add(&key, cell.rows, &sums)) {
            return Err(refused("its cost in the reporting currency is past 38 digits"));
        }
    }
    Ok(totals)
}

/// `amount × rate`, half-even to the last digit; `None` past 38 digits.
fn times(amount: Money, rate: i128) -> Option<Money> {
    let (two, unit) = (i256::from_i128(2), i256::from_i128(10i128.pow(RATE_DIGITS)));
    let product = i256::from_i128(amount.0).checked_mul(i256::from_i128(rate))?;
    let (quotient, rest) = (product.checked_div(unit)?, product.checked_rem(unit)?);
    let twice = rest.wrapping_abs().checked_mul(two)?;
    let is_odd = quotient.checked_rem(two)? != i256::ZERO;
    let up = twice > unit || (twice == unit && is_odd);
    let away = if product < i256::ZERO { i256::MINUS_ONE } else { i256::ONE };
    let rounded = if up { quotient.checked_add(away)? } else { quotient };
    rounded.to_i128().filter(|units| units.unsigned_abs() < 10u128.pow(38)).map(Money)
}

/// What a roll-up has in reporting currencies, rows that are not converted left out.
pub fn reporting_totals(rollup: LazyFrame) -> Result<ControlTotals> {
    let bug = |error: PolarsError| Error::bug("reporting totals", error.to_string());
    let of_all = REPORTING_COSTS.iter().map(|name| col(*name).is_not_null()).reduce(Expr::and).unwrap_or(lit(true));
    let any = REPORTING_COSTS
        .iter()
        .fold(col(REPORTING_CURRENCY).is_not_null(), |any, name| any.or(col(*name).is_not_null()));
    let keys: Vec<Expr> = KEYS.iter().map(|name| col(*name)).chain([col(REPORTING_CURRENCY)]).collect();
    // A row that lacks an amount counts as none.
    let rows = col("x_Rows").filter(of_all).sum().alias("rows");
    let sums = [rows].into_iter().chain(REPORTING_COSTS.map(|name| col(name).sum()));
    let frame = lake::collect(rollup.filter(any).group_by(keys).agg(sums.collect::<Vec<_>>()))?;
    let text = |name: &str| frame.column(name).and_then(|column| column.str().cloned()).map_err(bug);
    let texts = KEYS.into_iter().chain([REPORTING_CURRENCY]).map(text).collect::<Result<Vec<_>>>()?;
    let decimal = |name: &str| frame.column(name).and_then(|column| column.decimal().cloned()).map_err(bug);
    let amounts = REPORTING_COSTS.into_iter().map(decimal).collect::<Result<Vec<_>>>()?;
    let rows = frame.column("rows").map_err(bug)?.i64().map_err(bug)?.clone();
    let mut totals = ControlTotals::new(REPORTING_COSTS.map(str::to_string).to_vec());
    for at in 0..frame.height() {
        let text = |column: usize| texts[column].get(at).unwrap_or_default();
        let key = ControlKey {
            billing_account: text(0).into(),
            sub_account: text(1).into(),
            currency: converted_in(text(2), text(4)),
            line_type: text(3).into(),
        };
        let sums: Vec<Money> =
            amounts.iter().map(|amounts| Money(amounts.physical().get(at).unwrap_or_default())).collect();
        if !totals.add(&key, rows.get(at).unwrap_or_default().unsigned_abs(), &sums) {
            return Err(Error::bug("reporting totals", "a sum past 38 digits"));
        }
    }
    Ok(totals)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::SourcedRate;
    use crate::focus::reporting::Rate;

    /// Two hands, one product.
    #[test]
    fn the_product_is_that_of_the_other_arithmetic() {
        let rates = ["0.000000000001", "0.25", "0.5", "0.921345678912", "1", "163.07", "999999999999.999999999999"];
        let amounts =
            [0, 1, 2, 3, 5, 10, 14, 10i128.pow(18) + 1, 10i128.pow(30) - 7, 10i128.pow(36), 10i128.pow(38) - 1];
        for rate in rates.map(|text| Rate::parse(text).unwrap()) {
            for amount in amounts.iter().flat_map(|amount| [*amount, -amount]) {
                assert_eq!(times(Money(amount), rate.units()), rate.convert(Money(amount)), "{amount} × {rate}");
            }
        }
        assert_eq!(times(Money(5), Rate::parse("0.5").unwrap().units()), Some(Money(2)));
        assert_eq!(times(Money(10i128.pow(38) - 1), Rate::parse("2").unwrap().units()), None);
    }

    #[test]
    fn a_cell_without_a_rate_is_named() {
        let mut cost = ControlTotals::new(COSTS.map(str::to_string).to_vec());
        let key = |currency: &str| ControlKey {
            billing_account: "b".into(),
            sub_account: "1".into(),
            currency: currency.into(),
            line_type: "Usage".into(),
        };
        assert!(cost.add(&key("USD"), 2, &[Money(3), Money(5), Money(7), Money(9)]));
        let rate = SourcedRate { rate: Rate::parse("0.5").unwrap(), source: "ECB".into() };
        let reporting = Reporting { currency: "EUR".into(), rates: [("USD".to_string(), rate)].into() };
        let slot = Slot { source: "aws".into(), month: "2026-09".parse().unwrap() };
        let totals = converted(&slot, &cost, Some(&reporting)).unwrap();
        assert_eq!(totals.cells[&key("USD in EUR")].sums, [2, 2, 4, 4].map(Money));
        assert_eq!(totals.cells[&key("USD in EUR")].rows, 2);
        assert_eq!(converted(&slot, &cost, None).unwrap().cells.len(), 0);
        assert!(cost.add(&key("GBP"), 1, &[Money(1); 4]));
        let error = converted(&slot, &cost, Some(&reporting)).unwrap_err();
        assert!(
            error.to_string().contains("aws 2026-09, billing account b, sub account 1, GBP, Usage: its"),
            "{error}"
        );
    }
}
