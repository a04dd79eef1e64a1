//! Findings as the derived table `finding`, and back.

use super::{Action, Confidence, Finding, Resource};
use crate::error::{Error, Result};
use crate::transform::{Cell, Derived};
use polars::prelude::*;

/// What joins the ids of several rules.
const AND: &str = " + ";

/// The table, in the order given.
pub fn to_frame(found: &[Finding]) -> Result<DataFrame> {
    let columns = Derived::Finding.columns().iter().map(|column| series(column.name, found));
    let bug = |error: PolarsError| Error::bug("finding", error.to_string());
    DataFrame::new(found.len(), columns.collect::<Result<_>>()?).map_err(bug)
}

fn series(name: &str, found: &[Finding]) -> Result<Column> {
    let number =
        |of: fn(&Finding) -> Option<f64>| Column::new(name.into(), found.iter().map(of).collect::<Vec<Option<f64>>>());
    Ok(match name {
        "x_GrossMonthlySaving" => number(|finding| finding.gross),
        "x_RealisableMonthlySaving" => number(|finding| finding.realisable),
        "x_IsCounted" => Column::new(name.into(), found.iter().map(|finding| finding.counted).collect::<Vec<bool>>()),
        "x_Nights" => Column::new(name.into(), found.iter().map(|finding| finding.nights).collect::<Vec<_>>()),
        "x_FirstSeen" => {
            let days = found.iter().map(|finding| finding.first_seen.map(|day| day.to_epoch_days()));
            let days = Column::new(name.into(), days.collect::<Vec<Option<i32>>>());
            days.cast(&DataType::Date).map_err(|error| Error::bug("finding", error.to_string()))?
        }
        _ => {
            let texts = found.iter().map(|finding| text(name, finding).filter(|text| !text.is_empty()));
            Column::new(name.into(), texts.collect::<Vec<Option<String>>>())
        }
    })
}

fn text(name: &str, finding: &Finding) -> Option<String> {
    let resource = &finding.resource;
    let text = match name {
        "x_FindingId" => &finding.id,
        "x_Rule" => return Some(finding.rules.join(AND)),
        "x_Title" => &finding.title,
        "x_Action" => return Some(finding.action.name().into()),
        "ProviderName" => &resource.provider,
        "BillingAccountId" => &resource.billing_account,
        "SubAccountId" => &resource.sub_account,
        "SubAccountName" => &resource.sub_account_name,
        "RegionId" => &resource.region,
        "ServiceName" => &resource.service,
        "ResourceId" => &resource.id,
        "ResourceName" => &resource.name,
        "ResourceType" => &resource.kind,
        "BillingCurrency" => &finding.currency,
        "x_Team" => &finding.team,
        "x_TeamBy" => &finding.team_by,
        "x_Reason" => &finding.reason,
        "x_Evidence" => &finding.evidence,
        "x_Confidence" => return Some(finding.confidence.name().into()),
        "x_SavingBasis" => &finding.saving_basis,
        "x_Look" => return finding.look.clone(),
        "x_Suppressed" => return finding.suppressed.clone(),
        _ => return None,
    };
    Some(text.clone())
}

/// A finding from a row of the table; `columns` are the names of its cells.
///
/// # Errors
/// `Bug` for what no table of ours holds.
pub fn from_cells(columns: &[&str], row: &[Cell]) -> Result<Finding> {
    let cell = |name: &str| {
        let at = columns.iter().position(|column| *column == name);
        at.and_then(|at| row.get(at)).ok_or_else(|| Error::bug("finding", format!("no column {name}")))
    };
    let text = |name: &str| cell(name).map(Cell::csv_text);
    let optional = |name: &str| text(name).map(|text| (!text.is_empty()).then_some(text));
    let word = |name: &str| Error::bug("finding", format!("{name} is no word of ours"));
    let date = |cell: &Cell| match cell {
        Cell::Date(days) => chrono::NaiveDate::from_epoch_days(*days),
        _ => None,
    };
    let integer = |cell: &Cell| match cell {
        Cell::Integer(value) => Some(*value),
        _ => None,
    };
    Ok(Finding {
        id: text("x_FindingId")?,
        rules: text("x_Rule")?.split(AND).map(str::to_string).collect(),
        title: text("x_Title")?,
        action: Action::find(&text("x_Action")?).ok_or_else(|| word("x_Action"))?,
        resource: Resource {
            provider: text("ProviderName")?,
            billing_account: text("BillingAccountId")?,
            sub_account: text("SubAccountId")?,
            sub_account_name: text("SubAccountName")?,
            region: text("RegionId")?,
            service: text("ServiceName")?,
            id: text("ResourceId")?,
            name: text("ResourceName")?,
            kind: text("ResourceType")?,
        },
        currency: text("BillingCurrency")?,
        team: text("x_Team")?,
        team_by: text("x_TeamBy")?,
        reason: text("x_Reason")?,
        evidence: text("x_Evidence")?,
        confidence: Confidence::find(&text("x_Confidence")?).ok_or_else(|| word("x_Confidence"))?,
        gross: cell("x_GrossMonthlySaving")?.number(),
        realisable: cell("x_RealisableMonthlySaving")?.number(),
        saving_basis: text("x_SavingBasis")?,
        counted: matches!(cell("x_IsCounted")?, Cell::Boolean(true)),
        look: optional("x_Look")?,
        first_seen: date(cell("x_FirstSeen")?),
        nights: integer(cell("x_Nights")?),
        suppressed: optional("x_Suppressed")?,
    })
}
