//! The reporting currency: one currency for bills of several, by rates that somebody wrote down.
//!
//! FOCUS has costs in `BillingCurrency` and prices in `PricingCurrency`
//! ([FOCUS 1.2, Currency](https://focus.finops.org/focus-specification/v1-2/)) and no third one: the columns here are
//! ours. A converted amount is `cost × rate` of the billing month, rounded half-even to 18 decimals.

use super::money::{Money, decimal_text, mul_div, parse_decimal};
use super::period::BillingMonth;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The column that says in which currency the converted costs are; null where nothing is converted.
pub const REPORTING_CURRENCY: &str = "x_ReportingCurrency";
/// The four costs converted, in the order of [`super::COSTS`].
pub const REPORTING_COSTS: [&str; 4] =
    ["x_ReportingBilledCost", "x_ReportingEffectiveCost", "x_ReportingListCost", "x_ReportingContractedCost"];

/// Digits of a rate after the point, at most; and before it.
pub const RATE_DIGITS: u32 = 12;
const RATE_UNIT: i128 = 10i128.pow(RATE_DIGITS);

/// Is a column of this name an amount in the reporting currency: `x_ReportingBilledCost`, `x_PriorReportingCost`?
/// Such names are kept for such amounts, so that a page knows by the name alone.
pub fn is_reporting(name: &str) -> bool {
    name.starts_with("x_") && name.contains("Reporting") && name != REPORTING_CURRENCY
}

/// How much of the reporting currency one unit of the billing currency is, in units of 10⁻¹².
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Rate(i128);

impl Rate {
    pub const ONE: Rate = Rate(RATE_UNIT);

    /// A plain decimal above 0 with at most 12 digits before the point and after it. The error says what it is not.
    pub fn parse(text: &str) -> Result<Rate, &'static str> {
        let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(part) {
            return Err("is no plain decimal number");
        }
        let most = RATE_DIGITS as usize;
        if part.len() > most {
            return Err("has more than 12 digits after the point");
        }
        if whole.trim_start_matches('0').len() > most {
            return Err("has more than 12 digits before the point");
        }
        match parse_decimal(text.as_bytes(), RATE_DIGITS) {
            Ok(parsed) if parsed.value > 0 => Ok(Rate(parsed.value)),
            _ => Err("is not above 0"),
        }
    }

    /// In units of 10⁻¹².
    pub fn units(self) -> i128 {
        self.0
    }

    /// `amount × rate`, rounded half-even to 18 decimals; `None` past 38 digits.
    pub fn convert(self, amount: Money) -> Option<Money> {
        mul_div(amount.0, self.0, RATE_UNIT).map(Money)
    }

    /// For bounds only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e12
    }
}

impl fmt::Display for Rate {
    /// Canonical text: `0.9213`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal_text(self.0, RATE_DIGITS))
    }
}

impl Serialize for Rate {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.to_string())
    }
}

impl<'de> Deserialize<'de> for Rate {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Rate, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        Rate::parse(&text).map_err(|what| serde::de::Error::custom(format!("the rate `{text}` {what}")))
    }
}

/// A rate and who says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourcedRate {
    pub rate: Rate,
    /// `ECB monthly average`.
    pub source: String,
}

/// What a slot's roll-ups are converted with: the record of a slot keeps it, and so does a closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reporting {
    /// The reporting currency.
    pub currency: String,
    /// By BillingCurrency: one for each that the slot has charges in, that of the reporting currency itself (1) included.
    pub rates: BTreeMap<String, SourcedRate>,
}

/// `USD in EUR`: charges of one currency, in another.
pub fn converted_in(billing: &str, reporting: &str) -> String {
    format!("{billing} in {reporting}")
}

/// The rates file: what is configured, for every billing month.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rates {
    /// The reporting currency.
    pub currency: String,
    /// The file, for messages.
    pub file: String,
    /// Into the reporting currency, by billing month and BillingCurrency.
    pub rates: BTreeMap<(BillingMonth, String), SourcedRate>,
}

/// Who says that an amount of the reporting currency is worth itself.
pub const SAME_CURRENCY: &str = "the reporting currency";

