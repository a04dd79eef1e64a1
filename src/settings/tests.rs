//! The configuration as a user meets it: precedence, paths, and the words of every refusal.

use super::*;
use crate::Result;
use std::path::Path;

const FORMATS: [&str; 2] = ["aws-cur-legacy", "focus"];
const SOURCE: &str = "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"cur\"\n";

/// Settles `text` as `conf/costmill.toml` of a fresh folder; paths come back relative to that folder.
fn resolve(text: &str, overrides: Overrides, environment: Environment) -> Result<Settings> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("conf/costmill.toml");
    std::fs::create_dir(config.parent().unwrap()).unwrap();
    std::fs::write(&config, text).unwrap();
    if text.contains("accounts.csv") {
        std::fs::write(config.with_file_name("accounts.csv"), "SubAccountId\n").unwrap();
    }
    if text.contains("\ncontrol_totals = ") {
        std::fs::write(config.with_file_name("totals.csv"), "billing_period,metric,currency,amount,from\n").unwrap();
    }
    if text.contains("\n[currency]") {
        std::fs::write(config.with_file_name("rates.csv"), "month,from,to,rate,source\n2026-09,USD,EUR,0.9,ECB\n")
            .unwrap();
    }
    if text.contains("\nsuppressions = ") {
        std::fs::write(config.with_file_name("suppressions.toml"), "").unwrap();
    }
    let overrides = Overrides { config: Some(config), ..overrides };
    let relative = |path: PathBuf| path.strip_prefix(folder.path()).map(Path::to_path_buf).unwrap_or(path);
    let mut settings = Settings::resolve(overrides, environment, &FORMATS).map_err(|error| match error {
        crate::Error::Settings(mut problem) => {
            problem.place = problem.place.replace(&format!("{}/conf/", folder.path().display()), "");
            crate::Error::Settings(problem)
        }
        other => other,
    })?;
    settings.lake.folder = relative(settings.lake.folder);
    settings.output = relative(settings.output);
    settings.catalogue = settings.catalogue.map(relative);
    settings.sources.iter_mut().for_each(|source| source.location = relative(source.location.clone()));
    Ok(settings)
}

fn from_file(text: &str) -> Settings {
    resolve(text, Overrides::default(), Environment::default()).unwrap()
}

fn refusal(text: &str) -> String {
    resolve(text, Overrides::default(), Environment::default()).unwrap_err().to_string()
}

/// A delivery takes away what it delivered, and an export that holds deliveries is none.
#[test]
fn nothing_is_delivered_where_a_run_reads_or_keeps_its_own() {
    let refused = |to: &str, lake: &str| {
        let source = "[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\n";
        let text = format!(
            "lake = \"{lake}\"\n{source}location = \"exports/aws\"\n{}location = \"s3://bills/cur\"\n[tags]\ncoverage_key = \"team\"\n\
             [[deliver]]\nto = \"{to}\"\n",
            source.replace("aws\"\nformat", "s3\"\nformat")
        );
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("costmill.toml");
        std::fs::write(&path, text).unwrap();
        let overrides = Overrides { config: Some(path), ..Overrides::default() };
        let resolved = Settings::resolve(overrides, Environment::default(), &["aws-cur-legacy"]);
        resolved.err().map(|error| error.to_string()).unwrap_or_default()
    };
    for (to, what) in [
        ("lake", "the lake"),
        ("lake/pages", "the lake"),
        (".", "the output"),
        ("out", "the output"),
        ("out/x", "the output"),
        ("exports", "the location of source aws"),
        ("exports/aws/x", "the location of source aws"),
        ("s3://bills", "the location of source s3"),
        ("s3://bills/cur/x", "the location of source s3"),
    ] {
        let message = refused(to, "lake");
        assert!(message.contains(&format!("in the place of {what}")), "{to}: {message}");
    }
    assert!(refused("s3://pages/lake/x", "s3://pages/lake").contains("in the place of the lake"));
    for free in ["share", "s3://bills/pages", "s3://bills/curious", "lake2"] {
        assert_eq!(refused(free, "lake"), "", "{free}");
    }
}

#[test]
fn defaults_are_small_and_beside_the_file() {
    let settings = from_file(SOURCE);
    assert_eq!((settings.lake, settings.output), ("conf/lake".into(), "conf/out".into()));
    assert_eq!((settings.memory_limit, settings.catalogue, settings.as_of), (1 << 30, None, None));
    assert!(settings.threads >= 1 && settings.periods.is_empty() && settings.fault.is_none() && !settings.quiet);
    assert_eq!((settings.sources.len(), settings.sources[0].money_basis), (1, BasisChoice::Auto));
    assert_eq!(settings.sources[0].location, Path::new("conf/cur"));
    assert_eq!(settings.tags, Tags::default());
}

