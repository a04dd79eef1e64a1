//! The invariants over Rust sources, one function each; `#[cfg(test)]` items are not looked at.

use super::lexer::{Kind, Token, close, tokens, without_tests};
use super::paths::{Named, module_of, named_paths};

/// A file of the project: its path from the root, `/`-separated, and its text.
pub struct Source {
    pub path: String,
    pub text: String,
}

/// A Rust file of `src/`, read.
pub struct Parsed {
    pub path: String,
    /// The top-level module; empty for `lib.rs` and `main.rs`.
    pub room: String,
    pub tokens: Vec<Token>,
    pub named: Vec<Named>,
}

/// Every room and the rooms it may name besides itself, `error` and `fault`. `*` is every room.
const ROOMS: [(&str, &[&str]); 20] = [
    ("focus", &[]),
    ("format", &["focus"]),
    ("store", &["focus"]),
    ("ledger", &["focus", "store"]),
    ("lake", &["focus", "store"]),
    ("extract", &["focus", "format", "lake", "store"]),
    ("land", &["focus", "format", "lake"]),
    ("normalise", &["focus", "format", "lake"]),
    ("outbox", &["focus", "store"]),
    ("reconcile", &["focus", "lake"]),
    ("transform", &["focus", "lake", "ledger"]),
    ("report", &["focus", "transform"]),
    ("sample", &["focus", "format"]),
    ("command", &["*"]),
    ("cli", &["focus", "settings"]),
    ("settings", &["focus"]),
    ("tls", &[]),
    ("error", &[]),
    ("fault", &[]),
    ("", &["*"]),
];

/// What `report` may name of `transform`: the result of a query, and the query.
const REPORT_MAY_NAME: [&str; 5] = ["Metric", "MetricColumn", "Cell", "CellKind", "Query"];

/// Crates and parts of `std` that only some rooms may name, and why.
const OWNED: [(&[&str], &[&str], &str); 6] = [
    (&["clap"], &["cli", "settings"], "only cli and settings know the command line"),
    (&["std", "env"], &["cli", "settings"], "only cli and settings know the environment"),
    (&["std", "net"], &["extract", "store"], "only stores and clients touch the network"),
    (&["reqwest"], &["extract", "store"], "only stores and clients touch the network"),
    (&["object_store"], &["extract", "lake", "outbox", "store"], "only stores and clients touch the network"),
    (&["deltalake_core"], &["lake"], "the table format is the lake's own business"),
];

/// Rooms that do no I/O.
const PURE: [&str; 3] = ["focus", "format", "report"];

const SINKS: [&str; 9] = [
    "collect_with_engine",
    "collect_concurrently",
    "collect_all",
    "collect_all_with_engine",
    "collect_batches",
    "sink_parquet",
    "sink_csv",
    "sink_ipc",
    "sink_batches",
];

/// Types that pass between stages, and the one room that may make each.
const MAKERS: [(&str, &str); 2] = [("Delivery", "extract"), ("LandedDelivery", "land")];

/// Lines after which a file holds more than one idea. A format's file is one
/// table, and a file of tests is many small ideas on purpose.
const LONGEST: usize = 350;
const LONGEST_TABLE: usize = 500;
const LONGEST_TESTS: usize = 550;

pub fn parse(source: &Source) -> Parsed {
    let kept = without_tests(&tokens(&source.text));
    let room = module_of(&source.path).first().cloned().unwrap_or_default();
    let named = named_paths(&source.path, &kept);
    Parsed { path: source.path.clone(), room, tokens: kept, named }
}

pub const RULES: [fn(&Parsed) -> Vec<String>; 6] = [imports, owners, one_collect, one_clock, makers, providers];

fn imports(file: &Parsed) -> Vec<String> {
    let Some((_, allowed)) = ROOMS.iter().find(|(room, _)| *room == file.room) else {
        return vec![format!("{}: the room `{}` has no import rule; add it to ROOMS", file.path, file.room)];
    };
    let mut wrong = Vec::new();
    for named in file.named.iter().filter(|named| named.starts_with(&["crate"])) {
        let room = match named.segments.get(1).map(String::as_str) {
            Some("Error" | "Result" | "error" | "fault") => continue,
            Some(room) => room,
            None => "*",
        };
        if room == file.room || allowed.contains(&"*") {
            continue;
        }
        if !allowed.contains(&room) {
            wrong.push(complaint(file, named.line, &format!("`{}` names `{room}`", file.room)));
        } else if file.room == "report" && room == "transform" && !is_a_metric(&named.segments[2..]) {
            let path = named.segments[1..].join("::");
            wrong.push(complaint(
                file,
                named.line,
                &format!("`report` names `{path}`, which is no Metric and no Query"),
            ));
        }
    }
    wrong
}

/// A path below `transform` whose first type, or else whose module, belongs to a query's result.
fn is_a_metric(below: &[String]) -> bool {
    match below.iter().find(|segment| segment.starts_with(char::is_uppercase)) {
        Some(name) => REPORT_MAY_NAME.contains(&name.as_str()),
        None => below.last().is_some_and(|module| ["metric", "query"].contains(&module.as_str())),
    }
}

fn owners(file: &Parsed) -> Vec<String> {
    let mut wrong = Vec::new();
    for named in file.named.iter().filter(|named| !named.is_macro) {
        for (path, rooms, why) in OWNED {
            if named.starts_with(path) && !rooms.contains(&file.room.as_str()) {
                wrong.push(complaint(file, named.line, &format!("names `{}`: {why}", path.join("::"))));
            }
        }
        if named.starts_with(&["std", "fs"]) && PURE.contains(&file.room.as_str()) {
            wrong.push(complaint(file, named.line, &format!("names `std::fs`: `{}` does no I/O", file.room)));
        }
    }
    wrong
}

