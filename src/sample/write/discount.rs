//! What discounts take off each line, for exports in which they are no lines of their own.

use std::collections::HashMap;

use super::super::closing::{BUNDLED, DISCOUNT};
use super::super::columns::Col;
use super::super::numbers::share;
use super::super::services::{PRODUCTS, WAF};
use super::super::sink::Row;
use super::figure::double;
use crate::error::{Error, Result};
use crate::focus::Money;

/// Digits after the point that discounts are cut to.
const DIGITS: u32 = 10;

/// Divides the discounts of a delivery among the lines that they lower.
///
/// A line gets what the discount of all lines up to it, cut to its digits, has over that of the lines
/// before it: the parts are the lines of the legacy report (`EdpDiscount`, `BundledDiscount`) to the
/// last digit, and no line has to wait for the last one.
#[derive(Default)]
pub struct Discounts {
    /// Discounted money so far, by account and product.
    sums: HashMap<String, Money>,
    key: String,
}

/// The discounts of one line, and what is left of its cost and rate.
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

impl Discounts {
    /// The discounts of the next line.
    ///
    /// # Errors
    /// `Bug` if the line has no unblended cost.
    pub fn next(&mut self, row: &Row) -> Result<Discount> {
        let gross = row.money(Col::UnblendedCost)?;
        let gross = gross.ok_or_else(|| Error::bug("the sample's discounts", "a line without an unblended cost"))?;
        let product = row.get(Col::ProductCode);
        let (mut edp, mut bundled) = (None, None);
        if row.get(Col::LineItemType) == "Usage" && row.get(Col::BillingEntity) == "AWS" {
            let free = product == PRODUCTS[WAF].code;
            let part = self.part(row.get(Col::UsageAccountId), product, gross, if free { BUNDLED } else { DISCOUNT });
            let part = Some(part).filter(|part| !part.is_zero());
            if free { bundled = part } else { edp = part }
        }
        let cost = gross + edp.unwrap_or_default() + bundled.unwrap_or_default();
        let rate = if cost == gross {
            row.get(Col::UnblendedRate).to_owned()
        } else {
            let amount = row.money(Col::UsageAmount)?.filter(|amount| !amount.is_zero());
            amount.map_or_else(String::new, |amount| (double(cost) / double(amount)).to_string())
        };
        Ok(Discount { edp, bundled, cost, rate })
    }

    fn part(&mut self, account: &str, product: &str, cost: Money, percent_times_100: i128) -> Money {
        self.key.clear();
        self.key.extend([account, " ", product]);
        if !self.sums.contains_key(&self.key) {
            self.sums.insert(self.key.clone(), Money::ZERO);
        }
        let Some(sum) = self.sums.get_mut(&self.key) else { return Money::ZERO };
        let before = share(*sum, percent_times_100, DIGITS);
        *sum += cost;
        before - share(*sum, percent_times_100, DIGITS)
    }
}

impl Discount {
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

#[cfg(test)]
mod tests {
    use super::*;

    /// 5 % of 0.000000000019 is less than the last digit; with the next line it is more.
    #[test]
    fn parts_are_the_whole_to_the_last_digit() {
        let mut discounts = Discounts::default();
        let costs: Vec<Money> = ["0.000000000019", "0.0000000123", "0.0416", "1.23456789"]
            .iter()
            .map(|text| text.parse().unwrap())
            .collect();
        let parts: Vec<Money> = costs.iter().map(|cost| discounts.part("1", "EC2", *cost, 500)).collect();
        assert_eq!(parts[0], Money::ZERO);
        // 5 % of 1.276167902319 is 0.06380839511595, cut to ten digits.
        let whole = parts.iter().fold(Money::ZERO, |sum, part| sum + *part);
        assert_eq!(whole, "-0.0638083951".parse().unwrap());
        assert_eq!(discounts.part("2", "EC2", Money(10i128.pow(18)), 10_000), Money(-(10i128.pow(18))));
    }
}
