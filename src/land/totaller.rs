//! Reads keys and money of one row after the other and sums them by cell of the proof.
//!
//! The provider's own keys and money, with integers, from the delivered text. Nothing here knows
//! the mapping; that is what makes it a proof.

use super::input::Input;
use super::items;
use crate::error::Error;
use crate::error::Result;
use crate::focus::money::{COST_SCALE, Parsed, parse_decimal};
use crate::focus::{BillingMonth, ControlKey, ControlTotals, Money, MoneyBasis};
use crate::format::path::{self, List, Part};
use crate::format::{Blank, Format, Header};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// Sums rows by billing month and native key.
pub struct Totaller<'a> {
    format: &'a Format,
    /// Billing account, sub account, currency, line type.
    columns: [Option<usize>; 4],
    qualifiers: Vec<Vec<Option<usize>>>,
    money: Vec<Vec<MoneyPart>>,
    /// The cell of a row's key bytes.
    known: HashMap<Vec<u8>, usize>,
    cells: Vec<Cell>,
    key_bytes: Vec<u8>,
    /// The row last read.
    current: usize,
    amounts: Vec<Option<i128>>,
    line_types: HashSet<Vec<u8>>,
    /// The money column that a net delivery needs on every charge.
    net: Option<usize>,
    residuals: BTreeMap<&'static str, i128>,
}

struct Cell {
    month: BillingMonth,
    key: ControlKey,
    rows: u64,
    sums: Vec<Money>,
}

impl<'a> Totaller<'a> {
    pub fn new(format: &'a Format, header: &Header, basis: MoneyBasis) -> Self {
        let native = &format.native;
        let keys = [native.billing_account, native.sub_account, native.currency, native.line_type];
        let qualifiers =
            native.qualifiers.iter().map(|q| q.when.iter().map(|(name, _)| header.position(name)).collect());
        let net = native.net_columns.first().filter(|_| basis == MoneyBasis::Net);
        Self {
            format,
            columns: keys.map(|name| header.position(name)),
            qualifiers: qualifiers.collect(),
            money: native.money.iter().map(|money| money_parts(money.name, header)).collect(),
            known: HashMap::new(),
            cells: Vec::new(),
            key_bytes: Vec::new(),
            current: 0,
            amounts: vec![None; native.money.len()],
            line_types: HashSet::new(),
            net: net.and_then(|(_, net)| native.money.iter().position(|money| money.name == *net)),
            residuals: BTreeMap::new(),
        }
    }

