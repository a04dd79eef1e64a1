//! A figure as Parquet's DOUBLE holds it.

use crate::focus::Money;

/// Digits after the point of [`Money`].
const SCALE: u32 = 18;

/// The double nearest to an amount, which is what a reader's shortest decimal turns back into the
/// amount, as long as it has no more than 15 digits (17 at times).
pub fn double(value: Money) -> f64 {
    let (mut mantissa, mut scale) = (value.0, SCALE);
    while scale > 0 && mantissa % 10 == 0 {
        mantissa /= 10;
        scale -= 1;
    }
    // Both are exact below 2⁵³ and 10²², so that the quotient is rounded once, as it should be.
    if mantissa.unsigned_abs() < 1 << 53 {
        return mantissa as f64 / 10f64.powi(scale as i32);
    }
    value.to_string().parse().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_double_prints_the_amount_again() {
        for text in
            ["0", "1", "-0.0416", "0.1", "0.3", "1.81e-8", "12345678.25", "-0.000000000000000001", "99999999999.999"]
        {
            let money: Money = text.parse().unwrap();
            assert_eq!(double(money), text.parse::<f64>().unwrap(), "{text}");
            let shortest = format!("{:e}", double(money));
            assert_eq!(shortest.parse::<Money>().unwrap(), money, "{text}");
        }
        // 20 digits do not fit into a double: the nearest one has 17 of them.
        let long: Money = "12.345678901234567891".parse().unwrap();
        assert_eq!(double(long), 12.345_678_901_234_567);
    }
}
