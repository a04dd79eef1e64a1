//! An answer of several pages: all of them, each once, within bounds.

use super::problem;
use crate::error::Result;
use crate::focus::Api;
use std::collections::BTreeSet;

/// A page larger than this is none.
pub const LARGEST_PAGE: usize = 32 << 20;
/// More pages than any answer has: they may cost money.
const MOST_PAGES: usize = 300;

/// The pages of one answer, as they come.
pub struct Pages<'a> {
    api: &'a Api,
    what: &'a str,
    tokens: BTreeSet<String>,
    bodies: Vec<String>,
}

impl<'a> Pages<'a> {
    /// `what` is asked for, in words for messages.
    pub fn new(api: &'a Api, what: &'a str) -> Self {
        Self { api, what, tokens: BTreeSet::new(), bodies: Vec::new() }
    }

    /// Takes a page, and gives the token to ask the next with; `None`: it was the last.
    ///
    /// # Errors
    /// `Source`, for a page that names a token again, which would go round for ever, for too many pages, and for a page
    /// that is too large.
    pub fn add(&mut self, body: String, token: Option<&str>) -> Result<Option<String>> {
        if body.len() > LARGEST_PAGE {
            return Err(self.wrong(&format!("a page of it has {} bytes", body.len())));
        }
        self.bodies.push(body);
        let Some(token) = token.filter(|token| !token.is_empty()) else { return Ok(None) };
        if !self.tokens.insert(token.to_string()) {
            let what = format!("page {} names the page token of an earlier one again", self.bodies.len());
            return Err(self.wrong(&what));
        }
        if self.bodies.len() >= MOST_PAGES {
            return Err(self.wrong(&format!("it has more than {MOST_PAGES} pages")));
        }
        Ok(Some(token.to_string()))
    }

    /// All of them.
    pub fn whole(self) -> Vec<String> {
        self.bodies
    }

    fn wrong(&self, what: &str) -> crate::Error {
        let remedy = "run again later; if it goes on, report it to the provider: nothing of the answer is used";
        problem(self.api, format!("{}: {what}", self.what), remedy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{ApiKind, Login};

    fn api() -> Api {
        Api {
            id: "costs".into(),
            kind: ApiKind::AwsCostExplorer,
            source: "aws".into(),
            ask: Vec::new(),
            scopes: Vec::new(),
            tolerance: None,
            location: None,
            login: Login::default(),
        }
    }

    #[test]
    fn pages_end_and_are_each_taken_once() {
        let api = api();
        let mut pages = Pages::new(&api, "costs of accounts");
        assert_eq!(pages.add("1".into(), Some("a")), Ok(Some("a".into())));
        assert_eq!(pages.add("2".into(), Some("b")), Ok(Some("b".into())));
        let error = pages.add("3".into(), Some("a")).unwrap_err().to_string();
        let said = "source: api costs: costs of accounts: page 3 names the page token of an earlier one again\n";
        assert!(error.starts_with(said), "{error}");
        assert_eq!(pages.add("4".into(), Some("")), Ok(None));
        assert_eq!(pages.whole(), ["1", "2", "3", "4"]);
    }

    #[test]
    fn pages_are_bounded_in_number_and_size() {
        let api = api();
        let mut pages = Pages::new(&api, "x");
        let refused = (0..1000).find_map(|at| pages.add(String::new(), Some(&at.to_string())).err());
        assert!(refused.unwrap().to_string().contains("more than 300 pages"));
        let large = " ".repeat(LARGEST_PAGE + 1);
        assert!(Pages::new(&api, "x").add(large, None).unwrap_err().to_string().contains("33554433 bytes"));
    }
}
