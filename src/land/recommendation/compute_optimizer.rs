//! Export files of AWS Compute Optimizer, one per region and kind of resource
//! (docs.aws.amazon.com/compute-optimizer/latest/ug/exported-files.html): a row per resource, with what it is and up to
//! three options, of which the first is the one that is recommended most.

use super::table::{Table, region_of, resource_of_bill};
use super::{RecommendationFile, Speaker};
use crate::error::{Error, Result};
use crate::focus::{Money, Recommendation, RecommendedAction};

/// What the files of one kind of resource call things.
struct Kind {
    arn: &'static str,
    finding: &'static str,
    current: &'static [&'static str],
    target: &'static [&'static str],
    /// What stands before `estimatedMonthlySavings…`.
    saving: &'static str,
    /// What is recommended where the finding says no better.
    action: RecommendedAction,
}

const KINDS: [Kind; 7] = [
    Kind {
        arn: "instanceArn",
        finding: "finding",
        current: &["currentInstanceType"],
        target: &["recommendationOptions_1_instanceType"],
        saving: "recommendationOptions_1_",
        action: RecommendedAction::Resize,
    },
    Kind {
        arn: "volumeArn",
        finding: "finding",
        current: &["currentConfiguration_volumeType", "currentConfiguration_volumeSize"],
        target: &[
            "recommendationOptions_1_configuration_volumeType",
            "recommendationOptions_1_configuration_volumeSize",
        ],
        saving: "recommendationOptions_1_",
        action: RecommendedAction::Upgrade,
    },
    Kind {
        arn: "functionArn",
        finding: "finding",
        current: &["currentConfiguration_memorySize"],
        target: &["recommendationOptions_1_configuration_memorySize"],
        saving: "recommendationOptions_1_",
        action: RecommendedAction::Resize,
    },
    Kind {
        arn: "autoScalingGroupArn",
        finding: "finding",
        current: &["currentConfiguration_instanceType"],
        target: &["recommendationOptions_1_configuration_instanceType"],
        saving: "recommendationOptions_1_",
        action: RecommendedAction::Resize,
    },
    Kind {
        arn: "serviceArn",
        finding: "finding",
        current: &["currentServiceConfiguration_cpu", "currentServiceConfiguration_memory"],
        target: &["recommendationOptions_1_cpu", "recommendationOptions_1_memory"],
        saving: "recommendationOptions_1_",
        action: RecommendedAction::Resize,
    },
    // Databases, and below it what is idle: the one has a class, the other none.
    Kind {
        arn: "resourceArn",
        finding: "instanceFinding",
        current: &["currentDBInstanceClass"],
        target: &["instanceRecommendationOptions_1_dbInstanceClass"],
        saving: "instanceRecommendationOptions_1_",
        action: RecommendedAction::Resize,
    },
    Kind {
        arn: "resourceArn",
        finding: "finding",
        current: &[],
        target: &[],
        saving: "",
        action: RecommendedAction::Delete,
    },
];

/// Spellings of the saving after discounts, and of the saving at public prices, behind [`Kind::saving`].
const AFTER_DISCOUNTS: [&str; 2] =
    ["estimatedMonthlySavingsAfterDiscounts_value", "estimatedMonthlySavingsValueAfterDiscounts"];
const CURRENCY_AFTER: [&str; 2] =
    ["estimatedMonthlySavingsAfterDiscounts_currency", "estimatedMonthlySavingsCurrencyAfterDiscounts"];
const AT_PUBLIC_PRICES: [&str; 1] = ["estimatedMonthlySavings_value"];
const CURRENCY: [&str; 1] = ["estimatedMonthlySavings_currency"];

/// What a file recommends that saves something. Rows of resources that are as they should be, are too small, or could not
/// be reckoned, recommend nothing that saves.
///
/// # Errors
/// `Source`, for a file of other columns and for the first cell that does not read, with its row.
pub fn compute_optimizer(file: &RecommendationFile, speaker: Speaker) -> Result<Vec<Recommendation>> {
    let mut table = Table::open(&file.path, &file.place)?;
    let kind = kind_of(&table, file)?;
    let mut found = Vec::new();
    while table.advance()? {
        if table.text("errorCode")?.is_empty()
            && let Some(recommendation) = row(&table, kind, file, speaker)?
        {
            found.push(recommendation);
        }
    }
    Ok(found)
}

