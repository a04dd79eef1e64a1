//! The same charges as Microsoft's FOCUS export has them, in the columns of its version 1.2.
//! <https://learn.microsoft.com/en-us/azure/cost-management-billing/dataset-schema/cost-usage-details-focus>

use std::borrow::Cow;

use super::commitments::Terms;
use super::line::{ACCOUNT, Line, figure};
use super::month::Dataset;
use crate::focus::Money;
use crate::sample::bill::line::push_field;

pub const COLUMNS: &str = "BilledCost,BillingAccountId,BillingAccountName,BillingAccountType,BillingCurrency,BillingPeriodEnd,\
BillingPeriodStart,CapacityReservationId,CapacityReservationStatus,ChargeCategory,ChargeClass,ChargeDescription,\
ChargeFrequency,ChargePeriodEnd,ChargePeriodStart,CommitmentDiscountCategory,CommitmentDiscountId,\
CommitmentDiscountName,CommitmentDiscountQuantity,CommitmentDiscountStatus,CommitmentDiscountType,\
CommitmentDiscountUnit,ConsumedQuantity,ConsumedUnit,ContractedCost,ContractedUnitPrice,EffectiveCost,InvoiceId,\
InvoiceIssuerName,ListCost,ListUnitPrice,PricingCategory,PricingCurrency,PricingQuantity,PricingUnit,\
ProviderName,PublisherName,RegionId,RegionName,ResourceId,ResourceName,ResourceType,ServiceCategory,ServiceName,\
ServiceSubcategory,SkuId,SkuMeter,SkuPriceDetails,SkuPriceId,SubAccountId,SubAccountName,SubAccountType,Tags,\
x_AccountId,x_AccountName,x_AccountOwnerId,x_AmortizationClass,x_BilledCostInUsd,x_BilledUnitPrice,\
x_BillingAccountId,x_BillingAccountName,x_BillingExchangeRate,x_BillingExchangeRateDate,x_BillingProfileId,\
x_BillingProfileName,x_ContractedCostInUsd,x_CostAllocationRuleName,x_CostCenter,x_CustomerId,x_CustomerName,\
x_EffectiveCostInUsd,x_EffectiveUnitPrice,x_InvoiceIssuerId,x_InvoiceSectionId,x_InvoiceSectionName,\
x_ListCostInUsd,x_PartnerCreditApplied,x_PartnerCreditRate,x_PricingBlockSize,x_PricingSubcategory,\
x_PricingUnitDescription,x_PublisherCategory,x_PublisherId,x_ResellerId,x_ResellerName,x_ResourceGroupName,\
x_ResourceType,x_ServiceModel,x_ServicePeriodEnd,x_ServicePeriodStart,x_SkuDescription,x_SkuIsCreditEligible,\
x_SkuMeterCategory,x_SkuMeterId,x_SkuMeterSubcategory,x_SkuOfferId,x_SkuOrderId,x_SkuOrderName,x_SkuPartNumber,\
x_SkuPlanName,x_SkuRegion,x_SkuServiceFamily,x_SkuTerm,x_SkuTier";

/// Services by the resource provider and, where one has several, by the type of resource: name, category and
/// subcategory as Microsoft's open data has them.
/// <https://github.com/microsoft/finops-toolkit/blob/dev/src/open-data/Services.csv>
const SERVICES: &[(&str, &str, &str, &str, &str)] = &[
    ("Microsoft.BillingBenefits", "", "Azure Savings Plan for Compute", "Compute", "Other (Compute)"),
    ("Microsoft.Cache", "", "Azure Cache for Redis", "Databases", "Caching"),
    ("Microsoft.Capacity", "", "Azure Reservations", "Management and Governance", "Cost Management"),
    ("Microsoft.Compute", "", "Virtual Machines", "Compute", "Virtual Machines"),
    ("Microsoft.ContainerRegistry", "", "Azure Container Registry", "Compute", "Containers"),
    ("Microsoft.ContainerService", "", "Azure Kubernetes Service", "Compute", "Containers"),
    ("Microsoft.DBforPostgreSQL", "", "Azure DB for PostgreSQL", "Databases", "Relational Databases"),
    ("Microsoft.DocumentDB", "", "Cosmos DB", "Databases", "NoSQL Databases"),
    ("Microsoft.EventHub", "", "Event Hubs", "Integration", "Messaging"),
    ("Microsoft.KeyVault", "", "Key Vault", "Security", "Secret Management"),
    ("Microsoft.Network", "/applicationGateways/", "Application Gateway", "Networking", "Application Networking"),
    ("Microsoft.Network", "/azureFirewalls/", "Azure Firewall", "Networking", "Network Security"),
    ("Microsoft.Network", "/loadBalancers/", "Load Balancer", "Networking", "Application Networking"),
    ("Microsoft.Network", "", "Virtual Network", "Networking", "Network Infrastructure"),
    ("Microsoft.SaaS", "", "Azure Marketplace", "Other", "Other (Other)"),
    ("Microsoft.Sql", "", "Azure SQL Database", "Databases", "Relational Databases"),
    ("Microsoft.Storage", "", "Storage Accounts", "Storage", "Storage Platforms"),
    ("Microsoft.Web", "", "Azure App Service", "Web", "Application Platforms"),
    ("microsoft.operationalinsights", "", "Azure Monitor", "Management and Governance", "Observability"),
];

