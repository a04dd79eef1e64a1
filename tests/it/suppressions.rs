//! `suppressions.toml`: what takes findings off the list, and until when.

use super::night::{Night, PUBLISHED};
use std::fs;

const ACCEPTED: &str = "\
[[suppression]]
rule = \"waste/machines\"
resource = \"i-0fff*\"
reason = \"load test in December\"
owner = \"ana@example.com\"
until = \"2026-12-01\"
";

fn night(text: &str) -> Night {
    let night = PUBLISHED.copy();
    fs::write(night.path("suppressions.toml"), text).unwrap();
    night
}

#[test]
fn what_is_accepted_is_off_the_list_and_its_money_is_told() {
    let night = night(ACCEPTED);
    night.run("").exits(0).says("nothing new");
    let list = night.call(&["waste"]).exits(0).says("waste in 2026-10: 0.00 USD a month").says("1 finding, 1 of them");
    let list =
        list.says("suppressed (--suppressed lists them): 14.15 USD a month can be realised of 14.15 gross, 1 finding");
    assert!(!list.stdout.contains("i-0fff"), "{}", list.stdout);
    let told = night.call(&["waste", "--suppressed", "--format", "csv"]).exits(0);
    told.says("\"load test in December (ana@example.com, until 2026-12-01)\"");
    assert_eq!(night.call(&["waste", "--suppressed", "--format", "csv"]).exits(0).stdout.lines().count(), 2);
    assert_eq!(night.call(&["waste", "--all", "--format", "csv"]).exits(0).stdout.lines().count(), 3);
    // The day before the last it still holds; on the last it is over, and the age went on meanwhile.
    night.call(&["run", "--as-of", "2026-11-30"]).exits(0);
    assert!(!night.call(&["waste"]).exits(0).stdout.contains("i-0fff"));
    night.call(&["run", "--as-of", "2026-12-01"]).exits(0);
    night.call(&["waste"]).exits(0).says("i-0fff000000000006f").says("14.15 USD a month can be realised");
    night.call(&["waste", "--format", "csv"]).exits(0).says(",2026-11-20,3,");
}

#[test]
fn a_file_that_is_wrong_stops_check_and_run_with_its_line() {
    for (text, told) in [
        (ACCEPTED.replace("until =", "untill ="), "suppressions.toml:6: unknown key `untill`"),
        (ACCEPTED.replace("until = \"2026-12-01\"\n", ""), "suppressions.toml:1: the suppression has no `until`"),
        (ACCEPTED.replace("waste/machines", "waste/machine"), "suppressions.toml:2: there is no waste rule"),
        ("[[suppression]\n".into(), "suppressions.toml:1: "),
    ] {
        let night = night(&text);
        night.call(&["check"]).exits(2).complains(told).complains("remedy: ");
        night.run("").exits(2).complains(told);
    }
    let binary = PUBLISHED.copy();
    fs::write(binary.path("suppressions.toml"), [0xff, 0xfe, 0x00]).unwrap();
    binary.call(&["check"]).exits(2).complains("suppressions.toml: the suppression file cannot be read");
}

#[test]
fn the_config_may_name_another_file() {
    let night = night("[[suppression]]\nthis is never read\n");
    fs::write(night.path("accepted.toml"), ACCEPTED).unwrap();
    let config = fs::read_to_string(night.path("costmill.toml")).unwrap();
    fs::write(night.path("costmill.toml"), config + "[waste]\nsuppressions = \"accepted.toml\"\n").unwrap();
    night.run("").exits(0);
    night.call(&["waste"]).exits(0).says("suppressed (--suppressed lists them): 14.15 USD");
}
