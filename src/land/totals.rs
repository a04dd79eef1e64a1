//! Native control totals: the provider's own keys and money, summed with integers from the
//! delivered text. Nothing here knows the mapping; that is what makes them a proof.

use super::input::Input;
use crate::error::{Error, Result};
use crate::focus::money::{COST_SCALE, parse_decimal};
use crate::focus::{BillingMonth, ControlKey, ControlTotals, LandedDelivery, Money, MoneyBasis};
use crate::format::{Blank, Crosswalk, Format, Header, LineRule, RULE_COSTS};
use std::collections::{BTreeMap, HashMap};

/// What the landed files say: native totals again, and the costs that the crosswalk makes of them.
#[derive(Debug, Clone, Default)]
pub struct NativeProof {
    /// Rows and native money by native line type, as at the source.
    pub native: BTreeMap<BillingMonth, ControlTotals>,
    /// Rows and costs by charge category, as the crosswalk says `cost` must be.
    pub expected: BTreeMap<BillingMonth, ControlTotals>,
    /// Money of offsetting line types that does not cancel out, by the offset's key.
    pub residuals: BTreeMap<BillingMonth, BTreeMap<Vec<String>, Money>>,
}

/// Reads the landed parts again and sums them.
///
/// Errors: a part that is missing or damaged is a `Lake` error; a row that the crosswalk cannot
/// value a `Source` error with the file and row it came from.
pub fn native_proof(landed: &LandedDelivery, format: &'static Format, month: BillingMonth) -> Result<NativeProof> {
    let mut proof = NativeProof::default();
    let crosswalk = (format.crosswalk)();
    let wanted = native_columns(format, &Header::new(format.header, landed.columns.clone()));
    for part in landed.parts.iter().filter(|part| part.month == month) {
        let path = landed.folder.join(&part.name);
        let mut input = super::input::open_part(&path, |name| name == "x_SourceRow" || wanted.contains(name))?;
        let header = Header::new(format.header, input.header().to_vec());
        let row_number = input.header().iter().position(|name| name == "x_SourceRow");
        let mut totaller = Totaller::new(format, &header, landed.basis);
        let offset = OffsetReader::new(format, &header, landed.basis);
        let native = proof.native.entry(month).or_insert_with(|| ControlTotals::new(totaller.native_columns()));
        let expected = proof.expected.entry(month).or_insert_with(cost_totals);
        let mut rules: HashMap<String, Option<&LineRule>> = HashMap::new();
        let mut row = 0;
        while input.advance(row + 1)? {
            row += 1;
            let place = || {
                let number =
                    row_number.map_or_else(String::new, |at| String::from_utf8_lossy(input.cell(at)).into_owned());
                format!("{}, row {number}", part.file)
            };
            let refuse = |name: &str, text: &[u8], why: &str| {
                let shown = String::from_utf8_lossy(text).into_owned();
                Error::tie(
                    format!("{} {month}, {}, column {name}", landed.source, place()),
                    format!("landed `{shown}` is not {why}"),
                    "the landed file was changed; delete it and run again",
                )
            };
            let money = totaller.read(&input, refuse)?;
            let rule = *rules
                .entry(money.key.line_type.clone())
                .or_insert_with(|| crosswalk.rule(&money.key.line_type, basis_word(landed.basis)));
            let costs = value(rule, &totaller, &place, landed.basis)?;
            let money = totaller.current();
            let category = rule.map(|rule| rule.charge_category.clone()).unwrap_or_default();
            let key = ControlKey { line_type: category, ..money.key.clone() };
            if !(native.add(money.key, 1, money.sums) && expected.add(&key, 1, &costs)) {
                return Err(Error::source(place(), "takes a total past 38 digits", "check the export"));
            }
            if let Some((key, amount)) = offset.as_ref().and_then(|offset| offset.read(&input, &totaller)) {
                *proof.residuals.entry(month).or_default().entry(key).or_default() += amount;
            }
        }
    }
    let residuals = proof.residuals.entry(month).or_default();
    residuals.retain(|_, amount| !amount.is_zero());
    add_residuals(&mut proof, &crosswalk, format, month);
    Ok(proof)
}

/// The delivered names of every column the proof reads.
fn native_columns(format: &Format, header: &Header) -> std::collections::BTreeSet<String> {
    let native = &format.native;
    let keys = [native.billing_account, native.sub_account, native.currency, native.line_type];
    let qualifiers = native.qualifiers.iter().flat_map(|qualifier| qualifier.when).map(|(name, _)| *name);
    let offset = native.offset.iter().flat_map(|offset| offset.key).copied();
    let money = native.money.iter().map(|money| money.name);
    let all = keys.into_iter().chain(qualifiers).chain(offset).chain(money);
    all.filter_map(|name| header.name(name)).map(str::to_string).collect()
}

/// Empty control totals of `cost`.
pub fn cost_totals() -> ControlTotals {
    ControlTotals::new(RULE_COSTS.iter().map(|name| (*name).to_string()).collect())
}

