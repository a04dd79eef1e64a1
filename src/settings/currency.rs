//! `[currency]`: the reporting currency and the CSV file of its rates, `docs/currency.md`.

use super::csv_header::csv_header;
use super::file::FileCurrency;
use super::place::ConfigText;
use super::policy::accounts::{line_at, wrong_csv};
use super::resolve::local_path;
use crate::focus::BillingMonth;
use crate::focus::reporting::{Rate, Rates, SourcedRate, is_code};
use crate::{Error, Result};
use std::collections::BTreeMap;
use std::path::Path;

const COLUMNS: [&str; 5] = ["month", "from", "to", "rate", "source"];

/// Reads the rates file whole: rows of other currencies than the reporting one are held to the same rules, and not used.
///
/// Fails with `Error::Settings`, naming file and line, on a column, a row or a value it cannot use, and on a rate that
/// is told twice.
pub(super) fn resolve_currency(config: &ConfigText, folder: &Path, written: FileCurrency) -> Result<Rates> {
    let FileCurrency { reporting, rates } = written;
    if !is_code(reporting.get_ref()) {
        let what = format!("reporting = \"{}\" is no code of a currency", reporting.get_ref());
        return Err(config.error(&reporting.span(), what, "write it as reporting = \"EUR\""));
    }
    let path = local_path(config, folder, &rates)?;
    read_rates(&path, reporting.into_inner())
}

fn read_rates(path: &Path, currency: String) -> Result<Rates> {
    let text = std::fs::read(path).map_err(|error| unreadable(path, &error))?;
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_slice());
    let header = csv_header((path, &text), &mut reader, &COLUMNS, &[])?;
    let mut rates = Rates { currency, file: path.display().to_string(), rates: BTreeMap::new() };
    let mut lines: BTreeMap<(BillingMonth, String, String), usize> = BTreeMap::new();
    for record in reader.records() {
        let record = record.map_err(|error| wrong_csv(path, &text, &error))?;
        let line = record.position().map_or(0, |position| line_at(&text, position));
        let cells: BTreeMap<&str, &str> = header.iter().map(String::as_str).zip(&record).collect();
        let row = Row { place: format!("{}:{line}", path.display()), cells };
        let (key, rate) = row.rate()?;
        let (month, from, to) = key.clone();
        if let Some(first) = lines.insert(key, line) {
            let what = format!("the rate of {month} from {from} to {to} stands on line {first} already");
            return Err(row.error(what, "keep one"));
        }
        if to == rates.currency && from != to {
            rates.rates.insert((month, from), rate);
        }
    }
    Ok(rates)
}

struct Row<'a> {
    place: String,
    cells: BTreeMap<&'a str, &'a str>,
}

