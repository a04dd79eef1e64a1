//! The cells of a file of recommendations by the names of their columns, and what they say in our words.

use crate::error::{Error, Result};
use crate::focus::{Money, RecommendedAction};
use crate::land::input::{self, Input};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;

/// A file, read row by row. Columns are found without regard to case and underscores: the consoles, the APIs and the
/// guides of one provider write them differently (`recommendationOptions_1_estimatedMonthlySavings_value`,
/// `instanceRecommendationOptions_1_estimatedMonthlySavingsValue`).
pub struct Table {
    place: String,
    input: Input,
    columns: BTreeMap<String, usize>,
    row: u64,
}

impl Table {
    /// Errors: `Source`, for a file that does not read.
    pub fn open(path: &Path, place: &str) -> Result<Self> {
        let input = input::open(path, place)?;
        let columns = input.header().iter().enumerate().map(|(at, name)| (plain(name), at)).collect();
        Ok(Self { place: place.to_string(), input, columns, row: 0 })
    }

    pub fn has(&self, column: &str) -> bool {
        self.columns.contains_key(&plain(column))
    }

    /// The columns of these that the file must have.
    pub fn need(&self, columns: &[&str], remedy: &str) -> Result<()> {
        match columns.iter().find(|column| !self.has(column)) {
            Some(missing) => Err(Error::source(&self.place, format!("has no column {missing}"), remedy)),
            None => Ok(()),
        }
    }

    /// Goes to the next row; false at the end.
    pub fn advance(&mut self) -> Result<bool> {
        self.row += 1;
        self.input.advance(self.row)
    }

    /// The text of a cell; empty where there is no such column.
    pub fn text(&self, column: &str) -> Result<&str> {
        let Some(at) = self.columns.get(&plain(column)) else { return Ok("") };
        std::str::from_utf8(self.input.cell(*at))
            .map(str::trim)
            .map_err(|_| self.wrong(column, "is no text in UTF-8", "export the file as UTF-8"))
    }

    /// The text of a cell that must be there.
    pub fn named(&self, column: &str) -> Result<&str> {
        match self.text(column)? {
            "" => Err(self.wrong(column, "is empty", "export it again: without it nobody knows what is spoken of")),
            text => Ok(text),
        }
    }

    pub fn given(&self, column: &str) -> Result<Option<String>> {
        Ok(Some(self.text(column)?.to_string()).filter(|text| !text.is_empty()))
    }

    /// An exact amount; `None` for an empty cell.
    pub fn money(&self, column: &str) -> Result<Option<Money>> {
        match self.text(column)? {
            "" | "null" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| self.wrong(column, &format!("`{text}` is no amount"), "export the file again")),
        }
    }

    /// The day that a time begins with, as `2026-11-02 04:05:06` or `2026-11-02T04:05:06Z`.
    pub fn day(&self, column: &str) -> Result<Option<NaiveDate>> {
        match self.text(column)? {
            "" => Ok(None),
            text => text
                .get(..10)
                .and_then(|day| day.parse().ok())
                .map(Some)
                .ok_or_else(|| self.wrong(column, &format!("`{text}` is no time"), "export the file again")),
        }
    }

    pub fn wrong(&self, column: &str, what: &str, remedy: &str) -> Error {
        Error::source(format!("{}, row {}, column {column}", self.place, self.row), what, remedy)
    }
}

fn plain(name: &str) -> String {
    name.chars().filter(|letter| *letter != '_').flat_map(char::to_lowercase).collect()
}

/// A resource as the bill names it: machines and volumes of EC2 by the last part of their ARN (`i-0abc`, `vol-0abc`), all
/// else by the whole of it, EC2's own NAT gateways, snapshots, addresses and reservations too.
pub fn resource_of_bill(arn: &str) -> &str {
    let mut parts = arn.splitn(6, ':');
    let (service, resource) = (parts.nth(2).unwrap_or_default(), parts.nth(2).unwrap_or_default());
    match (service, resource.split_once('/')) {
        ("ec2", Some(("instance" | "volume", id))) => id,
        _ => arn,
    }
}

/// The region in an ARN.
pub fn region_of(arn: &str) -> Option<String> {
    arn.split(':').nth(3).filter(|region| !region.is_empty()).map(str::to_string)
}

/// An action as Cost Optimization Hub names it (API_Recommendation, `actionType`).
pub fn action_of(action: &str) -> RecommendedAction {
    match action {
        "Rightsize" | "ScaleIn" => RecommendedAction::Resize,
        "Stop" | "Delete" => RecommendedAction::Delete,
        "Upgrade" | "MigrateToGraviton" => RecommendedAction::Upgrade,
        "PurchaseSavingsPlans" | "PurchaseReservedInstances" => RecommendedAction::Commit,
        _ => RecommendedAction::Other,
    }
}
