//! How far a billing period has come: open, provisional, final, closed.

use super::period::BillingMonth;
use chrono::NaiveDate;
use std::fmt;

/// The state of a billing period's figures, the least settled first. A period is in the least settled state
/// of its slots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PeriodState {
    /// The month runs, or charges of its last day are still to come.
    Open,
    /// The month is over; the provider may still change it.
    Provisional,
    /// By the configured rule the provider is done with it. Later deliveries still replace it.
    Final,
    /// Frozen by `costmill close`: no delivery, policy or program changes it.
    Closed,
}

impl fmt::Display for PeriodState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Provisional => "provisional",
            Self::Final => "final",
            Self::Closed => "closed",
        })
    }
}

/// When a source's billing period is final: as soon as one of the two holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FinalRule {
    /// When every charge with a BilledCost names its invoice.
    pub when_invoiced: bool,
    /// This many days after the last day of the month; `None`: never by days alone.
    pub after_days: Option<u16>,
}

/// Invoices come within a week of the month's end, and what depends on them (support fees) a day or two later: see
/// `docs/closing.md` for what each provider says.
pub const DEFAULT_FINAL_RULE: FinalRule = FinalRule { when_invoiced: true, after_days: Some(10) };

/// How many charges with a BilledCost name an invoice (FOCUS InvoiceId), and how many do not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Invoicing {
    pub invoiced: u64,
    pub uninvoiced: u64,
}

/// What the publication of a slot says that its state depends on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Settling {
    /// `None`: published by a costmill that did not count them.
    pub invoicing: Option<Invoicing>,
    /// The latest ChargePeriodEnd, microseconds since 1970 UTC.
    pub newest_charge_end: Option<i64>,
}

/// The state of a slot on the day `as_of` (UTC), and the reason in a clause that stays the same from day to day
/// until the state changes. Never [`PeriodState::Closed`]: that is no rule's to say.
pub fn state_of(month: BillingMonth, as_of: NaiveDate, settling: Settling, rule: FinalRule) -> (PeriodState, String) {
    if as_of < month.end() {
        return (PeriodState::Open, format!("the month runs until {}", month.end()));
    }
    let end = settling.newest_charge_end.and_then(chrono::DateTime::from_timestamp_micros).map(|end| end.date_naive());
    if end.is_none_or(|end| end < month.end()) {
        let until = end.map_or_else(|| "it has no charges".into(), |end| format!("its charges end on {end}"));
        return (PeriodState::Open, format!("{until}, the month on {}", month.end()));
    }
    let invoicing = settling.invoicing.unwrap_or_default();
    if rule.when_invoiced && invoicing.invoiced > 0 && invoicing.uninvoiced == 0 {
        return (PeriodState::Final, "every charge with a BilledCost names its invoice".into());
    }
    let by_days = rule.after_days.and_then(|days| month.end().checked_add_days(chrono::Days::new(u64::from(days))));
    if let Some(day) = by_days.filter(|day| as_of >= *day) {
        let days = rule.after_days.unwrap_or_default();
        let but = match invoicing.uninvoiced {
            0 => String::new(),
            count => format!("; {count} charges with a BilledCost name no invoice"),
        };
        return (PeriodState::Final, format!("{days} days after the month's end, since {day}{but}"));
    }
    let waits = match (rule.when_invoiced, settling.invoicing) {
        (true, Some(invoicing)) if invoicing.invoiced > 0 => {
            format!("{} charges with a BilledCost name no invoice yet", invoicing.uninvoiced)
        }
        (true, Some(_)) => "no charge names an invoice yet".into(),
        (true, None) => "its publication did not count what is invoiced".into(),
        (false, _) => "the provider may still change it".into(),
    };
    let until = by_days.map(|day| format!("; final by days on {day}")).unwrap_or_default();
    (PeriodState::Provisional, format!("{waits}{until}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// Settling of August 2026 whose charges end on this day.
    fn settling(end: &str, invoiced: u64, uninvoiced: u64) -> Settling {
        let end = day(end).and_hms_opt(0, 0, 0).unwrap().and_utc().timestamp_micros();
        Settling { invoicing: Some(Invoicing { invoiced, uninvoiced }), newest_charge_end: Some(end) }
    }

    #[test]
    fn states_by_rule() {
        use PeriodState::{Final, Open, Provisional};
        let month: BillingMonth = "2026-08".parse().unwrap();
        let rule = |when_invoiced, after_days| FinalRule { when_invoiced, after_days };
        let default = DEFAULT_FINAL_RULE;
        for (as_of, settling, rule, expected, reason) in [
            ("2026-08-31", settling("2026-09-01", 9, 0), default, Open, "runs until 2026-09-01"),
            ("2026-09-01", settling("2026-08-31", 9, 0), default, Open, "its charges end on 2026-08-31"),
            ("2026-12-01", settling("2026-08-31", 9, 0), default, Open, "its charges end on 2026-08-31"),
            ("2026-12-01", Settling::default(), default, Open, "no charges"),
            ("2026-09-01", settling("2026-09-01", 9, 0), default, Final, "every charge"),
            ("2026-09-01", settling("2026-09-01", 9, 1), default, Provisional, "1 charges with a BilledCost name no"),
            ("2026-09-10", settling("2026-09-01", 9, 1), default, Provisional, "final by days on 2026-09-11"),
            ("2026-09-11", settling("2026-09-01", 9, 1), default, Final, "1 charges with a BilledCost name no invoice"),
            // Nothing costs anything: no invoice will come, and none is missing.
            ("2026-09-05", settling("2026-09-01", 0, 0), default, Provisional, "no charge names an invoice"),
            ("2026-12-01", settling("2026-09-01", 9, 1), rule(true, None), Provisional, "1 charges"),
            ("2026-09-01", settling("2026-09-01", 9, 0), rule(false, Some(0)), Final, "0 days after"),
            ("2026-09-01", settling("2026-09-01", 9, 0), rule(false, Some(1)), Provisional, "may still change"),
        ] {
            let (state, said) = state_of(month, day(as_of), settling, rule);
            assert_eq!(state, expected, "{as_of} {settling:?} {rule:?}: {said}");
            assert!(said.contains(reason), "{said}");
        }
        let unknown = Settling { invoicing: None, ..settling("2026-09-01", 0, 0) };
        assert_eq!(state_of(month, day("2026-09-02"), unknown, default).0, Provisional);
        assert_eq!(state_of(month, day("2026-09-11"), unknown, default).0, Final);
    }

    #[test]
    fn the_least_settled_comes_first() {
        let mut states = [PeriodState::Closed, PeriodState::Final, PeriodState::Open, PeriodState::Provisional];
        states.sort();
        assert_eq!(states.map(|state| state.to_string()), ["open", "provisional", "final", "closed"]);
    }
}
