//! What discounts take off a line, for exports in which they are no lines of their own.

use crate::error::{Error, Result};
use crate::focus::Money;
use crate::focus::money::COST_SCALE;
use crate::sample::bill::closing::DISCOUNT;
use crate::sample::columns::Col;
use crate::sample::numbers::{print, share};
use crate::sample::sink::Row;

/// The discounts of one line, and what is left of its cost and rate. Those of all lines of an account
/// and product are its `EdpDiscount` or `BundledDiscount` line in the legacy report, to the last digit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discount {
    /// Negotiated; negative.
    pub edp: Option<Money>,
    /// What comes free with something else; negative.
    pub bundled: Option<Money>,
    /// The unblended cost less the discounts.
    pub cost: Money,
    /// The unblended rate less the discounts; empty where the line has none.
    pub rate: String,
}

impl Discount {
    /// The discounts of a line.
    ///
    /// # Errors
    /// `Bug` if the line has no unblended cost.
    pub fn of(row: &Row) -> Result<Discount> {
        let (edp, bundled) = (row.money(Col::DiscountEdp)?, row.money(Col::DiscountBundled)?);
        let gross = row.money(Col::UnblendedCost)?;
        let gross = gross.ok_or_else(|| Error::bug("the sample's discounts", "a line without an unblended cost"))?;
        let mut rate = row.get(Col::UnblendedRate).to_owned();
        if let Some(gross) = row.money(Col::UnblendedRate)?.filter(|_| edp.is_some() || bundled.is_some()) {
            let free = if bundled.is_some() { gross } else { share(gross, DISCOUNT, COST_SCALE) };
            rate.clear();
            print(gross - free, &mut rate);
        }
        let cost = gross + edp.unwrap_or_default() + bundled.unwrap_or_default();
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
