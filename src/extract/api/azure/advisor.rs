//! Advisor's recommendations of the category Cost (Microsoft.Advisor, 2023-01-01), of subscriptions and resource groups.
//!
//! No generated client has them among the crates that are here, and one GET needs none: it goes over the same transport.

use super::exact::{code, rows};
use super::refuse::Refused;
use super::scope::{ScopeKind, in_bill};
use super::session::{Question, Session};
use crate::focus::money::mul_div;
use crate::focus::{Money, Recommendation, RecommendedAction};
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// Types of recommendations whose action their properties do not say, by Advisor's own list
/// (learn.microsoft.com/azure/advisor/advisor-reference-cost-recommendations).
const TYPES: [(&str, RecommendedAction); 2] = [
    // "Review disks that aren't attached to a VM": deleting is what it asks to consider.
    ("48eda464-1485-4dcf-a674-d0905df5054a", RecommendedAction::Delete),
    // "Use Standard Storage to store Managed Disks snapshots".
    ("702b474d-698f-4029-9f9d-4782c626923e", RecommendedAction::Upgrade),
];
/// "Right-size or shutdown underutilized virtual machines": the target is a size, or this.
const SHUT_DOWN: &str = "shutdown";

#[derive(Deserialize)]
struct Row {
    id: String,
    properties: Properties,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Properties {
    category: String,
    impacted_field: Option<String>,
    impacted_value: Option<String>,
    recommendation_type_id: Option<String>,
    short_description: Option<Described>,
    resource_metadata: Option<Metadata>,
    #[serde(default)]
    extended_properties: Map<String, Value>,
}

#[derive(Deserialize)]
struct Described {
    problem: Option<String>,
    solution: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    resource_id: Option<String>,
}

pub fn ask(session: &mut Session) {
    for scope in session.scopes_for("recommendations", &[ScopeKind::Subscription, ScopeKind::ResourceGroup]) {
        let id = scope.id.clone();
        let question = Question {
            name: "Advisor recommendations".into(),
            scope: &scope,
            role: "Reader on the subscription",
            version: "2023-01-01 Cost".into(),
            months: Vec::new(),
        };
        let live = |consumption: super::consumption::Consumption| async move { consumption.advisor(&id).await };
        let Some(answered) = session.ask(&question, live, read) else { continue };
        let sub_accounts: BTreeSet<String> =
            session.months.iter().flat_map(|asked| asked.sub_accounts.iter().cloned()).collect();
        let told = answered.value.into_iter().map(|one| Recommendation {
            by: format!("{}: Advisor", session.api.id),
            source: session.api.source.clone(),
            sub_account: scope.id.split('/').nth(1).map(|id| in_bill(id, &sub_accounts)),
            as_of: answered.day,
            ..one
        });
        let told: Vec<Recommendation> = told.collect();
        session.asking.answers.recommendations.extend(told);
    }
}

fn read(pages: &[String]) -> Result<Vec<Recommendation>, Refused> {
    // What a server that knows no filter answers beside is left out.
    let cost = rows::<Row>(pages)?.into_iter().filter(|row| row.properties.category == "Cost");
    Ok(cost.map(told).collect())
}

fn told(Row { id, properties }: Row) -> Recommendation {
    let extended = &properties.extended_properties;
    let text = |names: &[&str]| {
        let found = names.iter().find_map(|name| extended.get(*name))?;
        let text = found.as_str().map_or_else(|| found.to_string(), str::to_string);
        Some(text.trim().to_string()).filter(|text| !text.is_empty() && text != "null")
    };
    let money = |name: &str| text(&[name])?.parse::<Money>().ok();
    // A month's saving where it is told, else a twelfth of a year's.
    let yearly = || money("annualSavingsAmount").and_then(|yearly| mul_div(yearly.0, 1, 12)).map(Money);
    let monthly_saving = money("savingsAmount").or_else(yearly);
    let target = text(&["targetSku", "recommendedSku"]);
    let is_of_subscription = properties
        .impacted_field
        .as_deref()
        .is_some_and(|field| field.eq_ignore_ascii_case("Microsoft.Subscriptions/subscriptions"));
    let kind = properties.recommendation_type_id.unwrap_or_default().to_ascii_lowercase();
    let known = TYPES.iter().find(|(id, _)| *id == kind).map(|(_, action)| *action);
    let action = match (&target, known) {
        (Some(target), _) if target.eq_ignore_ascii_case(SHUT_DOWN) => RecommendedAction::Delete,
        (_, Some(action)) => action,
        // Reservations and savings plans are recommended to the subscription.
        _ if is_of_subscription => RecommendedAction::Commit,
        (Some(_), None) => RecommendedAction::Resize,
        (None, None) => RecommendedAction::Other,
    };
    let resource = properties.resource_metadata.and_then(|metadata| metadata.resource_id).unwrap_or_else(|| {
        // `<resource>/providers/Microsoft.Advisor/recommendations/<name>`.
        let at = id.to_ascii_lowercase().find("/providers/microsoft.advisor/");
        at.map_or(id.clone(), |at| id[..at].to_string())
    });
    let described = properties.short_description;
    let commits = action == RecommendedAction::Commit;
    let bought = || {
        let parts = [text(&["displayQty", "qty"]), text(&["displaySKU", "sku"]), text(&["term"])];
        Some(parts.into_iter().flatten().collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty())
    };
    Recommendation {
        by: String::new(),
        source: String::new(),
        provider: "Microsoft".into(),
        sub_account: None,
        region: text(&["regionId", "region", "location"]),
        resource,
        name: properties.impacted_value,
        action,
        current: text(&["currentSku"]),
        target: match commits {
            true => bought(),
            false => target.filter(|target| !target.eq_ignore_ascii_case(SHUT_DOWN)),
        },
        monthly_saving,
        currency: text(&["savingsCurrency"]).map(|text| code(&text)),
        note: described.and_then(|described| described.solution.or(described.problem)),
        as_of: chrono::NaiveDate::MIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(category: &str, field: &str, kind: &str, extended: &str) -> String {
        format!(
            "{{\"id\":\"/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1/providers/\
             Microsoft.Advisor/recommendations/r1\",\"name\":\"r1\",\"properties\":{{\"category\":\"{category}\",\"impactedField\":\
             \"{field}\",\"impactedValue\":\"vm1\",\"recommendationTypeId\":\"{kind}\",\"shortDescription\":{{\"problem\":\"p\",\
             \"solution\":\"s\"}},\"extendedProperties\":{{{extended}}}}}}}"
        )
    }

    fn read_one(row: &str) -> Option<Recommendation> {
        read(&[format!("{{\"value\":[{row}]}}")]).unwrap().pop()
    }

    /// 1000.01 a year is 1000.01 / 12 = 83.334166666666666667 a month.
    #[test]
    fn actions_targets_and_savings() {
        const SIZE: &str = "e10b1381-5f0a-47ff-8c7b-37bd13d7c974";
        let machine = "Microsoft.Compute/virtualMachines";
        for (row, expected) in [
            (
                row(
                    "Cost",
                    machine,
                    SIZE,
                    "\"currentSku\":\"Standard_D4s_v3\",\"targetSku\":\"Standard_D2s_v3\",\"savingsAmount\":\"70.083333333333333333\",\"savingsCurrency\":\"USD\",\"regionId\":\"eastus\"",
                ),
                "resize Standard_D4s_v3→Standard_D2s_v3 70.083333333333333333 USD",
            ),
            (
                row(
                    "Cost",
                    machine,
                    SIZE,
                    "\"targetSku\":\"Shutdown\",\"annualSavingsAmount\":1000.01,\"savingsCurrency\":\"EUR\"",
                ),
                "delete → 83.334166666666666667 EUR",
            ),
            (row("Cost", "microsoft.compute/disks", "48EDA464-1485-4dcf-a674-d0905df5054a", ""), "delete →  "),
            (
                row(
                    "Cost",
                    "Microsoft.Subscriptions/subscriptions",
                    "x",
                    "\"term\":\"P1Y\",\"displayQty\":\"3\",\"displaySKU\":\"Standard_D2s_v3\",\"annualSavingsAmount\":\"12\"",
                ),
                "commit →3 Standard_D2s_v3 P1Y 1 ",
            ),
            (row("Cost", "Microsoft.Web/sites", "x", "\"savingsAmount\":\"a lot\""), "other →  "),
        ] {
            let one = read_one(&row).unwrap();
            let shown = |text: &Option<String>| text.clone().unwrap_or_default();
            let told = format!(
                "{} {}→{} {} {}",
                one.action.name(),
                shown(&one.current),
                shown(&one.target),
                one.monthly_saving.map(|saving| saving.to_string()).unwrap_or_default(),
                shown(&one.currency)
            );
            assert_eq!(told, expected);
            assert_eq!(
                one.resource,
                "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm1"
            );
        }
        assert_eq!(read_one(&row("HighAvailability", machine, SIZE, "")), None);
    }
}