impl Rates {
    /// The rates of a billing month for charges in these currencies. No other month's rate and no inverse is ever taken.
    ///
    /// # Errors
    /// The currencies without a rate.
    pub fn of(&self, month: BillingMonth, currencies: &BTreeSet<String>) -> Result<Reporting, Vec<String>> {
        let (mut rates, mut missing) = (BTreeMap::new(), Vec::new());
        for currency in currencies {
            if *currency == self.currency {
                rates.insert(currency.clone(), SourcedRate { rate: Rate::ONE, source: SAME_CURRENCY.into() });
            } else {
                match self.rates.get(&(month, currency.clone())) {
                    Some(rate) => drop(rates.insert(currency.clone(), rate.clone())),
                    None => missing.push(currency.clone()),
                }
            }
        }
        if missing.is_empty() { Ok(Reporting { currency: self.currency.clone(), rates }) } else { Err(missing) }
    }
}

/// Three capital letters, as ISO 4217 has them.
pub fn is_code(code: &str) -> bool {
    code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_a_plain_decimal_above_0() {
        for (text, expected) in [
            ("0.9213", "0.9213"),
            ("1", "1"),
            ("007.50", "7.5"),
            ("0.000000000001", "0.000000000001"),
            ("999999999999.999999999999", "999999999999.999999999999"),
        ] {
            assert_eq!(Rate::parse(text).map(|rate| rate.to_string()), Ok(expected.into()), "{text}");
        }
        for (text, what) in [
            ("0", "is not above 0"),
            ("0.0", "is not above 0"),
            ("-1", "is no plain decimal number"),
            ("+1", "is no plain decimal number"),
            ("1e3", "is no plain decimal number"),
            ("1,5", "is no plain decimal number"),
            (".5", "is no plain decimal number"),
            ("5.", "is no plain decimal number"),
            ("", "is no plain decimal number"),
            ("0.0000000000001", "has more than 12 digits after the point"),
            ("1000000000000", "has more than 12 digits before the point"),
        ] {
            assert_eq!(Rate::parse(text), Err(what), "{text}");
        }
    }

    #[test]
    fn amounts_round_half_even() {
        let convert = |amount: i128, rate: &str| Rate::parse(rate).unwrap().convert(Money(amount)).map(|money| money.0);
        assert_eq!(convert(10, "0.25"), Some(2));
        assert_eq!(convert(14, "0.25"), Some(4));
        assert_eq!(convert(-14, "0.25"), Some(-4));
        assert_eq!(convert(-10, "0.25"), Some(-2));
        assert_eq!(convert(11, "0.25"), Some(3));
        // 10^18 of a currency at the largest rate is past 38 digits: refused, not wrapped.
        assert_eq!(convert(10i128.pow(36), "999999999999"), None);
        assert_eq!(convert(10i128.pow(36), "99.5"), Some(995 * 10i128.pow(35)));
    }

    #[test]
    fn nothing_but_the_months_own_rate_is_taken() {
        let month = |text: &str| text.parse::<BillingMonth>().unwrap();
        let rate = |text: &str| SourcedRate { rate: Rate::parse(text).unwrap(), source: "ECB".into() };
        let rates = Rates {
            currency: "EUR".into(),
            file: "rates.csv".into(),
            rates: BTreeMap::from([((month("2026-09"), "USD".into()), rate("0.9"))]),
        };
        let currencies = |names: &[&str]| names.iter().map(|name| (*name).to_string()).collect::<BTreeSet<_>>();
        let found = rates.of(month("2026-09"), &currencies(&["EUR", "USD"])).unwrap();
        assert_eq!(found.rates["USD"], rate("0.9"));
        assert_eq!(found.rates["EUR"], SourcedRate { rate: Rate::ONE, source: SAME_CURRENCY.into() });
        assert_eq!(rates.of(month("2026-10"), &currencies(&["EUR", "USD"])), Err(vec!["USD".into()]));
        assert_eq!(rates.of(month("2026-09"), &currencies(&["GBP", "JPY"])), Err(vec!["GBP".into(), "JPY".into()]));
        assert!(rates.of(month("2026-10"), &currencies(&["EUR"])).is_ok());
        let json = serde_json::to_string(&found).unwrap();
        assert_eq!(serde_json::from_str::<Reporting>(&json).unwrap(), found);
    }

    #[test]
    fn names_of_reporting_amounts() {
        assert!(REPORTING_COSTS.iter().all(|name| is_reporting(name)) && is_reporting("x_PriorReportingCost"));
        assert!(!is_reporting(REPORTING_CURRENCY) && !is_reporting("BilledCost") && !is_reporting("x_PriorCost"));
        let names: Vec<_> = super::super::COSTS.iter().map(|cost| format!("x_Reporting{cost}")).collect();
        assert_eq!(names, REPORTING_COSTS);
    }
}
