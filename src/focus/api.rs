//! A provider's API that is asked beside an export: which, of whose bill, and how it is reached.

use super::external::TotalPart;
use super::money::Money;
use super::period::BillingMonth;
use super::{CommitmentUse, ExternalTotal, MoneyBasis, Recommendation, StoreAddress};
use chrono::NaiveDate;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// Which API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ApiKind {
    /// AWS Cost Explorer.
    AwsCostExplorer,
    /// Amazon CloudWatch: how machines were used.
    AwsCloudWatch,
    /// Files that AWS Compute Optimizer exports.
    AwsComputeOptimizerExport,
    /// Files of AWS Cost Optimization Hub, by Data Exports.
    AwsCostOptimizationHubExport,
    /// Azure's Consumption: charges, balances, reservations, budgets.
    AzureConsumption,
    /// Azure Advisor, of what it says of costs.
    AzureAdvisor,
    /// Azure Monitor: how machines were used.
    AzureMonitor,
}

impl ApiKind {
    pub const ALL: [ApiKind; 7] = [
        ApiKind::AwsCostExplorer,
        ApiKind::AwsCloudWatch,
        ApiKind::AwsComputeOptimizerExport,
        ApiKind::AwsCostOptimizationHubExport,
        ApiKind::AzureConsumption,
        ApiKind::AzureAdvisor,
        ApiKind::AzureMonitor,
    ];

    /// As it stands in the configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::AwsCostExplorer => "aws-cost-explorer",
            Self::AwsCloudWatch => "aws-cloudwatch",
            Self::AwsComputeOptimizerExport => "aws-compute-optimizer-export",
            Self::AwsCostOptimizationHubExport => "aws-cost-optimization-hub-export",
            Self::AzureConsumption => "azure-consumption",
            Self::AzureAdvisor => "azure-advisor",
            Self::AzureMonitor => "azure-monitor",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What can be asked of it: the words of `ask`.
    pub fn questions(self) -> &'static [&'static str] {
        match self {
            Self::AwsCostExplorer => &["costs", "savings-plans", "reservations", "rightsizing"],
            Self::AwsCloudWatch | Self::AzureMonitor => &["cpu", "memory", "network", "disk"],
            Self::AwsComputeOptimizerExport | Self::AwsCostOptimizationHubExport => &["recommendations"],
            Self::AzureConsumption => {
                &["charges", "balances", "reservations", "reservation-recommendations", "budgets", "usage-details"]
            }
            Self::AzureAdvisor => &["recommendations"],
        }
    }

    /// What is asked of it where `ask` says nothing: all but what only a comparison is worth.
    pub fn usual_questions(self) -> impl Iterator<Item = &'static str> {
        self.questions().iter().copied().filter(|question| *question != "usage-details")
    }

    /// The keys of `[[api]]` that it takes, besides `id`, `kind`, `source` and `ask`.
    pub fn keys(self) -> &'static [&'static str] {
        match self {
            Self::AwsCostExplorer => &[
                "profile",
                "assume_role",
                "credential_file",
                "region",
                "endpoint",
                "allow_http",
                "scopes",
                "tolerance",
            ],
            Self::AwsCloudWatch => {
                &["profile", "assume_role", "credential_file", "region", "endpoint", "allow_http", "scopes"]
            }
            Self::AwsComputeOptimizerExport | Self::AwsCostOptimizationHubExport => {
                &["location", "profile", "assume_role", "credential_file", "region", "endpoint", "allow_http"]
            }
            Self::AzureConsumption => &["credential_file", "endpoint", "allow_http", "scopes", "tolerance"],
            Self::AzureAdvisor | Self::AzureMonitor => &["credential_file", "endpoint", "allow_http", "scopes"],
        }
    }

    /// What one billed request costs, with its currency.
    /// Cost Explorer: USD 0.01 for each page, <https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/>.
    pub fn price(self) -> Option<(Money, &'static str)> {
        match self {
            Self::AwsCostExplorer => Some((Money(10_000_000_000_000_000), "USD")),
            // USD 0.01 per 1,000 metrics that are requested, <https://aws.amazon.com/cloudwatch/pricing/>. Statistics of
            // one metric count one each here: it is never less than what is billed.
            Self::AwsCloudWatch => Some((Money(10_000_000_000_000), "USD")),
            Self::AwsComputeOptimizerExport | Self::AwsCostOptimizationHubExport => None,
            Self::AzureConsumption | Self::AzureAdvisor | Self::AzureMonitor => None,
        }
    }

    /// What [`ApiKind::price`] is the price of, in words.
    pub fn billed_by(self) -> &'static str {
        match self {
            Self::AwsCloudWatch => "metrics billed at most",
            _ => "billed",
        }
    }

    /// Is it read from files of a location, and not asked?
    pub fn has_location(self) -> bool {
        self.keys().contains(&"location")
    }
}

