//! Which days a history leads one to expect, and are not there. Pure: days in, gaps out.
//!
//! The thresholds are ours. They are chosen so that a bill of a few days, an account that rests at weekends and one that
//! comes and goes raise nothing: a list with noise in it is not read.

use chrono::{Duration, NaiveDate};
use std::collections::{BTreeMap, BTreeSet};

/// How far back a history is looked at: four of each day of the week.
pub const HISTORY_DAYS: i64 = 28;
/// Days with charges among [`HISTORY_DAYS`] below which there is no history to speak of.
const ENOUGH_DAYS: usize = 14;
/// Complete days without a charge after which a sub account is silent. One or two are a pause.
const SILENT_DAYS: usize = 3;
/// A sub account that was away for longer and came back was idle; nothing of it is missing.
const LONGEST_HOLE_DAYS: i64 = 7;

/// The UTC days with daily usage of a source.
#[derive(Debug, Clone, Default)]
pub struct Days {
    pub all: BTreeSet<NaiveDate>,
    /// By sub account id; charges without a sub account are in `all` alone.
    pub sub_accounts: BTreeMap<String, SubAccountDays>,
}

#[derive(Debug, Clone, Default)]
pub struct SubAccountDays {
    pub name: String,
    pub days: BTreeSet<NaiveDate>,
}

/// Days of the source without a charge, from and to inclusive.
pub type Hole = (NaiveDate, NaiveDate);

/// The days from `first` to `last`, the last complete one, on which the source as a whole has no charge although the
/// three same days of the week before each had some, 14 of the 28 days before had some, and a later day has.
pub fn missing_days(days: &Days, first: NaiveDate, last: NaiveDate) -> Vec<Hole> {
    let is_missing = |day: &NaiveDate| {
        !days.all.contains(day)
            && same_weekday(&days.all, *day, 3)
            && has_history(&days.all, *day)
            && days.all.range(*day..).next().is_some()
    };
    let mut holes: Vec<Hole> = Vec::new();
    for day in first.iter_days().take_while(|day| *day <= last).filter(is_missing) {
        match holes.last_mut() {
            Some((_, to)) if *to + Duration::days(1) == day => *to = day,
            _ => holes.push((day, day)),
        }
    }
    holes
}

/// The holes that begin from `first` to `last` in a sub account's days, at most a week long, where it had charges on each
/// of the 28 days before and again after, and the source has charges on one of the days: a sub account that rests at
/// weekends, or one day of the month, has no such history.
pub fn missing_days_of(days: &Days, of: &BTreeSet<NaiveDate>, first: NaiveDate, last: NaiveDate) -> Vec<Hole> {
    let day = Duration::days(1);
    let pairs = of.iter().zip(of.iter().skip(1));
    let holes = pairs.filter(|(before, after)| **after - **before > day).map(|(b, a)| (*b + day, *a - day));
    let is_missing = |(from, to): &Hole| {
        let gapless = of.range(*from - Duration::days(HISTORY_DAYS)..*from).count() as i64 == HISTORY_DAYS;
        (first..=last).contains(from)
            && (*to - *from).num_days() < LONGEST_HOLE_DAYS
            && gapless
            && days.all.range(*from..=*to).next().is_some()
    };
    holes.filter(is_missing).collect()
}

/// Since when a sub account is silent: no charge on the last 3 complete days and none since, charges on at least 14 of
/// the 28 days before them, and three of the silent days were days of the week on which it had charges in both weeks
/// before. `None` where it is not silent, or has been for so long that it is no news.
pub fn silent_since(days: &Days, of: &BTreeSet<NaiveDate>, last: NaiveDate) -> Option<NaiveDate> {
    let from = last - Duration::days(SILENT_DAYS as i64 - 1);
    let others = days.all.range(from..=last).next().is_some();
    if !others || of.range(from..).next().is_some() || !has_history(of, from) {
        return None;
    }
    let since = *of.iter().next_back()? + Duration::days(1);
    // After a week the days of the week repeat, and the two weeks before are no history any more.
    let silent = since.iter_days().take(7).take_while(|day| *day <= last);
    (silent.filter(|day| same_weekday(of, *day, 2)).count() >= SILENT_DAYS).then_some(since)
}

/// Does the day's history say anything?
pub fn has_history(days: &BTreeSet<NaiveDate>, day: NaiveDate) -> bool {
    days.range(day - Duration::days(HISTORY_DAYS)..day).count() >= ENOUGH_DAYS
}

