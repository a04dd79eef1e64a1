//! The invariants over text: forbidden words everywhere, provider words in the catalogue.

use super::lexer::tokens;
use super::rules::{Source, names_provider};

/// Marks of unfinished work. Spelled in halves, so that this file is no offender.
const UNFINISHED: [&str; 3] = [concat!("FIX", "ME"), concat!("XX", "X"), concat!("TO", "DO")];
const UNFINISHED_MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// In any file: no mark of unfinished work, tests included.
pub fn unfinished(source: &Source) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, line) in source.text.lines().enumerate() {
        let mut words = line.split(|c: char| !c.is_alphanumeric());
        if let Some(word) = words.find(|word| UNFINISHED.contains(word)) {
            wrong.push(format!("{}:{}: says {word}: finish it or file it", source.path, at + 1));
        }
    }
    if source.path.ends_with(".rs") {
        let tokens = tokens(&source.text);
        for pair in tokens.windows(2) {
            if pair[1].is("!") && UNFINISHED_MACROS.iter().any(|name| pair[0].is(name)) {
                wrong.push(format!("{}:{}: calls {}!", source.path, pair[0].line, pair[0].text));
            }
        }
    }
    wrong
}

/// In `queries/` and `reports/`: a provider is a value (`'AWS'`), never part of a name.
pub fn provider_names(source: &Source) -> Vec<String> {
    let names: Vec<(usize, String)> = match source.path.rsplit_once('.') {
        Some((_, "sql")) => sql_identifiers(&source.text),
        Some((_, "toml")) => toml_keys(&source.text),
        _ => return Vec::new(),
    };
    let path = source.path.split('/').map(|part| (1, part.to_owned()));
    path.chain(names)
        .filter_map(|(line, name)| names_provider(&name).map(|word| (line, name, word)))
        .map(|(line, name, word)| format!("{}:{line}: `{name}` names the provider `{word}`", source.path))
        .collect()
}

/// Words outside comments and quoted values; a double-quoted name is a name.
fn sql_identifiers(text: &str) -> Vec<(usize, String)> {
    let mut names = Vec::new();
    let (mut in_value, mut in_block) = (false, false);
    for (at, line) in text.lines().enumerate() {
        let mut word = String::new();
        let mut chars = line.chars().chain(std::iter::once(' ')).peekable();
        while let Some(c) = chars.next() {
            let next = chars.peek().copied().unwrap_or(' ');
            match c {
                _ if in_block => in_block = !(c == '*' && next == '/'),
                '\'' => in_value = !in_value,
                _ if in_value => {}
                '-' if next == '-' => break,
                '/' if next == '*' => in_block = true,
                _ if c.is_alphanumeric() || c == '_' => {
                    word.push(c);
                    continue;
                }
                _ => {}
            }
            if !word.is_empty() {
                names.push((at + 1, std::mem::take(&mut word)));
            }
        }
        if !word.is_empty() {
            names.push((at + 1, word));
        }
    }
    names
}

/// Keys and table headings; what stands behind `=` is a value.
fn toml_keys(text: &str) -> Vec<(usize, String)> {
    let heading = |line: &str| line.starts_with('[').then(|| line.to_owned());
    let key = |line: &str| line.split_once('=').map(|(key, _)| key.to_owned());
    let name = |line: &str| if line.starts_with('#') { None } else { heading(line).or_else(|| key(line)) };
    text.lines().enumerate().filter_map(|(at, line)| name(line.trim()).map(|name| (at + 1, name))).collect()
}
