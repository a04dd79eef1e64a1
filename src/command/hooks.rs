//! `[[hook]]`: a command or a webhook is given the run's record when the run failed or left something out, something is
//! late, there are new findings, or a billing period was published.

use super::console::Console;
use super::recorder::Recorder;
use crate::error::{Error, Result};
use crate::ledger::{HookTold, RunRecord};
use crate::outbox::{Webhook, host, is_header, post};
use crate::settings::{Hook, HookAct, Occasion, Secret, Settings, WebhookAddress, plain_url_fault};
use std::io::Write;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Tells every hook whose occasion it is; returns what went wrong.
pub fn tell(settings: &Settings, recorder: &Recorder, status: u8, console: Console) -> Vec<Error> {
    let mut problems = Vec::new();
    if settings.hooks.is_empty() {
        return problems;
    }
    // All hooks are given the same: what an earlier one did is in the lake's record alone.
    let record = recorder.record(status, console);
    for hook in &settings.hooks {
        let on: Vec<&'static str> =
            hook.on.iter().filter(|occasion| is_one(**occasion, &record)).map(|occasion| occasion.name()).collect();
        if on.is_empty() {
            continue;
        }
        let done = one(hook, &record, &on, recorder.offline, console);
        let told = on.iter().map(|name| (*name).to_string()).collect();
        recorder.hook(HookTold { hook: name(&hook.act), on: told, done: matches!(done, Ok(true)) });
        problems.extend(done.err());
    }
    problems
}

/// Is it an occasion of that kind?
pub fn is_one(occasion: Occasion, record: &RunRecord) -> bool {
    match occasion {
        Occasion::Failure => matches!(record.status, 1 | 2 | 4),
        Occasion::Problem => record.status == 3,
        Occasion::Late => record.told.iter().any(|told| told.late),
        Occasion::NewFindings => record.new_findings.count > 0,
        Occasion::Published => !record.published.is_empty(),
    }
}

/// The program, or the host: all of a webhook that may be shown.
pub fn name(act: &HookAct) -> String {
    match act {
        HookAct::Command(command) => command.first().cloned().unwrap_or_default(),
        HookAct::Webhook { address: WebhookAddress::Url(url), .. } => host(url).to_string(),
        HookAct::Webhook { address: WebhookAddress::File(file), .. } => file.display().to_string(),
    }
}

/// Tells one hook; false where it was left out.
fn one(hook: &Hook, record: &RunRecord, on: &[&str], offline: bool, console: Console) -> Result<bool> {
    let json = serde_json::to_string(record).map_err(|error| Error::bug("run record", error.to_string()))?;
    let wait = Duration::from_secs(hook.timeout_seconds);
    match &hook.act {
        HookAct::Command(command) => run(command, json, on, wait).map(|()| true),
        HookAct::Webhook { .. } if offline => {
            console.say(&format!("offline: the webhook at {} is not told", name(&hook.act)));
            Ok(false)
        }
        act @ HookAct::Webhook { .. } => {
            let Some(mut webhook) = webhook(act)? else { return Ok(false) };
            webhook.headers.push(("x-costmill-on".to_string(), on.join(",")));
            post(&webhook, &json, wait).map(|()| true)
        }
    }
}

/// What a webhook is told with; `None` of a program.
///
/// # Errors
/// `Settings`, for a file that does not read, a URL that is none, and a variable that is not set.
pub fn webhook(act: &HookAct) -> Result<Option<Webhook>> {
    match act {
        HookAct::Command(_) => Ok(None),
        HookAct::Webhook { address, header_file, secret_env, allow_http } => {
            let mut headers = Vec::new();
            if let Some(file) = header_file {
                headers.extend(header_lines(&text_of(file, "header_file")?, file)?);
            }
            if let Some(variable) = secret_env {
                let secret = Secret::named(variable).ok_or_else(|| {
                    let what = "the environment variable that secret_env names is not set";
                    Error::settings(variable, what, "set it where the run is started, to the secret alone")
                })?;
                let value = format!("Bearer {}", secret.reveal());
                if !is_header("authorization", &value) {
                    let what = "the environment variable that secret_env names has signs that no header can have";
                    return Err(Error::settings(variable, what, "set it to the secret alone, on one line"));
                }
                headers.push(("authorization".to_string(), value));
            }
            let url = match address {
                WebhookAddress::Url(url) => url.clone(),
                WebhookAddress::File(file) => {
                    let url = text_of(file, "webhook_file")?.trim().to_string();
                    if let Some((what, remedy)) = plain_url_fault(&url, *allow_http) {
                        return Err(Error::settings(file.display().to_string(), what, remedy));
                    }
                    url
                }
            };
            Ok(Some(Webhook { url, headers }))
        }
    }
}