#[test]
fn every_key_of_the_file_arrives() {
    let settings = from_file(
        r#"
        lake = "/srv/lake"
        output = "../pages"
        catalogue = "mine"
        memory_limit = "512MiB"
        threads = 3
        [[source]]
        id = "loose-1"
        format = "focus"
        location = "."
        money_basis = "net"
        [[source.file_set]]
        billing_periods = ["2023-11", "2023-12"]
        files = ["a.csv", "b/c.csv.gz"]
        [tags]
        coverage_key = "owner"
        [tags.dimensions]
        team = ["team", "Team"]
        cost_centre = ["CostCenter"]
        "#,
    );
    assert_eq!((settings.lake, settings.output), ("/srv/lake".into(), "conf/../pages".into()));
    assert_eq!((settings.catalogue, settings.memory_limit, settings.threads), (Some("conf/mine".into()), 512 << 20, 3));
    let source = &settings.sources[0];
    assert_eq!((source.id.as_str(), source.money_basis), ("loose-1", BasisChoice::Net));
    let set = &source.file_sets[0];
    assert_eq!(set.billing_periods.iter().map(ToString::to_string).collect::<Vec<_>>(), ["2023-11", "2023-12"]);
    assert_eq!(set.files, ["a.csv", "b/c.csv.gz"]);
    assert_eq!(settings.tags.coverage_key.as_deref(), Some("owner"));
    let dimensions: Vec<_> =
        settings.tags.dimensions.iter().map(|d| format!("{}={}", d.name, d.keys.join("|"))).collect();
    assert_eq!(dimensions, ["cost_centre=CostCenter", "owner=owner", "team=team|Team"]);
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let text = format!("lake = \"file\"\noutput = \"file\"\nthreads = 1\n{SOURCE}");
    let environment = Environment { lake: Some("env".into()), output: Some("env".into()), ..Environment::default() };
    let settings = resolve(&text, Overrides::default(), environment.clone()).unwrap();
    assert_eq!((settings.lake, settings.output, settings.threads), ("env".into(), "env".into(), 1));
    let flags = Overrides { lake: Some("flag".into()), threads: Some(4), ..Overrides::default() };
    let settings = resolve(&text, flags, environment).unwrap();
    assert_eq!((settings.lake, settings.output, settings.threads), ("flag".into(), "env".into(), 4));
}

#[test]
fn the_environment_names_the_config_when_no_flag_does() {
    let environment = Environment { config: Some("nowhere/from-env.toml".into()), ..Environment::default() };
    let error = Settings::resolve(Overrides::default(), environment, &FORMATS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "settings: nowhere/from-env.toml: there is no such configuration file\n  \
         remedy: write one with `costmill init`, or name yours with --config"
    );
    assert_eq!(error.exit_code(), 2);
}

#[test]
fn periods_are_sorted_and_single() {
    let month = |text: &str| text.parse().unwrap();
    let overrides =
        Overrides { periods: vec![month("2026-10"), month("2026-09"), month("2026-10")], ..Overrides::default() };
    let settings = resolve(SOURCE, overrides, Environment::default()).unwrap();
    assert_eq!(settings.periods, [month("2026-09"), month("2026-10")]);
}

