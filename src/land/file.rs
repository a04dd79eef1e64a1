//! One file of a delivery: read once, checked, summed, and cut into parts.

use super::BasisWish;
use super::basis::GrossCheck;
use super::identity::Identity;
use super::input::{self, Input, Shape};
use super::totaller::{BLANK, Totaller};
use super::write::PartWriter;
use super::write::SOURCE_ROW;
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, QUANTITY_SCALE, parse_decimal};
use crate::focus::time::parse_timestamp;
use crate::focus::{BillingMonth, ControlTotals, DeliveryKind, ExportFile, ExportRange, LandedPart, MoneyBasis};
use crate::format::slices::{COMMITMENT_COST, COMMITMENT_ID};
use crate::format::{DATASET, Format, Header};
use std::collections::BTreeMap;
use std::path::Path;

pub struct FileJob<'a> {
    pub number: usize,
    /// Files of the delivery.
    pub files: usize,
    pub file: &'a ExportFile,
    pub months: &'a [BillingMonth],
    pub kind: DeliveryKind,
    pub range: Option<ExportRange>,
    pub format: &'static Format,
    pub basis: MoneyBasis,
    pub wish: BasisWish,
}

pub struct FileOutcome {
    pub columns: Vec<String>,
    /// As in the delivery: what the header names, with the kind of a Parquet type.
    pub kinds: BTreeMap<String, String>,
    pub rows: u64,
    pub parts: Vec<LandedPart>,
    pub native: BTreeMap<BillingMonth, ControlTotals>,
    /// Σ of what rounding took, per money column, in units of 10^-36.
    pub residuals: BTreeMap<String, i128>,
    /// Rows of another billing period than the delivery's, by that period.
    pub strays: BTreeMap<String, u64>,
    /// Of a slice: its first and last export time, in UTC microseconds.
    pub exported: Option<(i64, i64)>,
    pub identity: Identity,
}

pub fn land_file(job: &FileJob, scratch: &Path, progress: &(dyn Fn(u64) + Sync)) -> Result<FileOutcome> {
    let key = &job.file.key;
    let shape = if job.format.slices().is_some() { Shape::Nested } else { Shape::Flat };
    let mut input = input::open_as(&job.file.path, key, shape)?;
    let kinds = input.kinds().iter().cloned().collect();
    if !job.file.dataset.is_empty() {
        input.fix(DATASET, &job.file.dataset);
    }
    let header = Header::new(job.format.header, input.header().to_vec());
    // JSON without a row has no columns either.
    if shape == Shape::Flat || !header.delivered.is_empty() {
        check_header(job, &header)?;
    }
    let mut rows = RowReader::new(job, &header)?;
    let mut writers: BTreeMap<BillingMonth, PartWriter> = BTreeMap::new();
    let mut parts = Vec::new();
    let (mut row, mut told) = (0u64, 0u64);
    while input.advance(row + 1)? {
        row += 1;
        let month = rows.read(&input, row)?;
        let writer =
            writers.entry(month).or_insert_with(|| PartWriter::new(job.number, month, key, header.delivered.clone()));
        writer.push(&input, row)?;
        if writer.is_full() {
            parts.push(writer.finish(scratch)?);
        }
        if row.is_multiple_of(8192) {
            progress(input.bytes_read() - told);
            told = input.bytes_read();
        }
    }
    for writer in writers.values_mut().filter(|writer| writer.rows() > 0) {
        parts.push(writer.finish(scratch)?);
    }
    progress(job.file.size.saturating_sub(told));
    parts.sort_by(|a, b| a.name.cmp(&b.name));
    let outcome = rows.outcome(header.delivered, row, parts)?;
    Ok(FileOutcome { kinds, ..outcome })
}

