//! Azure cost and usage details: the actual and the amortised dataset of one bill, as Cost Management
//! exports them for Enterprise Agreements (EA) and Microsoft Customer Agreements (MCA).
//!
//! Pages: <https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-ea>,
//! …/cost-usage-details-mca and <https://learn.microsoft.com/cloud-computing/finops/focus/convert> · Keys:
//! `exports/nightly-actual/20261001-20261031/202610060412/6f9c…/manifest.json`, which names
//! `…/part_0_0001.csv` beside it · The rules with a worked row each: `docs/formats/azure-cost-details.md`.

mod mapping;
mod native;

use super::crosswalk::{self, Crosswalk};
use super::mapping::Condition::{self, All, Any, Blank, OneOf, Present};
use super::union::{DATASET, Dataset, Gate, Impossible, Union};
use super::{Dates, Format, HeaderStyle, Layout};
use mapping::MAPPING;
use native::NATIVE;

pub static FORMAT: Format = Format {
    id: "azure-cost-details",
    title: "Azure cost and usage details, actual and amortised (Cost Management exports), CSV or Parquet",
    page: "https://learn.microsoft.com/azure/cost-management-billing/dataset-schema/cost-usage-details-ea",
    keys: [
        "exports/nightly-actual/20261001-20261031/202610060412/6f9c0b5e-0000-4f2f-8d3c-1f6d2b9a7a11/manifest.json",
        "exports/nightly-amortized/20261001-20261031/202610060415/01ab23cd-0000-47c1-9a52-7d0e5a3c9f02/part_0_0001.csv",
    ],
    defects: &[
        "actual and amortised have the same header: nothing in a file says which one it is",
        "column names change their case and some their name between agreements and versions (Cost, CostInBillingCurrency)",
        "a localised file has both names: Ressourcengruppe (ResourceGroup)",
        "days are 9/2/2023, 09/02/2023 or 2023-09-02; the end of the billing period is its last day",
        "Tags and AdditionalInfo may lack their braces",
        "the resource provider's name comes in any case: microsoft.compute, MICROSOFT.KEYVAULT",
        "the benefit of a purchase may end in /reservations/ and name no reservation",
        "PayGPrice is 0 where it is not told",
    ],
    layout: Layout::CostExports(&["ActualCost", "AmortizedCost"]),
    header: HeaderStyle::AnyCase(RENAMED),
    null_text: None,
    dates: Dates::MonthFirst,
    union: Some(UNION),
    native: NATIVE,
    mapping: &MAPPING,
    crosswalk,
};

/// What the generations of the export call the same column: Enterprise Agreement version 2 first, then the
/// version of 2023 (`Cost`, `Product`, `BillingCurrency`), then MCA (`InstanceName`, billing profiles).
const RENAMED: &[(&str, &[&str])] = &[
    ("BillingProfileId", &["BillingAccountId"]),
    ("BillingCurrency", &["BillingCurrencyCode"]),
    ("CostInBillingCurrency", &["Cost"]),
    ("InvoiceSectionName", &["InvoiceSection"]),
    ("ProductName", &["Product"]),
    ("ResourceId", &["InstanceName", "InstanceId"]),
    ("SubscriptionId", &["SubscriptionGuid"]),
];

const CHARGE_TYPE: &str = "ChargeType";
const ACTUAL: &str = "actual";
const AMORTIZED: &str = "amortized";
const ACTUAL_ALONE: &str = "actual-alone";
const AMORTIZED_ALONE: &str = "amortized-alone";
const COMMITMENTS: &[&str] = &["Reservation", "SavingsPlan", "Savings Plan"];
const PURCHASES: &[&str] = &["Purchase", "Refund"];
const UNUSED: &[&str] = &["UnusedReservation", "UnusedSavingsPlan"];

/// Priced by a commitment discount. Exports from before savings plans have no pricing model, and name the
/// reservation only.
const OF_COMMITMENT: Condition =
    Any(&[OneOf("PricingModel", COMMITMENTS), All(&[Blank("PricingModel"), Present("ReservationId")])]);

