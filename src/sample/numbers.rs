//! Exact figures of the sample, and how AWS prints them.
//!
//! An amount has 8 decimals and a rate 10, so that every cost (amount × rate) is exact at the 18
//! decimals of [`Money`]; nothing here ever passes through a float.

use crate::error::{Error, Result};
use crate::focus::Money;
use crate::focus::money::{decimal_text, parse_decimal};

const AMOUNT_SCALE: u32 = 8;
const RATE_SCALE: u32 = 10;
/// One unit of a [`Money`] figure.
const ONE: u128 = 1_000_000_000_000_000_000;

/// A usage quantity, in 10⁻⁸ of its unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Amount(pub i64);

impl Amount {
    /// The quantity of one unit.
    pub const ONE: Amount = Amount(100_000_000);

    pub fn whole(units: i64) -> Amount {
        Amount(units * Self::ONE.0)
    }

    pub fn times(self, count: i64) -> Amount {
        Amount(self.0 * count)
    }

    /// The same figure at the scale of [`Money`], for printing.
    pub fn figure(self) -> Money {
        Money(i128::from(self.0) * 10i128.pow(18 - AMOUNT_SCALE))
    }

    /// Amount × rate, exact.
    pub fn at(self, rate: Rate) -> Money {
        Money(i128::from(self.0) * i128::from(rate.0))
    }
}

/// A unit price, in 10⁻¹⁰ of a currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rate(pub i64);

impl Rate {
    /// Reads a price of the sample's own tables.
    ///
    /// # Errors
    /// `Bug` when the table holds something that is no price.
    pub fn parse(text: &str) -> Result<Rate> {
        parse_decimal(text.as_bytes(), RATE_SCALE)
            .ok()
            .filter(|parsed| parsed.residual == 0)
            .and_then(|parsed| i64::try_from(parsed.value).ok())
            .map(Rate)
            .ok_or_else(|| Error::bug("the sample's price list", format!("`{text}` is not a price")))
    }

    /// The given share of this price, cut to `decimals` digits as price lists are.
    pub fn percent(self, percent: i64, decimals: u32) -> Rate {
        let step = 10i64.pow(RATE_SCALE - decimals.min(RATE_SCALE));
        Rate(self.0 * percent / 100 / step * step)
    }

    /// The same figure at the scale of [`Money`], for printing.
    pub fn figure(self) -> Money {
        Money(i128::from(self.0) * 10i128.pow(18 - RATE_SCALE))
    }

    /// Plain text, as descriptions quote prices.
    pub fn text(self) -> String {
        decimal_text(i128::from(self.0), RATE_SCALE)
    }
}

impl std::ops::Add for Rate {
    type Output = Rate;
    fn add(self, other: Rate) -> Rate {
        Rate(self.0 + other.0)
    }
}

/// A share of a sum of money, cut (not rounded) to `decimals` digits.
pub fn share(of: Money, percent_times_100: i128, decimals: u32) -> Money {
    let step = 10i128.pow(18 - decimals.min(18));
    Money(of.0 * percent_times_100 / 10_000 / step * step)
}

/// Prints a figure as AWS does (the style of Java's `Double.toString`): `0.0416`, `1.0`, `0.0`,
/// and `1.81E-8` or `1.2E7` below 10⁻³ and from 10⁷ on. Every digit is kept.
pub fn print(value: Money, out: &mut String) {
    if value.0 < 0 {
        out.push('-');
    }
    let magnitude = value.0.unsigned_abs();
    if magnitude == 0 {
        return out.push_str("0.0");
    }
    let mut digits = [b'0'; 40];
    let first = write_digits(magnitude, &mut digits);
    let text = std::str::from_utf8(&digits).unwrap_or_default();
    let significant = &text[first..];
    // The exponent of the first significant digit, with 18 digits after the point.
    let exponent = significant.len() as i32 - 19;
    if (-3..7).contains(&exponent) {
        let (whole, part) = (magnitude / ONE, &text[40 - 18..]);
        out.push_str(if whole == 0 { "0" } else { &text[first..40 - 18] });
        out.push('.');
        push_trimmed(part, out);
    } else {
        out.push_str(&significant[..1]);
        out.push('.');
        push_trimmed(&significant[1..], out);
        out.push('E');
        out.push_str(&exponent.to_string());
    }
}

/// Fills `digits` from its end and returns where the number begins.
fn write_digits(mut magnitude: u128, digits: &mut [u8; 40]) -> usize {
    let mut at = digits.len();
    while magnitude > u128::from(u64::MAX) {
        at -= 1;
        digits[at] = b'0' + (magnitude % 10) as u8;
        magnitude /= 10;
    }
    let mut rest = magnitude as u64;
    while rest > 0 {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    at
}

/// Digits without trailing zeros, at least one.
fn push_trimmed(digits: &str, out: &mut String) {
    let kept = digits.trim_end_matches('0');
    out.push_str(if kept.is_empty() { "0" } else { kept });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        let mut out = String::new();
        print(text.parse::<Money>().unwrap(), &mut out);
        out
    }

    #[test]
    fn prints_as_aws_does() {
        for (value, expected) in [
            ("0", "0.0"),
            ("1", "1.0"),
            ("-1.5", "-1.5"),
            ("0.0416", "0.0416"),
            ("0.001", "0.001"),
            ("0.000999", "9.99E-4"),
            ("0.0000000181", "1.81E-8"),
            ("-0.0000004", "-4.0E-7"),
            ("9999999.25", "9999999.25"),
            ("12345678", "1.2345678E7"),
            ("0.000000000000000001", "1.0E-18"),
            ("744.000000000000000001", "744.000000000000000001"),
            ("99999999999999999999", "9.9999999999999999999E19"),
        ] {
            assert_eq!(printed(value), expected);
            assert_eq!(expected.parse::<Money>().unwrap(), value.parse::<Money>().unwrap());
        }
    }

    #[test]
    fn a_cost_is_exact() {
        // 0.00000031 GB × 0.0900000001 = 0.000000027900000031 exactly.
        let cost = Amount(31).at(Rate::parse("0.0900000001").unwrap());
        assert_eq!(cost.to_string(), "0.000000027900000031");
        assert!(Rate::parse("0.00000000001").is_err() && Rate::parse("free").is_err());
    }

    #[test]
    fn shares_are_cut() {
        assert_eq!(Rate::parse("0.126").unwrap().percent(72, 5).text(), "0.09072");
        assert_eq!(share("-0.019".parse().unwrap(), 1900, 2).to_string(), "0");
        assert_eq!(share("10.05".parse().unwrap(), 1900, 2).to_string(), "1.9");
    }
}
