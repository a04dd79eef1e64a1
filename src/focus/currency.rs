//! What a currency pays in: its smallest unit, and amounts in whole ones.

use super::money::{COST_SCALE, Money};

/// The smallest amount that a currency pays: its minor unit by
/// [ISO 4217](https://www.six-group.com/en/products-services/financial-information/data-standards.html), a hundredth
/// where the list names no other.
pub fn smallest_unit(currency: &str) -> Money {
    const WHOLE: [&str; 16] = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF",
    ];
    const THOUSANDTHS: [&str; 7] = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"];
    let decimals = match currency {
        _ if WHOLE.contains(&currency) => 0,
        _ if THOUSANDTHS.contains(&currency) => 3,
        _ => 2,
    };
    Money(10i128.pow(COST_SCALE - decimals))
}

impl Money {
    /// To whole multiples of a unit, halves away from zero, as invoices round.
    pub fn rounded_to(self, unit: Money) -> Money {
        let (unit, half) = (unit.0.max(1), unit.0.max(1) / 2);
        let rest = self.0 % unit;
        let away = if rest.abs() >= half.max(1) { unit * rest.signum() } else { 0 };
        Money(self.0 - rest + away)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn invoices_round_to_the_smallest_unit() {
        for (currency, text, expected) in [
            ("USD", "1.005", "1.01"),
            ("USD", "-1.005", "-1.01"),
            ("USD", "1.004999999999999999", "1"),
            ("EUR", "-0.004", "0"),
            ("JPY", "1234.5", "1235"),
            ("KWD", "1.2344", "1.234"),
            ("USD", "7.25", "7.25"),
        ] {
            let rounded = text.parse::<Money>().unwrap().rounded_to(smallest_unit(currency));
            assert_eq!(rounded.to_string(), expected, "{text} {currency}");
        }
        assert_eq!(Money(3).rounded_to(Money(1)), Money(3));
    }
}
