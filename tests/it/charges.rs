//! Small bills put together by hand, charge by charge, as FOCUS files of one source.

use super::place::{Night, files};
use super::support::Outcome;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One charge; columns that nobody sets are empty.
#[derive(Clone)]
pub struct Charge(BTreeMap<&'static str, String>);

/// Usage of the whole of a UTC day by sub account 1 in USD, all four costs the same.
pub fn usage(day: &str, cost: &str) -> Charge {
    let month = &day[..7];
    let next = |day: &str| day.parse::<chrono::NaiveDate>().expect("a day").succ_opt().expect("another").to_string();
    let end = |month: &str| {
        let (year, number) = month.split_once('-').expect("a month");
        let (year, number): (i32, u32) = (year.parse().expect("a year"), number.parse().expect("a number"));
        format!("{}-{:02}-01", year + i32::from(number == 12), number % 12 + 1)
    };
    let charge = Charge(BTreeMap::new())
        .set("BillingAccountId", "b-1")
        .set("SubAccountId", "1")
        .set("BillingCurrency", "USD")
        .set("BillingPeriodStart", &format!("{month}-01T00:00:00Z"))
        .set("BillingPeriodEnd", &format!("{}T00:00:00Z", end(month)))
        .set("ChargeCategory", "Usage")
        .set("ChargeFrequency", "Usage-Based")
        .set("InvoiceIssuerName", "Issuer")
        .set("ProviderName", "Provider")
        .set("PublisherName", "Publisher")
        .set("ServiceCategory", "Compute")
        .set("ServiceName", "Engine");
    charge.from(&format!("{day}T00:00:00Z"), &format!("{}T00:00:00Z", next(day))).costs(cost, cost)
}

impl Charge {
    pub fn set(mut self, column: &'static str, value: &str) -> Self {
        self.0.insert(column, value.into());
        self
    }

    /// Its charge period.
    pub fn from(self, start: &str, end: &str) -> Self {
        self.set("ChargePeriodStart", start).set("ChargePeriodEnd", end)
    }

    /// Its EffectiveCost; the other three are the BilledCost.
    pub fn costs(self, effective: &str, billed: &str) -> Self {
        let charge = self.set("EffectiveCost", effective).set("BilledCost", billed);
        charge.set("ListCost", billed).set("ContractedCost", billed)
    }

    pub fn account(self, id: &str) -> Self {
        self.set("SubAccountId", id)
    }

    pub fn resource(self, id: &str) -> Self {
        self.set("ResourceId", id)
    }

    /// Tags as pairs.
    pub fn tags(self, tags: &[(&str, &str)]) -> Self {
        let tags: BTreeMap<_, _> = tags.iter().copied().collect();
        self.set("Tags", &serde_json::to_string(&tags).expect("JSON"))
    }
}

/// What the ids of the queries of unit cost by a driver begin with, and of those that they read.
pub const UNIT_COST: [&str; 6] = [
    "metric/unit_span",
    "metric/unit_charges",
    "metric/unit_days",
    "metric/unit_cost_by_",
    "metric/unit_cost_left_out",
    "metric/unit_cost_trend",
];

/// These charges as FOCUS files, by the billing period that their `BillingPeriodStart` names.
pub fn exports(charges: &[Charge]) -> BTreeMap<String, Vec<u8>> {
    let columns: BTreeSet<&str> = charges.iter().flat_map(|charge| charge.0.keys().copied()).collect();
    let mut months: BTreeMap<String, csv::Writer<Vec<u8>>> = BTreeMap::new();
    for charge in charges {
        let writer = months.entry(charge.0["BillingPeriodStart"][..7].to_string()).or_insert_with(|| {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(&columns).expect("a header");
            writer
        });
        let cells = columns.iter().map(|column| charge.0.get(column).map_or("", String::as_str));
        writer.write_record(cells).expect("a row");
    }
    months.into_iter().map(|(month, writer)| (month, writer.into_inner().expect("bytes"))).collect()
}

/// A night with these charges, each in the billing period that its `BillingPeriodStart` names, with
/// `policy` after the source in its config, and with the queries of the project whose ids begin so: a
/// debug build takes its time to plan all of them.
pub fn bill(charges: &[Charge], policy: &str, queries: &[&str]) -> Night {
    let months = exports(charges);
    let sets: String = months
        .keys()
        .map(|month| format!("[[source.file_set]]\nbilling_periods = [\"{month}\"]\nfiles = [\"{month}.csv\"]\n"))
        .collect();
    let config = "[[source]]\nid = \"hand\"\nformat = \"focus\"\nlocation = \"exports\"\n";
    let night = Night::new(&format!("catalogue = \"catalogue\"\nthreads = 1\n{config}{sets}{policy}"));
    for (month, csv) in months {
        night.write(&format!("exports/{month}.csv"), csv);
    }
    catalogue(&night, queries);
    night
}

/// Delivers these charges in the place of what was delivered of their billing periods.
pub fn rewrite(night: &Night, charges: &[Charge]) {
    for (month, csv) in exports(charges) {
        night.write(&format!("exports/{month}.csv"), csv);
    }
}

/// Gives a night the project's queries whose ids begin so, and a page of one section.
pub fn catalogue(night: &Night, queries: &[&str]) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, bytes) in files(root.join("queries")) {
        if [&["metric/cost_by_month"], queries].concat().iter().any(|query| name.starts_with(query)) {
            night.write(&format!("catalogue/queries/{name}"), bytes);
        }
    }
    night.write(
        "catalogue/reports/month.toml",
        "title = \"Month\"\naudience = \"A test\"\n[[section]]\nid = \"months\"\ntitle = \"Months\"\n\
         query = \"metric/cost_by_month\"\nchart = \"table\"\n",
    );
}

/// The rows of a catalogue query for a billing period, cells joined by `|`, only these columns.
pub fn rows(night: &Night, query: &str, month: &str, columns: &[&str]) -> Vec<String> {
    let outcome: Outcome = night.costmill(&["query", query, "--period", month, "--format", "csv"]).exits(0);
    let mut reader = csv::Reader::from_reader(outcome.stdout.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let at = |column: &&str| header.iter().position(|name| name == *column).unwrap_or_else(|| panic!("no {column}"));
    let at: Vec<usize> = columns.iter().map(at).collect();
    let row = |row: csv::Result<csv::StringRecord>| {
        let row = row.expect("a row");
        at.iter().map(|at| row[*at].trim_start_matches('\'').to_string()).collect::<Vec<_>>().join("|")
    };
    reader.records().map(row).collect()
}

/// The sum of decimal texts, exactly, in units of the 18th decimal.
pub fn sum<'t>(texts: impl IntoIterator<Item = &'t str>) -> i128 {
    let units = |text: &str| {
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{part:0<18}");
        digits.parse::<i128>().unwrap_or_else(|_| panic!("`{text}` is no amount"))
    };
    texts.into_iter().map(units).sum()
}
