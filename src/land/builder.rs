//! One column of a part, built row by row: most billing columns hold few distinct texts.

use arrow::array::{ArrayRef, DictionaryArray, Int32Array, StringArray};
use arrow::datatypes::Int32Type;
use hashbrown::DefaultHashBuilder;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::BuildHasher;
use std::sync::Arc;

/// Collects the texts of one column. Empty is null.
pub struct ColumnBuilder {
    /// Distinct texts, end to end, and where each ends.
    bytes: Vec<u8>,
    ends: Vec<u32>,
    table: HashTable<u32>,
    /// One key per row, −1 for null; empty as long as every row so far is null.
    keys: Vec<i32>,
    rows: usize,
    last: i32,
    /// Set when most texts are distinct: then no table is kept.
    plain: bool,
    /// Randomly seeded: keys are numbered in order of appearance, so no output depends on it.
    hasher: DefaultHashBuilder,
}

/// How a finished column is best stored.
pub struct Finished {
    pub array: ArrayRef,
    pub dictionary: bool,
}

impl ColumnBuilder {
    pub fn new() -> Self {
        Self {
            bytes: Vec::new(),
            ends: Vec::new(),
            table: HashTable::new(),
            keys: Vec::new(),
            rows: 0,
            last: -1,
            plain: false,
            hasher: DefaultHashBuilder::default(),
        }
    }

    pub fn push(&mut self, text: &[u8]) {
        self.rows += 1;
        if text.is_empty() {
            if !self.keys.is_empty() {
                self.keys.push(-1);
            }
            return;
        }
        if self.keys.is_empty() {
            self.keys.reserve(1024);
            self.keys.resize(self.rows - 1, -1);
        }
        let key = if self.last >= 0 && self.text(self.last) == text { self.last } else { self.intern(text) };
        self.last = key;
        self.keys.push(key);
    }

    /// The column of the rows so far; starts anew.
    pub fn finish(&mut self) -> Finished {
        let rows = std::mem::take(&mut self.rows);
        let keys = std::mem::take(&mut self.keys);
        let bytes = std::mem::take(&mut self.bytes);
        let ends = std::mem::take(&mut self.ends);
        self.table.clear();
        self.last = -1;
        self.plain = false;
        if keys.is_empty() {
            return Finished { array: Arc::new(StringArray::new_null(rows)), dictionary: true };
        }
        let text = |key: i32| {
            let start = if key == 0 { 0 } else { ends[key as usize - 1] as usize };
            // Checked as UTF-8 when the row was read.
            std::str::from_utf8(&bytes[start..ends[key as usize] as usize]).unwrap_or_default()
        };
        if ends.len() * 2 > rows {
            let array: StringArray = keys.iter().map(|key| (*key >= 0).then(|| text(*key))).collect();
            return Finished { array: Arc::new(array), dictionary: false };
        }
        let values: StringArray = (0..ends.len() as i32).map(|key| Some(text(key))).collect();
        let keys: Int32Array = keys.into_iter().map(|key| (key >= 0).then_some(key)).collect();
        match DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)) {
            Ok(array) => Finished { array: Arc::new(array), dictionary: true },
            Err(_) => Finished { array: Arc::new(StringArray::new_null(rows)), dictionary: true },
        }
    }

    /// Bytes held, for the bound on a part.
    pub fn size(&self) -> usize {
        self.bytes.len() + self.ends.len() * 12 + self.keys.len() * 4
    }

    fn text(&self, key: i32) -> &[u8] {
        let start = if key == 0 { 0 } else { self.ends[key as usize - 1] as usize };
        &self.bytes[start..self.ends[key as usize] as usize]
    }

    fn intern(&mut self, text: &[u8]) -> i32 {
        // After a while a column of ids shows itself: looking them up would find nothing.
        if !self.plain && self.rows == 8192 && self.ends.len() * 4 > self.rows * 3 {
            self.plain = true;
            self.table.clear();
        }
        if self.plain {
            return self.append(text);
        }
        let hash = self.hasher.hash_one(text);
        let (bytes, ends) = (&self.bytes, &self.ends);
        let slice = |key: u32| {
            let start = if key == 0 { 0 } else { ends[key as usize - 1] as usize };
            &bytes[start..ends[key as usize] as usize]
        };
        let entry = self.table.entry(hash, |key| slice(*key) == text, |key| self.hasher.hash_one(slice(*key)));
        match entry {
            Entry::Occupied(found) => *found.get() as i32,
            Entry::Vacant(vacant) => {
                vacant.insert(ends.len() as u32);
                self.append(text)
            }
        }
    }

    fn append(&mut self, text: &[u8]) -> i32 {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len() as u32);
        self.ends.len() as i32 - 1
    }
}
