//! What discounts take off a line, when they are not lines of their own.

use super::super::columns::Col;
use super::super::sink::Row;
use super::figure::double;
use crate::error::{Error, Result};
use crate::focus::Money;

/// The discounts of one line, and what is left of its cost and rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// Negative.
    pub edp: Option<Money>,
    /// Negative: what comes free with something else.
    pub bundled: Option<Money>,
    /// The unblended cost less the discounts.
    pub cost: Money,
    /// The unblended rate less the discounts; empty where the line has none.
    pub rate: String,
}

impl Discount {
    /// # Errors
    /// `Bug` if the line has no unblended cost.
    pub fn of(row: &Row) -> Result<Discount> {
        let (edp, bundled) = (row.money(Col::DiscountEdp)?, row.money(Col::DiscountBundled)?);
        let gross = row.money(Col::UnblendedCost)?;
        let gross = gross.ok_or_else(|| Error::bug("the sample's discounts", "a line without an unblended cost"))?;
        let cost = gross + edp.unwrap_or_default() + bundled.unwrap_or_default();
        let rate = if cost == gross {
            row.get(Col::UnblendedRate).to_owned()
        } else {
            row.money(Col::UsageAmount)?
                .filter(|amount| !amount.is_zero())
                .map_or_else(String::new, |amount| (double(cost) / double(amount)).to_string())
        };
        Ok(Discount { edp, bundled, cost, rate })
    }

    /// Zero or negative.
    pub fn total(&self) -> Money {
        self.edp.unwrap_or_default() + self.bundled.unwrap_or_default()
    }
}

/// Whether a line is nothing but the discount of others.
pub fn is_discount_line(row: &Row) -> bool {
    matches!(
        row.get(Col::LineItemType),
        "EdpDiscount" | "PrivateRateDiscount" | "SppDiscount" | "RiVolumeDiscount" | "Discount" | "BundledDiscount"
    )
}
