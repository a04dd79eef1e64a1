//! The same rows as Google's own FOCUS table has them. Fees stay where they are charged: its EffectiveCost is
//! its BilledCost, what a row costs after its credits.
//! <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export>

use serde_json::{Map, Value, json};

use super::month::Bill;
use super::pacific::midnight;
use super::row::{Row, decimal, time};
use crate::focus::Money;

/// The row, made of what the detailed table has. What is null there is null here.
pub fn value(bill: &Bill, row: &Row) -> Value {
    let of = row.value(bill);
    let at = |path: &str| of.pointer(path).cloned().unwrap_or(Value::Null);
    let charge = row.charge();
    let when = |is: bool, value: Value| if is { value } else { Value::Null };
    let is_usage = charge.category == "Usage" && row.unit.is_some();
    let list_price = when(is_usage, numeric(row.list_price.figure()));
    let price = when(is_usage, numeric(row.price.figure()));
    let billed = numeric(charge.costs.billed);
    let cells = [
        ("AvailabilityZone", at("/location/zone")),
        ("BilledCost", billed.clone()),
        ("BillingAccountId", at("/billing_account_id")),
        ("BillingCurrency", at("/currency")),
        ("BillingPeriodStart", time(midnight(row.month.start()))),
        ("BillingPeriodEnd", time(midnight(row.month.end()))),
        ("ChargeCategory", json!(charge.category)),
        ("ChargeClass", when(row.cost_type == "adjustment", json!("Correction"))),
        ("ChargeDescription", at("/sku/description")),
        ("ChargePeriodStart", at("/usage_start_time")),
        ("ChargePeriodEnd", at("/usage_end_time")),
        ("ConsumedQuantity", when(is_usage, quantity(&at("/usage/amount")))),
        ("ConsumedUnit", when(is_usage, at("/usage/unit"))),
        ("ContractedCost", numeric(row.default)),
        ("ContractedUnitPrice", price.clone()),
        ("ListCost", numeric(row.list)),
        ("ListUnitPrice", list_price.clone()),
        ("PricingCategory", when(is_usage, json!(if charge.covered { "Committed" } else { "Standard" }))),
        ("PricingQuantity", quantity(&at("/usage/amount_in_pricing_units"))),
        ("PricingUnit", at("/usage/pricing_unit")),
        ("ProviderName", json!("Google Cloud")),
        ("PublisherName", json!("Google Cloud")),
        ("RegionId", at("/location/region")),
        ("RegionName", row.region.map_or(Value::Null, |region| json!(bill.ground.regions[region].1))),
        ("ResourceId", at("/resource/global_name")),
        ("ResourceName", at("/resource/name")),
        ("ServiceName", at("/service/description")),
        ("SkuId", at("/sku/id")),
        ("SkuPriceId", when(is_usage, at("/sku/id"))),
        ("SubAccountId", at("/project/id")),
        ("SubAccountName", at("/project/name")),
        ("x_Credits", credits(row)),
        ("x_CostType", at("/cost_type")),
        ("x_CurrencyConversionRate", at("/currency_conversion_rate")),
        ("x_ExportTime", at("/export_time")),
        ("x_Location", at("/location/location")),
        ("x_Project", capitals(&at("/project"))),
        ("x_ServiceId", at("/service/id")),
        ("x_SystemLabels", capitals(&at("/system_labels"))),
        ("x_Labels", capitals(&at("/labels"))),
        ("x_ProjectLabels", list(capitals(&at("/project/labels")))),
        ("x_Tags", json!([])),
        ("EffectiveCost", billed.clone()),
        ("PricingCurrency", json!("USD")),
        ("PricingCurrencyContractedUnitPrice", price.clone()),
        ("PricingCurrencyEffectiveCost", billed),
        ("PricingCurrencyListUnitPrice", list_price),
        ("BillingAccountType", json!("Billing Account")),
        ("x_SubscriptionInstanceId", at("/subscription/instance_id")),
        ("x_PriceEffectivePriceDefault", price),
        ("x_CostAtEffectivePriceDefault", numeric(row.default)),
        ("x_ConsumptionModelId", at("/consumption_model/id")),
        ("x_ConsumptionModelDescription", at("/consumption_model/description")),
    ];
    Value::Object(cells.map(|(name, value)| (name.to_owned(), value)).into_iter().collect())
}

fn credits(row: &Row) -> Value {
    let of = row.credits.iter();
    let credit = of.map(|credit| json!({ "Name": credit.name, "Amount": numeric(credit.amount), "FullName": "", "Id": credit.name, "Type": credit.kind }));
    Value::Array(credit.collect())
}

/// The same with the fields' names in capitals, without the labels, which are a column of their own.
fn capitals(value: &Value) -> Value {
    let capital = |name: &str| {
        let words = name.split('_').filter(|word| !word.is_empty());
        words.map(|word| word[..1].to_uppercase() + &word[1..]).collect::<String>()
    };
    match value {
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(name, _)| *name != "labels");
            Value::Object(fields.map(|(name, value)| (capital(name), capitals(value))).collect::<Map<_, _>>())
        }
        Value::Array(items) => Value::Array(items.iter().map(capitals).collect()),
        other => other.clone(),
    }
}

fn list(value: Value) -> Value {
    if value.is_array() { value } else { json!([]) }
}

fn numeric(value: Money) -> Value {
    decimal(&value.to_string())
}

/// A float of the other table, to the nine decimals of a NUMERIC.
fn quantity(value: &Value) -> Value {
    let Value::Number(number) = value else { return Value::Null };
    let text = number.to_string();
    match text.split_once('.') {
        Some((whole, part)) if part.len() > 9 => decimal(&format!("{whole}.{}", &part[..9])),
        _ => decimal(&text),
    }
}