/// Which kind of resource a file is of, by the column that names it and what it is now.
///
/// # Errors
/// `Source`, for a file that does not read or has other columns.
pub fn kind(file: &RecommendationFile) -> Result<&'static str> {
    let kind = kind_of(&Table::open(&file.path, &file.place)?, file)?;
    Ok(kind.current.first().unwrap_or(&kind.arn))
}

fn kind_of(table: &Table, file: &RecommendationFile) -> Result<&'static Kind> {
    let is = |kind: &&Kind| table.has(kind.arn) && kind.current.iter().take(1).all(|column| table.has(column));
    KINDS.iter().find(is).ok_or_else(|| {
        let known: Vec<&str> = KINDS.iter().map(|kind| kind.arn).collect();
        let what = "is no export of Compute Optimizer's recommendations that this program knows";
        let remedy = format!(
            "export all fields of instances, volumes, functions, groups, services, databases or idle resources: the file \
             has one of the columns {}",
            known[..6].join(", ")
        );
        Error::source(&file.place, what, remedy)
    })
}

fn row(table: &Table, kind: &Kind, file: &RecommendationFile, speaker: Speaker) -> Result<Option<Recommendation>> {
    let arn = table.named(kind.arn)?;
    let finding = table.text(kind.finding)?;
    let (saving, currency, basis) = saving(table, kind)?;
    let (current, target) = (joined(table, kind.current)?, joined(table, kind.target)?);
    let is_idle = kind.target.is_empty();
    let saves = saving.map_or_else(|| says_too_much(finding), |saving| saving.0 > 0);
    if !saves || (!is_idle && target.is_none()) {
        return Ok(None);
    }
    let mut notes = Vec::new();
    if !finding.is_empty() {
        notes.push(finding.to_string());
    }
    notes.extend(saving.map(|_| basis.to_string()));
    for (column, words) in
        [("utilizationMetrics_CPU_MAXIMUM", "CPU maximum"), ("utilizationMetrics_MEMORY_MAXIMUM", "memory maximum")]
    {
        notes.extend(table.given(column)?.map(|percent| format!("{words} {percent} %")));
    }
    notes.extend(table.given("findingDescription")?);
    Ok(Some(Recommendation {
        by: speaker.by.into(),
        source: speaker.source.into(),
        provider: "AWS".into(),
        sub_account: table.given("accountId")?,
        region: region_of(arn),
        resource: resource_of_bill(arn).into(),
        name: match table.given("instanceName")? {
            Some(name) => Some(name),
            None => table.given("resourceId")?,
        },
        action: kind.action,
        current,
        target,
        monthly_saving: saving,
        currency,
        note: (!notes.is_empty()).then(|| notes.join("; ")),
        as_of: match table.day("lastRefreshTimestamp_UTC")? {
            Some(day) => day,
            None => table.day("lastRefreshTimestamp")?.unwrap_or(file.day),
        },
    }))
}

/// The saving, its currency, and what it is before or after. After discounts is what this customer saves.
fn saving(table: &Table, kind: &Kind) -> Result<(Option<Money>, Option<String>, &'static str)> {
    for (values, currencies, basis) in [
        (&AFTER_DISCOUNTS[..], &CURRENCY_AFTER[..], "saving after discounts"),
        (&AT_PUBLIC_PRICES[..], &CURRENCY[..], "saving at public prices"),
    ] {
        for (value, currency) in values.iter().zip(currencies) {
            if let Some(saving) = table.money(&format!("{}{value}", kind.saving))? {
                return Ok((Some(saving), table.given(&format!("{}{currency}", kind.saving))?, basis));
            }
        }
    }
    Ok((None, None, ""))
}

/// `OVER_PROVISIONED`, `Overprovisioned`, `NotOptimized`, `Idle`, `Unattached`: without a saving, what could be one.
fn says_too_much(finding: &str) -> bool {
    let finding: String =
        finding.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase()).collect();
    matches!(finding.as_str(), "overprovisioned" | "notoptimized" | "idle" | "unattached")
}

fn joined(table: &Table, columns: &[&str]) -> Result<Option<String>> {
    let mut parts = Vec::new();
    for column in columns {
        parts.extend(table.given(column)?);
    }
    Ok((!parts.is_empty()).then(|| parts.join(" ")))
}