/// Each refusal names the line, what is wrong there, and what to do.
#[test]
fn refusals_name_line_and_remedy() {
    let set = |periods: &str, files: &str| {
        format!("{SOURCE}[[source.file_set]]\nbilling_periods = {periods}\nfiles = {files}\n")
    };
    let tags = |text: &str| format!("{SOURCE}[tags]\n{text}\n");
    for (text, expected) in [
        (format!("lak = \"x\"\n{SOURCE}"), "costmill.toml:1: unknown key `lak`|did you mean `lake`?"),
        (format!("{SOURCE}fromat = \"focus\""), "costmill.toml:5: unknown key `fromat`|did you mean `format`?"),
        (format!("{SOURCE}role = \"shade\""), "costmill.toml:5: unknown value `shade`|did you mean `shadow`?"),
        (format!("{SOURCE}role = \"shadow\""), "costmill.toml: every source is a shadow|leave `role` out"),
        (format!("{SOURCE}disjoint_from = [\"aws\"]"), "costmill.toml:5: a source overlaps with itself|another source"),
        (format!("{SOURCE}disjoint_from = [\"gcp\"]"), "costmill.toml:5: there is no source `gcp`|use one of `aws`"),
        (format!("{SOURCE}sub_accounts = [\"1\"]"), "costmill.toml:5: only a shadow is compared by sub account|role"),
        (SOURCE.replace("[[source]]", "[[sources]]"), "costmill.toml:1: unknown key `sources`|did you mean `source`?"),
        (
            format!("{SOURCE}late_after_days = 0"),
            "costmill.toml:5: late_after_days = 0 is impossible|use 1 to 366 days",
        ),
        (
            format!("{SOURCE}role = \"shadow\"\nmay_be_silent = [\"1\"]\n{SOURCE}").replacen("\"aws\"", "\"two\"", 1),
            "costmill.toml:6: a shadow has no gaps that are told|the source that is published",
        ),
        (format!("{SOURCE}money_basis = \"nett\""), "costmill.toml:5: unknown value `nett`|did you mean `net`?"),
        (set("[\"2026-10\"]", "[\"a\"]") + "file = 1", "costmill.toml:8: unknown key `file`|did you mean `files`?"),
        (tags("coverge_key = \"a\""), "costmill.toml:6: unknown key `coverge_key`|did you mean `coverage_key`?"),
        (SOURCE.replace("id = \"aws\"\n", ""), "costmill.toml:1: missing field `id`|"),
        (format!("threads = \"2\"\n{SOURCE}"), "costmill.toml:1: invalid type: string \"2\", expected a whole number|"),
        (format!("lake = \n{SOURCE}"), "costmill.toml:1: |"),
        (String::new(), "costmill.toml: no [[source]] is configured|add a [[source]]"),
        (format!("{SOURCE}{SOURCE}"), "costmill.toml:6: the source id `aws` is already taken on line 2|"),
        (SOURCE.replace("\"aws\"", "\"AWS\""), "costmill.toml:2: `AWS` cannot be a source id|lower-case"),
        (SOURCE.replace("\"aws\"", "\"\""), "costmill.toml:2: `` cannot be a source id|"),
        (
            SOURCE.replace("aws-cur-legacy", "aws-cur"),
            "costmill.toml:3: unknown export format `aws-cur`|`aws-cur-legacy`",
        ),
        (SOURCE.replace("\"cur\"", "\"ftp://b/p\""), "costmill.toml:4: there is no store of the kind `ftp://`|"),
        (format!("output = \"s3://b/p\"\n{SOURCE}"), "costmill.toml:1: `s3://b/p` is a URL|"),
        (SOURCE.replace("\"cur\"", "\"\""), "costmill.toml:4: the path is empty|"),
        (set("[\"2026-1\"]", "[\"a\"]"), "costmill.toml:6: `2026-1` is not a billing period|write it as 2026-10"),
        (set("[]", "[\"a\"]"), "costmill.toml:6: the file set names no billing period|"),
        (set("[\"2026-10\", \"2026-10\"]", "[\"a\"]"), "costmill.toml:6: 2026-10 is named twice|"),
        (set("[\"2026-10\"]", "[]"), "costmill.toml:7: the file set names no file|"),
        (set("[\"2026-10\"]", "[\"a\",\n\"a\"]"), "costmill.toml:8: the file `a` is already named on line 7|"),
        (set("[\"2026-10\"]", "[\"../a\"]"), "costmill.toml:7: `../a` is not a file inside|"),
        (set("[\"2026-10\"]", "[\"/a\"]"), "costmill.toml:7: `/a` is not a file inside|"),
        (format!("memory_limit = \"1GB\"\n{SOURCE}"), "costmill.toml:1: `1GB` is not a memory size|KiB, MiB or GiB"),
        (format!("memory_limit = \"64MiB\"\n{SOURCE}"), "costmill.toml:1: `64MiB` is too little|at least 256MiB"),
        (format!("threads = 0\n{SOURCE}"), "costmill.toml:1: threads = 0 is impossible|"),
        (
            tags("coverage_key = \"Cost Center\""),
            "costmill.toml:6: coverage_key `Cost Center` is not|[tags.dimensions]",
        ),
        (
            tags("dimensions = { Team = [\"t\"], team = [\"u\"] }"),
            "costmill.toml:6: the tag dimension `team` differs from line 6 only by case|",
        ),
        (tags("dimensions = { \"a b\" = [\"t\"] }"), "costmill.toml:6: `a b` cannot name a tag dimension|x_Tag_<name>"),
        (tags("dimensions = { a = [] }"), "costmill.toml:6: the tag dimension `a` lists no tag key|"),
        (tags("dimensions = { a = [\"x\", \"x\"] }"), "costmill.toml:6: the tag key `x` is empty or listed twice|"),
    ] {
        let (what, remedy) = expected.split_once('|').unwrap();
        let message = refusal(&text);
        let (first, second) = message.split_once("\n  remedy: ").unwrap_or((message.as_str(), ""));
        assert!(first.starts_with(&format!("settings: {what}")) && second.contains(remedy), "{text}\n→ {message}");
        assert!(!second.is_empty(), "no remedy: {message}");
    }
}

