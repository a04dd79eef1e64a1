//! What charges rest on: the version of the lake, the deliveries with their files and hashes, and sums.

use super::lines::{Line, TEXTS};
use crate::command::table::grid;
use crate::error::{Error, Result};
use crate::focus::money::decimal_text;
use crate::focus::{LandedDelivery, Slot};
use crate::lake::{Lake, Snapshot};
use crate::land::read_landed;
use std::collections::{BTreeMap, BTreeSet};

/// Charges that are shown one by one.
const SHOWN: usize = 20;

/// Charges as they come: how many, their sum, sums by key, and the largest.
#[derive(Default)]
pub struct Tally {
    pub lines: u64,
    pub sum: i128,
    /// By currency and measure.
    pub sums: BTreeMap<(String, String), i128>,
    /// By source, billing period, charge category, measure and currency.
    parts: BTreeMap<[String; 5], (u64, i128)>,
    largest: Vec<Line>,
    /// The only cost that charges are shown one by one with; any where none is given.
    pub shown: Option<&'static str>,
    /// Are the lines of a figure in the reporting currency? Then their own currencies stand beside them.
    pub is_converted: bool,
    /// The files that lines stand in, by slot.
    files: BTreeMap<(String, String), BTreeSet<String>>,
}

impl Tally {
    /// Of a figure in the reporting currency, or in the currency of its charges.
    pub fn of_figure(is_converted: bool) -> Self {
        Self { is_converted, ..Self::default() }
    }

    pub fn add(&mut self, line: Line) -> Result<()> {
        let past = || Error::bug("explain", "a sum past 38 digits");
        self.lines += 1;
        self.sum = self.sum.checked_add(line.amount).ok_or_else(past)?;
        *self.sums.entry((line.currency.clone(), line.measure.clone())).or_default() += line.amount;
        let line_of = [&line.source, &line.month, &line.texts[0], &line.measure, &line.currency];
        let key = line_of.map(String::clone);
        let part = self.parts.entry(key).or_default();
        part.0 += 1;
        part.1 += line.amount;
        let files = self.files.entry((line.source.clone(), line.month.clone())).or_default();
        if !files.contains(&line.file) {
            files.insert(line.file.clone());
        }
        // A resource's charges come with each of their costs, and are shown with one.
        if self.shown.is_some_and(|cost| cost != line.measure) {
            return Ok(());
        }
        let at = self.largest.partition_point(|other| other.amount.abs() >= line.amount.abs());
        if at < SHOWN {
            self.largest.insert(at, line);
            self.largest.truncate(SHOWN);
        }
        Ok(())
    }

    /// Sums by source, billing period and charge category.
    pub fn parts(&self) -> String {
        let header = ["source", "period", "ChargeCategory", "cost", "charges", "amount"].map(str::to_string);
        let rows: Vec<Vec<String>> = self
            .parts
            .iter()
            .map(|(key, (lines, amount))| {
                let amount = self.told(*amount, &key[4]);
                key[..4].iter().cloned().chain([lines.to_string(), amount]).collect()
            })
            .collect();
        grid(&header, &rows, &[false, false, false, false, true, true])
    }

    /// By source, billing period and currency: what the charges sum to.
    pub fn by_currency(&self) -> BTreeMap<[String; 3], i128> {
        let mut sums = BTreeMap::new();
        for ([source, month, _, _, currency], (_, amount)) in &self.parts {
            *sums.entry([source, month, currency].map(String::clone)).or_default() += amount;
        }
        sums
    }

    /// An amount, with its currency where lines have several.
    fn told(&self, amount: i128, currency: &str) -> String {
        let text = decimal_text(amount, 18);
        if self.is_converted { format!("{text} {currency}") } else { text }
    }

    /// The largest charges, each with its line of the export.
    pub fn lines(&self) -> String {
        let header =
            ["amount", "day", "ChargeCategory", "SubAccountId", "ServiceName", "ResourceId", "line of the export"];
        let rows: Vec<Vec<String>> = self
            .largest
            .iter()
            .map(|line| {
                let texts = line.texts[..4].iter().map(|text| short(text));
                let amount = self.told(line.amount, &line.currency);
                let at = if line.row > 0 { format!("{}:{}", line.file, line.row) } else { line.file.clone() };
                [amount, line.day.clone()].into_iter().chain(texts).chain([at]).collect()
            })
            .collect();
        grid(&header.map(str::to_string), &rows, &[true, false, false, false, false, false, false])
    }

    /// By slot: the delivery, its format and each file that lines stand in, with its hash.
    pub fn deliveries(&self, lake: &Lake, snapshot: &Snapshot) -> Result<String> {
        let mut text = String::new();
        for (slot, record) in &snapshot.slots {
            let Some(files) = self.files.get(&(slot.source.clone(), slot.month.to_string())) else { continue };
            text.push_str(&format!(
                "  {slot}: delivery {} ({}), found at {}\n",
                record.delivery, record.format, record.origin
            ));
            let landed = landed(lake, slot, &record.delivery)?;
            for file in files {
                let known = landed.iter().flat_map(|landed| &landed.files).find(|known| &known.key == file);
                text.push_str(&match known {
                    Some(known) => format!("    {file}  {} rows  sha256 {}\n", known.rows, known.sha256),
                    None => format!("    {file}\n"),
                });
            }
        }
        Ok(text)
    }
}

/// The landed deliveries of a slot that are still there.
fn landed(lake: &Lake, slot: &Slot, ids: &str) -> Result<Vec<LandedDelivery>> {
    let landed = ids.split('+').map(|id| read_landed(&lake.landed_folder(&slot.source, id)?));
    Ok(landed.collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
}

fn short(text: &str) -> String {
    match text.char_indices().nth(48) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_string(),
    }
}

/// The CSV of all lines, printed as they come.
pub struct CsvOut {
    console: super::Console,
    writer: csv::Writer<Vec<u8>>,
}

/// What is gathered before it is printed, in bytes.
const CHUNK: usize = 1 << 16;

impl CsvOut {
    /// With the header already in it.
    pub fn new(console: super::Console) -> Result<Self> {
        let mut out = Self { console, writer: csv::Writer::from_writer(Vec::new()) };
        let place = ["x_SourceId", "x_BillingMonth", "x_SourceFile", "x_SourceRow", "x_ChargeDay"];
        let names = place.into_iter().chain(TEXTS).chain(["BillingCurrency", "x_Cost", "x_Amount"]);
        out.writer.write_record(names).map_err(|error| broken(&error))?;
        Ok(out)
    }

    pub fn line(&mut self, line: &Line) -> Result<()> {
        let (row, amount) = (line.row.to_string(), decimal_text(line.amount, 18));
        let place = [&line.source, &line.month, &line.file, &row, &line.day];
        let end = [&line.currency, &line.measure, &amount];
        let cells = place.into_iter().chain(&line.texts).chain(end);
        self.writer.write_record(cells).map_err(|error| broken(&error))?;
        if self.writer.get_ref().len() >= CHUNK { self.print() } else { Ok(()) }
    }

    /// Prints what is left.
    pub fn print(&mut self) -> Result<()> {
        let writer = std::mem::replace(&mut self.writer, csv::Writer::from_writer(Vec::new()));
        let bytes = writer.into_inner().map_err(|error| broken(&error))?;
        self.console.answer(&String::from_utf8_lossy(&bytes))
    }
}

fn broken(error: &dyn std::fmt::Display) -> Error {
    Error::bug("explain", error.to_string())
}
