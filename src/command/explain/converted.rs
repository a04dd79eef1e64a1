//! A figure in the reporting currency: its charges are in billing currencies, and sum to it at the rates of their slots.

use super::rests::Tally;
use crate::command::table::grid;
use crate::error::{Error, Result};
use crate::focus::money::decimal_text;
use crate::focus::{Money, Slot};
use crate::lake::Snapshot;

/// The charges by source, billing period and currency, each at its rate, held to the figure.
///
/// A roll-up's row is within one unit of the 18th decimal of its own cost × rate, since the rows of a cell share its
/// rounding: the figure may differ from the charges × rate by as many units as it has rows, and by half a unit for each
/// product here.
///
/// # Errors
/// `Tie` where it differs by more, or a currency has no rate.
pub fn hold(figure: &str, (amount, rows): (i128, u64), tally: &Tally, snapshot: &Snapshot) -> Result<String> {
    let (mut lines, mut sum) = (Vec::new(), 0i128);
    for ([source, month, currency], charges) in tally.by_currency() {
        let slot = month.parse().ok().map(|month| Slot { source: source.clone(), month });
        let record = slot.and_then(|slot| snapshot.slots.get(&slot));
        let reporting = record.and_then(|record| record.reporting.as_ref());
        let rate = reporting.and_then(|reporting| reporting.rates.get(&currency)).ok_or_else(|| {
            let remedy = "run `costmill run`: what is published was made without the rates";
            Error::tie(figure, format!("{source} {month} has no rate from {currency}"), remedy)
        })?;
        let past = || Error::bug("explain", "a converted sum past 38 digits");
        let product = rate.rate.convert(Money(charges)).ok_or_else(past)?;
        sum = sum.checked_add(product.0).ok_or_else(past)?;
        let to = reporting.map(|reporting| reporting.currency.clone()).unwrap_or_default();
        lines.push(vec![
            source,
            month,
            format!("{} {currency}", decimal_text(charges, 18)),
            rate.rate.to_string(),
            rate.source.clone(),
            format!("{product} {to}"),
        ]);
    }
    let (off, most) = (amount.abs_diff(sum), u128::from(rows) + lines.len() as u128);
    let header = ["source", "period", "charges", "rate", "whose", "charges × rate"].map(str::to_string);
    let table = grid(&header, &lines, &[false, false, true, true, false, true]);
    let texts = [amount, sum].map(|value| decimal_text(value, 18));
    if off > most {
        let what = format!(
            "is {}, and its charges at their rates sum to {}: {off} units of the 18th decimal apart, and {rows} rows of the \
             roll-up may round by {most}",
            texts[0], texts[1]
        );
        let remedy = "if the policy was changed since the last run, run `costmill run`; if not, report it";
        return Err(Error::tie(figure, what, remedy));
    }
    Ok(format!(
        "\nat their rates\n{table}\nthe charges at their rates sum to {}; the figure is {}, {off} units of the 18th decimal \
         apart: {rows} rows of the roll-up may round by at most {most}\n",
        texts[1], texts[0]
    ))
}
