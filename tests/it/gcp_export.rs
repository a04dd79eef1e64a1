//! Rows of Google Cloud's detailed usage cost export, and dumps of them as BigQuery writes them: JSON lines,
//! in which nulls are left out, and Parquet with structs and lists.

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, Float64Array, ListArray, RecordBatch, StringArray, StructArray,
    TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Fields};
use costmill::focus::time::parse_timestamp;
use flate2::{Compression, write::GzEncoder};
use parquet::arrow::ArrowWriter;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;

pub const CONFIG: &str = "catalogue = \"small\"\n\n[[source]]\nid = \"gcp\"\nformat = \"gcp-detailed-usage\"\n\
                          location = \"dumps\"\n\n[tags]\ncoverage_key = \"team\"\n";

/// One row of the export.
#[derive(Clone)]
pub struct Row(pub Value);

/// An hour of a machine of Compute Engine, in project `shop`, exported five hours later.
pub fn usage(sku: &str, cost: &str) -> Row {
    let row = Row(json!({
        "billing_account_id": "01AAAA-BBBBBB-0CCCCC",
        "service": {"id": "6F81-5844-456A", "description": "Compute Engine"},
        "sku": {"id": sku, "description": "N2 Instance Core running in Americas"},
        "project": {"id": "shop", "number": "1001", "name": "Shop"},
        "location": {"location": "us-central1-a", "country": "US", "region": "us-central1", "zone": "us-central1-a"},
        "currency": "USD",
        "currency_conversion_rate": 1,
        "usage": {"amount": 3600, "unit": "seconds", "amount_in_pricing_units": 1, "pricing_unit": "hour"},
        "invoice": {"month": "202610"},
        "cost_type": "regular",
    }));
    row.number("cost", cost).at("2026-10-05 10:00:00 UTC", "2026-10-05 11:00:00 UTC", "2026-10-05 15:00:00.500 UTC")
}

impl Row {
    /// Sets a field by its dotted path.
    pub fn set(mut self, path: &str, value: Value) -> Self {
        let mut place = &mut self.0;
        for name in path.split('.') {
            place = &mut place[name];
        }
        *place = value;
        self
    }

    /// A number as its text, not by way of a float.
    pub fn number(self, path: &str, text: &str) -> Self {
        self.set(path, serde_json::from_str(text).expect("a number"))
    }

    pub fn without(mut self, name: &str) -> Self {
        self.0.as_object_mut().expect("an object").remove(name);
        self
    }

    pub fn at(self, start: &str, end: &str, exported: &str) -> Self {
        let row = self.set("usage_start_time", start.into()).set("usage_end_time", end.into());
        row.set("export_time", exported.into())
    }

    pub fn exported(self, time: &str) -> Self {
        self.set("export_time", time.into())
    }

    pub fn project(self, id: &str) -> Self {
        self.set("project", json!({"id": id, "name": id}))
    }

    pub fn described(self, text: &str) -> Self {
        self.set("sku.description", text.into())
    }

    /// Adds a credit.
    pub fn credit(mut self, kind: &str, full_name: &str, amount: &str) -> Self {
        let amount: Value = serde_json::from_str(amount).expect("a number");
        let credit =
            json!({"name": "a credit", "full_name": full_name, "id": "credit-1", "type": kind, "amount": amount});
        match self.0["credits"].as_array_mut() {
            Some(credits) => credits.push(credit),
            None => self.0["credits"] = json!([credit]),
        }
        self
    }

    pub fn label(mut self, key: &str, value: &str) -> Self {
        let label = json!({"key": key, "value": value});
        match self.0["labels"].as_array_mut() {
            Some(labels) => labels.push(label),
            None => self.0["labels"] = json!([label]),
        }
        self
    }
}

/// JSON lines.
pub fn json_lines(rows: &[Row]) -> Vec<u8> {
    rows.iter().flat_map(|row| format!("{}\n", row.0).into_bytes()).collect()
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
    gzip.write_all(bytes).expect("memory");
    gzip.finish().expect("memory")
}

