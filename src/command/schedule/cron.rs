//! A file for `/etc/cron.d`, one line per job.

use super::Planned;
use crate::settings::When;

/// The whole file.
pub(super) fn file(planned: &[Planned]) -> String {
    let mut text = "\
# /etc/cron.d/costmill
# cronie reads CRON_TZ; Debian's cron does not: there these times are the machine's own, so let it keep UTC.
CRON_TZ=UTC
SHELL=/bin/sh
# cron mails what a job says. It says its problems alone.
"
    .to_string();
    for planned in planned {
        let job = planned.job;
        let day = match job.on {
            When::Daily => "*".to_string(),
            When::Monthly(day) => day.to_string(),
        };
        let words: Vec<String> = planned.words().into_iter().map(quoted).collect();
        let environment = match &job.environment_file {
            Some(file) => format!("set -a; . {}; set +a; ", quoted(file)),
            None => String::new(),
        };
        let (home, hours, words) = (quoted(&planned.home), job.most_hours, words.join(" "));
        let command = format!("{environment}cd {home} && exec nice -n 10 timeout --verbose -k 5m {hours}h {words}");
        // To cron a bare `%` is the end of the line.
        let command = command.replace('%', "\\%");
        text += &format!("# {}\n{} {} {day} * * {} {command}\n", job.id, job.minute, job.hour, job.user);
    }
    text
}

/// One word as a POSIX shell reads it.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-+=:,@%".contains(sign);
    match !word.is_empty() && word.chars().all(plain) {
        true => word.to_string(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_for_the_shell() {
        for (word, written) in [("run", "run"), ("a b", "'a b'"), ("it's $X", "'it'\\''s $X'"), ("", "''")] {
            assert_eq!(quoted(word), written);
        }
    }
}
