//! The landed files, read again: native control totals, and what the crosswalk makes of them.

use super::attribution;
use super::input::{Input, open_part};
use super::totaller::Totaller;
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{BillingMonth, ControlKey, ControlTotals, LandedDelivery, LandedPart, Money, MoneyBasis};
use crate::format::{Crosswalk, Format, Header, LineRule, RULE_COSTS, path};
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What the landed files of one slot say.
#[derive(Debug, Clone, Default)]
pub struct NativeProof {
    /// Rows and native money by native line type, as at the source.
    pub native: ControlTotals,
    /// Rows and costs by charge category, as the crosswalk says `cost` must be.
    pub expected: ControlTotals,
    /// Money of offsetting line types that does not cancel out, by the offset's key.
    pub residuals: BTreeMap<Vec<String>, Money>,
}

/// Reads the landed parts of a billing month again and sums them.
///
/// Errors: a part that is missing or damaged is a `Lake` error, a changed cell a `Tie`, a row that
/// the crosswalk cannot value a `Source` error with the file and row it came from.
pub fn native_proof(landed: &LandedDelivery, format: &'static Format, month: BillingMonth) -> Result<NativeProof> {
    let crosswalk = (format.crosswalk)();
    let wanted = native_columns(format, &Header::new(format.header, landed.columns.clone()));
    let mut proof = NativeProof { expected: cost_totals(), ..NativeProof::default() };
    for part in landed.parts.iter().filter(|part| part.month == month) {
        let mut input = open_part(&landed.folder.join(&part.name), |name| name == ROW || wanted.contains(name))?;
        PartProof::new(landed, part, format, &crosswalk, &input).read(&mut input, &mut proof)?;
    }
    if let Some(words) = format.slices().and_then(|slices| slices.commitments) {
        attribution::check(words, landed, format.header, month)?;
    }
    proof.residuals.retain(|_, amount| !amount.is_zero());
    add_residuals(&mut proof, &crosswalk, format);
    Ok(proof)
}

/// Empty control totals of `cost`.
pub fn cost_totals() -> ControlTotals {
    ControlTotals::new(RULE_COSTS.iter().map(|name| (*name).to_string()).collect())
}

/// The column of a landed part that says the row of the source.
const ROW: &str = "x_SourceRow";

/// The delivered names of every column the proof reads.
fn native_columns(format: &Format, header: &Header) -> BTreeSet<String> {
    let native = &format.native;
    let keys = [native.billing_account, native.sub_account, native.currency, native.line_type];
    let qualifiers = native.qualifiers.iter().flat_map(|qualifier| qualifier.when).map(|(name, _)| *name);
    let offset = native.offset.iter().flat_map(|offset| offset.key).copied();
    let money = native.money.iter().flat_map(|money| path::columns(money.name)).chain(native.factors.iter().copied());
    let all = keys.into_iter().chain(qualifiers).chain(offset).chain(money);
    // Files of one delivery may spell a column in different ways.
    let spelled = |name: &'static str| {
        let same = header.delivered.iter().filter(move |delivered| format.header.same(delivered, name));
        same.map(String::as_str).chain(header.name(name)).collect::<Vec<_>>()
    };
    all.flat_map(spelled).map(str::to_string).collect()
}

/// Residuals are charges too: the expected totals hold them under the category of their rule.
fn add_residuals(proof: &mut NativeProof, crosswalk: &Crosswalk, format: &Format) {
    let Some(offset) = format.native.offset else { return };
    let rule = crosswalk.rule(&format!("{}/residual", offset.line_type), "any");
    for (key, amount) in &proof.residuals {
        let text = |at: usize| key.get(at).cloned().unwrap_or_default();
        let cell = ControlKey {
            billing_account: text(2),
            sub_account: text(1),
            currency: text(3),
            line_type: rule.map(|rule| rule.charge_category.clone()).unwrap_or_default(),
        };
        let _ = proof.expected.add(&cell, 1, &[*amount, *amount, Money::ZERO, Money::ZERO, Money::ZERO]);
    }
}

fn basis_word(basis: MoneyBasis) -> &'static str {
    match basis {
        MoneyBasis::Gross => "gross",
        MoneyBasis::Net => "net",
    }
}

