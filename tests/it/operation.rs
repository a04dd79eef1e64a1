//! Unattended runs: the record that each leaves, the log for programs, and the hooks that are told.

mod webhook;

use super::bucket::{Bill, CONFIG, PERIOD, part, published};
use super::night::SMALL_CATALOGUE;
use super::place::{AS_OF, Night, files};
use super::support::{Costmill, Outcome};
use serde_json::{Value, json};
use std::fs;
use webhook::Server;

/// In the environment of a run: nothing may show it.
const SECRET: &str = "HUSH0000PLANTED0000HOOK";

fn run(night: &Night, arguments: &[&str]) -> Outcome {
    night.costmill(&[&["run", "--as-of", AS_OF, "--record", "record.json"], arguments].concat())
}

fn record(night: &Night) -> Value {
    serde_json::from_str(&night.read("record.json")).expect("JSON")
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let all = value.as_array().expect("an array").iter();
    all.map(|item| item[key].as_str().unwrap_or_default().to_string()).collect()
}

/// What the lake keeps of runs, oldest first.
fn kept(night: &Night) -> Vec<Value> {
    let events = files(night.path("lake/runs")).into_values();
    events.map(|bytes| serde_json::from_slice::<Value>(&bytes).expect("JSON")["event"].take()).collect()
}

#[test]
fn a_run_leaves_a_record_of_what_it_did() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    run(&night, &[]).exits(0).says("published version 0");
    let first = record(&night);
    let status = night.status();
    assert_eq!((&first["status"], &first["outcome"], &first["version"]), (&json!(0), &json!("all done"), &json!(0)));
    assert_eq!((&first["as_of"], &first["offline"], &first["format"]), (&json!(AS_OF), &json!(false), &json!(1)));
    // What it says of money is what was published.
    let slot = &status["slots"][0];
    let expected = json!([{ "source": "aws", "billing_period": "2026-09", "rows": slot["rows"], "BilledCost": slot["BilledCost"] }]);
    assert_eq!(first["published"], expected);
    assert_eq!(first["rows_published"], slot["rows"]);
    let bytes: usize = (1..=3).map(|number| fs::read(night.path(&part(PERIOD, number))).unwrap().len()).sum();
    let source = json!({
        "source": "aws", "deliveries": 1, "landed": 1, "unchanged": 0, "refused": 0, "waiting": 0,
        "bytes_fetched": 0, "bytes_read": bytes, "rows_landed": 45,
    });
    assert_eq!(first["sources"], json!([source]));
    assert_eq!(
        (&first["bytes_read"], &first["bytes_fetched"], &first["rows_landed"]),
        (&json!(bytes), &json!(0), &json!(45))
    );
    let stages = texts(&first["stages"], "stage");
    assert!(
        ["land", "normalise", "prove", "publish"].iter().all(|stage| stages.contains(&(*stage).to_string())),
        "{stages:?}"
    );
    assert!(first["peak_memory_bytes"].as_u64().is_some_and(|bytes| bytes > 1 << 20), "{first}");
    assert!(first["started"].as_str() <= first["ended"].as_str());
    assert_eq!(first["told"], json!([]));

    run(&night, &[]).exits(0).says("nothing new");
    let second = record(&night);
    assert_eq!(
        (&second["version"], &second["published"], &second["rows_landed"]),
        (&Value::Null, &json!([]), &json!(0))
    );
    assert_eq!((&second["sources"][0]["landed"], &second["sources"][0]["unchanged"]), (&json!(0), &json!(1)));
    assert_eq!(kept(&night), [first.clone(), second.clone()], "the lake keeps what --record writes");
    // Status has them, newest first, with their numbers.
    let runs = night.status()["runs"].take();
    let numbered = |number: u64, mut record: Value| {
        record["run"] = json!(number);
        record
    };
    assert_eq!(runs, json!([numbered(2, second), numbered(1, first)]));
}

/// `-` is standard output: with the log elsewhere, the record is all of it.
#[test]
fn the_record_goes_to_standard_output_too() {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    let told = night.costmill(&["run", "--as-of", AS_OF, "--record", "-", "--log-format", "json"]).exits(0);
    let record: Value = serde_json::from_str(&told.stdout).expect("one object");
    assert_eq!(record["status"], json!(0));
}

