//! The native keys and money of cost and usage details, and what is no such file.

use super::super::native::{Blank, Lookalike, MoneyColumn, Native, Qualifier, Test};
use super::super::union::DATASET;
use super::{ACTUAL, ACTUAL_ALONE, AMORTIZED, AMORTIZED_ALONE, CHARGE_TYPE, COMMITMENTS, COST};

pub const NATIVE: Native = Native {
    // An MCA bills by billing profile; in an EA the billing profile is the enrolment, as the billing account is.
    billing_account: "BillingProfileId",
    sub_account: "SubscriptionId",
    currency: "BillingCurrency",
    line_type: CHARGE_TYPE,
    period_start: "BillingPeriodStartDate",
    line_types: &[
        "Usage",
        "Purchase",
        "Refund",
        "UnusedReservation",
        "UnusedSavingsPlan",
        "Adjustment",
        "RoundingAdjustment",
        "Tax",
        "Credit",
    ],
    qualifiers: &[
        // By pricing model, and where there is none by the reservation.
        by_model("Usage", AMORTIZED, "amortized commitment"),
        by_reservation("Usage", AMORTIZED, "amortized commitment"),
        by_model("Purchase", AMORTIZED, "amortized commitment"),
        by_reservation("Purchase", AMORTIZED, "amortized commitment"),
        by_model("Refund", AMORTIZED, "amortized commitment"),
        by_reservation("Refund", AMORTIZED, "amortized commitment"),
        by_model("Usage", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_reservation("Usage", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_model("Purchase", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_reservation("Purchase", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_model("Refund", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_reservation("Refund", AMORTIZED_ALONE, "amortized-alone commitment"),
        by_model("Purchase", ACTUAL, "actual commitment"),
        by_reservation("Purchase", ACTUAL, "actual commitment"),
        by_model("Refund", ACTUAL, "actual commitment"),
        by_reservation("Refund", ACTUAL, "actual commitment"),
        Qualifier { line_type: "", when: &[(DATASET, Test::OneOf(&[AMORTIZED]))], suffix: AMORTIZED },
        Qualifier { line_type: "", when: &[(DATASET, Test::OneOf(&[ACTUAL]))], suffix: ACTUAL },
        Qualifier { line_type: "", when: &[(DATASET, Test::OneOf(&[AMORTIZED_ALONE]))], suffix: AMORTIZED_ALONE },
        Qualifier { line_type: "", when: &[(DATASET, Test::OneOf(&[ACTUAL_ALONE]))], suffix: ACTUAL_ALONE },
    ],
    money: &[
        MoneyColumn { name: COST, required: true, blank: Blank::Refuse },
        // MCA: at list price, in the billing currency.
        MoneyColumn { name: "PaygCostInBillingCurrency", required: false, blank: Blank::Nothing },
    ],
    net_columns: &[],
    net_by_value: false,
    only_net: &[],
    foreign: &[("ChargePeriodStart", "azure-focus")],
    lookalikes: &[
        Lookalike {
            columns: &["PreTaxCost", "UsageDateTime"],
            what: "is of the old pay-as-you-go subscription format (PreTaxCost, UsageDateTime), which names neither \
                   billing account nor kind of charge",
            remedy: "create a Cost Management export of actual and amortised costs, or a FOCUS export, and point \
                     `location` at it",
        },
        Lookalike {
            columns: &["CostWithNoReservedInstances", "RecommendedQuantity"],
            what: "is a list of reservation recommendations, no bill",
            remedy: "take it out of the file set, or the export out of `location`",
        },
        Lookalike {
            columns: &["ReservedHours", "UsedHours"],
            what: "is a list of reservation details, no bill",
            remedy: "take it out of the file set, or the export out of `location`",
        },
        Lookalike {
            columns: &["ReservationOrderId", "EventType", "Amount"],
            what: "is a list of reservation transactions, no bill",
            remedy: "take it out of the file set, or the export out of `location`",
        },
        Lookalike {
            columns: &["PriceType", "EffectiveStartDate"],
            what: "is a price sheet, no bill",
            remedy: "take it out of the file set, or the export out of `location`",
        },
    ],
    factors: &["UnitPrice", "PayGPrice", "Quantity", "ExchangeRatePricingToBilling"],
    required: &[
        "BillingProfileId",
        "BillingPeriodStartDate",
        "BillingPeriodEndDate",
        "SubscriptionId",
        "Date",
        CHARGE_TYPE,
        "BillingCurrency",
        "MeterCategory",
    ],
    prices: &["UnitPrice", "PayGPrice", "ExchangeRatePricingToBilling", "CostInPricingCurrency"],
    quantities: &["Quantity"],
    times: &["BillingPeriodStartDate", "BillingPeriodEndDate", "Date"],
    identity: &[],
    offset: None,
    known: &[
        "AccountId",
        "AccountOwnerId",
        "BillingAccountId",
        "BillingAccountName",
        "BillingProfileId",
        "BillingProfileName",
        "CostAllocationRuleName",
        "CostInUsd",
        "CustomerName",
        "CustomerTenantId",
        "DepartmentName",
        "EffectivePrice",
        "ExchangeRateDate",
        "InvoiceSectionId",
        "IsAzureCreditEligible",
        "Location",
        "MeterId",
        "MeterRegion",
        "OfferId",
        "PartNumber",
        "PartnerEarnedCreditApplied",
        "PartnerEarnedCreditRate",
        "PartnerTenantId",
        "PaygCostInUsd",
        "PlanName",
        "PreviousInvoiceId",
        "ProductOrderId",
        "ProductOrderName",
        "Provider",
        "PublisherId",
        "PublisherType",
        "ReservationName",
        "ResellerMpnId",
        "ResellerName",
        "ResourceGroup",
        "ResourceGroupName",
        "RoundingAdjustment",
        "ServiceFamily",
        "ServiceInfo1",
        "ServiceInfo2",
        "ServicePeriodEndDate",
        "ServicePeriodStartDate",
        "Term",
        DATASET,
    ],
};

const fn by_model(line_type: &'static str, dataset: &'static str, suffix: &'static str) -> Qualifier {
    Qualifier { line_type, when: model(dataset), suffix }
}

const fn by_reservation(line_type: &'static str, dataset: &'static str, suffix: &'static str) -> Qualifier {
    Qualifier { line_type, when: reservation(dataset), suffix }
}

type Tests = &'static [(&'static str, Test)];

const fn model(dataset: &'static str) -> Tests {
    match dataset.as_bytes() {
        b"actual" => &[(DATASET, Test::OneOf(&[ACTUAL])), ("PricingModel", Test::OneOf(COMMITMENTS))],
        b"amortized" => &[(DATASET, Test::OneOf(&[AMORTIZED])), ("PricingModel", Test::OneOf(COMMITMENTS))],
        _ => &[(DATASET, Test::OneOf(&[AMORTIZED_ALONE])), ("PricingModel", Test::OneOf(COMMITMENTS))],
    }
}

const fn reservation(dataset: &'static str) -> Tests {
    match dataset.as_bytes() {
        b"actual" => {
            &[(DATASET, Test::OneOf(&[ACTUAL])), ("PricingModel", Test::Blank), ("ReservationId", Test::Present)]
        }
        b"amortized" => {
            &[(DATASET, Test::OneOf(&[AMORTIZED])), ("PricingModel", Test::Blank), ("ReservationId", Test::Present)]
        }
        _ => &[
            (DATASET, Test::OneOf(&[AMORTIZED_ALONE])),
            ("PricingModel", Test::Blank),
            ("ReservationId", Test::Present),
        ],
    }
}