/// What BigQuery's types become in Parquet.
enum Type {
    Text,
    Float,
    Numeric,
    Flag,
    Time,
    Struct(Vec<(&'static str, Type)>),
    List(Vec<(&'static str, Type)>),
}

use Type::{Flag, Float, List, Numeric, Struct, Text, Time};

fn schema() -> Vec<(&'static str, Type)> {
    let key_value = || vec![("key", Text), ("value", Text)];
    vec![
        ("billing_account_id", Text),
        ("service", Struct(vec![("id", Text), ("description", Text)])),
        ("sku", Struct(vec![("id", Text), ("description", Text)])),
        ("usage_start_time", Time),
        ("usage_end_time", Time),
        ("project", Struct(vec![("id", Text), ("number", Text), ("name", Text), ("labels", List(key_value()))])),
        ("labels", List(key_value())),
        ("system_labels", List(key_value())),
        ("location", Struct(vec![("location", Text), ("country", Text), ("region", Text), ("zone", Text)])),
        ("tags", List(vec![("key", Text), ("value", Text), ("inherited", Flag), ("namespace", Text)])),
        ("seller_name", Text),
        ("export_time", Time),
        ("cost", Float),
        ("currency", Text),
        ("currency_conversion_rate", Float),
        (
            "usage",
            Struct(vec![("amount", Float), ("unit", Text), ("amount_in_pricing_units", Float), ("pricing_unit", Text)]),
        ),
        ("credits", List(vec![("name", Text), ("amount", Float), ("full_name", Text), ("id", Text), ("type", Text)])),
        ("invoice", Struct(vec![("month", Text)])),
        ("cost_type", Text),
        ("adjustment_info", Struct(vec![("id", Text), ("description", Text), ("type", Text), ("mode", Text)])),
        ("cost_at_list", Float),
        ("cost_at_effective_price_default", Numeric),
        (
            "price",
            Struct(vec![("effective_price", Numeric), ("effective_price_default", Numeric), ("list_price", Numeric)]),
        ),
        ("consumption_model", Struct(vec![("id", Text), ("description", Text)])),
        ("resource", Struct(vec![("name", Text), ("global_name", Text)])),
        ("subscription", Struct(vec![("instance_id", Text)])),
    ]
}

/// Parquet of the types that `bq extract` writes.
pub fn parquet(rows: &[Row]) -> Vec<u8> {
    let columns = schema().into_iter().map(|(name, kind)| {
        let values: Vec<Option<&Value>> = rows.iter().map(|row| field(Some(&row.0), name)).collect();
        (name, array(&values, &kind), true)
    });
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("a batch");
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("memory");
    writer.into_inner().expect("memory")
}

fn field<'v>(value: Option<&'v Value>, name: &str) -> Option<&'v Value> {
    value.and_then(|value| value.get(name)).filter(|value| !value.is_null())
}

fn array(values: &[Option<&Value>], kind: &Type) -> ArrayRef {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    match kind {
        Text => Arc::new(values.iter().map(|value| value.map(text)).collect::<StringArray>()),
        Float => Arc::new(
            values.iter().map(|value| value.map(|value| text(value).parse::<f64>().unwrap())).collect::<Float64Array>(),
        ),
        Numeric => {
            let units = |value: &Value| {
                let text = text(value);
                let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
                format!("{whole}{part:0<9}").parse::<i128>().unwrap()
            };
            let numbers: Decimal128Array = values.iter().map(|value| value.map(units)).collect();
            Arc::new(numbers.with_precision_and_scale(38, 9).unwrap())
        }
        Flag => Arc::new(values.iter().map(|value| value.and_then(Value::as_bool)).collect::<BooleanArray>()),
        Time => {
            let micros = |value: &Value| parse_timestamp(value.as_str().unwrap()).unwrap();
            let times: TimestampMicrosecondArray = values.iter().map(|value| value.map(micros)).collect();
            Arc::new(times.with_timezone("UTC"))
        }
        Struct(fields) => {
            let nulls = NullBuffer::from(values.iter().map(Option::is_some).collect::<Vec<_>>());
            Arc::new(structs(values, fields, Some(nulls)))
        }
        List(fields) => {
            let lists: Vec<Vec<Option<&Value>>> = values
                .iter()
                .map(|value| {
                    value.and_then(|v| v.as_array()).map(|items| items.iter().map(Some).collect()).unwrap_or_default()
                })
                .collect();
            let offsets = OffsetBuffer::from_lengths(lists.iter().map(Vec::len));
            let items = structs(&lists.concat(), fields, None);
            let item = Field::new("element", items.data_type().clone(), true);
            Arc::new(ListArray::new(Arc::new(item), offsets, Arc::new(items), None))
        }
    }
}

fn structs(values: &[Option<&Value>], fields: &[(&'static str, Type)], nulls: Option<NullBuffer>) -> StructArray {
    let columns: Vec<ArrayRef> = fields
        .iter()
        .map(|(name, kind)| array(&values.iter().map(|value| field(*value, name)).collect::<Vec<_>>(), kind))
        .collect();
    let own = fields.iter().zip(&columns).map(|((name, _), column)| Field::new(*name, data_type(column), true));
    StructArray::new(own.collect::<Fields>(), columns, nulls)
}

fn data_type(array: &ArrayRef) -> DataType {
    array.data_type().clone()
}