#[test]
fn a_run_that_fails_leaves_a_record_too() {
    // No lake: none is made for it, and the file has it.
    let night = Night::new(CONFIG);
    night.write("small/queries/metric/bad.sql", "SELECT");
    run(&night, &[]).exits(2);
    assert!(!night.path("lake").exists());
    assert_eq!(record(&night)["status"], json!(2));

    // A delivery that does not read.
    let night = published();
    Bill::hand_worked().of_august().deliver(&night);
    let broken = part(PERIOD, 2);
    night.write(&broken, "no gzip");
    let told = run(&night, &[]);
    let last = record(&night);
    assert_eq!((last["status"].as_i64(), told.status != 0), (Some(i64::from(told.status)), true));
    let errors: Vec<&Value> = last["told"].as_array().unwrap().iter().filter(|told| told["level"] == "error").collect();
    assert!(!errors.is_empty());
    for error in errors {
        // The words of standard error.
        let words = format!("{}: {}\n  remedy: {}", text(error, "place"), text(error, "what"), text(error, "remedy"));
        assert!(told.stderr.contains(&words), "{words}\n{}", told.stderr);
        assert_eq!((&error["kind"], &error["source"]), (&json!("source"), &json!("aws")));
    }
    assert_eq!(kept(&night).last(), Some(&last));

    // Before the lake is opened, where there is one.
    night.write("small/queries/metric/bad.sql", "SELECT");
    run(&night, &[]).exits(2);
    assert_eq!((kept(&night).len(), &kept(&night)[2]["status"]), (3, &json!(2)));

    // A figure that does not tie.
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run_armed("normalise.edit_value").exits(4);
    let last = kept(&night).remove(0);
    assert_eq!((&last["status"], &last["outcome"]), (&json!(4), &json!("totals do not tie")));
    let tie = &last["told"][0];
    assert_eq!(
        (&tie["kind"], &tie["source"], &tie["billing_period"]),
        (&json!("tie"), &json!("aws"), &json!("2026-09"))
    );
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Who does not hold the lake writes nothing there.
#[test]
fn a_run_beside_another_keeps_no_record_in_the_lake() {
    let night = published();
    let held = fs::File::options().write(true).open(night.path("lake/.lock")).unwrap();
    held.lock().unwrap();
    run(&night, &[]).exits(1).complains("holds the lake");
    assert_eq!((kept(&night).len(), &record(&night)["status"]), (1, &json!(1)));
}

/// Times and lengths of time, which differ from run to run, made the same.
fn masked(text: &str) -> String {
    let mut masked = String::new();
    for line in text.lines().filter(|line| !line.starts_with('-')) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let word = |at: usize, word: &str| match word {
            word if word.len() == 20 && word.ends_with('Z') => "(time)".to_string(),
            word if words.get(at + 1) == Some(&"s") && word.parse::<u64>().is_ok() => "(n)".to_string(),
            word => word.to_string(),
        };
        let words: Vec<String> = words.iter().enumerate().map(|(at, text)| word(at, text)).collect();
        masked += &format!("{}\n", words.join(" "));
    }
    masked
}

#[test]
fn status_tells_the_last_runs_and_what_the_newest_said() {
    let night = published();
    Bill::hand_worked().of_august().deliver(&night);
    night.write(&part(PERIOD, 2), "no gzip");
    let told = night.run();
    let place = told.stderr.lines().next().unwrap().strip_prefix("error: source: ").unwrap().to_string();
    let text = night.costmill(&["status", "--as-of", AS_OF]).exits(0).stdout;
    let runs = text.split_once("\nrun ").expect("the runs").1;
    let expected = format!(
        "started took as of status published told late new findings\n\
         2 (time) (n) s {AS_OF} {status} 0 2 0 0\n\
         1 (time) (n) s {AS_OF} 0 1 0 0 0\n\
         run 2: status {status}, failed, nothing new published\n\
         error: {place}\n\
         warning: nothing new was published; published before and unchanged: aws 2026-09\n",
        status = told.status
    );
    assert_eq!(masked(runs), expected);
}

/// A record that does not read is told and stops nothing.
#[test]
fn a_damaged_record_stops_no_status() {
    let night = published();
    night.write("lake/runs/00000001-run.json", "{");
    night.costmill(&["status"]).exits(0).says("its record does not read");
    assert!(night.status()["runs"][0]["unreadable"].as_str().unwrap().contains("00000001-run.json"));
    night.run().exits(0);
    assert_eq!(files(night.path("lake/runs")).len(), 2);
}