#[test]
fn an_unreadable_file_is_told_from_a_missing_one() {
    let folder = tempfile::tempdir().unwrap();
    let overrides = |path: &Path| Overrides { config: Some(path.to_path_buf()), ..Overrides::default() };
    let latin = folder.path().join("latin.toml");
    std::fs::write(&latin, b"lake = \"\xe9\"").unwrap();
    for (path, expected) in [(latin.as_path(), "not UTF-8"), (folder.path(), "cannot be read")] {
        let error = Settings::resolve(overrides(path), Environment::default(), &FORMATS).unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
    }
}

#[test]
fn the_template_is_a_configuration_that_resolves() {
    let settings = from_file(crate::command::init::TEMPLATE);
    assert_eq!(settings.sources.iter().map(|s| s.format.as_str()).collect::<Vec<_>>(), ["aws-cur-legacy"]);
    assert_eq!(settings.tags.coverage_key.as_deref(), Some("team"));
    assert_eq!(settings.policy.owners.len(), 1);
    let everything: String = crate::command::init::TEMPLATE
        .lines()
        .map(|line| {
            line.strip_prefix("# ").filter(|rest| rest.contains(" = ") || rest.starts_with('[')).unwrap_or(line)
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let settings = from_file(&everything);
    assert_eq!((settings.threads, settings.sources.len(), settings.sources[1].file_sets.len()), (2, 2, 2));
    assert_eq!((settings.jobs.len(), settings.retention.landed_days), (1, Some(90)));
    assert_eq!(settings.reporting.map(|rates| (rates.currency, rates.rates.len())), Some(("EUR".into(), 1)));
    let policy = &settings.policy;
    assert_eq!(
        (policy.tag_keys.len(), policy.exemptions.len(), policy.owners.len(), policy.unit_metrics.len()),
        (2, 1, 2, 1)
    );
    assert!(
        policy.environment.is_some() && !settings.waste.utilisation.is_empty() && policy.teams[0].cost_centre == "4100"
    );
}

#[test]
fn an_api_is_asked_all_that_its_kind_knows_unless_told_otherwise() {
    let keys = "\n[[api]]\nid = \"costs\"\nkind = \"aws-cost-explorer\"\nsource = \"aws\"\n";
    let settings = from_file(&format!("{SOURCE}{keys}"));
    let [api] = &settings.apis[..] else { panic!("one") };
    assert_eq!(api.ask, ["costs", "savings-plans", "reservations", "rightsizing"]);
    assert_eq!((api.source.as_str(), api.tolerance, api.scopes.len()), ("aws", None, 0));
    let more = "ask = [\"costs\"]\nscopes = [\"012\"]\ntolerance = \"0.05\"\nprofile = \"billing\"\n\
                endpoint = \"http://127.0.0.1:1\"\nallow_http = true\n";
    let settings = from_file(&format!("{SOURCE}{keys}{more}"));
    let api = &settings.apis[0];
    assert_eq!(
        (api.ask.len(), api.scopes[0].as_str(), api.tolerance.unwrap().to_string().as_str()),
        (1, "012", "0.05")
    );
    assert_eq!((api.login.profile.as_deref(), api.login.allow_http), (Some("billing"), true));
}

#[test]
fn an_api_that_cannot_be_asked_is_named_by_its_line() {
    let base = "[[api]]\nid = \"costs\"\nkind = \"aws-cost-explorer\"\nsource = \"aws\"\n";
    let with = |from: &str, to: &str| base.replace(from, to);
    for (text, line, said) in [
        (with("\"costs\"", "\"Costs\""), 7, "`Costs` cannot be the id of an API"),
        (format!("{base}{base}"), 11, "the id `costs` is already taken"),
        (with("aws-cost-explorer", "aws-cost-explore"), 8, "unknown kind of API `aws-cost-explore`\n  remedy: did you"),
        (with("\"aws\"", "\"asw\""), 9, "there is no source `asw` that is published\n  remedy: use one of `aws`"),
        (format!("{base}ask = []\n"), 10, "nothing is asked of this API"),
        (format!("{base}ask = [\"cost\"]\n"), 10, "cannot be asked `cost`\n  remedy: did you mean `costs`?"),
        (format!("{base}ask = [\"costs\", \"costs\"]\n"), 10, "`costs` is asked twice"),
        (format!("{base}tolerance = \"-1\"\n"), 10, "the tolerance `-1` is no amount"),
        (format!("{base}tolerance = \"a cent\"\n"), 10, "the tolerance `a cent` is no amount"),
        (format!("{base}endpoint = \"http://ce.example.com\"\n"), 10, "is without TLS, and not on this machine"),
        (format!("{base}account = \"x\"\n"), 10, "unknown key `account`"),
    ] {
        let message = refusal(&format!("{SOURCE}\n{text}"));
        assert!(
            message.starts_with(&format!("settings: costmill.toml:{line}: ")) && message.contains(said),
            "{message}"
        );
    }
}
