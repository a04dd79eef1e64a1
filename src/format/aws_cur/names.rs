//! The columns of AWS's cost and usage reports, under their two names: `category/Name` in the legacy
//! report, `category_name` in CUR 2.0 (docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cur2.html).

macro_rules! names {
    ($($cur2:ident = $legacy:literal;)*) => {
        /// One name of each column that the rules of both reports read.
        pub struct Names {
            $(pub $cur2: &'static str,)*
        }

        pub const LEGACY: Names = Names { $($cur2: $legacy,)* };

        pub const CUR2: Names = Names { $($cur2: stringify!($cur2),)* };

        #[cfg(test)]
        const PAIRS: &[(&str, &str)] = &[$(($legacy, stringify!($cur2)),)*];
    };
}

names! {
    identity_line_item_id = "identity/LineItemId";
    identity_time_interval = "identity/TimeInterval";
    bill_billing_entity = "bill/BillingEntity";
    bill_billing_period_end_date = "bill/BillingPeriodEndDate";
    bill_billing_period_start_date = "bill/BillingPeriodStartDate";
    bill_invoice_id = "bill/InvoiceId";
    bill_invoicing_entity = "bill/InvoicingEntity";
    bill_payer_account_id = "bill/PayerAccountId";
    line_item_availability_zone = "lineItem/AvailabilityZone";
    line_item_currency_code = "lineItem/CurrencyCode";
    line_item_legal_entity = "lineItem/LegalEntity";
    line_item_line_item_description = "lineItem/LineItemDescription";
    line_item_line_item_type = "lineItem/LineItemType";
    line_item_net_unblended_cost = "lineItem/NetUnblendedCost";
    line_item_net_unblended_rate = "lineItem/NetUnblendedRate";
    line_item_operation = "lineItem/Operation";
    line_item_product_code = "lineItem/ProductCode";
    line_item_resource_id = "lineItem/ResourceId";
    line_item_unblended_cost = "lineItem/UnblendedCost";
    line_item_unblended_rate = "lineItem/UnblendedRate";
    line_item_usage_account_id = "lineItem/UsageAccountId";
    line_item_usage_amount = "lineItem/UsageAmount";
    line_item_usage_end_date = "lineItem/UsageEndDate";
    line_item_usage_start_date = "lineItem/UsageStartDate";
    line_item_usage_type = "lineItem/UsageType";
    product_product_name = "product/ProductName";
    product_instance_type = "product/instanceType";
    product_location = "product/location";
    product_location_type = "product/locationType";
    product_region = "product/region";
    product_region_code = "product/regionCode";
    product_servicename = "product/servicename";
    product_sku = "product/sku";
    pricing_rate_code = "pricing/RateCode";
    pricing_currency = "pricing/currency";
    pricing_public_on_demand_cost = "pricing/publicOnDemandCost";
    pricing_public_on_demand_rate = "pricing/publicOnDemandRate";
    pricing_unit = "pricing/unit";
    reservation_effective_cost = "reservation/EffectiveCost";
    reservation_net_effective_cost = "reservation/NetEffectiveCost";
    reservation_net_unused_amortized_upfront_fee_for_billing_period = "reservation/NetUnusedAmortizedUpfrontFeeForBillingPeriod";
    reservation_net_unused_recurring_fee = "reservation/NetUnusedRecurringFee";
    reservation_reservation_arn = "reservation/ReservationARN";
    reservation_unused_amortized_upfront_fee_for_billing_period = "reservation/UnusedAmortizedUpfrontFeeForBillingPeriod";
    reservation_unused_recurring_fee = "reservation/UnusedRecurringFee";
    savings_plan_amortized_upfront_commitment_for_billing_period = "savingsPlan/AmortizedUpfrontCommitmentForBillingPeriod";
    savings_plan_net_amortized_upfront_commitment_for_billing_period = "savingsPlan/NetAmortizedUpfrontCommitmentForBillingPeriod";
    savings_plan_net_recurring_commitment_for_billing_period = "savingsPlan/NetRecurringCommitmentForBillingPeriod";
    savings_plan_net_savings_plan_effective_cost = "savingsPlan/NetSavingsPlanEffectiveCost";
    savings_plan_recurring_commitment_for_billing_period = "savingsPlan/RecurringCommitmentForBillingPeriod";
    savings_plan_savings_plan_arn = "savingsPlan/SavingsPlanARN";
    savings_plan_savings_plan_effective_cost = "savingsPlan/SavingsPlanEffectiveCost";
    savings_plan_total_commitment_to_date = "savingsPlan/TotalCommitmentToDate";
    savings_plan_used_commitment = "savingsPlan/UsedCommitment";
    split_line_item_net_split_cost = "splitLineItem/NetSplitCost";
    split_line_item_net_unused_cost = "splitLineItem/NetUnusedCost";
    split_line_item_split_cost = "splitLineItem/SplitCost";
    split_line_item_unused_cost = "splitLineItem/UnusedCost";
    resource_tags_user_name = "resourceTags/user:Name";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::header::snake;

    #[test]
    fn the_newer_name_is_the_older_one_in_snake_case() {
        for (legacy, cur2) in PAIRS {
            assert_eq!(snake(legacy), *cur2);
        }
    }
}
