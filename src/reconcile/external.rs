//! External control totals against what is published: an invoice or a cost tool on one side, `cost` on the other.

use crate::focus::currency::smallest_unit;
use crate::focus::{ControlTotals, ExternalTotal, Money, Slot, TotalKind};
use std::fmt;

/// A total, and what `cost` has of the same charges.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalCheck<'a> {
    pub total: &'a ExternalTotal,
    /// The slots that its part is of; empty where nothing of it is published.
    pub slots: Vec<Slot>,
    /// In the part's currency.
    pub found: Money,
    /// Charges that were added up.
    pub rows: u64,
}

/// How the two compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Within the tolerance.
    Ties,
    Differs,
    /// Told in another currency, without a rate.
    OtherCurrency,
    /// Nothing of the source and period is published.
    NotPublished,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ties => "ties",
            Self::Differs => "differs",
            Self::OtherCurrency => "not compared: in another currency, without a rate",
            Self::NotPublished => "not compared: nothing of it is published",
        })
    }
}

/// Adds up `cost` for each total, in the order of the totals. `slots` are the published ones with their totals by
/// charge category, of any months.
pub fn external<'a>(totals: &'a [ExternalTotal], slots: &[(&Slot, &ControlTotals)]) -> Vec<ExternalCheck<'a>> {
    totals.iter().map(|total| check(total, slots)).collect()
}

fn check<'a>(total: &'a ExternalTotal, slots: &[(&Slot, &ControlTotals)]) -> ExternalCheck<'a> {
    let part = &total.part;
    let is = |wanted: &Option<String>, text: &str| wanted.as_deref().is_none_or(|wanted| wanted == text);
    let mut check = ExternalCheck { total, slots: Vec::new(), found: Money::ZERO, rows: 0 };
    for (slot, totals) in slots.iter().filter(|(slot, _)| slot.month == part.month && is(&part.source, &slot.source)) {
        check.slots.push((*slot).clone());
        let Some(column) = totals.columns.iter().position(|name| *name == part.metric) else { continue };
        let wanted = totals.cells.iter().filter(|(key, _)| {
            key.currency == part.currency
                && is(&part.billing_account, &key.billing_account)
                && is(&part.sub_account, &key.sub_account)
                && is(&part.charge_category, &key.line_type)
        });
        for (_, cell) in wanted {
            check.found += cell.sums[column];
            check.rows += cell.rows;
        }
    }
    check
}

