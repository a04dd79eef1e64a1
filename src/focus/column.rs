//! The FOCUS columns, and ours: the only vocabulary between the formats and the reports.
//!
//! Source: FOCUS specification v1.2 (tag of 2025-05-30), the constraints tables of every column;
//! the eight columns that v1.3 adds are always present and may be null.

/// What a column holds. One canonical type per kind, everywhere: a concat of two decimal scales
/// truncates silently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// JSON text with sorted keys.
    Json,
    /// UTC microseconds.
    Time,
    /// A UTC day.
    Date,
    /// Decimal(38,18) in `BillingCurrency` (or `PricingCurrency` where the name says so).
    Cost,
    /// Decimal(38,18) per pricing unit.
    Price,
    /// Decimal(38,10).
    Quantity,
    /// 64-bit.
    Integer,
}

/// FOCUS's own word for how much a column is expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Mandatory,
    Conditional,
    Recommended,
}

/// One column of the table `cost`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// May a FOCUS row leave it empty?
    pub nullable: bool,
    /// The specification version that brought it; `"x"` for ours.
    pub since: &'static str,
    pub level: Level,
    /// The closed set of values; empty when any value will do.
    pub allowed: &'static [&'static str],
}

/// A column by its exact name, FOCUS or ours.
pub fn find(name: &str) -> Option<&'static Column> {
    FOCUS.iter().chain(OWN).find(|column| column.name == name)
}

/// Every column of `cost`, in the order of its files: FOCUS by name, then ours.
pub fn all() -> impl Iterator<Item = &'static Column> {
    FOCUS.iter().chain(OWN)
}

/// The four costs, from the bill to the list price.
pub const COSTS: [&str; 4] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"];

use Kind::{Cost, Date, Integer, Json, Price, Quantity, Text, Time};
use Level::{Conditional, Mandatory, Recommended};

const fn column(
    name: &'static str,
    kind: Kind,
    nullable: bool,
    since: &'static str,
    level: Level,
    allowed: &'static [&'static str],
) -> Column {
    Column { name, kind, nullable, since, level, allowed }
}