/// One landed part being summed.
struct PartProof<'a> {
    landed: &'a LandedDelivery,
    part: &'a LandedPart,
    crosswalk: &'a Crosswalk,
    totaller: Totaller<'a>,
    /// Per cell of the totaller: its rule, and the costs so far.
    cells: Vec<(Option<&'a LineRule>, u64, [Money; 5])>,
    offset: Option<OffsetReader>,
    row: Option<usize>,
    /// What formulas multiply and nothing sums.
    factors: Vec<(&'static str, usize)>,
}

impl<'a> PartProof<'a> {
    fn new(
        landed: &'a LandedDelivery,
        part: &'a LandedPart,
        format: &'static Format,
        crosswalk: &'a Crosswalk,
        input: &Input,
    ) -> Self {
        let header = Header::new(format.header, input.header().to_vec());
        Self {
            landed,
            part,
            crosswalk,
            totaller: Totaller::new(format, &header, landed.basis),
            cells: Vec::new(),
            offset: OffsetReader::new(format, &header, landed.basis),
            row: input.header().iter().position(|name| name == ROW),
            factors: format
                .native
                .factors
                .iter()
                .filter_map(|name| header.position(name).map(|at| (*name, at)))
                .collect(),
        }
    }

    fn read(mut self, input: &mut Input, proof: &mut NativeProof) -> Result<()> {
        let mut row = 0;
        while input.advance(row + 1)? {
            row += 1;
            let (landed, part, at) = (self.landed, self.part, self.row);
            let changed = |name: &str, text: &[u8], why: &str| {
                let place = format!("{} {}, {}, column {name}", landed.source, part.month, source_row(part, at, input));
                let what = format!("landed `{}` is not {why}", String::from_utf8_lossy(text));
                Error::tie(place, what, "the landed file was changed; delete its folder and run again")
            };
            self.totaller.add(input, part.month, changed)?;
            self.value(input)?;
            if let Some((key, amount)) = self.offset.as_mut().and_then(|offset| offset.read(input, &self.totaller)) {
                *proof.residuals.entry(key.clone()).or_default() += amount;
            }
        }
        self.finish(proof)
    }

    /// Adds the five costs of the row the totaller stands on.
    fn value(&mut self, input: &Input) -> Result<()> {
        let cell = self.totaller.current();
        let basis = basis_word(self.landed.basis);
        while self.cells.len() <= cell {
            let key = self.totaller.key(self.cells.len());
            self.cells.push((self.crosswalk.rule(&key.line_type, basis), 0, [Money::ZERO; 5]));
        }
        let (rule, rows, costs) = &mut self.cells[cell];
        let place = || source_row(self.part, self.row, input);
        let Some(rule) = rule else {
            let line_type = &self.totaller.key(cell).line_type;
            let what = format!("the crosswalk has no rule for `{line_type}` on the {basis} basis");
            return Err(Error::source(place(), what, "report the line type; it is not published"));
        };
        *rows += 1;
        let factor = |name: &str| {
            let (_, at) = self.factors.iter().find(|(factor, _)| *factor == name)?;
            parse_decimal(self.totaller.present(input.cell(*at)), COST_SCALE).ok().map(|parsed| parsed.value)
        };
        let amount = |name: &str| self.totaller.amount(name).or_else(|| factor(name));
        for (cost, formula) in costs.iter_mut().zip(&rule.costs) {
            let value = formula.value(&amount).map_err(|column| {
                Error::source(
                    format!("{}, column {column}", place()),
                    format!("is blank on a {} charge", rule.line_type),
                    "export the column with its values; for net costs, money_basis = \"gross\" may be meant",
                )
            })?;
            let sum = cost.checked_add(Money(value));
            *cost = sum.ok_or_else(|| Error::source(place(), "takes a total past 38 digits", "check the export"))?;
        }
        Ok(())
    }

    fn finish(self, proof: &mut NativeProof) -> Result<()> {
        let past = || Error::source(&self.part.file, "takes a total past 38 digits", "check the export");
        for (at, (rule, rows, costs)) in self.cells.iter().enumerate() {
            let category = rule.map(|rule| rule.charge_category.clone()).unwrap_or_default();
            // Another dataset has these rows: they are no charges of `cost`.
            if category.is_empty() {
                continue;
            }
            let key = ControlKey { line_type: category, ..self.totaller.key(at).clone() };
            if !proof.expected.add(&key, *rows, costs) {
                return Err(past());
            }
        }
        for totals in self.totaller.finish()?.into_values() {
            if proof.native.columns.is_empty() {
                proof.native = totals;
                continue;
            }
            for (key, cell) in &totals.cells {
                if !proof.native.add(key, cell.rows, &cell.sums) {
                    return Err(Error::source(&self.part.file, "takes a total past 38 digits", "check the export"));
                }
            }
        }
        Ok(())
    }
}

/// The file and row of the source that a landed row came from.
fn source_row(part: &LandedPart, column: Option<usize>, input: &Input) -> String {
    let number = column.map_or_else(String::new, |at| String::from_utf8_lossy(input.cell(at)).into_owned());
    format!("{}, row {number}", part.file)
}

/// Reads the key and money of offsetting line types.
struct OffsetReader {
    key: Vec<Option<usize>>,
    types: &'static [&'static str],
    money: &'static str,
    bytes: Vec<u8>,
    known: HashMap<Vec<u8>, Vec<String>>,
}

impl OffsetReader {
    fn new(format: &Format, header: &Header, basis: MoneyBasis) -> Option<Self> {
        let offset = format.native.offset?;
        let money = if basis == MoneyBasis::Net { offset.net } else { offset.gross };
        let key = offset.key.iter().map(|name| header.position(name)).collect();
        Some(Self { key, types: offset.types, money, bytes: Vec::new(), known: HashMap::new() })
    }

    fn read(&mut self, input: &Input, totaller: &Totaller) -> Option<(&Vec<String>, Money)> {
        if !self.types.contains(&totaller.key(totaller.current()).line_type.as_str()) {
            return None;
        }
        let cell = |position: &Option<usize>| position.map_or(&[][..], |at| input.cell(at));
        self.bytes.clear();
        for position in &self.key {
            self.bytes.extend_from_slice(cell(position));
            self.bytes.push(0x1f);
        }
        if !self.known.contains_key(&self.bytes) {
            let texts = self.key.iter().map(|position| String::from_utf8_lossy(cell(position)).into_owned());
            self.known.insert(self.bytes.clone(), texts.collect());
        }
        Some((&self.known[&self.bytes], Money(totaller.amount(self.money).unwrap_or(0))))
    }
}
