//! Rust source to tokens: comments gone, literals set apart, `#[cfg(test)]` items removed on request.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// An identifier, keyword or number.
    Word,
    /// One punctuation character.
    Mark,
    /// The inside of a string or character literal.
    Literal,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
}

impl Token {
    pub fn is(&self, text: &str) -> bool {
        self.kind != Kind::Literal && self.text == text
    }
}

pub fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let (mut at, mut line, mut tokens) = (0, 1, Vec::new());
    while at < chars.len() {
        let (kind, skip, end, next) = next_token(&chars, at);
        if let Some(kind) = kind {
            tokens.push(Token { kind, text: chars[skip..end].iter().collect(), line });
        }
        line += chars[at..next].iter().filter(|c| **c == '\n').count();
        at = next;
    }
    tokens
}

/// The token at `at`: its kind (`None` for space and comments), where its text begins and ends,
/// and where the next one begins.
fn next_token(chars: &[char], at: usize) -> (Option<Kind>, usize, usize, usize) {
    let peek = |offset: usize| chars.get(at + offset).copied().unwrap_or('\0');
    let literal = |start: usize, (end, next): (usize, usize)| (Some(Kind::Literal), start, end, next);
    match chars[at] {
        c if c.is_whitespace() => (None, at, at, at + 1),
        '/' if peek(1) == '/' => {
            let end = (at..chars.len()).find(|i| chars[*i] == '\n').unwrap_or(chars.len());
            (None, at, at, end)
        }
        '/' if peek(1) == '*' => (None, at, at, block_comment_end(chars, at)),
        '"' => literal(at + 1, quoted_end(chars, at + 1, '"')),
        'b' if peek(1) == '"' => literal(at + 2, quoted_end(chars, at + 2, '"')),
        'b' if peek(1) == '\'' => literal(at + 2, quoted_end(chars, at + 2, '\'')),
        '\'' if peek(1) == '\\' || peek(2) == '\'' => literal(at + 1, quoted_end(chars, at + 1, '\'')),
        'r' | 'b' if raw_start(chars, at).is_some() => {
            let (start, hashes) = raw_start(chars, at).unwrap_or((at, 0));
            literal(start, raw_end(chars, start, hashes))
        }
        c if c.is_alphanumeric() || c == '_' => {
            let end = (at..chars.len()).find(|i| !(chars[*i].is_alphanumeric() || chars[*i] == '_'));
            let end = end.unwrap_or(chars.len());
            (Some(Kind::Word), at, end, end)
        }
        _ => (Some(Kind::Mark), at, at + 1, at + 1),
    }
}

fn block_comment_end(chars: &[char], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at + 1 < chars.len() {
        match (chars[at], chars[at + 1]) {
            ('/', '*') => (depth, at) = (depth + 1, at + 2),
            ('*', '/') => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    chars.len()
}

/// End of the text and start of what follows, past an escaped quote.
fn quoted_end(chars: &[char], start: usize, quote: char) -> (usize, usize) {
    let mut at = start;
    while at < chars.len() && chars[at] != quote {
        at += if chars[at] == '\\' { 2 } else { 1 };
    }
    (at.min(chars.len()), (at + 1).min(chars.len()))
}

/// `r"`, `r#"`, `br"`: where the text begins and how many hashes close it.
fn raw_start(chars: &[char], at: usize) -> Option<(usize, usize)> {
    let after_r = match (chars[at], chars.get(at + 1)?) {
        ('r', _) => at + 1,
        ('b', 'r') => at + 2,
        _ => return None,
    };
    let hashes = chars[after_r..].iter().take_while(|c| **c == '#').count();
    (chars.get(after_r + hashes) == Some(&'"')).then_some((after_r + hashes + 1, hashes))
}

fn raw_end(chars: &[char], start: usize, hashes: usize) -> (usize, usize) {
    let closes = |at: usize| chars[at] == '"' && chars[at + 1..].iter().take_while(|c| **c == '#').count() >= hashes;
    let end = (start..chars.len()).find(|at| closes(*at)).unwrap_or(chars.len());
    (end, (end + 1 + hashes).min(chars.len()))
}

/// The tokens without the items under `#[cfg(test)]`.
pub fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let (mut at, mut kept) = (0, Vec::new());
    while at < tokens.len() {
        if is_attribute(tokens, at) {
            let end = close(tokens, at + 1);
            let names = |word: &str| tokens[at..end].iter().any(|token| token.is(word));
            if names("cfg") && names("test") && !names("not") {
                at = item_end(tokens, end);
                continue;
            }
        }
        kept.push(tokens[at].clone());
        at += 1;
    }
    kept
}

fn is_attribute(tokens: &[Token], at: usize) -> bool {
    tokens[at].is("#") && tokens.get(at + 1).is_some_and(|token| token.is("["))
}

/// Just past the item that begins at `at`, further attributes included.
fn item_end(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() && is_attribute(tokens, at) {
        at = close(tokens, at + 1);
    }
    let import = tokens.get(at).is_some_and(|token| token.is("use"));
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            _ if tokens[at].kind != Kind::Mark => at += 1,
            ";" => return at + 1,
            "{" if !import => return close(tokens, at),
            "(" | "[" | "{" => at = close(tokens, at),
            _ => at += 1,
        }
    }
    at
}

/// Just past the bracket that closes the one at `open`.
pub fn close(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text.as_str() {
            _ if token.kind != Kind::Mark => {}
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[test]
fn the_lexer_sees_through_comments_literals_and_lifetimes() {
    let source = r####"
// crate::a
/* crate::b /* crate::c */ */
fn f<'a>(x: &'a str) -> char { let _ = ("crate::d \" x", r#"crate::"e"#, b"f", '\'', '"', b'g'); 'h' }
#[cfg(test)]
#[allow(x)]
mod tests { fn g() { crate::i } }
#[cfg(test)]
use crate::{j, k};
#[cfg(not(test))]
use crate::l;
"####;
    let all = tokens(source);
    let words = |tokens: &[Token], kind: Kind| -> Vec<String> {
        tokens.iter().filter(|token| token.kind == kind).map(|token| token.text.clone()).collect()
    };
    assert_eq!(words(&all, Kind::Literal), ["crate::d \\\" x", "crate::\"e", "f", "\\'", "\"", "g", "h"]);
    let kept = words(&without_tests(&all), Kind::Word);
    assert!(kept.contains(&"l".into()) && !kept.iter().any(|word| ["i", "j", "k", "tests"].contains(&word.as_str())));
    assert_eq!(all.last().unwrap().line, 11);
}
