//! Answers as they were received, by the day on which they were asked: `answers/<api>/<day>/<question>.json`.

use crate::error::{Error, Result};
use crate::extract::hash::hex;
use crate::lake;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};

/// Days of which answers are kept; of earlier ones they are deleted.
const DAYS_KEPT: usize = 40;

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
    /// The bodies as received, in order.
    pub pages: Vec<String>,
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

    /// The newest answer there is.
    pub fn newest(&self, question: &str) -> Option<Kept> {
        self.days().into_iter().rev().find_map(|day| self.of(question, day))
    }

    /// Keeps an answer that is whole.
    ///
    /// # Errors
    /// `Lake`, where it cannot be written.
    pub fn keep(&self, question: &str, day: NaiveDate, pages: &[String]) -> Result<()> {
        let kept = Kept { question: question.into(), day, pages: pages.to_vec() };
        let bytes = serde_json::to_vec(&kept).map_err(|error| Error::bug("answers", error.to_string()))?;
        let file = self.file(question, day);
        let folder = file.parent().unwrap_or(&self.folder);
        lake::create_folder(folder)?;
        lake::put_file(folder, &file, &bytes)
    }

    /// Deletes the days before the newest [`DAYS_KEPT`]. What cannot be deleted is so the next time.
    pub fn prune(&self) {
        let days = self.days();
        for day in &days[..days.len().saturating_sub(DAYS_KEPT)] {
            let _ = std::fs::remove_dir_all(self.folder.join(day.to_string()));
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

    #[test]
    fn an_answer_is_that_of_its_question_and_day() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(&folder.path().join("answers"));
        assert_eq!(cache.newest("costs"), None);
        for (number, body) in [(3, "{\"late\":1.50}"), (1, "{}")] {
            cache.keep("costs", day(number), &[body.to_string(), "{\"page\": 2}".into()]).unwrap();
        }
        cache.keep("plans", day(5), &[]).unwrap();
        let kept = cache.newest("costs").unwrap();
        assert_eq!((kept.day, kept.pages), (day(3), vec!["{\"late\":1.50}".to_string(), "{\"page\": 2}".into()]));
        assert_eq!((cache.of("costs", day(2)), cache.of("costs", day(1)).unwrap().pages[0].as_str()), (None, "{}"));
        // Half a file, or one under another's name, is none.
        let file = cache.file("costs", day(3));
        std::fs::write(&file, &std::fs::read(&file).unwrap()[..20]).unwrap();
        assert_eq!(cache.newest("costs").unwrap().day, day(1));
        std::fs::copy(cache.file("plans", day(5)), &file).unwrap();
        assert_eq!(cache.of("costs", day(3)), None);
    }

    #[test]
    fn old_days_go() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(folder.path());
        for number in 0..45 {
            cache.keep("costs", day(number), &[]).unwrap();
        }
        cache.prune();
        assert_eq!((cache.days().len(), cache.days()[0]), (DAYS_KEPT, day(5)));
    }
}
