//! The hand-worked bill as CUR 2.0 writes it, and a bucket as Data Exports fill it.
//!
//! CUR 2.0 has the legacy report's columns in snake case; what its fixed schema lacks stands in the map
//! `product`, tags in `resource_tags` under keys in snake case with their owner in front. Account names come
//! with it. In Parquet costs and amounts are floats, rates and counts texts, times timestamps.

use super::bucket::{Bill, gz};
use super::place::Night;
use arrow::array::{
    ArrayRef, Float64Array, Float64Builder, MapBuilder, RecordBatch, StringArray, StringBuilder,
    TimestampMicrosecondArray,
};
use parquet::arrow::ArrowWriter;
use std::collections::BTreeMap;
use std::sync::Arc;

pub const CONFIG: &str = "catalogue = \"small\"\n\n[[source]]\nid = \"aws\"\nformat = \"aws-cur2\"\nlocation = \"exports\"\n\n\
                          [tags]\ncoverage_key = \"team\"\n";

/// Attributes that the fixed schema of CUR 2.0 does not have.
const IN_THE_PRODUCT_MAP: [(&str, &str); 3] =
    [("product/ProductName", "product_name"), ("product/region", "region"), ("product/servicename", "servicename")];

/// The same charges as CUR 2.0; maps are JSON text, as in CSV.
pub fn cur2(legacy: &Bill) -> Bill {
    let map = |row: &Vec<String>, pick: &dyn Fn(&str) -> Option<String>| {
        let entries = legacy.header.iter().zip(row).filter(|(_, value)| !value.is_empty());
        let map: BTreeMap<String, &String> = entries.filter_map(|(name, value)| Some((pick(name)?, value))).collect();
        serde_json::to_string(&map).unwrap()
    };
    let tag = |name: &str| Some(format!("user_{}", name.strip_prefix("resourceTags/user:")?));
    let attribute = |name: &str| {
        let known = IN_THE_PRODUCT_MAP.iter().find(|(column, _)| *column == name);
        known.map(|(_, key)| (*key).to_string())
    };
    let kept = |name: &str| tag(name).is_none() && attribute(name).is_none();
    let mut header: Vec<String> = legacy.header.iter().filter(|name| kept(name)).map(|name| snake(name)).collect();
    header.extend(
        ["resource_tags", "product", "bill_payer_account_name", "line_item_usage_account_name"].map(String::from),
    );
    let account = legacy.at("lineItem/UsageAccountId");
    let rows = legacy.rows.iter().map(|row| {
        let cells = legacy.header.iter().zip(row).filter(|(name, _)| kept(name));
        let mut cells: Vec<String> = cells.map(|(_, value)| value.clone()).collect();
        let name = format!("account {}", &row[account][8..]);
        cells.extend([map(row, &tag), map(row, &attribute), "the payer".into(), name]);
        cells
    });
    Bill { rows: rows.collect(), header }
}

/// `lineItem/UsageAccountId` is `line_item_usage_account_id`.
pub fn snake(name: &str) -> String {
    let mut out = String::new();
    let mut before = ' ';
    for letter in name.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            out.push('_');
        }
        out.extend(if letter == '/' { '_'.to_lowercase() } else { letter.to_lowercase() });
        before = letter;
    }
    out
}

/// A CUR 2.0 bill as Parquet of the types that AWS writes.
pub fn parquet(bill: &Bill) -> Vec<u8> {
    let columns = bill.header.iter().enumerate().map(|(at, name)| {
        let texts = bill.rows.iter().map(|row| Some(row[at].as_str()).filter(|text| !text.is_empty()));
        (name.clone(), column(name, &texts.collect::<Vec<_>>()))
    });
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).unwrap();
    writer.write(&batch).unwrap();
    writer.into_inner().unwrap()
}

