//! One row of the detailed usage cost table.

use serde_json::{Map, Value, json};

use super::month::Bill;
use super::skus::{Service, Unit};
use crate::focus::{BillingMonth, Money};
use crate::sample::cloud::Thing;
use crate::sample::company::PAYER;
use crate::sample::company::policy::Key;
use crate::sample::estate::tags::Tags;
use crate::sample::numbers::{Amount, Rate};
use crate::sample::random::{code, number};
use crate::sample::truth::cloud::{Charge, Costs};

/// The billing account.
pub const ACCOUNT: &str = "01A7F3-9C24D8-5B60E1";

/// A credit, an amount below 0.
#[derive(Debug, Clone, Copy)]
pub struct Credit {
    pub name: &'static str,
    pub kind: &'static str,
    pub amount: Money,
}

/// A row. Times are in seconds since 1970, UTC.
pub struct Row<'a> {
    pub service: Service,
    pub sku: String,
    /// The project, by the company's account; none for what is the billing account's.
    pub account: Option<usize>,
    /// Its number in the estate.
    pub thing: Option<(usize, &'a Thing)>,
    /// The day of the sample it begins on, UTC.
    pub day: u32,
    pub region: Option<usize>,
    pub start: i64,
    pub end: i64,
    pub export: i64,
    pub month: BillingMonth,
    pub cost_type: &'static str,
    pub amount: Amount,
    pub unit: Option<&'static Unit>,
    pub list_price: Rate,
    pub price: Rate,
    pub cost: Money,
    pub list: Money,
    /// Before a commitment's price.
    pub default: Money,
    pub credits: Vec<Credit>,
    pub machine: Option<&'static str>,
    /// The commitment it is of, with its id if the bill has one, and whether it is its fee.
    pub commitment: Option<(usize, Option<String>, bool)>,
    /// What it has of a fee that stands on another row; on the fee what it has given away, below 0.
    pub share: Money,
    pub instead: Option<Money>,
}

impl Row<'_> {
    /// What the books count.
    pub fn charge(&self) -> Charge {
        let net = self.credits.iter().fold(self.cost, |sum, credit| sum + credit.amount);
        let is_fee = self.commitment.as_ref().is_some_and(|(_, _, is_fee)| *is_fee);
        let category = match self.cost_type {
            "tax" => "Tax",
            "regular" if is_fee => "Purchase",
            "regular" => "Usage",
            _ => "Adjustment",
        };
        Charge {
            account: self.account,
            thing: self.thing.map(|(number, _)| number),
            day: self.day,
            of_day: !is_fee && self.end - self.start <= 86_400,
            category,
            costs: Costs { billed: net, effective: net + self.share, list: self.list, contracted: self.default },
            covered: self.commitment.is_some() && !is_fee,
            unused: self.commitment.as_ref().filter(|(_, _, is_fee)| *is_fee).map(|(number, _, _)| *number),
            machine: self.machine.is_some(),
            instead: self.instead,
        }
    }

    /// The row as the table has it.
    pub fn value(&self, bill: &Bill) -> Value {
        let mut row = Map::new();
        let mut put = |key: &str, value: Value| {
            row.insert(key.to_owned(), value);
        };
        put("billing_account_id", json!(ACCOUNT));
        put("service", json!({ "id": self.service.0, "description": self.service.1 }));
        let sku = code(&format!("{} {}", self.service.0, self.sku), 12);
        put("sku", json!({ "id": format!("{}-{}-{}", &sku[..4], &sku[4..8], &sku[8..]), "description": self.sku }));
        put("usage_start_time", time(self.start));
        put("usage_end_time", time(self.end));
        put("project", self.account.map_or(Value::Null, |account| project(bill, account)));
        put("labels", self.thing.map_or_else(|| json!([]), |(_, thing)| labels(bill, thing.tags(self.day), self.day)));
        let mut system = Vec::new();
        if let Some(machine) = self.machine {
            system.push(label("compute.googleapis.com/machine_spec", machine));
        }
        put("system_labels", Value::Array(system));
        let region = self.region.map(|region| bill.ground.regions[region].0);
        let zone = self.thing.filter(|(_, thing)| thing.id.contains("/zones/"));
        let zone = zone.and_then(|(_, it)| Some(format!("{}-{}", region?, ["a", "b", "c"][it.zone as usize % 3])));
        put(
            "location",
            match region {
                Some(region) => json!({
                    "location": zone.as_deref().unwrap_or(region),
                    "country": if region.starts_with("us-") { "US" } else { "" },
                    "region": region,
                    "zone": zone,
                }),
                None => json!({ "location": "global", "country": null, "region": null, "zone": null }),
            },
        );
        put(
            "resource",
            match self.thing.filter(|(_, thing)| !thing.id.is_empty()) {
                Some((_, thing)) => json!({ "name": thing.name, "global_name": thing.id }),
                None => json!({ "name": null, "global_name": null }),
            },
        );
        put("tags", json!([]));
        let unit = self.unit;
        put(
            "price",
            match unit {
                Some(unit) => json!({
                    "effective_price": decimal(&self.price.text()),
                    "tier_start_amount": decimal("0"),
                    "unit": unit.pricing,
                    "pricing_unit_quantity": decimal("1"),
                    "list_price": decimal(&self.list_price.text()),
                    "effective_price_default": decimal(&self.price.text()),
                }),
                None => Value::Null,
            },
        );
        put("transaction_type", json!("GOOGLE"));
        put("seller_name", json!("Google"));
        put("export_time", time(self.export));
        put("cost", figure(self.cost));
        put("currency", json!("USD"));
        put("currency_conversion_rate", figure(Amount::ONE.figure()));
        put(
            "usage",
            match unit {
                Some(unit) => json!({
                    "amount": figure(Money(self.amount.figure().0 * unit.factor)),
                    "unit": unit.usage,
                    "amount_in_pricing_units": figure(self.amount.figure()),
                    "pricing_unit": unit.pricing,
                }),
                None => Value::Null,
            },
        );
        let credit = |credit: &Credit| json!({ "name": credit.name, "amount": figure(credit.amount), "full_name": "", "id": credit.name, "type": credit.kind });
        put("credits", Value::Array(self.credits.iter().map(credit).collect()));
        put("invoice", json!({ "month": self.month.to_string().replace('-', ""), "publisher_type": "GOOGLE" }));
        put("cost_type", json!(self.cost_type));
        put(
            "adjustment_info",
            match self.cost_type {
                "adjustment" => json!({
                    "id": format!("ADJ-{}", code(&self.sku, 8)),
                    "description": "Correction of usage that was metered twice",
                    "mode": "PARTIAL_CORRECTION",
                    "type": "USAGE_CORRECTION",
                }),
                _ => Value::Null,
            },
        );
        put("cost_at_list", figure(self.list));
        put("cost_at_effective_price_default", figure(self.default));
        let subscription = self.commitment.as_ref().and_then(|(_, id, _)| id.as_deref());
        put(
            "consumption_model",
            match subscription {
                Some(_) if self.unit.is_some() && !self.sku.starts_with("Commitment") => {
                    json!({ "id": "9F2C-41D0-A7B3", "description": "Compute Flexible CUDs 1 Year" })
                }
                _ => json!({ "id": "7754-699E-0EBF", "description": "Default" }),
            },
        );
        put("subscription", json!({ "instance_id": subscription }));
        Value::Object(row)
    }
}

