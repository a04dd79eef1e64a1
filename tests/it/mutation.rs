//! Mutation by format: what becomes of a bill that was damaged, before it is read, after, and on the disk.
//!
//! The table (`mutation/table.rs`) says for each pair how the run ends and what it names, or why nobody can see
//! it; each pair is run, also those that cannot be seen, so that the day they can the table is wrong. The page
//! `docs/mutations.md` is written from the table (`make golden`).

mod estate;
mod export;
mod later;
mod page;
mod table;

use super::place::Night;
use super::support::Outcome;
use estate::{Estate, FORMATS};
use std::fs;
use table::{MUTATIONS, Mutation, Says, Stage};

/// Holds what a run did against the table's cell; what differs.
fn differs(mutation: &Mutation, format: &str, says: &Says, found: Option<(&Night, &Outcome)>) -> Option<String> {
    let name = format!("{}: {} ({:?})", format, mutation.id, mutation.stage);
    let Some((night, outcome)) = found else {
        return (!matches!(says, Says::NotThere(_))).then(|| format!("{name}: there is nothing to change"));
    };
    let told = format!("exit {}\n{}\n{}", outcome.status, outcome.stdout, outcome.stderr);
    let (status, names): (i32, &[&str]) = match says {
        Says::Found(status, names) => (*status, names),
        Says::Told(names) => (0, names),
        Says::Gap(names) => (3, names),
        Says::Unseen(_) => (0, &[]),
        Says::NotThere(why) => return Some(format!("{name}: it was run, and the table says: {why}")),
    };
    if outcome.status != status {
        return Some(format!("{name}: the table says exit {status}\n{told}"));
    }
    let pages = if matches!(says, Says::Told(_)) { pages(night) } else { String::new() };
    let named = |name: &str| [&outcome.stderr, &outcome.stdout, &pages].iter().any(|text| text.contains(name));
    if let Some(missing) = names.iter().find(|name| !named(name)) {
        return Some(format!("{name}: `{missing}` is not named\n{told}"));
    }
    if status == 4 && !outcome.stderr.lines().any(names_the_cell) {
        return Some(format!("{name}: no line names account, period and currency\n{told}"));
    }
    // What is found is not published: there was nothing, and there is nothing.
    let published = night.status()["slots"] != serde_json::json!([]);
    let proved_later = mutation.stage == Stage::Published;
    (published != ([0, 3].contains(&status) || proved_later))
        .then(|| format!("{name}: published is {published}\n{told}"))
}

/// Account, period, currency.
fn names_the_cell(line: &str) -> bool {
    let currency = [", USD", ", EUR", ", CHF"].iter().any(|currency| line.contains(currency));
    line.starts_with("error: does not tie: ") && line.contains("2026-") && line.contains(" account ") && currency
}

/// All that the pages of a night say.
fn pages(night: &Night) -> String {
    let pages = super::place::files(night.path("out")).into_iter().filter(|(name, _)| name.ends_with(".html"));
    pages.map(|(_, bytes)| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

/// Every mutation of one format, in its order; all that differs is told at once.
fn table_of(format: &'static str) {
    let estate = Estate::of(format);
    let column = FORMATS.iter().position(|name| *name == format).expect("a column");
    let mut wrong = Vec::new();
    // Cut short when all is landed and nothing is published, or published whole.
    let cut = estate.night(&estate.parts);
    cut.run_armed("run.before_commit").exits(-1);
    let whole = estate.night(&estate.parts);
    whole.run().exits(0);
    for mutation in MUTATIONS {
        let says = &mutation.says[column];
        let found = match mutation.stage {
            Stage::Export => export::run(&estate, mutation.id),
            _ if matches!(says, Says::NotThere(_)) => None,
            Stage::Landed => {
                let night = cut.copy();
                later::landed(&night, &estate).iter().for_each(|folder| later::tamper(folder, &estate, mutation.id));
                let outcome = night.run();
                Some((night, outcome))
            }
            Stage::Cost | Stage::Rollup => {
                let stage = if mutation.stage == Stage::Cost { "normalise" } else { "rollup" };
                let night = estate.night(&estate.parts);
                let outcome = night.run_armed(&format!("{stage}.{}", mutation.sabotage));
                Some((night, outcome))
            }
            Stage::Published => {
                let night = whole.copy();
                match mutation.id {
                    "landed file changed" => {
                        later::landed(&night, &estate)
                            .iter()
                            .for_each(|folder| later::tamper(folder, &estate, "cost changed"));
                    }
                    "file of cost changed" => later::edit_published(&night, "lake/cost", "EffectiveCost"),
                    "file of a roll-up changed" => later::edit_published(&night, "lake/rollup", "EffectiveCost"),
                    other => panic!("{other}: no such mutation"),
                }
                let outcome = later::proved_again(&night, &estate);
                Some((night, outcome))
            }
        };
        wrong.extend(differs(mutation, format, says, found.as_ref().map(|(night, outcome)| (night, outcome))));
    }
    assert!(wrong.is_empty(), "{} of the table:\n{}", wrong.len(), wrong.join("\n\n"));
}

#[test]
fn aws_cur_legacy() {
    table_of("aws-cur-legacy");
}

#[test]
fn aws_cur2() {
    table_of("aws-cur2");
}

#[test]
fn aws_focus() {
    table_of("aws-focus");
}

#[test]
fn azure_cost_details() {
    table_of("azure-cost-details");
}

#[test]
fn azure_focus() {
    table_of("azure-focus");
}

#[test]
fn gcp_detailed_usage() {
    table_of("gcp-detailed-usage");
}

#[test]
fn focus() {
    table_of("focus");
}

/// The page is what the table says.
#[test]
fn golden_page_is_the_table() {
    let path = super::night::root().join("docs/mutations.md");
    let text = page::text();
    if std::env::var("COSTMILL_GOLDEN").is_ok_and(|wish| wish == "rewrite") {
        fs::write(path, text).expect("the page");
        return;
    }
    assert_eq!(fs::read_to_string(&path).unwrap_or_default(), text, "`make golden` writes docs/mutations.md anew");
}
