//! External control totals: what an invoice or a cost tool says that a billing period costs.

use super::money::Money;
use super::period::BillingMonth;

/// What is told of one part of a billing period's charges. Invoices of the same part are one total.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalTotal {
    pub place: TotalPlace,
    pub part: TotalPart,
    pub kind: TotalKind,
    /// False for what its teller may still change, or said on an earlier day: a difference is told and stops nothing.
    pub is_settled: bool,
    /// What each charge that is added up may be rounded by, in the BillingCurrency, on top of the tolerances.
    pub per_charge: Money,
    /// Not empty; of [`TotalKind::Other`] one row.
    pub told: Vec<Told>,
}

/// Where a total is told.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum TotalPlace {
    /// The line of the control totals file, of the first row.
    File(usize),
    /// The id of the `[[api]]`, and the number of the total among those that it told.
    Api(String, usize),
}

impl TotalPlace {
    /// The line, or the number.
    pub fn number(&self) -> usize {
        match self {
            Self::File(number) | Self::Api(_, number) => *number,
        }
    }

    /// The id of the API; `None` for the file.
    pub fn api(&self) -> Option<&str> {
        match self {
            Self::File(_) => None,
            Self::Api(id, _) => Some(id),
        }
    }
}

/// The charges of one billing period that a total is of, and which cost is added up.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct TotalPart {
    pub month: BillingMonth,
    /// One of the four costs.
    pub metric: String,
    /// The BillingCurrency of the charges.
    pub currency: String,
    /// `x_SourceId`; `None` here and below: all.
    pub source: Option<String>,
    pub billing_account: Option<String>,
    pub sub_account: Option<String>,
    pub charge_category: Option<String>,
}

/// Who tells a total.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TotalKind {
    /// An invoice, of BilledCost: the last figure of the bridge.
    Invoice,
    /// Anything else, such as a cost tool of the provider.
    Other,
}

/// One row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Who says so: `invoice 123`.
    pub by: String,
    /// As it is told, in `currency`.
    pub amount: Money,
    pub currency: String,
    /// In the BillingCurrency of the charges, rounded half-even to 18 decimals; `None` for another currency without
    /// a rate.
    pub converted: Option<Money>,
    /// In the BillingCurrency.
    pub tolerance: Money,
}

impl TotalKind {
    pub fn name(self) -> &'static str {
        match self {
            Self::Invoice => "invoice",
            Self::Other => "other",
        }
    }
}

impl ExternalTotal {
    /// Who says so, all of them.
    pub fn by(&self) -> String {
        self.told.iter().map(|told| told.by.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// In the BillingCurrency; `None` where one of the amounts cannot be, or the sum is past 38 digits.
    pub fn amount(&self) -> Option<Money> {
        self.told.iter().try_fold(Money::ZERO, |sum, told| sum.checked_add(told.converted?))
    }

    /// The tolerances of its rows together.
    pub fn tolerance(&self) -> Money {
        let add = |sum: Money, told: &Told| sum.checked_add(told.tolerance).unwrap_or(Money(i128::MAX));
        self.told.iter().fold(Money::ZERO, add)
    }

    /// The amounts of other currencies as they are told: `900 EUR + 12.5 GBP`; empty without one.
    pub fn foreign(&self) -> String {
        let foreign = self.told.iter().filter(|told| told.currency != self.part.currency);
        foreign.map(|told| format!("{} {}", told.amount, told.currency)).collect::<Vec<_>>().join(" + ")
    }
}

impl TotalPart {
    /// Can a charge belong to both? Of the same cost of the same period and currency.
    pub fn meets(&self, other: &Self) -> bool {
        let meet = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        (self.month, &self.metric, &self.currency) == (other.month, &other.metric, &other.currency)
            && meet(&self.source, &other.source)
            && meet(&self.billing_account, &other.billing_account)
            && meet(&self.sub_account, &other.sub_account)
            && meet(&self.charge_category, &other.charge_category)
    }

    /// The part in words, without the cost: `2026-10, aws, billing account 1, Tax, USD`.
    pub fn in_words(&self) -> String {
        let mut words = vec![self.month.to_string(), self.source.clone().unwrap_or_else(|| "all sources".into())];
        words.extend(self.billing_account.iter().map(|id| format!("billing account {id}")));
        words.extend(self.sub_account.iter().map(|id| format!("sub account {id}")));
        words.extend(self.charge_category.clone());
        words.push(self.currency.clone());
        words.join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(source: Option<&str>, account: Option<&str>, category: Option<&str>) -> TotalPart {
        TotalPart {
            month: "2026-10".parse().unwrap(),
            metric: "BilledCost".into(),
            currency: "USD".into(),
            source: source.map(String::from),
            billing_account: account.map(String::from),
            sub_account: None,
            charge_category: category.map(String::from),
        }
    }

    #[test]
    fn parts_meet_unless_something_keeps_them_apart() {
        let all = part(None, None, None);
        let aws = part(Some("aws"), Some("1"), None);
        let tax = part(None, Some("1"), Some("Tax"));
        assert!(all.meets(&aws) && aws.meets(&all) && aws.meets(&tax));
        assert!(!aws.meets(&part(Some("gcp"), Some("1"), None)) && !aws.meets(&part(Some("aws"), Some("2"), None)));
        assert!(!tax.meets(&part(None, None, Some("Usage"))));
        assert!(!all.meets(&TotalPart { currency: "EUR".into(), ..all.clone() }));
        assert_eq!(tax.in_words(), "2026-10, all sources, billing account 1, Tax, USD");
    }

    #[test]
    fn invoices_of_one_part_add_up() {
        let told = |by: &str, amount: &str, currency: &str, converted: Option<&str>| Told {
            by: by.into(),
            amount: amount.parse().unwrap(),
            currency: currency.into(),
            converted: converted.map(|text| text.parse().unwrap()),
            tolerance: "0.01".parse().unwrap(),
        };
        let mut total = ExternalTotal {
            place: TotalPlace::File(2),
            part: part(None, None, None),
            kind: TotalKind::Invoice,
            is_settled: true,
            per_charge: Money::ZERO,
            told: vec![told("a", "10.5", "USD", Some("10.5")), told("b", "9", "EUR", Some("10"))],
        };
        assert_eq!((total.by(), total.foreign()), ("a, b".into(), "9 EUR".into()));
        assert_eq!((total.amount(), total.tolerance()), ("20.5".parse().ok(), "0.02".parse().unwrap()));
        total.told.push(told("c", "1", "GBP", None));
        assert_eq!((total.amount(), total.foreign()), (None, "9 EUR + 1 GBP".into()));
    }
}