fn text_of(file: &std::path::Path, key: &str) -> Result<String> {
    std::fs::read_to_string(file).map_err(|error| {
        let remedy = "correct the path, or let the user of the run read it";
        Error::settings(file.display().to_string(), format!("{key} cannot be read: {error}"), remedy)
    })
}

/// `Name: value`, one a line.
fn header_lines(text: &str, file: &std::path::Path) -> Result<Vec<(String, String)>> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let header = |(at, line): (usize, &str)| match line.split_once(':') {
        Some((name, value)) if is_header(name.trim(), value.trim()) => {
            Ok((name.trim().to_string(), value.trim().to_string()))
        }
        // What the line holds may be the secret.
        _ => Err(Error::settings(
            format!("{}, line {}", file.display(), at + 1),
            "is no header",
            "write one header a line: Authorization: Bearer …",
        )),
    };
    lines.map(header).collect()
}

/// Runs a program without a shell, with the record on its standard input, and waits for it.
fn run(command: &[String], json: String, on: &[&str], wait: Duration) -> Result<()> {
    let Some((program, arguments)) = command.split_first() else { return Ok(()) };
    let failed = |what: String| {
        let remedy = "run it by hand with the record of `costmill status --format json`; the run itself stands";
        Err(Error::settings(format!("hook {program}"), what, remedy))
    };
    // What it says is its own: it may hold anything, and standard error may be read by a program.
    let mut starting = Command::new(program);
    starting
        .args(arguments)
        .env("COSTMILL_HOOK_ON", on.join(","))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut starting, 0);
    let mut child = match starting.spawn() {
        Ok(child) => child,
        Err(error) => return failed(format!("cannot be started: {error}")),
    };
    if let Some(mut input) = child.stdin.take() {
        // A program that reads nothing, or that leaves somebody with its input, is not waited for here.
        std::thread::spawn(move || {
            let _ = input.write_all(json.as_bytes());
        });
    }
    let began = Instant::now();
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return failed(format!("ended with {status}")),
            Ok(None) if began.elapsed() < wait => std::thread::sleep(Duration::from_millis(20)),
            Ok(None) => {
                end_all(&mut child);
                let _ = child.wait();
                return failed(format!("has not ended within {} s, and was ended", wait.as_secs()));
            }
            Err(error) => return failed(format!("cannot be waited for: {error}")),
        }
    }
}

/// Ends a program with all that it started: each is in the group that the program leads.
fn end_all(child: &mut Child) {
    #[cfg(unix)]
    {
        // Every shell has it, and libraries that do are not compiled in.
        let script = format!("kill -9 -{}", child.id());
        let _ = Command::new("/bin/sh").args(["-c", &script]).stderr(Stdio::null()).status();
    }
    let _ = child.kill();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_lines_and_no_message_repeats_one() {
        let file = std::path::Path::new("headers");
        let headers = header_lines("# for ops\nAuthorization: Bearer a:b\n\nX-Team:ops\n", file).unwrap();
        let expected = [("Authorization", "Bearer a:b"), ("X-Team", "ops")];
        assert_eq!(headers, expected.map(|(name, value)| (name.to_string(), value.to_string())));
        let error = header_lines("x: y\nHUSH", file).unwrap_err().to_string();
        assert!(error.contains("headers, line 2: is no header") && !error.contains("HUSH"), "{error}");
        for none in ["x y: HUSH", ": HUSH", "x: HUSH\u{7}"] {
            let error = header_lines(none, file).unwrap_err().to_string();
            assert!(error.contains("headers, line 1: is no header") && !error.contains("HUSH"), "{error}");
        }
    }
}
