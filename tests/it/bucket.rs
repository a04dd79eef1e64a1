//! The hand-worked bill as a provider delivers it: gz parts in an assembly folder, a manifest on
//! top. Made so that a test can break any cell or any file of it. And a FOCUS file of two charges.

use super::place::Night;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use std::path::Path;

pub const PERIOD: &str = "20260901-20261001";
pub const CONFIG: &str = "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur-legacy\"\nlocation = \"exports\"\n\n\
                          [tags]\ncoverage_key = \"team\"\n";

/// The rows of one billing period.
#[derive(Clone)]
pub struct Bill {
    pub header: Vec<String>,
    pub rows: Vec<Vec<String>>,
}

impl Bill {
    /// 45 charges of 2026-09 in two currencies, three sub accounts.
    pub fn hand_worked() -> Self {
        Self::of("hand_worked.csv")
    }

    /// The same bill with its net columns.
    pub fn hand_worked_net() -> Self {
        Self::of("hand_worked_net.csv")
    }

    fn of(file: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/aws_cur_legacy").join(file);
        let mut reader = csv::Reader::from_path(path).expect("the fixture");
        let texts = |record: &csv::StringRecord| record.iter().map(str::to_string).collect::<Vec<_>>();
        let header = texts(reader.headers().expect("its header"));
        Self { header, rows: reader.records().map(|row| texts(&row.expect("a row"))).collect() }
    }

    pub fn at(&self, column: &str) -> usize {
        self.header.iter().position(|name| name == column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// Sets one cell; rows count from 1, as messages do.
    pub fn set(mut self, row: usize, column: &str, text: &str) -> Self {
        let at = self.at(column);
        self.rows[row - 1][at] = text.into();
        self
    }

    /// Sets a column of every row.
    pub fn set_all(mut self, column: &str, text: &str) -> Self {
        let at = self.at(column);
        self.rows.iter_mut().for_each(|row| row[at] = text.into());
        self
    }

    pub fn without(mut self, column: &str) -> Self {
        let at = self.at(column);
        self.header.remove(at);
        self.rows.iter_mut().for_each(|row| drop(row.remove(at)));
        self
    }

    pub fn with(mut self, column: &str, text: &str) -> Self {
        self.header.push(column.into());
        self.rows.iter_mut().for_each(|row| row.push(text.into()));
        self
    }

    /// The same bill one month earlier; charges keep their days.
    pub fn of_august(self) -> Self {
        let august = self.set_all("bill/BillingPeriodStartDate", "2026-08-01T00:00:00.000Z");
        august.set_all("bill/BillingPeriodEndDate", "2026-09-01T00:00:00.000Z")
    }

    /// All rows as one CSV.
    pub fn csv(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).expect("a header");
        self.rows.iter().for_each(|row| writer.write_record(row).expect("a row"));
        writer.into_inner().expect("the bytes")
    }

    /// The rows in three parts.
    pub fn parts(&self) -> Vec<Vec<u8>> {
        let part = |rows: &[Vec<String>]| Self { header: self.header.clone(), rows: rows.to_vec() }.csv();
        self.rows.chunks(self.rows.len().div_ceil(3)).map(part).collect()
    }

    /// Delivers the bill: gz parts and the manifest of the period.
    pub fn deliver(&self, night: &Night) {
        deliver(night, PERIOD, &self.parts().iter().map(|part| gz(part, 6)).collect::<Vec<_>>());
    }
}

pub fn gz(bytes: &[u8], level: u32) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

/// The path of a part of the newest delivery; numbers begin with 1.
pub fn part(period: &str, number: usize) -> String {
    format!("exports/nightly/{period}/a0b1/nightly-{number:05}.csv.gz")
}

pub fn manifest(period: &str) -> String {
    format!("exports/nightly/{period}/nightly-Manifest.json")
}

/// Writes parts as they are, and a manifest that names them.
pub fn deliver(night: &Night, period: &str, parts: &[Vec<u8>]) {
    for (at, bytes) in parts.iter().enumerate() {
        night.write(&part(period, at + 1), bytes);
    }
    let keys: Vec<String> = (1..=parts.len()).map(|number| part(period, number)).collect();
    write_manifest(night, period, &keys);
}

/// Writes the manifest of a period, naming these files.
pub fn write_manifest(night: &Night, period: &str, keys: &[String]) {
    let (start, end) = period.split_once('-').expect("two days");
    let day = |day: &str| format!("{day}T000000.000Z");
    let json = serde_json::json!({
        "assemblyId": "a0b1",
        "compression": "GZIP",
        "contentType": "text/csv",
        "billingPeriod": { "start": day(start), "end": day(end) },
        "reportKeys": keys,
    });
    night.write(&manifest(period), json.to_string());
}

/// A night with the bill delivered and published.
pub fn published() -> Night {
    let night = Night::new(CONFIG);
    Bill::hand_worked().deliver(&night);
    night.run().exits(0).says("published version 0: aws 2026-09");
    night
}

/// The header of a small FOCUS file.
pub const FOCUS: &str = "BillingAccountId,SubAccountId,BillingCurrency,BillingPeriodStart,BillingPeriodEnd,ChargeCategory,\
                     ChargePeriodStart,ChargePeriodEnd,InvoiceIssuerName,ProviderName,PublisherName,ServiceCategory,\
                     ServiceName,BilledCost,EffectiveCost,ListCost,ContractedCost\n";

/// A FOCUS file of two charges of one sub account and billing period.
pub fn focus(account: &str, month: &str) -> String {
    let row = |cost: &str| {
        format!(
            "b-1,{account},USD,{month}-01T00:00:00Z,2026-10-01T00:00:00Z,Usage,{month}-02T00:00:00Z,\
             {month}-03T00:00:00Z,Issuer,Provider,Publisher,Compute,Engine,{cost},{cost},{cost},{cost}\n"
        )
    };
    format!("{FOCUS}{}{}", row("1.5"), row("0.25"))
}

/// A source of FOCUS files: billing periods and files of each set.
pub fn focus_source(id: &str, sets: &[(&str, &str)]) -> String {
    let set = |(periods, files): &(&str, &str)| {
        format!("[[source.file_set]]\nbilling_periods = {periods}\nfiles = {files}\n")
    };
    let sets: String = sets.iter().map(set).collect();
    format!("catalogue = \"small\"\n\n[[source]]\nid = \"{id}\"\nformat = \"focus\"\nlocation = \"exports\"\n{sets}\n")
}
