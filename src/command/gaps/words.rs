//! A gap in a sentence.

use super::{Gap, GapKind};
use crate::error::Error;
use chrono::NaiveDate;

impl GapKind {
    /// As `status --format json` and the CSV name it.
    pub fn name(self) -> &'static str {
        match self {
            Self::MissingMonth => "missing month",
            Self::MissingDay => "missing day",
            Self::SilentSubAccount => "silent sub account",
            Self::LateFeed => "late feed",
            Self::BehindOthers => "behind other sources",
        }
    }

    /// Is it a feed that is not as far as it should be?
    pub fn is_late(self) -> bool {
        matches!(self, Self::LateFeed | Self::BehindOthers)
    }
}

/// What is not there.
pub fn in_words(gap: &Gap) -> String {
    let from = gap.from;
    match gap.kind {
        GapKind::MissingMonth => format!("nothing is published{}, between billing periods that are", span(gap)),
        GapKind::MissingDay if gap.sub_account.is_empty() => {
            format!("has no usage{}, and had some on the same days of the weeks before", span(gap))
        }
        GapKind::MissingDay => format!("has no usage{}, and had some on every day of the 28 before", span(gap)),
        GapKind::SilentSubAccount => {
            format!("has no usage since {from}, while its source has; it had some on most days before")
        }
        GapKind::LateFeed => {
            format!("its last complete day is {}, longer ago than late_after_days allows", before(from))
        }
        GapKind::BehindOthers => {
            format!("its last complete day is {}, more than 7 days before that of another source", before(from))
        }
    }
}

/// The same, with where and what to do.
pub fn error(gap: &Gap) -> Error {
    let place = match (gap.sub_account.as_str(), gap.sub_account_name.as_str()) {
        ("", _) => gap.source.clone(),
        (id, "") => format!("{}, sub account {id}", gap.source),
        (id, name) => format!("{}, sub account {id} ({name})", gap.source),
    };
    let month = gap.month;
    let remedy = match gap.kind {
        GapKind::MissingMonth => format!("deliver it; closing {month} accepts that it is not there"),
        GapKind::MissingDay if gap.sub_account.is_empty() => {
            format!("look at the export of these days; closing {month} accepts it")
        }
        GapKind::MissingDay | GapKind::SilentSubAccount => {
            "look whether it was shut down or left the export; if it may rest, name it in may_be_silent".into()
        }
        GapKind::LateFeed | GapKind::BehindOthers => "look whether the export is still delivered".into(),
    };
    Error::source(place, in_words(gap), remedy)
}

fn span(gap: &Gap) -> String {
    match gap.to {
        Some(to) if to > gap.from => format!(" from {} to {to}", gap.from),
        _ => format!(" on {}", gap.from),
    }
}

fn before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().unwrap_or(day)
}
