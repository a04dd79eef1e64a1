//! Questions, answered: today's answer where there is one, else the API, else the newest that is kept.

use super::cache::{About, Cache, Kept};
use super::problem;
use crate::error::{Error, Result};
use crate::focus::{Answers, Api, AskedMonth};
use chrono::NaiveDate;
use std::path::Path;

/// May the API be asked?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Once a day, and anew when the bill has come anew.
    Online,
    /// Whatever was answered today.
    Again,
    /// No network: the newest answers that are kept.
    Kept,
}

/// The questions of one run to one API, and what came of them so far.
pub struct Asking<'a> {
    api: &'a Api,
    cache: Cache,
    today: NaiveDate,
    mode: Mode,
    /// What is known so far; a client adds what it reads.
    pub answers: Answers,
}

/// What was read of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<T> {
    pub value: T,
    /// The day on which it was asked.
    pub day: NaiveDate,
    /// Is that the day of the run, or the answer one that no longer changes?
    pub is_of_today: bool,
    /// The deliveries that it was asked beside.
    pub about: About,
}

impl<T> Answered<T> {
    /// Was it asked beside what is published of this billing period now? Another one's difference may be the bill's age.
    pub fn holds_for(&self, asked: &AskedMonth) -> bool {
        self.about.get(&asked.month) == Some(&asked.delivery)
    }
}

impl<'a> Asking<'a> {
    /// `folder` keeps the answers of this API. `today` is the day of the run.
    pub fn new(api: &'a Api, folder: &Path, today: NaiveDate, mode: Mode) -> Self {
        Self { api, cache: Cache::new(folder), today, mode, answers: Answers::default() }
    }

    pub fn today(&self) -> NaiveDate {
        self.today
    }

    /// One question. `question` words all that the answer depends on but the billing periods it is `about`, and holds no
    /// secret; `live` asks the API and gives the pages as received; `read` makes sense of them, the same for fresh and for kept ones. `None` where there is
    /// no answer at all; what went wrong is among the problems.
    pub fn ask<T>(
        &mut self,
        question: &str,
        about: &About,
        live: impl FnOnce() -> Result<Vec<String>>,
        read: impl Fn(&[String]) -> Result<T>,
    ) -> Option<Answered<T>> {
        let of_today =
            self.cache.of(question, self.today).filter(|kept| self.mode != Mode::Again && kept.is_about(about));
        if let Some(answered) = of_today.and_then(|kept| self.read(kept, &read)) {
            self.answers.from_cache += 1;
            return Some(answered);
        }
        if self.mode == Mode::Kept {
            return self.kept(question, about, read);
        }
        let fresh = live().and_then(|pages| {
            let value = read(&pages)?;
            self.cache.keep(question, self.today, about, &pages)?;
            Ok(value)
        });
        match fresh {
            Ok(value) => Some(Answered { value, day: self.today, is_of_today: true, about: about.clone() }),
            Err(error) => {
                self.wrong(error);
                self.kept(question, about, read)
            }
        }
    }

    /// The newest answer that is kept, whatever its day; nothing is asked, and that there is none is no problem.
    pub fn kept<T>(
        &mut self,
        question: &str,
        about: &About,
        read: impl Fn(&[String]) -> Result<T>,
    ) -> Option<Answered<T>> {
        let answered = self.cache.newest(question, about).and_then(|kept| self.read(kept, &read))?;
        if !answered.is_of_today {
            self.answers.stale += 1;
        }
        Some(answered)
    }

    /// An answer that was asked on that day or later, which is good enough for what no longer changes.
    pub fn settled<T>(
        &mut self,
        question: &str,
        since: NaiveDate,
        read: impl Fn(&[String]) -> Result<T>,
    ) -> Option<Answered<T>> {
        let kept = self.cache.newest(question, &About::new()).filter(|kept| kept.day >= since)?;
        self.read(kept, &read)
    }

    /// A problem that stops nothing; the same one is told once.
    pub fn wrong(&mut self, error: Error) {
        if !self.answers.problems.contains(&error) {
            self.answers.problems.push(error);
        }
    }

    /// All that is known now. Days that are too old are forgotten.
    pub fn done(self) -> Answers {
        if self.mode != Mode::Kept {
            self.cache.prune();
        }
        self.answers
    }