    /// A cell without the format's word for "no value".
    pub fn present<'c>(&self, text: &'c [u8]) -> &'c [u8] {
        match self.format.null_text {
            Some(null) if text == null.as_bytes() => &[],
            _ => text,
        }
    }

    /// Adds the current row. `refuse` makes the error of a cell from its column, text and reason.
    pub fn add(
        &mut self,
        input: &Input,
        month: BillingMonth,
        refuse: impl Fn(&str, &[u8], &str) -> Error,
    ) -> Result<()> {
        self.current = self.cell_of(input, month, &refuse)?;
        let cell = &mut self.cells[self.current];
        cell.rows += 1;
        for (at, column) in self.format.native.money.iter().enumerate() {
            self.amounts[at] = None;
            let present = |text| match self.format.null_text {
                Some(null) if null.as_bytes() == text => &[][..],
                _ => text,
            };
            let read = read_parts(&self.money[at], |position| present(input.cell(position)));
            let Some((parsed, text)) = read.map_err(|text| refuse(column.name, text, "an amount of money"))? else {
                if (column.required && column.blank == Blank::Refuse) || self.net == Some(at) {
                    return Err(refuse(column.name, &[], BLANK));
                }
                continue;
            };
            self.amounts[at] = Some(parsed.value);
            let sum = cell.sums[at].checked_add(Money(parsed.value));
            cell.sums[at] = sum.ok_or_else(|| refuse(column.name, text, "addable: the total passes 38 digits"))?;
            if parsed.residual != 0 {
                *self.residuals.entry(column.name).or_default() += parsed.residual;
            }
        }
        Ok(())
    }

    /// The number of the cell that the row last added belongs to.
    pub fn current(&self) -> usize {
        self.current
    }

    /// The key of a cell.
    pub fn key(&self, cell: usize) -> &ControlKey {
        &self.cells[cell].key
    }

    /// A money value of the row last added, in units of 10^-18; `None` where blank.
    pub fn amount(&self, name: &str) -> Option<i128> {
        let at = self.format.native.money.iter().position(|money| money.name == name)?;
        self.amounts[at]
    }

    /// Σ of what rounding took, per money column, in units of 10^-36.
    pub fn residuals(&self) -> BTreeMap<String, i128> {
        self.residuals.iter().map(|(name, residual)| ((*name).to_string(), *residual)).collect()
    }

    /// The sums, by billing month and native key.
    pub fn finish(self) -> Result<BTreeMap<BillingMonth, ControlTotals>> {
        let columns: Vec<String> = self.format.native.money.iter().map(|money| money.name.to_string()).collect();
        let mut totals: BTreeMap<BillingMonth, ControlTotals> = BTreeMap::new();
        for cell in self.cells {
            let month = totals.entry(cell.month).or_insert_with(|| ControlTotals::new(columns.clone()));
            if !month.add(&cell.key, cell.rows, &cell.sums) {
                let place = format!("{}, sub account {}", cell.month, cell.key.sub_account);
                return Err(Error::source(place, "a money total has more than 38 digits", "check the export"));
            }
        }
        Ok(totals)
    }

    fn cell_of(
        &mut self,
        input: &Input,
        month: BillingMonth,
        refuse: &impl Fn(&str, &[u8], &str) -> Error,
    ) -> Result<usize> {
        self.key_bytes.clear();
        for position in self.columns {
            let text = position.map_or(&[][..], |at| input.cell(at));
            let absent = self.format.null_text.is_some_and(|null| null.as_bytes() == text);
            self.key_bytes.extend_from_slice(if absent { &[] } else { text });
            self.key_bytes.push(SEPARATOR);
        }
        let suffix = self.suffix(input, refuse)?;
        self.key_bytes.extend_from_slice(suffix.as_bytes());
        self.key_bytes.push(SEPARATOR);
        self.key_bytes.extend_from_slice(&month.year().to_le_bytes());
        self.key_bytes.push(month.month() as u8);
        if let Some(cell) = self.known.get(&self.key_bytes) {
            return Ok(*cell);
        }
        let key = self.make_key(suffix, refuse)?;
        let sums = vec![Money::ZERO; self.format.native.money.len()];
        self.cells.push(Cell { month, key, rows: 0, sums });
        self.known.insert(self.key_bytes.clone(), self.cells.len() - 1);
        Ok(self.cells.len() - 1)
    }

    /// The qualifier of the row's line type, which must be one the format knows.
    fn suffix(&mut self, input: &Input, refuse: &impl Fn(&str, &[u8], &str) -> Error) -> Result<&'static str> {
        let native = &self.format.native;
        let line_type = self.columns[3].map_or(&[][..], |at| input.cell(at));
        if !self.line_types.contains(line_type) {
            if line_type.is_empty() {
                return Err(refuse(native.line_type, line_type, BLANK));
            }
            if self.format.line_type(line_type).is_none() {
                return Err(refuse(native.line_type, line_type, "a line type this format knows"));
            }
            self.line_types.insert(line_type.to_vec());
        }
        let found = native.qualifiers.iter().zip(&self.qualifiers).find(|(qualifier, positions)| {
            (qualifier.line_type.is_empty() || qualifier.line_type.as_bytes() == line_type)
                && qualifier.when.iter().zip(positions.iter()).all(|((_, test), position)| {
                    let text = position.map_or(&[][..], |at| input.cell(at));
                    test.holds(std::str::from_utf8(text).unwrap_or_default())
                })
        });
        Ok(found.map_or("", |(qualifier, _)| qualifier.suffix))
    }

    /// The key of bytes seen for the first time.
    fn make_key(&self, suffix: &str, refuse: &impl Fn(&str, &[u8], &str) -> Error) -> Result<ControlKey> {
        let native = &self.format.native;
        let names = [native.billing_account, native.sub_account, native.currency, native.line_type];
        let mut texts = Vec::with_capacity(4);
        for (name, bytes) in names.iter().zip(self.key_bytes.split(|byte| *byte == SEPARATOR)) {
            let text = std::str::from_utf8(bytes).map_err(|_| refuse(name, bytes, "UTF-8 text"))?;
            if text.is_empty() && *name != native.sub_account {
                return Err(refuse(name, bytes, BLANK));
            }
            texts.push(text.to_string());
        }
        let known = self.format.line_type(texts[3].as_bytes());
        let mut line_type = known.map_or_else(|| texts[3].clone(), |known| (*known).to_string());
        if !suffix.is_empty() {
            line_type = format!("{line_type}/{suffix}");
        }
        let impossible = self.format.union.into_iter().flat_map(|union| union.impossible);
        if let Some(wrong) = impossible.into_iter().find(|wrong| wrong.line_type == line_type) {
            let place = refuse(native.line_type, &[], wrong.what).problem().place.clone();
            return Err(Error::source(place, wrong.what, wrong.remedy));
        }
        let [billing_account, sub_account, currency] = [0, 1, 2].map(|at| texts[at].clone());
        Ok(ControlKey { billing_account, sub_account, currency, line_type })
    }
}

/// One column of a money column's sum, by position; `None` where the export lacks it.
enum MoneyPart {
    Column(Option<usize>),
    List(Option<usize>, List),
}

fn money_parts(name: &'static str, header: &Header) -> Vec<MoneyPart> {
    let part = |part| match part {
        Part::Column(column) => MoneyPart::Column(header.position(column)),
        Part::List(list) => MoneyPart::List(header.position(list.column), list),
    };
    path::parts(name).into_iter().map(part).collect()
}

/// The sum of a row's cells, with the last of their texts; `None` where it begins with a column that is blank, and
/// the text that is no amount as the error.
fn read_parts<'i>(
    parts: &[MoneyPart],
    cell: impl Fn(usize) -> &'i [u8],
) -> std::result::Result<Option<(Parsed, &'i [u8])>, &'i [u8]> {
    let mut total: Option<(Parsed, &[u8])> = None;
    for part in parts {
        let (text, parsed) = match part {
            MoneyPart::Column(position) => {
                let text = position.map_or(&[][..], &cell);
                match (text.is_empty(), total) {
                    (true, None) => return Ok(None),
                    // A rebate that is not there takes nothing off.
                    (true, Some(_)) => continue,
                    _ => {}
                }
                (text, parse_decimal(text, COST_SCALE).map_err(|_| text)?)
            }
            MoneyPart::List(position, list) => {
                let text = position.map_or(&[][..], &cell);
                (text, items::sum(text, list).map_err(|_| text)?)
            }
        };
        let before = total.map_or(Parsed { value: 0, residual: 0 }, |(before, _)| before);
        let value = before.value.checked_add(parsed.value).ok_or(text)?;
        total = Some((Parsed { value, residual: before.residual + parsed.residual }, text));
    }
    Ok(total)
}

/// What is wrong with an empty cell that must hold something.
pub const BLANK: &str = "is blank: every charge needs it";

/// Stands in no account id, currency or line type.
const SEPARATOR: u8 = 0x1f;
