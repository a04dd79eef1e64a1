//! The units of `costmill schedule`, held to the programs that read them.

use super::place::{Night, python};
use std::path::Path;
use std::process::Command;

fn night(jobs: &str) -> Night {
    Night::new(&format!("{}\n{jobs}", super::bucket::CONFIG))
}

fn two() -> Night {
    night(&format!(
        "[[job]]\nid = \"nightly\"\nat = \"03:30\"\nprogram = \"{program}\"\nuser = \"root\"\n\
         environment_file = \"/etc/costmill/environment\"\nimage = \"registry.example/costmill:1\"\nclaim = \"costmill\"\n\
         secret = \"costmill-credentials\"\n\
         [[job]]\nid = \"showback\"\nat = \"06:00\"\non = \"monthly 12\"\ncommand = [\"run\", \"--threads\", \"2\"]\nmost_hours = 2\n\
         program = \"{program}\"\nuser = \"root\"\nimage = \"registry.example/costmill:1\"\nclaim = \"costmill\"\n\
         service_account = \"billing\"\n",
        program = env!("CARGO_BIN_EXE_costmill")
    ))
}

fn print(night: &Night, target: &str, more: &[&str]) -> String {
    night.costmill(&[&["schedule", "--as", target], more].concat()).exits(0).stdout
}

/// Where a program is; `None`, with the reason, where it is not.
fn installed(program: &str) -> Option<()> {
    let there = Command::new(program).arg("--version").output().is_ok();
    if !there {
        eprintln!("skipped: {program} is not installed");
    }
    there.then_some(())
}

/// What a reader in Python says of a text; `None`, with the reason, where it is not installed.
pub fn read_by_python(module: &str, kind: &str, text: &str) -> Option<serde_json::Value> {
    let has = Command::new(python()).args(["-c", &format!("import {module}")]).output();
    if !has.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: Python's {module} is not installed (`make oracles` does that)");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("text");
    std::fs::write(&path, text).unwrap();
    Some(
        super::place::oracle("read_units.py", &[Path::new(kind), &path])
            .unwrap_or_else(|said| panic!("{said}\n{text}")),
    )
}

/// Splits what is printed into its files, by the lines with their paths.
fn units(text: &str) -> Vec<(String, String)> {
    let mut units: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        match line.strip_prefix("# /etc/systemd/system/") {
            Some(name) => units.push((name.to_string(), String::new())),
            None => units.last_mut().expect("a path first").1.push_str(&format!("{line}\n")),
        }
    }
    units
}

#[test]
fn systemd_verifies_its_units_and_reads_their_times() {
    let night = two();
    let text = print(&night, "systemd", &[]);
    assert_eq!(text, print(&night, "systemd", &[]), "the same configuration, the same text");
    let found = units(&text);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    let expected =
        ["costmill-nightly.service", "costmill-nightly.timer", "costmill-showback.service", "costmill-showback.timer"];
    assert_eq!(names, expected);
    assert_eq!(units(&print(&night, "systemd", &["--job", "showback"])), found[2..]);
    let config = std::fs::canonicalize(night.path("costmill.toml")).unwrap();
    let program = env!("CARGO_BIN_EXE_costmill");
    for line in [
        format!("ExecStart={program} --config {} --quiet run\n", config.display()),
        format!("ExecStart={program} --config {} --quiet run --threads 2\n", config.display()),
        "SuccessExitStatus=3\n".into(),
        "EnvironmentFile=/etc/costmill/environment\n".into(),
        // 1 GiB, and half more.
        "MemoryHigh=1073741824\nMemoryMax=1610612736\n".into(),
        "OnCalendar=*-*-* 03:30:00 UTC\n".into(),
        "OnCalendar=*-*-12 06:00:00 UTC\n".into(),
    ] {
        assert!(text.contains(&line), "{line}\n{text}");
    }
    let Some(()) = installed("systemd-analyze") else { return };
    for (name, unit) in &found {
        night.write(&format!("units/{name}"), unit);
    }
    let paths = found.iter().map(|(name, _)| night.path(&format!("units/{name}")));
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no"]).args(paths).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    let ours: Vec<&str> = said.lines().filter(|line| line.contains("costmill")).collect();
    assert!(verified.status.success() && ours.is_empty(), "{said}");
    for (line, first) in
        [("*-*-* 03:30:00 UTC", "2027-01-30 03:30:00 UTC"), ("*-*-12 06:00:00 UTC", "2027-02-12 06:00:00 UTC")]
    {
        let asked = ["calendar", "--base-time=2027-01-30 00:00:00 UTC", line];
        let told = Command::new("systemd-analyze").args(asked).env("TZ", "UTC").output().unwrap();
        let told = String::from_utf8_lossy(&told.stdout).into_owned();
        assert!(told.contains(first), "{told}");
    }
}

