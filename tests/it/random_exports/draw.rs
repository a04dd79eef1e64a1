//! Numbers from a seed, and amounts of money as texts beside what they are.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

#[derive(Clone)]
pub struct Draw(ChaCha8Rng);

/// An amount: as an export writes it, and in units of the 18th decimal.
#[derive(Clone, Debug)]
pub struct Amount {
    pub text: String,
    pub units: i128,
}

impl Draw {
    pub fn new(seed: u64) -> Self {
        Self(ChaCha8Rng::seed_from_u64(seed))
    }

    pub fn below(&mut self, most: u64) -> u64 {
        self.0.next_u64() % most
    }

    pub fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    pub fn one<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize].clone()
    }

    /// Any amount of up to 18 decimals and 24 digits, one in four below 0, one in four in E-notation.
    pub fn amount(&mut self) -> Amount {
        self.of_digits(24, 18)
    }

    /// One that a double holds to the last digit: up to 15 digits, but the 18th decimal may be among them.
    pub fn double(&mut self) -> Amount {
        self.of_digits(15, 18)
    }

    /// One of few digits and decimals, never 0, never negative, never in E-notation.
    pub fn factor(&mut self, decimals: u32) -> Amount {
        let mantissa = 1 + i128::from(self.below(10u64.pow(decimals + 2)));
        Amount { text: plain(mantissa, decimals), units: mantissa * 10i128.pow(18 - decimals) }
    }

    fn of_digits(&mut self, digits: u32, decimals: u32) -> Amount {
        let decimals = self.below(u64::from(decimals) + 1) as u32;
        // At most a million in front of the point.
        let digits = 1 + self.below(u64::from(digits.min(decimals + 6))) as u32;
        let mut mantissa = 0i128;
        for _ in 0..digits {
            mantissa = mantissa * 10 + i128::from(self.below(10));
        }
        if self.chance(4) {
            mantissa = -mantissa;
        }
        let text = if self.chance(4) { self.exponent(mantissa, decimals) } else { plain(mantissa, decimals) };
        Amount { text, units: mantissa * 10i128.pow(18 - decimals) }
    }

    /// `181E-10` or `1.81E-8`.
    fn exponent(&mut self, mantissa: i128, decimals: u32) -> String {
        let letter = self.one(&["E", "e"]);
        let (sign, digits) = (if mantissa < 0 { "-" } else { "" }, mantissa.unsigned_abs().to_string());
        let (first, rest) = digits.split_at(1);
        if rest.is_empty() || self.chance(2) {
            return format!("{sign}{digits}{letter}-{decimals}");
        }
        let power = rest.len() as i64 - i64::from(decimals);
        let plus = if power > 0 && self.chance(2) { "+" } else { "" };
        format!("{sign}{first}.{rest}{letter}{plus}{power}")
    }

    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.below(at as u64 + 1) as usize);
        }
    }

    /// The items in another order, in a few parts of any sizes, none empty.
    pub fn parts<T: Clone>(&mut self, items: &[T]) -> Vec<Vec<T>> {
        let mut items = items.to_vec();
        self.shuffle(&mut items);
        let mut parts = Vec::new();
        while !items.is_empty() {
            let most = (items.len() / 2 + 1) as u64;
            let rest = items.split_off(1 + self.below(most) as usize % items.len().max(1));
            parts.push(std::mem::replace(&mut items, rest));
        }
        parts
    }
}

impl Amount {
    pub fn zero() -> Self {
        Self { text: "0".into(), units: 0 }
    }
}

fn plain(mantissa: i128, decimals: u32) -> String {
    let sign = if mantissa < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", mantissa.unsigned_abs(), width = decimals as usize + 1);
    let (whole, part) = digits.split_at(digits.len() - decimals as usize);
    if part.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

/// A sum as costmill prints it; a blank one is of nothing.
pub fn units(text: &str) -> i128 {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let whole = if whole.is_empty() { "0" } else { whole };
    format!("{whole}{part:0<18}").parse().unwrap_or_else(|_| panic!("`{text}` is no amount"))
}
