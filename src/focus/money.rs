//! Exact decimals: text in, text out, sums that cannot drift.
//!
//! Costs and unit prices are Decimal(38,18), quantities Decimal(38,10), everywhere. This module
//! reads and writes them without Polars, so that control totals are proved by other hands than
//! the mapping's.

use std::fmt;

/// Digits after the point of a cost or a unit price.
pub const COST_SCALE: u32 = 18;
/// Digits after the point of a quantity.
pub const QUANTITY_SCALE: u32 = 10;
/// Σ|x| of a money column must stay below this (in currency units): Decimal(38,18) holds 20
/// integer digits and a Polars sum past them wraps silently.
pub const COST_LIMIT: f64 = 1e18;
/// The same bound for quantities: Decimal(38,10) holds 28 integer digits.
pub const QUANTITY_LIMIT: f64 = 1e26;

/// An amount in units of 10⁻¹⁸ of a currency. Whose currency stands beside it, never inside.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Money(pub i128);

impl Money {
    pub const ZERO: Money = Money(0);

    /// Exact sum; `None` past 38 digits.
    pub fn checked_add(self, other: Money) -> Option<Money> {
        self.0.checked_add(other.0).map(Money)
    }

    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// For charts and ratios only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / 1e18
    }
}

impl std::ops::Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0 + other.0)
    }
}

impl std::ops::AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        self.0 += other.0;
    }
}

impl std::ops::Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0 - other.0)
    }
}

impl std::ops::Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}

impl fmt::Display for Money {
    /// Canonical text: no exponent, no trailing zeros, `0` for zero.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&decimal_text(self.0, COST_SCALE))
    }
}

impl std::str::FromStr for Money {
    type Err = NotADecimal;
    fn from_str(text: &str) -> Result<Money, NotADecimal> {
        parse_decimal(text.as_bytes(), COST_SCALE).map(|parsed| Money(parsed.value))
    }
}

impl serde::Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&decimal_text(self.0, COST_SCALE))
    }
}

impl<'de> serde::Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Money, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(|_| serde::de::Error::custom(format!("`{text}` is not a decimal")))
    }
}

/// Canonical text of `value × 10^-scale`.
pub fn decimal_text(value: i128, scale: u32) -> String {
    let base = 10u128.pow(scale);
    let magnitude = value.unsigned_abs();
    let (whole, part) = (magnitude / base, magnitude % base);
    let sign = if value < 0 { "-" } else { "" };
    if part == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{part:0width$}", width = scale as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

/// A text that is no decimal number, or one too large for 38 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotADecimal;

/// A parsed decimal: the value at the asked scale, rounded half-even, and what rounding took away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parsed {
    pub value: i128,
    /// `exact − value`, in units of 10^-36; zero unless the text has more digits than the scale.
    pub residual: i128,
}

const RESIDUAL_SCALE: i64 = 36;

/// Reads `[+-]digits[.digits][(e|E)[+-]digits]`, as billing exports print numbers.
pub fn parse_decimal(text: &[u8], scale: u32) -> Result<Parsed, NotADecimal> {
    let (negative, rest) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let mut mantissa: u128 = 0;
    let mut fraction_digits: i64 = 0;
    let mut seen_digit = false;
    let mut seen_point = false;
    let mut at = 0;
    while at < rest.len() {
        match rest[at] {
            digit @ b'0'..=b'9' => {
                seen_digit = true;
                if mantissa >= 10u128.pow(37) {
                    return slow_parse(negative, rest, scale);
                }
                mantissa = mantissa * 10 + u128::from(digit - b'0');
                fraction_digits += i64::from(seen_point);
            }
            b'.' if !seen_point => seen_point = true,
            b'e' | b'E' if seen_digit => break,
            _ => return Err(NotADecimal),
        }
        at += 1;
    }
    if !seen_digit {
        return Err(NotADecimal);
    }
    let exponent = exponent_of(&rest[at..])?;
    assemble(negative, mantissa, exponent - fraction_digits, scale)
}

