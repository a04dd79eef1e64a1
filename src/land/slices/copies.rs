//! How often a row counts that several dumps may hold.

use super::super::input::Input;
use super::super::write::SOURCE_ROW;
use crate::focus::time::parse_timestamp;
use crate::focus::{ExportRange, LandedDelivery};
use crate::format::Header;
use hashbrown::HashMap;
use sha2::{Digest, Sha256};

/// The rows of overlapping dumps seen so far: memory follows their number, some 50 bytes each. Rows whose
/// time of export no other dump reaches are not among them.
pub struct Copies {
    time: &'static str,
    ranges: Vec<ExportRange>,
    /// Of each dump without a range, its id and its first and last export time.
    loose: Vec<(String, (i64, i64))>,
    /// How many copies of a row count, by a hash of its cells.
    counted: HashMap<[u8; 16], u32>,
    /// How many copies the current dump has shown.
    shown: HashMap<[u8; 16], u32>,
    /// Of the current dump: is it of a range, and when were the others exported?
    ranged: bool,
    others: Vec<(i64, i64)>,
}

impl Copies {
    pub fn new(order: &[&LandedDelivery], time: &'static str) -> Self {
        let loose = order.iter().filter(|delivery| delivery.range.is_none());
        Self {
            time,
            ranges: order.iter().filter_map(|delivery| delivery.range).collect(),
            loose: loose.filter_map(|delivery| Some((delivery.id.clone(), delivery.exported?))).collect(),
            counted: HashMap::new(),
            shown: HashMap::new(),
            ranged: false,
            others: Vec::new(),
        }
    }

    /// The rows that follow are of this dump.
    pub fn begin(&mut self, delivery: &LandedDelivery) {
        self.ranged = delivery.range.is_some();
        self.others = self.loose.iter().filter(|(id, _)| *id != delivery.id).map(|(_, exported)| *exported).collect();
        self.shown.clear();
    }

    /// The rows of a part.
    pub fn rows<'c>(&'c mut self, header: &Header) -> PartRows<'c> {
        let mut columns: Vec<(String, usize)> =
            header.delivered.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        columns.retain(|(name, _)| name != SOURCE_ROW);
        columns.sort();
        let time = header.position(self.time);
        PartRows { copies: self, columns, time, last: (Vec::new(), None) }
    }
}

pub struct PartRows<'c> {
    copies: &'c mut Copies,
    /// By name: files differ in their columns' order, and in those that are null in every row.
    columns: Vec<(String, usize)>,
    time: Option<usize>,
    last: (Vec<u8>, Option<i64>),
}

impl PartRows<'_> {
    /// Does the current row count?
    pub fn counts(&mut self, input: &Input) -> bool {
        if self.copies.ranged {
            return true;
        }
        let Some(exported) = self.exported(input) else { return true };
        if self.copies.ranges.iter().any(|range| range.holds(exported)) {
            return false;
        }
        if !self.copies.others.iter().any(|(first, last)| (*first..=*last).contains(&exported)) {
            return true;
        }
        let identity = self.identity(input);
        let shown = self.copies.shown.entry(identity).or_default();
        *shown += 1;
        let counted = self.copies.counted.entry(identity).or_default();
        let counts = *shown > *counted;
        *counted = (*counted).max(*shown);
        counts
    }

    fn exported(&mut self, input: &Input) -> Option<i64> {
        let text = self.time.map(|at| input.cell(at))?;
        if self.last.0.as_slice() != text {
            self.last = (text.to_vec(), std::str::from_utf8(text).ok().and_then(parse_timestamp));
        }
        self.last.1
    }

    /// A hash of every cell that has a value, with its column's name.
    fn identity(&self, input: &Input) -> [u8; 16] {
        let mut hash = Sha256::new();
        for (name, at) in &self.columns {
            let text = input.cell(*at);
            if !text.is_empty() {
                hash.update((name.len() as u64).to_le_bytes());
                hash.update(name.as_bytes());
                hash.update((text.len() as u64).to_le_bytes());
                hash.update(text);
            }
        }
        let mut identity = [0; 16];
        identity.copy_from_slice(&hash.finalize()[..16]);
        identity
    }
}