/// FOCUS 1.2 with the eight additions of 1.3, by name.
pub const FOCUS: &[Column] = &[
    column("AllocatedMethodDetails", Json, true, "1.3", Conditional, &[]),
    column("AllocatedMethodId", Text, true, "1.3", Conditional, &[]),
    column("AllocatedResourceId", Text, true, "1.3", Conditional, &[]),
    column("AllocatedResourceName", Text, true, "1.3", Conditional, &[]),
    column("AllocatedTags", Json, true, "1.3", Conditional, &[]),
    column("AvailabilityZone", Text, true, "1.0", Recommended, &[]),
    column("BilledCost", Cost, false, "1.0", Mandatory, &[]),
    column("BillingAccountId", Text, false, "1.0", Mandatory, &[]),
    column("BillingAccountName", Text, true, "1.0", Mandatory, &[]),
    column("BillingAccountType", Text, false, "1.2", Conditional, &[]),
    column("BillingCurrency", Text, false, "1.0", Mandatory, &[]),
    column("BillingPeriodEnd", Time, false, "1.0", Mandatory, &[]),
    column("BillingPeriodStart", Time, false, "1.0", Mandatory, &[]),
    column("CapacityReservationId", Text, true, "1.1", Conditional, &[]),
    column("CapacityReservationStatus", Text, true, "1.1", Conditional, &["Used", "Unused"]),
    column("ChargeCategory", Text, false, "1.0", Mandatory, &["Usage", "Purchase", "Tax", "Credit", "Adjustment"]),
    column("ChargeClass", Text, true, "1.0", Mandatory, &["Correction"]),
    column("ChargeDescription", Text, true, "1.0", Mandatory, &[]),
    column("ChargeFrequency", Text, false, "1.0", Recommended, &["One-Time", "Recurring", "Usage-Based"]),
    column("ChargePeriodEnd", Time, false, "1.0", Mandatory, &[]),
    column("ChargePeriodStart", Time, false, "1.0", Mandatory, &[]),
    column("CommitmentDiscountCategory", Text, true, "1.0", Conditional, &["Spend", "Usage"]),
    column("CommitmentDiscountId", Text, true, "1.0", Conditional, &[]),
    column("CommitmentDiscountName", Text, true, "1.0", Conditional, &[]),
    column("CommitmentDiscountQuantity", Quantity, true, "1.1", Conditional, &[]),
    column("CommitmentDiscountStatus", Text, true, "1.0", Conditional, &["Used", "Unused"]),
    column("CommitmentDiscountType", Text, true, "1.0", Conditional, &[]),
    column("CommitmentDiscountUnit", Text, true, "1.1", Conditional, &[]),
    column("ConsumedQuantity", Quantity, true, "1.0", Conditional, &[]),
    column("ConsumedUnit", Text, true, "1.0", Conditional, &[]),
    column("ContractApplied", Json, true, "1.3", Conditional, &[]),
    column("ContractedCost", Cost, false, "1.0", Mandatory, &[]),
    column("ContractedUnitPrice", Price, true, "1.0", Conditional, &[]),
    column("EffectiveCost", Cost, false, "1.0", Mandatory, &[]),
    column("HostProviderName", Text, true, "1.3", Conditional, &[]),
    column("InvoiceId", Text, true, "1.2", Recommended, &[]),
    column("InvoiceIssuerName", Text, false, "1.0", Mandatory, &[]),
    column("ListCost", Cost, false, "1.0", Mandatory, &[]),
    column("ListUnitPrice", Price, true, "1.0", Conditional, &[]),
    column("PricingCategory", Text, true, "1.0", Conditional, &["Standard", "Dynamic", "Committed", "Other"]),
    column("PricingCurrency", Text, true, "1.2", Conditional, &[]),
    column("PricingCurrencyContractedUnitPrice", Price, true, "1.2", Conditional, &[]),
    column("PricingCurrencyEffectiveCost", Cost, true, "1.2", Conditional, &[]),
    column("PricingCurrencyListUnitPrice", Price, true, "1.2", Conditional, &[]),
    column("PricingQuantity", Quantity, true, "1.0", Mandatory, &[]),
    column("PricingUnit", Text, true, "1.0", Mandatory, &[]),
    column("ProviderName", Text, false, "1.0", Mandatory, &[]),
    column("PublisherName", Text, false, "1.0", Mandatory, &[]),
    column("RegionId", Text, true, "1.0", Conditional, &[]),
    column("RegionName", Text, true, "1.0", Conditional, &[]),
    column("ResourceId", Text, true, "1.0", Conditional, &[]),
    column("ResourceName", Text, true, "1.0", Conditional, &[]),
    column("ResourceType", Text, true, "1.0", Conditional, &[]),
    column("ServiceCategory", Text, false, "1.0", Mandatory, SERVICE_CATEGORIES),
    column("ServiceName", Text, false, "1.0", Mandatory, &[]),
    column("ServiceProviderName", Text, true, "1.3", Conditional, &[]),
    column("ServiceSubcategory", Text, false, "1.1", Recommended, SERVICE_SUBCATEGORIES),
    column("SkuId", Text, true, "1.0", Conditional, &[]),
    column("SkuMeter", Text, true, "1.1", Conditional, &[]),
    column("SkuPriceDetails", Json, true, "1.1", Conditional, &[]),
    column("SkuPriceId", Text, true, "1.0", Conditional, &[]),
    column("SubAccountId", Text, true, "1.0", Conditional, &[]),
    column("SubAccountName", Text, true, "1.0", Conditional, &[]),
    column("SubAccountType", Text, true, "1.2", Conditional, &[]),
    column("Tags", Json, true, "1.0", Conditional, &[]),
];