/// Is it this export at all, and does it have what the mapping and the proof cannot do without?
fn check_header(job: &FileJob, header: &Header) -> Result<()> {
    let key = &job.file.key;
    let mut seen = std::collections::BTreeSet::new();
    if let Some(twice) = header.delivered.iter().find(|name| !seen.insert(name.as_str())) {
        return Err(Error::source(key, format!("has the column {twice} twice"), "deliver the file again"));
    }
    if header.delivered.iter().any(|name| name == SOURCE_ROW) {
        let what = format!("has a column {SOURCE_ROW}, which is costmill's own name for the row's number");
        return Err(Error::source(key, what, "leave the column out of the export, or rename it"));
    }
    let shares = job.format.slices().is_some_and(|slices| slices.commitments.is_some());
    if shares
        && let Some(ours) =
            header.delivered.iter().find(|name| [COMMITMENT_COST, COMMITMENT_ID].contains(&name.as_str()))
    {
        let what = format!("has a column {ours}, which is costmill's own name for what commitments cost");
        return Err(Error::source(key, what, "leave the column out of the export, or rename it"));
    }
    let native = &job.format.native;
    if let Some(other) = native.lookalikes.iter().find(|other| other.columns.iter().all(|name| header.has(name))) {
        return Err(Error::source(key, other.what, other.remedy));
    }
    if let Some((column, other)) =
        native.foreign.iter().find(|(column, _)| header.delivered.iter().any(|n| job.format.header.same(n, column)))
    {
        let what = format!("is no {} export: it has the column {column}", job.format.id);
        return Err(Error::source(key, what, format!("say format = \"{other}\" for this source")));
    }
    let read = job.format.mapping.iter().flat_map(|(_, from)| from.reads());
    let read = read.chain(native.money.iter().map(|money| money.name)).chain(native.required.iter().copied());
    if let Some(twice) = read.map(|name| header.spellings(name)).find(|spellings| spellings.len() > 1) {
        let what = format!("has one column in two spellings: {}", twice.join(" and "));
        return Err(Error::source(key, what, "leave one of them out, or deliver the file again"));
    }
    let money = native.money.iter().filter(|money| money.required).map(|money| money.name);
    let missing: Vec<_> = native.required.iter().copied().chain(money).filter(|name| !header.has(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let all = native.required.len() + native.money.iter().filter(|money| money.required).count();
    let what = if missing.len() * 2 > all {
        format!("is no {} export: it lacks {}", job.format.id, missing.join(", "))
    } else {
        format!("lacks the column {}", missing.join(", "))
    };
    Err(Error::source(key, what, format!("check the export's columns against {}", job.format.page)))
}

/// Checks and sums rows; knows the columns by position.
struct RowReader<'a> {
    job: &'a FileJob<'a>,
    totaller: Totaller<'a>,
    period: usize,
    /// The period of the last row's text.
    last_period: (Vec<u8>, Option<BillingMonth>),
    decimals: Vec<(usize, &'static str, u32)>,
    times: Vec<(usize, &'static str, Vec<u8>)>,
    identity: Identity,
    gross: GrossCheck,
    strays: BTreeMap<String, u64>,
    exports: ExportTimes,
}

impl<'a> RowReader<'a> {
    fn new(job: &'a FileJob<'a>, header: &Header) -> Result<Self> {
        let native = &job.format.native;
        let found = |names: &'static [&'static str], scale: u32| {
            names.iter().filter_map(|name| header.position(name).map(|at| (at, *name, scale))).collect::<Vec<_>>()
        };
        let mut decimals = found(native.prices, COST_SCALE);
        decimals.extend(found(native.quantities, QUANTITY_SCALE));
        Ok(Self {
            job,
            totaller: Totaller::new(job.format, header, job.basis),
            period: header.position(native.period_start).unwrap_or_default(),
            last_period: (Vec::new(), None),
            decimals,
            times: found(native.times, 0).into_iter().map(|(at, name, _)| (at, name, Vec::new())).collect(),
            identity: Identity::new(native.identity, header, job.files),
            gross: GrossCheck::new(job.format, header, job.basis, job.wish),
            strays: BTreeMap::new(),
            exports: ExportTimes::new(job, header),
        })
    }

    /// Checks and sums the current row; returns the slot it belongs to.
    fn read(&mut self, input: &Input, row: u64) -> Result<BillingMonth> {
        let place = |name: &str| format!("{}, row {row}, column {name}", self.job.file.key);
        for (at, name, scale) in &self.decimals {
            let text = self.totaller.present(input.cell(*at));
            if !text.is_empty() && parse_decimal(text, *scale).is_err() {
                return Err(not_a(&place(name), text, "a decimal number"));
            }
        }
        for (at, name, last) in &mut self.times {
            let text = self.totaller.present(input.cell(*at));
            if text != last.as_slice() {
                let read = std::str::from_utf8(text).ok().and_then(|text| self.job.format.dates.read(text));
                if read.is_none() {
                    return Err(not_a(
                        &format!("{}, row {row}, column {name}", self.job.file.key),
                        text,
                        "a date and time",
                    ));
                }
                last.clear();
                last.extend_from_slice(text);
            }
        }
        self.exports.read(input, row)?;
        let month = self.month(input, row)?;
        self.totaller.add(input, month, |name, text, why| refused(&place(name), text, why))?;
        self.gross.check(
            |at| input.cell(at),
            |name, text, what, remedy| {
                let text = String::from_utf8_lossy(text);
                Error::source(place(name), format!("`{text}` is {what}"), remedy)
            },
        )?;
        self.identity.add(input);
        Ok(month)
    }

    /// The slot of the row: its own billing period, or for a whole-period delivery always the
    /// delivery's, whatever the row says.
    fn month(&mut self, input: &Input, row: u64) -> Result<BillingMonth> {
        let text = input.cell(self.period);
        if text != self.last_period.0.as_slice() {
            let text = std::str::from_utf8(text).ok();
            let dates = self.job.format.dates;
            let own = text
                .and_then(|text| dates.read(text).map_or_else(|| BillingMonth::of_text(text), BillingMonth::of_micros));
            self.last_period = (input.cell(self.period).to_vec(), own);
        }
        let own = self.last_period.1.ok_or_else(|| {
            let place = format!("{}, row {row}, column {}", self.job.file.key, self.job.format.native.period_start);
            not_a(&place, text, "the start of a billing period")
        })?;
        if self.job.kind == DeliveryKind::ExportSlice || self.job.months.contains(&own) {
            return Ok(own);
        }
        match self.job.months {
            [month] if self.job.kind == DeliveryKind::WholePeriod => {
                *self.strays.entry(own.to_string()).or_default() += 1;
                Ok(*month)
            }
            months => Err(Error::source(
                format!("{}, row {row}", self.job.file.key),
                format!("is a charge of billing period {own}, which its file set does not declare"),
                format!(
                    "add \"{own}\" to billing_periods (now {}) if these files are its complete state, or take the row out",
                    months.iter().map(|m| format!("\"{m}\"")).collect::<Vec<_>>().join(", ")
                ),
            )),
        }
    }

    fn outcome(self, columns: Vec<String>, rows: u64, parts: Vec<LandedPart>) -> Result<FileOutcome> {
        let Self { totaller, strays, identity, exports, .. } = self;
        let residuals = totaller.residuals();
        let exported = exports.seen;
        let (native, kinds) = (totaller.finish()?, BTreeMap::new());
        Ok(FileOutcome { columns, kinds, rows, parts, native, residuals, strays, exported, identity })
    }
}

/// When the rows of a slice were exported, and that it was in the slice's range.
struct ExportTimes {
    column: Option<(usize, &'static str)>,
    range: Option<ExportRange>,
    key: String,
    last: Vec<u8>,
    seen: Option<(i64, i64)>,
}

impl ExportTimes {
    fn new(job: &FileJob, header: &Header) -> Self {
        let time = job.format.slices().map(|slices| slices.time);
        let column = time.and_then(|name| header.position(name).map(|at| (at, name)));
        Self { column, range: job.range, key: job.file.key.clone(), last: Vec::new(), seen: None }
    }

    fn read(&mut self, input: &Input, row: u64) -> Result<()> {
        let Some((at, name)) = self.column else { return Ok(()) };
        let text = input.cell(at);
        if self.seen.is_some() && text == self.last.as_slice() {
            return Ok(());
        }
        let place = || format!("{}, row {row}, column {name}", self.key);
        let micros = std::str::from_utf8(text).ok().and_then(parse_timestamp);
        let micros = micros.ok_or_else(|| not_a(&place(), text, "a date and time"))?;
        if self.range.is_some_and(|range| !range.holds(micros)) {
            let what = format!("`{}` is outside the range that its dump is of", String::from_utf8_lossy(text));
            let remedy = "correct the range in the folder's name or in the config, or dump the range again";
            return Err(Error::source(place(), what, remedy));
        }
        let (first, last) = self.seen.unwrap_or((micros, micros));
        self.seen = Some((first.min(micros), last.max(micros)));
        self.last = text.to_vec();
        Ok(())
    }
}

fn refused(place: &str, text: &[u8], why: &str) -> Error {
    if text.is_empty() {
        return Error::source(place, why, "deliver the period again with a value there");
    }
    not_a(place, text, why)
}

fn not_a(place: &str, text: &[u8], what: &str) -> Error {
    if text.is_empty() {
        return refused(place, text, BLANK);
    }
    let shown: String = String::from_utf8_lossy(text).chars().take(80).collect();
    Error::source(place, format!("`{shown}` is not {what}"), "correct the export or deliver the file again")
}
