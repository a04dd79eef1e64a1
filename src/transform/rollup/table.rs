//! The roll-up tables: their keys, attributes and measures.

use crate::focus::Kind;
use crate::focus::column::find;
use crate::focus::reporting::{REPORTING_COSTS, REPORTING_CURRENCY};

/// A roll-up of `cost`, one file per slot, content-addressed and rebuildable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rollup {
    /// Costs by day, accounts, service, region, charge class, team and tag dimension.
    CostDaily,
    /// Costs by resource, billing month and tag states, with the latest names, team and tag values.
    ResourceMonth,
    /// Costs and quantities by resource and day: usage whose charge period is at most a day. Its
    /// memory is bounded, so a key may stand in several rows.
    ResourceDay,
    /// Costs by unit metric, day and the metric's dimension.
    UnitDaily,
}

/// The key that stands for all required tag dimensions: `x_TagState_all` is the worst state of
/// them; `x_Tag_all` and `x_TagExemption_all` are always null.
pub const ALL_KEYS: &str = "all";

/// The name of a tag dimension's column.
pub fn tag_column(dimension: &str) -> String {
    format!("x_Tag_{dimension}")
}

/// The name of the column that says how a charge stands to a tag dimension.
pub fn tag_state_column(dimension: &str) -> String {
    format!("x_TagState_{dimension}")
}

/// The name of the column that says by which exemption a charge need not carry a tag dimension.
pub fn tag_exemption_column(dimension: &str) -> String {
    format!("x_TagExemption_{dimension}")
}

/// The name of a cost's column in the reporting currency.
pub fn reporting_cost(cost: &str) -> String {
    format!("x_Reporting{cost}")
}

