//! Billing periods: calendar months, half-open, UTC.

use std::fmt;

/// A billing month, `YYYY-MM`. The period is `[first day 00:00 UTC, first day of the next month)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BillingMonth {
    year: i32,
    month: u32,
}

impl BillingMonth {
    /// `None` unless `month` is 1 to 12 and the year has four digits.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        ((1..=12).contains(&month) && (1000..=9999).contains(&year)).then_some(Self { year, month })
    }

    pub fn year(self) -> i32 {
        self.year
    }

    pub fn month(self) -> u32 {
        self.month
    }

    /// The month `count` months later (earlier if negative).
    pub fn plus(self, count: i32) -> Self {
        let months = self.year * 12 + self.month as i32 - 1 + count;
        Self { year: months.div_euclid(12), month: months.rem_euclid(12) as u32 + 1 }
    }

    /// First instant of the period.
    pub fn start(self) -> chrono::NaiveDate {
        chrono::NaiveDate::from_ymd_opt(self.year, self.month, 1).unwrap_or_default()
    }

    /// First instant after the period.
    pub fn end(self) -> chrono::NaiveDate {
        self.plus(1).start()
    }

    /// The month of a cell that names one: `202610`, or any timestamp of [`parse_timestamp`], UTC.
    ///
    /// [`parse_timestamp`]: super::time::parse_timestamp
    pub fn of_text(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::new(text[..4].parse().ok()?, text[4..].parse().ok()?);
        }
        super::time::parse_timestamp(text).and_then(Self::of_micros)
    }

    /// The first instant of the month in US Pacific time, in UTC microseconds. On the first of a month
    /// daylight saving is in force from April to November: it begins on the second Sunday of March and
    /// ends at 2:00 on the first Sunday of November (since 2007).
    pub fn pacific_start(self) -> i64 {
        let hours = if (4..=11).contains(&self.month) { 7 } else { 8 };
        let midnight = self.start().and_time(chrono::NaiveTime::MIN).and_utc();
        midnight.timestamp_micros() + hours * 3_600_000_000
    }

    /// The month of a timestamp in microseconds since 1970 UTC.
    pub fn of_micros(micros: i64) -> Option<Self> {
        use chrono::Datelike;
        let date = chrono::DateTime::from_timestamp_micros(micros)?.date_naive();
        Self::new(date.year(), date.month())
    }
}

impl fmt::Display for BillingMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl std::str::FromStr for BillingMonth {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is not a billing month; write it as 2026-10");
        let (year, month) = text.split_once('-').ok_or_else(wrong)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(wrong());
        }
        Self::new(year.parse().map_err(|_| wrong())?, month.parse().map_err(|_| wrong())?).ok_or_else(wrong)
    }
}

impl serde::Serialize for BillingMonth {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for BillingMonth {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A slot: what one delivery replaces whole, one source's billing month.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    /// `x_SourceId`: the id of the source in the config.
    pub source: String,
    /// `x_BillingMonth`.
    pub month: BillingMonth,
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.source, self.month)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_roll_over_years() {
        let december: BillingMonth = "2025-12".parse().unwrap();
        assert_eq!(december.plus(1).to_string(), "2026-01");
        assert_eq!(december.plus(-12).to_string(), "2024-12");
        assert_eq!(december.end().to_string(), "2026-01-01");
        assert!("2025-13".parse::<BillingMonth>().is_err() && "2025-1".parse::<BillingMonth>().is_err());
        assert_eq!(BillingMonth::of_micros(1_764_547_200_000_000).unwrap().to_string(), "2025-12");
    }

    #[test]
    fn a_cell_names_a_month_in_digits_or_by_a_time() {
        let month = |text: &str| BillingMonth::of_text(text).map(|month| month.to_string());
        assert_eq!(month("202610").as_deref(), Some("2026-10"));
        assert_eq!(month("2026-10-01T00:00:00Z").as_deref(), Some("2026-10"));
        assert_eq!([month("202613"), month("2026-10"), month(""), month("20261")], [None, None, None, None]);
    }

    /// 1 November 2026 is the Sunday on which daylight saving ends, two hours after the month began.
    #[test]
    fn months_begin_at_pacific_midnight() {
        for (month, start) in [
            ("2026-03", "2026-03-01T08:00:00Z"),
            ("2026-04", "2026-04-01T07:00:00Z"),
            ("2026-11", "2026-11-01T07:00:00Z"),
            ("2026-12", "2026-12-01T08:00:00Z"),
        ] {
            let month: BillingMonth = month.parse().unwrap();
            assert_eq!(Some(month.pacific_start()), crate::focus::time::parse_timestamp(start));
        }
    }
}
