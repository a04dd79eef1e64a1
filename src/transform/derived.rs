//! The derived tables: what a run makes beside the roll-ups, small, rebuildable, newest state only.
//!
//! They are served to queries like any table, an empty one where there is nothing. Savings in them
//! are estimates in floats, so that no query can take them for money of the bill; what earlier periods moved by is
//! money of the bill, and exact.

use super::{control_total, told};
use crate::error::{Error, Result};
use crate::focus::{Kind, frame};
use crate::transform::metric::CellKind::{self, Boolean, Date, Integer, Money, Number, Text};
use polars::prelude::{Column, DataFrame, DataType, PolarsError, PolarsResult, Schema};

/// A derived table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derived {
    /// How machines were used, per resource and metric, over the window of the billing period.
    Utilisation,
    /// What the business counts, per unit metric, day and dimension.
    UnitDriver,
    /// The configured unit metrics.
    UnitMetric,
    /// The configured teams, and the row `unallocated`.
    Team,
    /// The configured exemptions from tag keys, per key.
    Exemption,
    /// What the waste rules found, merged.
    Finding,
    /// What earlier billing periods moved by, as far as this period tells it.
    PeriodChange,
    /// What invoices and cost tools say of the period, beside what is published.
    ControlTotal,
    /// The rates that costs were converted with, up to the period.
    ReportingRate,
    /// What cost tools say that each service costs, by the tools' own names.
    ToldService,
    /// What providers tell of a period that is no sum of charges: budgets, balances.
    ToldFigure,
    /// What providers' tools say of commitment discounts: how far they are used, how much they cover.
    CommitmentUse,
    /// What providers' tools recommend; in the newest period alone.
    Recommendation,
}

/// One column of a derived table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DerivedColumn {
    pub name: &'static str,
    pub kind: CellKind,
    /// Empty for a FOCUS column.
    pub meaning: &'static str,
}

impl Derived {
    pub const ALL: [Derived; 13] = [
        Derived::Utilisation,
        Derived::UnitDriver,
        Derived::UnitMetric,
        Derived::Team,
        Derived::Exemption,
        Derived::Finding,
        Derived::PeriodChange,
        Derived::ControlTotal,
        Derived::ReportingRate,
        Derived::ToldService,
        Derived::ToldFigure,
        Derived::CommitmentUse,
        Derived::Recommendation,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Utilisation => "utilisation",
            Self::UnitDriver => "unit_driver",
            Self::UnitMetric => "unit_metric",
            Self::Team => "team",
            Self::Exemption => "exemption",
            Self::Finding => "finding",
            Self::PeriodChange => "period_change",
            Self::ControlTotal => "control_total",
            Self::ReportingRate => "reporting_rate",
            Self::ToldService => "told_service",
            Self::ToldFigure => "told_figure",
            Self::CommitmentUse => "commitment_use",
            Self::Recommendation => "recommendation",
        }
    }

    pub fn find(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|table| table.name() == name)
    }

    /// Every column, in file order.
    pub fn columns(self) -> &'static [DerivedColumn] {
        match self {
            Self::Utilisation => UTILISATION,
            Self::UnitDriver => UNIT_DRIVER,
            Self::UnitMetric => UNIT_METRIC,
            Self::Team => TEAM,
            Self::Exemption => EXEMPTION,
            Self::Finding => FINDING,
            Self::PeriodChange => PERIOD_CHANGE,
            Self::ControlTotal => control_total::CONTROL_TOTAL,
            Self::ReportingRate => REPORTING_RATE,
            Self::ToldService => told::TOLD_SERVICE,
            Self::ToldFigure => told::TOLD_FIGURE,
            Self::CommitmentUse => told::COMMITMENT_USE,
            Self::Recommendation => told::RECOMMENDATION,
        }
    }

    /// What tells one row from another.
    pub fn key(self) -> &'static [&'static str] {
        match self {
            Self::Utilisation => &["SubAccountId", "ResourceId", "x_Metric"],
            Self::UnitDriver => &["x_UnitMetric", "x_ChargeDay", "x_Dimension"],
            Self::UnitMetric => &["x_UnitMetric"],
            Self::Team => &["x_Team"],
            Self::Exemption => &["x_ExemptKey", "x_Exemption"],
            Self::Finding => &["x_FindingId"],
            Self::ControlTotal => &["x_Api", "x_ControlTotalLine"],
            Self::ToldService => &["x_ToldBy", "x_SourceId", "x_ToldService", "x_TotalMetric", "BillingCurrency"],
            Self::ToldFigure => &["x_ToldBy", "x_SourceId", "x_ToldScope", "x_ToldFigure", "BillingCurrency"],
            Self::CommitmentUse => {
                &["x_ToldBy", "x_SourceId", "CommitmentDiscountCategory", "CommitmentDiscountId", "BillingCurrency"]
            }
            Self::Recommendation => {
                &["x_ToldBy", "x_SourceId", "SubAccountId", "RegionId", "ResourceId", "x_ToldAction", "x_Recommended"]
            }
            Self::ReportingRate => &["x_BillingMonth", "x_SourceId", "BillingCurrency", "x_ReportingCurrency"],
            Self::PeriodChange => &[
                "x_Change",
                "x_ChangedMonth",
                "x_SourceId",
                "BillingAccountId",
                "SubAccountId",
                "BillingCurrency",
                "ChargeCategory",
                "ServiceName",
                "x_Team",
            ],
        }
    }

    pub fn schema(self) -> Schema {
        self.columns().iter().map(|column| (column.name.into(), data_type(column.kind))).collect()
    }

    /// The table without a row.
    pub fn empty(self) -> DataFrame {
        DataFrame::empty_with_schema(&self.schema())
    }
}

