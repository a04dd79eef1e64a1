//! How far each source has come, and its gaps, as `status` shows them.

use super::full_days::last_full_day;
use super::gaps::{Gap, error};
use super::table;
use crate::focus::BillingMonth;
use crate::lake::Snapshot;
use chrono::NaiveDate;
use std::collections::BTreeSet;

/// How far one source has come.
pub struct Feed {
    source: String,
    /// UTC; `None` where no charge says it.
    last_complete_day: Option<NaiveDate>,
    /// From then to the day of the command.
    days_ago: Option<i64>,
    newest_period: BillingMonth,
    /// The ids of its deliveries.
    newest_delivery: String,
}

/// Every source that is published, by id.
pub fn feeds(snapshot: &Snapshot, as_of: NaiveDate) -> Vec<Feed> {
    let sources: BTreeSet<&str> = snapshot.slots.keys().map(|slot| slot.source.as_str()).collect();
    let feed = |source: &str| {
        let (slot, record) = snapshot.slots.iter().rfind(|(slot, _)| slot.source == source)?;
        let last_complete_day = last_full_day(snapshot, source);
        Some(Feed {
            source: source.into(),
            last_complete_day,
            days_ago: last_complete_day.map(|last| (as_of - last).num_days()),
            newest_period: slot.month,
            newest_delivery: record.delivery.clone(),
        })
    };
    sources.into_iter().filter_map(feed).collect()
}

impl Feed {
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "source": self.source,
            "last_complete_day": self.last_complete_day.map(|day| day.to_string()),
            "days_ago": self.days_ago,
            "newest_billing_period": self.newest_period,
            "newest_delivery": self.newest_delivery,
        })
    }
}

pub fn feeds_grid(feeds: &[Feed]) -> String {
    let header = ["source", "last complete day", "days ago", "newest period", "newest delivery"].map(str::to_string);
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".into());
    let row = |feed: &Feed| {
        let ids: Vec<&str> = feed.newest_delivery.split('+').collect();
        let delivery = match ids.as_slice() {
            [first, _, ..] => format!("{first} and {} more", ids.len() - 1),
            _ => feed.newest_delivery.clone(),
        };
        vec![
            feed.source.clone(),
            or_dash(feed.last_complete_day.map(|day| day.to_string())),
            or_dash(feed.days_ago.map(|days| days.to_string())),
            feed.newest_period.to_string(),
            delivery,
        ]
    };
    let rows: Vec<_> = feeds.iter().map(row).collect();
    table::grid(&header, &rows, &[false, false, true, false, false])
}

/// Each gap, with what to do.
pub fn gaps_lines(gaps: &[Gap]) -> String {
    let lines = |gap: &Gap| {
        let error = error(gap);
        let problem = error.problem();
        format!("gap: {}: {}\n  remedy: {}\n", problem.place, problem.what, problem.remedy)
    };
    gaps.iter().map(lines).collect()
}

pub fn gap_json(gap: &Gap) -> serde_json::Value {
    let text = |text: &String| (!text.is_empty()).then(|| text.clone());
    serde_json::json!({
        "source": gap.source,
        "sub_account": text(&gap.sub_account),
        "gap": gap.kind.name(),
        "first_day": gap.from.to_string(),
        "last_day": gap.to.map(|day| day.to_string()),
        "billing_period": gap.month,
        "reason": super::gaps::in_words(gap),
    })
}