impl Row<'_> {
    fn error(&self, what: impl Into<String>, remedy: impl Into<String>) -> Error {
        Error::settings(&self.place, what, remedy)
    }

    /// Month, from and to, and the rate.
    fn rate(&self) -> Result<((BillingMonth, String, String), SourcedRate)> {
        let month: BillingMonth =
            self.cell("month")?.parse().map_err(|what| self.error(what, "name the billing month as 2026-09"))?;
        let (from, to) = (self.currency("from")?, self.currency("to")?);
        let written = self.cell("rate")?;
        let rate = Rate::parse(written).map_err(|what| {
            let remedy = format!(
                "write how much {to} one {from} is, as 0.9213: digits and a point, at most 12 digits on either side of it"
            );
            self.error(format!("the rate `{written}` {what}"), remedy)
        })?;
        if from == to && rate != Rate::ONE {
            let what = format!("the rate of {from} to itself is {rate}");
            return Err(self.error(what, "remove the row: it is 1"));
        }
        let source = self.cell("source")?.to_owned();
        Ok(((month, from, to), SourcedRate { rate, source }))
    }

    fn cell(&self, column: &str) -> Result<&str> {
        self.cells.get(column).copied().filter(|cell| !cell.is_empty()).ok_or_else(|| {
            let remedy = match column {
                "source" => "say where the rate is from, such as `ECB monthly average`, or remove the row",
                _ => "fill the cell, or remove the row",
            };
            self.error(format!("the row has no {column}"), remedy)
        })
    }

    fn currency(&self, column: &str) -> Result<String> {
        let code = self.cell(column)?;
        match is_code(code) {
            true => Ok(code.to_owned()),
            false => Err(self.error(format!("`{code}` in {column} is no code of a currency"), "write it as USD")),
        }
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> Error {
    let place = path.display().to_string();
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            let remedy = "correct `rates` under [currency] in the config, or write the file";
            Error::settings(place, "there is no such file of rates", remedy)
        }
        _ => Error::settings(place, format!("cannot be read: {error}"), "check the path and its permissions"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "month,from,to,rate,source\n";

    fn read(text: &str) -> Result<Rates> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rates.csv");
        std::fs::write(&path, text).unwrap();
        read_rates(&path, "EUR".into())
    }

    #[test]
    fn rows_of_the_reporting_currency_are_used() {
        let text = "\u{feff}source, month,from,to,rate\nECB monthly average,2026-09,USD,EUR,0.9213\n\
                    \"a, b\",2026-10,USD,EUR,0.93\nbank,2026-09,EUR,USD,1.08\nECB,2026-09,EUR,EUR,1.0\n";
        let rates = read(text).unwrap();
        let shown: Vec<String> = rates
            .rates
            .iter()
            .map(|((month, from), rate)| format!("{month} {from} {} {}", rate.rate, rate.source))
            .collect();
        assert_eq!(shown, ["2026-09 USD 0.9213 ECB monthly average", "2026-10 USD 0.93 a, b"]);
    }

    #[test]
    fn every_wrong_row_is_told_with_its_line() {
        let good = "2026-09,USD,EUR,0.92,ECB\n";
        for (rows, says) in [
            ("2026-13,USD,EUR,0.92,ECB\n", "rates.csv:3: "),
            ("2026-9,USD,EUR,0.92,ECB\n", "rates.csv:3: "),
            ("2026-10,usd,EUR,0.92,ECB\n", "rates.csv:3: `usd` in from is no code of a currency"),
            ("2026-10,USD,EURO,0.92,ECB\n", "rates.csv:3: `EURO` in to is no code of a currency"),
            ("2026-10,USD,EUR,0,ECB\n", "rates.csv:3: the rate `0` is not above 0"),
            ("2026-10,USD,EUR,-0.92,ECB\n", "rates.csv:3: the rate `-0.92` is no plain decimal number"),
            ("2026-10,USD,EUR,\"0,92\",ECB\n", "rates.csv:3: the rate `0,92` is no plain decimal number"),
            ("2026-10,USD,EUR,9.2e-1,ECB\n", "rates.csv:3: the rate `9.2e-1` is no plain decimal number"),
            ("2026-10,USD,EUR,0.9200000000001,ECB\n", "the rate `0.9200000000001` has more than 12 digits after"),
            ("2026-10,USD,EUR,1000000000000,ECB\n", "the rate `1000000000000` has more than 12 digits before"),
            ("2026-10,USD,EUR,0.92,\n", "rates.csv:3: the row has no source"),
            ("2026-10,USD,EUR,,ECB\n", "rates.csv:3: the row has no rate"),
            ("2026-10,USD,EUR,0.92\n", "rates.csv:3: the row has 4 cells, the header 5"),
            ("2026-10,EUR,EUR,1.01,ECB\n", "rates.csv:3: the rate of EUR to itself is 1.01"),
            ("2026-10,USD,USD,0.5,ECB\n", "rates.csv:3: the rate of USD to itself is 0.5"),
            ("2026-09,USD,EUR,0.92,ECB\n", "the rate of 2026-09 from USD to EUR stands on line 2 already"),
            (
                "2026-09,EUR,USD,1,x\n2026-09,EUR,USD,2,x\n",
                "rates.csv:4: the rate of 2026-09 from EUR to USD stands on",
            ),
        ] {
            let error = read(&format!("{HEADER}{good}{rows}")).unwrap_err();
            assert!(matches!(error, Error::Settings(_)) && error.to_string().contains(says), "{rows}: {error}");
            assert!(!error.problem().remedy.is_empty(), "{error}");
        }
        for (header, says) in [
            ("month,from,to,rate\n", "rates.csv:1: there is no column `source`"),
            ("month,from,to,rate,source,rates\n", "rates.csv:1: unknown column `rates`"),
            ("month,from,to,rate,source,rate\n", "rates.csv:1: the column `rate` stands there twice"),
            ("", "rates.csv:1: there is no column `month`"),
        ] {
            let error = read(header).unwrap_err();
            assert!(error.to_string().contains(says), "{header}: {error}");
        }
    }
}
