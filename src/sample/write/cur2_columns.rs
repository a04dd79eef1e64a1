//! The columns of CUR 2.0, in the order of their names: those of AWS's dictionary without split cost
//! allocation, with the types that real Parquet files have (rates and reservation counts are text).
//! <https://docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html>

use super::line::{Column, Kind};
use crate::sample::columns::Col;

/// Where the value of a column comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    Cell(Col),
    /// The column is there and the sample has nothing to say in it.
    Empty,
    PeriodStart,
    PeriodEnd,
    UsageStart,
    UsageEnd,
    /// The maps.
    CostCategories,
    Product,
    ResourceTags,
    /// Only where discounts are a map.
    Discounts,
    Bundled,
    TotalDiscount,
    NetCost,
    NetRate,
    /// A figure that negotiated discounts leave as it is.
    Net(Col),
}

macro_rules! columns {
    ($($name:ident $kind:ident $source:expr;)*) => {
        /// Every column with its source.
        pub const COLUMNS: &[(Column, Source)] = {
            use Source::*;
            &[$((Column { name: stringify!($name), kind: Kind::$kind }, $source)),*]
        };
    };
}

columns! {
    bill_bill_type Text Cell(Col::BillType);
    bill_billing_entity Text Cell(Col::BillingEntity);
    bill_billing_period_end_date Micros PeriodEnd;
    bill_billing_period_start_date Micros PeriodStart;
    bill_invoice_id Text Cell(Col::InvoiceId);
    bill_invoicing_entity Text Cell(Col::InvoicingEntity);
    bill_payer_account_id Text Cell(Col::PayerAccountId);
    bill_payer_account_name Text Cell(Col::PayerAccountName);
    capacity_reservation_capacity_reservation_arn Text Empty;
    capacity_reservation_capacity_reservation_status Text Empty;
    capacity_reservation_capacity_reservation_type Text Empty;
    cost_category Texts CostCategories;
    discount Numbers Discounts;
    discount_bundled_discount Number Bundled;
    discount_total_discount Number TotalDiscount;
    identity_line_item_id Text Cell(Col::LineItemId);
    identity_time_interval Text Cell(Col::TimeInterval);
    line_item_availability_zone Text Cell(Col::Zone);
    line_item_blended_cost Number Cell(Col::BlendedCost);
    line_item_blended_rate Text Cell(Col::BlendedRate);
    line_item_currency_code Text Cell(Col::CurrencyCode);
    line_item_legal_entity Text Cell(Col::LegalEntity);
    line_item_line_item_description Text Cell(Col::Description);
    line_item_line_item_type Text Cell(Col::LineItemType);
    line_item_net_unblended_cost Number NetCost;
    line_item_net_unblended_rate Text NetRate;
    line_item_normalization_factor Number Cell(Col::NormalizationFactor);
    line_item_normalized_usage_amount Number Cell(Col::NormalizedUsageAmount);
    line_item_operation Text Cell(Col::Operation);
    line_item_product_code Text Cell(Col::ProductCode);
    line_item_resource_id Text Cell(Col::ResourceId);
    line_item_tax_type Text Cell(Col::TaxType);
    line_item_unblended_cost Number Cell(Col::UnblendedCost);
    line_item_unblended_rate Text Cell(Col::UnblendedRate);
    line_item_usage_account_id Text Cell(Col::UsageAccountId);
    line_item_usage_account_name Text Cell(Col::UsageAccountName);
    line_item_usage_amount Number Cell(Col::UsageAmount);
    line_item_usage_end_date Micros UsageEnd;
    line_item_usage_start_date Micros UsageStart;
    line_item_usage_type Text Cell(Col::UsageType);
    pricing_currency Text Cell(Col::PricingCurrency);
    pricing_lease_contract_length Text Cell(Col::LeaseContractLength);
    pricing_offering_class Text Cell(Col::OfferingClass);
    pricing_public_on_demand_cost Number Cell(Col::OnDemandCost);
    pricing_public_on_demand_rate Text Cell(Col::OnDemandRate);
    pricing_purchase_option Text Cell(Col::PurchaseOption);
    pricing_rate_code Text Cell(Col::RateCode);
    pricing_rate_id Text Cell(Col::RateId);
    pricing_term Text Cell(Col::Term);
    pricing_unit Text Cell(Col::Unit);
    product Texts Product;
    product_comment Text Empty;
    product_fee_code Text Empty;
    product_fee_description Text Empty;
    product_from_location Text Cell(Col::FromLocation);
    product_from_location_type Text Empty;
    product_from_region_code Text Cell(Col::FromRegionCode);
    product_instance_family Text Cell(Col::InstanceFamily);
    product_instance_type Text Cell(Col::InstanceType);
    product_instancesku Text Empty;
    product_location Text Cell(Col::Location);
    product_location_type Text Cell(Col::LocationType);
    product_operation Text Cell(Col::ProductOperation);
    product_pricing_unit Text Empty;
    product_product_family Text Cell(Col::ProductFamily);
    product_region_code Text Cell(Col::RegionCode);
    product_servicecode Text Cell(Col::ServiceCode);
    product_sku Text Cell(Col::Sku);
    product_to_location Text Cell(Col::ToLocation);
    product_to_location_type Text Empty;
    product_to_region_code Text Empty;
    product_usagetype Text Cell(Col::ProductUsageType);
    reservation_amortized_upfront_cost_for_usage Number Cell(Col::RiAmortizedUpfrontForUsage);
    reservation_amortized_upfront_fee_for_billing_period Number Cell(Col::RiAmortizedUpfrontForPeriod);
    reservation_availability_zone Text Empty;
    reservation_effective_cost Number Cell(Col::RiEffectiveCost);
    reservation_end_time Text Cell(Col::RiEndTime);
    reservation_modification_status Text Cell(Col::RiModificationStatus);
    reservation_net_amortized_upfront_cost_for_usage Number Net(Col::RiAmortizedUpfrontForUsage);
    reservation_net_amortized_upfront_fee_for_billing_period Number Net(Col::RiAmortizedUpfrontForPeriod);
    reservation_net_effective_cost Number Net(Col::RiEffectiveCost);
    reservation_net_recurring_fee_for_usage Number Net(Col::RiRecurringForUsage);
    reservation_net_unused_amortized_upfront_fee_for_billing_period Number Net(Col::RiUnusedAmortizedUpfront);
    reservation_net_unused_recurring_fee Number Net(Col::RiUnusedRecurring);
    reservation_net_upfront_value Number Net(Col::RiUpfrontValue);
    reservation_normalized_units_per_reservation Text Cell(Col::RiNormalizedUnitsPer);
    reservation_number_of_reservations Text Cell(Col::RiCount);
    reservation_recurring_fee_for_usage Number Cell(Col::RiRecurringForUsage);
    reservation_reservation_arn Text Cell(Col::RiArn);
    reservation_start_time Text Cell(Col::RiStartTime);
    reservation_subscription_id Text Cell(Col::RiSubscriptionId);
    reservation_total_reserved_normalized_units Text Cell(Col::RiTotalNormalizedUnits);
    reservation_total_reserved_units Text Cell(Col::RiTotalUnits);
    reservation_units_per_reservation Text Cell(Col::RiUnitsPer);
    reservation_unused_amortized_upfront_fee_for_billing_period Number Cell(Col::RiUnusedAmortizedUpfront);
    reservation_unused_normalized_unit_quantity Number Cell(Col::RiUnusedNormalizedUnits);
    reservation_unused_quantity Number Cell(Col::RiUnusedQuantity);
    reservation_unused_recurring_fee Number Cell(Col::RiUnusedRecurring);
    reservation_upfront_value Number Cell(Col::RiUpfrontValue);
    resource_tags Texts ResourceTags;
    savings_plan_amortized_upfront_commitment_for_billing_period Number Cell(Col::SpAmortizedUpfront);
    savings_plan_end_time Text Cell(Col::SpEndTime);
    savings_plan_instance_type_family Text Cell(Col::SpInstanceTypeFamily);
    savings_plan_net_amortized_upfront_commitment_for_billing_period Number Net(Col::SpAmortizedUpfront);
    savings_plan_net_recurring_commitment_for_billing_period Number Net(Col::SpRecurring);
    savings_plan_net_savings_plan_effective_cost Number Net(Col::SpEffectiveCost);
    savings_plan_offering_type Text Cell(Col::SpOfferingType);
    savings_plan_payment_option Text Cell(Col::SpPaymentOption);
    savings_plan_purchase_term Text Cell(Col::SpPurchaseTerm);
    savings_plan_recurring_commitment_for_billing_period Number Cell(Col::SpRecurring);
    savings_plan_region Text Cell(Col::SpRegion);
    savings_plan_savings_plan_arn Text Cell(Col::SpArn);
    savings_plan_savings_plan_effective_cost Number Cell(Col::SpEffectiveCost);
    savings_plan_savings_plan_rate Number Cell(Col::SpRate);
    savings_plan_start_time Text Cell(Col::SpStartTime);
    savings_plan_total_commitment_to_date Number Cell(Col::SpTotalCommitment);
    savings_plan_used_commitment Number Cell(Col::SpUsedCommitment);
}

/// Legacy's `category/Name` as a key of a CUR 2.0 map: `user:costCenter` is `user_cost_center`, so two
/// tag keys that differ by case are one.
pub fn snake(name: &str) -> String {
    let mut key = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && lower {
            key.push('_');
        }
        lower = letter.is_ascii_lowercase() || letter.is_ascii_digit();
        key.push(if letter.is_alphanumeric() { letter.to_ascii_lowercase() } else { '_' });
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_sorted_and_named_once() {
        assert!(COLUMNS.is_sorted_by(|(one, _), (next, _)| one.name < next.name));
    }

    #[test]
    fn keys_are_in_snake_case() {
        for (name, key) in [
            ("user:Name", "user_name"),
            ("user:Team", "user_team"),
            ("user:cost-centre", "user_cost_centre"),
            ("aws:createdBy", "aws_created_by"),
            ("BusinessUnit", "business_unit"),
            ("ProductName", "product_name"),
            ("servicename", "servicename"),
        ] {
            assert_eq!(snake(name), key);
        }
    }
}