/// Residuals are charges too: the expected totals hold them under the category of their rule.
fn add_residuals(proof: &mut NativeProof, crosswalk: &Crosswalk, format: &Format, month: BillingMonth) {
    let Some(offset) = format.native.offset else { return };
    let rule = crosswalk.rule(&format!("{}/residual", offset.line_type), "any");
    let expected = proof.expected.entry(month).or_insert_with(cost_totals);
    for (key, amount) in proof.residuals.get(&month).into_iter().flatten() {
        let text = |at: usize| key.get(at).cloned().unwrap_or_default();
        let cell = ControlKey {
            billing_account: text(2),
            sub_account: text(1),
            currency: text(3),
            line_type: rule.map(|rule| rule.charge_category.clone()).unwrap_or_default(),
        };
        let _ = expected.add(&cell, 1, &[*amount, *amount, Money::ZERO, Money::ZERO, Money::ZERO]);
    }
}

fn basis_word(basis: MoneyBasis) -> &'static str {
    match basis {
        MoneyBasis::Gross => "gross",
        MoneyBasis::Net => "net",
    }
}

/// The five costs of the row a totaller stands on.
fn value(
    rule: Option<&LineRule>,
    totaller: &Totaller,
    place: &dyn Fn() -> String,
    basis: MoneyBasis,
) -> Result<[Money; 5]> {
    let Some(rule) = rule else {
        let what = format!(
            "the crosswalk has no rule for `{}` on the {} basis",
            totaller.current().key.line_type,
            basis_word(basis)
        );
        return Err(Error::source(place(), what, "report the line type; it is not published"));
    };
    let cell = |name: &str| totaller.cell(name);
    let mut costs = [Money::ZERO; 5];
    for (cost, formula) in costs.iter_mut().zip(&rule.costs) {
        *cost = formula.value(&cell).map(Money).map_err(|column| {
            Error::source(
                format!("{}, column {column}", place()),
                format!("is blank on a {} charge", rule.line_type),
                "export the column with its values; for net costs, money_basis = \"gross\" may be meant",
            )
        })?;
    }
    Ok(costs)
}

/// Reads keys and money of one row after the other.
pub struct Totaller<'a> {
    format: &'a Format,
    columns: [Option<usize>; 4],
    qualifiers: Vec<Vec<Option<usize>>>,
    money: Vec<Option<usize>>,
    /// The keys of the rows so far, by their bytes.
    keys: HashMap<Vec<u8>, ControlKey>,
    key_bytes: Vec<u8>,
    sums: Vec<Money>,
    blank: Vec<bool>,
    residuals: Vec<(&'static str, i128)>,
    line_types: HashMap<Vec<u8>, bool>,
    required: usize,
}

/// One row: its cell of the proof and its money.
pub struct RowMoney<'a> {
    pub key: &'a ControlKey,
    pub sums: &'a [Money],
    pub residuals: &'a [(&'static str, i128)],
}

impl<'a> Totaller<'a> {
    pub fn new(format: &'a Format, header: &Header, basis: MoneyBasis) -> Self {
        let native = &format.native;
        let keys = [native.billing_account, native.sub_account, native.currency, native.line_type];
        let qualifiers =
            native.qualifiers.iter().map(|q| q.when.iter().map(|(name, _)| header.position(name)).collect());
        let required = match (basis, native.net_columns.first()) {
            (MoneyBasis::Net, Some((_, net))) => native.money.iter().position(|money| money.name == *net).unwrap_or(0),
            _ => usize::MAX,
        };
        Self {
            format,
            columns: keys.map(|name| header.position(name)),
            qualifiers: qualifiers.collect(),
            money: native.money.iter().map(|money| header.position(money.name)).collect(),
            keys: HashMap::new(),
            key_bytes: Vec::new(),
            sums: vec![Money::ZERO; native.money.len()],
            blank: vec![true; native.money.len()],
            residuals: Vec::new(),
            line_types: HashMap::new(),
            required,
        }
    }

    pub fn native_columns(&self) -> Vec<String> {
        self.format.native.money.iter().map(|money| money.name.to_string()).collect()
    }

