//! Numbers for eyes. The exact value always stands beside them: in the title, the CSV, the sort key.

/// A typographic minus: as wide as a digit, and not taken for a hyphen.
pub const MINUS: char = '−';

/// `value × 10^-scale` with thousands separators and `places` decimals, rounded half away from zero.
pub fn decimal(value: i128, scale: u32, places: u32) -> String {
    let magnitude = value.unsigned_abs();
    let rounded = if scale > places {
        let unit = 10u128.pow((scale - places).min(38));
        magnitude / unit + u128::from(magnitude % unit >= unit.div_ceil(2))
    } else {
        magnitude.saturating_mul(10u128.pow(places - scale))
    };
    let base = 10u128.pow(places);
    let sign = if value < 0 && rounded > 0 { MINUS.to_string() } else { String::new() };
    let whole = thousands(rounded / base);
    if places == 0 {
        return format!("{sign}{whole}");
    }
    format!("{sign}{whole}.{:0width$}", rounded % base, width = places as usize)
}

/// A float with thousands separators; for axes and estimates.
pub fn float(value: f64, places: u32) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    decimal((value * 10f64.powi(places as i32)).round() as i128, places, places)
}

/// Decimals that show four digits of `largest`, at least two: `0.001234`, `1.234`, `1234.00`.
pub fn places(largest: f64) -> u32 {
    let magnitude = largest.abs();
    if !magnitude.is_finite() || magnitude == 0.0 {
        return 2;
    }
    (3.0 - magnitude.log10().floor()).clamp(2.0, 9.0) as u32
}

pub fn integer(value: i64) -> String {
    decimal(i128::from(value), 0, 0)
}

/// 1.0 is `100.0%`. A share that is not whole is never shown as whole, nor a small one as none.
pub fn ratio(value: f64) -> String {
    if !value.is_finite() {
        return "–".to_string();
    }
    match value {
        v if v > 0.0 && v < 0.0005 => "<0.1%".to_string(),
        v if (0.9995..1.0).contains(&v) => ">99.9%".to_string(),
        v => format!("{}%", float(v * 100.0, 1)),
    }
}

/// A change with its sign always visible: `+12.00`, `−3.10`, `0.00`.
pub fn signed(text: String) -> String {
    let is_zero = !text.bytes().any(|b| b.is_ascii_digit() && b != b'0');
    if text.starts_with([MINUS, '–', '<', '>']) || is_zero { text } else { format!("+{text}") }
}

/// Which way a figure went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    Up,
    Down,
    Same,
}

impl Direction {
    pub fn of(change: f64) -> Self {
        if change > 0.0 {
            Self::Up
        } else if change < 0.0 {
            Self::Down
        } else {
            Self::Same
        }
    }

    pub fn arrow(self) -> &'static str {
        match self {
            Self::Up => "▲",
            Self::Down => "▼",
            Self::Same => "=",
        }
    }

    /// Both the word a reader sees and the class a stylesheet colours.
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Same => "same",
        }
    }
}

fn thousands(value: u128) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_half_away_and_keeps_the_sign() {
        for (value, scale, expected) in [
            (1_234_567_895, 3, "1,234,567.90"),
            (-1_234_567_895, 3, "−1,234,567.90"),
            (4, 3, "0.00"),
            (-4, 3, "0.00"),
            (5, 3, "0.01"),
            (-5, 3, "−0.01"),
            (1, 0, "1.00"),
            (999_995, 3, "1,000.00"),
            (0, 18, "0.00"),
            (i128::MIN, 18, "−170,141,183,460,469,231,731.69"),
        ] {
            assert_eq!(decimal(value, scale, 2), expected);
        }
        assert_eq!(integer(-1_000), "−1,000");
    }

    #[test]
    fn a_share_short_of_whole_is_not_shown_as_whole() {
        for (value, expected) in [
            (1.0, "100.0%"),
            (0.99999, ">99.9%"),
            (0.0, "0.0%"),
            (0.00001, "<0.1%"),
            (-0.125, "−12.5%"),
            (12.5, "1,250.0%"),
            (f64::NAN, "–"),
            (f64::INFINITY, "–"),
            (-0.0, "0.0%"),
        ] {
            assert_eq!(ratio(value), expected);
        }
    }

    #[test]
    fn a_change_carries_its_sign() {
        assert_eq!(signed(decimal(1200, 2, 2)), "+12.00");
        assert_eq!(signed(decimal(-1200, 2, 2)), "−12.00");
        assert_eq!(signed(decimal(1, 6, 2)), "0.00");
        assert_eq!(signed(ratio(0.05)), "+5.0%");
    }
}
