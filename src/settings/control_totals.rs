//! `control_totals`: the CSV file of what invoices and cost tools say, `docs/control_totals.md`.

use super::csv_header::csv_header;
use super::place::suggestion;
use super::policy::accounts::{is_number_of_spreadsheet, line_at, wrong_csv};
use super::{Role, Source};
use crate::focus::currency::smallest_unit;
use crate::focus::money::{COST_SCALE, mul_div, parse_decimal};
use crate::focus::{BillingMonth, COSTS, ExternalTotal, Money, Told, TotalKind, TotalPart, TotalPlace, column};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

const REQUIRED: [&str; 5] = ["billing_period", "metric", "currency", "amount", "from"];
const OPTIONAL: [&str; 8] =
    ["source", "billing_account", "sub_account", "charge_category", "tolerance", "kind", "billing_currency", "rate"];

/// 10^18 of a currency.
const MOST: i128 = 10i128.pow(18 + COST_SCALE);

/// Reads every row. Invoices of the same charges become one total.
///
/// Fails with `Error::Settings`, naming file and line, on a column, a row or a value it cannot use, and on invoices
/// that overlap without being of the same charges.
pub(super) fn read_control_totals(path: &Path, sources: &[Source]) -> Result<Vec<ExternalTotal>> {
    let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let header = csv_header((path, &text), &mut reader, &REQUIRED, &OPTIONAL)?;
    let mut totals: Vec<ExternalTotal> = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong_csv(path, &text, &error))?;
        let line = record.position().map_or(0, |position| line_at(&text, position));
        let row = Row {
            place: format!("{}:{line}", path.display()),
            cells: header.iter().map(String::as_str).zip(&record).filter(|(_, value)| !value.is_empty()).collect(),
        };
        add(&row, row.total(line, sources)?, &mut totals)?;
    }
    Ok(totals)
}

/// Adds an invoice to those of the same charges.
fn add(row: &Row, total: ExternalTotal, totals: &mut Vec<ExternalTotal>) -> Result<()> {
    let invoices = totals.iter_mut().filter(|other| total.kind == TotalKind::Invoice && other.kind == total.kind);
    for other in invoices {
        if other.part == total.part {
            if let Some(told) = total.told.iter().find(|told| other.told.iter().any(|known| known.by == told.by)) {
                let what =
                    format!("`{}` stands on line {} already, of the same charges", told.by, other.place.number());
                return Err(row.error(what, "keep one, or say in `from` how they differ"));
            }
            other.told.extend(total.told);
            return Ok(());
        }
        if other.part.meets(&total.part) {
            let what = format!("charges of this invoice are on that of line {} as well", other.place.number());
            let remedy = "give invoices of the same charges the same source, accounts and category, or keep them apart";
            return Err(row.error(what, remedy));
        }
    }
    totals.push(total);
    Ok(())
}