/// The four costs and the money of split cost allocation rows.
const MEASURES: [&str; 5] = ["BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "x_SplitCost"];

impl Rollup {
    pub const ALL: [Rollup; 4] = [Rollup::CostDaily, Rollup::ResourceMonth, Rollup::ResourceDay, Rollup::UnitDaily];

    pub fn name(self) -> &'static str {
        match self {
            Self::CostDaily => "cost_daily",
            Self::ResourceMonth => "resource_month",
            Self::ResourceDay => "resource_day",
            Self::UnitDaily => "unit_daily",
        }
    }

    /// Does it hold every charge, so that its totals are those of `cost`?
    pub fn is_whole(self) -> bool {
        matches!(self, Self::CostDaily | Self::ResourceMonth)
    }

    /// What a row is grouped by, besides [`Rollup::tag_keys`].
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
                "x_ChargeSpan",
                "x_Team",
                "x_TeamBy",
                "x_Environment",
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
            Self::ResourceDay => &[
                "x_SourceId",
                "x_BillingMonth",
                "x_ChargeDay",
                "ProviderName",
                "BillingAccountId",
                "SubAccountId",
                "SubAccountName",
                "BillingCurrency",
                "RegionId",
                "ServiceName",
                "x_ServiceCode",
                "x_UsageType",
                "x_Operation",
                "x_InstanceType",
                "PricingCategory",
                "CommitmentDiscountStatus",
                "PricingUnit",
                "ResourceId",
                "ResourceName",
                "ResourceType",
                "x_Team",
                "x_TeamBy",
                "x_Environment",
            ],
            Self::UnitDaily => &[
                "x_SourceId",
                "x_BillingMonth",
                "x_UnitMetric",
                "x_ChargeDay",
                "x_ChargeSpan",
                "x_Dimension",
                "BillingCurrency",
                "x_Team",
            ],
        }
    }

    /// The keys that tell most rows apart; rows are sorted by them first. What the other keys hold
    /// together comes again and again.
    pub fn telling_keys(self) -> &'static [&'static str] {
        match self {
            Self::CostDaily => &["x_ChargeDay", "SubAccountId", "ServiceName", "RegionId"],
            Self::ResourceMonth => &["ResourceId", "ServiceName", "RegionId"],
            Self::ResourceDay => &["ResourceId", "x_ChargeDay", "ResourceName"],
            Self::UnitDaily => &["x_UnitMetric", "x_ChargeDay", "x_Dimension"],
        }
    }

    /// The other keys, in the order that rows are sorted by: those that are one value in a file
    /// come last.
    pub fn common_keys(self) -> Vec<&'static str> {
        self.keys().iter().rev().filter(|key| !self.telling_keys().contains(key)).copied().collect()
    }

    /// What a row carries in its latest state, besides [`Rollup::tag_attributes`]: the value on the
    /// charge that started last.
    pub fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::ResourceMonth => {
                &["SubAccountName", "ResourceName", "ResourceType", "x_Team", "x_TeamBy", "x_Environment"]
            }
            _ => &[],
        }
    }

    /// What is summed, besides `x_Rows`.
    pub fn measures(self) -> &'static [&'static str] {
        match self {
            Self::CostDaily | Self::ResourceMonth => &MEASURES,
            Self::ResourceDay => &[
                "BilledCost",
                "EffectiveCost",
                "ListCost",
                "ContractedCost",
                "x_SplitCost",
                "PricingQuantity",
                "ConsumedQuantity",
            ],
            Self::UnitDaily => &["BilledCost", "EffectiveCost", "ListCost", "ContractedCost"],
        }
    }

    /// The columns of the tag dimensions that tell rows apart, `all` last of each kind. In
    /// `resource_month` these are the states: what a resource cost in each state is money that
    /// belongs to a coverage, and most resources are in one state all month.
    pub fn tag_keys(self, dimensions: &[String]) -> Vec<String> {
        match self {
            Self::CostDaily => [tag_column, tag_state_column, tag_exemption_column]
                .into_iter()
                .flat_map(|column| of_each(column, dimensions))
                .collect(),
            Self::ResourceMonth => of_each(tag_state_column, dimensions),
            _ => Vec::new(),
        }
    }

    /// The columns of the tag dimensions that a row carries in its latest state: values.
    pub fn tag_attributes(self, dimensions: &[String]) -> Vec<String> {
        match self {
            Self::ResourceMonth => of_each(tag_column, dimensions),
            _ => Vec::new(),
        }
    }

    /// Every column with its kind, in file order. `dimensions` are the configured tag dimensions.
    /// Those that hold every charge end with the costs in the reporting currency, null without one.
    pub fn columns(self, dimensions: &[String]) -> Vec<(String, Kind)> {
        let mut columns = self.summed_columns(dimensions);
        if self.is_whole() {
            columns.push((REPORTING_CURRENCY.into(), Kind::Text));
            columns.extend(REPORTING_COSTS.map(|name| (name.into(), Kind::Cost)));
        }
        columns
    }

    /// The columns without what is converted. Where a row carries a latest state, it says when that
    /// state's last charge started.
    pub(super) fn summed_columns(self, dimensions: &[String]) -> Vec<(String, Kind)> {
        let focus = |name: &&str| {
            let kind = find(name).map_or(Kind::Text, |column| column.kind);
            ((*name).to_string(), kind)
        };
        let mut columns: Vec<_> = self.keys().iter().chain(self.attributes()).map(focus).collect();
        let tags = self.tag_attributes(dimensions).into_iter().chain(self.tag_keys(dimensions));
        columns.extend(tags.map(|name| (name, Kind::Text)));
        if self == Self::ResourceMonth {
            columns.push(("x_FirstChargeDay".into(), Kind::Date));
            columns.push(("x_LastChargeDay".into(), Kind::Date));
            columns.push(("x_LastChargeStart".into(), Kind::Time));
        }
        columns.extend(self.measures().iter().map(focus));
        columns.push(("x_Rows".into(), Kind::Integer));
        columns
    }
}

/// A column of each dimension, `all` last.
fn of_each(column: fn(&str) -> String, dimensions: &[String]) -> Vec<String> {
    dimensions.iter().map(String::as_str).chain([ALL_KEYS]).map(column).collect()
}
