//! Texts as numbers, so that charges are grouped by comparing numbers.

use polars::polars_utils::aliases::PlHashMap;
use polars::prelude::*;
use std::sync::Arc;

/// No text: null.
pub const NONE: u32 = 0;

/// The distinct texts of one column, numbered from 1 in the order they came.
#[derive(Default)]
pub struct Dictionary {
    codes: PlHashMap<Arc<str>, u32>,
    texts: Vec<Arc<str>>,
}

impl Dictionary {
    /// The code of a text, a new one if it is new.
    pub fn code(&mut self, text: &str) -> u32 {
        if let Some(code) = self.codes.get(text) {
            return *code;
        }
        let text: Arc<str> = text.into();
        self.texts.push(text.clone());
        let code = self.texts.len() as u32;
        self.codes.insert(text, code);
        code
    }

    pub fn code_of(&mut self, text: Option<&str>) -> u32 {
        text.map_or(NONE, |text| self.code(text))
    }

    /// The codes of a column. Neighbours are often equal, and comparing is cheaper than hashing.
    pub fn codes(&mut self, column: &StringChunked) -> Vec<u32> {
        let mut last = (None, NONE);
        let code = |text: Option<&str>, dictionary: &mut Self| text.map_or(NONE, |text| dictionary.code(text));
        let mut codes = Vec::with_capacity(column.len());
        for text in column.iter() {
            if text != last.0 {
                last = (text, code(text, self));
            }
            codes.push(last.1);
        }
        codes
    }

    /// The text of a code; `None` is null.
    pub fn text(&self, code: u32) -> Option<&str> {
        (code as usize).checked_sub(1).and_then(|at| self.texts.get(at)).map(AsRef::as_ref)
    }

    /// How many codes there are, that of null included.
    pub fn len(&self) -> usize {
        self.texts.len() + 1
    }

    /// Of the codes in use: their order by text, null first. The rank of a code is its place in it.
    pub fn order(&self, used: impl Iterator<Item = u32>) -> Order {
        let mut seen = vec![false; self.len()];
        used.for_each(|code| seen[code as usize] = true);
        let mut codes: Vec<u32> = (0..self.len() as u32).filter(|code| seen[*code as usize]).collect();
        codes.sort_unstable_by(|a, b| self.text(*a).cmp(&self.text(*b)));
        let mut ranks = vec![0; self.len()];
        for (rank, code) in codes.iter().enumerate() {
            ranks[*code as usize] = rank as u32;
        }
        Order { codes, ranks }
    }
}

/// Codes in the order of their texts.
pub struct Order {
    /// By rank.
    pub codes: Vec<u32>,
    /// By code; of codes not in use, anything.
    pub ranks: Vec<u32>,
}

/// A day as a code: its order is that of the days, null first.
pub fn day_code(day: Option<i32>) -> u32 {
    day.map_or(NONE, |day| (day as u32) ^ (1 << 31))
}

/// The day of a code, in days since 1970.
pub fn day_of(code: u32) -> Option<i32> {
    (code != NONE).then_some((code ^ (1 << 31)) as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back_as_texts_and_sort_as_texts() {
        let mut dictionary = Dictionary::default();
        let column = StringChunked::from_iter([Some("b"), Some("b"), None, Some("a"), Some(""), Some("b")]);
        let codes = dictionary.codes(&column);
        assert_eq!(codes, [1, 1, 0, 2, 3, 1]);
        let texts: Vec<_> = codes.iter().map(|code| dictionary.text(*code)).collect();
        assert_eq!(texts, [Some("b"), Some("b"), None, Some("a"), Some(""), Some("b")]);
        // Null, "", "a"; "b" is not in use.
        let order = dictionary.order([2, 0, 3].into_iter());
        assert_eq!((order.codes.clone(), order.ranks[2]), (vec![0, 3, 2], 2));
    }

    #[test]
    fn days_sort_as_days() {
        let days = [None, Some(-1), Some(0), Some(20_000)];
        let codes = days.map(day_code);
        assert!(codes.is_sorted());
        assert_eq!(codes.map(day_of), days);
    }
}
