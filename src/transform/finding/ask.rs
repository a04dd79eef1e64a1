//! Asks the waste rules.

use super::{Action, Ask, Confidence, Finding, Resource};
use crate::error::{Error, Result};
use crate::focus::policy::UNALLOCATED;
use crate::transform::catalogue::{self, Kind, Query, look};
use crate::transform::{Cell, Metric};

/// Why a charge that no rule gives to a team is nobody's.
const NO_RULE: &str = "no rule";

/// Every row of every rule, by rule, in the rules' own order.
pub fn ask(ask: &Ask) -> Result<Vec<Finding>> {
    let mut found = Vec::new();
    for rule in ask.catalogue.queries.values().filter(|query| query.kind == Kind::Waste) {
        let metric = catalogue::run(ask.catalogue, &rule.id, ask.params, ask.tables, ask.collect)?;
        for row in &metric.rows {
            found.push(finding(rule, &Row { rule, metric: &metric, row })?);
        }
    }
    Ok(found)
}

struct Row<'a> {
    rule: &'a Query,
    metric: &'a Metric,
    row: &'a [Cell],
}

impl Row<'_> {
    fn cell(&self, name: &str) -> Result<&Cell> {
        let at = self.metric.column(name).and_then(|at| self.row.get(at));
        at.ok_or_else(|| Error::bug(&self.rule.id, format!("a checked waste rule without {name}")))
    }

    fn text(&self, name: &str) -> Result<String> {
        self.cell(name).map(Cell::csv_text)
    }

    fn broken(&self, what: String, remedy: &str) -> Error {
        let resource = self.text("ResourceId").unwrap_or_default();
        Error::catalogue(format!("{}, resource `{resource}`", self.rule.file), what, remedy)
    }

    /// A word of a closed set.
    fn word<T>(&self, name: &str, find: impl Fn(&str) -> Option<T>, known: &str) -> Result<T> {
        let text = self.text(name)?;
        find(&text).ok_or_else(|| self.broken(format!("{name} is `{text}`"), &format!("return one of {known}")))
    }

    fn saving(&self, name: &str) -> Result<Option<f64>> {
        match self.cell(name)? {
            Cell::Null => Ok(None),
            cell => match cell.number().filter(|value| value.is_finite()) {
                Some(value) => Ok(Some(value)),
                None => Err(self
                    .broken(format!("{name} is `{}`", cell.csv_text()), "return a number, or null without a figure")),
            },
        }
    }
}

fn finding(rule: &Query, row: &Row) -> Result<Finding> {
    let resource = Resource {
        provider: row.text("ProviderName")?,
        billing_account: row.text("BillingAccountId")?,
        sub_account: row.text("SubAccountId")?,
        sub_account_name: row.text("SubAccountName")?,
        region: row.text("RegionId")?,
        service: row.text("ServiceName")?,
        id: row.text("ResourceId")?,
        name: row.text("ResourceName")?,
        kind: row.text("ResourceType")?,
    };
    if resource.id.is_empty() {
        return Err(row.broken(
            "returns a row without a ResourceId".into(),
            "a finding is about one resource: leave such rows out",
        ));
    }
    let action = row.word("x_Action", Action::find, &Action::ALL.map(Action::name).join(", "))?;
    let confidence = row.word("x_Confidence", Confidence::find, &Confidence::ALL.map(Confidence::name).join(", "))?;
    let gross = row.saving("x_GrossMonthlySaving")?;
    let realisable = row.saving("x_RealisableMonthlySaving")?;
    // What is covered whole frees nothing, whatever it would save; and a saving may be known while
    // nobody can say how much of it is free to take. Money that is free and not saved is neither.
    if gross.is_none() && realisable.is_some_and(|realisable| realisable != 0.0) {
        let what = "gives a realisable saving without the gross one".into();
        return Err(row.broken(what, "give both, or null for both"));
    }
    let at = look::Resource { id: &resource.id, region: &resource.region, sub_account: &resource.sub_account };
    Ok(Finding {
        id: resource.finding_id(action),
        rules: vec![rule.id.clone()],
        title: rule.title.clone(),
        action,
        look: rule.look_at(&resource.provider, at),
        currency: row.text("BillingCurrency")?,
        team: UNALLOCATED.into(),
        team_by: NO_RULE.into(),
        reason: row.text("x_Reason")?,
        evidence: row.text("x_Evidence")?,
        confidence,
        gross,
        realisable,
        saving_basis: row.text("x_SavingBasis")?,
        counted: false,
        first_seen: None,
        nights: None,
        suppressed: None,
        resource,
    })
}
