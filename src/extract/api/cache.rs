//! Answers as they were received, by the day on which they were asked: `answers/<api>/<day>/<question>.json`.
//!
//! An answer belongs to the deliveries of the billing periods that it was asked beside: of a bill that has come anew since
//! then it says nothing.

use crate::error::{Error, Result};
use crate::extract::hash::hex;
use crate::focus::BillingMonth;
use crate::lake;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Days of which all answers are kept; of earlier ones the newest of each question.
const DAYS_KEPT: usize = 40;

/// The billing periods that a question is about, each with its delivery; empty for one that is about none.
pub type About = BTreeMap<BillingMonth, String>;

/// The folder of an API.
pub struct Cache {
    folder: PathBuf,
}

/// The answer to one question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The question as its client words it; it holds no secret.
    question: String,
    /// The UTC day on which it was asked.
    pub day: NaiveDate,
    /// What it was asked about. Answers that do not say are about nothing.
    #[serde(default)]
    pub about: About,
    /// The bodies as received, in order.
    pub pages: Vec<String>,
}

impl Kept {
    /// Was it asked beside these deliveries, perhaps among others?
    pub fn is_about(&self, about: &About) -> bool {
        about.iter().all(|(month, delivery)| self.about.get(month) == Some(delivery))
    }
}

impl Cache {
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// What was answered on that day. A file that does not read is none: it is asked again.
    pub fn of(&self, question: &str, day: NaiveDate) -> Option<Kept> {
        let bytes = std::fs::read(self.file(question, day)).ok()?;
        let kept: Kept = serde_json::from_slice(&bytes).ok()?;
        (kept.question == question && kept.day == day).then_some(kept)
    }

    /// The newest answer that tells of all these billing periods, or else the newest there is.
    pub fn newest(&self, question: &str, about: &About) -> Option<Kept> {
        let mut newest = None;
        for kept in self.days().into_iter().rev().filter_map(|day| self.of(question, day)) {
            if about.keys().all(|month| kept.about.contains_key(month)) {
                return Some(kept);
            }
            newest = newest.or(Some(kept));
        }
        newest
    }

    /// Keeps an answer that is whole.
    ///
    /// # Errors
    /// `Lake`, where it cannot be written.
    pub fn keep(&self, question: &str, day: NaiveDate, about: &About, pages: &[String]) -> Result<()> {
        let kept = Kept { question: question.into(), day, about: about.clone(), pages: pages.to_vec() };
        let bytes = serde_json::to_vec(&kept).map_err(|error| Error::bug("answers", error.to_string()))?;
        let file = self.file(question, day);
        let folder = file.parent().unwrap_or(&self.folder);
        lake::create_folder(folder)?;
        lake::put_file(folder, &file, &bytes)
    }

    /// Deletes what is older than the newest [`DAYS_KEPT`] days, but not the only answer to a question: what is settled
    /// is asked no more. What cannot be deleted is so the next time.
    pub fn prune(&self) {
        let mut newer = BTreeSet::new();
        for (age, day) in self.days().into_iter().rev().enumerate() {
            let folder = self.folder.join(day.to_string());
            for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
                if !newer.insert(entry.file_name()) && age >= DAYS_KEPT {
                    let _ = std::fs::remove_file(entry.path());
                }
            }
            if age >= DAYS_KEPT {
                // Where something is left in it, it stays.
                let _ = std::fs::remove_dir(folder);
            }
        }
    }

    /// The days of which there is something, oldest first.
    fn days(&self) -> Vec<NaiveDate> {
        let entries = std::fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut days: Vec<NaiveDate> = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect();
        days.sort_unstable();
        days
    }

    fn file(&self, question: &str, day: NaiveDate) -> PathBuf {
        let hash = hex(&Sha256::digest(question.as_bytes()));
        self.folder.join(day.to_string()).join(format!("{}.json", &hash[..32]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(number: u64) -> NaiveDate {
        "2026-10-01".parse::<NaiveDate>().unwrap() + chrono::Days::new(number)
    }

    fn about(months: &[(&str, &str)]) -> About {
        months.iter().map(|(month, delivery)| (month.parse().unwrap(), (*delivery).to_string())).collect()
    }

    #[test]
    fn an_answer_is_that_of_its_question_and_day() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(&folder.path().join("answers"));
        let (all, none) = (About::new(), About::new());
        assert_eq!(cache.newest("costs", &all), None);
        for (number, body) in [(3, "{\"late\":1.50}"), (1, "{}")] {
            cache.keep("costs", day(number), &none, &[body.to_string(), "{\"page\": 2}".into()]).unwrap();
        }
        cache.keep("plans", day(5), &none, &[]).unwrap();
        let kept = cache.newest("costs", &all).unwrap();
        assert_eq!((kept.day, kept.pages), (day(3), vec!["{\"late\":1.50}".to_string(), "{\"page\": 2}".into()]));
        assert_eq!((cache.of("costs", day(2)), cache.of("costs", day(1)).unwrap().pages[0].as_str()), (None, "{}"));
        // Half a file, or one under another's name, is none.
        let file = cache.file("costs", day(3));
        std::fs::write(&file, &std::fs::read(&file).unwrap()[..20]).unwrap();
        assert_eq!(cache.newest("costs", &all).unwrap().day, day(1));
        std::fs::copy(cache.file("plans", day(5)), &file).unwrap();
        assert_eq!(cache.of("costs", day(3)), None);
    }

    #[test]
    fn an_answer_of_fewer_billing_periods_does_not_hide_the_one_of_all() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        let both = about(&[("2026-08", "a"), ("2026-09", "b")]);
        cache.keep("costs", day(1), &both, &[]).unwrap();
        cache.keep("costs", day(2), &about(&[("2026-09", "c")]), &[]).unwrap();
        let newest = |months: &[(&str, &str)]| cache.newest("costs", &about(months)).unwrap().day;
        // What is closed, or is not begun, is in the one and not in the other.
        assert_eq!(
            [newest(&[("2026-08", "")]), newest(&[("2026-09", "")]), newest(&[("2026-10", "")])],
            [1, 2, 2].map(day)
        );
        let kept = cache.of("costs", day(1)).unwrap();
        assert!(kept.is_about(&both) && kept.is_about(&about(&[("2026-09", "b")])) && kept.is_about(&About::new()));
        assert!(!kept.is_about(&about(&[("2026-09", "c")])) && !kept.is_about(&about(&[("2026-10", "d")])));
    }

    #[test]
    fn old_days_go_but_for_the_only_answer_to_a_question() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        cache.keep("settled", day(2), &About::new(), &[]).unwrap();
        for number in 0..45 {
            cache.keep("costs", day(number), &About::new(), &[]).unwrap();
        }
        cache.prune();
        assert_eq!((cache.days().len(), cache.days()[0], cache.days()[1]), (DAYS_KEPT + 1, day(2), day(5)));
        assert_eq!((cache.newest("settled", &About::new()).unwrap().day, cache.of("costs", day(2))), (day(2), None));
    }
}