    fn read<T>(&mut self, kept: Kept, read: &impl Fn(&[String]) -> Result<T>) -> Option<Answered<T>> {
        match read(&kept.pages) {
            Ok(value) => {
                Some(Answered { value, day: kept.day, is_of_today: kept.day == self.today, about: kept.about })
            }
            // Another version may have kept it: it is asked again where that can be.
            Err(error) => {
                if self.mode == Mode::Kept {
                    let what =
                        format!("the answer of {} that is kept does not read: {}", kept.day, error.problem().what);
                    self.wrong(problem(self.api, what, "run without --offline: it is asked again"));
                }
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{ApiKind, Login};
    use std::cell::Cell;

    fn api() -> Api {
        Api {
            id: "costs".into(),
            kind: ApiKind::AwsCostExplorer,
            source: "aws".into(),
            ask: Vec::new(),
            scopes: Vec::new(),
            tolerance: None,
            location: None,
            login: Login::default(),
        }
    }

    fn number(pages: &[String]) -> Result<i32> {
        let parsed = pages.iter().map(|page| page.parse::<i32>()).sum::<std::result::Result<i32, _>>();
        parsed.map_err(|error| Error::source("api costs", error.to_string(), ""))
    }

    /// What a run on that day reads, whether it asked, and its problems.
    fn run(folder: &Path, day: &str, mode: Mode, answer: Result<Vec<&str>>) -> (Option<(i32, String)>, bool, usize) {
        let api = api();
        let mut asking = Asking::new(&api, folder, day.parse().unwrap(), mode);
        let asked = Cell::new(false);
        let live = || {
            asked.set(true);
            answer.map(|pages| pages.into_iter().map(str::to_string).collect())
        };
        let answered = asking.ask("how many", &About::new(), live, number);
        let told = answered.map(|answered| (answered.value, answered.day.to_string()));
        (told, asked.get(), asking.done().problems.len())
    }

    /// As on a disk that is full: here a file stands where the day's folder would be.
    #[test]
    fn an_answer_that_cannot_be_kept_is_told_and_the_one_before_stands() {
        let folder = tempfile::tempdir().unwrap();
        let answer = |text: &'static str| Ok(vec![text]);
        run(folder.path(), "2026-11-02", Mode::Online, answer("3"));
        std::fs::write(folder.path().join("2026-11-03"), "").unwrap();
        let before = Some((3, "2026-11-02".to_string()));
        assert_eq!(run(folder.path(), "2026-11-03", Mode::Online, answer("4")), (before.clone(), true, 1));
        std::fs::remove_file(folder.path().join("2026-11-03")).unwrap();
        let now = Some((4, "2026-11-03".to_string()));
        assert_eq!(run(folder.path(), "2026-11-03", Mode::Online, answer("4")), (now, true, 0));
    }

    #[test]
    fn a_question_is_asked_once_a_day_and_an_answer_outlives_what_goes_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let run = |day: &str, mode, answer| run(folder.path(), day, mode, answer);
        let failed = || Err(Error::source("api costs", "503", "later"));
        let told = |value: i32, day: &str| Some((value, day.to_string()));
        assert_eq!(run("2026-11-01", Mode::Online, failed()), (None, true, 1));
        assert_eq!(run("2026-11-01", Mode::Kept, Ok(vec!["1"])), (None, false, 0));
        assert_eq!(run("2026-11-02", Mode::Online, Ok(vec!["1", "2"])), (told(3, "2026-11-02"), true, 0));
        assert_eq!(run("2026-11-02", Mode::Online, failed()), (told(3, "2026-11-02"), false, 0));
        // Neither what fails nor what does not read takes the place of what is kept.
        assert_eq!(run("2026-11-03", Mode::Online, failed()), (told(3, "2026-11-02"), true, 1));
        assert_eq!(run("2026-11-03", Mode::Online, Ok(vec!["many"])), (told(3, "2026-11-02"), true, 1));
        assert_eq!(run("2026-11-03", Mode::Kept, Ok(vec!["9"])), (told(3, "2026-11-02"), false, 0));
        assert_eq!(run("2026-11-03", Mode::Online, Ok(vec!["7"])), (told(7, "2026-11-03"), true, 0));
    }
}