/// The type in files.
fn data_type(kind: CellKind) -> DataType {
    match kind {
        Money => frame::data_type(Kind::Cost),
        Number => DataType::Float64,
        Integer => DataType::Int64,
        Date => DataType::Date,
        Boolean => DataType::Boolean,
        _ => DataType::String,
    }
}

pub(super) const fn own(name: &'static str, kind: CellKind, meaning: &'static str) -> DerivedColumn {
    DerivedColumn { name, kind, meaning }
}

pub(super) const fn focus(name: &'static str) -> DerivedColumn {
    own(name, Text, "")
}

const UTILISATION: &[DerivedColumn] = &[
    focus("SubAccountId"),
    focus("ResourceId"),
    own(
        "x_Metric",
        Text,
        "What was measured: cpu or memory, in percent of what the machine has; network or disk, in bytes",
    ),
    own(
        "x_P995",
        Number,
        "Percent that 99.5 % of the samples stay at or below, as the upper edge of a bin; empty of bytes",
    ),
    own("x_Maximum", Number, "The highest sample, in percent; empty of bytes"),
    own(
        "x_PeakHours",
        Number,
        "The second highest of a day's hourly medians, of the day where that is highest, in percent; empty of bytes",
    ),
    own("x_BusiestDayBytes", Integer, "Bytes of the day with most of them; empty of percentages"),
    own("x_CompleteDays", Integer, "Days with samples in all 24 hours"),
    own("x_Hours", Integer, "Hours with samples"),
    own("x_Days", Integer, "Days with any sample"),
    own("x_HasMonthEnd", Boolean, "Is the last day of a month among the complete days?"),
    own("x_FirstDay", Date, "The first day with a sample"),
    own("x_LastDay", Date, "The last day with a sample"),
];

const UNIT_DRIVER: &[DerivedColumn] = &[
    own("x_UnitMetric", Text, "The id of the unit metric"),
    own("x_ChargeDay", Date, "The UTC day on which the charge period starts"),
    own("x_Dimension", Text, "The driver's dimension; empty for the whole"),
    own("x_Quantity", Number, "The driver's quantity"),
];

const UNIT_METRIC: &[DerivedColumn] = &[
    own("x_UnitMetric", Text, "The id of the unit metric"),
    own("x_Title", Text, "What it is called, for people"),
    own("x_Unit", Text, "What one unit is called"),
    own("x_Per", Number, "The driver's quantity that makes one unit"),
    own("x_Basis", Text, "The cost that is divided, or shown"),
    own("x_HasDriver", Boolean, "Does its driver file have a row?"),
    own(
        "x_IsLevel",
        Boolean,
        "Is its quantity a level, such as tenants? A month's is the mean of its days, not their sum",
    ),
    own(
        "x_ActiveFrom",
        Date,
        "The first day on which the tag keys that it rests on were active; empty where nothing says",
    ),
];

const TEAM: &[DerivedColumn] = &[
    own("x_Team", Text, "The team that owns the charge; unallocated where no rule gives it to one"),
    own("x_CostCentre", Text, "The cost centre of the team"),
    own("x_BillTo", Text, "The legal entity that pays for the team"),
];

const EXEMPTION: &[DerivedColumn] = &[
    own("x_ExemptKey", Text, "The tag dimension that charges may go without"),
    own("x_Exemption", Text, "Which charges, until when, as the roll-ups name the exemption"),
    own("x_ExemptionReason", Text, "Why, as the policy says it"),
    own("x_Until", Date, "The first day on which the charges count again"),
];

