//! The columns of Cloud Billing's tables in BigQuery, with their types.

/// The type of a field.
pub enum Kind {
    Text,
    Float,
    /// NUMERIC: 38 digits, 9 of them after the point.
    Numeric,
    Time,
    Truth,
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

const fn truth(name: &'static str) -> Column {
    Column { name, kind: Kind::Truth }
}

const fn record(name: &'static str, columns: &'static [Column]) -> Column {
    Column { name, kind: Kind::Record(columns) }
}

const fn repeated(name: &'static str, columns: &'static [Column]) -> Column {
    Column { name, kind: Kind::Repeated(columns) }
}

static NAMED: [Column; 2] = [text("id"), text("description")];
static LABEL: [Column; 2] = [text("key"), text("value")];
static PAIR: [Column; 2] = [text("Key"), text("Value")];

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

/// The columns of Google's FOCUS table, as its schema says of a live one.
/// <https://docs.cloud.google.com/billing/docs/how-to/export-data-bigquery-tables/focus-export>
pub static FOCUS: [Column; 55] = [
    text("AvailabilityZone"),
    numeric("BilledCost"),
    text("BillingAccountId"),
    text("BillingCurrency"),
    time("BillingPeriodStart"),
    time("BillingPeriodEnd"),
    text("ChargeCategory"),
    text("ChargeClass"),
    text("ChargeDescription"),
    time("ChargePeriodStart"),
    time("ChargePeriodEnd"),
    numeric("ConsumedQuantity"),
    text("ConsumedUnit"),
    numeric("ContractedCost"),
    numeric("ContractedUnitPrice"),
    numeric("ListCost"),
    numeric("ListUnitPrice"),
    text("PricingCategory"),
    numeric("PricingQuantity"),
    text("PricingUnit"),
    text("ProviderName"),
    text("PublisherName"),
    text("RegionId"),
    text("RegionName"),
    text("ResourceId"),
    text("ResourceName"),
    text("ServiceName"),
    text("SkuId"),
    text("SkuPriceId"),
    text("SubAccountId"),
    text("SubAccountName"),
    repeated("x_Credits", &[text("Name"), numeric("Amount"), text("FullName"), text("Id"), text("Type")]),
    text("x_CostType"),
    float("x_CurrencyConversionRate"),
    time("x_ExportTime"),
    text("x_Location"),
    record(
        "x_Project",
        &[
            text("Id"),
            text("Number"),
            text("Name"),
            text("AncestryNumbers"),
            repeated("Ancestors", &[text("ResourceName"), text("DisplayName")]),
        ],
    ),
    text("x_ServiceId"),
    repeated("x_SystemLabels", &PAIR),
    repeated("x_Labels", &PAIR),
    repeated("x_ProjectLabels", &PAIR),
    repeated("x_Tags", &[text("Key"), text("Value"), truth("x_Inherited"), text("x_Namespace")]),
    numeric("EffectiveCost"),
    text("PricingCurrency"),
    numeric("PricingCurrencyContractedUnitPrice"),
    numeric("PricingCurrencyEffectiveCost"),
    numeric("PricingCurrencyListUnitPrice"),
    text("BillingAccountType"),
    text("x_SubscriptionInstanceId"),
    numeric("x_PriceEffectivePriceDefault"),
    numeric("x_PriceListPriceConsumptionModel"),
    numeric("x_CostAtEffectivePriceDefault"),
    numeric("x_CostAtListConsumptionModel"),
    text("x_ConsumptionModelId"),
    text("x_ConsumptionModelDescription"),
];