/// A row's cells by column; an empty cell is none.
struct Row<'a> {
    place: String,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn error(&self, what: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::settings(&self.place, what, remedy)
    }

    fn total(&self, line: usize, sources: &[Source]) -> Result<ExternalTotal> {
        let kind = match self.cells.get("kind").copied() {
            None | Some("other") => TotalKind::Other,
            Some("invoice") => TotalKind::Invoice,
            Some(kind) => return Err(self.error(format!("unknown kind `{kind}`"), "write `invoice` or `other`")),
        };
        let told_in = self.currency("currency")?.ok_or_else(|| self.missing("currency"))?;
        let currency = self.currency("billing_currency")?.unwrap_or_else(|| told_in.clone());
        let part = TotalPart {
            month: self
                .required("billing_period")?
                .parse::<BillingMonth>()
                .map_err(|what| self.error(what, "name the billing period by its month"))?,
            metric: self.one_of("metric", &COSTS)?.ok_or_else(|| self.missing("metric"))?,
            source: self.source(sources)?,
            billing_account: self.identifier("billing_account")?,
            sub_account: self.identifier("sub_account")?,
            charge_category: self
                .one_of("charge_category", column::find("ChargeCategory").map_or(&[], |column| column.allowed))?,
            currency,
        };
        if kind == TotalKind::Invoice && part.metric != "BilledCost" {
            let what = format!("an invoice is no total of {}", part.metric);
            return Err(self.error(what, "write BilledCost as its metric, or `other` as its kind"));
        }
        let told = self.told(told_in, &part.currency)?;
        Ok(ExternalTotal {
            place: TotalPlace::File(line),
            part,
            kind,
            is_settled: true,
            per_charge: Money::ZERO,
            told: vec![told],
        })
    }

    fn told(&self, told_in: String, currency: &str) -> Result<Told> {
        let amount = self.number("amount")?.ok_or_else(|| self.missing("amount"))?;
        let tolerance = self.number("tolerance")?.unwrap_or_else(|| smallest_unit(currency));
        if tolerance < Money::ZERO {
            return Err(self.error(format!("the tolerance {tolerance} is below 0"), "write how much may be missing"));
        }
        let converted = match self.number("rate")? {
            None => (told_in == currency).then_some(amount),
            Some(_) if told_in == currency => {
                let what = format!("a rate, and nothing to convert: the charges are in {currency}, too");
                return Err(self.error(what, "name the currency of the charges in `billing_currency`"));
            }
            Some(rate) if rate <= Money::ZERO => {
                let remedy = format!("write how much {currency} one {told_in} is");
                return Err(self.error(format!("the rate {rate} is not above 0"), remedy));
            }
            Some(rate) => Some(Money(
                mul_div(amount.0, rate.0, 10i128.pow(COST_SCALE))
                    .filter(|value| value.abs() < MOST)
                    .ok_or_else(|| self.error("amount × rate is too large", "check both"))?,
            )),
        };
        Ok(Told { by: self.required("from")?.to_owned(), amount, currency: told_in, converted, tolerance })
    }

    fn required(&self, column: &str) -> Result<&str> {
        self.cells.get(column).copied().ok_or_else(|| self.missing(column))
    }

    fn missing(&self, column: &str) -> Error {
        self.error(format!("the row has no {column}"), "fill the cell, or remove the row")
    }

    fn one_of(&self, column: &str, known: &[&str]) -> Result<Option<String>> {
        match self.cells.get(column).copied() {
            Some(value) if !known.contains(&value) => {
                Err(self.error(format!("unknown {column} `{value}`"), suggestion(value, known)))
            }
            value => Ok(value.map(str::to_owned)),
        }
    }

    fn currency(&self, column: &str) -> Result<Option<String>> {
        let value = self.cells.get(column).copied();
        let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_uppercase());
        match value.filter(|code| !is_code(code)) {
            Some(wrong) => Err(self.error(format!("`{wrong}` is no code of a currency"), "write it as USD")),
            None => Ok(value.map(str::to_owned)),
        }
    }

    /// Identifiers are text; a spreadsheet that took one for a number has already lost it.
    fn identifier(&self, column: &str) -> Result<Option<String>> {
        let value = self.cells.get(column).copied();
        match value.filter(|id| is_number_of_spreadsheet(id)) {
            Some(id) => {
                let what = format!("`{id}` is a number that a spreadsheet made of an identifier");
                Err(self.error(what, "format the column as text and write every digit"))
            }
            None => Ok(value.map(str::to_owned)),
        }
    }

    fn source(&self, sources: &[Source]) -> Result<Option<String>> {
        let published = sources.iter().filter(|source| source.role == Role::Primary);
        self.one_of("source", &published.map(|source| source.id.as_str()).collect::<Vec<_>>())
    }

    /// Exact, or refused.
    fn number(&self, column: &str) -> Result<Option<Money>> {
        let Some(written) = self.cells.get(column).copied() else { return Ok(None) };
        let parsed = parse_decimal(written.as_bytes(), COST_SCALE).map_err(|_| {
            let remedy = "write it as 1234.56: a point before the decimals, no thousands separators, no currency";
            self.error(format!("the {column} `{written}` is no number"), remedy)
        })?;
        // As every sum of the bill: far below the point where one would wrap.
        match parsed.residual {
            0 if parsed.value.abs() < MOST => Ok(Some(Money(parsed.value))),
            0 => Err(self.error(format!("the {column} `{written}` is too large"), "stay below 10^18")),
            _ => Err(self.error(format!("the {column} `{written}` has more than 18 decimals"), "write at most 18")),
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let remedy = "correct `control_totals` in the config, or leave it out";
            Error::settings(place, "there is no such file of control totals", remedy)
        }
        _ => Error::settings(place, format!("cannot be read: {error}"), "check the path and its permissions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::BasisChoice;

    const HEADER: &str = "billing_period,source,billing_account,sub_account,metric,charge_category,currency,amount,\
                          tolerance,from,kind,billing_currency,rate\n";

    fn read(text: &str) -> Result<Vec<ExternalTotal>> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("totals.csv");
        std::fs::write(&path, text).unwrap();
        let source = |id: &str, role| Source {
            id: id.into(),
            format: "focus".into(),
            location: ".".into(),
            store: None,
            role,
            disjoint_from: Vec::new(),
            sub_accounts: Vec::new(),
            money_basis: BasisChoice::Auto,
            dataset: None,
            file_sets: Vec::new(),
            late_after_days: None,
            may_be_silent: Vec::new(),
        };
        read_control_totals(&path, &[source("aws", Role::Primary), source("aws-focus", Role::Shadow)])
    }

    #[test]
    fn rows_arrive_exactly_and_invoices_of_the_same_charges_together() {
        let rows = "2026-10,aws,0123,,BilledCost,,USD,1234.560000000000000001,,invoice 7,invoice,,\n\
                    2026-10,,,,EffectiveCost,Usage,USD,-5,0.5,Cost Explorer,,,\n\
                    2026-10,aws,0123,,BilledCost,,EUR,100,0.02,invoice 8,invoice,USD,1.0825\n\
                    2026-10,,,,BilledCost,,JPY,1000,,bank,other,,\n";
        let totals = read(&format!("{HEADER}{rows}")).unwrap();
        let shown: Vec<String> = totals
            .iter()
            .map(|total| {
                let amount = total.amount().map(|sum| sum.to_string()).unwrap_or_default();
                format!(
                    "{} {} {} {amount} ±{} {}",
                    total.place.number(),
                    total.kind.name(),
                    total.part.in_words(),
                    total.tolerance(),
                    total.by()
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "2 invoice 2026-10, aws, billing account 0123, USD 1342.810000000000000001 ±0.03 invoice 7, invoice 8",
                "3 other 2026-10, all sources, Usage, USD -5 ±0.5 Cost Explorer",
                "5 other 2026-10, all sources, JPY 1000 ±1 bank",
            ]
        );
        assert_eq!(totals[0].foreign(), "100 EUR");
        assert_eq!(read("from,amount,currency,metric,billing_period\nx,1,USD,ListCost,2026-10\n").unwrap().len(), 1);
    }

    #[test]
    fn a_wrong_row_is_named_by_its_line() {
        let good = "2026-10,aws,1,,BilledCost,,USD,1,,a,invoice,,\n";
        for (row, said) in [
            ("2026-13,,,,BilledCost,,USD,1,,x,,,", "not a billing month"),
            (",,,,BilledCost,,USD,1,,x,,,", "no billing_period"),
            ("2026-10,asw,,,BilledCost,,USD,1,,x,,,", "unknown source `asw`\n  remedy: use one of `aws`"),
            ("2026-10,aws-focus,,,BilledCost,,USD,1,,x,,,", "unknown source `aws-focus`"),
            ("2026-10,,1.2E+11,,BilledCost,,USD,1,,x,,,", "a number that a spreadsheet made"),
            ("2026-10,,,,BiledCost,,USD,1,,x,,,", "did you mean `BilledCost`?"),
            ("2026-10,,,,,,USD,1,,x,,,", "no metric"),
            ("2026-10,,,,BilledCost,tax,USD,1,,x,,,", "did you mean `Tax`?"),
            ("2026-10,,,,BilledCost,,dollars,1,,x,,,", "no code of a currency"),
            ("2026-10,,,,BilledCost,,,1,,x,,,", "no currency"),
            ("2026-10,,,,BilledCost,,USD,\"1,234.5\",,x,,,", "`1,234.5` is no number"),
            ("2026-10,,,,BilledCost,,USD,,,x,,,", "no amount"),
            ("2026-10,,,,BilledCost,,USD,0.1234567890123456789,,x,,,", "more than 18 decimals"),
            ("2026-10,,,,BilledCost,,USD,1E18,,x,,,", "`1E18` is too large"),
            ("2026-10,,,,BilledCost,,EUR,1E17,,x,,USD,10", "amount × rate is too large"),
            ("2026-10,,,,BilledCost,,USD,1,-1,x,,,", "below 0"),
            ("2026-10,,,,BilledCost,,USD,1,,,,,", "no from"),
            ("2026-10,,,,BilledCost,,USD,1,,x,bill,,", "unknown kind `bill`"),
            ("2026-10,,,,EffectiveCost,,USD,1,,x,invoice,,", "an invoice is no total of EffectiveCost"),
            ("2026-10,,,,BilledCost,,USD,1,,x,,,1.1", "nothing to convert"),
            ("2026-10,,,,BilledCost,,USD,1,,x,,EUR,0", "not above 0"),
            ("2026-10,,,,BilledCost,,USD,1,,x,,EUR", "12 cells, the header 13"),
            ("2026-10,,1,,BilledCost,,USD,1,,b,invoice,,", "on that of line 2 as well"),
            ("2026-10,aws,1,,BilledCost,,USD,1,,a,invoice,,", "`a` stands on line 2 already"),
        ] {
            let error = read(&format!("{HEADER}{good}{row}\n")).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            let text = error.to_string();
            assert!(text.contains("totals.csv:3: ") && text.contains(said), "{row}: {text}");
        }
        for (header, said) in [
            ("billing_period,metric,currency,amount", "there is no column `from`"),
            ("billing_period,metric,currency,ammount,from", "did you mean `amount`?"),
            ("billing_period,metric,currency,amount,from,from", "stands there twice"),
        ] {
            let text = read(&format!("{header}\n")).unwrap_err().to_string();
            assert!(text.contains("totals.csv:1: ") && text.contains(said), "{text}");
        }
    }
}