const FINDING: &[DerivedColumn] = &[
    own("x_FindingId", Text, "Stable over nights, names and tags: a hash of account, resource and action"),
    own("x_Rule", Text, "The id of the waste rule; several are joined by +"),
    own("x_Title", Text, "What it is called, for people"),
    own("x_Action", Text, "What to do: delete, schedule, resize, upgrade or use"),
    focus("ProviderName"),
    focus("BillingAccountId"),
    focus("SubAccountId"),
    focus("SubAccountName"),
    focus("RegionId"),
    focus("ServiceName"),
    focus("ResourceId"),
    focus("ResourceName"),
    focus("ResourceType"),
    focus("BillingCurrency"),
    own("x_Team", Text, "The team that owns the charge; unallocated where no rule gives it to one"),
    own("x_TeamBy", Text, "What made the charge theirs: a tag, an account, a policy, or no rule"),
    own("x_Reason", Text, "One sentence an owner can act on"),
    own("x_Evidence", Text, "The figures behind it"),
    own("x_Confidence", Text, "High, Medium or Low"),
    own("x_GrossMonthlySaving", Number, "What the resource would no longer cost in a month; empty without a figure"),
    own(
        "x_RealisableMonthlySaving",
        Number,
        "The same without what a commitment discount covers; empty where no bill tells",
    ),
    own("x_SavingBasis", Text, "How the saving was reckoned"),
    own("x_IsCounted", Boolean, "False where another action on the same resource excludes it: totals leave it out"),
    own("x_Look", Text, "The provider's command to look at the resource"),
    own("x_FirstSeen", Date, "The day of the first of the nights in a row"),
    own("x_Nights", Integer, "Nights in a row that found it"),
    own("x_Suppressed", Text, "Reason, owner and last day of the suppression; empty on the list"),
];

const PERIOD_CHANGE: &[DerivedColumn] = &[
    own(
        "x_Change",
        Text,
        "adjustment: the changed period is closed, and this one's statements carry what moved; restatement: the changed period's own statements are made again",
    ),
    own("x_ChangedMonth", Text, "The earlier billing period that moved"),
    own("x_ChangedBy", Text, "What moved it: another delivery, the policy or the program, or a source that is new"),
    focus("x_SourceId"),
    focus("BillingAccountId"),
    focus("SubAccountId"),
    focus("BillingCurrency"),
    focus("ChargeCategory"),
    focus("ServiceName"),
    own("x_Team", Text, "The team that owns the charge; unallocated where no rule gives it to one"),
    own("x_BilledCostChange", Money, "What BilledCost moved by"),
    own("x_EffectiveCostChange", Money, "What EffectiveCost moved by"),
    own("x_ListCostChange", Money, "What ListCost moved by"),
    own("x_ContractedCostChange", Money, "What ContractedCost moved by"),
    own("x_RowsChange", Integer, "Charges more; negative: charges less"),
];

pub(super) const TOLD_BY: DerivedColumn = own("x_ToldBy", Text, "Who says so: the invoices, or the tool");
pub(super) const TOLD_AMOUNT: DerivedColumn =
    own("x_ToldAmount", Money, "What is told; empty for another currency without a rate");

const REPORTING_RATE: &[DerivedColumn] = &[
    focus("x_BillingMonth"),
    focus("x_SourceId"),
    focus("BillingCurrency"),
    own("x_ReportingCurrency", Text, "The reporting currency; empty where nothing is converted"),
    own("x_Rate", Text, "How much of the reporting currency one unit of the billing currency is"),
    own("x_RateSource", Text, "Who says so"),
];

/// The columns as the table's types.
pub(super) fn typed(table: Derived, rows: usize, columns: Vec<Column>) -> Result<DataFrame> {
    let bug = |error: PolarsError| Error::bug(table.name(), error.to_string());
    let types = table.schema();
    let columns = columns.into_iter().zip(types.iter_values()).map(|(column, kind)| column.cast(kind));
    DataFrame::new(rows, columns.collect::<PolarsResult<Vec<_>>>().map_err(bug)?).map_err(bug)
}

/// The kind and meaning of a column of ours by its name, in whichever derived table it is.
pub fn own_column(name: &str) -> Option<&'static DerivedColumn> {
    let all = Derived::ALL.into_iter().flat_map(Derived::columns);
    all.into_iter().find(|column| column.name == name && !column.meaning.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A query declares a column of ours by its name alone, so a name is one thing in every table.
    #[test]
    fn a_name_means_one_thing() {
        for column in Derived::ALL.into_iter().flat_map(Derived::columns) {
            match crate::focus::column::find(column.name) {
                Some(known) if column.meaning.is_empty() => assert_eq!(known.kind, Kind::Text),
                Some(known) => assert_eq!(known.name, "x_ChargeDay"),
                None => assert_eq!(own_column(column.name), Some(column)),
            }
        }
    }

    #[test]
    fn keys_are_columns() {
        for table in Derived::ALL {
            let names: Vec<&str> = table.columns().iter().map(|column| column.name).collect();
            assert!(table.key().iter().all(|key| names.contains(key)), "{}", table.name());
            assert_eq!(Derived::find(table.name()), Some(table));
        }
    }
}
