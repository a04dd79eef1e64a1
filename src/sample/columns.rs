//! The columns of the sample's Cost and Usage Report, in the order AWS writes them, and the months
//! in which each one is there: a real report carries only the columns that its month used.

/// How the manifest describes a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Optional,
    Time,
    Interval,
    Number,
}

impl Kind {
    /// The manifest's word.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Text => "String",
            Kind::Optional => "OptionalString",
            Kind::Time => "DateTime",
            Kind::Interval => "Interval",
            Kind::Number => "OptionalBigDecimal",
        }
    }
}

/// The months that carry a column, counted from the first of the sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Always,
    /// From the second month on: the column was introduced, or the tag key activated, then.
    Later,
    /// Every second month, beginning with the second.
    Odd,
    /// Every second month, beginning with the first.
    Even,
    /// Never in the legacy report: facts of a line that only other exports print.
    Never,
}

struct Spec {
    col: Col,
    name: &'static str,
    kind: Kind,
    when: When,
}

macro_rules! columns {
    ($($col:ident $name:literal $kind:ident $when:ident;)*) => {
        /// A column of the report.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Col { $($col),* }
        const ALL: &[Spec] = &[$(Spec { col: Col::$col, name: $name, kind: Kind::$kind, when: When::$when }),*];
    };
}

impl Col {
    pub const COUNT: usize = ALL.len();

    /// `category/Name`, as the header has it.
    pub fn name(self) -> &'static str {
        ALL[self as usize].name
    }

    pub fn kind(self) -> Kind {
        ALL[self as usize].kind
    }

    /// Every column, in order.
    pub fn all() -> impl Iterator<Item = Col> {
        ALL.iter().map(|spec| spec.col)
    }

    /// The columns of the month with this index, in order.
    pub fn of_month(index: u32) -> Vec<Col> {
        let there = |when| match when {
            When::Always => true,
            When::Later => index > 0,
            When::Odd => index % 2 == 1,
            When::Even => index.is_multiple_of(2),
            When::Never => false,
        };
        ALL.iter().filter(|spec| there(spec.when)).map(|spec| spec.col).collect()
    }
}