/// One `[[api]]`. It holds no secret, so it may be printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Api {
    /// Lower-case letters, digits, `-` and `_`.
    pub id: String,
    pub kind: ApiKind,
    /// The id of the source whose bill it speaks of.
    pub source: String,
    /// What is asked, words of [`ApiKind::questions`], none twice; never empty.
    pub ask: Vec<String>,
    /// Which part of the provider's bill is asked for; what a scope is, its kind says. Empty: all.
    pub scopes: Vec<String>,
    /// By how much a total may differ, in its currency; `None`: what the kind derives from its answers.
    pub tolerance: Option<Money>,
    /// Of files: their folder, or the URL of a store as a path and how the store is reached.
    pub location: Option<(PathBuf, Option<StoreAddress>)>,
    pub login: Login,
}

impl Api {
    pub fn asks(&self, question: &str) -> bool {
        self.ask.iter().any(|asked| asked == question)
    }
}

/// How an API is reached and with whose credential: the keys that a source in a store has as well.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Login {
    /// Instead of the provider's own.
    pub endpoint: Option<String>,
    pub region: Option<String>,
    /// The profile of the provider's shared configuration files.
    pub profile: Option<String>,
    /// A role to take on with the credentials that are found, by its ARN.
    pub role: Option<String>,
    /// A file with the credential, instead of the provider's chain.
    pub credential_file: Option<PathBuf>,
    /// Speak HTTP without TLS to an endpoint on this machine.
    pub allow_http: bool,
}

/// A billing period of the source that an API is asked about, as it is about to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskedMonth {
    pub month: BillingMonth,
    /// The id of the export format that it was made from.
    pub format: String,
    pub basis: MoneyBasis,
    /// What it is made of: an answer holds for the delivery that it was asked beside.
    pub delivery: String,
    /// Every BillingAccountId and SubAccountId of its charges: APIs write them in other ways.
    pub billing_accounts: BTreeSet<String>,
    pub sub_accounts: BTreeSet<String>,
    /// Every BillingCurrency of its charges.
    pub currencies: BTreeSet<String>,
}

/// What one API said, and what asking it cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answers {
    pub control_totals: Vec<ExternalTotal>,
    pub services: Vec<ToldService>,
    pub figures: Vec<ToldFigure>,
    pub commitments: Vec<CommitmentUse>,
    pub recommendations: Vec<Recommendation>,
    /// Files of the contract in `docs/utilisation.md`.
    pub utilisation: Vec<PathBuf>,
    /// Requests that went out, repeated ones each time.
    pub calls: u64,
    /// Those of them that the provider bills.
    pub billed: u64,
    /// Questions that were answered today already, and not asked again.
    pub from_cache: u64,
    /// Questions whose newest answer is of an earlier day.
    pub stale: u64,
    /// What went wrong. It stops nothing.
    pub problems: Vec<crate::Error>,
}

/// What a cost tool says of one service: printed beside ours, never a gate, since tools name services as they like.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldService {
    /// Who says so.
    pub by: String,
    pub part: TotalPart,
    /// As the tool names it.
    pub service: String,
    pub amount: Money,
    /// The day it was asked.
    pub as_of: NaiveDate,
}

/// A figure that a provider tells of a billing period and that is no sum of charges of `cost`: a budget, a balance, the
/// charges of a department. It is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldFigure {
    /// Who says so.
    pub by: String,
    /// `x_SourceId` of the bill it speaks of.
    pub source: String,
    pub month: BillingMonth,
    /// What it is of, as the provider names it.
    pub scope: String,
    /// What it is: `budget team: limit`.
    pub name: String,
    pub amount: Money,
    pub currency: String,
    /// The day it was asked.
    pub as_of: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_found_by_their_names_and_ask_something() {
        for kind in ApiKind::ALL {
            assert_eq!(ApiKind::find(kind.name()), Some(kind));
            assert!(!kind.questions().is_empty());
        }
        assert_eq!(ApiKind::find("aws"), None);
        assert_eq!(ApiKind::AwsCostExplorer.price().map(|(price, _)| price.to_string()), Some("0.01".into()));
    }
}
