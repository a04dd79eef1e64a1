//! What the legacy Cost and Usage Report and CUR 2.0 have in common: the same charges under two names
//! for each column. Written once, so that a rule that is put right is right in both.

mod mapping;
mod names;
mod native;
mod rules;

use names::Names;

/// The rules of one of the two reports: `Cur<false>` the legacy one, `Cur<true>` CUR 2.0.
pub struct Cur<const CUR2: bool>;

impl<const CUR2: bool> Cur<CUR2> {
    /// The columns' names in this report.
    const N: &'static Names = if CUR2 { &names::CUR2 } else { &names::LEGACY };
}

/// Operations of split cost allocation rows: they repeat, by container, money that stands on the
/// instance's own row.
const SPLIT_OPERATIONS: &[&str] = &["ECSTask-EC2", "EKSPod-EC2"];
const SAVINGS_PLAN_REFUND: &str = "Refund for one-time fee for Savings Plan ID";
/// Discounts that a net delivery holds inside the usage already.
const DISCOUNTS: &[&str] =
    &["Discount", "EdpDiscount", "PrivateRateDiscount", "SppDiscount", "RiVolumeDiscount", "BundledDiscount"];
const COVERED: &[&str] = &["DiscountedUsage", "SavingsPlanCoveredUsage"];
const USAGE: &[&str] = &["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"];
const LISTED: &[&str] = &["Usage", "DiscountedUsage", "SavingsPlanCoveredUsage", "FlatRateSubscription"];
