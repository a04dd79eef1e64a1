//! The hours of one billing month, and how traffic moves through them.

use chrono::{Datelike, NaiveDate};

use crate::focus::BillingMonth;

/// A half-open run of hours, counted from the first instant of the month, UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub fn day(day: u32) -> Span {
        Span { start: day * 24, end: day * 24 + 24 }
    }

    pub fn hour(hour: u32) -> Span {
        Span { start: hour, end: hour + 1 }
    }
}

/// One billing month.
#[derive(Debug, Clone)]
pub struct Calendar {
    month: BillingMonth,
    /// Of the first day; 0 is Monday.
    weekday: u32,
    days: u32,
    labels: Vec<String>,
}

impl Calendar {
    pub fn new(month: BillingMonth) -> Self {
        let days = u32::try_from((month.end() - month.start()).num_days()).unwrap_or(31);
        let mut labels: Vec<String> =
            (0..days * 24).map(|hour| format!("{month}-{:02}T{:02}:00:00Z", hour / 24 + 1, hour % 24)).collect();
        labels.push(format!("{}-01T00:00:00Z", month.plus(1)));
        Self { month, weekday: month.start().weekday().num_days_from_monday(), days, labels }
    }

    pub fn month(&self) -> BillingMonth {
        self.month
    }

    pub fn holds(&self, date: NaiveDate) -> bool {
        (self.month.start()..self.month.end()).contains(&date)
    }

    pub fn days(&self) -> u32 {
        self.days
    }

    pub fn hours(&self) -> u32 {
        self.days * 24
    }

    pub fn whole(&self) -> Span {
        Span { start: 0, end: self.hours() }
    }

    /// `2026-08-01T00:00:00Z`; the last one is the first instant of the next month.
    pub fn label(&self, hour: u32) -> &str {
        self.labels.get(hour as usize).map_or("", String::as_str)
    }

    /// 0 is Monday.
    pub fn weekday(&self, day: u32) -> u32 {
        (self.weekday + day) % 7
    }

    pub fn is_weekend(&self, day: u32) -> bool {
        self.weekday(day) >= 5
    }

    /// Traffic in permille of its daily mean: days and evenings are busy, nights and weekends are not.
    pub fn bustle(&self, span: Span) -> i64 {
        let week = if self.is_weekend(span.start / 24) { 720 } else { 1_112 };
        if span.end - span.start > 1 {
            return week;
        }
        week * HOURLY[(span.start % 24) as usize] / 1_000
    }
}

/// Permille of the mean by hour of the day; the mean of the table is 1000.
const HOURLY: [i64; 24] = [
    560, 480, 430, 410, 430, 520, 690, 880, 1060, 1180, 1240, 1260, 1250, 1240, 1250, 1270, 1300, 1340, 1380, 1390,
    1290, 1140, 1110, 900,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hours_of_a_month() {
        let august = Calendar::new("2026-08".parse().unwrap());
        assert_eq!((august.days(), august.hours()), (31, 744));
        assert_eq!(august.label(0), "2026-08-01T00:00:00Z");
        assert_eq!(august.label(744), "2026-09-01T00:00:00Z");
        assert_eq!(august.label(Span::day(30).end), "2026-09-01T00:00:00Z");
        // 1 August 2026 is a Saturday.
        assert!(august.is_weekend(0) && august.is_weekend(1) && !august.is_weekend(2) && august.is_weekend(7));
        assert_eq!(HOURLY.iter().sum::<i64>(), 24_000);
    }
}
