//! The costs of a roll-up in the reporting currency, so that they add up.
//!
//! A row converted by itself loses up to half a unit of the 18th decimal, and a thousand rows up to five hundred. What must
//! tie is the cell of the control totals. So a cell's rows share its rounding in the order that they are written: row *k* is
//! `round(Sₖ · rate) − round(Sₖ₋₁ · rate)`, where `Sₖ` is the sum of the first *k* rows. Their sum is `round(S · rate)` to the
//! last digit, and no row is further from its own `cost × rate` than one unit.

use super::part::bug;
use crate::error::{Error, Result};
use crate::focus::money::COST_SCALE;
use crate::focus::reporting::{REPORTING_COSTS, REPORTING_CURRENCY, Rate};
use crate::focus::{COSTS, Money, Reporting};
use polars::prelude::*;
use std::collections::HashMap;

/// A cell of the control totals of a slot: null and an empty text are one.
const CELL: [&str; 4] = ["BillingAccountId", "SubAccountId", "BillingCurrency", "ChargeCategory"];
const CURRENCY: usize = 2;

/// Adds the reporting columns to the rows of one roll-up, frame by frame in the order they are written.
pub struct Converter {
    /// `None`: nothing is converted, and the columns are null.
    reporting: Option<Reporting>,
    numbers: HashMap<String, usize>,
    cells: Vec<Cell>,
}

/// A cell so far: its rate, and by cost what was added up and what was given out for it.
struct Cell {
    rate: Rate,
    sums: [(Money, Money); COSTS.len()],
}

impl Converter {
    pub fn new(reporting: Option<Reporting>) -> Self {
        Self { reporting, numbers: HashMap::new(), cells: Vec::new() }
    }

    /// The frame with `x_ReportingCurrency` and the four converted costs behind its columns.
    ///
    /// # Errors
    /// `Tie` for a currency that has no rate, and for a sum past 38 digits: nothing wraps.
    pub fn add(&mut self, mut frame: DataFrame) -> Result<DataFrame> {
        let rows = frame.height();
        let decimal = DataType::Decimal(38, COST_SCALE as usize);
        let Some(reporting) = self.reporting.clone() else {
            let none = std::iter::once((REPORTING_CURRENCY, DataType::String));
            for (name, kind) in none.chain(REPORTING_COSTS.map(|name| (name, decimal.clone()))) {
                frame.with_column(Column::full_null(name.into(), rows, &kind)).map_err(bug)?;
            }
            return Ok(frame);
        };
        let cells = self.cells_of(&frame, &reporting)?;
        let currency = Scalar::from(PlSmallStr::from(reporting.currency.as_str()));
        frame.with_column(Column::new_scalar(REPORTING_CURRENCY.into(), currency, rows)).map_err(bug)?;
        for (cost, (from, to)) in COSTS.iter().zip(REPORTING_COSTS).enumerate() {
            let amounts = frame.column(from).and_then(|column| column.decimal()).map_err(bug)?.physical().clone();
            let mut converted = Vec::with_capacity(rows);
            for (row, amount) in amounts.iter().enumerate() {
                let cell = &mut self.cells[cells[row]];
                converted.push(cell.take(cost, Money(amount.unwrap_or_default())).ok_or_else(|| {
                    let what = format!("the sum of {from} in {} is past 38 digits", reporting.currency);
                    Error::tie(to, what, "check the rates file, and the export for a column in the wrong place or unit")
                })?);
            }
            let column = Int128Chunked::from_iter_values(to.into(), converted.into_iter().map(|money| money.0));
            let column = column.into_decimal_unchecked(38, COST_SCALE as usize).into_series().into_column();
            frame.with_column(column).map_err(bug)?;
        }
        Ok(frame)
    }

    /// The number of each row's cell.
    fn cells_of(&mut self, frame: &DataFrame, reporting: &Reporting) -> Result<Vec<usize>> {
        let texts = CELL.map(|name| frame.column(name).and_then(|column| column.str().cloned()).map_err(bug));
        let texts = texts.into_iter().collect::<Result<Vec<StringChunked>>>()?;
        let mut columns: Vec<_> = texts.iter().map(|texts| texts.iter()).collect();
        let mut found = Vec::with_capacity(frame.height());
        let mut key = String::new();
        for _ in 0..frame.height() {
            let mut row = [""; 4];
            for (text, column) in row.iter_mut().zip(&mut columns) {
                *text = column.next().flatten().unwrap_or_default();
            }
            key.clear();
            for text in row {
                key.push_str(text);
                key.push('\0');
            }
            found.push(match self.numbers.get(&key) {
                Some(number) => *number,
                None => self.begin(&key, row, reporting)?,
            });
        }
        Ok(found)
    }

    fn begin(&mut self, key: &str, row: [&str; 4], reporting: &Reporting) -> Result<usize> {
        let rate = reporting.rates.get(row[CURRENCY]).ok_or_else(|| {
            let place = format!("billing account {}, sub account {}, {}, {}", row[0], row[1], row[2], row[3]);
            let what = format!("has charges in a currency without a rate to {}", reporting.currency);
            Error::tie(place, what, "add the rate to the rates file, and run again")
        })?;
        self.cells.push(Cell { rate: rate.rate, sums: Default::default() });
        let number = self.numbers.len();
        self.numbers.insert(key.to_string(), number);
        Ok(number)
    }
}