/// The exponent of a tail that is empty or `e…`.
fn exponent_of(tail: &[u8]) -> Result<i64, NotADecimal> {
    if tail.is_empty() {
        return Ok(0);
    }
    let (negative, digits) = match &tail[1..] {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() || digits.len() > 4 || !digits.iter().all(u8::is_ascii_digit) {
        return Err(NotADecimal);
    }
    let value = digits.iter().fold(0i64, |sum, digit| sum * 10 + i64::from(digit - b'0'));
    Ok(if negative { -value } else { value })
}

/// `mantissa × 10^exponent` at `scale`, half-even.
fn assemble(negative: bool, mantissa: u128, exponent: i64, scale: u32) -> Result<Parsed, NotADecimal> {
    let signed = |magnitude: u128| -> Result<i128, NotADecimal> {
        if magnitude >= 10u128.pow(38) {
            return Err(NotADecimal);
        }
        Ok(if negative { -(magnitude as i128) } else { magnitude as i128 })
    };
    let shift = exponent + i64::from(scale);
    if mantissa == 0 {
        return Ok(Parsed { value: 0, residual: 0 });
    }
    if shift >= 0 {
        let factor = u32::try_from(shift).ok().filter(|s| *s <= 38).map(|s| 10u128.pow(s)).ok_or(NotADecimal)?;
        return Ok(Parsed { value: signed(mantissa.checked_mul(factor).ok_or(NotADecimal)?)?, residual: 0 });
    }
    let drop = -shift;
    if drop > 38 {
        return Ok(Parsed { value: 0, residual: 0 });
    }
    let factor = 10u128.pow(drop as u32);
    let (mut kept, cut) = (mantissa / factor, mantissa % factor);
    let half = factor / 2;
    let up = cut > half || (cut == half && kept % 2 == 1);
    kept += u128::from(up);
    // What was cut, in units of 10^(exponent), brought to 10^-36.
    let left = if up { cut as i128 - factor as i128 } else { cut as i128 };
    let to_residual = exponent + RESIDUAL_SCALE;
    let residual = if to_residual >= 0 {
        left.checked_mul(10i128.checked_pow(to_residual as u32).ok_or(NotADecimal)?).ok_or(NotADecimal)?
    } else {
        left / 10i128.checked_pow((-to_residual).min(38) as u32).ok_or(NotADecimal)?
    };
    Ok(Parsed { value: signed(kept)?, residual: if negative { -residual } else { residual } })
}

/// More than 37 significant digits: drop leading zeros, keep 37 digits and a sticky last one.
fn slow_parse(negative: bool, rest: &[u8], scale: u32) -> Result<Parsed, NotADecimal> {
    let end = rest.iter().position(|b| matches!(b, b'e' | b'E')).unwrap_or(rest.len());
    let mut exponent = exponent_of(&rest[end..])?;
    let (mut mantissa, mut kept, mut seen_point, mut sticky) = (0u128, 0, false, false);
    for &byte in &rest[..end] {
        match byte {
            b'.' if !seen_point => seen_point = true,
            b'0'..=b'9' => {
                if kept < 37 {
                    mantissa = mantissa * 10 + u128::from(byte - b'0');
                    kept += u32::from(mantissa > 0);
                    exponent -= i64::from(seen_point);
                } else {
                    sticky |= byte != b'0';
                    exponent += i64::from(!seen_point);
                }
            }
            _ => return Err(NotADecimal),
        }
    }
    // A sticky digit only matters when rounding would otherwise see an exact half.
    if sticky && mantissa.is_multiple_of(5) {
        mantissa += 1;
    }
    assemble(negative, mantissa, exponent, scale)
}

/// `a × b / c`, rounded half-even, without overflow in between; `None` past 38 digits or for `c = 0`.
pub fn mul_div(a: i128, b: i128, c: i128) -> Option<i128> {
    let negative = (a < 0) ^ (b < 0) ^ (c < 0);
    let (high, low) = wide_mul(a.unsigned_abs(), b.unsigned_abs());
    let (quotient, remainder) = match c.unsigned_abs() {
        0 => return None,
        divisor if high == 0 => (low / divisor, low % divisor),
        divisor => wide_div(high, low, divisor)?,
    };
    let divisor = c.unsigned_abs();
    let rest = divisor - remainder;
    let up = remainder > rest || (remainder == rest && quotient % 2 == 1);
    let magnitude = quotient.checked_add(u128::from(up)).filter(|m| *m < 10u128.pow(38))? as i128;
    Some(if negative { -magnitude } else { magnitude })
}

/// The 256-bit product as (high, low).
pub(super) fn wide_mul(a: u128, b: u128) -> (u128, u128) {
    const HALF: u128 = u64::MAX as u128;
    let (a1, a0, b1, b0) = (a >> 64, a & HALF, b >> 64, b & HALF);
    let low = a0 * b0;
    let middle = a1 * b0 + (low >> 64);
    let carry = a0 * b1 + (middle & HALF);
    (a1 * b1 + (middle >> 64) + (carry >> 64), (carry << 64) | (low & HALF))
}

/// Quotient and remainder of a 256-bit number, bit by bit; `None` when the quotient needs more than 128.
pub(super) fn wide_div(high: u128, low: u128, divisor: u128) -> Option<(u128, u128)> {
    if divisor == 0 || high >= divisor {
        return None;
    }
    let (mut remainder, mut quotient) = (high, 0u128);
    for bit in (0..128).rev() {
        let overflow = remainder >> 127 == 1;
        remainder = (remainder << 1) | ((low >> bit) & 1);
        quotient <<= 1;
        if overflow || remainder >= divisor {
            remainder = remainder.wrapping_sub(divisor);
            quotient |= 1;
        }
    }
    Some((quotient, remainder))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> String {
        text.parse::<Money>().map_or_else(|_| "refused".into(), |m| m.to_string())
    }

    #[test]
    fn reads_what_exports_print() {
        for (text, expected) in [
            ("0.0", "0"),
            ("1.81E-8", "0.0000000181"),
            ("-3", "-3"),
            ("35.2E7", "352000000"),
            ("1.5E-3", "0.0015"),
            ("+333", "333"),
            (".5", "0.5"),
            ("5.", "5"),
            ("-0.0", "0"),
            ("1e2", "100"),
            ("1.5E+3", "1500"),
            ("0.1234567890123456789", "0.123456789012345679"),
            ("0.0000000000000000005", "0"),
            ("0.0000000000000000015", "0.000000000000000002"),
            ("0.00000000000000000050000000000000000000000000000000001", "0.000000000000000001"),
            ("1E-400", "0"),
            ("00000000000000000000000000000000000000001.25", "1.25"),
        ] {
            assert_eq!(money(text), expected, "{text}");
        }
        for text in
            ["", "abc", "$5", "1,234.5", "NaN", "1e", "--1", "1.2.3", "E5", "123456789012345678901", "1E30", " 1"]
        {
            assert_eq!(money(text), "refused", "{text}");
        }
    }

    #[test]
    fn mul_div_is_exact_beyond_128_bits() {
        let amount = 12_345_678_901_234_567_890_123_456_789i128;
        assert_eq!(mul_div(amount, 10i128.pow(30), 10i128.pow(30)), Some(amount));
        assert_eq!(mul_div(-amount, 10i128.pow(30), 2 * 10i128.pow(30)), Some(-6_172_839_450_617_283_945_061_728_394));
        assert_eq!(
            (mul_div(5, 1, 2), mul_div(7, 1, 2), mul_div(-7, 1, 2), mul_div(7, 1, -3)),
            (Some(2), Some(4), Some(-4), Some(-2))
        );
        assert_eq!((mul_div(1, 1, 0), mul_div(i128::MAX, i128::MAX, 1)), (None, None));
    }

    #[test]
    fn rounding_reports_what_it_took() {
        let parsed = parse_decimal(b"0.1234567890123456789", COST_SCALE).unwrap();
        // 0.1234567890123456789 − 0.123456789012345679 = −1e-19 = −1e17 units of 1e-36
        assert_eq!((parsed.value, parsed.residual), (123456789012345679, -100_000_000_000_000_000));
        let negative = parse_decimal(b"-0.1234567890123456789", COST_SCALE).unwrap();
        assert_eq!((negative.value, negative.residual), (-parsed.value, -parsed.residual));
    }
}
