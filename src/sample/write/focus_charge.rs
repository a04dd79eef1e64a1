//! What a line of the bill is in FOCUS: what it costs four times over, and its classifications.
//!
//! From the specification 1.2 (discount handling, the commitment discount examples) and from what AWS
//! documents and exports: nothing here comes from the mapping of the legacy report, so that each can
//! prove the other. Where AWS says nothing, the specification is followed.

use super::discount::{Discount, is_discount_line};
use crate::error::{Error, Result};
use crate::focus::Money;
use crate::sample::columns::Col;
use crate::sample::sink::Row;

/// A charge: one row of the export. Empty texts are nulls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge<'a> {
    pub billed: Money,
    pub effective: Money,
    pub list: Money,
    pub contracted: Money,
    pub category: &'static str,
    pub class: &'static str,
    pub frequency: &'static str,
    pub pricing: &'static str,
    pub commitment: Option<Commitment<'a>>,
    /// How much is priced, and whether as much is consumed.
    pub quantity: Option<Money>,
    pub consumed: bool,
    pub list_price: Option<Money>,
    pub contracted_price: Option<Money>,
    /// Negative parts of the billed cost.
    pub edp: Option<Money>,
    pub bundled: Option<Money>,
}

/// What a charge has to do with a commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment<'a> {
    pub id: &'a str,
    /// A Savings Plan commits to spend, a reservation to usage.
    pub spend: bool,
    pub status: &'static str,
    pub quantity: Option<Money>,
}

/// The charges that a line becomes: none for what is inside other charges (a discount, a negation of
/// covered usage), two for a recurring fee of which a part went unused.
///
/// # Errors
/// `Bug` for a line whose type is unknown, or that lacks a figure that its type must have.
pub fn charges<'a>(row: &Row<'a>) -> Result<[Option<Charge<'a>>; 2]> {
    let line_type = row.get(Col::LineItemType);
    if is_discount_line(row) || line_type == "SavingsPlanNegation" {
        return Ok([None, None]);
    }
    let discount = Discount::of(row)?;
    let cost = discount.cost;
    let charge = match line_type {
        "Usage" => Charge {
            list: need(row, Col::OnDemandCost)?,
            pricing: if row.get(Col::UsageType).contains("SpotUsage") { "Dynamic" } else { "Standard" },
            edp: discount.edp,
            bundled: discount.bundled,
            ..usage(row, cost, &discount.rate)?
        },
        "DiscountedUsage" => Charge {
            billed: Money::ZERO,
            effective: need(row, Col::RiEffectiveCost)?,
            list: need(row, Col::OnDemandCost)?,
            contracted: need(row, Col::OnDemandCost)?,
            contracted_price: row.money(Col::OnDemandRate)?,
            pricing: "Committed",
            commitment: reservation(row, "Used", Some(need(row, Col::UsageAmount)?)),
            ..usage(row, cost, "")?
        },
        "SavingsPlanCoveredUsage" => Charge {
            billed: Money::ZERO,
            effective: need(row, Col::SpEffectiveCost)?,
            list: need(row, Col::OnDemandCost)?,
            contracted: cost,
            pricing: "Committed",
            commitment: plan(row, "Used", Some(need(row, Col::SpEffectiveCost)?)),
            ..usage(row, cost, &discount.rate)?
        },
        "Fee" if !row.get(Col::RiArn).is_empty() => Charge {
            effective: Money::ZERO,
            commitment: reservation(row, "", None),
            ..purchase(row, "One-Time", cost)?
        },
        "Fee" => purchase(row, "One-Time", cost)?,
        "SavingsPlanUpfrontFee" => {
            Charge { effective: Money::ZERO, commitment: plan(row, "", None), ..purchase(row, "One-Time", cost)? }
        }
        "RIFee" => Charge {
            effective: Money::ZERO,
            commitment: reservation(row, "", row.money(Col::RiTotalUnits)?),
            ..purchase(row, "Recurring", cost)?
        },
        "SavingsPlanRecurringFee" => Charge {
            effective: Money::ZERO,
            commitment: plan(row, "", row.money(Col::SpTotalCommitment)?),
            ..purchase(row, "Recurring", cost)?
        },
        "Tax" => plain("Tax", cost),
        // Seen in AWS's own export: a credit is priced as `Other`.
        "Credit" => Charge { pricing: "Other", ..plain("Credit", cost) },
        "Refund" => Charge { class: "Correction", pricing: "Standard", ..plain("Usage", cost) },
        other => return Err(Error::bug("the sample's FOCUS export", format!("line item type {other} is unknown"))),
    };
    let unused = unused(row, line_type)?;
    Ok([Some(charge), unused])
}

/// The unused part of a commitment in the charge period of its recurring fee: usage that nobody made.
fn unused<'a>(row: &Row<'a>, line_type: &str) -> Result<Option<Charge<'a>>> {
    let (cost, commitment) = match line_type {
        "RIFee" => {
            let cost = need(row, Col::RiUnusedAmortizedUpfront)? + need(row, Col::RiUnusedRecurring)?;
            (cost, reservation(row, "Unused", row.money(Col::RiUnusedQuantity)?))
        }
        "SavingsPlanRecurringFee" => {
            let cost = need(row, Col::SpTotalCommitment)? - need(row, Col::SpUsedCommitment)?;
            (cost, plan(row, "Unused", Some(cost)))
        }
        _ => return Ok(None),
    };
    if cost.is_zero() {
        return Ok(None);
    }
    Ok(Some(Charge {
        effective: cost,
        frequency: "Usage-Based",
        pricing: "Committed",
        commitment,
        ..plain("Usage", Money::ZERO)
    }))
}

fn usage<'a>(row: &Row<'a>, cost: Money, rate: &str) -> Result<Charge<'a>> {
    Ok(Charge {
        frequency: "Usage-Based",
        quantity: Some(need(row, Col::UsageAmount)?),
        consumed: true,
        list_price: row.money(Col::OnDemandRate)?,
        contracted_price: rate.parse().ok(),
        ..plain("Usage", cost)
    })
}

fn purchase<'a>(row: &Row<'a>, frequency: &'static str, cost: Money) -> Result<Charge<'a>> {
    let (quantity, price) = (row.money(Col::UsageAmount)?, row.money(Col::UnblendedRate)?);
    let plain = plain("Purchase", cost);
    Ok(Charge { frequency, pricing: "Standard", quantity, list_price: price, contracted_price: price, ..plain })
}

/// A charge that happens once and costs the same in every way.
fn plain<'a>(category: &'static str, cost: Money) -> Charge<'a> {
    Charge {
        billed: cost,
        effective: cost,
        list: cost,
        contracted: cost,
        category,
        class: "",
        frequency: "One-Time",
        pricing: "",
        commitment: None,
        quantity: None,
        consumed: false,
        list_price: None,
        contracted_price: None,
        edp: None,
        bundled: None,
    }
}

fn reservation<'a>(row: &Row<'a>, status: &'static str, quantity: Option<Money>) -> Option<Commitment<'a>> {
    Some(Commitment { id: row.get(Col::RiArn), spend: false, status, quantity })
}

fn plan<'a>(row: &Row<'a>, status: &'static str, quantity: Option<Money>) -> Option<Commitment<'a>> {
    Some(Commitment { id: row.get(Col::SpArn), spend: true, status, quantity })
}

fn need(row: &Row, col: Col) -> Result<Money> {
    let missing = || Error::bug("the sample's FOCUS export", format!("a line without {}", col.name()));
    row.money(col)?.ok_or_else(missing)
}