columns! {
    LineItemId "identity/LineItemId" Text Always;
    TimeInterval "identity/TimeInterval" Interval Always;
    InvoiceId "bill/InvoiceId" Optional Always;
    InvoicingEntity "bill/InvoicingEntity" Optional Later;
    BillingEntity "bill/BillingEntity" Optional Always;
    BillType "bill/BillType" Optional Always;
    PayerAccountId "bill/PayerAccountId" Text Always;
    PeriodStart "bill/BillingPeriodStartDate" Time Always;
    PeriodEnd "bill/BillingPeriodEndDate" Time Always;
    UsageAccountId "lineItem/UsageAccountId" Optional Always;
    LineItemType "lineItem/LineItemType" Text Always;
    UsageStart "lineItem/UsageStartDate" Time Always;
    UsageEnd "lineItem/UsageEndDate" Time Always;
    ProductCode "lineItem/ProductCode" Optional Always;
    UsageType "lineItem/UsageType" Optional Always;
    Operation "lineItem/Operation" Optional Always;
    Zone "lineItem/AvailabilityZone" Optional Always;
    ResourceId "lineItem/ResourceId" Optional Always;
    UsageAmount "lineItem/UsageAmount" Number Always;
    NormalizationFactor "lineItem/NormalizationFactor" Number Always;
    NormalizedUsageAmount "lineItem/NormalizedUsageAmount" Number Always;
    CurrencyCode "lineItem/CurrencyCode" Text Always;
    UnblendedRate "lineItem/UnblendedRate" Optional Always;
    UnblendedCost "lineItem/UnblendedCost" Number Always;
    BlendedRate "lineItem/BlendedRate" Optional Always;
    BlendedCost "lineItem/BlendedCost" Number Always;
    Description "lineItem/LineItemDescription" Optional Always;
    TaxType "lineItem/TaxType" Optional Always;
    LegalEntity "lineItem/LegalEntity" Optional Always;
    ProductName "product/ProductName" Optional Always;
    Availability "product/availability" Optional Odd;
    CacheEngine "product/cacheEngine" Optional Always;
    ClockSpeed "product/clockSpeed" Optional Even;
    ContentType "product/contentType" Optional Odd;
    DatabaseEngine "product/databaseEngine" Optional Always;
    DeploymentOption "product/deploymentOption" Optional Always;
    Durability "product/durability" Optional Always;
    FromLocation "product/fromLocation" Optional Always;
    FromRegionCode "product/fromRegionCode" Optional Later;
    Group "product/group" Optional Always;
    GroupDescription "product/groupDescription" Optional Always;
    InstanceFamily "product/instanceFamily" Optional Always;
    InstanceType "product/instanceType" Optional Always;
    InstanceTypeFamily "product/instanceTypeFamily" Optional Always;
    Location "product/location" Optional Always;
    LocationType "product/locationType" Optional Always;
    MaxIopsVolume "product/maxIopsvolume" Optional Even;
    Memory "product/memory" Optional Always;
    ProductOperation "product/operation" Optional Always;
    OperatingSystem "product/operatingSystem" Optional Always;
    ProductFamily "product/productFamily" Optional Always;
    QueueType "product/queueType" Optional Always;
    Region "product/region" Optional Always;
    RegionCode "product/regionCode" Optional Later;
    ServiceCode "product/servicecode" Optional Always;
    ServiceName "product/servicename" Optional Always;
    Sku "product/sku" Text Always;
    StorageClass "product/storageClass" Optional Always;
    StorageMedia "product/storageMedia" Optional Always;
    Tenancy "product/tenancy" Optional Always;
    ToLocation "product/toLocation" Optional Always;
    TransferType "product/transferType" Optional Always;
    ProductUsageType "product/usagetype" Optional Always;
    Vcpu "product/vcpu" Optional Always;
    VolumeApiName "product/volumeApiName" Optional Always;
    VolumeType "product/volumeType" Optional Always;
    LeaseContractLength "pricing/LeaseContractLength" Optional Always;
    OfferingClass "pricing/OfferingClass" Optional Always;
    PurchaseOption "pricing/PurchaseOption" Optional Always;
    RateCode "pricing/RateCode" Optional Always;
    RateId "pricing/RateId" Optional Always;
    PricingCurrency "pricing/currency" Optional Always;
    OnDemandCost "pricing/publicOnDemandCost" Number Always;
    OnDemandRate "pricing/publicOnDemandRate" Optional Always;
    Term "pricing/term" Optional Always;
    Unit "pricing/unit" Optional Always;
    RiAmortizedUpfrontForUsage "reservation/AmortizedUpfrontCostForUsage" Number Always;
    RiAmortizedUpfrontForPeriod "reservation/AmortizedUpfrontFeeForBillingPeriod" Number Always;
    RiEffectiveCost "reservation/EffectiveCost" Number Always;
    RiEndTime "reservation/EndTime" Optional Always;
    RiModificationStatus "reservation/ModificationStatus" Optional Always;
    RiNormalizedUnitsPer "reservation/NormalizedUnitsPerReservation" Number Always;
    RiCount "reservation/NumberOfReservations" Number Always;
    RiRecurringForUsage "reservation/RecurringFeeForUsage" Number Always;
    RiArn "reservation/ReservationARN" Optional Always;
    RiStartTime "reservation/StartTime" Optional Always;
    RiSubscriptionId "reservation/SubscriptionId" Optional Always;
    RiTotalNormalizedUnits "reservation/TotalReservedNormalizedUnits" Number Always;
    RiTotalUnits "reservation/TotalReservedUnits" Number Always;
    RiUnitsPer "reservation/UnitsPerReservation" Number Always;
    RiUnusedAmortizedUpfront "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod" Number Always;
    RiUnusedNormalizedUnits "reservation/UnusedNormalizedUnitQuantity" Number Always;
    RiUnusedQuantity "reservation/UnusedQuantity" Number Always;
    RiUnusedRecurring "reservation/UnusedRecurringFee" Number Always;
    RiUpfrontValue "reservation/UpfrontValue" Number Always;
    SpTotalCommitment "savingsPlan/TotalCommitmentToDate" Number Always;
    SpArn "savingsPlan/SavingsPlanARN" Optional Always;
    SpRate "savingsPlan/SavingsPlanRate" Number Always;
    SpUsedCommitment "savingsPlan/UsedCommitment" Number Always;
    SpEffectiveCost "savingsPlan/SavingsPlanEffectiveCost" Number Always;
    SpAmortizedUpfront "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod" Number Always;
    SpRecurring "savingsPlan/RecurringCommitmentForBillingPeriod" Number Always;
    SpStartTime "savingsPlan/StartTime" Optional Always;
    SpEndTime "savingsPlan/EndTime" Optional Always;
    SpInstanceTypeFamily "savingsPlan/InstanceTypeFamily" Optional Always;
    SpOfferingType "savingsPlan/OfferingType" Optional Always;
    SpPaymentOption "savingsPlan/PaymentOption" Optional Always;
    SpPurchaseTerm "savingsPlan/PurchaseTerm" Optional Always;
    SpRegion "savingsPlan/Region" Optional Always;
    TagCreatedBy "resourceTags/aws:createdBy" Optional Even;
    TagName "resourceTags/user:Name" Optional Always;
    TagTeamTwin "resourceTags/user:Team" Optional Later;
    TagApp "resourceTags/user:app" Optional Later;
    TagEnv "resourceTags/user:env" Optional Always;
    TagEnvironment "resourceTags/user:environment" Optional Always;
    TagTeam "resourceTags/user:team" Optional Always;
    BusinessUnit "costCategory/BusinessUnit" Optional Always;
    // The display names of the two accounts; CUR 2.0 and FOCUS print them.
    PayerAccountName "extra/PayerAccountName" Optional Never;
    UsageAccountName "extra/UsageAccountName" Optional Never;
    // What discounts take off this line, negative; empty where none applies. Legacy has the same
    // money in lines of their own (`EdpDiscount`, `BundledDiscount`): an export that prints these
    // leaves those lines out.
    DiscountEdp "extra/EdpDiscount" Number Never;
    DiscountBundled "extra/BundledDiscount" Number Never;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_differ_and_names_are_unique() {
        let names = |index| Col::of_month(index).into_iter().map(Col::name).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(names(0).len(), Col::of_month(0).len());
        assert!(!names(0).contains("resourceTags/user:Team") && names(1).contains("resourceTags/user:Team"));
        assert!(names(0).contains("product/clockSpeed") && !names(1).contains("product/clockSpeed"));
        let all = ALL.iter().map(|spec| spec.name).collect::<std::collections::BTreeSet<_>>();
        assert_eq!(all.len(), Col::COUNT);
    }
}