#[test]
fn every_line_of_the_log_is_an_object() {
    let night = published();
    Bill::hand_worked().of_august().deliver(&night);
    night.write(&part(PERIOD, 2), "no gzip");
    let told = run(&night, &["--log-format", "json", "--timings"]);
    assert_ne!(told.status, 0);
    let lines: Vec<Value> = told.stderr.lines().map(|line| serde_json::from_str(line).expect(line)).collect();
    assert!(lines.iter().all(|line| line["time"].as_str().is_some_and(|time| time.ends_with('Z'))));
    let error = lines.iter().find(|line| line["level"] == "error").expect("an error");
    let keys = ["message", "place", "remedy", "source", "period"].map(|key| error[key].as_str().unwrap_or_default());
    assert!(keys.iter().all(|text| !text.is_empty()), "{error}");
    assert_eq!((keys[3], keys[4]), ("aws", "2026-09"));
    assert!(lines.iter().any(|line| line["level"] == "info" && text(line, "message").starts_with("land aws")));
    assert!(lines.iter().any(|line| line["level"] == "warning"));
    // Standard output has the answer alone.
    assert!(told.stdout.starts_with("processor time: ") && told.stdout.lines().count() == 1, "{}", told.stdout);
    // Quiet leaves out what is no problem; other commands take the flag as well.
    let told = run(&night, &["--log-format", "json", "-q"]);
    assert!(!told.stderr.contains("\"info\"") && told.stdout.is_empty());
    let told = night.costmill(&["--log-format", "json", "query", "SELECT 1 FROM nowhere"]).exits(2);
    let line: Value = serde_json::from_str(told.stderr.trim()).expect("one object");
    assert_eq!(line["level"], json!("error"));
}

/// A hook that writes what it is given, and of what it is told, to files of its name.
fn writing(name: &str, on: &str) -> String {
    let script = format!("cat > {name}.json && echo \\\"$COSTMILL_HOOK_ON\\\" > {name}.on");
    format!("[[hook]]\non = {on}\ncommand = [\"/bin/sh\", \"-c\", \"{script}\"]\n")
}

fn with(night: &Night, more: &str) {
    let config = fs::read_to_string(night.path("costmill.toml")).unwrap();
    night.write("costmill.toml", format!("{config}{more}"));
}

/// Each hook's file, where it was told, is taken away again.
fn told(night: &Night, name: &str) -> Option<(Value, String)> {
    let json = fs::read(night.path(&format!("{name}.json"))).ok()?;
    let on = night.read(&format!("{name}.on")).trim().to_string();
    fs::remove_file(night.path(&format!("{name}.json"))).unwrap();
    Some((serde_json::from_slice(&json).expect("the run's JSON"), on))
}

#[test]
fn a_hook_is_told_on_its_occasions_and_on_no_other() {
    let night = Night::new(CONFIG);
    night.write("small/queries/waste/machines.sql", SMALL_CATALOGUE[1].1);
    let hooks = [
        writing("bad", "[\"failure\"]"),
        writing("late", "[\"late\"]"),
        writing("found", "[\"new_findings\"]"),
        writing("out", "[\"published\", \"failure\"]"),
    ];
    with(&night, &hooks.concat());
    Bill::hand_worked().deliver(&night);
    night.run().exits(0);
    assert_eq!((told(&night, "bad"), told(&night, "late")), (None, None));
    let (json, on) = told(&night, "found").expect("the first night's findings are new");
    assert_eq!((on.as_str(), json["new_findings"]["count"].as_u64() > Some(0)), ("new_findings", true));
    assert!(json["new_findings"]["monthly_saving"].as_object().is_some_and(|savings| !savings.is_empty()), "{json}");
    let (json, on) = told(&night, "out").expect("a publication");
    assert_eq!((on.as_str(), &json["published"][0]["billing_period"]), ("published", &json!("2026-09")));
    let hooks = kept(&night)[0]["hooks"].clone();
    assert_eq!(texts(&hooks, "hook"), ["/bin/sh", "/bin/sh"]);
    assert_eq!((&hooks[0]["on"], &hooks[1]["done"]), (&json!(["new_findings"]), &json!(true)));

    // Nothing happens, and nobody is told.
    night.run().exits(0);
    assert!(["bad", "late", "found", "out"].iter().all(|name| told(&night, name).is_none()));

    // It fails.
    night.run_armed("normalise.edit_value").exits(0);
    let bill = Bill::hand_worked().set(1, "lineItem/UnblendedCost", "77.5");
    bill.deliver(&night);
    night.run_armed("normalise.edit_value").exits(4);
    let (json, on) = told(&night, "bad").expect("a failure");
    assert_eq!((on.as_str(), &json["status"]), ("failure", &json!(4)));
    assert_eq!(told(&night, "out").expect("the same").1, "failure");
    assert!(told(&night, "late").is_none() && told(&night, "found").is_none());

    // It is late: the newest day is weeks ago, and the source says that this is too long.
    let config =
        night.read("costmill.toml").replace("location = \"exports\"", "location = \"exports\"\nlate_after_days = 3");
    night.write("costmill.toml", config);
    night.run().exits(3);
    let (json, on) = told(&night, "late").expect("late data");
    let late: Vec<&Value> = json["told"].as_array().unwrap().iter().filter(|told| told["late"] == true).collect();
    assert_eq!((on.as_str(), late.len(), &late[0]["source"]), ("late", 1, &json!("aws")));
    assert_eq!(json["gaps"][0]["gap"], json!("late feed"));
    assert!(told(&night, "bad").is_none());
}