fn column(name: &str, texts: &[Option<&str>]) -> ArrayRef {
    let entries = |text: &str| serde_json::from_str::<BTreeMap<String, serde_json::Value>>(text).unwrap();
    match name {
        "resource_tags" | "product" => {
            let mut map = MapBuilder::new(None, StringBuilder::new(), StringBuilder::new());
            for text in texts {
                for (key, value) in text.map(entries).unwrap_or_default() {
                    map.keys().append_value(key);
                    map.values().append_value(value.as_str().unwrap());
                }
                map.append(true).unwrap();
            }
            Arc::new(map.finish())
        }
        "discount" => {
            let mut map = MapBuilder::new(None, StringBuilder::new(), Float64Builder::new());
            for text in texts {
                for (key, value) in text.map(entries).unwrap_or_default() {
                    map.keys().append_value(key);
                    map.values().append_value(value.as_f64().unwrap());
                }
                map.append(true).unwrap();
            }
            Arc::new(map.finish())
        }
        _ if ["_cost", "_amount", "_discount", "_commitment", "_to_date"].iter().any(|end| name.ends_with(end)) => {
            Arc::new(texts.iter().map(|text| text.map(|text| text.parse::<f64>().unwrap())).collect::<Float64Array>())
        }
        _ if name.ends_with("_date") => {
            let micros = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp_micros();
            let times: TimestampMicrosecondArray = texts.iter().map(|text| text.map(micros)).collect();
            Arc::new(times.with_timezone("UTC"))
        }
        _ => Arc::new(texts.iter().copied().collect::<StringArray>()),
    }
}

/// A bucket being filled: an export's folder with `data` and `metadata`.
pub struct Bucket<'n> {
    pub night: &'n Night,
    /// From the night's folder on.
    pub export: &'static str,
    /// `BILLING_PERIOD`, or `billing_period` as FOCUS exports write it.
    pub partition: &'static str,
}

impl<'n> Bucket<'n> {
    pub fn new(night: &'n Night) -> Self {
        Self { night, export: "exports/nightly", partition: "BILLING_PERIOD" }
    }

    /// Delivers files of a billing period, overwriting what was there.
    pub fn deliver(&self, month: &str, ending: &str, files: &[Vec<u8>]) {
        let keys = self.files(month, "", ending, files);
        self.manifest(month, "", &keys);
    }

    /// The rows of a bill in two gz parts.
    pub fn deliver_csv(&self, month: &str, bill: &Bill) {
        let part = |rows: &[Vec<String>]| gz(&Bill { header: bill.header.clone(), rows: rows.to_vec() }.csv(), 6);
        self.deliver(month, "csv.gz", &bill.rows.chunks(bill.rows.len().div_ceil(2)).map(part).collect::<Vec<_>>());
    }

    /// Writes data files, below an execution's folder if one is named, and returns their keys.
    pub fn files(&self, month: &str, execution: &str, ending: &str, files: &[Vec<u8>]) -> Vec<String> {
        let keys = (1..=files.len()).map(|number| {
            let folder = format!("{}/data/{}={month}", self.export, self.partition);
            let execution = if execution.is_empty() { String::new() } else { format!("{execution}/") };
            format!("{folder}/{execution}nightly-{number:05}.{ending}")
        });
        let keys: Vec<String> = keys.collect();
        keys.iter().zip(files).for_each(|(key, bytes)| self.night.write(key, bytes));
        // The bucket is the night's folder.
        keys.into_iter().map(|key| format!("s3://bucket/{key}")).collect()
    }

    /// Writes the manifest of a billing period, or of one execution of it.
    pub fn manifest(&self, month: &str, execution: &str, keys: &[String]) {
        let execution = if execution.is_empty() { String::new() } else { format!("{execution}/") };
        let path = format!("{}/metadata/{}={month}/{execution}nightly-Manifest.json", self.export, self.partition);
        let json = serde_json::json!({
            "assemblyId": "a0b1",
            "account": "012345678901",
            "columns": [],
            "compression": "GZIP",
            "exportArn": "arn:aws:bcm-data-exports:us-east-1:012345678901:export/nightly-5d1e",
            "dataFiles": keys,
        });
        self.night.write(&path, json.to_string());
    }
}
