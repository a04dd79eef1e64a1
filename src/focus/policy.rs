//! What the company says of its charges: tag keys, owners, showback, unit metrics. Plain data that
//! settings read and transform applies; all days are UTC, all ranges half-open.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The team of charges that no rule gives to one.
pub const UNALLOCATED: &str = "unallocated";

/// The whole policy. The default allocates nothing and requires no tag.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Policy {
    /// Every tag dimension, by name.
    pub tag_keys: Vec<TagKey>,
    /// Coverage aimed at, 1.0 being 100 %. It decides no row, so a stored policy goes without.
    #[serde(skip)]
    pub coverage_target: Option<f64>,
    pub exemptions: Vec<Exemption>,
    /// By SubAccountId.
    pub accounts: BTreeMap<String, SubAccount>,
    pub environment: Option<Environment>,
    /// By name.
    pub teams: Vec<Team>,
    /// In order: the first match wins.
    pub owners: Vec<OwnerRule>,
    pub showback: Showback,
    pub unit_metrics: Vec<UnitMetric>,
}

/// A tag dimension with its rules.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TagKey {
    /// Names the columns `x_Tag_<name>` and `x_TagState_<name>`.
    pub name: String,
    /// The tag keys that count as it, in order of precedence, case-sensitive.
    pub keys: Vec<String>,
    /// Does it count in "all keys" and stand in the coverage tables?
    pub required: bool,
    /// Values that are valid, after normalisation; empty means any.
    pub allowed: Vec<String>,
    /// Trim and lower-case values before they are compared.
    pub fold_case: bool,
    /// From a value, after folding, to the one it means.
    pub synonyms: BTreeMap<String, String>,
    /// Take the sub account's value where a charge has none.
    pub inherit: bool,
    /// The first day on which the key was active at the provider: activation is not retroactive.
    pub active_from: Option<NaiveDate>,
}

impl TagKey {
    /// A value as it counts: folded, and the synonym's meaning.
    pub fn value(&self, text: &str) -> String {
        let text = if self.fold_case { text.trim().to_lowercase() } else { text.to_owned() };
        self.synonyms.get(&text).cloned().unwrap_or(text)
    }

    /// Is a value, as it counts, one of those allowed?
    pub fn allows(&self, value: &str) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed == value)
    }
}

/// Charges that need not carry a tag, for a reason, until a day.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exemption {
    /// Tag dimensions; empty means all.
    pub keys: Vec<String>,
    pub matches: ChargeMatch,
    pub reason: String,
    /// Charges from this day on count again.
    pub until: NaiveDate,
}

/// A test on charges: each column must hold one of its values. No column matches every charge.
/// Columns are those of `cost`, or `x_Tag_<dimension>`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ChargeMatch {
    pub columns: BTreeMap<String, Vec<String>>,
}

/// What the accounts file says of a sub account.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SubAccount {
    pub name: Option<String>,
    /// Value by tag dimension.
    pub tags: BTreeMap<String, String>,
}

/// Which values of which tag dimension are not production.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Environment {
    pub dimension: String,
    /// Any other value is production; no value is unknown.
    pub non_production: Vec<String>,
}

/// Where the money of a team is booked.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Team {
    pub name: String,
    pub cost_centre: String,
    pub bill_to: String,
}

/// Gives charges to a team, for charge days in `from..until`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OwnerRule {
    pub from: Option<NaiveDate>,
    pub until: Option<NaiveDate>,
    pub matches: ChargeMatch,
    pub team: Owner,
}

/// How a rule names the team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    Team(String),
    /// The valid value of this tag dimension; charges without one go on to the next rule.
    Tag(String),
}

/// What a statement adds up, and which charges follow the owner rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Showback {
    pub basis: ShowbackBasis,
    pub tax: Follows,
    pub support: Follows,
    pub credits: Follows,
    pub refunds: Follows,
}

/// The cost that statements show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ShowbackBasis {
    #[default]
    EffectiveCost,
    BilledCost,
}

impl ShowbackBasis {
    /// The FOCUS column.
    pub fn column(self) -> &'static str {
        match self {
            Self::EffectiveCost => "EffectiveCost",
            Self::BilledCost => "BilledCost",
        }
    }
}

/// Whether a class of charges goes to its owner or stays with the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Follows {
    #[default]
    Owner,
    Unallocated,
}

/// Cost divided by something the business counts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct UnitMetric {
    pub id: String,
    pub title: String,
    /// What one unit is called, `1,000 requests`.
    pub unit: String,
    /// The driver's quantity that makes one unit; a stored policy goes without.
    #[serde(skip)]
    pub per: f64,
    /// The driver file: `day,dimension,quantity`; a stored policy goes without.
    #[serde(skip)]
    pub driver: PathBuf,
    /// The column of a charge that the driver's dimension names; `None`: the whole.
    pub dimension: Option<String>,
    pub basis: ShowbackBasis,
    pub quantity: Counts,
    pub matches: ChargeMatch,
}

/// What the quantity of a driver's day is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Counts {
    /// What happened on the day, such as requests: days add up.
    #[default]
    Flow,
    /// What there is on the day, such as tenants: a month's is the mean of its days.
    Level,
}

impl Policy {
    /// The first day on which every tag key that a unit metric rests on was active: by its dimension
    /// and its conditions. A key that charges inherit from their sub account does not wait for it.
    pub fn active_from(&self, metric: &UnitMetric) -> Option<NaiveDate> {
        let columns = metric.dimension.iter().chain(metric.matches.columns.keys());
        let keys = columns.filter_map(|column| {
            let name = column.strip_prefix("x_Tag_")?;
            self.tag_keys.iter().find(|key| key.name == name)
        });
        keys.filter(|key| !key.inherit).filter_map(|key| key.active_from).max()
    }
}