    /// A cell without the format's word for "no value".
    pub fn present<'c>(&self, text: &'c [u8]) -> &'c [u8] {
        match self.format.null_text {
            Some(null) if text == null.as_bytes() => &[],
            _ => text,
        }
    }

    /// Reads the current row. `refuse` makes the error of a cell from its column, text and reason.
    pub fn read(&mut self, input: &Input, refuse: impl Fn(&str, &[u8], &str) -> Error) -> Result<RowMoney<'_>> {
        self.read_key(input, &refuse)?;
        self.residuals.clear();
        for (at, column) in self.format.native.money.iter().enumerate() {
            let text = self.money[at].map_or(&[][..], |position| self.present(input.cell(position)));
            self.blank[at] = text.is_empty();
            if text.is_empty() {
                self.sums[at] = Money::ZERO;
                if (column.required && column.blank == Blank::Refuse) || at == self.required {
                    return Err(refuse(column.name, text, "is blank: every charge needs it"));
                }
                continue;
            }
            let parsed =
                parse_decimal(text, COST_SCALE).map_err(|_| refuse(column.name, text, "an amount of money"))?;
            self.sums[at] = Money(parsed.value);
            if parsed.residual != 0 {
                self.residuals.push((column.name, parsed.residual));
            }
        }
        Ok(self.current())
    }

    /// The row last read.
    pub fn current(&self) -> RowMoney<'_> {
        static NO_KEY: std::sync::LazyLock<ControlKey> = std::sync::LazyLock::new(|| ControlKey {
            billing_account: String::new(),
            sub_account: String::new(),
            currency: String::new(),
            line_type: String::new(),
        });
        let key = self.keys.get(&self.key_bytes).unwrap_or(&NO_KEY);
        RowMoney { key, sums: &self.sums, residuals: &self.residuals }
    }

    /// A money value of the row last read, in units of 10^-18; `None` where blank.
    pub fn cell(&self, name: &str) -> Option<i128> {
        let at = self.format.native.money.iter().position(|money| money.name == name)?;
        (!self.blank[at]).then(|| self.sums[at].0)
    }

    fn read_key(&mut self, input: &Input, refuse: &impl Fn(&str, &[u8], &str) -> Error) -> Result<()> {
        let native = &self.format.native;
        self.key_bytes.clear();
        for position in self.columns {
            let text = position.map_or(&[][..], |at| input.cell(at));
            let text = match self.format.null_text {
                Some(null) if text == null.as_bytes() => &[],
                _ => text,
            };
            self.key_bytes.extend_from_slice(text);
            self.key_bytes.push(0x1f);
        }
        let line_type = self.columns[3].map_or(&[][..], |at| input.cell(at));
        if !self.line_types.contains_key(line_type) {
            let known = native.line_types.iter().any(|known| known.as_bytes().eq_ignore_ascii_case(line_type));
            if !known {
                return Err(refuse(native.line_type, line_type, "a line type this format knows"));
            }
            self.line_types.insert(line_type.to_vec(), known);
        }
        let suffix = native.qualifiers.iter().zip(&self.qualifiers).find(|(qualifier, positions)| {
            (qualifier.line_type.is_empty() || qualifier.line_type.as_bytes() == line_type)
                && qualifier.when.iter().zip(positions.iter()).all(|((_, test), position)| {
                    let text = position.map_or(&[][..], |at| input.cell(at));
                    test.holds(std::str::from_utf8(text).unwrap_or_default())
                })
        });
        let suffix = suffix.map_or("", |(qualifier, _)| qualifier.suffix);
        self.key_bytes.extend_from_slice(suffix.as_bytes());
        if !self.keys.contains_key(&self.key_bytes) {
            let key = self.make_key(suffix, refuse)?;
            self.keys.insert(self.key_bytes.clone(), key);
        }
        Ok(())
    }

    /// The key of bytes seen for the first time.
    fn make_key(&self, suffix: &str, refuse: &impl Fn(&str, &[u8], &str) -> Error) -> Result<ControlKey> {
        let native = &self.format.native;
        let names = [native.billing_account, native.sub_account, native.currency, native.line_type];
        let mut texts = Vec::with_capacity(4);
        for (name, bytes) in names.iter().zip(self.key_bytes.split(|byte| *byte == 0x1f)) {
            let text = std::str::from_utf8(bytes).map_err(|_| refuse(name, bytes, "UTF-8 text"))?;
            if text.is_empty() && *name != native.sub_account {
                return Err(refuse(name, bytes, "is blank: every charge needs it"));
            }
            texts.push(text.to_string());
        }
        let known = native.line_types.iter().find(|known| known.eq_ignore_ascii_case(&texts[3]));
        let mut line_type = known.map_or_else(|| texts[3].clone(), |known| (*known).to_string());
        if !suffix.is_empty() {
            line_type = format!("{line_type}/{suffix}");
        }
        let [billing_account, sub_account, currency] = [0, 1, 2].map(|at| texts[at].clone());
        Ok(ControlKey { billing_account, sub_account, currency, line_type })
    }
}

/// Reads the key and money of offsetting line types.
struct OffsetReader {
    key: Vec<Option<usize>>,
    types: &'static [&'static str],
    money: &'static str,
}

impl OffsetReader {
    fn new(format: &Format, header: &Header, basis: MoneyBasis) -> Option<Self> {
        let offset = format.native.offset?;
        let money = if basis == MoneyBasis::Net { offset.net } else { offset.gross };
        Some(Self { key: offset.key.iter().map(|name| header.position(name)).collect(), types: offset.types, money })
    }

    fn read(&self, input: &Input, totaller: &Totaller) -> Option<(Vec<String>, Money)> {
        let line_type = totaller.current().key.line_type.as_str();
        if !self.types.contains(&line_type) {
            return None;
        }
        let text = |position: &Option<usize>| {
            position.map_or_else(String::new, |at| String::from_utf8_lossy(input.cell(at)).into_owned())
        };
        Some((self.key.iter().map(text).collect(), Money(totaller.cell(self.money).unwrap_or(0))))
    }
}