#[test]
fn cron_reads_its_lines() {
    let night = two();
    let text = print(&night, "cron", &[]);
    let Some(jobs) = read_by_python("croniter", "cron", &text) else { return };
    let times =
        |job: usize| jobs[job]["times"].as_array().unwrap().iter().map(|time| time.as_str().unwrap().to_string());
    assert_eq!(times(0).collect::<Vec<_>>(), ["2027-01-30T03:30:00", "2027-01-31T03:30:00", "2027-02-01T03:30:00"]);
    assert_eq!(times(1).collect::<Vec<_>>(), ["2027-02-12T06:00:00", "2027-03-12T06:00:00", "2027-04-12T06:00:00"]);
    assert_eq!(jobs[1]["user"], "root");
}

/// What cron would give to its shell runs costmill with the variables of the file, and says its problems alone.
#[test]
fn the_line_of_cron_is_a_command() {
    let night = super::bucket::published();
    let config = night.read("costmill.toml");
    night.write("it's 100% mine/environment", "COSTMILL_OUTPUT=elsewhere\n");
    let job = format!(
        "[[job]]\nid = \"nightly\"\nat = \"03:30\"\nprogram = \"{}\"\nenvironment_file = \"{}\"\n\
         command = [\"status\", \"--as-of\", \"2026-11-05\"]\n",
        env!("CARGO_BIN_EXE_costmill"),
        night.path("it's 100% mine/environment").display()
    );
    night.write("costmill.toml", format!("{config}\n{job}"));
    let text = print(&night, "cron", &[]);
    let line = text.lines().last().unwrap();
    let command = line.splitn(7, ' ').last().unwrap().replace("\\%", "%");
    let output = Command::new("sh").args(["-c", &command]).current_dir("/").output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && said.contains("2026-09"), "{command}\n{said}");
}

#[test]
fn kubernetes_takes_its_objects() {
    let night = two();
    let text = print(&night, "kubernetes", &[]);
    let Some(objects) = read_by_python("kubernetes_validate", "kubernetes", &text) else { return };
    assert_eq!((&objects[0]["kind"], &objects[0]["name"]), (&"CronJob".into(), &"costmill-nightly".into()));
    assert_eq!(objects[1]["name"], "costmill-showback");
    let spec = &objects[1]["object"]["spec"];
    assert_eq!((&spec["schedule"], &spec["concurrencyPolicy"]), (&"0 6 12 * *".into(), &"Forbid".into()));
    let job = &spec["jobTemplate"]["spec"];
    assert_eq!((&job["backoffLimit"], &job["activeDeadlineSeconds"]), (&0.into(), &7200.into()));
    let pod = &job["template"]["spec"];
    assert_eq!((&pod["restartPolicy"], &pod["serviceAccountName"]), (&"Never".into(), &"billing".into()));
    let container = &pod["containers"][0];
    let home = std::fs::canonicalize(night.path("")).unwrap();
    assert_eq!(container["volumeMounts"][0]["mountPath"], home.to_str().unwrap());
    assert_eq!(container["args"].as_array().unwrap().len(), 7, "{container}");
    assert_eq!(
        objects[0]["object"]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]["envFrom"][0]["secretRef"]
            ["name"],
        "costmill-credentials"
    );
    // What wraps the command makes 0 of 3, and of nothing else.
    let wrapper: Vec<&str> =
        container["command"].as_array().unwrap().iter().map(|word| word.as_str().unwrap()).collect();
    for (status, expected) in [(0, 0), (1, 1), (3, 0), (4, 4)] {
        let of = Command::new(wrapper[0])
            .args(&wrapper[1..])
            .args(["sh", "-c", &format!("exit {status}")])
            .status()
            .unwrap();
        assert_eq!(of.code(), Some(expected));
    }
}

