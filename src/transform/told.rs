//! The derived tables of what providers' own tools say: `told_service`, `told_figure`, `commitment_use`,
//! `recommendation`.

use super::derived::{Derived, DerivedColumn, TOLD_AMOUNT, TOLD_BY, focus, own, typed};
use super::metric::CellKind::{Date, Money as MoneyKind, Number, Text};
use super::period_change::money;
use crate::error::Result;
use crate::focus::{CommitmentUse, Money, Recommendation, Share, ToldFigure, ToldService, UseUnit};
use polars::prelude::{Column, DataFrame, IntoColumn, NamedFrom, Series};
use std::collections::BTreeMap;

const ASKED_ON: DerivedColumn = own("x_AskedOn", Date, "The day on which the provider's tool was asked");

pub(super) const TOLD_SERVICE: &[DerivedColumn] = &[
    TOLD_BY,
    focus("x_SourceId"),
    own("x_ToldService", Text, "The service, as the tool names it"),
    own("x_TotalMetric", Text, "The cost that is told"),
    focus("BillingCurrency"),
    TOLD_AMOUNT,
    ASKED_ON,
];

pub(super) const TOLD_FIGURE: &[DerivedColumn] = &[
    TOLD_BY,
    focus("x_SourceId"),
    own("x_ToldScope", Text, "What the figure is of, as the provider names it"),
    own(
        "x_ToldFigure",
        Text,
        "What it is: of a budget what may be spent and what is, of an agreement what its balance holds",
    ),
    focus("BillingCurrency"),
    TOLD_AMOUNT,
    ASKED_ON,
];

pub(super) const COMMITMENT_USE: &[DerivedColumn] = &[
    TOLD_BY,
    focus("x_SourceId"),
    focus("CommitmentDiscountCategory"),
    focus("CommitmentDiscountId"),
    focus("SubAccountId"),
    focus("BillingCurrency"),
    own("x_ToldUsedCost", MoneyKind, "What was used of the commitment; empty where it is counted in hours"),
    own("x_ToldCommittedCost", MoneyKind, "What is committed to; empty where it is counted in hours"),
    own("x_ToldUsedHours", Number, "Hours used of the commitment"),
    own("x_ToldCommittedHours", Number, "Hours committed to"),
    own("x_ToldUtilisation", Number, "Percent of what is committed to that was used, as the tool says it"),
    own("x_ToldCoveredCost", MoneyKind, "What commitments cover; empty where it is counted in hours"),
    own("x_ToldCoverableCost", MoneyKind, "What they could cover; empty where it is counted in hours"),
    own("x_ToldCoveredHours", Number, "Hours that commitments cover"),
    own("x_ToldCoverableHours", Number, "Hours that they could cover"),
    own("x_ToldCoverage", Number, "Percent of what could be covered that is, as the tool says it"),
    ASKED_ON,
];

pub(super) const RECOMMENDATION: &[DerivedColumn] = &[
    TOLD_BY,
    focus("x_SourceId"),
    focus("ProviderName"),
    focus("SubAccountId"),
    focus("RegionId"),
    focus("ResourceId"),
    focus("ResourceName"),
    own(
        "x_ToldAction",
        Text,
        "What the provider's tool says to do: delete, schedule, resize, upgrade, commit, use or other",
    ),
    own("x_Current", Text, "What the resource is, as the tool says it"),
    own("x_Recommended", Text, "What it is to become"),
    focus("BillingCurrency"),
    own("x_ToldMonthlySaving", Number, "What the tool says that is saved in a month"),
    own("x_ToldNote", Text, "What the tool says beside it"),
    ASKED_ON,
];

fn texts<T>(name: &str, rows: &[T], of: impl Fn(&T) -> Option<String>) -> Column {
    let values = rows.iter().map(|row| of(row).filter(|text| !text.is_empty()));
    Series::new(name.into(), values.collect::<Vec<Option<String>>>()).into_column()
}

fn numbers<T>(name: &str, rows: &[T], of: impl Fn(&T) -> Option<Money>) -> Column {
    let values = rows.iter().map(|row| of(row).map(Money::to_f64));
    Series::new(name.into(), values.collect::<Vec<Option<f64>>>()).into_column()
}

