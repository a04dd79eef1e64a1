//! The columns of Cloud Billing's tables in BigQuery, with their types.

/// The type of a field.
pub enum Kind {
    Text,
    Float,
    /// NUMERIC: 38 digits, 9 of them after the point.
    Numeric,
    Time,
    Record(&'static [Column]),
    Repeated(&'static [Column]),
}

pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn float(name: &'static str) -> Column {
    Column { name, kind: Kind::Float }
}

const fn numeric(name: &'static str) -> Column {
    Column { name, kind: Kind::Numeric }
}

const fn time(name: &'static str) -> Column {
    Column { name, kind: Kind::Time }
}

const fn record(name: &'static str, columns: &'static [Column]) -> Column {
    Column { name, kind: Kind::Record(columns) }
}

const fn repeated(name: &'static str, columns: &'static [Column]) -> Column {
    Column { name, kind: Kind::Repeated(columns) }
}

static NAMED: [Column; 2] = [text("id"), text("description")];
static LABEL: [Column; 2] = [text("key"), text("value")];

/// The columns of the detailed usage cost table.
pub static DETAILED: [Column; 27] = [
    text("billing_account_id"),
    record("service", &NAMED),
    record("sku", &NAMED),
    time("usage_start_time"),
    time("usage_end_time"),
    record(
        "project",
        &[
            text("id"),
            text("number"),
            text("name"),
            repeated("labels", &[text("key"), text("value")]),
            text("ancestry_numbers"),
            repeated("ancestors", &[text("resource_name"), text("display_name")]),
        ],
    ),
    repeated("labels", &LABEL),
    repeated("system_labels", &LABEL),
    record("location", &[text("location"), text("country"), text("region"), text("zone")]),
    record("resource", &[text("name"), text("global_name")]),
    repeated("tags", &[text("key"), text("value"), text("inherited"), text("namespace")]),
    record(
        "price",
        &[
            numeric("effective_price"),
            numeric("tier_start_amount"),
            text("unit"),
            numeric("pricing_unit_quantity"),
            numeric("list_price"),
            numeric("effective_price_default"),
        ],
    ),
    text("transaction_type"),
    text("seller_name"),
    time("export_time"),
    float("cost"),
    text("currency"),
    float("currency_conversion_rate"),
    record("usage", &[float("amount"), text("unit"), float("amount_in_pricing_units"), text("pricing_unit")]),
    repeated("credits", &[text("name"), float("amount"), text("full_name"), text("id"), text("type")]),
    record("invoice", &[text("month"), text("publisher_type")]),
    text("cost_type"),
    record("adjustment_info", &[text("id"), text("description"), text("mode"), text("type")]),
    float("cost_at_list"),
    float("cost_at_effective_price_default"),
    record("consumption_model", &NAMED),
    record("subscription", &[text("instance_id")]),
];

/// The columns of Google's FOCUS table that the sample has.
/// <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export>
pub static FOCUS: [Column; 47] = [
    float("BilledCost"),
    text("BillingAccountId"),
    text("BillingCurrency"),
    time("BillingPeriodEnd"),
    time("BillingPeriodStart"),
    text("ChargeCategory"),
    text("ChargeClass"),
    text("ChargeDescription"),
    time("ChargePeriodEnd"),
    time("ChargePeriodStart"),
    float("ConsumedQuantity"),
    text("ConsumedUnit"),
    float("ContractedCost"),
    float("ContractedUnitPrice"),
    float("EffectiveCost"),
    float("ListCost"),
    float("ListUnitPrice"),
    text("PricingCategory"),
    float("PricingQuantity"),
    text("PricingUnit"),
    text("ProviderName"),
    text("PublisherName"),
    text("RegionId"),
    text("RegionName"),
    text("ResourceId"),
    text("ResourceName"),
    text("ResourceType"),
    text("ServiceName"),
    text("SkuId"),
    text("SkuPriceId"),
    text("SubAccountId"),
    text("SubAccountName"),
    text("x_AdjustmentId"),
    text("x_CostType"),
    repeated("x_Credits", &[text("Name"), float("Amount"), text("Id"), text("Type")]),
    float("x_CurrencyConversionRate"),
    time("x_ExportTime"),
    text("x_InvoiceMonth"),
    repeated("x_Labels", &[text("Key"), text("Value")]),
    text("x_Location"),
    record("x_Project", &[text("Id"), text("Number"), text("Name")]),
    repeated("x_ProjectLabels", &[text("Key"), text("Value")]),
    text("x_ServiceId"),
    text("x_SubscriptionId"),
    repeated("x_SystemLabels", &[text("Key"), text("Value")]),
    repeated("x_Tags", &[text("Key"), text("Value"), text("x_Inherited"), text("x_Namespace")]),
    text("x_Zone"),
];