/// Is the line of a dataset in the export? All amortised ones are, and of the actual ones what was paid for
/// commitments.
pub fn holds(dataset: Dataset, line: &Line) -> bool {
    dataset == Dataset::Amortised || (line.benefit.is_some() && line.is_bought())
}

/// Appends a line to `out`. `days` is the billing period's first day and the next one's, and the charge's
/// day and the next.
pub fn write_csv(line: &Line, days: [&str; 4], out: &mut Vec<u8>) {
    for (at, column) in COLUMNS.split(',').enumerate() {
        if at > 0 {
            out.push(b',');
        }
        push_field(&cell(line, column, days), out);
    }
    out.extend_from_slice(b"\r\n");
}

fn cell<'a>(line: &Line<'a>, column: &str, [first, next, day, after]: [&str; 4]) -> Cow<'a, str> {
    let names = line.names;
    let benefit = line.benefit;
    let is_usage = line.charge_type == "Usage";
    let is_unused = line.charge_type.starts_with("Unused");
    let is_commitment = benefit.is_some() && (is_usage || is_unused);
    let of_commitment = benefit.is_some() && line.is_bought();
    let product = |price: Money| Money(price.0 / 100_000_000 * (line.quantity.0 / 100_000_000) / 100);
    let midnight = |day: &str| Cow::Owned(format!("{day}T00:00:00Z"));
    let when = |is: bool, text: &'a str| Cow::Borrowed(if is { text } else { "" });
    let money = |value: Money| Cow::Owned(figure(value));
    let id = line.thing.map_or("", |thing| thing.id.as_str());
    let service = SERVICES.iter().find(|(provider, part, ..)| *provider == names.provider && id.contains(part));
    let contracted = if is_usage { product(line.unit_price) } else { line.cost };
    match column {
        "BilledCost" | "x_BilledCostInUsd" => money(if is_commitment { Money::ZERO } else { line.cost }),
        "EffectiveCost" | "x_EffectiveCostInUsd" => money(if of_commitment { Money::ZERO } else { line.cost }),
        "ContractedCost" | "x_ContractedCostInUsd" => money(contracted),
        "ListCost" | "x_ListCostInUsd" if is_usage && !line.pay_as_you_go.is_zero() => {
            money(product(line.pay_as_you_go))
        }
        "ListCost" | "x_ListCostInUsd" => money(contracted),
        "BillingAccountId" => Cow::Owned(format!("/providers/Microsoft.Billing/billingAccounts/{}", ACCOUNT.0)),
        "x_BillingAccountId" | "x_BillingProfileId" => ACCOUNT.0.into(),
        "BillingAccountName" | "x_BillingAccountName" | "x_BillingProfileName" => ACCOUNT.1.into(),
        "BillingAccountType" => "Billing Account".into(),
        "BillingCurrency" | "PricingCurrency" => "USD".into(),
        "BillingPeriodStart" => midnight(first),
        "BillingPeriodEnd" => midnight(next),
        "ChargePeriodStart" => midnight(day),
        "ChargePeriodEnd" => midnight(after),
        "ChargeCategory" => match line.charge_type {
            "Purchase" | "Refund" => "Purchase".into(),
            "RoundingAdjustment" => "Adjustment".into(),
            _ => "Usage".into(),
        },
        "ChargeClass" => when(line.charge_type == "Refund", "Correction"),
        "ChargeDescription" | "x_SkuDescription" => Cow::Borrowed(&names.product),
        "ChargeFrequency" => match line.frequency {
            "UsageBased" => "Usage-Based".into(),
            "OneTime" => "One-Time".into(),
            other => other.into(),
        },
        "CommitmentDiscountCategory" => match benefit {
            Some(terms) => {
                if terms.of.is_some() {
                    "Usage".into()
                } else {
                    "Spend".into()
                }
            }
            None => "".into(),
        },
        "CommitmentDiscountId" => Cow::Owned(benefit.map(Terms::id).unwrap_or_default()),
        "CommitmentDiscountName" => benefit.map_or("", |terms| terms.name).into(),
        "CommitmentDiscountStatus" if is_commitment => {
            if is_unused {
                "Unused".into()
            } else {
                "Used".into()
            }
        }
        "CommitmentDiscountType" => match benefit {
            Some(terms) => {
                if terms.of.is_some() {
                    "Reservation".into()
                } else {
                    "Savings Plan".into()
                }
            }
            None => "".into(),
        },
        "CommitmentDiscountQuantity" if is_commitment => match benefit {
            Some(terms) if terms.of.is_none() => money(line.cost),
            _ => money(line.quantity),
        },
        "CommitmentDiscountUnit" if is_commitment => match benefit {
            Some(terms) if terms.of.is_none() => "USD".into(),
            _ => "Hours".into(),
        },
        "ConsumedQuantity" if is_usage => money(line.quantity),
        "ConsumedUnit" if is_usage => names.unit.into(),
        "PricingQuantity" if line.charge_type != "RoundingAdjustment" => money(line.quantity),
        "PricingUnit" | "x_PricingUnitDescription" if line.charge_type != "RoundingAdjustment" => names.unit.into(),
        "ContractedUnitPrice" | "x_BilledUnitPrice" if is_usage => money(line.unit_price),
        "ListUnitPrice" if is_usage && !line.pay_as_you_go.is_zero() => money(line.pay_as_you_go),
        "x_EffectiveUnitPrice" if is_usage => money(line.effective_price),
        "InvoiceIssuerName" | "ProviderName" => "Microsoft".into(),
        "PublisherName" => {
            if names.publisher.is_empty() {
                "Microsoft".into()
            } else {
                names.publisher.into()
            }
        }
        "PricingCategory" => match line.charge_type {
            "RoundingAdjustment" => "".into(),
            _ if is_commitment => "Committed".into(),
            _ => "Standard".into(),
        },
        "RegionId" | "x_SkuRegion" => Cow::Borrowed(line.location),
        "RegionName" => names.meter_region.into(),
        "ResourceId" => line.thing.map_or("", |thing| thing.id.as_str()).into(),
        "ResourceName" => line.thing.and_then(|thing| thing.id.rsplit('/').next()).unwrap_or_default().into(),
        "x_ResourceGroupName" => line.thing.map_or("", |thing| thing.group.as_str()).into(),
        "ServiceName" => service.map_or(names.category, |service| service.2).into(),
        "ServiceCategory" => service.map_or("Other", |service| service.3).into(),
        "ServiceSubcategory" => service.map_or("Other (Other)", |service| service.4).into(),
        "SkuId" | "x_SkuPartNumber" => Cow::Borrowed(&names.part_number),
        "SkuPriceId" => Cow::Borrowed(&names.meter_id),
        "SkuMeter" => names.meter.into(),
        "SkuPriceDetails" => Cow::Borrowed(&names.additional_info),
        "SubAccountId" => Cow::Owned(format!("/subscriptions/{}", line.subscription.0)),
        "SubAccountName" => Cow::Borrowed(line.subscription.1),
        "SubAccountType" => "Subscription".into(),
        "Tags" => Cow::Owned(format!("{{{}}}", line.tags)),
        "x_CostCenter" => Cow::Borrowed(line.cost_center),
        "x_AccountName" => "Larkfield Platform".into(),
        "x_AccountOwnerId" => "billing@larkfield.example".into(),
        "x_InvoiceSectionName" => "Larkfield".into(),
        "x_BillingExchangeRate" | "x_PricingBlockSize" => "1".into(),
        "x_PublisherCategory" => {
            if names.publisher_type == "Marketplace" {
                "Vendor".into()
            } else {
                "Cloud Provider".into()
            }
        }
        "x_SkuMeterCategory" => names.category.into(),
        "x_SkuMeterSubcategory" => names.subcategory.into(),
        "x_SkuMeterId" => Cow::Borrowed(&names.meter_id),
        "x_SkuServiceFamily" => names.family.into(),
        "x_SkuTerm" => when(benefit.is_some(), "12"),
        "x_SkuOrderId" => Cow::Owned(benefit.map(Terms::order).unwrap_or_default()),
        "x_SkuOrderName" => Cow::Owned(benefit.map(Terms::product).unwrap_or_default()),
        _ => "".into(),
    }
}
