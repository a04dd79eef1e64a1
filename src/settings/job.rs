//! `[[job]]`: what is to run by itself, and when.

use super::file::FileJob;
use super::place::ConfigText;
use crate::{Error, Result};
use std::collections::BTreeMap;
use toml::Spanned;

const PROGRAM: &str = "/usr/local/bin/costmill";
const MOST_HOURS: u32 = 12;

/// One `[[job]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Part of the names of its units; lower-case letters, digits and `-`.
    pub id: String,
    /// UTC.
    pub hour: u8,
    pub minute: u8,
    pub on: When,
    /// costmill's arguments, without the configuration.
    pub command: Vec<String>,
    /// Where costmill is on the machine, or in the image, that runs it.
    pub program: String,
    /// Whom it runs as; systemd and cron.
    pub user: String,
    /// A file with environment variables, credentials among them; systemd and cron.
    pub environment_file: Option<String>,
    /// Hours after which it is ended.
    pub most_hours: u32,
    /// Of Kubernetes: the image, the secret with environment variables, the claim of the volume that the configuration's
    /// folder is on, and the service account.
    pub image: Option<String>,
    pub secret: Option<String>,
    pub claim: Option<String>,
    pub service_account: Option<String>,
}

/// On which days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    Daily,
    /// On this day of the month, 1 to 28: every month has it.
    Monthly(u8),
}

/// Every job, in the file's order.
///
/// Fails with `Error::Settings`, naming the line, on a time, a day or a name that is none.
pub(super) fn resolve_jobs(config: &ConfigText, written: Vec<FileJob>) -> Result<Vec<Job>> {
    let mut lines = BTreeMap::new();
    let mut jobs = Vec::with_capacity(written.len());
    for job in written {
        let at = job.id.span();
        if let Some(first) = lines.insert(job.id.get_ref().clone(), config.line(&at)) {
            let what = format!("the job `{}` is already there on line {first}", job.id.get_ref());
            return Err(config.error(&at, what, "give every job an id of its own"));
        }
        jobs.push(resolve(config, job)?);
    }
    Ok(jobs)
}

fn resolve(config: &ConfigText, job: FileJob) -> Result<Job> {
    let FileJob {
        id,
        at,
        on,
        command,
        program,
        user,
        environment_file,
        most_hours,
        image,
        secret,
        claim,
        service_account,
    } = job;
    // A name of a unit, and of a Kubernetes object with `costmill-` before it, which may have 52 signs.
    let legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let name = id.get_ref();
    if name.is_empty() || name.len() > 40 || !name.bytes().all(legal) || name.starts_with('-') || name.ends_with('-') {
        let remedy = "use lower-case letters, digits and `-` inside, at most 40";
        return Err(config.error(&id.span(), format!("`{name}` cannot be a job's id"), remedy));
    }
    let (hour, minute) = time(at.get_ref()).ok_or_else(|| {
        config.error(&at.span(), format!("`{}` is no time of day", at.get_ref()), "write it as 03:30, in UTC")
    })?;
    let on = match &on {
        None => When::Daily,
        Some(on) => when(on.get_ref()).ok_or_else(|| {
            let remedy = "write \"daily\", or \"monthly 12\" with a day from 1 to 28";
            config.error(&on.span(), format!("`{}` says no days", on.get_ref()), remedy)
        })?,
    };
    let command = match command {
        None => vec!["run".to_string()],
        Some(command) if command.get_ref().is_empty() => {
            return Err(config.error(&command.span(), "the command is empty", "write command = [\"run\"]"));
        }
        Some(command) => {
            if command.get_ref().iter().any(|word| word.contains(['\n', '\r', '\0'])) {
                return Err(config.error(&command.span(), "an argument has more than one line", "write it on one"));
            }
            command.into_inner()
        }
    };
    let most_hours = match most_hours {
        None => MOST_HOURS,
        Some(hours) => {
            u32::try_from(*hours.get_ref()).ok().filter(|hours| (1..=72).contains(hours)).ok_or_else(|| {
                let what = format!("most_hours = {} is impossible", hours.get_ref());
                config.error(&hours.span(), what, "use 1 to 72 hours")
            })?
        }
    };
    let path = |value: Option<Spanned<String>>| value.map(|value| absolute(config, value)).transpose();
    let name = |value: Option<Spanned<String>>| value.map(|value| one_word(config, value)).transpose();
    Ok(Job {
        id: id.into_inner(),
        hour,
        minute,
        on,
        command,
        program: path(program)?.unwrap_or_else(|| PROGRAM.to_string()),
        user: name(user)?.unwrap_or_else(|| "costmill".to_string()),
        environment_file: path(environment_file)?,
        most_hours,
        image: name(image)?,
        secret: name(secret)?,
        claim: name(claim)?,
        service_account: name(service_account)?,
    })
}