fn exact<T>(name: &str, rows: &[T], of: impl Fn(&T) -> Option<Money>) -> Result<Column> {
    money(name, rows.iter().map(|row| of(row).map(|money| money.0)))
}

fn asked<T>(rows: &[T], of: impl Fn(&T) -> i32) -> Column {
    Series::new("x_AskedOn".into(), rows.iter().map(of).collect::<Vec<i32>>()).into_column()
}

/// The table `told_service`, in the order given.
pub fn told_service_frame(rows: &[&ToldService]) -> Result<DataFrame> {
    let columns = vec![
        texts("x_ToldBy", rows, |row| Some(row.by.clone())),
        texts("x_SourceId", rows, |row| row.part.source.clone()),
        texts("x_ToldService", rows, |row| Some(row.service.clone())),
        texts("x_TotalMetric", rows, |row| Some(row.part.metric.clone())),
        texts("BillingCurrency", rows, |row| Some(row.part.currency.clone())),
        exact("x_ToldAmount", rows, |row| Some(row.amount))?,
        asked(rows, |row| row.as_of.to_epoch_days()),
    ];
    typed(Derived::ToldService, rows.len(), columns)
}

/// The table `told_figure`, in the order given.
pub fn told_figure_frame(rows: &[&ToldFigure]) -> Result<DataFrame> {
    let columns = vec![
        texts("x_ToldBy", rows, |row| Some(row.by.clone())),
        texts("x_SourceId", rows, |row| Some(row.source.clone())),
        texts("x_ToldScope", rows, |row| Some(row.scope.clone())),
        texts("x_ToldFigure", rows, |row| Some(row.name.clone())),
        texts("BillingCurrency", rows, |row| Some(row.currency.clone())),
        exact("x_ToldAmount", rows, |row| Some(row.amount))?,
        asked(rows, |row| row.as_of.to_epoch_days()),
    ];
    typed(Derived::ToldFigure, rows.len(), columns)
}

/// The part, the whole and the percentage of a share, where it is in this unit.
fn share_in(share: Option<Share>, unit: UseUnit) -> Option<Share> {
    share.filter(|share| share.unit == unit)
}

/// The table `commitment_use`, in the order given.
pub fn commitment_use_frame(rows: &[&CommitmentUse]) -> Result<DataFrame> {
    use UseUnit::{Currency, Hours};
    let columns = vec![
        texts("x_ToldBy", rows, |row| Some(row.by.clone())),
        texts("x_SourceId", rows, |row| Some(row.source.clone())),
        texts("CommitmentDiscountCategory", rows, |row| Some(row.kind.category().into())),
        texts("CommitmentDiscountId", rows, |row| row.commitment.clone()),
        texts("SubAccountId", rows, |row| row.sub_account.clone()),
        texts("BillingCurrency", rows, |row| row.currency.clone()),
        exact("x_ToldUsedCost", rows, |row| share_in(row.utilisation, Currency)?.part)?,
        exact("x_ToldCommittedCost", rows, |row| share_in(row.utilisation, Currency)?.whole)?,
        numbers("x_ToldUsedHours", rows, |row| share_in(row.utilisation, Hours)?.part),
        numbers("x_ToldCommittedHours", rows, |row| share_in(row.utilisation, Hours)?.whole),
        numbers("x_ToldUtilisation", rows, |row| row.utilisation?.percent),
        exact("x_ToldCoveredCost", rows, |row| share_in(row.coverage, Currency)?.part)?,
        exact("x_ToldCoverableCost", rows, |row| share_in(row.coverage, Currency)?.whole)?,
        numbers("x_ToldCoveredHours", rows, |row| share_in(row.coverage, Hours)?.part),
        numbers("x_ToldCoverableHours", rows, |row| share_in(row.coverage, Hours)?.whole),
        numbers("x_ToldCoverage", rows, |row| row.coverage?.percent),
        asked(rows, |row| row.as_of.to_epoch_days()),
    ];
    typed(Derived::CommitmentUse, rows.len(), columns)
}

