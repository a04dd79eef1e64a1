//! The columns of FOCUS 1.2 with AWS columns: the specification's 57 and three of AWS's.
//! <https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-focus-1-2-aws-columns.html>

use super::line::{Column, Kind};

macro_rules! columns {
    ($($name:ident $kind:ident;)*) => {
        /// A column, by its name.
        #[allow(non_camel_case_types)]
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Field { $($name),* }
        pub const FIELDS: &[Field] = &[$(Field::$name),*];
        pub const COLUMNS: &[Column] = &[$(Column { name: stringify!($name), kind: Kind::$kind }),*];
    };
}

columns! {
    AvailabilityZone Text;
    BilledCost Number;
    BillingAccountId Text;
    BillingAccountName Text;
    BillingAccountType Text;
    BillingCurrency Text;
    BillingPeriodEnd Millis;
    BillingPeriodStart Millis;
    CapacityReservationId Text;
    CapacityReservationStatus Text;
    ChargeCategory Text;
    ChargeClass Text;
    ChargeDescription Text;
    ChargeFrequency Text;
    ChargePeriodEnd Millis;
    ChargePeriodStart Millis;
    CommitmentDiscountCategory Text;
    CommitmentDiscountId Text;
    CommitmentDiscountName Text;
    CommitmentDiscountQuantity Number;
    CommitmentDiscountStatus Text;
    CommitmentDiscountType Text;
    CommitmentDiscountUnit Text;
    ConsumedQuantity Number;
    ConsumedUnit Text;
    ContractedCost Number;
    ContractedUnitPrice Number;
    EffectiveCost Number;
    InvoiceId Text;
    InvoiceIssuerName Text;
    ListCost Number;
    ListUnitPrice Number;
    PricingCategory Text;
    PricingCurrency Text;
    PricingCurrencyContractedUnitPrice Number;
    PricingCurrencyEffectiveCost Number;
    PricingCurrencyListUnitPrice Number;
    PricingQuantity Number;
    PricingUnit Text;
    ProviderName Text;
    PublisherName Text;
    RegionId Text;
    RegionName Text;
    ResourceId Text;
    ResourceName Text;
    ResourceType Text;
    ServiceCategory Text;
    ServiceName Text;
    ServiceSubcategory Text;
    SkuId Text;
    SkuMeter Text;
    SkuPriceDetails Texts;
    SkuPriceId Text;
    SubAccountId Text;
    SubAccountName Text;
    SubAccountType Text;
    Tags Texts;
    x_Discounts Numbers;
    x_Operation Text;
    x_ServiceCode Text;
}

/// Service categories and subcategories by product code, as far as AWS's own exports were seen to say;
/// a product that is not here is `Other`.
const SERVICES: &[(&str, &str, &str)] = &[
    ("AWSELB", "Networking", "Application Networking"),
    ("AWSLambda", "Compute", "Serverless Compute"),
    ("AWSQueueService", "Integration", "Messaging"),
    ("AWSSecretsManager", "Identity", "Other (Identity)"),
    ("AmazonCloudFront", "Networking", "Content Delivery"),
    ("AmazonCloudWatch", "Management and Governance", "Observability"),
    ("AmazonDynamoDB", "Databases", "NoSQL Databases"),
    ("AmazonEC2", "Compute", "Virtual Machines"),
    ("AmazonEFS", "Storage", "File Storage"),
    ("AmazonEKS", "Compute", "Containers"),
    ("AmazonElastiCache", "Databases", "Caching"),
    ("AmazonRDS", "Databases", "Relational Databases"),
    ("AmazonRoute53", "Networking", "Network Routing"),
    ("AmazonS3", "Storage", "Object Storage"),
    ("AmazonVPC", "Networking", "Network Infrastructure"),
    ("ComputeSavingsPlans", "Compute", "Virtual Machines"),
    ("awskms", "Identity", "Other (Identity)"),
    ("awswaf", "Networking", "Network Security"),
];

/// The service category and subcategory of a charge. Volumes and snapshots of EC2 are storage.
pub fn service(product: &str, family: &str) -> (&'static str, &'static str) {
    if product == "AmazonEC2" && matches!(family, "Storage" | "Storage Snapshot" | "System Operation") {
        return ("Storage", "Block Storage");
    }
    let known = SERVICES.iter().find(|(code, ..)| *code == product);
    known.map_or(("Other", "Other (Other)"), |(_, category, subcategory)| (category, subcategory))
}

/// A unit of the bill as FOCUS spells it.
pub fn unit(unit: &str) -> &str {
    match unit {
        "Hrs" | "Hours" => "Hours",
        "GB-Mo" => "GB-Months",
        "Lambda-GB-Second" => "Lambda-GB-Seconds",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sixty_columns_sorted() {
        assert_eq!(COLUMNS.len(), 60);
        assert!(COLUMNS[..57].is_sorted_by(|one, next| one.name < next.name));
    }
}
