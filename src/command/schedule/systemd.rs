//! A `.service` and a `.timer` per job, for `/etc/systemd/system`.

use super::Planned;
use crate::settings::When;

/// Both units of a job, each under a line with its path.
pub(super) fn units(planned: &Planned) -> String {
    let name = format!("costmill-{}", planned.job.id);
    format!(
        "# /etc/systemd/system/{name}.service\n{}\n# /etc/systemd/system/{name}.timer\n{}",
        service(planned),
        timer(planned)
    )
}

fn service(planned: &Planned) -> String {
    let Planned { job, writes, delivers, cache, home, memory_limit, .. } = planned;
    let words: Vec<String> = planned.words().into_iter().map(quoted).collect();
    let environment = match &job.environment_file {
        Some(file) => format!("EnvironmentFile={}\n", specifiers(file)),
        None => String::new(),
    };
    // A folder that is not there would stop the service with 226/NAMESPACE; `-` lets it start.
    let may_miss = delivers.iter().map(|folder| format!("-{folder}"));
    let writes: Vec<String> = writes.iter().cloned().chain(may_miss).map(|folder| listed(&folder)).collect();
    let cache = match cache {
        Some(_) => {
            "# The lake's cache is the service's own, whoever printed this.\nCacheDirectory=costmill\n\
                    Environment=XDG_CACHE_HOME=%C\n"
        }
        None => "",
    };
    format!(
        "\
[Unit]
Description=costmill: {id}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
ExecStart={command}
User={user}
WorkingDirectory={home}
{environment}# 3: published, with inputs late or skipped. The run did its work; `costmill status` says what waits.
SuccessExitStatus=3
# What failed is looked at, not repeated: the next night takes it up where it stands.
Restart=no
TimeoutStartSec={hours}h
Nice=10
IOSchedulingClass=best-effort
IOSchedulingPriority=7
MemoryHigh={memory_limit}
MemoryMax={most_memory}
UMask=0027
# Of the file system it writes to the lake and the output, and to the folders of deliveries (those with `-`). Make them all
# before the first start: without lake or output it does not start, and a folder that is missing cannot be delivered to.
ProtectSystem=strict
ReadWritePaths={writes}
{cache}ProtectHome=read-only
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
NoNewPrivileges=yes
CapabilityBoundingSet=
RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
MemoryDenyWriteExecute=yes
SystemCallArchitectures=native
",
        id = job.id,
        command = words.join(" "),
        user = specifiers(&job.user),
        home = specifiers(home),
        hours = job.most_hours,
        most_memory = planned.most_memory(),
        writes = writes.join(" "),
    )
}

fn timer(planned: &Planned) -> String {
    format!(
        "\
[Unit]
Description=costmill: {id}

[Timer]
OnCalendar={calendar}
# A night that the machine slept through is made up for.
Persistent=true
AccuracySec=1min

[Install]
WantedBy=timers.target
",
        id = planned.job.id,
        calendar = calendar(planned),
    )
}

fn calendar(planned: &Planned) -> String {
    let day = match planned.job.on {
        When::Daily => "*".to_string(),
        When::Monthly(day) => format!("{day:02}"),
    };
    format!("*-*-{day} {:02}:{:02}:00 UTC", planned.job.hour, planned.job.minute)
}

/// One word of a command line as systemd reads it (systemd.service(5), "Command lines"): quoted where it has to be, with
/// `%` and `$` as themselves.
fn quoted(word: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || "/._-+=:,@%$".contains(sign);
    let escaped = specifiers(&word.replace('\\', "\\\\").replace('"', "\\\"").replace('$', "$$"));
    if !word.is_empty() && word.chars().all(plain) { escaped } else { format!("\"{escaped}\"") }
}

/// One path of a list (systemd.exec(5)): as [`quoted`], but a `$` is a sign like others there.
fn listed(path: &str) -> String {
    quoted(path).replace("$$", "$")
}

fn specifiers(text: &str) -> String {
    text.replace('%', "%%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_stays_one_and_is_itself() {
        for (word, written) in [
            ("run", "run"),
            ("/srv/a b/costmill.toml", "\"/srv/a b/costmill.toml\""),
            ("100%", "100%%"),
            ("$HOME", "$$HOME"),
            ("say \"x\" \\ ;", "\"say \\\"x\\\" \\\\ ;\""),
            ("", "\"\""),
        ] {
            assert_eq!(quoted(word), written);
        }
    }

    #[test]
    fn a_dollar_in_a_path_stands_once() {
        for (path, written) in [("/srv/$HOME", "/srv/$HOME"), ("-/srv/a $b", "\"-/srv/a $b\""), ("/a$$%", "/a$$%%")] {
            assert_eq!(listed(path), written);
        }
    }
}