fn time(text: &str) -> Option<(u8, u8)> {
    let (hour, minute) = text.split_once(':').filter(|_| text.len() == 5)?;
    // A number may have a sign; a time may not.
    let is_time = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b':');
    let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
    (is_time && hour < 24 && minute < 60).then_some((hour, minute))
}

fn when(text: &str) -> Option<When> {
    if text == "daily" {
        return Some(When::Daily);
    }
    let day = text.strip_prefix("monthly ")?.parse().ok()?;
    (1..=28).contains(&day).then_some(When::Monthly(day))
}

/// It is a path of the machine that the job runs on, which need not be this one.
fn absolute(config: &ConfigText, path: Spanned<String>) -> Result<String> {
    let text = path.get_ref();
    if !text.starts_with('/') || text.contains(char::is_control) {
        let what = format!("`{text}` is no absolute path");
        return Err(config.error(&path.span(), what, "write it from `/` on: a job has no folder of its own"));
    }
    Ok(path.into_inner())
}

fn one_word(config: &ConfigText, word: Spanned<String>) -> Result<String> {
    let text = word.get_ref();
    if text.is_empty() || text.contains(|sign: char| sign.is_whitespace() || sign.is_control()) {
        return Err(refused(config, &word));
    }
    Ok(word.into_inner())
}

fn refused(config: &ConfigText, word: &Spanned<String>) -> Error {
    config.error(&word.span(), format!("`{}` is no name", word.get_ref()), "write it as one word")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::file::parse;

    fn jobs(text: &str) -> std::result::Result<Vec<Job>, String> {
        let text = ConfigText { path: "c.toml".into(), text: text.into() };
        let (text, parsed) = parse(text).map_err(|error| error.to_string())?;
        resolve_jobs(&text, parsed.job).map_err(|error| error.to_string())
    }

    #[test]
    fn a_job_says_when_and_the_rest_has_defaults() {
        let text = "[[job]]\nid = \"nightly\"\nat = \"03:30\"\n[[job]]\nid = \"showback\"\nat = \"00:05\"\non = \"monthly 12\"\n\
                    command = [\"run\", \"--quiet\"]\nmost_hours = 2\n";
        let jobs = jobs(text).unwrap();
        assert_eq!((jobs[0].hour, jobs[0].minute, jobs[0].on), (3, 30, When::Daily));
        assert_eq!((jobs[0].command.as_slice(), jobs[0].most_hours), (&["run".to_string()][..], 12));
        assert_eq!((jobs[1].on, jobs[1].most_hours), (When::Monthly(12), 2));
    }

    #[test]
    fn what_is_no_job_is_told_with_its_line() {
        for (keys, says) in [
            ("id = \"Nightly\"\nat = \"03:30\"", "c.toml:2: `Nightly` cannot be a job's id"),
            ("id = \"n\"\nat = \"3:30\"", "c.toml:3: `3:30` is no time of day"),
            ("id = \"n\"\nat = \"+3:30\"", "c.toml:3: `+3:30` is no time of day"),
            ("id = \"n\"\nat = \"24:00\"", "c.toml:3: `24:00` is no time of day"),
            ("id = \"n\"\nat = \"03:30\"\non = \"monthly 29\"", "c.toml:4: `monthly 29` says no days"),
            ("id = \"n\"\nat = \"03:30\"\ncommand = []", "c.toml:4: the command is empty"),
            ("id = \"n\"\nat = \"03:30\"\nenvironment_file = \"env\"", "c.toml:4: `env` is no absolute path"),
            ("id = \"n\"\nat = \"03:30\"\nuser = \"a b\"", "c.toml:4: `a b` is no name"),
            ("id = \"n\"\nat = \"03:30\"\nmost_hours = 0", "c.toml:4: most_hours = 0 is impossible"),
            (
                "id = \"n\"\nat = \"03:30\"\n[[job]]\nid = \"n\"\nat = \"04:30\"",
                "c.toml:5: the job `n` is already there",
            ),
        ] {
            let message = jobs(&format!("[[job]]\n{keys}\n")).unwrap_err();
            assert!(message.contains(says), "{keys}\n→ {message}");
        }
    }
}
