//! Findings as text: a table that fits its window, and Markdown for a ticket.

use super::waste::List;
use super::waste_total::{Totals, money};
use crate::transform::finding::Finding;

/// A column of the table: what it is called, whether it stands to the right, how narrow it may
/// become, and how soon it goes when there is no room (0 never does).
struct Column {
    name: &'static str,
    right: bool,
    least: usize,
    goes: u8,
    cell: fn(&Finding) -> String,
}

const COLUMNS: [Column; 10] = [
    Column { name: "a month", right: true, least: usize::MAX, goes: 0, cell: |f| saving(f.realisable) },
    Column { name: "gross", right: true, least: usize::MAX, goes: 1, cell: |f| saving(f.gross) },
    Column { name: "", right: false, least: usize::MAX, goes: 0, cell: |f| f.currency.clone() },
    Column { name: "action", right: false, least: usize::MAX, goes: 4, cell: |f| f.action.name().into() },
    Column { name: "sure", right: false, least: usize::MAX, goes: 3, cell: |f| f.confidence.name().into() },
    Column { name: "owner", right: false, least: 8, goes: 6, cell: |f| f.team.clone() },
    Column { name: "nights", right: true, least: usize::MAX, goes: 5, cell: nights },
    Column { name: "account", right: false, least: 8, goes: 2, cell: account },
    Column { name: "resource", right: false, least: 12, goes: 0, cell: resource },
    Column { name: "reason", right: false, least: 28, goes: 7, cell: |f| f.reason.clone() },
];

/// What stands between two columns.
const GAP: usize = 2;

/// The list and its totals; within `width` columns where there is a window.
pub fn table(list: &List, width: Option<usize>) -> String {
    let width = width.unwrap_or(usize::MAX);
    let mut text = String::new();
    if !list.shown.is_empty() {
        let mut columns: Vec<&Column> = COLUMNS.iter().collect();
        let cells = |columns: &[&Column]| -> Vec<Vec<String>> {
            list.shown.iter().map(|finding| columns.iter().map(|c| one_line(&(c.cell)(finding))).collect()).collect()
        };
        let mut widths = fitted(&columns, &cells(&columns), width);
        while widths.is_none() {
            let Some(next) = columns.iter().filter(|column| column.goes > 0).map(|column| column.goes).min() else {
                break;
            };
            columns.retain(|column| column.goes != next);
            widths = fitted(&columns, &cells(&columns), width);
        }
        let rows = cells(&columns);
        let widths = widths.unwrap_or_else(|| natural(&columns, &rows));
        let header: Vec<String> = columns.iter().map(|column| column.name.to_string()).collect();
        let rule: Vec<String> = widths.iter().map(|width| "-".repeat(*width)).collect();
        for row in [&header, &rule].into_iter().chain(&rows) {
            text.push_str(&shortened(line(&columns, &widths, row).trim_end(), width));
            text.push('\n');
        }
    }
    for told in Totals::of(list).lines() {
        wrapped(&told, width).iter().for_each(|line| text.push_str(&format!("{line}\n")));
    }
    text
}

/// The widths that fit: what is too long is cut down column by column, the longest first.
fn fitted(columns: &[&Column], rows: &[Vec<String>], width: usize) -> Option<Vec<usize>> {
    let mut widths = natural(columns, rows);
    let total = |widths: &[usize]| widths.iter().sum::<usize>() + GAP * (widths.len().saturating_sub(1));
    while total(&widths) > width {
        let over = total(&widths) - width;
        let room = |at: &usize| widths[*at].saturating_sub(columns[*at].least);
        let at = (0..columns.len()).filter(|at| room(at) > 0).max_by_key(|at| (widths[*at], *at))?;
        // Down to the next longest, so that no column is cut to nothing beside one that is not.
        let next = (0..columns.len()).filter(|other| *other != at && room(other) > 0).map(|other| widths[other]).max();
        let step = widths[at].saturating_sub(next.unwrap_or_default()).max(1);
        widths[at] -= over.min(step).min(room(&at));
    }
    Some(widths)
}

fn natural(columns: &[&Column], rows: &[Vec<String>]) -> Vec<usize> {
    let width = |at: usize| rows.iter().map(|row| length(&row[at])).chain([length(columns[at].name)]).max();
    (0..columns.len()).map(|at| width(at).unwrap_or_default()).collect()
}

