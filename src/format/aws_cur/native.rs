//! Native keys, money and line types of AWS's cost and usage reports: what their control totals are
//! summed by.

use super::super::native::{Blank, MoneyColumn, Native, Offset, Qualifier, Test};
use super::{Cur, SAVINGS_PLAN_REFUND, SPLIT_OPERATIONS};

const fn money(name: &'static str) -> MoneyColumn {
    MoneyColumn { name, required: false, blank: Blank::Nothing }
}

impl<const CUR2: bool> Cur<CUR2> {
    pub const NATIVE: Native = Native {
        billing_account: Self::N.bill_payer_account_id,
        sub_account: Self::N.line_item_usage_account_id,
        currency: Self::N.line_item_currency_code,
        line_type: Self::TYPE,
        period_start: Self::N.bill_billing_period_start_date,
        line_types: &[
            "Usage",
            "Tax",
            "Fee",
            "RIFee",
            "Credit",
            "Refund",
            "Discount",
            "EdpDiscount",
            "PrivateRateDiscount",
            "SppDiscount",
            "RiVolumeDiscount",
            "BundledDiscount",
            "DiscountedUsage",
            "SavingsPlanCoveredUsage",
            "SavingsPlanNegation",
            "SavingsPlanRecurringFee",
            "SavingsPlanUpfrontFee",
            "FlatRateSubscription",
        ],
        qualifiers: &[
            Qualifier {
                line_type: "",
                when: &[(Self::N.line_item_operation, Test::OneOf(SPLIT_OPERATIONS))],
                suffix: "split",
            },
            Qualifier {
                line_type: "Fee",
                when: &[(Self::N.reservation_reservation_arn, Test::Present)],
                suffix: "reservation",
            },
            Qualifier {
                line_type: "Refund",
                when: &[
                    (Self::N.line_item_product_code, Test::OneOf(&["ComputeSavingsPlans"])),
                    (Self::N.line_item_line_item_description, Test::StartsWith(SAVINGS_PLAN_REFUND)),
                ],
                suffix: "savings-plan",
            },
            Qualifier {
                line_type: "Refund",
                when: &[(Self::N.reservation_reservation_arn, Test::Present)],
                suffix: "commitment",
            },
            Qualifier {
                line_type: "Refund",
                when: &[(Self::N.savings_plan_savings_plan_arn, Test::Present)],
                suffix: "commitment",
            },
        ],
        money: &[
            MoneyColumn { name: Self::N.line_item_unblended_cost, required: true, blank: Blank::Refuse },
            money(Self::N.line_item_net_unblended_cost),
            money(Self::N.pricing_public_on_demand_cost),
            money(Self::N.reservation_effective_cost),
            money(Self::N.reservation_net_effective_cost),
            money(Self::N.reservation_unused_amortized_upfront_fee_for_billing_period),
            money(Self::N.reservation_net_unused_amortized_upfront_fee_for_billing_period),
            money(Self::N.reservation_unused_recurring_fee),
            money(Self::N.reservation_net_unused_recurring_fee),
            money(Self::N.savings_plan_savings_plan_effective_cost),
            money(Self::N.savings_plan_net_savings_plan_effective_cost),
            money(Self::N.savings_plan_total_commitment_to_date),
            money(Self::N.savings_plan_used_commitment),
            money(Self::N.savings_plan_amortized_upfront_commitment_for_billing_period),
            money(Self::N.savings_plan_net_amortized_upfront_commitment_for_billing_period),
            money(Self::N.savings_plan_recurring_commitment_for_billing_period),
            money(Self::N.savings_plan_net_recurring_commitment_for_billing_period),
            money(Self::N.split_line_item_split_cost),
            money(Self::N.split_line_item_net_split_cost),
            money(Self::N.split_line_item_unused_cost),
            money(Self::N.split_line_item_net_unused_cost),
        ],
        net_columns: &[
            (Self::N.line_item_unblended_cost, Self::N.line_item_net_unblended_cost),
            (Self::N.reservation_effective_cost, Self::N.reservation_net_effective_cost),
            (Self::N.savings_plan_savings_plan_effective_cost, Self::N.savings_plan_net_savings_plan_effective_cost),
        ],
        net_by_value: false,
        only_net: &[],
        foreign: &[],
        required: &[
            Self::N.bill_payer_account_id,
            Self::N.bill_billing_period_start_date,
            Self::N.bill_billing_period_end_date,
            Self::N.line_item_usage_account_id,
            Self::N.line_item_line_item_type,
            Self::N.line_item_usage_start_date,
            Self::N.line_item_usage_end_date,
            Self::N.line_item_product_code,
            Self::N.line_item_currency_code,
        ],
        prices: &[
            Self::N.line_item_unblended_rate,
            Self::N.line_item_net_unblended_rate,
            Self::N.pricing_public_on_demand_rate,
        ],
        quantities: &[Self::N.line_item_usage_amount],
        times: &[
            Self::N.bill_billing_period_start_date,
            Self::N.bill_billing_period_end_date,
            Self::N.line_item_usage_start_date,
            Self::N.line_item_usage_end_date,
        ],
        identity: &[Self::N.identity_line_item_id, Self::N.identity_time_interval],
        // Covered usage carries on-demand money that the negation takes back.
        offset: Some(Offset {
            key: &[
                Self::N.savings_plan_savings_plan_arn,
                Self::N.line_item_usage_account_id,
                Self::N.bill_payer_account_id,
                Self::N.line_item_currency_code,
            ],
            types: &["SavingsPlanCoveredUsage", "SavingsPlanNegation"],
            gross: Self::N.line_item_unblended_cost,
            net: Self::N.line_item_net_unblended_cost,
            line_type: "SavingsPlanNegation",
            given: &[
                (
                    Self::N.line_item_line_item_description,
                    "Covered usage and its negation do not cancel out; this is what is left",
                ),
                (Self::N.line_item_product_code, "SavingsPlanNegation"),
            ],
        }),
        known: &[
            "identity/",
            "bill/",
            "lineItem/",
            "product/",
            "pricing/",
            "reservation/",
            "savingsPlan/",
            "splitLineItem/",
            "discount/",
            "resourceTags/",
            "costCategory/",
            "identity_",
            "bill_",
            "line_item_",
            "product_",
            "pricing_",
            "reservation_",
            "savings_plan_",
            "split_line_item_",
            "discount_",
            "resource_tags_",
            "cost_category_",
        ],
    };
}
