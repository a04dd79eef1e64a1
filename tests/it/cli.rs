//! The command line as a newcomer meets it.

use super::support::Costmill;

const SUBCOMMANDS: [&str; 11] =
    ["run", "check", "query", "status", "reconcile", "explain", "init", "sample", "doctor", "schedule", "vacuum"];

#[test]
fn help_lists_every_subcommand_and_exit_status() {
    let help = Costmill::new().args(["--help"]).run().exits(0).stdout;
    for name in SUBCOMMANDS {
        assert!(
            help.lines().any(|line| line.trim_start().starts_with(&format!("{name} "))),
            "{name} is missing\n{help}"
        );
    }
    for status in ["0  all done", "1  failed", "2  the command line", "3  published", "4  totals do not tie"] {
        assert!(help.contains(status), "{status} is missing\n{help}");
    }
}

#[test]
fn every_subcommand_has_help_of_its_own() {
    for name in SUBCOMMANDS {
        Costmill::new().args([name, "--help"]).run().exits(0).says(&format!("Usage: costmill {name}"));
    }
}

#[test]
fn no_command_and_an_unknown_one_are_usage_errors() {
    Costmill::new().run().exits(2).complains("Usage: costmill");
    Costmill::new().args(["runs"]).run().exits(2).complains("similar subcommand exists: 'run'");
    Costmill::new().args(["run", "--period", "10/2026"]).run().exits(2).complains("write it as 2026-10");
}

#[test]
fn the_version_is_the_packages() {
    Costmill::new().args(["--version"]).run().exits(0).says(concat!("costmill ", env!("CARGO_PKG_VERSION")));
}

#[test]
fn a_missing_config_names_the_remedy() {
    let outcome = Costmill::new().args(["check"]).run().exits(2);
    assert_eq!(
        outcome.stderr,
        "error: settings: costmill.toml: there is no such configuration file\n  \
         remedy: write one with `costmill init`, or name yours with --config\n"
    );
    assert_eq!(outcome.stdout, "");
}

#[test]
fn an_unknown_key_is_refused_with_line_and_nearest_name() {
    let config = "lake = \"l\"\nmemory-limit = \"1GiB\"\n";
    let outcome = Costmill::new().file("costmill.toml", config).args(["run"]).run().exits(2);
    assert_eq!(
        outcome.stderr,
        "error: settings: costmill.toml:2: unknown key `memory-limit`\n  remedy: did you mean `memory_limit`?\n"
    );
}

#[test]
fn the_environment_names_the_config_and_a_flag_wins() {
    let call = || {
        Costmill::new().file("conf/a.toml", "a = 1").file("conf/b.toml", "b = 1").env("COSTMILL_CONFIG", "conf/a.toml")
    };
    call().args(["check"]).run().exits(2).complains("conf/a.toml:1: unknown key `a`");
    call().args(["check", "--config", "conf/b.toml"]).run().exits(2).complains("conf/b.toml:1: unknown key `b`");
}

#[test]
fn init_writes_a_config_once() {
    let first = Costmill::new().args(["init"]).run().exits(0).says("wrote costmill.toml");
    let config = first.folder().join("costmill.toml");
    let written = std::fs::read_to_string(&config).unwrap();
    assert!(written.contains("[[source]]") && written.contains("coverage_key"));

    std::fs::write(&config, "mine = true\n").unwrap();
    let here = first.folder();
    Costmill::new().cwd(here).args(["init"]).run().exits(2).complains("costmill init --force");
    assert_eq!(std::fs::read_to_string(&config).unwrap(), "mine = true\n", "init must not touch an existing file");
    Costmill::new().cwd(here).args(["init", "--force", "--quiet"]).run().exits(0);
    assert_eq!(std::fs::read_to_string(&config).unwrap(), written);
}

#[test]
fn init_into_a_missing_folder_is_told() {
    Costmill::new().args(["init", "--config", "no/such/folder.toml"]).run().exits(2).complains("cannot be written");
}