/// The table `recommendation`: of several with the same key, the one that saves most.
pub fn recommendation_frame(rows: &[Recommendation]) -> Result<DataFrame> {
    let mut by_key: BTreeMap<[Option<&str>; 7], &Recommendation> = BTreeMap::new();
    for row in rows {
        let key = [
            Some(row.by.as_str()),
            Some(row.source.as_str()),
            row.sub_account.as_deref(),
            row.region.as_deref(),
            Some(row.resource.as_str()),
            Some(row.action.name()),
            row.target.as_deref(),
        ];
        let kept = by_key.entry(key).or_insert(row);
        if kept.monthly_saving < row.monthly_saving {
            *kept = row;
        }
    }
    let rows: Vec<&Recommendation> = by_key.into_values().collect();
    let columns = vec![
        texts("x_ToldBy", &rows, |row| Some(row.by.clone())),
        texts("x_SourceId", &rows, |row| Some(row.source.clone())),
        texts("ProviderName", &rows, |row| Some(row.provider.clone())),
        texts("SubAccountId", &rows, |row| row.sub_account.clone()),
        texts("RegionId", &rows, |row| row.region.clone()),
        texts("ResourceId", &rows, |row| Some(row.resource.clone())),
        texts("ResourceName", &rows, |row| row.name.clone()),
        texts("x_ToldAction", &rows, |row| Some(row.action.name().into())),
        texts("x_Current", &rows, |row| row.current.clone()),
        texts("x_Recommended", &rows, |row| row.target.clone()),
        texts("BillingCurrency", &rows, |row| row.currency.clone()),
        numbers("x_ToldMonthlySaving", &rows, |row| row.monthly_saving),
        texts("x_ToldNote", &rows, |row| row.note.clone()),
        asked(&rows, |row| row.as_of.to_epoch_days()),
    ];
    typed(Derived::Recommendation, rows.len(), columns)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::focus::{CommitmentKind, RecommendedAction};

    fn day() -> chrono::NaiveDate {
        "2026-11-10".parse().unwrap()
    }

    fn hundred(unit: UseUnit) -> Option<Share> {
        let money = |text: &str| text.parse().ok();
        Some(Share { unit, part: money("0.1"), whole: money("100"), percent: money("0.1") })
    }

    #[test]
    fn a_share_stands_in_the_columns_of_its_unit() {
        let use_in = |kind, unit| CommitmentUse {
            by: "a: tool".into(),
            source: "s".into(),
            month: "2026-10".parse().unwrap(),
            kind,
            commitment: None,
            sub_account: None,
            currency: Some("USD".into()),
            utilisation: hundred(unit),
            coverage: None,
            as_of: day(),
        };
        let rows = [use_in(CommitmentKind::Spend, UseUnit::Currency), use_in(CommitmentKind::Usage, UseUnit::Hours)];
        let frame = commitment_use_frame(&rows.iter().collect::<Vec<_>>()).unwrap();
        let nulls = |name: &str| {
            let column = frame.column(name).unwrap();
            column.is_null().iter().map(Option::unwrap).collect::<Vec<bool>>()
        };
        assert_eq!((nulls("x_ToldUsedCost"), nulls("x_ToldUsedHours")), (vec![false, true], vec![true, false]));
        assert_eq!((nulls("x_ToldUtilisation"), nulls("x_ToldCoverage")), (vec![false; 2], vec![true; 2]));
        assert_eq!(*frame.schema().as_ref(), Derived::CommitmentUse.schema());
    }

    #[test]
    fn what_is_said_twice_stands_once_with_the_larger_saving() {
        let one = |saving: &str| Recommendation {
            by: "a: tool".into(),
            source: "s".into(),
            provider: "AWS".into(),
            sub_account: None,
            region: None,
            resource: "i-1".into(),
            name: None,
            action: RecommendedAction::Resize,
            current: None,
            target: Some("m5.large".into()),
            monthly_saving: saving.parse().ok(),
            currency: Some("USD".into()),
            note: None,
            as_of: day(),
        };
        let frame = recommendation_frame(&[one("1"), one("2"), one("1.5")]).unwrap();
        assert_eq!(frame.height(), 1);
        assert_eq!(frame.column("x_ToldMonthlySaving").unwrap().f64().unwrap().get(0), Some(2.0));
    }
}