/// Our columns of `cost`. A closed list: it grows only with the schema version.
pub const OWN: &[Column] = &[
    // the source's id in the config
    column("x_SourceId", Text, false, "x", Conditional, &[]),
    // the file of the delivery the charge came in
    column("x_SourceFile", Text, false, "x", Conditional, &[]),
    // its row there: 1 is the first row after the header
    column("x_SourceRow", Integer, false, "x", Conditional, &[]),
    // the billing period as 2026-10
    column("x_BillingMonth", Text, false, "x", Conditional, &[]),
    // the UTC day of ChargePeriodStart
    column("x_ChargeDay", Date, false, "x", Conditional, &[]),
    // the provider's own word for the kind of line
    column("x_LineItemType", Text, true, "x", Conditional, &[]),
    // the provider's code of the service
    column("x_ServiceCode", Text, true, "x", Conditional, &[]),
    // the provider's usage type
    column("x_UsageType", Text, true, "x", Conditional, &[]),
    // the provider's operation
    column("x_Operation", Text, true, "x", Conditional, &[]),
    // the machine type
    column("x_InstanceType", Text, true, "x", Conditional, &[]),
    // money of split cost allocation rows, whose four costs are 0
    column("x_SplitCost", Cost, true, "x", Conditional, &[]),
    // the provider's cost categories
    column("x_CostCategories", Json, true, "x", Conditional, &[]),
    // discounts by name, where the export carries them
    column("x_Discounts", Json, true, "x", Conditional, &[]),
];

/// FOCUS 1.2, ServiceCategory.
#[rustfmt::skip]
pub const SERVICE_CATEGORIES: &[&str] = &[
    "AI and Machine Learning", "Analytics", "Business Applications", "Compute", "Databases", "Developer Tools",
    "Multicloud", "Identity", "Integration", "Internet of Things", "Management and Governance", "Media",
    "Migration", "Mobile", "Networking", "Security", "Storage", "Web", "Other",
];

/// FOCUS 1.2, ServiceSubcategory.
#[rustfmt::skip]
pub const SERVICE_SUBCATEGORIES: &[&str] = &[
    "AI Platforms", "Bots", "Generative AI", "Machine Learning", "Natural Language Processing",
    "Other (AI and Machine Learning)", "Analytics Platforms", "Business Intelligence", "Data Processing", "Search",
    "Streaming Analytics", "Other (Analytics)", "Productivity and Collaboration", "Other (Business Applications)",
    "Containers", "End User Computing", "Quantum Compute", "Serverless Compute", "Virtual Machines",
    "Other (Compute)", "Caching", "Data Warehouses", "Ledger Databases", "NoSQL Databases", "Relational Databases",
    "Time Series Databases", "Other (Databases)", "Developer Platforms", "Continuous Integration and Deployment",
    "Development Environments", "Source Code Management", "Quality Assurance", "Other (Developer Tools)",
    "Identity and Access Management", "Other (Identity)", "API Management", "Messaging", "Workflow Orchestration",
    "Other (Integration)", "IoT Analytics", "IoT Platforms", "Other (Internet of Things)", "Architecture",
    "Compliance", "Cost Management", "Data Governance", "Disaster Recovery", "Endpoint Management", "Observability",
    "Support", "Other (Management and Governance)", "Content Creation", "Gaming", "Media Streaming",
    "Mixed Reality", "Other (Media)", "Data Migration", "Resource Migration", "Other (Migration)", "Other (Mobile)",
    "Multicloud Integration", "Other (Multicloud)", "Application Networking", "Content Delivery",
    "Network Connectivity", "Network Infrastructure", "Network Routing", "Network Security", "Other (Networking)",
    "Secret Management", "Security Posture Management", "Threat Detection and Response", "Other (Security)",
    "Backup Storage", "Block Storage", "File Storage", "Object Storage", "Storage Platforms", "Other (Storage)",
    "Application Platforms", "Other (Web)", "Other (Other)",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_specifications() {
        let count = |version: &[&str]| FOCUS.iter().filter(|c| version.contains(&c.since)).count();
        assert_eq!(
            (count(&["1.0"]), count(&["1.0", "1.1"]), count(&["1.0", "1.1", "1.2"]), FOCUS.len()),
            (43, 50, 57, 65)
        );
        assert!(FOCUS.is_sorted_by_key(|c| c.name.to_lowercase()));
        let broken = |values: &&[&str]| values.iter().any(|value| value.contains(['\n', '"']) || value.contains("  "));
        assert!(![SERVICE_CATEGORIES, SERVICE_SUBCATEGORIES].iter().any(broken));
        assert_eq!((SERVICE_CATEGORIES.len(), SERVICE_SUBCATEGORIES.len()), (19, 82));
        assert!(OWN.iter().all(|c| c.name.starts_with("x_")));
    }
}
