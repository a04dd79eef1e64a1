//! Data Exports of AWS Cost Optimization Hub: the table COST_OPTIMIZATION_RECOMMENDATIONS as CSV or Parquet
//! (docs.aws.amazon.com/cur/latest/userguide/table-dictionary-cor-columns.html).

use super::table::{Table, action_of, region_of, resource_of_bill};
use super::{RecommendationFile, Speaker};
use crate::error::Result;
use crate::focus::{Recommendation, RecommendedAction};

const NEEDED: [&str; 5] =
    ["recommendation_id", "account_id", "action_type", "currency_code", "estimated_monthly_savings_before_discount"];

/// What a file recommends: every row, as each is of its own resource and saves something.
///
/// # Errors
/// `Source`, for a file without a column that is needed and for the first cell that does not read, with its row.
pub fn cost_optimization_hub(file: &RecommendationFile, speaker: Speaker) -> Result<Vec<Recommendation>> {
    let mut table = Table::open(&file.path, &file.place)?;
    table.need(&NEEDED, "export all columns of COST_OPTIMIZATION_RECOMMENDATIONS")?;
    let mut found = Vec::new();
    while table.advance()? {
        found.push(row(&table, file, speaker)?);
    }
    Ok(found)
}

fn row(table: &Table, file: &RecommendationFile, speaker: Speaker) -> Result<Recommendation> {
    let action = table.named("action_type")?;
    let arn = table.text("resource_arn")?;
    // What is to be bought has no resource yet: it is told by the recommendation's id.
    let resource = match arn {
        "" => table.named("recommendation_id")?,
        arn => resource_of_bill(arn),
    };
    let after = table.money("estimated_monthly_savings_after_discount")?;
    let (saving, basis) = match after {
        Some(after) => (Some(after), "saving after discounts"),
        None => (table.money("estimated_monthly_savings_before_discount")?, "saving at public prices"),
    };
    let kind = table.text("current_resource_type")?;
    let mut notes = vec![format!("{action}{}", if kind.is_empty() { String::new() } else { format!(" {kind}") })];
    notes.extend(saving.map(|_| basis.to_string()));
    notes.extend(table.given("implementation_effort")?.map(|effort| format!("effort {effort}")));
    notes.extend(table.given("recommendation_source")?.map(|source| format!("by {source}")));
    let action = action_of(action);
    let gone = action == RecommendedAction::Delete;
    Ok(Recommendation {
        by: speaker.by.into(),
        source: speaker.source.into(),
        provider: "AWS".into(),
        sub_account: Some(table.named("account_id")?.to_string()),
        region: match table.given("region")? {
            Some(region) => Some(region),
            None => region_of(arn),
        },
        resource: resource.into(),
        name: None,
        action,
        current: table.given("current_resource_summary")?,
        target: if gone { None } else { table.given("recommended_resource_summary")? },
        monthly_saving: saving,
        currency: table.given("currency_code")?,
        note: Some(notes.join("; ")),
        as_of: table.day("last_refresh_timestamp")?.unwrap_or(file.day),
    })
}