impl ExternalCheck<'_> {
    /// What is told − what `cost` has; `None` where nothing can be compared.
    pub fn difference(&self) -> Option<Money> {
        self.total.amount().filter(|_| !self.slots.is_empty()).map(|told| told - self.found)
    }

    /// By how much the two may differ: what is told, and what rounding each charge adds.
    pub fn tolerance(&self) -> Money {
        let charges = self.total.per_charge.0.checked_mul(i128::from(self.rows)).map(Money);
        charges.and_then(|more| more.checked_add(self.total.tolerance())).unwrap_or(Money(i128::MAX))
    }

    pub fn verdict(&self) -> Verdict {
        match self.difference() {
            Some(by) if by.0.abs() <= self.tolerance().0 => Verdict::Ties,
            Some(_) => Verdict::Differs,
            None if self.slots.is_empty() => Verdict::NotPublished,
            None => Verdict::OtherCurrency,
        }
    }

    /// As an invoice of these charges writes it: in whole units of the currency's smallest.
    pub fn rounded(&self) -> Money {
        match self.total.kind {
            TotalKind::Invoice => self.found.rounded_to(smallest_unit(&self.total.part.currency)),
            TotalKind::Other => self.found,
        }
    }

    /// `BilledCost is 181 in cost and 180 by invoice 7 (by -1, tolerance 0.01)`, and where no charge was added up.
    pub fn in_words(&self) -> String {
        let (told, by) = (self.total.amount().unwrap_or_default(), self.difference().unwrap_or_default());
        let none = if self.rows == 0 { "; no charge belongs to it" } else { "" };
        format!(
            "{} is {} in cost and {told} by {} (by {by}, tolerance {}){none}",
            self.total.part.metric,
            self.found,
            self.total.by(),
            self.tolerance()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{ControlKey, Told, TotalPart, TotalPlace};

    fn money(text: &str) -> Money {
        text.parse().unwrap()
    }

    /// One slot: 100.004 of account 1 and 7 of account 2, 19 of them tax of account 1; 5 EUR.
    fn totals() -> ControlTotals {
        let mut totals = ControlTotals::new(vec!["BilledCost".into(), "EffectiveCost".into()]);
        for (account, currency, category, rows, cost) in [
            ("1", "USD", "Usage", 3, "81.004"),
            ("1", "USD", "Tax", 1, "19"),
            ("2", "USD", "Usage", 2, "7"),
            ("1", "EUR", "Usage", 1, "5"),
        ] {
            let key = ControlKey {
                billing_account: account.into(),
                sub_account: format!("{account}-s"),
                currency: currency.into(),
                line_type: category.into(),
            };
            assert!(totals.add(&key, rows, &[money(cost), money("1")]));
        }
        totals
    }

    fn total(source: &str, account: &str, category: &str, amount: Option<&str>) -> ExternalTotal {
        let stated = |text: &str| Some(text.to_string()).filter(|text| !text.is_empty());
        let part = TotalPart {
            month: "2026-10".parse().unwrap(),
            metric: "BilledCost".into(),
            currency: "USD".into(),
            source: stated(source),
            billing_account: stated(account),
            sub_account: None,
            charge_category: stated(category),
        };
        let told = Told {
            by: "invoice 7".into(),
            amount: money(amount.unwrap_or("90")),
            currency: if amount.is_some() { "USD".into() } else { "EUR".into() },
            converted: amount.map(money),
            tolerance: money("0.01"),
        };
        ExternalTotal {
            place: TotalPlace::File(2),
            part,
            kind: TotalKind::Invoice,
            is_settled: true,
            per_charge: Money::ZERO,
            told: vec![told],
        }
    }

    #[test]
    fn a_total_is_held_against_its_part() {
        use Verdict::{Differs, NotPublished, OtherCurrency, Ties};
        let slots = ["2026-10", "2026-09"].map(|month| Slot { source: "a".into(), month: month.parse().unwrap() });
        let totals = totals();
        let published: Vec<_> = slots.iter().map(|slot| (slot, &totals)).collect();
        for (total, found, rows, verdict) in [
            (total("", "", "", Some("107")), "107.004", 6, Ties),
            (total("a", "1", "", Some("100.014")), "100.004", 4, Ties),
            (total("a", "1", "", Some("100.014000000000000001")), "100.004", 4, Differs),
            (total("a", "1", "Tax", Some("18")), "19", 1, Differs),
            (total("", "3", "", Some("0.01")), "0", 0, Ties),
            (total("", "", "", None), "107.004", 6, OtherCurrency),
            (total("b", "", "", Some("1")), "0", 0, NotPublished),
        ] {
            let totals = [total];
            let [check] = &external(&totals, &published)[..] else { panic!("one each") };
            assert_eq!((check.found, check.rows, check.verdict()), (money(found), rows, verdict), "{totals:?}");
        }
    }

    #[test]
    fn each_charge_may_be_rounded() {
        let slot = Slot { source: "a".into(), month: "2026-10".parse().unwrap() };
        let cost = totals();
        for (told, verdict) in [("107.0144", Verdict::Ties), ("107.0147", Verdict::Differs)] {
            // 107.004 of six charges: 0.01 + 6 × 0.0001.
            let total = ExternalTotal { per_charge: money("0.0001"), ..total("", "", "", Some(told)) };
            let totals = [total];
            let checks = external(&totals, &[(&slot, &cost)]);
            assert_eq!((checks[0].tolerance(), checks[0].verdict()), (money("0.0106"), verdict));
        }
    }

    #[test]
    fn a_difference_is_told_in_full() {
        let slot = Slot { source: "a".into(), month: "2026-10".parse().unwrap() };
        let (cost, totals) = (totals(), [total("", "1", "", Some("99")), total("", "9", "", Some("2"))]);
        let checks = external(&totals, &[(&slot, &cost)]);
        assert_eq!(
            checks[0].in_words(),
            "BilledCost is 100.004 in cost and 99 by invoice 7 (by -1.004, tolerance 0.01)"
        );
        assert!(checks[1].in_words().ends_with("(by 2, tolerance 0.01); no charge belongs to it"));
        assert_eq!((checks[0].rounded(), checks[0].difference()), (money("100"), Some(money("-1.004"))));
    }
}
