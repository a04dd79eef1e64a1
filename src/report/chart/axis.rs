//! Round numbers for an axis, and values to positions.

/// A linear axis from `low` to `high` in values, `from` to `to` in user units.
#[derive(Debug, Clone, PartialEq)]
pub struct Axis {
    low: f64,
    high: f64,
    from: i32,
    to: i32,
    pub step: f64,
}

impl Axis {
    /// Covers all of `values` and zero, with about `count` round ticks. With `snug` the axis ends at
    /// the last value, otherwise at the next tick.
    pub fn over(values: impl IntoIterator<Item = f64>, count: usize, snug: bool) -> Self {
        let (mut low, mut high) = (0.0f64, 0.0f64);
        for value in values.into_iter().filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low == high {
            high = 1.0;
        }
        let step = round_step((high - low) / count.max(1) as f64);
        if !snug {
            // A few credits below zero do not deserve a whole step of empty paper.
            let room = 0.06 * (high - low);
            low = ((low / step + 1e-9).floor() * step).max(if low < 0.0 { low - room } else { 0.0 });
            high = ((high / step - 1e-9).ceil() * step).min(if high > 0.0 { high + 3.0 * room } else { 0.0 });
        }
        Self { low, high, from: 0, to: 1, step }
    }

    /// Lays the axis between two positions; a reversed pair turns it round.
    pub fn between(self, from: i32, to: i32) -> Self {
        Self { from, to, ..self }
    }

    pub fn at(&self, value: f64) -> i32 {
        let share = (value - self.low) / (self.high - self.low);
        self.from + (share * f64::from(self.to - self.from)).round() as i32
    }

    /// The round values inside the axis.
    pub fn ticks(&self) -> Vec<f64> {
        let first = (self.low / self.step - 1e-9).ceil() as i64;
        let last = (self.high / self.step + 1e-9).floor() as i64;
        (first..=last).map(|tick| tick as f64 * self.step).collect()
    }
}

/// The next of 1, 2, 2.5, 5 × 10ⁿ.
fn round_step(raw: f64) -> f64 {
    let power = 10f64.powf(raw.log10().floor());
    [1.0, 2.0, 2.5, 5.0].into_iter().map(|lead| lead * power).find(|step| *step >= raw * 0.999).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_holds_zero_and_its_values_on_round_ticks() {
        let axis = Axis::over([-120.0, 930.0], 5, false).between(0, 1183);
        assert_eq!(axis.ticks(), [0.0, 250.0, 500.0, 750.0, 1000.0]);
        // −120 − 6 % of 1050 = −183 to 1000
        assert_eq!((axis.at(-183.0), axis.at(1000.0), axis.at(0.0)), (0, 1183, 183));
        let snug = Axis::over([930.0], 4, true).between(0, 930);
        assert_eq!((snug.at(930.0), snug.ticks().last().copied()), (930, Some(750.0)));
        assert_eq!(Axis::over([0.0, f64::NAN], 4, false).ticks().len(), 5);
    }
}
