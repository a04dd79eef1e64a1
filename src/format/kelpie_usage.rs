//! Usage of Kelpie Cloud, as dumps of its usage table in JSON lines.
//!
//! Page: <https://kelpie.example/billing/usage-table>
//! Dumps: `usage/2026-10-31/part-0.json`, `usage/export_time=2026-10-01/part-0.json.gz`.

use super::crosswalk::{self, Crosswalk};
use super::focus;
use super::mapping::Condition::{OneOf, Present};
use super::mapping::{COLUMNS, Derived, From, emptied, replaced};
use super::native::{Blank, MoneyColumn, Native};
use super::slices::Slices;
use super::{Dates, Format, HeaderStyle, Layout};

pub static FORMAT: Format = Format {
    id: "kelpie-usage",
    title: "Kelpie Cloud usage table, JSON lines",
    page: "https://kelpie.example/billing/usage-table",
    keys: ["usage/2026-10-31/part-0.json", "usage/export_time=2026-10-01/part-0.json.gz"],
    defects: &["a rebate is left out where there is none"],
    layout: Layout::Slices(&Slices { time: "written", commitments: None }),
    header: HeaderStyle::Exact,
    dates: Dates::Iso,
    union: None,
    native: NATIVE,
    mapping: &MAPPING,
    crosswalk,
    null_text: None,
};

const NATIVE: Native = Native {
    billing_account: "account",
    sub_account: "project",
    currency: "currency",
    line_type: "kind",
    period_start: "month",
    line_types: &["usage", "subscription", "tax"],
    // The first is the bill.
    money: &[
        MoneyColumn { name: "amount+rebate", required: false, blank: Blank::Nothing },
        MoneyColumn { name: "amount", required: true, blank: Blank::Refuse },
        MoneyColumn { name: "rebate", required: false, blank: Blank::Nothing },
    ],
    required: &["account", "currency", "from", "kind", "month", "to", "written"],
    prices: &[],
    quantities: &["hours"],
    times: &["from", "to", "written"],
    known: &[],
    ..focus::NATIVE
};

/// Each line type again, and each cost as the sum it must be: the proof, which reads no mapping.
fn crosswalk() -> Crosswalk {
    crosswalk::read(
        "line_type,qualifier,basis,BilledCost,EffectiveCost,ListCost,ContractedCost,x_SplitCost,ChargeCategory\n\
         usage,,any,+amount +rebate|0,+amount +rebate|0,+amount,+amount +rebate|0,0,Usage\n\
         subscription,,any,+amount +rebate|0,+amount +rebate|0,+amount,+amount +rebate|0,0,Purchase\n\
         tax,,any,+amount +rebate|0,+amount +rebate|0,+amount,+amount +rebate|0,0,Tax\n",
    )
}

const NET: From = From::Sum(&[(1, "amount"), (1, "rebate")]);
const KELPIE: From = From::Literal("Kelpie Cloud");

#[rustfmt::skip]
const MAPPING: [(&str, From); COLUMNS] = replaced(emptied(focus::MAPPING, "the usage table does not say"), &[
    ("BilledCost", NET),
    ("BillingAccountId", From::Column("account")),
    ("BillingCurrency", From::Column("currency")),
    ("BillingPeriodEnd", From::Derived(Derived::PacificMonthEnd("month"))),
    ("BillingPeriodStart", From::Derived(Derived::PacificMonth("month"))),
    ("ChargeCategory", From::When(&[
        (OneOf("kind", &["usage"]), From::Literal("Usage")),
        (OneOf("kind", &["subscription"]), From::Literal("Purchase")),
        (OneOf("kind", &["tax"]), From::Literal("Tax")),
    ])),
    ("ChargeFrequency", From::When(&[
        (OneOf("kind", &["usage"]), From::Literal("Usage-Based")),
        (OneOf("kind", &["subscription"]), From::Literal("Recurring")),
        (OneOf("kind", &["tax"]), From::Literal("One-Time")),
    ])),
    ("ChargePeriodEnd", From::Column("to")),
    ("ChargePeriodStart", From::Column("from")),
    ("ConsumedQuantity", From::When(&[(Present("hours"), From::Column("hours"))])),
    ("ConsumedUnit", From::When(&[(Present("hours"), From::Literal("Hours"))])),
    ("ContractedCost", NET),
    ("EffectiveCost", NET),
    ("InvoiceIssuerName", KELPIE),
    ("ListCost", From::Column("amount")),
    ("PricingCategory", From::Literal("Standard")),
    ("ProviderName", KELPIE),
    ("PublisherName", KELPIE),
    ("ResourceId", From::Column("machine")),
    ("ServiceCategory", From::Literal("Compute")),
    ("ServiceName", From::FirstOf(&[From::Column("service"), KELPIE])),
    ("ServiceSubcategory", From::Literal("Virtual Machines")),
    ("SubAccountId", From::Column("project")),
    ("Tags", From::Derived(Derived::KeyValues(&["labels"]))),
    ("x_LineItemType", From::Column("kind")),
]);
