//! What a charge of AWS's cost and usage reports costs and is, by its line item type. Each rule with its
//! source and a worked row: `docs/formats/aws-cur-legacy.md`.

use super::super::mapping::Condition::{self, All, Always, Any, Blank, Contains, OneOf, Present, StartsWith};
use super::super::mapping::{Derived, From};
use super::{COVERED, Cur, DISCOUNTS, LISTED, SAVINGS_PLAN_REFUND, SPLIT_OPERATIONS, USAGE};

impl<const CUR2: bool> Cur<CUR2> {
    pub(super) const TYPE: &str = Self::N.line_item_line_item_type;
    pub(super) const UNBLENDED: From = From::Column(Self::N.line_item_unblended_cost);
    pub(super) const NET_UNBLENDED: From = From::Column(Self::N.line_item_net_unblended_cost);
    pub(super) const ON_DEMAND: From = From::FirstOf(&[
        From::Column(Self::N.pricing_public_on_demand_cost),
        From::Column(Self::N.line_item_unblended_cost),
    ]);
    pub(super) const NOTHING: From = From::Sum(&[]);
    pub(super) const SPLIT: Condition = OneOf(Self::N.line_item_operation, SPLIT_OPERATIONS);
    pub(super) const IS_SAVINGS_PLAN_REFUND: Condition = All(&[
        OneOf(Self::TYPE, &["Refund"]),
        OneOf(Self::N.line_item_product_code, &["ComputeSavingsPlans"]),
        StartsWith(Self::N.line_item_line_item_description, SAVINGS_PLAN_REFUND),
    ]);
    pub(super) const OF_A_COMMITMENT: Condition = Any(&[
        Present(Self::N.reservation_reservation_arn),
        Present(Self::N.savings_plan_savings_plan_arn),
        Self::IS_SAVINGS_PLAN_REFUND,
    ]);
    /// Of resources whose ids name no kind: a bucket's is its bare name, a topic's and a queue's an ARN
    /// that ends with theirs.
    pub(super) const RESOURCE_TYPE: From = From::When(&[
        (Blank(Self::N.line_item_resource_id), From::Absent("no resource")),
        (OneOf(Self::N.line_item_product_code, &["AmazonS3"]), From::Literal("bucket")),
        (OneOf(Self::N.line_item_product_code, &["AmazonSNS"]), From::Literal("topic")),
        (OneOf(Self::N.line_item_product_code, &["AWSQueueService"]), From::Literal("queue")),
    ]);
    pub(super) const BILLED_GROSS: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, &["SavingsPlanCoveredUsage", "SavingsPlanNegation"]), Self::NOTHING),
        (Always, Self::UNBLENDED),
    ]);
    pub(super) const BILLED_NET: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, &["SavingsPlanCoveredUsage", "SavingsPlanNegation"]), Self::NOTHING),
        (OneOf(Self::TYPE, DISCOUNTS), Self::NOTHING),
        (Always, Self::NET_UNBLENDED),
    ]);
    pub(super) const EFFECTIVE_GROSS: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (
            OneOf(Self::TYPE, &["SavingsPlanCoveredUsage"]),
            From::Column(Self::N.savings_plan_savings_plan_effective_cost),
        ),
        (OneOf(Self::TYPE, &["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), Self::NOTHING),
        (
            OneOf(Self::TYPE, &["SavingsPlanRecurringFee"]),
            From::Sum(&[
                (1, Self::N.savings_plan_total_commitment_to_date),
                (-1, Self::N.savings_plan_used_commitment),
            ]),
        ),
        (OneOf(Self::TYPE, &["DiscountedUsage"]), From::Column(Self::N.reservation_effective_cost)),
        (
            OneOf(Self::TYPE, &["RIFee"]),
            From::Sum(&[
                (1, Self::N.reservation_unused_amortized_upfront_fee_for_billing_period),
                (1, Self::N.reservation_unused_recurring_fee),
            ]),
        ),
        (All(&[OneOf(Self::TYPE, &["Fee"]), Present(Self::N.reservation_reservation_arn)]), Self::NOTHING),
        (Self::IS_SAVINGS_PLAN_REFUND, Self::NOTHING),
        (Always, Self::UNBLENDED),
    ]);
    pub(super) const EFFECTIVE_NET: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (
            OneOf(Self::TYPE, &["SavingsPlanCoveredUsage"]),
            From::Column(Self::N.savings_plan_net_savings_plan_effective_cost),
        ),
        (OneOf(Self::TYPE, &["SavingsPlanNegation", "SavingsPlanUpfrontFee"]), Self::NOTHING),
        (
            // The unused part has no net column: scaled by net over gross of the commitment, as the
            // Cloud Intelligence Dashboards do.
            OneOf(Self::TYPE, &["SavingsPlanRecurringFee"]),
            From::Derived(Derived::Scaled {
                minuend: Self::N.savings_plan_total_commitment_to_date,
                subtrahend: Self::N.savings_plan_used_commitment,
                times: &[
                    Self::N.savings_plan_net_amortized_upfront_commitment_for_billing_period,
                    Self::N.savings_plan_net_recurring_commitment_for_billing_period,
                ],
                by: &[
                    Self::N.savings_plan_amortized_upfront_commitment_for_billing_period,
                    Self::N.savings_plan_recurring_commitment_for_billing_period,
                ],
            }),
        ),
        (OneOf(Self::TYPE, &["DiscountedUsage"]), From::Column(Self::N.reservation_net_effective_cost)),
        (
            OneOf(Self::TYPE, &["RIFee"]),
            From::Sum(&[
                (1, Self::N.reservation_net_unused_amortized_upfront_fee_for_billing_period),
                (1, Self::N.reservation_net_unused_recurring_fee),
            ]),
        ),
        (All(&[OneOf(Self::TYPE, &["Fee"]), Present(Self::N.reservation_reservation_arn)]), Self::NOTHING),
        (Self::IS_SAVINGS_PLAN_REFUND, Self::NOTHING),
        (OneOf(Self::TYPE, DISCOUNTS), Self::NOTHING),
        (Always, Self::NET_UNBLENDED),
    ]);
    pub(super) const LIST_GROSS: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, LISTED), Self::ON_DEMAND),
        (OneOf(Self::TYPE, DISCOUNTS), Self::NOTHING),
        (OneOf(Self::TYPE, &["SavingsPlanNegation"]), Self::NOTHING),
        (Always, Self::UNBLENDED),
    ]);
    pub(super) const LIST_NET: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, LISTED), Self::ON_DEMAND),
        (OneOf(Self::TYPE, DISCOUNTS), Self::NOTHING),
        (OneOf(Self::TYPE, &["SavingsPlanNegation"]), Self::NOTHING),
        (OneOf(Self::TYPE, &["Tax", "Credit", "Refund"]), Self::NET_UNBLENDED),
        (Always, Self::UNBLENDED),
    ]);
    pub(super) const CONTRACTED_GROSS: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, &["DiscountedUsage"]), Self::ON_DEMAND),
        (OneOf(Self::TYPE, &["SavingsPlanNegation"]), Self::NOTHING),
        (Always, Self::UNBLENDED),
    ]);
    pub(super) const CONTRACTED_NET: From = From::When(&[
        (Self::SPLIT, Self::NOTHING),
        (OneOf(Self::TYPE, &["DiscountedUsage"]), Self::ON_DEMAND),
        (OneOf(Self::TYPE, DISCOUNTS), Self::NOTHING),
        (OneOf(Self::TYPE, &["SavingsPlanNegation"]), Self::NOTHING),
        (Always, Self::NET_UNBLENDED),
    ]);

    pub(super) const CHARGE_CATEGORY: From = From::When(&[
        (OneOf(Self::TYPE, &["Tax"]), From::Literal("Tax")),
        (OneOf(Self::TYPE, &["Credit"]), From::Literal("Credit")),
        (OneOf(Self::TYPE, &["SavingsPlanNegation"]), From::Literal("Adjustment")),
        (
            OneOf(
                Self::TYPE,
                &["Fee", "RIFee", "SavingsPlanRecurringFee", "SavingsPlanUpfrontFee", "FlatRateSubscription"],
            ),
            From::Literal("Purchase"),
        ),
        (All(&[OneOf(Self::TYPE, &["Refund"]), Self::OF_A_COMMITMENT]), From::Literal("Purchase")),
        (Always, From::Literal("Usage")),
    ]);
    pub(super) const CHARGE_FREQUENCY: From = From::When(&[
        (OneOf(Self::TYPE, &["Tax", "Fee", "Credit", "Refund", "SavingsPlanUpfrontFee"]), From::Literal("One-Time")),
        (OneOf(Self::TYPE, &["RIFee", "SavingsPlanRecurringFee", "FlatRateSubscription"]), From::Literal("Recurring")),
        (Always, From::Literal("Usage-Based")),
    ]);
    pub(super) const PRICING_CATEGORY: From = From::When(&[
        (OneOf(Self::TYPE, COVERED), From::Literal("Committed")),
        (
            OneOf(Self::TYPE, &["Tax", "Credit", "SavingsPlanNegation"]),
            From::Absent("FOCUS: null for tax, credits and adjustments"),
        ),
        (All(&[OneOf(Self::TYPE, &["Refund"]), Self::OF_A_COMMITMENT]), From::Literal("Standard")),
        (
            All(&[OneOf(Self::TYPE, &["Usage"]), Contains(Self::N.line_item_usage_type, "SpotUsage")]),
            From::Literal("Dynamic"),
        ),
        (Always, From::Literal("Standard")),
    ]);

    /// Charges that FOCUS gives a unit price and a priced quantity.
    pub(super) const PRICED: Condition = OneOf(Self::TYPE, USAGE);
    /// Charges of a commitment itself. Discount lines and refunds may name one without a status, which
    /// FOCUS does not allow.
    pub(super) const OF_COMMITMENT: Condition = OneOf(
        Self::TYPE,
        &[
            "Fee",
            "RIFee",
            "DiscountedUsage",
            "SavingsPlanCoveredUsage",
            "SavingsPlanNegation",
            "SavingsPlanRecurringFee",
            "SavingsPlanUpfrontFee",
        ],
    );
}
