//! The same rows as Google's own FOCUS table has them. Fees stay where they are charged: its EffectiveCost is
//! what a row costs after its credits.
//! <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export>

use serde_json::{Map, Value, json};

use super::month::Bill;
use super::pacific::midnight;
use super::row::{Row, figure, time};

/// The row, made of what the detailed table has.
pub fn value(bill: &Bill, row: &Row) -> Value {
    let of = row.value(bill);
    let at = |path: &str| of.pointer(path).cloned().unwrap_or(Value::Null);
    let charge = row.charge();
    let is_usage = charge.category == "Usage";
    let when = |is: bool, value: Value| if is { value } else { Value::Null };
    let first = row.month.start();
    let next = row.month.end();
    let id = at("/resource/global_name");
    let kind = id.as_str().and_then(|id| id.rsplit('/').nth(1)).map(str::to_owned);
    let priced = row.unit.is_some();
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| {
        all.insert(name.to_owned(), value);
    };
    put("BilledCost", figure(charge.costs.billed));
    put("EffectiveCost", figure(charge.costs.billed));
    put("ListCost", figure(row.list));
    put("ContractedCost", figure(row.default));
    put("BillingAccountId", at("/billing_account_id"));
    put("BillingCurrency", at("/currency"));
    put("BillingPeriodStart", time(midnight(first)));
    put("BillingPeriodEnd", time(midnight(next)));
    put("ChargePeriodStart", at("/usage_start_time"));
    put("ChargePeriodEnd", at("/usage_end_time"));
    put("ChargeCategory", json!(charge.category));
    put("ChargeClass", when(row.cost_type == "adjustment", json!("Correction")));
    put("ChargeDescription", at("/sku/description"));
    put("ConsumedQuantity", when(is_usage, at("/usage/amount")));
    put("ConsumedUnit", when(is_usage, at("/usage/unit")));
    put("PricingQuantity", at("/usage/amount_in_pricing_units"));
    put("PricingUnit", at("/usage/pricing_unit"));
    put("ContractedUnitPrice", when(priced, figure(row.price.figure())));
    put("ListUnitPrice", when(priced, figure(row.list_price.figure())));
    put("PricingCategory", when(priced, json!(if charge.covered { "Committed" } else { "Standard" })));
    put("ProviderName", json!("Google Cloud"));
    put("PublisherName", json!("Google Cloud"));
    put("RegionId", at("/location/region"));
    put("RegionName", row.region.map_or(Value::Null, |region| json!(bill.ground.regions[region].1)));
    put("ResourceId", id);
    put("ResourceName", at("/resource/name"));
    put("ResourceType", kind.map_or(Value::Null, Value::String));
    put("ServiceName", at("/service/description"));
    put("SkuId", at("/sku/id"));
    put("SkuPriceId", when(priced, at("/sku/id")));
    put("SubAccountId", at("/project/id"));
    put("SubAccountName", at("/project/name"));
    put("x_AdjustmentId", at("/adjustment_info/id"));
    put("x_CostType", at("/cost_type"));
    put("x_Credits", renamed(at("/credits"), &["name", "amount", "id", "type"]));
    put("x_CurrencyConversionRate", at("/currency_conversion_rate"));
    put("x_ExportTime", at("/export_time"));
    put("x_InvoiceMonth", at("/invoice/month"));
    put("x_Labels", renamed(at("/labels"), &["key", "value"]));
    put("x_Location", at("/location/location"));
    put("x_Project", when(row.account.is_some(), capitals(&at("/project"), &["id", "number", "name"])));
    put("x_ProjectLabels", renamed(at("/project/labels"), &["key", "value"]));
    put("x_ServiceId", at("/service/id"));
    put("x_SubscriptionId", at("/subscription/instance_id"));
    put("x_SystemLabels", renamed(at("/system_labels"), &["key", "value"]));
    put("x_Tags", json!([]));
    put("x_Zone", at("/location/zone"));
    Value::Object(all)
}

/// The items of a list with their fields in capitals; no list is an empty one.
fn renamed(list: Value, fields: &[&str]) -> Value {
    let items = list.as_array().cloned().unwrap_or_default();
    Value::Array(items.iter().map(|item| capitals(item, fields)).collect())
}

fn capitals(item: &Value, fields: &[&str]) -> Value {
    let capital = |name: &str| name[..1].to_uppercase() + &name[1..];
    Value::Object(fields.iter().map(|name| (capital(name), item[*name].clone())).collect())
}