/// One cloud fails, another publishes: nothing has failed by the status, and nothing is late.
#[test]
fn a_source_that_cannot_be_looked_at_is_a_problem_to_be_told() {
    let night = Night::new(CONFIG);
    with(&night, "[[source]]\nid = \"gone\"\nformat = \"aws-cur-legacy\"\nlocation = \"nowhere\"\n");
    with(&night, &[writing("bad", "[\"failure\", \"late\"]"), writing("left", "[\"problem\"]")].concat());
    Bill::hand_worked().deliver(&night);
    night.run().exits(3).complains("nowhere");
    let (json, on) = told(&night, "left").expect("a problem");
    assert_eq!((on.as_str(), &json["told"][0]["source"]), ("problem", &json!("gone")));
    assert!(told(&night, "bad").is_none());
    fs::create_dir_all(night.path("nowhere")).unwrap();
    night.run();
    assert!(told(&night, "left").is_none(), "it is put right");
}

#[test]
fn a_hook_that_fails_is_told_and_makes_a_good_run_no_better() {
    for (hook, says) in [
        ("command = [\"/bin/sh\", \"-c\", \"echo HUSH; exit 7\"]", "ended with exit status: 7"),
        ("command = [\"/nonexistent/program\"]", "cannot be started"),
        ("command = [\"/bin/sh\", \"-c\", \"while :; do :; done\"]\ntimeout_seconds = 1", "has not ended within 1 s"),
    ] {
        let night = Night::new(CONFIG);
        Bill::hand_worked().deliver(&night);
        with(&night, &format!("[[hook]]\non = [\"published\", \"failure\"]\n{hook}\n"));
        let told = run(&night, &[]).exits(3).complains(says);
        assert!(!told.stderr.contains("HUSH") && !told.stdout.contains("HUSH"));
        let last = record(&night);
        assert_eq!(
            (&last["status"], &last["hooks"][0]["done"], &last["version"]),
            (&json!(3), &json!(false), &json!(0))
        );
        // A worse status stays what it is.
        Bill::hand_worked().set(1, "lineItem/UnblendedCost", "77.5").deliver(&night);
        night.run_armed("normalise.edit_value").exits(4).complains(says);
    }
}