fn line(columns: &[&Column], widths: &[usize], cells: &[String]) -> String {
    let padded = columns.iter().zip(widths).zip(cells).map(|((column, width), cell)| {
        let cell = shortened(cell, *width);
        let gap = " ".repeat(width.saturating_sub(length(&cell)));
        if column.right { gap + &cell } else { cell + &gap }
    });
    padded.collect::<Vec<_>>().join(&" ".repeat(GAP))
}

/// At most `width` characters, with `…` for what is left out.
fn shortened(text: &str, width: usize) -> String {
    if length(text) <= width {
        return text.to_string();
    }
    let kept: String = text.chars().take(width.saturating_sub(1)).collect();
    kept.trim_end().to_string() + "…"
}

/// Broken between words.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split(' ') {
        let line = lines.last().map_or(0, |line| length(line));
        if line > 0 && line + 1 + length(word) > width {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
    }
    lines
}

fn length(text: &str) -> usize {
    text.chars().count()
}

fn saving(value: Option<f64>) -> String {
    value.map_or_else(|| "no figure".into(), money)
}

fn nights(finding: &Finding) -> String {
    finding.nights.map_or_else(|| "–".into(), |nights| nights.to_string())
}

fn account(finding: &Finding) -> String {
    let resource = &finding.resource;
    let name = if resource.sub_account_name.is_empty() { &resource.sub_account } else { &resource.sub_account_name };
    format!("{name} {}", resource.region).trim().to_string()
}

fn resource(finding: &Finding) -> String {
    let resource = &finding.resource;
    // An ARN's last part is what its owner knows it by.
    let id = resource.id.rsplit(['/', ':']).next().filter(|part| !part.is_empty()).unwrap_or(&resource.id);
    if resource.name.is_empty() || resource.name == id { id.into() } else { format!("{} ({id})", resource.name) }
}

/// Control characters would break the lines or the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// A list to tick off, for a ticket.
pub fn markdown(list: &List) -> String {
    let whose = list.team.map(|team| format!(" of {}", plain(team))).unwrap_or_default();
    let mut text = format!("# Waste{whose}, {}\n", list.month);
    for line in Totals::of(list).lines() {
        text.push_str(&format!("\n{}\n", plain(&line)));
    }
    if !list.shown.is_empty() {
        text.push('\n');
    }
    for finding in &list.shown {
        text.push_str(&item(finding));
    }
    text
}

fn item(finding: &Finding) -> String {
    let resource = &finding.resource;
    let amount = |value: f64| format!("{} {}", money(value), finding.currency);
    let saving = match (finding.realisable, finding.gross) {
        (Some(realisable), Some(gross)) if money(realisable) != money(gross) => {
            format!("{} a month, {} gross", amount(realisable), amount(gross))
        }
        (Some(realisable), _) => format!("{} a month", amount(realisable)),
        (None, Some(gross)) => format!("{} a month gross; how much of it is free to take is not known", amount(gross)),
        (None, None) => "no figure".into(),
    };
    let named = [
        resource.name.as_str(),
        resource.service.as_str(),
        resource.sub_account_name.as_str(),
        resource.sub_account.as_str(),
        resource.region.as_str(),
    ];
    let named: Vec<String> = named.into_iter().filter(|part| !part.is_empty()).map(plain).collect();
    let mut lines = vec![
        format!("- [ ] **{}** {} ({}): {saving}", finding.action.name(), code(&resource.id), named.join(", ")),
        format!("  - {}", plain(&finding.reason)),
        format!("  - Evidence: {}", plain(&finding.evidence)),
        format!("  - Saving: {}; confidence {}", plain(&finding.saving_basis), finding.confidence.name()),
        format!("  - Owner: {} ({})", plain(&finding.team), plain(&finding.team_by)),
    ];
    if let (Some(day), Some(nights)) = (finding.first_seen, finding.nights) {
        lines.push(format!("  - First seen {day}, nights in a row: {nights}"));
    }
    if !finding.counted {
        lines.push("  - In no total: another action on this resource counts".into());
    }
    if let Some(suppressed) = &finding.suppressed {
        lines.push(format!("  - Suppressed: {}", plain(suppressed)));
    }
    if let Some(look) = &finding.look {
        lines.push(format!("  - Look: {}", code(look)));
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Text in which nothing is Markdown or HTML.
fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in one_line(text).chars() {
        if "\\`*_{}[]<>#|~!&".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A code span, whatever the text holds.
fn code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or_default();
    let fence = "`".repeat(longest + 1);
    let pad = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

#[cfg(test)]
mod tests;
