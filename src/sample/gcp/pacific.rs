//! US Pacific time, by which Google Cloud's invoices have their months.

use chrono::{Datelike, Days, NaiveDate};

/// Midnight of a day in US Pacific time, in seconds since 1970, UTC. Daylight saving time runs from the
/// second Sunday of March to the first of November.
/// <https://www.law.cornell.edu/uscode/text/15/260a>
pub fn midnight(date: NaiveDate) -> i64 {
    let sunday = |month: u32, nth: u64| {
        let first = NaiveDate::from_ymd_opt(date.year(), month, 1).unwrap_or(date);
        let to_sunday = u64::from((7 - first.weekday().num_days_from_sunday()) % 7);
        first + Days::new(to_sunday + 7 * (nth - 1))
    };
    // The clocks change at two in the morning: the midnight of the first Sunday is still as it was.
    let is_summer = date > sunday(3, 2) && date <= sunday(11, 1);
    date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp() + if is_summer { 7 } else { 8 } * 3_600
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnights_of_summer_winter_and_the_days_between() {
        let hours = |text: &str| {
            let date: NaiveDate = text.parse().unwrap();
            (midnight(date) - date.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()) / 3_600
        };
        for (day, expected) in [
            ("2026-08-01", 7),
            ("2026-11-01", 7),
            ("2026-11-02", 8),
            ("2026-03-08", 8),
            ("2026-03-09", 7),
            ("2026-12-31", 8),
        ] {
            assert_eq!(hours(day), expected, "{day}");
        }
    }
}