/// What a hook started ends with it, and its program is one beside the configuration.
#[cfg(unix)]
#[test]
fn a_hook_that_is_ended_takes_its_children_along() {
    use std::os::unix::fs::PermissionsExt;
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.write("tell.sh", "#!/bin/sh\nsleep 3600 &\necho $! >\"${0%/*}/child\"\nwait\n");
    fs::set_permissions(night.path("tell.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    with(&night, "[[hook]]\non = [\"published\"]\ncommand = [\"./tell.sh\"]\ntimeout_seconds = 1\n");
    let config = night.path("costmill.toml");
    let call = Costmill::new().cwd(std::path::Path::new("/")).args(["run", "--as-of", AS_OF, "--config"]);
    call.args([config.as_os_str()]).run().exits(3).complains("has not ended within 1 s, and was ended");
    let child = night.read("child");
    // Ended, and perhaps not yet waited for by whoever inherits it.
    let state = fs::read_to_string(format!("/proc/{}/stat", child.trim())).unwrap_or_else(|_| ") Z".into());
    assert!(state.contains(") Z") || state.contains(") X"), "{state}");
}

#[test]
fn a_webhook_is_posted_to_until_it_answers_and_keeps_its_secret() {
    let server = Server::answering(&[(503, "retry-after: 0\r\n"), (429, ""), (200, "")]);
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.write("headers", format!("X-Ops: {SECRET}-header\n"));
    let url = &server.url;
    with(
        &night,
        &format!(
            "[[hook]]\non = [\"published\"]\nwebhook = \"{url}/HUSHPATH\"\nallow_http = true\nsecret_env = \"OPS_TOKEN\"\n\
             header_file = \"headers\"\n"
        ),
    );
    let call = |night: &Night| {
        let call = Costmill::new().cwd(&night.path("")).args(["run", "--as-of", AS_OF, "--log-format", "json"]);
        call.env("OPS_TOKEN", SECRET).run()
    };
    let told = call(&night).exits(0);
    let asked = server.asked();
    assert_eq!(asked.len(), 3, "{asked:?}");
    for request in &asked {
        assert_eq!(request.line, "POST /HUSHPATH HTTP/1.1");
        assert_eq!(request.header("authorization"), format!("Bearer {SECRET}"));
        assert_eq!(request.header("x-ops"), format!("{SECRET}-header"));
        assert_eq!(
            (request.header("content-type"), request.header("x-costmill-on")),
            ("application/json", "published")
        );
        let json: Value = serde_json::from_str(&request.body).expect("the run's JSON");
        assert_eq!(json["published"][0]["source"], json!("aws"));
    }
    // A no is believed, and nothing of it is shown but its number.
    let server = Server::answering(&[(403, "")]);
    let config =
        night.read("costmill.toml").replace(url, &server.url).replace("\"published\"", "\"published\", \"failure\"");
    night.write("costmill.toml", config);
    Bill::hand_worked().set(1, "lineItem/UnblendedCost", "77.5").deliver(&night);
    let refused = call(&night).exits(3).complains("answers 403");
    assert_eq!(server.asked().len(), 1);
    // Nor is a server that is away; and without the secret nobody is asked.
    drop(server);
    let missing = night.costmill(&["run", "--as-of", AS_OF]);
    assert_eq!(missing.status, 0, "nothing was published: {}", missing.stderr);
    for outcome in [&told, &refused] {
        for hidden in [SECRET, "HUSHPATH", "HUSHBODY"] {
            assert!(!outcome.stdout.contains(hidden) && !outcome.stderr.contains(hidden), "{}", outcome.stderr);
        }
    }
    for (name, bytes) in files(night.path("")).iter().filter(|(name, _)| *name != "costmill.toml" && *name != "headers")
    {
        for hidden in [SECRET, "HUSHPATH", "HUSHBODY"] {
            assert!(!String::from_utf8_lossy(bytes).contains(hidden), "{hidden} stands in {name}");
        }
    }
}

/// The path, the headers and the JSON are for whom the configuration names.
#[test]
fn a_webhook_that_sends_elsewhere_is_not_followed() {
    let elsewhere = Server::answering(&[(200, "")]);
    let to: &'static str = format!("location: {}/x\r\n", elsewhere.url).leak();
    for status in [302, 307] {
        let server = Server::answering(&[(status, to)]);
        let night = Night::new(CONFIG);
        Bill::hand_worked().deliver(&night);
        let url = &server.url;
        with(&night, &format!("[[hook]]\non = [\"published\"]\nwebhook = \"{url}\"\nallow_http = true\n"));
        run(&night, &[]).exits(3).complains(&format!("answers {status}, which sends to another place"));
        assert_eq!((server.asked().len(), elsewhere.asked().len()), (1, 0));
    }
}

/// The URL itself may be the secret: then it comes from a file.
#[test]
fn a_webhook_may_be_in_a_file_and_its_secret_must_be_there() {
    let server = Server::answering(&[(204, "")]);
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.write("url", format!("{}/services?token={SECRET}\n", server.url));
    with(&night, "[[hook]]\non = [\"published\"]\nwebhook_file = \"url\"\nallow_http = true\n");
    let told = run(&night, &[]).exits(0);
    assert_eq!(server.asked()[0].line, format!("POST /services?token={SECRET} HTTP/1.1"));
    assert!(!told.stdout.contains(SECRET) && !night.read("record.json").contains(SECRET));

    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.write("url", format!("http://ops.example.com/{SECRET}"));
    with(&night, "[[hook]]\non = [\"published\"]\nwebhook_file = \"url\"\nallow_http = true\n");
    let told = run(&night, &[]).exits(3).complains("is without TLS, and not on this machine");
    assert!(!told.stderr.contains(SECRET));
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    with(&night, "[[hook]]\non = [\"published\"]\nwebhook = \"https://127.0.0.1:1/x\"\nsecret_env = \"OPS_TOKEN\"\n");
    run(&night, &[]).exits(3).complains("OPS_TOKEN: the environment variable that secret_env names is not set");
}
