//! `docs/mutations.md`, written from the table.

use super::estate::FORMATS;
use super::table::{MUTATIONS, Mutation, Says, Stage};
use std::fmt::Write;

const HEAD: &str = "\
# What becomes of a bill that was damaged

Each row is a damage that a test does to a small bill of each format, and each cell what the run makes of it; all of them
are run (`tests/it/mutation.rs`, and `make golden` writes this page from its table). Nothing of a period that does not tie is
published.

| Cell | Means |
|---|---|
| 4 | exit 4, and an error that names billing account or sub account, period and currency |
| 1 | exit 1, and one error that names the file, and the row and column where there is one |
| 3 | exit 3: it is published, and what is not there is said |
| told | exit 0: it is published, and what was odd is said |
| – | exit 0, not detected: nothing in the delivery can tell. Why stands below the table |
| | there is no such thing in this format. Why stands below the table |

What an export cannot tell, an invoice can: [control totals](control_totals.md) find every cell with a – here that moves a sum.
What cannot be detected in one export can be in two: a second one of the same bill as a
[shadow](configuration.md) is compared with it (`costmill reconcile --cross`), and a period that changes after it was published
is a restatement in `costmill diff`.

";

const STAGES: [(Stage, &str, &str); 5] = [
    (Stage::Export, "The export, before it is read", ""),
    (
        Stage::Landed,
        "Landed files",
        "Changed on the disk, between a run that died before its commit and the next one.\n\n",
    ),
    (Stage::Cost, "From landed files to `cost`", "Armed inside the run.\n\n"),
    (Stage::Rollup, "From `cost` to the roll-ups", "Armed inside the run.\n\n"),
    (
        Stage::Published,
        "After publication",
        "Changed on the disk; the proof is taken again by `costmill reconcile --period`.\n\n",
    ),
];

pub fn text() -> String {
    let mut out = HEAD.to_string();
    for (stage, title, before) in STAGES {
        let _ = write!(out, "## {title}\n\n{before}| Damage | {} |\n|---|{}\n", FORMATS.join(" | "), "---|".repeat(7));
        let rows: Vec<&Mutation> = MUTATIONS.iter().filter(|mutation| mutation.stage == stage).collect();
        for mutation in &rows {
            let cells: Vec<String> = mutation.says.iter().map(cell).collect();
            let _ = writeln!(out, "| {} | {} |", mutation.id, cells.join(" | "));
        }
        out.push('\n');
        rows.iter().for_each(|mutation| notes(&mut out, mutation));
        out.push('\n');
    }
    out.truncate(out.trim_end().len());
    out + "\n"
}

fn cell(says: &Says) -> String {
    match says {
        Says::Found(status, _) => status.to_string(),
        Says::Gap(_) => "3".into(),
        Says::Told(_) => "told".into(),
        Says::Unseen(_) => "–".into(),
        Says::NotThere(_) => String::new(),
    }
}

/// What is done, what is named besides the cell, and why something is not found, by the formats it is true of.
fn notes(out: &mut String, mutation: &Mutation) {
    let _ = writeln!(out, "- **{}**: {}", mutation.id, mutation.what);
    let mut said: Vec<(String, Vec<&str>)> = Vec::new();
    for (format, says) in FORMATS.into_iter().zip(&mutation.says) {
        let quoted = |names: &[&str]| {
            names
                .iter()
                .map(|name| format!("“{}”", name.trim_matches([' ', ','])))
                .filter(|name| !["“row”", "“column”"].contains(&name.as_str()))
                .collect::<Vec<_>>()
                .join(" … ")
        };
        let note = match says {
            Says::Found(_, []) | Says::Told([]) | Says::Gap([]) => continue,
            Says::Found(_, names) | Says::Told(names) | Says::Gap(names) => quoted(names),
            Says::Unseen(why) => format!("not detected: {why}"),
            Says::NotThere(why) => format!("no such thing: {why}"),
        };
        match said.iter_mut().find(|(known, _)| *known == note) {
            Some((_, formats)) => formats.push(format),
            None => said.push((note, vec![format])),
        }
    }
    for (note, formats) in said {
        let formats = if formats.len() == FORMATS.len() { "every format".to_string() } else { formats.join(", ") };
        let _ = writeln!(out, "  - {formats}: {note}");
    }
}