fn project(bill: &Bill, account: usize) -> Value {
    let (id, owner) = (&bill.ground.ids[account], &bill.company.accounts[account]);
    let mut labels = vec![label("env", owner.environment)];
    if let Some(team) = owner.team.filter(|_| owner.team_on_file) {
        labels.push(label("team", &bill.company.teams[team].name));
    }
    let name = if account == PAYER { "platform-hub" } else { &owner.name };
    json!({
        "id": id,
        "number": (100_000_000_000 + number(id) * 7).to_string(),
        "name": name,
        "labels": labels,
        "ancestry_numbers": "/618204775391/",
        "ancestors": [{ "resource_name": "organizations/618204775391", "display_name": "larkfield.example" }],
    })
}

fn label(key: &str, value: &str) -> Value {
    json!({ "key": key, "value": value })
}

/// The labels that tags become: keys and values in lower case, with nothing but letters, digits, `_` and `-`.
/// <https://docs.cloud.google.com/compute/docs/labeling-resources#requirements>
fn labels(bill: &Bill, tags: &Tags, day: u32) -> Value {
    let app = if bill.policy.active(Key::App, day) { tags.app.as_str() } else { "" };
    let team = if tags.team.is_empty() { &tags.team_twin } else { &tags.team };
    let pairs =
        [("app", app), ("env", &tags.env), ("environment", &tags.environment), ("name", &tags.name), ("team", team)];
    let legal = |text: &str| {
        let lower = text.trim().to_lowercase();
        let sign = |sign: char| if sign.is_alphanumeric() || sign == '_' { sign } else { '-' };
        lower.chars().map(sign).take(63).collect::<String>()
    };
    let of = pairs.iter().filter(|(_, value)| !value.is_empty());
    Value::Array(of.map(|(key, value)| label(key, &legal(value))).collect())
}

/// An instant as BigQuery writes it in JSON.
pub(super) fn time(seconds: i64) -> Value {
    let instant = chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    json!(instant.format("%Y-%m-%d %H:%M:%S UTC").to_string())
}

/// A float: the figures of a row have few digits, so that the nearest double prints them again.
pub(super) fn figure(value: Money) -> Value {
    serde_json::from_str(&value.to_string()).unwrap_or(Value::Null)
}

/// A NUMERIC, which JSON has as text.
pub(super) fn decimal(text: &str) -> Value {
    json!(text)
}