/// Had the same day of each of so many weeks before charges?
fn same_weekday(days: &BTreeSet<NaiveDate>, day: NaiveDate, weeks: i64) -> bool {
    (1..=weeks).all(|week| days.contains(&(day - Duration::weeks(week))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Datelike;

    /// 2026-08-03 is a Monday; day 0.
    fn day(number: i64) -> NaiveDate {
        "2026-08-03".parse::<NaiveDate>().unwrap() + Duration::days(number)
    }

    fn days(numbers: impl IntoIterator<Item = i64>) -> BTreeSet<NaiveDate> {
        numbers.into_iter().map(day).collect()
    }

    fn source(all: BTreeSet<NaiveDate>) -> Days {
        Days { all, sub_accounts: BTreeMap::new() }
    }

    fn workday(number: &i64) -> bool {
        day(*number).weekday().number_from_monday() < 6
    }

    #[test]
    fn a_day_is_missing_when_its_history_has_it_and_a_later_day_has_charges() {
        let holes = |numbers: &dyn Fn(&i64) -> bool, last| {
            missing_days(&source(days((0..40).filter(numbers))), day(0), day(last))
        };
        assert_eq!(holes(&|n| *n != 30, 39), [(day(30), day(30))]);
        assert_eq!(holes(&|n| ![30, 31, 33].contains(n), 39), [(day(30), day(31)), (day(33), day(33))]);
        // Not complete yet, no history yet, nothing after it.
        assert_eq!(holes(&|n| *n != 30, 29), []);
        assert_eq!(holes(&|n| *n != 20, 39), []);
        assert_eq!(holes(&|n| *n < 30, 39), []);
        // Weekends are no gap; a workday among workdays is one.
        assert_eq!(holes(&workday, 39), []);
        assert_eq!(holes(&|n| workday(n) && *n != 30, 39), [(day(30), day(30))]);
        // Every other day, or once a week.
        assert_eq!(holes(&|n| n % 2 == 0, 39), []);
        assert_eq!(holes(&|n| n % 7 == 0 && *n != 35, 39), []);
    }

    #[test]
    fn a_sub_account_misses_days_only_where_it_never_rests() {
        let all = source(days(0..60));
        let holes =
            |numbers: &dyn Fn(&i64) -> bool| missing_days_of(&all, &days((0..60).filter(numbers)), day(0), day(59));
        assert_eq!(holes(&|n| *n != 28), [(day(28), day(28))]);
        assert_eq!(holes(&|n| !(40..47).contains(n)), [(day(40), day(46))]);
        // 27 days of history, eight days away, weekends, a pause three weeks before.
        assert_eq!(holes(&|n| *n != 27), []);
        assert_eq!(holes(&|n| !(40..48).contains(n)), []);
        assert_eq!(holes(&|n| workday(n) && *n != 42), []);
        assert_eq!(holes(&|n| ![30, 50].contains(n)), [(day(30), day(30))]);
        // The source has none on the day: told once, of the source.
        let less = source(days((0..60).filter(|n| *n != 40)));
        assert_eq!(missing_days_of(&less, &less.all, day(0), day(59)), []);
    }

    #[test]
    fn a_sub_account_is_silent_after_three_days_on_which_it_was_expected() {
        let all = source(days(0..60));
        let silent =
            |numbers: &dyn Fn(&i64) -> bool, last| silent_since(&all, &days((0..60).filter(numbers)), day(last));
        assert_eq!(silent(&|n| *n < 40, 42), Some(day(40)));
        assert_eq!(silent(&|n| *n < 40, 41), None);
        // Charges on a day that is not complete: not silent.
        assert_eq!(silent(&|n| *n < 40 || *n == 43, 42), None);
        // 14 days of history, and 13.
        assert_eq!(silent(&|n| (26..40).contains(n), 42), Some(day(40)));
        assert_eq!(silent(&|n| (27..40).contains(n), 42), None);
        // A fortnight later it is no news.
        assert_eq!(silent(&|n| *n < 40, 56), Some(day(40)));
        assert_eq!(silent(&|n| *n < 40, 57), None);
        // Day 42 is a Monday: a long weekend of an account that rests at weekends, then three workdays.
        let off = |n: &i64| workday(n) && *n < 42;
        assert_eq!(silent(&off, 42), None);
        assert_eq!(silent(&off, 44), Some(day(40)));
        assert_eq!(silent(&|n| n % 2 == 0 && *n < 40, 44), None);
        // The source has nothing either.
        let none = source(days(0..40));
        assert_eq!(silent_since(&none, &none.all, day(42)), None);
    }
}