impl Cell {
    /// What one more row is in the reporting currency; `None` past 38 digits.
    fn take(&mut self, cost: usize, amount: Money) -> Option<Money> {
        let (sum, given) = &mut self.sums[cost];
        *sum = sum.checked_add(amount)?;
        let whole = self.rate.convert(*sum)?;
        let part = whole.0.checked_sub(given.0).map(Money)?;
        *given = whole;
        Some(part)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::SourcedRate;

    fn reporting(rates: &[(&str, &str)]) -> Reporting {
        let rate = |rate: &str| SourcedRate { rate: Rate::parse(rate).unwrap(), source: "ECB".into() };
        let rates = rates.iter().map(|(currency, text)| ((*currency).to_string(), rate(text))).collect();
        Reporting { currency: "EUR".into(), rates }
    }

    /// Sub account, currency and each of the four costs, in units of the last digit.
    fn frame(rows: &[(Option<&str>, &str, i128)]) -> DataFrame {
        let text = |name: &str, of: &dyn Fn(usize) -> Option<String>| {
            Column::new(name.into(), (0..rows.len()).map(of).collect::<Vec<_>>())
        };
        let mut columns = vec![
            text("BillingAccountId", &|_| Some("b".into())),
            text("SubAccountId", &|row| rows[row].0.map(str::to_string)),
            text("BillingCurrency", &|row| Some(rows[row].1.to_string())),
            text("ChargeCategory", &|_| Some("Usage".into())),
        ];
        for cost in COSTS {
            let amounts = Int128Chunked::from_iter_values(cost.into(), rows.iter().map(|(.., amount)| *amount));
            columns.push(amounts.into_decimal_unchecked(38, 18).into_series().into_column());
        }
        DataFrame::new(rows.len(), columns).unwrap()
    }

    fn converted(frame: &DataFrame) -> Vec<i128> {
        let of = |name: &str| -> Vec<i128> {
            frame.column(name).unwrap().decimal().unwrap().physical().iter().map(Option::unwrap).collect()
        };
        assert!(REPORTING_COSTS.iter().all(|name| of(name) == of(REPORTING_COSTS[0])));
        of(REPORTING_COSTS[0])
    }

    /// At 0.5, four rows of 1 are 0.5 each: one by one they round to 0, together they are 2.
    #[test]
    fn the_rows_of_a_cell_share_its_rounding() {
        let rows = [(Some("1"), "USD", 1), (Some("2"), "USD", 1), (Some("1"), "USD", 1), (Some("1"), "USD", 1)];
        let mut converter = Converter::new(Some(reporting(&[("USD", "0.5")])));
        // Sub account 1: 0.5 → 0, 1 → 1, 1.5 → 2. Sub account 2 is a cell of its own: 0.5 → 0.
        assert_eq!(converted(&converter.add(frame(&rows)).unwrap()), [0, 0, 1, 1]);
        // The next frame goes on: 2 → 2, and what is taken off comes off: 1.5 → 2, 1 → 1.
        let next = [(Some("1"), "USD", 1), (Some("1"), "USD", -1), (Some("1"), "USD", -1)];
        assert_eq!(converted(&converter.add(frame(&next)).unwrap()), [0, 0, -1]);
    }

    #[test]
    fn the_sum_of_a_cell_is_the_rounded_sum_in_any_order() {
        let mut amounts: Vec<i128> = (0..500).map(|n| (n * 7_919 % 1_009) - 300 + n).collect();
        let rate = Rate::parse("0.921345678912").unwrap();
        for turn in 0..3 {
            amounts.rotate_left(turn * 17);
            let rows: Vec<_> = amounts.iter().map(|amount| (Some("1"), "USD", *amount)).collect();
            let mut converter = Converter::new(Some(reporting(&[("USD", "0.921345678912")])));
            let parts: Vec<i128> =
                rows.chunks(37).flat_map(|rows| converted(&converter.add(frame(rows)).unwrap())).collect();
            let whole = rate.convert(Money(amounts.iter().sum())).unwrap();
            assert_eq!(parts.iter().sum::<i128>(), whole.0);
            let alone = |amount: &i128| rate.convert(Money(*amount)).unwrap().0;
            assert!(amounts.iter().zip(&parts).all(|(amount, part)| (alone(amount) - part).abs() <= 1));
        }
    }

    #[test]
    fn null_and_empty_accounts_are_one_cell() {
        let rows = [(None, "USD", 1), (Some(""), "USD", 1)];
        let mut converter = Converter::new(Some(reporting(&[("USD", "0.5")])));
        assert_eq!(converted(&converter.add(frame(&rows)).unwrap()), [0, 1]);
    }

    #[test]
    fn what_cannot_be_converted_is_refused() {
        let mut converter = Converter::new(Some(reporting(&[("USD", "0.5"), ("JPY", "999999999999")])));
        let error = converter.add(frame(&[(Some("1"), "GBP", 1)])).unwrap_err();
        assert!(error.to_string().contains("sub account 1, GBP, Usage: has charges in a currency without"), "{error}");
        let error = converter.add(frame(&[(Some("1"), "JPY", 10i128.pow(30))])).unwrap_err();
        assert!(error.to_string().contains("the sum of BilledCost in EUR is past 38 digits"), "{error}");
    }

    #[test]
    fn without_a_reporting_currency_the_columns_are_null() {
        let frame = Converter::new(None).add(frame(&[(Some("1"), "USD", 1)])).unwrap();
        let nulls = |name: &str| frame.column(name).unwrap().null_count();
        assert_eq!((nulls(REPORTING_CURRENCY), REPORTING_COSTS.map(nulls)), (1, [1; 4]));
    }
}