#[test]
fn a_job_that_cannot_be_scheduled_is_refused() {
    let one = |keys: &str| night(&format!("[[job]]\nid = \"n\"\nat = \"03:30\"\n{keys}"));
    for (keys, target, says) in [
        ("command = [\"fly\"]", "cron", "job n: unrecognized subcommand 'fly'\n  remedy: correct `command` of the job"),
        ("command = [\"run\", \"--lake\", \"x\"]", "cron", "--lake does not belong in a job"),
        ("", "kubernetes", "job n: names no image\n  remedy: add image = \"…\""),
        ("image = \"i\"", "kubernetes", "names no claim of a volume"),
    ] {
        one(keys).costmill(&["schedule", "--as", target]).exits(2).complains(says);
    }
    let outside = Night::new(&format!(
        "lake = \"/srv/lake\"\n{}\n[[job]]\nid = \"n\"\nat = \"03:30\"\nimage = \"i\"\nclaim = \"c\"\n",
        super::bucket::CONFIG
    ));
    let refused = outside.costmill(&["schedule", "--as", "kubernetes"]).exits(2);
    refused.complains("/srv/lake is not below the configuration's folder");
    night("").costmill(&["schedule", "--as", "cron"]).exits(2).complains("has no [[job]]");
    one("")
        .costmill(&["schedule", "--as", "cron", "--job", "x"])
        .exits(2)
        .complains("there is no [[job]] `x`\n  remedy: there are: n");
}

/// A unit is the configuration's: what the shell that prints it has is none of its own, and a folder of a delivery may be
/// missing.
#[test]
fn a_unit_holds_nothing_of_the_shell_that_prints_it() {
    let night = night(
        "[[deliver]]\nto = \"share $x\"\n[[job]]\nid = \"nightly\"\nat = \"03:30\"\nimage = \"i\"\nclaim = \"c\"\n",
    );
    let home = std::fs::canonicalize(night.path("")).unwrap();
    let plain = print(&night, "systemd", &[]);
    let home = home.display();
    assert!(plain.contains(&format!("ReadWritePaths={home}/lake {home}/out \"-{home}/share $x\"\n")), "{plain}");
    assert!(plain.contains(&format!("WorkingDirectory={home}\n")), "{plain}");
    let call = super::support::Costmill::new().cwd(&night.path(""));
    let call = call.env("COSTMILL_LAKE", "/elsewhere/lake").env("COSTMILL_OUTPUT", "/elsewhere/out");
    let told = call.args(["schedule", "--as", "systemd", "--lake", "/third"]).run().exits(0);
    assert_eq!(told.stdout, plain);
    let cron = print(&night, "cron", &[]);
    assert!(cron.contains(&format!("cd {home} && exec nice -n 10 timeout --verbose -k 5m 12h ")), "{cron}");

    // A lake in a store has its cache where the service has its own.
    let config = night.read("costmill.toml");
    night.write("costmill.toml", format!("lake = \"s3://costs/lake\"\n{config}"));
    let call = || super::support::Costmill::new().cwd(&night.path("")).env("XDG_CACHE_HOME", "/home/me/.cache");
    let told = call().args(["schedule", "--as", "systemd"]).run().exits(0).says("CacheDirectory=costmill\n");
    told.says("Environment=XDG_CACHE_HOME=%C\n").says(&format!("ReadWritePaths={home}/out \""));
    let told = call().args(["schedule", "--as", "kubernetes"]).run().exits(2);
    told.complains("its cache has no place on the volume").complains("say cache = ");
}