/// An iterator's `collect()` needs to be told its type before anything is called on it, so
/// `.collect()?`, `.collect().x` and `match ….collect() {` can only be a lazy frame's.
fn one_collect(file: &Parsed) -> Vec<String> {
    if file.room == "lake" {
        return Vec::new();
    }
    let tokens = &file.tokens;
    let sees = |at: usize, text: &str| tokens.get(at).is_some_and(|token| token.is(text));
    let lazy = |at: usize| {
        let bare = sees(at, "collect") && sees(at.wrapping_sub(1), ".") && sees(at + 1, "(") && sees(at + 2, ")");
        let used = sees(at + 3, "?") || sees(at + 3, "{") || (sees(at + 3, ".") && !sees(at + 4, "await"));
        bare && used
    };
    let sink = |at: usize| tokens[at].kind == Kind::Word && SINKS.contains(&tokens[at].text.as_str());
    let called = (0..tokens.len()).filter(|at| lazy(*at) || sink(*at)).map(|at| tokens[at].line);
    let pathed = file.named.iter().filter(|named| named.has(&["LazyFrame", "collect"])).map(|named| named.line);
    called.chain(pathed).map(|line| complaint(file, line, "collects a lazy frame: only `lake` does")).collect()
}

fn one_clock(file: &Parsed) -> Vec<String> {
    if file.room == "command" {
        return Vec::new();
    }
    let word = file.tokens.iter().filter(|token| token.is("SystemTime")).map(|token| token.line);
    let now = |named: &&Named| ["Utc", "Local", "Instant"].iter().any(|clock| named.has(&[clock, "now"]));
    let called = file.named.iter().filter(now).map(|named| named.line);
    word.chain(called).map(|line| complaint(file, line, "reads the clock: only `command` does, once")).collect()
}

fn makers(file: &Parsed) -> Vec<String> {
    let mut wrong = Vec::new();
    for (at, token) in file.tokens.iter().enumerate() {
        for (made, maker) in MAKERS {
            if token.is(made) && file.room != maker && is_literal(&file.tokens, at) {
                wrong.push(complaint(file, token.line, &format!("makes a `{made}`: only `{maker}` does")));
            }
        }
        let defined = at > 0 && file.tokens[at - 1].is("fn");
        if token.is("from_normalise") && file.room != "normalise" && !defined {
            wrong.push(complaint(file, token.line, "makes a `FocusFrame`: only `normalise` does"));
        }
    }
    wrong
}

/// Is `Name { … }` at `at` an expression, not a declaration, a return type or a pattern?
fn is_literal(tokens: &[Token], at: usize) -> bool {
    if !tokens.get(at + 1).is_some_and(|token| token.is("{")) {
        return false;
    }
    let mut before = at;
    while before >= 3 && tokens[before - 1].is(":") && tokens[before - 2].is(":") {
        before -= 3;
    }
    let before = |back: usize| before.checked_sub(back).map_or("", |at| tokens[at].text.as_str());
    let borrowed = usize::from(before(1) == "&");
    let returned = before(1 + borrowed) == ">" && before(2 + borrowed) == "-";
    if returned || ["struct", "enum", "union", "trait", "impl", "for", "let"].contains(&before(1 + borrowed)) {
        return false;
    }
    let end = close(tokens, at + 1);
    let rest = end >= 3 && tokens[end - 2].is(".") && tokens[end - 3].is(".");
    let matched = tokens.get(end).is_some_and(|token| ["=", "|", ":", "if"].contains(&token.text.as_str()));
    !rest && !matched
}

/// Identifiers of the stages after FOCUS hold no provider's name; values may.
fn providers(file: &Parsed) -> Vec<String> {
    if !["transform", "report"].contains(&file.room.as_str()) {
        return Vec::new();
    }
    let words = file.tokens.iter().filter(|token| token.kind == Kind::Word);
    words
        .filter_map(|token| names_provider(&token.text).map(|word| (token, word)))
        .map(|(token, word)| complaint(file, token.line, &format!("`{}` names the provider `{word}`", token.text)))
        .collect()
}

/// The provider's word in an identifier of any case style.
pub fn names_provider(identifier: &str) -> Option<String> {
    let chars: Vec<char> = identifier.chars().collect();
    let mut words = vec![String::new()];
    for (at, c) in chars.iter().enumerate() {
        let after_lower = at > 0 && !chars[at - 1].is_uppercase();
        let before_lower = chars.get(at + 1).is_some_and(|next| next.is_lowercase());
        if !c.is_alphanumeric() || (c.is_uppercase() && (after_lower || before_lower)) {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.iter_mut().next_back().into_iter().for_each(|word| word.extend(c.to_lowercase()));
        }
    }
    words.into_iter().find(|word| ["aws", "azure", "gcp", "cur"].contains(&word.as_str()))
}

/// Files that have outgrown one idea.
pub fn length(source: &Source) -> Vec<String> {
    let longest = match source.path.as_str() {
        path if path.starts_with("tests/") || super::is_test(path) => LONGEST_TESTS,
        path if path.starts_with("src/format/") => LONGEST_TABLE,
        _ => LONGEST,
    };
    match source.text.lines().count() {
        lines if lines > longest => vec![format!("{}: {lines} lines; split what has become two ideas", source.path)],
        _ => Vec::new(),
    }
}

fn complaint(file: &Parsed, line: usize, what: &str) -> String {
    format!("{}:{line}: {what}", file.path)
}