/// All amortised rows, and of the actual ones the purchases and refunds of commitments
/// (learn.microsoft.com/cloud-computing/finops/focus/convert).
const UNION: Union = Union {
    datasets: &[
        Dataset {
            id: ACTUAL,
            alone: ACTUAL_ALONE,
            word: "ActualCost",
            names: &["actual"],
            says: "actual costs alone are published, as you configured: EffectiveCost is what was billed, and \
                   purchases of commitments are not spread over their term",
        },
        Dataset {
            id: AMORTIZED,
            alone: AMORTIZED_ALONE,
            word: "AmortizedCost",
            names: &["amortized", "amortised"],
            says: "amortised costs alone are published, as you configured: BilledCost lacks the purchases of \
                   commitments and is not the bill",
        },
    ],
    keep: Any(&[
        OneOf(DATASET, &[AMORTIZED, AMORTIZED_ALONE, ACTUAL_ALONE]),
        All(&[OneOf(CHARGE_TYPE, PURCHASES), OF_COMMITMENT]),
    ]),
    gates: &[
        Gate { cost: "BilledCost", column: COST, of: ACTUAL, within: &[ACTUAL, AMORTIZED] },
        Gate { cost: "EffectiveCost", column: COST, of: AMORTIZED, within: &[ACTUAL, AMORTIZED] },
        Gate { cost: "BilledCost", column: COST, of: ACTUAL_ALONE, within: &[ACTUAL_ALONE] },
        Gate { cost: "EffectiveCost", column: COST, of: ACTUAL_ALONE, within: &[ACTUAL_ALONE] },
        Gate { cost: "EffectiveCost", column: COST, of: AMORTIZED_ALONE, within: &[AMORTIZED_ALONE] },
    ],
    impossible: &[
        impossible("Purchase/amortized commitment", BOUGHT, IS_ACTUAL),
        impossible("Refund/amortized commitment", BOUGHT, IS_ACTUAL),
        impossible("Purchase/amortized-alone commitment", BOUGHT, IS_ACTUAL),
        impossible("Refund/amortized-alone commitment", BOUGHT, IS_ACTUAL),
        impossible("UnusedReservation/actual", IDLE, IS_AMORTIZED),
        impossible("UnusedSavingsPlan/actual", IDLE, IS_AMORTIZED),
        impossible("UnusedReservation/actual-alone", IDLE, IS_AMORTIZED),
        impossible("UnusedSavingsPlan/actual-alone", IDLE, IS_AMORTIZED),
    ],
};

const COST: &str = "CostInBillingCurrency";
const BOUGHT: &str = "is a purchase or refund of a commitment, which the amortised dataset does not have";
const IDLE: &str = "is the unused part of a commitment, which the actual dataset does not have";
const IS_ACTUAL: &str = "the file is of the actual dataset: correct `dataset`, or the export that it came from";
const IS_AMORTIZED: &str = "the file is of the amortised dataset: correct `dataset`, or the export that it came from";

const fn impossible(line_type: &'static str, what: &'static str, remedy: &'static str) -> Impossible {
    Impossible { line_type, what, remedy }
}

/// The rules of a dataset alone are those of its twin beside the other, save for what the table says.
fn crosswalk() -> Crosswalk {
    let mut crosswalk = crosswalk::read(include_str!("../lookup/azure_cost_details_crosswalk.csv"));
    let alone: Vec<_> = crosswalk
        .rules
        .iter()
        .filter_map(|rule| {
            let rest = rule.qualifier.strip_prefix(AMORTIZED)?;
            Some(crosswalk::LineRule { qualifier: format!("{AMORTIZED_ALONE}{rest}"), ..rule.clone() })
        })
        .collect();
    crosswalk.rules.extend(alone);
    crosswalk
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::control::dataset_of;

    /// The proof would miss a column that it cannot find.
    #[test]
    fn the_crosswalk_reads_money_and_factors() {
        for rule in (FORMAT.crosswalk)().rules {
            for column in rule.costs.iter().flat_map(|formula| formula.columns()) {
                let money = FORMAT.native.money.iter().any(|money| money.name == column);
                assert!(
                    money || FORMAT.native.factors.contains(&column),
                    "{} {}: {column}",
                    rule.line_type,
                    rule.qualifier
                );
            }
        }
    }

    /// Every line type of every dataset has a rule or is refused, and none has both.
    #[test]
    fn every_line_type_of_every_dataset_has_a_rule() {
        let crosswalk = (FORMAT.crosswalk)();
        for line_type in FORMAT.native.line_types {
            for dataset in [ACTUAL, AMORTIZED, ACTUAL_ALONE, AMORTIZED_ALONE] {
                for suffix in ["", " commitment"] {
                    let split = FORMAT.native.qualifiers.iter().any(|qualifier| {
                        (qualifier.line_type.is_empty() || qualifier.line_type == *line_type)
                            && qualifier.suffix == format!("{dataset}{suffix}")
                    });
                    let key = format!("{line_type}/{dataset}{suffix}");
                    let refused = UNION.impossible.iter().any(|impossible| impossible.line_type == key);
                    let rule = crosswalk.rule(&key, "gross");
                    assert_eq!(rule.is_some(), split && !refused, "{key}");
                    assert_eq!(dataset_of(&key), dataset);
                }
            }
        }
    }
}
