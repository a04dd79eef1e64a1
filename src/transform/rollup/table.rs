//! The roll-up tables: their keys, attributes and measures.

use crate::focus::Kind;
use crate::focus::column::find;

/// A roll-up of `cost`, one file per slot, content-addressed and rebuildable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rollup {
    /// Costs by day, accounts, service, region, charge class and tag dimension.
    CostDaily,
    /// Costs by resource and billing month, with the resource's latest names and tags.
    ResourceMonth,
}

/// The name of a tag dimension's column.
pub fn tag_column(dimension: &str) -> String {
    format!("x_Tag_{dimension}")
}

/// Sums in both roll-ups: the four costs and the money of split cost allocation rows.
pub const MEASURES: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

impl Rollup {
    pub const ALL: [Rollup; 2] = [Rollup::CostDaily, Rollup::ResourceMonth];

    pub fn name(self) -> &'static str {
        match self {
            Self::CostDaily => "cost_daily",
            Self::ResourceMonth => "resource_month",
        }
    }

    /// What a row is grouped by, besides the tag dimensions of `cost_daily`.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::CostDaily => &[
                "x_SourceId",
                "x_BillingMonth",
                "x_ChargeDay",
                "ProviderName",
                "InvoiceIssuerName",
                "BillingAccountId",
                "BillingAccountName",
                "SubAccountId",
                "SubAccountName",
                "BillingCurrency",
                "RegionId",
                "ServiceCategory",
                "ServiceName",
                "ChargeCategory",
                "ChargeClass",
                "ChargeFrequency",
                "PricingCategory",
                "CommitmentDiscountStatus",
            ],
            Self::ResourceMonth => &[
                "x_SourceId",
                "x_BillingMonth",
                "ProviderName",
                "BillingAccountId",
                "SubAccountId",
                "BillingCurrency",
                "RegionId",
                "ServiceName",
                "ChargeCategory",
                "ResourceId",
            ],
        }
    }

    /// The keys in the order that rows are sorted by: those that tell most rows apart come first,
    /// those that are one value in a file last.
    pub fn sort_keys(self) -> Vec<&'static str> {
        let first: &[&str] = match self {
            Self::CostDaily => &["x_ChargeDay", "SubAccountId", "ServiceName", "RegionId"],
            Self::ResourceMonth => &["ResourceId", "ServiceName", "RegionId"],
        };
        let rest = self.keys().iter().rev().filter(|key| !first.contains(key));
        first.iter().chain(rest).copied().collect()
    }

    /// What a row carries in its latest state: the value on the charge that started last.
    pub fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::CostDaily => &[],
            Self::ResourceMonth => &["SubAccountName", "ResourceName", "ResourceType"],
        }
    }

    /// Every column with its kind, in file order. `dimensions` are the configured tag dimensions.
    /// In `cost_daily` they are keys, in `resource_month` latest-state attributes.
    pub fn columns(self, dimensions: &[String]) -> Vec<(String, Kind)> {
        let focus = |name: &&str| ((*name).to_string(), find(name).map_or(Kind::Text, |column| column.kind));
        let mut columns: Vec<_> = self.keys().iter().chain(self.attributes()).map(focus).collect();
        columns.extend(dimensions.iter().map(|dimension| (tag_column(dimension), Kind::Text)));
        if self == Self::ResourceMonth {
            columns.push(("x_FirstChargeDay".into(), Kind::Date));
            columns.push(("x_LastChargeDay".into(), Kind::Date));
        }
        columns.extend(MEASURES.iter().map(|name| ((*name).to_string(), Kind::Cost)));
        columns.push(("x_Rows".into(), Kind::Integer));
        columns
    }
}
