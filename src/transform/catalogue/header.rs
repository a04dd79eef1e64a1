//! Reads one query file: the TOML of its leading `---` lines, then the statement.

use super::meaning::column;
use super::{Kind, Param, ParamValue, Query, QueryColumn, bind, contract, look};
use crate::error::Problem;
use std::collections::BTreeMap;

const KEYS: [&str; 6] = ["title", "question", "reads", "params", "columns", "look"];
const REMEDY: &str = "begin the file with `--- title`, `--- question`, `--- reads` and `--- [columns]`";

/// Parses the text of `file` (for messages) as the query `id`; every problem with its line.
pub fn parse(id: &str, kind: Kind, file: &str, text: &str) -> Result<Query, Vec<Problem>> {
    let header_lines = text.lines().take_while(|line| line.starts_with("---")).count();
    let toml_text: String =
        text.lines().take(header_lines).map(|line| format!("{}\n", line.strip_prefix("---").unwrap_or(line))).collect();
    let mut header = Header { file, text: &toml_text, problems: Vec::new() };
    if header_lines == 0 {
        header.problem(1, "has no header", REMEDY);
        return Err(header.problems);
    }
    let table = match toml_text.parse::<toml::Table>() {
        Ok(table) => table,
        Err(error) => {
            let line = error.span().map_or(1, |span| toml_text[..span.start].matches('\n').count() + 1);
            header.problem(line, format!("the header is not TOML: {}", error.message()), "mend the header");
            return Err(header.problems);
        }
    };
    for key in table.keys().filter(|key| !KEYS.contains(&key.as_str())) {
        let remedy = match nearest(key, KEYS) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known: {}", KEYS.join(", ")),
        };
        header.problem(header.line_of(key), format!("there is no header key `{key}`"), remedy);
    }
    let title = header.text(&table, "title");
    let question = header.text(&table, "question");
    let reads = header.reads(&table);
    let params = header.params(&table);
    let columns = header.columns(&table, kind);
    let look = header.look(&table, kind);
    let sql: String = text.lines().skip(header_lines).map(|line| format!("{line}\n")).collect();
    if sql.trim().is_empty() {
        header.problem(header_lines, "has a header and no statement", "write one SELECT below the header");
    }
    if !header.problems.is_empty() {
        return Err(header.problems);
    }
    let first_line = header_lines + 1;
    Ok(Query { id: id.into(), kind, title, question, reads, params, columns, look, sql, file: file.into(), first_line })
}

/// The name that was probably meant.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let mut best = None;
    for candidate in known {
        let distance = strsim::damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
        if distance <= 1 + name.chars().count() / 4 && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

struct Header<'a> {
    file: &'a str,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Header<'_> {
    fn problem(&mut self, line: usize, what: impl Into<String>, remedy: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}:{line}", self.file), what, remedy));
    }

    /// The line that gives `key`, or opens its table.
    fn line_of(&self, key: &str) -> usize {
        let gives = |line: &str| {
            let line = line.trim_start().trim_start_matches(['"', '\'', '[']);
            line.strip_prefix(key)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'']).trim_start().starts_with(['=', ']', '.']))
        };
        self.text.lines().position(gives).map_or(1, |at| at + 1)
    }

    fn text(&mut self, table: &toml::Table, key: &str) -> String {
        match table.get(key) {
            Some(toml::Value::String(text)) if !text.trim().is_empty() => text.clone(),
            found => {
                let what = match found {
                    None => format!("the header has no `{key}`"),
                    Some(_) => format!("`{key}` is not a text"),
                };
                self.problem(self.line_of(key), what, REMEDY);
                String::new()
            }
        }
    }

    fn reads(&mut self, table: &toml::Table) -> Vec<String> {
        let names = table
            .get("reads")
            .and_then(toml::Value::as_array)
            .and_then(|reads| reads.iter().map(|read| read.as_str().map(str::to_string)).collect::<Option<Vec<_>>>());
        match names {
            Some(names) if !names.is_empty() => names,
            _ => {
                let what = "the header does not say what it reads";
                self.problem(self.line_of("reads"), what, "write `--- reads = [\"cost_daily\"]`");
                Vec::new()
            }
        }
    }

    /// The table `key`; empty when absent.
    fn table<'t>(&mut self, table: &'t toml::Table, key: &str) -> Vec<(&'t String, &'t toml::Value)> {
        match table.get(key) {
            None => Vec::new(),
            Some(toml::Value::Table(entries)) => entries.iter().collect(),
            Some(_) => {
                self.problem(self.line_of(key), format!("`{key}` is not a table"), format!("write `--- [{key}]`"));
                Vec::new()
            }
        }
    }

    fn params(&mut self, table: &toml::Table) -> Vec<Param> {
        let mut params = Vec::new();
        for (name, value) in self.table(table, "params") {
            let line = self.line_of(name);
            if bind::is_implicit(name) {
                self.problem(line, format!("`{name}` is a parameter of every query"), "remove it from [params]");
            }
            match ParamValue::from_toml(value) {
                Some(default) => params.push(Param { name: name.clone(), default }),
                None => {
                    let remedy = "give a text, an integer, a finite number, true, false or a date";
                    self.problem(line, format!("the default of `{name}` cannot be a literal"), remedy);
                }
            }
        }
        params
    }

    fn look(&mut self, table: &toml::Table, kind: Kind) -> BTreeMap<String, String> {
        let entries = self.table(table, "look");
        if !entries.is_empty() && kind != Kind::Waste {
            let what = "has `[look]` and is no waste rule";
            self.problem(self.line_of("look"), what, "remove it: only a finding is about one resource");
        }
        let mut commands = BTreeMap::new();
        for (provider, value) in entries {
            let refused = match value.as_str().filter(|command| !command.trim().is_empty()) {
                Some(command) => look::refused(command),
                None => Some("is no command".into()),
            };
            match refused {
                Some(what) => {
                    let remedy = "write `--- AWS = \"aws ec2 describe-volumes --volume-ids {ResourceId}\"`";
                    self.problem(self.line_of(provider), format!("the command of `{provider}` {what}"), remedy);
                }
                None => drop(commands.insert(provider.clone(), value.as_str().unwrap_or_default().to_string())),
            }
        }
        commands
    }

    fn columns(&mut self, table: &toml::Table, kind: Kind) -> Vec<QueryColumn> {
        if let (None, Some(columns)) = (table.get("columns"), contract::columns(kind)) {
            return columns;
        }
        let entries = self.table(table, "columns");
        if entries.is_empty() {
            self.problem(self.line_of("columns"), "the header declares no columns", "write `--- [columns]`");
        }
        let mut columns = Vec::new();
        for (name, value) in entries {
            match column(name, value) {
                Ok(column) => columns.push(column),
                Err((what, remedy)) => self.problem(self.line_of(name), what, remedy),
            }
        }
        columns
    }
}
