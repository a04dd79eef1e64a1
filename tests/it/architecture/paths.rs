//! Every path that a file names, `use` trees spelled out, `self` and `super` resolved.

use super::lexer::{Kind, Token};

/// A path from the crate root (`["crate", "focus", "Money"]`) or of another crate (`["std", "env"]`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub segments: Vec<String>,
    pub line: usize,
    /// `env!("…")` is answered by the compiler, `std::env` by the process.
    pub is_macro: bool,
}

impl Named {
    /// Do these segments stand next to each other in the path?
    pub fn has(&self, wanted: &[&str]) -> bool {
        self.segments.windows(wanted.len()).any(|window| window == wanted)
    }

    pub fn starts_with(&self, wanted: &[&str]) -> bool {
        self.segments.len() >= wanted.len() && self.segments.iter().zip(wanted).all(|(a, b)| a == b)
    }
}

/// The module that a source file is: `src/lake/scan.rs` is `["lake", "scan"]`, `src/lib.rs` is `[]`.
pub fn module_of(path: &str) -> Vec<String> {
    let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
    let inner = inner.strip_suffix("/mod").unwrap_or(inner);
    if ["lib", "main"].contains(&inner) { Vec::new() } else { inner.split('/').map(str::to_owned).collect() }
}

pub fn named_paths(path: &str, tokens: &[Token]) -> Vec<Named> {
    let mut reader = Reader { tokens, at: 0, found: Vec::new() };
    let mut module = module_of(path);
    let file_depth = module.len();
    // The brace depth at which each inline module opened.
    let (mut depth, mut opened) = (0usize, Vec::new());
    while reader.at < tokens.len() {
        let before = reader.found.len();
        if reader.inline_module() {
            module.push(tokens[reader.at + 1].text.clone());
            opened.push(depth);
            (depth, reader.at) = (depth + 1, reader.at + 3);
            continue;
        }
        if reader.sees("{") {
            depth += 1;
        } else if reader.sees("}") {
            depth = depth.saturating_sub(1);
            if opened.last() == Some(&depth) && module.len() > file_depth {
                opened.pop();
                module.pop();
            }
        }
        reader.step();
        for named in &mut reader.found[before..] {
            named.segments = from_root(&module, std::mem::take(&mut named.segments));
        }
    }
    reader.found
}

fn from_root(module: &[String], segments: Vec<String>) -> Vec<String> {
    let ups = segments.iter().take_while(|segment| *segment == "super").count();
    let skip = match segments.first().map(String::as_str) {
        Some("costmill") => return std::iter::once("crate".into()).chain(segments.into_iter().skip(1)).collect(),
        Some("self") => 1,
        Some("super") => ups,
        _ => return segments,
    };
    let base = &module[..module.len().saturating_sub(ups)];
    std::iter::once("crate".into()).chain(base.iter().cloned()).chain(segments.into_iter().skip(skip)).collect()
}

struct Reader<'a> {
    tokens: &'a [Token],
    at: usize,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn sees(&self, text: &str) -> bool {
        self.tokens.get(self.at).is_some_and(|token| token.is(text))
    }

    fn sees_separator(&self) -> bool {
        self.sees(":") && self.tokens.get(self.at + 1).is_some_and(|token| token.is(":"))
    }

    fn word(&self) -> Option<&Token> {
        self.tokens.get(self.at).filter(|token| token.kind == Kind::Word)
    }

    fn inline_module(&self) -> bool {
        self.sees("mod")
            && self.tokens.get(self.at + 1).is_some_and(|token| token.kind == Kind::Word)
            && self.tokens.get(self.at + 2).is_some_and(|token| token.is("{"))
    }

    fn step(&mut self) {
        // `use<'a>` in a return type captures lifetimes; it imports nothing.
        if self.sees("use") && !self.tokens.get(self.at + 1).is_some_and(|token| token.is("<")) {
            self.at += 1;
            self.use_tree(&[]);
        } else if self.word().is_some() {
            self.path();
        } else {
            self.at += 1;
        }
    }

    /// `a::b::c` in an expression, type or attribute; single names are nobody's.
    fn path(&mut self) {
        let line = self.tokens[self.at].line;
        let mut segments = Vec::new();
        while let Some(word) = self.word() {
            segments.push(word.text.clone());
            self.at += 1;
            if !self.sees_separator() || self.tokens.get(self.at + 2).is_none_or(|next| next.kind != Kind::Word) {
                break;
            }
            self.at += 2;
        }
        if segments.len() > 1 {
            let is_macro = self.sees("!");
            self.found.push(Named { segments, line, is_macro });
        }
    }

    fn use_tree(&mut self, prefix: &[String]) {
        let line = self.tokens.get(self.at).map_or(0, |token| token.line);
        let mut segments = prefix.to_vec();
        loop {
            if self.sees_separator() {
                self.at += 2;
            } else if self.sees("{") {
                self.at += 1;
                while !self.sees("}") && self.at < self.tokens.len() {
                    self.use_tree(&segments);
                    if self.sees(",") {
                        self.at += 1;
                    }
                }
                self.at += 1;
                return;
            } else if self.sees("*") {
                segments.push("*".into());
                self.at += 1;
            } else if self.sees("as") {
                self.at += 2;
            } else if let Some(word) = self.word() {
                // `a::{self, b}` names `a` itself.
                if word.text != "self" || segments.is_empty() {
                    segments.push(word.text.clone());
                }
                self.at += 1;
            } else {
                break;
            }
        }
        self.found.push(Named { segments, line, is_macro: false });
        // Never stand still on source that is not Rust.
        if !(self.sees(",") || self.sees("}") || self.sees(";")) {
            self.at += 1;
        }
    }
}

#[test]
fn paths_are_spelled_out_from_the_root() {
    let source = "use crate::{self as root, focus::{Money, period::*}};\nuse std::{env, fs::File as F};\n\
                  fn f() -> impl Sized + use<> { super::super::land::x(); self::y::<T>::z; ::clap::Arg; env!(\"A\") }\n\
                  mod inner { use super::super::t; mod deep {} } use super::u; std::env!(\"B\");";
    let named: Vec<_> = named_paths("src/lake/scan.rs", &super::lexer::tokens(source))
        .into_iter()
        .map(|named| format!("{}{}", named.segments.join("::"), if named.is_macro { "!" } else { "" }))
        .collect();
    let expected = [
        "crate",
        "crate::focus::Money",
        "crate::focus::period::*",
        "std::env",
        "std::fs::File",
        "crate::land::x",
        "crate::lake::scan::y",
        "clap::Arg",
        "crate::lake::t",
        "crate::lake::u",
        "std::env!",
    ];
    assert_eq!(named, expected);
}
